package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// alertJSON is an open alert as `alerts list --json` prints it.
type alertJSON struct {
	ID           string           `json:"id"`
	Account      string           `json:"account"`
	Marketplace  string           `json:"marketplace"`
	Signal       monitor.Signal   `json:"signal"`
	Subject      string           `json:"subject"`
	Severity     monitor.Severity `json:"severity"`
	Opened       time.Time        `json:"opened"`
	Changed      time.Time        `json:"changed"`
	Judged       time.Time        `json:"judged"`
	BlindSince   *time.Time       `json:"blind_since"` // null: it can be judged
	Told         []string         `json:"told"`        // the channels that know of it
	Held         []string         `json:"held"`        // why a word about it waits
	Acknowledged *ackJSON         `json:"acknowledged"`
	Snoozed      *ackJSON         `json:"snoozed"`
	Silenced     bool             `json:"silenced"`
	Summary      string           `json:"summary"`
}

type ackJSON struct {
	By    string     `json:"by"`
	At    time.Time  `json:"at"`
	Until *time.Time `json:"until"` // null: until it is over or gets worse
}

func (a *app) alertsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "Show the open alerts, and acknowledge, snooze and silence them",
		Long: `Shows and answers alerts. A running daemon is told through the database: it edits the messages about them within seconds.
Alerts are named by the id that ` + "`alerts list`" + ` prints, or its beginning.`,
		Example: "  goodstanding alerts list\n  goodstanding alerts ack 4kq --for 24h --by anna",
		Args:    onlyCommands,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.alertsListCommand(), a.alertsAckCommand(), a.alertsUnackCommand(), a.alertsSnoozeCommand(), a.alertsUnsnoozeCommand(),
		a.alertsSilenceCommand(), a.alertsSilencesCommand(), a.alertsUnsilenceCommand(), a.alertsPreviewCommand(), a.alertsTestCommand())
	return cmd
}

func (a *app) alertsListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the open alerts, the worst first",
		Long:    "Lists the alerts that last: how bad, since when, and what people said of them.",
		Example: "  goodstanding alerts list\n  goodstanding alerts list --account my-shop --json | jq -r 'select(.acknowledged==null).id'",
		Args:    cobra.NoArgs,
	}
	accounts := cmd.Flags().StringSlice("account", nil, "only these accounts")
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object an alert")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		open, err := openAlerts(cmd.Context(), s, a.now())
		if err != nil {
			return err
		}
		if len(*accounts) > 0 {
			open = slices.DeleteFunc(open, func(j alertJSON) bool { return !slices.Contains(*accounts, j.Account) })
		}
		if *asJSON {
			enc := json.NewEncoder(a.out)
			enc.SetEscapeHTML(false)
			for _, j := range open {
				if err := enc.Encode(j); err != nil {
					return fmt.Errorf("print an alert: %w", err)
				}
			}
			return nil
		}
		p := newPrinter(a.out, a.env)
		p.alerts(open)
		return p.err
	}
	return cmd
}

