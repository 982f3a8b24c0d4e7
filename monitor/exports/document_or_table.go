package exports

import (
	"strings"

	"goodstanding/monitor"
)

// rows is a file row by row, be it a table or a document.
type rows interface {
	// next reads the next row: what the survey wants to know of it, or what is wrong with it. It returns io.EOF at the end.
	next() (seen, *BadRow, error)
	// at returns where the row just read begins.
	at() monitor.Place
	// fact returns what the row states that was just read without a fault.
	fact() monitor.Fact
	// layout returns how the file is built, as far as it has been read.
	layout() layout
}

// layout is how a file is built.
type layout struct {
	format    *Format // nil: not known yet
	delimiter string
	columns   int // of the header above; 0 of a document
	segments  int
	above     int // lines above the header
}

// newRows makes ready to read a file, after its first characters.
func newRows(l *lines, o *occasion) (rows, error) {
	head, _ := l.in.Peek(sniffed) // an error comes again with the first row
	switch syntax := documentOf(head); syntax {
	case "html":
		return nil, &Refusal{File: l.name, Line: 1, Found: "an HTML page", Expected: "the export itself: sign in, download it again, and save no page in its place"}
	case "xml", "json":
		l.asDocument()
		return newDocumentWalker(l, syntax, o), nil
	}
	w, err := newWalker(l, o)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// documentOf says what the beginning of a decoded file is: "xml", "json", "html", or "" for anything else.
func documentOf(head []byte) string {
	s := strings.TrimLeft(strings.TrimPrefix(string(head), "\uFEFF"), " \t\r\n")
	switch {
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
		after := strings.TrimLeft(s[1:], " \t\r\n")
		if after == "" || after[0] == '"' || after[0] == '}' || s[0] == '[' && (after[0] == '{' || after[0] == '[' || after[0] == ']') {
			return "json"
		}
		return ""
	case !strings.HasPrefix(s, "<"):
		return ""
	}
	// What stands before the first element of a page may be a declaration or a comment.
	for {
		end := ""
		switch {
		case strings.HasPrefix(s, "<?"):
			end = "?>"
		case strings.HasPrefix(s, "<!--"):
			end = "-->"
		}
		_, rest, found := strings.Cut(s, end)
		if end == "" || !found {
			break
		}
		s = strings.TrimLeft(rest, " \t\r\n")
	}
	name := strings.ToLower(s[:min(len(s), 40)])
	if strings.HasPrefix(name, "<!doctype html") {
		return "html"
	}
	name = strings.TrimPrefix(name, "<")
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	switch name {
	case "html", "head", "body", "meta", "title", "script", "style", "table", "div", "form":
		return "html"
	}
	return "xml"
}

// at implements rows.
func (w *walker) at() monitor.Place {
	return monitor.Place{Line: w.row.line, Segment: w.row.segment, Digest: w.row.digest}
}

// fact implements rows.
func (w *walker) fact() monitor.Fact { return w.reader.fact() }

// sighting returns the fact of the row just read, valid until the next one is, and where it stands; nil: it is no sighting.
func (w *walker) sighting() (monitor.Place, *monitor.Sighting) {
	r, ok := w.reader.(*sightings)
	if !ok {
		return monitor.Place{}, nil
	}
	s, at := r.sighting(), w.at()
	at.Product = r.number
	return at, s
}

// layout implements rows.
func (w *walker) layout() layout {
	return layout{
		format:    w.format,
		delimiter: map[byte]string{'\t': "tab", ',': "comma", ';': "semicolon"}[w.table.delim],
		columns:   w.table.width,
		segments:  w.segment + 1,
		above:     w.above,
	}
}
