package checks

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// remembered is how many days of orders a forecast learns from.
const remembered = 120

// delayWeight is how many defects the delays thought of beforehand are worth.
const delayWeight = 8

// evidence is how many defects must be known before a probability is worth a warning. In a small account the first one may be
// all that is needed.
const evidence = 1

// outlook is what is foreseen for one rule and slice: now, and on earlier days from what was known then. The zero outlook and
// nil foresee nothing.
type outlook struct {
	now  forecast.Ahead
	then func(ago int) forecast.Glance
	ok   bool
}

// look foresees a rate from the triangle as it was known by today. Where the newest export is older than today, so is what the
// forecast knows, and the orders since then are expected ones.
func (j rateJudge) look(r policy.Rate, t *monitor.Triangle, today monitor.Day, asOf time.Time, clock *time.Location) *outlook {
	seen := min(today, monitor.DayOf(asOf, clock))
	if asOf.IsZero() || seen < today-remembered {
		return &outlook{}
	}
	past := j.past(r, t, today, seen)
	prior := forecast.Usual()
	first := past.series(today, seen)
	o := &outlook{now: first.Look(prior), ok: true}
	o.then = func(ago int) forecast.Glance {
		s, p := &first, o.probability()
		if ago > 0 {
			day := today - monitor.Day(ago)
			then := past.series(day, min(seen, day))
			s, p = &then, then.Chance(prior)
		}
		defects, orders := s.Counts()
		known := 0
		for _, n := range s.Defects {
			known += n
		}
		return forecast.Glance{Probability: p, Known: known, Crossed: r.Crossed(defects, orders)}
	}
	return o
}

func (o *outlook) on(a forecast.Alarm) bool { return o.ok && a.On(o.then) }

func (o *outlook) probability() float64 { return o.now.Crossing[forecast.Horizon-1] }

// past is a triangle reduced to what a forecast of one rate needs, now and as it was known on earlier days.
type past struct {
	judge rateJudge
	rate  policy.Rate
	first monitor.Day // anchor day with the index 0
	last  monitor.Day
	news  []news // by the day on which it became known
	// settled is the day before which every order's outcome would be known if an export had told: see series.
	settled monitor.Day
	open    []int // by anchor day, orders whose outcome is not known
}

// news is what became known on a day: orders and defects of an anchor day.
type news struct {
	known           monitor.Day
	anchor          int
	orders, defects int
}

// past reduces a triangle. The last day of which is known what became known on it is seen.
func (j rateJudge) past(r policy.Rate, t *monitor.Triangle, today, seen monitor.Day) *past {
	p := &past{judge: j, rate: r, first: today - remembered - forecast.Remembered, last: today, settled: seen}
	for _, c := range t.Cells {
		if c.Measure == r.Of && c.Known <= today {
			p.last = max(p.last, min(c.Anchor, today+forecast.Horizon))
		}
	}
	p.open = make([]int, p.last-p.first+1)
	for _, c := range t.Cells {
		i := int(c.Anchor - p.first)
		if i < 0 || i >= len(p.open) {
			continue
		}
		if r.Of == monitor.Due {
			switch c.Measure {
			case monitor.Due:
				p.open[i] += c.N
			case monitor.ConfirmedLate, monitor.ConfirmedOnTime:
				p.open[i] -= c.N
			}
		}
		n := news{known: c.Known, anchor: i}
		switch {
		case c.Measure == r.Of && c.Measure == r.Defects:
			n.orders, n.defects = c.N, c.N
		case c.Measure == r.Of:
			n.orders = c.N
		case c.Measure == r.Defects:
			n.defects = c.N
			if j.atOnce { // late is known after the day, although it is so from its last moment on
				n.known = max(n.known, c.Anchor+1)
			}
		default:
			continue
		}
		p.news = append(p.news, n)
	}
	slices.SortFunc(p.news, func(a, b news) int { return cmp.Compare(a.known, b.known) })
	return p
}

// series lays the past out by anchor day, as it was known on a day. Orders of which no export tells the outcome are left out,
// except those of the last day seen, whose outcome the next export tells.
func (p *past) series(today, seen monitor.Day) forecast.Series {
	first := today - remembered
	skip := int(first - p.first)
	n := int(min(p.last, today+forecast.Horizon)-first) + 1
	s := forecast.Series{
		First: int(first), Today: int(today), Seen: int(seen), Days: p.rate.Days, EndLag: p.rate.EndLag, Limit: p.rate.Limit,
		AtOnce: p.judge.atOnce, Orders: make([]int, n), Defects: make([]int, n), Delays: p.judge.delays,
	}
	var arrived []forecast.Count
	for _, c := range p.news {
		if c.known > today {
			break
		}
		i := c.anchor - skip
		if i < 0 || i >= n {
			continue
		}
		s.Orders[i] += c.orders
		s.Defects[i] += c.defects
		if c.defects != 0 && !p.judge.atOnce {
			arrived = append(arrived, forecast.Count{Anchor: int(p.first) + c.anchor, Known: int(c.known), N: c.defects})
		}
	}
	for i := range s.Orders {
		if first+monitor.Day(i) < p.settled {
			s.Orders[i] -= max(0, p.open[i+skip])
		}
		s.Orders[i], s.Defects[i] = max(0, s.Orders[i]), max(0, s.Defects[i])
	}
	if !p.judge.atOnce {
		s.Delays = p.judge.delays.Learn(arrived, int(seen), delayWeight)
	}
	return s
}

