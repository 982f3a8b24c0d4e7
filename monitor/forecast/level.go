package forecast

import (
	"math"
	"slices"
)

// level is a rate that is not known exactly: gamma distributed, with so many events in so much exposure.
type level struct{ events, exposure float64 }

// quantile returns the rate at a standard normal score, by the cube-root approximation of Wilson and Hilferty: good to a few
// percent from one event on, which the prior sees to. It rises with the events and with the score.
func (l level) quantile(score float64) float64 {
	c := max(0, 1-1/(9*l.events)+score/(3*math.Sqrt(l.events)))
	return l.events / l.exposure * c * c * c
}

// levels estimates the share of orders that become defects, once with each memory, slowest first. What a slow one says is the
// prior of the next faster, so that a small account, of which little is known of the last days, is judged by its long history.
// More defects on any day raise every estimate.
func (s *Series) levels(p Prior) []level {
	all := make([]level, len(p.Speeds))
	prior := level{p.Weight, p.Weight / (p.Level * s.Limit)}
	for k, half := range p.Speeds {
		keep, weight := math.Exp2(-1/half), 1.0
		l := prior
		for day := s.Seen; day >= s.First; day-- {
			if i := day - s.First; i < len(s.Orders) {
				l.events += weight * float64(s.Defects[i])
				l.exposure += weight * float64(s.Orders[i]) * s.Delays.By(s.Seen-day)
			}
			weight *= keep
		}
		all[k] = l
		prior = level{p.Hold, p.Hold * l.exposure / l.events}
	}
	return all
}

// The orders to come are estimated from the last nine weeks; three weeks ago counts half as much as today.
const (
	volumeDays     = 63
	volumeHalfLife = 20.0
	volumeHold     = 1.0 // weeks that the mean of all weekdays is worth to one of them
)

// volume returns the orders to be expected on each weekday.
func (s *Series) volume() [7]float64 {
	var orders, weights [7]float64
	first := slices.IndexFunc(s.Orders, func(n int) bool { return n > 0 })
	if first < 0 {
		return orders
	}
	keep, weight := math.Exp2(-1/volumeHalfLife), 1.0
	sum, all := 0.0, 0.0
	for day := min(s.Seen, s.First+len(s.Orders)-1); day >= max(s.First+first, s.Seen-volumeDays+1); day-- {
		n := weight * float64(s.Orders[day-s.First])
		orders[weekday(day)] += n
		weights[weekday(day)] += weight
		sum += n
		all += weight
		weight *= keep
	}
	if all == 0 {
		return [7]float64{}
	}
	for k := range orders {
		orders[k] = (orders[k] + volumeHold*sum/all) / (weights[k] + volumeHold)
	}
	return orders
}

// spread returns the mean of several levels, each believed as far as its share, and what 80 % of them lies between.
func spread(levels []level, p Prior) (mean, low, high float64) {
	all := make([]float64, 0, 64)
	for k, l := range levels {
		mean += p.Shares[k] * l.events / l.exposure
		n := int(math.Round(p.Shares[k] * 60))
		for j := range n {
			all = append(all, l.quantile(normal((float64(j)+0.5)/float64(n))))
		}
	}
	low, high = between(all, 0.1, 0.9)
	return mean, low, high
}

// between returns two quantiles of values, which it changes the order of.
func between(values []float64, low, high float64) (float64, float64) {
	if len(values) == 0 {
		return 0, 0
	}
	at := func(q float64) int { return min(len(values)-1, int(q*float64(len(values)))) }
	i, j := at(low), at(high)
	above := pick(values, j)
	return pick(values[:j+1], i), above
}

// pick returns the value that has the index k in order, and puts those that are less before it.
func pick(values []float64, k int) float64 {
	for from, to := 0, len(values)-1; from < to; {
		middle := values[(from+to)/2]
		i, j := from, to
		for i <= j {
			for values[i] < middle {
				i++
			}
			for values[j] > middle {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			to = j
		case k >= i:
			from = i
		default:
			return values[k]
		}
	}
	return values[k]
}
