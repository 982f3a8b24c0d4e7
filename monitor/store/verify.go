package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	want := map[tallyKey]int{}
	last := ""
	for {
		ids, err := collect(ctx, tx, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) },
			"SELECT id FROM orders WHERE account = ? AND id > ? ORDER BY id LIMIT ?", id, last, batchOrders)
		if err != nil {
			return nil, fmt.Errorf("verify account %s: %w", name, err)
		}
		if len(ids) == 0 {
			break
		}
		last = ids[len(ids)-1]
		orders, err := loadOrders(ctx, tx, id, ids)
		if err != nil {
			return nil, fmt.Errorf("verify account %s: %w", name, err)
		}
		for _, o := range orders {
			addEntries(want, monitor.Slice{Marketplace: o.Marketplace, Channel: o.Channel}, o.Entries(), +1)
		}
	}
	_, err = collect(ctx, tx, func(rows *sql.Rows) (struct{}, error) {
		var k tallyKey
		var n int
		if err := rows.Scan(&k.slice.Marketplace, &k.slice.Channel, &k.anchor, &k.measure, &k.known, &n); err != nil {
			return struct{}{}, err
		}
		if want[k] != n {
			diffs = append(diffs, Difference{name, k.slice, k.measure, k.anchor, k.known, n, want[k]})
		}
		delete(want, k)
		return struct{}{}, nil
	}, "SELECT marketplace, channel, anchor, measure, known, n FROM tally WHERE account = ?", id)
	if err != nil {
		return nil, fmt.Errorf("verify account %s: %w", name, err)
	}
	for k, n := range want {
		diffs = append(diffs, Difference{name, k.slice, k.measure, k.anchor, k.known, 0, n})
	}
	slices.SortFunc(diffs, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Anchor, b.Anchor), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Known, b.Known))
	})
	return diffs, nil
}
