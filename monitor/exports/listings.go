package exports

import "goodstanding/monitor"

// Listings come in one layout, a French one without ASINs, a short one of cancelled listings, and with titles in the
// seller's language.
var _ = register(Format{
	Kind:    "listings",
	Title:   "Listings",
	Where:   "Seller Central, Inventory > Inventory Reports > All Listings Report.",
	Settles: "What is offered, in which condition, and words that get a listing removed.",
	key:     []string{listingSKU, listingID + "|adddelete|asin1", listingPrice, listingCondition + "|" + listingName},
	ignored: listingIgnored,
	open: func(h *header, o *occasion) reader {
		r := &listings{
			o: o, sku: h.column(listingSKU), asin: h.column("asin1|asin"), idType: h.column(listingIDType), id: h.column(listingProductID),
			title: h.column(listingName), description: h.column(listingDescription), condition: h.column(listingCondition),
			price: h.column(listingPrice), quantity: h.column(listingQuantity), opened: h.column(listingOpened),
			channel: h.column(listingChannel), status: h.column(listingStatus),
		}
		r.cancelled = r.status < 0 && h.column(listingID) < 0
		return r
	},
})

// listings reads the rows of a listings report.
type listings struct {
	o                                                                                              *occasion
	sku, asin, idType, id, title, description, condition, price, quantity, opened, channel, status int
	cancelled                                                                                      bool // the report of cancelled listings

	row *row
	now monitor.Listing
}

// maxDescription is how much of a description is kept: enough to find a word in.
const maxDescription = 4000

func (r *listings) read(row *row) (seen, *fault) {
	r.row = row
	if len(row.cell(r.sku)) == 0 {
		return seen{}, &fault{column: r.sku, expected: "a SKU"}
	}
	if f := r.o.product(row, r.sku, r.asin); f != nil {
		return seen{}, f
	}
	n, ok := parseCondition(row.cell(r.condition))
	if !ok {
		return seen{}, &fault{column: r.condition, expected: "a condition code from 1 to 11"}
	}
	r.now = monitor.Listing{Condition: n, AsOf: r.o.asOf}
	if r.now.Quantity, ok = r.o.numbers.units(row.cell(r.quantity), 0, maxUnits); !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units, or nothing"}
	}
	// Of use to few, so one that cannot be read costs no row.
	if opened, ok := parseOpened(row.cell(r.opened)); ok {
		r.now.OpenDate = &opened
	}
	return seen{}, nil
}

func (r *listings) fact() monitor.Fact {
	f := r.now
	f.SKU, f.ASIN = r.row.sku(r.sku), r.row.asin(r.asin)
	// The French export has no ASIN columns; its product id is one when its type is 1.
	if f.ASIN == "" && string(r.row.cell(r.idType)) == "1" {
		f.ASIN = r.row.asin(r.id)
	}
	f.Title, f.Description = string(r.row.text(r.title, maxTitle)), string(r.row.text(r.description, maxDescription))
	f.Price, f.Status = string(r.row.text(r.price, maxName)), string(r.row.text(r.status, maxName))
	if r.cancelled {
		f.Status = "Cancelled"
	}
	f.Channel, _ = parseChannel(r.row.cell(r.channel)) // a blank cell, as in a row cut short, says nothing
	f.Extra = r.row.extra()
	return f
}

// conditions are Amazon's words for the codes of item-condition, normalised: files that went through another tool have them.
var conditions = map[string]int{
	"usedlikenew": 1, "usedverygood": 2, "usedgood": 3, "usedacceptable": 4,
	"collectiblelikenew": 5, "collectibleverygood": 6, "collectiblegood": 7, "collectibleacceptable": 8,
	"refurbished": 10, "new": monitor.ConditionNew, "newitem": monitor.ConditionNew,
}

// parseCondition reads the condition of an offer, as a code from 1 to 11 or in Amazon's words for it. A blank cell is 0.
func parseCondition(b []byte) (int, bool) {
	if n, ok := parseUnits(b); ok {
		return n, n <= monitor.ConditionNew
	}
	n, ok := conditions[normalise(string(clip(b, maxName)))]
	return n, ok
}
