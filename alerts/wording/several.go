package wording

import (
	"fmt"
	"strings"

	"goodstanding/monitor"
)

// News writes what became of the one alert that a notice about a member of a larger message is about.
func News(n monitor.Notice) Message {
	n.Members = nil
	n.Kind = monitor.KindAlert
	return Compose(n)
}

// together writes about several alerts of one account.
func together(n monitor.Notice) Message {
	worst := worstOf(n.Members)
	open, over := 0, 0
	for _, m := range n.Members {
		if m.Event == monitor.Resolved {
			over++
		} else {
			open++
		}
	}
	if open > 0 {
		open += n.More // the worst are listed, so what is not listed is no resolved one ahead of an open one
	}
	var first string
	account := quoted(n.Key.Account, 60)
	switch {
	case n.Kind == monitor.KindCatchUp:
		first = "📬 Meanwhile: " + Several(len(n.Members)+n.More, "change", "changes") + " of " + account
		if open > 0 {
			first += ", the worst: " + Mark(worst.Severity) + ": " + about(worst)
		} else {
			first += ", all of it over"
		}
	case open == 0:
		first = "✅ Resolved: all " + Several(over, "problem", "problems") + " of " + account
	default:
		first = Mark(worst.Severity) + ": "
		if n.Kind == monitor.KindReminder {
			first = Mark(worst.Severity) + ", still: "
		}
		first += Several(open, "problem", "problems") + " of " + account + ", the worst: " + about(worst)
	}
	m := Message{Headline: first, Changed: Clean(n.Changed, sentence)}
	table := lines("What it is", n.Members, mostMembers, member)
	table.Total += n.More
	m.Sections = append(m.Sections, table)
	if open > 0 {
		m.Advice = Clean(worst.Finding.Advice, 600)
		m.Orders = orders(Behind(n))
	}
	if len(n.Hidden) > 0 {
		m.Sections = append(m.Sections, hidden(n.Hidden))
	}
	if reason := Clean(n.Reason, remark); reason != "" {
		m.Footer = append(m.Footer, reason)
	}
	m.Footer = append(m.Footer, dataAsOf(n), account, number(n))
	return m
}

// worstOf returns the first of the worst.
func worstOf(members []monitor.Notice) monitor.Notice {
	worst := members[0]
	for _, m := range members[1:] {
		if m.Severity.Worse(worst.Severity) {
			worst = m
		}
	}
	return worst
}

// Behind returns the finding whose orders a message shows: of several alerts, that of the worst.
func Behind(n monitor.Notice) monitor.Finding {
	if len(n.Members) > 0 && n.Kind != monitor.KindSilence {
		n = worstOf(n.Members)
	}
	n.Finding.Account, n.Finding.Marketplace = n.Key.Account, n.Key.Marketplace
	return n.Finding
}

// member is a row of the table of a message about several alerts: how bad, what, where it stands.
func member(n monitor.Notice) string {
	row := Mark(n.Severity)
	if n.Event == monitor.Resolved {
		row = "✅ Resolved"
	}
	if n.Event == monitor.Eased {
		row += " (eased)"
	}
	row += " · " + Label(n.Key.Signal)
	if n.Key.Marketplace != "" {
		row += " · " + Clean(string(n.Key.Marketplace), 40)
	}
	if n.Key.Subject != "" {
		row += " · " + Clean(n.Key.Subject, 60)
	}
	f := n.Finding
	if f.Value != nil {
		row += " · now " + figure(f, *f.Value, f.Limit)
		if f.Limit != nil {
			row += " of " + figure(f, *f.Limit, f.Value)
		}
	}
	if f.Headroom != nil && *f.Headroom > 0 {
		row += fmt.Sprintf(" · %d left", *f.Headroom)
	}
	if n.Acked.Holds(n.At) {
		row += " · acknowledged by " + quoted(n.Acked.By, 40)
	}
	if summary := Clean(f.Summary, 200); summary != "" && f.Value == nil && n.Event != monitor.Resolved {
		row += " · " + summary
	}
	return row
}

// named is a sentence about a problem, with the problem's name where the sentence does not begin with it.
func named(k monitor.AlertKey, sentence string) string {
	s := Clean(sentence, 200)
	switch {
	case s == "":
		return Title(k)
	case strings.HasPrefix(s, Label(k.Signal)) && strings.Contains(s, Clean(k.Account, 60)):
		return s
	}
	return Title(k) + ": " + s
}

// hidden names the consequences that are not told for themselves.
func hidden(all []monitor.Hidden) Lines {
	return lines("It explains, and they are not told for themselves", all, mostMembers, func(h monitor.Hidden) string {
		return Mark(h.Severity) + " · " + named(h.Key, h.Summary)
	})
}

