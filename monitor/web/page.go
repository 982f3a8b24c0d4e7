package web

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"sync"
	"time"

	"goodstanding/monitor"
)

//go:embed page.html
var pageText string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{"answers": newAnswers}).Parse(pageText))
})

// answersView is the form of one alert.
type answersView struct {
	alertView

	Token string
}

func newAnswers(token string, a *alertView) answersView { return answersView{*a, token} }

// render writes the page.
func render(v view) ([]byte, error) {
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, v); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return b.Bytes(), nil
}

// How much of each list is shown. A page is read by people: what is cut is counted.
const (
	maxRows     = 12 // findings of one signal in one marketplace
	maxEvidence = 20
	maxQuotes   = 5
	maxDays     = 7   // days of the calendar on which something changes
	maxText     = 600 // runes of one text
)

// standing is how a severity looks: a word, a shape for who does not see the colour, and a class for the colour.
type standing struct {
	Class string
	Word  string
	Shape string
	order int // worst first; what cannot be judged is worse than what is merely watched
}

func standingOf(s monitor.Severity) standing {
	switch s {
	case monitor.Critical:
		return standing{"critical", "Critical", "■", 0}
	case monitor.Warning:
		return standing{"warning", "Warning", "▲", 1}
	case monitor.Watch:
		return standing{"watch", "Watch", "◆", 3}
	case monitor.OK:
		return standing{"ok", "OK", "●", 4}
	default:
		return standing{"blind", "Cannot judge", "○", 2}
	}
}

// view is the page, ready to be written.
type view struct {
	CSS      template.CSS
	Token    string // of the forms; empty: there are no buttons
	Version  string
	Fault    string // why the daemon's loop does not come round; empty: it does
	Round    string
	DataAsOf string
	Tally    []count
	Accounts []accountView
	Imports  []importView
	Outbox   outboxView
}

type count struct {
	Standing standing
	N        int
}

type accountView struct {
	Name     string
	Worst    standing
	Open     bool // shown unfolded
	DataAsOf string
	Rows     []rowView
}

// rowView is one finding, or, with More, a count of those that are not shown.
type rowView struct {
	Standing    standing
	Signal      string
	Marketplace string
	Subject     string
	Value       string
	Limit       string
	Counts      string
	Headroom    string
	WorstDay    string // how far the limit is on the worst of the coming days, where that is less
	Chance      string // that it is reached within 14 days
	When        string // by when that is likely
	Cause       string // the first of the drivers
	Chart       *chartView
	Calendar    []string
	MoreDays    int
	Due         []string
	Window      string
	Summary     string
	Since       string
	DataAsOf    string
	Advice      string
	Details     []string
	Drivers     []string
	Evidence    []evidenceView
	MoreOrders  int
	Quotes      []quoteView
	MoreQuotes  int
	More        int
	Alert       *alertView // nil: none is open
}

// alertView is an open alert that can be answered.
type alertView struct {
	Account, Marketplace, Signal, Subject string
	Acked, Snoozed                        bool
}

type evidenceView struct{ About, Date, Why, Source string }

type quoteView struct {
	OrderID string
	Date    string
	Rating  int
	Comment string
}

type importView struct {
	Account, Kind, Last    string
	Files, Refused         int
	Rows, Bad              int
	RefusedSome, NoneTaken bool
}

type outboxView struct {
	monitor.OutboxState

	Oldest string
	Clear  bool
}

// newView decides what the page says. A pure function: two pages of one status are the same. The fault is why the
// daemon's loop does not come round, and nil where it does.
func newView(s Status, version string, fault error) view {
	v := view{CSS: template.CSS(style), Version: version, Round: clock(s.Round)}
	if fault != nil {
		v.Fault = cut(fault.Error())
	}
	alerts := map[monitor.AlertKey]monitor.Alert{}
	for _, a := range s.Alerts {
		alerts[a.AlertKey] = a
	}
	byAccount := map[string][]monitor.Finding{}
	for _, name := range s.Accounts {
		byAccount[name] = nil
	}
	var newest time.Time
	tally := map[standing]int{}
	for _, f := range s.Findings {
		byAccount[f.Account] = append(byAccount[f.Account], f)
		tally[standingOf(f.Severity)]++
		if f.DataAsOf.After(newest) {
			newest = f.DataAsOf
		}
	}
	v.DataAsOf = clock(newest)
	for st, n := range tally {
		v.Tally = append(v.Tally, count{st, n})
	}
	slices.SortFunc(v.Tally, func(a, b count) int { return cmp.Compare(a.Standing.order, b.Standing.order) })
	for name, findings := range byAccount {
		v.Accounts = append(v.Accounts, newAccount(name, findings, alerts))
	}
	slices.SortFunc(v.Accounts, func(a, b accountView) int {
		return cmp.Or(cmp.Compare(a.Worst.order, b.Worst.order), cmp.Compare(a.Name, b.Name))
	})
	for _, i := range s.Imports {
		v.Imports = append(v.Imports, importView{
			Account: i.Account, Kind: words(string(i.Kind)), Last: clock(i.LastReceived), Files: i.Files, Refused: i.Refused,
			Rows: i.Rows, Bad: i.BadRows, RefusedSome: i.Refused > 0, NoneTaken: i.LastReceived.IsZero(),
		})
	}
	slices.SortFunc(v.Imports, func(a, b importView) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Kind, b.Kind))
	})
	v.Outbox = outboxView{OutboxState: s.Outbox, Oldest: clock(s.Outbox.OldestPending), Clear: s.Outbox.Pending == 0 && s.Outbox.GaveUp == 0}
	return v
}

// newAccount shows an account's findings, the worst first. An account that nothing was judged of is blind, not well.
func newAccount(name string, findings []monitor.Finding, alerts map[monitor.AlertKey]monitor.Alert) accountView {
	a := accountView{Name: name, Worst: standingOf(monitor.Blind)}
	findings = slices.Clone(findings)
	slices.SortStableFunc(findings, func(f, g monitor.Finding) int {
		return cmp.Or(cmp.Compare(standingOf(f.Severity).order, standingOf(g.Severity).order),
			cmp.Compare(f.Signal, g.Signal), cmp.Compare(f.Marketplace, g.Marketplace), cmp.Compare(f.Subject, g.Subject))
	})
	type group struct {
		signal      monitor.Signal
		marketplace monitor.Marketplace
	}
	shown, hidden := map[group]int{}, map[group]int{}
	var order []group
	var newest time.Time
	for _, f := range findings {
		if f.DataAsOf.After(newest) {
			newest = f.DataAsOf
		}
		g := group{f.Signal, f.Marketplace}
		if shown[g] < maxRows {
			shown[g]++
			a.Rows = append(a.Rows, newRow(f, alerts))
			continue
		}
		if hidden[g] == 0 {
			order = append(order, g)
		}
		hidden[g]++
	}
	for _, g := range order {
		a.Rows = append(a.Rows, rowView{Signal: words(string(g.signal)), Marketplace: g.marketplace.Label(), More: hidden[g]})
	}
	a.DataAsOf = clock(newest)
	if len(findings) > 0 {
		a.Worst = standingOf(findings[0].Severity)
	}
	a.Open = a.Worst.Class != "ok"
	return a
}
