package checks

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"goodstanding/monitor"
)

// lateOrders makes defects: of each, its SKUs, ship service and day.
func lateOrders(orders ...monitor.Order) (defects []monitor.Order, evidence []monitor.Evidence) {
	for range orders {
		evidence = append(evidence, monitor.Evidence{Date: monitor.Date(2026, 11, 16)}) // a Monday
	}
	return orders, evidence
}

func lateOrder(service string, skus ...string) monitor.Order {
	o := monitor.Order{ShipService: service}
	for _, s := range skus {
		o.Lines = append(o.Lines, monitor.Line{SKU: s})
	}
	return o
}

// sku makes a share of an SKU.
func sku(name string, orders int) monitor.Share {
	return monitor.Share{Kind: "SKU", Name: name, Orders: orders}
}

func TestDrivers(t *testing.T) {
	for _, c := range []struct {
		name    string
		defects []monitor.Order
		shares  []monitor.Share
		orders  int
		want    []monitor.Driver
	}{
		{
			name: "one defect has no cause", defects: []monitor.Order{lateOrder("Next", "A")},
			shares: []monitor.Share{sku("A", 1)}, orders: 100,
		},
		{
			name: "no orders", defects: []monitor.Order{lateOrder("Next", "A"), lateOrder("Next", "A")},
			shares: []monitor.Share{sku("A", 2)},
		},
		{ // 4 of 100: A has 3 of its 20 orders late where 0.8 would be its share. By chance 3 or 4 of the 4 would be A's in
			// (1140*80 + 4845) of 3,921,225 cases, 2.45 %; twice that, for two SKUs, is 4.9 %.
			name:    "a SKU carries more than its share",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "B")},
			shares:  []monitor.Share{sku("A", 20), sku("B", 80)}, orders: 100,
			want: []monitor.Driver{{Kind: "SKU", Name: "A", Defects: 3, Orders: 20, Expected: 0.8, Share: 0.55}},
		},
		{ // The same, but any of three could have stood out: 7.3 %.
			name:    "among many something stands out",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "B")},
			shares:  []monitor.Share{sku("A", 20), sku("B", 40), sku("C", 40)}, orders: 100,
		},
		{ // The same, and two services could have stood out besides: 9.8 %.
			name:    "among several kinds something stands out",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "B")},
			shares: []monitor.Share{sku("A", 20), sku("B", 80), {Kind: "ship service", Name: "Next", Orders: 50},
				{Kind: "ship service", Name: "Standard", Orders: 50}}, orders: 100,
		},
		{ // SKUs that sold once cannot be named, so they cost nothing; nor does the only service that there is.
			name:    "what cannot stand out does not count",
			defects: []monitor.Order{lateOrder("Next", "A"), lateOrder("Next", "A"), lateOrder("Next", "A"), lateOrder("Next", "B")},
			shares:  []monitor.Share{sku("A", 20), sku("B", 77), sku("C", 1), sku("D", 1), sku("E", 1), {Kind: "ship service", Name: "Next", Orders: 100}}, orders: 100,
			want: []monitor.Driver{{Kind: "SKU", Name: "A", Defects: 3, Orders: 20, Expected: 0.8, Share: 0.55}},
		},
		{ // 2 of 10 among 4 of 40 are more than the 1 expected, but come by chance in (45*435 + 120*30 + 210) of 91,390 cases, 26 %.
			name:    "two of ten are chance",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", ""), lateOrder("", "")},
			shares:  []monitor.Share{sku("A", 10)}, orders: 40,
		},
		{ // 60 of 1,000 late, of which 40 of A's 500: sure, though A is only a third worse than all. 10 beyond 30 are a sixth of 60.
			name:    "a large group that is a little worse",
			defects: append(slices.Repeat([]monitor.Order{lateOrder("", "A")}, 40), slices.Repeat([]monitor.Order{lateOrder("", "B")}, 20)...),
			shares:  []monitor.Share{sku("A", 500), sku("B", 500)}, orders: 1000,
			want: []monitor.Driver{{Kind: "SKU", Name: "A", Defects: 40, Orders: 500, Expected: 30, Share: 10.0 / 60}},
		},
		{
			name:    "two lines of one SKU are one order",
			defects: []monitor.Order{lateOrder("", "A", "A"), lateOrder("", "B")},
			shares:  []monitor.Share{sku("A", 5)}, orders: 100,
		},
		{ // 5 of 100. The excesses: Next 5 - 0.5, Monday 5 - 0.75, A and B 5 - 1 (by name), C 5 - 1.5 is the fifth.
			name:    "the three with most, the greatest excess first",
			defects: slices.Repeat([]monitor.Order{lateOrder("Next", "C", "B", "A")}, 5),
			shares: []monitor.Share{sku("A", 20), sku("B", 20), sku("C", 30), {Kind: "ship service", Name: "Next", Orders: 10},
				{Kind: "weekday", Name: "Monday", Orders: 15}, {Kind: "weekday", Name: "Tuesday", Orders: 15}},
			orders: 100,
			want: []monitor.Driver{{Kind: "ship service", Name: "Next", Defects: 5, Orders: 10, Expected: 0.5, Share: 0.9},
				{Kind: "weekday", Name: "Monday", Defects: 5, Orders: 15, Expected: 0.75, Share: 0.85}, {Kind: "SKU", Name: "A", Defects: 5, Orders: 20, Expected: 1, Share: 0.8}},
		},
		{ // The anchor is a Monday, the purchase was a Saturday in Tokyo, where the clock says so.
			name:    "the day of purchase",
			defects: slices.Repeat([]monitor.Order{{Purchased: time.Date(2026, 11, 13, 20, 0, 0, 0, time.UTC)}}, 5),
			shares:  []monitor.Share{{Kind: "order weekday", Name: "Saturday", Orders: 20}, {Kind: "order weekday", Name: "Friday", Orders: 20}}, orders: 100,
			want: []monitor.Driver{{Kind: "order weekday", Name: "Saturday", Defects: 5, Orders: 20, Expected: 1, Share: 0.8}},
		},
		{
			name:    "a SKU named like a service is no service",
			defects: []monitor.Order{lateOrder("", "Next"), lateOrder("", "Next")},
			shares:  []monitor.Share{{Kind: "ship service", Name: "Next", Orders: 5}}, orders: 100,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			defects, evidence := lateOrders(c.defects...)
			got := drivers(defects, evidence, c.shares, c.orders, monitor.Marketplace("Amazon.co.jp").Clock())
			for i := range got { // fractions round
				got[i].Expected, got[i].Share = math.Round(got[i].Expected*1e9)/1e9, math.Round(got[i].Share*1e9)/1e9
			}
			for i := range c.want {
				c.want[i].Share = math.Round(c.want[i].Share*1e9) / 1e9
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// Where defects fall on the orders blindly, a cause is named seldom: at most once in twenty accounts.
func TestChanceIsNoCause(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	const accounts = 2000
	named := 0
	for range accounts {
		orders := 60 + rng.IntN(400)
		var all []monitor.Order
		counts := map[group]int{}
		for range orders {
			o := lateOrder([]string{"Standard", "Standard", "Expedited", "Next"}[rng.IntN(4)], fmt.Sprint(rng.IntN(1+rng.IntN(40))))
			o.Purchased = time.Date(2026, 11, 1+rng.IntN(28), 12, 0, 0, 0, time.UTC)
			all = append(all, o)
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		defects := all[:2+rng.IntN(20)]
		var evidence []monitor.Evidence
		for i, o := range all {
			anchor := monitor.DayOf(o.Purchased, time.UTC) + 2
			for _, g := range groupsOf(o, anchor, time.UTC) {
				counts[g]++
			}
			if i < len(defects) {
				evidence = append(evidence, monitor.Evidence{Date: anchor})
			}
		}
		var shares []monitor.Share
		for g, n := range counts {
			shares = append(shares, monitor.Share{Kind: g.kind, Name: g.name, Orders: n})
		}
		if len(drivers(defects, evidence, shares, orders, time.UTC)) > 0 {
			named++
		}
	}
	if named > accounts/20 {
		t.Errorf("%d of %d accounts without a cause have one named", named, accounts)
	}
}
