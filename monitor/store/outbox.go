package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
)

// Due returns the notices that wait to be sent at now, oldest first, of each living message the first only: that it is over
// must not be heard before that it began. One that waits longer, after a failure, keeps only its own living message waiting.
//
// Their Root is what the receiver called the living message when it took its last notice, Beside what it called the last
// notice of the channel, and Interrupted when a sending began of which nobody knows how it ended.
//
// A clock may step back: what was never tried is due whatever it says, and nothing waits longer than mostWait.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]monitor.Notice, error) {
	notices, err := collect(ctx, s.read, func(rows *sql.Rows) (n monitor.Notice, err error) {
		var id, next, trying int64
		var attempts int
		var text []byte
		var root, beside string
		if err := rows.Scan(&id, &attempts, &next, &trying, &text, &root, &beside); err != nil {
			return n, err
		}
		if err := json.Unmarshal(text, &n); err != nil {
			return n, fmt.Errorf("notice %d: %w", id, err)
		}
		n.ID, n.Attempts, n.Next, n.Interrupted, n.Root, n.Beside = id, attempts, instant(next), instant(trying), root, beside
		return n, nil
	}, `SELECT id, attempts, next, trying, notice, `+newestRef+`,
			coalesce((SELECT ref FROM outbox e WHERE e.channel = o.channel AND e.sent <> 0 AND e.ref <> '' ORDER BY e.id DESC LIMIT 1), '')
		FROM outbox o WHERE sent = 0 AND gave_up = 0 AND (next <= ?1 OR next = at AND attempts = 0 OR next > ?1 + ?3)
			AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.sent = 0 AND e.gave_up = 0 AND e.topic = o.topic AND e.id < o.id)
		ORDER BY id LIMIT ?2`, unix(now), limit, int64(mostWait/time.Second))
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return notices, nil
}

// mostWait is longer than a deliverer ever lets a notice wait.
const mostWait = 2 * time.Hour

// Trying notes that the notice is about to be sent. Until that is known to have failed, the first time counts: from then on
// the message may be there.
func (s *Store) Trying(ctx context.Context, id int64, at time.Time) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET trying = ? WHERE id = ? AND trying = 0", unix(at), id)
}

// Sent notes that the receiver took the notice; ref is what it calls it.
func (s *Store) Sent(ctx context.Context, id int64, at time.Time, ref string) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET sent = ?, ref = ?, reason = '' WHERE id = ?", unix(at), ref, id)
}

// Failed notes that sending failed and when to try again. With unsure nobody knows whether the message arrived all the same.
func (s *Store) Failed(ctx context.Context, id int64, next time.Time, reason string, unsure bool) error {
	return s.updateOutbox(ctx, `UPDATE outbox SET attempts = attempts + 1, next = ?, reason = ?, trying = CASE WHEN ? THEN trying ELSE 0 END
		WHERE id = ?`, unix(next), reason, unsure, id)
}

// GaveUp notes that the notice will never be sent.
func (s *Store) GaveUp(ctx context.Context, id int64, at time.Time, reason string) error {
	return s.updateOutbox(ctx, "UPDATE outbox SET attempts = attempts + 1, gave_up = ?, reason = ? WHERE id = ?", unix(at), reason, id)
}

// PassOn puts a copy of a notice into another channel, once: where its own cannot be reached, somebody is to know. The notice
// itself goes on waiting. A copy is not passed on.
func (s *Store) PassOn(ctx context.Context, id int64, at time.Time, channel string) error {
	return s.inTx(ctx, "pass the notice on", func(tx *sql.Tx) error {
		var text []byte
		var owner, passed int64
		err := tx.QueryRowContext(ctx, "SELECT notice, account, passed FROM outbox WHERE id = ?", id).Scan(&text, &owner, &passed)
		if err != nil {
			return err
		}
		var n monitor.Notice
		if err := json.Unmarshal(text, &n); err != nil {
			return err
		}
		if passed != 0 || n.Instead != "" || n.Channel == channel || n.Quiet {
			return nil
		}
		if _, err := tx.ExecContext(ctx, "UPDATE outbox SET passed = ? WHERE id = ?", unix(at), id); err != nil {
			return err
		}
		n.Thread = thread(n) + "\x00instead of " + n.Channel
		n.Instead, n.Channel = n.Channel, channel
		return post(ctx, tx, owner, n)
	})
}

// thread names a living message within its channel; without a name, it is its alert's.
func thread(n monitor.Notice) string {
	if n.Thread != "" {
		return n.Thread
	}
	return strings.Join([]string{n.Key.Account, string(n.Key.Marketplace), string(n.Key.Signal), n.Key.Subject}, "\x00")
}

// Notice returns one notice as it was decided; its Root is where its living message is now.
func (s *Store) Notice(ctx context.Context, id int64) (n monitor.Notice, err error) {
	var text []byte
	var root string
	err = s.read.QueryRowContext(ctx, "SELECT notice, "+newestRef+" FROM outbox o WHERE id = ?", id).Scan(&text, &root)
	if errors.Is(err, sql.ErrNoRows) {
		return n, fmt.Errorf("there is no notice %d", id)
	}
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return n, fmt.Errorf("read notice %d: %w", id, err)
	}
	n.ID, n.Root = id, root
	return n, nil
}

// newestRef selects what the receiver called the living message of a notice o when it took the last one.
const newestRef = "coalesce((SELECT ref FROM outbox e WHERE e.topic = o.topic AND e.sent <> 0 AND e.ref <> '' ORDER BY e.id DESC LIMIT 1), '')"

// LastWords returns the last word that a channel was told of each alert that it knows of.
func (s *Store) LastWords(ctx context.Context, channel string) ([]monitor.Notice, error) {
	told, err := loadTold(ctx, s.read, "WHERE t.channel = ?", channel)
	if err != nil {
		return nil, err
	}
	var last []monitor.Notice
	for _, t := range told {
		last = append(last, t.Last)
	}
	return last, nil
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
			coalesce(sum(gave_up <> 0), 0), coalesce(sum(passed <> 0), 0),
			coalesce((SELECT reason FROM outbox WHERE sent = 0 AND gave_up = 0 ORDER BY id LIMIT 1), ''),
			coalesce((SELECT channel || ': ' || reason FROM outbox WHERE gave_up <> 0 ORDER BY id DESC LIMIT 1), '') FROM outbox`).
		Scan(&o.Pending, &oldest, &o.Sent, &o.Failed, &o.GaveUp, &o.PassedOn, &o.LastReason, &o.LastGaveUp)
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
