package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/store"
)

// importJSON is what became of one file, as `import --json` prints it.
type importJSON struct {
	File       string   `json:"file"` // of an export in an archive: the archive's path and the name in it
	Account    string   `json:"account"`
	Format     string   `json:"format"`
	Again      bool     `json:"again"`
	Read       int      `json:"read"`
	New        int      `json:"new"`
	Changed    int      `json:"changed"`
	Same       int      `json:"same"`
	Bad        int      `json:"bad"`
	Refused    string   `json:"refused"` // empty: imported
	Notes      []string `json:"notes"`
	Seconds    float64  `json:"seconds"`
	RowsPerSec int      `json:"rows_per_second"`
}

func (a *app) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Import export files into the database by hand",
		Long: `Imports export files of one account. The files stay where they are. Importing a file again, or one that overlaps others,
changes only what it tells newly.`,
		Example: "  goodstanding import --account my-shop ~/Downloads/14012345678.txt",
		Args:    cobra.MinimumNArgs(1),
	}
	account := cmd.Flags().String("account", "", "the account that the files belong to (default: the only account there is, or main)")
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a file")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		ctx := cmd.Context()
		cfg, s, err := a.open(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		name, err := soleAccount(cmd, s, *account)
		if err != nil {
			return err
		}
		s.Alone = true
		bar := newProgress(a.errOut)
		defer bar.end()
		in := intake{store: s, home: cfg.home, watch: bar.watch, key: cfg.identityKey}
		now := a.now()
		var found []*delivery
		for _, path := range args {
			info, err := os.Lstat(path)
			if err != nil {
				return fmt.Errorf("import %s: %w", path, err)
			}
			if info.IsDir() {
				return fmt.Errorf("import %s: it is a folder; name its files, or see `goodstanding report`", path)
			}
			found = append(found, arrived(path, name, info.ModTime(), now))
		}
		p := newPrinter(a.out, a.env)
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		refused := 0
		var sum sumOfImports
		err = in.takeAll(ctx, found, now, func(d *delivery, files []taken, failed error) error {
			bar.end()
			if failed != nil {
				return failed
			}
			for _, t := range files {
				sum.add(t)
				j := importedJSON(d, t)
				if t.Refusal != nil && !t.Stray {
					refused++
				}
				if !*asJSON {
					p.imported(t, j)
				} else if err := enc.Encode(j); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if !*asJSON {
			p.sum(sum)
		}
		if p.err != nil {
			return p.err
		}
		if refused > 0 {
			return fmt.Errorf("%s not imported: the reason is above", files(refused))
		}
		return nil
	}
	return cmd
}

// sumOfImports is what several files came to.
type sumOfImports struct {
	taken
	files int // that were read now
}

func (s *sumOfImports) add(t taken) {
	s.Took += t.Took
	if t.Refusal != nil || t.Summary.Again {
		return
	}
	s.files++
	s.Summary.Read += t.Summary.Read
	s.Summary.New += t.Summary.New
	s.Summary.Changed += t.Summary.Changed
	s.Summary.Same += t.Summary.Same
	s.Summary.Bad += t.Summary.Bad
}

// importedJSON is what became of one file, or of one export of an archive.
func importedJSON(d *delivery, t taken) importJSON {
	j := importJSON{
		File: d.path, Account: d.account, Again: t.Summary.Again, Read: t.Summary.Read, New: t.Summary.New, Changed: t.Summary.Changed,
		Same: t.Summary.Same, Bad: t.Summary.Bad, Notes: t.Notes, Seconds: t.seconds(), RowsPerSec: t.pace(),
	}
	if j.Notes == nil {
		j.Notes = []string{}
	}
	inside := ""
	if t.File != nil {
		j.Format, inside = string(t.File.Format.Kind), t.File.Name
	}
	if t.Refusal != nil {
		j.Refused = t.Refusal.Error()
		if inside == "" {
			inside = t.Refusal.File
		}
	}
	if _, name, ok := strings.Cut(inside, "/"); ok && d.container != nil {
		j.File = d.path + "/" + name
	}
	return j
}

// imported prints what became of a file.
func (p *printer) imported(t taken, j importJSON) {
	name := clean(filepath.Base(j.File))
	if t.File != nil {
		name = clean(t.File.Name)
	}
	switch {
	case t.Stray:
		p.wrapped("  ", "    ", "not an export: "+t.Refusal.Error())
	case t.Refusal != nil:
		p.printf("%s %s\n", p.paint("✖ refused", color.FgRed), name)
		p.wrapped("    ", "    ", t.Refusal.Error())
		for _, b := range t.Refusal.Rows {
			p.wrapped("    ", "      ", b.String())
		}
	case j.Again:
		p.printf("%s %s: the same content was imported before\n", p.paint("✓", color.FgGreen), name)
	default:
		p.printf("%s %s: %s, %s\n", p.paint("✓", color.FgGreen), name, t.File.Format.Title, t.summary())
		for i, b := range t.Bad {
			if i == 5 {
				p.printf("    … and %s more\n", grouped(j.Bad-5))
				break
			}
			p.wrapped("    ", "      ", b.String())
		}
		for _, n := range t.Notes {
			p.wrapped("    ", "    ", n)
		}
	}
}

// sum prints what several files came to.
func (p *printer) sum(s sumOfImports) {
	if s.files > 1 {
		p.printf("%s: %s\n", p.paint(files(s.files), color.Bold), s.summary())
	}
}

// summary says in one line what an import did: read, new, changed, same, rejected, seconds, rows/s.
func (t taken) summary() string {
	text := fmt.Sprintf("%s read: %s new, %s changed, %s the same, %s rejected; %.1f s", countRows(t.rows()), grouped(t.Summary.New),
		grouped(t.Summary.Changed), grouped(t.Summary.Same), grouped(t.Summary.Bad), t.Took.Seconds())
	if pace := t.pace(); pace > 0 {
		text += fmt.Sprintf(", %s rows/s", grouped(pace))
	}
	return text
}

// accountName refuses a name that is no folder's.
func accountName(cmd *cobra.Command, named string) error {
	if !filepath.IsLocal(named) || strings.ContainsAny(named, `/\`) {
		return usageOf(cmd, fmt.Errorf("--account %q: name it as its folder in the inbox would be named", named))
	}
	return nil
}

// soleAccount finds out which account is meant when none is named.
func soleAccount(cmd *cobra.Command, s *store.Store, named string) (string, error) {
	if named != "" {
		return named, accountName(cmd, named)
	}
	accounts, err := s.Accounts(cmd.Context())
	if err != nil {
		return "", err
	}
	switch len(accounts) {
	case 0:
		return "main", nil
	case 1:
		return accounts[0].Name, nil
	}
	names := make([]string, len(accounts))
	for i, a := range accounts {
		names[i] = a.Name
	}
	return "", usageOf(cmd, fmt.Errorf("there are several accounts (%s): say with --account which one", strings.Join(names, ", ")))
}

// judge runs checks for the named accounts, or all, as of an instant.
func (a *app) judge(cmd *cobra.Command, s *store.Store, watchers []watcher, at time.Time, accounts, signals []string) ([]monitor.Finding, error) {
	all, err := s.Accounts(cmd.Context())
	if err != nil {
		return nil, err
	}
	for _, name := range signals {
		if !slices.ContainsFunc(watchers, func(w watcher) bool { return string(w.entry.Signal) == name }) {
			return nil, usageOf(cmd, fmt.Errorf("there is no check %q, or it is switched off; `goodstanding checks` lists them", name))
		}
	}
	if len(signals) > 0 {
		watchers = slices.DeleteFunc(slices.Clone(watchers), func(w watcher) bool { return !slices.Contains(signals, string(w.entry.Signal)) })
	}
	for _, name := range accounts {
		if !slices.ContainsFunc(all, func(a monitor.Account) bool { return a.Name == name }) {
			return nil, usageOf(cmd, fmt.Errorf("there is no account %q; nothing was imported for it yet", name))
		}
	}
	if len(all) == 0 {
		return nil, errors.New("nothing was imported yet: put exports into the inbox and start `goodstanding run`, or use `goodstanding import FILE…`")
	}
	var findings []monitor.Finding
	for _, acc := range all {
		if len(accounts) > 0 && !slices.Contains(accounts, acc.Name) {
			continue
		}
		outcomes, err := evaluate(cmd.Context(), s, acc.Name, at, watchers)
		if err != nil {
			return nil, err
		}
		findings = append(findings, findingsOf(outcomes)...)
	}
	return findings, nil
}

// look opens the database, judges, and prints: for machines, or with show for people. Its error sets the exit status.
func (a *app) look(cmd *cobra.Command, at time.Time, accounts, signals []string, asJSON bool,
	show func(*printer, *store.Store, []monitor.Finding) error) (err error) {
	cfg, s, err := a.open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	watchers, err := cfg.watchers()
	if err != nil {
		return err
	}
	findings, err := a.judge(cmd, s, watchers, at, accounts, signals)
	if err != nil {
		return err
	}
	if asJSON {
		err = writeJSON(a.out, findings)
	} else {
		err = show(newPrinter(a.out, a.env), s, findings)
	}
	if err != nil {
		return err
	}
	return verdict(findings)
}

func (a *app) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Run the checks now and print what they find",
		Long: `Runs the checks on what was imported and prints the report. It only looks: alerts are decided by the daemon.

Exit status: 0 nothing critical, 3 something critical, 1 failure, 2 usage.`,
		Example: "  goodstanding check\n  goodstanding check --account my-shop --signal order_defect_rate --json",
		Args:    cobra.NoArgs,
	}
	at := a.atFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a finding")
	accounts := cmd.Flags().StringSlice("account", nil, "only these accounts")
	signals := cmd.Flags().StringSlice("signal", nil, "only these checks")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		when, err := at()
		if err != nil {
			return err
		}
		return a.look(cmd, when, *accounts, *signals, *asJSON, func(p *printer, _ *store.Store, findings []monitor.Finding) error {
			p.findings(findings, when)
			return p.err
		})
	}
	return cmd
}

func (a *app) statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show at a glance how every account stands, what has arrived, and which alerts are open",
		Long: `Shows one line a signal and account, the exports that have arrived, the alerts that are open and the messages that wait.

Exit status: 0 nothing critical, 3 something critical, 1 failure, 2 usage.`,
		Example: "  goodstanding status\n  goodstanding status --json | jq -r 'select(.severity==\"critical\").summary'",
		Args:    cobra.NoArgs,
	}
	at := a.atFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a finding")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		when, err := at()
		if err != nil {
			return err
		}
		return a.look(cmd, when, nil, nil, *asJSON, func(p *printer, s *store.Store, findings []monitor.Finding) error {
			b := board{store: s}
			st, err := b.status(cmd.Context())
			if err != nil {
				return err
			}
			p.glance(findings, when)
			p.arrivals(st.Imports, when)
			p.open(st.Alerts)
			p.outbox(st.Outbox)
			return p.err
		})
	}
	return cmd
}

func (a *app) verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "verify",
		Short:   "Recompute the tallies from the facts and compare",
		Long:    "Recomputes the tallies that every rate rests on from the imported facts and says where they differ. They never should.",
		Example: "  goodstanding verify",
		Args:    cobra.NoArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		accounts, err := s.Accounts(cmd.Context())
		if err != nil {
			return err
		}
		p := newPrinter(a.out, a.env)
		wrong := 0
		for _, acc := range accounts {
			diffs, err := s.Verify(cmd.Context(), acc.Name)
			if err != nil {
				return err
			}
			wrong += len(diffs)
			for _, d := range diffs {
				p.printf("%s: %s of %s %s known %s: kept %d, facts say %d\n", clean(d.Account), d.Measure, d.Slice.Marketplace.Label(), d.Anchor, d.Known, d.Have, d.Want)
			}
		}
		if p.err != nil {
			return p.err
		}
		if wrong > 0 {
			return fmt.Errorf("%d tallies differ from the facts: please report this; importing the archive into a new database mends it", wrong)
		}
		p.printf("The tallies of %d accounts equal their facts.\n", len(accounts))
		return p.err
	}
	return cmd
}

// formatTitle names a kind of export for people.
func formatTitle(kind monitor.ExportKind) string {
	if kind == monitor.KindArchive {
		return "Archives"
	}
	for _, f := range exports.Formats() {
		if f.Kind == kind {
			return f.Title
		}
	}
	return "Unrecognised"
}
