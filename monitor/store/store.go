// Package store keeps facts, tallies, runs, alerts and the outbox in one SQLite file. It holds the only SQL of the
// project. Instants are stored as Unix seconds (0: not known), days as days since 1970-01-01.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/mattn/go-sqlite3"

	"goodstanding/monitor"
)

// driverName is mattn's driver with what its data source name cannot set. The statement journal of a multi-row insert
// goes to memory: on disk it costs more than the insert.
const driverName = "goodstanding-sqlite3"

func init() {
	sql.Register(driverName, &sqlite3.SQLiteDriver{
		ConnectHook: func(c *sqlite3.SQLiteConn) error {
			_, err := c.Exec("PRAGMA temp_store = MEMORY", nil)
			return err
		},
	})
}

// readers is how many connections read.
const readers = 4

// Caches of connections, in KiB.
const (
	connectionCache = 4096
	writingCache    = 2048 // what is written is written in order, or sorted
)

// isBusy says whether somebody else has the database.
func isBusy(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}

// Store is one database file. It is safe for concurrent use: one connection writes, several read.
type Store struct {
	// Causes reads what buyers wrote when complaints are asked for; nil: only the reasons of returns tell causes. It is set
	// before the store is used.
	Causes monitor.CauseReader
	// CausesID names what Causes reads by: what it has read is kept until another name comes. Empty: nothing is kept. It is set
	// with Causes.
	CausesID string
	// Link ties accounts together for their Register; nil: nothing is known to tie them. It is set before the store is used.
	Link monitor.Linker

	// Alone says that nothing is asked while an import runs, by this process at least: see firstLoad.
	Alone bool

	tied  lastTied
	path  string   // empty: a commit does not wait for the disk
	file  *os.File // see startBehind; nil: not open
	write *sql.DB
	read  *sql.DB
	words *dictionary // of what is committed, for reading
}

// Open opens the database file at path and creates or migrates it. Only its owner may read it: it holds buyers' words. A
// database written by a newer version of Goodstanding is refused.
//
// A decision and its message are committed together and must outlive a power cut, so every commit waits for the disk.
func Open(ctx context.Context, path string) (*Store, error) { return open(ctx, path, "FULL") }

// OpenScratch opens a database that is thrown away with the process: a report's, the demo's. Its commits wait for nothing.
func OpenScratch(ctx context.Context, path string) (*Store, error) { return open(ctx, path, "OFF") }

func open(ctx context.Context, path, synchronous string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of the database: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_journal_mode=WAL&_synchronous=" + synchronous + "&_busy_timeout=30000&_foreign_keys=1&_mutex=no&_stmt_cache_size=64&_cache_size=-"
	w, err := sql.Open(driverName, dsn+strconv.Itoa(writingCache)+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	s := &Store{write: w, words: newDictionary(nil)}
	if synchronous != "OFF" {
		s.path = path
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", path, err), w.Close())
	}
	r, err := sql.Open(driverName, dsn+strconv.Itoa(connectionCache)+"&_query_only=1")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s to read: %w", path, err), w.Close())
	}
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	s.read = r
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	err := errors.Join(s.read.Close(), s.write.Close())
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}

// Rest gives back memory that is kept to do the next work sooner: pages that connections have read, and words. To be called when
// much was done and little is to come.
func (s *Store) Rest(ctx context.Context) error {
	s.words.forget()
	s.read.SetMaxIdleConns(0) // closes those that wait
	s.read.SetMaxIdleConns(readers)
	if _, err := s.write.ExecContext(ctx, "PRAGMA shrink_memory"); err != nil {
		return fmt.Errorf("give back memory of the database: %w", err)
	}
	return nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.read.QueryRowContext(ctx, "SELECT 1 FROM account UNION ALL SELECT 1 LIMIT 1").Scan(&one); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	return nil
}

// inTx runs f in one writing transaction: all of it happens or none.
func (s *Store) inTx(ctx context.Context, doing string, f func(*sql.Tx) error) error {
	return s.onConn(ctx, doing, func(_ *sql.Conn, tx *sql.Tx) error { return f(tx) }, false)
}

// onConn runs f in one writing transaction, and gives it the connection as well. A dry run is rolled back at its end.
func (s *Store) onConn(ctx context.Context, doing string, f func(*sql.Conn, *sql.Tx) error, dryRun bool) (err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	// A transaction that ends with its context would be rolled back while a bulk writes on the connection, and what it wrote
	// from then on would stand. This one ends here only; statements and batches look at ctx.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", doing, err)
	}
	// A panic in f must not leave the only writing connection taken.
	done := false
	defer func() {
		if !done {
			_ = rollback(tx)
		}
	}()
	err = f(conn, tx)
	done = true
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", doing, err), rollback(tx))
	}
	if dryRun {
		return rollback(tx)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", doing, err)
	}
	return nil
}

func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// querier is what a transaction and a connection have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// sharedTx is a transaction on a connection that somebody else writes on in the background.
type sharedTx struct {
	*sql.Tx
	wait func() error // until nobody else uses the connection
}

// QueryContext runs a query.
func (t sharedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := t.wait(); err != nil {
		return nil, err
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a query for one row. A failure in the background comes again at the next wait for it.
func (t sharedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = t.wait()
	return t.Tx.QueryRowContext(ctx, query, args...)
}

// ExecContext runs a statement.
func (t sharedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := t.wait(); err != nil {
		return nil, err
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// unix turns an instant into its column: whole seconds, 0 for unknown.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// instant turns a column into an instant.
func instant(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// collect runs a query and gathers what scan makes of each row.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = closed(rows, err) }()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// closed closes rows and adds what that gives to an error.
func closed(rows *sql.Rows, err error) error { return errors.Join(err, rows.Close()) }
