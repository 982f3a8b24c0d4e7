package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// TestCases runs every checks/testdata/SIGNAL/CASE.txtar. A case has a remark saying what it proves, `at: TIME`, maybe
// `skip: WHY`, and
//
//	-- exports --   directives for export files, see caseFiles
//	-- want.json -- the findings of the signal, one object each, in order; every field given must be equal; "x~" is a
//	                part of x, "orders_behind" are the numbers of the orders in the evidence, and "changes" are the days of the
//	                calendar on which a defect leaves or enters: day, numbers that leave, that enter, defects from then on
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
	remark, when, ok := strings.Cut(string(archive.Comment), "\nat: ")
	if !ok || strings.TrimSpace(remark) == "" {
		t.Fatal("the case needs a remark and a line `at: TIME`")
	}
	if _, why, skip := strings.Cut(string(archive.Comment), "\nskip: "); skip {
		t.Skip(strings.TrimSpace(why))
	}
	at, err := time.Parse(time.RFC3339, strings.Fields(when)[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "shop")
	var want []map[string]any
	expects := false
	for _, f := range archive.Files {
		switch f.Name {
		case "exports":
			for name, e := range caseFiles(t, string(f.Data), at) {
				writeExport(t, filepath.Join(dir, name), e.text.String(), e.received)
			}
		case "want.json":
			expects = true
			want = decodeObjects(t, f.Data)
		default:
			writeExport(t, filepath.Join(dir, f.Name), string(f.Data), at)
		}
	}
	if !expects {
		t.Fatal("the case has no want.json")
	}
	findings, _, err := report(t.Context(), dir, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	findings = slices.DeleteFunc(findings, func(f monitor.Finding) bool { return f.Signal != signal || f.Account != "shop" })
	for _, f := range findings {
		if mistake := calendarAddsUp(f); mistake != "" && signal != policy.ValidTrackingRate { // that counts parcels
			t.Error(mistake)
		}
	}
	var text bytes.Buffer
	if err := writeJSON(&text, findings); err != nil {
		t.Fatal(err)
	}
	got := decodeObjects(t, text.Bytes())
	if len(got) != len(want) {
		t.Errorf("%d findings, want %d", len(got), len(want))
	}
	for i, g := range got {
		if i >= len(want) {
			t.Errorf("finding %d is too many: %v", i+1, g["summary"])
			continue
		}
		for key, w := range want[i] {
			if mistake := compareField(g, key, w); mistake != "" {
				t.Errorf("finding %d: %s (%v)", i+1, mistake, g["summary"])
			}
		}
	}
}

// calendarAddsUp says where a calendar contradicts itself; empty: it does not. The defects of each day are those of the day
// before, without those that leave and with those that enter: the ones are counted in tallies, the others are orders.
func calendarAddsUp(f monitor.Finding) string {
	defects := f.Defects
	for _, c := range f.Calendar {
		if defects += len(c.Enters) - len(c.Leaves); c.Defects != defects {
			return fmt.Sprintf("on %s the calendar has %d defects, but what leaves and enters makes %d: %s", c.Day, c.Defects, defects, f.Summary)
		}
	}
	return ""
}

// decodeObjects reads JSON objects that follow one another.
func decodeObjects(t *testing.T, text []byte) (all []map[string]any) {
	t.Helper()
	for dec := json.NewDecoder(bytes.NewReader(text)); dec.More(); {
		var o map[string]any
		if err := dec.Decode(&o); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// compareField says how a finding differs from what is wanted of it; empty: it does not.
func compareField(g map[string]any, key string, want any) string {
	if key == "orders_behind" {
		behind := []any{}
		for _, e := range g["evidence"].([]any) {
			behind = append(behind, e.(map[string]any)["order_id"])
		}
		if ids := shortIDs(behind); !reflect.DeepEqual(ids, want) {
			return fmt.Sprintf("the orders behind it are %v, want %v", ids, want)
		}
		return ""
	}
	if key == "changes" {
		changes := []any{}
		for _, c := range g["calendar"].([]any) {
			day := c.(map[string]any)
			leaves, enters := shortIDs(day["leaves"]), shortIDs(day["enters"])
			if len(leaves)+len(enters) > 0 {
				changes = append(changes, []any{day["day"], leaves, enters, day["defects"]})
			}
		}
		if !reflect.DeepEqual(changes, want) {
			return fmt.Sprintf("the calendar has the changes %v, want %v", changes, want)
		}
		return ""
	}
	field, part := strings.CutSuffix(key, "~")
	have, ok := g[field]
	switch {
	case !ok:
		return fmt.Sprintf("there is no field %q", field)
	case part && !strings.Contains(fmt.Sprint(have), fmt.Sprint(want)):
		return fmt.Sprintf("%s is %q, want %q in it", field, have, want)
	case !part && !reflect.DeepEqual(have, want):
		return fmt.Sprintf("%s is %v, want %v", field, have, want)
	}
	return ""
}

// shortIDs returns the last part of order ids, without zeros before it.
func shortIDs(all any) []any {
	short := []any{}
	for _, id := range all.([]any) {
		short = append(short, strings.TrimLeft(id.(string)[12:], "0"))
	}
	return short
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

// caseForms are the headers of the files that directives make, and the keys that their rows may have.
var caseForms = map[string]struct{ head, keys string }{
	"all_orders": {"amazon-order-id merchant-order-id purchase-date last-updated-date order-status order-item-id fulfillment-channel sales-channel order-channel " +
		"ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax " +
		"item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country promotion-ids cpf is-business-order " +
		"purchase-order-number price-designation signature-confirmation-recommended",
		"id bought due updated status channel sales service sku asin title units item item-status"},
	"order_report": {"order-id order-item-id purchase-date payments-date buyer-email buyer-name buyer-phone-number sku product-name quantity-purchased currency " +
		"item-price item-tax shipping-price shipping-tax ship-service-level ship-country earliest-ship-date latest-ship-date latest-delivery-date",
		"id bought due deliver service sku item country"},
	"unshipped": {"order-id order-item-id purchase-date payments-date reporting-date promise-date days-past-promise buyer-email sku product-name " +
		"quantity-purchased quantity-shipped quantity-to-ship ship-service-level ship-country is-buyer-requested-cancellation",
		"id bought due service sku item country cancel"},
	"confirmation": {"order-id order-item-id quantity ship-date carrier-code carrier-name tracking-number ship-method", "id item ship carrier tracking"},
	"feedback":     {"Date Rating Comments Your_Response Order_ID Rater_Email", "id day rating text answer"},
	"claims":       {"order-id kind opened status amount", "id kind day status"},
	"fba_returns": {"return-date order-id sku asin fnsku product-name quantity fulfillment-center-id detailed-disposition reason status license-plate-number customer-comments",
		"id day sku asin reason disposition text"},
}

// caseFiles expands directives into export files:
//
//	file KIND [received=TIME] [market=Amazon.de] [account=NAME]   begins a file; of another account than the case's
//	N id=FIRST bought=DATE..DATE key=value …          N rows, the purchases spread evenly at noon UTC
//
// The keys of each kind are in caseForms; _ stands for a space, but for codes. Times are absolute, or +2d and +5h after the purchase,
// or due+5h; a due of whole days is the end of that day of the marketplace.
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
		isFile := words[0] == "file" && len(words) > 1
		allowed, pairs := caseForms[kind].keys, words[1:]
		if isFile {
			kind, allowed, pairs = words[1], "received market account", words[2:]
		}
		form, ok := caseForms[kind]
		if !ok {
			t.Fatalf("line %d: no file of kind %q can be made", n, kind)
		}
		keys := map[string]string{}
		for _, w := range pairs {
			k, v, ok := strings.Cut(w, "=")
			if !ok || !slices.Contains(strings.Fields(allowed), k) {
				t.Fatalf("line %d: %q: a key here is one of %s", n, w, allowed)
			}
			if k != "reason" && k != "disposition" { // Amazon's codes
				v = strings.ReplaceAll(v, "_", " ")
			}
			keys[k] = v
		}
		if isFile {
			e = &caseExport{received: at}
			files[filepath.Join(keys["account"], fmt.Sprintf("%02d-%s.txt", n, kind))] = e
			if v := keys["received"]; v != "" {
				e.received = caseTime(t, v, time.Time{}, time.Time{}, time.UTC)
			}
			if v := keys["market"]; v != "" {
				market = monitor.Marketplace(v)
			}
			e.write(kind, strings.Fields(form.head), func(name string) string { return strings.ReplaceAll(name, "_", " ") })
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

// write adds a row with what cell gives for each column.
func (e *caseExport) write(kind string, columns []string, cell func(column string) string) {
	delimiter := "\t"
	if kind == "claims" {
		delimiter = ","
	}
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = cell(c)
	}
	e.text.WriteString(strings.Join(cells, delimiter) + "\n")
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
	first, err := strconv.Atoi(get("id", ""))
	if err != nil {
		t.Fatal(err)
	}
	from, to, _ := strings.Cut(get("bought", "2026-11-01"), "..")
	if to == "" {
		to = from
	}
	clock := market.Clock()
	begin, end := caseTime(t, from, time.Time{}, time.Time{}, clock), caseTime(t, to, time.Time{}, time.Time{}, clock)
	iso := func(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05+00:00") }
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
		deliver := ""
		if v := get("deliver", ""); v != "" {
			deliver = iso(caseTime(t, v, bought, due, clock))
		}
		cells := map[string]string{
			"purchase-date": iso(bought), "payments-date": iso(bought), "latest-ship-date": iso(due), "latest-delivery-date": deliver, "promise-date": iso(due),
			"reporting-date": iso(e.received.Add(-time.Minute)), "ship-date": get("ship", ""),
			"sku": get("sku", "A-1"), "product-name": get("title", "Thing"), "asin": get("asin", "B000000001"), "quantity": get("units", "1"), "quantity-purchased": "1",
			"quantity-shipped": "0", "quantity-to-ship": "1", "currency": "USD", "item-price": "9.99", "amount": "9.99",
			"ship-service-level": get("service", "Standard"), "ship-country": get("country", market.Country()),
			"fulfillment-channel": map[string]string{"mfn": "Merchant", "afn": "Amazon"}[get("channel", "mfn")], "sales-channel": get("sales", string(market)),
			"is-buyer-requested-cancellation": get("cancel", "false"), "carrier-code": get("carrier", "UPS"), "tracking-number": get("tracking", "1Z999AA10123456784"),
			"kind": get("kind", "a-to-z"), "opened": get("day", ""), "status": get("status", "open"),
			"Date": get("day", ""), "Rating": get("rating", "1"), "Comments": get("text", "Bad"), "Your_Response": get("answer", ""),
			"Rater_Email": "x@marketplace." + strings.ToLower(string(market)),
		}
		cells["order-id"], cells["amazon-order-id"], cells["Order_ID"] = id, id, id
		if kind == "fba_returns" {
			cells["return-date"], cells["fnsku"], cells["fulfillment-center-id"] = get("day", "")+"T12:00:00+00:00", "X00"+id[12:], "ABE2"
			cells["detailed-disposition"], cells["reason"], cells["status"] = get("disposition", "SELLABLE"), get("reason", "UNWANTED_ITEM"), "Unit returned to inventory"
			cells["license-plate-number"], cells["customer-comments"] = "LPN"+id[12:], get("text", "")
		}
		status := get("status", "Shipped")
		cells["order-status"], cells["item-status"] = status, get("item-status", status)
		switch kind {
		case "all_orders": // without line ids, as before May 2026
			cells["last-updated-date"] = iso(caseTime(t, get("updated", ""), bought, due, clock))
			cells["order-item-id"] = get("item", "")
		case "confirmation": // of the whole order
			cells["order-item-id"] = get("item", "")
		default:
			cells["order-item-id"] = get("item", "1"+id[12:])
		}
		e.write(kind, strings.Fields(caseForms[kind].head), func(column string) string { return cells[column] })
	}
}

// caseTime reads a time: absolute, a date (noon UTC), +2d, +5h, -3h after bought, or due+5h, due-1h.
func caseTime(t *testing.T, s string, bought, due time.Time, clock *time.Location) time.Time {
	t.Helper()
	if s == "" {
		t.Fatal("a time is missing")
	}
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
		// A folder in which nothing ever arrived has no account: the checks of exports themselves cannot be blind in a case.
		blind := seen[monitor.Blind] || e.Signal == "stale_exports" || e.Signal == "export_anomaly"
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
