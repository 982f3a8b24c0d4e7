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

// Speak asks decide what is to be said at an instant, and saves that, in one transaction: no word passes without the notice
// that says it, and no notice is written twice. decide is given the accounts of which a word waits that is not held back
// longer, or of which something said is to be looked at again; with all, every account, and the findings of the newest runs.
// Where nothing waits it is not asked.
func (s *Store) Speak(ctx context.Context, at time.Time, all bool, decide func(monitor.Conversation) monitor.Spoken) (notices int, err error) {
	if !all {
		wanted, err := s.somethingToSay(ctx, at)
		if err != nil || !wanted {
			return 0, err
		}
	}
	var findings []monitor.Finding
	if all {
		runs, err := s.LastRuns(ctx)
		if err != nil {
			return 0, err
		}
		for _, r := range runs {
			findings = append(findings, r.Findings...)
		}
	}
	err = s.inTx(ctx, "decide what to say", func(tx *sql.Tx) error {
		c, ids, err := loadConversation(ctx, tx, at, all)
		if err != nil {
			return err
		}
		c.All, c.Findings = all, findings
		said := decide(c)
		notices = len(said.Notices)
		return saveSpoken(ctx, tx, said, ids)
	})
	return notices, err
}

// Served returns what is known of each channel.
func (s *Store) Served(ctx context.Context) ([]monitor.Served, error) { return loadServed(ctx, s.read) }

// Released lets every word that is held back be looked at again: the configuration may have changed.
func (s *Store) Released(ctx context.Context) error {
	return s.inTx(ctx, "look at held words again", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE waiting SET until = 0")
		return err
	})
}

// Told returns what channels have heard of alerts, by account, signal, marketplace, subject and channel.
func (s *Store) Told(ctx context.Context) ([]monitor.Told, error) { return loadTold(ctx, s.read, "") }

// Held counts the alerts of which a word is held back, by the reason.
func (s *Store) Held(ctx context.Context) (map[monitor.Holding]int, error) {
	held := map[monitor.Holding]int{}
	_, err := collect(ctx, s.read, func(rows *sql.Rows) (none struct{}, err error) {
		var why monitor.Holding
		var n int
		err = rows.Scan(&why, &n)
		held[why] = n
		return none, err
	}, `SELECT why, count(DISTINCT account || char(0) || (notice ->> '$.Key.Marketplace') || char(0) || (notice ->> '$.Key.Signal') || char(0) ||
			(notice ->> '$.Key.Subject')) FROM waiting WHERE why <> '' GROUP BY why`)
	if err != nil {
		return nil, fmt.Errorf("count the words that are held back: %w", err)
	}
	return held, nil
}

// Waiting returns the words that are decided and not said, oldest first.
func (s *Store) Waiting(ctx context.Context) ([]monitor.Waiting, error) {
	return loadWaiting(ctx, s.read, "")
}

// toldDue and waitingDue select the accounts that are to be looked at; each takes the instant.
const (
	waitingDue = "SELECT account FROM waiting WHERE until <= ?"
	toldDue    = "SELECT account FROM told WHERE next <= ?"
)

func (s *Store) somethingToSay(ctx context.Context, at time.Time) (bool, error) {
	var wanted bool
	err := s.read.QueryRowContext(ctx, "SELECT EXISTS ("+waitingDue+") OR EXISTS ("+toldDue+")", unix(at), unix(at)).Scan(&wanted)
	if err != nil {
		return false, fmt.Errorf("look for something to say: %w", err)
	}
	return wanted, nil
}

// loadConversation reads a conversation, and the ids of its accounts.
func loadConversation(ctx context.Context, tx *sql.Tx, at time.Time, all bool) (c monitor.Conversation, ids map[string]int64, err error) {
	c.At = at
	which := "SELECT id FROM account"
	if !all {
		which = fmt.Sprintf("SELECT account FROM waiting WHERE until <= %d UNION SELECT account FROM told WHERE next <= %[1]d", unix(at))
	}
	ids = map[string]int64{}
	_, err = collect(ctx, tx, func(rows *sql.Rows) (none struct{}, err error) {
		var id int64
		var name string
		err = rows.Scan(&id, &name)
		ids[name] = id
		return none, err
	}, "SELECT id, name FROM account")
	if err != nil {
		return c, nil, fmt.Errorf("read accounts: %w", err)
	}
	if c.Waiting, err = loadWaiting(ctx, tx, "WHERE account IN ("+which+")"); err != nil {
		return c, nil, err
	}
	if c.Alerts, err = loadAlerts(ctx, tx, "WHERE (al.resolved = 0 OR al.resolved > ?) AND al.account IN ("+which+")", unix(at.AddDate(0, 0, -30))); err != nil {
		return c, nil, err
	}
	if c.Told, err = loadTold(ctx, tx, "WHERE t.account IN ("+which+")"); err != nil {
		return c, nil, err
	}
	if c.Silences, err = loadSilences(ctx, tx, at); err != nil {
		return c, nil, err
	}
	c.Served, err = loadServed(ctx, tx)
	return c, ids, err
}

func loadWaiting(ctx context.Context, q querier, where string) ([]monitor.Waiting, error) {
	waiting, err := collect(ctx, q, func(rows *sql.Rows) (w monitor.Waiting, err error) {
		var until int64
		var text []byte
		if err := rows.Scan(&w.ID, &until, &w.Why, &text); err != nil {
			return w, err
		}
		w.Until = instant(until)
		return w, json.Unmarshal(text, &w.Notice)
	}, "SELECT id, until, why, notice FROM waiting "+where+" ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("read the words that wait: %w", err)
	}
	return waiting, nil
}

