// Package policy holds Amazon's published rules as data: over which days a rate is taken, how far behind today its
// window ends, what it must stay under, and which orders count. Each rule names its source. Nothing else in Goodstanding
// has such a number, and each can be overridden for a marketplace or an account.
package policy

import (
	"fmt"
	"slices"

	"goodstanding/monitor"
)

// Signals with a rate that Amazon publishes a limit for.
const (
	LateShipmentRate monitor.Signal = "late_shipment_rate"
	OrderDefectRate  monitor.Signal = "order_defect_rate"
	CancellationRate monitor.Signal = "cancellation_rate"
)

// RateSignals returns the signals with a rate that Amazon publishes a limit for.
func RateSignals() []monitor.Signal {
	return []monitor.Signal{LateShipmentRate, OrderDefectRate, CancellationRate}
}

// Rate is one rule: Of counts the orders of the window, Defects those of them that count against the seller, and their
// ratio must stay below Limit. Equality is a breach: the performance report says LESS_THAN.
type Rate struct {
	Signal  monitor.Signal
	Channel monitor.Channel
	Days    int     // length of the window in days of the marketplace
	EndLag  int     // the window's last day lies this many days before today; 0: today
	Limit   float64 // 0..1, exclusive
	Defects monitor.Measure
	Of      monitor.Measure
	Source  string // where the rule is published
	Sure    string // H, M or L: how well the source holds
}

// Window returns the days that the rate is taken over on a day.
func (r Rate) Window(today monitor.Day) monitor.Window {
	to := today - monitor.Day(r.EndLag)
	return monitor.Window{Days: r.Days, From: to - monitor.Day(r.Days) + 1, To: to}
}

// Crossed says whether a number of defects among a number of orders misses the target.
func (r Rate) Crossed(defects, orders int) bool {
	// Both sides are correctly rounded from the same real number when the ratio equals the limit, so 4 of 100 is 0.04.
	return orders > 0 && float64(defects)/float64(orders) >= r.Limit
}

// amazon is the table. Window ends are computed from the date ranges inside Amazon's own performance reports: with the
// report's day as D, order defects end at D-15, cancellations at D-1, late shipment at D.
var amazon = []Rate{
	{LateShipmentRate, monitor.SellerFulfilled, 30, 0, 0.04, monitor.ConfirmedLate, monitor.Due,
		"performance report, lateShipmentRate; target from Amazon's late shipment rate page", "M"},
	{LateShipmentRate, monitor.SellerFulfilled, 10, 0, 0.04, monitor.ConfirmedLate, monitor.Due,
		"performance report, lateShipmentRateList", "M"},
	{OrderDefectRate, monitor.SellerFulfilled, 60, 15, 0.01, monitor.Defective, monitor.Ordered,
		"performance report, orderDefectRate.mfn", "H"},
	{OrderDefectRate, monitor.FBA, 60, 15, 0.01, monitor.Defective, monitor.Ordered,
		"performance report, orderDefectRate.afn", "H"},
	{CancellationRate, monitor.SellerFulfilled, 7, 1, 0.025, monitor.CancelledBySeller, monitor.Ordered,
		"performance report, preFulfillmentCancellationRate", "M"},
}

// local holds what single stores have besides.
var local = map[monitor.Marketplace][]Rate{
	"Amazon.in": {
		{CancellationRate, monitor.SellerFulfilled, 30, 1, 0.025, monitor.CancelledBySeller, monitor.Ordered,
			"Amazon.in help: cancellations are measured over 7 and 30 days", "M"},
	},
}

// Override replaces parts of the rules of one signal. Empty Account, Marketplace and zero Match mean any.
type Override struct {
	Account     string
	Marketplace monitor.Marketplace
	Signal      monitor.Signal
	MatchDays   int      // only the rule with this window; 0: every rule of the signal
	Limit       *float64 // 0..1
	Days        *int
	EndLag      *int
}

// Book is Amazon's rules with the user's overrides. The zero Book is Amazon's rules as published.
type Book struct {
	Overrides []Override
}

// Rates returns the rules of a signal for an account in a marketplace, in the order of the table. A later override
// wins over an earlier one.
func (b Book) Rates(signal monitor.Signal, account string, m monitor.Marketplace) []Rate {
	var rates []Rate
	for _, r := range append(slices.Clip(amazon), local[m]...) {
		if r.Signal != signal {
			continue
		}
		for _, o := range b.Overrides {
			if !o.touches(signal, account, m, r.Days) {
				continue
			}
			if o.Limit != nil {
				r.Limit = *o.Limit
			}
			if o.Days != nil {
				r.Days = *o.Days
			}
			if o.EndLag != nil {
				r.EndLag = *o.EndLag
			}
			r.Source = "your configuration; Amazon: " + r.Source
		}
		rates = append(rates, r)
	}
	return rates
}

// touches says whether an override is about a rule with a window of so many days.
func (o Override) touches(signal monitor.Signal, account string, m monitor.Marketplace, days int) bool {
	return o.Signal == signal && (o.Account == "" || o.Account == account) && (o.Marketplace == "" || o.Marketplace == m) &&
		(o.MatchDays == 0 || o.MatchDays == days)
}

// Validate says what is wrong with an override, as a reason that fits after its name.
func (o Override) Validate() error {
	known := o.Signal == ValidTrackingRate || o.Signal == OnTimeDeliveryRate
	for _, r := range amazon {
		known = known || r.Signal == o.Signal
	}
	switch {
	case !known:
		return fmt.Errorf("signal %q has no limit to override; those that have: %s, %s, %s, %s, %s", o.Signal,
			LateShipmentRate, OrderDefectRate, CancellationRate, ValidTrackingRate, OnTimeDeliveryRate)
	case o.Marketplace != "" && !o.Marketplace.Known():
		return fmt.Errorf("marketplace %q is not known; write it as in the exports, for example Amazon.de", o.Marketplace)
	case o.Limit != nil && (*o.Limit <= 0 || *o.Limit >= 1):
		return fmt.Errorf("limit %g must lie between 0 and 1; 4 %% is 0.04", *o.Limit)
	case o.Days != nil && (*o.Days < 1 || *o.Days > 180):
		return fmt.Errorf("days %d must lie between 1 and 180", *o.Days)
	case o.EndLag != nil && (*o.EndLag < 0 || *o.EndLag > 60):
		return fmt.Errorf("end_lag_days %d must lie between 0 and 60", *o.EndLag)
	}
	return nil
}
