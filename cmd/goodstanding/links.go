package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor"
	"goodstanding/monitor/links"
	"goodstanding/monitor/store"
)

// linkJSON is a pair of accounts, as `links --json` prints it.
type linkJSON struct {
	A      string       `json:"a"`
	B      string       `json:"b"`
	Score  float64      `json:"score"`         // 0..1
	Via    string       `json:"via,omitempty"` // the account that joins them, where they share nothing by themselves
	Shared []sharedJSON `json:"shared"`        // the heaviest first
}

type sharedJSON struct {
	Kind   string  `json:"kind"`
	Weight float64 `json:"weight"`
	A      string  `json:"a"` // as people may see it
	B      string  `json:"b"`
}

func (a *app) linksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "links [FILE_OR_FOLDER…]",
		Short: "Say which accounts Amazon may take for one seller's, and what ties them",
		Long: `Compares all accounts by what the lists of identities say that they are known by, and prints those that one owner is
likely behind, with each attribute that they share and its weight: the natural logarithm of how much likelier it is with one
owner than with two strangers. What many accounts share weighs less. Numbers are shown by their last digits.

Without arguments it reads the database; with files or folders only those, and keeps nothing. The accounts are those that
the lists name; they need no folder of their own.`,
		Example: "  goodstanding links\n  goodstanding links --json identities.csv | jq 'select(.score > 0.9)'",
	}
	at := a.atFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a pair of accounts")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		when, err := at()
		if err != nil {
			return err
		}
		known, err := a.attributes(cmd.Context(), args, when)
		if err != nil {
			return err
		}
		found := links.Find(known)
		if *asJSON {
			enc := json.NewEncoder(a.out)
			enc.SetEscapeHTML(false)
			for _, l := range found.Links {
				if err := enc.Encode(linked(l)); err != nil {
					return err
				}
			}
			return nil
		}
		p := newPrinter(a.out, a.env)
		p.links(found)
		return p.err
	}
	return cmd
}

// attributes reads what accounts are known by, from the database or from the files named.
func (a *app) attributes(ctx context.Context, paths []string, at time.Time) (known monitor.Attributes, err error) {
	if len(paths) == 0 {
		_, s, err := a.open(ctx)
		if err != nil {
			return known, err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return s.Attributes(ctx, at)
	}
	dir, err := os.MkdirTemp("", "goodstanding-links-")
	if err != nil {
		return known, fmt.Errorf("make a folder for the links: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := store.OpenScratch(ctx, filepath.Join(dir, "links.db"))
	if err != nil {
		return known, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	bar := newProgress(a.errOut)
	defer bar.end()
	in := intake{store: s, temp: dir, watch: bar.watch, key: passingKey, lists: true}
	var found []*delivery
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return known, fmt.Errorf("read %s: %w", path, err)
		}
		if info.IsDir() {
			inside, err := findFiles(path, at)
			if err != nil {
				return known, err
			}
			found = append(found, inside...)
			continue
		}
		found = append(found, arrived(path, "main", info.ModTime(), at))
	}
	lists := 0
	err = in.takeAll(ctx, found, at, func(d *delivery, files []taken, err error) error {
		for _, t := range files {
			bar.end()
			switch {
			case t.Refusal != nil && !t.Stray:
				_, _ = fmt.Fprintf(a.errOut, "goodstanding: not read: %s\n", clean(t.Refusal.Error()))
			case t.Refusal == nil:
				for _, b := range t.Bad {
					_, _ = fmt.Fprintf(a.errOut, "goodstanding: row not read: %s %s\n", clean(t.File.Name), clean(b.String()))
				}
				if t.File.Format.Kind == monitor.KindIdentities {
					lists++
				}
			}
		}
		return err
	})
	if err != nil {
		return known, err
	}
	if lists == 0 {
		return known, fmt.Errorf("links %s: there is no list of identities in it; `goodstanding template identities` makes one", strings.Join(paths, " "))
	}
	return s.Attributes(ctx, at)
}

func linked(l links.Link) linkJSON {
	j := linkJSON{A: l.A, B: l.B, Score: rounded(l.Score, 4), Via: l.Via, Shared: []sharedJSON{}}
	for _, s := range l.Shared {
		j.Shared = append(j.Shared, sharedJSON{string(s.Kind), rounded(s.Weight, 2), s.A, s.B})
	}
	return j
}

// rounded rounds to a number of decimals.
func rounded(v float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(v*p) / p
}

// links prints groups of accounts with what ties them.
func (p *printer) links(f links.Found) {
	if len(f.Links) == 0 {
		p.printf("Nothing ties the %s that the lists of identities name to one another.\n", countOf(f.Accounts, "account", "accounts"))
		return
	}
	for _, group := range f.Groups {
		names := make([]string, len(group))
		for i, n := range group {
			names[i] = clean(n)
		}
		p.wrapped("", "  ", p.paint(strings.Join(names, ", "), color.Bold))
		in := map[string]bool{}
		for _, n := range group {
			in[n] = true
		}
		for _, l := range f.Links {
			if !in[l.A] || !in[l.B] {
				continue
			}
			p.printf("  %s and %s: %.0f %%\n", clean(l.A), clean(l.B), math.Floor(l.Score*100))
			if l.Via != "" {
				p.wrapped("    ", "      ", "by way of "+l.Via)
			}
			for _, s := range l.Shared {
				text := s.A
				if s.B != s.A {
					text += " / " + s.B
				}
				p.wrapped("    ", "      ", fmt.Sprintf("%+.1f %s: %s", s.Weight, kindLabel(s.Kind), clean(text)))
			}
		}
		p.printf("\n")
	}
}

func kindLabel(k monitor.IdentityKind) string { return strings.ReplaceAll(string(k), "_", " ") }

// countOf writes a number with its noun.
func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}
