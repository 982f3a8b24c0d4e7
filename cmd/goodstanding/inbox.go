package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"goodstanding/monitor/exports"
)

// inbox watches inbox/<account>/ and files away what was dealt with: archive/<account>/ holds what was imported, with
// the time it was received in its name, rejected/<account>/ what was refused, with a .why file beside it.
type inbox struct {
	dir, archive, rejected string
	settle                 time.Duration // how long a file must be unchanged before it is touched
	log                    *slog.Logger

	accounts []string        // whose folders the last scan could read
	arriving map[string]bool // accounts with files that are not complete yet
	seen     map[string]look // by path
	told     map[string]bool // oddities that were logged once
}

// look is what a file was like when it was first seen so.
type look struct {
	size     int64
	modified time.Time
	since    time.Time
	first    time.Time // when it was first seen at all
}

// arrivalPatience is how long an account's checks wait for a file that is still being written: half a history looks like
// exports that have stopped coming.
const arrivalPatience = 10 * time.Minute

// scan returns the files that are complete at now: unchanged for the settling time, and open for writing by nobody where
// the system can tell. An account whose folder cannot be read does not keep the others waiting: what is ready comes with
// the error. Oldest first, so that what the account's owner downloaded first is known first.
func (b *inbox) scan(now time.Time) ([]*delivery, error) {
	accounts, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, fmt.Errorf("look into the inbox: %w", err)
	}
	seen := map[string]look{}
	var ready []*delivery
	var errs []error
	b.accounts, b.arriving = b.accounts[:0], map[string]bool{}
	for _, a := range accounts {
		path := filepath.Join(b.dir, a.Name())
		if skipName(a.Name()) {
			continue
		}
		if !a.IsDir() {
			b.once(path, "a file lies in the inbox itself: move it into a folder named after its account")
			continue
		}
		files, err := os.ReadDir(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("look into the inbox of account %s: %w", a.Name(), err))
			continue
		}
		b.accounts = append(b.accounts, a.Name())
		for _, f := range files {
			file := filepath.Join(path, f.Name())
			if skipName(f.Name()) {
				continue
			}
			if f.IsDir() {
				b.once(file, "a folder lies in an account's inbox: files in it are not read")
				continue
			}
			info, err := f.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("look at %s: %w", file, err))
				continue
			}
			l := look{size: info.Size(), modified: info.ModTime(), since: now, first: now}
			if was, ok := b.seen[file]; ok {
				l.first = was.first
				if was.size == l.size && was.modified.Equal(l.modified) {
					l.since = was.since
				}
			}
			seen[file] = l
			if now.Sub(l.since) >= b.settle && !beingWritten(file) {
				ready = append(ready, arrived(file, a.Name(), info.ModTime(), now))
			} else if now.Sub(l.first) < arrivalPatience {
				b.arriving[a.Name()] = true
			}
		}
	}
	b.seen = seen
	slices.SortFunc(ready, func(x, y *delivery) int {
		return cmp.Or(x.received.Compare(y.received), cmp.Compare(x.path, y.path))
	})
	return ready, errors.Join(errs...)
}

// once logs an oddity the first time it is met.
func (b *inbox) once(path, what string) {
	if b.told == nil {
		b.told = map[string]bool{}
	}
	if !b.told[path] {
		b.told[path] = true
		b.log.Warn("something in the inbox is not read", "why", what, "path", path)
	}
}

// fileAway moves a delivery: into the archive if anything of it was imported, else among the rejected files. What
// could not be read is listed beside the rejected ones.
func (b *inbox) fileAway(d *delivery, files []taken) error {
	name := archiveName(d.received, d.path)
	imported := slices.ContainsFunc(files, func(t taken) bool { return t.Refusal == nil })
	why := whyOf(d, files, imported, name)
	if why != "" {
		if err := writeNew(filepath.Join(b.rejected, d.account, name+".why"), why); err != nil {
			return err
		}
	}
	folder := b.rejected
	if imported {
		folder = b.archive
	}
	return b.move(d.path, filepath.Join(folder, d.account, name))
}

