package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
)

// paths is how many futures are followed: a probability of 30 % is then right to about 2 %.
const paths = 384

// future is the chance of one course of events, the same for every series.
type future struct {
	memory int              // which memory tells the level
	level  float64          // standard normal score of the level
	volume float64          // factor on the orders to come
	shock  [Horizon]float64 // factor on the level of each day: how it drifts, and the day's own
	u      [Horizon]float64 // probability at which the defects of a day are drawn
	z      [Horizon]float64 // its standard normal score
}

// drawn holds the futures of each prior, by what of it they depend on.
var drawn = struct {
	sync.Mutex
	of map[futureKey][]future
}{of: map[futureKey][]future{}}

// futuresOf returns the futures of a prior. Each of their coordinates is stratified, so that few are spread evenly.
func futuresOf(p Prior) []future {
	key := futureKey{p.Drift, p.Restless, p.Volume, [4]float64{}}
	copy(key.shares[:], p.Shares)
	if len(p.Shares) > len(key.shares) || len(p.Shares) != len(p.Speeds) {
		panic(fmt.Sprintf("forecast: %d shares for %d speeds; at most %d of each", len(p.Shares), len(p.Speeds), len(key.shares)))
	}
	drawn.Lock()
	defer drawn.Unlock()
	if drawn.of[key] == nil {
		drawn.of[key] = draw(p)
	}
	return drawn.of[key]
}

type futureKey struct {
	drift, restless, volume float64
	shares                  [4]float64
}

func draw(p Prior) []future {
	rng := rand.New(rand.NewPCG(20, 26)) // any two numbers, always the same
	strata := func() []float64 {
		scores := make([]float64, paths)
		for i, j := range rng.Perm(paths) {
			scores[i] = normal((float64(j) + 0.5) / paths)
		}
		return scores
	}
	all := make([]future, paths)
	i, sum := 0, 0.0
	for k, share := range p.Shares {
		sum += share
		n := min(paths, int(math.Round(sum*paths))) - i
		for j := range n {
			all[i].memory, all[i].level = k, normal((float64(j)+0.5)/float64(n))
			i++
		}
	}
	volume, drift := strata(), strata()
	for i := range all {
		all[i].volume = math.Exp(p.Volume*volume[i] - p.Volume*p.Volume/2)
	}
	for day := range Horizon {
		z, own := strata(), strata()
		sigma := p.Drift * math.Sqrt(float64(day+1)/7)
		for i := range all {
			f := &all[i]
			f.z[day], f.u[day] = z[i], (1+math.Erf(z[i]/math.Sqrt2))/2
			f.shock[day] = math.Exp(sigma*drift[i] - sigma*sigma/2)
			if p.Restless > 0 {
				f.shock[day] *= level{1 / p.Restless, 1 / p.Restless}.quantile(own[i])
			}
		}
	}
	return all
}

// normal returns the standard normal score of a probability between 0 and 1.
func normal(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// poisson returns how many come where m are expected, at the probability u with the standard normal score z. It rises with m,
// u and z.
func poisson(m, u, z float64) int {
	switch {
	case m <= 0:
		return 0
	case m > 30: // the normal distribution with its first correction for skewness
		return max(0, int(math.Floor(m+z*math.Sqrt(m)+(z*z-1)/6+0.5)))
	}
	p := math.Exp(-m)
	k, sum := 0, p
	for sum < u && k < 100 {
		k++
		p *= m / float64(k)
		sum += p
	}
	return k
}
