package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"goodstanding/monitor"
)

// merger merges the batches of one file into the database.
type merger struct {
	// ctx is never cancelled: the driver would start a goroutine for every row that it steps to. Between batches, the
	// feeder looks at the one that is.
	ctx     context.Context
	tx      sharedTx
	account int64
	file    int64 // id of its import row

	reader    *orderReader
	newcomers *newcomers // of the orders that nobody found before the import; nil: nobody looked
	nth       counter
	tally     *tally
	settling  settling
	orders    *bulk // new ones
	bodies    *bulk // of those that are there: what is in no index
	changes   *bulk // of those that are there: all
	rows      *orderRows
	words     *wordTable
	records   *recordRows
	drafts    []draft
	blanks    blanks
	entries   []monitor.Entry // of the order being saved
	row       line            // being merged
	parcel    [1]parcel       // of it
	resale    *resale
	hearing   hearing
	files     files
	speller   *speller
	behind    *writeBehind

	fresh, changed int

	toSearch int            // new orders still to be looked up in other accounts
	bases    []otherBase    // of these
	others   map[string]int // how many of them each of these knew
}

func newMerger(ctx context.Context, conn *sql.Conn, tx *sql.Tx, committed *dictionary, account, file, size int64) (*merger, error) {
	m := &merger{
		ctx: context.WithoutCancel(ctx), account: account, file: file, nth: newCounter(), tally: newTally(), others: map[string]int{},
	}
	m.orders = newOwned(m.ctx, conn, "orders", account, "id", "bought_day", "due_day", "trouble", "body")
	m.bodies = newUpdates(m.ctx, conn, "orders", "UPDATE orders SET body = ? WHERE row = ?", 2)
	m.changes = newUpdates(m.ctx, conn, "orders", "UPDATE orders SET bought_day = ?, due_day = ?, trouble = ?, body = ? WHERE row = ?", 5)
	var err error
	if m.rows, err = newOrderRows(m.ctx, conn, tx, account, size); err != nil {
		return nil, err
	}
	words := newDictionary(committed)
	if m.words, err = openWordTable(m.ctx, conn, tx, words); err != nil {
		return nil, err
	}
	m.tx = sharedTx{tx, func() error {
		return errors.Join(m.words.table.flush(), m.orders.wait(), m.bodies.wait(), m.changes.wait(), m.rows.table.wait(), m.rows.parts.wait(), m.words.table.wait(), m.records.wait())
	}}
	m.rows.tx, m.words.tx = m.tx, m.tx
	if m.resale, err = newResale(m.ctx, tx, account); err != nil {
		return nil, err
	}
	m.records = newRecordRows(m.ctx, conn, m.tx, account, file, size)
	m.reader = &orderReader{ctx: m.ctx, q: m.tx, words: words, account: account, blanks: &m.blanks}
	m.files = files{known: map[int64]arrived{}, read: func(id int64) (a arrived, err error) {
		err = m.tx.QueryRowContext(m.ctx, "SELECT received, name, digest FROM import WHERE id = ?", id).Scan(&a.received, &a.name, &a.digest)
		return a, err
	}}
	m.speller = newSpeller(m.words.id)
	var had, confirmations, feedback, claims bool
	var others int
	err = tx.QueryRowContext(m.ctx, `SELECT EXISTS (SELECT 1 FROM orders WHERE account = ?1), EXISTS (SELECT 1 FROM confirmation WHERE account = ?1),
		EXISTS (SELECT 1 FROM feedback WHERE account = ?1), EXISTS (SELECT 1 FROM claim WHERE account = ?1),
		(SELECT count(*) FROM account WHERE id <> ?1)`, account).Scan(&had, &confirmations, &feedback, &claims, &others)
	if err != nil {
		return nil, fmt.Errorf("look what the account has: %w", err)
	}
	if others > 0 {
		m.toSearch = min(max(searches/others, fewestSearched), mostSearched)
		m.bases, err = collect(m.ctx, tx, func(rows *sql.Rows) (o otherBase, err error) {
			var id int64
			var parts uint64
			err = rows.Scan(&id, &o.name, &parts)
			o.orderParts = base(id, parts)
			return o, err
		}, "SELECT id, name, order_parts FROM account WHERE id <> ? AND order_parts > 0", account)
		if err != nil {
			return nil, fmt.Errorf("look how orders of other accounts are found: %w", err)
		}
	}
	m.reader.bare = attachments{!confirmations, !feedback, !claims} // until the file brings one
	m.rows.first = !had
	if !had {
		m.newcomers = newNewcomers(size)
	}
	return m, nil
}

