package monitor

import "time"

// Order is all that is known of one order: what its sightings agree on, and what else names it.
type Order struct {
	ID          string
	Marketplace Marketplace
	Strength    Strength
	Channel     Channel
	Purchased   time.Time
	ShipBy      time.Time // zero: no export has told
	ShipByAsOf  time.Time // how recent the word on ShipBy is
	DeliverBy   time.Time
	ShipService string
	ShipFrom    string // the city of the seller's warehouse; empty: no export has told

	Status   Status // by the row with the newest last-updated-date
	StatusAt time.Time

	Unshipped     time.Time // the last instant at which an export showed it not yet confirmed
	Shipped       time.Time // the first instant by which an export showed it confirmed
	ShippedAsOf   time.Time // when that export was made: soon after Shipped, or years
	Cancelled     time.Time // the first last-updated-date with status Cancelled
	ItemCancelled time.Time // the same for a line of an order that went on
	WasPending    bool
	Released      bool // seen beyond Pending, other than cancelled
	BuyerCancel   bool

	Lines         []Line
	Confirmations []Confirmation
	Feedback      *Feedback
	Claims        []Claim
}

// See adds what a sighting states, lines aside. The result does not depend on the order in which sightings arrive,
// nor on how often one does.
func (o *Order) See(s *Sighting) {
	o.ID = s.OrderID
	if s.Strength > o.Strength || s.Strength == o.Strength && s.Marketplace > o.Marketplace {
		o.Marketplace, o.Strength = s.Marketplace, s.Strength
	}
	// Only All Orders can say FBA, and it is right: other order exports hold seller-fulfilled orders by definition.
	if o.Channel == "" || s.Channel == FBA {
		o.Channel = s.Channel
	}
	o.Purchased = earliest(o.Purchased, s.Purchased)
	if !s.ShipBy.IsZero() && (s.AsOf.After(o.ShipByAsOf) || s.AsOf.Equal(o.ShipByAsOf) && s.ShipBy.After(o.ShipBy)) {
		o.ShipBy, o.ShipByAsOf = s.ShipBy, s.AsOf
	}
	o.DeliverBy = latest(o.DeliverBy, s.DeliverBy)
	if s.ShipService > o.ShipService {
		o.ShipService = s.ShipService
	}
	if s.ShipFrom > o.ShipFrom {
		o.ShipFrom = s.ShipFrom
	}
	if s.Status != "" && !s.Updated.IsZero() && (s.Updated.After(o.StatusAt) || s.Updated.Equal(o.StatusAt) && s.Status.rank() > o.Status.rank()) {
		o.Status, o.StatusAt = s.Status, s.Updated
	}
	o.BuyerCancel = o.BuyerCancel || s.BuyerCancel
	o.Released = o.Released || s.Released
	switch s.Status {
	case Pending:
		o.WasPending = true
		o.Unshipped = latest(o.Unshipped, s.AsOf)
	case Unshipped, PartiallyShipped:
		o.Released = true
		o.Unshipped = latest(o.Unshipped, s.AsOf)
	case Shipped:
		o.Released = true
		o.confirmedBy(s.Updated, s.AsOf)
	case Cancelled:
		o.Cancelled = earliest(o.Cancelled, s.Updated)
	}
	if s.Line.Status == Cancelled && s.Status != Cancelled {
		o.ItemCancelled = earliest(o.ItemCancelled, s.Updated)
	}
}

// confirmedBy notes that an export made at asOf shows the order confirmed no later than at.
func (o *Order) confirmedBy(at, asOf time.Time) {
	if at.IsZero() {
		return
	}
	if o.Shipped.IsZero() || at.Before(o.Shipped) || at.Equal(o.Shipped) && asOf.Before(o.ShippedAsOf) {
		o.Shipped, o.ShippedAsOf = at, asOf
	}
}

// SeeLine adds what another row states of the same line, and says whether that changed anything. age compares the row
// with what the line knows: the newer one wins (positive), of the same age the greater text does, an older one only
// fills what is blank. A blank never erases.
func (l *Line) SeeLine(s Line, age int) bool {
	before := *l
	text := func(have *string, said string) {
		if said != "" && (*have == "" || age > 0 || age == 0 && said > *have) {
			*have = said
		}
	}
	text(&l.ItemID, s.ItemID)
	text(&l.SKU, s.SKU)
	text(&l.ASIN, s.ASIN)
	text(&l.Title, s.Title)
	text((*string)(&l.Status), string(s.Status))
	text(&l.Price, s.Price)
	text(&l.Currency, s.Currency)
	text((*string)(&l.Extra), string(s.Extra))
	if s.Quantity != 0 && (l.Quantity == 0 || age > 0 || age == 0 && s.Quantity > l.Quantity) {
		l.Quantity = s.Quantity
	}
	return *l != before
}

// soon is within how long a change may stand in for the confirmation, an instant that exports rarely hold: after it the
// export must have been made, and before it the order must have been seen. A seller who exports on working days skips a
// weekend. Otherwise a delivery or a refund may have moved the date.
const soon = 72 * time.Hour

// Timeliness answers whether an order was confirmed by its ship-by date.
type Timeliness uint8

