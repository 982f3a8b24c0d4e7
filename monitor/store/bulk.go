package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// bulkRows is how many rows one statement of a bulk writes.
const bulkRows = 50

// bulk appends rows to a table, many a statement, on the driver's own connection: there a statement's arguments are
// bound and the statement is run in one step, which a loop of database/sql's Exec pays for row by row.
//
// A row that is there already is an error of the caller. OR FAIL says so without undoing the statement, so SQLite keeps
// no journal of it; that journal would copy every page of every index that the rows of a statement touch.
type bulk struct {
	conn  *sql.Conn
	table string
	width int // columns, all of the table

	many, one *sqlite3.SQLiteStmt
	args      []driver.NamedValue
}

func newBulk(conn *sql.Conn, table string, width int) *bulk {
	return &bulk{conn: conn, table: table, width: width, args: make([]driver.NamedValue, 0, bulkRows*width)}
}

// add takes the values of a row, in the order of the table's columns: int64, string, []byte or nil. A []byte must stay as
// it is until flush.
func (w *bulk) add(ctx context.Context, values ...driver.Value) error {
	for _, v := range values {
		w.args = append(w.args, driver.NamedValue{Ordinal: len(w.args) + 1, Value: v})
	}
	if len(w.args) < bulkRows*w.width {
		return nil
	}
	return w.flush(ctx)
}

// flush writes what was added.
func (w *bulk) flush(ctx context.Context) error {
	if len(w.args) == 0 {
		return nil
	}
	err := w.conn.Raw(func(dc any) error {
		c, ok := dc.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("the driver's connection is a %T", dc)
		}
		if len(w.args) == bulkRows*w.width {
			return w.run(ctx, c, &w.many, bulkRows, w.args)
		}
		for rest := w.args; len(rest) > 0; rest = rest[w.width:] {
			for i := range w.width {
				rest[i].Ordinal = i + 1
			}
			if err := w.run(ctx, c, &w.one, 1, rest[:w.width]); err != nil {
				return err
			}
		}
		return nil
	})
	w.args = w.args[:0]
	if err != nil {
		return fmt.Errorf("write %s: %w", w.table, err)
	}
	return nil
}

// run executes a statement for a number of rows, prepared the first time.
func (w *bulk) run(ctx context.Context, c *sqlite3.SQLiteConn, stmt **sqlite3.SQLiteStmt, rows int, args []driver.NamedValue) error {
	if *stmt == nil {
		one := "(" + strings.TrimSuffix(strings.Repeat("?,", w.width), ",") + "),"
		s, err := c.Prepare("INSERT OR FAIL INTO " + w.table + " VALUES " + strings.TrimSuffix(strings.Repeat(one, rows), ","))
		if err != nil {
			return err
		}
		prepared, ok := s.(*sqlite3.SQLiteStmt)
		if !ok {
			return errors.Join(fmt.Errorf("the driver's statement is a %T", s), s.Close())
		}
		*stmt = prepared
	}
	result, err := (*stmt).QueryContext(ctx, args) // Exec would bind one argument at a time
	if err != nil {
		return err
	}
	if err := result.Next(nil); err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(err, result.Close())
	}
	return result.Close()
}

func (w *bulk) close() error {
	var errs []error
	for _, s := range []*sqlite3.SQLiteStmt{w.many, w.one} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