func (m *merger) close() error {
	return errors.Join(m.orders.close(), m.bodies.close(), m.changes.close(), m.rows.table.close(), m.rows.parts.close(), m.words.table.close(), m.records.close())
}

// draft is an order while a batch is merged.
type draft struct {
	*stored
	sighted bool // has a row, or will have one
	core    core
	before  derived
	slice   monitor.Slice // before
	sold    [2]int        // of resale.was: what it counted for among what was sold
}

// derived is what the database keeps of an order beside its body, and what it counts for.
type derived struct {
	bought, due, trouble int64
	entries              []monitor.Entry
}

// endOfTime is after all that is ever known.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// derive derives it; the entries may be written over those in room.
func derive(o *monitor.Order, room []monitor.Entry) derived {
	d := derived{entries: o.AppendEntries(room[:0])}
	if len(d.entries) > 0 && d.entries[0].Measure == monitor.Ordered {
		d.bought = int64(d.entries[0].Anchor)
	} else if !o.Purchased.IsZero() {
		d.bought = int64(monitor.DayOf(o.Purchased, o.Marketplace.Clock()))
	}
	if !o.ShipBy.IsZero() {
		d.due = int64(monitor.DayOf(o.ShipBy, o.Marketplace.Clock()))
	}
	for _, e := range d.entries {
		switch e.Measure {
		case monitor.ConfirmedLate:
			d.trouble |= troubleLate
		case monitor.Defective:
			d.trouble |= troubleDefect
		case monitor.CancelledBySeller:
			d.trouble |= troubleCancelled
		}
	}
	if d.due != 0 && o.Open(endOfTime) {
		d.trouble |= stillOpen
	}
	return d
}

// merge reads what is there of a batch's orders, merges in memory, writes what differs, and notes the difference in the
// tally.
func (m *merger) merge(b *batch) error {
	if err := m.draft(b.ids, b.found); err != nil {
		return err
	}
	sightings := b.sightings
	for i := range b.rows {
		r := &b.rows[i]
		if r.fact == nil {
			m.count(m.see(&m.drafts[r.order], &sightings[0], r.place))
			sightings = sightings[1:]
		} else if err := m.apply(r); err != nil {
			return err
		}
	}
	if m.files.err != nil {
		return m.files.err
	}
	if err := m.settling.flush(m.ctx, m.tx, m.account, m.file, settledPart); err != nil {
		return err
	}
	for i := range m.drafts {
		if err := m.save(&m.drafts[i]); err != nil {
			return err
		}
	}
	for _, b := range [...]*bulk{m.orders, m.bodies, m.changes} {
		if err := b.flush(); err != nil {
			return err
		}
	}
	m.behind.wrote(false)
	return m.records.merge()
}

// draft makes a draft of each order; found are the rows of those that were there before the import, where that was looked up.
func (m *merger) draft(ids, found []int64) error {
	for i := range m.drafts {
		m.drafts[i] = draft{before: derived{entries: m.drafts[i].before.entries[:0]}} // the room for them is used again
	}
	m.drafts, m.blanks.used = m.drafts[:0], 0
	var there []int64
	var rows []any
	for i, id := range ids {
		if len(found) > 0 && found[i] != 0 {
			rows = append(rows, found[i])
			continue
		}
		if m.newcomers != nil && m.newcomers.add(id) {
			continue
		}
		if row := m.rows.find(id); row != 0 {
			rows = append(rows, row)
		} else {
			there = append(there, id)
		}
	}
	if err := m.rows.findWritten(there, func(o orderRow) { rows = append(rows, o.row) }); err != nil {
		return err
	}
	have, err := m.reader.orders(there)
	if err == nil {
		err = m.reader.add(have, "SELECT "+rowColumns+" FROM orders WHERE row", nil, rows)
	}
	if err == nil {
		err = m.reader.attach(ids, have)
	}
	if err == nil && m.toSearch > 0 {
		err = m.searchElsewhere(ids, have)
	}
	if err != nil {
		return err
	}
	m.resale.was = m.resale.was[:0]
	m.drafts = slices.Grow(m.drafts, len(ids))[:len(ids)]
	for i, id := range ids {
		d := &m.drafts[i]
		if d.stored = have[id]; d.stored == nil {
			d.stored = m.blanks.next()
			d.number = id
			continue
		}
		d.core, d.before, d.sighted = coreOf(&d.Order), derive(&d.Order, d.before.entries), d.row != 0
		d.slice = monitor.Slice{Marketplace: d.Marketplace, Channel: d.Channel}
		d.sold = m.resale.before(d.stored, d.before.bought)
	}
	return nil
}

