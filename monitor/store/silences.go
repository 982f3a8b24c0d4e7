package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// ErrNoSilence is returned for a silence that is over or never was.
var ErrNoSilence = errors.New("no such silence")

// Silences returns the silences that are not over, those that hold and those to come, by their end.
func (s *Store) Silences(ctx context.Context, at time.Time) ([]monitor.Silence, error) {
	return loadSilences(ctx, s.read, at)
}

// AddSilence saves a silence and returns its ID.
func (s *Store) AddSilence(ctx context.Context, q monitor.Silence) (id int64, err error) {
	if !q.Until.After(q.From) {
		return 0, fmt.Errorf("silence from %s until %s: it ends before it begins", q.From.Format(time.RFC3339), q.Until.Format(time.RFC3339))
	}
	err = s.inTx(ctx, "save the silence", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO silence (account, marketplace, signal, subject, from_severity, up_to, from_at, until, reason,
			author, warned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`, q.Match.Account, string(q.Match.Marketplace), string(q.Match.Signal), q.Match.Subject,
			string(q.Match.From), string(q.Match.UpTo), unix(q.From), unix(q.Until), q.Reason, q.By)
		if err != nil {
			return err
		}
		id, err = r.LastInsertId()
		return err
	})
	return id, err
}

// EndSilence ends a silence now: what was held back for it is told, if it still lasts. It returns ErrNoSilence where it is
// over.
func (s *Store) EndSilence(ctx context.Context, id int64, at time.Time) error {
	return s.inTx(ctx, "end the silence", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE silence SET until = ? WHERE id = ? AND until > ?", unix(at), id, unix(at))
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoSilence
		}
		// Another silence may hold them still: Speak looks.
		_, err = tx.ExecContext(ctx, "UPDATE waiting SET until = 0 WHERE why = ?", string(monitor.HeldSilenced))
		return err
	})
}

func loadSilences(ctx context.Context, q querier, at time.Time) ([]monitor.Silence, error) {
	silences, err := collect(ctx, q, func(rows *sql.Rows) (q monitor.Silence, err error) {
		var from, until, warned int64
		err = rows.Scan(&q.ID, &q.Match.Account, &q.Match.Marketplace, &q.Match.Signal, &q.Match.Subject, &q.Match.From, &q.Match.UpTo,
			&from, &until, &q.Reason, &q.By, &warned)
		q.From, q.Until, q.Warned = instant(from), instant(until), instant(warned)
		return q, err
	}, `SELECT id, account, marketplace, signal, subject, from_severity, up_to, from_at, until, reason, author, warned
		FROM silence WHERE until > ? ORDER BY until, id`, unix(at))
	if err != nil {
		return nil, fmt.Errorf("read silences: %w", err)
	}
	return silences, nil
}
