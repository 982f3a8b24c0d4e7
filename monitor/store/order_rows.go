package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/bits"
	"slices"
)

// New orders are gathered, 2 MiB of them, before they are written. They lie in shelves, by what scatter makes of
// their ids, and in a shelf as they came: so gathering one touches little memory, and it is found by looking at some others.
const (
	mostShelves = 1 << 9
	shelfOrders = 256 // room in each; when one is full, three quarters of most are
)

// orderRows gives new orders of an account their rows, and writes down where they are: into order_row, sorted. Each sorted
// run that is added to it touches all of its pages, so the first orders of an account are kept in runs of their own, and
// added when all are there.
type orderRows struct {
	ctx     context.Context
	tx      sharedTx
	first   bool // the account had no orders
	table   *bulk
	parts   *bulk
	runs    orderRuns
	bits    int          // 2^bits shelves
	shelves [][]orderRow // not written yet
	n       int          // in all shelves
	last    int64        // the row given last
}

func newOrderRows(ctx context.Context, conn *sql.Conn, tx *sql.Tx, account, size int64) (*orderRows, error) {
	shelves := min(max(2*size/bytesPerOrder/shelfOrders, 4), mostShelves)
	r := &orderRows{
		ctx: ctx, bits: bits.Len64(uint64(shelves - 1)), //nolint:gosec // not negative
		table: newOwned(ctx, conn, "order_row", account, "key", "row"), parts: newBulk(ctx, conn, "order_part", "part", "orders"),
	}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(row), 0) FROM orders").Scan(&r.last); err != nil {
		return nil, fmt.Errorf("find the last order: %w", err)
	}
	return r, nil
}

// shelf returns the shelf that an order is on.
func (r *orderRows) shelf(id int64) *[]orderRow { return &r.shelves[scatter(id)>>(64-r.bits)] }

// find returns the row of an order that is on a shelf; 0: it is on none.
func (r *orderRows) find(id int64) int64 {
	if r.n == 0 {
		return 0
	}
	for _, o := range *r.shelf(id) {
		if o.id == id {
			return o.row
		}
	}
	return 0
}

// add notes that a new order takes the next row: SQLite gives a new row the number after the last one's.
func (r *orderRows) add(id int64) error {
	if r.shelves == nil {
		all := make([]orderRow, shelfOrders<<r.bits)
		for ; len(all) > 0; all = all[shelfOrders:] {
			r.shelves = append(r.shelves, all[:0:shelfOrders])
		}
	}
	r.last++
	shelf := r.shelf(id)
	*shelf = append(*shelf, orderRow{id, r.last})
	r.n++
	if len(*shelf) < shelfOrders {
		return nil
	}
	return r.flush()
}

// flush empties the shelves. Of an account's first orders it makes a run; runs that are there already with as many parts
// become one with it, so that there are few, and each order is written again as often as the number of orders doubles.
func (r *orderRows) flush() error {
	if !r.first {
		return r.record()
	}
	n, level := r.n, levelOf(r.n)
	runs := []*orderRun{{shelves: r.shelves}}
	for r.runs.levels>>level&1 != 0 {
		older, err := r.takeRun(level)
		if err != nil {
			return err
		}
		runs = append(runs, older)
		n += older.n
		level = levelOf(n)
	}
	part, start := int64(-1), 0
	end := func() error {
		if part < 0 {
			return nil
		}
		texts := r.parts.sheaf.texts
		return r.parts.add(part, texts[start:len(texts):len(texts)])
	}
	err := mergeRuns(runs, func(o orderRow) error {
		if at := partOf(level, o.id); at != part {
			if err := end(); err != nil {
				return err
			}
			part, start = at, len(r.parts.sheaf.texts)
		}
		r.parts.sheaf.texts = appendEntry(r.parts.sheaf.texts, o)
		return nil
	})
	if err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	r.runs.levels |= 1 << level
	r.clear()
	return r.parts.flush()
}

