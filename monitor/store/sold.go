package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// settledDays is for how many days back Settle keeps sums: the year for which Amazon asks for invoices, and its blocks' rest.
const settledDays = 400

// soldProduct is what was ordered of a product in the days of a block.
type soldProduct struct {
	marketplace monitor.Marketplace
	channel     monitor.Channel
	sku, asin   string
	days        []soldDay // in order
}

// soldDay is what was ordered of a product on a day of the marketplace's clock.
type soldDay struct {
	day           monitor.Day
	orders, units int32
}

// Settle prepares what the checks of an account read: it sums what was sold in those of the last 400 days of which there are no
// sums, which imports keep from then on, and reads what buyers said if an import has brought something of it, and puts together what every round asks. Without it the answers are the same, and cost the
// orders instead of the days.
func (s *Store) Settle(ctx context.Context, name string, at time.Time) error {
	today := monitor.DayOf(at, time.UTC) + 1
	if ready, err := s.isPrepared(ctx, name, today); err != nil || ready {
		return err
	}
	first, last := blockOf(today-settledDays), blockOf(today)
	return s.inTx(ctx, "prepare what the checks of "+name+" read", func(tx *sql.Tx) error {
		var id int64
		var heard bool
		err := tx.QueryRowContext(ctx, "SELECT id, ?2 = '' OR EXISTS (SELECT 1 FROM heard WHERE account = id AND reader = ?2 AND from_day <= ?3) FROM account WHERE name = ?1",
			name, s.CausesID, int64(today-settledDays)).Scan(&id, &heard)
		if err != nil {
			return fmt.Errorf("look for what is kept of complaints: %w", err)
		}
		done, err := collect(ctx, tx, func(rows *sql.Rows) (block int64, err error) { return block, rows.Scan(&block) },
			"SELECT block FROM sold WHERE account = ? AND block BETWEEN ? AND ?", id, first, last)
		if err != nil {
			return fmt.Errorf("look for sums of what was sold: %w", err)
		}
		reader := &orderReader{ctx: ctx, q: tx, words: s.words, account: id, bare: attachments{true, true, true}} // it adds no words
		for block := first; block <= last; block++ {
			if slices.Contains(done, block) {
				continue
			}
			products, err := reader.sold(block)
			if err != nil {
				return err
			}
			if _, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO sold (account, block, products) VALUES (?, ?, ?)", id, block, appendSold(products, block)); err != nil {
				return err
			}
		}
		if !heard {
			if err := s.hear(ctx, tx, id, today-settledDays); err != nil {
				return err
			}
		}
		return s.prepare(ctx, tx, name, at)
	})
}

// soldIDs is what a product is told apart by, texts by id.
type soldIDs struct{ marketplace, channel, sku, asin uint64 }

// soldCount sums the orders of a block of days.
type soldCount struct {
	*orderReader
	places  map[soldIDs]int      // of a product in days
	days    [][blockDays]soldSum // of each product
	others  map[soldOn]soldSum   // of orders whose lines must be joined first
	goods   []soldIDs            // of one order
	units   []int32              // of each of these
	whole   stored               // one order with its lines
	entries []soldEntry
}

// sold sums the orders of a block of days. A day of orders is one row, of which the numbers are read: see Shares.
func (r *orderReader) sold(block int64) ([]soldProduct, error) {
	c := soldCount{orderReader: r, places: map[soldIDs]int{}, others: map[soldOn]soldSum{}}
	first := monitor.Day(block * blockDays)
	_, err := collect(r.ctx, r.q, func(rows *sql.Rows) (none struct{}, err error) {
		var day monitor.Day
		var bodies sql.RawBytes
		if err := rows.Scan(&day, &bodies); err != nil {
			return none, err
		}
		return none, c.add(day, bodies)
	}, `SELECT bought_day, CAST(group_concat(body, '') AS BLOB) FROM orders INDEXED BY orders_bought
		WHERE account = ? AND bought_day <> 0 AND bought_day BETWEEN ? AND ? GROUP BY bought_day`, r.account, int64(first), int64(first)+blockDays-1)
	if err != nil {
		return nil, fmt.Errorf("sum orders: %w", err)
	}
	return c.products(first)
}

