package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// What buyers said is kept as it was read: with the products and stores of its orders, and the causes, which costs more to
// find out than all else that the checks of complaints do. An import that brings feedback, a return, or news of the order of one
// makes it stale, and Settle reads it again, but for the causes of what it has read before; what another reader of causes has
// read counts for nothing.

// stale is the day from which stale complaints are kept: none.
const stale = lastDay

// hearing finds out whether an import makes what is kept of complaints stale.
type hearing struct {
	stale  bool
	loaded bool
	orders map[int64]bool // that something is kept of
}

// rehear takes in that an order has changed.
func (m *merger) rehear(order int64) error {
	h := &m.hearing
	if h.stale {
		return nil
	}
	if !h.loaded {
		h.loaded = true
		var body string
		err := m.tx.QueryRowContext(m.ctx, "SELECT complaints FROM heard WHERE account = ? AND from_day < ?", m.account, int64(stale)).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for what is kept of complaints: %w", err)
		}
		all, err := readComplaints(body)
		if err != nil {
			h.stale = true // Settle makes good what is damaged
			return nil
		}
		h.orders = make(map[int64]bool, len(all))
		for _, c := range all {
			if n, err := orderNumber(c.OrderID); err == nil {
				h.orders[n] = true
			}
		}
	}
	h.stale = h.orders[order]
	return nil
}

// write notes it.
func (h *hearing) write(ctx context.Context, tx sharedTx, account int64, returned bool) error {
	if !h.stale && !returned {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE heard SET from_day = ? WHERE account = ?", int64(stale), account); err != nil {
		return fmt.Errorf("note that there are new complaints: %w", err)
	}
	return nil
}

// keptComplaints returns what was kept of an account by the snapshot's reader, if that reaches back to a day.
func (k *Snapshot) keptComplaints(ctx context.Context, from monitor.Day) (all []monitor.Complaint, ok bool, err error) {
	if k.readBy == "" {
		return nil, false, nil
	}
	var body string
	err = k.tx.QueryRowContext(ctx, "SELECT CAST(complaints AS TEXT) FROM heard WHERE account = ? AND reader = ? AND from_day <= ?", k.id, k.readBy, int64(from)).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err == nil {
		all, err = readComplaints(body)
	}
	return all, err == nil, err
}

// hear reads what buyers said from a day on, and keeps it.
func (s *Store) hear(ctx context.Context, tx *sql.Tx, account int64, from monitor.Day) error {
	causes, err := s.reread(ctx, tx, account)
	if err != nil {
		return err
	}
	k := &Snapshot{tx: tx, words: newDictionary(s.words), id: account, at: time.Unix(farFuture, 0), causes: causes, records: map[recordSpan][]monitor.Sourced[monitor.Record]{}}
	all, err := k.findComplaints(ctx, from, lastDay)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO heard (account, from_day, reader, complaints) VALUES (?, ?, ?, ?)", account, int64(from), s.CausesID, appendComplaints(nil, all))
	return err
}

// reread returns a reader that knows what the store's has read of the account's complaints before.
func (s *Store) reread(ctx context.Context, tx *sql.Tx, account int64) (monitor.CauseReader, error) {
	if s.Causes == nil {
		return nil, nil
	}
	var body string
	err := tx.QueryRowContext(ctx, "SELECT complaints FROM heard WHERE account = ? AND reader = ?", account, s.CausesID).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return s.Causes, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for what was read of complaints: %w", err)
	}
	had, err := readComplaints(body)
	if err != nil {
		return s.Causes, nil //nolint:nilerr // it is read again, and written over
	}
	// A reader goes by the text and the marketplace, see monitor.CauseReader.
	type comment struct {
		text        string
		marketplace monitor.Marketplace
	}
	read := make(map[comment][]monitor.Because, len(had))
	for _, c := range had {
		if _, byReason := policy.CauseOfReason(c.Reason); byReason && len(c.Causes) > 0 {
			c.Causes = c.Causes[1:] // what the reason says comes first
		}
		read[comment{c.Text, c.Marketplace}] = c.Causes
	}
	return func(c monitor.Complaint) []monitor.Because {
		if causes, ok := read[comment{c.Text, c.Marketplace}]; ok {
			return causes
		}
		return s.Causes(c)
	}, nil
}

