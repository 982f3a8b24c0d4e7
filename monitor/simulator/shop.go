package simulator

import (
	"time"

	"goodstanding/monitor"
)

// Shop is the regime of one account in one marketplace: what it sells, how much, and what goes wrong how often. The
// zero value of a field means none of it, except where the field says otherwise.
type Shop struct {
	Name        string // the account: a plain folder name
	Marketplace monitor.Marketplace
	Seed        uint64
	First       monitor.Day // the day of the first orders, on the marketplace's clock
	Days        int         // days with orders; what becomes of the orders goes on after them

	Orders   float64    // orders per day on average, of all channels; the number of a day varies by chance (Poisson)
	Week     [7]float64 // weight of each weekday, Sunday first; all zero: all days alike
	Growth   float64    // change per day as a share of Orders: 0.002 is 0.2 % of Orders more each day
	FBA      float64    // share of orders that Amazon fulfils, 0..1
	MoreLine float64    // chance of a second line, and then of a third, 0..1

	Handling int       // working days from the order to its ship-by day
	LateBy   Span      // calendar days from the ship-by day to the confirmation of a late order; at least 1
	Products []Product // empty: a few plain ones
	Services []Service // ship services of seller-fulfilled orders; empty: Standard only

	Late         []Risk // confirmed after the ship-by instant; by ship-by day
	Forgotten    []Risk // never confirmed: Amazon cancels it seven working days after the ship-by day; by ship-by day
	SellerCancel []Risk // the seller cancels before the ship-by instant; by day of purchase, as all below
	BuyerCancel  []Risk // the buyer asks for it, the seller agrees
	Unpaid       []Risk // never leaves Pending; cancelled after some days

	Negative      []Risk // feedback of 1 or 2 stars
	Neutral       []Risk // 3 stars
	Positive      []Risk // 4 or 5 stars, which no export shows
	FeedbackDelay Span   // days from the purchase
	AToZ          []Risk // an A-to-z claim
	Chargeback    []Risk
	ClaimDelay    Span    // days from the purchase
	Refund        float64 // share of delivered orders refunded 10 to 45 days later, 0..1

	Papers Papers // what it downloads and keeps besides; nil: nothing

	Unconfirmed   bool // it keeps no shipping confirmation files
	DailyFeedback bool // it downloads feedback every evening, not on Fridays only

	Windows1252 bool // its exports are written in windows-1252 instead of UTF-8
}

// Product is something that a shop sells.
type Product struct {
	SKU    string
	ASIN   string
	Title  string // may hold anything but a tab and a line end
	Cents  int    // price of one unit
	Weight int    // how often it sells in relation to the others
}

// Service is a ship service that buyers choose.
type Service struct {
	Name   string
	Weight int // how often it is chosen in relation to the others
}

// Span is a range of days, both ends included. Where a delay is drawn from it, short ones are more likely.
type Span struct{ Min, Max int }

// Risk is the chance that something happens to an order. Several risks of one kind add up.
//
//	{P: 0.01}                                constant
//	{P: 0.03, From: d}                       a jump on day d
//	{P: 0.03, From: d, Full: e}              a drift from 0 on day d to 0.03 on day e, and on at 0.03
//	{P: 0.03, From: d, Ends: e}              a bad spell, over on day e
//	{P: 0.20, SKU: "KITE-XL"}                carried by one product
//	{P: 0.05, Weekend: true}                 orders placed on Saturday and Sunday
type Risk struct {
	P       float64     // 0..1
	From    monitor.Day // first day; 0: always
	Full    monitor.Day // day on which P is reached, linearly from 0 on From; 0 or not after From: at once
	Ends    monitor.Day // first day without it; 0: never
	SKU     string      // only orders with a line of it; empty: any
	Service string      // only orders with this ship service; empty: any
	Weekend bool        // only orders placed on Saturday or Sunday, on the marketplace's clock
}

// at returns the chance for an order, with day as the day that the risk goes by.
func (r Risk) at(o *Order, day monitor.Day, clock *time.Location) float64 {
	if day < r.From || r.Ends != 0 && day >= r.Ends {
		return 0
	}
	if r.Service != "" && o.Service != r.Service || r.SKU != "" && !o.has(r.SKU) {
		return 0
	}
	if r.Weekend && !weekend(monitor.DayOf(o.Purchased, clock)) {
		return 0
	}
	if r.Full > r.From && day < r.Full {
		return r.P * (float64(day-r.From) / float64(r.Full-r.From))
	}
	return r.P
}

// sum adds up the risks for an order.
func sum(risks []Risk, o *Order, day monitor.Day, clock *time.Location) float64 {
	total := 0.0
	for _, r := range risks {
		total += r.at(o, day, clock)
	}
	return total
}

// products returns what the shop sells.
func (s *Shop) products() []Product {
	if len(s.Products) > 0 {
		return s.Products
	}
	return []Product{
		{"MUG-BLUE", "B0C1MUGBLU", `Stoneware Mug "Harvest", 12 oz, Blue & White`, 1499, 5},
		{"LAMP-14", "B0C2LAMP14", `Desk Lamp 14" with Dimmer`, 3299, 3},
		{"TOWEL-6", "B0C3TOWEL6", "Kitchen Towels, Set of 6", 2150, 2},
	}
}

// services returns the ship services of seller-fulfilled orders.
func (s *Shop) services() []Service {
	if len(s.Services) > 0 {
		return s.Services
	}
	return []Service{{"Standard", 1}}
}

// mean returns the expected number of orders of a day.
func (s *Shop) mean(day monitor.Day) float64 {
	weight, all := 1.0, 0.0
	for _, w := range s.Week {
		all += w
	}
	if all > 0 {
		weight = 7 * s.Week[day.Weekday()] / all
	}
	// The conversion keeps a processor from fusing the two steps, which would round differently.
	growth := 1 + float64(s.Growth*float64(day-s.First))
	return max(0, s.Orders*weight*growth)
}

// weekend says whether nobody works on the day.
func weekend(d monitor.Day) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// workdays returns the n-th working day after d; for 0 that is d itself, or the next working day.
func workdays(d monitor.Day, n int) monitor.Day {
	if n == 0 && weekend(d) {
		n = 1
	}
	for n > 0 {
		d++
		if !weekend(d) {
			n--
		}
	}
	return d
}
