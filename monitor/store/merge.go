package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// batchOrders is how many orders are read, merged and written at a time.
const batchOrders = 500

// batchRows bounds a batch in which few orders have very many rows.
const batchRows = 20 * batchOrders

// lineMemory bounds how many order lines of one file are remembered to tell a second real line with the same SKU from
// the same line seen twice. Beyond it, only neighbouring rows are told apart.
const lineMemory = 1_000_000

// merger merges the facts of one file into the database, in batches.
type merger struct {
	// ctx is not cancelled within a batch: the driver would start a goroutine for every row that it steps to. stop is
	// looked at between batches.
	ctx     context.Context
	stop    context.Context
	tx      prepared
	account int64
	file    int64 // id of its import row

	batch  []row
	ids    []string
	inIDs  map[string]bool
	tally  map[tallyKey]int
	seen   map[uint64]uint8 // how many rows with this order and SKU the file had so far
	seed   maphash.Seed
	orders *inserter
	lines  *inserter

	read, fresh, changed int
}

// tallyKey is a row of the tally table, account aside.
type tallyKey struct {
	slice   monitor.Slice
	anchor  monitor.Day
	measure monitor.Measure
	known   monitor.Day
}

func newMerger(ctx context.Context, tx *sql.Tx, account, file int64) *merger {
	return &merger{
		ctx: context.WithoutCancel(ctx), stop: ctx, tx: prepared{tx, map[string]*sql.Stmt{}}, account: account, file: file,
		inIDs: map[string]bool{}, tally: map[tallyKey]int{}, seen: map[uint64]uint8{}, seed: maphash.MakeSeed(),
		orders: &inserter{table: "orders", columns: "account, id, " + orderColumns + ", import, file_line", key: "account, id"},
		lines: &inserter{table: "line", columns: "account, id, sku, n, item_id, asin, title, quantity, status, price, currency, updated, import, file_line",
			key: "account, id, sku, n"},
	}
}

func (m *merger) close() error {
	return errors.Join(m.orders.close(), m.lines.close(), m.tx.close())
}

// row is a fact and where in the file it stands.
type row struct {
	fact    monitor.Fact
	line    int
	segment int
}

// add takes one fact and merges a batch when it is full.
func (m *merger) add(at monitor.Place, f monitor.Fact) error {
	line, segment := at.Line, at.Segment
	var id string
	switch f := f.(type) {
	case monitor.Sighting:
		id = f.OrderID
	case monitor.Confirmation:
		id = f.OrderID
	case monitor.Feedback:
		id = f.OrderID
	case monitor.Claim:
		id = f.OrderID
	case monitor.AccountRecord:
		m.read++
		return m.addAccount(f, line)
	case monitor.Record:
		m.read++
		return m.addRecord(f, line, segment)
	default:
		return fmt.Errorf("the store cannot keep a %T", f)
	}
	m.read++
	if len(m.batch) >= batchRows || len(m.ids) == batchOrders && !m.inIDs[id] {
		if err := m.flush(); err != nil {
			return err
		}
	}
	if !m.inIDs[id] {
		m.inIDs[id] = true
		m.ids = append(m.ids, id)
	}
	m.batch = append(m.batch, row{f, line, segment})
	return nil
}

// draft is an order while a batch is merged.
type draft struct {
	stored
	before  orderRow
	entries []monitor.Entry // what it counted for before
	line    int             // of the file, which changed it last
	old     []monitor.Line
	oldKeys []lineKey
}

// flush merges the batch: read what is there, merge in memory, write what differs, and note the difference in tallies.
func (m *merger) flush() error {
	if len(m.ids) == 0 {
		return nil
	}
	if err := m.stop.Err(); err != nil {
		return err
	}
	have, err := loadOrders(m.ctx, m.tx, m.account, m.ids)
	if err != nil {
		return err
	}
	drafts := make(map[string]*draft, len(m.ids))
	for _, id := range m.ids {
		d := &draft{}
		if o := have[id]; o != nil {
			d.stored = *o
			d.old, d.oldKeys = slices.Clone(o.Lines), slices.Clone(o.keys)
			d.entries = o.Entries()
			d.before = rowOf(&d.Order)
		}
		d.ID = id
		drafts[id] = d
	}
	for _, r := range m.batch {
		if err := m.apply(drafts, r); err != nil {
			return err
		}
	}
	for _, id := range m.ids {
		if err := m.save(drafts[id]); err != nil {
			return err
		}
	}
	clear(m.inIDs)
	m.ids, m.batch = m.ids[:0], m.batch[:0]
	return errors.Join(m.orders.flush(m.ctx, m.tx), m.lines.flush(m.ctx, m.tx))
}

