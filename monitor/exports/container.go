package exports

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Bounds of a container.
const (
	maxEntries   = 1000    // files in it, folders aside
	maxContainer = 1 << 30 // bytes of its own
	maxUnpacked  = 4 << 30 // bytes of all that is unpacked from it
	maxDirectory = 8 << 20 // bytes of the list of its files
	maxReasons   = 10      // files that a refusal names
)

// Container is a zip archive or an Excel workbook. What is in it was unpacked into a folder of its own, which Close
// removes.
type Container struct {
	Name     string // the file's own name, printable
	Digest   string // SHA-256 of the file's bytes, in hexadecimal
	Size     int64  // of the file, in bytes
	Modified time.Time

	Files  []Inner    // the exports, in the order in which they are in it
	Strays []*Refusal // the files and sheets that are no export at all, and why not
	Notes  []string   // what people should know of the container, in sentences

	folder   string
	unpacked int64 // bytes so far
	made     int   // files in the folder

	watch       Watch
	done, total int64 // of the work, in bytes to be unpacked or read over
}

// Inner is an export of a container: a file of an archive, or a sheet of a workbook. Its File is called
// "orders.zip/inner.txt" or "book.xlsx/Sheet 1". Err is a *Refusal where it cannot be imported; nil: it can.
type Inner struct {
	File *File
	Err  error
}

// named puts the file's name into a refusal, and what was being done before any other error.
func named(err error, name, doing string) error {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		if refusal.File == "" {
			refusal.File = name
		}
		return refusal
	}
	if err != nil {
		return fmt.Errorf("%s%s: %w", doing, name, err)
	}
	return nil
}

// IsContainer says whether a file holds others: whether it begins as a zip archive, an Excel workbook, or an encrypted
// one. The name does not matter. It answers false for what is no regular file, and an error where it cannot be read.
func IsContainer(path string) (bool, error) {
	s, err := openSource(path, false)
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look into %s: %w", printable(filepath.Base(path), maxFound), err)
	}
	defer s.Close()
	head, err := s.raw.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("look into %s: %w", printable(filepath.Base(path), maxFound), err)
	}
	return isZip(head) || encrypted(s.file), nil
}

// isZip says whether a file begins as a zip archive does: with a file, empty, or in parts.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) || bytes.HasPrefix(head, []byte("PK\x07\x08"))
}

// encrypted says whether a file is an Excel workbook with a password. It is no zip archive then but a compound file, as
// old workbooks are, whose folder has an entry that tells.
func encrypted(r io.ReaderAt) bool {
	var head [512]byte
	if _, err := r.ReadAt(head[:], 0); err != nil || !bytes.HasPrefix(head[:], []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return false
	}
	shift := binary.LittleEndian.Uint16(head[30:])
	if shift != 9 && shift != 12 {
		return false
	}
	sector := make([]byte, 1<<shift)
	at := (int64(binary.LittleEndian.Uint32(head[48:])) + 1) << shift
	if _, err := r.ReadAt(sector, at); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	var name []byte
	for _, c := range "EncryptedPackage" {
		name = append(name, byte(c), 0)
	}
	return bytes.Contains(sector, name)
}

// Unpack unpacks a container into a new folder below temp, private to this user, and identifies what is in it; temp is
// made if need be, and "" is the system's own. All of it is unpacked within bounds of size, number and growth, or
// nothing. Names in an archive are names only: nothing is ever written where they say.
//
// A *Refusal says that nothing of it can be imported, and why; the Container that comes with it holds what was learned.
// ErrChanged says that the file is still being written. Any other error is a failure to read or write.
func Unpack(ctx context.Context, path, temp string, watch Watch) (*Container, error) {
	c := &Container{Name: printable(filepath.Base(path), maxFound)}
	err := c.unpack(ctx, path, temp, watch)
	if err == nil && len(c.Files) == 0 {
		err = c.nothing()
	}
	err = named(err, c.Name, "unpack ")
	if err == nil {
		return c, nil
	}
	err = errors.Join(err, c.Close())
	c.Files = nil
	if _, ok := errors.AsType[*Refusal](err); ok {
		return c, err
	}
	return nil, err
}

// Close removes what was unpacked.
func (c *Container) Close() error {
	if c.folder == "" {
		return nil
	}
	if err := os.RemoveAll(c.folder); err != nil {
		return fmt.Errorf("remove what was unpacked from %s: %w", c.Name, err)
	}
	return nil
}

func (c *Container) unpack(ctx context.Context, path, temp string, watch Watch) error {
	if temp != "" {
		if err := os.MkdirAll(temp, 0o700); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
	}
	var err error
	if c.folder, err = os.MkdirTemp(temp, "goodstanding-unpacked-"); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	// A copy of our own: nobody can change it between the look at its bounds and the unpacking.
	own, err := os.OpenFile(c.fresh(), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("copy it: %w", err)
	}
	defer own.Close()
	if err := c.copy(own, path, watch); err != nil {
		return err
	}
	if encrypted(own) {
		return &Refusal{Found: "an Excel workbook with a password", Expected: "a workbook without one: save it again without the password"}
	}
	z, err := openZip(own, c.Size)
	if err != nil {
		return err
	}
	c.watch, c.total = watch, claimedBy(z)
	if err := c.unpackZip(ctx, z, own.Name(), c.Name); err != nil {
		return err
	}
	if err := own.Close(); err != nil {
		return fmt.Errorf("close the copy: %w", err)
	}
	if err := os.Remove(own.Name()); err != nil {
		return fmt.Errorf("remove the copy: %w", err)
	}
	return nil
}

