package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"goodstanding/monitor"
)

// Orphans counts the negative feedback and the claims of from..to that name an order which no export has shown.
func (k *Snapshot) Orphans(ctx context.Context, from, to monitor.Day) (int, error) {
	all, done, err := k.prepared.orphaned(from)
	if err == nil && !done {
		all, err = k.orphaned(ctx, from, to)
	}
	if err != nil {
		return 0, fmt.Errorf("count defects without orders: %w", err)
	}
	orders := map[int64]bool{}
	for _, o := range all {
		if o.day >= from && o.day <= to {
			orders[o.order] = true
		}
	}
	return len(orders), nil
}

// orphan is a defect on an order that no export has shown.
type orphan struct {
	order int64
	day   monitor.Day
}

// orphaned finds the orphans of from..to.
func (k *Snapshot) orphaned(ctx context.Context, from, to monitor.Day) ([]orphan, error) {
	all, err := collect(ctx, k.tx, func(rows *sql.Rows) (o orphan, err error) { return o, rows.Scan(&o.order, &o.day) }, `
		SELECT id, day FROM feedback WHERE account = ?1 AND day BETWEEN ?2 AND ?3 AND rating <= 2
		UNION ALL SELECT id, opened FROM claim WHERE account = ?1 AND opened BETWEEN ?2 AND ?3 AND status NOT IN (?4, ?5, ?6)`,
		k.id, int64(from), int64(to), string(monitor.ClaimDenied), string(monitor.ClaimWithdrawn), string(monitor.ClaimAmazonFunded))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]int64, len(all))
	for i, o := range all {
		ids[i] = o.order
	}
	slices.Sort(ids)
	known := map[int64]bool{}
	err = findOrders(ctx, k.tx, k.id, slices.Compact(ids), func(o orderRow) { known[o.id()] = true })
	return slices.DeleteFunc(all, func(o orphan) bool { return known[o.order] }), err
}
