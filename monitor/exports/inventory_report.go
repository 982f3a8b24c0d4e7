package exports

import "goodstanding/monitor"

// The inventory report is the short list of offers: SKU, ASIN, price and quantity, and prices for companies. The shorter form, "Lite", calls the
// ASIN product-ID.
var _ = register(Format{
	Kind:    "inventory_report",
	Title:   "Inventory Report",
	Where:   "Seller Central, Inventory > Inventory Reports > Inventory Report.",
	Settles: "Which SKUs are offered, and how many units the seller has of them.",
	key:     []string{"sku|" + listingSKU, "asin|productid", listingPrice, listingQuantity},
	// Longer exports have these columns too.
	lacks: []string{
		"fnsku", "orderid|amazonorderid", listingID, "currency", "date|shipmentdate|returndate|snapshotdate", "lot", "condition|" + listingCondition,
		listingStatus, "quantitysold|purchasedate", "adddelete|productidtype",
	},
	open: func(h *header, o *occasion) reader {
		return &offers{o: o, sku: h.column("sku|" + listingSKU), asin: h.column("asin|productid"), price: h.column(listingPrice), quantity: h.column(listingQuantity)}
	},
})

// offers reads the rows of an inventory report.
type offers struct {
	o                          *occasion
	sku, asin, price, quantity int

	row *row
	now monitor.Listing
}

func (r *offers) read(row *row) (seen, *fault) {
	r.row = row
	if len(row.cell(r.sku)) == 0 {
		return seen{}, &fault{column: r.sku, expected: "a SKU"}
	}
	if f := r.o.product(row, r.sku, r.asin); f != nil {
		return seen{}, f
	}
	n, ok := r.o.numbers.units(row.cell(r.quantity), 0, maxUnits)
	if !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units, or nothing for goods at Amazon"}
	}
	r.now = monitor.Listing{Kind: monitor.KindInventoryReport, Quantity: n, AsOf: r.o.asOf}
	return seen{}, nil
}

func (r *offers) fact() monitor.Fact {
	f := r.now
	f.SKU, f.ASIN = r.row.sku(r.sku), r.row.asin(r.asin)
	f.Price = string(r.row.text(r.price, maxName))
	f.Extra = r.row.extra()
	return f
}
