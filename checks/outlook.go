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
	now   forecast.Ahead
	then  func(ago int) forecast.Glance
	alarm *bool // whether it is on; nil: nobody has asked
	ok    bool
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

// on says whether the alarm of the rate is on.
func (o *outlook) on(a forecast.Alarm) bool {
	if o.alarm == nil {
		on := o.ok && a.On(o.then)
		o.alarm = &on
	}
	return *o.alarm
}

func (o *outlook) probability() float64 { return o.now.Crossing[forecast.Horizon-1] }

// past is a triangle reduced to what a forecast of one rate needs, now and as it was known on earlier days.
type past struct {
	judge rateJudge
	rate  policy.Rate
	first monitor.Day // anchor day with the index 0
	// By anchor day, what is known by the day known. It is taken back day by day, so days are asked for from the newest on.
	orders, defects []int
	known           monitor.Day
	news            []news                         // of the last days
	last            [forecast.Remembered + 1]int32 // of the news of each of these days, one more than its index; 0: there are none
	arrived         []forecast.Count               // all defects
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

// news is what became known on a day: orders and defects of an anchor day. Before is the index of other news of the day, as in past.last.
type news struct{ anchor, orders, defects, before int32 }

// past reduces a triangle. The last day of which is known what became known on it is seen.
func (j rateJudge) past(r policy.Rate, t *monitor.Triangle, today, seen monitor.Day) *past {
	const days = remembered + forecast.Remembered + forecast.Horizon + 1
	var counts [3 * days]int
	p := &past{judge: j, rate: r, first: today - remembered - forecast.Remembered, known: today, settled: seen,
		orders: counts[:days:days], defects: counts[days : 2*days : 2*days], open: counts[2*days:]}
	for i := range t.Cells {
		c := &t.Cells[i]
		at := int(c.Anchor - p.first)
		if at < 0 || at >= days {
			continue
		}
		if r.Of == monitor.Due {
			switch c.Measure {
			case monitor.Due:
				p.open[at] += c.N
			case monitor.ConfirmedLate, monitor.ConfirmedOnTime:
				p.open[at] -= c.N
			}
		}
		orders, defects, known := 0, 0, c.Known
		if c.Measure == r.Of {
			orders = c.N
		}
		if c.Measure == r.Defects {
			defects = c.N
			if j.atOnce { // late is known after the day, although it is so from its last moment on
				known = max(known, c.Anchor+1)
			} else {
				p.arrived = append(p.arrived, forecast.Count{Anchor: int(c.Anchor), Known: int(known), N: defects})
			}
		}
		if orders == 0 && defects == 0 || known > today {
			continue
		}
		p.orders[at] += orders
		p.defects[at] += defects
		if ago := today - known; ago <= forecast.Remembered {
			p.news = append(p.news, news{int32(at), int32(orders), int32(defects), p.last[ago]}) //nolint:gosec // all are small
			p.last[ago] = int32(len(p.news))                                                     //nolint:gosec // as above
		}
	}
	return p
}

// back takes out what became known after a day.
func (p *past) back(to monitor.Day) {
	for ; p.known > to; p.known-- {
		for i := p.last[p.today()-p.known]; i != 0; i = p.news[i-1].before {
			n := &p.news[i-1]
			p.orders[n.anchor] -= int(n.orders)
			p.defects[n.anchor] -= int(n.defects)
		}
	}
}

// today is the day whose past it is.
func (p *past) today() monitor.Day { return p.first + remembered + forecast.Remembered }

// series lays the past out in a room by anchor day, as it was known on a day. Orders of which no export tells the outcome are left out,
// except those of the last day seen, whose outcome the next export tells.
func (p *past) series(in *room, today, seen monitor.Day) forecast.Series {
	p.back(today)
	const n = remembered + forecast.Horizon + 1
	first := today - remembered
	skip := int(first - p.first)
	if cap(in.orders) < n {
		in.orders, in.defects = make([]int, n), make([]int, n)
	}
	s := forecast.Series{
		First: int(first), Today: int(today), Seen: int(seen), Days: p.rate.Days, EndLag: p.rate.EndLag, Limit: p.rate.Limit,
		AtOnce: p.judge.atOnce, Orders: in.orders[:n], Defects: in.defects[:n], Delays: p.judge.delays,
	}
	for i := range n {
		orders := p.orders[skip+i]
		if first+monitor.Day(i) < p.settled {
			orders -= max(0, p.open[skip+i])
		}
		s.Orders[i], s.Defects[i] = max(0, orders), max(0, p.defects[skip+i])
	}
	if !p.judge.atOnce {
		in.arrived = in.arrived[:0]
		for _, c := range p.arrived {
			if c.Anchor >= s.First {
				in.arrived = append(in.arrived, c)
			}
		}
		s.Delays = p.judge.delays.Learn(in.arrived, int(seen), delayWeight)
	}
	return s
}
