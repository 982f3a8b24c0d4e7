package checks

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Whether a tracking number was scanned, no export tells. What can be told is that a number cannot be one: it is no number,
// it is too short, its check digit is wrong, or the carrier named has no numbers of that form.

// carrierForms are the forms of the numbers of carriers that publish them, by the beginning of the carrier's name in lower
// case letters. The longer beginnings come first. A carrier that is not here may have any number.
var carrierForms = []struct {
	carrier string
	form    func() *regexp.Regexp
	says    string
}{
	{"upsmailinnovations", pattern(`^(1Z[0-9A-Z]{16}|[0-9]{18,34}|MI[0-9A-Z]{6,28})$`), "18 to 34 digits"},
	{"ups", pattern(`^(1Z[0-9A-Z]{16}|[0-9]{9}|[0-9]{12}|[0-9]{18}|[HTKJDW][0-9]{10}|9[0-9]{19}|9[0-9]{21}|9[0-9]{25}|MI[0-9A-Z]{6,28})$`), "1Z and 16 more"},
	{"usps", pattern(`^(9[0-9]{19}|9[0-9]{21}|9[0-9]{25}|420[0-9]{23,31}|[0-9]{20}|82[0-9]{8}|[A-Z]{2}[0-9]{9}[A-Z]{2})$`), "20, 22 or 26 digits, or 9 between letters"},
	{"fedex", pattern(`^([0-9]{12}|[0-9]{14,15}|[0-9]{18}|[0-9]{20}|[0-9]{22}|[0-9]{34})$`), "12, 15, 20 or 22 digits"},
	{"dhl", pattern(`^[A-Z0-9]{8,39}$`), "8 to 39 characters"},
	{"ontrac", pattern(`^([CD][0-9]{14}|1LS[0-9A-Z]{12,20})$`), "C or D and 14 digits"},
	{"amazon", pattern(`^(TB[A-Z][0-9]{12}|[A-Z0-9]{10,24})$`), "TBA and 12 digits"},
	{"dpd", pattern(`^[0-9]{10,28}[0-9A-Z]?$`), "14 digits"},
	{"canadapost", pattern(`^([0-9]{12}|[0-9]{16}|[A-Z]{2}[0-9]{9}CA)$`), "16 digits, or 9 between letters and CA"},
	{"yamato", pattern(`^[0-9]{11,12}$`), "12 digits"},
	{"sagawa", pattern(`^[0-9]{10,12}$`), "12 digits"},
	{"japanpost", pattern(`^([0-9]{11,13}|[A-Z]{2}[0-9]{9}JP)$`), "11 to 13 digits, or 9 between letters and JP"},
}

// The forms that every number is held against are told without an expression: an account may have thousands a day.

// isNumber says whether a text can be a tracking number of anybody's: 6 to 40 letters and digits, some of them digits.
func isNumber(n string) bool {
	digits := 0
	for i := range len(n) {
		switch c := n[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c < 'A' || c > 'Z':
			return false
		}
	}
	return len(n) >= 6 && len(n) <= 40 && digits > 0
}

// isUPSNumber says whether a number has the form of one of UPS.
func isUPSNumber(n string) bool { return len(n) == 18 && strings.HasPrefix(n, "1Z") }

// isPostalNumber says whether a number has the form of one of the Universal Postal Union, S10: two letters, nine digits, two
// letters.
func isPostalNumber(n string) bool {
	if len(n) != 13 {
		return false
	}
	for i := range len(n) {
		if digit := n[i] <= '9'; digit != (i >= 2 && i < 11) {
			return false
		}
	}
	return true
}

// pattern compiles an expression when it is first used: most accounts have no tracking numbers.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// trackingNumber writes a number as carriers do, without the blanks and dashes that people put in.
func trackingNumber(typed string) string { return strings.ToUpper(unspaced.Replace(typed)) }

var unspaced = strings.NewReplacer(" ", "", "-", "", ".", "", "\t", "")

// impossible says why a text cannot be the tracking number of a parcel by a carrier; empty: it can.
func impossible(carrier, typed, orderID string) string {
	n := trackingNumber(typed)
	switch {
	case n == "":
		return "no tracking number"
	case n == trackingNumber(orderID):
		return "the order's number stands for the tracking number"
	case !isNumber(n):
		return fmt.Sprintf("%q is no tracking number", clipped(typed))
	case strings.Count(n, n[:1]) == len(n):
		return fmt.Sprintf("%q is a number made up", clipped(typed))
	case isUPSNumber(n) && upsDigit(n[2:17]) != n[17]:
		return fmt.Sprintf("%s is mistyped: its check digit is wrong", n)
	case isPostalNumber(n) && postalDigit(n[2:10]) != n[10]:
		return fmt.Sprintf("%s is mistyped: its check digit is wrong", n)
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(carrier))
	for _, c := range carrierForms {
		if !strings.HasPrefix(name, c.carrier) {
			continue
		}
		if !c.form().MatchString(n) {
			return fmt.Sprintf("%s is no number of %s, which has %s", n, clipped(carrier), c.says)
		}
		break
	}
	return ""
}

// upsDigit returns the check digit of the 15 characters after 1Z: letters count from A = 2, and every second one twice.
func upsDigit(s string) byte {
	sum := 0
	for i := range len(s) {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = (int(s[i]-'A') + 2) % 10
		}
		if i%2 == 1 {
			v *= 2
		}
		sum += v
	}
	return byte('0' + (10-sum%10)%10) //nolint:gosec // one digit
}

// postalDigit returns the check digit of the 8 digits of a postal number.
func postalDigit(s string) byte {
	sum := 0
	for i, weight := range [...]int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += weight * int(s[i]-'0')
	}
	switch digit := 11 - sum%11; digit {
	case 10:
		return '0'
	case 11:
		return '5'
	default:
		return byte('0' + digit) //nolint:gosec // one digit
	}
}

// clipped shortens foreign text for a sentence.
func clipped(text string) string {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return string(runes)
}
