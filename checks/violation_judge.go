package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// violationJudge is what the checks of violations have in common.
type violationJudge struct {
	title     string
	mine      func(monitor.MetricName) bool // the classes that the check tells of
	reportAge time.Duration
	advice    string
}

const (
	noList      = "no performance report tells Amazon's counts, and you keep no list of violations"
	settlesList = "Copy the Account Health page into violations.csv (`goodstanding template violations` prints its columns), one row for each violation; a list with the header alone says that there is none."
)

// tallies returns what counts in each store, by what Amazon's newest report and the seller's list say.
func (j violationJudge) tallies(ctx context.Context, k monitor.Known) ([]violationTally, error) {
	stores, err := standings(ctx, k)
	if err != nil {
		return nil, err
	}
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	today := monitor.DayOf(k.At(), time.UTC)
	rows, err := monitor.RecordsOf[monitor.Violation](ctx, k, monitor.KindViolations, today-policy.ViolationDays-3, today+1)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r monitor.Sourced[monitor.Violation]) bool { return !j.mine(policy.ClassOf(r.Record.Class)) })
	listedAt := newest(arrivals, monitor.KindViolations)
	var all []violationTally
	for _, s := range stores {
		all = append(all, j.counts(s, k.At()))
	}
	// A list that names no store is of the only one that there is.
	var homeless []monitor.Sourced[monitor.Violation]
	for _, r := range rows {
		m := storeOf(r.Record)
		i := slices.IndexFunc(all, func(t violationTally) bool { return m != "" && t.marketplace == m || m == "" && len(all) == 1 })
		if i < 0 {
			homeless = append(homeless, r)
			continue
		}
		all[i].rows = append(all[i].rows, r)
	}
	for i := range all {
		all[i].join(k.At(), listedAt)
	}
	// A store of which the report tells a status only has nothing to count, if others have.
	if slices.ContainsFunc(all, func(t violationTally) bool { return t.blind == "" }) {
		all = slices.DeleteFunc(all, func(t violationTally) bool { return t.blind != "" && t.idle })
	}
	if len(homeless) > 0 || len(all) == 0 && !listedAt.IsZero() {
		t := violationTally{marketplace: k.Account().Marketplace, subject: func(s string) string { return s }, name: "your list", rows: homeless, today: today}
		if len(all) > 0 {
			t.marketplace, t.subject = "", func(s string) string { return strings.TrimSpace("your list " + s) }
			t.notes = []string{"Your list does not say in which store; a column marketplace does."}
		}
		t.join(k.At(), listedAt)
		all = append(all, t)
	}
	if len(all) > 1 && !slices.ContainsFunc(all, func(t violationTally) bool { return t.blind == "" }) { // once, not for each store
		i := max(0, slices.IndexFunc(all, func(t violationTally) bool { return !t.idle }))
		return []violationTally{{blind: all[i].blind, subject: func(string) string { return "" }}}, nil
	}
	if len(all) == 0 {
		all = []violationTally{{blind: noList, subject: func(string) string { return "" }}}
	}
	return all, nil
}

// counts reads the newest report of a store.
func (j violationJudge) counts(s storeReports, at time.Time) violationTally {
	t := violationTally{marketplace: s.marketplace, subject: s.subject, name: s.name(), asOf: s.asOf(at), reported: s.newest().Day, today: monitor.DayOf(at, s.marketplace.Clock()),
		words: map[monitor.MetricName]monitor.Standing{}}
	if why := s.stale(at, j.reportAge); why != "" {
		t.blind = why
		return t
	}
	t.idle = s.statusOnly()
	for _, m := range s.newest().Policies {
		if !j.mine(m.Name) {
			continue
		}
		found, metric, told := arisen(s.all, m.Name)
		if told {
			t.counted = true
			t.words[m.Name] = metric.Status
			t.all = append(t.all, found...)
		}
	}
	if !t.counted {
		t.blind = "the performance report of " + s.name() + " tells no count of them"
	}
	return t
}

// join adds the seller's list to what Amazon counts.
func (t *violationTally) join(at, listedAt time.Time) {
	rows := listed(t.rows, t.today)
	if !t.counted {
		if listedAt.IsZero() {
			t.blind = cmp.Or(t.blind, noList)
			return
		}
		if t.blind != "" {
			t.notes = append(t.notes, "By your list only: "+t.blind+".")
		}
		t.blind, t.all, t.asOf = "", rows, listedAt
		return
	}
	var classes []monitor.MetricName
	for _, v := range slices.Concat(t.all, rows) {
		if !slices.Contains(classes, v.class) {
			classes = append(classes, v.class)
		}
	}
	amazon := t.all
	t.all = nil
	of := func(all []violation, class monitor.MetricName) []violation {
		return slices.DeleteFunc(slices.Clone(all), func(v violation) bool { return v.class != class })
	}
	for _, class := range classes {
		counted, named := of(amazon, class), of(rows, class)
		if _, told := t.words[class]; !told { // Amazon says nothing of it: the list is all
			t.all = append(t.all, named...)
			continue
		}
		both, solved := combined(counted, named, t.reported)
		t.all = append(t.all, both...)
		if solved > 0 {
			t.notes = append(t.notes, fmt.Sprintf("Of %s Amazon counts %s less than your list: write resolved behind what is.", policy.ClassLabel(class), number(solved)))
		}
	}
	slices.SortStableFunc(t.all, func(a, b violation) int { return cmp.Compare(a.opened, b.opened) })
}

