package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// ValidTrackingRate warns of seller-fulfilled parcels without a valid tracking number.
type ValidTrackingRate struct {
	WarningAt  float64       `help:"Share of the parcels that may lack a number from which it warns, 0..1."`
	WatchAt    float64       `help:"Share of the parcels that may lack a number from which it is worth a look, 0..1."`
	Covered    float64       `help:"Share of the orders due that confirmation files must name for our own figure to be an answer, 0..1."`
	StaleAfter time.Duration `help:"Age of the newest confirmation file from which there is no figure of our own."`
	ReportAge  time.Duration `help:"Age of the newest performance report from which Amazon's figure is not used."`

	book policy.Book
}

var validTracking = Entry{
	Signal: policy.ValidTrackingRate,
	Title:  "Valid tracking rate",
	Finds:  "Seller-fulfilled parcels confirmed without a valid tracking number: more than 95 % must have one, over 30 days and in each product category.",
	Counts: "Parcels by promised delivery day, over 30 days that end 10 days ago. Our own figure is of the orders that your confirmation files name: whether a number was given, and whether it can be one of the carrier named (its form, its check digit). " +
		"Whether the carrier scanned it, which Amazon asks for, no export tells, so the true rate may be lower; exempt parcels may make it higher, and categories are not known. " +
		"Where a performance report is there, Amazon's figure stands beside it and the worse of the two is told; each says whose it is. Labels bought through Amazon are in no confirmation file.",
	Advice: "Add or correct the tracking numbers named here: Amazon takes edits until delivery, and shows them within 72 hours. Give the number with the confirmation, before the parcel is delivered, and name the carrier that has it.",
	Source: "Amazon's valid tracking rate page; window from two seller performance reports",
	Reads:  []monitor.ExportKind{monitor.KindShippingConfirmation, monitor.KindOrderReport, monitor.KindPerformance},
	Needs:  [][]monitor.ExportKind{{monitor.KindShippingConfirmation, monitor.KindPerformance}},
	Daily:  true,
	New: func(r Rules) monitor.Check {
		return &ValidTrackingRate{WarningAt: 0.75, WatchAt: 0.5, Covered: 0.5, StaleAfter: 14 * 24 * time.Hour, ReportAge: 7 * 24 * time.Hour, book: r.Book}
	},
}

// settlesTracking is what somebody without a performance report can do.
const settlesTracking = "Put a copy of each shipping confirmation file that you upload into this account's folder, and the order report (Orders > Order Reports > New Orders), which tells the promised delivery dates."

// Judge implements monitor.Check.
func (c *ValidTrackingRate) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	known, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	stores, err := standings(ctx, k)
	if err != nil {
		return nil, err
	}
	markets := sellsItself(known)
	for _, s := range stores {
		if _, told := c.amazon(s, k.At()); told && !slices.Contains(markets, s.marketplace) {
			markets = append(markets, s.marketplace)
		}
	}
	slices.Sort(markets)
	var findings []monitor.Finding
	judged := false
	for _, m := range markets {
		i := slices.IndexFunc(stores, func(s storeReports) bool { return s.marketplace == m })
		var report *storeReports
		if i >= 0 {
			report = &stores[i]
		}
		f, err := c.judgeStore(ctx, k, m, report, arrivals)
		if err != nil {
			return nil, err
		}
		judged = judged || f.Severity != monitor.Blind
		findings = append(findings, f)
	}
	switch {
	case len(findings) == 0 && onlyFBA(known):
		return []monitor.Finding{{Severity: monitor.OK, Summary: "Valid tracking rate: no seller-fulfilled order is known, and FBA orders do not count.", Advice: "Nothing to do."}}, nil
	case len(findings) == 0:
		return []monitor.Finding{{Severity: monitor.Blind, Summary: "Valid tracking rate cannot be judged: no order is known.", Advice: settlesTracking}}, nil
	case !judged: // once, not for each store
		findings[0].Marketplace, findings[0].Subject = "", ""
		return findings[:1], nil
	}
	return findings, nil
}

// amazon returns Amazon's figure, and false where no fresh report tells one.
func (c *ValidTrackingRate) amazon(s storeReports, at time.Time) (achieved, bool) {
	if s.stale(at, c.ReportAge) != "" {
		return achieved{}, false
	}
	for _, m := range s.newest().RatesOf(monitor.ValidTrackingRate, "") {
		a := achievedBy(m)
		if _, some := a.share(); some || a.status != "" {
			return a, true
		}
	}
	return achieved{}, false
}

