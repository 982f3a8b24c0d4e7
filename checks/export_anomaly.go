package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// ExportAnomaly tells that an export was imported although something about it is odd: what the other checks say of the
// account may be wrong then.
type ExportAnomaly struct {
	Shrunk   float64 `help:"Share of the usual number of rows below which an export is too small."`
	AtLeast  int     `help:"Rows that are usual at least, for an export to be too small."`
	Earlier  int     `help:"How many earlier downloads tell what is usual."`
	BadShare float64 `help:"Share of rows that could not be read from which it is told."`
	Days     int     `help:"How long orders of another account or of a new marketplace are told."`
}

var exportAnomaly = Entry{
	Signal: "export_anomaly",
	Title:  "Odd exports",
	Finds:  "An export came with far fewer rows than usual, with many rows that could not be read, with orders of another account, or from a new marketplace.",
	Counts: "The newest download of each kind is compared with the middle one of those before; one of a shorter time may have fewer rows. What lies to be shipped, and what was confirmed, changes from day to day and is not compared.",
	Advice: "Look into the file: it may be cut off, of another account, or in a new layout.",
	Source: "Goodstanding",
	Reads:  nil, // every kind
	New: func(Rules) monitor.Check {
		return &ExportAnomaly{Shrunk: 0.25, AtLeast: 100, Earlier: 5, BadShare: 0.05, Days: 7}
	},
}

// Below this share of the usual rows an export is cut off rather than small.
const cutOff = 0.1

// download is the exports of one kind that came within an hour of each other: one download may be several files.
type download struct {
	arrivals []monitor.Arrival // newest first
	rows     int               // that could be read
	bad      int
	from, to time.Time // zero: the export has no dates
}

// days is how many days the download tells of; 0: it has no dates.
func (d download) days() float64 {
	if d.from.IsZero() || d.to.Before(d.from) {
		return 0
	}
	return d.to.Sub(d.from).Hours()/24 + 1
}

// Judge implements monitor.Check.
func (c *ExportAnomaly) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	byKind := map[monitor.ExportKind][]download{}
	var kinds []monitor.ExportKind
	for _, a := range arrivals { // newest first
		if a.Refused != "" || a.Kind == "" || a.Kind == monitor.KindArchive {
			continue // told by stale_exports, or no export
		}
		if byKind[a.Kind] == nil {
			kinds = append(kinds, a.Kind)
		}
		byKind[a.Kind] = withArrival(byKind[a.Kind], a)
	}
	if len(kinds) == 0 {
		return []monitor.Finding{{
			Severity: monitor.Blind, Summary: "Nothing is known of this account's exports: none has been imported.",
			Advice: "Download All Orders from Seller Central and put it into this account's folder.",
		}}, nil
	}
	slices.Sort(kinds)
	var findings []monitor.Finding
	for _, kind := range kinds {
		findings = append(findings, c.judgeKind(kind, byKind[kind]))
	}
	findings = append(findings, c.elsewhere(k, kinds, byKind)...)
	return append(findings, c.newMarketplaces(k.At(), arrivals)...), nil
}

// withArrival adds an arrival to the oldest download, or to a new one before it.
func withArrival(all []download, a monitor.Arrival) []download {
	last := len(all) - 1
	if last < 0 || all[last].arrivals[len(all[last].arrivals)-1].Received.Sub(a.Received) > time.Hour {
		all = append(all, download{})
		last++
	}
	d := &all[last]
	d.arrivals = append(d.arrivals, a)
	d.rows += a.Rows
	d.bad += a.BadRows
	if !a.From.IsZero() && (d.from.IsZero() || a.From.Before(d.from)) {
		d.from = a.From
	}
	if a.To.After(d.to) {
		d.to = a.To
	}
	return all
}

// judgeKind says whether the newest download of a kind is too small, or could not be read in good part.
func (c *ExportAnomaly) judgeKind(kind monitor.ExportKind, all []download) monitor.Finding {
	newest := all[0]
	name := kindName(kind)
	f := monitor.Finding{
		Subject: string(kind), Severity: monitor.OK, Advice: "Nothing to do.", DataAsOf: newest.arrivals[0].Received,
		Summary: fmt.Sprintf("The newest %s export has %s.", name, count(newest.rows, "row", "rows")),
	}
	if share := float64(newest.bad) / float64(max(1, newest.rows+newest.bad)); newest.bad >= 10 && share >= c.BadShare {
		f.Severity = monitor.Warning
		f.Summary = fmt.Sprintf("Of the newest %s export, %s of %s could not be read.", name, number(newest.bad), count(newest.rows+newest.bad, "row", "rows"))
		f.Details = []string{"File: " + newest.arrivals[0].Name + "."}
		f.Advice = "Read the .why file in the rejected folder: it names the rows and what was expected. If Amazon has changed the export, the checks that read it miss these rows."
	}
	usual, small := c.usual(kind, newest, all[1:])
	if !small {
		return f
	}
	f.Severity = monitor.Watch
	if float64(newest.rows) < cutOff*usual {
		f.Severity = monitor.Warning
	}
	f.Summary = fmt.Sprintf("The newest %s export has %s, where about %s are usual.", name, count(newest.rows, "row", "rows"), number(int(usual)))
	f.Details = append([]string{fmt.Sprintf("File: %s, after %s.", newest.arrivals[0].Name, sizes(all[1:min(len(all), 1+c.Earlier)]))}, partial(kind)...)
	f.Advice = "Download it again for the whole time. What was imported is right as far as it goes: nothing is lost, but newer orders may be missing."
	return f
}

