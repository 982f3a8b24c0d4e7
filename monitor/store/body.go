package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"goodstanding/monitor"
)

// stored is an order as it stands in the database.
type stored struct {
	monitor.Order
	number int64  // its id, as kept
	row    int64  // of the orders table; 0: it has none, something else names the order
	body   []byte // as it was read
	origin origin // of the row that brought its status
	lines  []line // that Order.Lines are joined from, in the order of compareLines
}

// origin is the file that something comes from, and its line.
type origin struct {
	file int64
	line int
}

// core is what the sightings of an order add up to, lines aside: comparable, so that an unchanged order is not written.
type core struct {
	marketplace, channel, status, shipService string
	strength, marks                           uint8
	purchased                                 int64
	times                                     [9]int64 // as in timesOf
}

// Bits of core.marks.
const (
	markWasPending = 1 << iota
	markReleased
	markBuyerCancel
)

// timesOf names the instants of an order other than that of purchase, in the order of the body.
func timesOf(o *monitor.Order) [9]int64 {
	return [9]int64{
		unix(o.ShipBy), unix(o.ShipByAsOf), unix(o.DeliverBy), unix(o.StatusAt), unix(o.Unshipped), unix(o.Shipped),
		unix(o.ShippedAsOf), unix(o.Cancelled), unix(o.ItemCancelled),
	}
}

// coreOf derives the core of an order.
func coreOf(o *monitor.Order) core {
	c := core{
		marketplace: string(o.Marketplace), channel: string(o.Channel), status: string(o.Status), shipService: o.ShipService,
		strength: uint8(o.Strength), purchased: unix(o.Purchased), times: timesOf(o),
	}
	for bit, set := range [...]bool{o.WasPending, o.Released, o.BuyerCancel} {
		if set {
			c.marks |= 1 << bit
		}
	}
	return c
}

// restore puts the core back into an order.
func (c *core) restore(o *monitor.Order) {
	o.Marketplace, o.Channel, o.Status, o.ShipService = monitor.Marketplace(c.marketplace), monitor.Channel(c.channel), monitor.Status(c.status), c.shipService
	o.Strength, o.Purchased = monitor.Strength(c.strength), instant(c.purchased)
	o.ShipBy, o.ShipByAsOf, o.DeliverBy, o.StatusAt = instant(c.times[0]), instant(c.times[1]), instant(c.times[2]), instant(c.times[3])
	o.Unshipped, o.Shipped, o.ShippedAsOf = instant(c.times[4]), instant(c.times[5]), instant(c.times[6])
	o.Cancelled, o.ItemCancelled = instant(c.times[7]), instant(c.times[8])
	o.WasPending, o.Released, o.BuyerCancel = c.marks&markWasPending != 0, c.marks&markReleased != 0, c.marks&markBuyerCancel != 0
}

// bodyForm is the first byte of every body. Another form gets another number, and its reader beside the old one.
const bodyForm = 2

// A body is a row of numbers (varints): the marks, the words by id, the instants relative to that of purchase, the
// origin; then for each line the same, and which of its parts are from an older row than the newest. Ids of digits are
// numbers, too.

// appendBody writes the body of an order.
func appendBody(b []byte, d *stored, c *core, words *speller) ([]byte, error) {
	b = append(b, bodyForm, c.marks, c.strength)
	for _, text := range [...]string{c.marketplace, c.channel, c.status, c.shipService} {
		b = binary.AppendUvarint(b, words.common(text))
	}
	b = binary.AppendVarint(b, c.purchased)
	for _, t := range c.times {
		b = appendSince(b, c.purchased, t)
	}
	b = appendOrigin(b, d.origin)
	b = binary.AppendVarint(b, int64(len(d.lines)))
	for i := range d.lines {
		l := &d.lines[i]
		sku, asin, title := words.product(l)
		for _, id := range [...]uint64{sku, asin, title, words.common(string(l.Status)), words.common(l.Currency)} {
			b = binary.AppendUvarint(b, id)
		}
		b = binary.AppendVarint(b, int64(l.n))
		b = binary.AppendVarint(b, int64(l.Quantity))
		b = appendName(b, l.ItemID)
		b = appendText(b, l.Price)
		b = appendText(b, string(l.Extra))
		b = appendSince(b, c.purchased, l.newest)
		b = appendOrigin(b, l.origin)
		b = appendOlder(b, c.purchased, l)
	}
	return b, words.err
}

