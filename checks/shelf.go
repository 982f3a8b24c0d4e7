package checks

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
)

// surePace is how many orders a pace is known from at most: next month is not last month, however many orders there were.
const surePace = 50

// fewOrders is how many orders make a pace; with fewer a longer time is looked at.
const fewOrders = 20

// goods is what is known of the units of an account.
type goods struct {
	at      time.Time
	clock   *time.Location
	today   monitor.Day
	shelves []*shelf // by SKU
	expired []foundRow
	uses    map[monitor.Channel]bool // the account sells or stores so
	listed  map[monitor.Channel]bool // the list of lots names a SKU that sells so
	undated map[monitor.Channel]int  // SKUs sold so of which no date is known
	unread  int                      // rows of inventory

	stockAsOf, lotsAsOf, ordersAsOf, heardAsOf time.Time
	stockOld, lotsOld, ordersOld               bool // or never there
	heard                                      bool
	heardUpTo                                  monitor.Day
}

// shelf is the units of a SKU, by date.
type shelf struct {
	sku, asin string
	channel   monitor.Channel
	guessed   bool // no export says who ships it
	offered   *bool
	batches   []batch // by date
	arriving  []batch // lots for FBA that Amazon does not show
	asOf      time.Time
	old       bool // what is known of it is too old
	unknown   int  // rows that do not tell how many units there are
	pace      pace
	since     int // units sold since asOf
}

// batch is the units of a SKU that expire on one day.
type batch struct {
	expires, last monitor.Day // last: on which they may be sold
	received      *monitor.Day
	units         int
	rows          []monitor.Evidence
}

// pace is how fast a SKU sells.
type pace struct {
	orders, units, days int
	to                  monitor.Day   // the last of those days
	rate                forecast.Rate // orders a day
	each                float64       // units of an order
	unknown             string        // why it is not known
}

// aDay is the expected number of units a day.
func (p pace) aDay() float64 { return p.rate.Mean() * p.each }

// in says how many units are expected to sell in a number of days, and between which numbers it will be.
func (p pace) in(days float64) (mean, low, high float64) {
	if days <= 0 {
		return 0, 0, 0
	}
	low, high = p.rate.Range(days)
	return p.rate.Mean() * days * p.each, low * p.each, high * p.each
}

// words tells the pace: about 7 units a day (5 to 9).
func (p pace) words() string {
	days, unit := 1.0, "a day"
	if p.aDay() < 2 {
		days, unit = 30, "in 30 days"
	}
	_, low, high := p.in(30) // the spread of a month, not that of a single day
	mean, scale := p.aDay()*days, days/30
	if p.orders == 0 {
		return fmt.Sprintf("None was sold in %s to %s.", count(p.days, "day", "days"), p.to.Short())
	}
	return fmt.Sprintf("It sells about %s %s (%s to %s), by %s in %s to %s.", number(max(1, whole(mean))), unit, number(whole(low*scale)), number(whole(high*scale)),
		count(p.units, "unit", "units"), count(p.days, "day", "days"), p.to.Short())
}

// homeClock is the clock that an account's goods are judged by: that of its only or its configured marketplace.
func homeClock(a monitor.Account) *time.Location {
	if a.Marketplace == "" && len(a.Marketplaces) > 0 {
		return a.Marketplaces[0].Clock()
	}
	return a.Marketplace.Clock()
}

