package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"goodstanding/alerts"
	"goodstanding/monitor"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/store"
)

// replay plays the past of accounts: at each look it knows what had been downloaded by then, runs the checks, and lets the
// policy decide.
type replay struct {
	from, to time.Time     // the first look, and the last possible one
	every    time.Duration // between looks
	watchers []watcher
	desk     alerts.Desk
	book     policy.Book
	home     func(account string) monitor.Marketplace
	causes   phrases
	temp     string          // a folder for scratch databases
	looked   func(n, of int) // told after each look of an account; may be nil
}

// playedEvent is a change of an alert.
type playedEvent struct {
	At       time.Time
	Event    monitor.Event
	Key      monitor.AlertKey
	Finding  monitor.Finding // after it, in brief
	Severity monitor.Severity
	Reason   string
}

// inBrief returns what a replay keeps of a finding: the orders behind it, and what is said at length, would be most of the memory
// that many accounts and months take.
func inBrief(f monitor.Finding) monitor.Finding {
	brief := monitor.Finding{Account: f.Account, Marketplace: f.Marketplace, Signal: f.Signal, Subject: f.Subject, Severity: f.Severity,
		Value: copied(f.Value), Limit: copied(f.Limit), Defects: f.Defects, Orders: f.Orders, Headroom: copied(f.Headroom), Summary: f.Summary}
	if f.Forecast != nil {
		brief.Forecast = &monitor.Forecast{Within14: f.Forecast.Within14, By: copied(f.Forecast.By)}
	}
	return brief
}

// copied returns a copy of what may lie in the middle of something large.
func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// played is what came of one account.
type played struct {
	Account string
	Events  []playedEvent
	Looks   []playedLook
	Said    []playedMessage // without edits
	Files   int
	Refused []*exports.Refusal
	truth   map[monitor.Slice]*monitor.Triangle // as known at the end
}

// playedLook is what the checks said of rates at one look.
type playedLook struct {
	At    time.Time
	Rates []playedRate
}

// playedRate is a rate with a window and a limit.
type playedRate struct {
	rated
	days         int // of the window
	value, limit float64
	within14     float64 // the probability that the limit is reached; -1: nothing was foreseen
}

// rateOf returns the rate that a finding is about, and false where it is about none.
func rateOf(account string, f monitor.Finding) (r playedRate, ok bool) {
	channel, ok := channelOf(f.Subject)
	if !ok || f.Window == nil || f.Limit == nil || f.Value == nil || f.Severity == monitor.Blind {
		return r, false
	}
	r = playedRate{rated{account, f.Signal, monitor.Slice{Marketplace: f.Marketplace, Channel: channel}}, f.Window.Days, *f.Value, *f.Limit, -1}
	if f.Forecast != nil {
		r.within14 = f.Forecast.Within14
	}
	return r, true
}

// looks returns the instants of the replay.
func (r replay) looks() []time.Time {
	var all []time.Time
	for at := r.from; !at.After(r.to); at = at.Add(r.every) {
		all = append(all, at)
	}
	return all
}

// folder replays the accounts of a folder of exports, several at a time. What lies beside the accounts' folders, a list of
// accounts, is known to each of them.
func (r replay) folder(ctx context.Context, root string, found []*delivery) ([]played, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", root, err)
	}
	accounts := map[string][]*delivery{}
	var beside []*delivery
	for _, d := range found {
		if filepath.Dir(d.path) == abs {
			beside = append(beside, d)
			continue
		}
		accounts[d.account] = append(accounts[d.account], d)
	}
	if len(accounts) == 0 {
		accounts, beside = map[string][]*delivery{filepath.Base(abs): beside}, nil
	}
	names := slices.Sorted(maps.Keys(accounts))
	all := make([]played, len(names))
	errs := make([]error, len(names))
	var wait sync.WaitGroup
	queue := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		wait.Go(func() {
			for i := range queue {
				all[i], errs[i] = r.account(ctx, i, names[i], accounts[names[i]], beside)
			}
		})
	}
	// The largest first, so that none is left alone at the end.
	sizes := make([]int64, len(names))
	order := make([]int, len(names))
	for i, name := range names {
		order[i] = i
		for _, d := range accounts[name] {
			sizes[i] += d.size
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[b], sizes[a]) })
	for _, i := range order {
		queue <- i
	}
	close(queue)
	wait.Wait()
	return all, errors.Join(errs...)
}

