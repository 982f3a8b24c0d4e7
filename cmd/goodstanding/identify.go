package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor/exports"
)

// identifiedJSON is what a file is, as `identify --json` prints it.
type identifiedJSON struct {
	File         string     `json:"file"`
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
}

func (a *app) identifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "identify FILE…",
		Short: "Say what a file is, without importing it",
		Long: `Reads files from end to end and says what they are: the kind of export, its encoding, delimiter, rows and span of dates,
and what could not be read. Nothing is imported.

Exit status: 0 every file could be imported, 1 some would be refused.`,
		Example: "  goodstanding identify ~/Downloads/*\n  goodstanding identify --json 14012345678.txt",
		Args:    cobra.MinimumNArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a file")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p := newPrinter(a.out, a.env)
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		refused := 0
		for _, path := range args {
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			f, err := exports.Identify(path)
			j := identified(path, f, err)
			if j.Reason != "" {
				refused++
			}
			if !*asJSON {
				p.identified(j, f)
			} else if err := enc.Encode(j); err != nil {
				return err
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

// identified describes a file that was identified, or why it was not.
func identified(path string, f *exports.File, err error) identifiedJSON {
	j := identifiedJSON{File: path, Marketplaces: []string{}, Notes: []string{}}
	if f != nil {
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

// identified prints what a file is.
func (p *printer) identified(j identifiedJSON, f *exports.File) {
	if j.Reason != "" {
		p.printf("%s %s\n", p.paint("✖", color.FgRed), clean(j.File))
		p.wrapped("    ", "    ", j.Reason)
		return
	}
	p.printf("%s %s: %s\n", p.paint("✓", color.FgGreen), clean(j.File), p.paint(f.Format.Title, color.Bold))
	zipped := ""
	if j.Gzip {
		zipped = "gzip, "
	}
	p.printf("    %s%s, %s between %d columns, %s", zipped, j.Encoding, j.Delimiter, j.Columns, countRows(j.Rows))
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
}
