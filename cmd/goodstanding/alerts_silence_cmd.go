package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/alerts/slack"
	"goodstanding/checks"
	"goodstanding/monitor"
)

func (a *app) alertsSilenceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "silence",
		Short: "Keep alerts of a kind from being told for a while",
		Long: `Silences every alert that matches: nothing is said of it while the silence holds, however bad it is. Its end is announced where it
hides something. Then what still lasts is told as one message; what came and went meanwhile is not.`,
		Example: `  goodstanding alerts silence --account my-shop --for 72h --reason "moving house"
  goodstanding alerts silence --signal late_shipment_rate --up-to warning --for 24h`,
		Args: cobra.NoArgs,
	}
	var m monitor.Match
	f := cmd.Flags()
	f.StringVar(&m.Account, "account", "", "only alerts of this account")
	market := f.String("marketplace", "", "only alerts of this marketplace, such as Amazon.com")
	signal := f.String("signal", "", "only alerts of this signal, such as late_shipment_rate")
	f.StringVar(&m.Subject, "subject", "", "only alerts about this, as `alerts list` shows it")
	upTo := f.String("up-to", "", "only alerts that are no worse: watch, warning or critical")
	begins := a.momentFlag(cmd, "from", "when it begins (default: now)")
	reason := f.String("reason", "", "why, for those who wonder")
	length, by := a.answerFlags(cmd, 0, "how long; needed")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if err := readMatch(cmd, &m, *market, *signal, *upTo); err != nil {
			return err
		}
		q := monitor.Silence{Match: m, From: a.now().UTC().Truncate(time.Second), Reason: clean(*reason), By: by()}
		if err := begins(&q.From); err != nil {
			return err
		}
		if q.Until = q.From.Add(*length); *length <= 0 || !q.Until.After(a.now()) {
			return usageOf(cmd, errors.New("say with --for how long it is to hold, such as 24h"))
		}
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		if q.ID, err = s.AddSilence(cmd.Context(), q); err != nil {
			return err
		}
		p := newPrinter(a.out, a.env)
		p.silence(q)
		return p.err
	}
	return cmd
}

// readMatch checks what a silence is about. It must be about something.
func readMatch(cmd *cobra.Command, m *monitor.Match, market, signal, upTo string) error {
	if market != "" {
		known, ok := monitor.ParseMarketplace(market)
		if !ok {
			return usageOf(cmd, fmt.Errorf("--marketplace %q is no marketplace; write it as the exports do, such as Amazon.com", market))
		}
		m.Marketplace = known
	}
	if m.Signal = monitor.Signal(signal); signal != "" {
		if _, ok := checks.Find(m.Signal); !ok {
			return usageOf(cmd, fmt.Errorf("--signal %q: there is no such check; `goodstanding checks` lists them", signal))
		}
	}
	if m.UpTo = monitor.Severity(upTo); upTo != "" && m.UpTo.Rank() < monitor.Watch.Rank() {
		return usageOf(cmd, fmt.Errorf("--up-to %q: want watch, warning or critical", upTo))
	}
	if *m == (monitor.Match{}) {
		return usageOf(cmd, errors.New("say what to silence: --account, --marketplace, --signal, --subject or --up-to"))
	}
	return nil
}

// silence prints one silence.
func (p *printer) silence(q monitor.Silence) {
	var about []string
	for _, part := range []string{q.Match.Account, string(q.Match.Marketplace), words(string(q.Match.Signal)), q.Match.Subject} {
		if part != "" {
			about = append(about, part)
		}
	}
	if q.Match.UpTo != "" {
		about = append(about, "up to "+string(q.Match.UpTo))
	}
	text := fmt.Sprintf("%s, from %s until %s, by %s", strings.Join(about, ", "), q.From.Format("2 Jan 15:04"), q.Until.Format("2 Jan 15:04 UTC"), q.By)
	if q.Reason != "" {
		text += ": " + q.Reason
	}
	p.wrapped(fmt.Sprintf("silence %d  ", q.ID), "           ", text)
}

func (a *app) alertsSilencesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "silences", Short: "List the silences that hold or are to come", Long: "Lists the silences that are not over, by their end.",
		Example: "  goodstanding alerts silences", Args: cobra.NoArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		all, err := s.Silences(cmd.Context(), a.now())
		if err != nil {
			return err
		}
		p := newPrinter(a.out, a.env)
		if len(all) == 0 {
			p.printf("No silence holds.\n")
		}
		for _, q := range all {
			p.silence(q)
		}
		return p.err
	}
	return cmd
}

