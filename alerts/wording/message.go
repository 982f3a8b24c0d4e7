package wording

import (
	"fmt"
	"strings"

	"goodstanding/monitor"
)

// Message is what a notice says. A part that does not apply is empty.
type Message struct {
	Headline string   // one line that makes sense alone on a phone
	Changed  string   // what is different since the last word, a sentence
	Numbers  []Figure // now, limit, headroom, way back, window, not known
	Outlook  Figure   // where it goes if nothing else happens
	Details  Lines    // further sentences
	Drivers  []Driver // what carries more than its share, at most 5
	Quotes   Lines    // buyers' own words
	Advice   string   // what to do today
	Orders   Lines    // the orders behind it
	Sections []Lines  // of a message about several alerts, and of a digest: one after the other
	Footer   []string // why it is said, how old the data is, what it is about
}

// Figure is a number with what it is: "Limit", "4 %".
type Figure struct{ Word, Text string }

// Driver is what carries more than its share of the defects. Kind and Name are Clean; Count is "11 of 74 orders".
type Driver struct{ Kind, Name, Count string }

// Lines is a list of which only the first are written out.
type Lines struct {
	Title string // "Orders"; may be empty
	Shown []string
	Total int // at least len(Shown)
}

// Text joins as many lines as fit into a limit, and says how many more there are.
func (l Lines) Text(limit int) string {
	if len(l.Shown) == 0 {
		return ""
	}
	if l.Title == "" {
		return List(l.Shown, l.Total, limit)
	}
	return l.Title + ":\n" + List(l.Shown, l.Total, limit-Size(l.Title)-3)
}

// How many of each are shown, and how long a sentence may be.
const (
	mostDetails = 8
	mostDrivers = 5
	mostQuotes  = 3
	mostOrders  = 10
	mostMembers = 25
	mostLines   = 15 // of each section of a digest

	sentence = 400
	remark   = 290 // in the footer
)

// Compose writes out a notice. It takes any notice, however wrong its fields are.
func Compose(n monitor.Notice) Message {
	m := compose(n)
	if n.Instead != "" {
		m.Footer = append([]string{"It is told here because it could not be delivered to the channel " + quoted(n.Instead, 60) + "."}, m.Footer...)
	}
	return m
}

func compose(n monitor.Notice) Message {
	n.Finding.Account, n.Finding.Marketplace = n.Key.Account, n.Key.Marketplace
	switch {
	case n.Kind == monitor.KindDigest:
		return digest(n)
	case n.Kind == monitor.KindSilence:
		return silenceEnds(n)
	case n.Kind == monitor.KindTest:
		return Message{
			Headline: "🔔 Test: this is how Goodstanding reaches the channel " + quoted(n.Channel, 60),
			Details:  Lines{Shown: []string{"Nothing has happened. An alert looks like this, and says what will happen, when, and what to do."}, Total: 1},
			Footer:   []string{number(n)},
		}
	case len(n.Members) > 0:
		return together(n)
	}
	return single(n)
}

// single writes about one alert.
func single(n monitor.Notice) Message {
	m := Message{
		Headline: Headline(n),
		Changed:  Clean(n.Changed, sentence),
		Numbers:  numbers(n),
		Details:  details(n),
		Footer:   footer(n),
	}
	if n.Event == monitor.Resolved {
		return m // what to do and where to look is of no use any more
	}
	m.Outlook = outlook(n.Finding)
	m.Drivers = drivers(n.Finding)
	m.Quotes = quotes(n.Finding)
	m.Advice = Clean(n.Finding.Advice, 980)
	m.Orders = orders(n.Finding)
	if len(n.Hidden) > 0 {
		m.Sections = append(m.Sections, hidden(n.Hidden))
	}
	return m
}

// Headline says what happened and to which account, in one line.
func Headline(n monitor.Notice) string {
	what := about(n)
	switch n.Event {
	case monitor.Resolved:
		if n.Finding.Severity == monitor.OK {
			return "✅ Resolved: " + what
		}
		return "✅ Resolved: " + Title(n.Key) // the summary is of the time before
	case monitor.Eased:
		return "🔽 Eased to " + string(known(n.Severity)) + ": " + what
	case monitor.WentBlind:
		return "❔ Not judged any more: " + Title(n.Key)
	case monitor.Escalated:
		return Mark(n.Severity) + ", was " + string(known(n.Was)) + ": " + what
	case monitor.Reminded:
		return Mark(n.Severity) + ", still: " + what
	case monitor.Unanswered:
		return Mark(n.Severity) + ", nobody has answered yet: " + what
	case monitor.Acknowledged:
		return Mark(n.Severity) + " (somebody is on it): " + what
	case monitor.Snoozed:
		return Mark(n.Severity) + " (snoozed): " + what
	default:
		return Mark(n.Severity) + ": " + what
	}
}

