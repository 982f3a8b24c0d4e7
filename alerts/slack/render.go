package slack

import (
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodstanding/monitor"
)

// Message is a message as Slack takes it. Everything in it is escaped.
type Message struct {
	Text   string          `json:"text"`             // what a phone's notification shows, and the whole message where blocks cannot be
	Blocks []slackgo.Block `json:"blocks,omitempty"` // none: Text is all there is
}

// The share of each part, in Slack's characters after escaping. Together with the structure around them, the blocks
// stay below the 13,200 characters at which Slack answers msg_blocks_too_long, which no documentation names.
const (
	headerLimit   = 150 // Slack's own limit
	sentenceLimit = 600
	numbersLimit  = 600
	detailsLimit  = 1900
	driversLimit  = 900
	quotesLimit   = 1600
	adviceLimit   = 1000
	ordersLimit   = 2400
	footerLimit   = 300  // each of the footer's texts
	textLimit     = 3500 // bytes: chat.update takes 4,000, after escaping
)

// How many of each are shown.
const (
	mostDetails = 8
	mostDrivers = 5
	mostQuotes  = 3
	mostOrders  = 10
)

// Render writes a notice as a message. The first line makes sense alone on a phone; then the numbers, what drives them,
// what buyers wrote, what to do today, the orders, and where all of it comes from. It is pure and takes any Finding.
func Render(n monitor.Notice) Message {
	n.Finding.Account, n.Finding.Marketplace = n.Key.Account, n.Key.Marketplace
	first := headline(n)
	over := n.Event == monitor.Resolved // what to do and where to look is of no use any more

	var m Message
	add := func(b slackgo.Block) { m.Blocks = append(m.Blocks, b) }
	section := func(limit int, text string) {
		if text != "" {
			add(slackgo.NewSectionBlock(plain(text, limit), nil, nil))
		}
	}
	add(slackgo.NewHeaderBlock(plain(first, headerLimit)))
	if size(first) > headerLimit {
		section(sentenceLimit, first)
	}
	if numbers := numberLines(n, "*"); numbers != "" {
		add(slackgo.NewSectionBlock(mrkdwn(numbers, numbersLimit), nil, nil))
	}
	section(detailsLimit, detailLines(n))
	if !over {
		if drivers := driverLines(n.Finding); drivers != "" {
			add(slackgo.NewSectionBlock(mrkdwn(drivers, driversLimit), nil, nil))
		}
		section(quotesLimit, quoteLines(n.Finding))
		section(adviceLimit, adviceLine(n.Finding))
		section(ordersLimit, orderLines(n.Finding))
	}
	var footer []slackgo.MixedElement
	for _, text := range footerTexts(n) {
		footer = append(footer, plain(text, footerLimit))
	}
	add(slackgo.NewContextBlock("", footer...))
	m.Text = fallback(n, first, over)
	return m
}

// plain makes an object in which Slack formats nothing. Our own signs are not written as :names:, so no data can be.
func plain(text string, limit int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, escaper.Replace(cut(text, limit)), false, false)
}

// mrkdwn makes an object in which *bold* and `code` have their meaning. Data may stand in it inside code only.
// Verbatim keeps Slack from making links and mentions of what looks like one.
func mrkdwn(text string, limit int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.MarkdownType, escaper.Replace(cut(text, limit)), false, true)
}

// headline says what happened and to which account, in one line.
func headline(n monitor.Notice) string {
	f := n.Finding
	what := title(n.Key)
	if summary := clean(f.Summary, sentenceLimit-200); summary != "" {
		what = summary
		market := clean(string(n.Key.Marketplace), 40)
		switch {
		case !strings.Contains(summary, clean(n.Key.Account, 60)):
			what = place(n.Key) + ": " + summary
		case !strings.Contains(summary, market):
			what = market + ": " + summary
		}
	}
	switch n.Event {
	case monitor.Resolved:
		if f.Severity == monitor.OK {
			return "✅ Resolved: " + what
		}
		return "✅ Resolved: " + title(n.Key) // the summary is of the time before
	case monitor.Eased:
		return "🔽 Eased to " + string(known(n.Severity)) + ": " + what
	case monitor.WentBlind:
		return "❔ Not judged any more: " + title(n.Key)
	case monitor.Escalated:
		return mark(n.Severity) + ", was " + string(known(n.Was)) + ": " + what
	default:
		return mark(n.Severity) + ": " + what
	}
}

// known returns a severity that is one of the words, and "unknown" for any other text.
func known(s monitor.Severity) monitor.Severity {
	if s == monitor.Blind || s.Rank() >= monitor.OK.Rank() {
		return s
	}
	return "unknown"
}

