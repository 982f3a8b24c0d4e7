package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// history is how many days of anchors a snapshot shows: the longest window that Amazon counts (180 days) and its lag.
const history = 200

// Snapshot is what could be known of one account at one instant. It reads in one transaction, so all that a round of
// checks sees is of one state of the database. It implements monitor.Known.
type Snapshot struct {
	tx       *sql.Tx
	words    *dictionary
	id       int64
	account  monitor.Account
	at       time.Time
	newest   time.Time // the newest instant in any import: beyond at only when the past is asked for
	kinds    []string  // of its imports, refused ones among them
	imports  int64     // how many
	prepared *prepared // nil: Settle has not been there since the last import

	// What several checks ask for is read once. They do not change it.
	slices      []monitor.Slice
	tallies     []tallied // nil: not read yet
	triangles   map[monitor.Slice]*monitor.Triangle
	bare        *attachments // of which the account has none; nil: not looked yet
	arrivals    []monitor.Arrival
	recorded    []monitor.ExportKind // kinds of which there are records; nil: not asked yet
	records     map[recordSpan][]monitor.Sourced[monitor.Record]
	listed      map[monitor.ExportKind]monitor.Listed[monitor.Record]
	trade       *trade // nil: not read yet
	complain    map[daySpan][]monitor.Complaint
	made        map[any]any // by Once
	causes      monitor.CauseReader
	readBy      string // names causes
	link        monitor.Linker
	tied        *lastTied
	orderReader *orderReader // nil: nobody has asked for it
	registers   *tied        // nil: not looked for yet
}

// daySpan is a range of days, both included.
type daySpan struct{ from, to monitor.Day }

var _ monitor.Known = (*Snapshot)(nil)

// Known opens a snapshot of an account. Close it.
func (s *Store) Known(ctx context.Context, name string, at time.Time) (*Snapshot, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("read account %s: %w", name, err)
	}
	k := &Snapshot{tx: tx, words: s.words, at: at, triangles: map[monitor.Slice]*monitor.Triangle{}, records: map[recordSpan][]monitor.Sourced[monitor.Record]{},
		listed:   map[monitor.ExportKind]monitor.Listed[monitor.Record]{},
		complain: map[daySpan][]monitor.Complaint{}, causes: s.Causes, readBy: s.CausesID, link: s.Link, tied: &s.tied}
	if err := k.open(ctx, name); err != nil {
		return nil, errors.Join(err, rollback(tx))
	}
	return k, nil
}

// open finds the account, and what of it was imported.
func (k *Snapshot) open(ctx context.Context, name string) error {
	var body sql.NullString
	err := k.tx.QueryRowContext(ctx, "SELECT a.id, a.home, CAST(p.body AS TEXT) FROM account a LEFT JOIN prepared p ON p.account = a.id WHERE a.name = ?", name).
		Scan(&k.id, &k.account.Marketplace, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("account %s: %w", name, ErrNoAccount)
	case err == nil && body.Valid:
		k.account.Name = name
		err = k.readPrepared(body.String)
	case err == nil:
		return k.readTotals(ctx, name)
	}
	if err != nil {
		return fmt.Errorf("read account %s: %w", name, err)
	}
	return nil
}

// readTotals finds the same from the totals of its imports.
func (k *Snapshot) readTotals(ctx context.Context, name string) error {
	k.account.Name = name
	var newest int64
	_, err := collect(ctx, k.tx, func(rows *sql.Rows) (struct{}, error) {
		var kind sql.NullString // empty: of files that no reader knows
		var at, files, refused int64
		err := rows.Scan(&k.id, &k.account.Marketplace, &kind, &at, &files, &refused)
		if kind.Valid {
			k.kinds = append(k.kinds, kind.String)
		}
		k.imports += files + refused
		newest = max(newest, at)
		return struct{}{}, err
	}, `SELECT a.id, a.home, t.kind, coalesce(t.newest, 0), coalesce(t.files, 0), coalesce(t.refused, 0)
		FROM account a LEFT JOIN import_total t ON t.account = a.id WHERE a.name = ?`, name)
	if err != nil {
		return fmt.Errorf("read account %s: %w", name, err)
	}
	k.newest = instant(newest)
	if k.account.Marketplaces, err = marketplaces(ctx, k.tx, k.id); err != nil {
		return fmt.Errorf("read marketplaces of account %s: %w", name, err)
	}
	return nil
}

