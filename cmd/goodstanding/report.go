package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/store"
)

func (a *app) reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report FOLDER",
		Short: "Read a folder of export files and say what threatens the account",
		Long: `Reads every export file of a folder and prints what threatens the account. It needs no configuration and keeps nothing.
Files are recognised by their header. A subfolder is an account of its own.
A file's modification time counts as the time of its download, unless its name begins with one, as in an archive.

Exit status: 0 nothing critical, 3 something critical, 1 failure, 2 usage.`,
		Example: `  goodstanding report ~/Downloads/amazon
  goodstanding report --json --at 2026-11-20T18:00:00Z exports | jq .summary`,
		Args: cobra.ExactArgs(1),
	}
	at := a.atFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a finding")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		when, err := at()
		if err != nil {
			return err
		}
		if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
			return fmt.Errorf("report %s: there is no such folder", args[0])
		}
		bar := newProgress(a.errOut)
		findings, files, err := report(cmd.Context(), args[0], when, bar.watch)
		bar.end()
		if err != nil {
			return err
		}
		if *asJSON {
			for _, t := range files {
				for _, b := range t.Bad {
					_, _ = fmt.Fprintf(a.errOut, "goodstanding: row not read: %s %s\n", clean(t.File.Name), clean(b.String()))
				}
				if t.Refusal != nil {
					_, _ = fmt.Fprintf(a.errOut, "goodstanding: not read: %s\n", clean(t.Refusal.Error()))
				}
			}
			if err := writeJSON(a.out, findings); err != nil {
				return err
			}
			return verdict(findings)
		}
		p := newPrinter(a.out, a.env)
		p.findings(findings, when)
		p.files(files)
		if p.err != nil {
			return p.err
		}
		return verdict(findings)
	}
	return cmd
}

// verdict turns findings into the exit status.
func verdict(findings []monitor.Finding) error {
	if slices.ContainsFunc(findings, func(f monitor.Finding) bool { return f.Severity == monitor.Critical }) {
		return errCritical
	}
	return nil
}

// defaultWatchers are all checks with their defaults.
func defaultWatchers(book policy.Book) []watcher {
	var all []watcher
	for _, e := range checks.All() {
		all = append(all, watcher{entry: e, check: e.New(checks.Rules{Book: book})})
	}
	return all
}

// report imports a folder into a database that is thrown away, and judges every account in it. Who watches may be nil.
func report(ctx context.Context, folder string, at time.Time, watch observer) (findings []monitor.Finding, files []taken, err error) {
	dir, err := os.MkdirTemp("", "goodstanding-report-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder for the report: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := store.OpenScratch(ctx, filepath.Join(dir, "report.db"))
	if err != nil {
		return nil, nil, err
	}
	equip(s, builtInPhrases)
	defer func() { err = errors.Join(err, s.Close()) }()
	files, err = intake{store: s, temp: dir, watch: watch, key: passingKey}.importFolder(ctx, folder, at)
	if err != nil {
		return nil, files, err
	}
	accounts := judged(files)
	if len(accounts) == 0 {
		return nil, files, noExports(folder, files)
	}
	for _, name := range accounts {
		outcomes, err := evaluate(ctx, s, name, at, defaultWatchers(policy.Book{}))
		if err != nil {
			return nil, files, err
		}
		findings = append(findings, findingsOf(outcomes)...)
	}
	return findings, files, nil
}

// judged returns the accounts of a folder that sent any export of their own, sorted. A list of accounts at the top, or
// a note beside the subfolders, makes no account.
func judged(files []taken) []string {
	var names []string
	for _, t := range files {
		if t.Refusal == nil && t.File.Format.Kind != monitor.KindAccounts && !slices.Contains(names, t.Account) {
			names = append(names, t.Account)
		}
	}
	// An account of which nothing could be read must be heard of, once there is no other explanation for the file.
	for _, t := range files {
		if t.Refusal != nil && t.File != nil && t.File.Format.Kind != "" && !slices.Contains(names, t.Account) {
			names = append(names, t.Account)
		}
	}
	slices.Sort(names)
	return names
}

// noExports says why a folder gives no report.
func noExports(folder string, files []taken) error {
	var why strings.Builder
	fmt.Fprintf(&why, "report %s: no export file was found in it", folder)
	for i, t := range files {
		if t.Refusal == nil {
			continue
		}
		if i == 10 {
			why.WriteString("\n  …")
			break
		}
		fmt.Fprintf(&why, "\n  %s", clean(t.Refusal.Error()))
	}
	why.WriteString("\nDownload All Orders from Seller Central (Reports > Fulfilment > All Orders) into this folder, or see `goodstanding demo`.")
	return errors.New(why.String())
}
