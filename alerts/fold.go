package alerts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// sortOut makes one finding of those that are about one problem, and sets the blind ones apart, the most specific
// first. A severity that is none of the known ones is no judgement, so it counts as blind.
func sortOut(r Round) (judged map[monitor.AlertKey]monitor.Finding, blind []monitor.Finding) {
	same := map[monitor.AlertKey][]monitor.Finding{}
	for _, f := range r.Findings {
		f.Account, f.Signal = r.Account, r.Signal
		if f.Severity.Rank() < monitor.OK.Rank() {
			f.Severity = monitor.Blind
			blind = append(blind, f)
			continue
		}
		same[f.Key()] = append(same[f.Key()], f)
	}
	judged = make(map[monitor.AlertKey]monitor.Finding, len(same))
	for key, findings := range same {
		judged[key] = fold(findings)
	}
	slices.SortFunc(blind, func(a, b monitor.Finding) int {
		return cmp.Or(cmp.Compare(breadth(a), breadth(b)), strings.Compare(a.Summary, b.Summary), compareWhole(a, b))
	})
	return judged, blind
}

// fold lets the worst of the findings about one problem lead, by severity and then by the least headroom, and adds a
// line for each of the others to its details. What repeats a line that is there already is left out.
func fold(findings []monitor.Finding) monitor.Finding {
	slices.SortFunc(findings, func(a, b monitor.Finding) int {
		return cmp.Or(
			b.Severity.Rank()-a.Severity.Rank(),
			compareHeadroom(a.Headroom, b.Headroom),
			strings.Compare(a.Summary, b.Summary),
			compareWhole(a, b),
		)
	})
	lead := findings[0]
	lead.Details = slices.Clip(lead.Details)
	for _, other := range findings[1:] {
		line := other.Summary
		if line == "" {
			line = fmt.Sprintf("Another finding about it, %s, says nothing more.", other.Severity)
		}
		if line != lead.Summary && !slices.Contains(lead.Details, line) {
			lead.Details = append(lead.Details, line)
		}
	}
	return lead
}

// compareHeadroom puts the least headroom first and findings without one last.
func compareHeadroom(a, b *int) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*a, *b)
}

// compareWhole orders findings that agree in all that matters, so that the order in which they came does not.
func compareWhole(a, b monitor.Finding) int {
	return strings.Compare(whole(a), whole(b))
}

// whole writes out a finding. JSON has no word for a rate that is not a number; the texts must do then.
func whole(f monitor.Finding) string {
	b, err := json.Marshal(f)
	if err != nil {
		return fmt.Sprint(f.Advice, f.Details, f.Defects, f.Orders)
	}
	return string(b)
}

// breadth counts how much a blind finding leaves open: 0 names one subject of one marketplace, 2 covers everything.
func breadth(f monitor.Finding) int {
	n := 0
	if f.Marketplace == "" {
		n++
	}
	if f.Subject == "" {
		n++
	}
	return n
}

// covering returns the most specific blind finding that covers a problem: an empty marketplace or subject covers all.
func covering(blind []monitor.Finding, key monitor.AlertKey) (monitor.Finding, bool) {
	for _, f := range blind {
		if (f.Marketplace == "" || f.Marketplace == key.Marketplace) && (f.Subject == "" || f.Subject == key.Subject) {
			return f, true
		}
	}
	return monitor.Finding{}, false
}
