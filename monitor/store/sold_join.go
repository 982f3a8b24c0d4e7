package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"sync"

	"goodstanding/monitor"
)

// trade is what was sold of each product in a range of blocks. Days stay as they are written: they are many, and are only summed.
type trade struct {
	first, last int64
	bodies      []string        // of blocks, the oldest first
	products    []tradedProduct // in the order of compareSold
	runs        []soldRun
}

// trades holds what is used again and again.
var trades = sync.Pool{New: func() any { return new(trade) }}

// tradedProduct is a product of several blocks.
type tradedProduct struct {
	soldProduct        // without days
	names       string // its texts as they are written: the same for the same product
	first, last int32  // of its runs
}

// soldRun is where the days of a product in a block are; next is the product's next run, 0: there is none.
type soldRun struct{ body, from, to, next int32 }

// readTrade reads blocks and puts the days of each product together.
func (k *Snapshot) readTrade(ctx context.Context, first, last int64) error {
	k.closeTrade()
	t, ok := trades.Get().(*trade)
	if !ok {
		t = &trade{}
	}
	k.trade = t
	t.first, t.last = first, last
	for range last - first + 1 {
		t.bodies = append(t.bodies, "")
	}
	done := make([]bool, len(t.bodies))
	// As texts: the driver copies them once, other values twice.
	_, err := collect(ctx, k.tx, func(rows *sql.Rows) (struct{}, error) {
		var block int64
		var body string
		err := rows.Scan(&block, &body)
		if err == nil {
			t.bodies[block-first], done[block-first] = body, true
		}
		return struct{}{}, err
	}, "SELECT block, CAST(products AS TEXT) FROM sold WHERE account = ? AND block BETWEEN ? AND ?", k.id, first, last)
	for i := 0; err == nil && i < len(t.bodies); i++ {
		if !done[i] { // Settle has not been there
			var products []soldProduct
			block := first + int64(i)
			if products, err = k.reader(ctx, attachments{true, true, true}).sold(block); err != nil {
				break
			}
			t.bodies[i] = string(appendSold(products, block))
		}
		err = t.add(i)
	}
	if err != nil {
		k.closeTrade()
	}
	return err
}

// closeTrade gives back what was read of sales.
func (k *Snapshot) closeTrade() {
	t := k.trade
	if t == nil {
		return
	}
	k.trade = nil
	clear(t.bodies)
	clear(t.products) // of texts that nobody else needs
	*t = trade{bodies: t.bodies[:0], products: t.products[:0], runs: t.runs[:0]}
	trades.Put(t)
}

// add merges a block. The products of each block are in order, and mostly the same as before, so that a block costs about a comparison
// for each.
func (t *trade) add(body int) error {
	r := soldReader{body: t.bodies[body]}
	var fresh []tradedProduct
	if len(t.products) == 0 {
		fresh = t.products
	}
	at := 0
	for r.more() {
		p := tradedProduct{names: r.text()}
		run := soldRun{body: int32(body)} //nolint:gosec // blocks are few
		if run.from, run.to = r.skipText(); run.from == run.to {
			return errSold
		}
		i := int32(len(t.runs)) //nolint:gosec // a body is no longer than that
		t.runs = append(t.runs, run)
		if at == len(t.products) || t.products[at].names != p.names {
			if p.soldProduct = readNames(p.names, &r); r.bad {
				break
			}
			for at < len(t.products) && compareSold(t.products[at].soldProduct, p.soldProduct) < 0 {
				at++
			}
		}
		if at < len(t.products) && t.products[at].names == p.names {
			had := &t.products[at]
			t.runs[had.last].next = i
			had.last = i
			at++
			continue
		}
		p.first, p.last = i, i
		fresh = append(fresh, p)
	}
	if r.bad {
		return errSold
	}
	t.products = mergeSold(t.products, fresh)
	return nil
}

// mergeSold merges two lists that are in order and have no product in common.
func mergeSold(a, b []tradedProduct) []tradedProduct {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	all := make([]tradedProduct, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareSold(a[0].soldProduct, b[0].soldProduct) < 0 {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// sum adds what was ordered of a product from a day to another. Steps go back from the day last.
func (t *trade) sum(s *monitor.Sale, p *tradedProduct, from, to, last, step monitor.Day) error {
	for i := p.first; ; i = t.runs[i].next {
		run := t.runs[i]
		block := t.first + int64(run.body)
		if first := monitor.Day(block * blockDays); first <= to && first+blockDays > from { //nolint:gosec // was written from a day
			r := soldReader{body: t.bodies[run.body]}
			for days := (soldDays{first, t.bodies[run.body][run.from:run.to], 0}); days.more(); {
				d := days.next(&r)
				if d.day < from || d.day > to {
					continue
				}
				if s.Orders == 0 {
					s.First = d.day
				}
				s.Last = d.day
				s.Orders, s.Units = s.Orders+int(d.orders), s.Units+int(d.units)
				if len(s.Steps) > 0 {
					s.Steps[(last-d.day)/step] += d.orders
				}
			}
			if r.bad {
				return errSold
			}
		}
		if i == p.last {
			return nil
		}
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

// soldDays reads the days of a product in a block, which begins with the day first.
type soldDays struct {
	first monitor.Day
	days  string
	at    int
}

// more says whether there is another day.
func (d *soldDays) more() bool { return d.at < len(d.days) }

// next reads it. What is damaged is noted in the reader of the block.
func (d *soldDays) next(within *soldReader) soldDay {
	b := d.days[d.at]
	d.at++
	day := soldDay{d.first + monitor.Day(b&(blockDays-1)), 1, 1}
	if b&oneUnit == 0 {
		r := soldReader{body: d.days, at: d.at}
		day.orders, day.units = int32(r.varint()), int32(r.varint()) //nolint:gosec // were written from such numbers
		if d.at = r.at; r.bad {
			within.fail()
		}
	}
	return day
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

// skipText returns where a text is.
func (r *soldReader) skipText() (from, to int32) {
	n := r.uvarint()
	if n > uint64(len(r.body)-r.at) { //nolint:gosec // not negative
		r.fail()
		return 0, 0
	}
	from = int32(r.at)       //nolint:gosec // a value of SQLite is no longer than that
	r.at += int(n)           //nolint:gosec // it is there
	return from, int32(r.at) //nolint:gosec // as above
}

func (r *soldReader) text() string {
	from, to := r.skipText()
	return r.body[from:to]
}

// days reads the days of a product in a block.
func (r *soldReader) days(block int64) soldDays {
	return soldDays{monitor.Day(block * blockDays), r.text(), 0} //nolint:gosec // was written from a day
}
