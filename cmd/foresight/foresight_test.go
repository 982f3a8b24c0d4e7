package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor/forecast"
	"goodstanding/monitor/simulator"
)

// The page says with which numbers it was measured. Who changes them measures again.
func TestPageIsOfTheseNumbers(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "foresight.md"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{fmt.Sprintf("Measured with `%+v`.", forecast.Usual())}
	for i, signal := range []string{"late_shipment_rate", "order_defect_rate", "cancellation_rate"} {
		a := metrics()[i].alarm
		want = append(want, fmt.Sprintf("| %s | %g | %g |", signal, a.From, a.Until))
	}
	for _, line := range want {
		if !strings.Contains(string(page), line) {
			t.Errorf("docs/foresight.md does not have %q; measure again with the commands that it names", line)
		}
	}
}

// What is counted as a breach, as warned of and as false, by hand.
func TestFateCounts(t *testing.T) {
	for _, c := range []struct {
		name                   string
		missed                 []int // evenings on which the target is missed
		alerts                 [][2]int
		breaches, ahead1, vain int
	}{
		{"warned a day before", []int{20, 21}, [][2]int{{19, 24}}, 1, 1, 0},
		{"warned on the evening itself", []int{20}, [][2]int{{20, 24}}, 1, 0, 0},
		{"it ended 14 days before", []int{30}, [][2]int{{10, 16}}, 1, 0, 0},
		{"it ended 15 days before", []int{30}, [][2]int{{10, 15}}, 1, 0, 1},
		{"missed again within seven days is no new breach", []int{20, 25}, [][2]int{{18, 21}, {25, 28}}, 1, 1, 1},
		{"missed on the first evenings is no breach", []int{0, 1, 5}, nil, 0, 0, 0},
	} {
		missed, open := make([]bool, during+after), make([]int, during+after)
		for i := range open {
			open[i] = none
		}
		for _, d := range c.missed {
			missed[d] = true
		}
		for _, a := range c.alerts {
			for d := a[0]; d <= a[1]; d++ {
				open[d] = a[0]
			}
		}
		var f fate
		f.add(missed, open)
		if f.breaches != c.breaches || f.ahead[1] != c.ahead1 || f.vain != c.vain {
			t.Errorf("%s: %d breaches, %d warned of a day ahead, %d false; want %d, %d and %d", c.name, f.breaches, f.ahead[1], f.vain, c.breaches, c.ahead1, c.vain)
		}
	}
}

// A number gives one account: what is judged must be what the files were made of.
func TestSellersAreTheSameTwice(t *testing.T) {
	a, b := sellers(2, 5), sellers(3, 5)
	for i := range a {
		x, y := simulator.Run(a[i].shop).Orders, simulator.Run(b[i].shop).Orders
		if len(x) == 0 || !slices.EqualFunc(x, y, func(p, q simulator.Order) bool { return p.ID == q.ID && p.Confirmed.Equal(q.Confirmed) }) {
			t.Errorf("account %d: %d orders, then %d", i, len(x), len(y))
		}
	}
}
