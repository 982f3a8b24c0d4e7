package wording_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

var key = monitor.AlertKey{Account: "north", Marketplace: "Amazon.de", Signal: "late_shipment_rate", Subject: "seller-fulfilled"}

// A person who reads only the first lines knows what it is about, whatever the event.
func TestHeadlines(t *testing.T) {
	about := "Late shipment rate of north on Amazon.de at 3.6 %"
	for _, c := range []struct {
		event    monitor.Event
		severity monitor.Severity
		was      monitor.Severity
		found    monitor.Severity
		summary  string
		want     string
	}{
		{monitor.Opened, monitor.Critical, "", "critical", about, "🛑 Critical: " + about},
		{monitor.Escalated, monitor.Critical, monitor.Watch, "critical", about, "🛑 Critical, was watch: " + about},
		{monitor.Escalated, monitor.Warning, "<x>", "warning", about, "🔶 Warning, was unknown: " + about},
		{monitor.Eased, monitor.Watch, monitor.Warning, "watch", about, "🔽 Eased to watch: " + about},
		{monitor.Resolved, monitor.OK, monitor.Warning, "ok", about, "✅ Resolved: " + about},
		{monitor.Resolved, monitor.OK, monitor.Warning, "warning", about, "✅ Resolved: Late shipment rate of north on Amazon.de (seller-fulfilled)"},
		{monitor.WentBlind, monitor.Blind, "", "warning", about, "❔ Not judged any more: Late shipment rate of north on Amazon.de (seller-fulfilled)"},
		{monitor.Reminded, monitor.Warning, "", "warning", about, "🔶 Warning, still: " + about},
		{monitor.Unanswered, monitor.Critical, "", "critical", about, "🛑 Critical, nobody has answered yet: " + about},
		{monitor.Acknowledged, monitor.Warning, "", "warning", about, "🔶 Warning (somebody is on it): " + about},
		{monitor.Snoozed, monitor.Warning, "", "warning", about, "🔶 Warning (snoozed): " + about},
		{monitor.Unsnoozed, monitor.Warning, "", "warning", about, "🔶 Warning: " + about},
		{monitor.Opened, monitor.Warning, "", "warning", "", "🔶 Warning: Late shipment rate of north on Amazon.de (seller-fulfilled)"},
		{monitor.Opened, monitor.Warning, "", "warning", "At 3.6 %", "🔶 Warning: north on Amazon.de: At 3.6 %"},
		{monitor.Opened, monitor.Warning, "", "warning", "north is at 3.6 %", "🔶 Warning: Amazon.de: north is at 3.6 %"},
	} {
		n := monitor.Notice{Key: key, Event: c.event, Severity: c.severity, Was: c.was, Finding: monitor.Finding{Severity: c.found, Summary: c.summary}}
		if got := wording.Compose(n).Headline; got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.event, got, c.want)
		}
	}
}

// A copy says that it is one, and a silence what it is about.
func TestFootersAndSilences(t *testing.T) {
	n := monitor.Notice{Key: key, Severity: monitor.Warning, Instead: "sl<ack"}
	if got := wording.Compose(n).Footer[0]; got != "It is told here because it could not be delivered to the channel sl<ack." {
		t.Errorf("footer %q", got)
	}
	until := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC)
	for want, m := range map[string]monitor.Match{
		"all alerts": {}, "Late shipment rate": {Signal: "late_shipment_rate"},
		"of north on Amazon.de (x) from warning up to critical": {Account: "north", Marketplace: "Amazon.de", Subject: "x", From: monitor.Warning, UpTo: monitor.Critical},
	} {
		n := monitor.Notice{Kind: monitor.KindSilence, Silence: &monitor.Silence{Match: m, Until: until}}
		if got := wording.Compose(n).Headline; got != "🔔 A silence ends 21 Nov 2026 17:00 UTC: "+want {
			t.Errorf("headline %q, want %q", got, want)
		}
	}
}

