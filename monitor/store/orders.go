package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"goodstanding/monitor"
)

// Bits of orders.trouble: what an order counts for at some time. They narrow a query; the answer is Order.Entries'.
const (
	troubleLate = 1 << iota
	troubleDefect
	troubleCancelled
)

// Bits of orders.marks.
const (
	markWasPending = 1 << iota
	markReleased
	markBuyerCancel
)

// orderRow is an order as its row of the table: comparable, so that an unchanged one is not written again.
type orderRow struct {
	marketplace                       string
	strength                          int64
	channel                           string
	purchased                         int64
	shipBy, shipByAsOf, deliverBy     int64
	shipService                       string
	status                            string
	statusAt                          int64
	unshipped, shipped, shippedAsOf   int64
	cancelled, itemCancelled          int64
	marks, boughtDay, dueDay, trouble int64
}

const orderColumns = `marketplace, strength, channel, purchased, ship_by, ship_by_as_of, deliver_by, ship_service, status,
	status_at, unshipped, shipped, shipped_as_of, cancelled, item_cancelled, marks, bought_day, due_day, trouble`

// rowOf derives the row, its helper columns included.
func rowOf(o *monitor.Order) orderRow {
	r := orderRow{
		marketplace: string(o.Marketplace), strength: int64(o.Strength), channel: string(o.Channel),
		purchased: unix(o.Purchased), shipBy: unix(o.ShipBy), shipByAsOf: unix(o.ShipByAsOf), deliverBy: unix(o.DeliverBy),
		shipService: o.ShipService, status: string(o.Status), statusAt: unix(o.StatusAt),
		unshipped: unix(o.Unshipped), shipped: unix(o.Shipped), shippedAsOf: unix(o.ShippedAsOf),
		cancelled: unix(o.Cancelled), itemCancelled: unix(o.ItemCancelled),
	}
	mark := func(set bool, bit int64) {
		if set {
			r.marks |= bit
		}
	}
	mark(o.WasPending, markWasPending)
	mark(o.Released, markReleased)
	mark(o.BuyerCancel, markBuyerCancel)
	clock := o.Marketplace.Clock()
	if !o.Purchased.IsZero() {
		r.boughtDay = int64(monitor.DayOf(o.Purchased, clock))
	}
	if !o.ShipBy.IsZero() {
		r.dueDay = int64(monitor.DayOf(o.ShipBy, clock))
	}
	for _, e := range o.Entries() {
		switch e.Measure {
		case monitor.ConfirmedLate:
			r.trouble |= troubleLate
		case monitor.Defective:
			r.trouble |= troubleDefect
		case monitor.CancelledBySeller:
			r.trouble |= troubleCancelled
		}
	}
	return r
}

// scanOrder reads an order row that starts with its id.
func scanOrder(rows *sql.Rows) (*monitor.Order, error) {
	var id string
	var r orderRow
	err := rows.Scan(&id, &r.marketplace, &r.strength, &r.channel, &r.purchased, &r.shipBy, &r.shipByAsOf, &r.deliverBy,
		&r.shipService, &r.status, &r.statusAt, &r.unshipped, &r.shipped, &r.shippedAsOf, &r.cancelled, &r.itemCancelled,
		&r.marks, &r.boughtDay, &r.dueDay, &r.trouble)
	if err != nil {
		return nil, err
	}
	return &monitor.Order{
		ID: id, Marketplace: monitor.Marketplace(r.marketplace), Strength: monitor.Strength(r.strength),
		Channel: monitor.Channel(r.channel), Purchased: instant(r.purchased), ShipBy: instant(r.shipBy),
		ShipByAsOf: instant(r.shipByAsOf), DeliverBy: instant(r.deliverBy), ShipService: r.shipService,
		Status: monitor.Status(r.status), StatusAt: instant(r.statusAt), Unshipped: instant(r.unshipped),
		Shipped: instant(r.shipped), ShippedAsOf: instant(r.shippedAsOf), Cancelled: instant(r.cancelled),
		ItemCancelled: instant(r.itemCancelled), WasPending: r.marks&markWasPending != 0,
		Released: r.marks&markReleased != 0, BuyerCancel: r.marks&markBuyerCancel != 0,
	}, nil
}

