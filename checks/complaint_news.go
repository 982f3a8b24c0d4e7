package checks

import (
	"goodstanding/monitor/forecast"
)

// How much what is typical of any account weighs beside this one's own past, and how much the account's rate weighs beside the
// product's own past, in orders. Both are Goodstanding's choice. The lighter they are, the more is thought possible of a
// product of which little is known: products of one account differ.
const (
	typicalWeight = 100
	accountWeight = 300
)

// fewestBuyers is how many buyers it takes at least until their number says something.
const fewestBuyers = 2

// Complaints and orders are counted in steps of 30 days, back from today. What is usual is taken from the steps before the
// longest window, so that what gets worse slowly does not become usual before it is told.
const (
	stepDays       = 30
	complaintSteps = 9
	saleSteps      = complaintSteps + len(delays) - 1
)

// windows are how many steps are looked at together: the short window is soon full of what has gone wrong since yesterday,
// the long one holds enough of a product that sells little.
var windows = [...]int{1, 3}

const longest = 3

// tally is what is counted of one product.
type tally struct {
	buyers [len(windows)]int     // who complained in each window
	orders [len(windows)]float64 // that can have brought them
	seen   float64               // of those of the longest window, in the time that exports of complaints cover
	before int                   // buyers who complained before the longest window
	past   float64               // orders that can have brought those
}

// yardstick tells how many complaints of a product are usual, and how many would be news.
type yardstick struct {
	account forecast.Rate // of all products together
	often   float64       // false alarms a year that each window of a product may give
}

// careful is by how much fewer false alarms are aimed at than are stated: the past from which they are reckoned is short.
const careful = 0.7

// crowd sums the tallies of products.
type crowd struct {
	tally
	known   forecast.Rate // complaints and the orders that they are set against
	exposed int           // products with orders that can have brought complaints
}

// add adds a product.
func (c *crowd) add(t *tally) {
	for w := range windows {
		c.buyers[w], c.orders[w] = c.buyers[w]+t.buyers[w], c.orders[w]+t.orders[w]
	}
	c.before, c.past, c.seen = c.before+t.before, c.past+t.past, c.seen+t.seen
	c.known = t.addTo(c.known, 1)
	if t.orders[len(windows)-1] > 0 {
		c.exposed++
	}
}

// addBuyers adds the buyers of a product whose orders are in it.
func (c *crowd) addBuyers(t *tally) {
	for w := range windows {
		c.buyers[w] += t.buyers[w]
	}
	c.before += t.before
	c.known.Events += t.addTo(forecast.Rate{}, 1).Events
}

// newYardstick takes what is usual from the past of an account's products. Typical is complaints an order where nothing is
// known yet. At most perYear false alarms a year are to be expected of the account while no product gets worse, however many
// products it has and although it is judged every day: each window of each product gets an equal part of them.
func newYardstick(typical, perYear float64, products crowd) yardstick {
	return yardstick{
		account: products.known.And(typical*typicalWeight, typicalWeight),
		often:   careful * perYear / float64(max(products.exposed, 1)*len(windows)),
	}
}

// addTo adds to a rate, or takes out of it, what is known of a product. Complaints without orders to set them against are left out.
func (t *tally) addTo(r forecast.Rate, sign float64) forecast.Rate {
	if t.past > 0 {
		r = r.And(sign*float64(t.before), sign*t.past)
	}
	if t.seen > 0 {
		r = r.And(sign*float64(t.buyers[len(windows)-1]), sign*t.seen)
	}
	return r
}

// usual returns how often buyers of a product complain: as those of the account's other products do and did, and more and more
// as its own did.
func (y yardstick) usual(t *tally) forecast.Rate {
	rate := t.addTo(y.account, -1).Weighing(accountWeight)
	if t.past > 0 {
		rate = rate.And(float64(t.before), t.past)
	}
	return rate
}

// expected returns how many buyers of a window are usual.
func (y yardstick) expected(t *tally, window int) float64 {
	return y.usual(t).Mean() * t.orders[window]
}

// fewest returns the smallest number of buyers of a window that is news; 0 where there are no orders to set them against.
func (y yardstick) fewest(t *tally, window int) int {
	if t.orders[window] <= 0 {
		return 0
	}
	return max(fewestBuyers, y.usual(t).Fewest(y.oftenIn(window), t.orders[window]))
}

// oftenIn returns the false alarms that a window may give for each of its length that goes by.
func (y yardstick) oftenIn(window int) float64 {
	return y.often * float64(windows[window]*stepDays) / 365
}

// news returns the shortest window whose number of buyers is news.
func (y yardstick) news(t *tally) (window int, ok bool) {
	for w, n := range t.buyers {
		if n < fewestBuyers || t.orders[w] <= 0 {
			continue
		}
		if usual := y.usual(t); float64(n) > usual.Mean()*t.orders[w] && usual.Crossings(n, t.orders[w]) <= y.oftenIn(w) {
			return w, true
		}
	}
	return 0, false
}

// plainly says the same of a tenth of the false alarms, and of more than two buyers.
func (y yardstick) plainly(t *tally) bool {
	w, ok := yardstick{y.account, y.often / 10}.news(t)
	return ok && t.buyers[w] > fewestBuyers
}

// delays says how complaints follow the orders. They come days to weeks after them, for goods must arrive, be tried and be
// sent back first: of the orders of 30 days, half of all complaints that they will ever bring come in the same 30 days, most
// others in the next. These are the shares of a delay of 20 days in the mean.
var delays = [...]float64{0.5, 0.4, 0.1}

// brought returns how many orders' worth of complaints came in a step: steps holds the orders of each step.
func brought(steps *[saleSteps]int32, step int) float64 {
	n := 0.0
	for i, share := range delays {
		n += share * float64(steps[step+i])
	}
	return n
}

// exposed adds orders to a tally. Of the steps of the past only the given share is covered by exports of complaints.
func (t *tally) exposed(steps *[saleSteps]int32, covered *[complaintSteps]float64) {
	for s := range complaintSteps {
		n := brought(steps, s)
		for w, length := range windows {
			if s < length {
				t.orders[w] += n
			}
		}
		if s < longest {
			t.seen += n * covered[s]
		} else {
			t.past += n * covered[s]
		}
	}
}
