package exports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// Where a header may stand. Spreadsheet templates have a few rows above it.
const (
	headerWithin = 30      // lines from the top
	peekedBytes  = 1 << 20 // read to find it
)

// row is a record under a header.
type row struct {
	line, segment int
	cells         [][]byte
	cuts          *cuts // has the cells; nil: they are in cells
	quoted        bool
	digest        uint64 // 0 where nobody wants to know
	known         bool   // the very same row was read before, and was a good one
	extras        *extras
}

// extra returns what the row says in columns that no reader knows.
func (r *row) extra() monitor.Extra { return r.extras.of(r) }

// written returns a cell as it stands in the file; nil where the row has ended or the column is -1.
func (r *row) written(i int) []byte {
	switch {
	case i < 0:
		return nil
	case r.cuts != nil && r.cuts.has(i):
		return r.cuts.cell(i)
	case i < len(r.cells):
		return r.cells[i]
	}
	return nil
}

// cell returns a cell without blanks around it; nil where the row has ended or the column is -1.
func (r *row) cell(i int) []byte {
	var cell []byte
	switch c := r.cuts; {
	case i < 0:
		return nil
	case c != nil && i < c.known:
		cell = c.cell(i) // nearly always, and here it costs no call
	default:
		cell = r.written(i)
	}
	if n := len(cell); n == 0 || plain(cell[0]) && plain(cell[n-1]) {
		return cell
	}
	return bare(cell)
}

// text returns a cell that people wrote, with its own quotation marks, cut to a number of bytes.
func (r *row) text(i, limit int) []byte {
	cell := r.written(i)
	if r.quoted {
		cell = bytes.TrimSpace(cell)
	} else {
		cell = unwrap(cell)
	}
	return clip(formula(cell), limit)
}

// name returns a cell that holds a name of Amazon's or of the seller's own making: a SKU, an id, a reason. A title or a
// comment may begin with an apostrophe; a name does not, unless a spreadsheet put it there.
func (r *row) name(i int) []byte { return unmarked(r.text(i, maxName)) }

// clip cuts text to a number of bytes, never inside a character.
func clip(b []byte, limit int) []byte {
	if len(b) <= limit {
		return b
	}
	for limit > 0 && b[limit]&0xc0 == 0x80 {
		limit--
	}
	return b[:limit]
}

// fault is what is wrong with a row.
type fault struct {
	column   int // -1: the row as a whole
	found    string
	expected string
}

// walker goes through the rows of a file.
type walker struct {
	name     string // of the file, printable
	table    table
	occasion *occasion

	format  *Format
	header  *header
	reader  reader
	digest  *rowDigest
	segment int
	above   int  // lines above the header
	follows bool // what a row is depends on the one above
	full    bool // a row under this header had all of its cells
	ragged  bool // a row had fewer
	row     row
}

// newWalker finds the header of a file and makes ready to read the rows below it.
func newWalker(l *lines, o *occasion) (*walker, error) {
	w := &walker{name: l.name, occasion: o, table: table{lines: l, id: -1}}
	top, err := w.peek()
	if err != nil {
		return nil, err
	}
	at, err := w.find(top)
	if err != nil {
		return nil, err
	}
	w.table.held = top[at+1:]
	for _, l := range w.table.held {
		if !w.table.blank(l.text) {
			w.table.quoted = w.table.quoted || w.table.allQuoted(l.text)
			break
		}
	}
	for _, l := range top[:at] {
		if !w.table.blank(l.text) {
			w.above++
		}
	}
	return w, nil
}

// peek reads the top of the file.
func (w *walker) peek() ([]heldLine, error) {
	var top []heldLine
	for size := 0; len(top) < 2*headerWithin && size < peekedBytes; {
		b, n, err := w.table.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top = append(top, heldLine{bytes.Clone(b), n})
		size += len(b)
	}
	return top, nil
}

