package checks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// complaintJudge is what all checks of complaints by cause have in common: which product has more of them than is usual, or
// as many as Amazon acts on.
type complaintJudge struct {
	cause      monitor.Cause
	says       string        // of what buyers say: "that the wrong item came"
	typical    float64       // complaints an order that any account may have, before much is seen of this one; 0: no number of them is usual
	perYear    float64       // false alarms a year and account, at most
	acting     policy.Acting // the counts at which Amazon is known to act; zero: none is known
	staleAfter time.Duration
	returned   bool   // most complaints of the kind are made in returns: without them nothing is judged
	also       string // a sentence for those who read a finding
	advice     string
}

// judge gathers what names the cause, and returns a finding for each product that has news. Violations of the class count as
// complaints that Amazon has acted on.
func (j complaintJudge) judge(ctx context.Context, k monitor.Known) (*complaintBook, []monitor.Finding, error) {
	c, violations, err := openChapter(ctx, k, j.cause, j.staleAfter)
	switch {
	case err != nil:
		return nil, nil, err
	case len(c.products) == 0 && len(c.unclear) == 0, j.returned && j.missing(c.complaintBook, k.At()) != "":
		return c.complaintBook, nil, nil
	}
	return c.complaintBook, j.findings(c, violations), nil
}

// alone is the whole of a check that reads nothing but complaints and violations.
func (j complaintJudge) alone(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	b, findings, err := j.judge(ctx, k)
	if err != nil {
		return nil, err
	}
	return j.conclude(b, k, findings), nil
}

// missing says why the complaints cannot be judged; empty: they can.
func (j complaintJudge) missing(b *complaintBook, at time.Time) string {
	if j.returned {
		return tooOld("returns report", b.returns, at, j.staleAfter)
	}
	return tooOld("feedback or returns report", b.asOf, at, j.staleAfter)
}

// conclude adds what is known of the complaints as a whole: that there is nothing to tell, or that it cannot be known.
func (j complaintJudge) conclude(b *complaintBook, k monitor.Known, findings []monitor.Finding) []monitor.Finding {
	bad := map[monitor.Marketplace]bool{}
	for _, f := range findings {
		if f.Severity.Worse(monitor.OK) {
			bad[f.Marketplace] = true
		}
	}
	if missing := j.missing(b, k.At()); missing != "" {
		blind := monitor.Finding{Severity: monitor.Blind, DataAsOf: b.asOf, Advice: downloadReturns,
			Summary: fmt.Sprintf("Whether buyers say %s cannot be judged: %s.", j.says, missing)}
		if len(bad) == 0 {
			return append(findings, blind)
		}
		// What is bad is told; of the other stores nothing is known.
		for _, m := range k.Account().Marketplaces {
			if !bad[m] && m != monitor.NonAmazon {
				blind.Marketplace = m
				findings = append(findings, blind)
			}
		}
		return findings
	}
	if len(bad) > 0 {
		return findings
	}
	ok := monitor.Finding{Severity: monitor.OK, DataAsOf: b.asOf, Advice: "Nothing to do.", Summary: fmt.Sprintf("No product has buyers who say %s (%s).", j.says, days(b.window(product{}, len(windows)-1)))}
	if j.typical > 0 {
		ok.Summary = fmt.Sprintf("No product has unusually many buyers who say %s (%s).", j.says, days(b.window(product{}, len(windows)-1)))
	}
	for kind, what := range map[string]time.Time{"returns report": b.returns, "feedback report": b.feedback} {
		if missing := tooOld(kind, what, k.At(), j.staleAfter); missing != "" {
			ok.Details = append(ok.Details, fmt.Sprintf("What buyers write there is not in it: %s.", missing))
		}
	}
	slices.Sort(ok.Details)
	return append(findings, ok)
}

// downloadReturns is what to do where complaints cannot be seen.
const downloadReturns = "Download the returns reports (Reports > Fulfilment > FBA customer returns, and Orders > Manage returns) and the feedback report (Performance > Feedback) every week and put them into this account's folder."

