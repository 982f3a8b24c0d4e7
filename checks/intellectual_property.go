package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// IntellectualProperty counts complaints and violations of the rights of others against the limit for which Amazon suspends.
type IntellectualProperty struct {
	ReportAge time.Duration `help:"Age of the newest performance report from which Amazon's counts are not used."`
}

var intellectualProperty = Entry{
	Signal: "intellectual_property",
	Title:  "Intellectual property",
	Finds:  "Received complaints about intellectual property and suspected violations: most policies suspend at 5 within 180 days, whatever the account health rating is.",
	Counts: "What Amazon's newest performance report counts, and what you opened in violations.csv since; without a fresh report, your list alone. A violation counts for 180 days from the day it was opened unless an appeal or a fix clears it: a status such as resolved or retracted. " +
		"A deleted listing clears nothing. The report gives counts without dates, so where your list does not name a violation its day is that of the report in which the count rose, and where the count falls the oldest are taken to have gone.",
	Advice: "Ask the rights owner to retract, or appeal with an invoice and a letter of authorisation; edit listings that only name a brand. Do not delete listings. Take down today what else you sell of the same brand without papers.",
	Source: "repeat limits of Amazon's notices; Amazon's Account Health page",
	Reads:  []monitor.ExportKind{monitor.KindPerformance, monitor.KindViolations},
	Needs:  [][]monitor.ExportKind{{monitor.KindPerformance, monitor.KindViolations}},
	Daily:  true,
	New:    func(Rules) monitor.Check { return &IntellectualProperty{ReportAge: 7 * 24 * time.Hour} },
}

// Judge implements monitor.Check.
func (c *IntellectualProperty) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	j := violationJudge{title: intellectualProperty.Title, mine: policy.Infringement, reportAge: c.ReportAge, advice: intellectualProperty.Advice}
	tallies, err := j.tallies(ctx, k)
	if err != nil {
		return nil, err
	}
	limit, _ := policy.RepeatLimit(monitor.ReceivedIPComplaints)
	var findings []monitor.Finding
	for _, t := range tallies {
		if t.blind != "" {
			findings = append(findings, j.blindFinding(t))
			continue
		}
		findings = append(findings, j.finding(t, "infringements", intellectualProperty.Title, limit, monitor.ReceivedIPComplaints, monitor.SuspectedIPViolations))
	}
	return findings, nil
}