// The three answers, and the one for orders that have no ship-by date, are FBA, or were cancelled.
const (
	NoDeadline Timeliness = iota
	OnTime
	Late
	NotKnown
)

// Timeliness says whether the order was confirmed in time and since when that can be known. Late means that the
// instant of confirmation is after the ship-by date. The instant lies between the last time that the order was known
// unshipped and the first time that it was known shipped:
//
//   - known shipped by the deadline: on time, whatever else;
//   - known unshipped at the deadline: late, known from the deadline on;
//   - known shipped after the deadline, by an export made soon after: late, when that export also fixes the instant
//     well enough (see soon);
//   - else not known. A bulk export whose last-updated-date lies weeks after shipping proves nothing.
func (o *Order) Timeliness() (Timeliness, time.Time) {
	if o.ShipBy.IsZero() || o.Channel != SellerFulfilled {
		return NoDeadline, time.Time{}
	}
	shipped, asOf, unshipped, own := o.confirmation()
	switch {
	case !shipped.IsZero() && !shipped.After(o.ShipBy):
		return OnTime, shipped
	case !unshipped.Before(o.ShipBy):
		return Late, o.ShipBy
	case shipped.IsZero():
		return NotKnown, time.Time{}
	}
	// Someone who downloads every few days has seen the order before: unshipped, or among the new orders.
	seen := o.Unshipped
	if !o.ShipByAsOf.After(shipped) {
		seen = latest(seen, o.ShipByAsOf)
	}
	fresh := asOf.Sub(shipped) <= soon
	watched := !seen.IsZero() && shipped.Sub(seen) <= soon
	if fresh && (watched || own) {
		return Late, shipped
	}
	return NotKnown, time.Time{}
}

// confirmation joins what order exports and shipping confirmations say: first known shipped, when the file that says
// so was made, and last known unshipped.
func (o *Order) confirmation() (shipped, asOf, unshipped time.Time, own bool) {
	shipped, asOf, unshipped = o.Shipped, o.ShippedAsOf, o.Unshipped
	if len(o.Confirmations) == 0 {
		return shipped, asOf, unshipped, false
	}
	first, ok := o.confirmed()
	if !ok {
		return shipped, asOf, unshipped, false
	}
	clock := o.Marketplace.Clock()
	// Amazon takes no ship-date in the future, so the file cannot have been accepted before that day began.
	if began := first.ShipDate.Start(clock); o.Shipped.IsZero() && began.After(unshipped) {
		unshipped = began
	}
	if shipped.IsZero() || first.AsOf.Before(shipped) {
		// The file is its own witness: the day typed in it, and the instant it was received.
		shipped, asOf, own = first.AsOf, first.AsOf, true
		if first.AsOf.Sub(first.ShipDate.End(clock)) > soon {
			asOf = first.AsOf.Add(soon + 1) // an old file, received long after: its time is no confirmation
		}
	}
	return shipped, asOf, unshipped, own
}

// Confirmed returns the first instant by which the order is known to be confirmed; zero: not known to be.
func (o *Order) Confirmed() time.Time {
	shipped, _, _, _ := o.confirmation()
	return shipped
}

// confirmed returns the confirmation with which the whole order became confirmed: the first one that names no line,
// or the last of the first ones of every line.
func (o *Order) confirmed() (Confirmation, bool) {
	firsts := map[string]Confirmation{}
	for _, c := range o.Confirmations {
		f, seen := firsts[c.ItemID]
		if !seen || c.AsOf.Before(f.AsOf) || c.AsOf.Equal(f.AsOf) && c.ShipDate < f.ShipDate {
			firsts[c.ItemID] = c
		}
	}
	lines, units := 0, 0
	for _, l := range o.Lines {
		if l.Status == Cancelled {
			continue
		}
		lines++
		units += l.Quantity
		// A line is confirmed when all its units are: of a part, All Orders tells when the rest followed.
		if c, ok := firsts[l.ItemID]; l.ItemID != "" && (!ok || c.Quantity > 0 && c.Quantity < l.Quantity) && firsts[""].OrderID == "" {
			return Confirmation{}, false
		}
	}
	if whole, ok := firsts[""]; ok {
		return whole, lines > 1 || whole.Quantity == 0 || whole.Quantity >= units
	}
	if len(firsts) == 0 || len(firsts) < lines {
		return Confirmation{}, false
	}
	var last Confirmation
	for _, c := range firsts {
		if c.AsOf.After(last.AsOf) || c.AsOf.Equal(last.AsOf) && c.ShipDate > last.ShipDate {
			last = c
		}
	}
	return last, true
}

// Open says whether the order still waits for its ship confirmation at t, as far as anything known by t tells.
func (o *Order) Open(t time.Time) bool {
	if o.Channel != SellerFulfilled || o.Purchased.After(t) || o.Lost(t) {
		return false
	}
	if o.Status == Pending && !o.Released {
		return false
	}
	shipped, _, _, _ := o.confirmation()
	return shipped.IsZero() || shipped.After(t)
}

// Lost says whether the whole order was cancelled by t.
func (o *Order) Lost(t time.Time) bool {
	return o.Status == Cancelled && !o.Cancelled.IsZero() && !o.Cancelled.After(t)
}

// earliest returns the earlier of two instants, of which a zero one is unknown.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// latest returns the later of two instants.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
