package web

import (
	"context"
	"fmt"
	"html"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func day(s string) monitor.Day {
	d, err := monitor.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func sample() Status {
	window := &monitor.Window{Days: 30, From: day("2026-10-25"), To: day("2026-11-23")}
	return Status{
		Round:    noon,
		Accounts: []string{"acme", "dark", "fresh", "well"},
		Findings: []monitor.Finding{
			{Account: "well", Marketplace: "Amazon.com", Signal: "order_defect_rate", Subject: "FBA", Severity: monitor.OK,
				Value: new(0.0), Limit: new(0.01), Orders: 90, Window: window, Summary: "No defects.", DataAsOf: noon},
			{Account: "dark", Marketplace: "Amazon.de", Signal: "late_shipment_rate", Subject: "seller-fulfilled", Severity: monitor.Blind,
				Value: new(0.77), Limit: new(0.04), Defects: 55, Orders: 66, Headroom: new(9), Window: window, Summary: "No order export since 1 Nov."},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "cancellation_rate", Subject: "seller-fulfilled", Severity: monitor.Watch,
				Value: new(0.01), Limit: new(0.025), Window: window, Summary: "Fine so far."},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: "seller-fulfilled", Severity: monitor.Warning,
				Value: new(0.0324), Limit: new(0.04), Defects: 8, Orders: 247, Unknown: 3, Headroom: new(2), Recovery: new(12), Window: window,
				Summary: "2 more late orders cross the limit.", Advice: "Confirm 4 orders today.", Details: []string{"Likely over on 2 Dec."},
				DataAsOf: noon.Add(-2 * time.Hour),
				Drivers:  []monitor.Driver{{Kind: "SKU", Name: "MUG-RED", Defects: 5, Orders: 40, Expected: 1.3}, {Kind: "weekday", Name: "Monday", Defects: 4}},
				Evidence: []monitor.Evidence{{OrderID: "111-1111111-1111111", Date: day("2026-11-20"), Why: "confirmed 5 h late"}},
				Quotes:   []monitor.Quote{{OrderID: "111-1111111-2222222", Day: day("2026-11-19"), Rating: 1, Comment: "Came broken"}}},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "unshipped", Severity: monitor.Critical, Value: new(7.0), Limit: new(5.0), Summary: "7 orders wait."},
		},
		Alerts: []monitor.Alert{
			{AlertKey: monitor.AlertKey{Account: "acme", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: "seller-fulfilled"}, Severity: monitor.Warning, Opened: noon.AddDate(0, 0, -3)},
			{AlertKey: monitor.AlertKey{Account: "dark", Marketplace: "Amazon.de", Signal: "late_shipment_rate", Subject: "seller-fulfilled"}, Severity: monitor.Critical, Opened: noon.AddDate(0, 0, -5), BlindSince: noon.AddDate(0, 0, -1)},
		},
		Imports: []monitor.ImportTotals{
			{Account: "dark", Kind: "feedback", Files: 1, Refused: 1},
			{Account: "acme", Kind: "all_orders", LastReceived: noon, Files: 5, Rows: 1234, BadRows: 2},
		},
		Outbox: monitor.OutboxState{Pending: 2, OldestPending: noon.Add(-time.Hour), Sent: 40, Failed: 3, GaveUp: 1},
	}
}

