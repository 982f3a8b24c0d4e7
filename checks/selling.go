package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
)

// shippedSKU is a SKU as it is sold one way.
type shippedSKU struct {
	channel monitor.Channel
	sku     string
}

// sold is what was sold of a product.
type sold struct {
	orders, units int
	first         monitor.Day
}

// selling is how the SKUs of an account sell: who ships them, how fast, and whether they are offered.
type selling struct {
	fast, slow map[shippedSKU]sold // of PaceDays and SlowPaceDays
	begin      monitor.Day         // from which orders are known
	to         monitor.Day         // up to which they are
	unknown    string              // why the pace is not known
	fastDays   int
	slowDays   int
	offers     map[string]monitor.Listing // newest word on each SKU
	offersOld  bool
	stored     map[monitor.Channel]bool
	fba        map[string]bool // SKUs that Amazon has
	asins      map[string]string
	later      map[monitor.Day]map[shippedSKU]int // units sold after a day
	ways       map[monitor.Channel]bool           // in which something was sold, where it is not said of what
}

// readSelling reads how SKUs sell; where no date of any unit is known, only what is sold, and where nothing could tell of any, only in
// which ways.
func readSelling(ctx context.Context, k monitor.Known, g *goods, c *ExpiredGoods, arrivals []monitor.Arrival, orderKinds []monitor.ExportKind, dated bool) (*selling, error) {
	s := &selling{fastDays: c.PaceDays, slowDays: c.SlowPaceDays, offers: map[string]monitor.Listing{}, stored: map[monitor.Channel]bool{},
		fba: map[string]bool{}, asins: map[string]string{}, later: map[monitor.Day]map[shippedSKU]int{}, ways: map[monitor.Channel]bool{}, unknown: tooOld("export of orders", g.ordersAsOf, g.at, c.OrdersStaleAfter)}
	s.to = min(g.today, monitor.DayOf(g.ordersAsOf, g.clock))
	if !dated && g.stockOld && g.lotsOld {
		if from := s.to - monitor.Day(c.SlowPaceDays) + 1; s.to > 0 {
			if err := k.Sales(ctx, from, s.to, 0, func(x *monitor.Sale) { s.ways[x.Channel] = true }); err != nil {
				return nil, err
			}
		}
		return s, s.readOffers(ctx, k, g, c)
	}
	var err error
	if s.slow, err = s.sales(ctx, k, s.to-monitor.Day(c.SlowPaceDays)+1); err != nil {
		return nil, err
	}
	if !dated {
		return s, s.readOffers(ctx, k, g, c)
	}
	if s.fast, err = s.sales(ctx, k, s.to-monitor.Day(c.PaceDays)+1); err != nil {
		return nil, err
	}
	s.begin = s.to
	for _, x := range s.slow {
		s.begin = min(s.begin, x.first)
	}
	for _, kind := range orderKinds {
		for _, a := range arrivals {
			if a.Kind == kind && a.Refused == "" && !a.From.IsZero() {
				s.begin = min(s.begin, monitor.DayOf(a.From, g.clock))
			}
		}
	}
	for _, asOf := range []time.Time{g.stockAsOf, g.lotsAsOf} {
		day := monitor.DayOf(asOf, g.clock)
		x, err := s.sales(ctx, k, max(day+1, s.to-400))
		if err != nil {
			return nil, err
		}
		units := map[shippedSKU]int{}
		for p, n := range x {
			units[p] = n.units
		}
		s.later[day] = units
	}
	return s, s.readOffers(ctx, k, g, c)
}

// readOffers reads what is offered, and what Amazon stores.
func (s *selling) readOffers(ctx context.Context, k monitor.Known, g *goods, c *ExpiredGoods) error {
	listings, err := monitor.ListedOf[monitor.Listing](ctx, k, monitor.KindListings)
	if err != nil {
		return err
	}
	report, err := monitor.ListedOf[monitor.Listing](ctx, k, monitor.KindInventoryReport)
	if err != nil {
		return err
	}
	for _, r := range listings.Rows {
		s.offers[r.Record.SKU] = r.Record
		s.name(r.Record.SKU, r.Record.ASIN)
	}
	for _, r := range report.Rows {
		o, there := s.offers[r.Record.SKU]
		if !there {
			o = r.Record
		} else if report.AsOf.After(listings.AsOf) {
			o.Quantity = r.Record.Quantity
		}
		s.offers[r.Record.SKU] = o
		s.name(r.Record.SKU, r.Record.ASIN)
	}
	asOf := latest(listings.AsOf, report.AsOf)
	s.offersOld = tooOld("", asOf, g.at, c.InventoryStaleAfter) != ""
	fba, err := monitor.ListedOf[monitor.Stock](ctx, k, monitor.KindFBAInventory)
	if err != nil {
		return err
	}
	for _, r := range fba.Rows {
		s.atAmazon(r.Record.SKU, r.Record.ASIN)
	}
	return nil
}