// foresee writes into a finding what is foreseen.
func (j rateJudge) foresee(f *monitor.Finding, r policy.Rate, o *outlook, today monitor.Day) {
	if !o.ok {
		return
	}
	a := &o.now
	fc := &monitor.Forecast{
		Within7: a.Crossing[6], Within14: o.probability(), Low: a.Low, High: a.High, Known: a.Known,
	}
	crossed := r.Crossed(f.Defects, f.Orders)
	if !crossed {
		fc.By, fc.Earliest, fc.Latest = dayIn(today, a.When(0.5)), dayIn(today, a.When(0.1)), dayIn(today, a.When(0.9))
	}
	for t, decided := range a.Decided {
		orders := int(math.Round(a.Orders[t]))
		h := monitor.Headroom{Day: today + monitor.Day(t+1), More: forecast.Headroom(decided, orders, r.Limit), Defects: decided, Orders: orders}
		if t == 0 || h.More < fc.Worst.More {
			fc.Worst = h
		}
		if left := a.Leaves[t]; left > 0 {
			l := monitor.Leaving{Day: h.Day, Defects: left}
			if orders > 0 {
				l.Value = float64(decided) / float64(orders)
			}
			fc.Leaving = append(fc.Leaving, l)
		}
	}
	f.Forecast = fc
	if !f.Severity.Worse(monitor.OK) {
		return
	}
	if !crossed {
		if certain := fc.Latest != nil && *fc.Earliest == *fc.Latest; !certain || r.EndLag == 0 { // else it is said already
			f.Details = append(f.Details, j.chances(fc, r))
		}
		if fc.Worst.More > 0 && f.Headroom != nil && fc.Worst.More < *f.Headroom {
			f.Details = append(f.Details, fmt.Sprintf("On %s already %s %s it (%d of about %s by then if nothing else happens).", fc.Worst.Day.Short(),
				count(fc.Worst.More, "more "+j.one, "more "+j.many), crosses(fc.Worst.More), fc.Worst.Defects, count(fc.Worst.Orders, "order", "orders")))
		}
		if f.Severity == monitor.Warning && fc.By != nil {
			f.Summary = strings.TrimSuffix(f.Summary, ".") + ". More likely than not over the limit by " + date(*fc.By) + "."
		} else if f.Severity == monitor.Warning && fc.Within14 >= 0.005 {
			f.Summary = strings.TrimSuffix(f.Summary, ".") + fmt.Sprintf(". Over the limit within 14 days: %s.", chance(fc.Within14))
		}
	}
	if text := j.rollOff(fc, r); text != "" {
		f.Details = append(f.Details, text)
	}
}

// chances says how likely the limit is crossed, and when.
func (j rateJudge) chances(fc *monitor.Forecast, r policy.Rate) string {
	text := fmt.Sprintf("Chance to cross %s: %s within 7 days, %s within 14", limitText(r.Limit), chance(fc.Within7), chance(fc.Within14))
	if fc.By != nil {
		until := "later than " + date(*fc.By)
		if fc.Latest != nil {
			until = date(*fc.Latest)
		}
		text += fmt.Sprintf("; more likely than not by %s (between %s and %s)", date(*fc.By), date(*fc.Earliest), until)
	}
	text += fmt.Sprintf(". In 14 days it lies between %s and %s (80 %%)", percent(fc.Low, r.Limit), percent(fc.High, r.Limit))
	if fc.Known < 10 {
		text += fmt.Sprintf("; only %s known, so this is rough", count(fc.Known, j.one+" is", j.many+" are"))
	}
	return text + "."
}

// rollOff says which defects leave the window when.
func (j rateJudge) rollOff(fc *monitor.Forecast, r policy.Rate) string {
	const most = 3
	var parts []string
	for _, l := range fc.Leaving[:min(most, len(fc.Leaving))] {
		parts = append(parts, fmt.Sprintf("%s on %s (then %s)", number(l.Defects), l.Day.Short(), percent(l.Value, r.Limit)))
	}
	if len(parts) == 0 {
		return ""
	}
	text := fmt.Sprintf("Of the %s, the window leaves behind %s", j.many, strings.Join(parts, ", "))
	if more := len(fc.Leaving) - most; more > 0 {
		text += fmt.Sprintf(", and on %s more", count(more, "day", "days"))
	}
	return text + "; the rates hold if no further order turns bad."
}

// dayIn returns the day that lies some days ahead; nil for 0.
func dayIn(today monitor.Day, ahead int) *monitor.Day {
	if ahead == 0 {
		return nil
	}
	day := today + monitor.Day(ahead)
	return &day
}

// date writes a day with its weekday: Thu 26 Nov.
func date(d monitor.Day) string { return d.Weekday().String()[:3] + " " + d.Short() }

// chance writes a probability as people read it, and never as certain where it is not.
func chance(p float64) string {
	switch {
	case p < 0.01:
		return "under 1 %"
	case p >= 1:
		return "as good as certain"
	case p > 0.99:
		return "over 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}
