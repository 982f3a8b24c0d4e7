package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
)

// OpenOrders returns the seller-fulfilled orders of a marketplace that are not known to be confirmed, with a ship-by date
// from after on and before before, by ship-by date, without lines, feedback and claims.
func (k *Snapshot) OpenOrders(ctx context.Context, m monitor.Marketplace, after, before time.Time) ([]monitor.Order, error) {
	clock := m.Clock()
	where := "due_day <> 0 AND due_day BETWEEN ? AND ?"
	if !k.newest.After(k.at) { // else some were open then that are confirmed by now
		where += fmt.Sprintf(" AND trouble & %d <> 0", stillOpen)
	}
	from, to := int64(monitor.DayOf(after, clock)), int64(monitor.DayOf(before, clock))
	var open []monitor.Order
	keep := func(o *monitor.Order) bool {
		return !o.ShipBy.Before(after) && o.ShipBy.Before(before) && o.Open(k.at)
	}
	none, err := k.without(ctx)
	switch {
	case err != nil:
		return nil, err
	case none.confirmations: // of which its lines tell what is confirmed
		open, err = k.outlined(ctx, keep, monitor.Slice{Marketplace: m, Channel: monitor.SellerFulfilled}, where, from, to)
	default:
		var found []*monitor.Order
		found, err = k.ordersWith(ctx, byDue, attachments{false, true, true}, keep, monitor.Slice{Marketplace: m, Channel: monitor.SellerFulfilled}, where, from, to)
		open = valuesOf(found)
	}
	for i := range open {
		open[i].Lines = nil
	}
	slices.SortFunc(open, func(a, b monitor.Order) int { return cmp.Or(a.ShipBy.Compare(b.ShipBy), cmp.Compare(a.ID, b.ID)) }) // mostly they are
	return open, err
}

// outlined returns the orders of a slice that are due on some days and meet a condition in Go, without what hangs on them and lines.
func (k *Snapshot) outlined(ctx context.Context, keep func(*monitor.Order) bool, s monitor.Slice, where string, args ...any) (kept []monitor.Order, err error) {
	reader := k.reader(ctx, attachments{})
	// All come as one row: the steps from row to row would cost more than reading them.
	var ids, bodies sql.NullString
	err = k.tx.QueryRowContext(ctx, "SELECT group_concat(id), CAST(group_concat(body, '') AS TEXT) FROM orders INDEXED BY "+byDue+" WHERE account = ? AND "+where,
		append([]any{k.id}, args...)...).Scan(&ids, &bodies)
	if err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	if !ids.Valid { // there are none
		return nil, nil
	}
	var one outline
	r := bodyReader{rest: []byte(bodies.String)}
	kept = make([]monitor.Order, 0, 1+strings.Count(ids.String, ","))
	for text := range strings.SplitSeq(ids.String, ",") {
		id, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			err = one.read(&r)
		}
		kept = append(kept, monitor.Order{})
		o := &kept[len(kept)-1]
		if err == nil {
			*o, err = one.order(id, reader.word)
		}
		if err != nil {
			return nil, fmt.Errorf("find orders: order %s: %w", orderID(id), err)
		}
		if o.Marketplace != s.Marketplace || o.Channel != s.Channel || !keep(o) {
			kept = kept[:len(kept)-1]
		}
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("find orders: %w", errBody)
	}
	return kept, nil
}
