package causes

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"goodstanding/monitor"
)

var builtIn = sync.OnceValues(func() (*Reader, error) { return New() })

func reader(t testing.TB) *Reader {
	t.Helper()
	r, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPairs reads testdata/pairs/LANG.txt: causes, a bar and a comment a line, near misses beside what they miss.
func TestPairs(t *testing.T) {
	files, err := filepath.Glob("testdata/pairs/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range Languages() {
		if !slices.Contains(files, "testdata/pairs/"+l+".txt") {
			t.Errorf("there are no pairs in %s", l)
		}
	}
	r := reader(t)
	for _, path := range files {
		language := strings.TrimSuffix(filepath.Base(path), ".txt")
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(f)
		for n := 1; in.Scan(); n++ {
			want, text, ok := strings.Cut(in.Text(), " | ")
			if !ok {
				continue
			}
			var got []string
			reading := r.Read(text, "")
			for _, c := range reading.Causes() {
				got = append(got, string(c))
			}
			if strings.Join(got, ",") != strings.TrimSpace(want) {
				t.Errorf("%s:%d: %s\n got %v\nwant %s", path, n, text, reading.Because, want)
			}
			if reading.Language != language {
				t.Errorf("%s:%d: %s\n was taken for %q", path, n, text, reading.Language)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestEmpty(t *testing.T) {
	for _, text := range []string{"", " ", "\n\t", "\u3000"} {
		if got := reader(t).Read(text, ""); len(got.Because) > 0 || len(got.Causes()) > 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, text := range []string{"!!!", "\xff\xfe", "\x00", "5", "👎"} {
		if got := reader(t).Read(text, "").Causes(); !slices.Equal(got, []monitor.Cause{monitor.CauseOther}) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// A comment is read the same however its accents, widths, apostrophes, capitals and characters are typed.
func TestSpelling(t *testing.T) {
	for _, same := range [][]string{
		{"DIDN’T RECEIVE MY ORDER", "didn't receive my order", "didnt receive my order"},
		{"Gefälschte Ware", "gefaelschte ware", "GEFÄLSCHTE WARE", "gefa\u0308lschte Ware"},
		{"El producto está caducado", "el producto esta caducado"},
		{"収納ケースが割れて届きました", "収納ｹｰｽが割れて届きました"},
		{"買到假貨", "买到假货"},
		{"賞味期限切れでした", "賞味期限切れて\u3099した"},
	} {
		want := reader(t).Read(same[0], "").Causes()
		if len(want) != 1 || want[0] == monitor.CauseOther {
			t.Errorf("%q: %v", same[0], want)
		}
		for _, text := range same[1:] {
			if got := reader(t).Read(text, "").Causes(); !slices.Equal(got, want) {
				t.Errorf("%q: %v; %q: %v", same[0], want, text, got)
			}
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, m := range monitor.Marketplaces() {
		if l := LanguageOf(m); l != "" && !slices.Contains(Languages(), l) {
			t.Errorf("%s: %q is not read", m, l)
		}
	}
	if LanguageOf("Amazon.de") != "de" || LanguageOf("Amazon.co.jp") != "ja" || LanguageOf("") != "" {
		t.Error("the languages of Amazon.de, Amazon.co.jp, nowhere")
	}
}

// A text that is made to take long does not.
func TestHostileLength(t *testing.T) {
	for _, piece := range []string{"not ", "used ", "missing the ", "box opened ", "不是假货", "a", "\u0301", "sold as new ", "(", "the description says but "} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		if got := reader(t).Read(text, ""); len(got.Because) > 13*maxPassages || !utf8.ValidString(got.Language) {
			t.Errorf("%q over and over: %d passages", piece, len(got.Because))
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
