package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fatih/color"

	"goodstanding/checks"
	"goodstanding/monitor"
)

// pad fills text with blanks to a width in characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// age says how long ago something was.
func age(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

// glance prints one line a finding, by account.
func (p *printer) glance(findings []monitor.Finding, at time.Time) {
	p.printf("%s  as of %s\n", p.paint("Goodstanding", color.Bold), at.Format("Mon 2 Jan 2006 15:04 MST"))
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(attention(a.Severity), attention(b.Severity)))
	})
	account := ""
	for i, f := range findings {
		if i == 0 || f.Account != account {
			account = f.Account
			p.printf("\n%s\n", p.paint(clean(account), color.Bold, color.Underline))
		}
		title := string(f.Signal)
		if e, ok := checks.Find(f.Signal); ok {
			title = e.Title
		}
		sign := signs[f.Severity]
		lead := fmt.Sprintf("  %s %s ", p.paint(sign.shape+" "+pad(sign.word, 8), sign.paint...), pad(title, 18))
		p.wrapped(lead, strings.Repeat(" ", 32), place(f)+f.Summary)
	}
}

// arrivals prints what has arrived, by account and kind.
func (p *printer) arrivals(totals []monitor.ImportTotals, now time.Time) {
	p.printf("\n%s\n", p.paint("Exports", color.Bold))
	for _, t := range totals {
		refused := ""
		if t.Refused > 0 {
			refused = fmt.Sprintf(", %d refused", t.Refused)
		}
		if t.BadRows > 0 {
			refused += fmt.Sprintf(", %d rows could not be read", t.BadRows)
		}
		p.printf("  %s %s newest %s, %d files, %d rows%s\n", pad(clean(t.Account), 20), pad(formatTitle(t.Kind), 22), age(t.LastReceived, now), t.Files, t.Rows, refused)
	}
}

// open prints the alerts that last.
func (p *printer) open(alerts []monitor.Alert) {
	if len(alerts) == 0 {
		p.printf("\nNo alert is open.\n")
		return
	}
	p.printf("\n%s\n", p.paint("Open alerts", color.Bold))
	for _, a := range alerts {
		sign := signs[a.Severity]
		frozen := ""
		if !a.BlindSince.IsZero() {
			frozen = ", could not be judged since " + a.BlindSince.Format("2 Jan 15:04")
		}
		p.wrapped(fmt.Sprintf("  %s ", p.paint(sign.shape+" "+pad(sign.word, 8), sign.paint...)), "             ",
			fmt.Sprintf("%s, %s since %s%s: %s", a.Account, a.Signal, a.Opened.Format("2 Jan 15:04 MST"), frozen, a.Finding.Summary))
	}
}

// outbox prints the state of the messages.
func (p *printer) outbox(o monitor.OutboxState) {
	p.printf("\n%d messages sent, %d waiting", o.Sent, o.Pending)
	if o.GaveUp > 0 {
		p.printf(", %d given up", o.GaveUp)
	}
	if o.PassedOn > 0 {
		p.printf(", %d told to a fallback channel, too", o.PassedOn)
	}
	p.printf(".\n")
	if o.LastGaveUp != "" {
		p.wrapped("  ", "  ", "The last given up, "+clean(o.LastGaveUp))
	}
	if o.LastReason != "" {
		p.wrapped("  ", "  ", "Sending fails: "+o.LastReason)
	}
}
