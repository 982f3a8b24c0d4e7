package exports

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

// Lines that are cut ahead, of which some rows are known, give what the same lines give when they are read one by one: with
// marks of byte order, ends of lines and blank lines inside, with a row that is longer than a block, and with another header
// further down, under which no row is known.
func TestCutAhead(t *testing.T) {
	columns := strings.Split(strings.TrimSpace(header33), "\t")
	columns[11], columns[12] = columns[12], columns[11]
	other := strings.Join(columns, "\t") + "\n"
	path := largeExport(t, func(n int, row string) string {
		switch {
		case n == 6000:
			return other + row
		case n == 9000:
			return header33 + row
		case n%700 == 1:
			return "\ufeff" + row
		case n%700 == 2:
			return "\r\n\t\t\n" + strings.TrimSuffix(row, "\n") + "\r\r\n"
		case n%700 == 3:
			return strings.Replace(row, "Stainless", "Edelstahl für Kö\u0085che", 1)
		case n%700 == 4:
			return strings.Replace(row, "Shipped", "no state", 1)
		case n == 4005, n == 8005:
			return strings.Replace(row, "Stainless", strings.Repeat("Stainless", 90_000), 1)
		}
		return row
	})
	surveyed, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	setting := Setting{Received: surveyed.Latest.Add(time.Hour)}
	digests := map[uint64]bool{}
	give := func(f *File, known func(uint64) bool) (facts []string, r Result) {
		t.Helper()
		r, err := f.Read(context.Background(), setting, Sink{
			Fact: func(at monitor.Place, fact monitor.Fact) error {
				if known(0) { // of the first reading, every third row is known in the next
					if len(facts)%3 == 0 {
						digests[at.Digest] = true
					}
				}
				facts = append(facts, fmt.Sprintf("%d %d %x %+v", at.Line, at.Segment, at.Digest, fact))
				return nil
			},
			Known: known,
			Bad:   func(b BadRow) error { facts = append(facts, b.String()); return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		return facts, r
	}
	everything, _ := give(surveyed, func(d uint64) bool { return d == 0 })
	known := func(d uint64) bool { return digests[d] }
	want, wantResult := give(surveyed, known)
	glanced, ok := Glance(path, nil)
	if !ok {
		t.Fatal("not taken at a glance")
	}
	got, gotResult := give(glanced, known)
	if wantResult.Known < 3000 || wantResult.Known > len(everything)/2 || glanced.Segments != 3 || len(want)+wantResult.Known != len(everything) {
		t.Errorf("%d of %d rows are known, in %d segments: the file is not what it should be", wantResult.Known, len(everything), glanced.Segments)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("other facts:\n%s", d)
	}
	if d := cmp.Diff(wantResult, gotResult); d != "" {
		t.Errorf("another result:\n%s", d)
	}
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Format" }, cmp.Ignore())
	if d := cmp.Diff(said(t, surveyed), said(t, glanced), ignore); d != "" {
		t.Errorf("another file:\n%s", d)
	}
}

// A file that ends, or is refused, while lines are cut ahead leaves nothing behind that reads on.
func TestCutAheadEnds(t *testing.T) {
	for name, change := range map[string]func(int, string) string{
		"a line without end": func(n int, row string) string {
			if n == 9000 {
				return strings.TrimSuffix(row, "\n") + strings.Repeat("x", maxLine)
			}
			return row
		},
		"a NUL byte": func(n int, row string) string {
			if n == 9000 {
				return strings.Replace(row, "steel", "st\x00el", 1)
			}
			return row
		},
	} {
		f, ok := Glance(largeExport(t, change), nil)
		if !ok {
			t.Fatalf("%s: not taken at a glance", name)
		}
		s, err := openSource(f.path, false)
		if err != nil {
			t.Fatal(err)
		}
		l := newLines(s, f.Name, UTF8, &inspector{})
		for range 3 {
			if _, err := l.next(); err != nil {
				t.Fatal(err)
			}
		}
		l.cutAhead(s.text, 0, nil)
		for err == nil {
			_, err = l.next()
		}
		if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Line != 9002 || l.number != 9001 {
			t.Errorf("%s: %v after line %d, want it of line 9002", name, err, l.number)
		}
		l.close()
		select {
		case <-l.cutter.ended:
		default:
			t.Errorf("%s: still being cut", name)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
