package exports

import (
	"bytes"
	"errors"
	"io"
)

// Bounds of a row.
const (
	maxColumns = 1000
	maxJoined  = 40 // lines that one row may be spread over

	// Bytes that may be read over again for rows that turn out not to be spread over lines at all: a file in which no row
	// is whole would otherwise take hours. Beyond them, such rows are bad at once.
	freeWaste = 32 << 20
	maxWaste  = 4 // times what was read of the file
)

// table reads records from lines. Most exports have no quotes at all: there a quotation mark is data. Where the header
// or the delimiter says that cells are quoted, the quotes are read in the four ways that exports have them.
type table struct {
	lines  *lines
	delim  byte
	quoted bool
	width  int    // cells of the header
	id     int    // the column of the order id, by which a row is told from the rest of a cell; -1: none
	join   joiner // for rows with line breaks and without quotes; nil: there are none

	held    []heldLine // lines that were looked at and are still to be read
	read    int64      // bytes of lines so far
	wasted  int64      // bytes read over again in vain
	cells   [][]byte
	cuts    cuts // of a row without quotes
	scratch []byte
	joined  []byte
	ahead   *cutLine // what was found out ahead of the line just read
}

// heldLine is a line kept beyond the next read.
type heldLine struct {
	text   []byte
	number int
}

// record is one row of cells. The cells are valid until the next record.
type record struct {
	line    int      // where it begins
	text    []byte   // as the file has it; nil: its cells were unquoted, or joined
	cells   [][]byte // nil: they are in the table's cuts
	width   int      // how many there are
	problem string   // what is wrong with its shape
	ahead   *cutLine // what was found out of its text ahead
}

// cut returns the record that is in t.cells.
func (t *table) cut(line int, problem string) record {
	return record{line: line, cells: t.cells, width: len(t.cells), problem: problem, ahead: notCut}
}

// line returns the next line, held or new.
func (t *table) line() ([]byte, int, error) {
	if len(t.held) > 0 {
		h := t.held[0]
		t.held = t.held[1:]
		t.ahead = notCut
		return h.text, h.number, nil
	}
	b, err := t.lines.next()
	t.ahead = t.lines.cut
	t.read += int64(len(b))
	return b, t.lines.number, err
}

// next returns the next record that is not blank, or io.EOF.
func (t *table) next() (record, error) {
	for {
		b, n, err := t.line()
		if err != nil {
			return record{}, err
		}
		if t.blank(b) {
			continue
		}
		if t.quoted && bytes.IndexByte(b, '"') >= 0 {
			return t.unquote(b, n)
		}
		if t.ahead.known { // it was a good row, so it is as wide as the header at most
			t.cuts.of(b, t.delim)
			return record{line: n, text: b, width: t.width, ahead: t.ahead}, nil
		}
		width, err := t.begin(b, n)
		if err != nil {
			return record{}, err
		}
		if t.join == nil { // the most common
			return record{line: n, text: b, width: width, ahead: t.ahead}, nil
		}
		t.spread()
		if t.quoted || width >= t.width || t.join.whole(t.cells) {
			return record{line: n, text: b, cells: t.cells, width: width, ahead: notCut}, nil
		}
		begins := func(line []byte) bool { return t.split(line, n) == nil && t.join.begins(t.cells) }
		whole := func(text []byte) (bool, error) {
			err := t.split(text, n)
			return t.join.whole(t.cells), err
		}
		if done, err := t.rejoin(b, begins, whole); done || err != nil {
			return t.cut(n, ""), err
		}
		err = t.split(t.joined, n)
		return t.cut(n, ""), err
	}
}

// blank says whether a line holds nothing but delimiters, and the mark that Windows puts behind files that it joined.
func (t *table) blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != 0x1a && c != t.delim && (c != '"' || !t.quoted) {
			return false
		}
	}
	return true
}

// allQuoted says whether every cell of a line is framed in quotes, in a file whose header is not.
func (t *table) allQuoted(b []byte) bool {
	for cell := range bytes.SplitSeq(b, []byte{t.delim}) {
		if len(cell) < 2 || cell[0] != '"' || cell[len(cell)-1] != '"' {
			return false
		}
	}
	return true
}

// split cuts a line without quotes into t.cells.
func (t *table) split(b []byte, number int) error {
	if _, err := t.begin(b, number); err != nil {
		return err
	}
	t.spread()
	return nil
}

