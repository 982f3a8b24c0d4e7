package forecast

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestHeadroom(t *testing.T) {
	for _, c := range []struct {
		defects, orders int
		limit           float64
		want            int
	}{
		{2, 100, 0.04, 2}, // the fourth reaches 4 %, which is a breach
		{4, 100, 0.04, 0},
		{9, 100, 0.04, 0},
		{0, 25, 0.04, 1}, // 1 of 25 is 4 %
		{0, 26, 0.04, 2},
		{0, 100, 0.01, 1},
		{0, 101, 0.01, 2},
		{0, 41, 0.025, 2},
		{0, 0, 0.04, 1},
	} {
		if got := Headroom(c.defects, c.orders, c.limit); got != c.want {
			t.Errorf("Headroom(%d, %d, %g) = %d, want %d", c.defects, c.orders, c.limit, got, c.want)
		}
	}
}

func TestRecovery(t *testing.T) {
	for _, c := range []struct {
		defects, orders int
		limit           float64
		want            int
	}{
		{2, 150, 0.01, 51}, // 2 of 201
		{1, 100, 0.01, 1},
		{1, 101, 0.01, 0},
		{4, 100, 0.04, 1},
		{0, 0, 0.04, 0},
		{3, 10, 0.025, 111},
	} {
		if got := Recovery(c.defects, c.orders, c.limit); got != c.want {
			t.Errorf("Recovery(%d, %d, %g) = %d, want %d", c.defects, c.orders, c.limit, got, c.want)
		}
	}
}

func TestSingleDefect(t *testing.T) {
	for limit, want := range map[float64]int{0.01: 101, 0.025: 41, 0.04: 26, 0.05: 21} {
		if got := SingleDefect(limit); got != want {
			t.Errorf("SingleDefect(%g) = %d, want %d", limit, got, want)
		}
	}
}

// The limits are decimal fractions; exact arithmetic says what the floating-point code must agree with.
func TestHeadroomAgreesWithExactArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.IntRange(1, 2_000_000).Draw(t, "orders")
		permille := rapid.IntRange(1, 999).Draw(t, "limit in permille")
		defects := rapid.IntRange(0, orders).Draw(t, "defects")
		limit := float64(permille) / 1000
		reached := func(d, n int) bool {
			return new(big.Rat).SetFrac64(int64(d), int64(n)).Cmp(big.NewRat(int64(permille), 1000)) >= 0
		}
		h := Headroom(defects, orders, limit)
		if !reached(defects+h, orders) {
			t.Fatalf("%d + %d of %d does not reach %g", defects, h, orders, limit)
		}
		if h > 0 && reached(defects+h-1, orders) {
			t.Fatalf("%d + %d of %d reaches %g already", defects, h-1, orders, limit)
		}
		r := Recovery(defects, orders, limit)
		if reached(defects, orders+r) {
			t.Fatalf("%d of %d + %d is not below %g", defects, orders, r, limit)
		}
		if r > 0 && !reached(defects, orders+r-1) {
			t.Fatalf("%d of %d + %d is below %g already", defects, orders, r-1, limit)
		}
	})
}
