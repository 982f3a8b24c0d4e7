package alerts

import (
	"fmt"
	"slices"

	"goodstanding/monitor"
)

// Weight says when a deadline is worth a message of its own: an order that is late is one defect of a rate, and an account
// far from the rate's limit loses nothing that a digest would not tell in time.
type Weight struct {
	Rate  monitor.Signal // whose defects the orders of the deadline become
	Share float64        // of the rate's headroom, 0..1, from which the orders count; 0: always
}

// Weigh returns the findings of a signal as people are to be told of them: a critical deadline is a warning while its orders
// are less than the share of what is left of the rate in their marketplace. Where that is not known, or the rate is itself
// worth a warning, nothing is changed. Rates are the findings of the rate at the same time. It is a pure function.
func (p Policy) Weigh(signal monitor.Signal, found, rates []monitor.Finding) []monitor.Finding {
	weight, ok := p.Weights[signal]
	if !ok || weight.Share <= 0 {
		return found
	}
	found = slices.Clone(found)
	for i := range found {
		f := &found[i]
		if f.Severity != monitor.Critical || f.Value == nil {
			continue
		}
		left, known := headroomOf(rates, f.Marketplace)
		if !known || *f.Value >= weight.Share*float64(left) {
			continue
		}
		f.Severity = monitor.Warning
		f.Details = append(slices.Clip(f.Details), fmt.Sprintf("%d more late orders reach the limit, so nobody is disturbed for these.", left))
	}
	return found
}

// headroomOf returns the least headroom of a rate in a marketplace; false where it is not known or not to be relied upon.
func headroomOf(rates []monitor.Finding, m monitor.Marketplace) (left int, known bool) {
	for _, f := range rates {
		if f.Marketplace != m {
			continue
		}
		if f.Severity.Rank() < monitor.OK.Rank() || f.Severity.Worse(monitor.Watch) {
			return 0, false
		}
		if f.Headroom != nil && (!known || *f.Headroom < left) {
			left, known = *f.Headroom, true
		}
	}
	return left, known
}
