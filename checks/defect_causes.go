package checks

import (
	"context"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// fewestAlike is how many buyers must complain of the same thing for it to be a cause of an order defect rate.
const fewestAlike = 2

// complainOf adds to each finding of the order defect rate that is not OK what most of its buyers complain of, where they say it. That is a count of what they say, no inference; it takes the last place of the drivers.
func complainOf(ctx context.Context, k monitor.Known, findings []monitor.Finding) error {
	said := map[string][]monitor.Cause{} // by order
	read := false
	for i := range findings {
		f := &findings[i]
		if !f.Severity.Worse(monitor.OK) || f.Defects < fewestAlike {
			continue
		}
		if !read {
			// The same span as the checks of complaints read.
			today := monitor.DayOf(k.At(), time.UTC)
			complaints, err := k.Complaints(ctx, today-complaintSteps*stepDays, today+1)
			if err != nil {
				return err
			}
			for _, c := range complaints {
				for _, cause := range monitor.Causes() {
					if cause != monitor.CauseOther && c.Names(cause) {
						said[c.OrderID] = append(said[c.OrderID], cause)
					}
				}
			}
			read = true
		}
		counts := map[monitor.Cause]int{}
		speak := 0
		for _, e := range f.Evidence {
			if len(said[e.OrderID]) > 0 {
				speak++
			}
			for n, cause := range said[e.OrderID] {
				if !slices.Contains(said[e.OrderID][:n], cause) {
					counts[cause]++
				}
			}
		}
		for _, cause := range monitor.Causes() {
			if n := counts[cause]; n >= fewestAlike && 2*n > speak {
				f.Drivers = append(f.Drivers[:min(len(f.Drivers), maxDrivers-1)], monitor.Driver{
					Kind: "complaint", Name: strings.ReplaceAll(string(cause), "_", " "), Defects: n, Share: float64(n) / float64(f.Defects)})
				break
			}
		}
	}
	return nil
}

// defectKinds says of what kinds the defects of orders are: 4 with negative feedback, 2 with an A-to-z claim. One may be of several.
func defectKinds(orders []monitor.Order, at time.Time) string {
	negative, claimed, charged := 0, 0, 0
	for _, o := range orders {
		for m, n := range map[monitor.Measure]*int{monitor.NegativeFeedback: &negative, monitor.Claimed: &claimed, monitor.ChargedBack: &charged} {
			if counted, _, _ := o.Counted(m, at); counted > 0 {
				*n++
			}
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{negative, "negative feedback"}, {claimed, "an A-to-z claim"}, {charged, "a chargeback"}} {
		if p.n > 0 {
			parts = append(parts, number(p.n)+" with "+p.what)
		}
	}
	return "The defects are " + strings.Join(parts, ", ") + "."
}