// numberLines says where the value stands: now, limit, headroom, window; and where it goes. Each word is set between
// bold, which is "*" or "".
func numberLines(n monitor.Notice, bold string) string {
	f := n.Finding
	word := func(w string) string { return bold + w + bold + " " }
	var parts []string
	if f.Value != nil {
		now := word("Now")
		if n.Event == monitor.Resolved && f.Severity != monitor.OK {
			now = word("When last seen")
		}
		now += figure(f, *f.Value, f.Limit)
		if f.Orders > 0 {
			now += fmt.Sprintf(" (%d of %d)", f.Defects, f.Orders)
		}
		parts = append(parts, now)
	}
	if f.Limit != nil {
		parts = append(parts, word("Limit")+figure(f, *f.Limit, f.Value))
	}
	switch {
	case f.Headroom == nil:
	case *f.Headroom > 0:
		parts = append(parts, word("Headroom")+several(*f.Headroom, "more reaches the limit", "more reach the limit"))
	default:
		parts = append(parts, word("Headroom")+"none, the limit is crossed")
	}
	if f.Recovery != nil && *f.Recovery > 0 {
		parts = append(parts, word("Way back")+several(*f.Recovery, "clean order", "clean orders"))
	}
	if f.Window != nil {
		parts = append(parts, word("Window")+days(*f.Window))
	}
	if f.Unknown > 0 {
		parts = append(parts, word("Not known")+several(f.Unknown, "order", "orders"))
	}
	line := strings.Join(parts, " · ")
	if o := f.Outlook; o != nil && n.Event != monitor.Resolved {
		if line != "" {
			line += "\n"
		}
		line += word("On "+o.Day.Short()) + figure(f, o.Value, f.Limit)
		if o.Orders > 0 {
			line += fmt.Sprintf(" (%d of %d)", o.Defects, o.Orders)
		}
		line += " if nothing else happens"
	}
	return line
}

// detailLines writes the further sentences of the finding. For a blind spell its summary is the first: it says why.
func detailLines(n monitor.Notice) string {
	all := n.Finding.Details
	if s := n.Finding.Summary; n.Event == monitor.WentBlind && s != "" {
		all = append([]string{s}, all...)
	}
	var lines []string
	for _, d := range all[:min(len(all), mostDetails)] {
		lines = append(lines, "• "+clean(d, 400))
	}
	return list(lines, len(all), detailsLimit)
}

// driverLines names what carries more than its share.
func driverLines(f monitor.Finding) string {
	var lines []string
	for _, d := range f.Drivers[:min(len(f.Drivers), mostDrivers)] {
		line := fmt.Sprintf("• %s %s: %d", letters(d.Kind, 40), code(d.Name, 100), d.Defects)
		if d.Orders > 0 {
			line += " of " + several(d.Orders, "order", "orders")
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return ""
	}
	return "*Where it comes from*\n" + list(lines, len(f.Drivers), driversLimit-40)
}

// quoteLines gives buyers' own words.
func quoteLines(f monitor.Finding) string {
	var lines []string
	for _, q := range f.Quotes[:min(len(f.Quotes), mostQuotes)] {
		line := "💬 " + q.Day.Short()
		if q.OrderID != "" {
			line += ", order " + clean(q.OrderID, 40)
		}
		if q.Rating > 0 {
			line += ", " + several(q.Rating, "star", "stars")
		}
		comment := clean(q.Comment, 350)
		if comment == "" {
			comment = "(no comment)"
		}
		lines = append(lines, line+": “"+comment+"”")
	}
	return list(lines, len(f.Quotes), quotesLimit)
}

// adviceLine says what to do today.
func adviceLine(f monitor.Finding) string {
	if a := clean(f.Advice, adviceLimit-20); a != "" {
		return "👉 Do today: " + a
	}
	return ""
}

// orderLines lists the orders behind the finding.
func orderLines(f monitor.Finding) string {
	var lines []string
	for _, e := range f.Evidence[:min(len(f.Evidence), mostOrders)] {
		line := "• " + clean(e.About(), 40)
		if e.Date != 0 {
			line += ", " + e.Date.Short()
		}
		if !e.ShipBy.IsZero() {
			line += ", ship by " + hour(e.ShipBy, f.Marketplace)
		}
		if !e.Confirmed.IsZero() {
			line += ", confirmed " + hour(e.Confirmed, f.Marketplace)
		}
		if why := clean(e.Why, 120); why != "" {
			line += ": " + why
		}
		if from := clean(e.Source.String(), 80); from != "" {
			line += " (" + from + ")"
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return ""
	}
	what := "Evidence"
	if f.Evidence[0].Source.File == "" {
		what = "Orders"
	}
	return what + ":\n" + list(lines, len(f.Evidence), ordersLimit-20)
}

// footerTexts says where the message comes from: why it is sent, how old the data is, what it is about.
func footerTexts(n monitor.Notice) []string {
	var texts []string
	if reason := clean(n.Reason, footerLimit-10); reason != "" {
		texts = append(texts, reason)
	}
	data := "No data yet"
	if as := n.Finding.DataAsOf; !as.IsZero() {
		data = "Data as of " + moment(as, n.Key.Marketplace)
	}
	texts = append(texts, data)
	if w := n.Finding.Window; w != nil {
		texts = append(texts, "Window "+days(*w))
	}
	about := place(n.Key)
	if signal := clean(string(n.Key.Signal), 60); signal != "" {
		about = signal + " · " + about
	}
	if subject := clean(n.Key.Subject, 60); subject != "" {
		about += " · " + subject
	}
	return append(texts, about, fmt.Sprintf("Notice %d of %s", n.ID, moment(n.At, n.Key.Marketplace)))
}

// fallback writes the whole message as plain lines, shorter than the blocks.
func fallback(n monitor.Notice, first string, over bool) string {
	lines := []string{first}
	note := func(s string) {
		if s != "" {
			lines = append(lines, strings.Split(s, "\n")...)
		}
	}
	note(numberLines(n, ""))
	if !over {
		note(adviceLine(n.Finding))
	}
	note(detailLines(n))
	if !over {
		note(orderLines(n.Finding))
	}
	lines = append(lines, strings.Join(footerTexts(n), " · "))

	var b strings.Builder
	for i, line := range lines {
		line = escaper.Replace(line)
		const reserve = len("\n…")
		if b.Len()+len("\n")+len(line) > textLimit-reserve {
			b.WriteString("\n…")
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}
