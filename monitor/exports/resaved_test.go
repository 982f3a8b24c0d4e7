package exports

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// TestSavedAgain takes the fixtures that are plain tables, changes how they are written as spreadsheets and editors do,
// and holds that they say the same.
func TestSavedAgain(t *testing.T) {
	changes := map[string]func(rows [][]string) string{
		"quoted, with semicolons, as UTF-8 with a mark": func(rows [][]string) string {
			return "\uFEFF" + written(rows, ";", "\r\n", func(cell string) string { return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"` })
		},
		"quoted where need be, with commas": func(rows [][]string) string {
			return written(rows, ",", "\n", func(cell string) string {
				if strings.ContainsAny(cell, `",`) {
					return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				return cell
			})
		},
		"as UTF-16 without a mark": func(rows [][]string) string { return utf16(t, written(rows, "\t", "\r\n", nil)) },
		"as UTF-16 with a mark":    func(rows [][]string) string { return utf16(t, "\uFEFF"+written(rows, "\t", "\r\n", nil)) },
		"each row in one cell": func(rows [][]string) string {
			var b strings.Builder
			for line := range strings.Lines(written(rows, ",", "\n", func(cell string) string { return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"` })) {
				b.WriteString(`"` + strings.ReplaceAll(strings.TrimSuffix(line, "\n"), `"`, `""`) + `"` + ";;\r\n")
			}
			return b.String()
		},
		"as text parted by tabs, with quotes where Excel puts them": func(rows [][]string) string {
			return utf16(t, "\uFEFF"+written(rows, "\t", "\r\n", func(cell string) string {
				if strings.ContainsAny(cell, `",`) {
					return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				return cell
			}))
		},
		"with blank lines": func(rows [][]string) string {
			return "\r\n" + strings.ReplaceAll(written(rows, "\t", "\r\n", nil), "\r\n", "\r\n\r\n")
		},
		"with empty cells at the end": func(rows [][]string) string {
			return strings.ReplaceAll(written(rows, "\t", "\n", nil), "\n", "\t\t\n")
		},
		"with the header again in the middle": func(rows [][]string) string {
			return written(append(append([][]string{rows[0], rows[1], rows[0]}, rows[2:]...), rows[0]), "\t", "\n", nil)
		},
		"without the end of the last line": func(rows [][]string) string {
			return strings.TrimSuffix(written(rows, "\t", "\r\n", nil), "\r\n")
		},
		"with the delimiter said in a line of its own": func(rows [][]string) string {
			return "\uFEFFsep=;\r\n" + written(rows, ";", "\r\n", func(cell string) string { return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"` })
		},
		"with every cell a formula, as programs write for Excel": func(rows [][]string) string {
			return written(rows, ",", "\r\n", func(cell string) string { return `"=""` + strings.ReplaceAll(cell, `"`, `""""`) + `"""` })
		},
		"joined by Windows, with its mark at the end": func(rows [][]string) string {
			return written(rows, "\t", "\r\n", nil) + "\x1a"
		},
		"the same, of a last file without a line break": func(rows [][]string) string {
			return strings.TrimSuffix(written(rows, "\t", "\r\n", nil), "\r\n") + "\x1a"
		},
		"with two lines above": func(rows [][]string) string {
			return "Report of the shop\n\n" + written(rows, "\t", "\n", nil)
		},
	}
	tried := 0
	for _, f := range Formats() {
		for _, path := range fixtures(t, string(f.Kind)) {
			rows, ok := plainTable(t, path)
			if !ok {
				continue
			}
			var given expectation
			raw, err := os.ReadFile(path + ".json")
			if err == nil {
				err = json.Unmarshal(raw, &given)
			}
			if err != nil {
				t.Fatal(err)
			}
			want := observe(t, path, given.Setting)
			tried++
			for name, change := range changes {
				t.Run(filepath.ToSlash(path)+" "+name, func(t *testing.T) {
					again := filepath.Join(t.TempDir(), filepath.Base(path))
					if err := os.WriteFile(again, []byte(change(rows)), 0o600); err != nil {
						t.Fatal(err)
					}
					got := observe(t, again, given.Setting)
					if got.File["Kind"] != want.File["Kind"] || got.Result["Rows"] != want.Result["Rows"] || len(got.Bad) != 0 {
						t.Fatalf("%v rows of %v, bad %v; want %v of %v", got.Result["Rows"], got.File["Kind"], got.Bad, want.Result["Rows"], want.File["Kind"])
					}
					for i := range want.Facts {
						for _, m := range []map[string]any{got.Facts[i], want.Facts[i]} {
							delete(m, "line")
							delete(m, "segment")
						}
						if !reflect.DeepEqual(got.Facts[i], want.Facts[i]) {
							t.Errorf("gives %v\nwant  %v", got.Facts[i], want.Facts[i])
						}
					}
				})
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d fixtures are plain tables", tried)
	}
}

// plainTable returns the cells of a fixture that is in UTF-8, parted by tabs, and has a row or more, all of them good and
// on lines of their own.
func plainTable(t *testing.T, path string) ([][]string, bool) {
	t.Helper()
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	if f.Encoding != UTF8 || f.Delimiter != "tab" || f.BadRows > 0 || f.Segments != 1 || f.Gzip || bytes.Contains(raw, []byte(`"`)) {
		return nil, false
	}
	var rows [][]string
	for line := range strings.Lines(string(raw)) {
		if cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t"); strings.TrimSpace(line) != "" {
			rows = append(rows, cells)
		}
	}
	return rows, f.Rows > 0 && len(rows) == f.Rows+1
}

// written writes a table.
func written(rows [][]string, delim, end string, cell func(string) string) string {
	var b strings.Builder
	for _, row := range rows {
		for i, c := range row {
			if i > 0 {
				b.WriteString(delim)
			}
			if cell != nil {
				c = cell(c)
			}
			b.WriteString(c)
		}
		b.WriteString(end)
	}
	return b.String()
}

// utf16 returns text as UTF-16 with the low byte first.
func utf16(t *testing.T, s string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