// record adds all that is on shelves and in runs to order_row.
func (r *orderRows) record() error {
	runs := []*orderRun{{shelves: r.shelves}}
	for r.runs.levels != 0 {
		run, err := r.takeRun(bits.TrailingZeros64(r.runs.levels))
		if err != nil {
			return err
		}
		runs = append(runs, run)
	}
	if err := mergeRuns(runs, func(o orderRow) error { return r.table.add(orderKey(o.id), o.row) }); err != nil {
		return err
	}
	r.clear()
	return r.table.flush()
}

// clear empties the shelves.
func (r *orderRows) clear() {
	for i := range r.shelves {
		r.shelves[i] = r.shelves[i][:0]
	}
	r.n = 0
}

// mergeRuns calls take for all orders of some runs, as scatter sorts them.
func mergeRuns(runs []*orderRun, take func(orderRow) error) error {
	for {
		var least *orderRun
		for _, run := range runs {
			if err := run.fill(); err != nil {
				return err
			}
			if len(run.next) > 0 && (least == nil || scatter(run.next[0].id) < scatter(least.next[0].id)) {
				least = run
			}
		}
		if least == nil {
			return nil
		}
		o := least.next[0]
		least.next = least.next[1:]
		if err := take(o); err != nil {
			return err
		}
	}
}

// orderRun is a run that is being read, and deleted as it is read; or the shelves, from the first to the last.
type orderRun struct {
	n         int // orders of a run
	shelves   [][]orderRow
	rows      *orderRows
	part, end int64 // still to be read
	next      []orderRow
	read      []orderRow // what next is a part of
}

// partsAtOnce is how many parts of a run are read at a time.
const partsAtOnce = 256

// takeRun takes a run out, to be read to its end.
func (r *orderRows) takeRun(level int) (*orderRun, error) {
	run := &orderRun{rows: r, part: 1 << level, end: 2 << level}
	err := r.tx.QueryRowContext(r.ctx, "SELECT coalesce(sum(length(orders)), 0) FROM order_part WHERE part >= ? AND part < ?", run.part, run.end).Scan(&run.n)
	if err != nil {
		return nil, fmt.Errorf("count orders: %w", err)
	}
	run.n /= entryBytes
	r.runs.levels &^= 1 << level
	return run, nil
}

// fill reads on where nothing is left.
func (n *orderRun) fill() error {
	for len(n.next) == 0 && len(n.shelves) > 0 {
		n.next, n.shelves = n.shelves[0], n.shelves[1:]
		slices.SortFunc(n.next, func(a, b orderRow) int { return cmp.Compare(scatter(a.id), scatter(b.id)) })
	}
	for len(n.next) == 0 && n.part < n.end {
		to := min(n.part+partsAtOnce, n.end)
		n.read = n.read[:0]
		_, err := collect(n.rows.ctx, n.rows.tx, func(rows *sql.Rows) (struct{}, error) {
			var body sql.RawBytes
			if err := rows.Scan(&body); err != nil {
				return struct{}{}, err
			}
			if len(body)%entryBytes != 0 {
				return struct{}{}, errPart
			}
			for i := range len(body) / entryBytes {
				n.read = append(n.read, entry(body, i))
			}
			return struct{}{}, nil
		}, "SELECT orders FROM order_part WHERE part >= ? AND part < ? ORDER BY part", n.part, to)
		if err == nil {
			_, err = n.rows.tx.ExecContext(n.rows.ctx, "DELETE FROM order_part WHERE part >= ? AND part < ?", n.part, to)
		}
		if err != nil {
			return fmt.Errorf("read where orders are: %w", err)
		}
		n.part, n.next = to, n.read
	}
	return nil
}

// finish adds the rest, and makes sure that every order has the row that it was given.
func (r *orderRows) finish() error {
	if err := r.record(); err != nil {
		return err
	}
	var last int64
	if err := r.tx.QueryRowContext(r.ctx, "SELECT coalesce(max(row), 0) FROM orders").Scan(&last); err != nil {
		return fmt.Errorf("find the last order: %w", err)
	}
	if last != r.last {
		return fmt.Errorf("the last order is in row %d instead of %d", last, r.last)
	}
	return nil
}
