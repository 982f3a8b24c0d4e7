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
	tallies  []tally   // of products
	index    map[product]int
	crowd    crowd // of them all

	// Made when the first complaint asks for them: those that name an ASIN and a store do not.
	asins map[product]string               // of SKUs
	homes map[string][]monitor.Marketplace // of ASINs and SKUs
}

// marketKey names a market among what is made once for all checks of complaints.
type marketKey struct{ staleAfter time.Duration }

// market sums the orders that can have brought the complaints of a book.
func (b *complaintBook) market(ctx context.Context, k monitor.Known) (*market, error) {
	sales, err := k.Sales(ctx, b.today-monitor.Day(saleSteps*stepDays)+1, b.today, stepDays)
	if err != nil {
		return nil, err
	}
	m := &market{sales: sales, products: make([]product, 0, len(sales)), tallies: make([]tally, 0, len(sales)), index: make(map[product]int, len(sales))}
	covered := map[monitor.Channel][complaintSteps]float64{}
	for i := range sales {
		sale := &sales[i]
		if sale.Marketplace == monitor.NonAmazon {
			continue
		}
		share, ok := covered[sale.Channel]
		if !ok {
			share = b.covered(sale.Channel)
			covered[sale.Channel] = share
		}
		p := product{sale.Marketplace, cmp.Or(sale.ASIN, sale.SKU)}
		at, ok := m.index[p]
		if !ok {
			at = len(m.products)
			m.index[p] = at
			m.products, m.tallies = append(m.products, p), append(m.tallies, tally{})
		}
		m.tallies[at].exposed([saleSteps]int32(sale.Steps), &share)
	}
	for i := range m.tallies {
		m.crowd.add(&m.tallies[i])
	}
	return m, nil
}

// of returns what is known of a product.
func (m *market) of(p product) tally {
	if at, ok := m.index[p]; ok {
		return m.tallies[at]
	}
	return tally{}
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
