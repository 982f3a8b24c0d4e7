package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"goodstanding/alerts"
	"goodstanding/monitor"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/metrics"
	"goodstanding/monitor/schedule"
	"goodstanding/monitor/store"
	"goodstanding/monitor/web"
)

func (a *app) runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Watch the inbox, run the checks on schedule and send alerts, until stopped",
		Long: `Runs as a background service: imports what arrives in inbox/ACCOUNT/, runs the checks when something arrived and on
schedule, sends alerts to Slack, and serves the page, /metrics, /healthz and /readyz. Ends on SIGINT and SIGTERM.`,
		Example: "  goodstanding run --config /etc/goodstanding/config.toml",
		Args:    cobra.NoArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		log := a.logger(cfg)
		for _, w := range cfg.Warnings {
			log.Warn("the configuration is unwise", "why", w)
		}
		for _, dir := range []string{cfg.InboxDir, cfg.ArchiveDir, cfg.RejectedDir} {
			if err := os.MkdirAll(dir, 0o770); err != nil {
				return fmt.Errorf("make folder: %w", err)
			}
		}
		if err := os.MkdirAll(filepath.Dir(cfg.Database), 0o770); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		for name := range cfg.Accounts {
			if err := os.MkdirAll(filepath.Join(cfg.InboxDir, name), 0o770); err != nil {
				return fmt.Errorf("make inbox: %w", err)
			}
		}
		release, err := lock(cfg.Database)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, release()) }()
		s, err := store.Open(cmd.Context(), cfg.Database)
		if err != nil {
			return err
		}
		equip(s, cfg.causeReader())
		defer func() { err = errors.Join(err, s.Close()) }()
		// What a daemon that was killed had unpacked; the lock says that there is no other.
		if err := os.RemoveAll(unpackedDir(cfg)); err != nil {
			return fmt.Errorf("clear what was unpacked: %w", err)
		}
		d, err := newDaemon(cfg, s, log, a.now)
		if err != nil {
			return err
		}
		return d.run(cmd.Context())
	}
	return cmd
}

// daemon is the order of a tick: what arrived is imported, the checks judge it, the policy decides, and what was decided
// is delivered. Import and judgement take turns; delivery, which waits for others, goes on beside them.
type daemon struct {
	cfg      *Config
	store    *store.Store
	log      *slog.Logger
	now      func() time.Time
	inbox    *inbox
	intake   intake
	watchers []watcher
	speaker  speaker
	deliver  *alerts.Deliverer
	pulse    *heartbeat
	board    *board

	known map[string]bool // accounts that the store has been told of
	owed  map[string]bool // accounts for which something arrived that was not judged yet
	turn  sync.Mutex      // one import or round at a time
	tired bool            // there was an import or a round since the last rest; of whose turn it is
	beat  atomic.Int64    // when the loop last came round, or made progress in a long import; Unix seconds
	ready atomic.Bool     // the inbox was read and every check ran once
}

// newDaemon wires the parts.
func newDaemon(cfg *Config, s *store.Store, log *slog.Logger, now func() time.Time) (*daemon, error) {
	watchers, err := cfg.watchers()
	if err != nil {
		return nil, err
	}
	d := &daemon{
		cfg: cfg, store: s, log: log, now: now, watchers: watchers,
		inbox: &inbox{dir: cfg.InboxDir, archive: cfg.ArchiveDir, rejected: cfg.RejectedDir, settle: cfg.Inbox.Settle, log: log},
		known: map[string]bool{}, owed: map[string]bool{},
		board:   &board{store: s, metrics: metrics.New(versionText())},
		speaker: speaker{desk: cfg.desk(), store: s}, pulse: newHeartbeat(cfg.Alerts),
	}
	// A long import is a sign of life at every piece that is read.
	alive := func(string, string) exports.Watch {
		return func(int64, int64) error { d.mark(); return nil }
	}
	d.intake = intake{store: s, home: cfg.home, temp: unpackedDir(cfg), watch: alive, key: cfg.identityKey}
	senders, err := cfg.senders(log)
	if err != nil {
		return nil, err
	}
	d.deliver = alerts.NewDeliverer(s, senders, rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))
	d.deliver.Fallback = cfg.fallbacks()
	return d, nil
}

// unpackedDir is where the daemon unpacks archives.
func unpackedDir(cfg *Config) string { return filepath.Join(filepath.Dir(cfg.Database), "unpacked") }

// logSender is where notices go without a Slack.
type logSender struct{ log *slog.Logger }