// find looks for the header in the top lines of the file: by the names of the columns, or, in an unknown language, by
// the rows below the first line.
func (w *walker) find(top []heldLine) (int, error) {
	first := -1
	for i, l := range top[:min(len(top), headerWithin)] {
		if len(bytes.TrimSpace(l.text)) == 0 {
			continue
		}
		if first < 0 {
			first = i
			// A header that runs on into its rows would be an export without any.
			if bytes.IndexByte(bytes.TrimRight(l.text, "\r\n"), '\r') >= 0 {
				return i, &Refusal{File: w.name, Line: l.number, Found: "lines that end as on an old Macintosh", Expected: "the file as Amazon gave it, or saved again as CSV for Windows or Unix"}
			}
		}
		found, err := w.takeByName(l)
		if found && err == nil && i+1 < len(top) {
			return w.translated(top, i)
		}
		if found || err != nil {
			return i, err
		}
	}
	if first < 0 {
		return 0, &Refusal{File: w.name, Found: "an empty file", Expected: "an export with its header line"}
	}
	for i, l := range top[:min(len(top), headerWithin)] {
		found, err := w.takeByPosition(l, top[i+1:])
		if found || err != nil {
			return i, err
		}
	}
	return first, w.refuse(top[first])
}

// takeByName tries a line as a header by the names of its columns.
func (w *walker) takeByName(l heldLine) (bool, error) {
	return w.take(l, func(h *header, delim byte, f *Format) bool { return f.matches(h) })
}

// translated returns which of two lines is the header, the i-th, which is one, or the next: a template names its columns
// for people and again for programs.
func (w *walker) translated(top []heldLine, i int) (int, error) {
	first := w.header
	found, err := w.takeByName(top[i+1])
	if err == nil && found && !slices.Equal(w.header.cells, first.cells) {
		return i + 1, nil
	}
	_, err = w.takeByName(top[i])
	return i, err
}

// takeByPosition tries a line as a header in an unknown language, of which the rows below it tell the columns.
func (w *walker) takeByPosition(l heldLine, rows []heldLine) (bool, error) {
	return w.take(l, func(h *header, delim byte, f *Format) bool {
		if f.position == nil {
			return false
		}
		var below [][]byte
		for _, r := range rows {
			text := r.text
			if row, ok := rowInACell(text, delim); ok {
				text = row
			}
			below = append(below, text)
		}
		names, ok := f.position(h, below, delim)
		copy(h.names, names)
		return ok
	})
}

// take tries a line as the header, with each delimiter.
func (w *walker) take(l heldLine, is func(*header, byte, *Format) bool) (bool, error) {
	for _, delim := range []byte("\t,;") {
		t := &w.table
		t.delim, t.quoted = delim, true
		if bytes.IndexByte(l.text, delim) < 0 {
			continue
		}
		text := l.text
		if row, ok := rowInACell(text, delim); ok {
			text = row
		}
		if s, err := t.parseAs(text, doubled, l.number); err != nil || s != complete {
			if err != nil {
				return false, err
			}
			continue
		}
		h := newHeader(t.cells, l.number)
		for _, f := range formats {
			if !is(h, delim, f) {
				continue
			}
			// A tab-separated export has no quotes unless its header has them.
			t.quoted = delim != '\t' || bytes.IndexByte(l.text, '"') >= 0
			w.format = f
			return true, w.under(h)
		}
	}
	return false, nil
}

// under makes ready to read the rows under a header.
func (w *walker) under(h *header) error {
	h.twice = ""
	clear(h.taken)
	w.occasion.numbers.semicolons = w.table.delim == ';'
	w.full, w.ragged = false, false
	above, more := w.reader.(*sightings)
	w.reader = w.format.open(h, w.occasion)
	if h.twice != "" {
		return &Refusal{File: w.name, Line: h.line, Found: fmt.Sprintf("the column %s twice", printable(h.twice, 40)), Expected: "each column once: download the file again"}
	}
	r, ok := w.reader.(*sightings)
	w.follows = ok && r.form.lines
	if ok && more {
		r.goods.numberAfter(&above.goods)
	}
	w.header = h
	w.digest = newRowDigest(w.format, h, w.table.quoted, w.occasion)
	w.table.lines.reseed(w.digest.seed)
	w.table.width = len(h.cells)
	w.table.id = h.column(orderIDNames)
	w.table.join, _ = w.reader.(joiner)
	w.row.extras = newExtras(h, w.format.ignored)
	return nil
}

