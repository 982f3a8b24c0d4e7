package exports

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// xmlMarks reads XML. Entities other than XML's own five, and declarations of any, are refused: an export has none, and
// what they stand for may be anything.
type xmlMarks struct {
	feed    *feed
	decoder *xml.Decoder
	queue   []mark // of the attributes of the element just entered
	depth   int
	ended   bool // the root is left
	number  int
}

func newXMLMarks(l *lines) *xmlMarks {
	f := newFeed(l)
	d := xml.NewDecoder(f)
	// The text has been decoded, whatever its declaration says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return &xmlMarks{feed: f, decoder: d, number: 1}
}

// line implements marks.
func (x *xmlMarks) line() int { return x.number }

// next implements marks.
func (x *xmlMarks) next() (mark, error) {
	if len(x.queue) > 0 {
		m := x.queue[0]
		x.queue = x.queue[1:]
		return m, nil
	}
	for {
		x.number = x.feed.lineAt(x.decoder.InputOffset())
		x.feed.token()
		t, err := x.decoder.Token()
		if err != nil {
			return mark{}, x.broken(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			return x.start(t)
		case xml.EndElement:
			x.depth--
			x.ended = x.depth == 0
			return mark{kind: left}, nil
		case xml.CharData:
			if x.depth > 0 {
				return mark{kind: words, text: string(t)}, nil
			}
			if strings.TrimSpace(string(t)) != "" {
				return mark{}, x.beyond()
			}
		case xml.Directive:
			return mark{}, x.refuse("a document type declaration", "XML without one, as Amazon gives it")
		}
	}
}

// start opens an element and puts its attributes into the queue.
func (x *xmlMarks) start(t xml.StartElement) (mark, error) {
	if x.ended {
		return mark{}, x.beyond()
	}
	if x.depth++; x.depth > maxDepth {
		return mark{}, x.refuse("elements inside each other more than 64 deep", anExport)
	}
	if len(t.Name.Local) > maxMember {
		return mark{}, x.refuse("an element with a name of more than 1,000 bytes", anExport)
	}
	if len(t.Attr) > maxElements {
		return mark{}, x.refuse("an element of more than 10,000 attributes", anExport)
	}
	x.queue = x.queue[:0]
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || strings.Contains(a.Name.Space, "XMLSchema-instance") {
			continue
		}
		if len(a.Name.Local) > maxMember || len(a.Value) > maxText {
			return mark{}, x.refuse("an attribute of more than 1 MiB, or with a name of more than 1,000 bytes", anExport)
		}
		x.queue = append(x.queue, mark{kind: entered, name: "@" + a.Name.Local}, mark{kind: words, text: a.Value}, mark{kind: left})
	}
	return mark{kind: entered, name: t.Name.Local}, nil
}

// broken says what is wrong where the decoder cannot go on. Its own words may repeat the document's, so they are not told.
func (x *xmlMarks) broken(err error) error {
	if failed := x.feed.failed(); failed != nil {
		return failed
	}
	x.number = x.feed.lineAt(x.decoder.InputOffset())
	wrong, _ := errors.AsType[*xml.SyntaxError](err)
	switch {
	case errors.Is(err, io.EOF) && x.depth == 0:
		return io.EOF
	case errors.Is(err, io.EOF), wrong != nil && strings.Contains(wrong.Msg, "unexpected EOF"):
		return x.refuse("a document that ends early", "the complete file: download or copy it again")
	case wrong != nil && strings.Contains(wrong.Msg, "entity"):
		return x.refuse("an entity that XML does not have", anExport)
	}
	return x.refuse("XML that is not well-formed", anExport)
}

func (x *xmlMarks) beyond() error {
	return x.refuse("more after the end of the document", "one document in a file: download it again")
}

func (x *xmlMarks) refuse(found, expected string) error {
	return &Refusal{File: x.feed.lines.name, Line: x.number, Found: found, Expected: expected}
}
