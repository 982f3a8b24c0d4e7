package checks

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// violation is one that counts. Amazon's report gives counts only, so of what the seller's own list does not have only the
// days between two reports are known.
type violation struct {
	class    monitor.MetricName
	earliest monitor.Day // it was opened on this day or later
	opened   monitor.Day // and on this one at the latest: the only day that is known where it is listed
	severity string      // of the seller's list, as written
	evidence monitor.Evidence
}

// leaves returns the day on which it no longer counts at the latest, if nothing solves it before.
func (v violation) leaves() monitor.Day { return policy.Leaves(v.class, v.opened) }

// arisen follows a class through the daily reports of a store: how many count now, and between which reports each of them
// arose. Where the count falls, the oldest are taken to have gone: those that are left stay longer then, not shorter.
func arisen(reports []monitor.Sourced[monitor.Performance], class monitor.MetricName) (now []violation, metric monitor.Metric, told bool) {
	var before monitor.Day
	for _, r := range reports {
		i := slices.IndexFunc(r.Record.Policies, func(m monitor.Metric) bool { return m.Name == class && m.Count != nil })
		if i < 0 {
			continue
		}
		metric = r.Record.Policies[i]
		n, day := *metric.Count, r.Record.Day
		earliest := before + 1
		if !told {
			earliest = day - policy.ViolationDays + 1 // it may be as old as any
		}
		now = slices.DeleteFunc(now, func(v violation) bool { return v.leaves() <= day }) // others have come in their place
		now = now[max(0, len(now)-n):]
		for len(now) < n {
			now = append(now, violation{class: class, earliest: earliest, opened: day, evidence: evidenceOf(r, "")})
		}
		before, told = day, true
	}
	// Only what the newest report says counts.
	if told && before != reports[len(reports)-1].Record.Day {
		return nil, monitor.Metric{}, false
	}
	return now, metric, told
}

// listed returns the rows of the seller's own list that still count on a day, the oldest first.
func listed(rows []monitor.Sourced[monitor.Violation], day monitor.Day) []violation {
	var all []violation
	for _, r := range rows {
		v := r.Record
		class := policy.ClassOf(v.Class)
		if v.Opened > day || policy.Leaves(class, v.Opened) <= day || policy.Solved(v.Status) {
			continue
		}
		all = append(all, violation{
			class: class, earliest: v.Opened, opened: v.Opened, severity: v.Severity,
			evidence: monitor.Evidence{SKU: v.SKU, ASIN: v.ASIN, Date: v.Opened, Why: strings.Join(strings.Fields(clipped(v.Severity)+" "+clipped(v.Status)), ", "), Source: r.Source},
		})
	}
	slices.SortStableFunc(all, func(a, b violation) int { return cmp.Compare(a.opened, b.opened) })
	return all
}

// combined joins what Amazon counts of a class with the rows of the seller's list: Amazon's count stands for the time up to its
// report, the list says which ones they are, and what it opened since comes on top.
func combined(amazon, rows []violation, reported monitor.Day) (all []violation, solved int) {
	since := slices.IndexFunc(rows, func(v violation) bool { return v.opened > reported })
	if since < 0 {
		since = len(rows)
	}
	old, fresh := rows[:since], rows[since:]
	if len(old) > len(amazon) { // the oldest are taken to be solved: those that are left stay longer
		solved = len(old) - len(amazon)
		return append(slices.Clone(old[solved:]), fresh...), solved
	}
	rest := slices.Clone(amazon)
	for _, v := range old {
		i := max(0, slices.IndexFunc(rest, func(a violation) bool { return a.earliest <= v.opened && v.opened <= a.opened }))
		rest = slices.Delete(rest, i, i+1)
	}
	all = slices.Concat(old, rest, fresh)
	slices.SortStableFunc(all, func(a, b violation) int { return cmp.Compare(a.opened, b.opened) })
	return all, 0
}

// storeOf returns the marketplace that a row of the list names in a column of its own; empty: none.
func storeOf(v monitor.Violation) monitor.Marketplace {
	if v.Extra == "" {
		return ""
	}
	var columns map[string]string
	if json.Unmarshal([]byte(v.Extra), &columns) != nil {
		return ""
	}
	for title, text := range columns {
		if t := strings.ToLower(strings.TrimSpace(title)); t == "marketplace" || t == "store" {
			m, _ := monitor.ParseMarketplace(text)
			return m
		}
	}
	return ""
}

// violationTally is what counts of some classes in one store.
type violationTally struct {
	marketplace monitor.Marketplace
	subject     func(string) string
	name        string
	all         []violation
	words       map[monitor.MetricName]monitor.Standing // Amazon's, of the classes that its report tells
	counted     bool                                    // a fresh report tells them
	idle        bool                                    // the report tells a status of the store, and nothing else
	blind       string                                  // why nothing is known; empty: something is
	notes       []string
	rows        []monitor.Sourced[monitor.Violation] // of the seller's list
	reported    monitor.Day                          // the day of Amazon's report
	asOf        time.Time
	today       monitor.Day
}

// of returns what counts of some classes.
func (t violationTally) of(classes ...monitor.MetricName) []violation {
	return slices.DeleteFunc(slices.Clone(t.all), func(v violation) bool { return !slices.Contains(classes, v.class) })
}
