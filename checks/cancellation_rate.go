package checks

import (
	"context"
	"fmt"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// CancellationRate warns of seller-fulfilled orders cancelled before they were shipped.
type CancellationRate struct {
	WarningAt    float64       `help:"Probability of reaching the limit within 14 days from which it warns, 0..1. 0.35 means about 0.03 warnings a month and account that come to nothing, 0.5 about 0.025, 0.2 about 0.045; lower warns earlier (docs/foresight.md)."`
	WarningUntil float64       `help:"A warning stays until that probability is below this, 0..1."`
	WatchAt      float64       `help:"Probability from which it is worth a look, 0..1."`
	StaleAfter   time.Duration `help:"Age of the newest All Orders export from which the check is blind."`

	book policy.Book
}

var cancellations = Entry{
	Signal: policy.CancellationRate,
	Title:  "Cancellation rate",
	Finds:  "Seller-fulfilled orders that the seller cancelled before shipping, or that Amazon cancelled for want of a confirmation: the limit is 2.5 % over 7 days.",
	Counts: "Orders by purchase date over 7 days that end yesterday. Exports do not say who cancelled: an order counts unless it never left Pending or an export shows that the buyer asked for it. " +
		"An order with a single cancelled line counts. Amazon's own figure, where a performance report has it, is compared in account_health.",
	Advice: "Do not cancel orders you can still ship. If stock ran out, correct the quantities in Manage Inventory today; if the buyer asked, make sure the request came through Amazon's cancel option.",
	Source: "Amazon's cancellation rate page; window from the seller performance report",
	Reads:  []monitor.ExportKind{monitor.KindAllOrders, monitor.KindUnshippedOrders},
	Needs:  [][]monitor.ExportKind{{monitor.KindAllOrders}},
	New: func(r Rules) monitor.Check {
		return &CancellationRate{WarningAt: 0.35, WarningUntil: 0.03, WatchAt: 0.2, StaleAfter: 72 * time.Hour, book: r.Book}
	},
}

// Judge implements monitor.Check.
func (c *CancellationRate) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return rateJudge{
		book: c.book, signal: cancellations.Signal, name: cancellations.Title, one: "cancelled order", many: "cancelled orders",
		alarm: forecast.Alarm{From: c.WarningAt, Until: c.WarningUntil, Evidence: evidence}, watchAt: c.WatchAt, delays: forecast.Waiting(0, 2, 14),
		sources: func(_ policy.Rate, arrivals []monitor.Arrival, at time.Time) sources {
			asOf := newest(arrivals, monitor.KindAllOrders)
			return sources{
				asOf: asOf, missing: tooOld("All Orders export", asOf, at, c.StaleAfter),
				settles: "Download All Orders by last update every day (Reports > Fulfilment > All Orders): no other export shows cancelled orders.",
			}
		},
		unknown: func(*monitor.Sums, monitor.Window, monitor.Day) (int, string) { return 0, "" },
		why: func(o monitor.Order, _ time.Time) string {
			if o.Status == monitor.Cancelled {
				return "cancelled by " + o.Cancelled.In(o.Marketplace.Clock()).Format("2 Jan 15:04")
			}
			return fmt.Sprintf("a line cancelled by %s", o.ItemCancelled.In(o.Marketplace.Clock()).Format("2 Jan 15:04"))
		},
		advice: cancellations.Advice,
	}.judge(ctx, k)
}
