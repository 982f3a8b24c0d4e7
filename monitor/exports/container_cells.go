package exports

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/xuri/excelize/v2"
)

// What a date of Excel's looks like once written out: the library gives each cell in its own number format, so all
// formats with a date or a time in them are replaced by these before a sheet is read. The mark tells them from text.
const (
	dateMark   = '\uE0DA'
	dateOnly   = `"` + string(dateMark) + `"yyyy-mm-dd`
	dateAndDay = `"` + string(dateMark) + `"yyyy-mm-dd"T"hh:mm:ss`
	timeOnly   = `"` + string(dateMark) + `"hh:mm:ss`

	percentMark = '\uE0DB'
	percentage  = `"` + string(percentMark) + `"0.0000000000%`
)

// Number formats of our own, beyond all that Excel numbers itself. The plain one has no code: the cell is given as it is
// stored, and never rounded to what its column shows.
const (
	plainFormat = 100_000 + iota
	dateOnlyFormat
	dateAndDayFormat
	timeOnlyFormat
	percentFormat
)

// plainStyles replaces the number formats of a workbook: dates become ISO text without a zone, which they have none of,
// percentages keep their sign, and all other numbers are left as they are stored.
func plainStyles(f *excelize.File) {
	styles := f.Styles
	if styles == nil || styles.CellXfs == nil {
		return
	}
	codes := map[int]string{}
	if styles.NumFmts != nil {
		for _, n := range styles.NumFmts.NumFmt {
			codes[n.NumFmtID] = n.FormatCode
		}
	}
	for i := range styles.CellXfs.Xf {
		id := plainFormat
		if have := styles.CellXfs.Xf[i].NumFmtID; have != nil {
			id = plainOf(*have, codes[*have])
		}
		styles.CellXfs.Xf[i].NumFmtID = &id
	}
	if styles.NumFmts == nil || len(styles.NumFmts.NumFmt) == 0 {
		// The library's types have no names outside of it: it makes the first format itself.
		code := dateOnly
		if _, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code}); err != nil || styles.NumFmts == nil {
			return
		}
	}
	ours := map[int]string{dateOnlyFormat: dateOnly, dateAndDayFormat: dateAndDay, timeOnlyFormat: timeOnly, percentFormat: percentage}
	one := *styles.NumFmts.NumFmt[0]
	styles.NumFmts.NumFmt = styles.NumFmts.NumFmt[:0]
	for id, code := range ours {
		own := one
		own.NumFmtID, own.FormatCode, own.FormatCode16 = id, code, ""
		styles.NumFmts.NumFmt = append(styles.NumFmts.NumFmt, &own)
	}
}

// plainOf returns our format for a number format of a workbook, by its number and its code, if it has one of its own.
func plainOf(id int, code string) int {
	if code == "" {
		switch {
		case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
			return dateOnlyFormat
		case id == 22:
			return dateAndDayFormat
		case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
			return timeOnlyFormat
		case id == 9, id == 10:
			return percentFormat
		}
		return plainFormat
	}
	day, clock := false, false
	first, _, _ := strings.Cut(bareCode(code), ";") // the section for positive numbers
	if strings.Contains(strings.ToLower(first), "general") {
		return plainFormat
	}
	if strings.HasSuffix(strings.TrimSpace(first), "%") {
		return percentFormat
	}
	for _, r := range first {
		switch r {
		case 'y', 'Y', 'd', 'D', 'e', 'g', 'b':
			day = true
		case 'h', 'H', 's', 'S':
			clock = true
		case '0', '#', '?', '@':
			// Fractions of a second are the only digits in a time.
			if !clock {
				return plainFormat
			}
		}
	}
	switch {
	case day && clock:
		return dateAndDayFormat
	case day:
		return dateOnlyFormat
	case clock:
		return timeOnlyFormat
	case strings.ContainsAny(first, "mM"): // the name of the month alone
		return dateOnlyFormat
	}
	return plainFormat
}

