package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// Due returns the notices that wait to be sent at now, oldest first, of each living message the first only: that it is over
// must not be heard before that it began. Their Root is what the receiver called the first of the living message that it took.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]monitor.Notice, error) {
	notices, err := collect(ctx, s.read, func(rows *sql.Rows) (monitor.Notice, error) {
		var n monitor.Notice
		var id, next int64
		var attempts int
		var text []byte
		var root sql.NullString
		if err := rows.Scan(&id, &attempts, &next, &text, &root); err != nil {
			return n, err
		}
		if err := json.Unmarshal(text, &n); err != nil {
			return n, fmt.Errorf("notice %d: %w", id, err)
		}
		n.ID, n.Attempts, n.Next, n.Root = id, attempts, instant(next), root.String
		return n, nil
	}, `SELECT id, attempts, next, notice,
			(SELECT ref FROM outbox e WHERE e.topic = outbox.topic AND e.sent <> 0 AND e.ref <> '' ORDER BY e.id LIMIT 1) FROM outbox WHERE sent = 0 AND gave_up = 0 AND next <= ?
		AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.sent = 0 AND e.gave_up = 0 AND e.topic = outbox.topic AND e.id < outbox.id)
		ORDER BY id LIMIT ?`, unix(now), limit)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return notices, nil
}

// Trying notes that the notice is about to be sent.
func (s *Store) Trying(ctx context.Context, id int64, at time.Time) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET trying = ? WHERE id = ?", unix(at), id)
}

// Sent notes that the receiver took the notice; ref is what it calls it.
func (s *Store) Sent(ctx context.Context, id int64, at time.Time, ref string) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET sent = ?, ref = ?, reason = '' WHERE id = ?", unix(at), ref, id)
}

// Failed notes that sending failed and when to try again.
func (s *Store) Failed(ctx context.Context, id int64, next time.Time, reason string) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET attempts = attempts + 1, next = ?, reason = ? WHERE id = ?", unix(next), reason, id)
}

// GaveUp notes that the notice will never be sent.
func (s *Store) GaveUp(ctx context.Context, id int64, at time.Time, reason string) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET attempts = attempts + 1, gave_up = ?, reason = ? WHERE id = ?", unix(at), reason, id)
}

func (s *Store) updateOutbox(ctx context.Context, query string, args ...any) error {
	return s.inTx(ctx, "mark the notice", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// Outbox returns the state of the outbox.
func (s *Store) Outbox(ctx context.Context) (monitor.OutboxState, error) {
	var o monitor.OutboxState
	var oldest int64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(sum(sent = 0 AND gave_up = 0), 0),
			coalesce(min(CASE WHEN sent = 0 AND gave_up = 0 THEN at END), 0), coalesce(sum(sent <> 0), 0), coalesce(sum(attempts), 0),
			coalesce(sum(gave_up <> 0), 0),
			coalesce((SELECT reason FROM outbox WHERE sent = 0 AND gave_up = 0 ORDER BY id LIMIT 1), '') FROM outbox`).
		Scan(&o.Pending, &oldest, &o.Sent, &o.Failed, &o.GaveUp, &o.LastReason)
	if err != nil {
		return o, fmt.Errorf("count the outbox: %w", err)
	}
	o.OldestPending = instant(oldest)
	return o, nil
}

// Notices returns every notice that was ever decided, oldest first.
func (s *Store) Notices(ctx context.Context) ([]monitor.Notice, error) {
	notices, err := collect(ctx, s.read, func(rows *sql.Rows) (n monitor.Notice, err error) {
		var id int64
		var text []byte
		if err := rows.Scan(&id, &text); err != nil {
			return n, err
		}
		err = json.Unmarshal(text, &n)
		n.ID = id
		return n, err
	}, "SELECT id, notice FROM outbox ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return notices, nil
}
