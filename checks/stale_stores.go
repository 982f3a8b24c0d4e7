package checks

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// comeTogether parts the marketplaces that a kind's files name into those that come in the same files, as the stores of one
// region do, each sorted; the groups by their first.
func comeTogether(arrivals []monitor.Arrival) [][]monitor.Marketplace {
	var groups [][]monitor.Marketplace
	for _, a := range arrivals {
		if a.Refused != "" || len(a.Marketplaces) == 0 {
			continue
		}
		group := slices.Clone(a.Marketplaces)
		groups = slices.DeleteFunc(groups, func(g []monitor.Marketplace) bool {
			shared := slices.ContainsFunc(g, func(m monitor.Marketplace) bool { return slices.Contains(group, m) })
			if shared {
				group = append(group, g...)
			}
			return shared
		})
		slices.Sort(group)
		groups = append(groups, slices.Compact(group))
	}
	slices.SortFunc(groups, func(a, b []monitor.Marketplace) int { return strings.Compare(string(a[0]), string(b[0])) })
	return groups
}

// judgeStores says of which stores a kind has stopped coming while it still comes of others. A file that names no store may be
// of any, so it speaks for all.
func (c *StaleExports) judgeStores(kind monitor.ExportKind, arrivals []monitor.Arrival, at time.Time) []monitor.Finding {
	groups := comeTogether(arrivals)
	if len(groups) < 2 {
		return nil
	}
	var findings []monitor.Finding
	for _, group := range groups {
		var received []time.Time
		for _, a := range arrivals {
			if a.Refused == "" && (len(a.Marketplaces) == 0 || slices.Contains(group, a.Marketplaces[0])) {
				received = append(received, a.Received)
			}
		}
		allowed, longest := c.allowed(received)
		age := at.Sub(received[0])
		if age <= allowed {
			continue
		}
		hours, limit := math.Round(age.Hours()), math.Round(allowed.Hours())
		f := monitor.Finding{
			Marketplace: group[0], Subject: string(kind), Severity: monitor.Warning, Value: &hours, Limit: &limit, DataAsOf: received[0],
			Summary: fmt.Sprintf("The %s export of %s has stopped coming: the newest arrived %s ago, the longest pause before was %s.", kindName(kind), listOf(group), span(age), span(longest)),
			Details: []string{"It still comes of other stores, so nothing else looks out of date."},
			Advice:  staleExports.Advice,
		}
		if longest == 0 {
			f.Severity = monitor.Watch
			f.Summary = fmt.Sprintf("The only %s export of %s arrived %s ago, and others have come since.", kindName(kind), listOf(group), span(age))
		}
		f.Details = append(f.Details, blindness(kind, func(monitor.ExportKind) bool { return false })...)
		findings = append(findings, f)
	}
	return findings
}

// unseen says which stores had orders of late that none of the newest files of All Orders names: they stopped coming so long
// ago that the files themselves no longer tell.
func (c *StaleExports) unseen(ctx context.Context, k monitor.Known, byKind map[monitor.ExportKind][]monitor.Arrival) ([]monitor.Finding, error) {
	const kind = monitor.KindAllOrders
	var named []monitor.Marketplace
	full := 0
	for _, a := range byKind[kind] {
		named = append(named, a.Marketplaces...)
		if len(a.Marketplaces) > 0 {
			full++
		}
	}
	if full < newestFiles/2 {
		return nil, nil // few files: those of a store may just not have come yet
	}
	known, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	var findings []monitor.Finding
	for _, s := range known {
		if s.Marketplace == "" || s.Marketplace == monitor.NonAmazon || slices.Contains(named, s.Marketplace) {
			continue
		}
		named = append(named, s.Marketplace) // once for both channels
		findings = append(findings, monitor.Finding{
			Marketplace: s.Marketplace, Subject: string(kind), Severity: monitor.Warning,
			Summary: fmt.Sprintf("None of the newest %s files of %s names %s, which had orders of late.", number(full), kindName(kind), s.Marketplace.Label()),
			Details: blindness(kind, func(monitor.ExportKind) bool { return false }),
			Advice:  staleExports.Advice,
		})
	}
	return findings, nil
}

// newestFiles is how many files of a kind are looked at.
const newestFiles = 60

// listOf names stores for people.
func listOf(group []monitor.Marketplace) string {
	names := make([]string, 0, 4)
	for i, m := range group {
		if i == 3 && len(group) > 4 {
			return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), len(group)-i)
		}
		names = append(names, m.Label())
	}
	return strings.Join(names, ", ")
}

// blindness names the checks that cannot do without a kind of export that has stopped coming, and those that go on with what
// others tell; comes says whether another kind still comes.
func blindness(kind monitor.ExportKind, comes func(monitor.ExportKind) bool) []string {
	var blind, poorer []string
	for _, e := range All() {
		if !slices.Contains(e.Reads, kind) {
			continue
		}
		title := strings.ToLower(e.Title)
		lost := slices.ContainsFunc(e.Needs, func(group []monitor.ExportKind) bool {
			return slices.Contains(group, kind) && !slices.ContainsFunc(group, func(other monitor.ExportKind) bool { return other != kind && comes(other) })
		})
		if lost {
			blind = append(blind, title)
		} else {
			poorer = append(poorer, title)
		}
	}
	var said []string
	if len(blind) > 0 {
		said = append(said, "Blind because of it, or soon: "+strings.Join(blind, ", ")+".")
	}
	if len(poorer) > 0 {
		said = append(said, "Read by, besides other exports: "+strings.Join(poorer, ", ")+".")
	}
	return said
}
