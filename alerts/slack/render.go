package slack

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	slackgo "github.com/slack-go/slack"

	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

// Message is a message as Slack takes it. Everything in it is escaped.
type Message struct {
	Text   string          `json:"text"`             // what a phone's notification shows, and the whole message where blocks cannot be
	Blocks []slackgo.Block `json:"blocks,omitempty"` // none: Text is all there is
}

// Style says what the place of a message offers. The zero Style is that of an incoming webhook.
type Style struct {
	Threads bool   // the orders are in the thread; else as many as fit are in the message
	Buttons bool   // somebody hears them: see Listener
	Page    string // the address of the page; empty: none
}

// The names of the buttons, as they come back when somebody presses one.
const (
	actionAck    = "goodstanding_ack"
	actionSnooze = "goodstanding_snooze"
	actionPage   = "goodstanding_page"
)

// The share of each part, in Slack's characters after escaping. Together with the structure around them, the blocks
// stay below the 13,200 characters at which Slack answers msg_blocks_too_long, which no documentation names.
const (
	headerLimit   = 150 // Slack's own limit
	sentenceLimit = 600
	changedLimit  = 450
	numbersLimit  = 600
	detailsLimit  = 1700
	driversLimit  = 900
	quotesLimit   = 1300
	hiddenLimit   = 700 // of the section of a message about one alert
	sectionsLimit = 9000
	sectionLimit  = 2900 // Slack's own limit is 3,000
	adviceLimit   = 1000
	ordersLimit   = 2400
	footerLimit   = 300  // each of the footer's texts
	mentionLimit  = 300  // of all names together
	textLimit     = 3500 // bytes: chat.update takes 4,000, after escaping
)

// Render writes a notice as a message. The first line makes sense alone on a phone; then the numbers, what drives them,
// what buyers wrote, what to do today, the orders, and where all of it comes from. It is pure and takes any notice.
func Render(n monitor.Notice, s Style) Message { return full(n, wording.Compose(n), s) }

// forms are the ways to write a notice, each simpler than the one before: what Slack refuses for its form may go as the next.
func forms(n monitor.Notice, s Style) []Message {
	w := wording.Compose(n)
	whole := full(n, w, s)
	return []Message{whole, full(n, wording.Message{
		Headline: w.Headline, Changed: w.Changed, Numbers: w.Numbers, Advice: w.Advice, Footer: w.Footer[len(w.Footer)-1:],
	}, s), {Text: strings.TrimPrefix(mentions(n.Mention)+"\n"+whole.Text, "\n")}}
}

// reply writes what a notice says in the thread of its living message: what became of the one alert, in a few lines.
func reply(n monitor.Notice, s Style) Message {
	w := wording.News(n)
	return full(n, wording.Message{Headline: w.Headline, Changed: w.Changed, Numbers: w.Numbers, Outlook: w.Outlook, Advice: w.Advice, Footer: w.Footer}, Style{Page: s.Page})
}

// full gives the parts of a message their form.
func full(n monitor.Notice, w wording.Message, s Style) Message {
	var m Message
	add := func(b slackgo.Block) { m.Blocks = append(m.Blocks, b) }
	section := func(limit int, text string) {
		if text != "" {
			add(slackgo.NewSectionBlock(plain(text, limit), nil, nil))
		}
	}
	add(slackgo.NewHeaderBlock(plain(w.Headline, headerLimit)))
	if wording.Size(w.Headline) > headerLimit {
		section(sentenceLimit, w.Headline)
	}
	called := mentions(n.Mention)
	if called != "" {
		add(slackgo.NewSectionBlock(slackgo.NewTextBlockObject(slackgo.MarkdownType, called, false, false), nil, nil))
	}
	section(changedLimit, w.Changed)
	if numbers := w.NumberLine("*"); numbers != "" {
		add(slackgo.NewSectionBlock(mrkdwn(numbers, numbersLimit), nil, nil))
	}
	section(detailsLimit, w.Details.Text(detailsLimit))
	if drivers := driverLines(w.Drivers); drivers != "" {
		add(slackgo.NewSectionBlock(mrkdwn(drivers, driversLimit), nil, nil))
	}
	section(quotesLimit, w.Quotes.Text(quotesLimit))
	each := min(sectionLimit, sectionsLimit/max(len(w.Sections), 1))
	if len(w.Numbers) > 0 || len(w.Details.Shown) > 0 && len(n.Members) == 0 && n.Digest == nil {
		each = hiddenLimit
	}
	for _, part := range w.Sections {
		section(each, part.Text(each))
	}
	if w.Advice != "" {
		section(adviceLimit, "👉 Do today: "+w.Advice)
	}
	switch {
	case w.Orders.Total > 0 && s.Threads:
		section(ordersLimit, fmt.Sprintf("📎 %s: %d, in the thread", w.Orders.Title, w.Orders.Total))
	default:
		section(ordersLimit, w.Orders.Text(ordersLimit))
	}
	if s.Buttons {
		if row := buttons(n, s.Page); row != nil {
			add(row)
		}
	}
	var footer []slackgo.MixedElement
	for _, text := range w.Footer {
		footer = append(footer, plain(text, footerLimit))
	}
	if link := pageLink(s.Page); link != "" && !s.Buttons {
		footer = append(footer, slackgo.NewTextBlockObject(slackgo.MarkdownType, link, false, true))
	}
	if len(footer) > 0 {
		add(slackgo.NewContextBlock("", footer...))
	}
	m.Text = fallback(w, s)
	return m
}