func (a *app) alertsUnsilenceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "unsilence NUMBER...", Short: "End silences now", Long: "Ends silences now: what still lasts of what they hid is told.",
		Example: "  goodstanding alerts unsilence 3", Args: cobra.MinimumNArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		for _, arg := range args {
			id, err := strconv.ParseInt(arg, 10, 64)
			if err == nil {
				err = s.EndSilence(cmd.Context(), id, a.now())
			}
			if err != nil {
				return fmt.Errorf("silence %q: there is none that is not over; `goodstanding alerts silences` lists them (%w)", arg, err)
			}
			if _, err := fmt.Fprintf(a.out, "silence %d has ended\n", id); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

func (a *app) alertsPreviewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "preview [ID...]",
		Short:   "Show the messages about open alerts as they would look in Slack",
		Long:    "Shows each open alert, or those that are named, as the message about it would look in Slack if it opened now. Nothing is sent.",
		Example: "  goodstanding alerts preview\n  goodstanding alerts preview 4kq",
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		cfg, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		open, err := s.OpenAlerts(cmd.Context())
		if err != nil {
			return err
		}
		if len(args) > 0 {
			keys, err := findAlerts(cmd.Context(), s, args)
			if err != nil {
				return err
			}
			open = slices.DeleteFunc(open, func(o monitor.Alert) bool { return !slices.Contains(keys, o.AlertKey) })
		}
		p := newPrinter(a.out, a.env)
		if len(open) == 0 {
			p.printf("No alert is open: there is nothing to show.\n")
		}
		for _, o := range open {
			n := monitor.Notice{Kind: monitor.KindAlert, Key: o.AlertKey, Event: monitor.Opened, At: a.now().UTC(), Severity: o.Severity, Finding: o.Finding,
				Reason: "This is a preview.", Acked: o.Acked, Snoozed: o.Snoozed, Opened: o.Opened, Channel: cfg.channelNames()[0]}
			p.printf("%s\n\n", slack.Preview(slack.Render(n, slack.Style{Threads: cfg.Slack.WebhookURL == "", Buttons: cfg.Slack.AppToken != "", Page: cfg.Web.URL}), p.colour, p.width))
		}
		return p.err
	}
	return cmd
}

func (a *app) alertsTestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "test [CHANNEL...]",
		Short:   "Send a test message to every channel, or to those that are named",
		Long:    "Sends a message that says that it is a test to every configured channel, or to those that are named, and says what came of it.",
		Example: "  goodstanding alerts test\n  goodstanding alerts test slack",
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		names := cfg.channelNames()
		for _, name := range args {
			if !slices.Contains(names, name) {
				return usageOf(cmd, fmt.Errorf("there is no channel %q; write one of %s", name, strings.Join(names, ", ")))
			}
		}
		if len(args) > 0 {
			names = args
		}
		senders, err := cfg.senders(slog.New(slog.NewTextHandler(a.errOut, nil)))
		if err != nil {
			return err
		}
		p := newPrinter(a.out, a.env)
		failed := 0
		for _, name := range names {
			at := a.now().UTC().Truncate(time.Second)
			ctx, cancel := context.WithTimeout(cmd.Context(), 30*time.Second)
			_, err := senders[name].Send(ctx, monitor.Notice{
				Kind: monitor.KindTest, Event: monitor.Opened, At: at, Severity: monitor.OK, Channel: name, Thread: "test/" + at.Format(time.RFC3339),
				Finding: monitor.Finding{Severity: monitor.OK, Summary: "This is a test of Goodstanding: nothing has happened."},
				Reason:  "Somebody ran `goodstanding alerts test`.",
			})
			cancel()
			if err != nil {
				failed++
				p.wrapped(p.paint("✖ ", color.FgRed)+clean(name)+"  ", "  ", err.Error())
				continue
			}
			p.printf("%s%s  sent\n", p.paint("✓ ", color.FgGreen), clean(name))
		}
		if p.err == nil && failed > 0 {
			return fmt.Errorf("%d of %d channels could not be reached", failed, len(names))
		}
		return p.err
	}
	return cmd
}
