package exports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

// given is all that a reading gave: a line for each fact, with its digest, and each bad row.
type given struct {
	lines   []string
	digests []uint64
	bad     []string
	result  Result
}

// give reads a file of which some rows are known.
func give(t *testing.T, f *File, s Setting, known func(uint64) bool) (given, error) {
	t.Helper()
	var g given
	var err error
	g.result, err = f.Read(context.Background(), s, Sink{
		Fact: func(at monitor.Place, fact monitor.Fact) error {
			text, err := json.Marshal(fact)
			if err != nil {
				return err
			}
			g.lines = append(g.lines, fmt.Sprintf("%d %d %x %s", at.Line, at.Segment, at.Digest, text))
			g.digests = append(g.digests, at.Digest)
			return nil
		},
		Known: known,
		Bad:   func(b BadRow) error { g.bad = append(g.bad, b.String()+" ["+b.Text+"]"); return nil },
	})
	return g, err
}

// Rows that are known are left out of what a file gives, and change nothing else of it: no other row is good or bad for it.
func TestKnownRowsAreLeftOutAlone(t *testing.T) {
	for _, f := range Formats() {
		for _, path := range fixtures(t, string(f.Kind)) {
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				f, err := Identify(path)
				if err != nil {
					t.Fatal(err)
				}
				setting := Setting{Received: received, Home: "Amazon.co.uk", Secret: []byte("secret")}
				all, err := give(t, f, setting, func(uint64) bool { return false })
				if err != nil {
					t.Fatal(err)
				}
				for _, every := range []uint64{1, 2, 3} {
					known := func(d uint64) bool { return d != 0 && d%every == 0 && slices.Contains(all.digests, d) }
					some, err := give(t, f, setting, known)
					if err != nil {
						t.Fatal(err)
					}
					var want []string
					for i, line := range all.lines {
						if !known(all.digests[i]) {
							want = append(want, line)
						}
					}
					if d := cmp.Diff(want, some.lines); d != "" {
						t.Errorf("every %d: other facts:\n%s", every, d)
					}
					if d := cmp.Diff(all.bad, some.bad); d != "" {
						t.Errorf("every %d: other bad rows:\n%s", every, d)
					}
					if all.result.Rows != some.result.Rows {
						t.Errorf("every %d: %d rows, want %d", every, some.result.Rows, all.result.Rows)
					}
				}
			})
		}
	}
}

// What is surveyed while it is read, by lines that were cut ahead, gives what a survey and a reading give, or says that it cannot:
// whichever rows are known, however lines end, and where the file breaks off.
func TestFixturesCutAheadGiveWhatASurveyGives(t *testing.T) {
	tried := 0
	for _, format := range Formats() {
		if !format.alone {
			continue
		}
		for _, path := range fixtures(t, string(format.Kind)) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			w, ok := glance(bytes.NewReader(raw), "x")
			if !ok {
				continue
			}
			rows := bytes.SplitAfter(raw, []byte("\n"))
			if len(rows[len(rows)-1]) == 0 {
				rows = rows[:len(rows)-1]
			} else {
				rows[len(rows)-1] = append(rows[len(rows)-1], '\n')
			}
			top, below := bytes.Join(rows[:w.header.line], nil), bytes.Join(rows[w.header.line:], nil)
			if len(below) == 0 {
				continue
			}
			text := append(top, bytes.Repeat(below, 1+200/(len(rows)-w.header.line))...)
			for name, data := range map[string][]byte{
				"as it is":              text,
				"with CRLF":             bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
				"with the end of DOS":   append(text[:len(text)-1:len(text)-1], "\x1a\x1a"...),
				"without the last end":  text[:len(text)-1],
				"broken off in a row":   text[:bytes.LastIndexByte(text[:len(text)-1], w.table.delim)],
				"broken off in the mid": text[:len(text)-max(2, len(rows[len(rows)-1])/2)],
			} {
				tried++
				t.Run(filepath.ToSlash(path)+" "+name, func(t *testing.T) { agrees(t, data) })
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d files were tried", tried)
	}
}

// agrees reads a file in both ways.
func agrees(t *testing.T, data []byte) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	surveyed, err := Identify(path)
	if err != nil {
		if _, refused := errors.AsType[*Refusal](err); refused {
			return
		}
		t.Fatal(err)
	}
	setting := Setting{Received: surveyed.Latest.Add(time.Hour)}
	everything, err := give(t, surveyed, setting, func(uint64) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	digests := map[uint64]bool{}
	for _, d := range everything.digests {
		digests[d] = true
	}
	for name, known := range map[string]func(uint64) bool{
		"nobody asks": nil,
		"none known":  func(uint64) bool { return false },
		"some known":  func(d uint64) bool { return d%2 == 0 && digests[d] },
		"all known":   func(d uint64) bool { return digests[d] },
	} {
		want, err := give(t, surveyed, setting, known)
		if err != nil {
			t.Fatal(err)
		}
		glanced := &File{Name: surveyed.Name, path: path, info: surveyed.info, Size: surveyed.Size, Modified: surveyed.Modified,
			Encoding: UTF8, Format: surveyed.Format, Delimiter: surveyed.Delimiter, Columns: surveyed.Columns, Latest: surveyed.Latest, glanced: true}
		got, err := give(t, glanced, setting, known)
		if errors.Is(err, ErrOtherwise) {
			continue // then it is read as the other was
		}
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want.lines, got.lines); d != "" {
			t.Errorf("%s: other facts:\n%s", name, d)
		}
		if d := cmp.Diff(want.bad, got.bad); d != "" {
			t.Errorf("%s: other bad rows:\n%s", name, d)
		}
		if d := cmp.Diff(want.result, got.result); d != "" {
			t.Errorf("%s: another result:\n%s", name, d)
		}
		ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Format" }, cmp.Ignore())
		if d := cmp.Diff(said(t, surveyed), said(t, glanced), ignore); d != "" {
			t.Errorf("%s: another file:\n%s", name, d)
		}
	}
}

// A number that a product is given stands for its three texts in the whole file, also under another header further down.
func TestProductNumbersStandForTheirTexts(t *testing.T) {
	other := strings.Replace(header33, "sku\tasin", "asin\tsku", 1)
	var text strings.Builder
	for n := range 30 {
		switch n % 10 {
		case 0:
			text.WriteString(header33)
		case 5:
			text.WriteString(other)
		}
		text.WriteString(orderRow(n, fmt.Sprintf("Kettle %d", n%7)))
	}
	f, err := Identify(save(t, "x", []byte(text.String())))
	if err != nil || f.Segments != 6 {
		t.Fatalf("%+v, %v", f, err)
	}
	texts, numbers := map[uint32][3]string{}, map[[3]string]bool{}
	_, err = f.Read(context.Background(), Setting{Received: received}, Sink{Sighting: func(at monitor.Place, s *monitor.Sighting) error {
		of := [3]string{s.Line.SKU, s.Line.ASIN, s.Line.Title}
		if had, ok := texts[at.Product]; at.Product == 0 || ok && had != of {
			t.Errorf("line %d: product %d is %q and was %q", at.Line, at.Product, of, had)
		}
		texts[at.Product], numbers[of] = of, true
		return nil
	}})
	if err != nil || len(numbers) != 30 {
		t.Errorf("%d products, %v", len(numbers), err)
	}
}