// Once returns what work gave when it was first asked for under a key.
func (k *Snapshot) Once(key any, work func() (any, error)) (any, error) {
	if had, ok := k.made[key]; ok {
		return had, nil
	}
	v, err := work()
	if err != nil {
		return nil, err
	}
	if k.made == nil {
		k.made = map[any]any{}
	}
	k.made[key] = v
	return v, nil
}

// Close ends the snapshot.
func (k *Snapshot) Close() error {
	k.closeTrade()
	return rollback(k.tx)
}

// At returns the instant of the snapshot.
func (k *Snapshot) At() time.Time { return k.at }

// Account returns the account.
func (k *Snapshot) Account() monitor.Account { return k.account }

// Slices returns the marketplaces and channels with orders, sorted.
func (k *Snapshot) Slices(ctx context.Context) ([]monitor.Slice, error) {
	if err := k.readTallies(ctx); err != nil {
		return nil, err
	}
	return k.slices, nil
}

// tallied is a row of tallies.
type tallied struct {
	slice monitor.Slice
	block int64
	cells string
}

// readTallies reads the tallies of all slices: each is asked for.
func (k *Snapshot) readTallies(ctx context.Context) error {
	if k.tallies != nil {
		return nil
	}
	utc := monitor.DayOf(k.at, time.UTC) // somewhere it is yesterday
	k.tallies = make([]tallied, 0, 8)
	var last monitor.Slice
	take := func(slice monitor.Slice, block int64, cells string) {
		if slice != last { // one text for all
			last = slice
		}
		if n := len(k.slices); block >= blockOf(utc-history) && (n == 0 || k.slices[n-1] != last) {
			k.slices = append(k.slices, last)
		}
		k.tallies = append(k.tallies, tallied{last, block, cells})
	}
	done, err := k.prepared.each(k.firstTally(), take)
	if err == nil && !done {
		_, err = collect(ctx, k.tx, func(rows *sql.Rows) (struct{}, error) {
			var slice monitor.Slice
			var block int64
			var cells string
			err := rows.Scan(&slice.Marketplace, &slice.Channel, &block, &cells)
			if err == nil {
				take(slice, block, cells)
			}
			return struct{}{}, err
		}, "SELECT marketplace, channel, block, CAST(cells AS TEXT) FROM tally WHERE account = ? AND block >= ? ORDER BY marketplace, channel, block", k.id, k.firstTally())
	}
	if err != nil {
		k.slices, k.tallies = nil, nil
		return fmt.Errorf("read tallies: %w", err)
	}
	return nil
}

// firstTally returns the first block of the tallies that are read.
func (k *Snapshot) firstTally() int64 { return blockOf(monitor.DayOf(k.at, time.UTC) - history - 1) }

// Triangle returns the cells with an anchor day within the last 200 days, as known at the instant of the snapshot.
func (k *Snapshot) Triangle(ctx context.Context, s monitor.Slice) (*monitor.Triangle, error) {
	if t := k.triangles[s]; t != nil {
		return t, nil
	}
	t, err := k.triangle(ctx, s)
	if err == nil {
		k.triangles[s] = t
	}
	return t, err
}

func (k *Snapshot) triangle(ctx context.Context, s monitor.Slice) (*monitor.Triangle, error) {
	if err := k.readTallies(ctx); err != nil {
		return nil, err
	}
	clock := s.Marketplace.Clock()
	today := monitor.DayOf(k.at, clock)
	size := 0
	for _, t := range k.tallies {
		if t.slice == s {
			size += len(t.cells)
		}
	}
	cells := make([]monitor.Cell, 0, size/4) // of four bytes at least
	for _, t := range k.tallies {
		if t.slice != s {
			continue
		}
		err := eachCell(t.cells, t.block, func(anchor monitor.Day, measure uint16, known monitor.Day, n int) {
			if anchor >= today-history && known <= today {
				cells = append(cells, monitor.Cell{Measure: measures[measure], Anchor: anchor, Known: known, N: n})
			}
		})
		if err != nil {
			return nil, fmt.Errorf("read tallies of %s: %w", s.Marketplace.Label(), err)
		}
	}
	t := &monitor.Triangle{Cells: cells}
	if !k.newest.After(k.at) {
		return t, nil
	}
	// Tallies know days, the snapshot an instant within one. Take out what became known later on that day.
	later, err := k.laterToday(ctx, s, today)
	if err != nil {
		return nil, err
	}
	for _, o := range later {
		for _, e := range o.Entries() {
			if e.Known.After(k.at) && monitor.DayOf(e.Known, clock) == today {
				t.Cells = append(t.Cells, monitor.Cell{Measure: e.Measure, Anchor: e.Anchor, Known: today, N: -e.N})
			}
		}
	}
	return t, nil
}

