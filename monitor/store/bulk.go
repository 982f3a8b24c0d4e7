package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// A bulk writes so many rows with one statement.
const (
	bulkRows = 50
	sheaves  = 12 // so many statements may wait: more than the rows of a batch, so that the writing goroutine never starves
)

// bulk appends rows to a table, many a statement, on the driver's own connection: there a statement's arguments are
// bound and the statement is run in one step, which a loop of database/sql's Exec pays for row by row. It writes in the
// background: whoever uses the connection otherwise must wait first.
//
// A row that is there already is an error of the caller, or replaced (see newUpserts). OR FAIL says so without undoing the
// statement, so SQLite keeps no journal of it; that journal would copy every page of every index that the rows of a
// statement touch.
type bulk struct {
	ctx   context.Context
	conn  *sql.Conn
	into  string // the table and its columns
	width int    // how many values a row has
	same  string // the values of the first columns, where all rows have the same
	or    string // what is to be done with a row that is there already; empty: it is an error
	each  string // a statement that is run for each row instead of an insert

	stmts   [2]*sqlite3.SQLiteStmt // for many rows, and for one
	sheaf   *sheaf                 // being gathered
	work    chan *sheaf            // to the goroutine that writes; nil: not started
	done    chan written           // from it
	spare   []*sheaf
	running int
	err     error // the first one; it is the answer from then on
}

// sheaf is the values of some rows, and the texts that they hold.
type sheaf struct {
	args  []driver.NamedValue // room for bulkRows
	n     int                 // of args
	texts []byte
}

// written is a sheaf that was written, or why not.
type written struct {
	sheaf *sheaf
	err   error
}

// newBulk makes a bulk for some columns of a table. A rowid must not be among them: SQLite would look whether it is taken,
// and that search undoes what makes appending cheap.
func newBulk(ctx context.Context, conn *sql.Conn, table string, columns ...string) *bulk {
	w := &bulk{ctx: ctx, conn: conn, into: table + " (" + strings.Join(columns, ", ") + ")", width: len(columns)}
	w.sheaf = w.next()
	return w
}

// newUpserts makes a bulk that replaces a row that is there already with the same key. key and columns are together the
// columns of the table that are written.
func newUpserts(ctx context.Context, conn *sql.Conn, table string, key []string, columns ...string) *bulk {
	w := newBulk(ctx, conn, table, append(slices.Clone(key), columns...)...)
	for i, c := range columns {
		columns[i] = c + " = excluded." + c
	}
	w.or = " ON CONFLICT (" + strings.Join(key, ", ") + ") DO UPDATE SET " + strings.Join(columns, ", ")
	return w
}

// newOwned makes a bulk for a table whose first column is the account, the same for all rows and not among their values: to
// bind it every time is a sixth of the work.
func newOwned(ctx context.Context, conn *sql.Conn, table string, account int64, columns ...string) *bulk {
	w := newBulk(ctx, conn, table, columns...)
	w.into = table + " (account, " + strings.Join(columns, ", ") + ")"
	w.same = strconv.FormatInt(account, 10) + ", "
	return w
}

// newUpdates makes a bulk that runs a statement with some arguments for each row.
func newUpdates(ctx context.Context, conn *sql.Conn, table, statement string, width int) *bulk {
	w := &bulk{ctx: ctx, conn: conn, into: table, width: width, each: statement}
	w.sheaf = w.next()
	return w
}

func (w *bulk) next() *sheaf {
	if len(w.spare) == 0 {
		return &sheaf{args: arguments(bulkRows * w.width)}
	}
	l := w.spare[len(w.spare)-1]
	w.spare = w.spare[:len(w.spare)-1]
	l.n, l.texts = 0, l.texts[:0]
	return l
}

// arguments returns room for the values of n arguments.
func arguments(n int) []driver.NamedValue {
	args := make([]driver.NamedValue, n)
	for i := range args {
		args[i].Ordinal = i + 1
	}
	return args
}

// add takes the values of a row, in the order of the columns: int64, string, []byte or nil. A []byte must be a part of
// w.sheaf.texts.
func (w *bulk) add(values ...driver.Value) error {
	args := w.sheaf.args[w.sheaf.n:]
	for i, v := range values {
		args[i].Value = v
	}
	w.sheaf.n += len(values)
	if w.sheaf.n < len(w.sheaf.args) {
		return nil
	}
	return w.flush()
}

// flush has written what was added so far, in the background.
func (w *bulk) flush() error {
	if w.sheaf.n == 0 {
		return nil
	}
	if w.work == nil {
		w.work, w.done = make(chan *sheaf, sheaves), make(chan written, sheaves)
		go func(work <-chan *sheaf, done chan<- written) {
			for l := range work {
				done <- written{l, w.write(l)}
			}
			close(done)
		}(w.work, w.done)
	}
	w.work <- w.sheaf
	w.running++
	for w.running == sheaves || len(w.done) > 0 {
		if err := w.take(); err != nil {
			return err
		}
	}
	w.sheaf = w.next()
	return nil
}

// take waits for one sheaf.
func (w *bulk) take() error {
	d := <-w.done
	w.running--
	w.spare = append(w.spare, d.sheaf)
	if w.err == nil {
		w.err = d.err
	}
	return w.err
}

// wait waits until nothing is being written.
func (w *bulk) wait() error {
	for w.running > 0 {
		_ = w.take() // noted
	}
	return w.err
}

// write runs the statement for a sheaf.
func (w *bulk) write(l *sheaf) error {
	err := w.conn.Raw(func(dc any) error {
		c, ok := dc.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("the driver's connection is a %T", dc)
		}
		if l.n == len(l.args) && w.each == "" {
			return w.run(c, &w.stmts[0], bulkRows, l.args)
		}
		one := arguments(w.width)
		for i := 0; i < l.n; i += w.width {
			for j := range one {
				one[j].Value = l.args[i+j].Value
			}
			if err := w.run(c, &w.stmts[1], 1, one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", w.into, err)
	}
	return nil
}

// run executes a statement for a number of rows, prepared the first time.
func (w *bulk) run(c *sqlite3.SQLiteConn, stmt **sqlite3.SQLiteStmt, rows int, args []driver.NamedValue) error {
	if *stmt == nil {
		s, err := c.Prepare(w.statement(rows))
		if err != nil {
			return err
		}
		prepared, ok := s.(*sqlite3.SQLiteStmt)
		if !ok {
			return errors.Join(fmt.Errorf("the driver's statement is a %T", s), s.Close())
		}
		*stmt = prepared
	}
	result, err := (*stmt).QueryContext(w.ctx, args) // Exec would bind one argument at a time
	if err != nil {
		return err
	}
	if err := result.Next(nil); err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(err, result.Close())
	}
	return result.Close()
}

// statement returns the statement for a number of rows.
func (w *bulk) statement(rows int) string {
	if w.each != "" {
		return w.each
	}
	one := "(" + w.same + strings.TrimSuffix(strings.Repeat("?,", w.width), ",") + "),"
	return "INSERT OR FAIL INTO " + w.into + " VALUES " + strings.TrimSuffix(strings.Repeat(one, rows), ",") + w.or
}

// close waits for what is being written and releases the statements.
func (w *bulk) close() error {
	errs := []error{w.wait()}
	if w.work != nil {
		close(w.work)
		<-w.done // closed: the goroutine has ended
	}
	for _, s := range w.stmts {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
