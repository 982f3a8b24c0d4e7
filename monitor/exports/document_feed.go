package exports

import (
	"bytes"
	"errors"
	"io"
)

// slack is how much more than the longest text a decoder may read ahead.
const slack = 64 << 10

// feed hands a document's text to a decoder, which asks for more only while it has no complete token. So it bounds what a
// token can make the decoder hold, and it knows in which line an offset lies.
type feed struct {
	lines *lines
	piece []byte
	left  int   // bytes that the decoder may still read for the token at hand
	err   error // what ended the text; io.EOF: its end

	kept   []byte // what was handed out since the last tidying
	at     int    // where in kept the line is known
	offset int64  // of that place in the text
	number int    // of the line there, from 1
}

func newFeed(l *lines) *feed { return &feed{lines: l, number: 1} }

// token allows another token's worth of text.
func (f *feed) token() { f.left = maxText + slack }

// Read implements io.Reader.
func (f *feed) Read(p []byte) (int, error) {
	for len(f.piece) == 0 {
		if f.err == nil {
			f.piece, f.err = f.lines.piece()
		}
		if f.err != nil {
			return 0, f.err
		}
	}
	n := copy(p[:min(len(p), slack/2)], f.piece)
	if f.left -= n; f.left < 0 {
		f.err = &Refusal{File: f.lines.name, Line: f.number, Found: "a text of more than 1 MiB", Expected: anExport}
		return 0, f.err
	}
	if f.at >= slack {
		f.kept, f.at = f.kept[:copy(f.kept, f.kept[f.at:])], 0
	}
	f.kept = append(f.kept, f.piece[:n]...)
	f.piece = f.piece[n:]
	return n, nil
}

// failed returns what is to be told in place of a decoder's complaint about a text that broke off; nil: the text is
// complete so far.
func (f *feed) failed() error {
	if errors.Is(f.err, io.EOF) {
		return nil
	}
	return f.err
}

// lineAt returns the line that an offset lies in. Offsets must not go back.
func (f *feed) lineAt(offset int64) int {
	n := int(min(offset-f.offset, int64(len(f.kept)-f.at)))
	if n > 0 {
		f.number += bytes.Count(f.kept[f.at:f.at+n], []byte("\n"))
		f.at += n
		f.offset += int64(n)
	}
	return f.number
}
