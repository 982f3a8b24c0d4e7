package links

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded are letters that stay one piece when accents are taken off.
var folded = strings.NewReplacer(
	"ß", "ss", "æ", "ae", "ø", "o", "œ", "oe", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "’", "'", "`", "'", "´", "'",
)

// umlauts are spelled in two ways: Müller and Mueller are one name.
var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// scanned are letters that scanners take for others.
var scanned = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d")

// unscanned writes a word with digits in the midst of its letters with the letters that scanners take for those: c1ose,
// b0gstrasse. A digit at the end is one: shop1.
func unscanned(w string) string {
	if !hasDigit(w) {
		return w
	}
	b := []byte(w)
	for i := 1; i+1 < len(b); i++ {
		if k := strings.IndexByte("015", b[i]); k >= 0 && letter(b[i-1]) && letter(b[i+1]) {
			b[i] = "ols"[k]
		}
	}
	return string(b)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' }

// fold writes text in small letters without accents.
func fold(s string) string {
	s = folded.Replace(strings.ToLower(norm.NFKC.String(s)))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	return norm.NFC.String(s)
}

// split parts folded text into words and numbers. An apostrophe joins, everything else that is no letter or digit parts; so
// does the border between a Latin word and the next script, which has no blanks.
func split(s string) []string {
	s = strings.ReplaceAll(s, "'", "")
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// placeholder says whether a value stands for nothing.
func placeholder(s string) bool {
	switch strings.Trim(fold(s), " .-/") {
	case "", "na", "n/a", "none", "null", "nil", "nan", "unknown", "unbekannt", "inconnu", "test", "tba", "tbd", "x", "xx", "xxx":
		return true
	}
	return false
}

// letters joins the letters and digits of folded text: what devices, users and trademarks are compared by.
func letters(s string) string { return strings.Join(split(fold(s)), "") }
