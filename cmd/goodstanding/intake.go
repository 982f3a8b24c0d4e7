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
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/store"
)

// maxBadRows is how many bad rows of one file are listed beside it.
const maxBadRows = 10_000

// intake imports export files into a store.
type intake struct {
	store *store.Store
	home  func(account string) monitor.Marketplace // by configuration; may be nil
}

// taken is what became of a file.
type taken struct {
	File     *exports.File // nil only for a file that could not be opened at all
	Account  string
	Received time.Time
	Summary  store.Summary
	Notes    []string
	Bad      []exports.BadRow // of an imported file, at most maxBadRows
	Refusal  *exports.Refusal // why the whole file was refused; nil: imported
}

// takeIdentified imports one identified file; identified is the error of identifying it. A refusal is an outcome, noted
// in the store; any other error means that the file could not be dealt with now (it changed while it was read, the disk
// failed) and nothing of it was kept.
func (in intake) takeIdentified(ctx context.Context, f *exports.File, identified error, account string, received, now time.Time) (taken, error) {
	t := taken{File: f, Account: account, Received: received}
	var home monitor.Marketplace
	if in.home != nil {
		home = in.home(account)
	}
	if err := in.store.EnsureAccount(ctx, account, home); err != nil {
		return t, err
	}
	if identified != nil && !errors.As(identified, &t.Refusal) {
		return t, identified
	}
	if t.Refusal == nil {
		if err := in.read(ctx, &t, now); err != nil {
			return t, err
		}
	}
	if t.Refusal != nil {
		return t, in.store.Refuse(ctx, in.row(t), now, t.Refusal.Error())
	}
	return t, nil
}

// read imports the file; a refusal that only the account's setting brings out is noted in t.
func (in intake) read(ctx context.Context, t *taken, now time.Time) error {
	a, err := in.store.Account(ctx, t.Account)
	if err != nil {
		return err
	}
	setting := exports.Setting{Received: t.Received, Home: a.Marketplace, Marketplaces: a.Marketplaces}
	t.Summary, err = in.store.Import(ctx, in.row(*t), now, func(rows store.Rows) (int, error) {
		res, err := t.File.Read(ctx, setting, exports.Sink{Fact: rows.Add, Known: rows.Known, Bad: func(b exports.BadRow) error {
			if len(t.Bad) < maxBadRows {
				t.Bad = append(t.Bad, b)
			}
			return nil
		}})
		t.Notes = append(slices.Clone(t.File.Notes), res.Notes...)
		return res.BadRows, err
	})
	if errors.As(err, &t.Refusal) {
		return nil
	}
	return err
}

// row describes the file for the store.
func (in intake) row(t taken) store.File {
	f := store.File{Account: t.Account, Received: t.Received}
	if t.File != nil {
		f.Kind, f.Name, f.Digest, f.Size = t.File.Format.Kind, t.File.Name, t.File.Digest, t.File.Size
		f.From, f.To, f.Latest = t.File.From, t.File.To, t.File.Latest
	}
	return f
}

// stamp is the form of the time that the archive puts before a file's name.
const stamp = "20060102T150405Z"

var stamped = regexp.MustCompile(`^(\d{8}T\d{6}Z)-(.+)$`)

// receivedAt tells when a file was received: by the time in its name if it comes from an archive, else by its
// modification time, which is when the browser wrote it. Nothing is received after now.
func receivedAt(name string, modified, now time.Time) time.Time {
	at := modified
	if m := stamped.FindStringSubmatch(name); m != nil {
		if t, err := time.Parse(stamp, m[1]); err == nil {
			at = t
		}
	}
	if at.After(now) {
		at = now
	}
	return at.UTC().Truncate(time.Second)
}

// candidate is an export file of a folder.
type candidate struct {
	path     string
	account  string
	received time.Time
	file     *exports.File
	err      error // why it was refused, or could not be read
}

// findFiles lists the files of a folder: those in it belong to the account named after it, those in a subfolder, however
// deep, to an account of the subfolder's name. Hidden files and what Goodstanding itself writes beside exports are left out.
func findFiles(root string, now time.Time) ([]candidate, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", root, err)
	}
	var found []candidate
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
		found = append(found, candidate{path: path, account: account, received: receivedAt(d.Name(), info.ModTime(), now)})
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
	if strings.HasPrefix(lower, ".") || strings.HasSuffix(lower, "~") || lower == "desktop.ini" || lower == "thumbs.db" {
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
var readOrder = []monitor.ExportKind{monitor.KindAccounts, monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindUnshippedOrders, monitor.KindShippingConfirmation}

// identifyAll identifies the files of a folder and sorts them into the order of import.
func identifyAll(ctx context.Context, found []candidate) error {
	for i := range found {
		if err := ctx.Err(); err != nil {
			return err
		}
		found[i].file, found[i].err = exports.Identify(found[i].path)
	}
	rank := func(c candidate) int {
		if c.file != nil {
			if i := slices.Index(readOrder, c.file.Format.Kind); i >= 0 {
				return i
			}
		}
		return len(readOrder)
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.received.Compare(b.received), cmp.Compare(a.path, b.path))
	})
	return nil
}

// importFolder imports a whole folder and returns what became of each file. A subfolder's account takes its marketplace
// from an accounts.csv at the top.
func (in intake) importFolder(ctx context.Context, root string, now time.Time) ([]taken, error) {
	found, err := findFiles(root, now)
	if err != nil {
		return nil, err
	}
	if err := identifyAll(ctx, found); err != nil {
		return nil, err
	}
	records := func(string) monitor.Marketplace { return "" }
	var all []taken
	for i, c := range found {
		if i == 0 || found[i-1].file != nil && found[i-1].file.Format.Kind == monitor.KindAccounts {
			if records, err = in.recorded(ctx); err != nil {
				return all, err
			}
		}
		one := intake{store: in.store, home: records}
		t, err := one.takeIdentified(ctx, c.file, c.err, c.account, c.received, now)
		if errors.Is(err, os.ErrPermission) || errors.Is(err, exports.ErrChanged) {
			t.Refusal, err = &exports.Refusal{File: filepath.Base(c.path), Expected: err.Error()}, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, t)
	}
	return all, nil
}

// recorded returns the marketplace that accounts.csv files give an account, where they give one.
func (in intake) recorded(ctx context.Context) (func(string) monitor.Marketplace, error) {
	records, err := in.store.AccountRecords(ctx)
	if err != nil {
		return nil, err
	}
	homes := map[string]monitor.Marketplace{}
	for _, r := range records {
		if have, ok := homes[r.Account]; ok && have != r.Marketplace {
			homes[r.Account] = "" // several stores: no home
			continue
		}
		homes[r.Account] = r.Marketplace
	}
	return func(account string) monitor.Marketplace {
		if in.home != nil {
			if m := in.home(account); m != "" {
				return m
			}
		}
		return homes[account]
	}, nil
}
