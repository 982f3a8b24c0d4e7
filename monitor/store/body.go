package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

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

// blanks are orders of which nothing is known, made of those of an earlier batch. A nil one makes new ones.
type blanks struct {
	all  []*stored
	used int
}

// next returns one more.
func (b *blanks) next() *stored {
	if b == nil {
		return &stored{}
	}
	if b.used == len(b.all) {
		b.all = append(b.all, &stored{})
	}
	d := b.all[b.used]
	b.used++
	*d = stored{Order: monitor.Order{Lines: d.Lines[:0]}, lines: d.lines[:0], body: d.body[:0]}
	return d
}

// origin is the file that something comes from, and its line.
type origin struct {
	file int64
	line int
}

// core is what the sightings of an order add up to, lines aside: comparable, so that an unchanged order is not written.
type core struct {
	marketplace, channel, status, shipService, shipFrom string
	strength, marks                                     uint8
	purchased                                           int64
	times                                               [9]int64 // as in timesOf
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
		marketplace: string(o.Marketplace), channel: string(o.Channel), status: string(o.Status), shipService: o.ShipService, shipFrom: o.ShipFrom,
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
	o.Marketplace, o.Channel, o.Status = monitor.Marketplace(c.marketplace), monitor.Channel(c.channel), monitor.Status(c.status)
	o.ShipService, o.ShipFrom = c.shipService, c.shipFrom
	o.Strength, o.Purchased = monitor.Strength(c.strength), instant(c.purchased)
	o.ShipBy, o.ShipByAsOf, o.DeliverBy, o.StatusAt = instant(c.times[0]), instant(c.times[1]), instant(c.times[2]), instant(c.times[3])
	o.Unshipped, o.Shipped, o.ShippedAsOf = instant(c.times[4]), instant(c.times[5]), instant(c.times[6])
	o.Cancelled, o.ItemCancelled = instant(c.times[7]), instant(c.times[8])
	o.WasPending, o.Released, o.BuyerCancel = c.marks&markWasPending != 0, c.marks&markReleased != 0, c.marks&markBuyerCancel != 0
}

// bodyForm is the first byte of every body. Another form gets another number, and its reader beside the old one.
const bodyForm = 4

// A body is a row of numbers (varints): the marks, the words by id, the instants that are known, each as seconds since the
// one before, the first since that of purchase; the origin; then for each line its words, marks of what is unusual about it,
// and what these say follows. Ids of digits are numbers, too, and prices are cents. Every byte less is written and read
// millions of times.

// Marks of a line.
const (
	lineIsNth     = 1 << iota // its n follows
	lineUnits                 // its quantity follows, and its parcels; otherwise it is 1 without any
	lineExtra                 // its extra follows
	lineUndated               // no row of it had a last-updated-date
	lineAge                   // that of its newest row follows; otherwise it is that of the order's status
	lineElsewhere             // the file of its origin follows; otherwise it is the order's
	lineOlder                 // which of its parts are from an older row than the newest follows
	strengthAt    = 3         // bits of core.marks, above which its strength is
	statusAt      = 3         // of core.times
)

// appendBody writes the body of an order.
func appendBody(b []byte, d *stored, c *core, words *speller) ([]byte, error) {
	b = append(b, bodyForm, c.marks|c.strength<<strengthAt)
	for _, text := range [...]string{c.marketplace, c.channel, c.status, c.shipService, c.shipFrom} {
		b = binary.AppendUvarint(b, words.common(text))
	}
	b = binary.AppendVarint(b, c.purchased)
	known := uint64(0)
	for i, t := range c.times {
		if t != 0 {
			known |= 1 << i
		}
	}
	b = binary.AppendUvarint(b, known)
	before := c.purchased
	for _, t := range c.times {
		if t != 0 {
			b = binary.AppendVarint(b, t-before)
			before = t
		}
	}
	b = binary.AppendUvarint(b, uint64(d.origin.file))         //nolint:gosec // a row id
	b = binary.AppendUvarint(b, uint64(max(d.origin.line, 0))) //nolint:gosec // not negative
	b = binary.AppendUvarint(b, uint64(len(d.lines)))
	for i := range d.lines {
		b = appendLine(b, &d.lines[i], d, c, words)
	}
	return b, words.err
}

// appendLine writes a line of an order.
func appendLine(b []byte, l *line, d *stored, c *core, words *speller) []byte {
	sku, asin, title := words.product(l)
	for _, id := range [...]uint64{sku, asin, title, words.common(string(l.Status)), words.common(l.Currency)} {
		b = binary.AppendUvarint(b, id)
	}
	older := l.older()
	var marks byte
	for i, is := range [...]bool{
		l.n != 0, l.Quantity != 1 || len(l.parcels) > 0, l.Extra != "", l.newest == 0, l.newest != 0 && l.newest != c.times[statusAt], l.origin.file != d.origin.file, older != 0,
	} {
		if is {
			marks |= 1 << i
		}
	}
	b = append(b, marks)
	if marks&lineIsNth != 0 {
		b = binary.AppendVarint(b, int64(l.n))
	}
	if marks&lineUnits != 0 {
		b = appendUnits(b, l)
	}
	b = appendName(b, l.ItemID)
	b = appendPrice(b, l.Price)
	if marks&lineExtra != 0 {
		b = appendText(b, string(l.Extra))
	}
	if marks&lineAge != 0 {
		b = binary.AppendVarint(b, l.newest-c.purchased)
	}
	if marks&lineElsewhere != 0 {
		b = binary.AppendUvarint(b, uint64(l.origin.file)) //nolint:gosec // a row id
	}
	b = binary.AppendVarint(b, int64(max(l.origin.line, 0)-max(d.origin.line, 0)))
	if marks&lineOlder != 0 {
		b = append(b, older)
		for i, t := range l.said {
			if older&(1<<i) != 0 {
				b = appendSince(b, c.purchased, t)
			}
		}
	}
	return b
}

