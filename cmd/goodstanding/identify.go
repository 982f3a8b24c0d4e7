package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor/exports"
	"goodstanding/monitor/store"
)

// identifiedJSON is what a file is, as `identify --json` prints it.
type identifiedJSON struct {
	File         string     `json:"file"`   // of an export in an archive: the archive's path and the name in it
	Format       string     `json:"format"` // empty: not recognised
	Encoding     string     `json:"encoding"`
	Delimiter    string     `json:"delimiter"`
	Gzip         bool       `json:"gzip"`
	Columns      int        `json:"columns"`
	Rows         int        `json:"rows"`
	BadRows      int        `json:"bad_rows"`
	From         *time.Time `json:"from"`
	To           *time.Time `json:"to"`
	Marketplaces []string   `json:"marketplaces"`
	Notes        []string   `json:"notes"`
	Reason       string     `json:"reason"` // why it would be refused; empty: it would be imported

	Changes        *changesJSON `json:"changes"`         // what importing it would change; null: not known
	ChangesUnknown string       `json:"changes_unknown"` // why not
}

// changesJSON is what importing a file would change, in rows.
type changesJSON struct {
	Account string `json:"account"`
	Again   bool   `json:"again"` // the same content was imported before
	New     int    `json:"new"`
	Changed int    `json:"changed"`
	Same    int    `json:"same"`
	Bad     int    `json:"bad"`
}

func (a *app) identifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "identify FILE…",
		Short: "Say what a file is and what it would change, without importing it",
		Long: `Reads files from end to end and says what they are: the kind of export, its encoding, delimiter, rows and span of dates,
and what could not be read. Archives and workbooks are opened. Where the account is known, by --account or because the
file lies in its inbox, it says what importing the file would change. Nothing is imported.

Exit status: 0 every file could be imported, 1 some would be refused.`,
		Example: "  goodstanding identify ~/Downloads/*\n  goodstanding identify --json --account my-shop 14012345678.txt",
		Args:    cobra.MinimumNArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a file")
	account := cmd.Flags().String("account", "", "the account that the files belong to (default: the one in whose inbox they lie)")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if *account != "" {
			if err := accountName(cmd, *account); err != nil {
				return err
			}
		}
		bar := newProgress(a.errOut)
		defer bar.end()
		trial, why := a.trial(cmd.Context(), bar)
		defer func() { err = errors.Join(err, trial.close()) }()
		p := newPrinter(a.out, a.env)
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		refused, silent := 0, false
		for _, path := range args {
			all, err := trial.file(cmd.Context(), path, *account, a.now(), why)
			bar.end()
			if err != nil {
				return err
			}
			for _, j := range all {
				if j.Reason != "" && !j.stray {
					refused++
				}
				if *asJSON {
					if err := enc.Encode(j.identifiedJSON); err != nil {
						return err
					}
					continue
				}
				p.identified(j, &silent)
			}
		}
		if p.err != nil {
			return p.err
		}
		if refused > 0 {
			return fmt.Errorf("%s would be refused", files(refused))
		}
		return nil
	}
	return cmd
}

// trial is an intake that changes nothing, with the database that it asks; without one it only identifies.
type trial struct {
	intake
	cfg     *Config // nil: there is none that can be read
	running bool    // a daemon works on the database
	waiting io.Writer
}

// trial makes ready to try files on the database, if there is one; why says why there is not.
func (a *app) trial(ctx context.Context, bar *progress) (t *trial, why string) {
	t = &trial{intake: intake{dry: true, watch: bar.watch, key: passingKey}, waiting: a.errOut}
	cfg, err := a.config()
	if err != nil {
		return t, "the configuration cannot be read: " + err.Error()
	}
	t.cfg = cfg
	if _, err := os.Stat(cfg.Database); errors.Is(err, fs.ErrNotExist) {
		return t, "there is no database yet"
	}
	release, err := lock(cfg.Database)
	if err == nil {
		err = release()
	}
	t.running = err != nil
	s, err := store.Open(ctx, cfg.Database)
	if err != nil {
		return t, err.Error()
	}
	t.store, t.home = s, cfg.home
	return t, ""
}