// lastDay is after every day.
const lastDay = monitor.Day(1 << 30)

// appendComplaints writes complaints: how many, the files that they come from, then each with the number of its file. Numbers are varints,
// texts have their length before them.
func appendComplaints(b []byte, all []monitor.Complaint) []byte {
	text := func(t string) {
		b = binary.AppendUvarint(b, uint64(len(t)))
		b = append(b, t...)
	}
	texts := func(all []string) {
		b = binary.AppendUvarint(b, uint64(len(all)))
		for _, t := range all {
			text(t)
		}
	}
	number := map[monitor.Source]int{}
	var files []monitor.Source
	file := func(s monitor.Source) monitor.Source { s.Line = 0; return s }
	for _, c := range all {
		if _, ok := number[file(c.Source)]; !ok {
			number[file(c.Source)] = len(files)
			files = append(files, file(c.Source))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(all)))
	b = binary.AppendUvarint(b, uint64(len(files)))
	for _, f := range files {
		text(string(f.Kind))
		text(f.File)
		b = binary.AppendVarint(b, unix(f.Received))
	}
	for _, c := range all {
		b = binary.AppendUvarint(b, uint64(number[file(c.Source)])) //nolint:gosec // an index
		for _, n := range [...]int{c.Source.Line, int(c.Day), c.Rating} {
			b = binary.AppendVarint(b, int64(n))
		}
		for _, t := range [...]string{string(c.Marketplace), string(c.Channel), c.OrderID, c.Reason, c.Disposition, c.Text} {
			text(t)
		}
		texts(c.SKUs)
		texts(c.ASINs)
		b = binary.AppendUvarint(b, uint64(len(c.Causes)))
		for _, why := range c.Causes {
			text(string(why.Cause))
			text(why.Words)
		}
	}
	return b
}

// readComplaints reads them.
func readComplaints(body string) (all []monitor.Complaint, err error) {
	r := soldReader{body: body}
	var names []string // the lists of a complaint are parts of these, which costs less than a list each
	texts := func() []string {
		from := len(names)
		for n := r.uvarint(); n > 0 && !r.bad; n-- {
			names = append(names, r.text())
		}
		if from == len(names) {
			return nil
		}
		return names[from:len(names):len(names)]
	}
	many := r.uvarint()
	if many > uint64(len(body)/12) { // each has more bytes than that
		r.fail()
		many = 0
	}
	all = make([]monitor.Complaint, 0, many)
	names = make([]string, 0, 2*many) // a SKU and an ASIN mostly
	var files []monitor.Source
	for n := r.uvarint(); n > 0 && !r.bad; n-- {
		files = append(files, monitor.Source{Kind: monitor.ExportKind(r.text()), File: r.text(), Received: instant(r.varint())})
	}
	var causes []monitor.Because
	for ; many > 0 && !r.bad; many-- {
		n := r.uvarint()
		if n >= uint64(len(files)) {
			r.fail()
			break
		}
		c := monitor.Complaint{Source: files[n]}
		c.Source.Line, c.Day, c.Rating = int(r.varint()), monitor.Day(r.varint()), int(r.varint()) //nolint:gosec // were written from such numbers
		c.Marketplace, c.Channel, c.OrderID = monitor.Marketplace(r.text()), monitor.Channel(r.text()), r.text()
		c.Reason, c.Disposition, c.Text = r.text(), r.text(), r.text()
		c.SKUs, c.ASINs = texts(), texts()
		from := len(causes)
		for n := r.uvarint(); n > 0 && !r.bad; n-- {
			causes = append(causes, monitor.Because{Cause: monitor.Cause(r.text()), Words: r.text()})
		}
		if from < len(causes) {
			c.Causes = causes[from:len(causes):len(causes)]
		}
		all = append(all, c)
	}
	if r.bad || r.more() {
		return nil, fmt.Errorf("what buyers said: %w", errHeard)
	}
	return all, nil
}

var errHeard = errors.New("a row of heard is damaged: restore the database from a backup, or delete all rows of that table")
