package simulator

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"goodstanding/monitor"
	"pgregory.net/rapid"
)

// busy is a shop in which everything happens within a few weeks.
func busy(m monitor.Marketplace) Shop {
	return Shop{
		Name: "busy", Marketplace: m, Seed: 11, First: monitor.Date(2026, time.September, 21), Days: 40, Orders: 12, FBA: 0.3,
		Handling: 1, LateBy: Span{1, 4}, MoreLine: 0.3, FeedbackDelay: Span{3, 20}, ClaimDelay: Span{5, 25}, Refund: 0.2,
		Late: []Risk{{P: 0.1}}, Forgotten: []Risk{{P: 0.05}}, SellerCancel: []Risk{{P: 0.05}}, BuyerCancel: []Risk{{P: 0.05}},
		Unpaid: []Risk{{P: 0.05}}, Negative: []Risk{{P: 0.15}}, Neutral: []Risk{{P: 0.1}}, Positive: []Risk{{P: 0.2}},
		AToZ: []Risk{{P: 0.1}}, Chargeback: []Risk{{P: 0.03}},
	}
}

// exports sorts the files of one download by what their headers say they are.
func exports(t *testing.T, paths []string) map[string]string {
	t.Helper()
	byKind := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kind := ""
		switch head, _, _ := strings.Cut(string(text), "\n"); {
		case strings.HasPrefix(head, "amazon-order-id\t"):
			kind = "all orders"
		case strings.Contains(head, "\tpromise-date\t"):
			kind = "unshipped"
		case strings.Contains(head, "\tlatest-ship-date\t"):
			kind = "order report"
		case strings.HasPrefix(head, "order-id\torder-item-id\tquantity\tship-date\t"):
			kind = "confirmation"
		case strings.HasPrefix(head, "order-id,kind,"):
			kind = "claims"
		case strings.Count(head, "\t") == 5:
			kind = "feedback"
		default:
			t.Fatalf("%s: unknown header %q", path, head)
		}
		if byKind[kind] != "" {
			t.Fatalf("two exports of %s", kind)
		}
		byKind[kind] = path
	}
	return byKind
}

func TestEveningExports(t *testing.T) {
	for _, m := range []monitor.Marketplace{"Amazon.com", "Amazon.de", "Amazon.co.jp"} {
		shop := busy(m)
		h := Run(shop)
		for n := range 56 { // beyond the last day with orders
			if m != "Amazon.com" && n%3 != 0 {
				continue
			}
			d := shop.First + monitor.Day(n)
			at := d.Start(m.Clock()).Add(time.Duration(17+n%6)*time.Hour + 13*time.Minute)
			paths, err := h.ExportDay(t.TempDir(), at)
			if err != nil {
				t.Fatal(err)
			}
			checkEvening(t, h, exports(t, paths), at)
		}
	}
}