// goods collects what is known of the units, and how they sell.
func (c *ExpiredGoods) goods(ctx context.Context, k monitor.Known) (*goods, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	g := &goods{at: k.At(), clock: homeClock(k.Account()), uses: map[monitor.Channel]bool{}, listed: map[monitor.Channel]bool{}, undated: map[monitor.Channel]int{}}
	g.today = monitor.DayOf(g.at, g.clock)
	orderKinds := []monitor.ExportKind{monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindFulfilledShipments}
	g.ordersAsOf = newest(arrivals, orderKinds...)
	g.ordersOld = tooOld("", g.ordersAsOf, g.at, c.OrdersStaleAfter) != ""
	g.heardAsOf = newest(arrivals, monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns)
	g.heard, g.heardUpTo = !g.heardAsOf.IsZero(), monitor.DayOf(g.heardAsOf, g.clock)
	g.lotsAsOf = newest(arrivals, monitor.KindLots)
	g.lotsOld = tooOld("", g.lotsAsOf, g.at, c.LotsStaleAfter) != ""

	stock, err := monitor.ListedOf[monitor.Stock](ctx, k, monitor.KindExpiringInventory)
	if err != nil {
		return nil, err
	}
	g.stockAsOf, g.unread = stock.AsOf, stock.BadRows
	g.stockOld = tooOld("", g.stockAsOf, g.at, c.InventoryStaleAfter) != ""
	lots, err := monitor.RecordsOf[monitor.Lot](ctx, k, monitor.KindLots, 0, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	s, err := readSelling(ctx, k, g, c, arrivals, orderKinds, len(stock.Rows)+len(lots) > 0)
	if err != nil {
		return nil, err
	}
	g.build(c, s, stock.Rows, lots)
	return g, nil
}

// build puts the units of each SKU together.
func (g *goods) build(c *ExpiredGoods, s *selling, stock []monitor.Sourced[monitor.Stock], lots []monitor.Sourced[monitor.Lot]) {
	for _, r := range stock {
		s.atAmazon(r.Record.SKU, r.Record.ASIN)
	}
	atAmazon, own, dated := map[string][]batch{}, map[string][]batch{}, map[string]bool{}
	unknown := map[string]int{}
	for _, r := range stock {
		b, units := r.Record, r.Record.Quantity
		e := monitor.Evidence{SKU: b.SKU, ASIN: b.ASIN, Source: r.Source}
		switch {
		case isExpired(b.Disposition) && units != nil && *units > 0:
			e.Date, e.Why = monitor.DayOf(g.stockAsOf, g.clock), count(*units, "expired unit", "expired units")+" at Amazon"
			g.expired = append(g.expired, foundRow{b.SKU, *units, e})
		case b.Disposition != "" && !strings.EqualFold(b.Disposition, "SELLABLE"):
		case b.Expires == nil: // in process
		case units == nil:
			unknown[b.SKU]++
		case *units > 0:
			dated[b.SKU] = true
			e.Date, e.Why = *b.Expires, fmt.Sprintf("%s at Amazon, expiring on %s", count(*units, "unit", "units"), *b.Expires)
			atAmazon[b.SKU] = addBatch(atAmazon[b.SKU], batch{expires: *b.Expires, units: *units, rows: []monitor.Evidence{e}})
		}
	}
	for _, r := range lots {
		l := r.Record
		dated[l.SKU] = true // a lot without a date says that it does not expire
		channel, _ := s.channel(l.SKU)
		g.listed[channel] = true
		if l.Expires == nil || l.Quantity == 0 {
			continue
		}
		e := monitor.Evidence{SKU: l.SKU, ASIN: s.asins[l.SKU], Date: *l.Expires, Why: fmt.Sprintf("%s of lot %s, expiring on %s", count(l.Quantity, "unit", "units"), l.Lot, *l.Expires), Source: r.Source}
		own[l.SKU] = addBatch(own[l.SKU], batch{expires: *l.Expires, received: l.Received, units: l.Quantity, rows: []monitor.Evidence{e}})
	}
	all := map[string]bool{}
	for _, m := range []map[string][]batch{atAmazon, own} {
		for sku := range m {
			all[sku] = true
		}
	}
	for sku := range unknown {
		all[sku] = true
	}
	for _, sku := range sortedKeys(all) {
		sh := &shelf{sku: sku, asin: s.asins[sku], offered: s.offered(sku), batches: own[sku], asOf: g.lotsAsOf, old: g.lotsOld}
		sh.channel, sh.guessed = s.channel(sku)
		if held, there := atAmazon[sku]; (there || unknown[sku] > 0) && sh.channel == monitor.FBA && (!g.stockOld || g.lotsOld || len(own[sku]) == 0) {
			sh.batches, sh.asOf, sh.old, sh.unknown = held, g.stockAsOf, g.stockOld, unknown[sku]
		}
		if sh.channel == monitor.FBA {
			sh.arriving = own[sku]
			if !g.stockOld {
				sh.arriving = slices.DeleteFunc(slices.Clone(own[sku]), func(b batch) bool {
					return slices.ContainsFunc(atAmazon[sku], func(a batch) bool { return a.expires == b.expires })
				})
			}
		}
		sh.pace = s.pace(sku, sh.channel)
		sh.since = s.later[monitor.DayOf(sh.asOf, g.clock)][shippedSKU{sh.channel, sku}]
		for i := range sh.batches {
			b := &sh.batches[i]
			if b.last = b.expires - monitor.Day(c.SellerDays); sh.channel == monitor.FBA {
				b.last = b.expires - monitor.Day(c.LineDays) - 1
			}
		}
		g.shelves = append(g.shelves, sh)
		g.uses[sh.channel] = true
	}
	for ch := range s.ways {
		g.uses[ch] = true
	}
	for p := range s.slow {
		g.uses[p.channel] = true
		if !dated[p.sku] {
			g.undated[p.channel]++
		}
	}
	for ch := range s.stored {
		g.uses[ch] = true
	}
	if !g.stockAsOf.IsZero() {
		g.uses[monitor.FBA] = true
	}
}

// addBatch adds units to the batch of their day, in order.
func addBatch(all []batch, b batch) []batch {
	i, there := slices.BinarySearchFunc(all, b.expires, func(x batch, d monitor.Day) int { return cmp.Compare(x.expires, d) })
	if !there {
		return slices.Insert(all, i, b)
	}
	all[i].units += b.units
	all[i].rows = append(all[i].rows, b.rows...)
	if b.received != nil && (all[i].received == nil || *b.received > *all[i].received) {
		all[i].received = b.received
	}
	return all
}
