package exports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine is the longest line, and the longest row, in bytes of UTF-8.
const maxLine = 1 << 20

// endMark is what Windows puts behind files that it joined.
const endMark = "\x1a"

// errNotUTF8 says that the file is not what it was taken for. The rest of it must be inspected to know what it is.
var errNotUTF8 = errors.New("not UTF-8")

// lines reads a decoded file line by line.
type lines struct {
	in       *bufio.Reader
	name     string // of the file, for messages
	encoding Encoding
	number   int
	inspect  *inspector // nil: the encoding is settled
	unended  int        // the number of the last line, if the file ends within it; 0: it does not, or is not known to yet
	document bool       // the file is read in pieces: one line of it may be everything

	cutter *cutter  // nil: lines are not cut ahead
	cut    *cutLine // the line just read
}

// newLines reads the lines of s in an encoding.
func newLines(s *source, name string, e Encoding, x *inspector) *lines {
	return &lines{cut: notCut, in: bufio.NewReaderSize(decode(s.text, e), s.bound(maxLine)), name: name, encoding: e, inspect: x}
}

// next returns the next line without its end and without a byte order mark, or io.EOF. The bytes are valid until the
// next call. Errors are Refusals, errNotUTF8, or failures to read.
func (l *lines) next() ([]byte, error) {
	if l.cutter != nil {
		b, cut, err := l.cutter.cut()
		if err == nil {
			l.number++
		}
		if cut.unended {
			l.unended = l.number
		}
		l.cut = cut
		return b, err
	}
	b, err := l.raw()
	if err != nil {
		return nil, err
	}
	return l.checked(b)
}

// checked looks whether a line is text, and takes away a byte order mark.
func (l *lines) checked(b []byte) ([]byte, error) {
	if l.inspect != nil {
		l.inspect.line(b, l.number)
		if l.inspect.notUTF8 != 0 {
			return nil, errNotUTF8
		}
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil, l.refuse("a NUL byte", "text: download the file again")
	}
	if (l.encoding == CP932 || l.encoding == GB18030) && bytes.Contains(b, []byte("\uFFFD")) {
		return nil, l.refuse("a byte that is no character of "+string(l.encoding), "text in one encoding: download the file again")
	}
	return bytes.TrimPrefix(b, []byte("\uFEFF")), nil
}

// raw returns the next line unchecked, without its end.
func (l *lines) raw() ([]byte, error) {
	b, err := l.in.ReadSlice('\n')
	switch {
	case err == nil:
		b = b[:len(b)-1]
	case errors.Is(err, io.EOF) && len(b) > 0: // the last line may lack its end
		l.unended = l.number + 1
		b = bytes.TrimRight(b, endMark)
	case errors.Is(err, bufio.ErrBufferFull):
		l.number++
		return nil, l.tooLong()
	default:
		return nil, l.failure(err)
	}
	l.number++
	return bytes.TrimRight(b, "\r"), nil
}

// failure says why nothing more can be read; io.EOF: there is nothing more.
func (l *lines) failure(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, errPacked):
		return &Refusal{File: l.name, Found: "gzip data that is damaged or ends early", Expected: "a complete gzip file: download or copy it again"}
	case errors.Is(err, errBomb):
		return &Refusal{File: l.name, Found: fmt.Sprintf("gzip data that unpacks to more than %d times its size", maxGrowth), Expected: "an export: unpack the file yourself if you trust it"}
	default:
		return fmt.Errorf("read %s after line %d: %w", l.name, l.number, err)
	}
}

// How much of a document is read at a time: more than the least only where no character tells that another ends there.
const (
	pieceSize = 64 << 10
	maxPiece  = maxText + 2*slack
)

// asDocument makes ready to read pieces.
func (l *lines) asDocument() {
	l.in = bufio.NewReaderSize(l.in, maxPiece)
	l.document = true
}

// piece returns the next piece of a document, which ends with a whole character, or io.EOF. The bytes are valid until
// the next call. Errors are as those of next.
func (l *lines) piece() ([]byte, error) {
	b, err := l.rawPiece()
	if err != nil {
		return nil, err
	}
	if l.inspect != nil && l.inspect.notUTF8 != 0 {
		return nil, errNotUTF8
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		l.number -= bytes.Count(b[i:], []byte("\n"))
		return nil, l.refuse("a NUL byte", "text: download the file again")
	}
	if l.encoding == CP932 || l.encoding == GB18030 {
		if i := bytes.Index(b, []byte("\uFFFD")); i >= 0 {
			l.number -= bytes.Count(b[i:], []byte("\n"))
			return nil, l.refuse("a byte that is no character of "+string(l.encoding), "text in one encoding: download the file again")
		}
	}
	return b, nil
}

// rawPiece returns the next piece unchecked but inspected.
func (l *lines) rawPiece() ([]byte, error) {
	first := l.number == 0
	size := pieceSize
	b, err := l.in.Peek(size)
	// Below 0x40 no byte is part of a longer character, neither in UTF-8 nor in CP932.
	end := bytes.LastIndexFunc(b, func(r rune) bool { return r < 0x40 })
	for end < 0 && err == nil && size < maxPiece {
		size = min(2*size, maxPiece)
		b, err = l.in.Peek(size)
		end = bytes.LastIndexFunc(b, func(r rune) bool { return r < 0x40 })
	}
	switch {
	case err == nil && end < 0:
		return nil, l.refuse("a text of more than 1 MiB", anExport)
	case err == nil:
		b = b[:end+1]
	case !errors.Is(err, io.EOF) || len(b) == 0:
		return nil, l.failure(err)
	}
	if _, err := l.in.Discard(len(b)); err != nil {
		return nil, l.failure(err)
	}
	if first {
		l.number = 1
		b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	}
	if l.inspect != nil && !ascii(b) {
		number := l.number
		for line := range bytes.SplitSeq(b, []byte("\n")) {
			l.inspect.line(line, number)
			number++
		}
	}
	l.number += bytes.Count(b, []byte("\n"))
	return b, nil
}

// tooLong refuses the current line.
func (l *lines) tooLong() error {
	return l.refuse("a line of more than 1 MiB", "lines of an export: download the file again")
}

// drain inspects the rest of the file.
func (l *lines) drain() error {
	for {
		var b []byte
		var err error
		if l.document {
			_, err = l.rawPiece()
		} else if b, err = l.raw(); err == nil {
			l.inspect.line(b, l.number)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// refuse makes a Refusal at the current line.
func (l *lines) refuse(found, expected string) error {
	return &Refusal{File: l.name, Line: l.number, Found: found, Expected: expected}
}
