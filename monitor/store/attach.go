package store

import (
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
		(account, id, item_id, ship_day, as_of, quantity, carrier, tracking, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, c.OrderID, c.ItemID, int64(c.ShipDate), unix(c.AsOf), c.Quantity, c.Carrier, c.Tracking, m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write confirmation of order %s: %w", c.OrderID, err)
	}
	return i >= 0, true, nil
}

// addFeedback keeps the newest word on an order's feedback: a buyer may revise it, and there is one an order.
func (m *merger) addFeedback(d *draft, f monitor.Feedback, line int) (existed, changed bool, err error) {
	f.AsOf = instant(unix(f.AsOf))
	if h := d.Feedback; h != nil {
		same := h.Day == f.Day && h.Rating == f.Rating && h.Comment == f.Comment && h.Response == f.Response
		if f.AsOf.Before(h.AsOf) || f.AsOf.Equal(h.AsOf) && (same || lessFeedback(f, *h)) {
			return true, false, nil
		}
		changed = !same
	}
	existed = d.Feedback != nil
	d.Feedback = &f
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO feedback
		(account, id, day, rating, comment, response, as_of, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, f.OrderID, int64(f.Day), f.Rating, f.Comment, f.Response, unix(f.AsOf), m.file, line)
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
	return len(a.Comment) < len(b.Comment) || len(a.Comment) == len(b.Comment) && a.Comment+a.Response < b.Comment+b.Response
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
		if c.AsOf.Before(h.AsOf) || c.AsOf.Equal(h.AsOf) && string(c.Status)+c.Amount < string(h.Status)+h.Amount {
			c = h // the newer word stands
		}
		c.Settled = settled
		if c == h {
			return true, false, nil
		}
		changed = c.Opened != h.Opened || c.Status != h.Status || c.Amount != h.Amount || c.Settled != h.Settled
		d.Claims[i] = c
	} else {
		d.Claims = append(d.Claims, c)
	}
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO claim
		(account, id, kind, opened, status, amount, as_of, settled, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, c.OrderID, string(c.Kind), int64(c.Opened), string(c.Status), c.Amount, unix(c.AsOf), unix(c.Settled), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write claim on order %s: %w", c.OrderID, err)
	}
	return i >= 0, changed, nil
}

// addAccount keeps the newest word of accounts.csv on an account.
func (m *merger) addAccount(r monitor.AccountRecord, line int) error {
	res, err := m.tx.ExecContext(m.ctx, `INSERT INTO account_record
		(account, subject, marketplace, name, status, opened, suspended, as_of, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, subject, marketplace) DO UPDATE SET name = excluded.name, status = excluded.status,
			opened = excluded.opened, suspended = excluded.suspended, as_of = excluded.as_of, import = excluded.import, file_line = excluded.file_line
		WHERE excluded.as_of > as_of`,
		m.account, r.Account, string(r.Marketplace), r.Name, r.Status, nullDay(r.Opened), nullDay(r.Suspended), unix(r.AsOf), m.file, line)
	if err != nil {
		return fmt.Errorf("write account record of %s: %w", r.Account, err)
	}
	n, err := res.RowsAffected()
	if err == nil && n > 0 {
		m.fresh++
	}
	return err
}