// sales sums what was sold from a day on, up to the last one that is known.
func (s *selling) sales(ctx context.Context, k monitor.Known, from monitor.Day) (map[shippedSKU]sold, error) {
	if from > s.to || s.to <= 0 { // without any export of orders it is the year 1, and nobody should look through all days since
		return map[shippedSKU]sold{}, nil
	}
	sums := map[shippedSKU]sold{}
	err := k.Sales(ctx, from, s.to, 0, func(x *monitor.Sale) {
		p := shippedSKU{x.Channel, x.SKU}
		have, there := sums[p]
		if !there || x.First < have.first {
			have.first = x.First
		}
		have.orders, have.units = have.orders+x.Orders, have.units+x.Units
		sums[p] = have
		s.name(x.SKU, x.ASIN)
	})
	return sums, err
}

func (s *selling) name(sku, asin string) {
	if asin != "" && s.asins[sku] == "" {
		s.asins[sku] = asin
	}
}

// atAmazon notes that Amazon has a SKU.
func (s *selling) atAmazon(sku, asin string) {
	s.fba[sku], s.stored[monitor.FBA] = true, true
	s.name(sku, asin)
}

// channel says who ships a SKU: by what was sold, else by where it lies, else by its offer. Guessed: no export says it.
func (s *selling) channel(sku string) (c monitor.Channel, guessed bool) {
	mine, amazons := s.slow[shippedSKU{monitor.SellerFulfilled, sku}].units, s.slow[shippedSKU{monitor.FBA, sku}].units
	switch {
	case mine > amazons:
		return monitor.SellerFulfilled, false
	case amazons > 0 || s.fba[sku]:
		return monitor.FBA, false
	case s.offers[sku].Channel != "":
		return s.offers[sku].Channel, false
	}
	return monitor.SellerFulfilled, true
}

// offered says whether a SKU is offered; nil: not known.
func (s *selling) offered(sku string) *bool {
	yes, no := true, false
	o, there := s.offers[sku]
	switch {
	case there && !s.offersOld && (o.Off() || o.Quantity != nil && *o.Quantity == 0):
		return &no
	case there && !s.offersOld:
		return &yes
	}
	for _, ch := range []monitor.Channel{monitor.SellerFulfilled, monitor.FBA} {
		if s.fast[shippedSKU{ch, sku}].orders > 0 {
			return &yes
		}
	}
	return nil
}

// pace says how fast a SKU sells.
func (s *selling) pace(sku string, ch monitor.Channel) pace {
	p := pace{to: s.to, each: 1, unknown: s.unknown}
	n, days := s.fast[shippedSKU{ch, sku}], s.fastDays
	if n.orders < fewOrders {
		n, days = s.slow[shippedSKU{ch, sku}], s.slowDays
	}
	begin := max(s.to-monitor.Day(days)+1, s.begin)
	// What is offered only for some days has not sold before.
	if o := s.offers[sku]; o.OpenDate != nil {
		if opened := monitor.DayOf(*o.OpenDate, time.UTC); opened <= s.to && (n.orders == 0 || opened <= n.first) {
			begin = max(begin, opened)
		}
	}
	p.orders, p.units, p.days = n.orders, n.units, int(s.to-begin)+1
	if n.orders > 0 {
		p.each = float64(n.units) / float64(n.orders)
	}
	// Half an order is known before any is seen: what has not sold yet may sell.
	p.rate = forecast.Rate{Events: float64(n.orders) + 0.5, Exposure: float64(p.days)}
	if p.rate.Events > surePace {
		p.rate = p.rate.Weighing(surePace / p.rate.Mean())
	}
	return p
}