// copy takes a copy of the container and notes what it is.
func (c *Container) copy(own *os.File, path string, watch Watch) error {
	if info, err := os.Lstat(path); err == nil && info.Size() > maxContainer {
		return &Refusal{Found: "an archive or workbook of more than 1 GiB", Expected: "smaller ones: unpack it yourself if you trust it"}
	}
	digest, info, err := digestTo(own, path, watch)
	if err != nil {
		return err
	}
	c.Digest, c.Size, c.Modified = digest, info.Size(), info.ModTime()
	return nil
}

// fresh returns the path of a new file in the container's folder. Its name has nothing to do with what is unpacked.
func (c *Container) fresh() string {
	c.made++
	return filepath.Join(c.folder, fmt.Sprintf("%04d", c.made))
}

// take identifies an unpacked file and adds it to the exports, or to what is none. What is none is removed at once.
func (c *Container) take(path, name string) error {
	f, err := identifyAs(name, path, nil)
	refusal, refused := errors.AsType[*Refusal](err)
	switch {
	case refused && f.Format.Kind == "":
		c.Strays = append(c.Strays, refusal)
		return os.Remove(path)
	case refused || err == nil:
		f.Modified = c.Modified
		c.Files = append(c.Files, Inner{File: f, Err: err})
		return nil
	}
	return err
}

// stray adds something that is no export.
func (c *Container) stray(name, found, expected string) {
	c.Strays = append(c.Strays, &Refusal{File: name, Found: found, Expected: expected})
}

// within names something inside a container.
func within(container, name string) string {
	name = strings.Trim(strings.ReplaceAll(name, `\`, "/"), "/")
	return container + "/" + printable(strings.ToValidUTF8(name, "·"), maxFound)
}

// nothing is the refusal of a container without any export, with the reasons.
func (c *Container) nothing() *Refusal {
	r := &Refusal{Found: "no export in it", Expected: "exports as Amazon gives them"}
	for i, s := range c.Strays {
		if i == maxReasons {
			r.Expected += fmt.Sprintf("; and %s more", count(len(c.Strays)-i, "file"))
			break
		}
		r.Expected += "; " + s.Error()
	}
	if len(c.Strays) == 0 {
		r.Found = "nothing in it"
	}
	return r
}

// tell tells whoever watches how far the unpacking is.
func (c *Container) tell() error {
	if c.watch == nil {
		return nil
	}
	return c.watch(min(c.done, c.total), c.total)
}

// claimedBy is how many bytes an archive says that it holds.
func claimedBy(z *zip.Reader) int64 {
	var sum uint64
	for _, f := range z.File {
		sum += min(f.UncompressedSize64, maxUnpacked)
	}
	return int64(sum) //nolint:gosec // at most 4,000 times 4 GiB
}

// budget counts down what may still be unpacked.
func (c *Container) budget() int64 {
	limit := int64(maxUnpacked)
	if grown := c.Size * maxGrowth; grown < limit {
		limit = max(grown, freeGrowth)
	}
	return limit - c.unpacked
}

// errTooMuch says that a container holds more than it may.
func (c *Container) errTooMuch() error {
	return &Refusal{
		Found:    "packed data that grows without measure",
		Expected: fmt.Sprintf("exports of at most %d times its size and 4 GiB: unpack it yourself if you trust it", maxGrowth),
	}
}

// errDamaged says that what is packed cannot be unpacked.
func errDamaged(name string) error {
	return &Refusal{Found: "damaged data in " + name, Expected: "a complete file: download or copy it again"}
}

// openZip reads the list of an archive's files, however long it claims to be, within bounds.
func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	bounded := &boundedAt{r: r, left: maxDirectory}
	z, err := zip.NewReader(bounded, size)
	tooMany := &Refusal{Found: "a list of very many files", Expected: fmt.Sprintf("at most %d files: unpack it yourself if you trust it", maxEntries)}
	switch {
	case bounded.left < 0:
		return nil, tooMany
	case err != nil:
		return nil, &Refusal{Found: "a zip archive or Excel workbook that is damaged or ends early", Expected: "a complete file: download or copy it again"}
	}
	bounded.left = 1 << 62
	n := 0
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/") {
			n++
		}
	}
	if n > maxEntries || len(z.File) > 4*maxEntries {
		return nil, tooMany
	}
	return z, nil
}

// boundedAt reads until a number of bytes is used up.
type boundedAt struct {
	r    io.ReaderAt
	left int64
}

func (b *boundedAt) ReadAt(p []byte, off int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errors.New("more than it may be")
	}
	return b.r.ReadAt(p, off)
}
