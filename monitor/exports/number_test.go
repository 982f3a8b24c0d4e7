package exports

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestNumbers reads numbers in a file that tells nothing else, one with a decimal point, one with a decimal comma, and one
// with both.
func TestNumbers(t *testing.T) {
	const none, wrong = "none", "wrong"
	for _, c := range []struct{ in, alone, point, comma, both string }{
		{"7", "7", "7", "7", "7"},
		{"-7", "-7", "-7", "-7", "-7"},
		{"−7", "-7", "-7", "-7", "-7"},
		{"+7", "7", "7", "7", "7"},
		{"007", "7", "7", "7", "7"},
		{"1234", "1234", "1234", "1234", "1234"},
		{"0.5", "0.5", "0.5", "0.5", "0.5"},
		{"0,5", "0.5", "0.5", "0.5", "0.5"},
		{"0.125", "0.125", "0.125", "0.125", "0.125"},
		{"0,125", "0.125", "0.125", "0.125", "0.125"},
		{"1,234.50", "1234.5", "1234.5", "1234.5", "1234.5"},
		{"1.234,50", "1234.5", "1234.5", "1234.5", "1234.5"},
		{"1.210,00 €", "1210", "1210", "1210", "1210"},
		{"24,99 €", "24.99", "24.99", "24.99", "24.99"},
		{"$1,234.5", "1234.5", "1234.5", "1234.5", "1234.5"},
		{"USD 12.50", "12.5", "12.5", "12.5", "12.5"},
		{"12,50 EUR", "12.5", "12.5", "12.5", "12.5"},
		{"1 234,5", "1234.5", "1234.5", "1234.5", "1234.5"},
		{"1\u202f234\u00a0567,5", "1234567.5", "1234567.5", "1234567.5", "1234567.5"},
		{"1’234.5", "1234.5", "1234.5", "1234.5", "1234.5"},
		{"1,23,456", "123456", "123456", "123456", "123456"},
		{"1,234,567", "1234567", "1234567", "1234567", "1234567"},
		{"1.234.567", "1234567", "1234567", "1234567", "1234567"},
		{"1234,567", "1234.567", "1234.567", "1234.567", "1234.567"},
		// Only these can be read in two ways.
		{"1,234", "1234", "1234", "1.234", none},
		{"1.234", "1.234", "1.234", "1234", none},
		{"12,345", "12345", "12345", "12.345", none},
		{"1,000", "1000", "1000", "1", none},

		{"", none, none, none, none}, {"--", none, none, none, none}, {"Infinite", none, none, none, none}, {"N/A", none, none, none, none},
		{"1,2,3", wrong, wrong, wrong, wrong}, {"1.2.3", wrong, wrong, wrong, wrong}, {"12,34,567.8.9", wrong, wrong, wrong, wrong},
		{"1,234.567,8", wrong, wrong, wrong, wrong}, {"5x", wrong, wrong, wrong, wrong}, {"1e5", wrong, wrong, wrong, wrong},
		{"1.", wrong, wrong, wrong, wrong}, {".5", wrong, wrong, wrong, wrong}, {",", wrong, wrong, wrong, wrong}, {"-", none, none, none, none},
		{"€", wrong, wrong, wrong, wrong}, {"a few", wrong, wrong, wrong, wrong}, {"1 2", wrong, wrong, wrong, wrong}, {"--7", wrong, wrong, wrong, wrong},
		{"NaN", wrong, wrong, wrong, wrong}, {"0x10", wrong, wrong, wrong, wrong}, {strings.Repeat("1", 41), wrong, wrong, wrong, wrong},
	} {
		for told, want := range map[numerals]string{{}: c.alone, {point: true}: c.point, {comma: true}: c.comma, {point: true, comma: true}: c.both} {
			n := told
			v, ok := n.number([]byte(c.in), -1e12, 1e12)
			got := wrong
			if ok && v == nil {
				got = none
			} else if ok {
				got = fmt.Sprint(*v)
			}
			if want != got && fmt.Sprint(parse(want)) != got {
				t.Errorf("%q in a file of %+v: %s, want %s", c.in, told, got, want)
			}
		}
	}
}

// parse reads a number of the table above, in Go's own form.
func parse(s string) float64 {
	var v float64
	if _, err := fmt.Sscan(s, &v); err != nil {
		return math.NaN()
	}
	return v
}

