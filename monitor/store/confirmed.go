package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"goodstanding/monitor"
)

// promisedAfter is for how many days after its purchase the delivery of an order may be promised.
const promisedAfter = 90

// Confirmed returns the seller-fulfilled orders of a marketplace that a shipping confirmation names and that were promised
// for delivery within from..to, by id, without lines, feedback and claims.
func (k *Snapshot) Confirmed(ctx context.Context, m monitor.Marketplace, from, to monitor.Day) ([]monitor.Order, error) {
	if none, err := k.without(ctx); err != nil || none.confirmations {
		return nil, err
	}
	// Of the orders that were bought early enough most were delivered before, and are not read further than their head.
	first, end := unix(from.Start(m.Clock())), unix(to.End(m.Clock()))
	reader := &orderReader{ctx: ctx, q: k.tx, words: k.words, account: k.id, bare: attachments{false, true, true}}
	var ids []int64
	found := map[int64]*stored{}
	_, err := collect(ctx, k.tx, func(rows *sql.Rows) (none struct{}, err error) {
		var row, id int64
		var body sql.RawBytes
		if err := rows.Scan(&row, &id, &body); err != nil {
			return none, err
		}
		r := bodyReader{rest: body}
		h := r.head()
		if r.err != nil {
			return none, fmt.Errorf("order %s: %w", orderID(id), r.err)
		}
		if at := h.times[deliverAt]; at == 0 || at < first || at >= end {
			return none, nil
		}
		o, err := h.order(id, reader.word)
		if err != nil {
			return none, fmt.Errorf("order %s: %w", orderID(id), err)
		}
		if o.Marketplace == m && o.Channel == monitor.SellerFulfilled && !o.Lost(k.at) {
			found[id] = &stored{Order: o}
			ids = append(ids, id)
		}
		return none, nil
	}, "SELECT "+rowColumns+" FROM orders INDEXED BY "+byBought+" WHERE account = ? AND bought_day <> 0 AND bought_day BETWEEN ? AND ?", k.id, int64(from)-promisedAfter, int64(to))
	if err != nil {
		return nil, fmt.Errorf("find confirmed orders: %w", err)
	}
	slices.Sort(ids)
	if err := reader.attach(ids, found); err != nil {
		return nil, err
	}
	var confirmed []monitor.Order
	for _, id := range ids {
		if d := found[id]; len(d.Confirmations) > 0 {
			confirmed = append(confirmed, d.Order)
		}
	}
	slices.SortFunc(confirmed, func(a, b monitor.Order) int { return cmp.Compare(a.ID, b.ID) })
	return confirmed, nil
}
