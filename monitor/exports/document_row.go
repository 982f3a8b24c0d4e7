package exports

import (
	"slices"
	"strings"

	"goodstanding/monitor"
)

// field fills one column of a table row from a record, so that a document means what a table with that column means.
type field struct {
	column string // normalised, as the reader of the table asks for it
	// from leads to the text, from the item or, with "/" first, from the record. Alternatives are parted by "|": the first
	// that is not blank counts, those of the item before those of the record.
	from string
	// ofItem and ofRecord make the text where no path leads to one.
	ofItem   func(item *node) string
	ofRecord func(rec *node) string
}

// tableRows reads records as rows of a table: one for each item, or one where there is none.
type tableRows struct {
	fields []compiledField
	items  steps
	prefix string // of the paths of what is in an item
	header *header
	reader reader

	rec    *node
	shared []string // what the record says in each column
	list   []*node  // the items
	who    people
	common []pair // what no reader knows of the record, items aside; nil: not looked for yet
	row    row
	now    int
}

// compiledField is a field with its paths taken apart.
type compiledField struct {
	field
	dated     bool
	item, top []steps // from the item, from the record
}

// openTable makes the reader of records that are rows of a table: open makes that table's reader.
func openTable(items string, fields []field, open func(h *header) reader) *tableRows {
	t := &tableRows{who: people{}, items: parseSteps(items), prefix: items + "/"}
	names := make([][]byte, len(fields))
	for i, f := range fields {
		names[i] = []byte(f.column)
	}
	t.header = newHeader(names, 0)
	for i, f := range fields {
		c := compiledField{field: f, dated: strings.HasSuffix(f.column, "date")}
		t.header.cells[i] = ""
		for path := range strings.SplitSeq(f.from, "|") {
			title := t.prefix + path
			if top, isTop := strings.CutPrefix(path, "/"); isTop {
				title = top
				c.top = append(c.top, parseSteps(top))
			} else if path != "" {
				c.item = append(c.item, parseSteps(path))
			}
			if t.header.cells[i] == "" {
				t.header.cells[i] = title
			}
		}
		t.fields = append(t.fields, c)
	}
	t.reader = open(t.header)
	t.row = row{cells: make([][]byte, len(fields)), quoted: true}
	t.shared = make([]string, len(fields))
	return t
}

// rows implements recordReader.
func (t *tableRows) rows(rec *node) int {
	t.rec, t.common = rec, nil
	t.list = rec.all(t.items)
	for i, f := range t.fields {
		t.shared[i] = f.textIn(rec, f.top, f.ofRecord)
	}
	return max(1, len(t.list))
}

// textIn returns what a field finds in a node. It looks at every alternative, so that all of them are known.
func (f *compiledField) textIn(n *node, paths []steps, made func(*node) string) string {
	value := ""
	for _, p := range paths {
		if found := firstText(n.all(p)); value == "" {
			value = found
		}
	}
	if made != nil {
		if found := made(n); value == "" {
			value = found
		}
	}
	if f.dated {
		value = unescaped(value)
	}
	return value
}

// item returns the i-th item; nil: the record has none.
func (t *tableRows) item(i int) *node {
	if len(t.list) == 0 {
		return nil
	}
	return t.list[i]
}

// read implements recordReader.
func (t *tableRows) read(i int) (int, seen, *BadRow) {
	item := t.item(i)
	t.now, t.row.line = i, t.rec.line
	if item != nil {
		t.row.line = item.line
	}
	for c := range t.fields {
		value, f := "", &t.fields[c]
		if item != nil {
			value = f.textIn(item, f.item, f.ofItem)
		}
		if value == "" {
			value = t.shared[c]
		}
		t.row.cells[c] = append(t.row.cells[c][:0], value...)
	}
	s, wrong := t.reader.read(&t.row)
	if wrong != nil {
		return t.row.line, seen{}, t.bad(wrong)
	}
	return t.row.line, s, nil
}

// fact implements recordReader.
func (t *tableRows) fact() monitor.Fact {
	if t.common == nil {
		t.common = append(make([]pair, 0, 8), t.rec.unknown("", t.who, t.list)...)
	}
	pairs := slices.Clone(t.common)
	if item := t.item(t.now); item != nil {
		pairs = append(pairs, item.unknown(t.prefix, t.who, nil)...)
	}
	extra := extraOf(pairs)
	switch f := t.reader.fact().(type) {
	case monitor.Sighting:
		f.Line.Extra = extra
		return f
	case monitor.Return:
		f.Extra = extra
		return f
	case monitor.Confirmation:
		f.Extra = extra
		return f
	default:
		return f
	}
}

// bad describes the row just read. In a document every text has its name, so none can be misplaced; but any may hold an
// address.
func (t *tableRows) bad(f *fault) *BadRow {
	b := &BadRow{Line: t.row.line, Column: t.header.title(f.column), Found: f.found, Expected: f.expected}
	if cell := string(t.row.cell(f.column)); f.found == "" && cell != "" {
		if b.Found = printable(cell, maxFound); strings.ContainsAny(cell, "@＠") {
			b.Found = masked + count(len([]rune(cell)), "character")
		}
	}
	var told []string
	for i, name := range t.header.names {
		if cell := t.row.cell(i); repeatable[name] && len(cell) > 0 && !strings.ContainsAny(string(cell), "@＠") {
			told = append(told, string(clip(cell, 4*maxRowText)))
		}
	}
	b.Text = printable(strings.Join(told, " | "), maxRowText)
	return b
}
