package exports

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// ErrChanged says that a file was written to while it was read, or replaced since it was identified. Nothing is wrong
// with it: identify it again once it is complete.
var ErrChanged = errors.New("the file changed while it was read: try again when it has been written completely")

// The most that a message repeats of a file.
const (
	maxFound   = 80  // runes of a cell
	maxRowText = 300 // runes of a row
	maxListed  = 20  // bad rows of a refused file
)

// BadRow is a row that could not be read.
type BadRow struct {
	Line     int    // where the row begins, from 1
	Column   string // as the header writes it; empty: the row as a whole
	Found    string // printable, at most 80 runes; empty: nothing, or text that may be personal
	Expected string // ends the sentence "expected …"
	Text     string // the cells that the format reads, parted by " | ", printable, at most 300 runes; empty where a row of a file with personal data is out of shape
}

// String says what is wrong with the row in one line.
func (b BadRow) String() string { return place("", b.Line, b.Column) + ": " + complaint(b) }

// Refusal is the error for a file that is not imported at all. Its file, line and column say where, as far as one place
// can be named.
type Refusal struct {
	File     string // the file's own name, printable
	Line     int    // from 1; 0: the file as a whole
	Column   string
	Found    string // printable, at most 80 runes of the file's own text
	Expected string // what to do, or what should stand there
	Rows     []BadRow
	BadRows  int // how many rows were bad, where that is the reason; Rows holds the first 20
	OfRows   int
}

// Error says in one line what is wrong and what was expected.
func (r *Refusal) Error() string {
	if r.BadRows == 0 {
		return place(r.File, r.Line, r.Column) + ": " + complaint(BadRow{Column: r.Column, Found: r.Found, Expected: r.Expected})
	}
	if len(r.Rows) == 0 {
		return fmt.Sprintf("%s: %d of %d rows cannot be read: found %s, expected %s", r.File, r.BadRows, r.OfRows, r.Found, r.Expected)
	}
	first := r.Rows[0]
	if r.BadRows == 1 {
		return place(r.File, first.Line, first.Column) + ": " + complaint(first)
	}
	return fmt.Sprintf("%s: %d of %d rows cannot be read; the first is %s", r.File, r.BadRows, r.OfRows, first)
}

// place names a place in a file.
func place(file string, line int, column string) string {
	var b strings.Builder
	b.WriteString(file)
	if line > 0 {
		if file != "" {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "line %d", line)
	}
	if column != "" {
		fmt.Fprintf(&b, ", column %s", column)
	}
	return b.String()
}

// complaint says what was found and what was expected. The text of a cell is quoted; a description is not.
func complaint(b BadRow) string {
	found := b.Found
	switch {
	case found == "":
		found = "nothing"
	case b.Column != "" && !strings.HasPrefix(found, masked):
		found = strconv.Quote(found)
	}
	return "found " + found + ", expected " + b.Expected
}

// masked begins what stands for a cell that may be personal.
const masked = "text of "

// printable cuts text to a number of runes and replaces what a terminal or a log would act on.
func printable(s string, runes int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == runes {
			b.WriteRune('…')
			break
		}
		switch {
		case r == '\t' || r == '\n':
			r = ' '
		case !unicode.IsPrint(r):
			r = '·'
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
