package checks

import (
	"context"
	"fmt"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// LateShipmentRate warns of seller-fulfilled orders confirmed after their ship-by date, over 30 and over 10 days.
type LateShipmentRate struct {
	WarningAt    float64       `help:"Probability of reaching the limit within 14 days from which it warns, 0..1. 0.25 means about 0.05 warnings a month and account that come to nothing, 0.4 about 0.04, 0.15 about 0.07; lower warns earlier (docs/foresight.md)."`
	WarningUntil float64       `help:"A warning stays until that probability is below this, 0..1."`
	WatchAt      float64       `help:"Probability from which it is worth a look, 0..1."`
	MaxUnknown   float64       `help:"Share of orders of unknown outcome from which a rate under the limit is no answer, 0..1."`
	StaleAfter   time.Duration `help:"Age of the newest order export from which the check is blind."`

	book policy.Book
}

var lateShipment = Entry{
	Signal: policy.LateShipmentRate,
	Title:  "Late shipment rate",
	Finds:  "Seller-fulfilled orders confirmed after their ship-by date: Amazon's limit is 4 % over 30 and over 10 days.",
	Counts: "Orders by ship-by day on the marketplace's clock. Late: the confirmation came after the ship-by date, whatever ship date was typed. " +
		"Orders of which no export tells the confirmation are shown as not known. Cancelled orders and FBA are left out. Orders that are not confirmed and due within four days are counted by ship-by hour: what the rate becomes if none of them ships in time, and how many must. Amazon's own figure, where a performance report has it, is compared in account_health.",
	Advice: "Confirm every order that is due today. Look at the causes named here first; lengthen handling time or pause the listings that cannot be shipped in time.",
	Source: "Amazon's late shipment rate page; windows from the seller performance report",
	Reads:  []monitor.ExportKind{monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindUnshippedOrders, monitor.KindShippingConfirmation},
	Needs:  [][]monitor.ExportKind{{monitor.KindAllOrders, monitor.KindUnshippedOrders, monitor.KindShippingConfirmation}},
	New: func(r Rules) monitor.Check {
		return &LateShipmentRate{WarningAt: 0.25, WarningUntil: 0.025, WatchAt: 0.1, MaxUnknown: 0.02, StaleAfter: 72 * time.Hour, book: r.Book}
	},
}

// Judge implements monitor.Check.
func (c *LateShipmentRate) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return rateJudge{
		book: c.book, signal: lateShipment.Signal, name: lateShipment.Title, one: "late order", many: "late orders",
		alarm: forecast.Alarm{From: c.WarningAt, Until: c.WarningUntil, Evidence: evidence}, watchAt: c.WatchAt, delays: forecast.Delays{0, 1}, atOnce: true, inHands: true, maxUnknown: c.MaxUnknown,
		sources: func(_ policy.Rate, arrivals []monitor.Arrival, at time.Time) sources {
			asOf := confirmedUpTo(arrivals)
			return sources{
				asOf: asOf, missing: tooOld("export that tells which orders are confirmed", asOf, at, c.StaleAfter),
				settles: "Download All Orders by last update and Unshipped Orders every day and put them into this account's folder.",
			}
		},
		unknown: func(t *monitor.Sums, w monitor.Window, today monitor.Day) (int, string) {
			undated := t.Count(monitor.Undated, w.From, w.To)
			// What is due today and not confirmed yet is not late yet, and not unknown either.
			to := min(w.To, today-1)
			open := t.Count(monitor.Due, w.From, to) - t.Count(monitor.ConfirmedOnTime, w.From, to) - t.Count(monitor.ConfirmedLate, w.From, to)
			settles := "All Orders by last update, downloaded every day, tells when each order was confirmed; a single download weeks later cannot."
			if undated > open {
				settles = "The order report (Orders > Order Reports > New Orders) tells the ship-by date of each order."
			}
			return undated + max(0, open), settles
		},
		why: whyLate, advice: lateShipment.Advice,
	}.judge(ctx, k)
}

// whyLate says by how much an order was late.
func whyLate(o monitor.Order, at time.Time) string {
	confirmed := o.Confirmed()
	if confirmed.IsZero() || confirmed.After(at) {
		return "late, not known to be confirmed yet"
	}
	return fmt.Sprintf("up to %s late", span(confirmed.Sub(o.ShipBy)))
}