// The table can be opened in a spreadsheet: nothing in it runs, and every row has its columns.
func TestCSV(t *testing.T) {
	if got := wording.CSV(monitor.Finding{}); got != nil {
		t.Errorf("a table of nothing: %q", got)
	}
	at := time.Date(2026, 11, 19, 7, 59, 59, 0, time.UTC)
	f := monitor.Finding{Marketplace: "Amazon.com", Evidence: []monitor.Evidence{
		{OrderID: "111-2222222-3333333", SKU: "=HYPERLINK(\"http://evil\")", ASIN: "+1", Date: 20776, ShipBy: at, Confirmed: at.Add(5 * time.Hour), Why: "late, \"very\"\r\n-1",
			Source: monitor.Source{File: "@orders.txt", Line: 7}},
		{SKU: "\t=1+1", Why: "|x"}, {SKU: "a-b", Why: "%x"},
	}}
	got, err := csv.NewReader(strings.NewReader(string(wording.CSV(f)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"order", "sku", "asin", "day", "ship by", "confirmed", "why", "file", "line"},
		{"111-2222222-3333333", "'=HYPERLINK(\"http://evil\")", "'+1", "2026-11-19", "2026-11-18 23:59 PST", "2026-11-19 04:59 PST", "late, \"very\" -1", "'@orders.txt", "7"},
		{"", "'=1+1", "", "", "", "", "'|x", "", ""},
		{"", "a-b", "", "", "", "", "'%x", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestCleanAndCut(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"a\r\n\tb  c ", 10, "a b c"}, {"a\x00\x1b[31m\u202eb\u200b\ufeff", 20, "a[31mb"}, {"\xff\xfex", 10, "x"}, {"漢漢漢", 2, "漢…"}, {"&&&", 10, "&…"},
		{"&&", 10, "&&"}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"e\u0301\u0301\u0301\u0301\u0301\u0301", 99, "e\u0301\u0301\u0301\u0301"}, {"", 5, ""},
	} {
		if got := wording.Clean(c.text, c.limit); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.text, c.limit, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("&<>\"\\ 漢😀a\n")))).Draw(t, "text")
		limit := rapid.IntRange(1, 50).Draw(t, "limit")
		got := wording.Clean(text, limit)
		if wording.Size(got) > limit || strings.ContainsAny(got, "\r\n\t") || got != wording.Clean(got, limit) {
			t.Fatalf("%q to %d became %q, which counts %d", text, limit, got, wording.Size(got))
		}
	})
}

// Whatever stands in a notice, something is said, and every line is one.
func TestAnythingCanBeSaid(t *testing.T) {
	nan := math.NaN()
	for _, kind := range []monitor.NoticeKind{"", "?", monitor.KindGroup, monitor.KindReminder, monitor.KindCatchUp, monitor.KindDigest, monitor.KindSilence, monitor.KindTest} {
		for _, members := range [][]monitor.Notice{nil, {{}}, {{Event: monitor.Resolved}, {Event: monitor.Resolved}}} {
			n := monitor.Notice{Kind: kind, Members: members, More: -3, Finding: monitor.Finding{Value: &nan, Limit: &nan}, Key: monitor.AlertKey{Account: "a\nb"}}
			m := wording.Compose(n)
			if m.Headline == "" || len(m.Footer) == 0 {
				t.Errorf("%q says %+v", kind, m)
			}
			for _, line := range m.Text() {
				if strings.ContainsAny(line, "\n\r") {
					t.Errorf("%q: a line of two: %q", kind, line)
				}
			}
			wording.News(n)
			wording.Behind(n)
		}
	}
	many := monitor.Notice{Kind: monitor.KindGroup, Key: key, Severity: monitor.Critical, More: 9950}
	for i := range monitor.MaxMembers {
		many.Members = append(many.Members, monitor.Notice{Key: monitor.AlertKey{Account: "north", Signal: "x", Subject: fmt.Sprint(i)}, Severity: monitor.Critical})
	}
	m := wording.Compose(many)
	if !strings.HasPrefix(m.Headline, "🛑 Critical: 10000 problems of north, the worst: ") || m.Sections[0].Total != 10_000 {
		t.Errorf("10,000 alerts are %q, %d", m.Headline, m.Sections[0].Total)
	}
}
