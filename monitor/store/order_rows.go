package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// pendingRows is how many new orders are gathered before they are added to order_row, sorted by id: the more, the more
// of them go into one page.
const pendingRows = 1 << 18

// orderRows gives new orders of an account their rows, and keeps the table that finds them.
type orderRows struct {
	account int64
	table   *bulk
	pending map[int64]int64 // rows by id, not in the table yet
	sorted  []int64
	last    int64 // the row given last
}

func newOrderRows(ctx context.Context, conn *sql.Conn, tx *sql.Tx, account int64) (*orderRows, error) {
	r := &orderRows{account: account, table: newBulk(ctx, conn, "order_row", "id", "account", "row"), pending: map[int64]int64{}}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(row), 0) FROM orders").Scan(&r.last); err != nil {
		return nil, fmt.Errorf("find the last order: %w", err)
	}
	return r, nil
}

// add notes that a new order takes the next row: SQLite gives a new row the number after the last one's.
func (r *orderRows) add(id int64) error {
	r.last++
	r.pending[id] = r.last
	if len(r.pending) < pendingRows {
		return nil
	}
	return r.flush()
}

// flush adds the orders that are pending to the table.
func (r *orderRows) flush() error {
	r.sorted = r.sorted[:0]
	for id := range r.pending {
		r.sorted = append(r.sorted, id)
	}
	slices.Sort(r.sorted)
	for _, id := range r.sorted {
		if err := r.table.add(id, r.account, r.pending[id]); err != nil {
			return err
		}
	}
	clear(r.pending)
	return r.table.flush()
}

// finish adds the rest, and makes sure that every order has the row that it was given.
func (r *orderRows) finish(ctx context.Context, q querier) error {
	if err := r.flush(); err != nil {
		return err
	}
	var last int64
	if err := q.QueryRowContext(ctx, "SELECT coalesce(max(row), 0) FROM orders").Scan(&last); err != nil {
		return fmt.Errorf("find the last order: %w", err)
	}
	if last != r.last {
		return fmt.Errorf("the last order is in row %d instead of %d", last, r.last)
	}
	return nil
}
