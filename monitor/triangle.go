package monitor

import "time"

// Measure is what a cell of the triangle counts.
type Measure string

// The measures. Ordered and the defects of the order defect rate are anchored on the day of purchase, those of
// lateness on the ship-by day. Cancelled is anchored on the day of purchase.
const (
	Ordered           Measure = "ordered"           // orders that left Pending
	Defective         Measure = "defective"         // orders with at least one of the three below
	NegativeFeedback  Measure = "negative_feedback" // 1 or 2 stars
	Claimed           Measure = "a_to_z"            // an A-to-z claim that counts
	ChargedBack       Measure = "chargeback"
	CancelledBySeller Measure = "cancelled" // not known to be the buyer's wish
	Due               Measure = "due"       // seller-fulfilled, with a ship-by date, not cancelled
	ConfirmedOnTime   Measure = "on_time"
	ConfirmedLate     Measure = "late"
	Undated           Measure = "undated" // seller-fulfilled, no export has told the ship-by date; by day of purchase
)

// Entry is what one order adds to the triangle: N more (or fewer) of a measure, anchored on a day, since an instant.
type Entry struct {
	Measure Measure
	Anchor  Day
	Known   time.Time
	N       int
}

// Entries returns all that the order adds to the triangle of its marketplace and channel. The sum of the entries known
// by an instant is what the order counted for at that instant, so an order that was due and then cancelled leaves
// again. A pure function: the tallies in the store are sums of it.
func (o *Order) Entries() []Entry {
	if o.Marketplace == NonAmazon || o.Purchased.IsZero() || o.Channel == "" {
		return nil
	}
	neverOrdered := o.WasPending && !o.Released && o.Status == Cancelled
	if neverOrdered || o.Status == Pending && !o.Released {
		return nil
	}
	clock := o.Marketplace.Clock()
	bought := DayOf(o.Purchased, clock)
	var entries []Entry
	add := func(m Measure, anchor Day, known time.Time, n int) {
		if known.Before(o.Purchased) {
			known = o.Purchased // nothing is known of an order before it is placed
		}
		entries = append(entries, Entry{m, anchor, known, n})
	}
	add(Ordered, bought, o.Purchased, 1)

	var defect time.Time
	note := func(m Measure, day Day) {
		at := day.Start(clock)
		add(m, bought, at, 1)
		defect = earliest(defect, at)
	}
	if o.Feedback != nil && o.Feedback.Negative() {
		note(NegativeFeedback, o.Feedback.Day)
	}
	for _, c := range o.Claims {
		if !c.Counts() {
			continue
		}
		if c.Kind == Chargeback {
			note(ChargedBack, c.Opened)
		} else {
			note(Claimed, c.Opened)
		}
	}
	if !defect.IsZero() {
		add(Defective, bought, defect, 1)
	}
	if o.Channel != SellerFulfilled {
		return entries
	}

	gone := o.Cancelled
	if o.Status != Cancelled {
		gone = time.Time{}
	}
	if at := earliest(gone, o.ItemCancelled); !at.IsZero() && !o.BuyerCancel {
		add(CancelledBySeller, bought, at, 1)
	}
	measure, anchor := Undated, bought
	if !o.ShipBy.IsZero() {
		measure, anchor = Due, DayOf(o.ShipBy, clock)
	}
	count := func(m Measure, known time.Time) {
		if !gone.IsZero() && !known.Before(gone) {
			return
		}
		add(m, anchor, known, 1)
		if !gone.IsZero() {
			add(m, anchor, gone, -1)
		}
	}
	count(measure, o.Purchased)
	switch answer, known := o.Timeliness(); answer {
	case OnTime:
		count(ConfirmedOnTime, known)
	case Late:
		count(ConfirmedLate, known)
	case NoDeadline, NotKnown:
	}
	return entries
}

// Counted returns how much the order counts for in a measure at t, and the anchor day.
func (o *Order) Counted(m Measure, t time.Time) (n int, anchor Day, since time.Time) {
	for _, e := range o.Entries() {
		if e.Measure == m && !e.Known.After(t) {
			n, anchor = n+e.N, e.Anchor
			since = latest(since, e.Known)
		}
	}
	return n, anchor, since
}

// Slice is the part of an account that Amazon judges by itself: a marketplace and a channel.
type Slice struct {
	Marketplace Marketplace
	Channel     Channel
}

// Cell counts, for one measure, the orders anchored on a day that became known on a day.
type Cell struct {
	Measure Measure
	Anchor  Day
	Known   Day
	N       int
}

// Triangle is the run-off triangle of one slice of an account, as known at one instant: for each measure, how many
// orders anchored on a day became known how many days later. Its size is days × delays, whatever the number of orders.
type Triangle struct {
	Cells []Cell
}

// Count sums a measure over the anchor days from..to, both included.
func (t *Triangle) Count(m Measure, from, to Day) int {
	n := 0
	for _, c := range t.Cells {
		if c.Measure == m && c.Anchor >= from && c.Anchor <= to {
			n += c.N
		}
	}
	return n
}

// Span returns the first and last anchor day of a measure, and false where it has none.
func (t *Triangle) Span(m Measure) (from, to Day, ok bool) {
	for _, c := range t.Cells {
		if c.Measure != m {
			continue
		}
		if !ok {
			from, to, ok = c.Anchor, c.Anchor, true
		}
		from, to = min(from, c.Anchor), max(to, c.Anchor)
	}
	return from, to, ok
}
