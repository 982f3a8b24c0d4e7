package exports

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

func TestParseInstant(t *testing.T) {
	for in, want := range map[string]string{
		"2017-06-18T22:07:59+00:00":       "2017-06-18T22:07:59Z",
		"2017-06-18T22:07:59-08:00":       "2017-06-19T06:07:59Z",
		"2017-06-18T22:07:59+05:30":       "2017-06-18T16:37:59Z",
		"2024-02-29T00:00:00+00:00":       "2024-02-29T00:00:00Z",
		"2010-07-14T18:53:56+ 00:00":      "2010-07-14T18:53:56Z",
		"2010-07-14T18:53:56.25Z":         "2010-07-14T18:53:56Z",
		"2010-07-14T18:53:56.1234567899Z": "2010-07-14T18:53:56Z",
		"2010-07-14T18:53:56+0200":        "2010-07-14T16:53:56Z",
		"2010-07-14T18:53:56+02":          "2010-07-14T16:53:56Z",
		"2020-11-18T23:59Z":               "2020-11-18T23:59:00Z",
		"2013-01-07 07:35:42 PST":         "2013-01-07T15:35:42Z",
		"2022-07-11 01:34:18 PDT":         "2022-07-11T08:34:18Z",
		"2016-07-08 10:12:40 BST":         "2016-07-08T09:12:40Z",
		"2016-01-08 10:12:40 GMT":         "2016-01-08T10:12:40Z",
		"2016-07-08 10:12:40 MEST":        "2016-07-08T08:12:40Z",
		"2016-01-08 10:12:40 MET":         "2016-01-08T09:12:40Z",
		"2016-07-08 10:12:40 CEST":        "2016-07-08T08:12:40Z",
		"2016-01-08 10:12:40 CET":         "2016-01-08T09:12:40Z",
		"2026/05/13 10:12:40 JST":         "2026-05-13T01:12:40Z",
		"2026-05-13 10:12:40 IST":         "2026-05-13T04:42:40Z",
		"31.12.2026 23:00:00 UTC":         "2026-12-31T23:00:00Z",
		"2026-05-13 10:12:40 utc":         "2026-05-13T10:12:40Z",
		"Nov 2, 2015 9:33:34 AM PST":      "2015-11-02T17:33:34Z",
		"Nov 2, 2015, 12:05:00 AM PST":    "2015-11-02T08:05:00Z",
		"Jul 2, 2015 12:05 PM PDT":        "2015-07-02T19:05:00Z",
		"2 November 2015 09:33:34 GMT":    "2015-11-02T09:33:34Z",
		"20 Nov 2015 21:33 UTC +09:00":    "2015-11-20T12:33:00Z",
		"2015-11-20 21:33:00 GMT-7":       "2015-11-21T04:33:00Z",

		"20 Nov 2015 21:33 PST +09:00": "", // two zones

		"Nov 2, 2015 9:33:34 AM":               "", // no zone
		"Nov 31, 2015 9:33:34 AM PST":          "",
		"Nov 2, 2015 13:33:34 PM PST":          "",
		"2013-01-07 07:35:42 PST 09:00 GMT":    "",
		"11/2/2015 9:33:34 AM PST and so on 1": "",

		"2026-11-20T08:00:00":       "", // no zone
		"2026-11-20 08:00:00 XYZ":   "", // an unknown zone
		"2026-13-45":                "",
		"2026-11-20":                "",
		"2026-02-29T00:00:00+00:00": "",
		"2026-02-29T00:00:00Z":      "",
		"2026-04-31T00:00:00+00:00": "",
		"2026-00-10T00:00:00+00:00": "",
		"2026-01-00T00:00:00+00:00": "",
		"2026-01-01T24:00:00+00:00": "",
		"2026-01-01T00:60:00+00:00": "",
		"2026-01-01T00:00:60+00:00": "",
		"2026-01-01T00:00:00+15:00": "",
		"2026-01-01T00:00:00+00:60": "",
		"2026-01-0xT00:00:00+00:00": "",
		"0026-01-01T00:00:00+00:00": "",
		"14-07-2010T18:53:56+00:00": "", // which is the month?
		"07/14/2010 18:53:56 PDT":   "",
		"2026-01-01T1:00:00Z":       "",
		"2026-01-01T01:00:00.Z":     "",
		"2026-01-01T01:00:00+":      "",
		"2026-01-01Tnoon Z":         "",
		"":                          "",
		"T":                         "",
	} {
		got, ok := parseInstant([]byte(in))
		text := ""
		if ok {
			text = got.Format(time.RFC3339Nano)
		}
		if text != want {
			t.Errorf("parseInstant(%q) = %q, want %q", in, text, want)
		}
	}
}

