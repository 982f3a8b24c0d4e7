package forecast

import (
	"testing"

	"pgregory.net/rapid"
)

func TestShip(t *testing.T) {
	today := []Batch{{Day: 30, Orders: 5}, {Day: 30, Orders: 9}}
	month := Window{From: 2, To: 31, Limit: 0.04}
	for name, c := range map[string]struct {
		open      []Batch
		windows   []Window
		all, must int
		none      float64 // the rate of the first window if none ships
	}{
		// 34 of 1,108 are 3.1 %; with 14 more 4.3 %. 45 would be 4.06 %, 44 are 3.97 %: 10 may stay, 4 must go.
		"some must go": {today, []Window{{2, 31, 34, 1108, 0.04}}, 14, 4, 48.0 / 1108},
		// The ten days: 2 of 200, 8 are the limit, 5 may stay.
		"the shorter window decides": {today, []Window{{2, 31, 34, 1108, 0.04}, {22, 31, 2, 200, 0.04}}, 14, 9, 48.0 / 1108},
		"nobody must":                {today, []Window{{2, 31, 10, 1108, 0.04}}, 14, 0, 24.0 / 1108},
		"all must":                   {today, []Window{{2, 31, 3, 100, 0.04}}, 14, 14, 0.17},
		"it is too late":             {today, []Window{{2, 31, 4, 100, 0.04}}, 14, 15, 0.18},
		"nothing is open":            {nil, []Window{{2, 31, 3, 100, 0.04}}, 0, 0, 0.03},
		"no order is known":          {nil, []Window{{2, 31, 0, 0, 0.04}}, 0, 0, 0},
		"exactly the limit":          {[]Batch{{Day: 30, Orders: 1}}, []Window{{2, 31, 3, 100, 0.04}}, 1, 1, 0.04},
		"just under":                 {[]Batch{{Day: 30, Orders: 1}}, []Window{{2, 31, 3, 101, 0.04}}, 1, 0, 4.0 / 101},
		// A window of one day, 31, holds two of the five: one of them may stay, but the first that go may be the three others.
		"some lie outside a window": {[]Batch{{Day: 30, Orders: 3}, {Day: 31, Orders: 2}}, []Window{{31, 31, 0, 40, 0.04}}, 5, 4, 0.05},
		"over before they count":    {today, []Window{month, {22, 31, 8, 200, 0.04}}, 14, 15, 0},
	} {
		all, must := Ship(c.open, c.windows)
		if all != c.all || must != c.must {
			t.Errorf("%s: %d open, %d must go; want %d and %d", name, all, must, c.all, c.must)
		}
		if got := c.windows[0].Rate(c.windows[0].Inside(c.open)); got != c.none {
			t.Errorf("%s: %g if none goes, want %g", name, got, c.none)
		}
	}
}

// Of n open orders, any k that Ship asks for keep every window under its limit, and with one less some choice of them does not.
// Every choice is tried.
func TestShippingSoManySuffices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var open []Batch
		var days []int // of each open order
		for range rapid.IntRange(0, 3).Draw(t, "batches") {
			b := Batch{Day: rapid.IntRange(28, 31).Draw(t, "day"), Orders: rapid.IntRange(1, 4).Draw(t, "open")}
			open = append(open, b)
			for range b.Orders {
				days = append(days, b.Day)
			}
		}
		var windows []Window
		for range rapid.IntRange(1, 3).Draw(t, "windows") {
			w := Window{From: rapid.SampledFrom([]int{2, 22, 30, 31}).Draw(t, "from"), To: 31, Limit: rapid.SampledFrom([]float64{0.01, 0.025, 0.04, 0.5}).Draw(t, "limit")}
			w.Orders = w.Inside(open) + rapid.IntRange(0, 300).Draw(t, "orders")
			w.Defects = rapid.IntRange(0, (w.Orders-w.Inside(open))/10).Draw(t, "defects")
			windows = append(windows, w)
		}
		under := func(shipped uint) bool { // a bit for each open order
			for _, w := range windows {
				late := 0
				for i, day := range days {
					if shipped>>i&1 == 0 && day >= w.From && day <= w.To {
						late++
					}
				}
				if w.Orders > 0 && float64(w.Defects+late)/float64(w.Orders) >= w.Limit {
					return false
				}
			}
			return true
		}
		suffices := func(k int) bool { // whichever they are
			for shipped := range uint(1) << len(days) {
				n := 0
				for rest := shipped; rest != 0; rest &= rest - 1 {
					n++
				}
				if n == k && !under(shipped) {
					return false
				}
			}
			return true
		}
		all, must := Ship(open, windows)
		if all != len(days) || must < 0 || must > all+1 {
			t.Fatalf("%d open, %d must go; there are %d", all, must, len(days))
		}
		if must <= all && !suffices(must) {
			t.Fatalf("%d of %d do not suffice", must, all)
		}
		if must > 0 && suffices(must-1) {
			t.Fatalf("%d of %d suffice, %d are said to be needed", must-1, all, must)
		}
	})
}
