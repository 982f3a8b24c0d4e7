package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"goodstanding/monitor"
)

// Difference is a tally that does not equal the sum of what the orders count for.
type Difference struct {
	Account string
	Slice   monitor.Slice
	Measure monitor.Measure
	Anchor  monitor.Day
	Known   monitor.Day
	Have    int
	Want    int
}

// Verify recomputes an account's tallies from its facts and returns where the kept ones differ; none: all is well.
func (s *Store) Verify(ctx context.Context, name string) (diffs []Difference, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("verify account %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, rollback(tx)) }()
	id, _, err := account(ctx, tx, name)
	if err != nil {
		return nil, err
	}
	if err := verifyPrepared(ctx, tx, id, name); err != nil {
		return nil, fmt.Errorf("verify account %s: %w", name, err)
	}
	want := newTally()
	reader := &orderReader{ctx: ctx, q: tx, words: s.words, account: id}
	for day, last := int64(math.MinInt64), int64(0); ; {
		n := 0
		rows := map[int64]int64{}
		err := reader.sweep(func(d *stored) error {
			rows[d.number] = d.row
			now := derive(&d.Order, nil)
			if now.bought < day || now.bought == day && d.row <= last {
				return fmt.Errorf("order %s: its row lies under another day than its purchase", d.ID)
			}
			want.add(monitor.Slice{Marketplace: d.Marketplace, Channel: d.Channel}, now.entries, +1)
			day, last, n = now.bought, d.row, n+1
			return nil
		}, "SELECT "+rowColumns+" FROM orders WHERE account = ? AND (bought_day, row) > (?, ?) ORDER BY bought_day, row LIMIT ?", id, day, last, batchOrders)
		if err != nil {
			return nil, fmt.Errorf("verify account %s: %w", name, err)
		}
		if n == 0 {
			break
		}
		err = findOrders(ctx, tx, id, slices.Collect(maps.Keys(rows)), func(o orderRow) {
			if rows[o.id()] == o.row {
				delete(rows, o.id())
			}
		})
		if err != nil {
			return nil, fmt.Errorf("verify account %s: %w", name, err)
		}
		for id := range rows {
			return nil, fmt.Errorf("verify account %s: order %s cannot be found by its id: restore the database from a backup, or import its exports into a new one", name, orderID(id))
		}
	}
	sums := want.sums()
	differ := func(c cell, have int) {
		if n := sums[c]; n != have {
			diffs = append(diffs, Difference{name, want.slices[c.slice], measures[c.measure], c.anchor, c.known, have, n})
		}
		delete(sums, c)
	}
	_, err = collect(ctx, tx, func(rows *sql.Rows) (struct{}, error) {
		var s monitor.Slice
		var block int64
		var body sql.RawBytes
		if err := rows.Scan(&s.Marketplace, &s.Channel, &block, &body); err != nil {
			return struct{}{}, err
		}
		slice := want.index(s)
		return struct{}{}, eachCell(string(body), block, func(anchor monitor.Day, measure uint16, known monitor.Day, n int) {
			differ(cell{slice, measure, anchor, known}, n)
		})
	}, "SELECT marketplace, channel, block, cells FROM tally WHERE account = ?", id)
	if err != nil {
		return nil, fmt.Errorf("verify account %s: %w", name, err)
	}
	for c := range sums {
		differ(c, 0)
	}
	slices.SortFunc(diffs, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Anchor, b.Anchor), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Known, b.Known))
	})
	return diffs, nil
}
