package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// File is an export that is about to be imported.
type File struct {
	Account  string // must exist, see EnsureAccount
	Kind     monitor.ExportKind
	Name     string
	Digest   string // of its content, hex
	Size     int64
	Received time.Time
	From, To time.Time             // span of its contents
	Latest   time.Time             // the newest instant that it states
	AsOf     time.Time             // when it was made, as far as can be known
	Sold     []monitor.Marketplace // that its rows name
	DryRun   bool                  // say what the file would change, and change nothing
}

// Summary says what an import did, in rows.
type Summary struct {
	Again   bool // the same content was imported before: nothing was read
	Read    int
	New     int
	Changed int
	Same    int
	Bad     int
}

// Rows takes in the rows of a file, from one goroutine.
type Rows struct {
	// Add takes a fact and where it stands.
	Add func(monitor.Place, monitor.Fact) error
	// See takes a sighting as Add does, without keeping s itself.
	See func(at monitor.Place, s *monitor.Sighting) error
	// Known says of the digest of a row that a file brought the very same one before, and that nothing can be new in it:
	// it need not be added, and Same counts it. It may be asked from any goroutine.
	Known func(digest uint64) bool
	// Same counts rows that were known.
	Same func(rows int)
	// Learn takes the file as it is known once it has been read, where not all was known before. Without it, what was
	// given to Import stands.
	Learn func(File)
}

// Import runs read, which gives the file's facts to Rows and returns how many rows were bad, in one transaction: all of
// the file becomes known or nothing. Content that was imported for the account before is recognised by its digest and
// not read again (see mayReturn). Facts merge: a file that overlaps others changes only what it tells newly, and the
// order in which files arrive does not matter.
func (s *Store) Import(ctx context.Context, f File, now time.Time, read func(Rows) (bad int, err error)) (_ Summary, failed error) {
	var sum Summary
	var words *dictionary
	var behind *writeBehind
	if s.Alone && f.Size >= firstLoadFrom && !f.DryRun {
		var end func() error
		var err error
		if behind, end, err = s.firstLoad(ctx); err != nil {
			return sum, err
		}
		defer func() { failed = errors.Join(failed, behind.stop(), end()) }()
	}
	err := s.onConn(ctx, "import "+f.Name, func(conn *sql.Conn, tx *sql.Tx) error {
		id, before, err := account(ctx, tx, f.Account)
		if err != nil {
			return err
		}
		if sum.Again, err = cameAgain(ctx, tx, id, f); err != nil {
			return err
		}
		if sum.Again {
			return addToTotals(ctx, tx, id, f, monitor.ImportTotals{Kind: f.Kind, LastReceived: f.Received})
		}
		row, err := insertImport(ctx, tx, id, f, now, "")
		if err != nil {
			return err
		}
		m, err := newMerger(ctx, conn, tx, s.words, id, row, f.Size)
		if err != nil {
			return err
		}
		words, m.behind = m.reader.words, behind
		closed := false
		defer func() {
			if !closed { // a panic: what is still being written would be written after the rollback
				_ = m.close()
			}
		}()
		err = sum.merge(ctx, m, s.read, &f, read)
		if err == nil {
			err = m.note(before, f, sum)
		}
		closed = true
		if err = errors.Join(err, m.close(), behind.stop()); err != nil {
			return err
		}
		return addToTotals(ctx, tx, id, f, monitor.ImportTotals{Kind: f.Kind, LastReceived: f.Received, Files: 1, Rows: sum.Read + sum.Bad, BadRows: sum.Bad})
	}, f.DryRun)
	if err == nil && words != nil && !f.DryRun {
		s.words.adopt(words)
	}
	return sum, err
}

// cameAgain looks for the same content among an account's imports, and notes that it came again.
func cameAgain(ctx context.Context, tx *sql.Tx, account int64, f File) (bool, error) {
	if mayReturn(f.Kind) {
		return cameAtThatTime(ctx, tx, account, f)
	}
	res, err := tx.ExecContext(ctx, "UPDATE import SET again = max(again, ?1), seen = max(seen, ?1) WHERE account = ?2 AND digest = ?3 AND refused = ''", unix(f.Received), account, f.Digest)
	if err != nil {
		return false, fmt.Errorf("look for the same content: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// mayReturn says whether content of the kind tells something when it comes again: the seller's own lists are edited back,
// and what an export lists may be as it was before. The same content at another time is then another export. Of the other
// kinds it is a copy, whatever its time says, and an old export never becomes the newest word by being copied.
func mayReturn(kind monitor.ExportKind) bool { return kind.Own() || ListsAll(kind) }

// aside parts the digest of content that came again from the number of the earlier import.
const aside = " until "

// cameAtThatTime looks for the same content received at the same time. If there is only the same content, its digest is set
// aside for the one that comes now.
func cameAtThatTime(ctx context.Context, tx *sql.Tx, account int64, f File) (bool, error) {
	var again bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM import WHERE account = ? AND digest BETWEEN ? AND ? AND received = ? AND refused = '')",
		account, f.Digest, f.Digest+aside+"~", unix(f.Received)).Scan(&again) // ~ comes after every digit
	if err == nil && !again {
		_, err = tx.ExecContext(ctx, "UPDATE import SET digest = digest || ? || id WHERE account = ? AND digest = ? AND refused = ''", aside, account, f.Digest)
	}
	if err != nil {
		return false, fmt.Errorf("look for the same content: %w", err)
	}
	return again, nil
}

// Has says whether content with this digest was imported for the account, so that reading it again would tell nothing,
// whenever it was received.
func (s *Store) Has(ctx context.Context, name, digest string) (bool, error) {
	var kind monitor.ExportKind
	err := s.read.QueryRowContext(ctx, `SELECT i.kind FROM import i JOIN account a ON a.id = i.account
		WHERE a.name = ? AND i.digest = ? AND i.refused = ''`, name, digest).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the content of a file: %w", err)
	}
	return !mayReturn(kind), nil
}

