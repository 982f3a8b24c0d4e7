package checks

import (
	"cmp"
	"slices"

	"goodstanding/monitor"
)

// maxDrivers is how many causes a finding names: more explain nothing.
const maxDrivers = 3

// drivers finds what carries more than its share of the defects: SKUs, ship services and weekdays with at least two of
// them, at half as much again as the rate of the whole, and at least one more than their orders would give at that rate.
func drivers(defects []monitor.Order, evidence []monitor.Evidence, shares []monitor.Share, orders int) []monitor.Driver {
	if orders == 0 || len(defects) < 2 {
		return nil
	}
	type key struct{ kind, name string }
	hits := map[key]int{}
	for i, o := range defects {
		seen := map[string]bool{}
		for _, l := range o.Lines {
			if l.SKU != "" && !seen[l.SKU] {
				seen[l.SKU] = true
				hits[key{"SKU", l.SKU}]++
			}
		}
		if o.ShipService != "" {
			hits[key{"ship service", o.ShipService}]++
		}
		hits[key{"weekday", evidence[i].Date.Weekday().String()}]++
	}
	rate := float64(len(defects)) / float64(orders)
	var found []monitor.Driver
	for _, s := range shares {
		n := hits[key{s.Kind, s.Name}]
		expected := rate * float64(s.Orders)
		if n >= 2 && s.Orders > 0 && float64(n) >= 1.5*expected && float64(n)-expected >= 1 {
			found = append(found, monitor.Driver{Kind: s.Kind, Name: s.Name, Defects: n, Orders: s.Orders})
		}
	}
	excess := func(d monitor.Driver) float64 { return float64(d.Defects) - rate*float64(d.Orders) }
	slices.SortStableFunc(found, func(a, b monitor.Driver) int {
		return cmp.Or(cmp.Compare(excess(b), excess(a)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return found[:min(len(found), maxDrivers)]
}
