package checks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// PolicyViolations counts violations of listing and other policies, and customer complaints about authenticity, condition and
// safety, class by class.
type PolicyViolations struct {
	ReportAge time.Duration `help:"Age of the newest performance report from which Amazon's counts are not used."`
}

var policyViolations = Entry{
	Signal: "policy_violations",
	Title:  "Policy violations",
	Finds:  "Violations of listing, review and other policies, requests for documents, and complaints about authenticity, condition and safety as Amazon counts them, class by class, with the day on which each leaves the page.",
	Counts: "As intellectual property, each class by itself. One complaint about authenticity or safety is a warning already: it can take the listing with it. No repeat limit is published for these classes; that of infringements, 5 within 180 days, is taken. " +
		"Intellectual property and restricted products have checks of their own.",
	Advice: "Appeal or mend each one on the Account Health page, the severest first: authenticity with invoices of the last 365 days, condition and safety with what you changed, listings by editing them. Upload requested documents before their date. Do not delete listings: that clears nothing.",
	Source: "Amazon's Account Health page; the seller performance report",
	Reads:  []monitor.ExportKind{monitor.KindPerformance, monitor.KindViolations},
	Needs:  [][]monitor.ExportKind{{monitor.KindPerformance, monitor.KindViolations}},
	Daily:  true,
	New:    func(Rules) monitor.Check { return &PolicyViolations{ReportAge: 7 * 24 * time.Hour} },
}

// ofPolicy says whether a class is told by policy_violations.
func ofPolicy(class monitor.MetricName) bool {
	return !policy.Infringement(class) && class != monitor.RestrictedProducts && class != monitor.PolicyViolationWarnings
}

// Judge implements monitor.Check.
func (c *PolicyViolations) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	j := violationJudge{title: policyViolations.Title, mine: ofPolicy, reportAge: c.ReportAge, advice: policyViolations.Advice}
	tallies, err := j.tallies(ctx, k)
	if err != nil {
		return nil, err
	}
	var findings []monitor.Finding
	for _, t := range tallies {
		if t.blind != "" {
			findings = append(findings, j.blindFinding(t))
			continue
		}
		findings = append(findings, c.judgeStore(j, t)...)
	}
	return findings, nil
}

// judgeStore returns a finding for each class of which something counts, or that Amazon flags, and one where there is none.
func (c *PolicyViolations) judgeStore(j violationJudge, t violationTally) []monitor.Finding {
	var classes []monitor.MetricName
	for _, v := range t.all {
		if !slices.Contains(classes, v.class) {
			classes = append(classes, v.class)
		}
	}
	for class, status := range t.words {
		if severity, _ := meaning(status); severity.Worse(monitor.OK) && !slices.Contains(classes, class) {
			classes = append(classes, class)
		}
	}
	slices.Sort(classes)
	var findings []monitor.Finding
	for _, class := range classes {
		limit, _ := policy.RepeatLimit(class)
		label := policy.ClassLabel(class)
		f := j.finding(t, label, "Policy violations, "+label, limit, class)
		if f.Defects > 0 && serious(class) {
			f.Severity, f.Advice = worse(f.Severity, monitor.Warning), policyViolations.Advice
		}
		findings = append(findings, f)
	}
	if len(findings) == 0 {
		none := 0.0
		source := "Amazon's count"
		if !t.counted {
			source = "your list"
		}
		findings = append(findings, monitor.Finding{Marketplace: t.marketplace, Subject: t.subject("policies"), Severity: monitor.OK, Value: &none, DataAsOf: t.asOf,
			Summary: fmt.Sprintf("No policy violation counts by %s.", source), Details: t.notes, Advice: "Nothing to do."})
	}
	return findings
}

// serious says whether one violation of a class is a warning: complaints that take listings down, and requests that have a date.
func serious(class monitor.MetricName) bool {
	switch class {
	case monitor.AuthenticityComplaints, monitor.SafetyComplaints, monitor.FoodAndSafetyIssues, monitor.DocumentRequests:
		return true
	}
	return false
}
