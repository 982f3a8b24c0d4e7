package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/metrics"
	"goodstanding/monitor/store"
	"goodstanding/monitor/web"
)

// board holds the newest result of every check for every account, and shows it on the page and to Prometheus. It is safe
// for concurrent use.
type board struct {
	store   *store.Store
	metrics *metrics.Metrics

	mu   sync.Mutex
	runs map[boardKey]monitor.Run
}

type boardKey struct {
	account string
	signal  monitor.Signal
}

// load takes the newest results of the active checks from the store, so that a restart shows them at once. Nil: of all.
func (b *board) load(ctx context.Context, active map[monitor.Signal]bool) error {
	runs, err := b.store.LastRuns(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runs = map[boardKey]monitor.Run{}
	for _, r := range runs {
		if active == nil || active[r.Signal] {
			b.runs[boardKey{r.Account, r.Signal}] = r
		}
	}
	return nil
}

// note takes new results.
func (b *board) note(outcomes []monitor.Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.runs == nil {
		b.runs = map[boardKey]monitor.Run{}
	}
	for _, o := range outcomes {
		k := boardKey{o.Account, o.Signal}
		r := monitor.Run{Outcome: o, LastJudged: b.runs[k].LastJudged}
		if o.Err == nil {
			r.LastJudged = o.At
		}
		b.runs[k] = r
	}
}

// all returns the results by account and signal.
func (b *board) all() []monitor.Run {
	b.mu.Lock()
	defer b.mu.Unlock()
	runs := make([]monitor.Run, 0, len(b.runs))
	for _, r := range b.runs {
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(x, y monitor.Run) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Signal, y.Signal))
	})
	return runs
}

// publish hands Prometheus what is known now.
func (b *board) publish(ctx context.Context) error {
	st, err := b.status(ctx)
	if err != nil {
		return err
	}
	held, err := b.store.Held(ctx)
	if err != nil {
		return err
	}
	b.metrics.Update(metrics.Snapshot{Findings: st.Findings, Alerts: st.Alerts, Held: held, Runs: b.all(), Imports: st.Imports, Outbox: st.Outbox})
	return nil
}

// status gathers what the page shows.
func (b *board) status(ctx context.Context) (web.Status, error) {
	var st web.Status
	accounts, err := b.store.Accounts(ctx)
	if err != nil {
		return st, err
	}
	for _, a := range accounts {
		st.Accounts = append(st.Accounts, a.Name)
	}
	if st.Alerts, err = b.store.OpenAlerts(ctx); err != nil {
		return st, err
	}
	if st.Imports, err = b.store.ImportTotals(ctx); err != nil {
		return st, err
	}
	if st.Outbox, err = b.store.Outbox(ctx); err != nil {
		return st, err
	}
	for _, r := range b.all() {
		st.Findings = append(st.Findings, r.Findings...)
		st.Round = later(st.Round, r.At)
	}
	return st, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
