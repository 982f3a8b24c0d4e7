package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
	"golang.org/x/term"

	"goodstanding/checks"
	"goodstanding/monitor"
)

// printer writes for people. Colours are only on a terminal, never the only sign, and off where NO_COLOUR is set.
type printer struct {
	w      io.Writer
	width  int // columns
	colour bool
	err    error // the first error of writing
}

// newPrinter finds out what w is.
func newPrinter(w io.Writer, env func(string) string) *printer {
	p := &printer{w: w, width: 100}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	p.colour = env("NO_COLOR") == "" && env("TERM") != "dumb"
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width >= 40 {
		p.width = min(width, 120)
	}
	return p
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// paint colours text on a terminal.
func (p *printer) paint(text string, attributes ...color.Attribute) string {
	if !p.colour {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// signs show a severity by shape and word; the colour comes on top.
var signs = map[monitor.Severity]struct {
	shape, word string
	paint       []color.Attribute
}{
	monitor.Critical: {"✖", "CRITICAL", []color.Attribute{color.FgRed, color.Bold}},
	monitor.Warning:  {"▲", "WARNING", []color.Attribute{color.FgYellow, color.Bold}},
	monitor.Watch:    {"◆", "watch", []color.Attribute{color.FgCyan}},
	monitor.Blind:    {"?", "BLIND", []color.Attribute{color.FgMagenta, color.Bold}},
	monitor.OK:       {"✓", "ok", []color.Attribute{color.FgGreen}},
}

// attention orders findings for people: what is worst comes first, and not knowing is worse than watching.
func attention(s monitor.Severity) int {
	return slices.Index([]monitor.Severity{monitor.Critical, monitor.Warning, monitor.Blind, monitor.Watch, monitor.OK}, s)
}

// worstOf returns the severity that asks for the most attention.
func worstOf(findings []monitor.Finding) monitor.Severity {
	worst := monitor.OK
	for _, f := range findings {
		if attention(f.Severity) < attention(worst) {
			worst = f.Severity
		}
	}
	return worst
}

// clean makes foreign text safe to print: one line, no control or direction characters.
func clean(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)), " ")
}

