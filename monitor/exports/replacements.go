package exports

import "goodstanding/monitor"

// Replacements are units that Amazon sent in place of others.
var _ = register(Format{
	Kind:    "replacements",
	Title:   "FBA Replacements",
	Where:   "Seller Central, Reports > Fulfilment > Customer Concessions > Replacements.",
	Settles: "What buyers got replaced, and why.",
	key:     []string{replacedOn, replacementOrder, replacedOrder},
	ignored: names(`fulfillment-center-id original-fulfillment-center-id fulfilment-centre-id original-fulfilment-centre-id WarehouseID OriginalWarehouseID`),
	open: func(h *header, o *occasion) reader {
		return &replacements{
			o: o, day: h.column(replacedOn), order: h.column(replacementOrder), original: h.column(replacedOrder),
			sku: h.column("sku|merchantsku"), asin: h.column("asin"), quantity: h.column("quantity"), reason: h.column("replacementreasoncode"),
		}
	},
})

// The columns as the download names them, and as the page and Amazon's help do.
const (
	replacedOn       = "shipmentdate|date"
	replacementOrder = "replacementamazonorderid|replacementcustomerorderid|replacementorderid"
	replacedOrder    = "originalamazonorderid|originalcustomerorderid|originalorderid"
)

// replacements reads the rows of a replacements report.
type replacements struct {
	o                                                 *occasion
	day, order, original, sku, asin, quantity, reason int

	row *row
	now monitor.Replacement
}

func (r *replacements) read(row *row) (seen, *fault) {
	r.row = row
	for _, column := range []int{r.order, r.original} {
		if !isOrderID(row.cell(column)) {
			return seen{}, &fault{column: column, expected: anOrderID}
		}
	}
	if f := r.o.product(row, r.sku, r.asin); f != nil {
		return seen{}, f
	}
	day, known, ok := r.o.day(row.cell(r.day), "", row.line)
	if !ok {
		return seen{}, &fault{column: r.day, expected: aDay}
	}
	n, ok := parseUnits(row.cell(r.quantity))
	if !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units"}
	}
	r.now = monitor.Replacement{Day: day, Quantity: n, AsOf: r.o.asOf}
	if !known {
		return seen{}, nil
	}
	return seen{span: on(day)}, nil
}

func (r *replacements) fact() monitor.Fact {
	f := r.now
	f.OrderID, f.Replaces = string(r.row.cell(r.order)), string(r.row.cell(r.original))
	f.SKU, f.ASIN = r.row.sku(r.sku), r.row.asin(r.asin)
	f.Reason = string(r.row.name(r.reason))
	f.Extra = r.row.extra()
	return f
}
