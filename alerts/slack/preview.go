package slack

import (
	"strings"
	"unicode"

	slackgo "github.com/slack-go/slack"
)

// narrowest is the least width that Preview draws in.
const narrowest = 20

// Preview draws a message in a box of the given width in columns, for a terminal, about as Slack shows it. With colour,
// what is bold in Slack is bold, by ANSI codes; without, the output holds no control character but the newline.
// Control characters of the message never reach the terminal.
func Preview(m Message, colour bool, width int) string {
	inner := max(width, narrowest) - 4
	var b strings.Builder
	rule := func(left, right string) {
		b.WriteString(left + strings.Repeat("─", inner+2) + right + "\n")
	}
	draw := func(text []glyph) {
		for _, line := range wrap(text, inner) {
			b.WriteString("│ " + paint(line, colour) + strings.Repeat(" ", inner-columns(line)) + " │\n")
		}
	}
	rule("┌", "┐")
	if len(m.Blocks) == 0 {
		draw(glyphs(m.Text, false, false))
	}
	for i, block := range m.Blocks {
		switch block := block.(type) {
		case *slackgo.HeaderBlock:
			draw(glyphs(block.Text.Text, false, true))
		case *slackgo.SectionBlock:
			if i > 0 {
				draw(nil)
			}
			if block.Text != nil {
				draw(glyphs(block.Text.Text, block.Text.Type == slackgo.MarkdownType, false))
			}
		case *slackgo.ActionBlock:
			draw(nil)
			draw(glyphs(row(block), false, true))
		case *slackgo.ContextBlock:
			rule("├", "┤")
			for _, e := range block.ContextElements.Elements {
				if t, ok := e.(*slackgo.TextBlockObject); ok {
					draw(glyphs(t.Text, t.Type == slackgo.MarkdownType, false))
				}
			}
		}
	}
	rule("└", "┘")
	return b.String()
}

// row writes buttons side by side.
func row(block *slackgo.ActionBlock) string {
	var names []string
	for _, e := range block.Elements.ElementSet {
		if b, ok := e.(*slackgo.ButtonBlockElement); ok {
			names = append(names, "[ "+b.Text.Text+" ]")
		}
	}
	return strings.Join(names, " ")
}

// glyph is a rune as it is shown.
type glyph struct {
	r    rune
	bold bool
}

// unescaper undoes escaper.
var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// glyphs reads a text object: its escapes, and in mrkdwn its *bold* outside of `code`. Control characters, the newline
// apart, become "�".
func glyphs(text string, mrkdwn, bold bool) []glyph {
	var all []glyph
	code := false
	for _, r := range unescaper.Replace(text) {
		switch {
		case mrkdwn && r == '`':
			code = !code
		case mrkdwn && r == '*' && !code:
			bold = !bold
			continue
		case r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			r = unicode.ReplacementChar
		}
		all = append(all, glyph{r, bold})
	}
	return all
}

// wrap breaks a text into lines of at most width columns, at spaces where there are any.
func wrap(text []glyph, width int) [][]glyph {
	var lines [][]glyph
	var line []glyph
	used, space := 0, -1 // the columns of the line, and where its last space stands
	for _, g := range text {
		if g.r == '\n' {
			lines, line, used, space = append(lines, line), nil, 0, -1
			continue
		}
		w := runeColumns(g.r)
		if used+w > width {
			if g.r == ' ' {
				lines, line, used, space = append(lines, line), nil, 0, -1
				continue
			}
			rest := []glyph(nil)
			if space > 0 {
				line, rest = line[:space], append(rest, line[space+1:]...)
			}
			lines, line, used, space = append(lines, line), rest, columns(rest), -1
		}
		if g.r == ' ' {
			space = len(line)
		}
		line = append(line, g)
		used += w
	}
	return append(lines, line)
}

// paint writes a line, with ANSI codes around what is bold if colour is wanted.
func paint(line []glyph, colour bool) string {
	var b strings.Builder
	bold := false
	for _, g := range line {
		if colour && g.bold != bold {
			bold = g.bold
			b.WriteString(ansi(bold))
		}
		b.WriteRune(g.r)
	}
	if bold {
		b.WriteString(ansi(false))
	}
	return b.String()
}

func ansi(bold bool) string {
	if bold {
		return "\x1b[1m"
	}
	return "\x1b[22m"
}

// columns counts the columns of a line.
func columns(line []glyph) int {
	n := 0
	for _, g := range line {
		n += runeColumns(g.r)
	}
	return n
}

// wide are the runes that a terminal draws over two columns: East Asian scripts and emoji.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1}, {Lo: 0x231A, Hi: 0x231B, Stride: 1}, {Lo: 0x23E9, Hi: 0x23EC, Stride: 1},
		{Lo: 0x2614, Hi: 0x2615, Stride: 1}, {Lo: 0x2648, Hi: 0x2653, Stride: 1}, {Lo: 0x26A1, Hi: 0x26A1, Stride: 1},
		{Lo: 0x26C4, Hi: 0x26C5, Stride: 1}, {Lo: 0x26D4, Hi: 0x26D4, Stride: 1}, {Lo: 0x2705, Hi: 0x2705, Stride: 1},
		{Lo: 0x270A, Hi: 0x270B, Stride: 1}, {Lo: 0x2728, Hi: 0x2728, Stride: 1}, {Lo: 0x274C, Hi: 0x274C, Stride: 1},
		{Lo: 0x2753, Hi: 0x2755, Stride: 1}, {Lo: 0x2757, Hi: 0x2757, Stride: 1}, {Lo: 0x2B50, Hi: 0x2B50, Stride: 1},
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1}, {Lo: 0x3041, Hi: 0x33FF, Stride: 1}, {Lo: 0x3400, Hi: 0x4DBF, Stride: 1},
		{Lo: 0x4E00, Hi: 0x9FFF, Stride: 1}, {Lo: 0xA000, Hi: 0xA4CF, Stride: 1}, {Lo: 0xAC00, Hi: 0xD7A3, Stride: 1},
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1}, {Lo: 0xFE30, Hi: 0xFE6F, Stride: 1}, {Lo: 0xFF00, Hi: 0xFF60, Stride: 1},
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F004, Hi: 0x1F004, Stride: 1}, {Lo: 0x1F18E, Hi: 0x1F19A, Stride: 1}, {Lo: 0x1F200, Hi: 0x1F320, Stride: 1},
		{Lo: 0x1F32D, Hi: 0x1F335, Stride: 1}, {Lo: 0x1F337, Hi: 0x1F37C, Stride: 1}, {Lo: 0x1F37E, Hi: 0x1F393, Stride: 1},
		{Lo: 0x1F3A0, Hi: 0x1F3F0, Stride: 1}, {Lo: 0x1F3F4, Hi: 0x1F4FD, Stride: 1}, {Lo: 0x1F4FF, Hi: 0x1F53D, Stride: 1},
		{Lo: 0x1F550, Hi: 0x1F567, Stride: 1}, {Lo: 0x1F5FB, Hi: 0x1F64F, Stride: 1}, {Lo: 0x1F680, Hi: 0x1F6FC, Stride: 1},
		{Lo: 0x1F7E0, Hi: 0x1F7EB, Stride: 1}, {Lo: 0x1F900, Hi: 0x1FAFF, Stride: 1}, {Lo: 0x20000, Hi: 0x3FFFD, Stride: 1},
	},
}

// runeColumns is how many columns a rune takes: none for a combining mark, two for a wide one.
func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}
