package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"slices"
	"sync"

	"goodstanding/monitor"
)

// trade is what was sold of each product in a range of blocks. Days stay as they are written: they are many, and are only summed.
type trade struct {
	first, last int64
	bodies      []string // of blocks, the oldest first
	slices      []monitor.Slice
	products    []tradedProduct // in the order of compareSold
	runs        []soldRun
	fresh       []tradedProduct // those of the block that is being read which no other had before
}

// trades holds what is used again and again.
var trades = sync.Pool{New: func() any { return new(trade) }}

// tradedProduct is a product of several blocks.
type tradedProduct struct {
	soldProduct        // without days
	slice       int    // where it is sold
	names       string // its SKU and ASIN as they are written: the same for the same product
	first, last int32  // of its runs
}

// soldRun is where the days of a product in a block are, and their sums; next is the product's next run, 0: there is none.
type soldRun struct{ body, from, to, next, orders, units int32 }

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
	clear(t.fresh[:cap(t.fresh)])
	*t = trade{bodies: t.bodies[:0], products: t.products[:0], runs: t.runs[:0], fresh: t.fresh[:0], slices: t.slices[:0]}
	trades.Put(t)
}

// add merges a block. The products of each block are in order, and mostly the same as before, so that a block costs about a comparison
// for each.
func (t *trade) add(body int) error {
	r := soldReader{body: t.bodies[body]}
	fresh := t.fresh[:0]
	at := 0
	for r.more() {
		of := r.slice()
		slice := slices.Index(t.slices, of)
		if slice < 0 {
			slice = len(t.slices)
			t.slices = append(t.slices, of)
		}
		for n := r.uvarint(); n > 0 && !r.bad; n-- {
			names := r.text()
			run := soldRun{body: int32(body), orders: int32(r.varint()), units: int32(r.varint())} //nolint:gosec // blocks are few, and they were written from such numbers
			if run.from, run.to = r.skipText(); run.from == run.to {
				r.fail()
				break
			}
			i := int32(len(t.runs)) //nolint:gosec // a body is no longer than that
			t.runs = append(t.runs, run)
			if at < len(t.products) && t.products[at].is(slice, names) {
				t.join(at, i)
				at++
				continue
			}
			p := tradedProduct{soldProduct: r.product(of, names), slice: slice, names: names, first: i, last: i}
			for at < len(t.products) && compareSold(t.products[at].soldProduct, p.soldProduct) < 0 {
				at++
			}
			if at < len(t.products) && t.products[at].is(slice, names) {
				t.join(at, i)
				at++
				continue
			}
			fresh = append(fresh, p)
		}
	}
	if r.bad {
		return errSold
	}
	t.products, t.fresh = mergeSold(t.products, fresh), fresh
	return nil
}

// is says whether it is the product of these texts.
func (p *tradedProduct) is(slice int, names string) bool { return p.slice == slice && p.names == names }

// join adds a run to a product.
func (t *trade) join(product int, run int32) {
	p := &t.products[product]
	t.runs[p.last].next = run
	p.last = run
}

// mergeSold merges into a list that is in order another that is, too; they have no product in common.
func mergeSold(into, fresh []tradedProduct) []tradedProduct {
	n := len(into)
	into = append(into, fresh...)
	for at := len(into) - 1; len(fresh) > 0; at-- { // from the end, where there is room
		if last := len(fresh) - 1; n == 0 || compareSold(into[n-1].soldProduct, fresh[last].soldProduct) < 0 {
			into[at], fresh = fresh[last], fresh[:last]
		} else {
			n--
			into[at] = into[n]
		}
	}
	return into
}

// sum adds what was ordered of a product from a day to another. Steps go back from the day last.
func (t *trade) sum(s *monitor.Sale, p *tradedProduct, from, to, last, step monitor.Day) error {
	var r soldReader
	for i := p.first; ; i = t.runs[i].next {
		run := &t.runs[i]
		first := monitor.Day((t.first + int64(run.body)) * blockDays) //nolint:gosec // was written from a day
		days := soldDays{first, t.bodies[run.body][run.from:run.to], 0}
		switch {
		case first > to || first+blockDays <= from:
			days.days = ""
		case len(s.Steps) == 0 && first >= from && first+blockDays-1 <= to:
			if s.Orders == 0 {
				s.First = days.next(&r).day
			}
			s.Orders, s.Units = s.Orders+int(run.orders), s.Units+int(run.units)
			days.days = ""
		}
		at, until := 0, monitor.Day(-1<<31) // the step of the day before, and its last day
		for days.more() {
			b := days.days[days.at] // as next does
			days.at++
			d := soldDay{first + monitor.Day(b&(blockDays-1)), 1, 1}
			if b&oneUnit == 0 {
				d = days.several(b, &r)
			}
			if d.day < from || d.day > to {
				continue
			}
			if s.Orders == 0 {
				s.First = d.day
			}
			s.Orders, s.Units = s.Orders+int(d.orders), s.Units+int(d.units)
			if len(s.Steps) == 0 {
				continue
			}
			if d.day > until {
				at = int((last - d.day) / step)
				until = last - monitor.Day(at)*step //nolint:gosec // steps are few
			}
			s.Steps[at] += d.orders
		}
		switch {
		case r.bad:
			return errSold
		case i == p.last:
			return nil
		}
	}
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
	if b&oneUnit == 0 {
		return d.several(b, within)
	}
	return soldDay{d.first + monitor.Day(b&^oneUnit), 1, 1}
}

// several reads a day that has not one order of one unit.
func (d *soldDays) several(place byte, within *soldReader) soldDay {
	r := soldReader{body: d.days, at: d.at}
	day := soldDay{d.first + monitor.Day(place&(blockDays-1)), int32(r.varint()), int32(r.varint())} //nolint:gosec // were written from such numbers
	if d.at = r.at; r.bad {
		within.fail()
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

// slice reads where products are sold.
func (r *soldReader) slice() monitor.Slice {
	return monitor.Slice{Marketplace: monitor.Marketplace(r.text()), Channel: monitor.Channel(r.text())}
}

// product reads the texts of a product.
func (r *soldReader) product(of monitor.Slice, names string) soldProduct {
	in := soldReader{body: names}
	p := soldProduct{marketplace: of.Marketplace, channel: of.Channel, sku: in.text(), asin: in.text()}
	if in.bad || in.more() {
		r.fail()
	}
	return p
}

// days reads the days of a product in a block.
func (r *soldReader) days(block int64) soldDays {
	return soldDays{monitor.Day(block * blockDays), r.text(), 0} //nolint:gosec // was written from a day
}