// Send implements alerts.Sender.
func (l logSender) Send(ctx context.Context, n monitor.Notice) (string, error) {
	if n.Quiet {
		return "", nil // a log is not edited
	}
	level := slog.LevelInfo
	if n.Severity.Rank() >= monitor.Warning.Rank() || n.Severity == monitor.Blind {
		level = slog.LevelWarn
	}
	l.log.Log(ctx, level, "alert", "kind", n.Kind, "event", n.Event, "account", n.Key.Account, "signal", n.Key.Signal, "severity", n.Severity, "says", clean(headline(n)))
	return "log", nil
}

// run is the daemon's life.
func (d *daemon) run(ctx context.Context) error {
	active := map[monitor.Signal]bool{}
	for _, w := range d.watchers {
		active[w.entry.Signal] = true
	}
	if err := d.board.load(ctx, active); err != nil {
		return err
	}
	var last time.Time
	for _, r := range d.board.all() {
		last = later(last, r.At)
	}
	d.speaker.away(last, d.now(), d.cfg.Alerts.CatchUpAfter)
	jobs := schedule.New(d.cfg.Location, d.log)
	if err := d.addJobs(jobs); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	d.mark()
	var wg sync.WaitGroup
	var webErr error
	if d.cfg.Web.Listen != "" {
		server := web.New(web.Config{
			Listen: d.cfg.Web.Listen, Hosts: d.cfg.Web.Hosts, Metrics: d.board.metrics.Handler(), Status: d.board.status,
			Alive: d.alive, Ready: d.isReady, Answer: d.answerPage, Version: versionText(), Log: d.log,
		})
		addr, err := server.Listen(ctx)
		if err != nil {
			return err
		}
		d.log.Info("serving", "page", "http://"+addr.String()+"/", "metrics", "http://"+addr.String()+"/metrics")
		wg.Go(func() {
			webErr = server.Run(ctx)
			if webErr != nil {
				stop(webErr)
			}
		})
	}
	wg.Go(func() { d.watchdog(ctx) })
	if l := d.listener(); l != nil {
		wg.Go(func() { l.Run(ctx) })
	}
	d.log.Info("started", "version", versionText(), "inbox", d.cfg.InboxDir, "database", d.cfg.Database, "checks", len(d.watchers), "alerts_to", strings.Join(d.cfg.channelNames(), ", "))
	err := jobs.Run(ctx)
	d.notify(sd.SdNotifyStopping)
	stop(nil)
	wg.Wait()
	d.log.Info("stopped")
	return errors.Join(err, webErr)
}

// addJobs fills the schedule, in the order of a tick.
func (d *daemon) addJobs(jobs *schedule.Schedule) error {
	if err := jobs.Add("inbox", "@every "+d.cfg.Inbox.Poll.String(), d.readInbox); err != nil {
		return err
	}
	for _, together := range bySpec(d.watchers) {
		if err := jobs.Add("checks "+together[0].spec, together[0].spec, func(ctx context.Context) error { return d.roundOfAll(ctx, together) }); err != nil {
			return err
		}
	}
	if d.keeps() {
		if err := jobs.Add("keep", "@every 10m", d.keep); err != nil {
			return err
		}
	}
	// Its first run comes after that of every check: from then on there is something to show.
	if err := jobs.Add("deliver", d.cfg.Schedule.Deliver, func(ctx context.Context) error {
		if !d.ready.Swap(true) {
			d.notify(sd.SdNotifyReady)
		}
		return d.drain(ctx)
	}); err != nil {
		return err
	}
	return jobs.Add("rest", "@every 1m", d.rest)
}

