package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"goodstanding/checks"
	"goodstanding/monitor"
)

// TestCases runs every checks/testdata/SIGNAL/CASE.txtar. A case has a remark saying what it proves, `at: TIME`, and
//
//	-- exports --   directives for export files, see caseFiles
//	-- want.json -- the findings of the signal, one object each; every field given must be equal; "x~" is a part of x
//
// Any other file of the case is an export as it is, received at `at`, or at the time in its name. Expectations are
// worked out by hand from the rules.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("../../checks/testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d cases, err %v", len(files), err)
	}
	for _, file := range files {
		signal := filepath.Base(filepath.Dir(file))
		t.Run(signal+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCase(t, file, monitor.Signal(signal))
		})
	}
}

func runCase(t *testing.T, file string, signal monitor.Signal) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, when, ok := strings.Cut(string(archive.Comment), "at:")
	if !ok {
		t.Fatal("the case has no line `at: TIME`")
	}
	at, err := time.Parse(time.RFC3339, strings.Fields(when)[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "shop")
	var want []map[string]any
	for _, f := range archive.Files {
		switch f.Name {
		case "exports":
			for name, e := range caseFiles(t, string(f.Data), at) {
				writeExport(t, filepath.Join(dir, name), e.text.String(), e.received)
			}
		case "want.json":
			dec := json.NewDecoder(bytes.NewReader(f.Data))
			for dec.More() {
				var w map[string]any
				if err := dec.Decode(&w); err != nil {
					t.Fatal(err)
				}
				want = append(want, w)
			}
		default:
			writeExport(t, filepath.Join(dir, f.Name), string(f.Data), at)
		}
	}
	findings, _, err := report(t.Context(), dir, at)
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for _, f := range findings {
		if f.Signal != signal {
			continue
		}
		text, err := json.Marshal(toJSON(f))
		if err != nil {
			t.Fatal(err)
		}
		var g map[string]any
		if err := json.Unmarshal(text, &g); err != nil {
			t.Fatal(err)
		}
		got = append(got, g)
	}
	if len(got) != len(want) {
		t.Errorf("%d findings, want %d", len(got), len(want))
	}
	for i, g := range got {
		if i >= len(want) {
			t.Errorf("finding %d is too many: %v", i+1, g["summary"])
			continue
		}
		for key, w := range want[i] {
			if whole, part := strings.CutSuffix(key, "~"); part {
				if text := fmt.Sprint(g[whole]); !strings.Contains(text, fmt.Sprint(w)) {
					t.Errorf("finding %d: %s is %q, want %q in it", i+1, whole, text, w)
				}
			} else if key == "orders_behind" {
				var ids []any
				for _, e := range g["evidence"].([]any) {
					ids = append(ids, strings.TrimLeft(e.(map[string]any)["order_id"].(string)[12:], "0"))
				}
				if !reflect.DeepEqual(ids, w) {
					t.Errorf("finding %d: the orders behind it are %v, want %v", i+1, ids, w)
				}
			} else if !reflect.DeepEqual(g[key], w) {
				t.Errorf("finding %d: %s is %v, want %v (%v)", i+1, key, g[key], w, g["summary"])
			}
		}
	}
}

func writeExport(t *testing.T, path, text string, received time.Time) {
	t.Helper()
	writeFile(t, path, text)
	if err := os.Chtimes(path, received, received); err != nil {
		t.Fatal(err)
	}
}

// caseExport is an export file in the making.
type caseExport struct {
	text     strings.Builder
	received time.Time
}

// caseHeads are the headers of the files that directives make; a real file may have more columns.
var caseHeads = map[string]string{
	"all_orders":   "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price",
	"order_report": "order-id\torder-item-id\tpurchase-date\tpayments-date\tsku\tproduct-name\tquantity-purchased\tcurrency\titem-price\tship-service-level\tship-country\tlatest-ship-date",
	"unshipped":    "order-id\torder-item-id\tpurchase-date\tpayments-date\treporting-date\tpromise-date\tdays-past-promise\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\tquantity-to-ship\tship-service-level\tship-country\tis-buyer-requested-cancellation",
	"confirmation": "order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method",
	"feedback":     "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email",
	"claims":       "order-id,kind,opened,status,amount",
}

