package monitor

import (
	"math"
	"time"
)

// The kinds of export that Amazon gives as documents only.
const (
	KindOrdersAPI   ExportKind = "orders_api"  // what a tool saved of the Orders API: some orders, never all
	KindPerformance ExportKind = "performance" // what Amazon itself counts against the account
)

// Standing is Amazon's own word on an account, a metric or a warning: NORMAL, AT_RISK, GOOD, BAD, … It is kept as written.
type Standing string

// Good says whether the word is one that is known to mean that all is well. Any other one, the empty and the unknown among
// them, is not good; whether it is bad is another question. NONE says that Amazon judges nothing.
func (s Standing) Good() bool {
	switch s {
	case "NORMAL", "GOOD", "Good", "GREAT":
		return true
	}
	return false
}

// Condition says how a rate or a count must compare with its target. It is kept as written.
type Condition string

// The conditions of the report. All are strict: a rate at its target misses it.
const (
	LessThan    Condition = "LESS_THAN"
	GreaterThan Condition = "GREATER_THAN"
	Equals      Condition = "EQUALS"
)

// MetricName names a metric as the performance report does. One that is not listed here is kept as written.
type MetricName string

// The metrics that have a rate.
const (
	OrderDefectRate        MetricName = "orderDefectRate" // by channel
	LateShipmentRate       MetricName = "lateShipmentRate"
	CancellationRate       MetricName = "preFulfillmentCancellationRate"
	ValidTrackingRate      MetricName = "validTrackingRate"
	OnTimeDeliveryRate     MetricName = "onTimeDeliveryRate"     // of shipments, over 30 days
	UnitOnTimeDeliveryRate MetricName = "unitOnTimeDeliveryRate" // of units, over 14 days: the one that the page shows
	InvoiceDefectRate      MetricName = "invoiceDefectRate"
	ReturnDissatisfaction  MetricName = "returnDissatisfactionRate" // of the older report, V1, only
	RefundRate             MetricName = "refundRate"                // of V1 only
)

// The classes of policy violation that are counted.
const (
	ListingPolicyViolations MetricName = "listingPolicyViolations"
	AuthenticityComplaints  MetricName = "productAuthenticityCustomerComplaints"
	ConditionComplaints     MetricName = "productConditionCustomerComplaints"
	SafetyComplaints        MetricName = "productSafetyCustomerComplaints"
	FoodAndSafetyIssues     MetricName = "foodAndProductSafetyIssues"
	ReceivedIPComplaints    MetricName = "receivedIntellectualPropertyComplaints"
	SuspectedIPViolations   MetricName = "suspectedIntellectualPropertyViolations"
	RestrictedProducts      MetricName = "restrictedProductPolicyViolations"
	ReviewPolicyViolations  MetricName = "customerProductReviewsPolicyViolations"
	OtherPolicyViolations   MetricName = "otherPolicyViolations"
	DocumentRequests        MetricName = "documentRequests"
	PolicyViolationWarnings MetricName = "policyViolationWarnings"
)

// Performance is what a seller performance report says of one store. Amazon keeps no history of it: every report shows the
// windows of its day, so the reports of many days are the only one.
type Performance struct {
	MarketplaceID string        // Amazon's id of the store; empty in the older report, V1, which names none
	Marketplace   Marketplace   // by the id, else the account's own; empty: not known
	Day           Day           // of the report: the last day of its newest window, else the day that it arrived
	Account       Standing      // of the account there: NORMAL, AT_RISK, DEACTIVATED, …; empty: not told
	Rates         []Metric      `json:",omitempty"` // in the order of the report; a metric has one for each channel and window
	Policies      []Metric      `json:",omitempty"` // counts of violations by class, in the order of the report
	Warnings      []State       `json:",omitempty"` // spammingSellerMessaging, …
	Checklist     []State       `json:",omitempty"` // of V1: its word on each metric
	Health        *HealthRating `json:",omitempty"` // nil: not told
	AsOf          time.Time     `json:"-"`
	Extra         Extra         `json:",omitempty"` // by path: "lateShipmentRate/newMember"
}

// Metric is what Amazon counts of one thing over one window. A number that the report does not give is nil: missing is not 0.
type Metric struct {
	Name      MetricName
	Channel   Channel   `json:",omitempty"` // of the order defect rate; empty: not told apart
	From      time.Time `json:",omitzero"`  // the window begins, in UTC as the report writes it; zero: not told
	To        time.Time `json:",omitzero"`  // it ends, this instant included
	Status    Standing  `json:",omitempty"` // GOOD, BAD, NONE, WARNED, …: a target that is missed may still be GOOD where orders are few
	Rate      *float64  `json:",omitempty"` // Amazon's own, 0 to 1
	Target    *float64  `json:",omitempty"` // in the unit of Rate, or of Count where there is no rate
	Condition Condition `json:",omitempty"` // of Rate, or Count, against Target
	Count     *int      `json:",omitempty"` // the orders, shipments or units that the metric counts: late ones, and of tracking and delivery those that were right
	Of        *int      `json:",omitempty"` // of how many orders, shipments or units; nil for violations
	Parts     []Part    `json:",omitempty"` // what Count is made of; an order may be in several
}

