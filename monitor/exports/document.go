package exports

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// Bounds of a document.
const (
	maxDepth      = 64      // elements or members inside each other
	maxText       = 1 << 20 // bytes of a text, an attribute or a tag
	maxElements   = 10_000  // of one order, return or report, attributes included
	maxRecordText = 8 << 20 // bytes of all its texts
	maxMember     = 1000    // bytes of the name of an element or a member
)

// document is a shape of a format in XML or JSON.
type document struct {
	syntax string // "xml" or "json"
	// path leads from the root to the element that is one record: an order, a return, a report. The names are parted by "/";
	// the members of a JSON array go by the array's name, and the root of JSON has none.
	path string
	// has names what a record must have, where its path may lead to other things too. Alternatives are parted by "|". Without
	// it, everything at the path is a record.
	has []string
	// message is the MessageType, normalised, by which an envelope without any record is known. Alternatives are parted by "|".
	message string
	// open makes the reader of its records.
	open func(o *occasion) recordReader
}

// recordReader reads one record of a document after the other.
type recordReader interface {
	// rows takes in a record and returns how many rows it holds. Each of them gives a fact or a bad row.
	rows(rec *node) int
	// read checks the i-th row of the record and returns the line that it begins in.
	read(i int) (line int, s seen, bad *BadRow)
	// fact returns what the row states that was just read without a fault.
	fact() monitor.Fact
}

// mark is a step through a document: XML and JSON are the same from here on.
type mark struct {
	kind markKind
	name string // of an entered element or member
	text string
}

type markKind uint8

const (
	entered markKind = iota
	words            // text of the innermost element
	left
	listed // a JSON array begins, whose members will be entered under its name
)

// marks gives the marks of a document, and io.EOF after the last one of a complete document. Errors are Refusals,
// errNotUTF8, or failures to read. An attribute is an element whose name begins with "@".
type marks interface {
	next() (mark, error)
	line() int // of the mark just given
}

// candidate is a shape that a document may have, with its format.
type candidate struct {
	format *Format
	shape  *document
}

// documentWalker goes through the records of a document, of which it holds one at a time.
type documentWalker struct {
	lines    *lines
	marks    marks
	syntax   string
	occasion *occasion

	records map[string][]candidate // by path
	ways    map[string]bool        // paths that lead to records
	lists   map[string]*Format     // elements of XML that hold records of one format only; nil: of several
	readers map[*document]recordReader

	format  *Format
	frames  []frame
	text    []byte       // of the innermost element, since the last mark of another one
	reader  recordReader // of the record at hand
	count   int          // rows of that record
	row     int          // the next one
	rowLine int
	strange bool // what was just left holds no record, unlike what came before
}

// frame is an open element: one on the way to records, a record, or a part of either.
type frame struct {
	path  string // of what is no part
	part  bool
	way   bool // there may be records below it
	found bool // there was one, or an array of them
	node  *node
	held  *load // of the record, or of what stands beside records
}

// load counts what is held at a time.
type load struct{ elements, bytes int }

// newDocumentWalker makes ready to read a document.
func newDocumentWalker(l *lines, syntax string, o *occasion) *documentWalker {
	w := &documentWalker{
		lines: l, syntax: syntax, occasion: o,
		records: map[string][]candidate{}, ways: map[string]bool{}, lists: map[string]*Format{}, readers: map[*document]recordReader{},
	}
	if syntax == "xml" {
		w.marks = newXMLMarks(l)
	} else {
		w.marks = newJSONMarks(l)
	}
	for _, f := range formats {
		for i := range f.documents {
			d := &f.documents[i]
			if d.syntax != syntax {
				continue
			}
			w.expect(d.path, candidate{f, d})
			if syntax == "json" {
				for _, envelope := range answers {
					w.expect(strings.TrimSuffix(envelope+"/"+d.path, "/"), candidate{f, d})
				}
			}
		}
	}
	return w
}

// answers are the members that tools put an answer of the API under when they save all that they were told, its status too.
var answers = []string{"body", "data", "result", "response"}

