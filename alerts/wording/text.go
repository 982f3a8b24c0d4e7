package wording

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxMarks is how many combining marks in a row a text may have; more paint over the lines around them.
const maxMarks = 4

// Clean makes one harmless line of any text, at most limit long by the count of Size: white space
// becomes single spaces; control characters, those that turn the direction of writing or are invisible, and broken
// UTF-8 disappear. What is cut ends in "…". The result is not escaped yet.
func Clean(s string, limit int) string {
	var b strings.Builder
	marks, space := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Co), invisible(r):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
		if b.Len() > 5*limit { // enough to be cut for certain: every rune costs at least 1 and has at most 4 bytes
			break
		}
	}
	return Cut(b.String(), limit)
}

// invisible says whether a rune shows as nothing though Unicode calls it a letter: the Hangul fillers and the blank
// Braille pattern.
func invisible(r rune) bool {
	return r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0 || r == 0x2800
}

// cost is how many characters a rune takes once it is escaped for markup and for JSON. Slack, whose limits are the tightest,
// does not say whether it counts bytes, characters or UTF-16 units, or whether what JSON escapes counts twice; this never
// counts less than it may.
func cost(r rune) int {
	switch r {
	case '&':
		return len("&amp;")
	case '<', '>':
		return len("&lt;")
	case '"', '\\', '\n':
		return 2
	}
	return max(utf16.RuneLen(r), 1)
}

// Size is what a text counts against a limit: its characters once it is escaped for markup and for JSON.
func Size(s string) int {
	n := 0
	for _, r := range s {
		n += cost(r)
	}
	return n
}

// Cut shortens a text to a Size of at most limit, between two runes, with "…" for what is gone.
func Cut(s string, limit int) string {
	n, keep := 0, 0
	for i, r := range s {
		n += cost(r)
		if n > limit {
			return strings.TrimRight(s[:keep], " ") + "…"
		}
		if n <= limit-cost('…') {
			keep = i + utf8.RuneLen(r)
		}
	}
	return s
}

// List joins as many whole lines as limit allows, the first ones, and says how many more there are of a total.
func List(lines []string, total, limit int) string {
	const reserve = 20 // for "+1234567 more"
	var b strings.Builder
	shown, used := 0, 0
	for _, line := range lines {
		used += Size(line) + Size("\n")
		if used > limit-reserve {
			break
		}
		if shown++; shown > 1 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	if total > shown {
		if shown > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "+%d more", total-shown)
	}
	return b.String()
}
