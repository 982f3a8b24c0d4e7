package checks

import (
	"slices"
	"testing"

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
			shares: []monitor.Share{{Kind: "SKU", Name: "A", Orders: 1}}, orders: 100,
		},
		{
			name: "no orders", defects: []monitor.Order{lateOrder("Next", "A"), lateOrder("Next", "A")},
			shares: []monitor.Share{{Kind: "SKU", Name: "A", Orders: 2}},
		},
		{ // 4 of 100: A has 3 of its 20 orders late where 0.8 would be its share, B one of 80.
			name:    "a SKU carries more than its share",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "A"), lateOrder("", "B")},
			shares:  []monitor.Share{{Kind: "SKU", Name: "A", Orders: 20}, {Kind: "SKU", Name: "B", Orders: 80}}, orders: 100,
			want: []monitor.Driver{{Kind: "SKU", Name: "A", Defects: 3, Orders: 20}},
		},
		{ // 10 % of 40: 2 of 10 is twice the rate and exactly one more than expected; 3 of 20 is exactly half as much again.
			name:    "at the borders",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", ""), lateOrder("", "")},
			shares:  []monitor.Share{{Kind: "SKU", Name: "A", Orders: 10}}, orders: 40,
			want: []monitor.Driver{{Kind: "SKU", Name: "A", Defects: 2, Orders: 10}},
		},
		{ // 2 of 15 at 10 % is less than one more than the 1.5 expected.
			name:    "too small an excess",
			defects: []monitor.Order{lateOrder("", "A"), lateOrder("", "A"), lateOrder("", ""), lateOrder("", "")},
			shares:  []monitor.Share{{Kind: "SKU", Name: "A", Orders: 15}}, orders: 40,
		},
		{ // 10 of 100, of which 4 of A's 28: an excess of 1.2, but only 1.43 times the rate.
			name:    "too small a factor",
			defects: append(slices.Repeat([]monitor.Order{lateOrder("", "A")}, 4), slices.Repeat([]monitor.Order{lateOrder("", "")}, 6)...),
			shares:  []monitor.Share{{Kind: "SKU", Name: "A", Orders: 28}}, orders: 100,
		},
		{
			name:    "two lines of one SKU are one order",
			defects: []monitor.Order{lateOrder("", "A", "A"), lateOrder("", "B")},
			shares:  []monitor.Share{{Kind: "SKU", Name: "A", Orders: 5}}, orders: 100,
		},
		{ // 5 of 100. The excesses: Next 5 - 0.5, Monday 5 - 0.75, A and B 5 - 1 (by name), C 5 - 1.5 is the fifth.
			name:    "the three with most, the greatest excess first",
			defects: slices.Repeat([]monitor.Order{lateOrder("Next", "C", "B", "A")}, 5),
			shares: []monitor.Share{{Kind: "SKU", Name: "A", Orders: 20}, {Kind: "SKU", Name: "B", Orders: 20}, {Kind: "SKU", Name: "C", Orders: 30},
				{Kind: "ship service", Name: "Next", Orders: 10}, {Kind: "weekday", Name: "Monday", Orders: 15}, {Kind: "weekday", Name: "Tuesday", Orders: 15}},
			orders: 100,
			want: []monitor.Driver{{Kind: "ship service", Name: "Next", Defects: 5, Orders: 10}, {Kind: "weekday", Name: "Monday", Defects: 5, Orders: 15},
				{Kind: "SKU", Name: "A", Defects: 5, Orders: 20}},
		},
		{
			name:    "a SKU named like a service is no service",
			defects: []monitor.Order{lateOrder("", "Next"), lateOrder("", "Next")},
			shares:  []monitor.Share{{Kind: "ship service", Name: "Next", Orders: 5}}, orders: 100,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			defects, evidence := lateOrders(c.defects...)
			if got := drivers(defects, evidence, c.shares, c.orders); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
