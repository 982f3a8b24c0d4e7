package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
)

// DuplicateAccount tells which accounts and stores Amazon may take for this seller's, and which of them could take this one
// down with them.
type DuplicateAccount struct {
	Sure     float64 `help:"Score from which a tie to a suspended account is critical; below it is a warning."`
	IdleDays int     `help:"How long a store may go without an order."`
}

var duplicateAccount = Entry{
	Signal: "duplicate_account",
	Title:  "Linked accounts",
	Finds:  "Accounts that share an owner with this one by the attributes that Amazon links on, stores that are not NORMAL, and stores without orders.",
	Counts: "What accounts are known by comes from identities.csv, how they stand from accounts.csv. A shared bank account weighs more than what many share, as an agency's e-mail or a depot's address does. Accounts that are linked and all NORMAL are no alarm.",
	Advice: "Bring the other account back first, then name it in this one's appeal. If it is not yours, gather what proves that: Amazon does not say what it links on.",
	Source: "Amazon's code of conduct: one account a region unless there is a business need and all are in good standing; moderators: a bad one takes the others down until all are in good standing, mostly a dormant store of the seller's own",
	Reads:  []monitor.ExportKind{monitor.KindAccounts, monitor.KindIdentities, monitor.KindAllOrders},
	New: func(Rules) monitor.Check {
		return &DuplicateAccount{Sure: 0.9, IdleDays: 60}
	},
}

// Judge implements monitor.Check.
//
// Without any list it is blind and not silent, also for a seller who knows of one account only: the account that takes this
// one down is mostly a dormant store of his own that he has forgotten. A blind finding opens no alert, so nobody is
// disturbed by it.
func (c *DuplicateAccount) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	r, err := k.Register(ctx)
	if err != nil {
		return nil, err
	}
	today := monitor.DayOf(k.At(), time.UTC)
	findings := c.ties(r, k.Account().Name, today)
	stores, err := c.stores(ctx, k, r, today)
	return append(findings, stores...), err
}

// ties makes a finding of each linked account that is not NORMAL, and one of the others.
func (c *DuplicateAccount) ties(r monitor.Register, name string, today monitor.Day) []monitor.Finding {
	if r.Identities == 0 && len(r.Ties) == 0 {
		summary := "Which accounts Amazon may take for this one's is not known: no identities.csv names it."
		if len(r.Records) == 0 {
			summary = "Which accounts Amazon may take for this one's, and how they stand, is not known: neither identities.csv nor accounts.csv has arrived."
		}
		return []monitor.Finding{{
			Severity: monitor.Blind, Summary: summary,
			Advice: "List what Amazon knows your accounts by, dormant stores too: `goodstanding template identities` and `goodstanding template accounts` make the lists.",
		}}
	}
	var findings []monitor.Finding
	calm := monitor.Finding{Subject: "linked accounts", Severity: monitor.OK, Advice: "Nothing to do."}
	var quiet []monitor.Tie
	unknown := 0
	for _, t := range r.Ties {
		row, told := worstRow(r, t.Account, today)
		severity := standing(row.Record, today)
		if severity == monitor.OK {
			quiet = append(quiet, t)
			if !told {
				unknown++
			}
			calm.Details = append(calm.Details, fmt.Sprintf("%s is linked %s (%s).", t.Account, tiedBy(t), sureness(t.Score)))
			calm.Evidence = append(calm.Evidence, tieEvidence(t, row, "is NORMAL")...)
			continue
		}
		if severity == monitor.Critical && t.Score < c.Sure {
			severity = monitor.Warning
		}
		score := t.Score
		what := storeName(row.Record)
		if row.Record.Marketplace == "" {
			what = "it"
		}
		findings = append(findings, monitor.Finding{
			Subject: t.Account, Severity: severity, Value: &score,
			Summary:  fmt.Sprintf("%s is linked to the account %s, of which %s is %s: Amazon may suspend both.", name, t.Account, what, statusWord(row.Record, today)),
			Details:  []string{fmt.Sprintf("They are tied %s (%s).", tiedBy(t), sureness(t.Score))},
			Advice:   duplicateAccount.Advice,
			DataAsOf: row.Record.AsOf,
			Evidence: tieEvidence(t, row, what+" is "+statusWord(row.Record, today)),
		})
	}
	value := float64(len(quiet))
	calm.Value = &value
	switch {
	case len(quiet) > 0:
		calm.Severity = monitor.Watch
		calm.Summary = fmt.Sprintf("Amazon may take %s for this seller's: %s.", count(len(quiet), "other account", "other accounts"), tieNames(quiet))
		calm.Advice = "Keep all of them in good standing: one that is suspended takes the others down. Several accounts need a business reason that you can show."
		if unknown > 0 {
			calm.Details = append(calm.Details, fmt.Sprintf("How %s of them %s is not known: accounts.csv does not say.", number(unknown), stands(unknown)))
		}
	case len(findings) > 0:
		calm.Summary = "No further account is linked to this one."
	default:
		calm.Summary = fmt.Sprintf("No other account is linked to this one by the %s that the lists name.", count(r.Identities, "attribute", "attributes"))
	}
	return append(findings, calm)
}

