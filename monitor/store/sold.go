package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
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

// sold sums the orders of a block of days.
func (r *orderReader) sold(block int64) ([]soldProduct, error) {
	sums := map[soldName]map[monitor.Day]soldSum{}
	first := monitor.Day(block * blockDays)
	var entries []soldEntry
	err := r.sweep(func(d *stored) error {
		if entries = d.appendSales(entries[:0]); len(entries) == 0 {
			return nil
		}
		day := monitor.DayOf(d.Purchased, d.Marketplace.Clock())
		for _, e := range entries {
			if sums[e.soldName] == nil {
				sums[e.soldName] = map[monitor.Day]soldSum{}
			}
			s := sums[e.soldName][day]
			sums[e.soldName][day] = soldSum{s.orders + 1, s.units + e.units}
		}
		return nil
	}, "SELECT "+rowColumns+" FROM orders INDEXED BY orders_bought WHERE account = ? AND bought_day <> 0 AND bought_day BETWEEN ? AND ?", r.account, int64(first), int64(first)+blockDays-1)
	if err != nil {
		return nil, err
	}
	products := make([]soldProduct, 0, len(sums))
	for p, days := range sums {
		sold := soldProduct{p.marketplace, p.channel, p.sku, p.asin, nil}
		for _, day := range slices.Sorted(maps.Keys(days)) {
			sold.days = append(sold.days, soldDay{day, days[day].orders, days[day].units})
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
