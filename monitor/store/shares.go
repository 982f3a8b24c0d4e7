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

// Shares counts the orders of a window by SKU, ship service, warehouse and weekday of the anchor, and by that of the purchase
// where it is another. The measure is monitor.Due (by ship-by day) or monitor.Ordered (by day of purchase).
func (k *Snapshot) Shares(ctx context.Context, q monitor.OrderQuery) ([]monitor.Share, error) {
	column, index := "bought_day", byBought
	switch q.Measure {
	case monitor.Due:
		column, index = "due_day", byDue
	case monitor.Ordered:
	default:
		return nil, fmt.Errorf("count shares: %q is no measure of all orders", q.Measure)
	}
	c := shareCount{Snapshot: k, reader: k.reader(ctx, attachments{}), query: q, clock: q.Slice.Marketplace.Clock(), services: map[uint64]int{}, places: map[uint64]int{}, skus: map[uint64]int{}}
	// The bodies of a day come as one value: a window has thousands, and the steps from row to row would cost more than reading them.
	_, err := collect(ctx, k.tx, func(rows *sql.Rows) (none struct{}, err error) {
		var bodies sql.RawBytes
		if err := rows.Scan(&bodies); err != nil {
			return none, err
		}
		return none, c.add(bodies)
	}, "SELECT CAST(group_concat(body, '') AS BLOB) FROM orders INDEXED BY "+index+" WHERE account = ? AND "+column+" <> 0 AND "+column+" BETWEEN ? AND ? GROUP BY "+column,
		k.id, int64(q.From), int64(q.To))
	if err != nil {
		return nil, fmt.Errorf("count shares: %w", err)
	}
	return c.shares()
}

// shareCount counts orders by the words that they have in common.
type shareCount struct {
	*Snapshot
	reader                 *orderReader
	query                  monitor.OrderQuery
	clock                  *time.Location
	one                    outline
	services, places, skus map[uint64]int
	anchored, bought       [7]int // by weekday
	err                    error  // of word
}

// word returns a word.
func (c *shareCount) word(id uint64) string {
	text, err := c.reader.word(int64(id)) //nolint:gosec // a row id
	c.err = errors.Join(c.err, err)
	return text
}

// add counts the orders of bodies that follow each other.
func (c *shareCount) add(bodies []byte) error {
	r := bodyReader{rest: bodies}
	for o := &c.one; len(r.rest) > 0; {
		if err := o.read(&r); err != nil {
			return fmt.Errorf("an order: %w", err)
		}
		marketplace, channel, status := c.word(o.marketplace), c.word(o.channel), c.word(o.status)
		if c.err != nil {
			return c.err
		}
		cancelled := o.times[cancelledAt]
		switch {
		case marketplace != string(c.query.Slice.Marketplace), channel != string(c.query.Slice.Channel):
			continue
		case o.purchased > c.at.Unix(), status == string(monitor.Pending) && o.marks&markReleased == 0:
			continue
		case c.query.Measure == monitor.Due && status == string(monitor.Cancelled) && cancelled != 0 && cancelled <= c.at.Unix(): // it is not in the rate
			continue
		}
		c.services[o.service]++
		c.places[o.place]++
		day := monitor.DayOf(instant(o.purchased), c.clock)
		if c.query.Measure == monitor.Due { // the other measure is anchored on the purchase
			c.bought[day.Weekday()]++
			day = monitor.DayOf(instant(o.times[shipByAt]), c.clock)
		}
		c.anchored[day.Weekday()]++
		for i, sku := range o.skus {
			if !slices.Contains(o.skus[:i], sku) {
				c.skus[sku]++
			}
		}
	}
	return nil
}

// shares returns what was counted, by kind and name.
func (c *shareCount) shares() ([]monitor.Share, error) {
	all := make([]monitor.Share, 0, len(c.services)+len(c.places)+len(c.skus)+len(c.anchored)+len(c.bought))
	for _, of := range [...]struct {
		kind   string
		counts map[uint64]int
	}{{"ship service", c.services}, {"ship from", c.places}, {"SKU", c.skus}} {
		for id, n := range of.counts {
			all = append(all, monitor.Share{Kind: of.kind, Name: c.word(id), Orders: n})
		}
	}
	for _, of := range [...]struct {
		kind   string
		counts *[7]int
	}{{"weekday", &c.anchored}, {"order weekday", &c.bought}} {
		for day, n := range of.counts {
			if n > 0 {
				all = append(all, monitor.Share{Kind: of.kind, Name: time.Weekday(day).String(), Orders: n})
			}
		}
	}
	slices.SortFunc(all, func(a, b monitor.Share) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) })
	return all, c.err
}

// outline is an order's body without most of its lines. Nothing is made of the rest.
type outline struct {
	bodyHead
	lines []outlined
	skus  []uint64 // of its lines that have one, by id
}

// outlined is what of a line is counted; texts by id.
type outlined struct {
	sku, asin, status uint64
	quantity          int
	parcels           bool // it has some, which may say more than the quantity
	named             bool // it has an id
}

// read reads an outline into room that is used again. What the reader has left is the next order.
func (o *outline) read(r *bodyReader) error {
	*o = outline{r.head(), o.lines[:0], o.skus[:0]}
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		l := r.outlined()
		o.lines = append(o.lines, l)
		if l.sku != 0 {
			o.skus = append(o.skus, l.sku)
		}
	}
	return r.err
}

// outlined reads a line, see line.
func (r *bodyReader) outlined() outlined {
	l := outlined{sku: r.uvarint(), asin: r.uvarint(), quantity: 1}
	r.uvarint() // title
	l.status = r.uvarint()
	r.uvarint() // currency
	marks := r.byte()
	skip := func(mark byte) {
		if marks&mark != 0 {
			r.uvarint()
		}
	}
	skip(lineIsNth)
	if marks&lineUnits != 0 {
		var parcels []parcel
		l.quantity, parcels = r.units()
		l.parcels = len(parcels) > 0
	}
	l.named = r.uvarint() != 0 || len(r.skipText()) > 0
	if r.uvarint() == 0 { // price
		r.skipText()
	}
	if marks&lineExtra != 0 {
		r.skipText()
	}
	skip(lineAge)
	skip(lineElsewhere)
	r.uvarint()
	if marks&lineOlder != 0 {
		for older := r.byte(); older != 0; older &= older - 1 {
			r.uvarint()
		}
	}
	return l
}