func loadTold(ctx context.Context, q querier, where string, args ...any) ([]monitor.Told, error) {
	told, err := collect(ctx, q, func(rows *sql.Rows) (t monitor.Told, err error) {
		var raised, next int64
		var last []byte
		err = rows.Scan(&t.Key.Account, &t.Key.Marketplace, &t.Key.Signal, &t.Key.Subject, &t.Channel, &t.Thread, &raised, &t.Reminders, &next, &last)
		if err != nil {
			return t, err
		}
		t.Raised, t.Next = instant(raised), instant(next)
		return t, json.Unmarshal(last, &t.Last)
	}, `SELECT ac.name, t.marketplace, t.signal, t.subject, t.channel, t.thread, t.raised, t.reminders, t.next, t.last
		FROM told t JOIN account ac ON ac.id = t.account `+where+` ORDER BY ac.name, t.signal, t.marketplace, t.subject, t.channel`, args...)
	if err != nil {
		return nil, fmt.Errorf("read what was told: %w", err)
	}
	return told, nil
}

func loadServed(ctx context.Context, q querier) ([]monitor.Served, error) {
	served, err := collect(ctx, q, func(rows *sql.Rows) (v monitor.Served, err error) {
		var daily, weekly int64
		err = rows.Scan(&v.Channel, &daily, &weekly)
		v.Daily, v.Weekly = instant(daily), instant(weekly)
		return v, err
	}, "SELECT channel, daily, weekly FROM served ORDER BY channel")
	if err != nil {
		return nil, fmt.Errorf("read what channels were served: %w", err)
	}
	return served, nil
}

func saveSpoken(ctx context.Context, tx *sql.Tx, said monitor.Spoken, ids map[string]int64) error {
	for _, a := range said.Alerts {
		if err := saveAlert(ctx, tx, ids[a.Account], a); err != nil {
			return err
		}
	}
	for _, id := range said.Passed {
		if _, err := tx.ExecContext(ctx, "DELETE FROM waiting WHERE id = ?", id); err != nil {
			return fmt.Errorf("let a word pass: %w", err)
		}
	}
	for _, w := range said.Hold {
		if err := saveWaiting(ctx, tx, ids[w.Notice.Key.Account], w); err != nil {
			return err
		}
	}
	for _, t := range said.Forget {
		if _, err := tx.ExecContext(ctx, "DELETE FROM told WHERE account = ? AND marketplace = ? AND signal = ? AND subject = ? AND channel = ?",
			ids[t.Key.Account], string(t.Key.Marketplace), string(t.Key.Signal), t.Key.Subject, t.Channel); err != nil {
			return fmt.Errorf("forget what was told: %w", err)
		}
	}
	for _, t := range said.Told {
		last, err := json.Marshal(t.Last)
		if err != nil {
			return fmt.Errorf("write what was told: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO told (account, marketplace, signal, subject, channel, thread, raised, reminders,
			next, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, ids[t.Key.Account], string(t.Key.Marketplace), string(t.Key.Signal), t.Key.Subject,
			t.Channel, t.Thread, unix(t.Raised), t.Reminders, unix(t.Next), last); err != nil {
			return fmt.Errorf("write what was told: %w", err)
		}
	}
	for _, q := range said.Silences {
		if _, err := tx.ExecContext(ctx, "UPDATE silence SET warned = ? WHERE id = ?", unix(q.Warned), q.ID); err != nil {
			return fmt.Errorf("mark the silence: %w", err)
		}
	}
	for _, v := range said.Served {
		if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO served (channel, daily, weekly) VALUES (?, ?, ?)",
			v.Channel, unix(v.Daily), unix(v.Weekly)); err != nil {
			return fmt.Errorf("mark the channel: %w", err)
		}
	}
	for _, n := range said.Notices {
		if err := post(ctx, tx, ids[n.Key.Account], n); err != nil {
			return err
		}
	}
	return nil
}

// saveWaiting keeps a word until it is said.
func saveWaiting(ctx context.Context, tx *sql.Tx, account int64, w monitor.Waiting) error {
	if w.ID != 0 {
		if _, err := tx.ExecContext(ctx, "UPDATE waiting SET until = ?, why = ? WHERE id = ?", unix(w.Until), string(w.Why), w.ID); err != nil {
			return fmt.Errorf("hold a word back: %w", err)
		}
		return nil
	}
	text, err := json.Marshal(w.Notice)
	if err != nil {
		return fmt.Errorf("write a word: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO waiting (account, until, why, notice) VALUES (?, ?, ?, ?)", account, unix(w.Until), string(w.Why), text); err != nil {
		return fmt.Errorf("write a word: %w", err)
	}
	return nil
}

// Post puts notices into the outbox that are about no alert: a test of a channel.
func (s *Store) Post(ctx context.Context, notices ...monitor.Notice) error {
	return s.inTx(ctx, "put into the outbox", func(tx *sql.Tx) error {
		for _, n := range notices {
			id, _, err := account(ctx, tx, n.Key.Account)
			if err != nil && !errors.Is(err, ErrNoAccount) {
				return err
			}
			if err := post(ctx, tx, id, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// post puts a notice into the outbox.
func post(ctx context.Context, tx *sql.Tx, account int64, n monitor.Notice) error {
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write notice: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO outbox (account, at, channel, topic, notice, next) VALUES (?, ?, ?, ?, ?, ?)",
		account, unix(n.At), n.Channel, n.Channel+"\x00"+thread(n), text, unix(n.At)); err != nil {
		return fmt.Errorf("write notice: %w", err)
	}
	return nil
}
