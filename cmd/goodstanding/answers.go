package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"goodstanding/alerts/slack"
	"goodstanding/monitor"
	"goodstanding/monitor/store"
	"goodstanding/monitor/web"
)

// listener hears the buttons in Slack; nil where there are none.
func (d *daemon) listener() *slack.Listener {
	s := d.cfg.Slack
	if s.AppToken == "" || s.Token == "" {
		return nil
	}
	return &slack.Listener{
		Token: string(s.Token), AppToken: string(s.AppToken), APIURL: s.APIURL, Users: s.AllowUsers, Channels: s.AllowChannels,
		Do:  func(ctx context.Context, p slack.Press) (string, error) { return answer(ctx, d.store, p, d.now()) },
		Log: d.log,
	}
}

// snoozeFor is how long the button snoozes.
const snoozeFor = 24 * time.Hour

// answer does what somebody asked for by a button, and says what was done. The button must be on the message that the notice
// went to: one that was copied elsewhere does nothing. Of a message about several alerts, it is about all that last.
func answer(ctx context.Context, s *store.Store, p slack.Press, at time.Time) (said string, err error) {
	n, err := s.Notice(ctx, p.Notice)
	if err != nil {
		return "", err
	}
	if n.Root == "" || n.Root != p.Ref {
		return "", errors.New("the alert has another message by now; use its button")
	}
	keys := []monitor.AlertKey{n.Key}
	if len(n.Members) > 0 {
		keys = nil
		for _, m := range n.Members {
			keys = append(keys, m.Key)
		}
	}
	at = at.Truncate(time.Second)
	until := at.Add(snoozeFor)
	done := 0
	for _, k := range keys {
		if p.Answer == slack.Snooze {
			err = s.Snooze(ctx, k, p.By, at, until)
		} else {
			err = s.Acknowledge(ctx, k, p.By, at, time.Time{})
		}
		switch {
		case err == nil:
			done++
		case !errors.Is(err, store.ErrNoAlert):
			return "", err
		}
	}
	switch {
	case done == 0:
		return "It is over already: there is nothing left to answer.", nil
	case p.Answer == slack.Snooze:
		return fmt.Sprintf("Snoozed until %s UTC, unless it gets worse.", until.UTC().Format("2 Jan 15:04")), nil
	default:
		return "Acknowledged: no reminders until it is over, unless it gets worse.", nil
	}
}

// keeper is a sender whose receiver forgets, or holds silence for an end.
type keeper interface {
	Keep(ctx context.Context, at time.Time, told []monitor.Notice) error
}

// keeps says whether a channel needs it.
func (d *daemon) keeps() bool {
	for _, sender := range d.deliver.Senders {
		if _, ok := sender.(keeper); ok {
			return true
		}
	}
	return false
}

// keep says again what lasts, in every channel that needs it.
func (d *daemon) keep(ctx context.Context) error {
	var errs []error
	for name, sender := range d.deliver.Senders {
		k, ok := sender.(keeper)
		if !ok {
			continue
		}
		told, err := d.store.LastWords(ctx, name)
		if err == nil {
			err = k.Keep(ctx, d.now(), told)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("say again in the channel %s what lasts: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// answerPage does what a button of the page asks for. Who pressed it nobody knows: the page has no login.
func (d *daemon) answerPage(ctx context.Context, key monitor.AlertKey, do web.Answer) (lasts bool, err error) {
	const by = "the page"
	at := d.now().Truncate(time.Second)
	switch do {
	case web.Acknowledge:
		err = d.store.Acknowledge(ctx, key, by, at, time.Time{})
	case web.Unacknowledge:
		err = d.store.Unacknowledge(ctx, key, by, at)
	case web.Snooze:
		err = d.store.Snooze(ctx, key, by, at, at.Add(snoozeFor))
	case web.Unsnooze:
		err = d.store.Unsnooze(ctx, key, by, at)
	}
	if errors.Is(err, store.ErrNoAlert) {
		return false, nil
	}
	return err == nil, err
}