// apply merges one fact into its order.
func (m *merger) apply(drafts map[string]*draft, r row) error {
	var changed, existed bool
	var err error
	switch f := r.fact.(type) {
	case monitor.Sighting:
		d := drafts[f.OrderID]
		existed = d.exists
		before := rowOf(&d.Order)
		d.See(f)
		d.exists = true
		lineNew, lineChanged := m.seeLine(d, f, r)
		existed = existed && !lineNew
		orderChanged := rowOf(&d.Order) != before
		changed = lineChanged || orderChanged
		if orderChanged {
			d.line = r.line
		}
	case monitor.Confirmation:
		existed, changed, err = m.addConfirmation(drafts[f.OrderID], f, r.line)
	case monitor.Feedback:
		existed, changed, err = m.addFeedback(drafts[f.OrderID], f, r.line)
	case monitor.Claim:
		existed, changed, err = m.addClaim(drafts[f.OrderID], f, r.line)
	}
	m.count(existed, changed)
	return err
}

func (m *merger) count(existed, changed bool) {
	if !existed {
		m.fresh++
	} else if changed {
		m.changed++
	}
}

// seeLine finds the line that a sighting is about and merges it. Without a line id, the n-th row of an order and SKU in
// a file is the n-th such line of the order: two equal rows are two lines, and the same two rows in another file are
// the same two lines.
func (m *merger) seeLine(d *draft, s monitor.Sighting, r row) (isNew, changed bool) {
	if s.Line.SKU == "" && s.Line.ItemID == "" && s.Line.ASIN == "" {
		return false, false
	}
	at, ordinal := -1, m.ordinal(s, r.segment)
	free, same := -1, 0
	for i, l := range d.Lines {
		if l.SKU != s.Line.SKU {
			continue
		}
		if s.Line.ItemID != "" && l.ItemID == s.Line.ItemID {
			at = i
			break
		}
		if l.ItemID == "" && free < 0 {
			free = i
		}
		if s.Line.ItemID == "" && d.keys[i].n == ordinal {
			at = i
		}
		same++
	}
	if at < 0 && s.Line.ItemID != "" {
		at = free // the line was known without its id so far
	}
	if at < 0 {
		d.Lines = append(d.Lines, s.Line)
		d.keys = append(d.keys, lineKey{n: same, updated: unix(s.Updated), line: r.line})
		return true, true
	}
	said := unix(s.Updated)
	changed = d.Lines[at].SeeLine(s.Line, cmp.Compare(said, d.keys[at].updated))
	d.keys[at].updated = max(said, d.keys[at].updated)
	if changed {
		d.keys[at].line = r.line
	}
	return false, changed
}

// ordinal counts the rows of the same order and SKU that the file had before this one. Rows that carry their line id do
// not need it.
func (m *merger) ordinal(s monitor.Sighting, segment int) int {
	if s.Line.ItemID != "" {
		return 0
	}
	return m.nth(s.OrderID, s.Line.SKU, segment)
}

// nth counts how often the file had a pair of words before, in the same segment.
func (m *merger) nth(a, b string, segment int) int {
	var h maphash.Hash
	h.SetSeed(m.seed)
	_, _ = h.WriteString(a) // a maphash never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(b)
	_ = h.WriteByte(byte(segment))
	key := h.Sum64()
	if len(m.seen) >= lineMemory {
		clear(m.seen)
	}
	n := m.seen[key]
	if n < 255 {
		m.seen[key] = n + 1
	}
	return int(n)
}

