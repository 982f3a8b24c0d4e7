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

// errNotUTF8 says that the file is not what it was taken for. The rest of it must be inspected to know what it is.
var errNotUTF8 = errors.New("not UTF-8")

// lines reads a decoded file line by line.
type lines struct {
	in       *bufio.Reader
	name     string // of the file, for messages
	encoding Encoding
	number   int
	inspect  *inspector // nil: the encoding is settled
}

// newLines reads the lines of s in an encoding.
func newLines(s *source, name string, e Encoding, x *inspector) *lines {
	return &lines{in: bufio.NewReaderSize(decode(s.text, e), maxLine), name: name, encoding: e, inspect: x}
}

// next returns the next line without its end and without a byte order mark, or io.EOF. The bytes are valid until the
// next call. Errors are Refusals, errNotUTF8, or failures to read.
func (l *lines) next() ([]byte, error) {
	b, err := l.raw()
	if err != nil {
		return nil, err
	}
	if l.inspect != nil {
		l.inspect.line(b, l.number)
		if l.inspect.notUTF8 != 0 {
			return nil, errNotUTF8
		}
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil, l.refuse("a NUL byte", "text: download the file again")
	}
	if l.encoding == CP932 && bytes.Contains(b, []byte("\uFFFD")) {
		return nil, l.refuse("a byte that is no character of "+string(CP932), "text in one encoding: download the file again")
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
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, bufio.ErrBufferFull):
		l.number++
		return nil, l.refuse("a line of more than 1 MiB", "lines of an export: download the file again")
	case errors.Is(err, errPacked):
		return nil, &Refusal{File: l.name, Found: "gzip data that is damaged or ends early", Expected: "a complete gzip file: download or copy it again"}
	case errors.Is(err, errBomb):
		return nil, &Refusal{File: l.name, Found: fmt.Sprintf("gzip data that unpacks to more than %d times its size", maxGrowth), Expected: "an export: unpack the file yourself if you trust it"}
	default:
		return nil, fmt.Errorf("read %s after line %d: %w", l.name, l.number, err)
	}
	l.number++
	return bytes.TrimRight(b, "\r"), nil
}

// drain inspects the rest of the file.
func (l *lines) drain() error {
	for {
		b, err := l.raw()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		l.inspect.line(b, l.number)
	}
}

// refuse makes a Refusal at the current line.
func (l *lines) refuse(found, expected string) error {
	return &Refusal{File: l.name, Line: l.number, Found: found, Expected: expected}
}