// laterToday returns the orders to which something happened between the instant of the snapshot and the end of its day.
func (k *Snapshot) laterToday(ctx context.Context, s monitor.Slice, today monitor.Day) ([]*monitor.Order, error) {
	end := today.End(s.Marketplace.Clock())
	return k.orders(ctx, byBought, func(o *monitor.Order) bool {
		return slices.ContainsFunc(o.Entries(), func(e monitor.Entry) bool { return e.Known.After(k.at) && e.Known.Before(end) })
	}, s, "bought_day BETWEEN ? AND ?", int64(today)-history, int64(today))
}

// The indexes of orders, by which they are found. SQLite left to itself does not see how few are troubled, and reads all.
const (
	byBought  = "orders_bought"
	byDue     = "orders_due"
	byTrouble = "orders_trouble"
)

// orders returns the orders of a slice that meet a condition in SQL and another in Go, by day of purchase.
func (k *Snapshot) orders(ctx context.Context, index string, keep func(*monitor.Order) bool, s monitor.Slice, where string, args ...any) ([]*monitor.Order, error) {
	return k.ordersWith(ctx, index, attachments{}, keep, s, where, args...)
}

// ordersWith does the same, and leaves out some of what hangs on the orders.
func (k *Snapshot) ordersWith(ctx context.Context, index string, bare attachments, keep func(*monitor.Order) bool, s monitor.Slice, where string, args ...any) ([]*monitor.Order, error) {
	var kept []*monitor.Order // they are large, and sorted soon
	none, err := k.without(ctx)
	if err != nil {
		return nil, err
	}
	bare = attachments{bare.confirmations || none.confirmations, bare.feedback || none.feedback, bare.claims || none.claims}
	err = k.reader(ctx, bare).sweep(func(d *stored) error {
		if d.Marketplace == s.Marketplace && d.Channel == s.Channel && keep(&d.Order) {
			kept = append(kept, &d.Order)
		}
		return nil
	}, "SELECT "+rowColumns+" FROM orders INDEXED BY "+index+" WHERE account = ? AND "+where+" ORDER BY bought_day, row", append([]any{k.id}, args...)...)
	return kept, err
}

// reader reads orders of the account, without some of what hangs on them. There is one, which has at hand the words that were asked
// for before.
func (k *Snapshot) reader(ctx context.Context, bare attachments) *orderReader {
	if k.orderReader == nil {
		k.orderReader = &orderReader{q: k.tx, words: k.words, account: k.id}
	}
	k.orderReader.ctx, k.orderReader.bare = ctx, bare
	return k.orderReader
}

