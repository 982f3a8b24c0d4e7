package forecast

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestUnsold(t *testing.T) {
	for name, c := range map[string]struct{ units, could, want []float64 }{
		"nothing":                   {nil, nil, nil},
		"all sells":                 {[]float64{10, 10}, []float64{10, 20}, []float64{0, 0}},
		"the first is left in part": {[]float64{10, 10}, []float64{4, 20}, []float64{6, 0}},
		"the second waits for it":   {[]float64{10, 10}, []float64{12, 15}, []float64{0, 5}},
		"a day is not sold twice":   {[]float64{10, 10}, []float64{4, 9}, []float64{6, 5}},
		"one day":                   {[]float64{3, 4}, []float64{5, 5}, []float64{0, 2}},
		"nobody buys":               {[]float64{3, 4}, []float64{0, 0}, []float64{3, 4}},
		"less can be taken later":   {[]float64{3, 4}, []float64{5, 2}, []float64{0, 2}},
	} {
		if got := Unsold(c.units, c.could); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func sum(all []float64) (n float64) {
	for _, v := range all {
		n += v
	}
	return n
}

// firstLeft is the first batch of which something is left; len(left): none.
func firstLeft(left []float64) int {
	if i := slices.IndexFunc(left, func(n float64) bool { return n > 0 }); i >= 0 {
		return i
	}
	return len(left)
}

// The laws of taking the first to expire first: nothing appears or vanishes; more stock leaves no less and spoils no later;
// more buyers leave no more and spoil no earlier; a batch in two parts of one day is one batch; and no other order leaves less.
func TestLawsOfUnsold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "batches")
		units, could := make([]float64, n), make([]float64, n)
		day := 0.0
		pace := float64(rapid.IntRange(0, 9).Draw(t, "pace"))
		for i := range n {
			units[i] = float64(rapid.IntRange(0, 60).Draw(t, "units"))
			day += float64(rapid.IntRange(0, 9).Draw(t, "days"))
			could[i] = pace * day
		}
		left := Unsold(units, could)
		for i := range n {
			if left[i] < 0 || left[i] > units[i] {
				t.Fatalf("%g of %g are left", left[i], units[i])
			}
		}
		if sold := sum(units) - sum(left); sold > could[n-1] {
			t.Fatalf("%g are sold where %g could be", sold, could[n-1])
		}
		at := rapid.IntRange(0, n-1).Draw(t, "where")
		more := slices.Clone(units)
		more[at]++
		if got := Unsold(more, could); sum(got) < sum(left) || sum(got) > sum(left)+1 || firstLeft(got) > firstLeft(left) {
			t.Fatalf("one unit more in batch %d: %v instead of %v", at, got, left)
		}
		faster := make([]float64, n)
		for i := range faster {
			faster[i] = could[i] * 1.5
		}
		if got := Unsold(units, faster); sum(got) > sum(left) || firstLeft(got) < firstLeft(left) {
			t.Fatalf("at one and a half times the pace: %v instead of %v", got, left)
		}
		part := math.Floor(units[at] / 3)
		parts := slices.Insert(slices.Clone(units), at, part)
		parts[at+1] -= part
		halves := Unsold(parts, slices.Insert(slices.Clone(could), at, could[at]))
		if halves[at]+halves[at+1] != left[at] || sum(halves) != sum(left) {
			t.Fatalf("batch %d in two parts: %v instead of %v", at, halves, left)
		}
		if other := leftInAnyOrder(t, units, pace, could); other < sum(left) {
			t.Fatalf("another order leaves %g, this one %v", other, left)
		}
	})
}

// leftInAnyOrder sells day by day from a batch that chance picks, and says how much is left.
func leftInAnyOrder(t *rapid.T, units []float64, pace float64, could []float64) (left float64) {
	if pace == 0 {
		return sum(units)
	}
	rest := slices.Clone(units)
	for day := 1.0; day <= could[len(could)-1]/pace; day++ {
		for range int(pace) {
			var open []int
			for i := range rest {
				if rest[i] > 0 && could[i]/pace >= day {
					open = append(open, i)
				}
			}
			if len(open) > 0 {
				rest[rapid.SampledFrom(open).Draw(t, "from")]--
			}
		}
	}
	return sum(rest)
}

// Tail, which is exact, says what the ends of the range are worth.
func TestRangeAgreesWithTail(t *testing.T) {
	for _, r := range []Rate{{0.5, 28}, {1.5, 28}, {3.5, 84}, {20.5, 28}, {50, 5}, {50, 0.5}} {
		for _, exposure := range []float64{3, 10, 30, 100} {
			low, high := r.Range(exposure)
			// A count has steps: the probability of what lies above must pass 10 % within one step of the end and 4 % of it.
			far := 1 + 0.04*high
			if r.Tail(int(math.Floor(high-far))+1, exposure) < 0.1 || r.Tail(int(math.Ceil(high+far))+1, exposure) > 0.1 {
				t.Errorf("%+v in %g: the upper end is %g", r, exposure, high)
			}
			if r.Tail(int(math.Floor(low-far)), exposure) < 0.9 || r.Tail(int(math.Ceil(low+far))+1, exposure) > 0.9 {
				t.Errorf("%+v in %g: the lower end is %g", r, exposure, low)
			}
			if mean := r.Mean() * exposure; low > mean || high < mean*0.99 && mean > 1 {
				t.Errorf("%+v in %g: %g to %g, and %g is expected", r, exposure, low, high, mean)
			}
		}
	}
	if low, high := (Rate{1, 1}).Range(0); low != 0 || high != 0 {
		t.Errorf("in nothing: %g to %g", low, high)
	}
}