// usual returns how many rows are usual for the newest download, and whether it has far fewer. Two earlier ones as small as
// this make it no news.
func (c *ExportAnomaly) usual(kind monitor.ExportKind, newest download, earlier []download) (float64, bool) {
	if kind.Own() || kind == monitor.KindUnshippedOrders || kind == monitor.KindShippingConfirmation || len(earlier) == 0 {
		return 0, false
	}
	var rows []float64
	alike := 0
	for _, d := range earlier[:min(len(earlier), c.Earlier)] {
		n := float64(d.rows)
		if was, is := d.days(), newest.days(); was > 0 && is < was {
			n *= is / was // a shorter time explains fewer rows
		}
		if n <= 2*float64(newest.rows) {
			alike++
		}
		rows = append(rows, n)
	}
	slices.Sort(rows)
	usual := rows[len(rows)/2]
	if len(rows)%2 == 0 {
		usual = (usual + rows[len(rows)/2-1]) / 2
	}
	return usual, usual >= float64(c.AtLeast) && float64(newest.rows) < c.Shrunk*usual && alike < 2
}

// sizes lists the rows of earlier downloads.
func sizes(earlier []download) string {
	var all []string
	for _, d := range earlier {
		all = append(all, number(d.rows))
	}
	return strings.Join(all, ", ") + " before"
}

// elsewhere tells of files with orders that another account knew before.
func (c *ExportAnomaly) elsewhere(k monitor.Known, kinds []monitor.ExportKind, byKind map[monitor.ExportKind][]download) []monitor.Finding {
	var worst *monitor.Finding
	for _, kind := range kinds {
		for i, d := range byKind[kind] {
			for _, a := range d.arrivals {
				if a.Elsewhere == "" || k.At().Sub(a.Received) > time.Duration(c.Days)*24*time.Hour {
					continue
				}
				f := elsewhereOf(k.Account().Name, a)
				if i > 0 {
					f.Severity = monitor.Watch // the account's own have come since
				}
				if worst == nil || f.Severity.Worse(worst.Severity) {
					worst = &f
				}
			}
		}
	}
	if worst == nil {
		return nil
	}
	return []monitor.Finding{*worst}
}

func elsewhereOf(account string, a monitor.Arrival) monitor.Finding {
	return monitor.Finding{
		Subject: "another account", Severity: monitor.Warning, DataAsOf: a.Received,
		Summary: fmt.Sprintf("A file of %s holds orders of the account %s: %s of those looked up.", account, a.Elsewhere, number(a.ElsewhereOrders)),
		Details: []string{
			fmt.Sprintf("File: %s, %s.", a.Name, kindName(a.Kind)),
			"It was imported, so the orders now count in both accounts: the rates of this one are wrong.",
		},
		Advice: fmt.Sprintf("If the file was put into the wrong folder: stop Goodstanding, delete its database, take the file out of archive/%[1]s, and put it into inbox/%[2]s and the other files of the archive back into their inboxes. They are imported again. If %[1]s and %[2]s are one seller, keep one folder.",
			account, a.Elsewhere),
	}
}

// newMarketplaces tells of marketplaces that an account had no order of before. Its first day of downloads is no news:
// they may come one marketplace after another.
func (c *ExportAnomaly) newMarketplaces(at time.Time, arrivals []monitor.Arrival) []monitor.Finding {
	var findings []monitor.Finding
	seen := map[monitor.Marketplace]bool{}
	first := arrivals[len(arrivals)-1].Received
	for _, a := range arrivals {
		if at.Sub(a.Received) > time.Duration(c.Days)*24*time.Hour || a.Received.Sub(first) < 24*time.Hour {
			continue
		}
		for _, m := range a.NewMarketplaces {
			if seen[m] {
				continue
			}
			seen[m] = true
			findings = append(findings, monitor.Finding{
				Marketplace: m, Subject: "new marketplace", Severity: monitor.Watch, DataAsOf: a.Received,
				Summary: fmt.Sprintf("Orders of %s came for the first time.", m.Label()),
				Details: []string{fmt.Sprintf("File: %s, %s.", a.Name, kindName(a.Kind))},
				Advice:  "If the account has begun to sell there, nothing is to be done: its limits are watched from now on. Otherwise the file may belong to another account.",
			})
		}
	}
	slices.SortFunc(findings, func(a, b monitor.Finding) int { return strings.Compare(string(a.Marketplace), string(b.Marketplace)) })
	return findings
}

// kindName is what people call a kind of export.
func kindName(kind monitor.ExportKind) string {
	if kind == "" {
		return "unrecognised"
	}
	return strings.ReplaceAll(string(kind), "_", " ")
}
