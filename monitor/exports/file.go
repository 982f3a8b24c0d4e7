package exports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// File is an export file that was identified: read once from end to end, every row checked.
type File struct {
	Name     string // the file's own name, printable
	Digest   string // SHA-256 of the file's bytes, in hexadecimal
	Size     int64  // of the file, in bytes
	Modified time.Time
	Gzip     bool

	Format    Format
	Encoding  Encoding
	Delimiter string // "tab", "comma" or "semicolon"; "xml" or "json" of a document
	Columns   int    // of the first header; 0 of a document
	Segments  int    // parts with a header of their own; 1 in a file that was not put together from several

	Rows         int // with data, bad ones included
	BadRows      int
	From, To     time.Time             // of the main date of the good rows: purchase, ship-date, rating, opening; zero: none, or not known before Read. A date without a clock is the beginning of that day in UTC.
	Latest       time.Time             // the newest instant stated in an order export, which was made no earlier; zero: none
	Marketplaces []monitor.Marketplace // named by the rows themselves, sorted
	DateOrder    monitor.DateOrder     // of feedback, where the file itself proves it; empty: it does not, or every date speaks for itself
	Notes        []string              // what people should know, in sentences

	path       string
	watch      Watch
	digested   fs.FileInfo // what the file was like when Digest took its digest; nil: it did not
	info       fs.FileInfo
	dates      *dateEvidence
	numbers    *numerals
	refusal    *Refusal
	problems   []BadRow // the first bad rows
	unreadable int      // bad rows whatever the order of day and month
	brokenOff  int      // see occasion
	glanced    bool     // not surveyed yet: see Glance
}

// Identify reads the file from end to end and says what it is, in constant memory. It recognises the format by the
// header, never by the name.
//
// A *Refusal says that the file is not imported, and why; the File that comes with it holds what was learned: the name,
// size and digest, and the format if it was recognised. ErrChanged says that the file is still being written. Any other
// error is a failure to read it.
func Identify(path string) (*File, error) { return IdentifyWatched(path, nil) }

// IdentifyWatched identifies a file and tells how far it is, then and when the file is read. An error of watch ends it.
func IdentifyWatched(path string, watch Watch) (*File, error) {
	return identifyAs(printable(filepath.Base(path), maxFound), path, watch)
}

// Watched sets who is told how far a later pass over the file is.
func (f *File) Watched(watch Watch) { f.watch = watch }

// identifyAs identifies a file under a name, printable, that need not be its own.
func identifyAs(name, path string, watch Watch) (*File, error) {
	f := &File{Name: name, path: path, watch: watch}
	return f.identified(f.identify())
}

// identified returns the file with the outcome of identifying it.
func (f *File) identified(err error) (*File, error) {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		if refusal.File == "" {
			refusal.File = f.Name
		}
		f.refusal = refusal
		return f, refusal
	}
	if err != nil {
		return nil, fmt.Errorf("identify %s: %w", f.Name, err)
	}
	return f, nil
}

// identify surveys the file, in a second pass if it turns out not to be UTF-8.
func (f *File) identify() error {
	s, err := openSource(f.path, f.digested == nil)
	if err != nil {
		return err
	}
	defer s.Close()
	if f.digested != nil && !sameState(s.info, f.digested) {
		return ErrChanged
	}
	s.watch = f.watch
	f.info, f.Size, f.Modified, f.Gzip = s.info, s.info.Size(), s.info.ModTime(), s.gzip
	x := &inspector{}
	surveyed := f.surveyUnknown(s, x)
	if f.digested != nil {
		err = s.unchanged()
	} else {
		f.Digest, err = s.finish()
	}
	if err != nil {
		return err
	}
	if errors.Is(surveyed, errNotUTF8) {
		e, ok := x.decide()
		if !ok {
			return &Refusal{Line: x.undecoded, Found: "bytes that are text in none of UTF-8, UTF-16, CP932, GB18030, windows-1252, -1250 and -1254", Expected: "one encoding in the whole file: download it again, without opening it in between"}
		}
		surveyed = f.surveyAgain(e)
		f.note(x.note(e))
	} else if f.Encoding == UTF8 {
		f.note(x.note(UTF8))
	}
	if surveyed != nil {
		return surveyed
	}
	return f.judge()
}

