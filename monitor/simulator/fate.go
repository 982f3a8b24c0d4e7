package simulator

import (
	"time"

	"goodstanding/monitor"
)

// autoCancel is how many working days after the ship-by day Amazon cancels an order that nobody confirmed.
const autoCancel = 7

// ship decides when an order that left Pending is confirmed, or who cancels it.
func (s *Shop) ship(d dice, o *Order, clock *time.Location) {
	buyer, seller, forgotten, late := d.Float64(), d.Float64(), d.Float64(), d.Float64()
	if o.Channel == monitor.FBA {
		o.Confirmed = o.Released.Add(d.within(6*time.Hour, 40*time.Hour))
		return
	}
	bought := monitor.DayOf(o.Purchased, clock)
	due := workdays(monitor.DayOf(o.Released, clock), s.Handling)
	o.ShipBy = due.End(clock).Add(-time.Second).UTC()
	switch {
	case buyer < sum(s.BuyerCancel, o, bought, clock):
		o.Asked = o.Released.Add(d.within(30*time.Minute, 6*time.Hour))
		// Answered in the evening of the ship-by day, so that an export of that day still shows the buyer's wish.
		o.Cancelled, o.By = later(instant(due, 20, clock).Add(d.within(0, 3*time.Hour)), o.Asked.Add(time.Hour)), Buyer
	case seller < sum(s.SellerCancel, o, bought, clock):
		left := o.ShipBy.Sub(o.Released)
		o.Cancelled, o.By = o.Released.Add(d.within(min(time.Minute, left), left)), Seller
	case forgotten < sum(s.Forgotten, o, due, clock):
		o.Cancelled, o.By = workdays(due, autoCancel).End(clock).Add(d.within(0, time.Hour)).UTC(), Amazon
	case late < sum(s.Late, o, due, clock):
		behind := min(d.IntN(max(0, s.LateBy.Max-s.LateBy.Min)+1), d.IntN(max(0, s.LateBy.Max-s.LateBy.Min)+1))
		day := due + monitor.Day(max(1, s.LateBy.Min+behind))
		o.Confirmed = instant(day, 8, clock).Add(d.within(0, 8*time.Hour))
	default:
		o.Confirmed = inTime(d, o, due, clock)
	}
}

// inTime returns when an order that is not late is confirmed: on one of the working days up to the ship-by day, when
// people work, mostly before the parcels are fetched at three.
func inTime(d dice, o *Order, due monitor.Day, clock *time.Location) time.Time {
	begin := monitor.DayOf(o.Released, clock)
	day := begin + monitor.Day(d.IntN(int(due-begin)+1))
	closing := 15 * time.Hour
	if d.IntN(16) == 0 {
		closing = 17 * time.Hour
	}
	share := d.within(0, closing-9*time.Hour)
	for ; day <= due; day++ {
		at := instant(day, 9, clock).Add(share)
		if !weekend(day) && at.After(o.Released.Add(10*time.Minute)) {
			return at
		}
	}
	// Released on its ship-by day after the people went home: somebody stays.
	return o.Released.Add(d.within(0, o.ShipBy.Sub(o.Released)))
}

// follow decides what comes after the shipping: delivery, refund, feedback, claim. An order that is never confirmed has
// none of them.
func (s *Shop) follow(d dice, o *Order, clock *time.Location) {
	opinion, trouble, refund := d.Float64(), d.Float64(), d.Float64()
	if o.Confirmed.IsZero() {
		return
	}
	bought := monitor.DayOf(o.Purchased, clock)
	o.Delivered = o.Confirmed.Add(d.within(36*time.Hour, 7*24*time.Hour))
	if back := d.within(10*24*time.Hour, 45*24*time.Hour); refund < s.Refund {
		o.Refunded = o.Delivered.Add(back)
	}

	negative := sum(s.Negative, o, bought, clock)
	neutral := negative + sum(s.Neutral, o, bought, clock)
	positive := neutral + sum(s.Positive, o, bought, clock)
	rating, texts := 0, voices(s.Marketplace)
	var text []string
	switch {
	case opinion < negative:
		rating, text = 1+d.IntN(2), texts.bad
	case opinion < neutral:
		rating, text = 3, texts.middling
	case opinion < positive:
		rating, text = 4+d.IntN(2), texts.good
	}
	if rating > 0 {
		// The buyer's link to leave feedback opens three days after the confirmation.
		left := later(o.Purchased.Add(d.delay(s.FeedbackDelay)), o.Confirmed.Add(72*time.Hour))
		o.Feedback = &Feedback{Left: left, Rating: rating, Comment: text[d.IntN(len(text))]}
	}

	aToZ := sum(s.AToZ, o, bought, clock)
	kind := monitor.AToZ
	switch {
	case trouble < aToZ:
	case trouble < aToZ+sum(s.Chargeback, o, bought, clock):
		kind = monitor.Chargeback
	default:
		return
	}
	opened := later(o.Purchased.Add(d.delay(s.ClaimDelay)), o.Confirmed.Add(24*time.Hour))
	o.Claim = &Claim{
		Kind: kind, Opened: opened, Decided: opened.Add(d.within(3*24*time.Hour, 14*24*time.Hour)),
		Outcome: outcome(d, kind), Amount: o.Lines[0].Price,
	}
}

// outcome draws how a claim ends. Amazon pays for no chargeback, and no buyer takes one back.
func outcome(d dice, kind monitor.ClaimKind) monitor.ClaimStatus {
	ends := []monitor.ClaimStatus{monitor.ClaimGranted, monitor.ClaimDenied, monitor.ClaimWithdrawn, monitor.ClaimAmazonFunded}
	weights := []int{6, 2, 1, 1}
	if kind == monitor.Chargeback {
		ends, weights = ends[:2], weights[:2]
	}
	return ends[d.pick(len(ends), func(i int) int { return weights[i] })]
}

// instant returns the full hour of a day on a clock.
func instant(day monitor.Day, hour int, clock *time.Location) time.Time {
	y, m, d := day.Civil()
	return time.Date(y, m, d, hour, 0, 0, 0, clock).UTC()
}

// later returns the later of two instants.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