// save writes what changed of an order and notes what it counts for now.
func (m *merger) save(d *draft) error {
	row := rowOf(&d.Order)
	if d.exists && row != d.before {
		if err := m.orders.add(m.ctx, m.tx, row.values(m.account, d.ID, m.file, d.line)); err != nil {
			return fmt.Errorf("write orders: %w", err)
		}
	}
	for i, l := range d.Lines {
		if i < len(d.old) && l == d.old[i] && d.keys[i] == d.oldKeys[i] {
			continue
		}
		err := m.lines.add(m.ctx, m.tx, []any{m.account, d.ID, l.SKU, d.keys[i].n, l.ItemID, l.ASIN, l.Title, l.Quantity,
			string(l.Status), l.Price, l.Currency, d.keys[i].updated, m.file, d.keys[i].line})
		if err != nil {
			return fmt.Errorf("write order lines: %w", err)
		}
	}
	m.note(monitor.Slice{Marketplace: monitor.Marketplace(d.before.marketplace), Channel: monitor.Channel(d.before.channel)}, d.entries, -1)
	m.note(monitor.Slice{Marketplace: d.Marketplace, Channel: d.Channel}, d.Entries(), +1)
	return nil
}

// note adds entries to the tallies, or takes them out again.
func (m *merger) note(s monitor.Slice, entries []monitor.Entry, sign int) {
	addEntries(m.tally, s, entries, sign)
}

func addEntries(tally map[tallyKey]int, s monitor.Slice, entries []monitor.Entry, sign int) {
	clock := s.Marketplace.Clock()
	for _, e := range entries {
		k := tallyKey{s, e.Anchor, e.Measure, monitor.DayOf(e.Known, clock)}
		tally[k] += sign * e.N
		if tally[k] == 0 {
			delete(tally, k)
		}
	}
}

// finish merges the last batch and writes the tallies.
func (m *merger) finish() error {
	if err := m.flush(); err != nil {
		return err
	}
	if err := m.writeTallies(); err != nil {
		return err
	}
	if _, err := m.tx.ExecContext(m.ctx, "DELETE FROM tally WHERE account = ? AND n = 0", m.account); err != nil {
		return fmt.Errorf("clear empty tallies: %w", err)
	}
	return nil
}

// writeTallies adds what the file changed to the tallies.
func (m *merger) writeTallies() (err error) {
	stmt, err := m.tx.PrepareContext(m.ctx, `INSERT INTO tally (account, marketplace, channel, anchor, measure, known, n)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`)
	if err != nil {
		return fmt.Errorf("prepare tallies: %w", err)
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for k, n := range m.tally {
		_, err := stmt.ExecContext(m.ctx, m.account, string(k.slice.Marketplace), string(k.slice.Channel), int64(k.anchor),
			string(k.measure), int64(k.known), n)
		if err != nil {
			return fmt.Errorf("write tallies: %w", err)
		}
	}
	return nil
}

// inserter writes rows of one table, many a statement.
type inserter struct {
	table, columns, key string

	width int
	args  []any
	stmt  *sql.Stmt // of insertRows rows
}

// insertRows is how many rows one statement writes.
const insertRows = 50

// text returns the statement for n rows. The newer row wins in every column: rows were merged before.
func (w *inserter) text(n int) string {
	columns := strings.Split(w.columns, ",")
	w.width = len(columns)
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", w.width), ",") + ")"
	set := make([]string, 0, len(columns))
	for _, c := range columns {
		c = strings.TrimSpace(c)
		set = append(set, c+" = excluded."+c)
	}
	return "INSERT INTO " + w.table + " (" + w.columns + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+",", n), ",") +
		" ON CONFLICT (" + w.key + ") DO UPDATE SET " + strings.Join(set, ", ")
}

func (w *inserter) add(ctx context.Context, tx prepared, values []any) (err error) {
	if w.stmt == nil {
		if w.stmt, err = tx.PrepareContext(ctx, w.text(insertRows)); err != nil {
			return err
		}
	}
	w.args = append(w.args, values...)
	if len(w.args) < insertRows*w.width {
		return nil
	}
	_, err = w.stmt.ExecContext(ctx, w.args...)
	w.args = w.args[:0]
	return err
}

// flush writes the rows that do not fill a statement.
func (w *inserter) flush(ctx context.Context, tx prepared) error {
	if len(w.args) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, w.text(len(w.args)/w.width), w.args...)
	w.args = w.args[:0]
	if err != nil {
		return fmt.Errorf("write %s: %w", w.table, err)
	}
	return nil
}

func (w *inserter) close() error {
	if w.stmt == nil {
		return nil
	}
	return w.stmt.Close()
}