// silenceEnds announces that a silence ends.
func silenceEnds(n monitor.Notice) Message {
	s := n.Silence
	if s == nil {
		s = &monitor.Silence{}
	}
	m := Message{Headline: "🔔 A silence ends " + Moment(s.Until, n.Key.Marketplace) + ": " + matching(s.Match)}
	said := "Set by " + quoted(s.By, 60)
	if reason := Clean(s.Reason, 300); reason != "" {
		said += ": " + reason
	}
	m.Details = Lines{Shown: []string{said}, Total: 1}
	if len(n.Members) == 0 {
		m.Details.Shown = append(m.Details.Shown, "It hides nothing now.")
		m.Details.Total++
	} else {
		table := lines("It hides, and will be told then", n.Members, mostMembers, member)
		table.Total += n.More
		m.Sections = append(m.Sections, table)
	}
	m.Advice = "If it shall last longer, set it anew: goodstanding alerts silence --help."
	m.Footer = []string{fmt.Sprintf("Silence %d", s.ID), number(n)}
	return m
}

// matching says what a silence is about.
func matching(m monitor.Match) string {
	var parts []string
	if m.Signal != "" {
		parts = append(parts, Label(m.Signal))
	}
	if m.Account != "" {
		parts = append(parts, "of "+Clean(m.Account, 60))
	}
	if m.Marketplace != "" {
		parts = append(parts, "on "+Clean(string(m.Marketplace), 40))
	}
	if m.Subject != "" {
		parts = append(parts, "("+Clean(m.Subject, 60)+")")
	}
	if m.From != "" {
		parts = append(parts, "from "+string(known(m.From)))
	}
	if m.UpTo != "" {
		parts = append(parts, "up to "+string(known(m.UpTo)))
	}
	if len(parts) == 0 {
		return "all alerts"
	}
	return strings.Join(parts, " ")
}

// digest writes what a channel is told once a day or week.
func digest(n monitor.Notice) Message {
	d := n.Digest
	if d == nil {
		d = &monitor.Digest{}
	}
	critical := 0
	for _, l := range d.Open {
		if l.Severity == monitor.Critical {
			critical++
		}
	}
	first := "📋 Daily digest: "
	if d.Weekly {
		first = "📋 Weekly digest: "
	}
	switch {
	case len(d.Open) == 0:
		first += "nothing is open"
	case critical > 0:
		first += fmt.Sprintf("%d open, %d of them critical", len(d.Open), critical)
	default:
		first += fmt.Sprintf("%d open, none critical", len(d.Open))
	}
	first += fmt.Sprintf(" · %d came, %d went", len(d.Came), len(d.Went))
	if len(d.Blind) > 0 {
		first += fmt.Sprintf(" · %d cannot be judged", len(d.Blind))
	}
	m := Message{Headline: first}
	if len(d.Open) > 0 {
		m.Details.Shown = append(m.Details.Shown, fmt.Sprintf("Of what is open, %d acknowledged, %d silenced.", d.Acked, d.Silenced))
	}
	m.Details.Total = len(m.Details.Shown)
	add := func(title string, all []monitor.DigestLine, line func(monitor.DigestLine) string) {
		if len(all) > 0 {
			m.Sections = append(m.Sections, lines(title, all, mostLines, line))
		}
	}
	add("Open", d.Open, openLine)
	if len(d.Coming) > 0 {
		m.Sections = append(m.Sections, lines("Coming in the next seven days", d.Coming, mostLines, coming))
	}
	add("Cannot be judged", d.Blind, pastLine)
	add("Came", d.Came, pastLine)
	add("Went", d.Went, pastLine)
	add("Near misses prevented", d.Averted, pastLine)
	m.Footer = []string{"From " + Moment(d.From, n.Key.Marketplace) + " to " + Moment(d.To, n.Key.Marketplace), number(n)}
	return m
}

func openLine(l monitor.DigestLine) string {
	row := pastLine(l)
	if !l.Acked.At.IsZero() {
		row += " · acknowledged by " + quoted(l.Acked.By, 40)
	}
	if l.Silenced {
		row += " · silenced"
	}
	return row
}

// pastLine says how bad, since or at when, what.
func pastLine(l monitor.DigestLine) string {
	row := Mark(l.Severity)
	if !l.At.IsZero() {
		row += " · " + Hour(l.At, l.Key.Marketplace)
	}
	return row + " · " + named(l.Key, l.Summary)
}

// coming is a line of the calendar.
func coming(c monitor.Coming) string {
	row := c.Day.Short() + " · " + Title(c.Key) + ": "
	switch c.Kind {
	case monitor.ComingRollOff:
		row += Several(c.Defects, "defect leaves the window", "defects leave the window")
		if c.Value != nil {
			f := monitor.Finding{Limit: c.Limit, Window: &monitor.Window{}}
			row += ", " + figure(f, *c.Value, c.Limit) + " then if no further order turns bad"
		}
	case monitor.ComingCrossing:
		row += "the limit is reached, more likely than not"
	default:
		row += Several(c.Orders, "order is due", "orders are due")
		if c.Orders == 0 {
			row = c.Day.Short() + " · " + Title(c.Key) + ": due"
		}
	}
	if s := Clean(c.Summary, 200); s != "" {
		row += " · " + s
	}
	return row
}
