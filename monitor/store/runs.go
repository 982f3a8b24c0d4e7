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
// without the word about it, and no word is written for a change that was lost. decide is given the alerts of the outcome's
// account and signal that last or ended within the past 30 days. The words wait for Speak.
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
			if err := saveWaiting(ctx, tx, id, monitor.Waiting{Notice: n}); err != nil {
				return err
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
