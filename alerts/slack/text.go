package slack

import (
	"strings"
	"unicode"

	"goodstanding/alerts/wording"
)

// escaper writes the three characters that Slack gives a meaning to. Nothing else may be escaped.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// code makes a code span of any text. The text cannot end it, and an empty one is said to be so.
func code(s string, limit int) string {
	s = strings.ReplaceAll(wording.Clean(s, limit), "`", "'")
	if s == "" {
		return "(empty)"
	}
	return "`" + s + "`"
}

// letters keeps of a text only what mrkdwn gives no meaning to.
func letters(s string, limit int) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, wording.Clean(s, limit))
}
