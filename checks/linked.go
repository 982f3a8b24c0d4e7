package checks

import (
	"fmt"
	"strings"

	"goodstanding/monitor"
)

// mostShared is how many shared attributes a sentence names.
const mostShared = 4

// ofAccount returns the rows of accounts.csv files about an account, by store.
func ofAccount(r monitor.Register, name string) (rows []monitor.Sourced[monitor.AccountRecord]) {
	for _, row := range r.Records {
		if row.Record.Account == name {
			rows = append(rows, row)
		}
	}
	return rows
}

// suspended says whether a row tells that a store is suspended at an instant's day, by its status or, where it has none, by
// the day of its suspension.
func suspended(a monitor.AccountRecord, today monitor.Day) bool {
	switch a.Status {
	case "SUSPENDED", "DEACTIVATED", "BLOCKED", "CLOSED", "TERMINATED", "BANNED", "WITHDRAWN":
		return true
	case "":
		return a.Suspended != nil && *a.Suspended <= today
	}
	return false
}

// standing is how a row of accounts.csv bears on those that are linked to it: worst for a suspended store, bad for any other
// word than NORMAL, OK for that one and where nothing is told.
func standing(a monitor.AccountRecord, today monitor.Day) monitor.Severity {
	switch {
	case suspended(a, today):
		return monitor.Critical
	case a.Status == "" || monitor.Standing(a.Status).Good():
		return monitor.OK
	}
	return monitor.Warning
}

// worstRow returns the row of an account that matters most for others, and whether there is any that tells a status.
func worstRow(r monitor.Register, name string, today monitor.Day) (worst monitor.Sourced[monitor.AccountRecord], told bool) {
	for i, row := range ofAccount(r, name) {
		told = told || row.Record.Status != "" || row.Record.Suspended != nil
		if i == 0 || standing(row.Record, today).Worse(standing(worst.Record, today)) {
			worst = row
		}
	}
	return worst, told
}

// storeName names a store of an account.
func storeName(a monitor.AccountRecord) string {
	if a.Marketplace == "" {
		return "the account"
	}
	return "the store " + a.Marketplace.Label()
}

// statusWord writes the status of a row in words.
func statusWord(a monitor.AccountRecord, today monitor.Day) string {
	switch {
	case a.Status != "" && a.Suspended != nil && *a.Suspended <= today && suspended(a, today):
		return a.Status + " since " + a.Suspended.String()
	case a.Status != "":
		return a.Status
	case a.Suspended != nil && *a.Suspended <= today:
		return "suspended since " + a.Suspended.String()
	}
	return "of unknown status"
}

// tiedBy says in words what ties two accounts.
func tiedBy(t monitor.Tie) string {
	if t.Via != "" {
		return "by way of " + t.Via
	}
	var parts []string
	for _, s := range t.Shared {
		if len(parts) == mostShared {
			parts = append(parts, "more")
			break
		}
		parts = append(parts, sharedName(s))
	}
	switch n := len(parts); n {
	case 0:
		return "by what they are known by"
	case 1:
		return "by " + parts[0]
	default:
		return "by " + strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
}

// sharedName names an attribute as people may see it.
func sharedName(s monitor.SharedAttribute) string {
	name := strings.ReplaceAll(string(s.Kind), "_", " ")
	switch s.Kind {
	case monitor.IP, monitor.SharedSKU, monitor.SharedASIN:
		name = strings.ToUpper(name)
	case monitor.Email:
		name = "e-mail"
	}
	if s.Mine == "" {
		return name
	}
	return name + " " + s.Mine
}

// tieEvidence is the rows behind a tie: those of this account that are shared, and the one that says how the other stands.
func tieEvidence(t monitor.Tie, other monitor.Sourced[monitor.AccountRecord], why string) (all []monitor.Evidence) {
	if other.Source.File != "" {
		e := monitor.Evidence{Why: why, Source: other.Source}
		if other.Record.Suspended != nil {
			e.Date = *other.Record.Suspended
		}
		all = append(all, e)
	}
	for _, s := range t.Shared {
		if s.Source.File != "" {
			all = append(all, monitor.Evidence{Why: "shares " + sharedName(s) + " with " + t.Account, Source: s.Source})
		}
	}
	return all
}

// sureness writes a score in words.
func sureness(score float64) string { return fmt.Sprintf("%d %% sure", int(score*100)) }
