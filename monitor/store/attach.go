package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// addConfirmation keeps the first confirmation of each line: a later file that edits the tracking number does not move
// the instant at which Amazon took the confirmation.
func (m *merger) addConfirmation(d *draft, c monitor.Confirmation, line int) (existed, changed bool, err error) {
	c.AsOf = instant(unix(c.AsOf))
	i := slices.IndexFunc(d.Confirmations, func(h monitor.Confirmation) bool { return h.ItemID == c.ItemID })
	if i >= 0 {
		h := d.Confirmations[i]
		if !c.AsOf.Before(h.AsOf) && (!c.AsOf.Equal(h.AsOf) || c.ShipDate >= h.ShipDate) {
			return true, false, nil
		}
		d.Confirmations[i] = c
	} else {
		d.Confirmations = append(d.Confirmations, c)
	}
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO confirmation
		(account, id, item_id, ship_day, as_of, quantity, carrier, tracking, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, d.number, c.ItemID, int64(c.ShipDate), unix(c.AsOf), c.Quantity, c.Carrier, c.Tracking, string(c.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write confirmation of order %s: %w", c.OrderID, err)
	}
	return i >= 0, true, nil
}

// addFeedback keeps the newest word on an order's feedback: a buyer may revise it, and there is one an order.
func (m *merger) addFeedback(d *draft, f monitor.Feedback, line int) (existed, changed bool, err error) {
	f.AsOf = instant(unix(f.AsOf))
	if h := d.Feedback; h != nil {
		same := h.Day == f.Day && h.Rating == f.Rating && h.Comment == f.Comment && h.Response == f.Response && h.Extra == f.Extra
		if f.AsOf.Before(h.AsOf) || f.AsOf.Equal(h.AsOf) && (same || lessFeedback(f, *h)) {
			return true, false, nil
		}
		changed = !same
	}
	existed = d.Feedback != nil
	d.Feedback = &f
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO feedback
		(account, id, day, rating, comment, response, as_of, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, d.number, int64(f.Day), f.Rating, f.Comment, f.Response, unix(f.AsOf), string(f.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write feedback of order %s: %w", f.OrderID, err)
	}
	return existed, changed, nil
}

// lessFeedback breaks the tie between two rows of one instant: the worse rating, then the longer text, is kept.
func lessFeedback(a, b monitor.Feedback) bool {
	if a.Rating != b.Rating {
		return a.Rating > b.Rating
	}
	if a.Day != b.Day {
		return a.Day > b.Day
	}
	return len(a.Comment) < len(b.Comment) || len(a.Comment) == len(b.Comment) && a.Comment+a.Response+string(a.Extra) < b.Comment+b.Response+string(b.Extra)
}

// addClaim keeps the newest word on a claim, and the first instant at which one said that it does not count.
func (m *merger) addClaim(d *draft, c monitor.Claim, line int) (existed, changed bool, err error) {
	c.AsOf, c.Settled = instant(unix(c.AsOf)), time.Time{}
	if !c.Counts() {
		c.Settled = c.AsOf
	}
	i := slices.IndexFunc(d.Claims, func(h monitor.Claim) bool { return h.Kind == c.Kind })
	if i >= 0 {
		h := d.Claims[i]
		settled := c.Settled
		if settled.IsZero() || !h.Settled.IsZero() && h.Settled.Before(settled) {
			settled = h.Settled
		}
		if c.AsOf.Before(h.AsOf) || c.AsOf.Equal(h.AsOf) && lessClaim(c, h) {
			c = h // the newer word stands
		}
		c.Settled = settled
		if c == h {
			return true, false, nil
		}
		changed = c.Opened != h.Opened || c.Status != h.Status || c.Amount != h.Amount || c.Settled != h.Settled || c.Extra != h.Extra
		d.Claims[i] = c
	} else {
		d.Claims = append(d.Claims, c)
	}
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO claim
		(account, id, kind, opened, status, amount, as_of, settled, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, d.number, string(c.Kind), int64(c.Opened), string(c.Status), c.Amount, unix(c.AsOf), unix(c.Settled), string(c.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write claim on order %s: %w", c.OrderID, err)
	}
	return i >= 0, changed, nil
}

// lessClaim breaks the tie between two rows of one list: what counts against the seller is kept, then the later claim.
func lessClaim(a, b monitor.Claim) bool {
	if a.Counts() != b.Counts() {
		return b.Counts()
	}
	if a.Opened != b.Opened {
		return a.Opened < b.Opened
	}
	return string(a.Status)+a.Amount+string(a.Extra) < string(b.Status)+b.Amount+string(b.Extra)
}

// addAccount keeps the newest word of accounts.csv on an account.
func (m *merger) addAccount(r monitor.AccountRecord, line int) (existed, changed bool, err error) {
	res, err := m.tx.ExecContext(m.ctx, `INSERT INTO account_record
		(account, subject, marketplace, name, status, opened, suspended, as_of, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, subject, marketplace) DO UPDATE SET name = excluded.name, status = excluded.status, opened = excluded.opened,
			suspended = excluded.suspended, as_of = excluded.as_of, extra = excluded.extra, import = excluded.import, file_line = excluded.file_line
		WHERE excluded.as_of > as_of`,
		m.account, r.Account, string(r.Marketplace), r.Name, r.Status, nullDay(r.Opened), nullDay(r.Suspended), unix(r.AsOf), string(r.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write account record of %s: %w", r.Account, err)
	}
	n, err := res.RowsAffected()
	return n == 0, false, err
}

// addRecord keeps the newest word on a record. Its instant is kept even where the word is the same, so that a word in
// between, of a file that arrives later, does not replace it.
func (m *merger) addRecord(r monitor.Record, at monitor.Place) (existed, changed bool, err error) {
	key, unique := r.Key()
	if !unique {
		if n := m.nth.count(string(r.Of()), key, at.Segment); n > 0 {
			key = fmt.Sprintf("%s\x00%d", key, n)
		}
	}
	body, err := json.Marshal(r)
	if err != nil {
		return false, false, fmt.Errorf("write a record of %s: %w", r.Of(), err)
	}
	var had string
	err = m.tx.QueryRowContext(m.ctx, "SELECT body FROM record WHERE account = ? AND kind = ? AND key = ?", m.account, string(r.Of()), key).Scan(&had)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, false, fmt.Errorf("read a record of %s: %w", r.Of(), err)
	}
	res, err := m.tx.ExecContext(m.ctx, `INSERT INTO record (account, kind, key, day, as_of, body, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET day = excluded.day, as_of = excluded.as_of, body = excluded.body,
			import = CASE WHEN body = excluded.body THEN import ELSE excluded.import END,
			file_line = CASE WHEN body = excluded.body THEN file_line ELSE excluded.file_line END
		WHERE excluded.as_of > as_of OR excluded.as_of = as_of AND excluded.body > body`,
		m.account, string(r.Of()), key, int64(r.When()), unix(r.Stated()), body, m.file, at.Line)
	if err != nil {
		return false, false, fmt.Errorf("write a record of %s: %w", r.Of(), err)
	}
	wrote, err := res.RowsAffected()
	return known, wrote > 0 && had != string(body), err
}
