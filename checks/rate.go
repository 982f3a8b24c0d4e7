package checks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// rateJudge is what all checks of a rate against a limit have in common: which orders count, how sure that is, how far
// the limit is, and how bad that makes it.
type rateJudge struct {
	book       policy.Book
	signal     monitor.Signal
	name       string // "Late shipment rate"
	one, many  string // "late order", "late orders"
	alarm      forecast.Alarm
	watchAt    float64
	delays     forecast.Delays // of defects, as they are thought of before the account's own are known
	atOnce     bool            // a defect counts from its anchor day on
	inHands    bool            // open orders become defects if they are not shipped in time
	maxUnknown float64
	// sources says how current the data behind the defects are, and why the check is blind without them.
	sources func(r policy.Rate, arrivals []monitor.Arrival, at time.Time) sources
	// unknown counts the orders of the window whose outcome no export tells, and says which export would settle it.
	unknown func(t *monitor.Sums, w monitor.Window, today monitor.Day) (n int, settles string)
	why     func(o monitor.Order, at time.Time) string
	kinds   func(orders []monitor.Order, at time.Time) string // in a sentence, of what kinds the defects are; nil: of one
	advice  string
}

// sources is what a check can rely on.
type sources struct {
	asOf    time.Time
	missing string   // why a clean answer would be a guess; empty: all is there
	settles string   // what to download
	notes   []string // what is not included
}

// judge returns one finding a slice and rule.
func (j rateJudge) judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	slices, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	var findings []monitor.Finding
	for _, s := range slices {
		if s.Marketplace == monitor.NonAmazon {
			continue
		}
		var triangle *monitor.Sums
		var rules []ruled
		for _, r := range j.book.Rates(j.signal, k.Account().Name, s.Marketplace) {
			if r.Channel != s.Channel {
				continue
			}
			if triangle == nil {
				if triangle, err = sumsOf(ctx, k, s); err != nil {
					return nil, err
				}
			}
			f, err := j.judgeRate(ctx, k, s, r, triangle, j.sources(r, arrivals, k.At()))
			if err != nil {
				return nil, err
			}
			rules = append(rules, ruled{r, &f})
		}
		if j.inHands && len(rules) > 0 {
			if err := j.inHand(ctx, k, s, triangle, rules[0].finding.DataAsOf, unshippedListed(k.Account(), arrivals), rules); err != nil {
				return nil, err
			}
		}
		for _, ru := range rules {
			if ru.finding.Severity != monitor.Blind {
				ru.finding.Advice = j.advise(ru.finding)
			}
			findings = append(findings, *ru.finding)
		}
	}
	if len(findings) == 0 && len(slices) == 0 {
		findings = append(findings, monitor.Finding{
			Severity: monitor.Blind,
			Summary:  j.name + " cannot be judged: no order is known.",
			Advice:   "Download All Orders from Seller Central (Reports > Fulfilment > All Orders) and put it into this account's folder.",
		})
	}
	return findings, nil
}

// sumsKey names the sums of a slice among what is made once for all checks of rates.
type sumsKey struct{ monitor.Slice }

// sumsOf adds up the triangle of a slice.
func sumsOf(ctx context.Context, k monitor.Known, s monitor.Slice) (*monitor.Sums, error) {
	return monitor.Once(k, sumsKey{s}, func() (*monitor.Sums, error) {
		t, err := k.Triangle(ctx, s)
		if err != nil {
			return nil, err
		}
		return t.Sums(), nil
	})
}

