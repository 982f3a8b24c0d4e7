package monitor

import "time"

// Signal names a risk, as in the configuration, the metrics and the alerts: late_shipment_rate.
type Signal string

// Severity is how much a finding matters today.
type Severity string

// Blind is no severity but the third outcome: the check could not judge. It opens nothing and resolves nothing.
const (
	OK       Severity = "ok"
	Watch    Severity = "watch"    // worth a look, nobody is disturbed
	Warning  Severity = "warning"  // somebody should act
	Critical Severity = "critical" // the limit is crossed, or the deadline is hours away
	Blind    Severity = "blind"
)

// Rank orders severities from blind (-1) over ok (0) to critical (3).
func (s Severity) Rank() int {
	switch s {
	case OK:
		return 0
	case Watch:
		return 1
	case Warning:
		return 2
	case Critical:
		return 3
	default:
		return -1
	}
}

// Worse says whether s matters more than t.
func (s Severity) Worse(t Severity) bool { return s.Rank() > t.Rank() }

// Window is the range of days that a rate is taken over, both ends included, on the marketplace's clock.
type Window struct {
	Days int
	From Day
	To   Day
}

// Finding is what a check thinks of one subject at one instant.
type Finding struct {
	Account     string
	Marketplace Marketplace
	Signal      Signal
	Subject     string // what within the signal: "seller-fulfilled", an order id, a ship-by day; part of the alert's identity
	Severity    Severity

	Value    *float64 // the rate, 0..1, or a count; nil where there is none
	Limit    *float64 // in the unit of Value
	Defects  int
	Orders   int
	Unknown  int     // orders of the window of which no export tells the outcome
	Window   *Window // nil where the signal has none
	Headroom *int    // how many more defects reach the limit; 0 once it is crossed
	Recovery *int    // how many clean orders bring a crossed limit back

	Summary  string   // one sentence that makes sense alone on a phone
	Details  []string // further sentences: the outlook, the drivers, what is not known
	Advice   string   // what to do today
	Drivers  []Driver
	Outlook  *Outlook
	Forecast *Forecast     // nil: the signal has none, or nothing was judged
	Calendar []CalendarDay // the coming days, the next first; none: as with Forecast
	Due      *DueOrders    // what is in the seller's hands; nil: it is of no matter here, or not known
	DataAsOf time.Time     // how recent the newest data behind it is; zero: none
	Evidence []Evidence    // the orders or rows behind it, worst or newest first
	Quotes   []Quote       // buyers' own words: hostile text
}

// IsRate says whether the finding's value is a share of orders, 0..1, which people read in percent. Numbers of orders, buyers or
// units have no limit below one, and are whole.
func (f Finding) IsRate() bool {
	if f.Limit != nil {
		return *f.Limit > 0 && *f.Limit < 1
	}
	return f.Window != nil && f.Value != nil && *f.Value < 1
}

// Outlook is a rate as it will be on a later day if nothing else happens.
type Outlook struct {
	Day     Day
	Value   float64
	Defects int
	Orders  int
	Window  Window
}

// Forecast is what may become of a rate in the next 14 days.
type Forecast struct {
	Within7  float64 // probability, 0..1, that the limit is reached on some day of the next 7
	Within14 float64 // the same for 14
	// By is the day by which crossing is more likely than not: with 10 % it comes by Earliest, with 90 % by Latest. Each is nil
	// where it lies more than 14 days ahead, or the limit is crossed now.
	By, Earliest, Latest *Day
	Low, High            float64 // the rate in 14 days lies between them with 80 %
	Known                int     // defects behind the forecast; with few of them it is wide
	Worst                Headroom
	Leaving              []Leaving // defects that leave the window in these days, by day
}

// Headroom is how many more defects reach the limit on a day, if nothing else happens.
type Headroom struct {
	Day     Day
	More    int
	Defects int // known already
	Orders  int // expected
}

// Leaving is what leaves the window on a day: Value is the rate on that day if no further order turns bad.
type Leaving struct {
	Day     Day
	Defects int
	Value   float64
}

// Driver is something that carries more than its share of the defects, and not by chance.
type Driver struct {
	Kind     string // "SKU", "ship service", "ship from", "weekday", "order weekday", "complaint"
	Name     string // hostile text
	Defects  int
	Orders   int     // orders of the window with it; 0: that is not known, or makes no sense
	Expected float64 // defects that so many orders would have at the rate of all
	Share    float64 // of all defects, those beyond Expected: 0..1
}

// Evidence is an order, or a row of an export, behind a finding.
type Evidence struct {
	OrderID   string    // empty: it is about no order
	SKU, ASIN string    // of what it is about; empty where that does not matter. Hostile text
	Date      Day       // the day that puts it in the window
	ShipBy    time.Time // zero where it does not matter
	Confirmed time.Time
	Leaves    Day    // the day from which on it is in the window no more; 0: it is in none
	Why       string // "confirmed 5 h after the ship-by date", "1 star"
	Source    Source // the row that says so; zero: `goodstanding show ORDER-ID` tells the rows of the order
}

// About names what the evidence is about: an order, or else a SKU and its ASIN, whatever is told.
func (e Evidence) About() string {
	switch {
	case e.OrderID != "":
		return e.OrderID
	case e.SKU == "" || e.ASIN == "":
		return e.SKU + e.ASIN
	}
	return e.SKU + " (" + e.ASIN + ")"
}

// Quote is what a buyer wrote about an order.
type Quote struct {
	OrderID string
	Day     Day
	Rating  int
	Comment string
}
