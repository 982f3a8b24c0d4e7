package checks

import (
	"math"
	"math/rand/v2"
	"testing"
)

// world makes the complaints of a year, and of the 360 days before it, of products with constant rates. It shares nothing with
// the code under test: orders come each day, each brings a complaint with the product's probability, after a delay that is
// neither of the shape nor of the mean that the code takes it to have.
type world struct {
	orders     [][]int // by product and day
	complaints [][]int
}

const (
	warmUp = 360
	year   = 365
)

type article struct{ perDay, rate float64 }

func newWorld(rng *rand.Rand, products []article, meanDelay float64, change func(product, day int) float64) world {
	w := world{make([][]int, len(products)), make([][]int, len(products))}
	for p, of := range products {
		w.orders[p], w.complaints[p] = make([]int, warmUp+year), make([]int, warmUp+year)
		for day := range warmUp + year {
			n := poisson(rng, of.perDay)
			w.orders[p][day] = n
			for range poisson(rng, float64(n)*of.rate*change(p, day)) {
				// The sum of two exponential waits: shipping, and making up one's mind.
				delay := (rng.ExpFloat64() + rng.ExpFloat64()) * meanDelay / 2
				if on := day + int(math.Round(delay)); on < warmUp+year {
					w.complaints[p][on]++
				}
			}
		}
	}
	return w
}

func poisson(rng *rand.Rand, mean float64) int {
	n, at := 0, rng.ExpFloat64()
	for at < mean {
		n++
		at += rng.ExpFloat64()
	}
	return n
}

// running are sums up to each day, exclusive.
func running(daily []int) []int {
	sums := make([]int, len(daily)+1)
	for i, n := range daily {
		sums[i+1] = sums[i] + n
	}
	return sums
}

// alarms judges each day of a range through the decision, and returns for each product the days on which news began. Nobody
// has seen complaints of the time before exports begin.
func (w world) alarms(typical, perYear float64, from, to, exports int) [][]int {
	var orders, complaints [][]int
	for p := range w.orders {
		orders, complaints = append(orders, running(w.orders[p])), append(complaints, running(w.complaints[p]))
	}
	between := func(sums []int, from, to int) int { // days from..to, as far as there are any
		return sums[max(to+1, 0)] - sums[max(from, 0)]
	}
	onsets := make([][]int, len(w.orders))
	before := make([]bool, len(w.orders))
	var steps [saleSteps]int32
	for p := range complaints {
		clear(w.complaints[p][:exports])
		complaints[p] = running(w.complaints[p])
	}
	var covered [complaintSteps]float64
	tallies := make([]tally, len(w.orders))
	for today := from; today < to; today++ {
		for s := range covered {
			covered[s] = min(1, max(0, float64(today-30*s-exports+1)/30))
		}
		for p := range w.orders {
			for s := range steps {
				steps[s] = int32(between(orders[p], today-30*(s+1)+1, today-30*s))
			}
			t := tally{buyers: [2]int{between(complaints[p], today-29, today), between(complaints[p], today-89, today)}, before: between(complaints[p], today-269, today-90)}
			t.exposed(&steps, &covered)
			tallies[p] = t
		}
		var all crowd
		for _, t := range tallies {
			all.add(&t)
		}
		y := newYardstick(typical, perYear, all)
		for p, t := range tallies {
			_, now := y.news(&t)
			if now && !before[p] {
				onsets[p] = append(onsets[p], today)
			}
			before[p] = now
		}
	}
	return onsets
}

func same(int, int) float64 { return 1 }

func alike(n int, perDay, rate float64) []article {
	all := make([]article, n)
	for i := range all {
		all[i] = article{perDay / float64(n), rate}
	}
	return all
}

