package links

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// phone is a number without its country, and the country where that is known.
type phone struct {
	national string
	country  int // calling code; 0: not known
}

// parsePhone reads a number as somebody in the region would dial it; without a region, and without a country code, what is
// left of it when trunk zeros are taken off is compared. Numbers that nobody has are none.
func parsePhone(s, region string) (phone, bool) {
	s = strings.ReplaceAll(s, "(0)", "") // the trunk zero, not dialled from abroad: +49 (0)89
	if p, ok := dialled(s, region); ok {
		return realPhone(p)
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		if p, ok := dialled("+"+rest, ""); ok {
			return realPhone(p)
		}
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) == 11 && digits[0] == '1' {
		digits = digits[1:] // North America
	}
	return realPhone(phone{national: digits})
}

// realPhone refuses what is written in place of a number: 000000, 12345678.
func realPhone(p phone) (phone, bool) {
	distinct := map[rune]bool{}
	for _, r := range p.national {
		distinct[r] = true
	}
	return p, len(p.national) >= 6 && len(p.national) <= 15 && len(distinct) > 2 && !strings.HasPrefix("1234567890", p.national)
}

// phonePlans is what is known of the numbers of each region, a line each: its code, calling code, how long its numbers are, and
// are within a place, what is dialled before a number abroad, what before one at home, what becomes of that, and how its numbers
// look; parted by tabs. Of regions that share a calling code the main one comes first. It is made of libphonenumber's metadata
// (Apache License 2.0) by `go test ./monitor/links -run PhonePlans -update`: the library itself takes more time and memory to
// start than all the rest of this program.
//
//go:embed phone_plans.txt
var phonePlans string

// plan is how the numbers of a region are made.
type plan struct {
	region         string
	code           int
	lengths, local []int
	abroad, home   *regexp.Regexp // at the beginning of a number; home: nil, nothing is dialled before one
	becomes        string         // what home is replaced by; empty: nothing
	looks          *regexp.Regexp // of the whole
}

// plans finds the line of a region, and of a calling code.
var plans = sync.OnceValue(func() (by struct {
	region map[string]string
	code   map[string]string
}) {
	by.region, by.code = map[string]string{}, map[string]string{}
	for line := range strings.Lines(phonePlans) {
		if line[0] == '#' {
			continue
		}
		region, rest, _ := strings.Cut(line, "\t")
		code, _, _ := strings.Cut(rest, "\t")
		if by.code[code] == "" {
			by.code[code] = line
		}
		if region != "001" { // is no region
			by.region[region] = line
		}
	}
	return by
})

// readPlans holds the plans that were asked for, by their lines: most accounts need a few.
var readPlans sync.Map

// planOf reads a plan; nil: there is none.
func planOf(line string) *plan {
	if line == "" {
		return nil
	}
	if had, ok := readPlans.Load(line); ok {
		p, _ := had.(*plan)
		return p
	}
	f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
	p := &plan{region: f[0], lengths: numbers(f[2]), local: numbers(f[3]), becomes: f[6], looks: regexp.MustCompile("^(?:" + f[7] + ")$")}
	p.code, _ = strconv.Atoi(f[1])
	if f[4] != "" {
		p.abroad = regexp.MustCompile("^(?:" + f[4] + ")")
	}
	if f[5] != "" {
		p.home = regexp.MustCompile("^(?:" + f[5] + ")")
	}
	readPlans.Store(line, p)
	return p
}

