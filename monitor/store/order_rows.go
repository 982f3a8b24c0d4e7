package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/bits"
)

// New orders are gathered, 2 MiB of them, before they are written. They lie in shelves, by what scatter makes of
// their ids, and in a shelf as they came: so gathering one touches little memory, and it is found by looking at some others.
const (
	mostShelves = 1 << 9
	shelfOrders = 256 // room in each; when one is full, three quarters of most are
)

// orderRows gives new orders of an account their rows, and writes down where they are: into order_row, sorted. Each sorted
// run that is added to it touches all of its pages, so the first orders of an account are kept in runs of their own, and
// become its base when all are there (see orderParts).
type orderRows struct {
	ctx     context.Context
	tx      sharedTx
	account int64
	first   bool // the account had no orders
	table   *bulk
	parts   *bulk
	runs    []orderRun
	bits    int          // 2^bits shelves
	shelves [][]orderRow // not written yet
	n       int          // in all shelves
	last    int64        // the row given last
}

// orderRun is a run of orders. When there are runsAtOnce of one tier, they become one of the next: an order is
// looked for in a few runs, and written again seldom.
type orderRun struct {
	orderParts
	n    int // orders
	tier int
}

const runsAtOnce = 4

func newOrderRows(ctx context.Context, conn *sql.Conn, tx *sql.Tx, account, size int64) (*orderRows, error) {
	shelves := min(max(2*size/bytesPerOrder/shelfOrders, 4), mostShelves)
	r := &orderRows{
		ctx: ctx, account: account, bits: bits.Len64(uint64(shelves - 1)), //nolint:gosec // not negative
		table: newOwned(ctx, conn, "order_row", account, "key", "row"), parts: newBulk(ctx, conn, "order_part", "part", "orders"),
	}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(row), 0) FROM orders").Scan(&r.last); err != nil {
		return nil, fmt.Errorf("find the last order: %w", err)
	}
	return r, nil
}

// shelf returns the shelf that an order is on.
func (r *orderRows) shelf(key uint64) *[]orderRow { return &r.shelves[key>>(64-r.bits)] }

// find returns the row of an order that is on a shelf; 0: it is on none.
func (r *orderRows) find(id int64) int64 {
	if r.n == 0 {
		return 0
	}
	key := scatter(id)
	for _, o := range *r.shelf(key) {
		if o.key == key {
			return o.row
		}
	}
	return 0
}

// findWritten calls take for each of some orders that is in a run.
func (r *orderRows) findWritten(ids []int64, take func(orderRow)) error {
	where := make([]orderParts, len(r.runs))
	for i, run := range r.runs {
		where[i] = run.orderParts
	}
	_, err := findInParts(r.ctx, r.tx, where, ids, take)
	return err
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
	key := scatter(id)
	shelf := r.shelf(key)
	*shelf = append(*shelf, orderRow{key, r.last})
	r.n++
	if len(*shelf) < shelfOrders {
		return nil
	}
	return r.flush()
}

// flush empties the shelves. Of an account's first orders it makes a run.
func (r *orderRows) flush() error {
	if !r.first {
		return r.record()
	}
	if err := r.gather(0, 0); err != nil {
		return err
	}
	for {
		from, tier := len(r.runs)-runsAtOnce, r.runs[len(r.runs)-1].tier
		if from < 0 || r.runs[from].tier != tier {
			return nil
		}
		if err := r.gather(runsAtOnce, tier+1); err != nil {
			return err
		}
	}
}

// gather makes one run of what is on shelves and of the last runs.
func (r *orderRows) gather(runs, tier int) error {
	from := len(r.runs) - runs
	first := int64(math.MinInt64)
	if len(r.runs) > 0 {
		first = r.runs[len(r.runs)-1].first + 1<<partNumbers
	}
	n := r.n
	for _, run := range r.runs[from:] {
		n += run.n
	}
	to := orderRun{partsFor(first, n, runOrders), n, tier}
	if err := r.merge(r.runs[from:], to.orderParts); err != nil {
		return err
	}
	r.runs = append(r.runs[:from], to)
	return nil
}

// merge writes what is on shelves and in some runs, which are deleted, into parts.
func (r *orderRows) merge(runs []orderRun, to orderParts) error {
	part, start := int64(0), -1
	end := func() error {
		if start < 0 {
			return nil
		}
		texts := r.parts.sheaf.texts
		return r.parts.add(part, texts[start:len(texts):len(texts)])
	}
	err := r.each(runs, func(o orderRow) error {
		if at := to.of(o.key); at != part || start < 0 {
			if err := end(); err != nil {
				return err
			}
			part, start = at, len(r.parts.sheaf.texts)
		}
		r.parts.sheaf.texts = appendEntry(r.parts.sheaf.texts, o)
		return nil
	})
	if err == nil {
		err = end()
	}
	if err != nil {
		return err
	}
	return r.parts.flush()
}

