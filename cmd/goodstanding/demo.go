package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/alerts"
	"goodstanding/alerts/slack"
	"goodstanding/monitor"
	"goodstanding/monitor/metrics"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
	"goodstanding/monitor/store"
	"goodstanding/monitor/web"
)

// demoEnd is the last day of the demo's exports. It is fixed, so that everybody sees the same.
var demoEnd = monitor.Date(2026, time.November, 20)

// demoDays is how many days of daily downloads the demo has.
const demoDays = 100

func (a *app) demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show everything at work on three made-up accounts",
		Long: `Writes the exports that three made-up sellers would have downloaded every evening for 100 days, imports them, runs every
check, prints the report and each Slack message as it would look, and serves the status page and the metrics on this
machine until you press Ctrl-C. The clock of the demo stands at the evening of 20 November 2026.`,
		Example: "  goodstanding demo\n  goodstanding demo --once --dir /tmp/demo",
		Args:    cobra.NoArgs,
	}
	once := cmd.Flags().Bool("once", false, "end after the report instead of serving the page")
	dir := cmd.Flags().String("dir", "", "keep the exports and the database in this new folder (default: a temporary one, removed at the end)")
	listen := cmd.Flags().String("listen", "127.0.0.1:9464", "where to serve the page and the metrics; port 0 takes a free one")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		root := *dir
		if root == "" {
			if root, err = os.MkdirTemp("", "goodstanding-demo-"); err != nil {
				return fmt.Errorf("make a folder for the demo: %w", err)
			}
			defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
		} else if entries, err := os.ReadDir(root); err == nil && len(entries) > 0 {
			return usageOf(cmd, fmt.Errorf("--dir %s is not empty; name a new folder", root))
		}
		return a.demo(cmd.Context(), root, *listen, *once)
	}
	return cmd
}

func (a *app) demo(ctx context.Context, root, listen string, once bool) (err error) {
	p := newPrinter(a.out, a.env)
	log := slog.New(slog.NewTextHandler(a.errOut, nil))
	started := time.Now()
	at := simulator.DemoTime(demoEnd)
	folder := filepath.Join(root, "exports")
	shops := simulator.Demo(demoEnd)
	for _, shop := range shops {
		if err := simulator.Run(shop).WriteArchive(folder, demoEnd-demoDays+1, demoEnd, 18); err != nil {
			return err
		}
	}
	wrote := time.Since(started)
	s, err := store.OpenScratch(ctx, filepath.Join(root, "goodstanding.db"))
	if err != nil {
		return err
	}
	equip(s, builtInPhrases)
	defer func() { err = errors.Join(err, s.Close()) }()
	started = time.Now()
	bar := newProgress(a.errOut)
	files, err := intake{store: s, watch: bar.watch, key: passingKey}.importFolder(ctx, folder, at)
	bar.end()
	if err != nil {
		return err
	}
	imported := time.Since(started)
	started = time.Now()
	var outcomes []monitor.Outcome
	for _, shop := range shops {
		of, err := evaluate(ctx, s, shop.Name, at, defaultWatchers(policy.Book{}))
		if err != nil {
			return err
		}
		outcomes = append(outcomes, of...)
	}
	if err := decide(ctx, s, alerts.Default(), outcomes, log); err != nil {
		return err
	}
	if _, err := (&speaker{desk: defaultDesk(slackChannel), store: s}).speak(ctx, at); err != nil {
		return err
	}
	judgedIn := time.Since(started)
	p.findings(findingsOf(outcomes), at)
	if err := p.messages(ctx, s); err != nil {
		return err
	}
	rows := 0
	for _, t := range files {
		if t.Refusal != nil {
			return t.Refusal
		}
		rows += t.Summary.Read
	}
	p.printf("\n%s\n", p.paint(fmt.Sprintf("%d export files written in %.1f s, %d rows imported in %.1f s, %d checks run in %.2f s",
		len(files), wrote.Seconds(), rows, imported.Seconds(), len(outcomes), judgedIn.Seconds()), color.Faint))
	if once || p.err != nil {
		return p.err
	}
	return a.serveDemo(ctx, p, s, listen, log)
}

// messages prints every notice as it would look in Slack.
func (p *printer) messages(ctx context.Context, s *store.Store) error {
	notices, err := s.Notices(ctx)
	if err != nil {
		return err
	}
	p.printf("\n%s\n", p.paint(fmt.Sprintf("In Slack, %d messages:", len(notices)), color.Bold))
	for _, n := range notices {
		p.printf("\n%s\n", slack.Preview(slack.Render(n, slack.Style{}), p.colour, p.width))
	}
	return p.err
}

// serveDemo serves the page and the metrics of the demo until it is interrupted.
func (a *app) serveDemo(ctx context.Context, p *printer, s *store.Store, listen string, log *slog.Logger) error {
	b := &board{store: s, metrics: metrics.New(versionText())}
	if err := b.load(ctx, nil); err != nil {
		return err
	}
	if err := b.publish(ctx); err != nil {
		return err
	}
	server := web.New(web.Config{Listen: listen, Metrics: http.Handler(b.metrics.Handler()), Status: b.status, Version: versionText(), Log: log})
	addr, err := server.Listen(ctx)
	if err != nil {
		return err
	}
	p.printf("\nThe page is at http://%s/ and the metrics at http://%s/metrics. Press Ctrl-C to end.\n", addr, addr)
	if p.err != nil {
		return p.err
	}
	return server.Run(ctx)
}