func (t *trial) close() error {
	if t.store == nil {
		return nil
	}
	return t.store.Close()
}

// identifiedFile is one export, or one file that is none.
type identifiedFile struct {
	identifiedJSON
	title string // of its format
	stray bool   // beside exports in an archive: nothing is amiss
}

// file identifies a file, or all that is in an archive, and tries it on an account's data if it can; why says why not.
func (t *trial) file(ctx context.Context, path, account string, now time.Time, why string) ([]identifiedFile, error) {
	d := &delivery{path: path, account: account, received: now}
	if info, err := os.Lstat(path); err == nil {
		d.received = receivedAt(filepath.Base(path), info.ModTime(), now)
	}
	if d.account == "" {
		if d.account = t.accountOf(path); d.account == "" && why == "" {
			why = "say with --account which account it belongs to"
		}
	}
	parts, err := t.look(ctx, d, func(watch exports.Watch) (*exports.File, error) { return exports.IdentifyWatched(path, watch) })
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	defer func() { _ = d.close() }() // only temporary files: what was learned stays right
	if err != nil {
		parts = []part{{err: err}}
	}
	var all []identifiedFile
	for _, p := range parts {
		j := identified(nameIn(path, d, p.file), p.file, p.err)
		if p.err == nil {
			if err := t.try(ctx, &j.identifiedJSON, d, p.file, now, why); err != nil {
				return nil, err
			}
		}
		if d.container != nil && len(all) == 0 {
			j.Notes = append(slices.Clone(d.container.Notes), j.Notes...)
		}
		all = append(all, j)
	}
	if d.container != nil && len(d.container.Files) > 0 {
		for _, s := range d.container.Strays {
			j := identified(nameIn(path, d, &exports.File{Name: s.File}), nil, s)
			j.stray = true
			all = append(all, j)
		}
	}
	return all, nil
}

// nameIn is the path of a file, and of what is in it.
func nameIn(path string, d *delivery, f *exports.File) string {
	if f == nil || d.container == nil {
		return path
	}
	if _, inner, ok := strings.Cut(f.Name, "/"); ok {
		return path + "/" + inner
	}
	return path
}

// accountOf returns the account in whose inbox a file lies, or "".
func (t *trial) accountOf(path string) string {
	if t.cfg == nil {
		return ""
	}
	inbox, err1 := filepath.Abs(t.cfg.InboxDir)
	file, err2 := filepath.Abs(path)
	if err1 != nil || err2 != nil {
		return ""
	}
	rel, err := filepath.Rel(inbox, file)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	if account := filepath.Dir(rel); account != "." && filepath.Base(account) == account {
		return account
	}
	return ""
}

// Bounds of a trial while a daemon works on the same database, which can write nothing in the meantime.
const (
	trialTime = 10 * time.Second
	trialWait = time.Second // before people are told that they wait for it
)

// try says what importing an identified file would change.
func (t *trial) try(ctx context.Context, j *identifiedJSON, d *delivery, f *exports.File, now time.Time, why string) error {
	if why != "" {
		j.ChangesUnknown = why
		return nil
	}
	in := t.intake
	trying, cancel := ctx, context.CancelFunc(func() {})
	if t.running {
		// The clock runs only once the database is ours: the daemon may be writing itself.
		trying, cancel = context.WithCancel(ctx)
		waiting := time.AfterFunc(trialWait, func() {
			_, _ = fmt.Fprintln(t.waiting, "goodstanding: waiting for the running daemon, which is writing to the database")
		})
		defer waiting.Stop()
		observe := in.watch
		in.watch = func(doing, name string) exports.Watch {
			if doing == importing {
				waiting.Stop()
				time.AfterFunc(trialTime, cancel)
			}
			return observe(doing, name)
		}
	}
	defer cancel()
	taken, err := in.takeIdentified(trying, f, nil, d.account, d.received, now)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case trying.Err() != nil:
		j.ChangesUnknown = "to find out takes too long while the daemon runs on the same database"
	case errors.Is(err, store.ErrNoAccount):
		j.Changes = &changesJSON{Account: d.account, New: f.Rows - f.BadRows, Bad: f.BadRows}
	case err != nil:
		j.ChangesUnknown = err.Error()
	case taken.Refusal != nil:
		j.Reason = taken.Refusal.Error()
	default:
		s := taken.Summary
		j.Changes = &changesJSON{Account: d.account, Again: s.Again, New: s.New, Changed: s.Changed, Same: s.Same, Bad: s.Bad}
		j.Notes = append([]string{}, taken.Notes...)
	}
	return nil
}