// begin makes ready to cut a line without quotes, and returns how many cells it has.
func (t *table) begin(b []byte, number int) (width int, err error) {
	t.cuts.of(b, t.delim)
	if width = bytes.Count(b, []byte{t.delim}) + 1; width > maxColumns {
		return 0, t.tooWide(number)
	}
	return width, nil
}

// spread copies the cells of the line into t.cells.
func (t *table) spread() {
	t.cells = t.cells[:0]
	for i := 0; t.cuts.has(i); i++ {
		t.cells = append(t.cells, t.cuts.cell(i))
	}
}

func (t *table) tooWide(number int) error {
	return &Refusal{File: t.lines.name, Line: number, Found: "more than 1,000 columns", Expected: "the columns of an export: download the file again"}
}

// rejoin puts together a row that goes on in the next lines, and says whether it became whole. A line that begins a row
// by itself is never taken into the one above. A row that does not become whole is left in t.joined, its first line
// alone, and the other lines are read again.
func (t *table) rejoin(b []byte, begins func([]byte) bool, whole func([]byte) (bool, error)) (bool, error) {
	t.joined = append(t.joined[:0], b...)
	if t.wasted > freeWaste+maxWaste*t.read {
		return false, nil
	}
	tried := int64(0)
	var taken []heldLine
	for len(taken) < maxJoined && len(t.joined) < maxLine {
		next, number, err := t.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		taken = append(taken, heldLine{bytes.Clone(next), number})
		if begins(next) {
			break
		}
		t.joined = append(append(t.joined, '\n'), next...)
		tried += int64(len(t.joined))
		if done, err := whole(t.joined); done || err != nil {
			return done, err
		}
	}
	t.wasted += tried
	t.held = append(taken, t.held...)
	t.joined = t.joined[:len(b)]
	return false, nil
}

// quoting is a way in which a file writes quotation marks inside a quoted cell.
type quoting uint8

const (
	doubled quoting = iota // "6"" pan": as RFC 4180 has it
	escaped                // "6\" pan": older exports
	framed                 // "6" pan": a cell ends where the next one begins with a quotation mark
	loose                  // the same, and the next cell may be bare
)

// shape is what came of reading the quotes of a record.
type shape uint8

const (
	complete shape = iota
	open           // a cell is not closed: it may go on in the next line
	broken
)

// unquote reads a record with quotes.
func (t *table) unquote(b []byte, n int) (record, error) {
	if row, ok := rowInACell(b, t.delim); ok && t.width > 1 {
		b = row
	}
	s, err := t.parse(b, n)
	if err != nil || s == complete {
		return t.cut(n, ""), err
	}
	if s == open {
		begins := func(line []byte) bool {
			s, err := t.parse(line, n)
			return err == nil && s == complete && len(t.cells) == t.width && (t.id < 0 || isOrderID(bare(t.cells[t.id])))
		}
		whole := func(text []byte) (bool, error) {
			s, err := t.parse(text, n)
			return s == complete, err
		}
		if done, err := t.rejoin(b, begins, whole); done || err != nil {
			return t.cut(n, ""), err
		}
		b = t.joined
	}
	err = t.split(b, n)
	return t.cut(n, "quotation marks that do not match"), err
}

// glimpse returns the cells of a line of a table of which nothing but the delimiter is known, until the next call.
func (t *table) glimpse(line []byte) [][]byte {
	if t.delim != '\t' && bytes.IndexByte(line, '"') >= 0 {
		if s, err := t.parseAs(line, doubled, 0); err == nil && s == complete {
			return t.cells
		}
	}
	return bytes.Split(line, []byte{t.delim})
}

// parse cuts a record with quotes into t.cells. The reading by the book is taken unless another one, and not it, gives
// as many cells as the header has.
func (t *table) parse(b []byte, number int) (shape, error) {
	byTheBook, err := t.parseAs(b, doubled, number)
	if err != nil || byTheBook == complete && len(t.cells) == t.width {
		return byTheBook, err
	}
	unclosed := byTheBook == open
	for q := escaped; q <= loose; q++ {
		s, err := t.parseAs(b, q, number)
		if err != nil || s == complete && len(t.cells) == t.width {
			return s, err
		}
		unclosed = unclosed || q == escaped && s == open
	}
	switch {
	case byTheBook == complete:
		return t.parseAs(b, doubled, number)
	case unclosed:
		return open, nil
	}
	return broken, nil
}