// apply merges one fact.
func (m *merger) apply(r *row) error {
	var existed, changed bool
	var err error
	switch f := r.fact.(type) {
	case monitor.Sighting:
		existed, changed = m.see(&m.drafts[r.order], &f, r.place)
	case monitor.Confirmation:
		existed, changed, err = m.addConfirmation(&m.drafts[r.order], f, r.place.Line)
	case monitor.Feedback:
		existed, changed, err = m.addFeedback(&m.drafts[r.order], f, r.place.Line)
	case monitor.Claim:
		existed, changed, err = m.addClaim(&m.drafts[r.order], f, r.place.Line)
	case monitor.AccountRecord:
		existed, changed, err = m.addAccount(f, r.place.Line)
	case monitor.Record:
		return m.addRecord(f, r.place)
	}
	if err == nil && !r.along {
		m.count(existed, changed)
	}
	return err
}

// count counts a row.
func (m *merger) count(existed, changed bool) {
	switch {
	case !existed:
		m.fresh++
	case changed:
		m.changed++
	}
}

// addRecord takes in a record. Where its key is not unique, the n-th row of one file is the n-th of another.
func (m *merger) addRecord(r monitor.Record, at monitor.Place) error {
	n := 0
	if key, unique := r.Key(); !unique {
		n = m.nth.count(string(r.Of()), key, at.Segment)
	}
	return m.records.add(r, n, at.Line)
}

// see merges a sighting into its order. The order's origin is the row that brought its status as it stands; of several,
// or where no row has told one, that of the file received first.
func (m *merger) see(d *draft, s *monitor.Sighting, at monitor.Place) (existed, changed bool) {
	existed = d.sighted
	here := origin{m.file, at.Line}
	was, wasAt := d.Status, d.StatusAt
	d.See(s)
	d.sighted = true
	if now := coreOf(&d.Order); now != d.core || !existed {
		d.core, changed = now, true
	}
	brought := d.Status != was || !d.StatusAt.Equal(wasAt)
	if !existed || brought || (d.StatusAt.IsZero() || s.Status == d.Status && s.Updated.Equal(d.StatusAt)) && m.files.earlier(here, d.origin) {
		d.origin = here
	}
	lineNew, lineChanged := m.seeLine(d, s, here, at)
	if at.Digest != 0 && isSettled(s) {
		m.settling.add(at.Digest)
	}
	return existed && !lineNew, changed || lineChanged
}

// seeLine merges what a sighting states of a line. Without an id of its own, the n-th row of an order and product in a
// file is the n-th such line of the order: two equal rows are two lines, and the same two rows in another file are the
// same two lines.
func (m *merger) seeLine(d *draft, s *monitor.Sighting, here origin, place monitor.Place) (isNew, changed bool) {
	if s.Line.SKU == "" && s.Line.ItemID == "" && s.Line.ASIN == "" {
		return false, false
	}
	row := &m.row
	updated := unix(s.Updated)
	*row = line{Line: s.Line, newest: updated, said: saidAt(updated), origin: here, product: place.Product}
	if s.Parcel.ID != "" { // the row is of this part of the line only
		row.Quantity = 0
		m.parcel[0] = parcel{keyOf(s.Parcel), s.Line.Quantity}
		row.parcels = m.parcel[:]
	}
	if s.Line.ItemID == "" {
		row.n = m.nth.count(s.OrderID, productOf(&s.Line), place.Segment)
	}
	return d.seeLine(row, m.files.earlier)
}

// save writes what changed of an order and notes what it counts for now.
func (m *merger) save(d *draft) error {
	if len(d.Confirmations) > 0 { // otherwise nothing of the lines counts
		d.join()
	}
	now := derive(&d.Order, m.entries)
	m.entries = now.entries
	if d.sighted {
		if err := m.write(d, now); err != nil {
			return fmt.Errorf("write order %s: %w", orderID(d.number), err)
		}
	}
	m.tally.add(d.slice, d.before.entries, -1)
	m.tally.add(monitor.Slice{Marketplace: d.Marketplace, Channel: d.Channel}, now.entries, +1)
	return nil
}

