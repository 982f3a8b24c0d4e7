package main

import (
	"math/rand/v2"
	"slices"

	"goodstanding/monitor/forecast"
)

// look is what is known of one account on one evening, and what is foreseen.
type look struct {
	value    float64 // the rate as known, as a share of the limit, over the worst of the windows
	before   float64 // the same 7 days ago
	crossing [forecast.Horizon]float64
	known    int        // defects behind it
	told     [2]float64 // the probability within the horizon as somebody knows it who knows today's true rate, or those to come as well
	missed   bool       // the target is missed, over some window, by what has become known
}

// watch looks at an account each evening.
func (a *account) watch(m metric, prior forecast.Prior, oracles bool) []look {
	r := rand.New(rand.NewPCG(9, 9))
	days := len(a.orders)
	looks := make([]look, days)
	counts := make([]int, days)
	for today := range days {
		l := &looks[today]
		clear(counts)
		for _, c := range a.defects {
			if c.Known <= today {
				counts[c.Anchor] += c.N
			}
		}
		ask := today >= before-20 && today < before+during
		var delays forecast.Delays
		if ask {
			delays = m.delays
			if !m.atOnce {
				delays = delays.Learn(a.defects, today, m.weight)
			}
		}
		for _, w := range m.windows {
			to := today - w.lag
			from := max(0, to-w.days+1)
			if to < 0 {
				continue
			}
			n, k := 0, 0
			for d := from; d <= to; d++ {
				n, k = n+a.orders[d], k+counts[d]
			}
			if n == 0 {
				continue
			}
			if v := float64(k) / float64(n) / m.limit; v > l.value {
				l.value = v
			}
			l.missed = l.missed || float64(k)/float64(n) >= m.limit
			if ask {
				first := max(0, today-120)
				s := forecast.Series{First: first, Orders: a.orders[first : today+1], Defects: counts[first : today+1], Seen: today, Today: today,
					Days: w.days, EndLag: w.lag, Limit: m.limit, Delays: delays, AtOnce: m.atOnce}
				f := s.Look(prior)
				l.known = f.Known
				for i := range l.told {
					if oracles {
						l.told[i] = max(l.told[i], a.oracle(r, &s, i == 1))
					}
				}
				for t := range f.Crossing {
					l.crossing[t] = max(l.crossing[t], f.Crossing[t])
				}
			}
		}
		if today >= 7 {
			l.before = looks[today-7].value
		}
	}
	return looks
}

// score is how alerts fared.
type score struct {
	accounts, breaches int
	ahead              [4]int // warned at least 0, 1, 3, 7 days ahead
	alerts, wrong      int
	leads              []int
}

// easeAfter is how many days an alert outlasts what it is about, as the alert policy has it.
const easeAfter = 3

// add counts the alerts of one account: alarm says on which evenings it is warning or worse.
func (s *score) add(looks []look, alarm func(day int) bool) {
	s.accounts++
	days := len(looks)
	breach := make([]bool, days)
	meets := 0
	for d := range looks {
		if !looks[d].missed {
			meets++
			continue
		}
		breach[d] = meets >= 7
		meets = 0
	}
	open, milder := -1, 0
	since := make([]int, days) // since when an alert is open, -1 none
	type alert struct{ from, to int }
	var alerts []alert
	for d := range looks {
		since[d] = -1
		on := false
		if d >= before-20 && d < before+during {
			on = alarm(d)
		} else if d >= before+during {
			on = looks[d].missed
		}
		switch {
		case on && open < 0:
			open, milder = d, 0
		case on:
			milder = 0
		case open >= 0:
			if milder++; milder > easeAfter {
				alerts = append(alerts, alert{open, d})
				open = -1
			}
		}
		since[d] = open
	}
	if open >= 0 {
		alerts = append(alerts, alert{open, days - 1})
	}
	for d := before; d < before+during; d++ {
		if !breach[d] {
			continue
		}
		s.breaches++
		if since[d] < 0 {
			continue
		}
		lead := d - since[d]
		s.leads = append(s.leads, lead)
		for i, need := range []int{0, 1, 3, 7} {
			if lead >= need {
				s.ahead[i]++
			}
		}
	}
	for _, a := range alerts {
		if a.from < before || a.from >= before+during {
			continue
		}
		s.alerts++
		if !slices.Contains(breach[a.from:min(days, a.to+15)], true) {
			s.wrong++
		}
	}
}

func (s *score) share(i int) float64 { return float64(s.ahead[i]) / float64(max(1, s.breaches)) }
func (s *score) perMonth() float64 {
	return float64(s.wrong) / (float64(s.accounts) * during / 30)
}

func (s *score) median() int {
	if len(s.leads) == 0 {
		return 0
	}
	slices.Sort(s.leads)
	return s.leads[len(s.leads)/2]
}