// judgeRate judges one rule for one slice.
func (j rateJudge) judgeRate(ctx context.Context, k monitor.Known, s monitor.Slice, r policy.Rate, t *monitor.Sums, src sources) (monitor.Finding, error) {
	today := monitor.DayOf(k.At(), s.Marketplace.Clock())
	w := r.Window(today)
	defects, orders, unknown, settles := j.counts(r, t, w, today)
	f := monitor.Finding{
		Marketplace: s.Marketplace, Subject: s.Channel.Label(), Defects: defects, Orders: orders, Unknown: unknown,
		Window: &w, Limit: &r.Limit, DataAsOf: src.asOf, Details: src.notes,
	}
	look := j.look(r, t.Triangle, today, src.asOf, s.Marketplace.Clock())
	// Missing data cannot make a rate clean, but what is there may be over the limit, or alarming, already.
	switch {
	case r.Crossed(defects, orders+unknown):
	case src.missing != "":
		return j.blind(f, src.missing, src.settles), nil
	// What is proved late is no fair sample where most is unknown, so a few unknown orders only are passed over.
	case orders > 0 && 5*unknown <= orders+unknown && j.grade(r, defects, orders, look).Worse(monitor.Watch):
	case float64(unknown) > j.maxUnknown*float64(orders+unknown) && r.Crossed(defects+unknown, orders+unknown):
		return j.blind(f, fmt.Sprintf("of %s it is not known whether they count (%s, %s)",
			count(unknown, "order", "orders"), "of "+number(orders+unknown), days(w)), settles), nil
	}
	if orders == 0 {
		f.Severity = monitor.OK
		f.Summary = fmt.Sprintf("%s: no %s orders in the %s.", j.name, s.Channel.Label(), days(w))
		j.lookAhead(&f, r, t, today) // the first orders of a new seller are not in the window yet, but will be
		j.foresee(&f, r, look, today)
		return f, j.explain(ctx, k, s, r, &f)
	}
	value := float64(defects) / float64(orders)
	headroom, recovery := forecast.Headroom(defects, orders, r.Limit), forecast.Recovery(defects, orders, r.Limit)
	f.Value, f.Headroom, f.Recovery = &value, &headroom, &recovery
	f.Severity = j.grade(r, defects, orders, look)
	f.Summary = j.summary(r, w, defects, orders, headroom, recovery)
	if unknown > 0 {
		f.Details = append(f.Details, fmt.Sprintf("Of %s more it is not known whether they count. %s", count(unknown, "order", "orders"), settles))
	}
	j.lookAhead(&f, r, t, today)
	j.foresee(&f, r, look, today)
	j.tell(&f, r)
	return f, j.explain(ctx, k, s, r, &f)
}

// counts returns what is known of a rate over a window: its defects, the orders whose outcome is known or still open, the others,
// and which export would settle those.
func (j rateJudge) counts(r policy.Rate, t *monitor.Sums, w monitor.Window, today monitor.Day) (defects, orders, unknown int, settles string) {
	defects, orders = t.Count(r.Defects, w.From, w.To), t.Count(r.Of, w.From, w.To)
	if r.Of == monitor.Due {
		orders += t.Count(monitor.Undated, w.From, w.To)
	}
	unknown, settles = j.unknown(t, w, today)
	return defects, orders - unknown, unknown, settles
}

func (j rateJudge) blind(f monitor.Finding, why, settles string) monitor.Finding {
	f.Severity = monitor.Blind
	f.Summary = fmt.Sprintf("%s cannot be judged: %s.", j.name, why)
	f.Advice = settles
	return f
}

// grade turns counts and what is foreseen into a severity. A crossed limit is critical, except where a single defect crosses
// it because there are so few orders: Amazon weighs volume and its own reports show such accounts as good.
func (j rateJudge) grade(r policy.Rate, defects, orders int, o *outlook) monitor.Severity {
	switch {
	case r.Crossed(defects, orders):
		return crossing(r, defects, orders)
	case o.on(j.alarm):
		return monitor.Warning
	case defects >= 1 && forecast.Headroom(defects, orders, r.Limit) == 1, o.probability() >= j.watchAt && o.now.Known >= 1:
		return monitor.Watch
	default:
		return monitor.OK
	}
}

// crossing grades counts that are over the limit.
func crossing(r policy.Rate, defects, orders int) monitor.Severity {
	if defects == 1 && float64(orders)*r.Limit < 1 {
		return monitor.Warning
	}
	return monitor.Critical
}

// summary says the rate, or at low volume the count, and the distance to the limit both ways.
func (j rateJudge) summary(r policy.Rate, w monitor.Window, defects, orders, headroom, recovery int) string {
	counts := fmt.Sprintf("%s of %s, %s", number(defects), count(orders, "order", "orders"), days(w))
	limit := limitText(r.Limit)
	few := orders < forecast.SingleDefect(r.Limit)
	switch {
	case few && defects == 0:
		return fmt.Sprintf("%s: none among %s (%s). With so few orders, 1 %s is at or over the limit of %s.", j.name,
			count(orders, "order", "orders"), days(w), j.one, limit)
	case few:
		return fmt.Sprintf("%s: %s (%s). With so few orders every one is at or over the limit of %s; %s it back under.", j.name,
			count(defects, j.one, j.many)+" among "+count(orders, "order", "orders"), days(w), limit, bring(recovery))
	case headroom == 0:
		return fmt.Sprintf("%s is %s (%s): the limit of %s is crossed; %s it back.", j.name,
			percent(float64(defects)/float64(orders), r.Limit), counts, limit, bring(recovery))
	default:
		return fmt.Sprintf("%s is %s (%s); %s %s %s.", j.name, percent(float64(defects)/float64(orders), r.Limit), counts,
			count(headroom, "more "+j.one, "more "+j.many), crosses(headroom), limit)
	}
}

