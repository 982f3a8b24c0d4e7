package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/bits"
	"slices"
)

// pendingSlots bounds the new orders that are gathered before they are added to order_row, sorted by id: the more, the
// more of them go into one page. Half the slots are used, each is 16 bytes.
const pendingSlots = 1 << 17

// orderRows gives new orders of an account their rows, and keeps the table that finds them.
type orderRows struct {
	account int64
	table   *bulk
	pending []orderRow // not in the table yet: a hash table by id
	slots   int
	n       int   // of them
	last    int64 // the row given last
}

// orderRow is the row of an order; row 0 marks a free slot.
type orderRow struct{ id, row int64 }

func newOrderRows(ctx context.Context, conn *sql.Conn, tx *sql.Tx, account, size int64) (*orderRows, error) {
	slots := min(max(2*size/bytesPerOrder, 1024), pendingSlots)
	r := &orderRows{account: account, slots: 1 << bits.Len64(uint64(slots-1)), table: newBulk(ctx, conn, "order_row", "account", "id", "row")}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(row), 0) FROM orders").Scan(&r.last); err != nil {
		return nil, fmt.Errorf("find the last order: %w", err)
	}
	return r, nil
}

// slot returns where an order is among those pending, or the free slot that it would take.
func (r *orderRows) slot(id int64) *orderRow {
	for i := uint64(id) * 0x9e3779b97f4a7c15 >> 32; ; i++ { //nolint:gosec // any 64 bits do
		s := &r.pending[i&uint64(r.slots-1)]
		if s.row == 0 || s.id == id {
			return s
		}
	}
}

// find returns the row of an order that is not in the table yet; 0: it is none of these.
func (r *orderRows) find(id int64) int64 {
	if r.n == 0 {
		return 0
	}
	return r.slot(id).row
}

// add notes that a new order takes the next row: SQLite gives a new row the number after the last one's.
func (r *orderRows) add(id int64) error {
	if r.pending == nil {
		r.pending = make([]orderRow, r.slots)
	}
	r.last++
	*r.slot(id) = orderRow{id, r.last}
	r.n++
	if r.n < r.slots/2 {
		return nil
	}
	return r.flush()
}

// flush adds the orders that are pending to the table.
func (r *orderRows) flush() error {
	if r.n == 0 {
		return nil
	}
	sorted := r.pending[:0] // nothing is searched here before all is cleared
	for _, o := range r.pending {
		if o.row != 0 {
			sorted = append(sorted, o)
		}
	}
	slices.SortFunc(sorted, func(a, b orderRow) int { return cmp.Compare(a.id, b.id) })
	for _, o := range sorted {
		if err := r.table.add(r.account, o.id, o.row); err != nil {
			return err
		}
	}
	clear(r.pending)
	r.n = 0
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