// parseAs cuts a record with quotes into t.cells in one way.
func (t *table) parseAs(b []byte, q quoting, number int) (shape, error) {
	t.cells = t.cells[:0]
	if cap(t.scratch) < len(b) {
		t.scratch = make([]byte, 0, 2*len(b))
	}
	out := t.scratch[:0] // never grows beyond len(b), so cells cut from it stay where they are
	for i := 0; ; i++ {
		if len(t.cells) == maxColumns {
			return broken, t.tooWide(number)
		}
		if i == len(b) || b[i] != '"' {
			end := bytes.IndexByte(b[i:], t.delim)
			if end < 0 {
				t.cells = append(t.cells, b[i:])
				return complete, nil
			}
			t.cells = append(t.cells, b[i:i+end])
			i += end
			continue
		}
		start, closed := len(out), false
		for i++; i < len(b) && !closed; i++ {
			c := b[i]
			switch {
			case c == '\\' && q == escaped && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\'):
				i++
				out = append(out, b[i])
			case c != '"':
				out = append(out, c)
			case q >= framed:
				closed = t.closes(b[i+1:], q)
				if !closed {
					out = append(out, c)
				}
			case i+1 < len(b) && b[i+1] == '"':
				i++
				out = append(out, c)
			case t.closes(b[i+1:], q):
				closed = true
			default:
				return broken, nil
			}
		}
		if !closed {
			return open, nil
		}
		cell := out[start:len(out):len(out)]
		if q >= framed && bytes.Contains(cell, []byte(`""`)) {
			cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
		}
		t.cells = append(t.cells, cell)
		if i == len(b) {
			return complete, nil
		}
	}
}

// closes says whether a quotation mark ends its cell, given what follows it.
func (t *table) closes(rest []byte, q quoting) bool {
	if len(rest) == 0 {
		return true
	}
	if rest[0] != t.delim {
		return false
	}
	return q != framed || len(rest) > 1 && rest[1] == '"'
}

// bare returns a cell without blanks around it, without a pair of quotes, and without what spreadsheets and programs put
// around a cell to keep it as text: '123 or ="123".
func bare(cell []byte) []byte {
	if n := len(cell); n == 0 || plain(cell[0]) && plain(cell[n-1]) {
		return cell
	}
	cell = bytes.TrimSpace(cell)
	if len(cell) >= 2 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		cell = bytes.TrimSpace(cell[1 : len(cell)-1])
	}
	return bytes.TrimSpace(unmarked(formula(cell)))
}

// plain says whether a byte at an end of a cell is neither a blank, nor a part of one, nor a quotation mark or an apostrophe.
func plain(c byte) bool { return c > ' ' && c < 0x80 && c != '"' && c != '\'' }

// unmarked returns a cell that is no sentence without the apostrophe that keeps it as text.
func unmarked(cell []byte) []byte {
	if len(cell) > 1 && cell[0] == '\'' {
		return cell[1:]
	}
	return cell
}

// formula returns what a formula says that is one text: ="123".
func formula(cell []byte) []byte {
	if n := len(cell); n > 2 && cell[0] == '=' && cell[1] == '"' && cell[n-1] == '"' {
		return bytes.ReplaceAll(cell[2:n-1], []byte(`""`), []byte(`"`))
	}
	return cell
}

// unwrap returns a text cell of a file without quotes. Quotation marks are data, except around a cell that escapes
// those inside it, or has a comma or a line break: then a program quoted that cell alone, as Excel does in text parted by
// tabs.
func unwrap(cell []byte) []byte {
	if n := len(cell); n == 0 || plain(cell[0]) && plain(cell[n-1]) {
		return cell
	}
	cell = bytes.TrimSpace(cell)
	if len(cell) < 4 || cell[0] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	inner := cell[1 : len(cell)-1]
	marks := bytes.Count(inner, []byte(`"`))
	if marks == 0 && bytes.ContainsAny(inner, ",;\n") {
		return inner
	}
	for _, escape := range []string{`\"`, `""`} {
		if n := bytes.Count(inner, []byte(escape)); n > 0 && marks == n*bytes.Count([]byte(escape), []byte(`"`)) {
			return bytes.ReplaceAll(inner, []byte(escape), []byte(`"`))
		}
	}
	return cell
}