// The form that millions of rows have must give what the standard library gives.
func TestParseInstantAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sec := rapid.Int64Range(788918400, 7258118399).Draw(t, "second") // 1995-2199
		offset := rapid.IntRange(-14*60, 14*60).Draw(t, "offset")
		in := time.Unix(sec, 0).In(time.FixedZone("", offset*60))
		if in.Year() < 1995 || in.Year() > 2199 {
			t.Skip()
		}
		text := in.Format("2006-01-02T15:04:05-07:00")
		got, ok := parseInstant([]byte(text))
		if !ok || !got.Equal(in) {
			t.Fatalf("parseInstant(%q) = %v, %v", text, got, ok)
		}
		odd, ok := parseOddInstant([]byte(text))
		if !ok || !odd.Equal(in) {
			t.Fatalf("parseOddInstant(%q) = %v, %v", text, odd, ok)
		}
	})
}

func TestCivilAgreesWithDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, m, d := rapid.IntRange(1990, 2210).Draw(t, "y"), rapid.IntRange(0, 13).Draw(t, "m"), rapid.IntRange(0, 32).Draw(t, "d")
		normal := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		exists := normal.Day() == d && normal.Month() == time.Month(m) && y >= 1995 && y <= 2199
		got, ok := civil(y, m, d)
		if ok != exists || ok && got != monitor.Date(y, time.Month(m), d) {
			t.Fatalf("civil(%d, %d, %d) = %v, %v", y, m, d, got, ok)
		}
	})
}

func TestParseDay(t *testing.T) {
	berlin := monitor.Marketplace("Amazon.de").Clock()
	for in, want := range map[string]string{
		"2026-11-20": "2026-11-20", "2026/11/20": "2026-11-20", "2026-1-2": "2026-01-02", "20.11.2026": "2026-11-20",
		"2026-11-20T23:30:00Z": "2026-11-21", "2026-07-20T21:59:59+00:00": "2026-07-20",
		"11/20/2026": "", "20/11/2026": "", "20.11.26": "", "2026-02-30": "", "": "", "tomorrow": "", "2026-11": "", "2026-11/20": "",
	} {
		got, ok := parseDay([]byte(in), berlin)
		if text := got.String(); ok && text != want || !ok && want != "" {
			t.Errorf("parseDay(%q) = %s, %v, want %q", in, text, ok, want)
		}
	}
}

func TestParseStated(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-20": "2026-11-20", "20.11.2026": "2026-11-20", "20-Nov-2026": "2026-11-20", "2026-11-20T23:30:00Z": "2026-11-20",
		"Nov 20, 2026": "2026-11-20", "November 20, 2026": "2026-11-20", "20 November 2026": "2026-11-20", "5 May 2026": "2026-05-05", "2026年11月20日": "2026-11-20",
		"2026年1月2日": "2026-01-02",
		"20-Sep-26": "2026-09-20", "20. Sep 26": "2026-09-20", "20-sept.-26": "2026-09-20", "01. Dez 26": "2026-12-01", "1-mai-26": "2026-05-01", "20-août-26": "2026-08-20",
		"3-gen-26": "2026-01-03", "3 ene 2026": "2026-01-03", "20 de setembro de 2026": "2026-09-20", "5 maj 2026": "2026-05-05", "20-paź-2026": "2026-10-20", "9-Ağu-26": "2026-08-09",
		"20. März 2026": "2026-03-20", "20 juillet 2026": "2026-07-20", "20 juin 2026": "2026-06-20",

		"20-Foo-2026": "", "Sep-20-26": "", "20-Sep": "", "20-Sep-026": "", "200-Sep-2026": "", "20-Sep-2026 10:00": "",
		"11/20/2026": "", "20/11/2026": "", "Nov 31, 2026": "", "Foo 20, 2026": "", "Nov 20": "", "Nov 20 26": "", "20 20 2026": "", "年月日": "", "2026年13月1日": "",
		"No 20, 2026": "", "": "", "soon": "", "11月20日2026年": "",
	} {
		got, ok := parseStated([]byte(in), time.UTC)
		if text := got.String(); ok && text != want || !ok && want != "" {
			t.Errorf("parseStated(%q) = %s, %v, want %q", in, text, ok, want)
		}
	}
}

