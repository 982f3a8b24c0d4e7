package simulator

import (
	"fmt"
	"sort"
	"time"

	"goodstanding/monitor"
)

// hours holds how often an order is placed in each hour of the day: little at night, most in the evening.
var hours = [24]int{8, 5, 3, 2, 2, 3, 6, 12, 20, 27, 31, 33, 34, 33, 32, 32, 33, 35, 38, 42, 44, 40, 29, 16}

// Run plays a shop's regime: every order of its days and what becomes of each.
func Run(shop Shop) *History {
	h := &History{Shop: shop}
	clock := shop.Marketplace.Clock()
	used := map[string]bool{} // for membership only: its order would not be the same twice
	for day := shop.First; day < shop.First+monitor.Day(shop.Days); day++ {
		// Spread, because neighbouring seeds should not give neighbouring days.
		today := cast(shop.Seed, uint64(day)*0x9e3779b97f4a7c15)
		begin := len(h.Orders)
		for range today.poisson(shop.mean(day)) {
			// Each order has dice of its own, so that what happens to one never changes another.
			d := cast(today.Uint64(), today.Uint64())
			o := shop.place(d, day, clock)
			for used[o.ID] {
				o.ID = shop.orderID(d)
			}
			used[o.ID] = true
			h.Orders = append(h.Orders, o)
		}
		placed := h.Orders[begin:]
		sort.Slice(placed, func(i, j int) bool {
			a, b := &placed[i], &placed[j]
			if !a.Purchased.Equal(b.Purchased) {
				return a.Purchased.Before(b.Purchased)
			}
			return a.ID < b.ID
		})
	}
	return h
}

// place makes one order of a day and all that becomes of it. What is bought is drawn before the risks are looked at, so
// that two regimes differ in the fates only.
func (s *Shop) place(d dice, day monitor.Day, clock *time.Location) Order {
	o := Order{ID: s.orderID(d), Buyer: d.IntN(1 << 20)}
	y, m, dd := day.Civil()
	hour := d.pick(len(hours), func(i int) int { return hours[i] })
	o.Purchased = time.Date(y, m, dd, hour, d.IntN(60), d.IntN(60), 0, clock).UTC()
	fba := d.Float64() < s.FBA
	services := s.services()
	service := services[d.pick(len(services), func(i int) int { return services[i].Weight })].Name
	if fba {
		o.Channel, o.Service = monitor.FBA, "Expedited"
	} else {
		o.Channel, o.Service = monitor.SellerFulfilled, service
	}
	o.Lines = s.lines(d)

	wait := d.within(5*time.Minute, 30*time.Minute)
	if slow := d.within(time.Hour, 20*time.Hour); d.IntN(50) == 0 {
		wait = slow // a payment that takes its time
	}
	unpaid, given := d.Float64(), d.within(25*time.Hour, 100*time.Hour)
	shipping, after := cast(d.Uint64(), d.Uint64()), cast(d.Uint64(), d.Uint64())
	if unpaid < sum(s.Unpaid, &o, day, clock) {
		// Longer than a day, so that an evening export shows it Pending: see the package comment.
		o.Cancelled, o.By = o.Purchased.Add(given), Buyer
		return o
	}
	o.Released = o.Purchased.Add(wait)
	s.ship(shipping, &o, clock)
	s.follow(after, &o, clock)
	return o
}

// orderID draws an order id. Amazon's stores begin theirs with numbers of their own.
func (s *Shop) orderID(d dice) string {
	first, n := 701, 2 // Canada, and whatever is not listed
	switch s.Marketplace.Country() {
	case "US", "MX":
		first, n = 111, 4
	case "GB", "IE":
		first, n = 202, 5
	case "DE":
		first, n = 302, 5
	case "FR", "IT", "ES", "NL", "BE", "PL", "SE":
		first, n = 402, 7
	case "JP":
		first, n = 249, 2
	}
	return fmt.Sprintf("%d-%s-%s", first+d.IntN(n), d.digits(7), d.digits(7))
}

// lines draws what is bought: mostly one line, each of another product.
func (s *Shop) lines(d dice) []monitor.Line {
	products := s.products()
	more := []bool{true, d.Float64() < s.MoreLine, d.Float64() < s.MoreLine}
	taken := make([]bool, len(products))
	var lines []monitor.Line
	for n := range more {
		i := d.pick(len(products), func(i int) int { return products[i].Weight })
		quantity := 1
		if d.IntN(12) == 0 {
			quantity = 2 + d.IntN(2)
		}
		item := "1" + d.digits(13)
		if taken[i] || !more[n] || len(lines) < n {
			continue
		}
		taken[i] = true
		p := products[i]
		lines = append(lines, monitor.Line{
			ItemID: item, SKU: p.SKU, ASIN: p.ASIN, Title: p.Title, Quantity: quantity,
			Price: money(p.Cents * quantity), Currency: currency(s.Marketplace),
		})
	}
	return lines
}

// money writes an amount as exports do: 24.99.
func money(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// currency returns the marketplace's currency, where the simulator has prices in it.
func currency(m monitor.Marketplace) string {
	switch m.Country() {
	case "GB":
		return "GBP"
	case "DE", "FR", "IT", "ES", "NL", "BE", "IE":
		return "EUR"
	case "PL":
		return "PLN"
	case "SE":
		return "SEK"
	case "CA":
		return "CAD"
	case "JP":
		return "JPY"
	default:
		return "USD"
	}
}
