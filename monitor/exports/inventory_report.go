package exports

import "goodstanding/monitor"

// The inventory report is the short list of offers: SKU, ASIN, price and quantity, and prices for companies.
var _ = register(Format{
	Kind:    "inventory_report",
	Title:   "Inventory Report",
	Where:   "Seller Central, Inventory > Inventory Reports > Inventory Report.",
	Settles: "Which SKUs are offered, and how many units the seller has of them.",
	key: []string{
		"sku|" + normalise("出品者SKU"), "asin", "price|" + normalise("価格"), "quantity|" + normalise("数量"),
	},
	// Longer exports have these columns too.
	lacks: []string{
		"fnsku", "orderid|amazonorderid", "listingid|" + normalise("出品ID"), "currency", "date|shipmentdate|returndate|snapshotdate", "lot", "condition|itemcondition", "status", "quantitysold|purchasedate",
	},
	open: func(h *header, o *occasion) reader {
		return &offers{
			o: o, sku: h.column("sku|" + normalise("出品者SKU")), asin: h.column("asin"), price: h.column("price|" + normalise("価格")),
			quantity: h.column("quantity|" + normalise("数量")),
		}
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
	n, ok := r.o.numbers.units(row.cell(r.quantity), 0, maxUnits)
	if !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units, or nothing for goods at Amazon"}
	}
	r.now = monitor.Listing{Kind: monitor.KindInventoryReport, Quantity: n, AsOf: r.o.asOf}
	return seen{}, nil
}

func (r *offers) fact() monitor.Fact {
	f := r.now
	f.SKU, f.ASIN = string(r.row.text(r.sku, maxName)), string(r.row.text(r.asin, maxName))
	f.Price = string(r.row.text(r.price, maxName))
	f.Extra = r.row.extra()
	return f
}
