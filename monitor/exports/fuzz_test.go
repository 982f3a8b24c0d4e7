package exports

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"goodstanding/monitor"
)

// packBytes compresses data. Writing to memory does not fail.
func packBytes(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// seed adds the fixtures of some kinds to the corpus.
func seed(f *testing.F, dirs ...string) {
	for _, dir := range dirs {
		for _, path := range fixtures(f, dir) {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
}

// hold checks what is true of every file, whatever is in it: it is refused with a message, or it gives as many facts
// and bad rows as were counted, with ids and text in order.
func hold(t *testing.T, data []byte) {
	path := filepath.Join(t.TempDir(), "fuzz.tsv")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Identify(path)
	if err != nil {
		if _, ok := errors.AsType[*Refusal](err); !ok {
			t.Fatalf("no refusal: %v", err)
		}
		if msg := err.Error(); len(msg) > 2000 || !utf8.ValidString(msg) || strings.ContainsAny(msg, "\n\x1b") {
			t.Fatalf("the message is not one printable line: %q", msg)
		}
		return
	}
	facts, bad, line := 0, 0, 0
	s := Setting{Received: received, Home: "Amazon.co.uk", Secret: []byte("key")}
	r, err := f.Read(context.Background(), s, Sink{
		Fact: func(place monitor.Place, fact monitor.Fact) error {
			at := place.Line
			facts++
			if at < line { // several facts of a document may stand in one line
				t.Fatalf("line %d after line %d", at, line)
			}
			line = at
			checkFact(t, fact)
			return nil
		},
		Bad: func(b BadRow) error { bad++; _ = b.String(); return nil },
	})
	if err != nil {
		var r *Refusal
		if !errors.As(err, &r) || facts > 0 {
			t.Fatalf("after %d facts: %v", facts, err)
		}
		return
	}
	if facts != r.Facts || bad != r.BadRows || r.Rows != f.Rows || facts+bad != r.Rows {
		t.Fatalf("%d facts and %d bad rows arrived; Read counts %+v, Identify %d and %d", facts, bad, r, f.Rows, f.BadRows)
	}
}

// checkFact checks what is true of every fact: its order has an id, its texts are text of a bounded length, and nobody's
// e-mail address is among what no reader knows.
func checkFact(t *testing.T, fact monitor.Fact) {
	id := "000-0000000-0000000"
	switch x := fact.(type) {
	case monitor.Sighting:
		id = x.OrderID
		if x.Purchased.IsZero() && !x.Updated.IsZero() || x.Line.Quantity < 0 { // items without their order state no dates
			t.Fatalf("no sighting: %+v", x)
		}
	case monitor.Confirmation:
		id = x.OrderID
	case monitor.Feedback:
		id = x.OrderID
		if x.Rating < 1 || x.Rating > 5 {
			t.Fatalf("no feedback: %+v", x)
		}
	case monitor.Claim:
		id = x.OrderID
	case monitor.Return:
		id = x.OrderID
	case monitor.Replacement:
		id = x.OrderID
	case monitor.Identity:
		if x.Kind.Secret() && (x.Value != "" || len(x.Hash) != 64) || !x.Kind.Secret() && x.Hash != "" {
			t.Fatalf("no identity: %+v", x)
		}
	case monitor.CustomerVoice:
		if x.Stars != nil && (*x.Stars < 0 || *x.Stars > 5) {
			t.Fatalf("stars: %+v", x)
		}
	}
	if !isOrderID([]byte(id)) {
		t.Fatalf("no order id: %+v", fact)
	}
	if r, ok := fact.(monitor.Record); ok {
		if key, _ := r.Key(); key == "" || r.Of() == "" || r.Stated().IsZero() {
			t.Fatalf("a record without a key, a kind or an instant: %+v", fact)
		}
	}
	checkTexts(t, reflect.ValueOf(fact))
}

// checkTexts checks every text within v.
func checkTexts(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		if !utf8.ValidString(s) || len(s) > maxWords+maxExtraRow {
			t.Fatalf("text out of order: %q", s)
		}
		if v.Type() == reflect.TypeFor[monitor.Extra]() && s != "" {
			var extra map[string]string
			if err := json.Unmarshal([]byte(s), &extra); err != nil || len(extra) == 0 || len(extra) > maxExtras || len(s) > maxExtraRow {
				t.Fatalf("extra out of order: %v, %q", err, s)
			}
			for title, text := range extra {
				if text == "" || strings.Contains(text, "@") || isPersonal(normalise(title)) {
					t.Fatalf("extra %q: %q", title, text)
				}
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				checkTexts(t, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			checkTexts(t, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			checkTexts(t, v.Elem())
		}
	default: // numbers and the like
	}
}

// The targets below share one property and part the formats, so that each has a corpus of files like its own.

func FuzzTSV(f *testing.F) {
	seed(f, "all_orders", "order_report", "unshipped_orders", "fulfilled_shipments", "bad")
	f.Fuzz(hold)
}

func FuzzCSV(f *testing.F) {
	seed(f, "claims", "accounts", "shipping_confirmation", "lots", "violations", "invoices", "identities")
	f.Fuzz(hold)
}

func FuzzFeedback(f *testing.F) {
	seed(f, "feedback", "voice_of_the_customer")
	f.Fuzz(hold)
}

func FuzzGoods(f *testing.F) {
	seed(f, "listings", "inventory_report", "fba_inventory", "afn_inventory", "reserved_inventory", "expiration_dated_inventory",
		"inventory_planning", "stranded_inventory", "ledger_detail", "ledger_summary", "fba_returns", "seller_returns", "replacements")
	f.Fuzz(hold)
}

// TestEveryTableIsFuzzed fails for a format whose fixtures are the seed of no target.
func TestEveryTableIsFuzzed(t *testing.T) {
	source, err := os.ReadFile("fuzz_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		if len(f.key) > 0 && !strings.Contains(string(source), strconv.Quote(string(f.Kind))) {
			t.Errorf("%s is not fuzzed", f.Kind)
		}
	}
}

// FuzzNumber holds that a number is read in one of two ways, and always in the way of the file once that is known.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1,234.50", "1.234,50 €", "24,99 €", "1,234", "-7", "Infinite", "12 345,6", "1,23,456", "USD 5", "0,5", "1e5", "--"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, cell []byte) {
		var free numerals
		v, ok := free.number(cell, -maxValue, maxValue)
		for _, told := range []numerals{{point: true}, {comma: true}} {
			n := told
			again, okAgain := n.number(cell, -maxValue, maxValue)
			if ok != okAgain || (v == nil) != (again == nil) {
				t.Fatalf("%q: %v, %v alone, %v, %v in a file of %+v", cell, v, ok, again, okAgain, told)
			}
			if v != nil && !free.unclear && *v != *again {
				t.Fatalf("%q tells by itself and is %v alone, %v in a file of %+v", cell, *v, *again, told)
			}
		}
	})
}

// FuzzPacked compresses the input, so that the fuzzer does not have to guess checksums, and cuts and damages it.
func FuzzPacked(f *testing.F) {
	f.Add([]byte(header33+orderRow(1, "x")), 0, byte(0))
	f.Add([]byte(header33+orderRow(1, "x")), 40, byte(0))
	f.Add([]byte(header33+orderRow(1, "x")), 12, byte(1))
	f.Fuzz(func(t *testing.T, data []byte, at int, flip byte) {
		packed := packBytes(data)
		if at > 0 {
			i := at % len(packed)
			if packed[i] ^= flip; flip == 0 {
				packed = packed[:i]
			}
		}
		hold(t, packed)
	})
}

func FuzzInstant(f *testing.F) {
	for _, s := range []string{"2026-11-20T08:00:00+00:00", "2010-07-14T18:53:56+ 00:00", "2013-01-07 07:35:42 PST", "31.12.2026 23:00:00 UTC"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fast, ok1 := parseInstant(b)
		odd, ok2 := parseOddInstant(b)
		if ok1 && (!ok2 || !fast.Equal(odd)) {
			t.Fatalf("%q: %v by hand, %v, %v otherwise", b, fast, odd, ok2)
		}
	})
}
