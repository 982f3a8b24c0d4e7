package checks

import (
	"cmp"
	"context"
	"slices"
	"time"

	"goodstanding/monitor"
)

// market is what was sold of each product, as far as it can have brought complaints.
type market struct {
	sales    []monitor.Sale
	products []product // in the order of sales
	sold     map[product]tally
	crowd    crowd // of them all

	// Made when the first complaint asks for them: those that name an ASIN and a store do not.
	asins map[product]string               // of SKUs
	homes map[string][]monitor.Marketplace // of ASINs and SKUs
}

// marketKey names a market among what is made once for all checks of complaints.
type marketKey struct{ staleAfter time.Duration }

// market sums the orders that can have brought the complaints of a book.
func (b *complaintBook) market(ctx context.Context, k monitor.Known) (*market, error) {
	sales, err := k.Sales(ctx, b.today-monitor.Day(saleSteps*stepDays)+1, b.today)
	if err != nil {
		return nil, err
	}
	m := &market{sales: sales, products: make([]product, 0, len(sales)), sold: make(map[product]tally, len(sales))}
	covered := map[monitor.Channel][complaintSteps]float64{}
	for _, sale := range sales {
		if sale.Marketplace == monitor.NonAmazon {
			continue
		}
		share, ok := covered[sale.Channel]
		if !ok {
			share = b.covered(sale.Channel)
			covered[sale.Channel] = share
		}
		var steps [saleSteps]int
		for _, d := range sale.Days {
			steps[(b.today-d.Day)/stepDays] += int(d.Orders)
		}
		p := product{sale.Marketplace, cmp.Or(sale.ASIN, sale.SKU)}
		t, ok := m.sold[p]
		if !ok {
			m.products = append(m.products, p)
		}
		t.exposed(steps, share)
		m.sold[p] = t
	}
	for _, p := range m.products {
		m.crowd.add(m.sold[p])
	}
	return m, nil
}

// asin returns the ASIN of a SKU, by its orders; empty: none tells it.
func (m *market) asin(sku product) string {
	if m.asins == nil {
		m.asins = make(map[product]string, len(m.sales))
		for _, sale := range m.sales {
			if sale.SKU != "" && sale.ASIN != "" && sale.Marketplace != monitor.NonAmazon {
				m.asins[product{sale.Marketplace, sale.SKU}] = sale.ASIN
			}
		}
	}
	return m.asins[sku]
}

// home returns the only place where an ASIN or SKU is sold; empty: there is none, or several. A return may come without its
// order; where the product is sold in one place only, it was sold there.
func (m *market) home(name string) monitor.Marketplace {
	if m.homes == nil {
		m.homes = make(map[string][]monitor.Marketplace, len(m.sales))
		for _, sale := range m.sales {
			for _, known := range [...]string{sale.ASIN, sale.SKU} {
				if sale.Marketplace != monitor.NonAmazon && !slices.Contains(m.homes[known], sale.Marketplace) {
					m.homes[known] = append(m.homes[known], sale.Marketplace)
				}
			}
		}
	}
	if homes := m.homes[name]; len(homes) == 1 {
		return homes[0]
	}
	return ""
}

// covered returns which share of each step exports of complaints about a channel tell of.
func (b *complaintBook) covered(c monitor.Channel) (covered [complaintSteps]float64) {
	first := b.first(c)
	for s := range covered {
		last := b.today - monitor.Day(s*stepDays)
		covered[s] = float64(min(max(last-first, 0), stepDays)) / stepDays
	}
	return covered
}