// whyOf says what of a delivery could not be read, and why; empty: all of it could.
func whyOf(d *delivery, files []taken, imported bool, name string) string {
	var b strings.Builder
	bad := func(rows []exports.BadRow) {
		for _, row := range rows {
			fmt.Fprintf(&b, "%s\n", clean(row.String()))
			if row.Text != "" {
				fmt.Fprintf(&b, "    %s\n", clean(row.Text))
			}
		}
	}
	for _, t := range files {
		switch {
		case t.Refusal != nil:
			refused := filepath.Base(d.path)
			if imported || len(files) > 1 {
				refused = t.Refusal.File
			}
			fmt.Fprintf(&b, "%s was not imported.\n\n%s\n", clean(refused), clean(t.Refusal.Error()))
			bad(t.Refusal.Rows)
			b.WriteByte('\n')
		case len(t.Bad) > 0:
			fmt.Fprintf(&b, "%s was imported, but %d of its %d rows could not be read:\n\n", t.File.Name, t.Summary.Bad, t.Summary.Read+t.Summary.Bad)
			bad(t.Bad)
			if more := t.Summary.Bad - len(t.Bad); more > 0 {
				fmt.Fprintf(&b, "… and %d more\n", more)
			}
			b.WriteByte('\n')
		}
	}
	switch {
	case b.Len() == 0:
		return ""
	case imported:
		fmt.Fprintf(&b, "The file itself is in the archive as %s.\n", name)
	default:
		b.WriteString("Nothing of it was kept. When it is mended or downloaded again, put it into the inbox once more.\n")
	}
	return b.String()
}

// maxName is how many bytes of a file's own name the archive keeps: file systems take 255, and ours go around it.
const maxName = 180

// archiveName puts the time of receipt before a file's own name. A very long one loses its middle, never its extension.
func archiveName(received time.Time, path string) string {
	name := unstamped(filepath.Base(path))
	if ext := filepath.Ext(name); len(name) > maxName && len(ext) < 20 {
		name = strings.ToValidUTF8(name[:maxName-len(ext)], "") + ext
	} else if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "")
	}
	return received.Format(stamp) + "-" + name
}

// unstamped takes off the time that an archive put before a name, so that a file that comes again keeps one.
func unstamped(name string) string {
	if m := stamped().FindStringSubmatch(name); m != nil {
		return m[2]
	}
	return name
}

// writeNew writes a text file, making its folder.
func writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o770); err != nil {
		return fmt.Errorf("make folder for %s: %w", filepath.Base(path), err)
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

// move renames a file, or copies it where the target is on another disk. It never replaces a file: another one of the
// same name and second gets a number.
func (b *inbox) move(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o770); err != nil {
		return fmt.Errorf("move %s: %w", filepath.Base(from), err)
	}
	target := to
	for n := 2; ; n++ {
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return fmt.Errorf("move %s: %w", filepath.Base(from), err)
		}
		ext := filepath.Ext(to)
		target = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(to, ext), n, ext)
	}
	err := os.Rename(from, target)
	if errors.Is(err, syscall.EXDEV) {
		err = moveOver(from, target)
	}
	if err != nil {
		return fmt.Errorf("move %s: %w", filepath.Base(from), err)
	}
	return nil
}

// moveOver moves to another disk. Of a link the link itself is moved, never what it points to. A pipe or a device would
// keep the daemon waiting, and holds nothing that could be kept.
func moveOver(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	switch {
	case info.Mode().IsRegular():
		return copyOver(from, to)
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		if err := os.Symlink(target, to); err != nil {
			return err
		}
	}
	return os.Remove(from)
}

// copyOver moves a file to another disk. The original goes only once the copy is on the disk.
func copyOver(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	part := to + ".part"
	out, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Chtimes(part, info.ModTime(), info.ModTime()); err != nil {
		return err
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	return os.Remove(from)
}

// retryLater says whether an import failed only because the file is not complete.
func retryLater(err error) bool {
	return errors.Is(err, exports.ErrChanged) || errors.Is(err, fs.ErrNotExist)
}