// account replays one account in a scratch database of its own.
func (r replay) account(ctx context.Context, n int, name string, found, beside []*delivery) (p played, err error) {
	p.Account = name
	dir := filepath.Join(r.temp, fmt.Sprint(n))
	s, err := store.OpenScratch(ctx, filepath.Join(dir, "replay.db"))
	if err != nil {
		return p, err
	}
	equip(s, r.causes)
	defer func() { err = errors.Join(err, s.Close(), os.RemoveAll(dir)) }()
	waiting := slices.Clone(found)
	for _, d := range beside { // each account unpacks and reads them for itself
		waiting = append(waiting, &delivery{path: d.path, account: d.account, received: d.received})
	}
	slices.SortStableFunc(waiting, func(a, b *delivery) int { return cmp.Or(a.received.Compare(b.received), cmp.Compare(a.path, b.path)) })
	in := intake{store: s, home: r.home, lists: true, temp: dir, key: passingKey}
	judge := newJudgement(r.watchers, r.desk)
	looks := r.looks()
	for i, at := range looks {
		due := 0
		for due < len(waiting) && !waiting[due].received.After(at) {
			due++
		}
		arrived := false
		err := in.takeAll(ctx, waiting[:due], at, func(_ *delivery, files []taken, failed error) error {
			for _, t := range files {
				arrived = true
				p.Files++
				if t.Refusal != nil {
					p.Refused = append(p.Refused, t.Refusal)
				}
			}
			return failed
		})
		if err != nil {
			return p, err
		}
		waiting = waiting[due:]
		if p.Files == 0 { // before its first file an account is not known
			if r.looked != nil {
				r.looked(i+1, len(looks))
			}
			continue
		}
		if err := s.EnsureAccount(ctx, name, ""); err != nil {
			return p, err
		}
		if err := r.look(ctx, s, &p, judge, at, arrived); err != nil {
			return p, err
		}
		if r.looked != nil {
			r.looked(i+1, len(looks))
		}
	}
	return p, p.end(ctx, s)
}

