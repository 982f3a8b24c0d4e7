package simulator

import (
	"time"

	"goodstanding/monitor"
)

// History is the truth about one account: every order and what became of it, also beyond the last day with orders.
type History struct {
	Shop   Shop
	Orders []Order // by time of purchase
}

// Party is who cancelled an order.
type Party string

// The parties that cancel. Amazon does so when the seller never confirms a shipment.
const (
	Seller Party = "seller"
	Buyer  Party = "buyer"
	Amazon Party = "amazon"
)

// Order is the truth about one order. Instants are whole seconds in UTC; a zero one means that it never happens.
type Order struct {
	ID        string
	Channel   monitor.Channel
	Service   string // ship-service-level
	Lines     []monitor.Line
	Buyer     int // says which made-up buyer it is
	Purchased time.Time
	Released  time.Time // when it left Pending
	ShipBy    time.Time // the last second of the ship-by day; seller-fulfilled orders that left Pending only
	Confirmed time.Time
	Asked     time.Time // when the buyer asked to cancel
	Cancelled time.Time
	By        Party // who cancelled it; empty where nobody did
	Delivered time.Time
	Refunded  time.Time
	Feedback  *Feedback
	Claim     *Claim
}

// Feedback is a rating that a buyer left.
type Feedback struct {
	Left    time.Time
	Rating  int // 1-5
	Comment string
}

// Claim is an A-to-z claim or a chargeback.
type Claim struct {
	Kind    monitor.ClaimKind
	Opened  time.Time
	Decided time.Time
	Outcome monitor.ClaimStatus // from Decided on; before, it is open
	Amount  string
}

// happened says whether an instant is set and has come by at.
func happened(t, at time.Time) bool { return !t.IsZero() && !t.After(at) }

// Status returns the state of the order as Seller Central shows it at an instant, "" before the purchase.
func (o *Order) Status(at time.Time) monitor.Status {
	switch {
	case o.Purchased.After(at):
		return ""
	case happened(o.Cancelled, at):
		return monitor.Cancelled
	case happened(o.Confirmed, at):
		return monitor.Shipped
	case happened(o.Released, at):
		return monitor.Unshipped
	default:
		return monitor.Pending
	}
}

// LastUpdated returns the last-updated-date that an export made at an instant shows: the newest change of any sort, so
// that a delivery or a refund hides when the order was confirmed.
func (o *Order) LastUpdated(at time.Time) time.Time {
	last := o.Purchased
	for _, t := range []time.Time{o.Released, o.Confirmed, o.Cancelled, o.Delivered, o.Refunded} {
		if happened(t, at) && t.After(last) {
			last = t
		}
	}
	return last
}

// Open says whether the order waits for its ship confirmation at an instant: seller-fulfilled, out of Pending, neither
// confirmed nor cancelled.
func (o *Order) Open(at time.Time) bool {
	return o.Channel == monitor.SellerFulfilled && o.Status(at) == monitor.Unshipped
}

// Open returns the orders that wait for their ship confirmation at an instant, by time of purchase.
func (h *History) Open(at time.Time) []Order {
	var open []Order
	for i := range h.Orders {
		if h.Orders[i].Open(at) {
			open = append(open, h.Orders[i])
		}
	}
	return open
}

// Status returns where the claim stands at an instant, "" before it is opened.
func (c *Claim) Status(at time.Time) monitor.ClaimStatus {
	switch {
	case c.Opened.After(at):
		return ""
	case happened(c.Decided, at):
		return c.Outcome
	default:
		return monitor.ClaimOpen
	}
}

// has says whether a line of the order is of a SKU.
func (o *Order) has(sku string) bool {
	for _, l := range o.Lines {
		if l.SKU == sku {
			return true
		}
	}
	return false
}