// older returns which parts of a line are older than its newest row: bits in the order of said.
func (l *line) older() (bits byte) {
	if l.said == saidAt(l.newest) {
		return 0 // of one row, as most are
	}
	for i, is := range l.stated() {
		if is && l.said[i] != l.newest {
			bits |= 1 << i
		}
	}
	return bits
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

// appendPrice writes a price: one with two digits after the point as cents, and 1 more, so that 0 is free.
func appendPrice(b []byte, s string) []byte {
	point := len(s) - 3
	if point < 1 || point > 12 || s[point] != '.' || s[0] == '0' && point > 1 {
		return appendText(append(b, 0), s)
	}
	cents := uint64(0)
	for i := range len(s) {
		switch {
		case i == point:
		case s[i] < '0' || s[i] > '9':
			return appendText(append(b, 0), s)
		default:
			cents = cents*10 + uint64(s[i]-'0')
		}
	}
	return binary.AppendUvarint(b, cents+1)
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
	return strconv.FormatUint(n, 10)
}

func (r *bodyReader) price() string {
	n := r.uvarint()
	if n == 0 {
		return r.text()
	}
	b := strconv.AppendUint(nil, (n-1)/100, 10)
	return string(append(b, '.', byte('0'+(n-1)/10%10), byte('0'+(n-1)%10)))
}

// readBody reads an order, of which nothing is known yet, from its body. words gives the texts of words.
func readBody(d *stored, id string, body []byte, words func(int64) (string, error)) error {
	r := &bodyReader{rest: body, words: words}
	h := r.head()
	var c core
	if r.err == nil {
		c, r.err = h.core(words)
	}
	if r.err != nil {
		return fmt.Errorf("order %s: %w", id, r.err)
	}
	d.ID, d.origin = id, h.origin
	c.restore(&d.Order)
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		d.lines = append(d.lines, r.line(d, &c))
	}
	if r.err == nil && len(r.rest) > 0 {
		r.err = errBody
	}
	if r.err != nil {
		return fmt.Errorf("order %s: %w", id, r.err)
	}
	d.join()
	return nil
}

// bodyHead is what comes before the lines of an order, its words by id.
type bodyHead struct {
	marketplace, channel, status, service, place uint64
	marks                                        uint8 // of its core, and its strength
	purchased                                    int64
	times                                        [9]int64 // as in timesOf
	origin                                       origin
}

// Where times has what is asked for by itself.
const (
	shipByAt    = 0
	deliverAt   = 2
	cancelledAt = 7
)

// head reads what comes before the lines.
func (r *bodyReader) head() (h bodyHead) {
	if form := r.byte(); form != bodyForm && r.err == nil {
		r.err = fmt.Errorf("its row has form %d, this version of Goodstanding knows %d", form, bodyForm)
		return h
	}
	h = bodyHead{marks: r.byte(), marketplace: r.uvarint(), channel: r.uvarint(), status: r.uvarint(), service: r.uvarint(), place: r.uvarint(), purchased: r.varint()}
	known := r.uvarint()
	before := h.purchased
	for i := range h.times {
		if known&(1<<i) != 0 {
			before += r.varint()
			h.times[i] = before
		}
	}
	h.origin = origin{int64(r.uvarint()), int(r.uvarint())} //nolint:gosec // was written from such numbers
	return h
}

// core looks up the words.
func (h *bodyHead) core(words func(int64) (string, error)) (c core, err error) {
	c = core{marks: h.marks & (1<<strengthAt - 1), strength: h.marks >> strengthAt, purchased: h.purchased, times: h.times}
	for _, w := range [...]struct {
		id   uint64
		text *string
	}{{h.marketplace, &c.marketplace}, {h.channel, &c.channel}, {h.status, &c.status}, {h.service, &c.shipService}, {h.place, &c.shipFrom}} {
		if *w.text, err = words(int64(w.id)); err != nil { //nolint:gosec // a row id
			return c, err
		}
	}
	return c, nil
}

// order makes an order of it, without its lines, which are two thirds of the work.
func (h *bodyHead) order(id int64, words func(int64) (string, error)) (o monitor.Order, err error) {
	c, err := h.core(words)
	c.restore(&o)
	o.ID = orderID(id)
	return o, err
}

// line reads a line of an order.
func (r *bodyReader) line(d *stored, c *core) line {
	l := line{Line: monitor.Line{SKU: r.word(), ASIN: r.word(), Title: r.word(), Status: monitor.Status(r.word()), Currency: r.word(), Quantity: 1}}
	marks := r.byte()
	if marks&lineIsNth != 0 {
		l.n = int(r.varint())
	}
	if marks&lineUnits != 0 {
		l.Quantity, l.parcels = r.units()
	}
	l.ItemID, l.Price = r.name(), r.price()
	if marks&lineExtra != 0 {
		l.Extra = monitor.Extra(r.text())
	}
	switch {
	case marks&lineAge != 0:
		l.newest = c.purchased + r.varint()
	case marks&lineUndated == 0:
		l.newest = c.times[statusAt]
	}
	l.origin.file = d.origin.file
	if marks&lineElsewhere != 0 {
		l.origin.file = int64(r.uvarint()) //nolint:gosec // was written from such a number
	}
	l.origin.line = d.origin.line + int(r.varint())
	var older byte
	if marks&lineOlder != 0 {
		older = r.byte()
	}
	for i, is := range l.stated() {
		if is {
			l.said[i] = l.newest
		}
		if older&(1<<i) != 0 {
			l.said[i] = r.since(c.purchased)
		}
	}
	return l
}
