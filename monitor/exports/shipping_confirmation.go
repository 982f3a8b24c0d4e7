package exports

import (
	"bytes"

	"goodstanding/monitor"
)

// The shipping confirmation is what the seller uploads to confirm orders, or a tool of his sends as XML. Templates have
// rows above its header.
var _ = register(Format{
	Kind:    "shipping_confirmation",
	Title:   "Shipping Confirmation",
	Where:   "The file that you upload in Seller Central, Orders > Upload Order Related Files; keep a copy in the folder.",
	Settles: "When seller-fulfilled orders were confirmed.",
	key:     []string{confirmedOrder, confirmedOn, confirmedBy + "|" + confirmedName + "|" + confirmedTracking},
	lacks:   []string{"purchasedate"},
	ignored: names(`ship-method 配送方法 ship_from_address_name ship_from_address_line1 ship_from_address_line2 ship_from_address_line3
		ship_from_address_city ship_from_address_county ship_from_address_state_or_region ship_from_address_postalcode
		ship_from_address_countrycode`),
	documents: []document{{
		syntax: "xml", path: "AmazonEnvelope/Message/OrderFulfillment", message: "orderfulfillment",
		open: func(o *occasion) recordReader {
			return openTable("Item", []field{
				{column: "orderid", from: "/AmazonOrderID"},
				{column: "shipdate", from: "/FulfillmentDate"},
				{column: "carriercode", from: "/FulfillmentData/CarrierCode"},
				{column: "carriername", from: "/FulfillmentData/CarrierName"},
				{column: "trackingnumber", from: "/FulfillmentData/ShipperTrackingNumber"},
				{column: "orderitemid", from: "AmazonOrderItemCode"},
				{column: "quantity", from: "Quantity"},
			}, func(h *header) reader { return openConfirmations(h, o) })
		},
	}},
	open: openConfirmations,
})

// The columns, and as the Japanese template names them in a line above, which some programs write alone.
const (
	confirmedOrder    = "orderid|注文番号"
	confirmedItem     = "orderitemid|注文商品番号"
	confirmedQuantity = "quantity|出荷数"
	confirmedOn       = "shipdate|出荷日"
	confirmedBy       = "carriercode|配送業者コート" // normalised, as all of them
	confirmedName     = "carriername|配送業者名"
	confirmedTracking = "trackingnumber|お問い合わせ伝票番号"
)

// openConfirmations finds the columns of a shipping confirmation.
func openConfirmations(h *header, o *occasion) reader {
	return &confirmations{
		o: o, id: h.column(confirmedOrder), item: h.column(confirmedItem), quantity: h.column(confirmedQuantity), shipDate: h.column(confirmedOn),
		code: h.column(confirmedBy), carrier: h.column(confirmedName), tracking: h.column(confirmedTracking),
	}
}

// confirmations reads the rows of a shipping confirmation.
type confirmations struct {
	o                                                     *occasion
	id, item, quantity, shipDate, code, carrier, tracking int

	row  *row
	line []byte // the order-item-id of the row just read
	now  monitor.Confirmation
}

func (r *confirmations) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.Confirmation{AsOf: r.o.asOf}
	if !isOrderID(row.cell(r.id)) {
		return seen{}, &fault{column: r.id, expected: anOrderID}
	}
	cell := row.cell(r.shipDate)
	if i := bytes.IndexByte(cell, 'T'); i > 0 {
		_, zoned := parseInstant(cell)
		if _, plain := parseInstant(append(bytes.Clone(cell), 'Z')); zoned || plain {
			cell = cell[:i] // the day as typed, whatever the clock
		}
	}
	day, known, ok := r.o.day(cell, "", row.line)
	if !ok {
		return seen{}, &fault{column: r.shipDate, expected: aDay}
	}
	n, ok := parseUnits(row.cell(r.quantity))
	if !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units, or nothing for the whole order"}
	}
	r.now.ShipDate, r.now.Quantity = day, n
	// Without it the row would be of the whole order.
	if r.line = whole(clip(row.cell(r.item), maxName)); isCut(r.line) {
		return seen{}, &fault{column: r.item, expected: "all digits of an order-item-id, of which a spreadsheet has kept the first ones only: upload and import the file as text"}
	}
	if !known {
		return seen{}, nil
	}
	return seen{span: on(day)}, nil
}

func (r *confirmations) fact() monitor.Fact {
	c := r.now
	c.OrderID = string(r.row.cell(r.id))
	c.ItemID = string(r.line)
	c.Carrier = string(r.row.text(r.code, maxName))
	if name := r.row.text(r.carrier, maxName); normalise(c.Carrier) == "other" && len(name) > 0 || c.Carrier == "" {
		c.Carrier = string(name)
	}
	// NULL takes a tracking number back.
	if number := r.row.name(r.tracking); string(number) != "NULL" {
		c.Tracking = string(number)
	}
	c.Extra = r.row.extra()
	return c
}