// surveyUnknown surveys a file whose encoding is not known, and inspects all of it if it is not UTF-8.
func (f *File) surveyUnknown(s *source, x *inspector) error {
	head, _ := s.text.Peek(sniffed) // an error comes again with the first line
	if found := noText(head); found != "" {
		return &Refusal{File: f.Name, Found: found, Expected: "the export itself, as Amazon gives it: unpack it, or save the sheet as .xlsx or CSV"}
	}
	f.Encoding = sniff(head)
	wide := f.Encoding != UTF8
	if e, name, known := declared(head); !known {
		return &Refusal{Line: 1, Found: fmt.Sprintf("XML that is written in %q", printable(name, 20)), Expected: "XML in UTF-8, UTF-16, windows-1252 or Shift_JIS: download it again"}
	} else if !wide {
		x.declared = e
	}
	if wide {
		x = nil
	}
	l := newLines(s, f.Name, f.Encoding, x)
	err := f.survey(l)
	if err == nil && wide {
		size := f.Size
		if s.gzip {
			size = s.size
		}
		if size%2 != 0 {
			return &Refusal{File: f.Name, Line: l.number, Found: "half a character at the end of UTF-16 text", Expected: "the complete file: download or copy it again"}
		}
	}
	if errors.Is(err, errNotUTF8) {
		if failed := l.drain(); failed != nil {
			return failed
		}
	}
	return err
}

// surveyAgain surveys a file whose encoding has been decided.
func (f *File) surveyAgain(e Encoding) error {
	s, err := openSource(f.path, false)
	if err != nil {
		return err
	}
	defer s.Close()
	s.watch = f.watch
	if !sameState(s.info, f.info) {
		return ErrChanged
	}
	f.Encoding = e
	if err := f.survey(newLines(s, f.Name, e, nil)); err != nil {
		return err
	}
	return s.unchanged()
}

// survey finds out what the file is, and reads all of it.
func (f *File) survey(l *lines) error {
	o := newOccasion(Setting{})
	o.dates = &dateEvidence{japanese: f.Encoding == CP932}
	w, err := newRows(l, o)
	if err != nil {
		return err
	}
	f.Columns = w.layout().columns // later headers may be wider
	n := newSums()
	for err == nil {
		var s seen
		var bad *BadRow
		if s, bad, err = w.next(); err == nil {
			n.add(s, bad)
		}
	}
	found := w.layout()
	if found.format != nil {
		f.Format = *found.format
	}
	f.Delimiter, f.Segments = found.delimiter, found.segments
	f.Rows, f.BadRows, f.problems = n.rows, n.bad, n.problems
	if !errors.Is(err, io.EOF) {
		return err
	}
	f.take(n, o)
	f.describe(found, o)
	return nil
}

