package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
)

// stamp is the form of the time that the archive puts before a file's name.
const stamp = "20060102T150405Z"

var stamped = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d{8}T\d{6}Z)-(.+)$`) })

// receivedAt tells when a file was received: by the time in its name if it comes from an archive, else by its
// modification time, which is when the browser wrote it. Nothing is received after now.
func receivedAt(name string, modified, now time.Time) time.Time {
	at := modified
	if m := stamped().FindStringSubmatch(name); m != nil {
		if t, err := time.Parse(stamp, m[1]); err == nil {
			at = t
		}
	}
	if at.After(now) {
		at = now
	}
	return at.UTC().Truncate(time.Second)
}

// delivery is a file that arrived: an export, or an archive or workbook with several in it.
type delivery struct {
	path     string
	account  string
	received time.Time
	size     int64 // of the file, when a folder was searched for it

	container *exports.Container // nil: the file is an export itself, or none at all
	parts     []part
	waits     int           // parts that have not been dealt with
	took      time.Duration // so far, beside what taken tells
	taken     []taken
	failed    error // why it could not be dealt with now
}

// part is an export of a delivery, or what is no export.
type part struct {
	of   *delivery
	file *exports.File
	err  error // a *Refusal, or why it could not be read now
}

// arrived makes a delivery of a file; what is in it is not known yet.
func arrived(path, account string, modified, now time.Time) *delivery {
	return &delivery{path: path, account: account, received: receivedAt(filepath.Base(path), modified, now)}
}

// open finds out what is in a delivery. Content that was imported before costs its digest only.
func (in intake) open(ctx context.Context, d *delivery) {
	started := time.Now()
	d.parts, d.failed = in.partsOf(ctx, d)
	for i := range d.parts {
		d.parts[i].of = d
	}
	if len(d.parts) == 0 {
		d.parts = []part{{of: d}} // it fails as a whole
	}
	d.waits, d.took = len(d.parts), time.Since(started)
}

func (in intake) partsOf(ctx context.Context, d *delivery) ([]part, error) {
	name := filepath.Base(d.path)
	if isNew, err := in.isNew(ctx, d); err != nil || isNew {
		if err != nil {
			return nil, err
		}
		if f, ok := exports.Glance(d.path, nil); ok && !in.dry {
			return []part{{file: f}}, nil
		}
		return in.look(ctx, d, func(w exports.Watch) (*exports.File, error) { return exports.IdentifyWatched(d.path, w) })
	}
	content, err := exports.Digest(d.path, in.watching(ctx, "Looking at", name))
	if _, refused := errors.AsType[*exports.Refusal](err); refused {
		return []part{{file: &exports.File{Name: clean(name)}, err: err}}, nil
	}
	if err != nil {
		return nil, err
	}
	known, err := in.store.Has(ctx, d.account, content.Digest)
	if err != nil {
		return nil, err
	}
	if !known {
		return in.look(ctx, d, content.Identify)
	}
	container, err := exports.IsContainer(d.path)
	if err != nil {
		return nil, err
	}
	if container {
		return []part{{file: archiveOf(d.path, content.Digest, 0)}}, nil
	}
	if f, ok := content.Recognise(); ok {
		return []part{{file: f}}, nil
	}
	return in.look(ctx, d, content.Identify)
}

// isNew says whether the account never had a file of this size: then its digest, which is taken while it is read, need not
// be known before.
func (in intake) isNew(ctx context.Context, d *delivery) (bool, error) {
	info, err := os.Lstat(d.path)
	if err != nil || !info.Mode().IsRegular() {
		return false, nil //nolint:nilerr // taking the digest meets it again, and says what it means
	}
	had, err := in.store.HasSize(ctx, d.account, info.Size())
	return !had, err
}

// look reads a delivery from end to end by identify, or opens it if it is an archive or workbook.
func (in intake) look(ctx context.Context, d *delivery, identify func(exports.Watch) (*exports.File, error)) ([]part, error) {
	container, err := exports.IsContainer(d.path)
	if err != nil {
		return nil, err
	}
	if !container {
		f, err := identify(in.watching(ctx, "Checking", filepath.Base(d.path)))
		return []part{{file: f, err: err}}, nil
	}
	c, err := exports.Unpack(ctx, d.path, in.temp, in.watching(ctx, "Unpacking", filepath.Base(d.path)))
	d.container = c
	if _, refused := errors.AsType[*exports.Refusal](err); refused {
		f := archiveOf(d.path, c.Digest, c.Size)
		f.Format = exports.Format{} // it is no archive of exports
		return []part{{file: f, err: err}}, nil
	}
	if err != nil {
		return nil, err
	}
	parts := make([]part, len(c.Files))
	for i, f := range c.Files {
		parts[i] = part{file: f.File, err: f.Err}
	}
	return parts, nil
}

// archiveOf describes a whole archive or workbook for the store.
func archiveOf(path, digest string, size int64) *exports.File {
	return &exports.File{Name: clean(filepath.Base(path)), Digest: digest, Size: size, Format: exports.Format{Kind: monitor.KindArchive, Title: "Archive"}}
}

// close removes what was unpacked.
func (d *delivery) close() error {
	if d.container == nil {
		return nil
	}
	return d.container.Close()
}

// findFiles lists the files of a folder: those in it belong to the account named after it, those in a subfolder, however
// deep, to an account of the subfolder's name. Hidden files and what Goodstanding itself writes beside exports are left out.
func findFiles(root string, now time.Time) ([]*delivery, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", root, err)
	}
	var found []*delivery
	err = filepath.WalkDir(abs, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != abs && skipName(d.Name()) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		rel, err := filepath.Rel(abs, path)
		if err != nil {
			return err
		}
		account := filepath.Base(abs)
		if dir, _, nested := strings.Cut(rel, string(filepath.Separator)); nested {
			account = dir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		arrival := arrived(path, account, info.ModTime(), now)
		arrival.size = info.Size()
		found = append(found, arrival)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read folder %s: %w", root, err)
	}
	return found, nil
}

// skipName says whether a file is none of the seller's exports: hidden, still downloading, or our own remark.
func skipName(name string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, ".") || strings.HasPrefix(lower, "~$") || strings.HasSuffix(lower, "~") || lower == "desktop.ini" || lower == "thumbs.db" {
		return true
	}
	switch filepath.Ext(lower) {
	case ".why", ".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", ".opdownload":
		return true
	}
	return false
}

// readOrder is the order in which the kinds of a folder are imported: what tells an account's marketplace comes first,
// because feedback without it may not tell day from month.
var readOrder = []monitor.ExportKind{monitor.KindAccounts, monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindOrdersAPI, monitor.KindUnshippedOrders, monitor.KindShippingConfirmation}

// inReadOrder returns the parts of deliveries in the order of import.
func inReadOrder(found []*delivery) []part {
	var all []part
	for _, d := range found {
		all = append(all, d.parts...)
	}
	rank := func(p part) int {
		if p.file != nil {
			if i := slices.Index(readOrder, p.file.Format.Kind); i >= 0 {
				return i
			}
		}
		return len(readOrder)
	}
	slices.SortStableFunc(all, func(a, b part) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.of.received.Compare(b.of.received), cmp.Compare(a.of.path, b.of.path))
	})
	return all
}
