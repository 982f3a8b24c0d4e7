package checks

import (
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// remembered is how many days of orders a forecast learns from.
const remembered = 120

// delayWeight is how many defects the delays thought of beforehand are worth.
const delayWeight = 8

// evidence is how many defects must be known before a probability is worth a warning.
const evidence = 2

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
	at := func(ago int) forecast.Series {
		day := today - monitor.Day(ago)
		return j.series(r, t, day, min(seen, day), seen)
	}
	glance := func(s forecast.Series, a forecast.Ahead) forecast.Glance {
		defects, orders := s.Counts()
		return forecast.Glance{Probability: a.Crossing[forecast.Horizon-1], Known: a.Known, Crossed: r.Crossed(defects, orders)}
	}
	prior := forecast.Usual()
	first := at(0)
	o := &outlook{now: first.Look(prior), ok: true}
	o.then = func(ago int) forecast.Glance {
		if ago == 0 {
			return glance(first, o.now)
		}
		s := at(ago)
		return glance(s, s.Look(prior))
	}
	return o
}

func (o *outlook) on(a forecast.Alarm) bool { return o.ok && a.On(o.then) }

func (o *outlook) probability() float64 { return o.now.Crossing[forecast.Horizon-1] }

// series lays the triangle out by anchor day, as it was known on a day. Orders of which no export tells the outcome are left out,
// except those of the last day seen, whose outcome the next export tells.
func (j rateJudge) series(r policy.Rate, t *monitor.Triangle, today, seen, settled monitor.Day) forecast.Series {
	first := today - remembered
	last := today
	for _, c := range t.Cells {
		if c.Measure == r.Of && c.Known <= today {
			last = max(last, min(c.Anchor, today+forecast.Horizon))
		}
	}
	n := int(last-first) + 1
	s := forecast.Series{
		First: int(first), Today: int(today), Seen: int(seen), Days: r.Days, EndLag: r.EndLag, Limit: r.Limit, AtOnce: j.atOnce,
		Orders: make([]int, n), Defects: make([]int, n), Delays: j.delays,
	}
	open := make([]int, n)
	var arrived []forecast.Count
	for _, c := range t.Cells {
		i := int(c.Anchor - first)
		if i < 0 || i >= n {
			continue
		}
		known := c.Known
		if j.atOnce { // late is known after the day, although it is so from its last moment on
			known = max(known, c.Anchor+1)
		}
		if c.Measure == r.Defects && known <= today {
			s.Defects[i] += c.N
			arrived = append(arrived, forecast.Count{Anchor: int(c.Anchor), Known: int(known), N: c.N})
		}
		if c.Measure == r.Of && c.Known <= today {
			s.Orders[i] += c.N
		}
		switch {
		case r.Of != monitor.Due:
		case c.Measure == monitor.Due:
			open[i] += c.N
		case c.Measure == monitor.ConfirmedLate, c.Measure == monitor.ConfirmedOnTime:
			open[i] -= c.N
		}
	}
	for i := range s.Orders {
		if first+monitor.Day(i) < settled {
			s.Orders[i] -= max(0, open[i])
		}
		s.Orders[i], s.Defects[i] = max(0, s.Orders[i]), max(0, s.Defects[i])
	}
	if !j.atOnce {
		s.Delays = j.delays.Learn(arrived, int(seen), delayWeight)
	}
	return s
}
