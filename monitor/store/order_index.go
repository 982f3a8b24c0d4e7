package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"sort"
)

// orderKey returns what an order is found by: its id, multiplied so that ids are spread evenly, whatever they begin with.
func orderKey(id int64) int64 { return int64(scatter(id) ^ 1<<63) } //nolint:gosec // as much before another as scatter makes it

// idOfKey returns the id that a key was made of.
func idOfKey(key int64) int64 { return int64((uint64(key) ^ 1<<63) * 0xf1de83e19937733d) } //nolint:gosec // any 64 bits do

// scatter maps ids to numbers that are spread evenly, one to one. Runs of orders are sorted by it.
func scatter(id int64) uint64 { return uint64(id) * 0x9e3779b97f4a7c15 } //nolint:gosec // any 64 bits do

// orderRow is the row of an order.
type orderRow struct{ id, row int64 }

// findOrders calls take for each of some orders that an account has.
func findOrders(ctx context.Context, q querier, account int64, ids []int64, take func(orderRow)) error {
	keys := make([]int64, len(ids))
	for i, id := range ids {
		keys[i] = orderKey(id)
	}
	slices.Sort(keys)
	err := perChunk(ctx, q, "SELECT key, row FROM order_row WHERE account = ? AND key", account, keys, func(rows *sql.Rows) error {
		var key, row int64
		err := rows.Scan(&key, &row)
		take(orderRow{idOfKey(key), row})
		return err
	})
	if err != nil {
		return fmt.Errorf("look for orders: %w", err)
	}
	return nil
}

// While an account's first orders are imported, they are kept in runs, each written at once (see order_rows.go). A run has
// 2^level parts, some orders in each; which part an order is in follows from its id. There is one run of each level at most,
// so an order is looked for in as many parts as there are doublings from the least run to the greatest. The number of a part
// is 2^level + its number in the run.

const (
	partOrders = 64 // in a part at most, on the average: a run with more on the average has twice as many parts
	entryBytes = 8 + 6
)

// levelOf returns the level of a run of n orders.
func levelOf(n int) int { return bits.Len64(uint64(max(n-1, 0) / partOrders)) } //nolint:gosec // not negative

// partOf returns the number of the part of a run that an order is in.
func partOf(level int, id int64) int64 { return 1<<level + int64(scatter(id)>>(64-level)) } //nolint:gosec // below 2^level

// appendEntry writes an order to its part: its id, and 48 bits of its row.
func appendEntry(b []byte, o orderRow) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(o.id))               //nolint:gosec // as it will be read
	b = binary.BigEndian.AppendUint16(b, uint16(o.row>>32))          //nolint:gosec // as above
	return binary.BigEndian.AppendUint32(b, uint32(o.row&(1<<32-1))) //nolint:gosec // as above
}

// entry reads the i-th order of a part.
func entry(part []byte, i int) orderRow {
	b := part[i*entryBytes:][:entryBytes]
	return orderRow{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint16(b[8:]))<<32 | int64(binary.BigEndian.Uint32(b[10:]))} //nolint:gosec // was written from such numbers
}

var errPart = errors.New("a row of order_part is damaged: restore the database from a backup, or import its exports into a new one")

// orderRuns finds orders in the runs of the import that goes on.
type orderRuns struct {
	levels uint64 // bits: of which levels there is a run
	wanted []wantedOrder
}

// wantedOrder is an order that is looked for, and a part that it may be in.
type wantedOrder struct{ part, id int64 }

// find calls take for each of some orders that is in the runs.
func (x *orderRuns) find(ctx context.Context, q querier, ids []int64, take func(orderRow)) error {
	x.wanted = x.wanted[:0]
	for levels := x.levels; levels != 0; levels &= levels - 1 {
		for _, id := range ids {
			x.wanted = append(x.wanted, wantedOrder{partOf(bits.TrailingZeros64(levels), id), id})
		}
	}
	slices.SortFunc(x.wanted, func(a, b wantedOrder) int { return int(a.part - b.part) }) // neither is negative
	var parts []any
	for i, w := range x.wanted {
		if i == 0 || w.part != x.wanted[i-1].part {
			parts = append(parts, w.part)
		}
	}
	err := perChunkOf(ctx, q, "SELECT part, orders FROM order_part WHERE part", nil, parts, func(rows *sql.Rows) error {
		var part int64
		var body sql.RawBytes
		if err := rows.Scan(&part, &body); err != nil {
			return err
		}
		if len(body)%entryBytes != 0 {
			return errPart
		}
		for i := sort.Search(len(x.wanted), func(i int) bool { return x.wanted[i].part >= part }); i < len(x.wanted) && x.wanted[i].part == part; i++ {
			id := x.wanted[i].id
			n := len(body) / entryBytes
			at := sort.Search(n, func(i int) bool { return scatter(entry(body, i).id) >= scatter(id) })
			if at < n && entry(body, at).id == id {
				take(entry(body, at))
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for orders: %w", err)
	}
	return nil
}