// findings judges every product that somebody complains of.
func (j complaintJudge) findings(b *chapter, violations map[product][]monitor.Sourced[monitor.Violation]) []monitor.Finding {
	sc := j.scale(b)
	var findings []monitor.Finding
	for _, p := range slices.SortedFunc(maps.Keys(b.products), func(x, y product) int {
		return cmp.Or(cmp.Compare(x.marketplace, y.marketplace), cmp.Compare(x.name, y.name))
	}) {
		if f, ok := j.product(b, p, sc, violations[p]); ok {
			findings = append(findings, f)
		}
	}
	slices.SortStableFunc(findings, func(x, y monitor.Finding) int {
		return cmp.Or(y.Severity.Rank()-x.Severity.Rank(), cmp.Compare(y.Defects, x.Defects))
	})
	findings = append(findings, j.unclear(b)...)
	if f, ok := j.pattern(b, sc, violations); ok {
		findings = append([]monitor.Finding{f}, findings...)
	}
	for i := range findings {
		findings[i].DataAsOf = b.asOf
	}
	return findings
}

// unclear tells of complaints that Amazon acts on, of which the product is not known.
func (j complaintJudge) unclear(b *chapter) (findings []monitor.Finding) {
	if j.acting.Watch == 0 {
		return nil
	}
	one := 1.0
	for _, c := range b.unclear {
		w := b.window(product{marketplace: c.Marketplace}, len(windows)-1)
		f := monitor.Finding{Marketplace: c.Marketplace, Subject: orderOf(c), Severity: monitor.Watch, Value: &one, Defects: 1, Window: &w, Advice: j.advice,
			Summary: fmt.Sprintf("A buyer says %s about order %s of several products (%s): which one is meant is not known.", j.says, orderOf(c), c.Day.Short())}
		if len(c.SKUs)+len(c.ASINs) == 0 {
			f.Summary = fmt.Sprintf("A buyer says %s about order %s (%s), which no order export shows.", j.says, orderOf(c), c.Day.Short())
		}
		if j.acting.Warning == 1 {
			f.Severity = monitor.Warning
		}
		if len(c.SKUs) > 0 {
			f.Details = []string{"Ordered: " + strings.Join(c.SKUs, ", ") + "."}
		}
		f.Evidence, f.Quotes = j.evidence([]monitor.Complaint{c})
		findings = append(findings, f)
	}
	return findings
}

// pattern tells of complaints spread over several products: what takes an account rather than a listing.
func (j complaintJudge) pattern(b *chapter, sc scale, violations map[product][]monitor.Sourced[monitor.Violation]) (monitor.Finding, bool) {
	if j.acting.Products == 0 {
		return monitor.Finding{}, false
	}
	var names []string
	listed := 0 // of those, products with violations
	var all []monitor.Complaint
	var evidence []monitor.Evidence
	buyers := map[string]bool{}
	for p, c := range b.products {
		open := violations[p]
		if c.buyers[len(windows)-1]+len(open) == 0 {
			continue
		}
		names = append(names, p.name)
		if len(open) > 0 {
			listed++
		}
		for _, about := range c.about {
			buyers[orderOf(about)] = true
		}
		all = append(all, c.about...)
		for _, v := range open {
			evidence = append(evidence, violationEvidence(v))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names) // one product in several marketplaces
	if len(names) < j.acting.Products || listed < j.acting.Products && j.acting.Usual && !sc.whole {
		return monitor.Finding{}, false
	}
	slices.SortFunc(all, func(a, b monitor.Complaint) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.OrderID, b.OrderID), cmp.Compare(a.Source.String(), b.Source.String()))
	})
	slices.SortFunc(evidence, func(a, b monitor.Evidence) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(a.ASIN, b.ASIN), cmp.Compare(a.Source.String(), b.Source.String()))
	})
	value, limit, none := float64(len(names)), float64(j.acting.Products), 0
	w := b.window(product{}, len(windows)-1)
	f := monitor.Finding{
		Subject: "several products", Severity: monitor.Critical, Value: &value, Limit: &limit, Headroom: &none, Defects: len(buyers) + len(evidence), Window: &w, Advice: j.advice,
		Summary: fmt.Sprintf("Complaints %s are about %d different products (%s): such a pattern is known to cost the account, not only the listings.", j.says, len(names), days(w)),
		Details: []string{"Products: " + strings.Join(names[:min(len(names), 10)], ", ") + "."},
	}
	f.Evidence, f.Quotes = j.evidence(all)
	f.Evidence = append(f.Evidence, evidence...)
	return f, true
}