func (m *merger) write(d *draft, now derived) error {
	texts := m.orders.sheaf.texts
	start := len(texts)
	texts, err := appendBody(texts, d.stored, &d.core, m.speller)
	if err != nil {
		return err
	}
	body := texts[start:len(texts):len(texts)]
	if d.row == 0 || !bytes.Equal(body, d.body) {
		m.resale.after(d, now.bought)
		if err := m.rehear(d.number); err != nil {
			return err
		}
	}
	if d.row == 0 {
		m.orders.sheaf.texts = texts
		if err := m.rows.add(d.number); err != nil {
			return err
		}
		return m.orders.add(d.number, now.bought, now.due, now.trouble, body)
	}
	// What is in an index is named only where it changed: SQLite would write the index again.
	changes := m.bodies
	switch was := d.before; {
	case was.bought != now.bought || was.due != now.due || was.trouble != now.trouble:
		changes = m.changes
	case bytes.Equal(body, d.body):
		return nil
	}
	start = len(changes.sheaf.texts)
	changes.sheaf.texts = append(changes.sheaf.texts, body...)
	body = changes.sheaf.texts[start:len(changes.sheaf.texts):len(changes.sheaf.texts)]
	if changes == m.bodies {
		return changes.add(body, d.row)
	}
	return changes.add(now.bought, now.due, now.trouble, body, d.row)
}

// Bounds of the new orders of a file that are looked up in other accounts, each in every one of them.
const (
	searches       = 20_000 // in all
	mostSearched   = 1000
	fewestSearched = 20
)

// otherBase is the base of another account.
type otherBase struct {
	orderParts
	name string
}

// searchElsewhere looks up new orders in other accounts: a file in the wrong folder has many there.
func (m *merger) searchElsewhere(ids []int64, have map[int64]*stored) error {
	var unknown []int64
	for _, id := range ids {
		if d := have[id]; (d == nil || d.row == 0) && m.toSearch > 0 {
			m.toSearch--
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	keys := make([]int64, len(unknown))
	for i, id := range unknown {
		keys[i] = orderKey(id)
	}
	slices.Sort(keys)
	err := perChunk(m.ctx, m.tx, "SELECT a.name FROM account a CROSS JOIN order_row r ON r.account = a.id WHERE a.id <> ? AND r.key", m.account, keys,
		func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			m.others[name]++
			return err
		})
	for i := 0; i < len(m.bases) && err == nil; i++ {
		_, err = findInParts(m.ctx, m.tx, []orderParts{m.bases[i].orderParts}, unknown, func(orderRow) { m.others[m.bases[i].name]++ })
	}
	if err != nil {
		return fmt.Errorf("look for its orders in other accounts: %w", err)
	}
	return nil
}

// elsewhere returns the account that knew most of the orders looked up, and how many; "" and 0: none did.
func (m *merger) elsewhere() (name string, orders int) {
	for _, n := range slices.Sorted(maps.Keys(m.others)) {
		if m.others[n] > orders {
			name, orders = n, m.others[n]
		}
	}
	return name, orders
}

// countedPairs bounds how many pairs of words a counter remembers twice over. Of rows that lie further apart in a file,
// it does not know that they are the same.
const countedPairs = 200_000

// counter counts how often a file had a pair of words so far.
type counter struct {
	seed        maphash.Seed
	recent, old map[uint64]uint8
}

func newCounter() counter { return counter{seed: maphash.MakeSeed(), recent: map[uint64]uint8{}} }

// count returns how often the pair came before in the same segment, at most 255.
func (c *counter) count(a, b string, segment int) int {
	var h maphash.Hash
	h.SetSeed(c.seed)
	_, _ = h.WriteString(a) // a maphash never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(b)
	_ = h.WriteByte(byte(segment))
	key := h.Sum64()
	n, ok := c.recent[key]
	if !ok {
		n = c.old[key]
	}
	if len(c.recent) >= countedPairs {
		c.old, c.recent = c.recent, map[uint64]uint8{}
	}
	c.recent[key] = n + min(1, 255-n)
	return int(n)
}
