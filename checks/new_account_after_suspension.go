package checks

import (
	"context"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// NewAccountAfterSuspension tells that this account was opened after a linked one was suspended.
type NewAccountAfterSuspension struct {
	Sure float64 `help:"Score from which a tie counts in full; below it is a warning."`
}

var newAccountAfterSuspension = Entry{
	Signal: "new_account_after_suspension",
	Title:  "New account after a suspension",
	Finds:  "This account was opened after one that is linked to it had been suspended.",
	Counts: "The day on which the account's first store was opened and the day on which the linked account was suspended, both from accounts.csv; the same day counts. What links them is what identities.csv lists.",
	Advice: "Do not open or use further accounts. Appeal the suspended one first and name it in this one's appeal; Amazon takes a new account for an attempt to evade the suspension.",
	Source: "Amazon's code of conduct and its moderators: reactivate the other account first, then appeal this one with its name and date",
	Reads:  []monitor.ExportKind{monitor.KindAccounts, monitor.KindIdentities},
	New:    func(Rules) monitor.Check { return &NewAccountAfterSuspension{Sure: 0.9} },
}

// Judge implements monitor.Check.
func (c *NewAccountAfterSuspension) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	r, err := k.Register(ctx)
	if err != nil {
		return nil, err
	}
	name, today := k.Account().Name, monitor.DayOf(k.At(), time.UTC)
	blind := func(what, advice string) []monitor.Finding {
		return []monitor.Finding{{
			Severity: monitor.Blind, Advice: advice,
			Summary: "Whether this account was opened after a linked one was suspended is not known: " + what + ".",
		}}
	}
	switch opened := opening(r, name, today); {
	case r.Identities == 0 && len(r.Ties) == 0:
		return blind("no identities.csv names it", "List what Amazon knows your accounts by: `goodstanding template identities` makes the list."), nil
	case opened.Record.Opened == nil && len(r.Ties) > 0:
		return blind("accounts.csv does not say when it was opened", "Write into accounts.csv when each account was opened and suspended: `goodstanding template accounts` makes the list."), nil
	default:
		return c.judge(r, name, opened, today), nil
	}
}

// opening returns the row of the store that an account opened first; without a day where none is told.
func opening(r monitor.Register, name string, today monitor.Day) (first monitor.Sourced[monitor.AccountRecord]) {
	for _, row := range ofAccount(r, name) {
		if o := row.Record.Opened; o != nil && *o <= today && (first.Record.Opened == nil || *o < *first.Record.Opened) {
			first = row
		}
	}
	return first
}

func (c *NewAccountAfterSuspension) judge(r monitor.Register, name string, opened monitor.Sourced[monitor.AccountRecord], today monitor.Day) []monitor.Finding {
	var findings []monitor.Finding
	for _, t := range r.Ties {
		// The last suspension before the opening: that is what the account would evade.
		var before monitor.Sourced[monitor.AccountRecord]
		undated := false
		for _, row := range ofAccount(r, t.Account) {
			s := row.Record.Suspended
			switch {
			case s == nil:
				undated = undated || suspended(row.Record, today)
			case *s <= *opened.Record.Opened && (before.Record.Suspended == nil || *s > *before.Record.Suspended):
				before = row
			}
		}
		if before.Record.Suspended != nil {
			findings = append(findings, c.finding(t, name, opened, before, today))
		} else if undated {
			findings = append(findings, monitor.Finding{
				Subject: t.Account, Severity: monitor.Blind,
				Summary: fmt.Sprintf("Whether %s was opened after the linked account %s was suspended is not known: accounts.csv does not say when that was.", name, t.Account),
				Advice:  "Write the day of the suspension into accounts.csv; Amazon's mail of that day has it.",
			})
		}
	}
	if len(findings) > 0 {
		return findings
	}
	f := monitor.Finding{Severity: monitor.OK, Advice: "Nothing to do.", Summary: "No account is linked to this one, so none was suspended before it was opened."}
	switch {
	case len(r.Ties) == 1:
		f.Summary = "The one linked account was not known to be suspended when this one was opened."
	case len(r.Ties) > 1:
		f.Summary = fmt.Sprintf("None of the %s was known to be suspended when this one was opened.", count(len(r.Ties), "linked account", "linked accounts"))
	}
	return []monitor.Finding{f}
}

func (c *NewAccountAfterSuspension) finding(t monitor.Tie, name string, opened, before monitor.Sourced[monitor.AccountRecord], today monitor.Day) monitor.Finding {
	days := int(*opened.Record.Opened - *before.Record.Suspended)
	when := "on the same day as"
	if days > 0 {
		when = count(days, "day", "days") + " after"
	}
	score := t.Score
	f := monitor.Finding{
		Subject: t.Account, Severity: monitor.Critical, Value: &score,
		Summary: fmt.Sprintf("%s was opened on %s, %s the linked account %s was suspended.", name, opened.Record.Opened, when, t.Account),
		Details: []string{
			fmt.Sprintf("They are tied %s (%s).", tiedBy(t), sureness(t.Score)),
			fmt.Sprintf("%s was suspended on %s.", t.Account, before.Record.Suspended),
		},
		Advice: newAccountAfterSuspension.Advice, DataAsOf: opened.Record.AsOf,
		Evidence: append([]monitor.Evidence{{Date: *opened.Record.Opened, Why: name + " was opened", Source: opened.Source}},
			tieEvidence(t, before, t.Account+" was suspended")...),
	}
	switch {
	case !suspended(before.Record, today):
		f.Severity = monitor.Watch
		f.Details = append(f.Details, t.Account+" is "+before.Record.Status+" again.")
		f.Advice = "Keep Amazon's mail that reinstated " + t.Account + ": it is what you would show."
	case t.Score < c.Sure:
		f.Severity = monitor.Warning
	}
	return f
}
