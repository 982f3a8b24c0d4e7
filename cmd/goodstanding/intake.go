package main

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
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
	lists bool                                     // accounts.csv files tell the marketplace where the configuration does not
	temp  string                                   // the folder to unpack archives in; empty: the system's own
	watch observer                                 // nil: nobody watches
	dry   bool                                     // say what files would change, and change nothing
	key   func() ([]byte, error)                   // under which account numbers of identities.csv are hashed
}

// importing is what the last pass over a file is called.
const importing = "Importing"

// observer is asked, when a pass over a file begins, who is to be told how far it is; the answer may be nil.
type observer func(doing, name string) exports.Watch

// watching returns what tells the observer of a pass over a file, and ends the pass with the context.
func (in intake) watching(ctx context.Context, doing, name string) exports.Watch {
	var told exports.Watch
	if in.watch != nil {
		told = in.watch(doing, clean(name))
	}
	return func(read, size int64) error {
		if err := ctx.Err(); err != nil || told == nil {
			return err
		}
		return told(read, size)
	}
}

// taken is what became of an export, or of a file that is none.
type taken struct {
	File     *exports.File // nil for what was never recognised: a whole archive, or what is no export in one
	Account  string
	Received time.Time
	Summary  store.Summary
	Took     time.Duration // from the first look at it
	Notes    []string
	Bad      []exports.BadRow // of an imported file, at most maxBadRows
	Refusal  *exports.Refusal // why the whole file was refused; nil: imported
	Stray    bool             // refused, but only a file beside exports in an archive: nothing is amiss
}

// rows is how many rows the file had.
func (t taken) rows() int { return t.Summary.Read + t.Summary.Bad }

// seconds is how long it took, to the millisecond.
func (t taken) seconds() float64 { return math.Round(t.Took.Seconds()*1000) / 1000 }

// pace is how many rows were read a second; 0 where that was too quick to say.
func (t taken) pace() int {
	if t.Took < time.Millisecond {
		return 0
	}
	return int(float64(t.rows()) / t.Took.Seconds())
}

