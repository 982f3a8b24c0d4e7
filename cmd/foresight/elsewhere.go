package main

import (
	"math"
	"math/rand/v2"

	"goodstanding/monitor/forecast"
)

// newElsewhere makes up an account of another world than newAccount's, whose ways nothing was tuned on: rates wander (AR(1) in
// their logit) about a level that steps, slopes, or is spoilt by a product; there are single bad days instead of restless ones;
// the season triples the orders for some weeks; defects become known after lognormal delays. The same number gives the same
// account.
func newElsewhere(m metric, number uint64) *account {
	r := rand.New(rand.NewPCG(number, 1913))
	const days = before + during + after
	volume := math.Exp(between(r, math.Log(4), math.Log(400)))
	week := [7]float64{1.3, 1.1, 1, 0.9, 1, 0.9, 0.8}
	if m.atOnce {
		week[5], week[6] = 0, 0
	}
	slope := []float64{0, 0, 1.2, -1.2}[r.IntN(4)] / during
	peak := -1000.0 // in the middle of the season
	if r.IntN(4) == 0 {
		peak = between(r, 0, during)
	}
	path := wander(r, days)
	bad := 0.0 // chance that a day is a bad one
	if r.IntN(3) == 0 {
		bad = between(r, 0.01, 0.05)
	}
	slow := math.Exp(0.3 * r.NormFloat64())
	var a account
	a.delays = delaysOf(m, slow, elsewhereDelay, 6)
	first := []int{0, 0, before - 10}[r.IntN(3)]
	for d := range days {
		off := (float64(d-before) - peak) / 12
		mean := volume * week[d%7] * math.Exp(slope*float64(d-before)) * (1 + 2*math.Exp(-off*off/2))
		if d < first {
			mean = 0
		}
		n := poisson(r, mean*gamma(r, 20)/20)
		level := path[d] * m.limit
		p := level
		if r.Float64() < bad {
			p += between(r, 2, 8) * m.limit
		}
		a.orders, a.volumes, a.rates = append(a.orders, n), append(a.volumes, mean), append(a.rates, level)
		for range n {
			if r.Float64() < p {
				a.defects = append(a.defects, forecast.Count{Anchor: d, Known: d + elsewhereDelay(r, m, slow), N: 1})
			}
		}
	}
	return &a
}

// wander returns a rate by day, as a share of the limit.
func wander(r *rand.Rand, days int) []float64 {
	level := math.Exp(between(r, math.Log(0.06), math.Log(0.75)))
	keep, spread := math.Exp2(-1/between(r, 3, 40)), between(r, 0.05, 0.5)
	what := r.IntN(10)
	from := before + r.IntN(during)
	long := 20 + r.IntN(60)
	other := between(r, 0.8, 2.2)
	share, batch := between(r, 0.05, 0.4), between(r, 2, 10)
	x := spread * r.NormFloat64()
	path := make([]float64, days)
	for d := range path {
		now := level
		switch since := d - from; {
		case what == 0 && since >= 0, what == 1 && since >= 0 && since < long/2: // a step, for good or for a while
			now = other
		case what == 2 && since >= 0: // a slope up
			now += (other - level) * min(1, float64(since)/float64(long))
		case what == 3 && since >= -30: // a slope down
			now = max(0.1, other-(other-0.1)*min(1, float64(since+30)/float64(long)))
		case what == 3:
			now = other
		case what == 4 && since >= 0 && since < long/2: // a batch
			now += share * batch
		}
		path[d] = now * math.Exp(x)
		x = keep*x + math.Sqrt(1-keep*keep)*spread*r.NormFloat64()
	}
	return path
}

func elsewhereDelay(r *rand.Rand, m metric, slow float64) int {
	lognormal := func(median, sigma float64) int { return int(slow * median * math.Exp(sigma*r.NormFloat64())) }
	switch m.name {
	case "late shipment":
		return 1
	case "order defects":
		if r.IntN(2) == 0 {
			return 3 + min(80, lognormal(6, 0.7))
		}
		return 5 + min(80, lognormal(16, 0.5))
	default:
		return min(20, lognormal(1, 0.9))
	}
}
