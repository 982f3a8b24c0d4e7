package exports

import (
	"strings"

	"goodstanding/monitor"
)

// stock reads the rows of the FBA inventory exports: each names its columns.
type stock struct {
	o    *occasion
	kind monitor.ExportKind

	snapshot, sku, fnsku, asin, title, condition, store, center, disposition, expires int
	quantity, fulfillable, unsellable, reserved                                       int
	inbound                                                                           []int // summed

	row *row
	now monitor.Stock
}

// openStock finds the columns that the inventory exports have in common; the figures are the format's own.
func openStock(kind monitor.ExportKind, h *header, o *occasion) *stock {
	return &stock{
		o: o, kind: kind, snapshot: h.column("snapshotdate"), sku: h.column("sku|sellersku|merchantsku|" + normalise("出品者SKU")),
		fnsku: h.column("fnsku|fulfillmentchannelsku|fulfillmentnetworksku|fulfilmentnetworksku"), asin: h.column("asin"),
		title: h.column("productname|title|" + normalise("商品名")), condition: h.column("condition|conditiontype|" + normalise("コンディション")), store: h.column("store|country|program"),
		center: h.column("fulfillmentcenterid|fulfilmentcentreid|fulfillmentcenter|fulfilmentcentre|fc"), disposition: h.column("detaileddisposition|disposition|warehouseconditioncode"),
		expires: -1, quantity: -1, fulfillable: -1, unsellable: -1, reserved: -1,
	}
}

func (r *stock) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.Stock{Kind: r.kind, AsOf: r.o.asOf}
	if len(row.cell(r.sku)) == 0 && len(row.cell(r.fnsku)) == 0 {
		return seen{}, &fault{column: r.sku, expected: "a SKU"}
	}
	if f := r.o.product(row, r.sku, r.asin); f != nil {
		return seen{}, f
	}
	if isTotal(row.cell(r.sku)) && len(row.cell(r.fnsku)) == 0 && len(row.cell(r.asin)) == 0 {
		return seen{}, &fault{column: r.sku, expected: "a SKU: a sum below the rows is none"}
	}
	var s seen
	if cell := row.cell(r.snapshot); len(cell) > 0 {
		day, known, ok := r.o.day(cell, "", row.line)
		switch {
		case !ok:
			return seen{}, &fault{column: r.snapshot, expected: aDay}
		case known:
			r.now.Snapshot, s.span = &day, on(day)
		}
	}
	var ok bool
	if cell := row.cell(r.expires); missing(cell) {
		r.now.Expires = nil
	} else if r.now.Expires, ok = r.o.dayIn(cell, false, row.line); !ok {
		return seen{}, &fault{column: r.expires, expected: aDay + ", or nothing for units in process"}
	}
	for _, figure := range []struct {
		column int
		to     **int
	}{{r.quantity, &r.now.Quantity}, {r.fulfillable, &r.now.Fulfillable}, {r.unsellable, &r.now.Unsellable}, {r.reserved, &r.now.Reserved}} {
		if f := r.figure(figure.column, figure.to); f != nil {
			return seen{}, f
		}
	}
	for _, column := range r.inbound {
		var n *int
		if f := r.figure(column, &n); f != nil {
			return seen{}, f
		}
		if n != nil && r.now.Inbound != nil {
			*r.now.Inbound += *n
		} else if n != nil {
			r.now.Inbound = n
		}
	}
	return s, nil
}

// isTotal says whether a cell names the sum that people put below a table.
func isTotal(b []byte) bool {
	switch normalise(string(clip(b, maxName))) {
	case "total", "totals", "grandtotal", "sum", "gesamt", "summe", "gesamtsumme", "totale", "totaal", "suma", "razem", "合計", "总计", "合计":
		return true
	}
	return false
}

// figure reads a number of units; a missing one stays nil.
func (r *stock) figure(column int, to **int) *fault {
	n, ok := r.o.numbers.units(r.row.cell(column), 0, maxUnits)
	if !ok {
		return &fault{column: column, expected: "a number of units"}
	}
	*to = n
	return nil
}

// figures are columns of numbers, and where they go.
type figures struct {
	units  []unitsColumn
	values []valuesColumn
}

// unitsColumn is a column of whole numbers.
type unitsColumn struct {
	column int
	to     **int
}

// valuesColumn is a column of numbers.
type valuesColumn struct {
	column int
	to     **float64
}

// fill reads the figures of a row, of which those in units are at least least.
func (f figures) fill(row *row, n *numerals, least int) *fault {
	for _, u := range f.units {
		v, ok := n.units(row.cell(u.column), least, maxUnits)
		if !ok {
			return &fault{column: u.column, expected: "a number of units, or nothing"}
		}
		*u.to = v
	}
	for _, c := range f.values {
		v, ok := n.number(row.cell(c.column), -maxValue, maxValue)
		if !ok {
			return &fault{column: c.column, expected: "a number, or nothing"}
		}
		*c.to = v
	}
	return nil
}

// maxValue is beyond every figure that is no number of units.
const maxValue = 1e12

// missing says whether a cell holds one of Amazon's words for nothing.
func missing(b []byte) bool {
	switch strings.ToLower(string(clip(b, 16))) {
	case "", "-", "--", "n/a", "not applicable", "infinite":
		return true
	}
	return false
}

func (r *stock) fact() monitor.Fact { return r.stocked() }

// stocked returns the row just read.
func (r *stock) stocked() monitor.Stock {
	f := r.now
	f.SKU, f.FNSKU, f.ASIN = r.row.sku(r.sku), r.row.sku(r.fnsku), r.row.asin(r.asin)
	f.Title, f.Condition = string(r.row.text(r.title, maxTitle)), string(r.row.text(r.condition, maxName))
	f.Store, f.Center = string(r.row.text(r.store, maxName)), string(r.row.text(r.center, maxName))
	f.Disposition = string(r.row.text(r.disposition, maxName))
	f.Extra = r.row.extra()
	return f
}
