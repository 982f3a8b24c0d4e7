package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"goodstanding/alerts"
	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// watcher is a check that is switched on, with its configuration.
type watcher struct {
	entry checks.Entry
	check monitor.Check
	spec  string // cron
}

// bySpec puts checks together that run at the same times: they read what they have in common once.
func bySpec(all []watcher) [][]watcher {
	var groups [][]watcher
	for _, w := range all {
		i := slices.IndexFunc(groups, func(g []watcher) bool { return g[0].spec == w.spec })
		if i < 0 {
			groups = append(groups, []watcher{w})
			continue
		}
		groups[i] = append(groups[i], w)
	}
	return groups
}

// evaluate runs checks for one account at an instant. Nothing is saved. The error joins what could not be read; each
// failed check is a blind outcome.
func evaluate(ctx context.Context, s *store.Store, account string, at time.Time, watchers []watcher) (outcomes []monitor.Outcome, err error) {
	if err := s.Settle(ctx, account, at); err != nil {
		return nil, err
	}
	k, err := s.Known(ctx, account, at)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	for _, w := range watchers {
		out := monitor.Evaluate(ctx, w.entry.Signal, w.check, k, time.Now)
		outcomes = append(outcomes, out)
	}
	return outcomes, ctx.Err()
}

// decide saves outcomes and what the alert policy makes of them: words that wait to be said.
func decide(ctx context.Context, s *store.Store, p alerts.Policy, outcomes []monitor.Outcome, log *slog.Logger) error {
	var errs []error
	for _, o := range outcomes {
		if o.Err != nil {
			log.Error("check failed", "account", o.Account, "signal", o.Signal, "error", o.Err)
		}
		err := s.Decide(ctx, o, func(known []monitor.Alert) ([]monitor.Alert, []monitor.Notice) {
			d := p.Decide(known, roundOf(p, o, outcomes))
			return d.Alerts, d.Notices
		})
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// roundOf makes a round of an outcome: a deadline is weighed by the rate that was judged with it.
func roundOf(p alerts.Policy, o monitor.Outcome, with []monitor.Outcome) alerts.Round {
	var rates []monitor.Finding
	for _, other := range with {
		if w, ok := p.Weights[o.Signal]; ok && other.Account == o.Account && other.Signal == w.Rate {
			rates = append(rates, other.Findings...)
		}
	}
	return alerts.Round{Account: o.Account, Signal: o.Signal, At: o.At, Findings: p.Weigh(o.Signal, o.Findings, rates)}
}

// findingsOf gathers the findings of outcomes.
func findingsOf(outcomes []monitor.Outcome) []monitor.Finding {
	var all []monitor.Finding
	for _, o := range outcomes {
		all = append(all, o.Findings...)
	}
	return all
}
