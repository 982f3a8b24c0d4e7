// Package exports turns the export files that a seller downloads into facts.
//
// A file is handled in two steps. Identify reads it once from end to end and tells what it is: its format (by its header,
// never by its name), its encoding, its rows, the span of its dates, and whether it must be refused. Read then gives the
// facts. Every row is checked in the first step, so a file is imported or refused, never half of it.
//
// The layers, from the bytes up, each in the file of its name:
//
//	source     the file, its digest, gzip, and the limits
//	encoding   bytes to UTF-8, decided once for the whole file
//	lines      lines, and their limits
//	table      records and cells; quotes, line breaks inside a cell
//	header     which column is where
//	walk       rows, repeated headers, segments
//
// XML and JSON have layers of their own above the encoding: xml and json, which give the marks of a document one by one,
// and document, which puts one order, return or report at a time together from them.
//
// A format is one file that calls register. What leaves this package holds no buyer's name, address, phone number or
// e-mail address; comments and titles do leave it and are hostile text.
package exports

import (
	"sort"

	"goodstanding/monitor"
)

// Format is a kind of export file that can be read.
type Format struct {
	Kind    monitor.ExportKind // all_orders
	Title   string             // as people call it: "All Orders"
	Where   string             // where the file comes from, in one sentence
	Settles string             // which checks it feeds, in one sentence

	Template string // of the seller's own lists: a header and one made-up row; empty for Amazon's exports

	// own marks lists that the seller keeps himself. One bad row refuses the whole file, because he can mend it.
	own bool
	// personal marks files that hold names and addresses: what a misplaced cell says is then not repeated in messages.
	personal bool
	// alone marks tables whose rows stand each for itself, and with a date that everybody reads alike.
	alone bool
	// key names the columns that tell the format; all must be there. Alternatives are parted by "|", normalised. Empty: the
	// export is never a table.
	key []string
	// lacks names columns that none of its files has: they belong to a similar format.
	lacks []string
	// ignored names columns, normalised, that are known and neither of use nor kept: prices of shipping, addresses.
	ignored map[string]bool
	// position recognises a header in an unknown language by the rows below it, and gives the columns their names.
	position func(h *header, below [][]byte, delim byte) ([]string, bool)
	// open makes the reader of the rows under a header.
	open func(h *header, o *occasion) reader
	// documents are its shapes in XML and JSON.
	documents []document
}

// reader reads the rows under one header.
type reader interface {
	// read takes in a row and checks it. Nothing of the row may be kept beyond the next call.
	read(r *row) (seen, *fault)
	// fact returns what the row states that was just read without a fault.
	fact() monitor.Fact
}

// joiner is a reader whose rows may hold line breaks although the file has no quotes.
type joiner interface {
	whole(cells [][]byte) bool  // the cells are a complete row
	begins(cells [][]byte) bool // the cells are the beginning of a row
}

// seen is what the survey wants to know of a row.
type seen struct {
	skip  bool                // no row of its own: it continues the one above, or is an instant that an envelope states
	known bool                // an earlier export had the very same row, and nothing new can be in it: nothing else is told
	span  span                // of the row's main date
	said  second              // the newest instant in it
	told  monitor.Marketplace // named by the row itself; empty: not
}

// formats holds what the files of this package registered.
var formats []*Format

// register adds a format. It is called once in the format's own file.
func register(f Format) *Format {
	if open := f.open; f.own {
		f.open = func(h *header, o *occasion) reader { return newOwnRows(open(h, o), f.Template, h, o) }
	}
	formats = append(formats, &f)
	sort.Slice(formats, func(i, j int) bool { return formats[i].Kind < formats[j].Kind })
	return &f
}

// Formats returns every format that can be read, sorted by kind.
func Formats() []Format {
	all := make([]Format, 0, len(formats))
	for _, f := range formats {
		all = append(all, *f)
	}
	return all
}

// matches says whether the header has what tells the format.
func (f *Format) matches(h *header) bool {
	if len(f.key) == 0 {
		return false
	}
	for _, name := range f.key {
		if h.column(name) < 0 {
			return false
		}
	}
	for _, name := range f.lacks {
		if h.column(name) >= 0 {
			return false
		}
	}
	return true
}