// HasSize says whether any content of this size was imported for the account.
func (s *Store) HasSize(ctx context.Context, name string, size int64) (had bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM import i JOIN account a ON a.id = i.account WHERE a.name = ? AND i.size = ? AND i.refused = '')", name, size).Scan(&had)
	if err != nil {
		return false, fmt.Errorf("look for files of a size: %w", err)
	}
	return had, nil
}

// merge runs read, and the merger beside it.
func (sum *Summary) merge(ctx context.Context, m *merger, db *sql.DB, f *File, read func(Rows) (int, error)) (err error) {
	known, err := loadSettled(ctx, m.tx, m.account, *f)
	if err != nil {
		return err
	}
	feed := &feeder{known: &known}
	if !m.rows.first && f.Size >= lookedUpFrom {
		if feed.finder, err = newFinder(ctx, db, m.account); err != nil {
			return err
		}
	}
	if feed.finder != nil {
		m.newcomers = newNewcomers(f.Size / 4) // most of the orders of a later file are there
		defer func() { err = errors.Join(err, feed.finder.close(ctx)) }()
	}
	feed.merge(ctx, m)
	finished := false
	defer func() {
		if !finished { // a panic: the merger must not go on beside it
			_ = feed.finish(errFell)
		}
	}()
	sum.Bad, err = read(Rows{Add: feed.add, See: feed.see, Known: feed.known.has, Same: feed.same, Learn: func(learned File) { *f = learned }})
	finished = true
	if err = feed.finish(err); err != nil {
		return err
	}
	sum.Read, sum.New, sum.Changed = feed.read, m.fresh+m.records.fresh, m.changed+m.records.changed
	sum.Same = sum.Read - sum.New - sum.Changed
	return nil
}

var errFell = errors.New("the reader panicked")

// note writes what the whole file came to.
func (m *merger) note(before monitor.Account, f File, sum Summary) error {
	m.behind.wrote(true)
	if err := m.rows.finish(); err != nil {
		return err
	}
	if err := m.words.finish(); err != nil {
		return err
	}
	if err := m.records.finish(); err != nil {
		return err
	}
	if err := m.settling.flush(m.ctx, m.tx, m.account, m.file, 1); err != nil {
		return err
	}
	if err := m.tally.write(m.ctx, m.tx, m.account); err != nil {
		return err
	}
	if err := m.resale.write(m.ctx, m.tx, m.account); err != nil {
		return err
	}
	if err := m.hearing.write(m.ctx, m.tx, m.account, m.records.returned); err != nil {
		return err
	}
	var opened []string
	for _, s := range m.tally.slices {
		name := string(s.Marketplace)
		if name != "" && len(before.Marketplaces) > 0 && !slices.Contains(before.Marketplaces, s.Marketplace) && !slices.Contains(opened, name) {
			opened = append(opened, name)
		}
	}
	slices.Sort(opened)
	name, orders := m.elsewhere()
	_, err := m.tx.ExecContext(m.ctx, `UPDATE import SET digest = ?, from_at = ?, to_at = ?, latest = ?, as_of = ?,
		rows = ?, fresh = ?, changed = ?, same = ?, bad = ?, elsewhere = ?, elsewhere_orders = ?, new_marketplaces = ?, marketplaces = ? WHERE id = ?`,
		f.Digest, unix(f.From), unix(f.To), unix(f.Latest), unix(f.AsOf),
		sum.Read, sum.New, sum.Changed, sum.Same, sum.Bad, name, orders, strings.Join(opened, " "), withBlanks(f.Sold), m.file)
	if err != nil {
		return fmt.Errorf("note the summary: %w", err)
	}
	return nil
}

