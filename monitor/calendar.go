package monitor

import "time"

// CalendarDay is a rate on one of the coming days, as far as it is decided.
type CalendarDay struct {
	Day      Day
	Defects  int     // known already, and in the window of this day
	Orders   int     // in the window of this day: those known, and those to be expected besides
	Value    float64 // the rate if no further order turns bad; 0 where there are no orders
	Headroom int     // how many more defects reach the limit on this day; 0: they do already
	Over     float64 // probability, 0..1, that the rate is at or over the limit on this day
	// The rate lies between Low and High with 80 %.
	Low, High float64
	Leaves    []string // ids of the orders whose defect is in the window of the day before, and not in this one's
	Enters    []string // ids of the orders whose defect is known already, and enters the window with this day
}

// Changes says whether a known defect leaves or enters the window with this day.
func (c CalendarDay) Changes() bool { return len(c.Leaves)+len(c.Enters) > 0 }

// DueOrders is what is still in the seller's hands: orders that are not known to be confirmed, and not late yet.
type DueOrders struct {
	AsOf time.Time // what is confirmed later is not known
	By   []DueBy   // by ship-by date, the next first
}

// DueBy is about the orders that are due by an instant, those of earlier instants included.
type DueBy struct {
	By     time.Time // the ship-by date
	Orders int       // not confirmed, and due by then
	Day    Day       // from which day on they count if they are late: the next one where they are due by midnight
	None   float64   // the rate on that day if none of them is confirmed in time
	All    float64   // the rate on that day if all of them are
	// Ship is how many of them must be confirmed in time so that every window of the signal stays under its limit on that day.
	// It is 0 where that holds anyway, and more than Orders where it does not even if all are.
	Ship int
}

// Worst returns the first of the instants by which something must be shipped, and false where nothing must.
func (d *DueOrders) Worst() (DueBy, bool) {
	if d == nil {
		return DueBy{}, false
	}
	for _, b := range d.By {
		if b.Ship > 0 {
			return b, true
		}
	}
	return DueBy{}, false
}