// Part is a part of a metric's count: claims, chargebacks, negativeFeedback, missingInvoice, …
type Part struct {
	Name   string   // as the report writes it
	Count  *int     `json:",omitempty"`
	Rate   *float64 `json:",omitempty"` // 0 to 1
	Status Standing `json:",omitempty"`
}

// State is Amazon's word on something that is not counted.
type State struct {
	Name   string
	Status Standing
}

// HealthRating is the account health rating.
type HealthRating struct {
	Status Standing  // GREAT, GOOD, WARNED, AT_RISK, …
	Score  *float64  `json:",omitempty"` // 0 to 1000; nil: not told
	From   time.Time `json:",omitzero"`  // of the violations that it counts
	To     time.Time `json:",omitzero"`
}

// Window returns the days of the metric's window as the report writes them, and false where it tells none.
func (m Metric) Window() (Window, bool) {
	if m.From.IsZero() || m.To.Before(m.From) {
		return Window{}, false
	}
	// The last day ends at 23:59 in one report and at midnight in another.
	days := int(math.Ceil(m.To.Sub(m.From).Hours() / 24))
	from := DayOf(m.From, time.UTC)
	return Window{Days: days, From: from, To: from + Day(days) - 1}, true
}

// Met says whether the target is met, and false for known where the report does not give what it takes to tell.
func (m Metric) Met() (met, known bool) {
	value := m.Rate
	if value == nil && m.Of == nil && m.Count != nil {
		n := float64(*m.Count)
		value = &n
	}
	if value == nil || m.Target == nil {
		return false, false
	}
	switch m.Condition {
	case LessThan:
		return *value < *m.Target, true
	case GreaterThan:
		return *value > *m.Target, true
	case Equals:
		return *value == *m.Target, true
	}
	return false, false
}

// RatesOf returns the report's rates of a name and channel, one for each window, in the order of the report.
func (p Performance) RatesOf(name MetricName, c Channel) []Metric {
	var all []Metric
	for _, m := range p.Rates {
		if m.Name == name && m.Channel == c {
			all = append(all, m)
		}
	}
	return all
}

// Key implements Record. A second report of a day replaces the first one.
func (p Performance) Key() (string, bool) {
	store := p.MarketplaceID
	if store == "" {
		store = string(p.Marketplace)
	}
	return store + "\x00" + p.Day.String(), true
}

// Of implements Record.
func (Performance) Of() ExportKind { return KindPerformance }

// When implements Record.
func (p Performance) When() Day { return p.Day }

// Stated implements Record.
func (p Performance) Stated() time.Time { return p.AsOf }

func (Performance) fact() {}

// byID finds a marketplace by the id that Amazon's interfaces and reports use instead of its name.
var byID = map[string]Marketplace{
	"ATVPDKIKX0DER": "Amazon.com", "A2EUQ1WTGCTBG2": "Amazon.ca", "A1AM78C64UM0Y8": "Amazon.com.mx", "A2Q3Y263D00KWC": "Amazon.com.br",
	"A1F83G8C2ARO7P": "Amazon.co.uk", "A28R8C7NBKEWEA": "Amazon.ie", "A1PA6795UKMFR9": "Amazon.de", "A13V1IB3VIYZZH": "Amazon.fr",
	"APJ6JRA9NG5V4": "Amazon.it", "A1RKKUPIHCS9HS": "Amazon.es", "A1805IZSGTT6HS": "Amazon.nl", "AMEN7PMS3EDWL": "Amazon.com.be",
	"A1C3SOZRARQ6R3": "Amazon.pl", "A2NODRKZP88ZB9": "Amazon.se", "A33AVAJ2PDY3EV": "Amazon.com.tr", "A2VIGQ35RCS4UG": "Amazon.ae",
	"A17E79C6D8DWNP": "Amazon.sa", "ARBP9OOSHTCHU": "Amazon.eg", "AE08WJ6YKNBMC": "Amazon.co.za", "A21TJRUUN4KGV": "Amazon.in",
	"A1VC38T7YXB528": "Amazon.co.jp", "A19VAU5U5O7RUS": "Amazon.sg", "A39IBJ37TRP1C6": "Amazon.com.au",
}

// MarketplaceByID finds the marketplace with one of Amazon's ids, such as ATVPDKIKX0DER, and answers false for any other text.
func MarketplaceByID(id string) (Marketplace, bool) {
	m, ok := byID[id]
	return m, ok
}