// database replays the accounts of a database from what was imported already, by the time at which it happened.
func (r replay) database(ctx context.Context, s *store.Store) ([]played, error) {
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var all []played
	for _, account := range accounts {
		p := played{Account: account.Name}
		judge := newJudgement(r.watchers, r.desk)
		looks := r.looks()
		for i, at := range looks {
			if err := r.look(ctx, s, &p, judge, at, false); err != nil {
				return nil, err
			}
			if r.looked != nil {
				r.looked(i+1, len(looks))
			}
		}
		if err := p.end(ctx, s); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// look runs the checks at an instant.
func (r replay) look(ctx context.Context, s *store.Store, p *played, judge *judgement, at time.Time, arrived bool) (err error) {
	if err := s.Settle(ctx, p.Account, at); err != nil {
		return err
	}
	k, err := s.Known(ctx, p.Account, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	var outcomes []monitor.Outcome
	for _, w := range judge.due(at, arrived) {
		bare := &withoutShares{Known: k}
		o := monitor.Evaluate(ctx, w.entry.Signal, w.check, bare, time.Now)
		if bare.asked && judge.isNews(o) {
			o = monitor.Evaluate(ctx, w.entry.Signal, w.check, k, time.Now)
		}
		outcomes = append(outcomes, o)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p.look(at, outcomes, judge)
	return nil
}

// withoutShares is what is known without how the orders are shared out. Counting that costs the orders of a window at every look
// of an alert that lasts, and it only says what carries a rate, which is told when the alert opens or becomes worse.
type withoutShares struct {
	monitor.Known
	asked bool // something would be otherwise with them
}

// Shares implements monitor.Known.
func (w *withoutShares) Shares(context.Context, monitor.OrderQuery) ([]monitor.Share, error) {
	w.asked = true
	return nil, nil
}

// isNews says whether an outcome would open an alert or make one worse.
func (j *judgement) isNews(o monitor.Outcome) bool {
	return slices.ContainsFunc(o.Findings, func(f monitor.Finding) bool {
		a, known := j.memory.Alerts[f.Key()]
		return f.Severity.Worse(monitor.OK) && (!known || !a.Resolved.IsZero() || f.Severity.Worse(a.Severity))
	})
}

// end reads what really happened, as far as it is known at the last look.
func (p *played) end(ctx context.Context, s *store.Store) (err error) {
	if len(p.Looks) > 0 {
		p.truth, err = triangles(ctx, s, p.Account, p.Looks[len(p.Looks)-1].At)
	}
	return err
}

// look takes in the outcomes of one look.
func (p *played) look(at time.Time, outcomes []monitor.Outcome, j *judgement) {
	look := playedLook{At: at}
	for _, o := range outcomes {
		p.Events = append(p.Events, j.decide(o, outcomes)...)
		for _, f := range o.Findings {
			if r, ok := rateOf(p.Account, f); ok {
				look.Rates = append(look.Rates, r)
			}
		}
	}
	p.Looks = append(p.Looks, look)
	for _, n := range j.memory.Speak(at) {
		if !n.Quiet {
			p.Said = append(p.Said, messageOf(n))
		}
	}
}

// triangles reads what is known of each slice at an instant.
func triangles(ctx context.Context, s *store.Store, name string, at time.Time) (all map[monitor.Slice]*monitor.Triangle, err error) {
	k, err := s.Known(ctx, name, at)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	slices, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	all = map[monitor.Slice]*monitor.Triangle{}
	for _, slice := range slices {
		if all[slice], err = k.Triangle(ctx, slice); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// judgement is the memory of alerts that a replay keeps instead of a database's.
type judgement struct {
	watchers []watcher
	memory   *alerts.Memory
	day      monitor.Day // when what changes slowly was judged last
}

func newJudgement(watchers []watcher, desk alerts.Desk) *judgement {
	return &judgement{watchers: watchers, memory: alerts.NewMemory(desk), day: -1}
}

// due returns the checks of a look: those of what changes slowly once a day, and when something has arrived.
func (j *judgement) due(at time.Time, arrived bool) []watcher {
	if day := monitor.DayOf(at, time.UTC); arrived || day != j.day {
		j.day = day
		return j.watchers
	}
	return slices.DeleteFunc(slices.Clone(j.watchers), func(w watcher) bool { return w.entry.Daily })
}

// decide lets the policy decide on an outcome, judged with others, and returns what changed of the alerts.
func (j *judgement) decide(o monitor.Outcome, with []monitor.Outcome) []playedEvent {
	known := map[monitor.AlertKey]monitor.Alert{}
	for key, a := range j.memory.Alerts {
		if key.Signal == o.Signal {
			known[key] = a
		}
	}
	d := j.memory.Round(roundOf(j.memory.Desk.Policy, o, with))
	reasons := map[monitor.AlertKey]string{}
	for _, n := range d.Notices {
		reasons[n.Key] = n.Reason
	}
	var events []playedEvent
	for _, a := range d.Alerts {
		was, open := known[a.AlertKey]
		open = open && was.Resolved.IsZero()
		e := playedEvent{At: o.At, Key: a.AlertKey, Severity: a.Severity, Reason: cmp.Or(reasons[a.AlertKey], a.Finding.Summary)}
		switch {
		case !a.Resolved.IsZero() && open:
			e.Event, e.Severity = monitor.Resolved, monitor.OK
		case !a.Resolved.IsZero():
			continue
		case !open:
			e.Event = monitor.Opened
		case a.Severity.Worse(was.Severity):
			e.Event = monitor.Escalated
		case was.Severity.Worse(a.Severity):
			e.Event = monitor.Eased
		default:
			continue
		}
		e.Finding = inBrief(a.Finding)
		events = append(events, e)
	}
	return events
}