// next reads the next row: what the survey wants to know of it, or what is wrong with it. It returns io.EOF at the end.
func (w *walker) next() (seen, *BadRow, error) {
	for {
		rec, err := w.table.next()
		if err != nil {
			return seen{}, nil, err
		}
		r := &w.row // is not made anew: to copy one costs as much as to read two dates
		r.line, r.segment, r.cells, r.cuts, r.quoted, r.digest, r.known = rec.line, w.segment, rec.cells, nil, w.table.quoted, 0, false
		if rec.cells == nil {
			r.cuts = &w.table.cuts
		}
		if !rec.ahead.known && w.again(rec.width) {
			w.segment++
			continue
		}
		known := rec.ahead.known
		if w.occasion.known != nil {
			r.digest = w.digest.of(rec)
			if !rec.ahead.asked {
				known = w.occasion.known(r.digest)
			}
			r.known = known
			if known && w.occasion.dates == nil && !w.follows { // a survey wants to know more of it, and so does the next row
				return seen{known: true}, nil, nil
			}
		}
		wrong := w.misshapen(rec)
		shaped := wrong == nil
		if shaped {
			var s seen
			if s, wrong = w.reader.read(r); wrong == nil {
				s.known = known
				return s, nil, nil
			}
		}
		if own, ok := w.reader.(*ownRows); ok && own.isComment(r, shaped) {
			return seen{skip: true}, nil, nil
		}
		turned, err := w.turn(rec)
		if err != nil {
			return seen{}, nil, err
		}
		if !turned {
			return seen{}, w.bad(wrong), nil
		}
	}
}

// again says whether the row just read is the header once more, as in files that were put together from several.
func (w *walker) again(width int) bool {
	if width != len(w.header.cells) {
		return false
	}
	for i, name := range w.header.cells {
		if string(w.row.cell(i)) != name {
			return false
		}
	}
	return true
}

// turn takes a record that could not be read as another header of the same format.
func (w *walker) turn(rec record) (bool, error) {
	if rec.width < len(w.format.key) || len(w.row.cell(0)) == 0 {
		return false, nil
	}
	if w.row.cuts != nil {
		w.table.spread()
		w.row.cells = w.table.cells
	}
	h := newHeader(w.row.cells, rec.line)
	// The last row of a file and the header of the next, put together without a line break between them, are no header. The
	// rows below are under the header above if the other names the same columns.
	same := w.header.cells[1:]
	if behind := len(h.cells) - len(same); len(same) > 0 && behind > 1 && slices.Equal(h.cells[behind:], same) {
		return false, nil
	}
	if slices.ContainsFunc(h.cells, func(c string) bool { return isOrderID([]byte(c)) }) {
		if rec.width > w.table.width && w.header.shared(h) >= len(w.format.key) {
			return false, &Refusal{File: w.name, Line: rec.line, Found: "a row and the header of another export in one line", Expected: "a line break between them: put the files together again, or import each by itself"}
		}
		return false, nil
	}
	for _, f := range formats {
		if !f.matches(h) {
			continue
		}
		if f != w.format {
			return false, &Refusal{File: w.name, Line: rec.line, Found: "the header of " + f.Title + " in a file of " + w.format.Title, Expected: "one kind of export in a file: split it"}
		}
		w.segment++
		return true, w.under(h)
	}
	return false, nil
}