// checkEvening fails where the exports of one evening differ from the truth.
func checkEvening(t *testing.T, h *History, files map[string]string, at time.Time) {
	t.Helper()
	want := map[string][]string{}
	note := func(kind string, o *Order, facts string) {
		for _, l := range o.Lines {
			want[kind] = append(want[kind], o.ID+" "+l.ItemID+" "+facts)
		}
	}
	claims := false
	for i := range h.Orders {
		o := &h.Orders[i]
		if o.Purchased.After(at) {
			continue
		}
		status, changed := "Pending", o.Purchased
		for _, e := range []struct {
			at     time.Time
			status string
		}{{o.Released, "Unshipped"}, {o.Confirmed, "Shipped"}, {o.Cancelled, "Cancelled"}, {o.Delivered, "Shipped"}, {o.Refunded, "Shipped"}} {
			if !e.at.IsZero() && !e.at.After(at) {
				status, changed = e.status, e.at
			}
		}
		if at.Sub(changed) < 48*time.Hour {
			note("all orders", o, status+" "+changed.Format(time.RFC3339))
		}
		if c := o.Claim; c != nil {
			for _, e := range []time.Time{c.Opened, c.Decided} {
				claims = claims || !e.After(at) && at.Sub(e) < 24*time.Hour
			}
		}
		if o.Channel == monitor.FBA {
			continue
		}
		if !o.Released.IsZero() && !o.Released.After(at) && at.Sub(o.Released) < 48*time.Hour {
			note("order report", o, o.ShipBy.Format(time.RFC3339))
		}
		if status == "Unshipped" {
			asked := !o.Asked.IsZero() && !o.Asked.After(at.Add(-4*time.Minute))
			note("unshipped", o, fmt.Sprintf("%s %t", o.ShipBy.Format(time.RFC3339), asked))
		}
		if !o.Confirmed.IsZero() && !o.Confirmed.After(at) && at.Sub(o.Confirmed) < 24*time.Hour {
			note("confirmation", o, o.Confirmed.In(h.Shop.Marketplace.Clock()).Format(time.DateOnly))
		}
	}
	got := map[string][]string{}
	read := func(kind, id string, facts func(r map[string]string) string) {
		if files[kind] == "" {
			return
		}
		for _, r := range table(t, files[kind]) {
			got[kind] = append(got[kind], r[id]+" "+r["order-item-id"]+" "+facts(r))
		}
	}
	utc := func(s string) string { return date(t, s).Format(time.RFC3339) }
	read("all orders", "amazon-order-id", func(r map[string]string) string {
		if r["sales-channel"] != string(h.Shop.Marketplace) || r["item-status"] != r["order-status"] {
			t.Errorf("All Orders: %v", r)
		}
		if blank := r["item-price"] == ""; blank != (r["order-status"] == "Pending" || r["order-status"] == "Cancelled") {
			t.Errorf("All Orders: price %q of a row with status %s", r["item-price"], r["order-status"])
		}
		return r["order-status"] + " " + utc(r["last-updated-date"])
	})
	read("order report", "order-id", func(r map[string]string) string { return utc(r["latest-ship-date"]) })
	read("unshipped", "order-id", func(r map[string]string) string {
		if made := date(t, r["reporting-date"]); !made.Equal(at.Add(-4 * time.Minute)) {
			t.Errorf("reporting-date %v of an export downloaded at %v", made, at)
		}
		return utc(r["promise-date"]) + " " + r["is-buyer-requested-cancellation"]
	})
	read("confirmation", "order-id", func(r map[string]string) string { return r["ship-date"] })
	for _, kind := range []string{"all orders", "order report", "unshipped", "confirmation"} {
		slices.Sort(want[kind])
		slices.Sort(got[kind])
		if !slices.Equal(got[kind], want[kind]) {
			t.Fatalf("%s of %s at %v: got\n%s\nwant\n%s", kind, h.Shop.Marketplace, at,
				strings.Join(got[kind], "\n"), strings.Join(want[kind], "\n"))
		}
	}
	for kind, there := range map[string]bool{
		"all orders": true, "order report": true, "unshipped": true, "confirmation": len(want["confirmation"]) > 0,
		"feedback": at.In(h.Shop.Marketplace.Clock()).Weekday() == time.Friday, "claims": claims,
	} {
		if (files[kind] != "") != there {
			t.Errorf("%s at %v: export there is %t, want %t", kind, at, !there, there)
		}
	}
}

