package exports

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// Content is a file as it was when its digest was taken: the cheap way to recognise what was read before.
type Content struct {
	Digest string // SHA-256 of the file's bytes, in hexadecimal
	path   string
	info   fs.FileInfo
}

// Digest takes the digest of a file. Its errors are those of Identify.
func Digest(path string, watch Watch) (Content, error) {
	digest, info, err := digestTo(io.Discard, path, watch)
	return Content{digest, path, info}, named(err, printable(filepath.Base(path), maxFound), "take the digest of ")
}

// Identify identifies the file as the function of that name does, without taking the digest again. It returns ErrChanged
// if the file is no longer what it was.
func (c Content) Identify(watch Watch) (*File, error) {
	f := &File{Name: printable(filepath.Base(c.path), maxFound), Digest: c.Digest, path: c.path, watch: watch, digested: c.info}
	return f.identified(f.identify())
}

// digestTo copies a file and returns the digest of what it copied, and what the file was like.
func digestTo(w io.Writer, path string, watch Watch) (string, fs.FileInfo, error) {
	s, err := openSource(path, true)
	if err != nil {
		return "", nil, err
	}
	defer s.Close()
	s.watch = watch
	if _, err := io.Copy(w, s.raw); err != nil {
		return "", nil, fmt.Errorf("read export: %w", err)
	}
	digest, err := s.finish()
	return digest, s.info, err
}

// Recognise says what kind of export the top of the file shows, without reading on: enough for content that was imported
// before. It answers false where only Identify can tell. The File has no rows and is not to be read.
func (c Content) Recognise() (*File, bool) {
	s, err := openSource(c.path, false)
	if err != nil {
		return nil, false
	}
	defer s.Close()
	if !sameState(s.info, c.info) {
		return nil, false
	}
	f := &File{
		Name: printable(filepath.Base(c.path), maxFound), Digest: c.Digest, Size: s.info.Size(), Modified: s.info.ModTime(), Gzip: s.gzip,
		refusal: &Refusal{Found: "content that was imported before", Expected: "new content"},
	}
	f.refusal.File = f.Name
	head, _ := s.text.Peek(sniffed) // an error comes again with the first line
	if noText(head) != "" {
		return nil, false
	}
	var x *inspector
	if f.Encoding = sniff(head); f.Encoding == UTF8 {
		x = &inspector{}
	}
	w, err := newWalker(newLines(s, f.Name, f.Encoding, x), newOccasion(Setting{}))
	if err != nil || w.format == nil {
		return nil, false
	}
	f.Format = *w.format
	return f, true
}
