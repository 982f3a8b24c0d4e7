package exports

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// ordersText draws an All Orders export with titles in a script.
func ordersText(t *rapid.T, letters string) []string {
	title := rapid.StringOfN(rapid.RuneFrom([]rune(letters)), 1, 12, -1)
	status := rapid.SampledFrom([]string{"Shipped", "Pending", "Unshipped", "Cancelled", "Canceled", "Shipped - Picked Up"})
	rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		row := orderRow(rapid.IntRange(0, 9_999_999).Draw(t, "order"), "T"+title.Draw(t, "title")+"T")
		return strings.Replace(row, "Shipped", status.Draw(t, "status"), 1)
	}), 1, 8)
	return rows.Draw(t, "rows")
}

// factsOf returns the facts of a file, as text, sorted.
func factsOf(t *rapid.T, dir string, data []byte) (*File, []string) {
	path := filepath.Join(dir, "x.tsv")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	var facts []string
	_, err = f.Read(t.Context(), Setting{Received: received, Home: "Amazon.co.uk"}, Sink{Fact: func(_ monitor.Place, fact monitor.Fact) error {
		facts = append(facts, fmt.Sprintf("%+v", fact))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(facts)
	return f, facts
}

// The order of the rows does not matter.
func TestPermutedRowsGiveTheSameFacts(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows := ordersText(t, `abc "éß,;やか`)
		f, want := factsOf(t, dir, []byte(header33+strings.Join(rows, "")))
		other := rapid.Permutation(rows).Draw(t, "permuted")
		g, got := factsOf(t, dir, []byte(header33+strings.Join(other, "")))
		if !reflect.DeepEqual(got, want) || !f.From.Equal(g.From) || !f.Latest.Equal(g.Latest) || f.Rows != g.Rows {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// The encoding, the line ends and gzip do not matter.
func TestEncodedFilesGiveTheSameFacts(t *testing.T) {
	utf16le, utf16be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	dir := t.TempDir()
	for name, c := range map[string]struct {
		letters  string
		encoding encoding.Encoding
		want     Encoding
	}{
		"UTF-16LE without a mark": {`abc "éß✓やかん😀`, utf16le, UTF16LE},
		"UTF-16BE with a mark":    {`abc "éß✓やかん😀`, utf16be, UTF16BE},
		"windows-1252":            {`äöüßéèñ€„“–’ abc"`, charmap.Windows1252, Windows1252},
		"CP932":                   {`やかんカップ表示ソ能ー。ｱ abc"`, japanese.ShiftJIS, CP932},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rows := ordersText(t, c.letters)
				// One row that only this encoding can have, so that the file is not plain ASCII by chance.
				rows = append(rows, orderRow(1, map[Encoding]string{Windows1252: "für €", CP932: "やかん です"}[c.want]))
				text := header33 + strings.Join(rows, "")
				if rapid.Bool().Draw(t, "crlf") {
					text = strings.ReplaceAll(text, "\n", "\r\n")
				}
				_, want := factsOf(t, dir, []byte(text))
				encoded, err := c.encoding.NewEncoder().Bytes([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if rapid.Bool().Draw(t, "gzip") {
					encoded = packBytes(encoded)
				}
				f, got := factsOf(t, dir, encoded)
				if f.Encoding != c.want || !reflect.DeepEqual(got, want) {
					t.Fatalf("read as %s, got %v, want %v", f.Encoding, got, want)
				}
			})
		})
	}
}

// A file saved as CSV, with every cell quoted, gives the facts of the file without quotes.
func TestQuotedFilesGiveTheSameFacts(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows := ordersText(t, `abc ",;é`)
		var csv bytes.Buffer
		delim := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "delimiter")
		for _, row := range append([]string{header33}, rows...) {
			for i, cell := range strings.Split(strings.TrimSuffix(row, "\n"), "\t") {
				if i > 0 {
					csv.WriteString(delim)
				}
				csv.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
			}
			csv.WriteString("\r\n")
		}
		_, want := factsOf(t, dir, []byte(header33+strings.Join(rows, "")))
		_, got := factsOf(t, dir, csv.Bytes())
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v from\n%s", got, want, csv.String())
		}
	})
}

// Every feedback comes out with its own comment, however its lines are broken.
func TestBrokenCommentsAreRejoined(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("ab1/ .\"\n")), 0, 20, -1)
		var text strings.Builder
		text.WriteString("Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n")
		var want []string
		for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
			comment, response := "c"+word.Draw(t, "comment")+"c", "r"+word.Draw(t, "response")+"r"
			id := fmt.Sprintf("203-%07d-0000001", i)
			fmt.Fprintf(&text, "13/11/26\t1\t%s\t%s\t%s\t\n", comment, response, id)
			want = append(want, id+comment+response)
		}
		path := filepath.Join(dir, "f.tsv")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Identify(path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		_, err = f.Read(t.Context(), Setting{}, Sink{Fact: func(_ monitor.Place, fact monitor.Fact) error {
			fb := fact.(monitor.Feedback)
			got = append(got, fb.OrderID+fb.Comment+fb.Response)
			return nil
		}})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %q (%v), want %q", got, err, want)
		}
	})
}
