package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// ErrNoAlert is returned for an alert that is over or never was.
var ErrNoAlert = errors.New("no such open alert")

// OpenAlerts returns the alerts that last, the worst first within each account.
func (s *Store) OpenAlerts(ctx context.Context) ([]monitor.Alert, error) {
	return loadAlerts(ctx, s.read, "WHERE al.resolved = 0")
}

// Acknowledge notes that somebody deals with an open alert: no reminder is sent until then, or, with a zero until, until it
// is over; getting worse takes it back. The channels that know of the alert are told by an edit. It returns ErrNoAlert where
// the alert is over.
func (s *Store) Acknowledge(ctx context.Context, key monitor.AlertKey, by string, at, until time.Time) error {
	return s.answer(ctx, key, monitor.Acknowledged, acknowledgement, at, monitor.Ack{By: by, At: asStored(at), Until: asStored(until)}, "")
}

// Unacknowledge takes an acknowledgement back.
func (s *Store) Unacknowledge(ctx context.Context, key monitor.AlertKey, by string, at time.Time) error {
	return s.answer(ctx, key, monitor.Unacknowledged, acknowledgement, at, monitor.Ack{}, "By "+by+".")
}

// Snooze keeps an open alert from being told of until an instant, unless it gets worse.
func (s *Store) Snooze(ctx context.Context, key monitor.AlertKey, by string, at, until time.Time) error {
	if !until.After(at) {
		return fmt.Errorf("snooze %s until %s: that is over; name a later time", key.ID(), until.Format(time.RFC3339))
	}
	return s.answer(ctx, key, monitor.Snoozed, snooze, at, monitor.Ack{By: by, At: asStored(at), Until: asStored(until)}, "")
}

// Unsnooze ends a snooze: what was held back for it is told.
func (s *Store) Unsnooze(ctx context.Context, key monitor.AlertKey, by string, at time.Time) error {
	return s.answer(ctx, key, monitor.Unsnoozed, snooze, at, monitor.Ack{}, "By "+by+".")
}

func acknowledgement(a *monitor.Alert) *monitor.Ack { return &a.Acked }

func snooze(a *monitor.Alert) *monitor.Ack { return &a.Snoozed }

// answer changes what people say of an open alert, and writes the word about it. Without a change there is none. The zero Ack takes
// back what was said; another one is given the alert's severity.
func (s *Store) answer(ctx context.Context, key monitor.AlertKey, event monitor.Event, field func(*monitor.Alert) *monitor.Ack, at time.Time, is monitor.Ack, reason string) error {
	return s.inTx(ctx, fmt.Sprintf("%s: %s", key.ID(), event), func(tx *sql.Tx) error {
		id, _, err := account(ctx, tx, key.Account)
		if errors.Is(err, ErrNoAccount) {
			return ErrNoAlert
		}
		if err != nil {
			return err
		}
		alerts, err := loadAlerts(ctx, tx, "WHERE al.account = ? AND al.marketplace = ? AND al.signal = ? AND al.subject = ? AND al.resolved = 0",
			id, string(key.Marketplace), string(key.Signal), key.Subject)
		if err != nil {
			return err
		}
		if len(alerts) == 0 {
			return ErrNoAlert
		}
		a := alerts[0]
		if is != (monitor.Ack{}) {
			is.Severity = a.Severity
		}
		said := field(&a)
		if *said == is {
			return nil
		}
		*said = is
		if err := saveAlert(ctx, tx, id, a); err != nil {
			return err
		}
		n := monitor.Notice{Key: key, Event: event, At: asStored(at), Severity: a.Severity, Was: a.Severity, Finding: a.Finding, Quiet: true,
			Acked: a.Acked, Snoozed: a.Snoozed, Opened: a.Opened, Reason: reason}
		return saveWaiting(ctx, tx, id, monitor.Waiting{Notice: n})
	})
}

// asStored returns an instant as it comes back from the database.
func asStored(t time.Time) time.Time { return instant(unix(t)) }

func loadAlerts(ctx context.Context, q querier, where string, args ...any) ([]monitor.Alert, error) {
	alerts, err := collect(ctx, q, func(rows *sql.Rows) (monitor.Alert, error) {
		var a monitor.Alert
		var opened, changed, judged, blind, milder, resolved, pending int64
		var acked, snoozed string
		var finding []byte
		err := rows.Scan(&a.Account, &a.Marketplace, &a.Signal, &a.Subject, &a.Severity, &opened, &changed, &judged, &blind,
			&milder, &resolved, &a.Told, &a.Worst, &pending, &a.Rounds, &acked, &snoozed, &finding)
		if err != nil {
			return a, err
		}
		a.Opened, a.Changed, a.Judged = instant(opened), instant(changed), instant(judged)
		a.BlindSince, a.Milder, a.Resolved, a.Pending = instant(blind), instant(milder), instant(resolved), instant(pending)
		return a, errors.Join(readAck(acked, &a.Acked), readAck(snoozed, &a.Snoozed), json.Unmarshal(finding, &a.Finding))
	}, `SELECT ac.name, al.marketplace, al.signal, al.subject, al.severity, al.opened, al.changed, al.judged, al.blind_since,
			al.milder, al.resolved, al.told, al.worst, al.pending, al.rounds, al.acked, al.snoozed, al.finding
		FROM alert al JOIN account ac ON ac.id = al.account `+where+`
		ORDER BY ac.name, CASE al.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, al.signal, al.marketplace, al.subject`, args...)
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	return alerts, nil
}

func saveAlert(ctx context.Context, tx *sql.Tx, account int64, a monitor.Alert) error {
	finding, err := json.Marshal(a.Finding)
	if err != nil {
		return fmt.Errorf("write alert: %w", err)
	}
	acked, err := writeAck(a.Acked)
	if err != nil {
		return err
	}
	snoozed, err := writeAck(a.Snoozed)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO alert (account, marketplace, signal, subject, severity, opened, changed,
		judged, blind_since, milder, resolved, told, worst, pending, rounds, acked, snoozed, finding)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		account, string(a.Marketplace), string(a.Signal), a.Subject, string(a.Severity), unix(a.Opened), unix(a.Changed),
		unix(a.Judged), unix(a.BlindSince), unix(a.Milder), unix(a.Resolved), string(a.Told), string(a.Worst), unix(a.Pending), a.Rounds,
		acked, snoozed, finding)
	if err != nil {
		return fmt.Errorf("write alert: %w", err)
	}
	return nil
}

func readAck(text string, into *monitor.Ack) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

func writeAck(a monitor.Ack) (string, error) {
	if a == (monitor.Ack{}) {
		return "", nil
	}
	text, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("write alert: %w", err)
	}
	return string(text), nil
}