// readInbox imports what is complete in the inbox and judges the accounts that something arrived for.
func (d *daemon) readInbox(ctx context.Context) (err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	defer func() { d.pulse.note(pulseImport, err) }()
	d.mark()
	files, err := d.inbox.scan(d.now())
	errs := []error{err}
	// An account for which nothing ever arrives must be seen too: its checks are blind.
	for _, name := range d.inbox.accounts {
		if !d.known[name] {
			if err := d.store.EnsureAccount(ctx, name, d.cfg.home(name)); err != nil {
				return errors.Join(append(errs, err)...)
			}
			d.known[name] = true
		}
	}
	err = d.intake.takeAll(ctx, files, d.now(), func(w *delivery, files []taken, failed error) error {
		d.mark()
		if failed != nil {
			if ctx.Err() == nil && !retryLater(failed) {
				errs = append(errs, fmt.Errorf("account %s: %w", w.account, failed))
			}
			return ctx.Err() // stopping: what is here is read after the next start
		}
		d.owed[w.account], d.tired = true, true
		if err := d.fileAway(w, files); err != nil {
			errs = append(errs, err)
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		errs = append(errs, err)
	}
	judged := 0
	for account, owed := range d.owed {
		if !owed || d.inbox.arriving[account] {
			continue // more of it is on its way: half a history would be misjudged
		}
		delete(d.owed, account)
		judged++
		if err := d.round(ctx, account, d.watchers); err != nil {
			errs = append(errs, err)
		}
		d.mark()
	}
	if judged > 0 {
		errs = append(errs, d.board.publish(ctx))
		d.log.Info("judged what arrived", "accounts", judged)
	}
	return errors.Join(errs...)
}

// fileAway logs what became of a delivery, and moves it. The database has it before it leaves the inbox: a crash in
// between finds it there again, recognises the content, and moves it.
func (d *daemon) fileAway(w *delivery, files []taken) error {
	for _, t := range files {
		switch {
		case t.Stray:
			d.log.Info("no export", "account", w.account, "reason", clean(t.Refusal.Error()))
		case t.Refusal != nil:
			d.log.Warn("file refused", "account", w.account, "reason", clean(t.Refusal.Error()))
		default:
			d.log.Info("imported", "account", w.account, "file", t.File.Name, "format", t.File.Format.Kind, "again", t.Summary.Again,
				"read", t.Summary.Read, "new", t.Summary.New, "changed", t.Summary.Changed, "same", t.Summary.Same, "rejected", t.Summary.Bad,
				"seconds", t.seconds(), "rows_per_second", t.pace())
		}
		for _, n := range t.Notes {
			d.log.Info("about the file", "account", w.account, "file", t.File.Name, "note", clean(n))
		}
	}
	return d.inbox.fileAway(w, files)
}

// round runs checks for one account and saves what they find and what the policy decides.
func (d *daemon) round(ctx context.Context, account string, watchers []watcher) error {
	d.tired = true
	outcomes, err := evaluate(ctx, d.store, account, d.now().Truncate(time.Second), watchers)
	if err != nil {
		return err
	}
	if err := d.speaker.decide(ctx, outcomes, d.log); err != nil {
		return err
	}
	d.board.note(outcomes)
	return nil
}

// roundOfAll runs checks for every account.
func (d *daemon) roundOfAll(ctx context.Context, watchers []watcher) (err error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	defer func() { d.pulse.note(pulseChecks, err) }()
	accounts, err := d.store.Accounts(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range accounts {
		if ctx.Err() != nil {
			break
		}
		d.mark()
		if d.owed[a.Name] || d.inbox.arriving[a.Name] {
			continue // judged as a whole once all of it is here
		}
		if err := d.round(ctx, a.Name, watchers); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, d.board.publish(ctx))...)
}

// drain says what is to be said, and sends what waits in the outbox.
func (d *daemon) drain(ctx context.Context) error {
	_, silent := d.speaker.speak(ctx, d.now().Truncate(time.Second))
	sent, failed, err := d.deliver.Deliver(ctx, d.now())
	err = errors.Join(silent, err)
	d.pulse.note(pulseDelivery, err)
	if sent > 0 || failed > 0 {
		d.log.Info("delivered", "sent", sent, "failed", failed)
		err = errors.Join(err, d.board.publish(context.WithoutCancel(ctx)))
	}
	return errors.Join(err, d.callHeartbeat(ctx))
}

// callHeartbeat calls the dead man's switch if everything succeeds.
func (d *daemon) callHeartbeat(ctx context.Context) error {
	if !d.pulse.due(d.now()) || d.alive() != nil {
		return nil
	}
	for _, r := range d.board.all() {
		if r.Err != nil {
			return nil // its check has failed; the log has said so
		}
	}
	outbox, err := d.store.Outbox(ctx)
	if err != nil || overdue(outbox, d.now()) {
		return err
	}
	return d.pulse.beat(ctx, d.now())
}

// mark notes that the loop is alive.
func (d *daemon) mark() { d.beat.Store(d.now().Unix()) }

// patience is how long the loop may be away: one large file may take minutes.
const patience = 15 * time.Minute

// alive says whether the loop came round lately.
func (d *daemon) alive() error {
	away := d.now().Sub(time.Unix(d.beat.Load(), 0))
	if limit := max(patience, 3*d.cfg.Inbox.Poll); away > limit {
		return fmt.Errorf("the loop has not come round for %s", away.Round(time.Second))
	}
	return nil
}

// isReady says whether there is anything to show.
func (d *daemon) isReady() error {
	if !d.ready.Load() {
		return errors.New("the first round is not finished")
	}
	return nil
}

// notify tells systemd, where there is one.
func (d *daemon) notify(state string) {
	if _, err := sd.SdNotify(false, state); err != nil {
		d.log.Warn("systemd was not told", "state", state, "error", err)
	}
}

// watchdog tells systemd that the daemon lives, as long as its loop comes round.
func (d *daemon) watchdog(ctx context.Context) {
	every, err := sd.SdWatchdogEnabled(false)
	if err != nil || every == 0 {
		return
	}
	tick := time.NewTicker(every / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if d.alive() == nil {
				d.notify(sd.SdNotifyWatchdog)
			}
		}
	}
}
