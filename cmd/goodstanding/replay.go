package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// eventJSON is a change of an alert as `replay --json` prints it: one object a line.
type eventJSON struct {
	At          time.Time        `json:"at"`
	Account     string           `json:"account"`
	Marketplace string           `json:"marketplace"`
	Signal      monitor.Signal   `json:"signal"`
	Subject     string           `json:"subject"`
	Event       monitor.Event    `json:"event"` // opened, escalated, eased or resolved
	Severity    monitor.Severity `json:"severity"`
	Value       *float64         `json:"value"` // null: there is none
	Limit       *float64         `json:"limit"`
	Defects     int              `json:"defects"`
	Orders      int              `json:"orders"`
	Headroom    *int             `json:"headroom"`
	Probability *float64         `json:"probability"` // that the limit is reached within 14 days; null: nothing is foreseen
	BreachAt    *monitor.Day     `json:"breach_at"`   // the day by which that is more likely than not
	Reason      string           `json:"reason"`
}

func (a *app) replayCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay [FOLDER]",
		Short: "Play the past: what would have been alerted, when, and how that compares with what happened",
		Long: `Takes a folder of archived exports, one subfolder an account, and imports each file into a scratch database at the moment
it was received: the time in its name, as in an archive, else its modification time. At each look it runs the checks on what
was known then, and prints what would have been alerted, and how many messages each account would have made in each week, as
the configuration has its channels. It ends with a score: the limits that were crossed, how long before
they were warned of, and the alerts that came to nothing, beside simple rules on the same data.

An account of a folder is replayed by itself: what only the exports of other accounts tell is not known to it.

With --database it plays what a database holds, by the time at which it happened, for someone who downloaded everything today:
as much as such a download can tell. Orders that it cannot place in time are not known, as ever.`,
		Example: `  goodstanding replay /var/lib/goodstanding/archive
  goodstanding replay --database ~/.local/share/goodstanding/goodstanding.db
  goodstanding replay --from 2026-09-01 --to 2026-11-20 --every 24h --json archive | jq -r 'select(.event=="opened").reason'`,
		Args: cobra.MaximumNArgs(1),
	}
	from := a.momentFlag(cmd, "from", "the first look (default: when the first file was received)")
	to := a.momentFlag(cmd, "to", "no look after this time (default: when the last file was received)")
	every := cmd.Flags().Duration("every", 24*time.Hour, "time between looks")
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object an event, and no score")
	messages := cmd.Flags().Bool("messages", false, "print the first line of each message that would have been sent, too")
	database := cmd.Flags().String("database", "", "replay what this database holds instead of a folder, by the time at which it happened")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		switch {
		case *every < time.Minute:
			return usageOf(cmd, fmt.Errorf("--every %s: want a minute or more", *every))
		case (len(args) == 1) == (*database != ""):
			return usageOf(cmd, errors.New("name either a folder of exports or a --database"))
		}
		cfg, err := a.config()
		if err != nil {
			return err
		}
		r := replay{every: *every, home: cfg.home, book: cfg.Book(), causes: cfg.causeReader(), desk: cfg.desk()}
		if r.watchers, err = cfg.watchers(); err != nil {
			return err
		}
		bar := newProgress(a.errOut)
		r.looked = lookBar(bar)
		limits := func(r *replay) error {
			if err := errors.Join(from(&r.from), to(&r.to)); err != nil {
				return err
			}
			if r.from.After(r.to) {
				return usageOf(cmd, fmt.Errorf("the first look, %s, is after the last, %s", r.from.Format(time.RFC3339), r.to.Format(time.RFC3339)))
			}
			return nil
		}
		// Somebody waits for it, and it is gone afterwards: memory is better spent than time.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
		var all []played
		if *database != "" {
			all, err = r.replayDatabase(cmd.Context(), *database, limits)
		} else {
			all, err = r.replayFolder(cmd.Context(), args[0], a.now(), limits)
		}
		bar.end()
		if err != nil {
			return fmt.Errorf("replay: %w", err)
		}
		if *asJSON {
			return a.writeEvents(all)
		}
		p := newPrinter(a.out, a.env)
		p.replayed(all)
		if *messages {
			p.headlines(all)
		}
		p.messageCounts(all)
		p.score(scoreOf(all, r.book))
		p.reliability(reliabilityOf(all, r.book))
		return p.err
	}
	return cmd
}

