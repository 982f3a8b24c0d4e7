package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// lookedUpFrom is from which size in bytes on the orders of a file are looked up apart from where they are merged.
const lookedUpFrom = 8 << 20

// finderPages is the cache of the connection that looks orders up, in KiB: what lies above the leaves of order_row fits in.
const finderPages = 512

// finder looks up where the orders of batches are, on a core and a connection of its own: an account's orders are in random
// places, and to read them takes as long as to merge them. It sees what was committed before the import. What it finds
// stands, for the row of an order never changes; what it does not find may be new in this import.
type finder struct {
	account int64
	base    orderParts // of the account
	conn    *sql.Conn
}

// newFinder makes a finder for a file of an account that has orders. It is nil without a write-ahead log (see firstLoad), where
// nobody may read while others write.
func newFinder(ctx context.Context, db *sql.DB, account int64) (*finder, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	f := &finder{account: account, conn: conn}
	var journal string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil || journal != "wal" {
		return nil, errors.Join(err, conn.Close())
	}
	if f.base, err = baseOf(ctx, conn, account); err == nil {
		err = f.cache(ctx, finderPages)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return f, nil
}

// cache sets the cache of the connection, in KiB.
func (f *finder) cache(ctx context.Context, size int) error {
	if _, err := f.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size = -%d", size)); err != nil {
		return fmt.Errorf("set the cache of a connection: %w", err)
	}
	return nil
}

// close gives the connection back as it was.
func (f *finder) close(ctx context.Context) error {
	return errors.Join(f.cache(context.WithoutCancel(ctx), connectionCache), f.conn.Close())
}

// find fills in where the orders of a batch are.
func (f *finder) find(ctx context.Context, b *batch) {
	defer func() { b.fell = recover() }()
	b.found = append(b.found[:0], make([]int64, len(b.ids))...)
	b.failed = f.base.findAll(ctx, f.conn, f.account, b.ids, func(o orderRow) { b.found[b.places.find(b.ids, o.id())] = o.row })
}

// run finds the orders of batches until full is closed, or what takes them has ended.
func (f *finder) run(ctx context.Context, full <-chan *batch, ended <-chan struct{}) <-chan *batch {
	found := make(chan *batch, 1)
	go func() {
		defer close(found)
		for b := range full {
			f.find(ctx, b)
			select {
			case found <- b:
			case <-ended:
				return
			}
		}
	}()
	return found
}