// caseFiles expands directives into export files:
//
//	file KIND [received=TIME] [market=Amazon.de]      begins a file
//	N id=FIRST bought=DATE..DATE key=value …          N rows, the purchases spread evenly at noon UTC
//
// Keys: status, updated, due, channel, service, sku, item-status, cancel, item, rating, text, day, kind, ship. Times are
// absolute, or +2d and +5h after the purchase, or due+5h; a due of whole days is the end of that day of the marketplace.
func caseFiles(t *testing.T, text string, at time.Time) map[string]*caseExport {
	t.Helper()
	files := map[string]*caseExport{}
	var e *caseExport
	var kind string
	market := monitor.Marketplace("Amazon.com")
	scan := bufio.NewScanner(strings.NewReader(text))
	for n := 1; scan.Scan(); n++ {
		line, _, _ := strings.Cut(scan.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		keys := map[string]string{}
		for _, w := range words[1:] {
			if k, v, ok := strings.Cut(w, "="); ok {
				keys[k] = v
			}
		}
		if words[0] == "file" {
			kind = words[1]
			e = &caseExport{received: at}
			files[fmt.Sprintf("%02d-%s.txt", n, kind)] = e
			if v := keys["received"]; v != "" {
				e.received = caseTime(t, v, time.Time{}, time.Time{}, time.UTC)
			}
			if v := keys["market"]; v != "" {
				market = monitor.Marketplace(v)
			}
			head, ok := caseHeads[kind]
			if !ok {
				t.Fatalf("line %d: no file of kind %q can be made", n, kind)
			}
			e.text.WriteString(head + "\n")
			continue
		}
		count, err := strconv.Atoi(words[0])
		if err != nil || e == nil {
			t.Fatalf("line %d: want `file KIND` or `N id=… bought=…`, got %q", n, line)
		}
		caseRows(t, e, kind, market, count, keys)
	}
	return files
}

// caseRows writes the rows of one directive.
func caseRows(t *testing.T, e *caseExport, kind string, market monitor.Marketplace, count int, keys map[string]string) {
	t.Helper()
	get := func(key, otherwise string) string {
		if v, ok := keys[key]; ok {
			return v
		}
		return otherwise
	}
	first, err := strconv.Atoi(get("id", "1"))
	if err != nil {
		t.Fatal(err)
	}
	from, to, _ := strings.Cut(get("bought", "2026-11-01"), "..")
	if to == "" {
		to = from
	}
	clock := market.Clock()
	begin, end := caseTime(t, from, time.Time{}, time.Time{}, clock), caseTime(t, to, time.Time{}, time.Time{}, clock)
	iso := func(key string, bought, due time.Time) string {
		v := get(key, "")
		if v == "" {
			return ""
		}
		return caseTime(t, v, bought, due, clock).UTC().Format("2006-01-02T15:04:05+00:00")
	}
	for i := range count {
		id := fmt.Sprintf("111-%07d-%07d", 0, first+i)
		bought := begin
		if count > 1 {
			bought = begin.Add(end.Sub(begin) / time.Duration(count-1) * time.Duration(i))
		}
		var due time.Time
		if v := get("due", ""); v != "" {
			due = caseTime(t, v, bought, time.Time{}, clock)
			if strings.HasSuffix(v, "d") {
				due = monitor.DayOf(due, clock).End(clock).Add(-time.Second)
			}
		}
		dueText := due.UTC().Format("2006-01-02T15:04:05+00:00")
		at := bought.UTC().Format("2006-01-02T15:04:05+00:00")
		sku, service, status := get("sku", "A-1"), get("service", "Standard"), get("status", "Shipped")
		var cells []string
		switch kind {
		case "all_orders":
			channel := map[string]string{"mfn": "Merchant", "afn": "Amazon"}[get("channel", "mfn")]
			cells = []string{id, "", at, iso("updated", bought, due), status, channel, string(market), service, "Thing", sku, "B000000001", get("item-status", status), "1", "USD", "9.99"}
		case "order_report":
			cells = []string{id, get("item", "1"+id[12:]), at, at, sku, "Thing", "1", "USD", "9.99", service, get("country", "US"), dueText}
		case "unshipped":
			cells = []string{id, get("item", "1"+id[12:]), at, at, e.received.Add(-time.Minute).UTC().Format("2006-01-02T15:04:05+00:00"), dueText, "0", sku, "Thing", "1", "0", "1", service, get("country", "US"), get("cancel", "false")}
		case "confirmation":
			cells = []string{id, get("item", ""), "1", get("ship", ""), "UPS", "", "1Z999", "Ground"}
		case "feedback":
			cells = []string{get("day", ""), get("rating", "1"), strings.ReplaceAll(get("text", "Bad"), "_", " "), "", id, "x@marketplace." + strings.ToLower(string(market))}
		case "claims":
			cells = []string{id, get("kind", "a-to-z"), get("day", ""), get("status", "open"), "9.99"}
		}
		delimiter := "\t"
		if kind == "claims" {
			delimiter = ","
		}
		e.text.WriteString(strings.Join(cells, delimiter) + "\n")
	}
}

// caseTime reads a time: absolute, a date (noon UTC), +2d, +5h, -3h after bought, or due+5h, due-1h.
func caseTime(t *testing.T, s string, bought, due time.Time, clock *time.Location) time.Time {
	t.Helper()
	base := bought
	if rest, ok := strings.CutPrefix(s, "due"); ok {
		base, s = due, rest
		if s == "" {
			return due
		}
	}
	if s[0] == '+' || s[0] == '-' {
		if n, ok := strings.CutSuffix(s, "d"); ok {
			days, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			return base.In(clock).AddDate(0, 0, days)
		}
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		return base.Add(d)
	}
	if v, err := time.Parse(time.RFC3339, s); err == nil {
		return v
	}
	v, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return v.Add(12 * time.Hour)
}

// A check is complete only with cases in which it fires, finds nothing, and could not judge.
func TestEveryCheckHasCases(t *testing.T) {
	for _, e := range checks.All() {
		seen := map[monitor.Severity]bool{}
		files, err := filepath.Glob(filepath.Join("../../checks/testdata", string(e.Signal), "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range archive.Files {
				for _, s := range []monitor.Severity{monitor.OK, monitor.Watch, monitor.Warning, monitor.Critical, monitor.Blind} {
					if f.Name == "want.json" && strings.Contains(string(f.Data), `"severity": "`+string(s)+`"`) {
						seen[s] = true
					}
				}
			}
		}
		// A folder in which nothing ever arrived has no account: stale_exports cannot be blind in a case.
		blind := seen[monitor.Blind] || e.Signal == "stale_exports"
		if !seen[monitor.OK] || !blind || !seen[monitor.Watch] && !seen[monitor.Warning] && !seen[monitor.Critical] {
			t.Errorf("%s: its cases show %v; want one that fires, one that is ok, one that is blind", e.Signal, seen)
		}
	}
	dirs, err := os.ReadDir("../../checks/testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if _, ok := checks.Find(monitor.Signal(d.Name())); !ok {
			t.Errorf("there are cases of %s, which is no check", d.Name())
		}
	}
}
