package forecast

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Values counted by hand: 4 defects among 10 orders; of a group of 3 orders one, two or three may be defects in 3*C(7,3) = 105,
// 3*C(7,2) = 63 and 7 of 210 ways.
func TestAtLeast(t *testing.T) {
	for _, c := range []struct {
		n, group, defects, orders int
		want                      float64
	}{
		{0, 3, 4, 10, 1},
		{1, 3, 4, 10, 175.0 / 210},
		{2, 3, 4, 10, 70.0 / 210},
		{3, 3, 4, 10, 7.0 / 210},
		{4, 3, 4, 10, 0},
		{2, 9, 3, 10, 1},         // one order is outside
		{3, 9, 3, 10, 84. / 120}, // C(9,3) of C(10,3)
		{3, 10, 3, 10, 1},
		{2, 20, 4, 100, 1 - (1581580.0+20*82160)/3921225}, // none and one: C(80,4) and 20*C(80,3) of C(100,4)
	} {
		if got := AtLeast(c.n, c.group, c.defects, c.orders); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d or more of %d, with %d of %d: %g, want %g", c.n, c.group, c.defects, c.orders, got, c.want)
		}
	}
}

// More is less likely; a greater group makes as many likelier; and who is counted in whom does not matter.
func TestLawsOfAtLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.IntRange(2, 5000).Draw(t, "orders")
		group, defects := rapid.IntRange(1, orders-1).Draw(t, "group"), rapid.IntRange(0, orders).Draw(t, "defects")
		n := rapid.IntRange(0, group).Draw(t, "n")
		p := AtLeast(n, group, defects, orders)
		if p < 0 || p > 1 || AtLeast(n+1, group, defects, orders) > p*(1+1e-9) || AtLeast(n, group+1, defects, orders) < p*(1-1e-6) {
			t.Fatalf("%d of %d, with %d of %d: %g; one more %g; of one more %g", n, group, defects, orders, p,
				AtLeast(n+1, group, defects, orders), AtLeast(n, group+1, defects, orders))
		}
		if q := AtLeast(n, defects, group, orders); defects > 0 && math.Abs(p-q) > 1e-6*max(p, q) {
			t.Fatalf("%d of %d, with %d of %d: %g, the other way %g", n, group, defects, orders, p, q)
		}
	})
}