// TestParseOpened holds that the day comes first where a European zone says so, and that nothing is guessed elsewhere.
func TestParseOpened(t *testing.T) {
	for in, want := range map[string]string{
		"2013-01-07 07:35:42 PST": "2013-01-07T15:35:42Z", "2022-07-11 01:34:18 PDT": "2022-07-11T08:34:18Z",
		"08/07/2016 10:12:40 BST": "2016-07-08T09:12:40Z", "24/03/2011 09:29:39 GMT": "2011-03-24T09:29:39Z",
		"03/04/2019 12:00:00 MEST": "2019-04-03T10:00:00Z", "03/01/2019 12:00:00 MET": "2019-01-03T11:00:00Z",
		"03/04/2019 12:00:00 WEST": "2019-04-03T11:00:00Z", "03-04-2019 12:00:00 IST": "2019-04-03T06:30:00Z",
		"2026/05/13 10:12:40 JST": "2026-05-13T01:12:40Z", "03/24/2019 12:00:00 PDT": "2019-03-24T19:00:00Z", "24/03/2019 12:00:00 PDT": "2019-03-24T19:00:00Z",
		"04/04/2019 12:00:00 PDT": "2019-04-04T19:00:00Z", "03/04/2019 12:00:00 AEST": "2019-04-03T02:00:00Z",
		"03/04/2019 12:00:00 MESZ": "2019-04-03T10:00:00Z", "03/04/2019 12:00:00 TRT": "2019-04-03T09:00:00Z",

		"03/04/2019 12:00:00 PDT": "", "03/04/2019 12:00:00 XYZ": "", "24/03/2019 12:00:00 XYZ": "", "24/03/2019 12:00:00": "", "24/03/19 12:00:00 GMT": "",
		"31/02/2019 12:00:00 GMT": "", "40/40/2019 12:00:00 GMT": "", "24/03/2019": "", "": "", "today": "", "24/03/2019 noon GMT": "",
	} {
		got, ok := parseOpened([]byte(in))
		text := ""
		if ok {
			text = got.Format(time.RFC3339)
		}
		if text != want {
			t.Errorf("parseOpened(%q) = %q, want %q", in, text, want)
		}
	}
}

func TestParseMonth(t *testing.T) {
	for in, want := range map[string]string{"10/2026": "2026-10-01", "1/2026": "2026-01-01", "13/2026": "", "0/2026": "", "10/26": "", "2026/10": "2026-10-01", "2026-10": "2026-10-01", "10.2026": "2026-10-01", "Oct-26": "2026-10-01", "oct 2026": "2026-10-01", "26-Oct": "", "Oct": "", "Oct-6": "", "Okt-26": "2026-10-01", "10": "", "": "", "10/11/2026": "", "/2026": "", "x/2026": ""} {
		got, ok := parseMonth([]byte(in))
		if text := got.String(); ok && text != want || !ok && want != "" {
			t.Errorf("parseMonth(%q) = %s, %v, want %q", in, text, ok, want)
		}
	}
}

// TestInstantByHand holds that the form which is read by hand is read as the standard library does, with any byte in place
// of a digit and whatever days were read before.
func TestInstantByHand(t *testing.T) {
	var k days
	for _, instant := range []string{"2026-11-20T23:59:59+00:00", "2024-02-29T00:00:00-07:30", "1999-12-31T08:10:20+00:00", "2199-08-09T19:05:07+14:59"} {
		for i := range len(instant) {
			for c := range 256 {
				if !digit(instant[i]) {
					continue // other forms are read, too
				}
				b := []byte(instant)
				b[i] = byte(c)
				want, err := time.Parse(time.RFC3339, string(b))
				_, offset := want.Zone()
				want, ok := want.UTC(), err == nil && offset/3600 <= 14 && offset/3600 >= -14 && b[23] < '6' // which the library takes for an hour
				if date := string(b[:10]); ok {
					ok = date >= "1995" && date < "2200"
				}
				if got, fine := k.instant(b); fine != ok || ok && !got.Equal(want) {
					t.Fatalf("%q is %s, %t; want %s, %t", b, got, fine, want, ok)
				}
			}
		}
	}
}
