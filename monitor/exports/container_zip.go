package exports

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// unpackZip unpacks an archive, or reads it as a workbook if it is one; own is the path of the copy that it was opened on.
func (c *Container) unpackZip(ctx context.Context, z *zip.Reader, own, name string) error {
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return &Refusal{Found: "a zip archive with a password", Expected: "an archive without one: unpack it yourself"}
		}
	}
	if is, refusal := workbookOf(z); is {
		return c.unpackWorkbook(ctx, z, own, name)
	} else if refusal != nil {
		return refusal
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") || litter(f.Name) {
			continue
		}
		if err := c.unpackEntry(ctx, f, within(name, f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// workbookOf says whether an archive is an Excel workbook, and refuses the documents of other office programs, which are
// zip archives, too.
func workbookOf(z *zip.Reader) (bool, *Refusal) {
	for _, f := range z.File {
		switch name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")); {
		case name == "xl/workbook.xml":
			return true, nil
		case name == "xl/workbook.bin":
			return false, &Refusal{Found: "a binary Excel workbook (.xlsb)", Expected: "the export itself, or the workbook saved as .xlsx"}
		case name == "word/document.xml" || name == "ppt/presentation.xml":
			return false, &Refusal{Found: "a text or presentation of an office program", Expected: "the export itself, as Amazon gives it"}
		case name == "index/document.iwa" || name == "index.zip":
			return false, &Refusal{Found: "a document of Apple Numbers, Pages or Keynote", Expected: "the export itself, or the sheet exported as .xlsx or CSV"}
		case name == "content.xml" && slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "mimetype" }):
			return false, &Refusal{Found: "an OpenDocument file", Expected: "the export itself, or the sheet saved as .xlsx or CSV"}
		}
	}
	return false, nil
}

// litter says whether an entry is what computers leave in archives: nobody put it there.
func litter(name string) bool {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || strings.HasPrefix(base, "._") || strings.HasPrefix(base, "~$") ||
		strings.EqualFold(base, "thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// unpackEntry unpacks one file of an archive and identifies it.
func (c *Container) unpackEntry(ctx context.Context, f *zip.File, name string) error {
	if !f.Mode().IsRegular() {
		c.stray(name, kindOfFile(f.Mode()), "a regular file")
		return nil
	}
	target := c.fresh()
	err := c.extract(ctx, f, name, target)
	if errors.Is(err, zip.ErrAlgorithm) {
		c.stray(name, "a compression that Goodstanding cannot unpack", "an archive that any program can: pack it again as a plain zip, or unpack it yourself")
		return nil
	}
	if err != nil {
		return err
	}
	head, err := headOf(target)
	if err != nil {
		return err
	}
	switch {
	case isZip(head):
		return c.unpackNested(ctx, target, name)
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		c.stray(name, "gzip data inside a zip archive", "the export itself: unpack it, or put it into the folder as it is")
		return os.Remove(target)
	}
	return c.take(target, name)
}

// unpackNested reads a workbook inside an archive. An archive inside an archive is not opened: each level multiplies what
// a small file can grow to.
func (c *Container) unpackNested(ctx context.Context, target, name string) (err error) {
	in, err := os.Open(target)
	if err != nil {
		return fmt.Errorf("open what was unpacked: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close(), os.Remove(target)) }()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("open what was unpacked: %w", err)
	}
	z, err := openZip(in, info.Size())
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		refusal.File = name
		c.Strays = append(c.Strays, refusal)
		return nil
	}
	if err != nil {
		return err
	}
	switch is, refusal := workbookOf(z); {
	case is:
		c.total += claimedBy(z)
		return c.unpackWorkbook(ctx, z, target, name)
	case refusal != nil:
		refusal.File = name
		c.Strays = append(c.Strays, refusal)
	default:
		c.stray(name, "an archive inside an archive", "the exports themselves: unpack it, or put it into the folder as it is")
	}
	return nil
}

// headOf returns the first bytes of a file.
func headOf(target string) ([]byte, error) {
	in, err := os.Open(target)
	if err != nil {
		return nil, fmt.Errorf("open what was unpacked: %w", err)
	}
	defer in.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read what was unpacked: %w", err)
	}
	return head[:n], nil
}

// extract unpacks one file to target.
func (c *Container) extract(ctx context.Context, f *zip.File, name, target string) (err error) {
	out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write what is unpacked: %w", err)
	}
	defer func() {
		if closed := out.Close(); closed != nil && err == nil {
			err = fmt.Errorf("write what is unpacked: %w", closed)
		}
	}()
	return c.pour(ctx, out, f, name)
}

// pour unpacks one file into w, within the bounds of the container, and checks it against its checksum.
func (c *Container) pour(ctx context.Context, w io.Writer, f *zip.File, name string) error {
	if f.UncompressedSize64 > uint64(max(0, c.budget())) {
		return c.errTooMuch()
	}
	in, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return err
	}
	if err != nil {
		return errDamaged(name)
	}
	defer in.Close()
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.Read(buf)
		c.unpacked += int64(n)
		c.done += int64(n)
		if c.budget() < 0 {
			return c.errTooMuch()
		}
		if err := c.tell(); err != nil {
			return err
		}
		if _, failed := w.Write(buf[:n]); failed != nil {
			if refusal, ok := errors.AsType[*Refusal](failed); ok {
				refusal.File = name
				return refusal
			}
			return fmt.Errorf("write what is unpacked: %w", failed)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return errDamaged(name)
		}
	}
}
