package exports

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// bookOf makes a workbook of one sheet.
func bookOf(t testing.TB, rows [][]any) []byte {
	t.Helper()
	return book(t, func(f *excelize.File) {
		for i, row := range rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func book(t testing.TB, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sheetText returns what a sheet was turned into.
func sheetText(t testing.TB, f *File) string {
	t.Helper()
	text, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var confirmationHead = []any{"order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "tracking-number", "note"}

// A sheet gives what Amazon wrote, or says where Excel has changed it.
func TestCellsOfASheet(t *testing.T) {
	style := func(f *excelize.File, cell string, format int, code string) {
		t.Helper()
		s := &excelize.Style{NumFmt: format}
		if code != "" {
			s.CustomNumFmt = &code
		}
		id, err := f.NewStyle(s)
		if err == nil {
			err = f.SetCellStyle("Sheet1", cell, cell, id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		value  any
		format int
		code   string // of its own number format
		want   string
		note   string // part of one; empty: there is none
	}{
		{name: "text", value: "UPS", want: "UPS"},
		{name: "text with a comma and quotes", value: `6" pan, "red"`, want: `"6"" pan, ""red"""`},
		{name: "text of two lines", value: "a\nb\r\nc", want: "a b c"},
		{name: "text of digits", value: "9400111899223344556677", want: "9400111899223344556677"},
		{name: "text of digits ending in zeros", value: "1234567890123450", want: "1234567890123450", note: "lost their last digits"},
		{name: "an order-item-id that became a number", value: 12345678901234, want: "12345678901234"},
		{name: "shown with decimals", value: 12345678901234, format: 2, want: "12345678901234"},
		{name: "shown in scientific form", value: 12345678901234, format: 11, want: "12345678901234"},
		{name: "shown with thousands", value: 1234, format: 3, want: "1234"},
		{name: "shown as a percentage", value: 0.125, format: 9, want: "12.5%"},
		{name: "shown with a unit", value: 5, code: `0 "days"`, want: "5"},
		{name: "shown in red", value: -5, code: `#,##0;[Red]-#,##0`, want: "-5"},
		{name: "a price", value: 39.9, want: "39.9"},
		{name: "15 digits", value: 123456789012345, want: "123456789012345"},
		{name: "more digits than Excel keeps", value: 1234567890123456789, want: "1.23456789012346E+18", note: "column note (1 cell, the first in row 2)"},
		{name: "yes", value: true, want: "TRUE"},
		{name: "a day", value: 46346, format: 14, want: "2026-11-20", note: "made dates of the text in column note"},
		{name: "a day and an hour", value: 46346.5, format: 22, want: "2026-11-20T12:00:00", note: "no time zone"},
		{name: "a day of a country", value: 46346, code: `[$-407]dd/mm/yyyy;@`, want: "2026-11-20", note: "made dates"},
		{name: "a day in words", value: 46346, code: `dddd, d. mmmm yyyy`, want: "2026-11-20", note: "made dates"},
		{name: "a second", value: 46346.000011574, code: `yyyy-mm-dd hh:mm:ss.000`, want: "2026-11-20T00:00:01", note: "made dates"},
		{name: "a day and an hour of two halves", value: 46346.75, code: `m/d/yy h:mm AM/PM`, want: "2026-11-20T18:00:00", note: "made dates"},
		{name: "a Japanese day", value: 46346, format: 31, want: "2026-11-20", note: "made dates"},
		{name: "a clock", value: 0.25, format: 20, want: "06:00:00", note: "made dates"},
		{name: "an instant as Amazon writes it", value: "2026-11-20T08:00:00+00:00", format: 14, want: "2026-11-20T08:00:00+00:00"},
		{name: "a percentage", value: 0.032, format: 10, want: "3.2%"},
		{name: "a whole percentage", value: 1, format: 9, want: "100%"},
		{name: "no percent", value: 0, format: 9, want: "0%"},
		{name: "a percentage in colours", value: 0.0417, code: `0.0%;[Red]-0.0%`, want: "4.17%"},
		{name: "a SKU like a number", value: "1E10", want: "1E10"},
		{name: "a SKU like a number's end", value: "12E+15", want: "12E+15"},
		{name: "what Excel saved before", value: "1.23457E+15", want: "1.23457E+15", note: "lost their last digits"},
		{name: "an error", value: "#N/A", want: "#N/A"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c2 := openContainer(t, save(t, "book.xlsx", book(t, func(f *excelize.File) {
				row := []any{"111-0000000-0000001", "71234567890123", 1, "2026-11-20", "UPS", "1Z999", c.value}
				if err := f.SetSheetRow("Sheet1", "A1", &confirmationHead); err != nil {
					t.Fatal(err)
				}
				if err := f.SetSheetRow("Sheet1", "A2", &row); err != nil {
					t.Fatal(err)
				}
				style(f, "G2", c.format, c.code)
			})))
			in := c2.Files[0]
			want := "order-id,order-item-id,quantity,ship-date,carrier-code,tracking-number,note\n111-0000000-0000001,71234567890123,1,2026-11-20,UPS,1Z999," + c.want + "\n"
			if got := sheetText(t, in.File); got != want || in.Err != nil {
				t.Errorf("got %q, %v; want %q", got, in.Err, want)
			}
			notes := strings.Join(in.File.Notes, " ")
			if c.note == "" && notes != "" || !strings.Contains(notes, c.note) {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
		})
	}
}

// Of a column of ids, one that ends in zeros is no sign; a column that does is.
func TestLostDigitsAreToldByTheColumn(t *testing.T) {
	sheet := func(ids ...string) string {
		rows := [][]any{confirmationHead}
		for i, id := range ids {
			rows = append(rows, []any{fmt.Sprintf("111-0000000-%07d", i), id, 1, "2026-11-20", "UPS", "1Z999"})
		}
		c := openContainer(t, save(t, "book.xlsx", bookOf(t, rows)))
		return strings.Join(c.Files[0].File.Notes, " ")
	}
	if got := sheet("1234567890123450", "1234567890123456"); got != "" {
		t.Errorf("notes %q, want none", got)
	}
	if got := sheet("71234567890123", "1234567890123450", "2234567890123450"); !strings.Contains(got, "column order-item-id (2 cells, the first in row 3)") {
		t.Errorf("notes %q", got)
	}
}

// Rows of a sheet are lines of its text, so that messages name the row that people see.
func TestRowsAreLines(t *testing.T) {
	c := openContainer(t, save(t, "book.xlsx", book(t, func(f *excelize.File) {
		for cell, value := range map[string]any{"A1": "My confirmations", "A10": "111-0000000-0000001", "D10": "2026-11-20", "E10": "UPS", "A12": "111-0000000-0000002", "D12": "soon", "E12": "UPS"} {
			if err := f.SetCellValue("Sheet1", cell, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetSheetRow("Sheet1", "A3", &confirmationHead); err != nil {
			t.Fatal(err)
		}
		if err := f.MergeCell("Sheet1", "A1", "G1"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula("Sheet1", "G10", "1+1"); err != nil {
			t.Fatal(err)
		}
	})))
	f := c.Files[0].File
	if f.Rows != 2 || f.BadRows != 1 || len(f.problems) != 1 || f.problems[0].Line != 12 {
		t.Errorf("%d rows, bad %v; want the bad one in line 12", f.Rows, f.problems)
	}
}

// Every visible sheet is a file of its own; hidden ones are named and not read, empty ones are nothing.
func TestSheetsOfAWorkbook(t *testing.T) {
	row := []any{"111-0000000-0000001", "", 1, "2026-11-20", "UPS", "1Z999"}
	c := openContainer(t, save(t, "book.xlsx", book(t, func(f *excelize.File) {
		for _, sheet := range []string{"Confirmations", "Old", "Pivot", "Empty"} {
			if _, err := f.NewSheet(sheet); err != nil {
				t.Fatal(err)
			}
		}
		for _, sheet := range []string{"Confirmations", "Old"} {
			if err := f.SetSheetRow(sheet, "A1", &confirmationHead); err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetRow(sheet, "A2", &row); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetCellValue("Pivot", "B2", "total"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetVisible("Old", false); err != nil {
			t.Fatal(err)
		}
	})))
	if len(c.Files) != 1 || c.Files[0].File.Name != "book.xlsx/Confirmations" {
		t.Errorf("exports %+v", c.Files)
	}
	if len(c.Strays) != 1 || c.Strays[0].File != "book.xlsx/Pivot" {
		t.Errorf("strays %v", c.Strays)
	}
	if want := []string{"The sheet book.xlsx/Old is hidden and was not read."}; !reflect.DeepEqual(c.Notes, want) {
		t.Errorf("notes %q, want %q", c.Notes, want)
	}
}

// A sheet is read whatever its part of the workbook is called.
func TestPartsOfAWorkbook(t *testing.T) {
	raw := rawBook(t, rawRow(1, "sku", "lot", "quantity", "expires")+rawRow(2, "TEA-2", "L1", "40", "2027-01-31"), "")
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []entry
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, entry{strings.ReplaceAll(f.Name, "sheet1.xml", "Tabelle.xml"), strings.ReplaceAll(string(text), "sheet1.xml", "Tabelle.xml")})
	}
	c := openContainer(t, save(t, "book.xlsx", zipped(t, parts...)))
	if len(c.Files) != 1 || c.Files[0].Err != nil || c.Files[0].File.Rows != 1 {
		t.Errorf("exports %+v", c.Files)
	}
}

func TestWorkbookInAnArchive(t *testing.T) {
	inner := bookOf(t, [][]any{confirmationHead, {"111-0000000-0000001", "", 1, "2026-11-20", "UPS", "1Z999"}})
	c := openContainer(t, save(t, "week.zip", zipped(t, entry{"orders.txt", header33 + orderRow(1, "x")}, entry{"book.xlsx", string(inner)})))
	if len(c.Files) != 2 || c.Files[1].File.Name != "week.zip/book.xlsx/Sheet1" || c.Files[1].Err != nil {
		t.Errorf("exports %+v", c.Files)
	}
}

// A dated workbook of a Macintosh counts its days from 1904.
func TestDaysFrom1904(t *testing.T) {
	c := openContainer(t, save(t, "book.xlsx", book(t, func(f *excelize.File) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", "A1", &confirmationHead); err != nil {
			t.Fatal(err)
		}
		row := []any{"111-0000000-0000001", "", 1, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), "UPS", "1Z999"}
		if err := f.SetSheetRow("Sheet1", "A2", &row); err != nil {
			t.Fatal(err)
		}
	})))
	facts := collect(t, c.Files[0].File, Setting{Received: received})
	if got, ok := facts[0].(monitor.Confirmation); !ok || got.ShipDate != monitor.Date(2026, 11, 20) {
		t.Errorf("got %+v, want 2026-11-20", facts)
	}
}

// rawBook makes a workbook out of the XML of its only sheet and of its shared texts.
func rawBook(t testing.TB, sheet, shared string) []byte {
	t.Helper()
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	return zipped(t,
		entry{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`},
		entry{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		entry{"xl/workbook.xml", head + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + rel + `"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		entry{"xl/_rels/workbook.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		entry{"xl/sharedStrings.xml", head + `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + shared + `</sst>`},
		entry{"xl/worksheets/sheet1.xml", head + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheet + `</sheetData></worksheet>`},
	)
}

// inline is a cell with its text in it.
func inline(cell, text string) string {
	return `<c r="` + cell + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

func rawRow(n int, cells ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, n)
	for i, c := range cells {
		name, _ := excelize.ColumnNumberToName(i + 1)
		b.WriteString(inline(fmt.Sprint(name, n), c))
	}
	b.WriteString("</row>")
	return b.String()
}

// Sheets that no spreadsheet program writes: refused in time, or read as far as they make sense.
func TestHostileSheets(t *testing.T) {
	head := rawRow(1, "order-id", "ship-date", "carrier-code")
	row := rawRow(2, "111-0000000-0000001", "2026-11-20", "UPS")
	for _, c := range []struct {
		name, sheet, shared string
		want                string // part of the refusal; empty: it is read, with one row
	}{
		{name: "as it should be", sheet: head + row},
		{name: "rows without numbers", sheet: strings.NewReplacer(` r="1"`, "", ` r="2"`, "").Replace(head + row)},
		{name: "the last row that Excel has", sheet: head + strings.ReplaceAll(strings.ReplaceAll(row, `r="2"`, `r="1048576"`), `2"`, `1048576"`)},
		{name: "a row beyond the last", sheet: head + row + `<row r="1048577"><c r="A1048577"/></row>`, want: "cannot be read"},
		{name: "a sheet that breaks off", sheet: head + row + "</wrong>" + rawRow(3, "111-0000000-0000002", "2026-11-20", "UPS"), want: "it breaks off after row 2"},
		{name: "a text of 5 MiB", sheet: head + row + rawRow(3, strings.Repeat("x", 5<<20)), want: "a piece of more than 4 MiB"},
		{name: "a comment of 5 MiB full of tags", sheet: "<!--" + strings.Repeat("<row>", 1<<20) + "-->" + head + row, want: "a piece of more than 4 MiB"},
		{name: "an attribute of 5 MiB", sheet: `<row r="1" x="` + strings.Repeat(">", 5<<20) + `"></row>`, want: "a piece of more than 4 MiB"},
		{name: "a row of very many cells", sheet: head + `<row r="2">` + strings.Repeat("<c/>", maxTags+1) + "</row>", want: "a row of very many cells"},
		{name: "a cell far to the right", sheet: head + `<row r="2">` + inline("XFD2", "x") + "</row>", want: "more than 1,000 columns"},
		{name: "a document type", sheet: head + row, shared: `<!DOCTYPE lolz [<!ENTITY lol "lol">]>`, want: "a document type"},
		{name: "a comment and marked text", sheet: "<!-- <row r=\"9\"> -->" + head + strings.Replace(row, "UPS", "<![CDATA[UPS]]>", 1)},
		{name: "a shared text that is not there", sheet: head + strings.Replace(row, inline("C2", "UPS"), `<c r="C2" t="s"><v>7</v></c>`, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := rawBook(t, c.sheet, c.shared)
			if c.want != "" {
				if r := shut(t, data); !strings.Contains(r.Error(), c.want) {
					t.Errorf("refused with %q, want %q in it", r, c.want)
				}
				return
			}
			in := openContainer(t, save(t, "book.xlsx", data)).Files[0]
			if in.Err != nil || in.File.Rows != 1 || in.File.BadRows != 0 {
				t.Errorf("%d rows, %d bad, %v; want 1 good", in.File.Rows, in.File.BadRows, in.Err)
			}
		})
	}
}

// A sheet and its texts that are too large to be held in memory give the same as the export itself.
func TestLargeSheet(t *testing.T) {
	const rows = 6000 // some 2 MiB of XML, twice what is held
	columns := strings.Split(strings.TrimSpace(header33), "\t")
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = c
	}
	all := [][]any{head}
	text := header33
	for n := range rows {
		line := orderRow(n, fmt.Sprintf("Kettle %d, made of steel & glass, with a thermometer and a lid that closes", n))
		text += line
		var row []any
		for cell := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "\t") {
			row = append(row, cell)
		}
		all = append(all, row)
	}
	data := bookOf(t, all)
	in := openContainer(t, save(t, "book.xlsx", data)).Files[0]
	plain, err := Identify(save(t, "orders.txt", []byte(text)))
	if err != nil || in.Err != nil {
		t.Fatal(err, in.Err)
	}
	s := Setting{Received: received}
	if got, want := collect(t, in.File, s), collect(t, plain, s); !reflect.DeepEqual(got, want) {
		t.Errorf("%d facts of the sheet differ from %d of the export", len(got), len(want))
	}
	if in.File.Rows != rows {
		t.Errorf("%d rows, want %d", in.File.Rows, rows)
	}
}

// Any table of texts comes back as it was put into a sheet.
func TestTablesComeBack(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.StringMatching(`[ -~äß日本\n\t,";|]{0,12}`), rapid.SampledFrom([]string{"", "0", "-1.5", "1E5", "TRUE", "=1", "'x"}))
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 5), 1, 8).Draw(t, "rows")
		sheet := [][]any{{"order-id", "ship-date", "carrier-code", "a", "b"}}
		for _, r := range rows {
			row := []any{"111-0000000-0000001", "2026-11-20"}
			for _, c := range r {
				row = append(row, c)
			}
			sheet = append(sheet, row[:5])
		}
		f := excelize.NewFile()
		for i, row := range sheet {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		n++
		path := filepath.Join(dir, fmt.Sprint(n, ".xlsx"))
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		c, err := Unpack(t.Context(), path, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		var got []string
		_, err = c.Files[0].File.Read(t.Context(), Setting{Received: received}, Sink{Fact: func(_ monitor.Place, fact monitor.Fact) error {
			got = append(got, fact.(monitor.Confirmation).Carrier)
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(rows) {
			t.Fatalf("%d rows, want %d", len(got), len(rows))
		}
		for i, r := range rows {
			if want := strings.TrimSpace(strings.ReplaceAll(r[0], "\n", " ")); strings.Trim(got[i], "\" ") != strings.Trim(want, "\" ") {
				t.Fatalf("row %d: carrier %q, want %q", i, got[i], want)
			}
		}
	})
}