// wrapped prints text in lines behind an indent; the first line comes behind first.
func (p *printer) wrapped(first, indent, text string) {
	room := max(20, p.width-utf8.RuneCountInString(indent))
	line, lead := "", first
	flush := func() {
		p.printf("%s%s\n", lead, line)
		line, lead = "", indent
	}
	// A number and its % stay on one line.
	for word := range strings.FieldsSeq(strings.ReplaceAll(clean(text), " %", "\x00%")) {
		word = strings.ReplaceAll(word, "\x00", " ")
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room {
			flush()
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	flush()
}

// maxListed is how many orders the report lists of one finding; --json has them all.
const maxListed = 8

// findings prints the report: accounts by need, the worst finding of each first.
func (p *printer) findings(all []monitor.Finding, at time.Time) {
	byAccount := map[string][]monitor.Finding{}
	var accounts []string
	for _, f := range all {
		if byAccount[f.Account] == nil {
			accounts = append(accounts, f.Account)
		}
		byAccount[f.Account] = append(byAccount[f.Account], f)
	}
	slices.SortStableFunc(accounts, func(a, b string) int {
		return cmp.Or(cmp.Compare(attention(worstOf(byAccount[a])), attention(worstOf(byAccount[b]))), cmp.Compare(a, b))
	})
	noun := "accounts"
	if len(accounts) == 1 {
		noun = "account"
	}
	p.printf("%s  as of %s, %d %s\n", p.paint("Goodstanding", color.Bold), at.Format("Mon 2 Jan 2006 15:04 MST"), len(accounts), noun)
	for _, a := range accounts {
		p.account(a, byAccount[a])
	}
}

func (p *printer) account(name string, findings []monitor.Finding) {
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int { return cmp.Compare(attention(a.Severity), attention(b.Severity)) })
	sign := signs[worstOf(findings)]
	p.printf("\n%s\n", p.paint(clean(name), color.Bold, color.Underline))
	if sign.word == "ok" {
		p.printf("  %s\n", p.paint(sign.shape+" nothing threatens this account", sign.paint...))
	}
	for i, f := range findings {
		switch {
		case f.Severity == monitor.OK, f.Severity == monitor.Blind && slices.ContainsFunc(findings[:i], alike(f)):
			continue
		case f.Severity == monitor.Blind:
			p.finding(f, slices.DeleteFunc(slices.Clone(findings[i+1:]), func(g monitor.Finding) bool { return !alike(f)(g) })...)
		default:
			p.finding(f)
		}
	}
	first := true
	for _, f := range findings {
		if f.Severity != monitor.OK {
			continue
		}
		if first {
			p.printf("\n")
			first = false
		}
		sign := signs[monitor.OK]
		p.wrapped("  "+p.paint(sign.shape, sign.paint...)+" ", "    ", place(f)+f.Summary)
	}
}

// place says where a finding holds, where that is not plain.
func place(f monitor.Finding) string {
	var parts []string
	if f.Marketplace != "" {
		parts = append(parts, string(f.Marketplace))
	}
	if f.Subject == monitor.FBA.Label() || f.Subject == monitor.SellerFulfilled.Label() {
		parts = append(parts, f.Subject)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": "
}

// alike says whether a finding is blind in the same place as f, and the same thing settles it: to people that is one matter.
func alike(f monitor.Finding) func(monitor.Finding) bool {
	return func(g monitor.Finding) bool {
		return g.Severity == monitor.Blind && g.Marketplace == f.Marketplace && g.Subject == f.Subject && g.Advice == f.Advice
	}
}

func titleOf(signal monitor.Signal) string {
	if e, ok := checks.Find(signal); ok {
		return e.Title
	}
	return string(signal)
}

// finding prints one finding in full, and of others that are alike what they say.
func (p *printer) finding(f monitor.Finding, others ...monitor.Finding) {
	const indent = "      "
	sign := signs[f.Severity]
	title := titleOf(f.Signal)
	for _, o := range others {
		if other := titleOf(o.Signal); !strings.Contains(title, other) {
			title += ", " + other
		}
	}
	where := strings.TrimSuffix(place(f), ": ")
	if where != "" {
		where = ", " + where
	}
	p.printf("\n  %s %s%s\n", p.paint(sign.shape+" "+sign.word, sign.paint...), p.paint(title, color.Bold), where)
	p.wrapped(indent, indent, f.Summary)
	for _, d := range f.Details {
		p.wrapped(indent, indent, d)
	}
	for _, o := range others {
		for _, d := range append([]string{o.Summary}, o.Details...) {
			p.wrapped(indent, indent, d)
		}
	}
	p.calendar(f, indent)
	for _, d := range f.Drivers {
		p.wrapped(indent, indent, "Cause: "+causeText(d, f.Orders))
	}
	for _, q := range f.Quotes {
		p.wrapped(indent+"│ ", indent+"│ ", "“"+clean(q.Comment)+"”")
	}
	p.wrapped(indent+p.paint("→ ", color.Bold), indent+"  ", f.Advice)
	for i, e := range f.Evidence {
		if i == maxListed {
			p.printf("%s  … and %d more (--json lists them all)\n", indent, len(f.Evidence)-maxListed)
			break
		}
		p.evidence(indent+"  ", e)
	}
	if !f.DataAsOf.IsZero() {
		p.printf("%s%s\n", indent, p.paint("data as of "+f.DataAsOf.In(f.Marketplace.Clock()).Format("Mon 2 Jan 15:04 MST"), color.Faint))
	}
}

// evidence prints an order or a row behind a finding, and where it stands.
func (p *printer) evidence(indent string, e monitor.Evidence) {
	var parts []string
	for _, part := range []string{e.About(), evidenceDay(e), e.Why} {
		if part = clean(part); part != "" {
			parts = append(parts, part)
		}
	}
	if from := clean(e.Source.String()); from != "" {
		parts = append(parts, "["+from+"]")
	}
	p.wrapped(indent, indent+"  ", strings.Join(parts, ", "))
}

func evidenceDay(e monitor.Evidence) string {
	if e.Date == 0 {
		return ""
	}
	return e.Date.String()
}

// files counts files, countRows rows.
func files(n int) string {
	if n == 1 {
		return "1 file"
	}
	return grouped(n) + " files"
}

func countRows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return grouped(n) + " rows"
}

// grouped writes a count with a comma between thousands.
func grouped(n int) string {
	if n < 0 {
		return "-" + grouped(-n)
	}
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// files prints what was read from a folder, and what was not.
func (p *printer) files(all []taken) {
	rows, bad := 0, 0
	var refused []taken
	for _, t := range all {
		rows += t.Summary.Read
		bad += t.Summary.Bad
		if t.Refusal != nil {
			refused = append(refused, t)
		}
	}
	p.printf("\n%s\n", p.paint(fmt.Sprintf("%s read, %s", files(len(all)-len(refused)), countRows(rows)), color.Faint))
	if bad > 0 {
		p.printf("%s\n", p.paint(countRows(bad)+" could not be read:", color.FgYellow))
	}
	for _, t := range all {
		for i, b := range t.Bad {
			if i == 3 {
				p.printf("  … and %d more in %s\n", t.Summary.Bad-3, clean(t.File.Name))
				break
			}
			p.wrapped("  ", "    ", t.File.Name+" "+b.String())
		}
	}
	if len(refused) > 0 {
		p.printf("%s\n", p.paint(files(len(refused))+" not read:", color.FgYellow))
	}
	for _, t := range refused {
		p.wrapped("  ", "    ", t.Refusal.Error())
	}
	seen := map[string]bool{}
	for _, t := range all {
		for _, n := range t.Notes {
			if t.Refusal == nil && !seen[n] {
				seen[n] = true
				p.wrapped("  ", "    ", t.File.Name+": "+n)
			}
		}
	}
}
