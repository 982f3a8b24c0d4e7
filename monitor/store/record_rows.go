package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"goodstanding/monitor"
)

// recordRows merges the records of a file, a batch at a time.
//
// The newest word on a record stands, and of two as new the greater text. Its instant is that of the newest export that
// says so, also where the word is the same: a word in between, of a file that arrives later, does not replace it. Its
// origin is the row that brought it; of rows that say exactly the same, the one that was imported first.
//
// Of an export that lists all there is (see ListsAll) each row is kept as it is, in a record of its own that later exports
// with the very same row share, and the export knows its rows.
type recordRows struct {
	ctx           context.Context
	conn          *sql.Conn
	tx            sharedTx
	account, file int64
	size          int64 // of the file

	bodies  *bulk // new rows of record
	changes *bulk // rows of record that say something else now
	keys    *bulk
	last    int64 // the row given last; 0: not known yet
	list    listing

	kind      monitor.ExportKind // of the batch
	listed    bool
	newcomers *newcomers // nil: there were records of the kind before
	rows      []recordRow
	at        map[int64]int // of rows, by hash
	order     []listedRow   // of an export that lists all there is, in the order of the file: indices of rows
	digest    *xxhash.Digest
	spelled   bytes.Buffer
	encoder   *json.Encoder

	fresh, changed int
	returned       bool // some of these are returns, of which buyers say why
}

// batchRecords is how many records are looked up at a time: no more than a bulk takes in without waiting, so that the next
// ones are spelled while these are written.
const batchRecords = batchRows

// recordRow is a record on its way into the database.
type recordRow struct {
	hash  int64 // of its kind and key, by which it is found
	body  string
	said  int64 // hash of the body
	day   int64
	asOf  int64
	line  int
	row   int64 // of the record table; 0: it is new
	same  bool  // the word there is the same
	stale bool  // nothing is to be written
}

func newRecordRows(ctx context.Context, conn *sql.Conn, tx sharedTx, account, file, size int64) *recordRows {
	w := &recordRows{ctx: ctx, conn: conn, tx: tx, account: account, file: file, size: size, at: map[int64]int{}, digest: xxhash.New()}
	w.encoder = json.NewEncoder(&w.spelled)
	return w
}

// bulks returns what writes in the background.
func (w *recordRows) bulks() []*bulk {
	if w.keys == nil {
		return nil
	}
	return []*bulk{w.bodies, w.changes, w.keys}
}

// wait waits until nothing is being written.
func (w *recordRows) wait() error {
	for _, b := range w.bulks() {
		if err := b.wait(); err != nil {
			return err
		}
	}
	return nil
}

// add takes in a record. The n-th row of a key that is not unique is another thing than the first one.
func (w *recordRows) add(r monitor.Record, n int, line int) error {
	kind := r.Of()
	if kind != w.kind || len(w.rows) >= batchRecords {
		if err := w.merge(); err != nil {
			return err
		}
	}
	if kind != w.kind {
		if err := w.begin(kind); err != nil {
			return err
		}
	}
	w.spelled.Reset()
	if err := w.encoder.Encode(r); err != nil {
		return fmt.Errorf("write a record of %s: %w", r.Of(), err)
	}
	body := string(w.spelled.Bytes()[:w.spelled.Len()-1])                                                                         // without the line break at the end
	row := recordRow{body: body, said: int64(xxhash.Sum64String(body)), day: int64(r.When()), asOf: unix(r.Stated()), line: line} //nolint:gosec // any 64 bits do
	if w.listed {
		row.hash = w.hash(body, 0)
	} else {
		key, _ := r.Key()
		row.hash = w.hash(key, n)
	}
	i, there := w.at[row.hash]
	if !there {
		i = len(w.rows)
		w.at[row.hash] = i
		w.rows = append(w.rows, row)
	} else if have := &w.rows[i]; row.asOf > have.asOf || row.asOf == have.asOf && row.body > have.body {
		*have = row
	}
	if w.listed {
		w.order = append(w.order, listedRow{int64(i), uint64(n)}) //nolint:gosec // not negative
	}
	return nil
}

// hash returns what the n-th record of a key is found by.
func (w *recordRows) hash(key string, n int) int64 {
	w.digest.Reset()
	_, _ = w.digest.WriteString(string(w.kind)) // a digest never fails
	_, _ = w.digest.Write([]byte{0})
	_, _ = w.digest.WriteString(key)
	if n > 0 {
		_, _ = w.digest.WriteString("\x00" + strconv.Itoa(n))
	}
	return int64(w.digest.Sum64()) //nolint:gosec // any 64 bits do
}