// about is the finding's own sentence, with the account and the marketplace where it does not name them; without one, the
// problem's name.
func about(n monitor.Notice) string {
	summary := Clean(n.Finding.Summary, sentence)
	market := Clean(string(n.Key.Marketplace), 40)
	switch {
	case summary == "":
		return Title(n.Key)
	case !strings.Contains(summary, Clean(n.Key.Account, 60)):
		return Place(n.Key) + ": " + summary
	case !strings.Contains(summary, market):
		return market + ": " + summary
	}
	return summary
}

// known returns a severity that is one of the words, and "unknown" for any other text.
func known(s monitor.Severity) monitor.Severity {
	if s == monitor.Blind || s.Rank() >= monitor.OK.Rank() {
		return s
	}
	return "unknown"
}

// numbers says where the value stands.
func numbers(n monitor.Notice) []Figure {
	f := n.Finding
	var all []Figure
	if f.Value != nil {
		now := Figure{"Now", figure(f, *f.Value, f.Limit)}
		if n.Event == monitor.Resolved && f.Severity != monitor.OK {
			now.Word = "When last seen"
		}
		if f.Orders > 0 && (f.IsRate() || f.Defects > 0) {
			now.Text += fmt.Sprintf(" (%d of %d)", f.Defects, f.Orders)
		}
		all = append(all, now)
	}
	if f.Limit != nil {
		all = append(all, Figure{"Limit", figure(f, *f.Limit, f.Value)})
	}
	switch {
	case f.Headroom == nil:
	case *f.Headroom > 0:
		all = append(all, Figure{"Headroom", Several(*f.Headroom, "more reaches the limit", "more reach the limit")})
	default:
		all = append(all, Figure{"Headroom", "none, the limit is crossed"})
	}
	if f.Recovery != nil && *f.Recovery > 0 {
		all = append(all, Figure{"Way back", Several(*f.Recovery, "clean order", "clean orders")})
	}
	if f.Window != nil {
		all = append(all, Figure{"Window", Days(*f.Window)})
	}
	if f.Unknown > 0 {
		all = append(all, Figure{"Not known", Several(f.Unknown, "order", "orders")})
	}
	return all
}

// outlook says where the value goes.
func outlook(f monitor.Finding) Figure {
	o := f.Outlook
	if o == nil {
		return Figure{}
	}
	text := figure(f, o.Value, f.Limit)
	if o.Orders > 0 {
		text += fmt.Sprintf(" (%d of %d)", o.Defects, o.Orders)
	}
	return Figure{"On " + o.Day.Short(), text + " if nothing else happens"}
}

// details writes the further sentences of the finding. For a blind spell its summary is the first: it says why.
func details(n monitor.Notice) Lines {
	all := n.Finding.Details
	if s := n.Finding.Summary; n.Event == monitor.WentBlind && s != "" {
		all = append([]string{s}, all...)
	}
	return lines("", all, mostDetails, func(d string) string { return "• " + Clean(d, sentence) })
}

// lines writes out the first of a list.
func lines[T any](title string, all []T, most int, line func(T) string) Lines {
	l := Lines{Title: title, Total: len(all)}
	for _, v := range all[:min(len(all), most)] {
		l.Shown = append(l.Shown, line(v))
	}
	return l
}

// drivers names what carries more than its share.
func drivers(f monitor.Finding) []Driver {
	var all []Driver
	for _, d := range f.Drivers[:min(len(f.Drivers), mostDrivers)] {
		count := fmt.Sprint(d.Defects)
		if d.Orders > 0 {
			count += " of " + Several(d.Orders, "order", "orders")
		}
		all = append(all, Driver{Clean(d.Kind, 40), Clean(d.Name, 100), count})
	}
	return all
}

// quotes gives buyers' own words.
func quotes(f monitor.Finding) Lines {
	return lines("", f.Quotes, mostQuotes, func(q monitor.Quote) string {
		line := "💬 " + q.Day.Short()
		if q.OrderID != "" {
			line += ", order " + Clean(q.OrderID, 40)
		}
		if q.Rating > 0 {
			line += ", " + Several(q.Rating, "star", "stars")
		}
		comment := Clean(q.Comment, 350)
		if comment == "" {
			comment = "(no comment)"
		}
		return line + ": “" + comment + "”"
	})
}