func TestClaimsExport(t *testing.T) {
	open := func(id, opened, decided string, kind monitor.ClaimKind) Order {
		return Order{ID: id, Purchased: pacific("2026-10-01 12:00:00"), Claim: &Claim{
			Kind: kind, Opened: pacific(opened), Decided: pacific(decided), Outcome: monitor.ClaimGranted, Amount: "14.99"}}
	}
	h := &History{Shop: Shop{Name: "x", Marketplace: "Amazon.com"}, Orders: []Order{
		open("111-0000000-0000001", "2026-11-19 23:00:00", "2026-11-25 12:00:00", monitor.AToZ),
		open("111-0000000-0000002", "2026-11-10 12:00:00", "2026-11-20 12:00:00", monitor.Chargeback),
		open("111-0000000-0000003", "2026-11-20 19:00:00", "2026-11-30 12:00:00", monitor.AToZ),
	}}
	paths, err := h.ExportDay(t.TempDir(), pacific("2026-11-20 18:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(exports(t, paths)["claims"])
	if err != nil {
		t.Fatal(err)
	}
	const want = "order-id,kind,opened,status,amount\n" +
		"111-0000000-0000002,chargeback,2026-11-10,granted,14.99\n" +
		"111-0000000-0000001,a-to-z,2026-11-19,open,14.99\n"
	if string(text) != want {
		t.Errorf("claims.csv:\n%s\nwant:\n%s", text, want)
	}
}

// A season of evenings leaves nothing out: every order, every ship-by instant, every end.
func TestSeasonIsComplete(t *testing.T) {
	shop := busy("Amazon.com")
	h, dir := Run(shop), t.TempDir()
	last := shop.First + 120
	if err := h.WriteArchive(dir, shop.First, last, 18); err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "busy", "*"))
	if err != nil {
		t.Fatal(err)
	}
	ended, shipBy, confirmed := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		switch head, _, _ := bytes.Cut(text, []byte("\n")); {
		case bytes.HasPrefix(head, []byte("amazon-order-id\t")):
			for _, r := range table(t, path) {
				ended[r["amazon-order-id"]] = r["order-status"]
			}
		case bytes.Contains(head, []byte("\tlatest-ship-date\t")):
			for _, r := range table(t, path) {
				shipBy[r["order-id"]] = true
			}
		case bytes.Contains(head, []byte("\ttracking-number\t")):
			for _, r := range table(t, path) {
				confirmed[r["order-id"]] = true
			}
		}
	}
	for _, o := range h.Orders {
		want := "Shipped"
		if o.Confirmed.IsZero() {
			want = "Cancelled"
		}
		seller := o.Channel == monitor.SellerFulfilled
		if ended[o.ID] != want {
			t.Errorf("order %s ends as %q in the exports, want %q", o.ID, ended[o.ID], want)
		}
		if shipBy[o.ID] != (seller && !o.Released.IsZero()) {
			t.Errorf("ship-by instant of order %s is told: %t", o.ID, shipBy[o.ID])
		}
		if confirmed[o.ID] != (seller && !o.Confirmed.IsZero()) {
			t.Errorf("confirmation of order %s is there: %t", o.ID, confirmed[o.ID])
		}
	}
}

func TestBulkExport(t *testing.T) {
	shop := busy("Amazon.com")
	h := Run(shop)
	at := pacific("2026-10-30 18:00:00")
	paths, err := h.ExportAll(t.TempDir(), at)
	if err != nil {
		t.Fatal(err)
	}
	files := exports(t, paths)
	if len(files) != 5 || files["confirmation"] != "" {
		t.Fatalf("a bulk export has %v", files)
	}
	var all, report, open int
	for _, o := range h.Orders {
		if o.Purchased.After(at) {
			continue
		}
		all += len(o.Lines)
		if o.Channel == monitor.SellerFulfilled && !o.Released.IsZero() && !o.Released.After(at) {
			report += len(o.Lines)
			if (o.Confirmed.IsZero() || o.Confirmed.After(at)) && (o.Cancelled.IsZero() || o.Cancelled.After(at)) {
				open += len(o.Lines)
			}
		}
	}
	for kind, want := range map[string]int{"all orders": all, "order report": report, "unshipped": open} {
		if got := len(table(t, files[kind])); got != want || want == 0 {
			t.Errorf("%s has %d rows, want %d", kind, got, want)
		}
	}
	// Months later it still has 120 days of orders, and 60 days of ship-by dates.
	later := shop.First.Start(h.Shop.Marketplace.Clock()).Add(130 * 24 * time.Hour)
	paths, err = h.ExportAll(t.TempDir(), later)
	if err != nil {
		t.Fatal(err)
	}
	files = exports(t, paths)
	if got := table(t, files["all orders"]); len(got) == 0 || later.Sub(date(t, got[0]["purchase-date"])) > 120*24*time.Hour {
		t.Errorf("All Orders of 120 days has %d rows", len(got))
	}
	if got := len(table(t, files["order report"])); got != 0 {
		t.Errorf("the order report of 60 days has %d rows of older orders", got)
	}
}

