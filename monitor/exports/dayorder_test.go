package exports

import (
	"strings"
	"testing"

	"goodstanding/monitor"
)

// TestSettle says for the dates of a file, the stores of its raters and the account's marketplace in which order the
// dates are read, or why not.
func TestSettle(t *testing.T) {
	for _, c := range []struct {
		name     string
		dates    string
		raters   string
		home     monitor.Marketplace
		japanese bool
		want     monitor.DateOrder
		note     string // part of it
		refused  string // part of it
	}{
		{name: "month proven", dates: "1/13/26 2/3/26", want: monitor.MonthFirst},
		{name: "day proven", dates: "2/3/26 13/1/26", want: monitor.DayFirst},
		{name: "day proven, four-digit year", dates: "13/1/2026", home: "Amazon.co.jp", want: monitor.DayFirst, note: "although"},
		{name: "dots speak for themselves", dates: "1.2.26 3.4.2026", want: ""},
		{name: "year first speaks for itself", dates: "2026/1/2 2026-02-03", want: ""},
		{name: "nothing known", dates: "2/3/26", refused: "set the account's marketplace"},
		{name: "raters decide", dates: "2/3/26", raters: "Amazon.co.uk", home: "Amazon.com", want: monitor.DayFirst},
		{name: "raters of one order", dates: "2/3/26 2/4/26", raters: "Amazon.co.uk Amazon.fr", want: monitor.DayFirst},
		{name: "raters of two orders", dates: "2/3/26 2/4/26", raters: "Amazon.co.uk Amazon.com", refused: "set the account's marketplace"},
		{name: "raters of two orders, home decides", dates: "2/3/26 2/4/26", raters: "Amazon.co.uk Amazon.com", home: "Amazon.com", want: monitor.MonthFirst, note: "nothing in the file proves it"},
		{name: "home decides", dates: "2/3/26", home: "Amazon.com", want: monitor.MonthFirst, note: "nothing in the file proves it"},
		{name: "the file beats home", dates: "13/3/26", home: "Amazon.com", want: monitor.DayFirst, note: "although the account's marketplace Amazon.com would have it m/d/y"},
		{name: "the file beats the raters", dates: "3/13/26", raters: "Amazon.de", want: monitor.MonthFirst, note: "although the raters' addresses"},
		{name: "home agrees", dates: "13/3/26", home: "Amazon.de", want: monitor.DayFirst},
		{name: "short years first by the raters", dates: "26/05/13 26/05/14", raters: "Amazon.co.jp", want: monitor.YearFirst},
		{name: "short years first by home", dates: "26/05/13", home: "Amazon.co.jp", want: monitor.YearFirst, note: "nothing in the file proves it"},
		{name: "short years first by the header", dates: "26/05/13", japanese: true, want: monitor.YearFirst},
		{name: "a Japanese header on Amazon.com", dates: "5/13/26", japanese: true, want: monitor.MonthFirst},
		{name: "a Japanese header, home decides", dates: "05/06/26", japanese: true, home: "Amazon.com", want: monitor.MonthFirst, note: "nothing in the file"},
		{name: "a last number that is no year", dates: "26/5/3", want: monitor.YearFirst},
		{name: "a first number that is no day", dates: "32/05/13", want: monitor.YearFirst},
		{name: "home cannot be", dates: "2/3/26", home: "Amazon.co.jp", refused: "correct the marketplace"},
		{name: "two orders", dates: "2/13/26 13/2/26", home: "Amazon.com", refused: "keep the exports of different marketplaces apart"},
		{name: "an impossible day is no proof of the year being first", dates: "31/2/26", want: monitor.DayFirst},
		{name: "dashes like slashes", dates: "13-1-26", want: monitor.DayFirst},
		{name: "dashes undecided", dates: "3-1-26", refused: "cannot be told apart"},
		{name: "no dates", want: ""},
	} {
		e := &dateEvidence{japanese: c.japanese}
		raters := strings.Fields(c.raters)
		for i, d := range strings.Fields(c.dates) {
			w, ok := parseWritten([]byte(d))
			if !ok {
				t.Fatalf("%s: %q is no date", c.name, d)
			}
			var rater monitor.Marketplace
			if i < len(raters) {
				rater = monitor.Marketplace(raters[i])
			}
			e.add(w, rater, i+2)
		}
		got, note, refusal := e.settle(c.home)
		why := ""
		if refusal != nil {
			why = refusal.Error()
		}
		if got != c.want || (note == "") != (c.note == "") || !strings.Contains(note, c.note) || (why == "") != (c.refused == "") || !strings.Contains(why, c.refused) {
			t.Errorf("%s: %q, note %q, refused %q", c.name, got, note, why)
		}
	}
}

