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

// StaleExports tells that a kind of export which an account has been getting has stopped coming, or was refused.
type StaleExports struct {
	Grace       time.Duration `help:"Never stale before this age."`
	Single      time.Duration `help:"Age from which an export that came only once is stale."`
	RefusedDays int           `help:"How long a refused file is told."`
}

var staleExports = Entry{
	Signal: "stale_exports",
	Title:  "Stale exports",
	Finds:  "A kind of export that an account has been getting has stopped coming, in all its stores or in some, or its newest file was refused; and which checks are blind because of it.",
	Counts: "The usual time between downloads is taken from the account's own past, weekends included. An export is stale when it is late by more than it ever was. Stores whose files come apart, such as those of two regions, are watched apart. " +
		"A check is blind without an export that it cannot do without, once its own patience is over; where another export tells the same it goes on. An export that has shrunk is told by export_anomaly.",
	Advice: "Download the export again and put it into this account's folder. Until then the checks that read it are blind: no news is not good news.",
	Source: "Goodstanding",
	Reads:  nil, // every kind
	New: func(Rules) monitor.Check {
		return &StaleExports{Grace: 36 * time.Hour, Single: 7 * 24 * time.Hour, RefusedDays: 7}
	},
}

// Judge implements monitor.Check.
func (c *StaleExports) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	if len(arrivals) == 0 {
		return []monitor.Finding{{
			Severity: monitor.Blind, Summary: "Nothing is known of this account: no export has arrived.",
			Advice: "Download All Orders, the order report, Unshipped Orders and feedback from Seller Central and put them into this account's folder.",
		}}, nil
	}
	byKind := map[monitor.ExportKind][]monitor.Arrival{}
	var kinds []monitor.ExportKind
	for _, a := range arrivals { // newest first
		if a.Kind == monitor.KindArchive {
			continue // its exports are here, too
		}
		if byKind[a.Kind] == nil {
			kinds = append(kinds, a.Kind)
		}
		byKind[a.Kind] = append(byKind[a.Kind], a)
	}
	slices.Sort(kinds)
	var findings []monitor.Finding
	stopped := map[monitor.ExportKind]bool{}
	for _, kind := range kinds {
		var f monitor.Finding
		f, stopped[kind] = c.judgeKind(kind, byKind[kind], k.At())
		findings = append(findings, f)
	}
	comes := func(kind monitor.ExportKind) bool { return byKind[kind] != nil && !stopped[kind] }
	for i, kind := range kinds {
		switch f := &findings[i]; {
		case stopped[kind]:
			f.Details = append(f.Details, blindness(kind, comes)...)
		case shrunk(kind, byKind[kind]):
			f.Details = append(append(f.Details, "It has shrunk, as "+strings.ToLower(exportAnomaly.Title)+" tells."), partial(kind)...)
		}
	}
	for _, kind := range kinds {
		if !stopped[kind] {
			findings = append(findings, c.judgeStores(kind, byKind[kind], k.At())...)
		}
	}
	missing, err := c.unseen(ctx, k, byKind)
	return append(findings, missing...), err
}

// judgeKind judges a kind of export by its arrivals, newest first, and says whether it has stopped coming or cannot be read.
func (c *StaleExports) judgeKind(kind monitor.ExportKind, arrivals []monitor.Arrival, at time.Time) (monitor.Finding, bool) {
	f := monitor.Finding{Subject: string(kind), Severity: monitor.OK, Advice: "Nothing to do."}
	var good []time.Time
	var refused *monitor.Arrival
	for i, a := range arrivals {
		if a.Refused == "" {
			good = append(good, a.Received)
		} else if refused == nil && len(good) == 0 && at.Sub(a.Received) <= time.Duration(c.RefusedDays)*24*time.Hour {
			refused = &arrivals[i]
		}
	}
	name := kindName(kind)
	if kind == "" {
		f.Subject = name
	}
	if len(good) > 0 {
		f.DataAsOf = good[0]
		hours := math.Round(at.Sub(good[0]).Hours())
		f.Value = &hours
		f.Summary = fmt.Sprintf("The newest %s export arrived %s ago.", name, span(at.Sub(good[0])))
	}
	if refused != nil {
		f.Severity = monitor.Warning
		if kind == "" {
			f.Severity = monitor.Watch // a note or a picture among the exports, most of the time
		}
		f.Summary = fmt.Sprintf("The newest %s file was refused: %s", name, refused.Refused)
		f.Advice = "Read the .why file beside it in the rejected folder, mend or download it again."
		return f, true
	}
	if len(good) == 0 {
		f.Summary = fmt.Sprintf("A file was refused more than %s ago and none has come since.", count(c.RefusedDays, "day", "days"))
		return f, false
	}
	// Our own lists change when there is something to write down; they have no rhythm to fall out of.
	if kind.Own() {
		return f, false
	}
	if newest := arrivals[slices.IndexFunc(arrivals, func(a monitor.Arrival) bool { return a.Refused == "" })]; newest.BadRows > 0 {
		f.Severity = monitor.Watch
		f.Details = append(f.Details, fmt.Sprintf("%s of it could not be read; the .why file in the rejected folder lists them.", count(newest.BadRows, "row", "rows")))
		f.Advice = "Read the .why file, mend the rows or download the export again."
	}
	allowed, longest := c.allowed(good)
	limit := math.Round(allowed.Hours())
	f.Limit = &limit
	age := at.Sub(good[0])
	if age > allowed {
		f.Severity = monitor.Warning
		f.Summary = fmt.Sprintf("The %s export has stopped coming: the newest arrived %s ago, the longest pause before was %s.", name, span(age), span(longest))
		if longest == 0 {
			f.Severity = monitor.Watch
			f.Summary = fmt.Sprintf("The only %s export arrived %s ago.", name, span(age))
		}
		f.Advice = staleExports.Advice
	}
	return f, age > allowed
}

// allowed returns how old the newest export may be: twice the usual gap, or a quarter more than the longest one, which is
// returned too; it is 0 where all came at once, which is no rhythm.
func (c *StaleExports) allowed(received []time.Time) (limit, longest time.Duration) {
	var gaps []time.Duration
	for i := 1; i < len(received); i++ {
		if g := received[i-1].Sub(received[i]); g > time.Hour { // several files of one download are one arrival
			gaps = append(gaps, g)
		}
	}
	if len(gaps) == 0 {
		return c.Single, 0
	}
	slices.Sort(gaps)
	longest = gaps[len(gaps)-1]
	return max(c.Grace, 2*gaps[len(gaps)/2], longest*5/4), longest
}

// partial names the checks that see a part only while a kind of export has shrunk.
func partial(kind monitor.ExportKind) []string {
	var titles []string
	for _, e := range All() {
		if slices.Contains(e.Reads, kind) {
			titles = append(titles, strings.ToLower(e.Title))
		}
	}
	if len(titles) == 0 {
		return nil
	}
	return []string{"What is missing from it is missing for: " + strings.Join(titles, ", ") + "."}
}

// shrunk says whether the newest download of a kind has far fewer rows than usual, as export_anomaly tells it by default.
func shrunk(kind monitor.ExportKind, arrivals []monitor.Arrival) bool {
	odd, ok := exportAnomaly.New(Rules{}).(*ExportAnomaly)
	var all []download
	for _, a := range arrivals {
		if a.Refused == "" {
			all = withArrival(all, a)
		}
	}
	if !ok || len(all) == 0 {
		return false
	}
	_, small := odd.usual(kind, all[0], all[1:])
	return small
}