// without says what hangs on none of the account's orders.
func (k *Snapshot) without(ctx context.Context) (attachments, error) {
	if k.bare == nil {
		var some [3]bool
		err := k.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM confirmation WHERE account = ?1), EXISTS (SELECT 1 FROM feedback WHERE account = ?1),
			EXISTS (SELECT 1 FROM claim WHERE account = ?1)`, k.id).Scan(&some[0], &some[1], &some[2])
		if err != nil {
			return attachments{}, fmt.Errorf("look for what hangs on orders: %w", err)
		}
		k.bare = &attachments{!some[0], !some[1], !some[2]}
	}
	return *k.bare, nil
}

// Orders returns the orders that count in a measure at the instant of the snapshot, newest anchor first; those that are late or
// cancelled without feedback and claims.
func (k *Snapshot) Orders(ctx context.Context, q monitor.OrderQuery) ([]monitor.Order, error) {
	// By day of purchase the partial index holds troubled orders only, so this costs the troubles of the window; by
	// ship-by day it costs the window.
	var bits int
	column, index := "bought_day", byTrouble
	switch q.Measure {
	case monitor.ConfirmedLate:
		bits, column, index = troubleLate, "due_day", byDue
	case monitor.CancelledBySeller:
		bits = troubleCancelled
	case monitor.Defective, monitor.NegativeFeedback, monitor.Claimed, monitor.ChargedBack:
		bits = troubleDefect
	default:
		return nil, fmt.Errorf("find orders: %q is no measure of troubled orders", q.Measure)
	}
	bare := attachments{feedback: true, claims: true} // nothing of these says whether an order is late or cancelled
	if bits == troubleDefect {
		bare = attachments{}
	}
	anchors := map[string]monitor.Day{}
	kept, err := k.ordersWith(ctx, index, bare, func(o *monitor.Order) bool {
		n, anchor, _ := o.Counted(q.Measure, k.at)
		if n <= 0 || anchor < q.From || anchor > q.To {
			return false
		}
		anchors[o.ID] = anchor
		return true
	}, q.Slice, column+" <> 0 AND "+column+" BETWEEN ? AND ? AND trouble & 7 <> 0 AND trouble & ? <> 0", int64(q.From), int64(q.To), bits)
	slices.SortFunc(kept, func(a, b *monitor.Order) int {
		return cmp.Or(cmp.Compare(anchors[b.ID], anchors[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return valuesOf(kept), err
}

// valuesOf returns orders themselves; nil for none.
func valuesOf(orders []*monitor.Order) (values []monitor.Order) {
	if len(orders) > 0 {
		values = make([]monitor.Order, len(orders))
	}
	for i, o := range orders {
		values[i] = *o
	}
	return values
}

// NegativeFeedback returns the feedback of 1 and 2 stars that was left within from..to, newest first.
func (k *Snapshot) NegativeFeedback(ctx context.Context, from, to monitor.Day) ([]monitor.Rated, error) {
	var ids []int64
	left, err := collect(ctx, k.tx, func(rows *sql.Rows) (f monitor.Feedback, err error) {
		var id, asOf int64
		err = rows.Scan(&id, &f.Day, &f.Rating, &f.Comment, &f.Response, &asOf, &f.Extra)
		f.OrderID, f.AsOf = orderID(id), instant(asOf)
		ids = append(ids, id)
		return f, err
	}, "SELECT id, day, rating, comment, response, as_of, extra FROM feedback WHERE account = ? AND day BETWEEN ? AND ? AND rating <= 2 ORDER BY day DESC, id", k.id, int64(from), int64(to))
	if err != nil {
		return nil, fmt.Errorf("find feedback: %w", err)
	}
	found, err := k.reader(ctx, attachments{}).orders(ids)
	if err != nil {
		return nil, err
	}
	rated := make([]monitor.Rated, 0, len(ids))
	for i, id := range ids {
		r := monitor.Rated{Feedback: left[i]}
		o := found[id]
		if o == nil { // no export has shown it
			rated = append(rated, r)
			continue
		}
		r.Marketplace, r.Channel = o.Marketplace, o.Channel
		for _, l := range o.Lines {
			if l.SKU != "" && !slices.Contains(r.SKUs, l.SKU) {
				r.SKUs = append(r.SKUs, l.SKU)
			}
		}
		rated = append(rated, r)
	}
	return rated, nil
}

// Arrivals returns the exports received, newest first, of each kind at most 60. Content that tells of the time before
// the snapshot could be known then, whenever it was downloaded.
func (k *Snapshot) Arrivals(ctx context.Context) ([]monitor.Arrival, error) {
	if k.arrivals != nil {
		return k.arrivals, nil
	}
	all, done, err := k.prepared.received(k.at)
	if err == nil && !done {
		all, err = k.received(ctx, unix(k.at))
	}
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	arrivals := make([]monitor.Arrival, len(all))
	for i, r := range all {
		arrivals[i] = r.at(k.at)
	}
	slices.SortStableFunc(arrivals, func(a, b monitor.Arrival) int { return b.Received.Compare(a.Received) })
	k.arrivals = arrivals
	return arrivals, nil
}

// received reads the arrivals that were known at an instant, of each kind the newest 60.
func (k *Snapshot) received(ctx context.Context, at int64) (all []received, err error) {
	kinds, of := k.kinds, "kind = ?3"
	if k.imports <= 60 { // of no kind there are more
		kinds, of = []string{""}, "?3 = ''"
	}
	for _, kind := range kinds {
		some, err := collect(ctx, k.tx, scanArrival, "SELECT "+arrivalColumns+` FROM import
			WHERE account = ?1 AND `+of+` AND (received <= ?2 OR refused = '' AND from_at <> 0 AND from_at <= ?2) ORDER BY kind, seen DESC, id DESC LIMIT 60`,
			k.id, at, kind)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func sooner(t, limit time.Time) time.Time {
	if t.After(limit) {
		return limit
	}
	return t
}
