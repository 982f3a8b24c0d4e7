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

// The order index tells in which row of orders an order is. Ids come at random: a B-tree puts each new one into some other
// page, one at a time, and that was a quarter of an import. So new orders are gathered and written in runs, each at once
// (see order_rows.go). A run has 2^level parts, some orders in each; which part an order is in follows from its id. An
// account has one run of each level at most, so an order is looked for in as many parts as there are doublings from the
// least run to the greatest.
//
// The number of a part is that of its account (31 bits) and then 2^level + its number in the run (32 bits).

const (
	partBits   = 32
	partOrders = 64 // in a part at most, on the average: a run with more on the average has twice as many parts
	entryBytes = 8 + 6
	rowBytes   = 6 // of an entry: the row, and before it the id
)

// scatter maps ids to numbers that are spread evenly. The orders of a run, and of each of its parts, are sorted by it.
func scatter(id int64) uint64 { return uint64(id) * 0x9e3779b97f4a7c15 } //nolint:gosec // any 64 bits do

// orderRow is the row of an order.
type orderRow struct{ id, row int64 }

// levelOf returns the level of a run of n orders.
func levelOf(n int) int { return bits.Len64(uint64(max(n-1, 0) / partOrders)) } //nolint:gosec // not negative

// firstPart returns the number of the first part of a run; those of the run that would come next begin after its last.
func firstPart(account int64, level int) int64 { return account<<partBits | 1<<level }

// partOf returns the number of the part of a run that an order is in.
func partOf(account int64, level int, id int64) int64 {
	return firstPart(account, level) + int64(scatter(id)>>(64-level)) //nolint:gosec // below 2^level
}

// appendEntry writes an order to its part.
func appendEntry(b []byte, o orderRow) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(o.id))               //nolint:gosec // as it will be read
	b = binary.BigEndian.AppendUint16(b, uint16(o.row>>32))          //nolint:gosec // rows have 48 bits
	return binary.BigEndian.AppendUint32(b, uint32(o.row&(1<<32-1))) //nolint:gosec // as above
}

// entry reads the i-th order of a part.
func entry(part []byte, i int) orderRow {
	b := part[i*entryBytes:][:entryBytes]
	return orderRow{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint16(b[8:]))<<32 | int64(binary.BigEndian.Uint32(b[10:]))} //nolint:gosec // was written from such numbers
}

var errPart = errors.New("a row of order_part is damaged: restore the database from a backup, or import its exports into a new one")

// orderIndex finds the rows of an account's orders.
type orderIndex struct {
	account int64
	levels  uint64 // bits: of which levels there is a run
	wanted  []wantedOrder
}

// wantedOrder is an order that is looked for, and a part that it may be in.
type wantedOrder struct{ part, id int64 }

// openOrderIndex finds out which runs there are.
func openOrderIndex(ctx context.Context, q querier, account int64) (*orderIndex, error) {
	x := &orderIndex{account: account}
	for level := partBits - 1; level >= 0; level-- {
		var part sql.NullInt64
		err := q.QueryRowContext(ctx, "SELECT max(part) FROM order_part WHERE part >= ? AND part < ?", firstPart(account, 0), firstPart(account, level)+1<<level).Scan(&part)
		if err != nil {
			return nil, fmt.Errorf("look for orders: %w", err)
		}
		if !part.Valid {
			break
		}
		level = bits.Len64(uint64(part.Int64&(1<<partBits-1))) - 1 //nolint:gosec // not negative
		x.levels |= 1 << level
	}
	return x, nil
}

// find calls take for each of some orders that is in the index.
func (x *orderIndex) find(ctx context.Context, q querier, ids []int64, take func(orderRow)) error {
	x.wanted = x.wanted[:0]
	for levels := x.levels; levels != 0; levels &= levels - 1 {
		for _, id := range ids {
			x.wanted = append(x.wanted, wantedOrder{partOf(x.account, bits.TrailingZeros64(levels), id), id})
		}
	}
	slices.SortFunc(x.wanted, func(a, b wantedOrder) int { return int(a.part - b.part) }) // of one account: no overflow
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