// orders lists the orders behind the finding.
func orders(f monitor.Finding) Lines {
	title := "Orders"
	if len(f.Evidence) > 0 && f.Evidence[0].Source.File != "" {
		title = "Evidence"
	}
	return lines(title, f.Evidence, mostOrders, func(e monitor.Evidence) string { return order(e, f.Marketplace) })
}

// order is a line about one order, or one row of an export.
func order(e monitor.Evidence, m monitor.Marketplace) string {
	line := "• " + Clean(e.About(), 40)
	if e.Date != 0 {
		line += ", " + e.Date.Short()
	}
	if !e.ShipBy.IsZero() {
		line += ", ship by " + Hour(e.ShipBy, m)
	}
	if !e.Confirmed.IsZero() {
		line += ", confirmed " + Hour(e.Confirmed, m)
	}
	if why := Clean(e.Why, 120); why != "" {
		line += ": " + why
	}
	if from := Clean(e.Source.String(), 80); from != "" {
		line += " (" + from + ")"
	}
	return line
}

// footer says where the message comes from: why it is sent, who deals with it, how old the data is, what it is about.
func footer(n monitor.Notice) []string {
	var texts []string
	if reason := Clean(n.Reason, remark); reason != "" {
		texts = append(texts, reason)
	}
	if word := ackWord("Acknowledged", n.Acked, n); word != "" {
		texts = append(texts, word)
	}
	if word := ackWord("Snoozed", n.Snoozed, n); word != "" {
		texts = append(texts, word)
	}
	texts = append(texts, dataAsOf(n))
	if w := n.Finding.Window; w != nil {
		texts = append(texts, "Window "+Days(*w))
	}
	rule := Place(n.Key)
	if signal := Clean(string(n.Key.Signal), 60); signal != "" {
		rule = signal + " · " + rule
	}
	if subject := Clean(n.Key.Subject, 60); subject != "" {
		rule += " · " + subject
	}
	return append(texts, rule, number(n))
}

func dataAsOf(n monitor.Notice) string {
	as := n.Finding.DataAsOf
	if as.IsZero() {
		return "No data yet"
	}
	return "Data as of " + Moment(as, n.Key.Marketplace)
}

// ackWord says who gave a word that holds, and until when.
func ackWord(what string, a monitor.Ack, n monitor.Notice) string {
	if !a.Holds(n.At) {
		return ""
	}
	s := what + " by " + quoted(a.By, 60)
	if !a.Until.IsZero() {
		s += " until " + Hour(a.Until, n.Key.Marketplace)
	}
	return s
}

// number names the notice, for a log.
func number(n monitor.Notice) string {
	return fmt.Sprintf("Notice %d of %s", n.ID, Moment(n.At, n.Key.Marketplace))
}

// quoted is a name that somebody typed; "somebody" where there is none.
func quoted(name string, limit int) string {
	if s := Clean(name, limit); s != "" {
		return s
	}
	return "somebody"
}

// Text writes the whole message as plain lines, each of the parts at most as long as its limit.
func (m Message) Text() []string {
	all := []string{m.Headline}
	note := func(s string) {
		if s != "" {
			all = append(all, strings.Split(s, "\n")...)
		}
	}
	note(m.Changed)
	note(m.NumberLine(""))
	if m.Advice != "" {
		note("👉 Do today: " + m.Advice)
	}
	const part = 6000
	note(m.Details.Text(part))
	for _, d := range m.Drivers {
		note("• " + d.Kind + " " + d.Name + ": " + d.Count)
	}
	note(m.Quotes.Text(part))
	for _, s := range m.Sections {
		note(s.Text(part))
	}
	note(m.Orders.Text(part))
	note(strings.Join(m.Footer, " · "))
	return all
}

// NumberLine writes the numbers on a line, and the outlook on one of its own. Each word stands between bold, which is what
// the channel has for that, or "".
func (m Message) NumberLine(bold string) string {
	var parts []string
	for _, f := range m.Numbers {
		parts = append(parts, bold+f.Word+bold+" "+f.Text)
	}
	line := strings.Join(parts, " · ")
	if m.Outlook.Word == "" {
		return line
	}
	if line != "" {
		line += "\n"
	}
	return line + bold + m.Outlook.Word + bold + " " + m.Outlook.Text
}