// describe notes what people should know of the file.
func (f *File) describe(found layout, o *occasion) {
	if found.above > 0 {
		f.note(fmt.Sprintf("%s above the header skipped.", count(found.above, "line")))
	}
	if found.segments > 1 {
		f.note(fmt.Sprintf("The file was put together from %d exports.", found.segments))
	}
	if o.continued > 0 {
		f.note(fmt.Sprintf("%s that continue the order above skipped.", count(o.continued, "row")))
	}
	if len(o.lacking) > 0 {
		f.note(fmt.Sprintf("There is no column %s: checks of products cannot use these rows. Import the export as it was downloaded.", strings.Join(o.lacking, " and none ")))
	}
	if o.cutIDs > 0 {
		f.note(fmt.Sprintf("A spreadsheet has kept only the first digits, as in 1.23457E+13, of %s: such an id counts as missing. Import the export itself.", count(o.cutIDs, "order-item-id")))
	}
	if o.shortASINs > 0 {
		f.note(zerosBack(o.shortASINs))
	}
	if o.examples > 0 {
		f.note(fmt.Sprintf("%s of the template left in the list: skipped.", count(o.examples, "example")))
	}
	if o.comments > 0 {
		f.note(fmt.Sprintf("%s with a comment skipped.", count(o.comments, "line")))
	}
	f.note(f.numbers.note())
	for _, words := range slices.Sorted(maps.Keys(o.states)) {
		f.note(fmt.Sprintf("The state %q of a claim is not known: such a claim counts. Write open, granted, denied, withdrawn or amazon-funded.", words))
	}
	for _, name := range slices.Sorted(maps.Keys(o.channels)) {
		f.note(fmt.Sprintf("The sales channel %q is no marketplace that Goodstanding knows.", name))
	}
	if !f.dates.ambiguous {
		return
	}
	order, ok := f.dates.proof()
	if ok {
		f.DateOrder = order
		return
	}
	if said, _, _ := f.dates.word(""); f.dates.odd == 0 && said == "" {
		f.note("Nothing in the file tells the day from the month in its dates: the account's marketplace will.")
	}
}

// judge refuses a file for its rows, as far as they are known to be bad without a setting.
func (f *File) judge() error {
	f.unreadable = f.BadRows
	order, _, refusal := f.dates.settle("")
	switch {
	case refusal != nil && f.dates.odd != 0:
		return refusal
	case refusal == nil && f.hasDates():
		dates, impossible := f.dates.read(order)
		dates.add(span{secondOf(f.From), secondOf(f.To)}) // of dates that tell by themselves
		f.From, f.To = dates.from.time(), dates.to.time()
		f.BadRows += impossible
	}
	return f.refuseRows(f.BadRows)
}

// hasDates says whether the format's dates have an order to be settled.
func (f *File) hasDates() bool {
	return slices.ContainsFunc(f.dates.spans[:], func(s span) bool { return s.from != 0 })
}

// refuseRows returns a Refusal if too many rows are bad: any at all in a list of the seller's own, more than half in an
// export of Amazon's.
func (f *File) refuseRows(bad int) error {
	if bad == 0 || !f.Format.own && bad*2 <= f.Rows {
		return nil
	}
	r := &Refusal{File: f.Name, Rows: f.problems, BadRows: bad, OfRows: f.Rows, Found: "days that do not exist", Expected: "the days of the calendar"}
	if len(f.problems) > 0 {
		first := f.problems[0]
		r.Line, r.Column, r.Found, r.Expected = first.Line, first.Column, first.Found, first.Expected
	}
	return r
}

// note adds a sentence about the file.
func (f *File) note(s string) {
	if s != "" {
		f.Notes = append(f.Notes, s)
	}
}

// count says a number of things: "1 line", "3 lines".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Sink takes what Read gives, in the order of the file.
type Sink struct {
	// Fact takes a fact and where it stands. An error ends the reading.
	Fact func(at monitor.Place, fact monitor.Fact) error
	// Sighting takes a sighting in place of Fact. It is valid until the call returns, its texts beyond it; nil: Fact takes
	// these, too. Files have millions of them, and a copy of each on the heap costs a tenth of an import.
	Sighting func(at monitor.Place, s *monitor.Sighting) error
	// Known says of the digest of a row that nothing new can be in it: its fact is then not given; nil: every fact is. It is asked
	// from any goroutine, of some rows more than once.
	Known func(digest uint64) bool
	// Bad takes a row that could not be read; nil: not wanted.
	Bad func(BadRow) error
}

// Result is what came of reading a file.
type Result struct {
	Rows     int // with data, bad ones included
	Facts    int
	Known    int // rows that Sink.Known knew
	BadRows  int
	From, To time.Time // as in File, and known for every format
	AsOf     time.Time // when the export was made, as far as can be known
	Notes    []string  // what people should know of how it was read, in sentences
}

