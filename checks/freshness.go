package checks

import (
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// newest returns the instant up to which exports of the given kinds tell what happened; zero where there is none.
func newest(arrivals []monitor.Arrival, kinds ...monitor.ExportKind) time.Time {
	var at time.Time
	for _, a := range arrivals {
		if a.Refused == "" && slices.Contains(kinds, a.Kind) && a.AsOf().After(at) {
			at = a.AsOf()
		}
	}
	return at
}

// confirmedUpTo returns the instant up to which exports tell of new orders and of their confirmation. All Orders and
// Unshipped Orders tell both; an order report and the confirmation files must come together.
func confirmedUpTo(arrivals []monitor.Arrival) time.Time {
	both := newest(arrivals, monitor.KindAllOrders, monitor.KindUnshippedOrders)
	orders, confirmed := newest(arrivals, monitor.KindOrderReport), newest(arrivals, monitor.KindShippingConfirmation)
	if orders.Before(confirmed) {
		confirmed = orders
	}
	if confirmed.After(both) {
		return confirmed
	}
	return both
}

// tooOld says in words that data end too long before at; empty when they do not.
func tooOld(what string, asOf, at time.Time, limit time.Duration) string {
	switch age := at.Sub(asOf); {
	case asOf.IsZero():
		return "no " + what + " has been imported"
	case age > limit:
		return fmt.Sprintf("the newest %s tells of %s ago", what, span(age))
	default:
		return ""
	}
}
