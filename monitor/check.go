package monitor

import (
	"context"
	"fmt"
	"time"
)

// Account is a seller account or store: the folder that its exports arrive in.
type Account struct {
	Name         string        // the folder's name; part of every identity
	Marketplace  Marketplace   // where it sells when an export does not say; may be empty
	Marketplaces []Marketplace // where its orders were sold, as far as known, sorted
}

// OrderQuery asks for the orders of a slice that count in a measure with an anchor day within From..To.
type OrderQuery struct {
	Slice   Slice
	Measure Measure
	From    Day
	To      Day
}

// Share counts the orders of a window that have something in common.
type Share struct {
	Kind   string // "SKU", "ship service", "weekday"
	Name   string
	Orders int
}

// Arrival is one export that was imported, or refused.
type Arrival struct {
	Kind     ExportKind
	Name     string // the file's own name: hostile text
	Received time.Time
	From, To time.Time // the span of its contents; zero where it has none
	Latest   time.Time // the newest instant that it states: it was not made before
	Rows     int
	BadRows  int
	Refused  string // why the whole file was refused; empty: imported

	Elsewhere       string        // another account that knew some of its orders before; empty: none did
	ElsewhereOrders int           // how many of the orders that were looked up there: 20 to 1,000 of the file's new ones
	NewMarketplaces []Marketplace // that the account had no order of before, while it had others
	Marketplaces    []Marketplace // that its rows name, sorted; none where the kind names none, or the file is empty
}

// AsOf returns the instant up to which the export tells what happened. That is when it was received, unless its newest
// content is so much older that the file must have been copied, or asked for with an earlier end: older than a week, and
// than three times the mean gap between its rows (a quiet seller's export of today may end weeks ago).
func (a Arrival) AsOf() time.Time {
	if a.Latest.IsZero() {
		return a.Received
	}
	if a.Kind == KindUnshippedOrders {
		return a.Latest // every row says when the report was made
	}
	if a.Received.Before(a.Latest) {
		return a.Latest // its date is wrong: nothing tells of what has not happened
	}
	quiet := 7 * 24 * time.Hour
	if a.Rows > 1 && a.To.After(a.From) {
		quiet = max(quiet, 3*a.To.Sub(a.From)/time.Duration(a.Rows-1))
	}
	if a.Received.Sub(a.Latest) <= quiet {
		return a.Received
	}
	return a.Latest
}

// Rated is a feedback with what is known of its order; Marketplace is empty when no export has shown the order.
type Rated struct {
	Feedback
	Marketplace Marketplace
	Channel     Channel
	SKUs        []string // hostile text
}

// Known is what could be known of one account at one instant. It is the only thing that a check reads, so a check run
// for a past instant answers what would have been told then.
type Known interface {
	At() time.Time
	Account() Account
	// Slices returns the marketplaces and channels with orders, sorted.
	Slices(ctx context.Context) ([]Slice, error)
	// Triangle returns the cells with an anchor day within the last 200 days.
	Triangle(ctx context.Context, s Slice) (*Triangle, error)
	// Orders returns the orders that count in a measure, by anchor day, newest first; those that are late or cancelled without
	// feedback and claims.
	Orders(ctx context.Context, q OrderQuery) ([]Order, error)
	// OpenOrders returns seller-fulfilled orders not known to be confirmed with a ship-by date before `before`, by ship-by date,
	// without lines, feedback and claims.
	OpenOrders(ctx context.Context, m Marketplace, after, before time.Time) ([]Order, error)
	// Shares counts the orders of a measure by SKU, ship service and weekday of the anchor.
	Shares(ctx context.Context, q OrderQuery) ([]Share, error)
	// NegativeFeedback returns the feedback of 1 and 2 stars that was left within from..to, newest first.
	NegativeFeedback(ctx context.Context, from, to Day) ([]Rated, error)
	// Orphans counts defects within from..to that name an order which no export has shown.
	Orphans(ctx context.Context, from, to Day) (int, error)
	// Arrivals returns the exports received, newest first, of each kind at most 60.
	Arrivals(ctx context.Context) ([]Arrival, error)
	Records
	// Sales calls take for each product that was ordered within from..to, by marketplace, channel, SKU and ASIN, with the orders of
	// each step of so many days; 0: without steps. What take is given is used again when it returns, the texts aside.
	Sales(ctx context.Context, from, to, step Day, take func(*Sale)) error
	// Confirmed returns the seller-fulfilled orders of a marketplace that a shipping confirmation names and that were
	// promised for delivery within from..to, by id, without lines, feedback and claims.
	Confirmed(ctx context.Context, m Marketplace, from, to Day) ([]Order, error)
	// Complaints returns what buyers said of the orders, and gave as reasons of returns, within from..to, newest first, with
	// its causes.
	Complaints(ctx context.Context, from, to Day) ([]Complaint, error)
	// Register returns what is known of the other accounts.
	Register(ctx context.Context) (Register, error)
	// Once returns what work gave when it was first asked for under a key: what several checks make of the same they make
	// once. Work must be a pure function of this Known and the key, whose type is the caller's own; nobody changes what it
	// gave. An error is not remembered.
	Once(key any, work func() (any, error)) (any, error)
}

// Once returns what several checks make of a Known once, as what it is. See Known.Once.
func Once[T any](k Known, key any, work func() (T, error)) (T, error) {
	v, err := k.Once(key, func() (any, error) { return work() })
	if err != nil {
		var none T
		return none, err
	}
	made, ok := v.(T)
	if !ok {
		return made, fmt.Errorf("use what a check has made: under %T there is a %T, not a %T", key, v, made)
	}
	return made, nil
}

// Check judges one risk signal. Judge is a pure function of what was known: the same Known gives the same findings. It
// returns one finding for each subject that it could judge (OK included) and one with severity Blind for each that it
// could not. It returns an error only when reading failed.
type Check interface {
	Judge(ctx context.Context, k Known) ([]Finding, error)
}

// Outcome is what one run of one check gave.
type Outcome struct {
	Account  string
	Signal   Signal
	At       time.Time
	Took     time.Duration
	Findings []Finding
	Err      error // the check failed: it judged nothing
}

// Evaluate runs a check and does what every check would have to do: it stamps the findings, measures the time, and
// turns an error or a panic into an outcome that judged nothing.
func Evaluate(ctx context.Context, signal Signal, c Check, k Known, clock func() time.Time) (out Outcome) {
	out = Outcome{Account: k.Account().Name, Signal: signal, At: k.At()}
	started := clock()
	defer func() {
		if p := recover(); p != nil {
			out.Err = fmt.Errorf("check %s of account %s: panic: %v", signal, out.Account, p)
		}
		out.Took = clock().Sub(started)
		if out.Err != nil {
			out.Findings = []Finding{{
				Account: out.Account, Signal: signal, Severity: Blind,
				Summary: fmt.Sprintf("%s could not be judged: %v", signal, out.Err),
				Advice:  "This is a fault of Goodstanding, not of the account: see its log.",
			}}
		}
	}()
	findings, err := c.Judge(ctx, k)
	if err != nil {
		out.Err = fmt.Errorf("check %s of account %s: %w", signal, out.Account, err)
		return out
	}
	for i := range findings {
		findings[i].Account, findings[i].Signal = out.Account, signal
	}
	out.Findings = findings
	return out
}
