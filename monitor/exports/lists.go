package exports

import (
	"bytes"
	"slices"

	"goodstanding/monitor"
)

// The seller's own lists: what Amazon exports to nobody. One bad row refuses the file, because it can be mended.
var (
	_ = register(Format{
		Kind:     "lots",
		Title:    "Lots",
		Where:    "Your own list, lots.csv: sku, lot, quantity, expires, condition, source, received, one row for each lot of goods.",
		Settles:  "Goods that expire before they sell, and used goods listed as new.",
		Template: "sku,lot,quantity,expires,condition,source,received\nTEA-1,L-2026-07,40,2027-01-31,New,\"Acme, Inc.\",2026-07-01\n",
		own:      true,
		key:      []string{"sku", "lot", "quantity|qty|units", "expires"},
		open: func(h *header, o *occasion) reader {
			c := columns(h, "sku", "lot", "quantity|qty|units", "expires", "condition", "source", "received")
			return &list{o: o, must: []int{c[0]}, ids: []int{c[0], c[1]}, days: []int{c[3], c[6]}, units: c[2], asin: -1, make: func(l *list) monitor.Fact {
				return monitor.Lot{SKU: l.text(c[0]), Lot: l.text(c[1]), Quantity: l.n, Expires: l.day[0], Condition: l.text(c[4]),
					Source: l.text(c[5]), Received: l.day[1], AsOf: l.o.asOf, Extra: l.row.extra()}
			}}
		},
	})
	_ = register(Format{
		Kind:     "violations",
		Title:    "Violations",
		Where:    "Your own list, violations.csv: opened, class, asin, severity, status, note, one row for each row of the account health page.",
		Settles:  "How many violations count, and when each of them leaves the page.",
		Template: "opened,class,asin,severity,status,note\n2026-10-01,restricted products,B012345678,high,open,word: mold\n",
		own:      true,
		key:      []string{"opened", "class", "severity", "status"},
		lacks:    []string{"orderid"},
		open: func(h *header, o *occasion) reader {
			c := columns(h, "opened", "class", "asin", "severity", "status", "note", "sku")
			return &list{o: o, must: []int{c[0], c[1]}, ids: []int{c[6]}, days: []int{c[0]}, units: -1, asin: c[2], make: func(l *list) monitor.Fact {
				return monitor.Violation{Opened: *l.day[0], Class: l.text(c[1]), ASIN: l.product, Severity: l.text(c[3]), Status: l.text(c[4]),
					Note: l.long(c[5]), SKU: l.text(c[6]), AsOf: l.o.asOf, Extra: l.row.extra()}
			}}
		},
	})
	_ = register(Format{
		Kind:     "invoices",
		Title:    "Invoices",
		Where:    "Your own list, invoices.csv: supplier, number, date, asin, units, one row for each line of a supplier's invoice.",
		Settles:  "Which goods are covered by invoices of the last 365 days.",
		Template: "supplier,number,date,asin,units\n\"Acme, Inc.\",INV-7,2026-03-02,B012345678,120\n",
		own:      true,
		key:      []string{"supplier", "number", "date", "asin", "units"},
		open: func(h *header, o *occasion) reader {
			c := columns(h, "supplier", "number", "date", "asin", "units")
			return &list{o: o, must: []int{c[0], c[2], c[3], c[4]}, ids: []int{c[1]}, days: []int{c[2]}, units: c[4], asin: c[3], make: func(l *list) monitor.Fact {
				return monitor.Invoice{Supplier: l.text(c[0]), Number: l.text(c[1]), Day: *l.day[0], ASIN: l.product, Units: l.n, AsOf: l.o.asOf, Extra: l.row.extra()}
			}}
		},
	})
)

// columns finds several columns.
func columns(h *header, names ...string) []int {
	all := make([]int, len(names))
	for i, name := range names {
		all[i] = h.column(name)
	}
	return all
}

// list reads the rows of one of the seller's own lists.
type list struct {
	o     *occasion
	must  []int // columns that may not be blank
	ids   []int // columns of names that may be long numbers
	days  []int // columns of dates
	units int   // the column of a number; -1: none
	asin  int   // the column of an ASIN, which may be blank; -1: none
	make  func(*list) monitor.Fact

	row     *row
	day     [2]*monitor.Day // of days; nil where blank
	n       int
	product string
}

func (l *list) read(row *row) (seen, *fault) {
	l.row, l.day, l.n = row, [2]*monitor.Day{}, 0
	for _, column := range l.must {
		if missing(row.cell(column)) {
			return seen{}, &fault{column: column, expected: "something: this list needs it in every row"}
		}
	}
	for _, column := range l.ids {
		if isCut(row.cell(column)) {
			return seen{}, &fault{column: column, expected: allDigitsOf}
		}
	}
	var s seen
	for i, column := range l.days {
		cell := row.cell(column)
		if missing(cell) {
			continue
		}
		day, ok := l.o.dayIn(cell, i == 0, row.line)
		if !ok && slices.Contains(l.must, column) {
			return seen{}, &fault{column: column, expected: aDay}
		}
		if !ok {
			return seen{}, &fault{column: column, expected: aDay + ", or nothing"}
		}
		if l.day[i] = day; i == 0 && day != nil {
			s.span = on(*day)
		}
	}
	if l.units >= 0 {
		n, ok := l.o.numbers.units(row.cell(l.units), 0, maxUnits)
		if !ok || n == nil {
			return seen{}, &fault{column: l.units, expected: "a number of units"}
		}
		l.n = *n
	}
	l.product = ""
	if cell := row.cell(l.asin); !missing(cell) {
		cell = asinOf(bytes.ToUpper(clip(cell, maxName)))
		if !isASIN(cell) {
			return seen{}, &fault{column: l.asin, expected: "an ASIN such as B012345678"}
		}
		l.product = string(cell)
	}
	return s, nil
}

func (l *list) fact() monitor.Fact { return l.make(l) }

// text returns what a row says in a column; a dash says nothing.
func (l *list) text(column int) string {
	if missing(l.row.cell(column)) {
		return ""
	}
	return string(l.row.name(column))
}

func (l *list) long(column int) string { return string(l.row.text(column, maxWords)) }