// TestUnits holds that a number of units tells the way of the file better: it has no fraction.
func TestUnits(t *testing.T) {
	for in, want := range map[string]int{"1,234": 1234, "1.234": 1234, "1,234.0": 1234, "12.00": 12, "1,000": 1000, "0": 0, "-5": -1, "1.5": -1, "1,5": -1, "2,000,000": -1} {
		var n numerals
		v, ok := n.units([]byte(in), 0, maxUnits)
		got := -1
		if ok {
			got = *v
		}
		if got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
	for in, want := range map[string]numerals{
		"1,234": {point: true}, "1.234": {comma: true}, "12.0": {point: true}, "1,000": {unclear: true}, "12": {}, "--": {}, "x": {},
	} {
		var n numerals
		_, _ = n.units([]byte(in), 0, maxUnits)
		if n != want {
			t.Errorf("%q tells %+v, want %+v", in, n, want)
		}
	}
	n := numerals{comma: true}
	if v, _ := n.units([]byte("1.000"), 0, maxUnits); v == nil || *v != 1000 {
		t.Errorf("1.000 with a decimal comma is %v", v)
	}
}

func TestShares(t *testing.T) {
	five, hundredTwenty, zero := 5, 120, 0
	for _, c := range []struct {
		in          string
		part, whole *int
		want        string
	}{
		{"4.17%", nil, nil, "0.0417"}, {"4,17 %", nil, nil, "0.0417"}, {"16.67%", nil, nil, "0.1667"}, {"100%", nil, nil, "1"}, {"4％", nil, nil, "0.04"},
		{"4.17", &five, &hundredTwenty, "0.0417"}, {"0.0417", &five, &hundredTwenty, "0.0417"},
		{"4.17", nil, nil, "none"}, {"0.5", nil, nil, "none"}, {"4.17", &five, &zero, "none"}, {"0", nil, nil, "0"},
		{"--", nil, nil, "none"}, {"", nil, nil, "none"}, {"-4%", nil, nil, "wrong"}, {"x%", nil, nil, "wrong"}, {"%", nil, nil, "none"},
	} {
		var n numerals
		v, ok := n.share([]byte(c.in), c.part, c.whole)
		got := "wrong"
		if ok && v == nil {
			got = "none"
		} else if ok {
			got = fmt.Sprint(*v)
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.in, got, c.want)
		}
	}
}

// TestSharesOfAFile holds that a rate that could be either is read as the others of its file, if these agree.
func TestSharesOfAFile(t *testing.T) {
	for told, want := range map[numerals]string{{}: "none", {quotients: true}: "0.5", {percents: true}: "0.005", {quotients: true, percents: true}: "none"} {
		n := told
		got := "none"
		if v, ok := n.share([]byte("0.5"), nil, nil); ok && v != nil {
			got = fmt.Sprint(*v)
		}
		if got != want {
			t.Errorf("0.5 in a file of %+v: %s, want %s", told, got, want)
		}
	}
	if v, _ := (&numerals{quotients: true}).share([]byte("3.2"), nil, nil); v != nil {
		t.Errorf("3.2 of one is %v", *v)
	}
	five, hundredTwenty := 5, 120
	for in, want := range map[string]numerals{"4.17": {point: true, percents: true}, "0.0417": {point: true, quotients: true}, "4.17%": {point: true}} {
		var n numerals
		_, _ = n.share([]byte(in), &five, &hundredTwenty)
		if n != want {
			t.Errorf("%q of 5 and 120 tells %+v, want %+v", in, n, want)
		}
	}
}

// TestSemicolons holds that a file whose cells are parted by semicolons has a decimal comma, unless a number proves otherwise.
func TestSemicolons(t *testing.T) {
	for told, want := range map[numerals]int{{}: 1, {semicolons: true}: 1000, {semicolons: true, point: true}: 1, {semicolons: true, comma: true}: 1000} {
		n := told
		if v, ok := n.units([]byte("1.000"), 0, maxUnits); !ok || v == nil || *v != want {
			t.Errorf("1.000 in a file of %+v: %v, want %d", told, v, want)
		}
	}
}

func TestNumeralsNote(t *testing.T) {
	for n, want := range map[numerals]string{
		{}: "", {point: true}: "", {point: true, unclear: true}: "", {point: true, comma: true}: "", {comma: true}: "decimal comma",
		{comma: true, unclear: true}: "decimal comma", {unclear: true}: "Nothing in the file tells", {unclear: true, semicolons: true}: "semicolons part the cells", {semicolons: true}: "", {point: true, comma: true, unclear: true}: "count as missing",
	} {
		if got := n.note(); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%+v: %q, want %q", n, got, want)
		}
	}
}

// However a number is written, with thousands parted or not, it is read as what it was.
func TestWrittenNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, cents := rapid.IntRange(0, 99_999_999).Draw(t, "whole"), rapid.IntRange(0, 99).Draw(t, "cents")
		style := rapid.SampledFrom([][2]string{{",", "."}, {".", ","}, {" ", ","}, {" ", "."}, {"", "."}, {"", ","}}).Draw(t, "style")
		digits := fmt.Sprint(whole)
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + style[0] + digits[i:]
		}
		text := fmt.Sprintf("%s%s%02d", digits, style[1], cents)
		var n numerals
		v, ok := n.number([]byte(text), 0, 1e12)
		want := float64(whole) + float64(cents)/100
		if !ok || v == nil || math.Abs(*v-want) > 1e-6 {
			t.Fatalf("%q is read as %v, %v", text, v, ok)
		}
	})
}