// asides are the parts of a format code that stand for themselves: quoted and escaped text, colours and conditions in
// brackets, padding. Elapsed hours, [h], are no aside.
var asides = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"[^"]*"?|\\.|_.|\*.|\[[^hHmMsS\]][^\]]*\]|\[[a-zA-Z$][^\]]{2,}\]|(?i:am/pm|a/p)`)
})

// bareCode strips a format code of what stands for itself.
func bareCode(code string) string { return asides().ReplaceAllString(code, "") }

// sheetCells turns the cells of a sheet into what Amazon wrote, and notes where that cannot be known.
type sheetCells struct {
	columns []sheetColumn
	titles  []string // the first row with more than one cell
}

// sheetColumn is what is odd in a column.
type sheetColumn struct {
	dates   int // cells that are dates to Excel
	lost    int // numbers of which digits were lost, for certain
	long    int // cells of 16 digits and more
	zeros   int // of those, with nothing but zeros behind the 15th
	firstAt int // the row of the first number with lost digits
}

// enough is how many columns are watched; exports have at most a hundred or so.
const enough = maxColumns

// put replaces the cells of a row, the row-th of the sheet from 1.
func (s *sheetCells) put(cells []string, row int) {
	if s.titles == nil && len(cells) > 1 {
		s.titles = slices.Clone(cells[:min(len(cells), enough)])
	}
	for len(s.columns) < min(len(cells), enough) {
		s.columns = append(s.columns, sheetColumn{})
	}
	for i, cell := range cells {
		if cell == "" || i >= enough {
			continue
		}
		c := &s.columns[i]
		switch {
		case strings.HasPrefix(cell, string(dateMark)):
			c.dates++
			cells[i] = strings.TrimPrefix(cell, string(dateMark))
		case strings.HasPrefix(cell, string(percentMark)):
			cells[i] = strings.TrimRight(strings.TrimRight(strings.TrimSuffix(strings.TrimPrefix(cell, string(percentMark)), "%"), "0"), ".") + "%"
		case strings.ContainsAny(cell, "\r\n"):
			cells[i] = lineBreaks.Replace(cell)
		case len(cell) > 15 && digitsOnly(cell):
			c.long++
			if strings.Trim(cell[15:], "0") == "" {
				if c.zeros++; c.firstAt == 0 {
					c.firstAt = row
				}
			}
		case scientific().MatchString(cell):
			// Left as it is: whoever reads the column says that digits are lost.
			if c.lost++; c.firstAt == 0 {
				c.firstAt = row
			}
		}
	}
}

var lineBreaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// scientific is how a number of more digits than Excel keeps is given: 1.23456789012346E+17.
var scientific = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?\d([.,]\d{1,16})?E\+(1[1-9]|[23]\d)$`) })

func digitsOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// notes says what people should know of the sheet, a sentence for each thing.
func (s *sheetCells) notes(sheet string) []string {
	var dated, cut []string
	for i, c := range s.columns {
		if c.dates > 0 {
			dated = append(dated, s.title(i))
		}
		// One id that happens to end so is no sign; a whole column is: Excel fills up with zeros what it cannot keep.
		if n := c.lost + c.zeros; n > 0 && (c.lost > 0 || c.zeros == c.long) {
			cut = append(cut, fmt.Sprintf("%s (%s, the first in row %d)", s.title(i), count(n, "cell"), c.firstAt))
		}
	}
	var notes []string
	if len(cut) > 0 {
		notes = append(notes, fmt.Sprintf("In %s, numbers of more than 15 digits have lost their last digits, as Excel keeps no more: %s. These rows are not to be trusted; import the export itself.", sheet, strings.Join(cut, "; ")))
	}
	if len(dated) > 0 {
		notes = append(notes, fmt.Sprintf("In %s, Excel has made dates of the text in %s. Day and month are as Excel understood them, and dates have no time zone.", sheet, strings.Join(dated, ", ")))
	}
	return notes
}

// title names a column for people.
func (s *sheetCells) title(i int) string {
	if i < len(s.titles) && strings.TrimSpace(s.titles[i]) != "" {
		return "column " + printable(s.titles[i], 40)
	}
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return "a column"
	}
	return "column " + name
}