// begin makes ready for records of a kind.
func (w *recordRows) begin(kind monitor.ExportKind) error {
	w.kind, w.listed, w.newcomers = kind, ListsAll(kind), nil
	if w.keys == nil {
		w.bodies = newBulk(w.ctx, w.conn, "record", "account", "kind", "day", "body", "import", "file_line")
		w.changes = newUpserts(w.ctx, w.conn, "record", []string{"row"}, "account", "kind", "day", "body", "import", "file_line")
		w.keys = newUpserts(w.ctx, w.conn, "record_key", []string{"hash", "account"}, "row", "as_of", "said")
	}
	var had bool
	err := w.tx.QueryRowContext(w.ctx, "SELECT EXISTS (SELECT 1 FROM record WHERE account = ? AND kind = ?), (SELECT coalesce(max(row), 0) FROM record)", w.account, string(kind)).Scan(&had, &w.last)
	if err != nil {
		return fmt.Errorf("look for records of %s: %w", kind, err)
	}
	if !had {
		w.newcomers = newNewcomers(w.size)
	}
	return nil
}

// merge compares the batch with what is there, and has written what is new.
func (w *recordRows) merge() error {
	if len(w.rows) == 0 {
		return nil
	}
	// Sorted, they lie in few pages of the table that they are found by.
	found := make([]int, len(w.rows))
	for i := range found {
		found[i] = i
	}
	slices.SortFunc(found, func(a, b int) int { return cmp.Compare(w.rows[a].hash, w.rows[b].hash) })
	if err := w.find(found); err != nil {
		return err
	}
	for i := range w.rows {
		if err := w.write(&w.rows[i]); err != nil {
			return err
		}
	}
	for _, i := range found {
		if r := &w.rows[i]; !r.stale {
			if err := w.keys.add(r.hash, w.account, r.row, r.asOf, r.said); err != nil {
				return err
			}
		}
	}
	for _, r := range w.order {
		if err := w.list.add(w.ctx, w.tx, w.file, listedRow{w.rows[r.row].row, r.n}); err != nil {
			return err
		}
	}
	clear(w.at)
	clear(w.rows)
	w.rows, w.order = w.rows[:0], w.order[:0]
	for _, b := range w.bulks() {
		if err := b.flush(); err != nil {
			return err
		}
	}
	return nil
}

// find looks up which rows are known, and whether they say anything new.
func (w *recordRows) find(sorted []int) error {
	var ask []int64
	for _, i := range sorted {
		if hash := w.rows[i].hash; w.newcomers == nil || !w.newcomers.add(hash) {
			ask = append(ask, hash)
		}
	}
	var ties []*recordRow
	err := perChunk(w.ctx, w.tx, "SELECT hash, row, as_of, said FROM record_key WHERE account = ? AND hash", w.account, ask, func(rows *sql.Rows) error {
		var hash, row, asOf, said int64
		if err := rows.Scan(&hash, &row, &asOf, &said); err != nil {
			return err
		}
		r := &w.rows[w.at[hash]]
		r.row, r.same = row, said == r.said
		r.stale = r.asOf < asOf || r.asOf == asOf && r.same || w.listed
		if r.asOf == asOf && !r.same {
			ties = append(ties, r)
		}
		return nil
	})
	for _, r := range ties {
		var body string
		if err == nil {
			err = w.tx.QueryRowContext(w.ctx, "SELECT body FROM record WHERE row = ?", r.row).Scan(&body)
		}
		r.stale = r.body <= body
	}
	if err != nil {
		return fmt.Errorf("read records of %s: %w", w.kind, err)
	}
	return nil
}

// write has written what is new of a record, and gives a new one its row.
func (w *recordRows) write(r *recordRow) error {
	if r.row == 0 || !r.stale && !r.same {
		w.returned = w.returned || w.kind == monitor.KindFBAReturns || w.kind == monitor.KindSellerReturns
	}
	switch {
	case r.row == 0:
		w.last++
		r.row = w.last // SQLite gives a new row the number after the last one's
		w.fresh++
		return w.bodies.add(w.account, string(w.kind), r.day, r.body, w.file, int64(r.line))
	case r.stale || r.same:
		return nil
	}
	w.changed++
	return w.changes.add(r.row, w.account, string(w.kind), r.day, r.body, w.file, int64(r.line))
}

// finish writes the rest, and makes sure that every record has the row that it was given.
func (w *recordRows) finish() error {
	if w.keys == nil {
		return nil
	}
	if err := w.list.flush(w.ctx, w.tx, w.file); err != nil {
		return err
	}
	var last int64
	if err := w.tx.QueryRowContext(w.ctx, "SELECT coalesce(max(row), 0) FROM record").Scan(&last); err != nil {
		return fmt.Errorf("find the last record: %w", err)
	}
	if last != w.last {
		return fmt.Errorf("the last record is in row %d instead of %d", last, w.last)
	}
	return nil
}

func (w *recordRows) close() error {
	var errs []error
	for _, b := range w.bulks() {
		err := b.close()
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