// add adds the orders of a day, whose bodies follow each other.
func (c *soldCount) add(day monitor.Day, bodies []byte) error {
	var o outline
	for r := (bodyReader{rest: bodies}); len(r.rest) > 0; {
		body := r.rest
		if err := o.read(&r); err != nil {
			return fmt.Errorf("an order: %w", err)
		}
		status, err := c.word(int64(o.status)) //nolint:gosec // a row id
		if err != nil {
			return err
		}
		if status == string(monitor.Cancelled) || status == string(monitor.Pending) && o.marks&markReleased == 0 {
			continue
		}
		if o.joins() {
			err = c.addWhole(day, body[:len(body)-len(r.rest)])
		} else {
			err = c.addLines(day, &o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// joins says whether lines of the order are joined with others, or with parcels, before anybody sees them.
func (o *outline) joins() bool {
	for _, l := range o.lines {
		if l.parcels || l.named != o.lines[0].named {
			return true
		}
	}
	return false
}

// addWhole adds an order as it is read everywhere else.
func (c *soldCount) addWhole(day monitor.Day, body []byte) error {
	c.whole = stored{Order: monitor.Order{Lines: c.whole.Lines[:0]}, lines: c.whole.lines[:0]}
	if err := readBody(&c.whole, "", body, c.word); err != nil {
		return err
	}
	c.entries = c.whole.appendSales(c.entries[:0])
	for _, e := range c.entries {
		on := soldOn{e.soldName, day}
		s := c.others[on]
		c.others[on] = soldSum{s.orders + 1, s.units + e.units}
	}
	return nil
}

// addLines adds an order by its lines, each product once: see appendSales.
func (c *soldCount) addLines(day monitor.Day, o *outline) error {
	c.goods, c.units = c.goods[:0], c.units[:0]
	for _, l := range o.lines {
		status, err := c.word(int64(l.status)) //nolint:gosec // a row id
		if err != nil {
			return err
		}
		if status == string(monitor.Cancelled) || l.sku == 0 && l.asin == 0 {
			continue
		}
		p := soldIDs{o.marketplace, o.channel, l.sku, l.asin}
		at := slices.Index(c.goods, p)
		if at < 0 {
			at = len(c.goods)
			c.goods, c.units = append(c.goods, p), append(c.units, 0)
		}
		c.units[at] += int32(max(l.quantity, 0)) //nolint:gosec // of a line
	}
	for i, p := range c.goods {
		at, ok := c.places[p]
		if !ok {
			at = len(c.days)
			c.places[p] = at
			c.days = append(c.days, [blockDays]soldSum{})
		}
		sum := &c.days[at][day&(blockDays-1)]
		sum.orders, sum.units = sum.orders+1, sum.units+c.units[i]
	}
	return nil
}

// products returns the sums, in order.
func (c *soldCount) products(first monitor.Day) ([]soldProduct, error) {
	names := map[soldName]*[blockDays]soldSum{}
	for p, at := range c.places {
		var texts [4]string
		for i, id := range [...]uint64{p.marketplace, p.channel, p.sku, p.asin} {
			var err error
			if texts[i], err = c.word(int64(id)); err != nil { //nolint:gosec // a row id
				return nil, err
			}
		}
		name := soldName{monitor.Marketplace(texts[0]), monitor.Channel(texts[1]), texts[2], texts[3]}
		if had := names[name]; had != nil { // a text with two ids
			for i, d := range c.days[at] {
				had[i].orders, had[i].units = had[i].orders+d.orders, had[i].units+d.units
			}
			continue
		}
		names[name] = &c.days[at]
	}
	for on, s := range c.others {
		days := names[on.soldName]
		if days == nil {
			days = &[blockDays]soldSum{}
			names[on.soldName] = days
		}
		sum := &days[on.day&(blockDays-1)]
		sum.orders, sum.units = sum.orders+s.orders, sum.units+s.units
	}
	products := make([]soldProduct, 0, len(names))
	for p, days := range names {
		sold := soldProduct{p.marketplace, p.channel, p.sku, p.asin, nil}
		for i, d := range days {
			if d.orders > 0 {
				sold.days = append(sold.days, soldDay{first + monitor.Day(i), d.orders, d.units}) //nolint:gosec // below 32
			}
		}
		products = append(products, sold)
	}
	slices.SortFunc(products, compareSold)
	return products, nil
}

func compareSold(a, b soldProduct) int {
	return cmp.Or(cmp.Compare(a.marketplace, b.marketplace), cmp.Compare(a.channel, b.channel), cmp.Compare(a.sku, b.sku), cmp.Compare(a.asin, b.asin))
}

// appendSold writes the products of a block by marketplace and channel: these, how many products there are, then for each its SKU
// and ASIN, as one text, its orders and units of all days, as varints, and its days, as a text: the place of each in the block
// and, where it is not one order of one unit, the orders and the units.
func appendSold(products []soldProduct, block int64) []byte {
	b, part := []byte{}, []byte(nil)
	for i, p := range products {
		if i == 0 || p.slice() != products[i-1].slice() {
			n := 1
			for i+n < len(products) && products[i+n].slice() == p.slice() {
				n++
			}
			b = appendText(appendText(b, string(p.marketplace)), string(p.channel))
			b = binary.AppendUvarint(b, uint64(n)) //nolint:gosec // not negative
		}
		part = appendText(appendText(part[:0], p.sku), p.asin)
		b = appendText(b, string(part))
		part = part[:0]
		var orders, units int32
		for _, d := range p.days {
			orders, units = orders+d.orders, units+d.units
			day := byte(int64(d.day) - block*blockDays) //nolint:gosec // 0 to 31
			if d.orders == 1 && d.units == 1 {
				part = append(part, day|oneUnit)
				continue
			}
			part = append(part, day)
			part = binary.AppendVarint(part, int64(d.orders))
			part = binary.AppendVarint(part, int64(d.units))
		}
		b = binary.AppendVarint(b, int64(orders))
		b = binary.AppendVarint(b, int64(units))
		b = appendText(b, string(part))
	}
	return b
}

// slice returns where the product is sold.
func (p *soldProduct) slice() monitor.Slice {
	return monitor.Slice{Marketplace: p.marketplace, Channel: p.channel}
}

// oneUnit marks a day with one order of one unit, as most are.
const oneUnit = blockDays

var errSold = errors.New("a row of sold is damaged: restore the database from a backup, or delete all rows of that table")

// readSold reads the products of a block.
func readSold(body string, block int64) (products []soldProduct, err error) {
	r := soldReader{body: body}
	for r.more() {
		of := r.slice()
		for n := r.uvarint(); n > 0 && !r.bad; n-- {
			p := r.product(of, r.text())
			r.varint()
			r.varint()
			for days := r.days(block); days.more(); {
				p.days = append(p.days, days.next(&r))
			}
			if len(p.days) == 0 {
				r.fail()
			}
			products = append(products, p)
		}
	}
	if r.bad {
		return nil, errSold
	}
	return products, nil
}

// Sales calls take for each product that was ordered within from..to, by marketplace, channel, SKU and ASIN, with the orders of
// each step of so many days; 0: without steps. What take is given is used again when it returns, the texts aside.
func (k *Snapshot) Sales(ctx context.Context, from, to, step monitor.Day, take func(*monitor.Sale)) error {
	today := monitor.DayOf(k.at, time.UTC) + 1 // somewhere it is tomorrow
	first, last := min(blockOf(from), blockOf(today-settledDays)), max(blockOf(to), blockOf(today))
	if k.trade == nil || first < k.trade.first || last > k.trade.last {
		if err := k.readTrade(ctx, first, last); err != nil {
			return fmt.Errorf("read what was sold: %w", err)
		}
	}
	var s monitor.Sale
	if step > 0 {
		s.Steps = make([]int32, max(to-from, 0)/step+1)
	}
	var of monitor.Marketplace
	end := min(to, monitor.DayOf(k.at, of.Clock()))
	for i := range k.trade.products {
		p := &k.trade.products[i]
		if p.marketplace != of {
			of = p.marketplace
			end = min(to, monitor.DayOf(k.at, of.Clock()))
		}
		s = monitor.Sale{Marketplace: p.marketplace, Channel: p.channel, SKU: p.sku, ASIN: p.asin, Steps: s.Steps}
		clear(s.Steps)
		if err := k.trade.sum(&s, p, from, end, to, step); err != nil {
			return fmt.Errorf("read what was sold: %w", err)
		}
		if s.Orders > 0 {
			take(&s)
		}
	}
	return nil
}

// soldIn returns the products of a block: as summed, or from the orders where Settle has not been.
func soldIn(ctx context.Context, q querier, words *dictionary, account, block int64) ([]soldProduct, error) {
	var body string
	err := q.QueryRowContext(ctx, "SELECT products FROM sold WHERE account = ? AND block = ?", account, block).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return (&orderReader{ctx: ctx, q: q, words: words, account: account, bare: attachments{true, true, true}}).sold(block)
	case err != nil:
		return nil, err
	}
	return readSold(body, block)
}
