package checks

import (
	"cmp"
	"context"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// product is what buyers complain about: an ASIN, or a SKU where no export tells the ASIN, in one marketplace.
type product struct {
	marketplace monitor.Marketplace
	name        string // hostile text
}

// complained is what is known of one product.
type complained struct {
	tally
	about   []monitor.Complaint    // those of the longest window that are about it and no other, newest first
	perhaps []monitor.Complaint    // those on orders with other products, too
	spoken  map[string]monitor.Day // the orders of which the buyer said it in words, by the days since
}

// complaintBook holds what buyers complain of, whatever the cause.
type complaintBook struct {
	now      time.Time   // the windows end on this day
	today    monitor.Day // the same on UTC's clock
	asOf     time.Time   // up to when returns or feedback tell; zero: there is neither
	returns  time.Time   // up to when returns tell
	feedback time.Time   // up to when feedback tells
	since    map[monitor.ExportKind]monitor.Day
	all      []monitor.Complaint     // newest first
	naming   map[monitor.Cause][]int // which of them name a cause
}

// chapter is what a book holds of one cause, by product.
type chapter struct {
	*complaintBook
	*market
	cause    monitor.Cause
	products map[product]*complained // with complaints or violations
	unclear  []monitor.Complaint     // of the longest window, of which the product is not known; one an order
}

// bookKey names a book among what is made once for all checks of complaints.
type bookKey struct{ staleAfter time.Duration }

// openBook gathers what buyers complain of.
func openBook(ctx context.Context, k monitor.Known, staleAfter time.Duration) (*complaintBook, error) {
	return monitor.Once(k, bookKey{staleAfter}, func() (*complaintBook, error) { return newBook(ctx, k, staleAfter) })
}

func newBook(ctx context.Context, k monitor.Known, staleAfter time.Duration) (*complaintBook, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	b := &complaintBook{now: k.At(), returns: newest(arrivals, monitor.KindFBAReturns, monitor.KindSellerReturns), feedback: newest(arrivals, monitor.KindFeedback)}
	if b.asOf = b.returns; b.feedback.After(b.asOf) {
		b.asOf = b.feedback
	}
	// Where nothing has been told for long, complaints stay as news as they were: that none are seen is no reason to forget them.
	if !b.asOf.IsZero() && b.now.Sub(b.asOf) > staleAfter {
		b.now = b.asOf
	}
	b.today = monitor.DayOf(b.now, time.UTC)
	// A marketplace's day may be one ahead of or behind UTC: each complaint is placed on its own clock below.
	if b.all, err = k.Complaints(ctx, b.today-complaintSteps*stepDays, b.today+1); err != nil {
		return nil, err
	}
	b.cover(arrivals, b.all)
	b.naming = map[monitor.Cause][]int{}
	for i, c := range b.all {
		if c.Marketplace == monitor.NonAmazon || c.Day > monitor.DayOf(b.now, c.Marketplace.Clock()) {
			continue
		}
		for n, why := range c.Causes {
			if !slices.ContainsFunc(c.Causes[:n], func(had monitor.Because) bool { return had.Cause == why.Cause }) {
				b.naming[why.Cause] = append(b.naming[why.Cause], i)
			}
		}
	}
	return b, nil
}

// openChapter gathers what names one of the causes. What was sold is not looked at where nothing does.
func openChapter(ctx context.Context, k monitor.Known, cause monitor.Cause, staleAfter time.Duration) (*chapter, map[product][]monitor.Sourced[monitor.Violation], error) {
	b, err := openBook(ctx, k, staleAfter)
	if err != nil {
		return nil, nil, err
	}
	c := &chapter{complaintBook: b, cause: cause, products: map[product]*complained{}}
	accused, err := accusations(ctx, k, cause)
	if err != nil || len(b.naming[cause]) == 0 && len(accused) == 0 {
		return c, nil, err
	}
	if c.market, err = monitor.Once(k, marketKey{staleAfter}, func() (*market, error) { return b.market(ctx, k) }); err != nil {
		return nil, nil, err
	}
	c.read()
	violations := map[product][]monitor.Sourced[monitor.Violation]{}
	for _, v := range accused {
		p := c.accused(v.Record)
		violations[p] = append(violations[p], v)
		c.at(p)
	}
	return c, violations, nil
}

// cover notes from when on each kind of export tells of complaints: days before that had complaints, too, that nobody saw.
func (b *complaintBook) cover(arrivals []monitor.Arrival, complaints []monitor.Complaint) {
	b.since = map[monitor.ExportKind]monitor.Day{}
	note := func(kind monitor.ExportKind, day monitor.Day) {
		if have, ok := b.since[kind]; !ok || day < have {
			b.since[kind] = day
		}
	}
	for _, a := range arrivals {
		if a.Refused == "" && !a.From.IsZero() {
			note(a.Kind, monitor.DayOf(a.From, time.UTC))
		}
	}
	for _, c := range complaints {
		note(c.Source.Kind, c.Day)
	}
}

// first returns the first day on which complaints about orders of a channel are known: by the returns, in which most are made, or
// where there are none, by feedback. It is today where nothing is known. What is usual is counted from the day after, because
// it is a complaint that makes this day the first.
func (b *complaintBook) first(c monitor.Channel) monitor.Day {
	kind := monitor.KindSellerReturns
	if c == monitor.FBA {
		kind = monitor.KindFBAReturns
	}
	for _, kind := range [...]monitor.ExportKind{kind, monitor.KindFeedback} {
		if day, ok := b.since[kind]; ok {
			return day
		}
	}
	return b.today
}

// at returns what is known of a product that somebody complains of.
func (c *chapter) at(p product) *complained {
	had := c.products[p]
	if had == nil {
		had = &complained{tally: c.of(p)}
		c.products[p] = had
	}
	return had
}

// place returns the products that a complaint may be about.
func (c *chapter) place(said monitor.Complaint) []product {
	names := said.ASINs
	if len(names) == 0 {
		names = said.SKUs
	}
	products := make([]product, 0, len(names))
	for _, name := range names {
		m := said.Marketplace
		if m == "" {
			m = c.home(name)
		}
		if len(said.ASINs) == 0 {
			name = cmp.Or(c.asin(product{m, name}), name)
		}
		if p := (product{m, name}); !slices.Contains(products, p) {
			products = append(products, p)
		}
	}
	return products
}

// read places the complaints that name the cause. A buyer who complains twice about an order is one: in feedback and with the
// return, or with each of two units.
func (c *chapter) read() {
	type who struct {
		product
		order string
	}
	seen := map[who]bool{}
	told := map[string]bool{} // orders whose product is known
	var several []monitor.Complaint
	for _, i := range c.naming[c.cause] {
		said := c.all[i]
		products := c.place(said)
		if len(products) != 1 {
			several = append(several, said)
			continue
		}
		p := products[0]
		told[orderOf(said)] = true
		first := !seen[who{p, orderOf(said)}]
		seen[who{p, orderOf(said)}] = true
		c.count(p, said, first)
	}
	for _, said := range several {
		age := monitor.DayOf(c.now, said.Marketplace.Clock()) - said.Day
		if told[orderOf(said)] || age >= longest*stepDays { // the same buyer has said which
			continue
		}
		told[orderOf(said)] = true
		c.unclear = append(c.unclear, said)
		for _, p := range c.place(said) {
			c.at(p).perhaps = append(c.at(p).perhaps, said)
		}
	}
}

// count adds a complaint, the first one of an order or another. They come newest first.
func (c *chapter) count(p product, said monitor.Complaint, first bool) {
	t := c.at(p)
	age := monitor.DayOf(c.now, p.marketplace.Clock()) - said.Day
	if age < longest*stepDays {
		t.about = append(t.about, said)
	}
	for _, why := range said.Causes {
		if _, had := t.spoken[orderOf(said)]; why.Cause == c.cause && why.Words != said.Reason && !had {
			if t.spoken == nil {
				t.spoken = map[string]monitor.Day{}
			}
			t.spoken[orderOf(said)] = age
		}
	}
	if !first {
		return
	}
	for w, length := range windows {
		if age < monitor.Day(length*stepDays) {
			t.buyers[w]++
		}
	}
	// Feedback of a time whose returns nobody has seen tells less than the whole, and is left out as its orders are.
	if age >= longest*stepDays && said.Day > c.first(said.Channel) {
		t.before++
	}
}

// accusations returns the open violations that accuse of the cause, newest first.
func accusations(ctx context.Context, k monitor.Known, cause monitor.Cause) (open []monitor.Sourced[monitor.Violation], err error) {
	today := monitor.DayOf(k.At(), time.UTC)
	all, err := monitor.RecordsOf[monitor.Violation](ctx, k, monitor.KindViolations, today-policy.ViolationDays+1, today+1)
	if err != nil {
		return nil, err
	}
	for _, v := range slices.Backward(all) {
		if accused, ok := policy.CauseOfViolation(v.Record.Class); ok && accused == cause && !policy.Solved(v.Record.Status) {
			open = append(open, v)
		}
	}
	return open, nil
}

// accused returns the product that a violation is about.
func (c *chapter) accused(v monitor.Violation) product {
	about := monitor.Complaint{}
	switch {
	case v.ASIN != "":
		about.ASINs = []string{v.ASIN}
	case v.SKU != "":
		about.SKUs = []string{v.SKU}
	default:
		about.SKUs = []string{"a product that is not named"}
	}
	return c.place(about)[0]
}

// returnsSince returns the units that came back to Amazon from a day on.
func (b *complaintBook) returnsSince(from monitor.Day) (returns []monitor.Complaint) {
	for _, c := range b.all {
		if c.Day >= from && c.Day <= b.today && c.Source.Kind == monitor.KindFBAReturns {
			returns = append(returns, c)
		}
	}
	return returns
}

// worded counts the buyers of a window who said it in words.
func (c *complained) worded(window int) (n int) {
	for _, age := range c.spoken {
		if age < monitor.Day(windows[window]*stepDays) {
			n++
		}
	}
	return n
}

// window returns the days of a window on the clock of a product's marketplace.
func (b *complaintBook) window(p product, window int) monitor.Window {
	n := windows[window] * stepDays
	today := monitor.DayOf(b.now, p.marketplace.Clock())
	return monitor.Window{Days: n, From: today - monitor.Day(n) + 1, To: today}
}

// within returns the complaints of a window, newest first.
func (b *complaintBook) within(p product, about []monitor.Complaint, window int) []monitor.Complaint {
	from := b.window(p, window).From
	if end := slices.IndexFunc(about, func(c monitor.Complaint) bool { return c.Day < from }); end >= 0 {
		return about[:end]
	}
	return about
}

// orderOf tells buyers apart.
func orderOf(c monitor.Complaint) string {
	if c.OrderID != "" {
		return c.OrderID
	}
	return c.Source.String()
}