// judgeStore judges one store by both figures, or by the one that there is.
func (c *ValidTrackingRate) judgeStore(ctx context.Context, k monitor.Known, m monitor.Marketplace, report *storeReports, arrivals []monitor.Arrival) (monitor.Finding, error) {
	j := floorJudge{name: validTracking.Title, one: "parcel", many: "parcels", failing: "without a valid number", warningAt: c.WarningAt, watchAt: c.WatchAt}
	f := monitor.Finding{Marketplace: m, Subject: monitor.SellerFulfilled.Label(), Advice: "Nothing to do."}
	rule, _ := c.book.Floor(policy.ValidTrackingRate, k.Account().Name, m, monitor.DayOf(k.At(), m.Clock()))
	own, err := c.own(ctx, k, m, rule, arrivals)
	if err != nil {
		return f, err
	}
	var amazon achieved
	told := false
	if report != nil {
		amazon, told = c.amazon(*report, k.At())
	}
	switch {
	case !told && own.missing != "":
		f.Severity, f.Advice = monitor.Blind, settlesTracking
		f.Summary = "Valid tracking rate cannot be judged: " + own.missing + ", and no fresh performance report tells Amazon's figure."
		return f, nil
	case told && (own.missing != "" || j.grade(rule, amazon).Worse(j.grade(rule, own.achieved))):
		j.fill(&f, rule, amazon, report.newest().Day)
		f.DataAsOf = report.asOf(k.At())
		if own.missing == "" {
			f.Details = append(f.Details, "By our own count "+own.text(rule)+": the others have numbers that can be valid, and were not scanned in time, or at all.")
		} else {
			f.Details = append(f.Details, "There is no figure of our own: "+own.missing+".")
		}
		f.Evidence = append(own.evidence, evidenceOf(report.all[len(report.all)-1], "Amazon's figure"))
	default:
		j.fill(&f, rule, own.achieved, 0) // it has its window
		f.DataAsOf, f.Unknown = own.asOf, own.unnamed
		if own.unnamed > 0 {
			f.Details = append(f.Details, fmt.Sprintf("Confirmation files name %s; about %s more were due in these days. Those with labels bought through Amazon have tracking.", count(own.orders, "order", "orders"), number(own.unnamed)))
		}
		own.lookAhead(&f, rule, k.At(), m.Clock())
		f.Details = append(f.Details, "Whether the parcels were scanned is not known: the true rate may be lower.")
		if told {
			if share, some := amazon.share(); some {
				f.Details = append(f.Details, fmt.Sprintf("Amazon counts %s (%s).", percent(share, rule.Target), word(amazon.status)))
			}
		}
		f.Evidence = own.evidence
	}
	f.Details = append(f.Details, "Amazon judges each product category by itself.")
	if f.Severity.Worse(monitor.OK) {
		f.Advice = validTracking.Advice
	}
	return f, nil
}

// ownTracking is what the confirmation files tell.
type ownTracking struct {
	achieved
	missing  string // why there is no figure; empty: there is one
	asOf     time.Time
	orders   int // that a confirmation file names
	unnamed  int // about how many more were due in these days
	evidence []monitor.Evidence

	byDay map[monitor.Day]promised // by the day of the promised delivery, those behind the window included
	all   []monitor.Evidence       // of these days
}

func (o ownTracking) text(rule policy.Floor) string {
	share, _ := o.share()
	return fmt.Sprintf("it is %s (%s of %s)", percent(share, rule.Target), number(o.right), count(o.of, "parcel", "parcels"))
}

// own counts the parcels that confirmation files name.
func (c *ValidTrackingRate) own(ctx context.Context, k monitor.Known, m monitor.Marketplace, rule policy.Floor, arrivals []monitor.Arrival) (ownTracking, error) {
	o := ownTracking{asOf: newest(arrivals, monitor.KindShippingConfirmation)}
	if o.missing = tooOld("shipping confirmation file", o.asOf, k.At(), c.StaleAfter); o.missing != "" {
		return o, nil
	}
	w := rule.Window(monitor.DayOf(k.At(), m.Clock()))
	o.window = &w
	// What the window has not got to yet is confirmed for the most part.
	orders, err := k.Confirmed(ctx, m, w.From, w.To+monitor.Day(rule.EndLag+forecast.Horizon))
	if err != nil {
		return o, err
	}
	o.byDay = map[monitor.Day]promised{}
	t, err := k.Triangle(ctx, monitor.Slice{Marketplace: m, Channel: monitor.SellerFulfilled})
	if err != nil {
		return o, err
	}
	due := t.Count(monitor.Due, w.From, w.To)
	for _, order := range orders {
		right, wrong := parcels(order, k.At())
		if right+len(wrong) == 0 {
			continue
		}
		day := monitor.DayOf(order.DeliverBy, m.Clock())
		p := o.byDay[day]
		o.byDay[day] = promised{p.parcels + right + len(wrong), p.wrong + len(wrong)}
		if len(wrong) > 0 {
			o.all = append(o.all, monitor.Evidence{OrderID: order.ID, Date: day, ShipBy: order.ShipBy, Why: strings.Join(wrong, "; "), Leaves: day + monitor.Day(rule.EndLag+rule.Days)})
		}
		if day > w.To {
			continue
		}
		o.orders++
		o.right += right
		o.of += right + len(wrong)
		if len(wrong) > 0 {
			o.evidence = append(o.evidence, o.all[len(o.all)-1])
		}
	}
	o.unnamed = max(0, due-o.orders)
	switch {
	case o.orders == 0 && due == 0:
		o.missing = "no order is known to be promised for delivery within the " + days(w)
	case o.orders == 0:
		o.missing = "confirmation files name no order that the order report promises for delivery within the " + days(w)
	case float64(o.orders) < c.Covered*float64(due) && c.milder(rule, o):
		o.missing = fmt.Sprintf("confirmation files name %s of about %s due in the %s", number(o.orders), count(due, "order", "orders"), days(w))
	}
	return o, nil
}

// milder says whether a figure is no bad news: of a small part of the orders it proves nothing then.
func (c *ValidTrackingRate) milder(rule policy.Floor, o ownTracking) bool {
	j := floorJudge{warningAt: c.WarningAt, watchAt: c.WatchAt}
	return !j.grade(rule, o.achieved).Worse(monitor.Watch)
}

// parcels counts an order's parcels with a number that can be valid, and says of the others what is wrong. Lines with one
// number are one parcel, and so are those without any.
func parcels(o monitor.Order, at time.Time) (right int, wrong []string) {
	seen := map[string]bool{}
	for _, c := range o.Confirmations {
		n := trackingNumber(c.Tracking)
		if c.AsOf.After(at) || seen[n] {
			continue
		}
		seen[n] = true
		if why := impossible(c.Carrier, c.Tracking, o.ID); why != "" {
			wrong = append(wrong, why)
			continue
		}
		right++
	}
	slices.Sort(wrong)
	return right, wrong
}
