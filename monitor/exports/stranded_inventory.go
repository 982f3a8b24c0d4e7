package exports

import "goodstanding/monitor"

// Stranded inventory: units at Amazon without an offer, which Amazon removes after a while.
var _ = register(Format{
	Kind:    "stranded_inventory",
	Title:   "Stranded Inventory",
	Where:   "Seller Central, Inventory > Inventory Planning > Fix Stranded Inventory, download.",
	Settles: "Which units cannot be sold, why, and when Amazon takes them away.",
	key:     []string{"datestranded", "strandedreason", "sku|merchantsku"},
	open: func(h *header, o *occasion) reader {
		r := &stranded{
			o: o, since: h.column("datestranded"), removal: h.column("datetotakeautoremoval"), sku: h.column("sku|merchantsku"),
			texts: columns(h, "fnsku", "asin", "condition", "strandedreason", "statusprimary", "statussecondary", "primaryaction", "fulfilledby", "yourprice"),
			title: h.column("productname|title"), problem: h.column("errormessage"),
		}
		r.figures.units = []unitsColumn{
			{h.column("fulfillableqty|fulfillablequantity"), &r.now.Fulfillable}, {h.column("unfulfillableqty|unfulfillablequantity"), &r.now.Unfulfillable},
			{h.column("reservedquantity|reservedqty"), &r.now.Reserved}, {h.column("inboundshippedqty|inboundshippedquantity"), &r.now.Inbound},
		}
		return r
	},
})

// stranded reads the rows of a stranded inventory export.
type stranded struct {
	o                                   *occasion
	since, removal, sku, title, problem int
	texts                               []int
	figures                             figures

	row *row
	now monitor.Stranded
}

func (r *stranded) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.Stranded{AsOf: r.o.asOf}
	if len(row.cell(r.sku)) == 0 {
		return seen{}, &fault{column: r.sku, expected: "a SKU"}
	}
	if f := r.o.product(row, r.sku, r.texts[1]); f != nil {
		return seen{}, f
	}
	var s seen
	if cell := row.cell(r.since); !missing(cell) {
		day, known, ok := r.o.day(cell, "", row.line)
		switch {
		case !ok:
			return seen{}, &fault{column: r.since, expected: aDay}
		case known:
			r.now.Since, s.span = &day, on(day)
		}
	}
	var ok bool
	if cell := row.cell(r.removal); missing(cell) {
		r.now.AutoRemoval = nil
	} else if r.now.AutoRemoval, ok = r.o.dayIn(cell, false, row.line); !ok {
		return seen{}, &fault{column: r.removal, expected: aDay + ", or nothing"}
	}
	return s, r.figures.fill(row, r.o.numbers, 0)
}

func (r *stranded) fact() monitor.Fact {
	f := r.now
	for i, to := range []*string{&f.FNSKU, &f.ASIN, &f.Condition, &f.Reason, &f.Status, &f.StatusDetail, &f.Action, &f.FulfilledBy, &f.Price} {
		*to = string(r.row.text(r.texts[i], maxName))
	}
	f.SKU, f.ASIN, f.Title = r.row.sku(r.sku), r.row.asin(r.texts[1]), string(r.row.text(r.title, maxTitle))
	f.Problem = string(r.row.text(r.problem, maxTitle))
	f.Extra = r.row.extra()
	return f
}
