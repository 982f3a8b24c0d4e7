package store

import (
	"cmp"
	"slices"

	"goodstanding/monitor"
)

// line is what the rows of one line of an order add up to. Rows with an order-item-id are of the line of that id. Rows
// without are of a line of their own: the n-th row of a product in a file is the n-th such line. Which of the lines with
// ids that one is cannot be told while rows are still to come, so they are joined when the order is read (see joined),
// and what comes out does not depend on which came first.
type line struct {
	monitor.Line
	n      int   // of a line without an id: how many of its product come before in a file
	newest int64 // last-updated-date of its newest row; 0: none had one
	said   said
	origin origin // of its newest row; of several, of the one in the file received first

	parcels []parcel // by key

	product uint32 // monitor.Place.Product of its texts, in the file that is being read; 0: not told
}

// said is the last-updated-date of the row that each text or number of a line is from, in the order of parts; of no
// meaning where that is blank.
type said [8]int64

// saidAt returns what a single row says, whose last-updated-date is t.
func saidAt(t int64) said { return said{t, t, t, t, t, t, t, t} }

// parts are the texts of a line that rows state and others may state otherwise. Its quantity comes after them.
func parts(l *monitor.Line) [7]*string {
	return [7]*string{&l.SKU, &l.ASIN, &l.Title, (*string)(&l.Status), &l.Price, &l.Currency, (*string)(&l.Extra)}
}

// stated says which texts and numbers of a line are not blank, in the order of said.
func (l *line) stated() (is [len(said{})]bool) {
	for i, text := range parts(&l.Line) {
		is[i] = *text != ""
	}
	is[len(is)-1] = l.Quantity != 0
	return is
}

// productOf returns what rows without an id are told apart by.
func productOf(l *monitor.Line) string { return cmp.Or(l.SKU, l.ASIN) }

// add takes in what another line, or a row, states of the same line, and says whether anybody can see that. Of each text
// and number the newest word stands, and of several as new the greatest; a blank says nothing.
func (l *line) add(o *line) (changed bool) {
	before := l.units()
	l.addParcels(o.parcels)
	for i, have := range parts(&l.Line) {
		word := *parts(&o.Line)[i]
		if word == "" || *have != "" && (o.said[i] < l.said[i] || o.said[i] == l.said[i] && word <= *have) {
			continue
		}
		changed = changed || word != *have
		*have, l.said[i] = word, o.said[i]
	}
	const quantity = len(l.said) - 1
	if n := o.Quantity; n != 0 && (l.Quantity == 0 || o.said[quantity] > l.said[quantity] || o.said[quantity] == l.said[quantity] && n > l.Quantity) {
		l.Quantity, l.said[quantity] = n, o.said[quantity]
	}
	if l.ItemID == "" {
		l.ItemID = o.ItemID
	}
	if changed {
		l.product = 0 // some texts may be of another row now
	}
	return changed || l.units() != before
}

// compareLines orders the lines of an order: those with ids by id, then the others.
func compareLines(a, b *line) int {
	switch {
	case a.ItemID != "" && b.ItemID != "":
		return cmp.Or(cmp.Compare(len(a.ItemID), len(b.ItemID)), cmp.Compare(a.ItemID, b.ItemID))
	case a.ItemID != "":
		return -1
	case b.ItemID != "":
		return 1
	}
	return cmp.Or(cmp.Compare(productOf(&a.Line), productOf(&b.Line)), cmp.Compare(a.n, b.n))
}

// seeLine merges a row of the order, and says whether that made one more line, or changed one. earlier tells which of two
// origins was there first.
func (d *stored) seeLine(row *line, earlier func(a, b origin) bool) (isNew, changed bool) {
	at := 0
	for at < len(d.lines) && compareLines(&d.lines[at], row) < 0 {
		at++
	}
	if at < len(d.lines) && compareLines(&d.lines[at], row) == 0 {
		l := &d.lines[at]
		changed = l.add(row)
		if row.newest > l.newest || row.newest == l.newest && earlier(row.origin, l.origin) {
			l.newest, l.origin = row.newest, row.origin
		}
		return false, changed
	}
	row.parcels = slices.Clone(row.parcels) // the row is used again
	named, bare := row.ItemID != "", row.ItemID == ""
	if n := len(d.lines); n > 0 {
		named, bare = named || d.lines[0].ItemID != "", bare || d.lines[n-1].ItemID == ""
	}
	if !named || !bare {
		if at == len(d.lines) { // as most often
			d.lines = append(d.lines, *row)
		} else {
			d.lines = slices.Insert(d.lines, at, *row)
		}
		return true, false
	}
	before := linesOf(joined(d.lines))
	d.lines = slices.Insert(d.lines, at, *row)
	after := linesOf(joined(d.lines))
	return len(after) > len(before), !slices.Equal(before, after)
}

// joined returns the lines of an order as people know them: of a product, the n-th line without an id is the n-th of
// those with one. They are in the order of their ids, and then of their products.
func joined(lines []line) []line {
	bare := slices.IndexFunc(lines, func(l line) bool { return l.ItemID == "" })
	if bare <= 0 {
		return lines // all of one sort
	}
	all := slices.Clone(lines[:bare])
	for i := bare; i < len(lines); i++ {
		l := &lines[i]
		n := l.n
		at := slices.IndexFunc(lines[:bare], func(named line) bool {
			if !sameProduct(&named.Line, &l.Line) {
				return false
			}
			n--
			return n < 0
		})
		if at < 0 {
			all = append(all, *l)
			continue
		}
		to := &all[at]
		to.add(l)
		if l.newest > to.newest {
			to.newest, to.origin = l.newest, l.origin
		}
	}
	return all
}

// sameProduct says whether a line with an id is of the product of one without.
func sameProduct(named, bare *monitor.Line) bool {
	if named.SKU != "" && bare.SKU != "" {
		return named.SKU == bare.SKU
	}
	return named.ASIN != "" && named.ASIN == bare.ASIN
}

// linesOf returns the lines without what the store adds to them.
func linesOf(lines []line) []monitor.Line {
	all := make([]monitor.Line, len(lines))
	for i := range lines {
		all[i] = lines[i].shown()
	}
	return all
}

// join makes the lines of the order from those that the store keeps.
func (d *stored) join() {
	d.Lines = d.Lines[:0]
	all := joined(d.lines)
	for i := range all {
		d.Lines = append(d.Lines, all[i].shown())
	}
}