// appendSince writes an instant as seconds since another one; 0 stands for unknown.
func appendSince(b []byte, from, t int64) []byte {
	if t == 0 {
		return append(b, 0)
	}
	since := t - from
	if since >= 0 {
		since++ // so that 0 is free
	}
	return binary.AppendVarint(b, since)
}

// appendOlder writes which parts of a line are older than its newest row, and the instants of these.
func appendOlder(b []byte, purchased int64, l *line) []byte {
	at := len(b)
	b = append(b, 0)
	for i, is := range l.stated() {
		if is && l.said[i] != l.newest {
			b[at] |= 1 << i
			b = appendSince(b, purchased, l.said[i])
		}
	}
	return b
}

func appendOrigin(b []byte, o origin) []byte {
	b = binary.AppendUvarint(b, uint64(o.file))            //nolint:gosec // a row id
	return binary.AppendUvarint(b, uint64(max(o.line, 0))) //nolint:gosec // not negative
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendName writes an id: one of digits as their number.
func appendName(b []byte, s string) []byte {
	n := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i > 17 || i == 0 && s[i] == '0' {
			return appendText(append(b, 0), s)
		}
		n = n*10 + uint64(s[i]-'0')
	}
	if n == 0 {
		return appendText(append(b, 0), s)
	}
	return binary.AppendUvarint(b, n)
}

// bodyReader reads the numbers of a body; after the first failure it gives zeros.
type bodyReader struct {
	rest  []byte
	words func(int64) (string, error)
	err   error
}

var errBody = errors.New("the order's row is damaged: restore the database from a backup, or import its exports into a new one")

func (r *bodyReader) byte() byte {
	if len(r.rest) == 0 {
		r.err = errors.Join(r.err, errBody)
		return 0
	}
	v := r.rest[0]
	r.rest = r.rest[1:]
	return v
}

func (r *bodyReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.err, r.rest = errors.Join(r.err, errBody), nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *bodyReader) varint() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.err, r.rest = errors.Join(r.err, errBody), nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *bodyReader) since(from int64) int64 {
	v := r.varint()
	switch {
	case v == 0:
		return 0
	case v > 0:
		v--
	}
	return from + v
}

func (r *bodyReader) origin() origin {
	file := r.uvarint()
	return origin{int64(file), int(r.uvarint())} //nolint:gosec // was written from such numbers
}

func (r *bodyReader) word() string {
	id := r.uvarint()
	if r.err != nil {
		return ""
	}
	text, err := r.words(int64(id)) //nolint:gosec // a row id
	r.err = err
	return text
}

func (r *bodyReader) text() string { return string(r.skipText()) }

// skipText reads a text without making one of it.
func (r *bodyReader) skipText() []byte {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.err, r.rest = errors.Join(r.err, errBody), nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *bodyReader) name() string {
	n := r.uvarint()
	if n == 0 {
		return r.text()
	}
	return fmt.Sprint(n)
}

// readBody reads an order from its body. words gives the texts of words.
func readBody(id string, body []byte, words func(int64) (string, error)) (*stored, error) {
	r := &bodyReader{rest: body, words: words}
	if form := r.byte(); form != bodyForm && r.err == nil {
		return nil, fmt.Errorf("order %s: its row has form %d, this version of Goodstanding knows %d", id, form, bodyForm)
	}
	d := &stored{Order: monitor.Order{ID: id}}
	c := core{marks: r.byte(), strength: r.byte(), marketplace: r.word(), channel: r.word(), status: r.word(), shipService: r.word(), purchased: r.varint()}
	for i := range c.times {
		c.times[i] = r.since(c.purchased)
	}
	d.origin = r.origin()
	for n := r.varint(); n > 0 && r.err == nil; n-- {
		l := line{Line: monitor.Line{SKU: r.word(), ASIN: r.word(), Title: r.word(), Status: monitor.Status(r.word()), Currency: r.word()}}
		l.n, l.Quantity, l.ItemID, l.Price, l.Extra = int(r.varint()), int(r.varint()), r.name(), r.text(), monitor.Extra(r.text())
		l.newest, l.origin = r.since(c.purchased), r.origin()
		older := r.byte()
		for i, is := range l.stated() {
			if is {
				l.said[i] = l.newest
			}
			if older&(1<<i) != 0 {
				l.said[i] = r.since(c.purchased)
			}
		}
		d.lines = append(d.lines, l)
	}
	if r.err == nil && len(r.rest) > 0 {
		r.err = errBody
	}
	if r.err != nil {
		return nil, fmt.Errorf("order %s: %w", id, r.err)
	}
	c.restore(&d.Order)
	d.join()
	return d, nil
}