// Read gives the facts of an identified file. The setting decides what the file leaves open. It returns a *Refusal,
// before any fact is given, for a file that Identify refused or whose dates cannot be told from the setting either; and
// ErrChanged if the file is not the one that was identified, possibly after some facts: whoever keeps them must then
// let go of them all.
func (f *File) Read(ctx context.Context, setting Setting, sink Sink) (Result, error) {
	if f.refusal != nil {
		return Result{}, f.refusal
	}
	read := f.read
	if f.glanced {
		read = f.readUnseen
	}
	res, err := read(ctx, setting, sink)
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		if refusal.File == "" {
			refusal.File = f.Name
		}
	case err != nil:
		err = fmt.Errorf("read %s: %w", f.Name, err)
	}
	return res, err
}

// AsOf returns when the export was made, as far as can be known.
func (f *File) AsOf(setting Setting) time.Time { return setting.snapshot(f.Latest) }

func (f *File) read(ctx context.Context, setting Setting, sink Sink) (Result, error) {
	o := newOccasion(setting)
	o.asOf = f.AsOf(setting)
	res := Result{AsOf: o.asOf}
	if o.asOf.Before(setting.Received) {
		res.Notes = append(res.Notes, "The file arrived more than a day after the newest date in it, so it counts as made then.")
	}
	order, note, refusal := f.dates.settle(setting.dated())
	if refusal != nil && f.Format.own {
		refusal.Expected = "dates such as 2026-11-20; or " + refusal.Expected
	}
	if refusal != nil {
		return res, refusal
	}
	o.order, o.brokenOff = order, f.brokenOff
	if f.numbers != nil {
		o.numbers = f.numbers
	}
	if note != "" {
		res.Notes = append(res.Notes, note)
	}
	if f.hasDates() {
		_, impossible := f.dates.read(order)
		if err := f.refuseRows(f.unreadable + impossible); err != nil {
			return res, err
		}
	}
	s, err := openSource(f.path, false)
	if err != nil {
		return res, err
	}
	defer s.Close()
	s.watch = f.watch
	if !sameState(s.info, f.info) {
		return res, ErrChanged
	}
	w, err := newRows(newLines(s, f.Name, f.Encoding, nil), o)
	if err != nil {
		return res, err
	}
	o.known = sink.Known
	if err := f.give(ctx, w, sink, &res, nil); err != nil {
		return res, err
	}
	res.Notes = append(res.Notes, o.soldNotes()...)
	return res, s.unchanged()
}

// give hands every row to the sink, and to the sums of a file that was not surveyed before; nil: it was.
func (f *File) give(ctx context.Context, w rows, sink Sink, res *Result, sums *sums) error {
	var dates span
	for {
		if res.Rows%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		s, bad, err := w.next()
		if sums != nil && err == nil {
			sums.add(s, bad)
		}
		switch {
		case errors.Is(err, io.EOF):
			if res.From, res.To = f.From, f.To; sums == nil && f.hasDates() {
				res.From, res.To = dates.from.time(), dates.to.time() // the setting may have told the day from the month
			}
			return nil
		case err != nil:
			return err
		case bad != nil:
			res.Rows++
			res.BadRows++
			if sink.Bad != nil {
				if err := sink.Bad(*bad); err != nil {
					return fmt.Errorf("line %d: %w", bad.Line, err)
				}
			}
			continue
		case s.skip:
			continue
		case s.known:
			res.Rows++
			res.Known++
			continue
		}
		res.Rows++
		res.Facts++
		if sums == nil {
			dates.add(s.span)
		}
		if err := sink.take(w); err != nil {
			return fmt.Errorf("line %d: %w", w.at().Line, err)
		}
	}
}

// take takes the fact of the row just read.
func (s *Sink) take(w rows) error {
	if table, ok := w.(*walker); ok && s.Sighting != nil {
		if at, seen := table.sighting(); seen != nil {
			return s.Sighting(at, seen)
		}
	}
	return s.Fact(w.at(), w.fact())
}
