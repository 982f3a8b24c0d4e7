package monitor

import (
	"fmt"
	"slices"
	"time"
)

// Measure is what a cell of the triangle counts.
type Measure uint8

// The measures. Ordered and the defects of the order defect rate are anchored on the day of purchase, those of
// lateness on the ship-by day. Cancelled is anchored on the day of purchase. 0 is none.
const (
	Ordered           Measure = iota + 1 // orders that left Pending
	Defective                            // orders with at least one of the three below
	NegativeFeedback                     // 1 or 2 stars
	Claimed                              // an A-to-z claim that counts
	ChargedBack                          //
	CancelledBySeller                    // not known to be the buyer's wish
	Due                                  // seller-fulfilled, with a ship-by date, not cancelled
	ConfirmedOnTime                      //
	ConfirmedLate                        //
	Undated                              // seller-fulfilled, no export has told the ship-by date; by day of purchase
	endOfMeasures
)

// String names the measure.
func (m Measure) String() string {
	names := [endOfMeasures]string{"none", "ordered", "defective", "negative_feedback", "a_to_z", "chargeback", "cancelled", "due", "on_time", "late", "undated"}
	if m >= endOfMeasures {
		return fmt.Sprintf("measure %d", uint8(m))
	}
	return names[m]
}

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
func (o *Order) Entries() []Entry { return o.AppendEntries(nil) }

// AppendEntries appends the same to entries.
func (o *Order) AppendEntries(entries []Entry) []Entry {
	if o.Marketplace == NonAmazon || o.Purchased.IsZero() || o.Channel == "" {
		return entries
	}
	neverOrdered := o.WasPending && !o.Released && o.Status == Cancelled
	if neverOrdered || o.Status == Pending && !o.Released {
		return entries
	}
	clock := o.Marketplace.Clock()
	bought := DayOf(o.Purchased, clock)
	entries = slices.Grow(entries, 4) // one of an FBA order, three or four of most others
	add := func(m Measure, anchor Day, known time.Time, n int) {
		if known.Before(o.Purchased) {
			known = o.Purchased // nothing is known of an order before it is placed
		}
		entries = append(entries, Entry{m, anchor, known, n})
	}
	add(Ordered, bought, o.Purchased, 1)

	for _, d := range o.defects(clock) {
		add(d.measure, bought, d.from, 1)
		if !d.to.IsZero() {
			add(d.measure, bought, d.to, -1)
		}
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

// defect is a time during which an order counts in a measure of the order defect rate; a zero to has no end.
type defect struct {
	measure  Measure
	from, to time.Time
}

// defects returns what counts against the order, and when it has at least one defect: two count once.
func (o *Order) defects(clock *time.Location) []defect {
	var all []defect
	if o.Feedback != nil && o.Feedback.Negative() {
		all = append(all, defect{measure: NegativeFeedback, from: o.Feedback.Day.Start(clock)})
	}
	listed := slices.ContainsFunc(o.Claims, func(c Claim) bool { return c.Kind == AToZ })
	for _, c := range o.Claims {
		if c.Kind == AToZReturn && listed {
			continue // the seller's own list says more of the same claim
		}
		d := defect{measure: Claimed, from: c.Opened.Start(clock)}
		if c.Kind == Chargeback {
			d.measure = ChargedBack
		}
		if !c.Counts() {
			// It counted until a list said that it no longer does.
			if d.to = c.Settled; !d.to.After(d.from) {
				continue
			}
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b defect) int { return a.from.Compare(b.from) })
	// The union of these times, in order.
	var union []defect
	for _, d := range all {
		last := len(union) - 1
		if last < 0 || !union[last].to.IsZero() && d.from.After(union[last].to) {
			union = append(union, defect{Defective, d.from, d.to})
			continue
		}
		if d.to.IsZero() || !union[last].to.IsZero() && d.to.After(union[last].to) {
			union[last].to = d.to
		}
	}
	return append(all, union...)
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

// Sums is a triangle added up, for who asks for many windows.
type Sums struct {
	*Triangle
	first Day
	until [endOfMeasures][]int // by measure: of the anchor days before first + i
}

// Sums adds the triangle up. What is added to it later is not in the sums.
func (t *Triangle) Sums() *Sums {
	s := &Sums{Triangle: t}
	if len(t.Cells) == 0 {
		return s
	}
	last := t.Cells[0].Anchor
	s.first = last
	for _, c := range t.Cells {
		s.first, last = min(s.first, c.Anchor), max(last, c.Anchor)
	}
	for _, c := range t.Cells {
		if s.until[c.Measure] == nil {
			s.until[c.Measure] = make([]int, last-s.first+2)
		}
		s.until[c.Measure][c.Anchor-s.first+1] += c.N
	}
	for _, until := range s.until {
		for i := 1; i < len(until); i++ {
			until[i] += until[i-1]
		}
	}
	return s
}

// Count sums a measure over the anchor days from..to, both included.
func (s *Sums) Count(m Measure, from, to Day) int {
	until := s.until[m]
	if len(until) == 0 || to < from {
		return 0
	}
	at := func(day Day) int { return until[min(max(int(day-s.first), 0), len(until)-1)] }
	return at(to+1) - at(from)
}

// CountKnown sums a measure over the anchor days from..to, as far as it was known by the end of a day.
func (t *Triangle) CountKnown(m Measure, from, to, by Day) int {
	n := 0
	for _, c := range t.Cells {
		if c.Measure == m && c.Anchor >= from && c.Anchor <= to && c.Known <= by {
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
