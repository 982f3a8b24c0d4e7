package exports

import (
	"bytes"
	"errors"
	"io"

	"github.com/cespare/xxhash/v2"
)

// The lines of a large table are cut, inspected and looked up on another core than the one that reads what they say. Of a
// file whose rows are known, that is half of the work.

// Bounds of what is on its way between the two.
const (
	blockText  = readAtOnce + 16<<10 // bytes of lines: what one read gives, behind the beginning of a line
	blockCount = 3
)

// block is some lines, and how the file ends if it ends with them.
type block struct {
	text  []byte // as the file has them, and the beginning of the next line
	lines []cutLine
	err   error // why no other block follows; nil: one does
	fell  any   // what the cutter panicked with
}

// cutLine is a line of a block.
type cutLine struct {
	from, to int
	sum      uint64 // its hash
	asked    bool   // whether it is known
	known    bool
	unended  bool // the file ends within it
}

// notCut is a line that was not cut ahead.
var notCut = &cutLine{}

// cutter cuts a file into blocks.
type cutter struct {
	in    io.Reader
	lines lines // what it counts, and inspects by; not the one that its lines are asked from
	seed  uint64
	known func(digest uint64) bool // may be nil

	rest        []byte // of the block before
	full, empty chan *block
	stop, ended chan struct{}

	// Of the one that asks for lines.
	now  *block
	next int
	deaf bool // the digests are of another seed by now
}

// cutAhead has the lines that follow cut in the background. Of each it is asked whether a row with the digest of sum ^ seed is
// known. close must be called before what it reads is closed.
func (l *lines) cutAhead(in io.Reader, seed uint64, known func(uint64) bool) {
	c := &cutter{in: in, lines: *l, seed: seed, known: known, full: make(chan *block, blockCount), empty: make(chan *block, blockCount), stop: make(chan struct{}), ended: make(chan struct{})}
	if buffered, err := l.in.Peek(l.in.Buffered()); err == nil { // it always is nil
		c.rest = bytes.Clone(buffered)
	}
	l.in, l.cutter = nil, c // its buffer is a MiB
	c.lines.in = nil
	for range blockCount {
		c.empty <- &block{}
	}
	go c.run()
}

// reseed says that the digests of rows are of another seed from now on.
func (l *lines) reseed(seed uint64) {
	if l.cutter != nil {
		l.cutter.deaf = l.cutter.seed != seed
	}
}

// close ends what cutAhead began.
func (l *lines) close() {
	if l.cutter != nil {
		close(l.cutter.stop)
		<-l.cutter.ended
	}
}

// cut returns the next line that was cut ahead.
func (c *cutter) cut() ([]byte, *cutLine, error) {
	for c.now == nil || c.next == len(c.now.lines) {
		if c.now != nil {
			if c.now.fell != nil {
				panic(c.now.fell)
			}
			if c.now.err != nil {
				return nil, notCut, c.now.err
			}
			c.empty <- c.now
		}
		c.now, c.next = <-c.full, 0
	}
	line := &c.now.lines[c.next]
	c.next++
	if c.deaf {
		line.asked, line.known = false, false
	}
	return c.now.text[line.from:line.to], line, nil
}

// run fills blocks until the file ends.
func (c *cutter) run() {
	defer close(c.ended)
	for {
		var b *block
		select {
		case b = <-c.empty:
		case <-c.stop:
			return
		}
		c.fill(b)
		c.full <- b // there is room for all
		if b.err != nil || b.fell != nil {
			return
		}
	}
}

// fill reads a block.
func (c *cutter) fill(b *block) {
	defer func() { b.fell = recover() }()
	b.lines = b.lines[:0]
	if cap(b.text) < blockText {
		b.text = make([]byte, 0, blockText)
	}
	b.text = append(b.text[:0], c.rest...)
	whole, failed := 0, error(nil)
	for failed == nil && whole == 0 {
		if len(b.text) == cap(b.text) {
			b.text = append(b.text, make([]byte, len(b.text))...)[:len(b.text)]
		}
		var n int
		n, failed = c.in.Read(b.text[len(b.text):cap(b.text)])
		read := b.text[len(b.text) : len(b.text)+n]
		if at := bytes.LastIndexByte(read, '\n'); at >= 0 {
			whole = len(b.text) + at + 1
		}
		b.text = b.text[:len(b.text)+n]
		if len(b.text) > 2*maxLine { // no end of a line in so much
			break
		}
	}
	if errors.Is(failed, io.EOF) || whole == 0 {
		whole = len(b.text) // the last line may lack its end
	}
	c.rest = append(c.rest[:0], b.text[whole:]...)
	if b.err = c.cutLines(b, b.text[:whole]); b.err == nil && failed != nil {
		b.err = c.lines.failure(failed)
	}
	if c.known != nil {
		for i := range b.lines { // all at once: a processor waits for many places in memory as long as for one
			b.lines[i].asked, b.lines[i].known = true, c.known(b.lines[i].sum^c.seed)
		}
	}
}

// cutLines cuts text that ends with a line.
func (c *cutter) cutLines(b *block, text []byte) error {
	plain := ascii(text) && bytes.IndexByte(text, 0) < 0
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(text)-at, len(text)
		}
		c.lines.number++
		if end >= maxLine {
			return c.lines.tooLong()
		}
		line, unended := text[at:at+end], end == len(text)-at
		if unended {
			line = bytes.TrimRight(line, endMark)
		}
		for len(line) > 0 && line[len(line)-1] == '\r' {
			line = line[:len(line)-1]
		}
		to := at + len(line)
		if !plain {
			var err error
			if line, err = c.lines.checked(line); err != nil {
				return err
			}
		}
		b.lines = append(b.lines, cutLine{from: to - len(line), to: to, sum: xxhash.Sum64(line), unended: unended})
		at = next
	}
	return nil
}
