package forecast

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The band of each day agrees with the probability of reaching the limit on it, which is counted in the futures themselves:
// where the limit is reached with 10 %, the band's upper end is at the limit, give or take one defect, and with 90 % the lower.
func TestBandAgreesWithTheFutures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		a := s.Look(Usual())
		low, high := a.Band()
		for i := range Horizon {
			if a.Orders[i] < 20 {
				continue
			}
			one := 1.5 / a.Orders[i]
			rough := one + 0.1*(high[i]-low[i])
			switch {
			case a.Over[i] >= 0.14 && high[i] < s.Limit-rough, a.Over[i] <= 0.07 && high[i] > s.Limit+rough,
				a.Over[i] >= 0.93 && low[i] < s.Limit-rough, a.Over[i] <= 0.86 && low[i] > s.Limit+rough:
				t.Fatalf("%d days ahead: at the limit of %g with %g, but the rate lies between %g and %g (a defect is %g)", i+1, s.Limit, a.Over[i], low[i], high[i], 1/a.Orders[i])
			}
		}
	})
}

func TestBandsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawSeries(t).Look(Usual())
		low, high := a.Band()
		for i := range Horizon {
			decided := 0.0
			if a.Orders[i] > 0 {
				decided = float64(a.Decided[i]) / a.Orders[i]
			}
			if low[i] > high[i] || low[i] < decided || math.IsNaN(low[i]) || math.IsInf(high[i], 0) {
				t.Fatalf("%d days ahead: between %g and %g, where %g is decided", i+1, low[i], high[i], decided)
			}
		}
	})
}
