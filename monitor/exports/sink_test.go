package exports

import (
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// TestSightingAsFact gives the rows of a file to Sink.Sighting, which may keep their texts, and to Sink.Fact: both tell the
// same, and one product has one number.
func TestSightingAsFact(t *testing.T) {
	var b strings.Builder
	b.WriteString(header33)
	for i := range 400 {
		b.WriteString(orderRow(i, strings.TrimSpace(strings.Repeat("Kettle ", i%97%7+i/300+1))))
	}
	path := save(t, "orders.txt", []byte(b.String()))
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	want := collect(t, f, Setting{Received: received})
	var got []monitor.Fact
	titles := map[uint32]monitor.Line{}
	_, err = f.Read(t.Context(), Setting{Received: received}, Sink{Sighting: func(at monitor.Place, s *monitor.Sighting) error {
		got = append(got, *s)
		line := monitor.Line{SKU: s.Line.SKU, ASIN: s.Line.ASIN, Title: s.Line.Title}
		if had, known := titles[at.Product]; at.Product == 0 || known && had != line {
			t.Errorf("line %d: product %d is %+v and %+v", at.Line, at.Product, had, line)
		}
		titles[at.Product] = line
		return nil
	}})
	if err != nil || len(want) != 400 || !slices.Equal(got, want) {
		t.Fatalf("%d sightings, %d facts, or other ones: %v", len(got), len(want), err)
	}
}
