package exports

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
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
	s := Setting{Received: received, Home: "Amazon.co.uk"}
	r, err := f.Read(context.Background(), s, Sink{
		Fact: func(place monitor.Place, fact monitor.Fact) error {
			at := place.Line
			facts++
			if at <= line {
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

func checkFact(t *testing.T, fact monitor.Fact) {
	var id string
	var texts []string
	switch x := fact.(type) {
	case monitor.Sighting:
		id, texts = x.OrderID, []string{x.Line.Title, x.Line.SKU, x.Line.ItemID, x.ShipService}
		if x.Purchased.IsZero() || x.Line.Quantity < 0 {
			t.Fatalf("no sighting: %+v", x)
		}
	case monitor.Confirmation:
		id, texts = x.OrderID, []string{x.Carrier, x.Tracking}
	case monitor.Feedback:
		id, texts = x.OrderID, []string{x.Comment, x.Response}
		if x.Rating < 1 || x.Rating > 5 {
			t.Fatalf("no feedback: %+v", x)
		}
	case monitor.Claim:
		id, texts = x.OrderID, []string{string(x.Status), x.Amount}
	case monitor.AccountRecord:
		id, texts = "000-0000000-0000000", []string{x.Account, x.Name}
	}
	if !isOrderID([]byte(id)) {
		t.Fatalf("no order id: %+v", fact)
	}
	for _, s := range texts {
		if !utf8.ValidString(s) || len(s) > maxWords {
			t.Fatalf("text out of order: %q", s)
		}
	}
}

func FuzzTSV(f *testing.F) {
	seed(f, "all_orders", "order_report", "unshipped_orders", "bad")
	f.Fuzz(hold)
}

func FuzzCSV(f *testing.F) {
	seed(f, "claims", "accounts", "shipping_confirmation")
	f.Fuzz(hold)
}

func FuzzFeedback(f *testing.F) {
	seed(f, "feedback")
	f.Fuzz(hold)
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
