package simulator

import (
	"fmt"
	"time"

	"goodstanding/monitor"
)

// The signals that Rate knows.
const (
	LateShipment monitor.Signal = "late_shipment_rate" // Amazon looks at 30 and at 10 days
	OrderDefect  monitor.Signal = "order_defect_rate"  // 60 days
	Cancellation monitor.Signal = "cancellation_rate"  // 7 days
)

// Rate is what Amazon would show on a day, counted from the truth. It is worked out without the project's other code,
// so that one can be held against the other.
type Rate struct {
	From, To monitor.Day // the window, on the marketplace's clock
	Orders   int         // orders that count
	Defects  []string    // ids of those of them that count against the seller, by time of purchase
}

// Value returns the rate, 0..1; 0 without orders.
func (r Rate) Value() float64 {
	if r.Orders == 0 {
		return 0
	}
	return float64(len(r.Defects)) / float64(r.Orders)
}

// Rate returns a rate over a number of days as it stands at the last moment of a day: see RateAt.
func (h *History) Rate(signal monitor.Signal, c monitor.Channel, days int, day monitor.Day) (Rate, error) {
	return h.RateAt(signal, c, days, day.End(h.Shop.Marketplace.Clock()).Add(-time.Nanosecond))
}

// RateAt returns a rate over a number of days as it stands at an instant, with what has happened by then. On day D the
// window of late shipments ends on D and takes orders by ship-by day; that of order defects ends on D-15, that of
// cancellations on D-1, and both take orders by day of purchase.
//
//   - late shipment: confirmed after the ship-by instant, or past it and not confirmed; cancelled orders are left out
//   - order defect: 1 or 2 stars, or a claim that is not denied, withdrawn or paid by Amazon; an order counts once
//   - cancellation: cancelled by the seller, or by Amazon because nobody confirmed it
//
// Orders that have not left Pending never count. Late shipments and cancellations are rates of seller-fulfilled orders:
// asking for those of FBA is an error, and so is any other signal.
func (h *History) RateAt(signal monitor.Signal, c monitor.Channel, days int, at time.Time) (Rate, error) {
	lag, defect := 0, (*Order).late
	switch signal {
	case LateShipment:
	case OrderDefect:
		lag, defect = 15, (*Order).defective
	case Cancellation:
		lag, defect = 1, (*Order).lost
	default:
		return Rate{}, fmt.Errorf("rate of signal %q: the simulator knows %s, %s and %s", signal, LateShipment, OrderDefect, Cancellation)
	}
	if c != monitor.SellerFulfilled && (c != monitor.FBA || signal != OrderDefect) {
		return Rate{}, fmt.Errorf("%s of channel %q: Amazon has no such rate", signal, c)
	}
	clock := h.Shop.Marketplace.Clock()
	to := monitor.DayOf(at, clock) - monitor.Day(lag)
	r := Rate{From: to - monitor.Day(days) + 1, To: to}
	for i := range h.Orders {
		o := &h.Orders[i]
		if o.Channel != c || !happened(o.Released, at) {
			continue
		}
		anchor := o.Purchased
		if signal == LateShipment {
			if happened(o.Cancelled, at) {
				continue
			}
			anchor = o.ShipBy
		}
		if day := monitor.DayOf(anchor, clock); day < r.From || day > r.To {
			continue
		}
		r.Orders++
		if defect(o, at) {
			r.Defects = append(r.Defects, o.ID)
		}
	}
	return r, nil
}

// late says whether the order missed its ship-by instant by at.
func (o *Order) late(at time.Time) bool {
	if happened(o.Confirmed, at) {
		return o.Confirmed.After(o.ShipBy)
	}
	return at.After(o.ShipBy)
}

// defective says whether the order is an order defect at an instant.
func (o *Order) defective(at time.Time) bool {
	if f := o.Feedback; f != nil && happened(f.Left, at) && f.Rating <= 2 {
		return true
	}
	if o.Claim == nil {
		return false
	}
	status := o.Claim.Status(at)
	return status == monitor.ClaimOpen || status == monitor.ClaimGranted
}

// lost says whether the order was cancelled by at through the seller's fault.
func (o *Order) lost(at time.Time) bool {
	return happened(o.Cancelled, at) && o.By != Buyer
}
