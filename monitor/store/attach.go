package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// What hangs on an order, or on none, is kept by the rules below. Each picks one of several words by what they say and by
// when their exports were made, never by which came first, so that the order in which files are imported does not matter.
// The origin is the row whose word stands: of several that say the same, that of the newest export (of confirmations, the
// oldest), and of exports made at the same instant whichever was imported first.

// addConfirmation keeps the first confirmation of each line: a later file that edits the tracking number does not move
// the instant at which Amazon took the confirmation.
func (m *merger) addConfirmation(d *draft, c monitor.Confirmation, line int) (existed, changed bool, err error) {
	c.AsOf = instant(unix(c.AsOf))
	i := slices.IndexFunc(d.Confirmations, func(h monitor.Confirmation) bool { return h.ItemID == c.ItemID })
	if i >= 0 {
		if compareConfirmations(c, d.Confirmations[i]) >= 0 {
			return true, false, nil
		}
		d.Confirmations[i] = c
	} else {
		d.Confirmations = append(d.Confirmations, c)
	}
	m.reader.bare.confirmations = false
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO confirmation
		(account, id, item_id, ship_day, as_of, quantity, carrier, tracking, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, d.number, c.ItemID, int64(c.ShipDate), unix(c.AsOf), c.Quantity, c.Carrier, c.Tracking, string(c.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write confirmation of order %s: %w", c.OrderID, err)
	}
	return i >= 0, true, nil
}

// compareConfirmations orders confirmations of one line: the first is kept. Of two in one file that is the one of the
// earlier day, then of the whole line, then of more units.
func compareConfirmations(a, b monitor.Confirmation) int {
	return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(a.ShipDate, b.ShipDate), cmp.Compare(min(a.Quantity, 1), min(b.Quantity, 1)),
		cmp.Compare(b.Quantity, a.Quantity), cmp.Compare(b.Tracking, a.Tracking), cmp.Compare(b.Carrier, a.Carrier), cmp.Compare(b.Extra, a.Extra))
}

// addFeedback keeps the newest word on an order's feedback: a buyer may revise it, and there is one an order.
func (m *merger) addFeedback(d *draft, f monitor.Feedback, line int) (existed, changed bool, err error) {
	f.AsOf = instant(unix(f.AsOf))
	if h := d.Feedback; h != nil {
		differ := compareFeedback(f, *h)
		if newer := f.AsOf.Compare(h.AsOf); newer < 0 || newer == 0 && differ <= 0 {
			return true, false, nil
		}
		existed, changed = true, differ != 0
	}
	d.Feedback, m.hearing.stale = &f, true
	m.reader.bare.feedback = false
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO feedback
		(account, id, day, rating, comment, response, as_of, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, d.number, int64(f.Day), f.Rating, f.Comment, f.Response, unix(f.AsOf), string(f.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write feedback of order %s: %w", f.OrderID, err)
	}
	return existed, changed, nil
}

// compareFeedback orders what two exports of one instant say: the last is kept, which is the worse rating, then the
// earlier day, then the longer comment.
func compareFeedback(a, b monitor.Feedback) int {
	return cmp.Or(cmp.Compare(b.Rating, a.Rating), cmp.Compare(b.Day, a.Day), cmp.Compare(len(a.Comment), len(b.Comment)),
		cmp.Compare(a.Comment, b.Comment), cmp.Compare(a.Response, b.Response), cmp.Compare(a.Extra, b.Extra))
}

// addClaim keeps the newest word on a claim, and the first instant at which one said that it does not count.
func (m *merger) addClaim(d *draft, c monitor.Claim, line int) (existed, changed bool, err error) {
	c.AsOf, c.Settled = instant(unix(c.AsOf)), time.Time{}
	if !c.Counts() {
		c.Settled = c.AsOf
	}
	i := slices.IndexFunc(d.Claims, func(h monitor.Claim) bool { return h.Kind == c.Kind })
	if i < 0 {
		d.Claims = append(d.Claims, c)
		return false, true, m.writeClaim(d, c, line)
	}
	h := &d.Claims[i]
	if c.Kind == monitor.AToZReturn {
		// The first export that shows it says since when it can be known.
		earlier := c.AsOf.Before(h.AsOf)
		if c.AsOf.Equal(h.AsOf) {
			if earlier, err = m.beforeClaim(d, c.Kind, line); err != nil {
				return false, false, fmt.Errorf("find claim on order %s: %w", c.OrderID, err)
			}
		}
		if !earlier {
			return true, false, nil
		}
		changed = c.AsOf.Before(h.AsOf)
		*h = c
		return true, changed, m.writeClaim(d, c, line)
	}
	settled := h.Settled
	if settled.IsZero() || !c.Settled.IsZero() && c.Settled.Before(settled) {
		settled = c.Settled
	}
	differ := compareClaims(c, *h)
	if newer := c.AsOf.Compare(h.AsOf); newer < 0 || newer == 0 && differ <= 0 {
		if settled.Equal(h.Settled) {
			return true, false, nil
		}
		// The word stands, and where it comes from.
		h.Settled = settled
		_, err = m.tx.ExecContext(m.ctx, "UPDATE claim SET settled = ? WHERE account = ? AND id = ? AND kind = ?", unix(settled), m.account, d.number, string(c.Kind))
		if err != nil {
			return false, false, fmt.Errorf("write claim on order %s: %w", c.OrderID, err)
		}
		return true, true, nil
	}
	c.Settled = settled
	changed = differ != 0 || !settled.Equal(h.Settled)
	*h = c
	return true, changed, m.writeClaim(d, c, line)
}

// beforeClaim says whether a row of this file was there before the one that brought the claim which is kept.
func (m *merger) beforeClaim(d *draft, kind monitor.ClaimKind, line int) (bool, error) {
	var kept origin
	err := m.tx.QueryRowContext(m.ctx, "SELECT import, file_line FROM claim WHERE account = ? AND id = ? AND kind = ?", m.account, d.number, string(kind)).
		Scan(&kept.file, &kept.line)
	return err == nil && m.files.earlier(origin{m.file, line}, kept), err
}

func (m *merger) writeClaim(d *draft, c monitor.Claim, line int) error {
	m.reader.bare.claims = false
	_, err := m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO claim
		(account, id, kind, opened, status, amount, as_of, settled, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, d.number, string(c.Kind), int64(c.Opened), string(c.Status), c.Amount, unix(c.AsOf), unix(c.Settled), string(c.Extra), m.file, line)
	if err != nil {
		return fmt.Errorf("write claim on order %s: %w", c.OrderID, err)
	}
	return nil
}

// compareClaims orders what two rows of one instant say of a claim: the last is kept, which is what counts against the
// seller, then the later claim.
func compareClaims(a, b monitor.Claim) int {
	counts := func(c monitor.Claim) int {
		if c.Counts() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(counts(a), counts(b)), cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.Status, b.Status),
		cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Extra, b.Extra))
}