// takeIdentified imports one identified file; identified is the error of identifying it. A refusal is an outcome, noted
// in the store; any other error means that the file could not be dealt with now (it changed while it was read, the disk
// failed) and nothing of it was kept.
func (in intake) takeIdentified(ctx context.Context, f *exports.File, identified error, account string, received, now time.Time) (taken, error) {
	t := taken{File: f, Account: account, Received: received}
	if err := in.ensure(ctx, account); err != nil {
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
	if t.Refusal != nil && !in.dry {
		return t, in.store.Refuse(ctx, in.row(t), now, t.Refusal.Error())
	}
	return t, nil
}

// ensure notes the account that a file belongs to.
func (in intake) ensure(ctx context.Context, account string) error {
	if in.dry {
		return nil // an account that is not known stays so
	}
	var home monitor.Marketplace
	if in.home != nil {
		home = in.home(account)
	}
	if home == "" && in.lists {
		listed, err := in.listed(ctx)
		if err != nil {
			return err
		}
		home = listed[account]
	}
	return in.store.EnsureAccount(ctx, account, home)
}

// read imports the file; a refusal that only the account's setting brings out is noted in t.
func (in intake) read(ctx context.Context, t *taken, now time.Time) error {
	a, err := in.store.Account(ctx, t.Account)
	if err != nil {
		return err
	}
	setting := exports.Setting{Received: t.Received, Home: a.Marketplace, Marketplaces: a.Marketplaces}
	if t.File.Format.Kind == monitor.KindIdentities && in.key != nil {
		if setting.Secret, err = in.key(); err != nil {
			return err
		}
	}
	t.Notes = t.File.Notes
	described := func() store.File {
		row := in.row(*t)
		row.AsOf = t.File.AsOf(setting)
		return row
	}
	t.Summary, err = in.store.Import(ctx, described(), now, func(rows store.Rows) (int, error) {
		t.File.Watched(in.watching(ctx, importing, t.File.Name))
		res, err := t.File.Read(ctx, setting, exports.Sink{Fact: rows.Add, Sighting: rows.See, Known: rows.Known, Bad: func(b exports.BadRow) error {
			if len(t.Bad) < maxBadRows {
				t.Bad = append(t.Bad, b)
			}
			return nil
		}})
		rows.Same(res.Known)
		t.Notes = append(slices.Clone(t.File.Notes), res.Notes...)
		rows.Learn(described())
		return res.BadRows, err
	})
	if errors.Is(err, exports.ErrOtherwise) {
		t.Bad = nil
		if t.File, err = t.File.Survey(); err == nil {
			return in.read(ctx, t, now)
		}
	}
	if errors.As(err, &t.Refusal) {
		return nil
	}
	return err
}

// row describes the file for the store.
func (in intake) row(t taken) store.File {
	f := store.File{Account: t.Account, Received: t.Received, DryRun: in.dry}
	if t.File != nil {
		f.Kind, f.Name, f.Digest, f.Size = t.File.Format.Kind, t.File.Name, t.File.Digest, t.File.Size
		f.From, f.To, f.Latest, f.Sold = t.File.From, t.File.To, t.File.Latest, t.File.Marketplaces
	}
	return f
}

// takeAll imports deliveries, and hands each to settled once all that is in it has been dealt with: with what became of
// its exports, or with the error that kept them from being dealt with now. An error of settled ends it. What it unpacks is
// gone when it returns.
func (in intake) takeAll(ctx context.Context, found []*delivery, now time.Time, settled func(*delivery, []taken, error) error) (err error) {
	defer func() {
		for _, d := range found {
			err = errors.Join(err, d.close())
		}
	}()
	for _, d := range found {
		if err := ctx.Err(); err != nil {
			return err
		}
		in.open(ctx, d)
	}
	for _, p := range inReadOrder(found) {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := p.of
		if d.failed == nil {
			started := time.Now()
			t, err := in.takeIdentified(ctx, p.file, p.err, d.account, d.received, now)
			t.Took, d.took = d.took+time.Since(started), 0 // the first export of an archive has the unpacking
			d.taken, d.failed = append(d.taken, t), err
		}
		if d.waits--; d.waits > 0 {
			continue
		}
		if d.failed == nil {
			d.failed = in.settle(ctx, d, now)
		}
		if err := settled(d, d.taken, d.failed); err != nil {
			return err
		}
		if err := d.close(); err != nil {
			return err
		}
	}
	return nil
}

// settle ends a container: what was no export in it is named, and its digest is noted if nothing in it could tell more
// another time.
func (in intake) settle(ctx context.Context, d *delivery, now time.Time) error {
	if d.container == nil {
		return nil
	}
	complete := len(d.container.Files) > 0 && len(d.container.Strays) == 0
	for i, t := range d.taken {
		complete = complete && t.Refusal == nil && !t.File.Format.Kind.Own()
		if i == 0 {
			d.taken[i].Notes = append(slices.Clone(d.container.Notes), t.Notes...)
		}
	}
	if len(d.container.Files) > 0 {
		for _, s := range d.container.Strays {
			d.taken = append(d.taken, taken{Account: d.account, Received: d.received, Refusal: s, Stray: true})
		}
	}
	if !complete || in.dry {
		return nil
	}
	_, err := in.store.Import(ctx, in.row(taken{File: archiveOf(d.path, d.container.Digest, d.container.Size), Account: d.account, Received: d.received}), now,
		func(store.Rows) (int, error) { return 0, nil })
	return err
}

// importFolder imports a whole folder and returns what became of each file. A subfolder's account takes its marketplace
// from an accounts.csv at the top.
func (in intake) importFolder(ctx context.Context, root string, now time.Time) ([]taken, error) {
	found, err := findFiles(root, now)
	if err != nil {
		return nil, err
	}
	in.lists = true
	var all []taken
	err = in.takeAll(ctx, found, now, func(d *delivery, files []taken, err error) error {
		if errors.Is(err, os.ErrPermission) || errors.Is(err, exports.ErrChanged) {
			files, err = []taken{{Account: d.account, Received: d.received, Refusal: &exports.Refusal{File: filepath.Base(d.path), Expected: err.Error()}}}, nil
		}
		if err != nil {
			return err
		}
		all = append(all, files...)
		return nil
	})
	return all, err
}

// listed returns the marketplaces that accounts.csv files give accounts. One that sells in several has none.
func (in intake) listed(ctx context.Context) (map[string]monitor.Marketplace, error) {
	records, err := in.store.AccountRecords(ctx)
	if err != nil {
		return nil, err
	}
	homes := map[string]monitor.Marketplace{}
	for _, r := range records {
		if have, ok := homes[r.Account]; ok && have != r.Marketplace {
			homes[r.Account] = ""
			continue
		}
		homes[r.Account] = r.Marketplace
	}
	return homes, nil
}