// record adds all that is on shelves to order_row.
func (r *orderRows) record() error {
	err := r.each(nil, func(o orderRow) error { return r.table.add(orderKey(o.id()), o.row) })
	if err != nil {
		return err
	}
	return r.table.flush()
}

// each calls take for all orders on shelves and in some runs, sorted, and empties these.
func (r *orderRows) each(runs []orderRun, take func(orderRow) error) error {
	sources := []*orderSource{{rows: r, shelves: r.shelves}}
	for _, run := range runs {
		sources = append(sources, &orderSource{rows: r, part: run.first, end: run.first + 1<<run.level})
	}
	for _, s := range sources {
		if err := s.fill(); err != nil {
			return err
		}
	}
	for {
		var least *orderSource
		for _, s := range sources {
			if len(s.next) > 0 && (least == nil || s.next[0].key < least.next[0].key) {
				least = s
			}
		}
		if least == nil {
			break
		}
		o := least.next[0]
		if least.next = least.next[1:]; len(least.next) == 0 {
			if err := least.fill(); err != nil {
				return err
			}
		}
		if err := take(o); err != nil {
			return err
		}
	}
	for i := range r.shelves {
		r.shelves[i] = r.shelves[i][:0]
	}
	r.n = 0
	return nil
}

// sortShelf sorts a shelf, one of 2^shelves. Keys are spread evenly: those of a shelf are put where they would be if they were
// spread perfectly, and few have to move from there.
func sortShelf(shelf []orderRow, shelves int) {
	const places = 1 << 8
	var room [shelfOrders]orderRow
	var next [places + 1]uint16 // where the next order of a place goes
	place := func(o orderRow) uint64 { return o.key << shelves >> 56 }
	for _, o := range shelf {
		next[place(o)+1]++
	}
	for i := range places {
		next[i+1] += next[i]
	}
	for _, o := range shelf {
		room[next[place(o)]] = o
		next[place(o)]++
	}
	for i, o := range room[:len(shelf)] {
		for ; i > 0 && shelf[i-1].key > o.key; i-- {
			shelf[i] = shelf[i-1]
		}
		shelf[i] = o
	}
}

// orderSource is a run that is being read, and deleted as it is read; or the shelves, from the first to the last.
type orderSource struct {
	shelves   [][]orderRow
	rows      *orderRows
	part, end int64 // still to be read
	next      []orderRow
	read      []orderRow // what next is a part of
}

// partsAtOnce is how many parts of a run are read at a time.
const partsAtOnce = 128

// fill reads on where nothing is left.
func (s *orderSource) fill() error {
	for len(s.next) == 0 && len(s.shelves) > 0 {
		s.next, s.shelves = s.shelves[0], s.shelves[1:]
		sortShelf(s.next, s.rows.bits)
	}
	for len(s.next) == 0 && s.part < s.end {
		to := min(s.part+partsAtOnce, s.end)
		s.read = s.read[:0]
		_, err := collect(s.rows.ctx, s.rows.tx, func(rows *sql.Rows) (struct{}, error) {
			var body sql.RawBytes
			if err := rows.Scan(&body); err != nil {
				return struct{}{}, err
			}
			if len(body)%entryBytes != 0 {
				return struct{}{}, errPart
			}
			for i := range len(body) / entryBytes {
				s.read = append(s.read, entry(body, i))
			}
			return struct{}{}, nil
		}, "SELECT orders FROM order_part WHERE part >= ? AND part < ? ORDER BY part", s.part, to)
		if err == nil {
			_, err = s.rows.tx.ExecContext(s.rows.ctx, "DELETE FROM order_part WHERE part >= ? AND part < ?", s.part, to)
		}
		if err != nil {
			return fmt.Errorf("read where orders are: %w", err)
		}
		s.part, s.next = to, s.read
	}
	return nil
}

// finish adds the rest, and makes sure that every order has the row that it was given.
func (r *orderRows) finish() error {
	err := r.settle()
	if err != nil {
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

// settle makes the runs, and what is on shelves, the account's base; where there is no run, it is recorded.
func (r *orderRows) settle() error {
	if len(r.runs) == 0 {
		return r.record()
	}
	n := r.n
	for _, run := range r.runs {
		n += run.n
	}
	to := partsFor(base(r.account, 0).first, n, baseOrders)
	if err := r.merge(r.runs, to); err != nil {
		return err
	}
	if _, err := r.tx.ExecContext(r.ctx, "UPDATE account SET order_parts = ? WHERE id = ?", int64(1)<<to.level, r.account); err != nil {
		return fmt.Errorf("note how orders are found: %w", err)
	}
	r.runs = nil
	return nil
}