// plain makes an object in which Slack formats nothing. Our own signs are not written as :names:, so no data can be.
func plain(text string, limit int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, escaper.Replace(wording.Cut(text, limit)), false, false)
}

// mrkdwn makes an object in which *bold* and `code` have their meaning. Data may stand in it inside code only.
// Verbatim keeps Slack from making links and mentions of what looks like one.
func mrkdwn(text string, limit int) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.MarkdownType, escaper.Replace(wording.Cut(text, limit)), false, true)
}

// driverLines names what carries more than its share.
func driverLines(drivers []wording.Driver) string {
	var lines []string
	for _, d := range drivers {
		lines = append(lines, "• "+letters(d.Kind, 40)+" "+code(d.Name, 100)+": "+d.Count)
	}
	if len(lines) == 0 {
		return ""
	}
	return "*Where it comes from*\n" + wording.List(lines, len(lines), driversLimit-40)
}

// buttons are the row under an alert that can be answered; nil where there is nothing to answer.
func buttons(n monitor.Notice, page string) *slackgo.ActionBlock {
	var row []slackgo.BlockElement
	add := func(action, text string) *slackgo.ButtonBlockElement {
		b := slackgo.NewButtonBlockElement(action, strconv.FormatInt(n.ID, 10), slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false))
		row = append(row, b)
		return b
	}
	if answerable(n) {
		if !n.Acked.Holds(n.At) {
			add(actionAck, "Acknowledge")
		}
		if !n.Snoozed.Holds(n.At) {
			add(actionSnooze, "Snooze 24 h")
		}
	}
	if pageLink(page) != "" {
		add(actionPage, "Open page").URL = page
	}
	if len(row) == 0 {
		return nil
	}
	return slackgo.NewActionBlock("", row...)
}

// answerable says whether a notice is about something that somebody can take on.
func answerable(n monitor.Notice) bool {
	switch n.Kind {
	case monitor.KindDigest, monitor.KindSilence, monitor.KindTest:
		return false
	}
	if len(n.Members) == 0 {
		return n.Event != monitor.Resolved && n.Key.Account != ""
	}
	for _, m := range n.Members {
		if m.Event != monitor.Resolved {
			return true
		}
	}
	return false
}

// pageLink is a link to the page, or "" where the address is none that can be written as a link.
func pageLink(page string) string {
	if page == "" || len(page) > 3000 || strings.ContainsAny(page, "<>| \n\"") {
		return ""
	}
	return "<" + strings.ReplaceAll(page, "&", "&amp;") + "|Open the page>"
}

var (
	userID  = pattern(`^[UW][A-Z0-9]{2,20}$`)
	groupID = pattern(`^S[A-Z0-9]{2,20}$`)
	control = pattern(`^<(@[UW][A-Z0-9]{2,20}|!subteam\^S[A-Z0-9]{2,20}|!here|!channel|!everyone)>$`)
)

// pattern compiles an expression when it is first used: most commands write no message.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// mentions calls people, as the configuration names them: a member's id (U0123ABC), a group's (S0123ABC), "here" or
// "channel". Any other name is shown and calls nobody.
func mentions(names []string) string {
	var parts []string
	used := 0
	for _, name := range names {
		part := ""
		switch bare := strings.TrimPrefix(name, "@"); {
		case control().MatchString(name):
			part = name
		case userID().MatchString(bare):
			part = "<@" + bare + ">"
		case groupID().MatchString(bare):
			part = "<!subteam^" + bare + ">"
		case bare == "here" || bare == "channel" || bare == "everyone":
			part = "<!" + bare + ">"
		default:
			part = escaper.Replace(code(bare, 40))
		}
		if used += wording.Size(part) + 1; used > mentionLimit {
			break
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// fallback writes the whole message as plain lines, shorter than the blocks.
func fallback(w wording.Message, s Style) string {
	w.Drivers, w.Quotes = nil, wording.Lines{}
	if s.Threads && w.Orders.Total > 0 {
		w.Orders = wording.Lines{Shown: []string{fmt.Sprintf("%s: %d, in the thread", w.Orders.Title, w.Orders.Total)}, Total: 1}
	}
	var b strings.Builder
	for i, line := range w.Text() {
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
