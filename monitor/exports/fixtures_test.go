package exports

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata: read them before they are kept")

// received is when every fixture arrived, unless its expectation says otherwise.
var received = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// expectation is what a fixture must give. Setting is an input; the rest is compared.
type expectation struct {
	Setting Setting
	File    map[string]any
	Result  map[string]any
	Bad     []string
	Facts   []map[string]any
}

// fixtures returns the paths of the input files below testdata/dir.
func fixtures(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("testdata", dir))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext != ".json" && ext != ".want" {
			paths = append(paths, filepath.Join("testdata", dir, e.Name()))
		}
	}
	return paths
}

// TestFixtures reads each file of testdata and compares all that it gives with the .json file beside it.
func TestFixtures(t *testing.T) {
	for _, f := range Formats() {
		for _, path := range fixtures(t, string(f.Kind)) {
			t.Run(filepath.ToSlash(path), func(t *testing.T) { checkFixture(t, path, f.Kind) })
		}
	}
}

func checkFixture(t *testing.T, path string, kind monitor.ExportKind) {
	wanted := path + ".json"
	var want expectation
	raw, err := os.ReadFile(wanted)
	if err == nil {
		err = json.Unmarshal(raw, &want)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	if want.Setting.Received.IsZero() {
		want.Setting.Received = received
	}
	got := observe(t, path, want.Setting)
	if got.File["Kind"] != string(kind) {
		t.Errorf("identified as %v, want %s", got.File["Kind"], kind)
	}
	text, err := json.MarshalIndent(got, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(wanted, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != string(raw) {
		t.Errorf("gives\n%s\nwant\n%s", text, raw)
	}
}

// observe identifies and reads a file and returns all that is not zero.
func observe(t *testing.T, path string, s Setting) expectation {
	t.Helper()
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	got := expectation{Setting: s, Bad: []string{}, Facts: []map[string]any{}}
	got.File = said(t, f)
	for _, given := range []string{"Digest", "Modified", "Format", "Size", "Name"} {
		delete(got.File, given)
	}
	got.File["Kind"] = string(f.Format.Kind)
	sink := Sink{
		Fact: func(at monitor.Place, fact monitor.Fact) error {
			m := said(t, fact)
			m["line"], m["segment"] = at.Line, at.Segment
			got.Facts = append(got.Facts, m)
			return nil
		},
		Bad: func(b BadRow) error { got.Bad = append(got.Bad, b.String()+" ["+b.Text+"]"); return nil },
	}
	r, err := f.Read(context.Background(), s, sink)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != f.Rows || r.BadRows != f.BadRows || r.Facts != len(got.Facts) {
		t.Errorf("Read counts %d rows, %d bad, %d facts; Identify counted %d and %d; %d facts arrived", r.Rows, r.BadRows, r.Facts, f.Rows, f.BadRows, len(got.Facts))
	}
	got.Result = said(t, r)
	return got
}

// said returns the fields of v that are not zero.
func said(t *testing.T, v any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	prune(m)
	// A pointer to 0 is a 0 that was told.
	for _, f := range reflect.VisibleFields(reflect.TypeOf(reflect.Indirect(reflect.ValueOf(v)).Interface())) {
		p := reflect.Indirect(reflect.ValueOf(v)).FieldByIndex(f.Index)
		if f.IsExported() && p.Kind() == reflect.Pointer && !p.IsNil() && p.Elem().IsZero() && (p.Elem().CanInt() || p.Elem().CanFloat()) {
			m[f.Name] = p.Interface()
		}
	}
	return m
}

func prune(m map[string]any) {
	for k, v := range m {
		switch x := v.(type) {
		case map[string]any:
			prune(x)
			if len(x) == 0 {
				delete(m, k)
			}
		case nil:
			delete(m, k)
		case string:
			if x == "" || strings.HasPrefix(x, "0001-01-01") {
				delete(m, k)
			}
		case float64:
			if x == 0 {
				delete(m, k)
			}
		case bool:
			if !x {
				delete(m, k)
			}
		}
	}
}

// TestRefusals reads each file of testdata/bad, which must be refused with the exact message in the .want file.
func TestRefusals(t *testing.T) {
	for _, path := range fixtures(t, "bad") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			facts := 0
			f, err := Identify(path)
			if err == nil {
				_, err = f.Read(context.Background(), Setting{Received: received}, Sink{Fact: func(monitor.Place, monitor.Fact) error { facts++; return nil }})
			}
			if err == nil {
				t.Fatal("was not refused")
			}
			if facts > 0 {
				t.Errorf("%d facts were given before the refusal", facts)
			}
			if f == nil || len(f.Digest) != 64 {
				t.Error("a refused file has no digest")
			}
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(path+".want", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("says\n%swant\n%s", got, want)
			}
		})
	}
}
