package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"sync"

	"goodstanding/monitor"
)

// joinSold reads blocks and puts the days of each product together.
func (k *Snapshot) joinSold(ctx context.Context, first, last int64) ([]monitor.Sale, error) {
	// As texts: the driver copies them once, other values twice.
	bodies, done := make([]string, last-first+1), make([]bool, last-first+1)
	_, err := collect(ctx, k.tx, func(rows *sql.Rows) (struct{}, error) {
		var block int64
		var body string
		err := rows.Scan(&block, &body)
		if err == nil {
			bodies[block-first], done[block-first] = body, true
		}
		return struct{}{}, err
	}, "SELECT block, CAST(products AS TEXT) FROM sold WHERE account = ? AND block BETWEEN ? AND ?", k.id, first, last)
	if err != nil {
		return nil, err
	}
	j, ok := soldJoins.Get().(*soldJoin)
	if !ok {
		j = &soldJoin{}
	}
	defer func() {
		clear(j.products) // of texts that nobody else needs
		*j = soldJoin{j.products[:0], j.days[:0], j.runs[:0]}
		soldJoins.Put(j)
	}()
	for i, body := range bodies {
		block := first + int64(i)
		if !done[i] { // Settle has not been there
			products, err := k.reader(ctx, attachments{true, true, true}).sold(block)
			if err != nil {
				return nil, err
			}
			body = string(appendSold(products, block))
		}
		if err := j.add(body, block); err != nil {
			return nil, err
		}
	}
	return j.sales(), nil
}

// soldJoin merges blocks, the oldest first. The products of each block are in order, and mostly the same, so that a block
// costs about a comparison for each of its products, and its numbers.
type soldJoin struct {
	products []joinedProduct   // in order
	days     []monitor.SaleDay // of all blocks, as they were read
	runs     []dayRun
}

// soldJoins holds what is used again and again: the numbers of an account are many.
var soldJoins sync.Pool

// joinedProduct is a product of several blocks.
type joinedProduct struct {
	soldProduct        // without days
	names       string // its texts as they are written: the same for the same product
	days        int
	first, last int // of its runs
}

// dayRun is the days of a product in a block; next is the product's next run, 0: there is none.
type dayRun struct{ from, to, next int }

// add merges a block.
func (j *soldJoin) add(body string, block int64) error {
	r := soldReader{body: body}
	var fresh []joinedProduct
	if len(j.products) == 0 {
		fresh = j.products
	}
	at := 0
	for r.more() {
		p := joinedProduct{names: r.text()}
		run := dayRun{from: len(j.days)}
		r.days(j, block)
		if run.to = len(j.days); run.from == run.to {
			return errSold
		}
		i := len(j.runs)
		j.runs = append(j.runs, run)
		if at == len(j.products) || j.products[at].names != p.names {
			if p.soldProduct = readNames(p.names, &r); r.bad {
				break
			}
			for at < len(j.products) && compareSold(j.products[at].soldProduct, p.soldProduct) < 0 {
				at++
			}
		}
		if at < len(j.products) && j.products[at].names == p.names {
			had := &j.products[at]
			j.runs[had.last].next = i
			had.last, had.days = i, had.days+run.to-run.from
			at++
			continue
		}
		p.first, p.last, p.days = i, i, run.to-run.from
		fresh = append(fresh, p)
	}
	if r.bad {
		return errSold
	}
	j.products = mergeSold(j.products, fresh)
	return nil
}

// days reads the days of a product.
func (r *soldReader) days(j *soldJoin, block int64) {
	first := monitor.Day(block * blockDays) //nolint:gosec // was written from a day
	n := r.uvarint()
	days := j.days
	for ; n > 0 && r.at < len(r.body); n-- {
		b := r.body[r.at]
		r.at++
		d := monitor.SaleDay{Day: first + monitor.Day(b&(blockDays-1)), Orders: 1, Units: 1}
		if b&oneUnit == 0 {
			d.Orders, d.Units = int32(r.varint()), int32(r.varint()) //nolint:gosec // were written from such numbers
		}
		days = append(days, d)
	}
	j.days = days
	if n > 0 {
		r.fail()
	}
}

// readNames reads the texts of a product.
func readNames(names string, within *soldReader) soldProduct {
	r := soldReader{body: names}
	p := soldProduct{marketplace: monitor.Marketplace(r.text()), channel: monitor.Channel(r.text()), sku: r.text(), asin: r.text()}
	if r.bad || r.more() {
		within.fail()
	}
	return p
}

// mergeSold merges two lists that are in order and have no product in common.
func mergeSold(a, b []joinedProduct) []joinedProduct {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	all := make([]joinedProduct, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareSold(a[0].soldProduct, b[0].soldProduct) < 0 {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// sales returns the products with all their days.
func (j *soldJoin) sales() []monitor.Sale {
	days := make([]monitor.SaleDay, 0, len(j.days))
	all := make([]monitor.Sale, len(j.products))
	for i := range j.products {
		p := &j.products[i]
		from := len(days)
		for r := p.first; ; r = j.runs[r].next {
			days = append(days, j.days[j.runs[r].from:j.runs[r].to]...)
			if r == p.last {
				break
			}
		}
		all[i] = monitor.Sale{Marketplace: p.marketplace, Channel: p.channel, SKU: p.sku, ASIN: p.asin, Days: days[from:len(days):len(days)]}
	}
	return all
}

// soldReader reads the texts and numbers of a block. Its texts are parts of the block, which costs less than a text each; where it is
// is a number, which the collector need not be told.
type soldReader struct {
	body string
	at   int
	bad  bool
}

func (r *soldReader) fail() { r.at, r.bad = len(r.body), true }

// more says whether there is something left.
func (r *soldReader) more() bool { return r.at < len(r.body) }

func (r *soldReader) uvarint() uint64 {
	if r.at < len(r.body) && r.body[r.at] < 0x80 { // as most are
		r.at++
		return uint64(r.body[r.at-1])
	}
	v, n := binary.Uvarint([]byte(r.body[r.at:min(len(r.body), r.at+binary.MaxVarintLen64)]))
	if n <= 0 {
		r.fail()
		return 0
	}
	r.at += n
	return v
}

func (r *soldReader) varint() int64 {
	v := r.uvarint()
	return int64(v>>1) ^ -int64(v&1) //nolint:gosec // as binary.Varint
}

func (r *soldReader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.body)-r.at) { //nolint:gosec // not negative
		r.fail()
		return ""
	}
	t := r.body[r.at : r.at+int(n)] //nolint:gosec // it is there
	r.at += int(n)                  //nolint:gosec // as above
	return t
}