func TestWrittenDay(t *testing.T) {
	for _, c := range []struct {
		in    string
		order monitor.DateOrder
		want  string // "": does not exist
	}{
		{"1/2/26", monitor.MonthFirst, "2026-01-02"},
		{"1/2/26", monitor.DayFirst, "2026-02-01"},
		{"01/02/03", monitor.YearFirst, "2001-02-03"},
		{"1/2/2026", monitor.DayFirst, "2026-02-01"},
		{"1.2.26", monitor.MonthFirst, "2026-02-01"},
		{"1.2.26", "", "2026-02-01"},
		{"2026/2/1", monitor.MonthFirst, "2026-02-01"},
		{"2026-02-01", "", "2026-02-01"},
		{"29/2/24", monitor.DayFirst, "2024-02-29"},
		{"29/2/26", monitor.DayFirst, ""},
		{"13/1/26", monitor.MonthFirst, ""},
		{"1/2/2026", monitor.YearFirst, ""},
		{"1/2/3", monitor.DayFirst, ""},
	} {
		w, ok := parseWritten([]byte(c.in))
		if !ok {
			t.Fatalf("%q is no date", c.in)
		}
		got := ""
		if d, ok := w.day(c.order); ok {
			got = d.String()
		}
		if got != c.want {
			t.Errorf("%q as %q: %q, want %q", c.in, c.order, got, c.want)
		}
	}
	for _, in := range []string{"", "1/2", "1/2/", "/1/2", "1/2/3/4", "1-2/26", "a/b/c", "123/1/26", "2026/1/2026", "1/2/126", "1 2 26"} {
		if _, ok := parseWritten([]byte(in)); ok {
			t.Errorf("%q is taken for a date", in)
		}
	}
}

// TestRule holds that an export which Amazon writes with the month first everywhere is read so wherever the seller is at
// home, unless the file itself proves otherwise.
func TestRule(t *testing.T) {
	for dates, want := range map[string]monitor.DateOrder{"11/03/2026": monitor.MonthFirst, "11/14/2026 11/03/2026": monitor.MonthFirst, "14/11/2026 03/11/2026": monitor.DayFirst} {
		e := &dateEvidence{rule: monitor.MonthFirst}
		for i, d := range strings.Fields(dates) {
			w, _ := parseWritten([]byte(d))
			e.add(w, "", i+2)
		}
		got, note, refusal := e.settle("Amazon.co.uk")
		if got != want || refusal != nil || strings.Contains(note, "d/m/y") != (want == monitor.DayFirst) {
			t.Errorf("%s: %q, %q, %v", dates, got, note, refusal)
		}
	}
}

// TestAside holds that a second date of a row is read as the first ones are, and that one that could be either is none.
func TestAside(t *testing.T) {
	for _, c := range []struct {
		in    string
		order monitor.DateOrder
		want  string // "": not told; "wrong": no date
	}{
		{"11/12/2026", monitor.MonthFirst, "2026-11-12"}, {"11/12/2026", monitor.DayFirst, "2026-12-11"}, {"11/12/2026", "", ""},
		{"11/20/2026", "", "2026-11-20"}, {"20/11/2026", "", "2026-11-20"}, {"11/11/2026", "", "2026-11-11"}, {"20/11/2026", monitor.MonthFirst, ""},
		{"2026-11-20", "", "2026-11-20"}, {"20.11.2026", monitor.MonthFirst, "2026-11-20"}, {"Nov 20, 2026", "", "2026-11-20"},
		{"2026-11-20T10:02:32-07:00", "", "2026-11-20"}, {"", "", ""}, {"N/A", "", ""}, {"soon", "", "wrong"}, {"2026-13-45T", "", "wrong"},
	} {
		o := newOccasion(Setting{})
		o.order = c.order
		got := "wrong"
		if day, ok := o.aside([]byte(c.in)); ok && day == nil {
			got = ""
		} else if ok {
			got = day.String()
		}
		if got != c.want {
			t.Errorf("%q as %q: %q, want %q", c.in, c.order, got, c.want)
		}
	}
}

// TestWithoutClock holds that only a clock time is cut off, and only one without a zone.
func TestWithoutClock(t *testing.T) {
	for in, want := range map[string]string{
		"11/20/2026 15:31": "11/20/2026", "20.11.2026 15:31:40": "20.11.2026", "11/20/2026 3:31 PM": "11/20/2026", "11/20/2026 12:00:00 am": "11/20/2026",
		"2026-11-20 00:00:00": "2026-11-20", "2026-11-20T15:31:00": "2026-11-20", "2026-11-20T15:31:00Z": "2026-11-20T15:31:00Z", "Tuesday": "Tuesday",
		"11/20/2026": "11/20/2026", "Nov 20, 2026": "Nov 20, 2026", "20 November 2026": "20 November 2026", "11/20/2026 1531": "11/20/2026 1531",
		"20-OCT-2026 15:31": "20-OCT-2026", "20-OCT-2026": "20-OCT-2026",
		"2026-11-20T08:00:00+ 00:00": "2026-11-20T08:00:00+ 00:00", "2026-11-20 07:35:42 PST": "2026-11-20 07:35:42 PST", "": "", " ": " ",
	} {
		if got := string(withoutClock([]byte(in))); got != want {
			t.Errorf("withoutClock(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestIDsOfSpreadsheets holds what is taken off an id, and which ids are known to have lost digits.
func TestIDsOfSpreadsheets(t *testing.T) {
	for in, want := range map[string]string{
		"'123": "123", `="123"`: "123", "' 123": "123", "123": "123", "'": "'", `=""`: "", "": "",
	} {
		r := row{cells: [][]byte{[]byte(in)}, quoted: true}
		if got := string(r.cell(0)); got != want {
			t.Errorf("the id in %q is %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"1.23457E+13": true, "4E+13": true, "1,23457E+13": true, "12345678901234": false, "E+13": false, "SKU+13": false} {
		if isCut([]byte(in)) != want {
			t.Errorf("isCut(%q) is %v", in, !want)
		}
	}
}
