package exports

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// What a compressed file may grow to. Exports shrink ten- to fiftyfold; beyond both bounds it is a bomb.
const (
	freeGrowth = 64 << 20 // bytes that any file may hold
	maxGrowth  = 250      // times its size that a larger one may hold
)

// maxFile is the largest file that is read at all: a file with holes can claim any size, and to read one takes for ever.
const maxFile = 16 << 30

// source is an open export file, from its beginning to its end, once.
type source struct {
	file  *os.File
	info  fs.FileInfo
	read  int64         // bytes read of the file itself
	sum   hash.Hash     // nil: not wanted
	raw   *bufio.Reader // the file's bytes
	text  *bufio.Reader // the same, unpacked
	gzip  bool
	size  int64 // bytes unpacked so far
	watch Watch // set by who opens it; nil: nobody wants to know
}

// errPacked and errBomb tell apart what is wrong with a compressed file.
var (
	errPacked = errors.New("damaged gzip data")
	errBomb   = errors.New("gzip data that grows without end")
)

// openSource opens a regular file. A link or a device is refused, for a folder that others can write to must not make
// the daemon read elsewhere or wait for ever.
func openSource(path string, digest bool) (*source, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("open export: %w", err)
	}
	if !before.Mode().IsRegular() {
		return nil, &Refusal{Found: kindOfFile(before.Mode()), Expected: "a regular file: copy the export itself into the folder"}
	}
	if before.Size() > maxFile {
		return nil, &Refusal{Found: "a file of more than 16 GiB", Expected: "an export: ask Amazon for a shorter span of days"}
	}
	// Without waiting: the file could be a pipe by now, and nobody may be writing to it.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open export: %w", err)
	}
	info, err := file.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = ErrChanged
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open export: %w", err)
	}
	s := &source{file: file, info: info}
	if digest {
		s.sum = newHash(info.Size())
	}
	s.raw = bufio.NewReaderSize(counted{s}, s.bound(readAtOnce))
	magic, err := s.raw.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = s.Close()
		return nil, fmt.Errorf("read export: %w", err)
	}
	s.text = s.raw
	if len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		s.gzip = true
		s.text = bufio.NewReaderSize(&unpacked{s: s}, 256<<10)
	}
	return s, nil
}

// bound returns the size of a buffer that should have most bytes: less for a file that is never so long, not even in
// another encoding and when it still grows a little. A folder may hold a thousand small files.
func (s *source) bound(most int) int {
	if s.info == nil || s.gzip || s.info.Size() > int64(most) {
		return most
	}
	return min(most, 3*int(s.info.Size())+64<<10)
}

// kindOfFile names what is not a regular file.
func kindOfFile(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a folder"
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	default:
		return "a device or socket"
	}
}

// Watch is told how many bytes of a file have been read in a pass over it, and how many it has. An error ends the pass.
type Watch func(read, size int64) error

// readAtOnce is how many bytes are read at a time: few enough to be in the processor's cache still when they are hashed
// and cut into rows.
const readAtOnce = 128 << 10

// counted reads the file's own bytes, and counts and hashes them.
type counted struct{ s *source }

func (c counted) Read(p []byte) (int, error) {
	n, err := c.s.file.Read(p[:min(len(p), readAtOnce)])
	c.s.read += int64(n)
	if c.s.watch != nil && n > 0 {
		if stop := c.s.watch(c.s.read, c.s.info.Size()); stop != nil {
			return 0, stop
		}
	}
	if c.s.sum != nil {
		c.s.sum.Write(p[:n]) // never fails, says hash.Hash
	}
	return n, err
}

// unpacked reads what a gzip file holds, within bounds.
type unpacked struct {
	s *source
	z *gzip.Reader
}

func (u *unpacked) Read(p []byte) (int, error) {
	if u.z == nil {
		z, err := gzip.NewReader(u.s.raw)
		if err != nil {
			return 0, packedError(err)
		}
		u.z = z
	}
	n, err := u.z.Read(p)
	u.s.size += int64(n)
	if u.s.size > freeGrowth && u.s.size/maxGrowth > u.s.info.Size() {
		return 0, errBomb
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, packedError(err)
	}
	return n, err
}

// packedError tells damage of the data from a failure to read it.
func packedError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return errPacked
	}
	return err
}

// finish reads the rest of the file's own bytes, and returns their digest, or an error if the file changed meanwhile.
func (s *source) finish() (string, error) {
	if _, err := io.Copy(io.Discard, s.raw); err != nil {
		return "", fmt.Errorf("read export: %w", err)
	}
	if err := s.unchanged(); err != nil {
		return "", err
	}
	return hex.EncodeToString(s.sum.Sum(nil)), nil
}

// unchanged returns an error if the file is not what it was when it was opened.
func (s *source) unchanged() error {
	now, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("read export: %w", err)
	}
	if !sameState(now, s.info) {
		return ErrChanged
	}
	return nil
}

// sameState says whether two looks at a file saw it in the same state.
func sameState(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// Close closes the file.
func (s *source) Close() error {
	if c, ok := s.sum.(io.Closer); ok {
		_ = c.Close() // it only waits
	}
	return s.file.Close()
}