// What a finding says of false alarms is true: accounts whose products get no worse, judged every day of a year, see no more.
func TestFalseAlarms(t *testing.T) {
	const perYear = 1.0
	uneven := func(rng *rand.Rand) []article { // a few sell most, and some are worse than others, and always were
		all := make([]article, 100)
		sum := 0.0
		for i := range all {
			all[i].perDay = 1 / float64(i+1)
			sum += all[i].perDay
			all[i].rate = 0.008 * (0.25 + 1.5*rng.Float64())
		}
		for i := range all {
			all[i].perDay *= 600 / sum
		}
		return all
	}
	for _, c := range []struct {
		name     string
		years    int
		products func(*rand.Rand) []article
		typical  float64
		delay    float64
		from     int
		exports  int
	}{
		{"small, 3 orders a day of 5 products", 250, func(*rand.Rand) []article { return alike(5, 3, 0.008) }, 0.008, 15, warmUp, 0},
		{"small, three times what is typical", 250, func(*rand.Rand) []article { return alike(5, 3, 0.024) }, 0.008, 15, warmUp, 0},
		{"small, one product", 250, func(*rand.Rand) []article { return alike(1, 3, 0.02) }, 0.008, 25, warmUp, 0},
		{"large, 3,000 orders a day of 500 products", 4, func(*rand.Rand) []article { return alike(500, 3000, 0.008) }, 0.008, 15, warmUp, 0},
		{"large, slow to complain", 4, func(*rand.Rand) []article { return alike(500, 3000, 0.008) }, 0.008, 30, warmUp, 0},
		{"large, a tenth of what is typical", 4, func(*rand.Rand) []article { return alike(500, 3000, 0.0008) }, 0.008, 15, warmUp, 0},
		{"uneven products", 20, uneven, 0.008, 15, warmUp, 0},
		{"small, from its first order on", 250, func(*rand.Rand) []article { return alike(5, 3, 0.008) }, 0.008, 15, 0, 0},
		{"large, from its first order on", 2, func(*rand.Rand) []article { return alike(500, 3000, 0.008) }, 0.008, 15, 0, 0},
		{"small, from its first returns report on", 250, func(*rand.Rand) []article { return alike(5, 3, 0.008) }, 0.008, 15, warmUp, warmUp - 20},
		{"uneven products, from the first returns report on", 20, uneven, 0.008, 15, warmUp, warmUp - 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := 0
			for seed := range c.years {
				rng := rand.New(rand.NewPCG(uint64(seed), 7))
				for _, onsets := range newWorld(rng, c.products(rng), c.delay, same).alarms(c.typical, perYear, c.from, warmUp+year, c.exports) {
					n += len(onsets)
				}
			}
			years := float64(c.years) * float64(warmUp+year-c.from) / year
			rate := float64(n) / years
			// Two standard deviations of the count are allowed for luck: the seeds are fixed.
			t.Logf("%.2f false alarms a year and account (%d in %.0f years)", rate, n, years)
			if rate > perYear+2*math.Sqrt(perYear/years) {
				t.Errorf("%.2f false alarms a year and account, want at most %.2f", rate, perYear)
			}
		})
	}
}

// A product of which five times as many buyers complain is told of, and how soon.
func TestPower(t *testing.T) {
	for _, c := range []struct {
		name   string
		n      int
		perDay float64
		within int // days
		trials int // of 20 that must be told by then
	}{
		{"large account, 6 orders a day of the product", 500, 3000, 120, 14},
		{"middling account, 20 orders a day of the product", 50, 1000, 60, 18},
		{"small account, 3 orders a day of its one product", 1, 3, 120, 17},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			const trials = 20
			var waits []int
			for seed := range trials {
				rng := rand.New(rand.NewPCG(uint64(seed), 11))
				since := warmUp + 100
				w := newWorld(rng, alike(c.n, c.perDay, 0.008), 15, func(p, day int) float64 {
					if p == 0 && day >= since {
						return 5
					}
					return 1
				})
				for _, day := range w.alarms(0.008, 1, since-1, since+c.within+1, 0)[0] {
					if day >= since {
						waits = append(waits, day-since)
						break
					}
				}
			}
			t.Log(waits)
			if told := len(waits); told < c.trials {
				t.Errorf("told within %d days in %d of %d trials, want %d: %v", c.within, told, trials, c.trials, waits)
			}
		})
	}
}