// openAlerts gathers the open alerts with all that is known of them, the worst first.
func openAlerts(ctx context.Context, s *store.Store, at time.Time) ([]alertJSON, error) {
	open, err := s.OpenAlerts(ctx)
	if err != nil {
		return nil, err
	}
	silences, err := s.Silences(ctx, at)
	if err != nil {
		return nil, err
	}
	waiting, err := s.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	told, err := s.Told(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(open, func(x, y monitor.Alert) int { return y.Severity.Rank() - x.Severity.Rank() })
	all := make([]alertJSON, 0, len(open))
	for _, o := range open {
		j := alertJSON{ID: o.ID(), Account: o.Account, Marketplace: string(o.Marketplace), Signal: o.Signal, Subject: o.Subject, Severity: o.Severity,
			Opened: o.Opened, Changed: o.Changed, Judged: o.Judged, BlindSince: known(o.BlindSince), Acknowledged: ackOf(o.Acked, at), Snoozed: ackOf(o.Snoozed, at),
			Silenced: slices.ContainsFunc(silences, func(q monitor.Silence) bool { return q.Holds(at) && q.Match.Matches(o.AlertKey, o.Severity) }),
			Summary:  o.Finding.Summary, Told: []string{}, Held: []string{}}
		for _, u := range told {
			if u.Key == o.AlertKey && u.Last.Severity != monitor.OK {
				j.Told = append(j.Told, u.Channel)
			}
		}
		for _, w := range waiting {
			if w.Notice.Key == o.AlertKey && w.Why != "" && !slices.Contains(j.Held, string(w.Why)) {
				j.Held = append(j.Held, string(w.Why))
			}
		}
		all = append(all, j)
	}
	return all, nil
}

func ackOf(a monitor.Ack, at time.Time) *ackJSON {
	if !a.Holds(at) {
		return nil
	}
	return &ackJSON{a.By, a.At, known(a.Until)}
}

// alerts prints the open alerts.
func (p *printer) alerts(open []alertJSON) {
	if len(open) == 0 {
		p.printf("No alert is open.\n")
	}
	for _, j := range open {
		sign := signs[j.Severity]
		about := clean(j.Account) + ", " + words(string(j.Signal))
		if where := clean(strings.TrimSpace(j.Marketplace + " " + j.Subject)); where != "" {
			about += " (" + where + ")"
		}
		p.wrapped(j.ID+"  "+p.paint(sign.shape+" "+pad(sign.word, 9), sign.paint...), strings.Repeat(" ", 21), about+": "+j.Summary)
		notes := []string{"since " + j.Opened.Format("2 Jan 15:04 UTC")}
		if j.BlindSince != nil {
			notes = append(notes, "not judged since "+j.BlindSince.Format("2 Jan 15:04 UTC"))
		}
		if j.Acknowledged != nil {
			notes = append(notes, "acknowledged by "+clean(j.Acknowledged.By)+untilText(j.Acknowledged.Until))
		}
		if j.Snoozed != nil {
			notes = append(notes, "snoozed by "+clean(j.Snoozed.By)+untilText(j.Snoozed.Until))
		}
		switch {
		case j.Silenced:
			notes = append(notes, "silenced")
		case len(j.Held) > 0:
			notes = append(notes, "a word waits: "+strings.Join(j.Held, ", "))
		}
		p.printf("%s%s\n", strings.Repeat(" ", 21), p.paint(strings.Join(notes, "; "), color.Faint))
	}
}

// words turns late_shipment_rate into words.
func words(name string) string { return clean(strings.ReplaceAll(name, "_", " ")) }

func untilText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return " until " + t.Format("2 Jan 15:04 UTC")
}

// answerFlags adds --for and --by. By is at most so long that it fits beside an alert.
func (a *app) answerFlags(cmd *cobra.Command, usual time.Duration, about string) (length *time.Duration, by func() string) {
	length = cmd.Flags().Duration("for", usual, about)
	return length, a.byFlag(cmd)
}

func (a *app) byFlag(cmd *cobra.Command) func() string {
	name := cmd.Flags().String("by", "", "who says so (default: the user of this shell)")
	return func() string {
		by := []rune(clean(cmp.Or(*name, a.env("USER"), "somebody")))
		return string(by[:min(len(by), 80)])
	}
}

// answering adds what `alerts ack` and its like have in common: they do something to each alert that is named.
func (a *app) answering(cmd *cobra.Command, do func(ctx context.Context, s *store.Store, key monitor.AlertKey, at time.Time) (string, error)) *cobra.Command {
	cmd.Args = cobra.MinimumNArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		keys, err := findAlerts(cmd.Context(), s, args)
		if err != nil {
			return err
		}
		p := newPrinter(a.out, a.env)
		for _, key := range keys {
			done, err := do(cmd.Context(), s, key, a.now().UTC().Truncate(time.Second))
			if err != nil {
				return err
			}
			p.wrapped(key.ID()+"  ", "          ", fmt.Sprintf("%s, %s: %s", key.Account, words(string(key.Signal)), done))
		}
		return p.err
	}
	return cmd
}