// expect notes that there may be records at a path.
func (w *documentWalker) expect(path string, c candidate) {
	w.records[path] = append(w.records[path], c)
	parent := path[:max(0, strings.LastIndexByte(path, '/'))]
	if other, taken := w.lists[parent]; w.syntax == "xml" && parent != "" && (!taken || other == c.format) {
		w.lists[parent] = c.format
	} else {
		w.lists[parent] = nil
	}
	for path != "" {
		path = path[:max(0, strings.LastIndexByte(path, '/'))]
		w.ways[path] = true
	}
}

// next implements rows.
func (w *documentWalker) next() (seen, *BadRow, error) {
	for w.row == w.count {
		said, err := w.advance()
		switch {
		case err != nil:
			return seen{}, nil, err
		case !said.IsZero():
			return seen{skip: true, said: secondOf(said)}, nil, nil
		case w.strange:
			w.strange, w.rowLine = false, w.marks.line()
			return seen{}, &BadRow{Line: w.rowLine, Found: "a value that is no record like those above", Expected: "one kind of export in a file: split it"}, nil
		}
	}
	line, s, bad := w.reader.read(w.row)
	w.row++
	w.rowLine = line
	return s, bad, nil
}

// at implements rows. A document has no headers, so it is one segment.
func (w *documentWalker) at() monitor.Place { return monitor.Place{Line: w.rowLine} }

// fact implements rows.
func (w *documentWalker) fact() monitor.Fact { return w.reader.fact() }

// layout implements rows.
func (w *documentWalker) layout() layout {
	return layout{format: w.format, delimiter: w.syntax, segments: 1}
}

// advance takes one step, which may complete a record or tell an instant that an envelope states.
func (w *documentWalker) advance() (said time.Time, err error) {
	m, err := w.marks.next()
	if err != nil {
		if errors.Is(err, io.EOF) && w.format == nil {
			err = w.unknown(nil)
		}
		return said, err
	}
	switch m.kind {
	case entered:
		err = w.open(m.name)
	case listed:
		err = w.list(m.name)
	case words:
		err = w.write(m.text)
	case left:
		return w.close()
	}
	return said, err
}

// below returns the path of what is called name inside an element; nil: of a root.
func (f *frame) below(name string) string {
	if f == nil || f.path == "" {
		return name
	}
	return f.path + "/" + name
}

// innermost returns the innermost open element, or nil.
func (w *documentWalker) innermost() *frame {
	if len(w.frames) == 0 {
		return nil
	}
	return &w.frames[len(w.frames)-1]
}

// open goes into an element.
func (w *documentWalker) open(name string) error {
	w.text = w.text[:0]
	parent := w.innermost()
	f := frame{node: &node{name: name, line: w.marks.line()}}
	if parent == nil || parent.way {
		f.path = parent.below(name)
		f.way = w.ways[f.path]
	}
	f.part = parent != nil && (!parent.way || !f.way && len(w.records[f.path]) == 0)
	if f.part {
		f.held = parent.held
		parent.node.kids = append(parent.node.kids, f.node)
	} else {
		f.held = &load{}
	}
	w.frames = append(w.frames, f)
	return w.hold(f.held, 1, len(name))
}

// list notes that an array begins: also one without any record tells the format.
func (w *documentWalker) list(name string) error {
	parent := w.innermost()
	if parent == nil || !parent.way {
		return nil
	}
	for _, c := range w.records[parent.below(name)] {
		if len(c.shape.has) == 0 {
			parent.found = true
			return w.take(c.format)
		}
	}
	return nil
}

// write adds to the text of the innermost element. What stands between records is no text of anything.
func (w *documentWalker) write(text string) error {
	f := w.innermost()
	if f.way {
		return nil
	}
	if len(w.text)+len(text) > maxText {
		return w.refuse("a text of more than 1 MiB", anExport)
	}
	w.text = append(w.text, text...)
	return w.hold(f.held, 0, len(text))
}

// close leaves an element, which may complete a record.
func (w *documentWalker) close() (said time.Time, err error) {
	f := *w.innermost()
	w.frames = w.frames[:len(w.frames)-1]
	if !f.way && f.node.isLeaf() {
		f.node.text = strings.TrimSpace(string(w.text))
	}
	w.text = w.text[:0]
	parent := w.innermost()
	if f.part {
		if parent.way && statedByEnvelope[f.node.name] {
			said, _ = parseInstant([]byte(unescaped(f.node.text))) // of no use beyond this, so a bad one does no harm
		}
		return said, nil
	}
	if !f.found {
		for _, c := range w.records[f.path] {
			if f.node.hasAll(c.shape.has) {
				f.found = true
				err = w.record(c, f.node)
				break
			}
		}
	}
	if !f.found {
		f.found, err = w.without(f)
	}
	if err != nil {
		return said, err
	}
	if !f.found && (parent == nil || f.node.deep()) {
		// Not an empty envelope, but one of something else.
		if w.format == nil {
			return said, w.unknown(f.node)
		}
		w.strange, f.found = true, true
	}
	if parent != nil {
		parent.found = parent.found || f.found
	}
	return said, nil
}

