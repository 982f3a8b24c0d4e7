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

// complaintBook holds what buyers complain of, by product.
type complaintBook struct {
	products map[product]*complained
	unclear  []monitor.Complaint // of the longest window, of which the product is not known; one an order
	now      time.Time           // the windows end on this day
	today    monitor.Day         // the same on UTC's clock
	asOf     time.Time           // up to when returns or feedback tell; zero: there is neither
	returns  time.Time           // up to when returns tell
	feedback time.Time           // up to when feedback tells
	since    map[monitor.ExportKind]monitor.Day
	skus     map[product]string // the ASIN of a SKU, from orders
	homes    map[string][]monitor.Marketplace
	all      []monitor.Complaint // of whatever cause, newest first
}

// openBook gathers what names one of the causes. Every check of complaints reads the same spans, which a snapshot reads once.
func openBook(ctx context.Context, k monitor.Known, cause monitor.Cause, staleAfter time.Duration) (*complaintBook, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	b := &complaintBook{products: map[product]*complained{}, skus: map[product]string{}, homes: map[string][]monitor.Marketplace{},
		now: k.At(), returns: newest(arrivals, monitor.KindFBAReturns, monitor.KindSellerReturns), feedback: newest(arrivals, monitor.KindFeedback)}
	if b.asOf = b.returns; b.feedback.After(b.asOf) {
		b.asOf = b.feedback
	}
	// Where nothing has been told for long, complaints stay as news as they were: that none are seen is no reason to forget them.
	if !b.asOf.IsZero() && b.now.Sub(b.asOf) > staleAfter {
		b.now = b.asOf
	}
	b.today = monitor.DayOf(b.now, time.UTC)
	// A marketplace's day may be one ahead of or behind UTC: each complaint is placed on its own clock below.
	complaints, err := k.Complaints(ctx, b.today-complaintSteps*stepDays, b.today+1)
	if err != nil {
		return nil, err
	}
	b.cover(arrivals, complaints)
	if err := b.sold(ctx, k); err != nil {
		return nil, err
	}
	b.all = complaints
	b.read(complaints, cause)
	return b, nil
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

// sold adds the orders that can have brought complaints.
func (b *complaintBook) sold(ctx context.Context, k monitor.Known) error {
	type stream struct {
		product
		channel monitor.Channel
	}
	sold := map[stream]*[saleSteps]int{}
	sales, err := k.Sales(ctx, b.today-monitor.Day(saleSteps*stepDays)+1, b.today)
	if err != nil {
		return err
	}
	for _, sale := range sales {
		if sale.Marketplace == monitor.NonAmazon {
			continue
		}
		if sale.SKU != "" && sale.ASIN != "" {
			b.skus[product{sale.Marketplace, sale.SKU}] = sale.ASIN
		}
		at := stream{product{sale.Marketplace, cmp.Or(sale.ASIN, sale.SKU)}, sale.Channel}
		steps := sold[at]
		if steps == nil {
			steps = &[saleSteps]int{}
			sold[at] = steps
			for _, known := range [...]string{sale.ASIN, sale.SKU} {
				if !slices.Contains(b.homes[known], sale.Marketplace) {
					b.homes[known] = append(b.homes[known], sale.Marketplace)
				}
			}
		}
		for _, d := range sale.Days {
			steps[(b.today-d.Day)/stepDays] += d.Orders
		}
	}
	for at, steps := range sold {
		first := b.first(at.channel)
		var covered [complaintSteps]float64
		for s := range covered {
			last := b.today - monitor.Day(s*stepDays)
			covered[s] = float64(min(max(last-first, 0), stepDays)) / stepDays
		}
		b.at(at.product).exposed(*steps, covered)
	}
	return nil
}

func (b *complaintBook) at(p product) *complained {
	c := b.products[p]
	if c == nil {
		c = &complained{}
		b.products[p] = c
	}
	return c
}

// place returns the products that a complaint may be about.
func (b *complaintBook) place(c monitor.Complaint) []product {
	names := c.ASINs
	if len(names) == 0 {
		names = c.SKUs
	}
	products := make([]product, 0, len(names))
	for _, name := range names {
		m := c.Marketplace
		// A return may come without its order; where the product is sold in one place only, it was sold there.
		if homes := b.homes[name]; m == "" && len(homes) == 1 {
			m = homes[0]
		}
		if asin := b.skus[product{m, name}]; asin != "" && len(c.ASINs) == 0 {
			name = asin
		}
		if p := (product{m, name}); !slices.Contains(products, p) {
			products = append(products, p)
		}
	}
	return products
}

// read places the complaints that name the cause. A buyer who complains twice about an order is one: in feedback and with the
// return, or with each of two units.
func (b *complaintBook) read(complaints []monitor.Complaint, cause monitor.Cause) {
	type who struct {
		product
		order string
	}
	seen := map[who]bool{}
	told := map[string]bool{} // orders whose product is known
	var several []monitor.Complaint
	for _, c := range complaints {
		products := b.place(c)
		if !c.Names(cause) || c.Marketplace == monitor.NonAmazon || c.Day > monitor.DayOf(b.now, c.Marketplace.Clock()) {
			continue
		}
		if len(products) != 1 {
			several = append(several, c)
			continue
		}
		p := products[0]
		told[orderOf(c)] = true
		first := !seen[who{p, orderOf(c)}]
		seen[who{p, orderOf(c)}] = true
		b.count(p, c, cause, first)
	}
	for _, c := range several {
		age := monitor.DayOf(b.now, c.Marketplace.Clock()) - c.Day
		if told[orderOf(c)] || age >= longest*stepDays { // the same buyer has said which
			continue
		}
		told[orderOf(c)] = true
		b.unclear = append(b.unclear, c)
		for _, p := range b.place(c) {
			b.at(p).perhaps = append(b.at(p).perhaps, c)
		}
	}
}

// count adds a complaint, the first one of an order or another. They come newest first.
func (b *complaintBook) count(p product, c monitor.Complaint, cause monitor.Cause, first bool) {
	t := b.at(p)
	age := monitor.DayOf(b.now, p.marketplace.Clock()) - c.Day
	if age < longest*stepDays {
		t.about = append(t.about, c)
	}
	for _, why := range c.Causes {
		if _, had := t.spoken[orderOf(c)]; why.Cause == cause && why.Words != c.Reason && !had {
			if t.spoken == nil {
				t.spoken = map[string]monitor.Day{}
			}
			t.spoken[orderOf(c)] = age
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
	if age >= longest*stepDays && c.Day > b.first(c.Channel) {
		t.before++
	}
}

// violations returns the open violations that accuse of the cause, by product, newest first.
func (b *complaintBook) violations(ctx context.Context, k monitor.Known, cause monitor.Cause) (map[product][]monitor.Sourced[monitor.Violation], error) {
	today := monitor.DayOf(k.At(), time.UTC)
	all, err := monitor.RecordsOf[monitor.Violation](ctx, k, monitor.KindViolations, today-policy.ViolationDays+1, today+1)
	if err != nil {
		return nil, err
	}
	open := map[product][]monitor.Sourced[monitor.Violation]{}
	for _, v := range slices.Backward(all) {
		if accused, ok := policy.CauseOfViolation(v.Record.Class); !ok || accused != cause || policy.Solved(v.Record.Status) {
			continue
		}
		about := monitor.Complaint{}
		switch {
		case v.Record.ASIN != "":
			about.ASINs = []string{v.Record.ASIN}
		case v.Record.SKU != "":
			about.SKUs = []string{v.Record.SKU}
		default:
			about.SKUs = []string{"a product that is not named"}
		}
		p := b.place(about)[0]
		open[p] = append(open[p], v)
	}
	return open, nil
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
func orderOf(c monitor.Complaint) string { return cmp.Or(c.OrderID, c.Source.String()) }
