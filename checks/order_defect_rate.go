package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// OrderDefectRate warns of orders with negative feedback, an A-to-z claim or a chargeback.
type OrderDefectRate struct {
	WarningAt          float64       `help:"Probability of reaching the limit within 14 days from which it warns, 0..1. 0.25 means about 0.035 warnings a month and account that come to nothing, 0.4 about 0.025, 0.15 about 0.055; lower warns earlier (docs/foresight.md)."`
	WarningUntil       float64       `help:"A warning stays until that probability is below this, 0..1."`
	WatchAt            float64       `help:"Probability from which it is worth a look, 0..1."`
	FeedbackStaleAfter time.Duration `help:"Age of the newest feedback export from which a clean rate is no answer."`

	book policy.Book
}

var orderDefects = Entry{
	Signal: policy.OrderDefectRate,
	Title:  "Order defect rate",
	Finds:  "Orders with 1-2 star feedback, an A-to-z claim or a chargeback: Amazon's limit is 1 %, seller-fulfilled and FBA apart.",
	Counts: "Orders by purchase date over 60 days that end 15 days ago; an order with two defects counts once; exactly 1 % is a breach. " +
		"Defects on the last 15 days' orders are not in today's rate but will be: the outlook shows them. Amazon's own figure, where a performance report has it, is compared in account_health.",
	Advice: "Answer every open A-to-z claim within 48 hours and every chargeback within 7 days. Ask Amazon to remove feedback that is only about the product or, " +
		"for FBA, about delivery. Refunding after a claim was filed does not take it out.",
	Source: "Amazon's order defect rate page; window from two seller performance reports",
	Reads:  []monitor.ExportKind{monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindFulfilledShipments, monitor.KindFeedback, monitor.KindClaims, monitor.KindSellerReturns},
	Needs:  [][]monitor.ExportKind{{monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindFulfilledShipments}, {monitor.KindFeedback}},
	New: func(r Rules) monitor.Check {
		return &OrderDefectRate{WarningAt: 0.25, WarningUntil: 0.03, WatchAt: 0.1, FeedbackStaleAfter: 14 * 24 * time.Hour, book: r.Book}
	},
}

// Judge implements monitor.Check.
func (c *OrderDefectRate) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	findings, err := rateJudge{
		book: c.book, signal: orderDefects.Signal, name: orderDefects.Title, one: "order with a defect", many: "orders with a defect",
		alarm: forecast.Alarm{From: c.WarningAt, Until: c.WarningUntil, Evidence: evidence}, watchAt: c.WatchAt, delays: forecast.Waiting(3, 12, 75),
		sources: func(r policy.Rate, arrivals []monitor.Arrival, at time.Time) sources {
			kinds := []monitor.ExportKind{monitor.KindAllOrders, monitor.KindOrderReport}
			if r.Channel == monitor.FBA {
				kinds[1] = monitor.KindFulfilledShipments // the order report has no FBA orders
			}
			orders := newest(arrivals, kinds...)
			feedback := newest(arrivals, monitor.KindFeedback)
			s := sources{asOf: orders}
			// The window ends EndLag days ago; a few days less of its 60 change nothing.
			if s.missing = tooOld("order export", orders, at, time.Duration(r.EndLag+5)*24*time.Hour); s.missing != "" {
				s.settles = "Download All Orders (Reports > Fulfilment > All Orders) and put it into this account's folder."
				return s
			}
			if s.missing = tooOld("feedback export", feedback, at, c.FeedbackStaleAfter); s.missing != "" {
				s.settles = "Download the feedback report (Performance > Feedback > Download) once a week and put it into this account's folder."
			} else if feedback.Before(s.asOf) {
				s.asOf = feedback
			}
			if newest(arrivals, monitor.KindClaims).IsZero() {
				s.notes = []string{"A-to-z claims and chargebacks are not included: Amazon exports none. Keep them in claims.csv."}
			}
			return s
		},
		unknown: func(*monitor.Sums, monitor.Window, monitor.Day) (int, string) { return 0, "" },
		why:     whyDefective, kinds: defectKinds, advice: orderDefects.Advice,
	}.judge(ctx, k)
	if err != nil {
		return nil, err
	}
	if err := complainOf(ctx, k, findings); err != nil {
		return nil, err
	}
	today := monitor.DayOf(k.At(), time.UTC)
	orphans, err := k.Orphans(ctx, today-75, today)
	if err != nil || orphans == 0 {
		return findings, err
	}
	for i := range findings {
		findings[i].Details = append(findings[i].Details, fmt.Sprintf("%s of the last 75 days %s orders that no export has shown; they are not counted. All Orders of that time settles it.",
			count(orphans, "feedback or claim", "feedbacks or claims"), names(orphans)))
	}
	return findings, nil
}

func names(n int) string {
	if n == 1 {
		return "names"
	}
	return "name"
}

// whyDefective says what counts against an order.
func whyDefective(o monitor.Order, at time.Time) string {
	clock := o.Marketplace.Clock()
	var why []string
	if f := o.Feedback; f != nil && f.Negative() && !f.Day.Start(clock).After(at) {
		why = append(why, fmt.Sprintf("%s on %s", count(f.Rating, "star", "stars"), f.Day.Short()))
	}
	for _, c := range o.Claims {
		if c.Opened.Start(clock).After(at) || !c.Counts() && !c.Settled.After(at) {
			continue
		}
		name := "A-to-z claim"
		if c.Kind == monitor.Chargeback {
			name = "chargeback"
		}
		why = append(why, fmt.Sprintf("%s opened %s (%s)", name, c.Opened.Short(), c.Status))
	}
	return strings.Join(why, ", ")
}
