package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// orderKey returns what an order is found by in order_row: scatter's number, with a sign.
func orderKey(id int64) int64 { return int64(scatter(id) ^ 1<<63) } //nolint:gosec // as much before another as scatter makes it

// scatter maps ids to numbers that are spread evenly, whatever they begin with, one to one. An account's orders are sorted by it.
func scatter(id int64) uint64 { return uint64(id) * 0x9e3779b97f4a7c15 } //nolint:gosec // any 64 bits do

// orderRow is the row of an order, and what scatter makes of its id.
type orderRow struct {
	key uint64
	row int64
}

// id returns the id of the order.
func (o orderRow) id() int64 { return int64(o.key * 0xf1de83e19937733d) } //nolint:gosec // any 64 bits do

// findOrders calls take for each of some orders that an account has.
func findOrders(ctx context.Context, q querier, account int64, ids []int64, take func(orderRow)) error {
	base, err := baseOf(ctx, q, account)
	if err != nil {
		return err
	}
	return base.findAll(ctx, q, account, ids, take)
}

// findAll does the same, where the account's base is known.
func (p orderParts) findAll(ctx context.Context, q querier, account int64, ids []int64, take func(orderRow)) error {
	ids, err := findInParts(ctx, q, []orderParts{p}, ids, take)
	if err != nil {
		return err
	}
	keys := make([]int64, len(ids))
	for i, id := range ids {
		keys[i] = orderKey(id)
	}
	slices.Sort(keys)
	err = perChunk(ctx, q, "SELECT key, row FROM order_row WHERE account = ? AND key", account, keys, func(rows *sql.Rows) error {
		var key, row int64
		err := rows.Scan(&key, &row)
		take(orderRow{uint64(key) ^ 1<<63, row}) //nolint:gosec // see orderKey
		return err
	})
	if err != nil {
		return fmt.Errorf("look for orders: %w", err)
	}
	return nil
}

// orderParts are where some orders are in the table order_part: in 2^level parts, whose numbers follow each other, each sorted by
// scatter. Which of them an order is in follows from its id. Without any, level is -1.
//
// An account whose first import was large has its orders of that import in parts for good: its base. What came later is in
// order_row. While the import goes on they are in runs of such parts, with negative numbers (see order_rows.go).
type orderParts struct {
	first int64
	level int
}

const (
	entryBytes  = 8 + 6
	baseOrders  = 16 // in a part of a base at most, on the average: a later import reads a part for every order that it looks up
	runOrders   = 64 // in a part of a run, of which few are looked up
	partNumbers = 32 // bits: so many parts an account, or a run, has numbers for
)

// partsFor returns the parts for n orders, on the average no more than of in each.
func partsFor(first int64, n, of int) orderParts {
	return orderParts{first, bits.Len64(uint64(max(n-1, 0) / of))} //nolint:gosec // not negative
}

// baseOf returns an account's base.
func baseOf(ctx context.Context, q querier, account int64) (orderParts, error) {
	var parts uint64
	if err := q.QueryRowContext(ctx, "SELECT order_parts FROM account WHERE id = ?", account).Scan(&parts); err != nil {
		return orderParts{}, fmt.Errorf("look how orders are found: %w", err)
	}
	return base(account, parts), nil
}

// base returns the base of an account that has so many parts.
func base(account int64, parts uint64) orderParts {
	return orderParts{account << partNumbers, bits.Len64(parts) - 1}
}

// of returns the number of the part that an order is in.
func (p orderParts) of(key uint64) int64 { return p.first + int64(key>>(64-p.level)) } //nolint:gosec // below 2^level

// wantedOrder is an order that is looked for, and a part that it may be in.
type wantedOrder struct {
	part int64
	key  uint64
}

// findInParts calls take for each of some orders that is in any of the parts, and returns the others.
func findInParts(ctx context.Context, q querier, where []orderParts, ids []int64, take func(orderRow)) (others []int64, err error) {
	wanted := make([]wantedOrder, 0, len(ids)*len(where))
	for _, p := range where {
		for _, id := range ids {
			if key := scatter(id); p.level >= 0 {
				wanted = append(wanted, wantedOrder{p.of(key), key})
			}
		}
	}
	if len(wanted) == 0 {
		return ids, nil
	}
	slices.SortFunc(wanted, func(a, b wantedOrder) int { return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.key, b.key)) })
	parts := make([]any, 0, len(wanted))
	for i, w := range wanted {
		if i == 0 || w.part != wanted[i-1].part {
			parts = append(parts, w.part)
		}
	}
	found := make(map[int64]bool, len(ids))
	var part int64
	var body sql.RawBytes
	err = perChunkOf(ctx, q, "SELECT part, orders FROM order_part WHERE part", nil, parts, func(rows *sql.Rows) error {
		if err := rows.Scan(&part, &body); err != nil {
			return err
		}
		if len(body)%entryBytes != 0 {
			return errPart
		}
		at, _ := slices.BinarySearchFunc(wanted, part, func(w wantedOrder, part int64) int { return cmp.Compare(w.part, part) })
		for i := range len(body) / entryBytes { // both are sorted
			o := entry(body, i)
			for at < len(wanted) && wanted[at].part == part && wanted[at].key < o.key {
				at++
			}
			if at < len(wanted) && wanted[at] == (wantedOrder{part, o.key}) {
				found[o.id()] = true
				take(o)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	for _, id := range ids {
		if !found[id] {
			others = append(others, id)
		}
	}
	return others, nil
}

// appendEntry writes an order to its part: its key, and 48 bits of its row.
func appendEntry(b []byte, o orderRow) []byte {
	b = binary.BigEndian.AppendUint64(b, o.key)
	b = binary.BigEndian.AppendUint16(b, uint16(o.row>>32))          //nolint:gosec // as it will be read
	return binary.BigEndian.AppendUint32(b, uint32(o.row&(1<<32-1))) //nolint:gosec // as above
}

// entry reads the i-th order of a part.
func entry(part []byte, i int) orderRow {
	b := part[i*entryBytes:][:entryBytes]
	return orderRow{binary.BigEndian.Uint64(b), int64(binary.BigEndian.Uint16(b[8:]))<<32 | int64(binary.BigEndian.Uint32(b[10:]))}
}

var errPart = errors.New("a row of order_part is damaged: restore the database from a backup, or import its exports into a new one")
