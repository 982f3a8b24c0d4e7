package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Values worked out with exact fractions: with 1 event in 1 of exposure the count in 1 more is geometric with ratio 1/2; with
// 2 events, n or more has the probability (n+2)/2^(n+1).
func TestTail(t *testing.T) {
	for _, c := range []struct {
		rate     Rate
		n        int
		exposure float64
		want     float64
	}{
		{Rate{1, 1}, 0, 1, 1},
		{Rate{1, 1}, 1, 1, 0.5},
		{Rate{1, 1}, 5, 1, 1.0 / 32},
		{Rate{1, 1}, 40, 1, math.Pow(2, -40)},
		{Rate{1, 1}, 3, 3, 27.0 / 64},
		{Rate{2, 1}, 1, 1, 0.75},
		{Rate{2, 1}, 4, 1, 6.0 / 32},
		{Rate{2, 1}, 0, 0, 1},
		{Rate{2, 1}, 1, 0, 0},
		{Rate{1e9, 1e9}, 1, 1, 1 - math.Exp(-1)}, // a rate that is known for sure: Poisson
	} {
		if got := c.rate.Tail(c.n, c.exposure); math.Abs(got-c.want) > 1e-7*c.want {
			t.Errorf("%+v: %d or more in %g: %g, want %g", c.rate, c.n, c.exposure, got, c.want)
		}
	}
}

// With 1 event in 1 of exposure the count in 1 more is geometric: n comes with 1/2^(n+1), and is risen to n times as often.
func TestFewest(t *testing.T) {
	for n := 1; n < 30; n++ {
		if got, want := (Rate{1, 1}).Crossings(n, 1), float64(n)*math.Pow(2, -float64(n)-1); math.Abs(got-want) > 1e-9*want {
			t.Errorf("crossings of %d: %g, want %g", n, got, want)
		}
	}
	// 2/8, 3/16, 4/32, 5/64, 6/128; what is expected, 1, is no surprise.
	for _, c := range []struct {
		often float64
		want  int
	}{{0.9, 2}, {0.251, 2}, {0.249, 3}, {0.188, 3}, {0.126, 4}, {0.05, 6}, {0.04, 7}} {
		if got := (Rate{1, 1}).Fewest(c.often, 1); got != c.want {
			t.Errorf("%g: %d, want %d", c.often, got, c.want)
		}
	}
	if got := (Rate{1, 1}).Crossings(1, 0) + (Rate{1, 1}).Crossings(0, 1); got != 0 {
		t.Errorf("without exposure, and to nothing: %g, want 0", got)
	}
}

// A window of 30 days slides over events of a constant rate: it rises to n as often as Crossings says.
func TestCrossingsAreThoseOfASlidingWindow(t *testing.T) {
	const window, lengths = 30.0, 40_000
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[int]float64{}
	var within []float64
	for at := 0.0; at < window*lengths; {
		at += rng.ExpFloat64() * window / 2 // 2 a window
		for len(within) > 0 && within[0] <= at-window {
			within = within[1:]
		}
		within = append(within, at)
		seen[len(within)]++
	}
	for n := 2; n <= 7; n++ {
		want := (Rate{2e9, 1e9}).Crossings(n, 1) * lengths
		if math.Abs(seen[n]-want) > 8*math.Sqrt(want) {
			t.Errorf("risen to %d %g times, want %.0f", n, seen[n], want)
		}
	}
}

// More events are less likely, more exposure makes them likelier, and more knowledge of the same rate makes the far ones less
// likely.
func TestTailIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{rapid.Float64Range(0.1, 500).Draw(t, "events"), rapid.Float64Range(1, 1e6).Draw(t, "exposure")}
		e := rapid.Float64Range(0.1, 1e5).Draw(t, "more")
		n := rapid.IntRange(1, 300).Draw(t, "n")
		p := r.Tail(n, e)
		if p < 0 || p > 1 || r.Tail(n+1, e) > p*(1+1e-9) || r.Tail(n, 2*e) < p*(1-1e-9)-1e-12 {
			t.Fatalf("%+v: %d in %g: %g; one more %g; in twice as much %g", r, n, e, p, r.Tail(n+1, e), r.Tail(n, 2*e))
		}
		surer := Rate{10 * r.Events, 10 * r.Exposure}
		if far := int(3*r.Mean()*e) + 5; far < 2000 && surer.Tail(far, e) > r.Tail(far, e)*(1+1e-9) {
			t.Fatalf("%+v: %d in %g is likelier when more is known", r, far, e)
		}
	})
}
