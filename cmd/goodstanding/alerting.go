package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"goodstanding/alerts"
	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// desk returns where and when alerts are told, as configured.
func (c *Config) desk() alerts.Desk {
	d := alerts.DefaultDesk("")
	d.Policy = c.alertPolicy()
	d.Causes = alertCauses(c.Alerts.HideConsequences)
	d.Channels = nil
	for _, name := range c.channelNames() {
		d.Channels = append(d.Channels, c.channelHours(name))
	}
	d.Reminder = map[monitor.Severity]time.Duration{monitor.Critical: c.Alerts.RemindCritical, monitor.Warning: c.Alerts.RemindWarning}
	d.Longest = c.Alerts.RemindLongest
	for _, r := range c.Routes {
		d.Routes = append(d.Routes, r.route())
	}
	return d
}

// alertCauses returns what hides what; nothing where that is switched off.
func alertCauses(on bool) alerts.Causes {
	if !on {
		return alerts.Causes{}
	}
	c := alerts.DefaultCauses()
	c.Reads = map[monitor.Signal][]monitor.ExportKind{}
	for _, e := range checks.All() {
		c.Reads[e.Signal] = e.Reads
	}
	return c
}

// defaultDesk is that of a seller who has configured nothing but a channel.
func defaultDesk(channel string) alerts.Desk {
	d := alerts.DefaultDesk(channel)
	d.Causes = alertCauses(true)
	return d
}

// speaker lets a desk speak. One at a time: it must not see half of an account's round.
type speaker struct {
	sync.Mutex

	desk  alerts.Desk
	store *store.Store
	begun bool // it has spoken since the start: of every account, because the configuration may have changed
}

// decide saves the outcomes of one account's round and what the policy makes of them.
func (s *speaker) decide(ctx context.Context, outcomes []monitor.Outcome, log *slog.Logger) error {
	s.Lock()
	defer s.Unlock()
	return decide(ctx, s.store, s.desk.Policy, outcomes, log)
}

// away notes when Goodstanding last looked before it was started. After long, what happened meanwhile is told as one message.
func (s *speaker) away(last, now time.Time, patience time.Duration) {
	s.Lock()
	defer s.Unlock()
	s.desk.CatchUp = !last.IsZero() && now.Sub(last) > patience
}

// speak says what is to be said at an instant, and returns how many notices that makes.
func (s *speaker) speak(ctx context.Context, at time.Time) (int, error) {
	s.Lock()
	defer s.Unlock()
	served, err := s.store.Served(ctx)
	if err != nil {
		return 0, err
	}
	silences, err := s.store.Silences(ctx, at)
	if err != nil {
		return 0, err
	}
	if !s.begun {
		if err := s.store.Released(ctx); err != nil {
			return 0, err
		}
	}
	n, err := s.store.Speak(ctx, at, !s.begun || s.desk.Due(at, served, silences), s.desk.Speak)
	if err == nil {
		s.begun, s.desk.CatchUp = true, false
	}
	return n, err
}
