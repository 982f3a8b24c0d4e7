package checks

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"goodstanding/monitor"
)

// market is what was sold of each product, as far as it can have brought complaints.
type market struct {
	goods   []offer
	tallies []tally // of products, in the order of goods
	index   map[product]int
	crowd   crowd // of them all

	// Made when the first complaint asks for them: those that name an ASIN and a store do not.
	asins map[product]string               // of SKUs
	homes map[string][]monitor.Marketplace // of ASINs and SKUs
}

// offer is a SKU as it is sold in a marketplace; its ASIN is empty where none is known.
type offer struct {
	marketplace monitor.Marketplace
	sku, asin   string
}

// marketRoom is memory that sales are laid out in until it is known how many there are.
type marketRoom struct {
	goods    []offer
	channels []monitor.Channel
	steps    [][saleSteps]int32
}

// marketRooms holds what is used again and again.
var marketRooms sync.Pool

// marketKey names a market among what is made once for all checks of complaints.
type marketKey struct{ staleAfter time.Duration }

// market sums the orders that can have brought the complaints of a book.
func (b *complaintBook) market(ctx context.Context, k monitor.Known) (*market, error) {
	room, ok := marketRooms.Get().(*marketRoom)
	if !ok {
		room = &marketRoom{}
	}
	defer func() {
		clear(room.goods)
		clear(room.channels)
		*room = marketRoom{room.goods[:0], room.channels[:0], room.steps[:0]}
		marketRooms.Put(room)
	}()
	err := k.Sales(ctx, b.today-monitor.Day(saleSteps*stepDays)+1, b.today, stepDays, func(sale *monitor.Sale) {
		if sale.Marketplace != monitor.NonAmazon {
			room.goods = append(room.goods, offer{sale.Marketplace, sale.SKU, sale.ASIN})
			room.channels = append(room.channels, sale.Channel)
			room.steps = append(room.steps, [saleSteps]int32(sale.Steps))
		}
	})
	if err != nil {
		return nil, err
	}
	m := &market{goods: slices.Clone(room.goods), tallies: make([]tally, 0, len(room.goods)), index: make(map[product]int, len(room.goods))}
	covered := map[monitor.Channel][complaintSteps]float64{}
	var share [complaintSteps]float64
	for i, o := range m.goods {
		if i == 0 || room.channels[i] != room.channels[i-1] {
			var ok bool
			if share, ok = covered[room.channels[i]]; !ok {
				share = b.covered(room.channels[i])
				covered[room.channels[i]] = share
			}
		}
		p := product{o.marketplace, cmp.Or(o.asin, o.sku)}
		at, ok := m.index[p]
		if !ok {
			at = len(m.tallies)
			m.index[p] = at
			m.tallies = append(m.tallies, tally{})
		}
		m.tallies[at].exposed(&room.steps[i], &share)
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
		m.asins = make(map[product]string, len(m.goods))
		for _, o := range m.goods {
			if o.sku != "" && o.asin != "" {
				m.asins[product{o.marketplace, o.sku}] = o.asin
			}
		}
	}
	return m.asins[sku]
}

// home returns the only place where an ASIN or SKU is sold; empty: there is none, or several. A return may come without its
// order; where the product is sold in one place only, it was sold there.
func (m *market) home(name string) monitor.Marketplace {
	if m.homes == nil {
		m.homes = make(map[string][]monitor.Marketplace, len(m.goods))
		for _, o := range m.goods {
			for _, known := range [...]string{o.asin, o.sku} {
				if !slices.Contains(m.homes[known], o.marketplace) {
					m.homes[known] = append(m.homes[known], o.marketplace)
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
