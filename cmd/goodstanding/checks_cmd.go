package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/checks"
	"goodstanding/monitor/policy"
)

// checkJSON is a check as `checks --json` prints it.
type checkJSON struct {
	Signal string      `json:"signal"`
	Title  string      `json:"title"`
	Finds  string      `json:"finds"`
	Counts string      `json:"counts"`
	Advice string      `json:"advice"`
	Source string      `json:"source"`
	Reads  []string    `json:"reads"`
	Limits []limitJSON `json:"limits"`
}

type limitJSON struct {
	Channel    string  `json:"channel"`
	Limit      float64 `json:"limit"`
	WindowDays int     `json:"window_days"`
	EndLagDays int     `json:"end_lag_days"`
	Source     string  `json:"source"`
}

func (a *app) checksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "checks",
		Short:   "List the checks with their limits",
		Long:    "Lists every check: what it warns of, how it counts, its limits and where they come from, and which exports it reads.",
		Example: "  goodstanding checks\n  goodstanding checks --json | jq -r .signal",
		Args:    cobra.NoArgs,
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a check")
	cmd.RunE = func(*cobra.Command, []string) error {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		book := cfg.Book()
		if *asJSON {
			enc := json.NewEncoder(a.out)
			enc.SetEscapeHTML(false)
			for _, e := range checks.All() {
				if err := enc.Encode(describe(e, book)); err != nil {
					return err
				}
			}
			return nil
		}
		p := newPrinter(a.out, a.env)
		for _, e := range checks.All() {
			d := describe(e, book)
			p.printf("%s  %s\n", p.paint(e.Title, color.Bold), d.Signal)
			p.wrapped("  ", "  ", d.Finds)
			for _, l := range d.Limits {
				ends := "today"
				if l.EndLagDays == 1 {
					ends = "yesterday"
				} else if l.EndLagDays > 1 {
					ends = fmt.Sprintf("%d days ago", l.EndLagDays)
				}
				p.wrapped("  limit   ", "          ", fmt.Sprintf("%s: under %g %% over %d days that end %s (%s)", l.Channel, l.Limit*100, l.WindowDays, ends, l.Source))
			}
			p.wrapped("  counts  ", "          ", d.Counts)
			if len(d.Reads) > 0 {
				p.wrapped("  reads   ", "          ", strings.Join(d.Reads, ", "))
			}
			p.wrapped("  then    ", "          ", d.Advice)
			p.printf("\n")
		}
		return p.err
	}
	return cmd
}

func describe(e checks.Entry, book policy.Book) checkJSON {
	j := checkJSON{Signal: string(e.Signal), Title: e.Title, Finds: e.Finds, Counts: e.Counts, Advice: e.Advice, Source: e.Source, Reads: []string{}, Limits: []limitJSON{}}
	for _, k := range e.Reads {
		j.Reads = append(j.Reads, string(k))
	}
	for _, r := range book.Rates(e.Signal, "", "") {
		j.Limits = append(j.Limits, limitJSON{r.Channel.Label(), r.Limit, r.Days, r.EndLag, r.Source})
	}
	return j
}