// findAlerts returns the open alerts whose ids begin as given, each once.
func findAlerts(ctx context.Context, s *store.Store, ids []string) ([]monitor.AlertKey, error) {
	open, err := s.OpenAlerts(ctx)
	if err != nil {
		return nil, err
	}
	var keys []monitor.AlertKey
	for _, id := range ids {
		var found []monitor.AlertKey
		for _, o := range open {
			if id != "" && strings.HasPrefix(o.ID(), strings.ToLower(id)) {
				found = append(found, o.AlertKey)
			}
		}
		switch len(found) {
		case 0:
			return nil, fmt.Errorf("no open alert has an id that begins with %q; `goodstanding alerts list` lists them", id)
		case 1:
			if !slices.Contains(keys, found[0]) {
				keys = append(keys, found[0])
			}
		default:
			return nil, fmt.Errorf("the ids of %d open alerts begin with %q; write more of it", len(found), id)
		}
	}
	return keys, nil
}

func (a *app) alertsAckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ack ID...",
		Short: "Acknowledge alerts: somebody deals with them",
		Long: `Acknowledges alerts: no reminders are sent, and nobody else is told that it goes unanswered. It holds until --for has passed,
the alert is over, or it gets worse, which takes it back and is told.`,
		Example: "  goodstanding alerts ack 4kq --for 24h --by anna",
	}
	length, by := a.answerFlags(cmd, 0, "how long it holds (default: until the alert is over)")
	return a.answering(cmd, func(ctx context.Context, s *store.Store, key monitor.AlertKey, at time.Time) (string, error) {
		var until time.Time
		if *length != 0 {
			until = at.Add(*length)
		}
		if *length < 0 {
			return "", usageOf(cmd, fmt.Errorf("--for %s: want a time such as 24h", *length))
		}
		return "acknowledged by " + by() + untilText(known(until)), s.Acknowledge(ctx, key, by(), at, until)
	})
}

func (a *app) alertsUnackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "unack ID...", Short: "Take acknowledgements back", Long: "Takes the acknowledgements of alerts back: reminders come again.",
		Example: "  goodstanding alerts unack 4kq",
	}
	by := a.byFlag(cmd)
	return a.answering(cmd, func(ctx context.Context, s *store.Store, key monitor.AlertKey, at time.Time) (string, error) {
		return "not acknowledged", s.Unacknowledge(ctx, key, by(), at)
	})
}

func (a *app) alertsSnoozeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "snooze ID...",
		Short:   "Hear nothing of alerts for a while, unless they get worse",
		Long:    "Snoozes alerts: nothing is said of them for a while, unless they get worse or are over. Then what lasts is told again.",
		Example: "  goodstanding alerts snooze 4kq --for 24h",
	}
	length, by := a.answerFlags(cmd, 24*time.Hour, "how long")
	return a.answering(cmd, func(ctx context.Context, s *store.Store, key monitor.AlertKey, at time.Time) (string, error) {
		if *length <= 0 {
			return "", usageOf(cmd, fmt.Errorf("--for %s: want a time such as 24h", *length))
		}
		until := at.Add(*length)
		return "snoozed by " + by() + untilText(&until), s.Snooze(ctx, key, by(), at, until)
	})
}

func (a *app) alertsUnsnoozeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "unsnooze ID...", Short: "End a snooze", Long: "Ends the snooze of alerts: what was held back is told.",
		Example: "  goodstanding alerts unsnooze 4kq",
	}
	by := a.byFlag(cmd)
	return a.answering(cmd, func(ctx context.Context, s *store.Store, key monitor.AlertKey, at time.Time) (string, error) {
		return "not snoozed", s.Unsnooze(ctx, key, by(), at)
	})
}
