package forecast

import "math"

// Rate is what is known of how often something happens: so many events in so much exposure (orders, say). Both may be
// fractions, and both are more than 0: what is known before anything is seen is put in as a few events of as much exposure.
type Rate struct {
	Events, Exposure float64
}

// Mean returns the events to be expected for one unit of exposure.
func (r Rate) Mean() float64 { return r.Events / r.Exposure }

// And adds what was seen.
func (r Rate) And(events, exposure float64) Rate {
	return Rate{r.Events + events, r.Exposure + exposure}
}

// Weighing returns the same rate, as sure as if it had been seen over as much exposure as given, or as sure as it is if that
// is less.
func (r Rate) Weighing(exposure float64) Rate {
	if r.Exposure <= exposure {
		return r
	}
	return Rate{r.Mean() * exposure, exposure}
}

// Tail returns how likely n events or more are in so much exposure to come. The true rate is not known better than r tells:
// it is taken as gamma distributed, so the count is negative binomial. Little knowledge makes much likely.
func (r Rate) Tail(n int, exposure float64) float64 {
	if n <= 0 {
		return 1
	}
	if exposure <= 0 {
		return 0
	}
	// The probability of k is that of k-1 times (Events+k-1)/k times the share of the exposure.
	share := exposure / (r.Exposure + exposure)
	p := math.Exp(r.Events * math.Log1p(-share))
	below := 0.0
	for k := range n {
		below += p
		p *= (r.Events + float64(k)) / float64(k+1) * share
	}
	if below < 0.5 {
		return 1 - below
	}
	// What is left over is small: it is summed by itself, because the difference from 1 would lose its digits.
	rest := 0.0
	for k := n; p > rest*1e-16 && k < n+1_000_000; k++ {
		rest += p
		p *= (r.Events + float64(k)) / float64(k+1) * share
	}
	return rest
}

// Crossings returns how often, for each length of a sliding window that goes by, the count within the window rises to n while
// nothing changes: what judging every day with a limit of n costs in false alarms. It rises to n with each event that finds
// n-1 others in the window before it, so it is the expected count times the probability of n-1, which is n times the
// probability of n. Looking at the window once would give Tail; overlapping windows are neither that nor independent looks.
func (r Rate) Crossings(n int, exposure float64) float64 {
	if n <= 0 || exposure <= 0 {
		return 0
	}
	share := exposure / (r.Exposure + exposure)
	a, _ := math.Lgamma(r.Events + float64(n))
	b, _ := math.Lgamma(r.Events)
	c, _ := math.Lgamma(float64(n) + 1)
	return float64(n) * math.Exp(a-b-c+r.Events*math.Log1p(-share)+float64(n)*math.Log(share))
}

// Fewest returns the smallest count above the mean that a sliding window rises to at most so often for each window length
// that goes by; at least 1.
func (r Rate) Fewest(often, exposure float64) int {
	n := 1 + int(r.Mean()*exposure)
	for r.Crossings(n, exposure) > often {
		n++
	}
	return n
}
