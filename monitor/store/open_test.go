package store

import (
	"slices"
	"testing"
	"time"

	"goodstanding/monitor"
)

// Open orders are found by what is known last, and those of a past instant, too: after each file, and looking back.
func TestOpenOrdersAreThoseThatWait(t *testing.T) {
	s := newStore(t)
	found := 0
	check := func(when time.Time) {
		orders, _ := facts(t, s, "shop", when)
		var want []string
		for _, o := range orders {
			if o.Marketplace == "Amazon.com" && o.Channel == monitor.SellerFulfilled && !o.ShipBy.IsZero() && o.Open(when) {
				want = append(want, o.ID)
			}
		}
		k, err := s.Known(t.Context(), "shop", when)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = k.Close() }()
		open, err := k.OpenOrders(t.Context(), "Amazon.com", monday.AddDate(0, 0, -1), monday.AddDate(0, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range open {
			got = append(got, o.ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("at %v: open are %v, want %v", when, got, want)
		}
		found += len(got)
	}
	files := downloads(11, 60)
	for _, e := range files {
		load(t, s, "shop", e)
		check(e.received)
	}
	for _, e := range files {
		check(e.received.Add(-time.Hour))
	}
	if found < 100 {
		t.Errorf("only %d open orders were compared", found)
	}
}
