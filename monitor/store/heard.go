package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// What buyers said is kept as it was read: with the products and stores of its orders, and the causes, which costs more to
// find out than all else that the checks of complaints do. An import deletes what is kept of its account, and Settle reads it
// again; what another reader of causes has read counts for nothing.

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
	k := &Snapshot{tx: tx, words: newDictionary(s.words), id: account, at: time.Unix(farFuture, 0), causes: s.Causes, records: map[recordSpan][]monitor.Sourced[monitor.Record]{}}
	all, err := k.findComplaints(ctx, from, lastDay)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO heard (account, from_day, reader, complaints) VALUES (?, ?, ?, ?)", account, int64(from), s.CausesID, appendComplaints(nil, all))
	return err
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