// addAccount keeps the newest word of accounts.csv on an account, and of two as new the greater.
func (m *merger) addAccount(r monitor.AccountRecord, line int) (existed, changed bool, err error) {
	var opened, suspended sql.NullInt64
	var asOf int64
	var h monitor.AccountRecord
	err = m.tx.QueryRowContext(m.ctx, "SELECT name, status, opened, suspended, as_of, extra FROM account_record WHERE account = ? AND subject = ? AND marketplace = ?",
		m.account, r.Account, string(r.Marketplace)).Scan(&h.Name, &h.Status, &opened, &suspended, &asOf, &h.Extra)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		changed = true
	case err != nil:
		return false, false, fmt.Errorf("read account record of %s: %w", r.Account, err)
	default:
		h.Opened, h.Suspended = dayOrNil(opened), dayOrNil(suspended)
		differ := compareAccounts(r, h)
		if newer := cmp.Compare(unix(r.AsOf), asOf); newer < 0 || newer == 0 && differ <= 0 {
			return true, false, nil
		}
		existed, changed = true, differ != 0
	}
	_, err = m.tx.ExecContext(m.ctx, `INSERT OR REPLACE INTO account_record
		(account, subject, marketplace, name, status, opened, suspended, as_of, extra, import, file_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.account, r.Account, string(r.Marketplace), r.Name, r.Status, nullDay(r.Opened), nullDay(r.Suspended), unix(r.AsOf), string(r.Extra), m.file, line)
	if err != nil {
		return false, false, fmt.Errorf("write account record of %s: %w", r.Account, err)
	}
	return existed, changed, nil
}

// compareAccounts orders what two rows of one instant say of an account: the last is kept.
func compareAccounts(a, b monitor.AccountRecord) int {
	day := func(d *monitor.Day) int64 {
		if d == nil {
			return -1 << 40 // before every day
		}
		return int64(*d)
	}
	return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(day(a.Suspended), day(b.Suspended)), cmp.Compare(day(a.Opened), day(b.Opened)),
		cmp.Compare(a.Name, b.Name), cmp.Compare(a.Extra, b.Extra))
}
