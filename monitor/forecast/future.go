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
	memory int     // which memory tells the level
	level  float64 // standard normal score of the level
	volume float64 // factor on the orders to come
	days   [Horizon]chance
}

// chance is that of one day of a future.
type chance struct {
	shock float64 // factor on the level: how it drifts, and the day's own
	first float64 // from how many expected defects on there is one; most days have none
	few   *[few]float64
	z     float64 // standard normal score at which the defects of the day are drawn
}

// few is up to how many defects a day are counted exactly.
const few = 8

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
	scores := make([]float64, paths)
	counts := make([][few]float64, paths)
	for j := range scores {
		u := (float64(j) + 0.5) / paths
		scores[j], counts[j] = normal(u), means(u)
	}
	strata := func() []float64 {
		all := make([]float64, paths)
		for i, j := range rng.Perm(paths) {
			all[i] = scores[j]
		}
		return all
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
		turn, own := rng.Perm(paths), strata()
		sigma := p.Drift * math.Sqrt(float64(day+1)/7)
		for i := range all {
			c := &all[i].days[day]
			c.z, c.few, c.first = scores[turn[i]], &counts[turn[i]], counts[turn[i]][0]
			c.shock = math.Exp(sigma*drift[i] - sigma*sigma/2)
			if p.Restless > 0 {
				c.shock *= level{1 / p.Restless, 1 / p.Restless}.quantile(own[i])
			}
		}
	}
	return all
}

// normal returns the standard normal score of a probability between 0 and 1.
func normal(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// means returns the expected numbers from which on 1, 2, 3, … come at the probability u: the quantile of a Poisson number is how
// many of them its mean has reached.
func means(u float64) (all [few]float64) {
	low := 0.0
	for k := range all {
		high := low + 1
		for atMost(k, high) > u {
			high *= 2
		}
		from, to := low, high
		for range 50 {
			if mid := (from + to) / 2; atMost(k, mid) > u {
				from = mid
			} else {
				to = mid
			}
		}
		all[k], low = to, to
	}
	return all
}

// atMost returns the probability of k or fewer where m are expected, Poisson distributed.
func atMost(k int, m float64) float64 {
	p := math.Exp(-m)
	sum := p
	for i := 1; i <= k; i++ {
		p *= m / float64(i)
		sum += p
	}
	return sum
}

// count returns how many come where m are expected. It rises with m.
func (c *chance) count(m float64) int {
	if m < c.first {
		return 0
	}
	return c.some(m)
}

// some is count where there are some.
func (c *chance) some(m float64) int {
	if m >= c.few[few-1] { // the normal distribution with its first correction for skewness
		return max(few, int(m+c.z*math.Sqrt(m)+(c.z*c.z-1)/6+0.5))
	}
	k := 1
	for m >= c.few[k] {
		k++
	}
	return k
}