// without says whether an envelope that holds nothing else tells its format all the same: by its MessageType, or because
// only one format has such a list.
func (w *documentWalker) without(envelope frame) (bool, error) {
	if f := w.lists[envelope.path]; f != nil && !envelope.node.deep() {
		return true, w.take(f)
	}
	kind := normalise(envelope.node.first("MessageType"))
	if kind == "" {
		return false, nil
	}
	for _, f := range formats {
		for _, d := range f.documents {
			if d.syntax == w.syntax && oneOf(kind, d.message) {
				return true, w.take(f)
			}
		}
	}
	return false, nil
}

// record makes the rows of a record the next ones.
func (w *documentWalker) record(c candidate, rec *node) error {
	if err := w.take(c.format); err != nil {
		return err
	}
	r := w.readers[c.shape]
	if r == nil {
		r = c.shape.open(w.occasion)
		w.readers[c.shape] = r
	}
	w.reader, w.row, w.count = r, 0, r.rows(rec)
	return nil
}

// take settles the format, or refuses a second one.
func (w *documentWalker) take(f *Format) error {
	if w.format == nil {
		w.format = f
	}
	if w.format != f {
		return w.refuse("records of "+f.Title+" in a file of "+w.format.Title, "one kind of export in a file: split it")
	}
	return nil
}

// hold notes that more of the document is held, and refuses too much.
func (w *documentWalker) hold(l *load, elements, bytes int) error {
	l.elements += elements
	l.bytes += bytes
	if l.elements <= maxElements && l.bytes <= maxRecordText {
		return nil
	}
	if root := w.frames[0]; w.format == nil && l == root.held {
		return w.unknown(root.node) // no record, as far as can be told
	}
	if l.elements > maxElements {
		return w.refuse("a record of more than 10,000 elements", anExport)
	}
	return w.refuse("a record of more than 8 MiB", anExport)
}

// anExport is what messages ask for where a document is out of all proportion.
const anExport = "an export as Amazon gives it: download it again"

// aDocument is what messages ask for where a document is none of the exports.
const aDocument = "an export such as All Orders, Returns, Seller Performance or orders of the Orders API"

// unknown refuses a document that is none of the exports.
func (w *documentWalker) unknown(root *node) error {
	if w.syntax == "xml" {
		found := "XML that is no export"
		if len(w.frames) > 0 {
			root = w.frames[0].node
		}
		if root != nil {
			found = fmt.Sprintf("an XML document <%s>", printable(root.name, 40))
		}
		return &Refusal{File: w.lines.name, Line: 1, Found: found, Expected: aDocument}
	}
	var names []string
	if root != nil {
		for _, k := range root.kids {
			name := printable(k.name, 20)
			if len(names) == 3 {
				names = append(names, "…")
				break
			}
			if !strings.Contains(k.name, "@") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	found := "a JSON document that is no export"
	if len(names) > 0 {
		found = "a JSON document with " + strings.Join(names, ", ")
	}
	return &Refusal{File: w.lines.name, Line: 1, Found: found, Expected: aDocument}
}

// refuse makes a Refusal at the current mark.
func (w *documentWalker) refuse(found, expected string) error {
	return &Refusal{File: w.lines.name, Line: w.marks.line(), Found: found, Expected: expected}
}

// statedByEnvelope are the names beside a list of orders that state an instant at which it was asked for.
var statedByEnvelope = map[string]bool{"LastUpdatedBefore": true, "CreatedBefore": true, "lastUpdatedBefore": true, "createdBefore": true}

// unescaped undoes the escaping of colons in the dates of Amazon's older answers: 2017-02-25T18%3A10%3A21.687Z.
func unescaped(text string) string { return strings.ReplaceAll(text, "%3A", ":") }