// misshapen says what is wrong with the shape of a record. Cells beyond the header mean that those before them are not
// under their columns. Missing ones at the end are left to the reader, for Amazon cuts empty cells, unless the file
// breaks off there.
func (w *walker) misshapen(rec record) *fault {
	if rec.problem != "" {
		return &fault{column: -1, found: rec.problem, expected: "cells as in the header"}
	}
	for i := w.table.width; i < rec.width; i++ {
		if len(bytes.TrimSpace(w.row.written(i))) > 0 {
			return &fault{column: -1, found: fmt.Sprintf("%d cells", rec.width), expected: fmt.Sprintf("%d as in the header", w.table.width)}
		}
	}
	if w.breaksOff(rec) {
		return &fault{column: -1, found: fmt.Sprintf("%s and the end of the file", count(rec.width, "cell")), expected: fmt.Sprintf("%d as in the header: download or copy the file again", w.table.width)}
	}
	return nil
}

// breaksOff says whether the file ends in the middle of a record: it has no line break there, and fewer cells than every
// record above it. The survey decides, which reads all of them. If rows are known it has not counted the cells of those:
// then it answers that the file may.
func (w *walker) breaksOff(rec record) bool {
	// A known row was whole when it was read; and in a list that is typed by hand, the last line may be just that short.
	if w.row.known || w.format.own {
		return false
	}
	short := rec.width < w.table.width
	if short && w.table.lines.unended > 0 && len(w.table.held) == 0 {
		if w.occasion.dates != nil && (w.full || w.occasion.known != nil) && !w.ragged {
			w.occasion.brokenOff = rec.line
		}
		return w.occasion.brokenOff == rec.line
	}
	w.full, w.ragged = w.full || !short, w.ragged || short
	return false
}

// bad describes the row just read.
func (w *walker) bad(f *fault) *BadRow {
	b := &BadRow{Line: w.row.line, Column: w.header.title(f.column), Found: f.found, Expected: f.expected}
	aligned := f.column >= 0 && (!w.format.personal || isOrderID(w.row.cell(w.table.id)))
	if f.found == "" && f.column >= 0 {
		cell := string(w.row.cell(f.column))
		if private := !aligned || w.format.personal && strings.Contains(cell, "@"); private && cell != "" {
			b.Found = fmt.Sprintf("%s%d characters", masked, len([]rune(cell)))
		} else {
			b.Found = printable(cell, maxFound)
		}
	}
	if aligned {
		b.Text = w.told()
	}
	return b
}

// told repeats the cells of the row that say nothing of the buyer.
func (w *walker) told() string {
	var b bytes.Buffer
	for i, name := range w.header.names {
		if !repeatable[name] {
			continue
		}
		if cell := w.row.cell(i); len(cell) > 0 {
			if b.Len() > 0 {
				b.WriteString(" | ")
			}
			b.Write(clip(cell, 4*maxRowText))
		}
		if b.Len() > 4*maxRowText {
			break
		}
	}
	return printable(b.String(), maxRowText)
}

// repeatable are the columns that messages may repeat: those that say nothing of the buyer.
var repeatable = map[string]bool{
	"amazonorderid": true, "orderid": true, "orderitemid": true, "purchasedate": true, "lastupdateddate": true, "paymentsdate": true,
	"reportingdate": true, "promisedate": true, "latestshipdate": true, "latestdeliverydate": true, "orderstatus": true,
	"itemstatus": true, "shipmentstatus": true, "fulfillmentchannel": true, "fulfilmentchannel": true, "saleschannel": true, "shipservicelevel": true,
	"sku": true, "msku": true, "fnsku": true, "asin": true, "eventtype": true, "quantity": true, "quantitypurchased": true, "currency": true, "itemprice": true,
	"isbuyerrequestedcancellation": true, "shipdate": true, "carriercode": true, "trackingnumber": true, "date": true, "rating": true,
	"kind": true, "opened": true, "status": true, "amount": true, "account": true, "name": true, "marketplace": true, "suspended": true,
}