// addToTotals adds a file, or one that came again, to the totals of its kind.
func addToTotals(ctx context.Context, tx *sql.Tx, account int64, f File, t monitor.ImportTotals) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO import_total (account, kind, last_received, newest, files, refused, rows, bad) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET last_received = max(last_received, excluded.last_received), newest = max(newest, excluded.newest), files = files + excluded.files,
			refused = refused + excluded.refused, rows = rows + excluded.rows, bad = bad + excluded.bad`,
		account, string(t.Kind), unix(t.LastReceived), max(unix(f.Received), unix(f.Latest)), t.Files, t.Refused, t.Rows, t.BadRows)
	if err != nil {
		return fmt.Errorf("add to the totals of imports: %w", err)
	}
	return nil
}

// Refuse notes that a file could not be imported, and why. The same content received at the same time is noted once: a
// crash may come between the note and the file's move out of the inbox.
func (s *Store) Refuse(ctx context.Context, f File, now time.Time, why string) error {
	return s.inTx(ctx, "note the refused file "+f.Name, func(tx *sql.Tx) error {
		id, _, err := account(ctx, tx, f.Account)
		if err != nil {
			return err
		}
		var noted int
		err = tx.QueryRowContext(ctx, "SELECT count(*) FROM import WHERE account = ? AND digest = ? AND received = ? AND refused <> ''",
			id, f.Digest, unix(f.Received)).Scan(&noted)
		if err != nil || noted > 0 {
			return err
		}
		if _, err = insertImport(ctx, tx, id, f, now, why); err != nil {
			return err
		}
		return addToTotals(ctx, tx, id, f, monitor.ImportTotals{Kind: f.Kind, Files: 1, Refused: 1})
	})
}

func insertImport(ctx context.Context, tx *sql.Tx, account int64, f File, now time.Time, refused string) (int64, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO import (account, kind, name, digest, size, received, seen, from_at, to_at, latest, as_of,
		rows, fresh, changed, same, bad, refused, imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10, 0, 0, 0, 0, 0, ?11, ?12)`,
		account, string(f.Kind), f.Name, f.Digest, f.Size, unix(f.Received), unix(f.From), unix(f.To), unix(f.Latest), unix(f.AsOf), refused, unix(now))
	if err != nil {
		return 0, fmt.Errorf("note the file: %w", err)
	}
	return r.LastInsertId()
}

// received is an arrival, without the time of it.
type received struct {
	monitor.Arrival
	received, again int64 // when it was first received, and when the same came again; 0: it did not
}

// at is the arrival as it is known at an instant.
func (r received) at(t time.Time) monitor.Arrival {
	a, known := r.Arrival, r.received
	if r.again <= unix(t) {
		known = max(known, r.again)
	}
	a.Received, a.Latest, a.To = sooner(instant(known), t), sooner(a.Latest, t), sooner(a.To, t)
	return a
}

// scanArrival reads an import row.
func scanArrival(rows *sql.Rows) (received, error) {
	var a received
	var opened, sold string
	var from, to, latest int64
	err := rows.Scan(&a.Kind, &a.Name, &a.received, &a.again, &from, &to, &latest, &a.Rows, &a.BadRows, &a.Refused, &a.Elsewhere, &a.ElsewhereOrders, &opened, &sold)
	a.NewMarketplaces, a.Marketplaces = atBlanks(opened), atBlanks(sold)
	a.From, a.To, a.Latest = instant(from), instant(to), instant(latest)
	return a, err
}

// withBlanks writes names of marketplaces, which have no blanks in them.
func withBlanks(all []monitor.Marketplace) string {
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = string(m)
	}
	return strings.Join(names, " ")
}

func atBlanks(names string) (all []monitor.Marketplace) {
	for name := range strings.FieldsSeq(names) {
		all = append(all, monitor.Marketplace(name))
	}
	return all
}

const arrivalColumns = "kind, name, received, again, from_at, to_at, latest, rows, bad, refused, elsewhere, elsewhere_orders, new_marketplaces, marketplaces"

// ImportTotals returns the totals of every account and kind, sorted.
func (s *Store) ImportTotals(ctx context.Context) ([]monitor.ImportTotals, error) {
	totals, err := collect(ctx, s.read, func(rows *sql.Rows) (monitor.ImportTotals, error) {
		var t monitor.ImportTotals
		var last int64
		err := rows.Scan(&t.Account, &t.Kind, &last, &t.Files, &t.Refused, &t.Rows, &t.BadRows)
		t.LastReceived = instant(last)
		return t, err
	}, `SELECT a.name, t.kind, t.last_received, t.files, t.refused, t.rows, t.bad
		FROM import_total t JOIN account a ON a.id = t.account ORDER BY a.name, t.kind`)
	if err != nil {
		return nil, fmt.Errorf("count imports: %w", err)
	}
	return totals, nil
}
