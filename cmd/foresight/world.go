package main

import (
	"math"
	"math/rand/v2"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// metric is a rate as Amazon computes it, reduced to numbers.
type metric struct {
	name    string
	limit   float64
	windows []window
	atOnce  bool
	delays  forecast.Delays // what is thought of them before anything is seen
	weight  float64         // how many defects that is worth
	alarm   alarm           // as the checks have it
}

type window struct{ days, lag int }

// The days before the evaluation begins, those of it, and those after it in which an alert may still come true.
const (
	before = 90
	during = 130
	after  = 14
)

// account is the truth of one account and metric: orders by anchor day, and defects by anchor day and delay.
type account struct {
	orders  []int
	defects []forecast.Count
	rates   []float64 // true share of a day's orders that become defects
	volumes []float64 // orders to be expected
	delays  forecast.Delays
}

// regime is how a true rate goes, as a share of the limit, by the day of the evaluation. Of a hundred accounts, so many have it,
// or so many of the calm ones.
type regime struct {
	many, calm int
	rate       func(r *rand.Rand) func(day int) float64
}

// step is a rate that has another level on the days from..until.
func step(level, other float64, from, until int) func(int) float64 {
	return func(day int) float64 {
		if day >= from && day < until {
			return other
		}
		return level
	}
}

const always = before + during + after

var regimes = []regime{
	{30, 56, func(r *rand.Rand) func(int) float64 { return step(between(r, 0.05, 0.5), 0, 0, 0) }}, // constant and low
	{14, 2, func(r *rand.Rand) func(int) float64 { return step(between(r, 0.5, 0.95), 0, 0, 0) }},  // constant and near the limit
	{18, 15, func(r *rand.Rand) func(int) float64 { // drifts up
		low, high, from, long := between(r, 0.1, 0.5), between(r, 0.8, 2), between(r, -20, 90), between(r, 25, 90)
		return func(day int) float64 { return low + (high-low)*min(1, max(0, (float64(day)-from)/long)) }
	}},
	{12, 8, func(r *rand.Rand) func(int) float64 { // jumps and stays
		return step(between(r, 0.1, 0.6), between(r, 0.9, 2.5), r.IntN(during), always)
	}},
	{12, 6, func(r *rand.Rand) func(int) float64 { // a bad spell
		from := r.IntN(during)
		return step(between(r, 0.1, 0.5), between(r, 1.5, 4), from, from+5+r.IntN(20))
	}},
	{6, 3, func(r *rand.Rand) func(int) float64 { // is mended
		return step(between(r, 0.1, 0.5), between(r, 0.8, 1.5), -always, r.IntN(during/2))
	}},
	{8, 10, func(r *rand.Rand) func(int) float64 { // a product that some of the orders have is bad for a while
		level, from := between(r, 0.1, 0.4), r.IntN(during)
		return step(level, level+between(r, 0.05, 0.25)*between(r, 5, 15), from, from+10+r.IntN(25))
	}},
}

// drawRegime draws how the rate of an account goes.
func drawRegime(r *rand.Rand, calm bool) func(day int) float64 {
	pick := r.IntN(100)
	for _, g := range regimes {
		share := g.many
		if calm {
			share = g.calm
		}
		if pick -= share; pick < 0 {
			return g.rate(r)
		}
	}
	panic("foresight: the shares of the regimes do not add up to 100")
}

func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

// newAccount makes up an account. The same number gives the same account.
func newAccount(m metric, number uint64, calm bool) *account {
	r := rand.New(rand.NewPCG(number, 77))
	var a account
	rate := drawRegime(r, calm)
	volume := math.Exp(between(r, math.Log(4), math.Log(400)))
	week := [7]float64{1, 1, 1, 1, 1, 1, 1}
	switch r.IntN(3) {
	case 0:
		week = [7]float64{1.2, 1.1, 1, 1, 1.1, 0.8, 0.8}
	case 1:
		week = [7]float64{1, 1, 1, 1, 1, 0.5, 0.4}
	}
	if m.atOnce && !calm { // ship-by days are working days
		week[5], week[6] = 0, 0
	}
	scale := 1.0
	if calm && m.name == "cancellation" {
		scale = 0.45
	}
	growth := 0.0
	switch r.IntN(4) {
	case 0:
		growth = math.Log(between(r, 1.5, 3)) / during
	case 1:
		growth = -math.Log(between(r, 1.5, 3)) / during
	}
	restless := 0.0
	if r.IntN(2) == 0 {
		restless = between(r, 0.1, 0.5)
		if calm {
			restless *= 0.3
		}
	}
	slow := math.Exp(0.3 * r.NormFloat64())
	days := before + during + after
	opened := before * (1 - r.IntN(2)) // half of the accounts are new when they are looked at first
	if calm {
		opened = 0
	}
	a.delays = delaysOf(m, slow, delay, 5)
	for d := range days {
		mean := volume * week[d%7] * math.Exp(growth*float64(d-before))
		if d < opened {
			mean = 0
		}
		n := poisson(r, mean)
		level := scale * rate(d-before) * m.limit
		a.rates, a.volumes = append(a.rates, level), append(a.volumes, mean)
		p := level
		if restless > 0 {
			p *= gamma(r, 1/restless) * restless
		}
		k := 0
		for range n {
			if r.Float64() < p {
				k++
			}
		}
		a.orders = append(a.orders, n)
		for range k {
			a.defects = append(a.defects, forecast.Count{Anchor: d, Known: d + delay(r, m, slow), N: 1})
		}
	}
	return &a
}

// delay draws when a defect becomes known, in days after its anchor day.
func delay(r *rand.Rand, m metric, slow float64) int {
	switch m.name {
	case "late shipment":
		return 1
	case "order defects":
		if r.IntN(10) < 6 {
			return int(4 + slow*8*r.ExpFloat64())
		}
		return int(8 + slow*14*r.ExpFloat64())
	default:
		if r.IntN(10) < 7 {
			return r.IntN(3)
		}
		return 2 + r.IntN(5)
	}
}

// delaysOf returns the true distribution of the delays of a world: what 20,000 draws give.
func delaysOf(m metric, slow float64, delay func(r *rand.Rand, m metric, slow float64) int, seed uint64) forecast.Delays {
	const draws = 20_000
	r := rand.New(rand.NewPCG(seed, seed))
	all := make(forecast.Delays, 120)
	for range draws {
		for d := delay(r, m, slow); d < len(all); d++ {
			all[d] += 1.0 / draws
		}
	}
	all[len(all)-1] = 1
	return all
}

func poisson(r *rand.Rand, mean float64) int {
	if mean > 60 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	k, p := 0, r.Float64()
	for limit := math.Exp(-mean); p > limit; k++ {
		p *= r.Float64()
	}
	return k
}

// gamma draws from the gamma distribution with a shape of at least 1 (Marsaglia and Tsang).
func gamma(r *rand.Rand, shape float64) float64 {
	d := shape - 1.0/3
	for {
		x := r.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// metrics are the three rates. The delays thought of beforehand are rough on purpose: the made-up accounts have others.
// The alarms are those of the checks, by default.
func metrics() []metric {
	late := defaults[checks.LateShipmentRate](policy.LateShipmentRate)
	odr := defaults[checks.OrderDefectRate](policy.OrderDefectRate)
	cancelled := defaults[checks.CancellationRate](policy.CancellationRate)
	return []metric{
		{"late shipment", 0.04, []window{{30, 0}, {10, 0}}, true, forecast.Delays{0, 1}, 8,
			alarm{forecast.Alarm{From: late.WarningAt, Until: late.WarningUntil, Evidence: 1}}},
		{"order defects", 0.01, []window{{60, 15}}, false, forecast.Waiting(3, 12, 75), 8,
			alarm{forecast.Alarm{From: odr.WarningAt, Until: odr.WarningUntil, Evidence: 1}}},
		{"cancellation", 0.025, []window{{7, 1}}, false, forecast.Waiting(0, 2, 14), 8,
			alarm{forecast.Alarm{From: cancelled.WarningAt, Until: cancelled.WarningUntil, Evidence: 1}}},
	}
}

// defaults returns a check as nobody has configured it.
func defaults[C any](signal monitor.Signal) *C {
	entry, found := checks.Find(signal)
	if found {
		if c, ok := any(entry.New(checks.Rules{})).(*C); ok {
			return c
		}
	}
	panic("foresight: there is no such check of " + string(signal))
}
