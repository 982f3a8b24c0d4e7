package exports

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

// largeExport writes an All Orders export that is large enough to be glanced at, with some of its rows changed.
func largeExport(t *testing.T, change func(n int, row string) string) string {
	t.Helper()
	title := strings.Repeat("Stainless steel kettle ", 12)
	var b strings.Builder
	b.WriteString(header33)
	for n := 0; b.Len() < glancedFrom+glancedEnd; n++ {
		row := orderRow(n, title)
		if change != nil {
			row = change(n, row)
		}
		b.WriteString(row)
	}
	path := filepath.Join(t.TempDir(), "orders.txt")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// all reads a file and returns its facts and places, digests aside.
func all(t *testing.T, f *File, s Setting) (facts []string, r Result, err error) {
	t.Helper()
	r, err = f.Read(context.Background(), s, Sink{
		Fact: func(at monitor.Place, fact monitor.Fact) error {
			facts = append(facts, fmt.Sprintf("%d %d %+v", at.Line, at.Segment, fact))
			return nil
		},
		Bad: func(b BadRow) error { facts = append(facts, b.String()); return nil },
	})
	return facts, r, err
}

// A file that is surveyed while it is read gives what one gives that is surveyed before, and is known as well afterwards.
func TestGlanceGivesWhatASurveyGives(t *testing.T) {
	path := largeExport(t, func(n int, row string) string {
		if n%5000 == 77 {
			return strings.Replace(row, "Shipped", "no state", 1)
		}
		return row
	})
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw[:len(raw)-len("USD\t39.90\n")], 0o600); err != nil { // it breaks off in the last row
		t.Fatal(err)
	}
	surveyed, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	setting := Setting{Received: surveyed.Latest.Add(time.Hour)}
	want, wantResult, err := all(t, surveyed, setting)
	if err != nil || len(want) < 10_000 || wantResult.BadRows == 0 {
		t.Fatalf("%d rows, %+v, %v", len(want), wantResult, err)
	}
	if last := want[len(want)-1]; !strings.Contains(last, "the end of the file") {
		t.Errorf("the last row gives %s, want a bad row", last)
	}
	glanced, ok := Glance(path, nil)
	if !ok || glanced.Format.Kind != monitor.KindAllOrders || glanced.Rows != 0 {
		t.Fatalf("%+v, %v: want All Orders, of unknown length", glanced, ok)
	}
	got, result, err := all(t, glanced, setting)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("other facts:\n%s", d)
	}
	if d := cmp.Diff(wantResult, result); d != "" {
		t.Errorf("another result:\n%s", d)
	}
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Format" }, cmp.Ignore())
	if d := cmp.Diff(said(t, surveyed), said(t, glanced), ignore); d != "" {
		t.Errorf("another file:\n%s", d)
	}
	if again, _, err := all(t, glanced, setting); err != nil || len(again) != len(want) {
		t.Errorf("read a second time: %d facts, %v", len(again), err)
	}
}

// What only the whole file tells is found out in time.
func TestGlanceThatDeceives(t *testing.T) {
	plain, err := Identify(largeExport(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	fresh := plain.Latest.Add(time.Hour)
	for name, c := range map[string]struct {
		received time.Time
		change   func(n int, row string) string
	}{
		"an old file": {fresh.AddDate(0, 0, 9), nil},
		"the newest instant in the middle, after it was received": {fresh, func(n int, row string) string {
			if n == 9000 {
				return strings.ReplaceAll(row, row[strings.Index(row, "202"):][:4], "2031")
			}
			return row
		}},
		"one byte that is not UTF-8": {fresh, func(n int, row string) string {
			if n == 9000 {
				return strings.Replace(row, "steel", "ste\xe9l", 1)
			}
			return row
		}},
		"more than half of its rows bad, but not at its end": {fresh, func(n int, row string) string {
			if n < 13_000 {
				return strings.Replace(row, "Shipped", "no state", 1)
			}
			return row
		}},
		"a NUL byte": {fresh, func(n int, row string) string {
			if n == 9000 {
				return strings.Replace(row, "steel", "st\x00el", 1)
			}
			return row
		}},
	} {
		f, ok := Glance(largeExport(t, c.change), nil)
		if !ok {
			t.Errorf("%s: not taken at a glance", name)
			continue
		}
		if _, _, err := all(t, f, Setting{Received: c.received}); !errors.Is(err, ErrOtherwise) {
			t.Errorf("%s: %v, want that it is not what it seemed", name, err)
		}
		if again, err := f.Survey(); again == nil || again.Rows == 0 && err == nil {
			t.Errorf("%s: surveyed: %+v, %v", name, again, err)
		}
	}
}

func TestGlanceLeavesTheRestToASurvey(t *testing.T) {
	small := filepath.Join(t.TempDir(), "small.txt")
	if err := os.WriteFile(small, []byte(header33+orderRow(1, "A kettle")), 0o600); err != nil {
		t.Fatal(err)
	}
	quoted := largeExport(t, nil)
	text, err := os.ReadFile(quoted)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(quoted, []byte(strings.ReplaceAll(string(text), "\t", ",")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{small, quoted, filepath.Dir(small), filepath.Join(filepath.Dir(small), "none")} {
		if f, ok := Glance(path, nil); ok {
			t.Errorf("%s: %+v at a glance", path, f)
		}
	}
}