// identified describes a file that was identified, or why it was not.
func identified(path string, f *exports.File, err error) identifiedFile {
	j := identifiedFile{identifiedJSON: identifiedJSON{File: path, Marketplaces: []string{}, Notes: []string{}}}
	if f != nil {
		j.title = f.Format.Title
		j.Format, j.Encoding, j.Delimiter, j.Gzip = string(f.Format.Kind), string(f.Encoding), f.Delimiter, f.Gzip
		j.Columns, j.Rows, j.BadRows = f.Columns, f.Rows, f.BadRows
		j.From, j.To = known(f.From), known(f.To)
		for _, m := range f.Marketplaces {
			j.Marketplaces = append(j.Marketplaces, string(m))
		}
		j.Notes = append(j.Notes, f.Notes...)
	}
	if err != nil {
		j.Reason = err.Error()
		var refusal *exports.Refusal
		if !errors.As(err, &refusal) && f == nil {
			j.Reason = "cannot be read: " + err.Error()
		}
	}
	return j
}

// identified prints what a file is. Why its changes are not known is said once, for the first file.
func (p *printer) identified(j identifiedFile, silent *bool) {
	if j.Reason != "" {
		sign := p.paint("✖", color.FgRed)
		if j.stray {
			sign = "-"
		}
		p.printf("%s %s", sign, clean(j.File))
		if j.title != "" {
			p.printf(": %s, but", p.paint(j.title, color.Bold))
		}
		p.printf("\n")
		p.wrapped("    ", "    ", j.Reason)
		return
	}
	p.printf("%s %s: %s\n", p.paint("✓", color.FgGreen), clean(j.File), p.paint(j.title, color.Bold))
	zipped := ""
	if j.Gzip {
		zipped = "gzip, "
	}
	p.printf("    %s%s, ", zipped, j.Encoding)
	if j.Columns == 0 {
		p.printf("%s, ", strings.ToUpper(j.Delimiter))
	} else {
		p.printf("%s between %d columns, ", j.Delimiter, j.Columns)
	}
	p.printf("%s", countRows(j.Rows))
	if j.From != nil {
		p.printf(", %s to %s", j.From.Format("2 Jan 2006"), j.To.Format("2 Jan 2006"))
	}
	p.printf("\n")
	for _, m := range j.Marketplaces {
		p.printf("    %s\n", clean(m))
	}
	if j.BadRows > 0 {
		p.printf("    %s\n", p.paint(countRows(j.BadRows)+" cannot be read", color.FgYellow))
	}
	for _, n := range j.Notes {
		p.wrapped("    ", "    ", n)
	}
	switch c := j.Changes; {
	case c != nil && c.Again:
		p.printf("    the same content was imported for %s before: it would change nothing\n", clean(c.Account))
	case c != nil:
		p.printf("    would change %s: %s new, %s changed, %s the same\n", clean(c.Account), grouped(c.New), grouped(c.Changed), grouped(c.Same))
	case j.ChangesUnknown != "" && !*silent:
		p.wrapped("    ", "    ", "what it would change is not known: "+j.ChangesUnknown)
		*silent = true
	}
}
