package checks

import (
	"cmp"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
)

// maxDrivers is how many causes a finding names: more explain nothing.
const maxDrivers = 3

// byChance is how likely it may be that defects which fall on the orders blindly make one of all the groups, of whatever kind,
// stand out as much as one that is named: so seldom is a cause named where there is none.
const byChance = 0.05

// fewestOfGroup is how many defects make a group stand out.
const fewestOfGroup = 2

// driverKinds are the kinds of groups, those first that say most of what to do.
var driverKinds = []string{"SKU", "ship service", "ship from", "weekday", "order weekday"}

// group is the orders that have something in common.
type group struct{ kind, name string }

// groupsOf returns the groups that an order with this anchor day belongs to, each once. Shares counts by the same.
func groupsOf(o monitor.Order, anchor monitor.Day, clock *time.Location) []group {
	groups := []group{{"weekday", anchor.Weekday().String()}}
	if bought := monitor.DayOf(o.Purchased, clock); !o.Purchased.IsZero() {
		groups = append(groups, group{"order weekday", bought.Weekday().String()})
	}
	for _, g := range []group{{"ship service", o.ShipService}, {"ship from", o.ShipFrom}} {
		if g.name != "" {
			groups = append(groups, g)
		}
	}
	for _, l := range o.Lines {
		if g := (group{"SKU", l.SKU}); l.SKU != "" && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	return groups
}

// drivers finds what carries more than its share of the defects: groups of orders with at least two of them, and at least one
// more than so many orders would have at the rate of all. A group is named only where that is unlikely by chance, however many
// groups there are to stand out: its probability is multiplied by their number (Bonferroni). Groups of one order are none, for
// they cannot be named. The greatest excess comes first.
func drivers(defects []monitor.Order, evidence []monitor.Evidence, shares []monitor.Share, orders int, clock *time.Location) []monitor.Driver {
	if orders == 0 || len(defects) < fewestOfGroup {
		return nil
	}
	hits := map[group]int{}
	for i, o := range defects {
		for _, g := range groupsOf(o, evidence[i].Date, clock) {
			hits[g]++
		}
	}
	groups := map[string]int{} // of each kind
	for _, s := range shares {
		if s.Orders >= 2 && s.Name != "" {
			groups[s.Kind]++
		}
	}
	// A kind that all orders share says nothing, and so costs nothing.
	kinds := 0
	for _, n := range groups {
		if n > 1 {
			kinds++
		}
	}
	var found []monitor.Driver
	for _, s := range shares {
		n := hits[group{s.Kind, s.Name}]
		if n < fewestOfGroup || s.Orders <= 0 || groups[s.Kind] == 0 {
			continue
		}
		// Shares may count an order more than the rate does, or one less, where its outcome is not known.
		of := min(max(s.Orders, n), orders)
		expected := float64(len(defects)) * float64(of) / float64(orders)
		if float64(n)-expected < 1 {
			continue
		}
		if forecast.AtLeast(n, of, min(len(defects), orders), orders)*float64(groups[s.Kind]*max(1, kinds)) > byChance {
			continue
		}
		found = append(found, monitor.Driver{Kind: s.Kind, Name: s.Name, Defects: n, Orders: s.Orders, Expected: expected,
			Share: (float64(n) - expected) / float64(len(defects))})
	}
	slices.SortStableFunc(found, func(a, b monitor.Driver) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(slices.Index(driverKinds, a.Kind), slices.Index(driverKinds, b.Kind)), cmp.Compare(a.Name, b.Name))
	})
	// The two weekdays of an order are mostly two words for one thing: the one that tells more is named.
	weekday := ""
	found = slices.DeleteFunc(found, func(d monitor.Driver) bool {
		if d.Kind != "weekday" && d.Kind != "order weekday" {
			return false
		}
		if weekday == "" {
			weekday = d.Kind
		}
		return d.Kind != weekday
	})
	return found[:min(len(found), maxDrivers)]
}