func stands(n int) string {
	if n == 1 {
		return "stands"
	}
	return "stand"
}

// tieNames lists the accounts of ties, the surest first.
func tieNames(ties []monitor.Tie) string {
	const most = 5
	var names []string
	for i, t := range ties {
		if i == most {
			names = append(names, number(len(ties)-most)+" more")
			break
		}
		names = append(names, t.Account)
	}
	return strings.Join(names, ", ")
}

// stores judges the stores of this account that accounts.csv names.
func (c *DuplicateAccount) stores(ctx context.Context, k monitor.Known, r monitor.Register, today monitor.Day) ([]monitor.Finding, error) {
	rows := ofAccount(r, k.Account().Name)
	if len(rows) == 0 {
		return nil, nil
	}
	sold := map[monitor.Marketplace]int{}
	err := k.Sales(ctx, today-monitor.Day(c.IdleDays)+1, today, 0, func(s *monitor.Sale) { sold[s.Marketplace] += s.Orders })
	if err != nil {
		return nil, err
	}
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	asOf := newest(arrivals, monitor.KindAllOrders)
	var findings []monitor.Finding
	for _, row := range rows {
		f := c.store(row, k, sold[row.Record.Marketplace], asOf, today)
		f.Marketplace, f.Subject = row.Record.Marketplace, "store"
		f.Evidence = []monitor.Evidence{{Why: storeName(row.Record) + " is " + statusWord(row.Record, today), Source: row.Source}}
		findings = append(findings, f)
	}
	return findings, nil
}

// store judges one store: its status first, then whether it sells.
func (c *DuplicateAccount) store(row monitor.Sourced[monitor.AccountRecord], k monitor.Known, sold int, asOf time.Time, today monitor.Day) monitor.Finding {
	a := row.Record
	name := storeName(a)
	f := monitor.Finding{Severity: standing(a, today), DataAsOf: a.AsOf, Advice: "Nothing to do."}
	if f.Severity != monitor.OK {
		f.Summary = fmt.Sprintf("%s%s is %s: Amazon may suspend every account linked to it.", strings.ToUpper(name[:1]), name[1:], statusWord(a, today))
		f.Advice = "Bring it back before anything else; until then open no other account, and change neither bank nor address of the ones that stand."
		return f
	}
	if a.Marketplace == "" || a.Opened != nil && *a.Opened > today-monitor.Day(c.IdleDays) {
		f.Summary = fmt.Sprintf("%s%s is %s.", strings.ToUpper(name[:1]), name[1:], statusWord(a, today))
		return f
	}
	if missing := tooOld("All Orders", asOf, k.At(), time.Duration(c.IdleDays)*24*time.Hour/4); missing != "" {
		f.Severity = monitor.Blind
		f.Summary = fmt.Sprintf("Whether %s still sells is not known: %s.", name, missing)
		f.Advice = "Download All Orders of the last 60 days and put it into this account's folder."
		return f
	}
	f.Orders = sold
	if sold > 0 {
		f.Summary = fmt.Sprintf("%s%s is %s and sells: %s in %s.", strings.ToUpper(name[:1]), name[1:], statusWord(a, today), count(sold, "order", "orders"), count(c.IdleDays, "day", "days"))
		return f
	}
	f.Severity = monitor.Watch
	f.Summary = fmt.Sprintf("%s%s has had no order for %s: Amazon deactivates idle stores, and those drag the others along.", strings.ToUpper(name[:1]), name[1:], count(c.IdleDays, "day", "days"))
	f.Advice = "Close the store, or keep its identity papers, bank and card up to date and list something. If it does sell, its All Orders is missing here."
	return f
}
