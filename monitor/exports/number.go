package exports

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// numerals is what a file tells of how it writes its numbers: with a decimal point, 1,234.50, or with a decimal comma,
// 1.234,50. Most numbers can be read in one way only, and tell; 1,234 can be either, so it is read as the others are.
type numerals struct {
	point, comma bool // a number can only be read so
	unclear      bool // a number can be read in both ways, as different numbers
	semicolons   bool // part the cells, as spreadsheets write them where the comma is the decimal sign

	quotients, percents bool // a rate without a percent sign can only be read so
}

// number reads a number within bounds, nil for a missing one. It answers false for what is no number in either way.
// While the file is surveyed the value of a number that does not tell by itself is of no meaning. In a file of both
// ways such a number is missing.
func (n *numerals) number(cell []byte, least, most float64) (*float64, bool) {
	return n.read(cell, func(v float64) bool { return v >= least && v <= most })
}

// units reads a whole number within bounds, nil for a missing one.
func (n *numerals) units(cell []byte, least, most int) (*int, bool) {
	v, ok := n.read(cell, func(v float64) bool { return v == math.Trunc(v) && v >= float64(least) && v <= float64(most) })
	if v == nil {
		return nil, ok
	}
	whole := int(*v)
	return &whole, ok
}

// share reads a percentage as 0..1. Without a percent sign, 0.5 could be a half or half a percent: then part and whole
// decide, whose quotient it is, and where they are not told the other rates of the file; else it is missing.
func (n *numerals) share(cell []byte, part, whole *int) (*float64, bool) {
	text := strings.TrimRight(strings.TrimSpace(string(clip(cell, maxName))), "%％")
	signed := len(text) < len(bytes.TrimSpace(cell))
	v, ok := n.number([]byte(text), 0, 1000)
	if v == nil {
		return nil, ok
	}
	percent := math.Round(*v*1e8) / 1e10 // 16.67 gives 0.1667, not 0.16670000000000001
	switch {
	case signed:
		return &percent, true
	case *v == 0:
		return v, true
	case part == nil || whole == nil || *whole == 0:
		switch {
		case n.percents && !n.quotients:
			return &percent, true
		case n.quotients && !n.percents && *v <= 1:
			return v, true
		}
		return nil, true
	}
	if told := float64(*part) / float64(*whole); math.Abs(told-percent) < math.Abs(told-*v) {
		n.percents = true
		return &percent, true
	}
	n.quotients = true
	return v, true
}

// read reads a number in the way of the file, among the ways that give a number that may be.
func (n *numerals) read(cell []byte, may func(float64) bool) (*float64, bool) {
	if missing(cell) {
		return nil, true
	}
	text, ok := digitsOf(cell)
	if !ok {
		return nil, false
	}
	point, pointed := readNumber(text, '.', ',')
	comma, pointless := readNumber(text, ',', '.')
	pointed, pointless = pointed && may(point), pointless && may(comma)
	switch {
	case !pointed && !pointless:
		return nil, false
	case !pointless:
		n.point = true
		return &point, true
	case !pointed:
		n.comma = true
		return &comma, true
	case point == comma:
		return &point, true
	}
	n.unclear = true
	switch {
	case n.point && n.comma:
		return nil, true
	case n.comma, n.semicolons && !n.point:
		return &comma, true
	}
	return &point, true
}

// note says what people should know of the numbers.
func (n *numerals) note() string {
	switch {
	case n == nil:
		return ""
	case n.point && n.comma && n.unclear:
		return "Some numbers have a decimal point and some a decimal comma: those that can be read in both ways count as missing."
	case n.comma && !n.point:
		return "Its numbers have a decimal comma."
	case n.unclear && !n.point && n.semicolons:
		return "Nothing in its numbers tells thousands from fractions, as in 1.000. They are read with a decimal comma, for semicolons part the cells."
	case n.unclear && !n.point && !n.comma:
		return "Nothing in the file tells thousands from fractions in numbers such as 1,000: they are read as Amazon writes them in English."
	}
	return ""
}

// digitsOf returns a number without its currency and with plain blanks.
func digitsOf(cell []byte) (string, bool) {
	if len(cell) > 40 {
		return "", false
	}
	text := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Sc, r):
			return -1
		case unicode.IsSpace(r) || r == '’' || r == '\'':
			return ' ' // all part thousands
		case r == '−':
			return '-'
		}
		return r
	}, string(cell))
	text = strings.TrimSpace(text)
	for _, code := range []string{text[:min(3, len(text))], text[max(0, len(text)-3):]} {
		if len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			text = strings.TrimSpace(strings.Replace(text, code, "", 1))
			break
		}
	}
	return text, text != ""
}

// readNumber reads a number whose decimal sign and sign between thousands are given. Thousands are parted everywhere or
// nowhere; India parts hundreds above the first thousand.
func readNumber(text string, decimal, group byte) (float64, bool) {
	rest, negative := strings.CutPrefix(text, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	whole, fraction, fractional := strings.Cut(rest, string(decimal))
	if fractional && !allDigits(fraction) {
		return 0, false
	}
	sign := string(group)
	if strings.Contains(whole, " ") {
		sign = " "
	}
	groups := strings.Split(whole, sign)
	for i, g := range groups {
		last := i == len(groups)-1
		switch {
		case !allDigits(g):
			return 0, false
		case len(groups) == 1:
		case i == 0 && (len(g) > 3 || g[0] == '0'):
			return 0, false
		case last && len(g) != 3:
			return 0, false
		case i > 0 && !last && len(g) != 3 && (len(g) != 2 || sign != ","):
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(strings.Join(groups, "")+"."+fraction+"0", 64)
	if negative {
		v = -v
	}
	return v, err == nil
}

// allDigits says whether s is one digit or more.
func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