// finding tells what counts of some classes together against a limit; limit 0: there is none.
func (j violationJudge) finding(t violationTally, subject, what string, limit policy.Repeats, classes ...monitor.MetricName) monitor.Finding {
	all := t.of(classes...)
	n := len(all)
	value := float64(n)
	f := monitor.Finding{Marketplace: t.marketplace, Subject: t.subject(subject), Severity: monitor.OK, Value: &value, Defects: n, DataAsOf: t.asOf, Details: slices.Clone(t.notes)}
	where := " on " + t.name
	if t.name == "your list" {
		where = " by your list"
	}
	said := fmt.Sprintf("%s%s: %s", what, where, count(n, "violation counts", "violations count"))
	if limit.Limit > 0 {
		most := float64(limit.Limit)
		f.Limit = &most
		left := max(0, limit.Limit-n)
		f.Headroom = &left
		f.Severity = distanceGrade(n, limit)
		switch {
		case left == 0:
			back := all[n-limit.Limit] // once it has left, one less than the limit count
			said += fmt.Sprintf(", and Amazon suspends from %d within %d days on; without an appeal that lasts until %s", limit.Limit, policy.ViolationDays, back.leaves().Short())
		case n > 0:
			said += fmt.Sprintf("; %s %s the %d within %d days for which Amazon suspends", count(left, "more", "more"), reach(left), limit.Limit, policy.ViolationDays)
		}
		if limit.Sure == "L" && n > 0 {
			f.Details = append(f.Details, "Amazon publishes no limit for this class; that of infringements is taken.")
		}
	}
	if n > 0 {
		said += fmt.Sprintf(". The next leaves the page on %s", nextToLeave(all).Short())
	}
	f.Summary = said + "."
	j.weigh(&f, t, all, classes)
	f.Advice = "Nothing to do."
	if f.Severity.Worse(monitor.OK) {
		f.Advice = j.advice
	}
	return f
}

// weigh adds what single violations and Amazon's words say.
func (j violationJudge) weigh(f *monitor.Finding, t violationTally, all []violation, classes []monitor.MetricName) {
	week := 0
	for _, v := range all {
		switch strings.ToLower(strings.TrimSpace(v.severity)) {
		case "critical":
			f.Severity = monitor.Critical
			f.Details = append(f.Details, fmt.Sprintf("One of %s is critical: it alone takes the account health rating to 0.", v.opened.Short()))
		case "high":
			f.Severity = worse(f.Severity, monitor.Warning)
		}
		if v.earliest > t.today-7 {
			week++
		}
		e := v.evidence
		label := policy.ClassLabel(v.class)
		e.Date = v.opened
		if v.earliest == v.opened && e.Source.Kind == monitor.KindViolations {
			e.Why = strings.Join(slices.DeleteFunc([]string{label, e.Why}, func(s string) bool { return s == "" }), ", ") + "; leaves the page on " + v.leaves().Short()
		} else {
			e.Why = fmt.Sprintf("%s, opened between %s and %s by the counts of the reports; leaves the page by %s", label, v.earliest.Short(), v.opened.Short(), v.leaves().Short())
		}
		f.Evidence = append(f.Evidence, e)
	}
	for _, class := range classes {
		if len(classes) > 1 {
			if n := len(t.of(class)); n > 0 {
				f.Details = append(f.Details, fmt.Sprintf("%s: %s.", policy.ClassLabel(class), number(n)))
			}
		}
		status := t.words[class]
		severity, known := meaning(status)
		if !severity.Worse(monitor.OK) {
			continue
		}
		f.Severity = worse(f.Severity, milder(severity, monitor.Warning))
		text := fmt.Sprintf("Amazon says %s of %s.", status, policy.ClassLabel(class))
		if !known {
			text += " This word is not known to mean that all is well."
		}
		f.Details = append(f.Details, text)
	}
	if week >= 3 {
		f.Severity = worse(f.Severity, monitor.Warning)
		f.Details = append(f.Details, fmt.Sprintf("%s are of the last 7 days: look for what they have in common.", number(week)))
	}
	if len(all) > 1 {
		var leave []string
		for _, v := range byLeaving(all) {
			leave = append(leave, v.leaves().Short())
		}
		f.Details = append(f.Details, "They leave the page on "+strings.Join(leave[:min(len(leave), 12)], ", ")+", unless an appeal or a fix clears them before.")
	}
	if slices.ContainsFunc(all, func(v violation) bool { return v.earliest < v.opened }) {
		f.Details = append(f.Details, "Amazon's report counts them without dates: theirs are taken from the reports in which the count rose, and are the latest possible.")
	}
}

// distanceGrade turns the distance to a repeat limit into a severity.
func distanceGrade(n int, limit policy.Repeats) monitor.Severity {
	switch left := limit.Limit - n; {
	case n == 0:
		return monitor.OK
	case left <= 0 && limit.Sure != "L":
		return monitor.Critical
	case left <= 2:
		return monitor.Warning
	}
	return monitor.Watch
}

// byLeaving sorts violations by the day on which they leave.
func byLeaving(all []violation) []violation {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b violation) int { return cmp.Compare(a.leaves(), b.leaves()) })
	return sorted
}

func nextToLeave(all []violation) monitor.Day { return byLeaving(all)[0].leaves() }

func reach(n int) string {
	if n == 1 {
		return "reaches"
	}
	return "reach"
}

// blindFinding says that nothing is known.
func (j violationJudge) blindFinding(t violationTally) monitor.Finding {
	return monitor.Finding{Marketplace: t.marketplace, Subject: t.subject(""), Severity: monitor.Blind,
		Summary: j.title + " cannot be judged: " + t.blind + ".", Advice: settlesList}
}
