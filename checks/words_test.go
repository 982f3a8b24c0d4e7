package checks

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		ratio, limit float64
		want         string
	}{
		{0, 0.01, "0 %"}, {0.036, 0.04, "3.6 %"}, {0.04, 0.04, "4 %"}, {0.0085, 0.01, "0.85 %"}, {0.4286, 0.04, "42.9 %"},
		{1, 0.01, "100 %"}, {0.2, 0.01, "20 %"},
		// It never reads as the limit, nor as beyond it.
		{0.03996, 0.04, "3.996 %"}, {0.00999, 0.01, "0.999 %"}, {0.0400004, 0.04, "4 %"}, {0.024999, 0.025, "2.4999 %"},
	} {
		if got := percent(c.ratio, c.limit); got != c.want {
			t.Errorf("percent(%g, %g) = %q, want %q", c.ratio, c.limit, got, c.want)
		}
	}
}

// Whoever reads the text and compares it with the limit comes to the same answer as exact arithmetic on the counts.
func TestPercentNeverCrossesTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.IntRange(1, 20_000).Draw(t, "orders")
		defects := rapid.IntRange(0, orders).Draw(t, "defects")
		permille := rapid.SampledFrom([]int64{10, 25, 40, 50}).Draw(t, "limit in permille")
		text := percent(float64(defects)/float64(orders), float64(permille)/1000)
		shown, ok := new(big.Rat).SetString(strings.TrimSuffix(text, " %"))
		if !ok {
			t.Fatalf("%q is no number", text)
		}
		limit := big.NewRat(permille, 10) // in per cent
		reached := big.NewRat(int64(defects), int64(orders)).Cmp(big.NewRat(permille, 1000)) >= 0
		if (shown.Cmp(limit) >= 0) != reached {
			t.Fatalf("%d of %d is shown as %s, the limit is %s", defects, orders, text, limit.FloatString(1))
		}
	})
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		limitText(0.04): "4 %", limitText(0.025): "2.5 %", limitText(0.01): "1 %", limitText(0.1): "10 %",
		number(0): "0", number(999): "999", number(1000): "1,000", number(1234567): "1,234,567", number(-12345): "-12,345",
		count(0, "order", "orders"): "0 orders", count(1, "order", "orders"): "1 order", count(2000, "order", "orders"): "2,000 orders",
		bring(1): "1 clean order brings", bring(51): "51 clean orders bring",
		span(0): "1 min", span(20 * time.Second): "1 min", span(89 * time.Minute): "89 min", span(90 * time.Minute): "2 h",
		span(-3 * time.Hour): "3 h", span(47 * time.Hour): "47 h", span(48 * time.Hour): "2 days", span(15*24*time.Hour + time.Hour): "15 days",
		days(monitor.Window{Days: 30, From: monitor.Date(2026, 10, 22), To: monitor.Date(2026, 11, 20)}): "30 days to 20 Nov",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