func TestFileNames(t *testing.T) {
	shop := busy("Amazon.com")
	h, dir := Run(shop), t.TempDir()
	if err := h.WriteArchive(dir, shop.First, shop.First+60, 18); err != nil { // across the end of daylight time
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "busy"))
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`^(\d{8}T\d{6}Z)-((\d{11})\.txt|shipping-confirmation-\d{4}-\d\d-\d\d\.txt|claims\.csv)$`)
	numbers := map[string]bool{}
	for _, e := range entries {
		m := pattern.FindStringSubmatch(e.Name())
		if m == nil {
			t.Fatalf("file name %q", e.Name())
		}
		received, err := time.Parse("20060102T150405Z", m[1])
		if err != nil {
			t.Fatal(err)
		}
		if clock := received.In(shop.Marketplace.Clock()); clock.Format(time.TimeOnly) != "18:00:00" {
			t.Errorf("%s was received at %v, not at six in the evening", e.Name(), clock)
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !info.ModTime().Equal(received) {
			t.Errorf("%s has modification time %v", e.Name(), info.ModTime())
		}
		if m[3] != "" && numbers[m[3]] {
			t.Errorf("number %s twice", m[3])
		}
		numbers[m[3]] = true
	}
	if first := entries[0].Name(); !strings.HasPrefix(first, "20260922T010000Z-") {
		t.Errorf("first file is %s, want that of 21 September 18:00 PDT", first)
	}
}

func TestEncodings(t *testing.T) {
	for _, latin := range []bool{false, true} {
		shop := busy("Amazon.de")
		shop.Windows1252 = latin
		shop.Products = []Product{{"X", "B000000000", `Türstopper 24" „Elch“ & Łódź`, 1000, 1}}
		paths, err := Run(shop).ExportAll(t.TempDir(), pacific("2026-10-30 18:00:00"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(exports(t, paths)["all orders"])
		if err != nil {
			t.Fatal(err)
		}
		want := "\tTürstopper 24\" „Elch“ & Łódź\t"
		if latin {
			want = "\tT\xfcrstopper 24\" \x84Elch\x93 & ?\xf3d?\t"
		}
		if !bytes.Contains(text, []byte(want)) || utf8.Valid(text) == latin {
			t.Errorf("windows-1252 %t: title not found, or the file is valid UTF-8: %t", latin, utf8.Valid(text))
		}
	}
}

func TestExportErrors(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(dir, "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h := &History{Shop: Shop{Name: "../elsewhere", Marketplace: "Amazon.com"}}
	if err := h.WriteArchive(dir, 20_000, 20_000, 18); err == nil || !strings.Contains(err.Error(), "the name must be that of a folder") {
		t.Errorf("an account outside the archive: got %v", err)
	}
	h.Shop.Name = "file"
	if err := h.WriteArchive(dir, 20_000, 20_000, 18); err == nil || !strings.Contains(err.Error(), "archive of account file, 2024-10-04: ") {
		t.Errorf("a file where the folder should be: got %v", err)
	}
	if _, err := h.ExportAll(inTheWay, pacific("2026-10-30 18:00:00")); err == nil {
		t.Error("a bulk export into a file is no error")
	}
}

// Whatever the regime, an export made at any instant has as many cells in each row as in its header.
func TestAnyExportIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shop := anyShop(t)
		at := shop.First.Start(time.UTC).Add(time.Duration(rapid.IntRange(-48, 24*150).Draw(t, "hours")) * time.Hour)
		h := Run(shop)
		for _, f := range append(h.evening(at), h.bulk(at)...) {
			head, body, _ := strings.Cut(string(f.text), "\n")
			tabs := strings.Count(head, "\t")
			if tabs == 5 {
				continue // feedback, whose comments hold line ends, has its own test
			}
			for line := range strings.Lines(body) {
				if strings.Count(line, "\t") != tabs || !strings.HasSuffix(line, "\n") {
					t.Fatalf("%s has %d tabs in its header, and a row %q", f.name, tabs, line)
				}
			}
		}
	})
}