// values returns the row as arguments of an insert.
func (r orderRow) values(account int64, id string, file int64, line int) []any {
	return []any{account, id, r.marketplace, r.strength, r.channel, r.purchased, r.shipBy, r.shipByAsOf, r.deliverBy,
		r.shipService, r.status, r.statusAt, r.unshipped, r.shipped, r.shippedAsOf, r.cancelled, r.itemCancelled,
		r.marks, r.boughtDay, r.dueDay, r.trouble, file, line}
}

// chunk is how many ids one query asks for; the statement keeps one form, so it is prepared once.
const chunk = 250

var chunkMarks = strings.TrimSuffix(strings.Repeat("?,", chunk), ",")

// perChunk runs a query whose last condition is `id IN (…)` for all ids.
func perChunk(ctx context.Context, q querier, query string, account int64, ids []string, scan func(*sql.Rows) error) error {
	args := make([]any, chunk+1)
	for len(ids) > 0 {
		n := min(chunk, len(ids))
		args[0] = account
		for i := range chunk {
			args[i+1] = ids[min(i, n-1)] // a short last chunk repeats its last id
		}
		_, err := collect(ctx, q, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, scan(rows) },
			query+" IN ("+chunkMarks+")", args...)
		if err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// stored is an order as it stands in the database.
type stored struct {
	monitor.Order
	exists bool      // has a row of its own
	keys   []lineKey // of Lines, by index
}

// lineKey is what the store adds to a line.
type lineKey struct {
	n       int   // how many lines of the same SKU come before it
	updated int64 // last-updated-date of the row that stated it last
	line    int   // of the file that is being imported; 0: untouched
}

// loadOrders reads orders with all that hangs on them. An id without an order but with a feedback, claim or
// confirmation gives an order with nothing but these.
func loadOrders(ctx context.Context, q querier, account int64, ids []string) (map[string]*stored, error) {
	found := make(map[string]*stored, len(ids))
	at := func(id string) *stored {
		o := found[id]
		if o == nil {
			o = &stored{Order: monitor.Order{ID: id}}
			found[id] = o
		}
		return o
	}
	err := perChunk(ctx, q, "SELECT id, "+orderColumns+" FROM orders WHERE account = ? AND id", account, ids,
		func(rows *sql.Rows) error {
			o, err := scanOrder(rows)
			if err == nil {
				found[o.ID] = &stored{Order: *o, exists: true}
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	err = perChunk(ctx, q, `SELECT id, n, updated, item_id, sku, asin, title, quantity, status, price, currency
		FROM line WHERE account = ? AND id`, account, ids, func(rows *sql.Rows) error {
		var id string
		var k lineKey
		var l monitor.Line
		err := rows.Scan(&id, &k.n, &k.updated, &l.ItemID, &l.SKU, &l.ASIN, &l.Title, &l.Quantity, &l.Status, &l.Price, &l.Currency)
		o := at(id)
		o.Lines, o.keys = append(o.Lines, l), append(o.keys, k)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read order lines: %w", err)
	}
	err = perChunk(ctx, q, `SELECT id, item_id, ship_day, as_of, quantity, carrier, tracking
		FROM confirmation WHERE account = ? AND id`, account, ids, func(rows *sql.Rows) error {
		var c monitor.Confirmation
		var asOf int64
		err := rows.Scan(&c.OrderID, &c.ItemID, &c.ShipDate, &asOf, &c.Quantity, &c.Carrier, &c.Tracking)
		c.AsOf = instant(asOf)
		at(c.OrderID).Confirmations = append(at(c.OrderID).Confirmations, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read confirmations: %w", err)
	}
	err = perChunk(ctx, q, "SELECT id, day, rating, comment, response, as_of FROM feedback WHERE account = ? AND id",
		account, ids, func(rows *sql.Rows) error {
			var f monitor.Feedback
			var asOf int64
			err := rows.Scan(&f.OrderID, &f.Day, &f.Rating, &f.Comment, &f.Response, &asOf)
			f.AsOf = instant(asOf)
			at(f.OrderID).Feedback = &f
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read feedback: %w", err)
	}
	err = perChunk(ctx, q, "SELECT id, kind, opened, status, amount, as_of, settled FROM claim WHERE account = ? AND id",
		account, ids, func(rows *sql.Rows) error {
			var c monitor.Claim
			var asOf, settled int64
			err := rows.Scan(&c.OrderID, &c.Kind, &c.Opened, &c.Status, &c.Amount, &asOf, &settled)
			c.AsOf, c.Settled = instant(asOf), instant(settled)
			at(c.OrderID).Claims = append(at(c.OrderID).Claims, c)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	return found, nil
}
