package exports

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"
)

// ownRows reads the rows of one of the seller's own lists. People leave the template's example in it, and write comments
// between the rows: neither is a row.
type ownRows struct {
	reader
	o       *occasion
	example map[int]string // columns of the template's example that tell it, and their texts, normalised
}

// newOwnRows puts the reader of a list under a header behind what holds for every list.
func newOwnRows(r reader, template string, h *header, o *occasion) *ownRows {
	own := &ownRows{reader: r, o: o, example: map[int]string{}}
	rows, err := csv.NewReader(strings.NewReader(template)).ReadAll()
	if err != nil || len(rows) < 2 {
		panic(fmt.Sprintf("exports: a template without an example: %q", template))
	}
	for i, title := range rows[0] {
		// A spreadsheet writes dates and amounts in its own way, so these do not tell.
		cell := rows[1][i]
		_, isDay := parseDay([]byte(cell), time.UTC)
		_, isNumber := readNumber(cell, '.', ',')
		if column := h.column(normalise(title)); column >= 0 && cell != "" && !isDay && !isNumber {
			own.example[column] = normalise(cell)
		}
	}
	return own
}

func (r *ownRows) read(row *row) (seen, *fault) {
	if r.isExample(row) {
		r.o.examples++
		return seen{skip: true}, nil
	}
	return r.reader.read(row)
}

// isComment says whether a row that cannot be read is a comment, and counts it. One that has not even the shape of a row must
// look like one, with a blank in its first cell, for a SKU may begin with #, too.
func (r *ownRows) isComment(row *row, shaped bool) bool {
	cell := bytes.TrimLeft(row.cell(0), `"`)
	if !bytes.HasPrefix(cell, []byte("#")) || !shaped && bytes.IndexByte(cell, ' ') < 0 {
		return false
	}
	r.o.comments++
	return true
}

// isExample says whether a row is that of the template.
func (r *ownRows) isExample(row *row) bool {
	for column, text := range r.example {
		if normalise(string(clip(row.cell(column), maxName))) != text {
			return false
		}
	}
	return len(r.example) > 0
}

// allDigitsOf is what messages ask for where a spreadsheet has made 1.23457E+13 of a number that is a name.
const allDigitsOf = "all digits: a spreadsheet has kept only the first ones; format the column as text before you fill it in"