func crosses(n int) string {
	if n == 1 {
		return "crosses"
	}
	return "cross"
}

func bring(n int) string {
	if n == 1 {
		return "1 clean order brings"
	}
	return number(n) + " clean orders bring"
}

// lookAhead moves the window forward over days that are already decided: its end lies behind today, so the orders that
// enter it are known, and so are the defects that they have by now.
func (j rateJudge) lookAhead(f *monitor.Finding, r policy.Rate, t *monitor.Sums, today monitor.Day) {
	if r.EndLag == 0 {
		return
	}
	now := r.Crossed(f.Defects, f.Orders)
	turned := false
	for ahead := 1; ahead <= r.EndLag; ahead++ {
		w := r.Window(today + monitor.Day(ahead))
		defects, orders := t.Count(r.Defects, w.From, w.To), t.Count(r.Of, w.From, w.To)
		if orders == 0 {
			continue
		}
		f.Outlook = &monitor.Outlook{Day: today + monitor.Day(ahead), Value: float64(defects) / float64(orders), Defects: defects, Orders: orders, Window: w}
		if crossed := r.Crossed(defects, orders); crossed != now && !turned {
			turned = true
			verb := "crosses the limit"
			if now {
				verb = "falls back under the limit"
			} else {
				f.Severity = worse(f.Severity, monitor.Warning)
			}
			f.Details = append(f.Details, fmt.Sprintf("It %s on %s from what is known already: %s (%s of %s).", verb,
				f.Outlook.Day.Short(), percent(f.Outlook.Value, r.Limit), number(defects), count(orders, "order", "orders")))
		}
	}
	if o := f.Outlook; o != nil && r.EndLag > 1 { // else the calendar tells
		f.Details = append(f.Details, fmt.Sprintf("If nothing else happens it will be %s on %s (%s of %s).",
			percent(o.Value, r.Limit), o.Day.Short(), number(o.Defects), count(o.Orders, "order", "orders")))
	}
}

func worse(a, b monitor.Severity) monitor.Severity {
	if b.Worse(a) {
		return b
	}
	return a
}

// explain adds the orders behind the rate, those that are about to enter the window, and what carries it.
func (j rateJudge) explain(ctx context.Context, k monitor.Known, s monitor.Slice, r policy.Rate, f *monitor.Finding) error {
	clock := s.Marketplace.Clock()
	// What happened to orders that are too new for the window is decided, too: they enter it in the coming days.
	q := monitor.OrderQuery{Slice: s, Measure: r.Defects, From: f.Window.From, To: f.Window.To + monitor.Day(r.EndLag)}
	if f.Defects == 0 && !slices.ContainsFunc(f.Calendar, func(c monitor.CalendarDay) bool { return c.Defects > 0 }) {
		return nil
	}
	orders, err := k.Orders(ctx, q)
	if err != nil {
		return err
	}
	var all []monitor.Evidence
	coming := 0 // the newest come first
	for _, o := range orders {
		_, anchor, _ := o.Counted(r.Defects, k.At())
		shipped := o.Confirmed()
		if shipped.After(k.At()) {
			shipped = time.Time{}
		}
		if anchor > f.Window.To {
			coming++
		}
		all = append(all, monitor.Evidence{OrderID: o.ID, Date: anchor, ShipBy: o.ShipBy, Confirmed: shipped, Why: j.why(o, k.At()), Leaves: anchor + monitor.Day(r.EndLag+r.Days)})
	}
	enroll(f.Calendar, r, all)
	orders, f.Evidence = orders[coming:], all[coming:]
	if !f.Severity.Worse(monitor.OK) {
		return nil
	}
	if text := moves(f, r); text != "" {
		f.Details = append(f.Details, text)
	}
	if f.Defects == 0 {
		return nil
	}
	if j.kinds != nil {
		f.Details = append(f.Details, j.kinds(orders, k.At()))
	}
	if len(orders) < fewestOfGroup {
		return nil
	}
	q.Measure, q.To = r.Of, f.Window.To
	shares, err := k.Shares(ctx, q)
	if err != nil {
		return err
	}
	f.Drivers = drivers(orders, f.Evidence, shares, f.Orders, clock)
	return nil
}
