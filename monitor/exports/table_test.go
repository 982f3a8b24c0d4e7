package exports

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
)

// records cuts text into records, each written as cells between bars, with its line.
func records(t *testing.T, text string, delim byte, quoted bool, width int) []string {
	t.Helper()
	tab := table{lines: &lines{cut: notCut, in: bufio.NewReaderSize(strings.NewReader(text), maxLine), name: "test"}, delim: delim, quoted: quoted, width: width, id: -1}
	var all []string
	for {
		r, err := tab.next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.cells == nil {
			tab.spread()
			r.cells = tab.cells
		}
		s := string(rune('0' + r.line))
		for _, c := range r.cells {
			s += "|" + string(c)
		}
		if r.problem != "" {
			s += "!"
		}
		all = append(all, s)
	}
}

// TestQuotes holds the four ways in which exports quote, one row each, in a table of three columns.
func TestQuotes(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"bare", `a,b,c`, `1|a|b|c`},
		{"quoted", `"a","b,c","d"`, `1|a|b,c|d`},
		{"doubled", `"a","6"" pan","d"`, `1|a|6" pan|d`},
		{"doubled at the end", `"a","pan 6""","d"`, `1|a|pan 6"|d`},
		{"not doubled", `"a","1/2" pan","d"`, `1|a|1/2" pan|d`},
		{"not doubled before a comma", `"a","pan 6", blue","d"`, `1|a|pan 6", blue|d`},
		{"not doubled at the end", `"a","pan 6"","d"`, `1|a|pan 6"|d`},
		{"not doubled, last cell", `"a","b","pan 6""`, `1|a|b|pan 6"`},
		{"not doubled, bare neighbours", `1,"pan 6" blue",3`, `1|1|pan 6" blue|3`},
		{"not doubled at the end, bare neighbours", `1,"pan 6"",3`, `1|1|pan 6"|3`},
		{"backslashes", `"a","x\"y\"z","d"`, `1|a|x"y"z|d`},
		{"backslashes before a comma", `"a","x \"y\", z","d"`, `1|a|x "y", z|d`},
		{"a backslash is data", `"a","C:\","d"`, `1|a|C:\|d`},
		{"quotation marks inside bare cells", `a,6" pan,c`, `1|a|6" pan|c`},
		{"empty cells", `"","",""x`, `1|""|""|""x!`},
		{"ragged", `"a","b"`, `1|a|b`},
		{"line break", "\"a\",\"b\nb\",c\nd,e,f", "1|a|b\nb|c 3|d|e|f"},
		{"line break and backslashes", "\"a\",\"x \\\"y\\\"\nz\",c", "1|a|x \"y\"\nz|c"},
		{"blank lines in a cell", "\"a\",\"b\n\nb\",c", "1|a|b\n\nb|c"},
		{"never closed", "\"a,b,c\nd,e,f", `1|"a|b|c! 2|d|e|f`},
		{"never closed at the end", `a,"b,c`, `1|a|"b|c!`},
		{"a good row is not swallowed", "a,\"b,c\nd,e,f\ng,\"h\",i", `1|a|"b|c! 2|d|e|f 3|g|h|i`},
		{"blank rows", "a,b,c\n,,\n\"\",\"\",\"\"\n\nd,e,f", `1|a|b|c 5|d|e|f`},
	} {
		if got := strings.Join(records(t, c.in, ',', true, 3), " "); got != c.want {
			t.Errorf("%s: %s gives %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestUnquotedTable(t *testing.T) {
	in := "a\t6\" pan\tc\r\n\t \t\n\td\t\"e\n\n f\t\t\t\t\nlast"
	want := "1|a|6\" pan|c 3||d|\"e 5| f|||| 6|last"
	if got := strings.Join(records(t, in, '\t', false, 3), " "); got != want {
		t.Errorf("gives %q, want %q", got, want)
	}
}

func TestUnwrap(t *testing.T) {
	for in, want := range map[string]string{
		`6 "E Ink`: `6 "E Ink`, `"quoted"`: `"quoted"`, `"abc\"def\"ghi"`: `abc"def"ghi`, `"6"" pan"`: `6" pan`, `""`: `""`, ` x `: `x`,
		`"a" and "b"`: `"a" and "b"`, `"a\"b"c"`: `"a\"b"c"`,
		`"Mug, 12 oz"`: `Mug, 12 oz`, "\"one\ntwo\"": "one\ntwo", `"6"" pan, blue"`: `6" pan, blue`, `"Best" mug, "12 oz"`: `"Best" mug, "12 oz"`,
	} {
		if got := string(unwrap([]byte(in))); got != want {
			t.Errorf("unwrap(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClipKeepsCharacters(t *testing.T) {
	for limit, want := range map[int]string{0: "", 1: "", 2: "é", 3: "é", 4: "éü", 9: "éü"} {
		if got := string(clip([]byte("éü"), limit)); got != want {
			t.Errorf("clip to %d gives %q, want %q", limit, got, want)
		}
	}
}
