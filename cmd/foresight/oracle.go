package main

import (
	"math/rand/v2"

	"goodstanding/monitor/forecast"
)

// futures is how many an oracle follows.
const futures = 200

// oracle returns the probability that the limit is reached on some day of the next fourteen, as somebody knows it who is told
// the true rate, the orders to be expected and the delays: the rate of today, or that of all the days to come as well. What has
// become known by today is in s. Nobody can know more of a rate that changes than the first; the second sees a jump coming.
func (a *account) oracle(r *rand.Rand, s *forecast.Series, ahead bool) float64 {
	rate := func(day int) float64 {
		if day > s.Today && !ahead {
			day = s.Today
		}
		return a.rates[min(day, len(a.rates)-1)]
	}
	orders := func(day int) float64 {
		if i := day - s.First; i < len(s.Orders) {
			if i < 0 {
				return 0
			}
			return float64(s.Orders[i])
		}
		return a.volumes[min(day, len(a.volumes)-1)]
	}
	var all, expected [forecast.Horizon + 1]float64
	var decided [forecast.Horizon + 1]int
	for t := 1; t <= forecast.Horizon; t++ {
		to := s.Today + t - s.EndLag
		for day := to - s.Days + 1; day <= to; day++ {
			if i := day - s.First; i >= 0 && i < len(s.Defects) {
				decided[t] += s.Defects[i]
			}
			n := orders(day)
			all[t] += n
			since, until := 0.0, a.delays.By(s.Today+t-day)
			if s.AtOnce {
				until = 1
			}
			if enters := t == 1 || day == to; enters {
				since = a.delays.By(s.Seen - day)
			} else {
				since = a.delays.By(s.Today + t - 1 - day)
				if s.AtOnce {
					since = 1
				}
			}
			expected[t] += n * rate(max(0, day)) * (until - since)
		}
	}
	crossed := 0
	for range futures {
		var added [forecast.Horizon + 1]int
		for t := 1; t <= forecast.Horizon; t++ {
			added[t] = added[t-1] + poisson(r, expected[t])
			inside := added[t]
			if t > s.Days {
				inside -= added[t-s.Days]
			}
			if n := all[t]; n > 0 && float64(decided[t]+inside) >= s.Limit*n*(1-1e-12) {
				crossed++
				break
			}
		}
	}
	return float64(crossed) / futures
}
