package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"goodstanding/monitor"
)

// Bits of orders.trouble: what an order counts for at some time, and whether by all that is known it still waits for its
// confirmation. They narrow a query; the answer is Order.Entries', and Order.Open's.
const (
	troubleLate = 1 << iota
	troubleDefect
	troubleCancelled
	stillOpen
)

// chunks are how many values one query may ask for: few forms of a statement, so that each is prepared once, and none that
// binds many for a few.
var chunks = [...]int{200, 32, 4}

// perChunk runs a query whose last condition is `id IN (…)` for all ids.
func perChunk(ctx context.Context, q querier, query string, account int64, ids []int64, scan func(*sql.Rows) error) error {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	return perChunkOf(ctx, q, query, []any{account}, values, scan)
}

// perChunkOf runs a query with some arguments, whose last condition is `… IN (…)`, for all values.
func perChunkOf(ctx context.Context, q querier, query string, lead, values []any, scan func(*sql.Rows) error) error {
	for len(values) > 0 {
		size := chunks[0]
		for _, smaller := range chunks[1:] {
			if len(values) <= smaller {
				size = smaller
			}
		}
		n := min(size, len(values))
		args := append(make([]any, 0, len(lead)+size), lead...)
		for i := range size {
			args = append(args, values[min(i, n-1)]) // a short chunk repeats its last value
		}
		_, err := collect(ctx, q, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, scan(rows) },
			query+" IN ("+strings.Repeat("?,", size-1)+"?)", args...)
		if err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// orderReader reads orders of one account. It is used by one goroutine at a time.
type orderReader struct {
	ctx     context.Context
	q       querier
	words   *dictionary
	account int64
	near    *nearWords  // nil: none yet
	base    *orderParts // of the account; nil: nobody asked yet
	blanks  *blanks     // what orders are made of
	bare    attachments // what is not asked for: the account has none of it, or nobody wants to know
}

// attachments are what may hang on an order, beside its lines.
type attachments struct{ confirmations, feedback, claims bool }

// rowColumns are the columns of orders that scan reads.
const rowColumns = "row, id, body"

// scan reads a row of the orders table; nothing that hangs on the order is in it.
func (r *orderReader) scan(rows *sql.Rows) (*stored, error) {
	d, body, err := r.read(rows)
	if err == nil {
		d.body = append(d.body, body...)
	}
	return d, err
}

// read does the same, and leaves the body to the driver, which has it until the next row.
func (r *orderReader) read(rows *sql.Rows) (*stored, sql.RawBytes, error) {
	var row, id int64
	var body sql.RawBytes
	if err := rows.Scan(&row, &id, &body); err != nil {
		return nil, nil, err
	}
	d := r.blanks.next()
	if err := readBody(d, orderID(id), body, r.word); err != nil {
		return nil, nil, err
	}
	d.row, d.number = row, id
	return d, body, nil
}

// nearWords are words that readers have at hand, each in the place that its id gives it. Ids are numbers in a row, so few come
// into each other's place.
type nearWords struct {
	places []nearWord
	missed int // how often one was not there since there are so many places
}

type nearWord struct {
	id   int64
	text string
}

// Bounds of the places.
const (
	fewestNear = 1 << 8
	mostNear   = 1 << 14
)

// place returns where the word of an id is, if it is there.
func (n *nearWords) place(id int64) *nearWord {
	return &n.places[uint64(id)%uint64(len(n.places))] //nolint:gosec // any place does
}

// keep puts a word that was not there into its place, of which there are more when many were not.
func (n *nearWords) keep(w nearWord) {
	if n.missed++; n.missed > len(n.places) && len(n.places) < mostNear {
		had := n.places
		n.places, n.missed = make([]nearWord, max(4*len(had), fewestNear)), 0
		for _, w := range had {
			*n.place(w.id) = w
		}
	}
	*n.place(w.id) = w
}

// word returns the word of an id: the dictionary, which others use too, is asked once for each.
func (r *orderReader) word(id int64) (string, error) {
	if r.near == nil {
		r.near = &nearWords{}
	}
	if len(r.near.places) > 0 {
		if w := r.near.place(id); w.id == id {
			return w.text, nil
		}
	}
	text, err := r.words.text(r.ctx, r.q, id)
	if err != nil {
		return "", err
	}
	r.near.keep(nearWord{id, text})
	return text, nil
}

// load reads orders with all that hangs on them. An id without an order but with a feedback, claim or confirmation gives
// an order with nothing but these.
func (r *orderReader) load(ids []int64) (map[int64]*stored, error) {
	found, err := r.orders(ids)
	if err != nil {
		return nil, err
	}
	return found, r.attach(ids, found)
}

// orders reads orders with their lines.
func (r *orderReader) orders(ids []int64) (map[int64]*stored, error) {
	found := make(map[int64]*stored, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	if r.base == nil {
		base, err := baseOf(r.ctx, r.q, r.account)
		if err != nil {
			return nil, err
		}
		r.base = &base
	}
	var rows []any
	ids, err := findInParts(r.ctx, r.q, []orderParts{*r.base}, ids, func(o orderRow) { rows = append(rows, o.row) })
	if err == nil {
		err = r.add(found, "SELECT "+rowColumns+" FROM orders WHERE row", nil, rows)
	}
	if err != nil {
		return nil, err
	}
	keys := make([]any, len(ids))
	for i, id := range ids {
		keys[i] = orderKey(id)
	}
	return found, r.add(found, "SELECT o.row, o.id, o.body FROM order_row r JOIN orders o ON o.row = r.row WHERE r.account = ? AND r.key", []any{r.account}, keys)
}

// add adds the orders that a query gives for keys, or rows, to those found.
func (r *orderReader) add(found map[int64]*stored, query string, lead, values []any) error {
	err := perChunkOf(r.ctx, r.q, query, lead, values, func(rows *sql.Rows) error {
		d, err := r.scan(rows)
		if err == nil {
			found[d.number] = d
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	return nil
}

// attach reads what hangs on orders.
func (r *orderReader) attach(ids []int64, found map[int64]*stored) error {
	at := func(id int64) *stored {
		d := found[id]
		if d == nil {
			d = &stored{Order: monitor.Order{ID: orderID(id)}, number: id}
			found[id] = d
		}
		return d
	}
	for _, a := range [...]struct {
		what, query string
		none        bool
		scan        func(*sql.Rows) error
	}{
		{"confirmations", "SELECT id, item_id, ship_day, as_of, quantity, carrier, tracking, extra FROM confirmation", r.bare.confirmations, func(rows *sql.Rows) error {
			var c monitor.Confirmation
			var id, asOf int64
			err := rows.Scan(&id, &c.ItemID, &c.ShipDate, &asOf, &c.Quantity, &c.Carrier, &c.Tracking, &c.Extra)
			d := at(id)
			c.OrderID, c.AsOf = d.ID, instant(asOf)
			d.Confirmations = append(d.Confirmations, c)
			return err
		}},
		{"feedback", "SELECT id, day, rating, comment, response, as_of, extra FROM feedback", r.bare.feedback, func(rows *sql.Rows) error {
			var f monitor.Feedback
			var id, asOf int64
			err := rows.Scan(&id, &f.Day, &f.Rating, &f.Comment, &f.Response, &asOf, &f.Extra)
			d := at(id)
			f.OrderID, f.AsOf = d.ID, instant(asOf)
			d.Feedback = &f
			return err
		}},
		{"claims", "SELECT id, kind, opened, status, amount, as_of, settled, extra FROM claim", r.bare.claims, func(rows *sql.Rows) error {
			var c monitor.Claim
			var id, asOf, settled int64
			err := rows.Scan(&id, &c.Kind, &c.Opened, &c.Status, &c.Amount, &asOf, &settled, &c.Extra)
			d := at(id)
			c.OrderID, c.AsOf, c.Settled = d.ID, instant(asOf), instant(settled)
			d.Claims = append(d.Claims, c)
			return err
		}},
	} {
		if a.none {
			continue
		}
		if err := perChunk(r.ctx, r.q, a.query+" WHERE account = ? AND id", r.account, ids, a.scan); err != nil {
			return fmt.Errorf("read %s: %w", a.what, err)
		}
	}
	return nil
}

// sweep reads the orders that a query for rowColumns gives, in its order, and calls take for each with all that hangs on it,
// though maybe without its body.
func (r *orderReader) sweep(take func(*stored) error, query string, args ...any) error {
	if r.bare == (attachments{true, true, true}) { // one by one: a window may have thousands
		_, err := collect(r.ctx, r.q, func(rows *sql.Rows) (none struct{}, err error) {
			d, _, err := r.read(rows)
			if err != nil {
				return none, err
			}
			return none, take(d)
		}, query, args...)
		if err != nil {
			return fmt.Errorf("find orders: %w", err)
		}
		return nil
	}
	orders, err := collect(r.ctx, r.q, r.scan, query, args...)
	if err != nil {
		return fmt.Errorf("find orders: %w", err)
	}
	ids, found := make([]int64, len(orders)), make(map[int64]*stored, len(orders))
	for i, d := range orders {
		ids[i], found[d.number] = d.number, d
	}
	if err := r.attach(ids, found); err != nil {
		return err
	}
	for _, d := range orders {
		if err := take(d); err != nil {
			return err
		}
	}
	return nil
}
