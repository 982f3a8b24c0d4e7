package forecast

// Batch is a number of open orders that are anchored on one day. Days are numbered without gaps.
type Batch struct {
	Day    int
	Orders int
}

// Window is what is known of a rate over the days From..To: so many defects among so many orders, and the limit, which is missed
// when it is reached. Open orders are among the orders.
type Window struct {
	From, To        int
	Defects, Orders int
	Limit           float64
}

// Rate returns the rate with some more of the orders being defects; 0 where there are no orders.
func (w Window) Rate(more int) float64 {
	if w.Orders <= 0 {
		return 0
	}
	return float64(w.Defects+more) / float64(w.Orders)
}

// Inside returns how many of the open orders are anchored in the window.
func (w Window) Inside(open []Batch) int {
	n := 0
	for _, b := range open {
		if b.Day >= w.From && b.Day <= w.To {
			n += b.Orders
		}
	}
	return n
}

// Ship returns how many orders are open in all, and how many of them, whichever, must be shipped in time so that every window
// stays under its limit: one that is not is a defect of each window that it lies in. That is more than are open where a window
// has reached its limit even if all are shipped, and 0 where none need be.
//
// It is exact for the orders that are known. An order still to come can only lower a rate, unless it is late itself.
func Ship(open []Batch, windows []Window) (all, must int) {
	for _, b := range open {
		all += b.Orders
	}
	for _, w := range windows {
		if w.Orders <= 0 {
			continue
		}
		left := Headroom(w.Defects, w.Orders, w.Limit)
		if left == 0 {
			return all, all + 1
		}
		// Of those inside, one less than would reach the limit may stay. The others may be the ones that are shipped.
		inside := w.Inside(open)
		if need := inside - (left - 1); need > 0 {
			must = max(must, need+all-inside)
		}
	}
	return all, must
}