// replayFolder replays the exports of a folder; limits may move the first and last look, which are those of the files.
func (r replay) replayFolder(ctx context.Context, root string, now time.Time, limits func(*replay) error) (all []played, err error) {
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: there is no such folder", root)
	}
	found, err := findFiles(root, now)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: no file was found in it; name a folder of exports, with a subfolder for each account", root)
	}
	byTime := func(a, b *delivery) int { return a.received.Compare(b.received) }
	r.from, r.to = slices.MinFunc(found, byTime).received, slices.MaxFunc(found, byTime).received
	if err := limits(&r); err != nil {
		return nil, err
	}
	if r.temp, err = os.MkdirTemp("", "goodstanding-replay-"); err != nil {
		return nil, fmt.Errorf("make a folder for scratch databases: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.temp)) }()
	return r.folder(ctx, root, found)
}

// replayDatabase replays what a database holds.
func (r replay) replayDatabase(ctx context.Context, path string, limits func(*replay) error) (all []played, err error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: there is no such database", path)
	}
	s, err := store.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	equip(s, r.causes)
	defer func() { err = errors.Join(err, s.Close()) }()
	if r.from, r.to, err = s.Span(ctx); err != nil {
		return nil, err
	}
	if r.from.IsZero() {
		return nil, fmt.Errorf("%s: no orders were imported into it", path)
	}
	if err := limits(&r); err != nil {
		return nil, err
	}
	return r.database(ctx, s)
}

// momentFlag adds a flag that is a time; what it returns puts the time into its place, if one was given.
func (a *app) momentFlag(cmd *cobra.Command, name, about string) func(*time.Time) error {
	text := cmd.Flags().String(name, "", about)
	return func(into *time.Time) error {
		if *text == "" {
			return nil
		}
		if t, err := time.Parse(time.DateOnly, *text); err == nil {
			*into = t
			if name == "to" {
				*into = t.AddDate(0, 0, 1).Add(-time.Second)
			}
			return nil
		}
		t, err := time.Parse(time.RFC3339, *text)
		if err != nil {
			return usageOf(cmd, fmt.Errorf("--%s %q is no time; write it as 2026-11-20T18:00:00Z or 2026-11-20", name, *text))
		}
		*into = t.UTC()
		return nil
	}
}

// lookBar shows how far a replay is, in looks of all accounts that have begun.
func lookBar(bar *progress) func(n, of int) {
	var lock sync.Mutex
	done, all := 0, 0
	watch := bar.watch("Replaying", "")
	return func(n, of int) {
		lock.Lock()
		defer lock.Unlock()
		if n == 1 {
			all += of
		}
		done++
		if watch != nil {
			_ = watch(int64(done), int64(all)) // a bar never fails
		}
	}
}

// inOrder returns the events of all accounts by time.
func inOrder(all []played) []playedEvent {
	var events []playedEvent
	for _, p := range all {
		events = append(events, p.Events...)
	}
	slices.SortStableFunc(events, func(a, b playedEvent) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key.Account, b.Key.Account))
	})
	return events
}

func (a *app) writeEvents(all []played) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	for _, e := range inOrder(all) {
		f := e.Finding
		j := eventJSON{e.At, e.Key.Account, string(e.Key.Marketplace), e.Key.Signal, e.Key.Subject, e.Event, e.Severity,
			f.Value, f.Limit, f.Defects, f.Orders, f.Headroom, nil, nil, e.Reason}
		if f.Forecast != nil {
			j.Probability, j.BreachAt = &f.Forecast.Within14, f.Forecast.By
		}
		if err := enc.Encode(j); err != nil {
			return fmt.Errorf("print an event: %w", err)
		}
	}
	return nil
}

// replayed prints what would have been alerted.
func (p *printer) replayed(all []played) {
	events := inOrder(all)
	for _, e := range events {
		sign := signs[e.Severity]
		p.wrapped(fmt.Sprintf("%s  %s ", e.At.Format("2006-01-02 15:04"), p.paint(sign.shape+" "+pad(string(e.Event), 9), sign.paint...)), "                              ",
			clean(e.Key.Account)+", "+place(e.Finding)+e.Finding.Summary)
	}
	looks, filesRead, refused := 0, 0, 0
	for _, a := range all {
		looks += len(a.Looks)
		filesRead += a.Files
		refused += len(a.Refused)
	}
	p.printf("%s\n", p.paint(fmt.Sprintf("%d accounts, %s, %d refused, %d looks, %d events", len(all), files(filesRead), refused, looks, len(events)), color.Faint))
}
