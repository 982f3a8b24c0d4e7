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
	first := past.series(&room{}, today, seen)
	o := &outlook{now: first.Look(prior), ok: true}
	o.then = func(ago int) forecast.Glance {
		s, p := &first, o.probability()
		if ago > 0 {
			day := today - monitor.Day(ago)
			then := past.series(&past.room, day, min(seen, day)) // nobody needs the one of the day before
			s, p = &then, then.Chance(prior, j.alarm.Until, j.alarm.From)
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
	news  []news
	// settled is the day before which every order's outcome would be known if an export had told: see series.
	settled monitor.Day
	open    []int // by anchor day, orders whose outcome is not known
	room    room  // for one series at a time
}

// room is memory that series are laid out in.
type room struct {
	orders, defects []int
	arrived         []forecast.Count
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
	of := 0
	for _, c := range t.Cells {
		if c.Measure == r.Of || c.Measure == r.Defects {
			of++
		}
		if c.Measure == r.Of && c.Known <= today {
			p.last = max(p.last, min(c.Anchor, today+forecast.Horizon))
		}
	}
	p.open = make([]int, p.last-p.first+1)
	p.news = make([]news, 0, of)
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
	return p
}

// series lays the past out in a room by anchor day, as it was known on a day. Orders of which no export tells the outcome are left out,
// except those of the last day seen, whose outcome the next export tells.
func (p *past) series(in *room, today, seen monitor.Day) forecast.Series {
	first := today - remembered
	skip := int(first - p.first)
	n := int(min(p.last, today+forecast.Horizon)-first) + 1
	s := forecast.Series{
		First: int(first), Today: int(today), Seen: int(seen), Days: p.rate.Days, EndLag: p.rate.EndLag, Limit: p.rate.Limit,
		AtOnce: p.judge.atOnce, Orders: cleared(&in.orders, n), Defects: cleared(&in.defects, n), Delays: p.judge.delays,
	}
	in.arrived = in.arrived[:0]
	for _, c := range p.news {
		i := c.anchor - skip
		if c.known > today || i < 0 || i >= n {
			continue
		}
		s.Orders[i] += c.orders
		s.Defects[i] += c.defects
		if c.defects != 0 && !p.judge.atOnce {
			in.arrived = append(in.arrived, forecast.Count{Anchor: int(p.first) + c.anchor, Known: int(c.known), N: c.defects})
		}
	}
	for i := range s.Orders {
		if first+monitor.Day(i) < p.settled {
			s.Orders[i] -= max(0, p.open[i+skip])
		}
		s.Orders[i], s.Defects[i] = max(0, s.Orders[i]), max(0, s.Defects[i])
	}
	if !p.judge.atOnce {
		s.Delays = p.judge.delays.Learn(in.arrived, int(seen), delayWeight)
	}
	return s
}

// cleared returns some room of n zeros.
func cleared(room *[]int, n int) []int {
	if cap(*room) < n {
		*room = make([]int, n)
	}
	*room = (*room)[:n]
	clear(*room)
	return *room
}
