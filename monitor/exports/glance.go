package exports

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Bounds of a glance.
const (
	glancedFrom = 8 << 20   // bytes of a file: a smaller one is surveyed in no time
	glancedEnd  = 256 << 10 // bytes of its end that are read
)

// ErrOtherwise says that a file is not what it seemed at a glance. Nothing that Read gave of it may be kept: survey it with
// Survey, and read it again.
var ErrOtherwise = errors.New("the file is not what it seemed at a glance")

// Glance recognises a large export by its top and its end, so that Read can survey it while it gives the facts: reading
// such a file twice costs a quarter of an import. It answers false for a file that must be surveyed first: a small one, a
// compressed one, one that is not UTF-8, one of a format whose rows do not stand each for itself.
//
// Of the File, Rows, the span, the digest and what else the whole file tells is known after Read, which may return
// ErrOtherwise.
func Glance(path string, watch Watch) (*File, bool) {
	if info, err := os.Lstat(path); err != nil || info.Size() < glancedFrom {
		return nil, false
	}
	s, err := openSource(path, false)
	if err != nil {
		return nil, false
	}
	defer s.Close()
	f := &File{Name: printable(filepath.Base(path), maxFound), path: path, watch: watch, info: s.info, Size: s.info.Size(), Modified: s.info.ModTime(), glanced: true}
	head, _ := s.text.Peek(sniffed)
	if s.gzip || noText(head) != "" || sniff(head) != UTF8 {
		return nil, false
	}
	f.Encoding = UTF8
	w, ok := glance(s.text, f.Name)
	if !ok {
		return nil, false
	}
	found := w.layout()
	f.Format, f.Delimiter, f.Columns, f.Segments = *found.format, found.delimiter, found.columns, found.segments
	if f.Latest, ok = f.end(s, strings.Join(w.header.cells, string(w.table.delim))); !ok {
		return nil, false
	}
	return f, true
}

// glance finds the header of a format whose rows stand each for itself, without quotes.
func glance(r io.Reader, name string) (*walker, bool) {
	w, err := newWalker(newLines(&source{text: bufio.NewReader(r)}, name, UTF8, &inspector{}), newOccasion(Setting{}))
	return w, err == nil && w.format.alone && !w.table.quoted && w.table.join == nil
}

// end returns the newest instant of the rows at the end of the file.
func (f *File) end(s *source, header string) (latest time.Time, ok bool) {
	tail := make([]byte, glancedEnd)
	if _, err := s.file.ReadAt(tail, f.Size-glancedEnd); err != nil {
		return latest, false
	}
	_, rows, _ := bytes.Cut(tail, []byte("\n"))
	w, ok := glance(io.MultiReader(strings.NewReader(header+"\n"), bytes.NewReader(rows)), f.Name)
	if !ok {
		return latest, false
	}
	n := newSums()
	for {
		s, bad, err := w.next()
		if errors.Is(err, io.EOF) {
			return n.latest.time(), n.rows > n.bad
		}
		if err != nil {
			return latest, false
		}
		n.add(s, bad)
	}
}

// Survey identifies the file as if nobody had glanced at it.
func (f *File) Survey() (*File, error) { return identifyAs(f.Name, f.path, f.watch) }

// readUnseen surveys a file that was glanced at while it gives its facts. They rest on one thing that only the whole file
// tells, when the export was made; if that turns out otherwise, so do they.
func (f *File) readUnseen(ctx context.Context, setting Setting, sink Sink) (Result, error) {
	o := newOccasion(setting)
	o.asOf, o.dates = f.AsOf(setting), &dateEvidence{}
	res := Result{AsOf: o.asOf}
	if o.asOf.Before(setting.Received) {
		return res, ErrOtherwise // an old file: its newest instant may be anywhere
	}
	s, err := openSource(f.path, true)
	if err != nil {
		return res, err
	}
	defer s.Close()
	s.watch = f.watch
	if !sameState(s.info, f.info) {
		return res, ErrChanged
	}
	x := &inspector{}
	l := newLines(s, f.Name, UTF8, x)
	w, err := newWalker(l, o)
	if err != nil {
		return res, ErrOtherwise
	}
	o.known, f.dates = sink.Known, o.dates
	l.cutAhead(s.text, w.digest.seed, sink.Known)
	defer l.close()
	n := newSums()
	err = f.give(ctx, w, sink, &res, n)
	if _, refused := errors.AsType[*Refusal](err); refused || errors.Is(err, errNotUTF8) {
		return res, ErrOtherwise // a survey says what is wrong
	}
	if err != nil {
		return res, err
	}
	if f.Digest, err = s.finish(); err != nil {
		return res, err
	}
	res.Notes = append(res.Notes, o.soldNotes()...)
	f.take(n, o)
	f.note(x.note(UTF8))
	f.describe(w.layout(), o)
	f.Segments, f.glanced = w.layout().segments, false
	res.From, res.To = f.From, f.To
	maybeBroken := f.brokenOff != 0 && sink.Known != nil // see breaksOff
	if f.judge() != nil || !f.AsOf(setting).Equal(o.asOf) || maybeBroken {
		return res, ErrOtherwise
	}
	return res, nil
}
