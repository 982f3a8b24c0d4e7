package simulator

import (
	"math"
	"testing"
	"time"
)

func TestPoisson(t *testing.T) {
	for _, mean := range []float64{0, 0.3, 4, 55} {
		const n = 20_000
		d, total, squares := cast(1, 2), 0.0, 0.0
		for range n {
			x := float64(d.poisson(mean))
			total += x
			squares += x * x
		}
		got := total / n
		variance := squares/n - got*got
		if math.Abs(got-mean) > 5*math.Sqrt(mean/n) {
			t.Errorf("mean of Poisson(%g): got %g", mean, got)
		}
		if math.Abs(variance-mean) > 0.05*mean {
			t.Errorf("variance of Poisson(%g): got %g", mean, variance)
		}
	}
}

func TestDelay(t *testing.T) {
	d := cast(3, 4)
	const n = 10_000
	short := 0
	for range n {
		got := d.delay(Span{3, 40})
		if got < 3*24*time.Hour || got > 40*24*time.Hour {
			t.Fatalf("delay %v lies outside 3 to 40 days", got)
		}
		if got < 516*time.Hour { // the middle, 21.5 days
			short++
		}
	}
	// The shorter of two uniform draws lies in the lower half three times out of four.
	if short < 7300 || short > 7700 {
		t.Errorf("%d of %d delays are short, want about 7500", short, n)
	}
	if got := d.delay(Span{}); got != 0 {
		t.Errorf("delay of no days: got %v", got)
	}
	if got := d.delay(Span{5, 2}); got != 5*24*time.Hour {
		t.Errorf("delay of a span turned round: got %v, want its first day", got)
	}
}

func TestPick(t *testing.T) {
	d := cast(5, 6)
	counts := [4]int{}
	weights := []int{1, 0, -3, 2}
	for range 3000 {
		counts[d.pick(4, func(i int) int { return weights[i] })]++
	}
	if counts[1] != 0 || counts[2] != 0 || counts[0] < 850 || counts[0] > 1150 {
		t.Errorf("picked by weights %v: %v", weights, counts)
	}
	if got := d.pick(3, func(int) int { return 0 }); got != 0 {
		t.Errorf("picked without weights: got %d, want 0", got)
	}
}
