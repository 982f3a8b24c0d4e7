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

// Decide saves an outcome, asks decide what follows from it, and saves that, in one transaction: an alert never changes
// without the notice about it, and no notice is written for a change that was lost. decide is given the alerts of the
// outcome's account and signal that last or ended within the past 30 days.
func (s *Store) Decide(ctx context.Context, o monitor.Outcome, decide func(known []monitor.Alert) (changed []monitor.Alert, tell []monitor.Notice)) error {
	return s.inTx(ctx, fmt.Sprintf("save %s of account %s", o.Signal, o.Account), func(tx *sql.Tx) error {
		id, _, err := account(ctx, tx, o.Account)
		if err != nil {
			return err
		}
		if err := saveRun(ctx, tx, id, o); err != nil {
			return err
		}
		alerts, err := loadAlerts(ctx, tx, "WHERE al.account = ? AND al.signal = ? AND (al.resolved = 0 OR al.resolved > ?)",
			id, string(o.Signal), unix(o.At.AddDate(0, 0, -30)))
		if err != nil {
			return err
		}
		changed, tell := decide(alerts)
		for _, a := range changed {
			if err := saveAlert(ctx, tx, id, a); err != nil {
				return err
			}
		}
		for _, n := range tell {
			topic, err := json.Marshal(n.Key)
			if err != nil {
				return fmt.Errorf("write notice: %w", err)
			}
			text, err := json.Marshal(n)
			if err != nil {
				return fmt.Errorf("write notice: %w", err)
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO outbox (account, at, channel, topic, notice, next) VALUES (?, ?, ?, ?, ?, ?)",
				id, unix(n.At), n.Channel, topic, text, unix(n.At)); err != nil {
				return fmt.Errorf("write notice: %w", err)
			}
		}
		return nil
	})
}

// saveRun keeps the newest run of each hour, for five weeks.
func saveRun(ctx context.Context, tx *sql.Tx, account int64, o monitor.Outcome) error {
	findings, err := json.Marshal(o.Findings)
	if err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	failure := ""
	if o.Err != nil {
		failure = o.Err.Error()
	}
	hour := o.At.Truncate(time.Hour)
	if _, err := tx.ExecContext(ctx, "DELETE FROM run WHERE account = ? AND signal = ? AND at >= ? AND at < ?",
		account, string(o.Signal), unix(hour), unix(hour.Add(time.Hour))); err != nil {
		return fmt.Errorf("replace run: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM run WHERE account = ? AND signal = ? AND at < ?",
		account, string(o.Signal), unix(o.At.AddDate(0, 0, -35))); err != nil {
		return fmt.Errorf("forget old runs: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO run (account, signal, at, took_us, error, findings) VALUES (?, ?, ?, ?, ?, ?)",
		account, string(o.Signal), unix(o.At), o.Took.Microseconds(), failure, findings); err != nil {
		return fmt.Errorf("write run: %w", err)
	}
	return nil
}

// LastRuns returns the newest run of every account and signal, sorted by both.
func (s *Store) LastRuns(ctx context.Context) ([]monitor.Run, error) {
	runs, err := collect(ctx, s.read, func(rows *sql.Rows) (monitor.Run, error) {
		var r monitor.Run
		var at, took, judged int64
		var failure string
		var findings []byte
		if err := rows.Scan(&r.Account, &r.Signal, &at, &took, &failure, &findings, &judged); err != nil {
			return r, err
		}
		r.At, r.Took, r.LastJudged = instant(at), time.Duration(took)*time.Microsecond, instant(judged)
		if failure != "" {
			r.Err = errors.New(failure)
		}
		return r, json.Unmarshal(findings, &r.Findings)
	}, `SELECT a.name, l.signal, r.at, r.took_us, r.error, r.findings,
			coalesce((SELECT max(at) FROM run ok WHERE ok.account = l.account AND ok.signal = l.signal AND ok.error = ''), 0)
		FROM (SELECT account, signal, max(at) AS at FROM run GROUP BY account, signal) l
		JOIN run r ON r.account = l.account AND r.signal = l.signal AND r.at = l.at
		JOIN account a ON a.id = l.account ORDER BY a.name, l.signal`)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	return runs, nil
}

// OpenAlerts returns the alerts that last, the worst first within each account.
func (s *Store) OpenAlerts(ctx context.Context) ([]monitor.Alert, error) {
	return loadAlerts(ctx, s.read, "WHERE al.resolved = 0")
}

func loadAlerts(ctx context.Context, q querier, where string, args ...any) ([]monitor.Alert, error) {
	alerts, err := collect(ctx, q, func(rows *sql.Rows) (monitor.Alert, error) {
		var a monitor.Alert
		var opened, changed, judged, blind, milder, resolved int64
		var finding []byte
		err := rows.Scan(&a.Account, &a.Marketplace, &a.Signal, &a.Subject, &a.Severity, &opened, &changed, &judged, &blind,
			&milder, &resolved, &a.Told, &finding)
		if err != nil {
			return a, err
		}
		a.Opened, a.Changed, a.Judged = instant(opened), instant(changed), instant(judged)
		a.BlindSince, a.Milder, a.Resolved = instant(blind), instant(milder), instant(resolved)
		return a, json.Unmarshal(finding, &a.Finding)
	}, `SELECT ac.name, al.marketplace, al.signal, al.subject, al.severity, al.opened, al.changed, al.judged, al.blind_since,
			al.milder, al.resolved, al.told, al.finding FROM alert al JOIN account ac ON ac.id = al.account `+where+`
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
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO alert (account, marketplace, signal, subject, severity, opened, changed,
		judged, blind_since, milder, resolved, told, finding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		account, string(a.Marketplace), string(a.Signal), a.Subject, string(a.Severity), unix(a.Opened), unix(a.Changed),
		unix(a.Judged), unix(a.BlindSince), unix(a.Milder), unix(a.Resolved), string(a.Told), finding)
	if err != nil {
		return fmt.Errorf("write alert: %w", err)
	}
	return nil
}
