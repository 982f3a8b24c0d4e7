package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// What every round asks of an account is kept in one row: what was imported, of what there is nothing, and the tallies. It is a copy,
// made by Settle and deleted by triggers as soon as one of those tables changes (see schema.go); without it they are read.

// prepared is the row of an account. Its parts are read when they are asked for.
type prepared struct {
	since    int64 // first block of the tallies
	arrivals string
	tallies  string
	orphans  string
	from     monitor.Day // of the first of these
	seen     int64       // when the newest of the arrivals was received
}

// prepare writes the row of an account.
func (s *Store) prepare(ctx context.Context, tx *sql.Tx, name string, at time.Time) error {
	today := monitor.DayOf(at, time.UTC) + 1
	k := &Snapshot{tx: tx, words: s.words, at: at}
	body, err := k.gather(ctx, name)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO prepared (account, from_day, until, reader, body) VALUES (?, ?, ?, ?, ?)",
		k.id, int64(today), (blockOf(today)+1)*blockDays-1, s.CausesID, body)
	if err != nil {
		return fmt.Errorf("write what is prepared: %w", err)
	}
	return nil
}

// verifyPrepared says whether the row of an account, if there is one, is what its tables say.
func verifyPrepared(ctx context.Context, tx *sql.Tx, account int64, name string) error {
	var day monitor.Day
	var body []byte
	err := tx.QueryRowContext(ctx, "SELECT from_day, body FROM prepared WHERE account = ?", account).Scan(&day, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	var now []byte
	if err == nil {
		now, err = (&Snapshot{tx: tx, at: (day - 1).Start(time.UTC)}).gather(ctx, name)
	}
	if err == nil && !bytes.Equal(now, body) {
		err = errPrepared
	}
	return err
}

// gather reads what the row has from the other tables.
func (k *Snapshot) gather(ctx context.Context, name string) ([]byte, error) {
	if err := k.readTotals(ctx, name); err != nil {
		return nil, err
	}
	if _, err := k.without(ctx); err != nil {
		return nil, err
	}
	if _, err := k.hasRecords(ctx, ""); err != nil {
		return nil, err
	}
	if err := k.readTallies(ctx); err != nil {
		return nil, err
	}
	arrivals, err := k.received(ctx, farFuture)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	from := monitor.DayOf(k.at, time.UTC) + 1 - settledDays
	orphans, err := k.orphaned(ctx, from, lastDay)
	if err != nil {
		return nil, fmt.Errorf("look for defects without orders: %w", err)
	}
	return k.appendPrepared(arrivals, from, orphans), nil
}

// appendPrepared writes the row: facts of the account, then the arrivals, the tallies and the orphans, each as a text. Numbers are varints.
func (k *Snapshot) appendPrepared(arrivals []received, from monitor.Day, orphans []orphan) []byte {
	b := binary.AppendVarint(nil, unix(k.newest))
	b = binary.AppendVarint(b, k.imports)
	b = appendTexts(b, k.kinds)
	b = appendTexts(b, k.account.Marketplaces)
	b = appendTexts(b, k.recorded)
	none := uint64(0)
	for i, is := range [...]bool{k.bare.confirmations, k.bare.feedback, k.bare.claims} {
		if is {
			none |= 1 << i
		}
	}
	b = binary.AppendUvarint(b, none)
	seen := int64(0)
	part := binary.AppendUvarint(nil, uint64(len(arrivals)))
	for _, a := range arrivals {
		seen = max(seen, a.received, a.again)
		for _, text := range [...]string{string(a.Kind), a.Name, a.Refused, a.Elsewhere, withBlanks(a.NewMarketplaces), withBlanks(a.Marketplaces)} {
			part = appendText(part, text)
		}
		for _, n := range [...]int64{a.received, a.again, unix(a.From), unix(a.To), unix(a.Latest), int64(a.Rows), int64(a.BadRows), int64(a.ElsewhereOrders)} {
			part = binary.AppendVarint(part, n)
		}
	}
	b = binary.AppendVarint(b, seen)
	b = appendText(b, string(part))
	b = binary.AppendVarint(b, k.firstTally())
	part = part[:0]
	for _, t := range k.tallies {
		part = appendText(appendText(part, string(t.slice.Marketplace)), string(t.slice.Channel))
		part = binary.AppendVarint(part, t.block)
		part = appendText(part, string(t.cells))
	}
	b = appendText(b, string(part))
	b = binary.AppendVarint(b, int64(from))
	part = part[:0]
	for _, o := range orphans {
		part = binary.AppendVarint(binary.AppendVarint(part, o.order), int64(o.day))
	}
	return appendText(b, string(part))
}

// readPrepared reads a row, as far as it is facts of the account.
func (k *Snapshot) readPrepared(body string) error {
	r := soldReader{body: body}
	k.newest, k.imports = instant(r.varint()), r.varint()
	k.kinds = texts[string](&r)
	k.account.Marketplaces = texts[monitor.Marketplace](&r)
	k.recorded = append([]monitor.ExportKind{}, texts[monitor.ExportKind](&r)...)
	none := r.uvarint()
	k.bare = &attachments{none&1 != 0, none&2 != 0, none&4 != 0}
	k.prepared = &prepared{seen: r.varint(), arrivals: r.text(), since: r.varint(), tallies: r.text(), from: monitor.Day(r.varint()), orphans: r.text()} //nolint:gosec // was written from a day
	if r.bad || r.more() {
		return errPrepared
	}
	return nil
}

// received returns all arrivals, if they are those known at the instant of the snapshot.
func (p *prepared) received(at time.Time) (all []received, ok bool, err error) {
	if p == nil || unix(at) < p.seen {
		return nil, false, nil
	}
	r := soldReader{body: p.arrivals}
	all = make([]received, 0, min(r.uvarint(), uint64(len(p.arrivals)))) // each has more bytes than one
	for r.more() {
		var a received
		a.Kind, a.Name, a.Refused, a.Elsewhere = monitor.ExportKind(r.text()), r.text(), r.text(), r.text()
		a.NewMarketplaces, a.Marketplaces = atBlanks(r.text()), atBlanks(r.text())
		a.received, a.again = r.varint(), r.varint()
		a.From, a.To, a.Latest = instant(r.varint()), instant(r.varint()), instant(r.varint())
		a.Rows, a.BadRows, a.ElsewhereOrders = int(r.varint()), int(r.varint()), int(r.varint())
		all = append(all, a)
	}
	if r.bad {
		return nil, false, errPrepared
	}
	return all, true, nil
}

// each calls take for each row of tallies from a block on, if the row has all of them.
func (p *prepared) each(first int64, take func(slice monitor.Slice, block int64, cells string)) (ok bool, err error) {
	if p == nil || first < p.since {
		return false, nil
	}
	for r := (soldReader{body: p.tallies}); r.more(); {
		slice, block, cells := r.slice(), r.varint(), r.text()
		if r.bad {
			return false, errPrepared
		}
		if block >= first {
			take(slice, block, cells)
		}
	}
	return true, nil
}

// orphaned returns all orphans, if they reach back to a day.
func (p *prepared) orphaned(from monitor.Day) (all []orphan, ok bool, err error) {
	if p == nil || from < p.from {
		return nil, false, nil
	}
	r := soldReader{body: p.orphans}
	for r.more() {
		all = append(all, orphan{r.varint(), monitor.Day(r.varint())}) //nolint:gosec // was written from a day
	}
	if r.bad {
		return nil, false, errPrepared
	}
	return all, true, nil
}

// isPrepared says whether there is nothing to do for Settle: it was there on this day or an earlier one that reaches no further back,
// and no import since.
func (s *Store) isPrepared(ctx context.Context, name string, today monitor.Day) (bool, error) {
	var is sql.NullBool
	err := s.read.QueryRowContext(ctx, "SELECT p.from_day <= ?2 AND ?2 <= p.until AND (?3 = '' OR p.reader = ?3) FROM account a LEFT JOIN prepared p ON p.account = a.id WHERE a.name = ?1",
		name, int64(today), s.CausesID).Scan(&is)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, fmt.Errorf("account %s: %w", name, ErrNoAccount)
	case err != nil:
		return false, fmt.Errorf("look for what is prepared of account %s: %w", name, err)
	}
	return is.Bool, nil
}

// appendTexts writes texts, and before them how many there are.
func appendTexts[T ~string](b []byte, all []T) []byte {
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, t := range all {
		b = appendText(b, string(t))
	}
	return b
}

// texts reads them.
func texts[T ~string](r *soldReader) (all []T) {
	for n := r.uvarint(); n > 0 && !r.bad; n-- {
		all = append(all, T(r.text()))
	}
	return all
}

var errPrepared = errors.New("a row of prepared is damaged: restore the database from a backup, or delete all rows of that table")
