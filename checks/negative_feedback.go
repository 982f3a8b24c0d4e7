package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
)

// NegativeFeedback tells of each new feedback of 1 or 2 stars, with the buyer's words.
type NegativeFeedback struct {
	Days       int           `help:"How long a feedback is new."`
	StaleAfter time.Duration `help:"Age of the newest feedback export from which the check is blind."`
}

var negativeFeedback = Entry{
	Signal: "negative_feedback",
	Title:  "Negative feedback",
	Finds:  "Each new feedback of 1 or 2 stars, quoted.",
	Counts: "Feedback by the day it was left. The export holds 1 to 3 stars only, so no share of all feedback is given; what counts is the order defect rate.",
	Advice: "Read what the buyer says and put it right today; write to them through Amazon's messages. If it is only about the product, or about FBA delivery, ask Amazon to remove it (Performance > Feedback > Request removal).",
	Source: "Amazon's order defect rate page: 1 and 2 stars are negative, 3 is neutral",
	Reads:  []monitor.ExportKind{monitor.KindFeedback, monitor.KindAllOrders},
	Needs:  [][]monitor.ExportKind{{monitor.KindFeedback}},
	New: func(Rules) monitor.Check {
		return &NegativeFeedback{Days: 14, StaleAfter: 14 * 24 * time.Hour}
	},
}

// Judge implements monitor.Check.
func (c *NegativeFeedback) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	asOf := newest(arrivals, monitor.KindFeedback)
	// A day of the marketplace may be a day ahead of or behind UTC; each feedback is placed on its own clock below.
	today := monitor.DayOf(k.At(), time.UTC)
	rated, err := k.NegativeFeedback(ctx, today-monitor.Day(c.Days)-1, today+1)
	if err != nil {
		return nil, err
	}
	var findings []monitor.Finding
	for _, r := range rated {
		clock := r.Marketplace.Clock()
		here := monitor.DayOf(k.At(), clock)
		if r.Day > here || r.Day <= here-monitor.Day(c.Days) {
			continue
		}
		findings = append(findings, c.finding(r, asOf))
	}
	switch missing := tooOld("feedback export", asOf, k.At(), c.StaleAfter); {
	case missing != "":
		findings = append(findings, monitor.Finding{
			Severity: monitor.Blind, DataAsOf: asOf,
			Summary: "New negative feedback cannot be seen: " + missing + ".",
			Advice:  "Download the feedback report (Performance > Feedback > Download) once a week and put it into this account's folder.",
		})
	case len(findings) == 0:
		findings = append(findings, monitor.Finding{
			Severity: monitor.OK, DataAsOf: asOf,
			Summary: fmt.Sprintf("No feedback of 1 or 2 stars in the last %s.", count(c.Days, "day", "days")),
			Advice:  "Nothing to do.",
		})
	}
	return findings, nil
}

func (c *NegativeFeedback) finding(r monitor.Rated, asOf time.Time) monitor.Finding {
	stars := float64(r.Rating)
	f := monitor.Finding{
		Marketplace: r.Marketplace, Subject: r.OrderID, Severity: monitor.Warning, Value: &stars, Defects: 1,
		Summary:  fmt.Sprintf("%s from a buyer on %s for order %s.", count(r.Rating, "star", "stars"), r.Day.Short(), r.OrderID),
		Advice:   negativeFeedback.Advice,
		DataAsOf: asOf,
		Evidence: []monitor.Evidence{{OrderID: r.OrderID, Date: r.Day, Why: count(r.Rating, "star", "stars")}},
	}
	if strings.TrimSpace(r.Comment) != "" {
		f.Quotes = []monitor.Quote{{OrderID: r.OrderID, Day: r.Day, Rating: r.Rating, Comment: r.Comment}}
	}
	if len(r.SKUs) > 0 {
		f.Details = append(f.Details, "Sold: "+strings.Join(r.SKUs, ", ")+".")
	}
	if r.Response != "" {
		f.Details = append(f.Details, "You have answered it.")
	}
	if r.Marketplace == "" {
		f.Details = append(f.Details, "No order export has shown this order, so it is not in the order defect rate here.")
	}
	return f
}
