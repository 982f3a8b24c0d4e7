package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// judgeWithVoice judges complaints of a cause, and what Amazon says of the same in Voice of the Customer, where it compares
// each product with similar ones: the only word on a category that any export has.
func (j complaintJudge) judgeWithVoice(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	b, findings, err := j.judge(ctx, k)
	if err != nil {
		return nil, err
	}
	voice, err := monitor.ListedOf[monitor.CustomerVoice](ctx, k, monitor.KindVoice)
	if err != nil {
		return nil, err
	}
	if k.At().Sub(voice.AsOf) <= j.staleAfter {
		findings = append(findings, j.voices(voice)...)
	}
	return j.conclude(b, k, findings), nil
}

// voices returns a finding for each product that Amazon rates poor or very poor for the cause. What the page gives no reason
// for, or another one than the three causes, is told as not as described.
func (j complaintJudge) voices(voice monitor.Listed[monitor.CustomerVoice]) (findings []monitor.Finding) {
	bad, orders := 0, 0
	for _, v := range voice.Rows {
		if v.Record.NCXOrders != nil && v.Record.Orders != nil {
			bad, orders = bad+*v.Record.NCXOrders, orders+*v.Record.Orders
		}
	}
	seen := map[string]bool{}
	for _, s := range voice.Rows {
		v := s.Record
		cause, ok := policy.CauseOfVoice(v.Reason)
		if !ok {
			cause = monitor.CauseNotAsDescribed
		}
		severity := monitor.OK
		switch v.Health {
		case monitor.HealthVeryPoor:
			severity = monitor.Warning
		case monitor.HealthPoor:
			severity = monitor.Watch
		}
		// One buyer makes half of the rate of a product that sells twice a month.
		if v.NCXOrders != nil && *v.NCXOrders <= 1 && severity != monitor.OK {
			severity = monitor.Watch
		}
		if cause != j.cause || severity == monitor.OK {
			continue
		}
		subject := "Voice of the Customer: " + cmp.Or(v.SKU, v.ASIN)
		if seen[subject] { // in another condition or store
			subject += " (" + v.ASIN + ", " + v.Condition + ")"
		}
		seen[subject] = true
		f := monitor.Finding{Subject: subject, Severity: severity, Value: v.NCXRate, DataAsOf: voice.AsOf, Advice: j.advice,
			Evidence: []monitor.Evidence{{SKU: v.SKU, ASIN: v.ASIN, Date: v.When(), Why: "rated " + v.Health, Source: s.Source}}}
		f.Summary = fmt.Sprintf("Amazon rates %s %q against similar offers", v.ASIN, v.Health)
		if v.NCXOrders != nil && v.Orders != nil {
			f.Defects, f.Orders = *v.NCXOrders, *v.Orders
			f.Summary += fmt.Sprintf(": a bad experience on %s of %s", number(f.Defects), count(f.Orders, "order", "orders"))
		}
		if v.Health == monitor.HealthVeryPoor {
			f.Summary += "; it may close the offer, or has."
		} else {
			f.Summary += "; the offer is at risk of being closed."
		}
		if v.Reason != "" {
			f.Details = append(f.Details, "The most common reason: "+v.Reason+".")
		}
		if v.NCXRate != nil && orders > f.Orders {
			f.Details = append(f.Details, fmt.Sprintf("That is %s; of the account's other products together it is %s.",
				percent(*v.NCXRate, 1), percent(float64(bad-f.Defects)/float64(orders-f.Orders), 1)))
		}
		if f.Defects == 1 {
			f.Details = append(f.Details, "A single order stands behind it.")
		}
		findings = append(findings, f)
	}
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), cmp.Compare(b.Defects, a.Defects))
	})
	return findings
}