// text returns the page's text: no tags, entities decoded, white space made one.
func text(page string) string {
	var b strings.Builder
	in := false
	_, page, _ = strings.Cut(page, "</style>")
	for _, r := range page {
		switch {
		case r == '<':
			in = true
			b.WriteByte(' ')
		case r == '>' && in:
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}

func mustRender(t interface{ Fatal(...any) }, s Status) string {
	page, err := render(newView(s, "1.2.3", nil))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestPageOverHTTP(t *testing.T) {
	addr, _ := serve(t, Config{Version: "1.2.3", Status: func(context.Context) (Status, error) { return sample(), nil }})
	got := text(ask(t, "GET", addr, "/", "").body)
	at := 0
	// In this order on the page: accounts with the worst first, and so are the rows of each.
	for _, want := range []string{
		"Checked 23 Nov 2026 12:00 UTC. Newest data as of 23 Nov 2026 12:00 UTC.",
		"■ Critical 1", "▲ Warning 1", "○ Cannot judge 1", "◆ Watch 1", "● OK 1",
		"acme ■ Critical data as of 23 Nov 2026 10:00 UTC",
		"■ Critical unshipped Amazon.com 7 5 – – 7 orders wait.",
		"▲ Warning late shipment rate Amazon.com, seller-fulfilled 3.24 % 8 of 247 orders, 3 unknown 30 days, 25 Oct to 23 Nov 4.00 % 2 more defects; 12 clean orders bring it back – 2 more late orders cross the limit. since 20 Nov 2026 12:00 UTC Cause: SKU MUG-RED: 5 of 40 orders, where 1.3 would be its share Confirm 4 orders today.",
		"Likely over on 2 Dec. weekday Monday: 4 111-1111111-1111111 , 2026-11-20: confirmed 5 h late",
		"Came broken 1 of 5 stars, order 111-1111111-2222222 , 2026-11-19",
		"◆ Watch cancellation rate",
		"dark ○ Cannot judge",
		"○ Cannot judge late shipment rate Amazon.de, seller-fulfilled – 30 days, 25 Oct to 23 Nov – – – No order export since 1 Nov. Critical since 18 Nov 2026 12:00 UTC, not judged since 22 Nov 2026 12:00 UTC",
		"fresh ○ Cannot judge Nothing could be judged yet.",
		"well ● OK",
		"Export files", "acme all orders 23 Nov 2026 12:00 UTC 5 0 1234 2", "dark feedback never 1 1 0 0",
		"Messages ▲ 2 waiting since 23 Nov 2026 11:00 UTC ■ 1 given up . 40 sent, 3 failed attempts.",
		"Goodstanding 1.2.3",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("the page lacks, or has too early:\n%s\nin:\n%s", want, got[at:])
		}
		at += i + len(want)
	}
	for _, never := range []string{"77", "55", "66"} {
		if strings.Contains(strings.SplitN(got, "dark", 2)[1], never) {
			t.Errorf("a finding that was not judged shows the number %s", never)
		}
	}
}

func TestEmptyPage(t *testing.T) {
	got := text(mustRender(t, Status{}))
	for _, want := range []string{"No check has run yet.", "No data yet.", "No account yet.", "No export file has been received yet.", "● All sent"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q: %s", want, got)
		}
	}
	if strings.Contains(got, "● OK") {
		t.Errorf("an empty page says that all is well: %s", got)
	}
}

func TestFoldedIsOnlyWhatIsWell(t *testing.T) {
	page := mustRender(t, sample())
	if open, all := strings.Count(page, `<details class="account" open>`), strings.Count(page, `<details class="account"`); open != 3 || all != 4 {
		t.Errorf("%d of %d accounts are unfolded, want 3 of 4", open, all)
	}
}

func TestLongListsAreCountedNotShown(t *testing.T) {
	var s Status
	for i := range 500 {
		s.Findings = append(s.Findings, monitor.Finding{Account: "acme", Signal: "ship_by", Subject: fmt.Sprintf("order-%03d", i), Severity: monitor.Watch, Summary: strings.Repeat("ü", 2000)})
	}
	worst := monitor.Finding{Account: "acme", Signal: "ship_by", Subject: "order-late", Severity: monitor.Critical}
	for range 33 {
		worst.Evidence = append(worst.Evidence, monitor.Evidence{OrderID: "id"})
		worst.Quotes = append(worst.Quotes, monitor.Quote{Comment: "bad"})
	}
	s.Findings = append(s.Findings, worst)
	page := mustRender(t, s)
	got := text(page)
	for _, want := range []string{"order-late", "order-010", "and 489 more, none of them worse", "and 13 more behind it", "and 28 more comments", strings.Repeat("ü", 600) + "…"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"order-011", strings.Repeat("ü", 601)} {
		if strings.Contains(got, never) {
			t.Errorf("the page has %q", never)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, tc := range []struct {
		v    *float64
		rate bool
		want string
	}{
		{nil, true, ""}, {new(math.NaN()), true, ""}, {new(0.0), true, "0.00 %"}, {new(0.04), true, "4.00 %"}, {new(1.0), true, "100.00 %"},
		{new(7.0), false, "7"}, {new(2.5), false, "2.5"}, {new(0.99971044), false, "1"}, {new(1.239), false, "1.24"}, {new(1e6), false, "1000000"},
	} {
		if got := number(tc.v, tc.rate); got != tc.want {
			t.Errorf("%v rate %v: %q, want %q", tc.v, tc.rate, got, tc.want)
		}
	}
}

// hostile returns a status in which every text comes from the given function.
func hostile(severity monitor.Severity, say func() string) Status {
	f := monitor.Finding{Account: say(), Marketplace: monitor.Marketplace(say()), Signal: monitor.Signal(say()), Subject: say(), Severity: severity,
		Summary: say(), Details: []string{say()}, Advice: say(), DataAsOf: noon,
		Drivers:  []monitor.Driver{{Kind: say(), Name: say()}, {Kind: say(), Name: say(), Orders: 1}},
		Evidence: []monitor.Evidence{{OrderID: say(), Why: say()}},
		Quotes:   []monitor.Quote{{OrderID: say(), Comment: say()}}}
	return Status{Accounts: []string{f.Account}, Findings: []monitor.Finding{f}, Imports: []monitor.ImportTotals{{Account: say(), Kind: monitor.ExportKind(say())}}}
}

func TestHostileTextIsText(t *testing.T) {
	for _, attack := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</style><script>1</script>`, `</details></table>`, `<!--`, `{{.CSS}}`,
		`javascript:alert(1)`, `&lt;script&gt;`, "\u202Egnp.exe", "a\x00b", "\xff\xfe",
	} {
		page := mustRender(t, hostile(monitor.Critical, func() string { return attack }))
		if strings.Contains(page, "<script") || strings.Contains(page, "<img") || strings.Contains(page, "<!--") || strings.Count(page, "</style") != 1 {
			t.Errorf("%q became markup", attack)
		}
		if want := strings.ToValidUTF8(strings.ReplaceAll(attack, "\x00", "\uFFFD"), "\uFFFD"); !strings.Contains(strings.ToValidUTF8(text(page), "\uFFFD"), want) {
			t.Errorf("%q is not on the page as text", attack)
		}
	}
}

// Whatever the texts say, the page has the same tags, attributes and quotes as with harmless ones.
func TestTextNeverBecomesMarkup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		severity := rapid.SampledFrom([]monitor.Severity{monitor.OK, monitor.Watch, monitor.Warning, monitor.Critical, monitor.Blind}).Draw(t, "severity")
		texts := rapid.OneOf(rapid.StringMatching(`[<>"'&/=!{}a-z \x60-]{1,12}`), rapid.StringN(1, 20, -1))
		plain := mustRender(t, hostile(severity, func() string { return "x" }))
		page := mustRender(t, hostile(severity, func() string { return texts.Draw(t, "text") }))
		for _, mark := range []string{"<", ">", `"`, "'"} {
			if a, b := strings.Count(page, mark), strings.Count(plain, mark); a != b {
				t.Fatalf("%d times %s, %d with harmless texts:\n%s", a, mark, b, page)
			}
		}
	})
}