func numbers(list string) (all []int) {
	for text := range strings.SplitSeq(list, ",") {
		if n, err := strconv.Atoi(text); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// fit says how the length of a number fits a plan.
type fit int

const (
	fits       fit = iota
	fitsWithin     // a place, where its code is not dialled
	tooShort
	tooLong
	fitsNot
)

func (p *plan) fit(number string) fit {
	n := len(number)
	switch {
	case slices.Contains(p.local, n):
		return fitsWithin
	case slices.Contains(p.lengths, n):
		return fits
	case n < p.lengths[0]:
		return tooShort
	case n > p.lengths[len(p.lengths)-1]:
		return tooLong
	}
	return fitsNot
}

// undial takes off what is dialled before a number at home, unless that makes no number of what is one.
func (p *plan) undial(number string) string {
	if p.home == nil || number == "" {
		return number
	}
	m := p.home.FindStringSubmatchIndex(number)
	if m == nil {
		return number
	}
	rest := number[m[1]:]
	if last := len(m) - 2; p.becomes != "" && last > 0 && m[last] >= 0 {
		rest = string(p.home.ExpandString(nil, p.becomes, number, m)) + rest
	}
	if p.looks.MatchString(number) && !p.looks.MatchString(rest) {
		return number
	}
	return rest
}

// What is written around a number.
var (
	afterNumber = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:;ext=|[ \x{A0}\t,]*(?:e?xt(?:ensi(?:o\x{301}?|\x{F3}))?n?|доб|anexo|int|[x#~])[:.]?[ \x{A0}\t,-]*|,{2,}[ \t]*)\d{1,9}#?$`)
	})
	viable = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:\d{2}|\+*(?:[-x./~*()\[\] \x{A0}\x{AD}\x{200B}\x{2010}-\x{2015}\x{2060}\x{2212}\x{3000}]*\d){3,}[-x./~*()\[\] \x{A0}\x{AD}\x{200B}\x{2010}-\x{2015}\x{2060}\x{2212}\x{3000}A-Za-z\d]*)$`)
	})
)

// dialled reads a number with its country code, or as it is dialled in a region.
func dialled(s, region string) (phone, bool) {
	number, ok := written(s)
	if !ok {
		return phone{}, false
	}
	home := planOf(plans().region[region])
	plus := strings.HasPrefix(number, "+")
	if home == nil && !plus {
		return phone{}, false
	}
	digits := onlyDigits(number)
	code, rest, ok := countryCode(digits, plus, home)
	if !ok && plus { // as people write who take it for an ornament
		code, rest, ok = countryCode(digits, false, home)
		ok = ok && code != ""
	}
	if !ok {
		return phone{}, false
	}
	p := home
	switch {
	case code == "":
		rest = digits
	case home == nil || planOf(plans().code[code]).region != home.region:
		p = planOf(plans().code[code])
	}
	if len(rest) < 2 {
		return phone{}, false
	}
	if bare := p.undial(rest); !slices.Contains([]fit{tooShort, fitsWithin, fitsNot}, p.fit(bare)) {
		rest = bare
	}
	if len(rest) < 2 || len(rest) > 17 {
		return phone{}, false
	}
	// Of regions that share a code the main one says which numbers there can be.
	f := planOf(plans().code[strconv.Itoa(p.code)]).fit(rest)
	return phone{rest, p.code}, f == fits || f == fitsWithin
}

// countryCode parts a number from its country code; an empty code: it is dialled at home.
func countryCode(digits string, plus bool, home *plan) (code, rest string, ok bool) {
	if !plus && home != nil && home.abroad != nil {
		// After what is dialled before a number abroad no country code begins with 0.
		if m := home.abroad.FindStringIndex(digits); m != nil && !strings.HasPrefix(digits[m[1]:], "0") {
			plus, digits = true, digits[m[1]:]
		}
	}
	if plus {
		if len(digits) <= 2 {
			return "", "", false
		}
		for n := 1; n <= 3 && n <= len(digits); n++ {
			if plans().code[digits[:n]] != "" {
				return digits[:n], digits[n:], true
			}
		}
		return "", "", false
	}
	if home != nil {
		own := strconv.Itoa(home.code)
		if without, ok := strings.CutPrefix(digits, own); ok {
			bare := home.undial(without)
			if !home.looks.MatchString(digits) && home.looks.MatchString(bare) || home.fit(digits) == tooLong {
				return own, bare, true
			}
		}
	}
	return "", digits, true
}

// written finds the number in what somebody wrote: from its first digit or plus on, without an extension or a second number.
func written(s string) (string, bool) {
	if len(s) > 250 {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return r
		case unicode.IsDigit(r):
			return '0' + digitOf(r)
		case r == '＋':
			return '+'
		case r >= 0xFF01 && r <= 0xFF5E: // full width
			return r - 0xFEE0
		}
		return r
	}, s)
	start := strings.IndexAny(s, "+0123456789")
	if start < 0 {
		return "", false
	}
	s = s[start:]
	s = strings.TrimRightFunc(s, func(r rune) bool { return r != '#' && !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i := range s { // "x" after a slash begins a second number
		if (s[i] == '/' || s[i] == '\\') && strings.HasPrefix(strings.TrimLeft(s[i+1:], " "), "x") {
			s = s[:i]
			break
		}
	}
	if m := afterNumber().FindStringIndex(s); m != nil && m[0] > 0 && viable().MatchString(s[:m[0]]) {
		s = s[:m[0]]
	}
	return s, viable().MatchString(s)
}

// digitOf returns the value of a digit of whatever script: they lie in tens.
func digitOf(r rune) rune {
	first := r
	for unicode.IsDigit(first - 1) {
		first--
	}
	return (r - first) % 10
}

// onlyDigits returns the digits of a number; with three letters or more they are read as on the keys of a telephone.
func onlyDigits(s string) string {
	const keys = "22233344455566677778889999"
	letters := 0
	for _, r := range s {
		if r < 0x80 && unicode.IsLetter(r) {
			letters++
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case letters >= 3 && r < 0x80 && unicode.IsLetter(r):
			return rune(keys[unicode.ToLower(r)-'a'])
		}
		return -1
	}, s)
}
