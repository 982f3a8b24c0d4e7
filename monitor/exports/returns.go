package exports

import (
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// FBA customer returns: what came back to a fulfilment centre. Refunds without a return are not in it.
var _ = register(Format{
	Kind:    "fba_returns",
	Title:   "FBA Customer Returns",
	Where:   "Seller Central, Reports > Fulfilment > Customer Concessions > FBA customer returns.",
	Settles: "What buyers say of the goods, and what went back on the shelf.",
	key:     []string{returnedOn, "orderid|amazonorderid", returnedAs, returnedFor},
	ignored: names(`fnsku product-name title fulfillment-center-id Fulfilment-centre-id FC`),
	open: func(h *header, o *occasion) reader {
		return &returns{
			o: o, channel: monitor.FBA,
			day: h.column(returnedOn), order: h.column("orderid|amazonorderid"), id: h.column("licenseplatenumber|licenceplatenumber|lpn"),
			sku: h.column("sku|merchantsku"), asin: h.column("asin"), quantity: h.column("quantity"), reason: h.column(returnedFor),
			disposition: h.column(returnedAs), status: h.column("status"), comment: h.column("customercomments"),
			resolution: -1, claim: -1,
		}
	},
})

// The columns as the download names them, and as the page and Amazon's help do.
const (
	returnedOn  = "returndate|returneddate"
	returnedAs  = "detaileddisposition|disposition"
	returnedFor = "reason|customerreturnreason|returnreason"
)

// Seller-fulfilled returns by return date: return requests. The file holds no buyer's name.
var _ = register(Format{
	Kind:    "seller_returns",
	Title:   "Seller-Fulfilled Returns",
	Where:   "Seller Central, Reports > Return Reports > Returns by return date.",
	Settles: "What buyers say of the goods, and A-to-z claims that follow a return.",
	key:     []string{"orderid", "returnrequestdate", "amazonrmaid", "returnreason"},
	// Which languages Seller Central writes the header in is not known; the order of the columns has never changed.
	position: sellerReturnsByPosition,
	documents: []document{{
		syntax: "xml", path: "AmazonEnvelope/Message/return_details", message: "returnsreport",
		open: func(o *occasion) recordReader {
			return openTable("item_details", []field{
				{column: "orderid", from: "/order_id"},
				{column: "returnrequestdate", from: "/return_request_date"},
				{column: "returnrequeststatus", from: "/return_request_status"},
				{column: "amazonrmaid", from: "/amazon_rma_id"},
				{column: "atozclaim", from: "/a_to_z_claim"},
				{column: "merchantsku", from: "merchant_sku"},
				{column: "asin", from: "asin"},
				{column: "returnquantity", from: "return_quantity"},
				{column: "returnreason", from: "return_reason_code|return_reason"},
				{column: "resolution", from: "resolution"},
			}, func(h *header) reader { return openSellerReturns(h, o) })
		},
	}},
	ignored: names(`Orderdate MerchantRMAID Labeltype Labelcost Currencycode Returncarrier TrackingID Labeltobepaidby ItemName
		Invoicenumber Returndeliverydate OrderAmount Orderquantity RefundedAmount VAT OrderItemID`),
	open: openSellerReturns,
})

// sellerReturnsPositions names the columns that every layout has, in their order.
var sellerReturnsPositions = []string{
	"orderid", "orderdate", "returnrequestdate", "returnrequeststatus", "amazonrmaid", "merchantrmaid", "labeltype", "labelcost",
	"currencycode", "returncarrier", "trackingid", "labeltobepaidby", "atozclaim", "isprime", "asin", "merchantsku", "itemname",
	"returnquantity", "returnreason", "inpolicy", "returntype", "resolution", "invoicenumber", "returndeliverydate", "orderamount",
	"orderquantity", "safetactionreason", "safetclaimid", "safetclaimstate", "safetclaimcreationtime", "safetclaimreimbursementamount",
	"refundedamount",
}

// sellerReturnsByPosition recognises the report under a header in an unknown language by a row below it that has an order, a
// date, an ASIN and a number where they belong, and yes or no where claims are told.
func sellerReturnsByPosition(h *header, below [][]byte, delim byte) ([]string, bool) {
	if len(h.cells) < len(sellerReturnsPositions) || isOrderID([]byte(h.cells[0])) {
		return nil, false
	}
	// A header in English that lacks a column has the others in other places.
	known := 0
	for _, name := range h.names {
		if slices.Contains(sellerReturnsPositions, name) {
			known++
		}
	}
	if known > 4 {
		return nil, false
	}
	t := table{delim: delim, lines: &lines{}}
	at := func(cells [][]byte, name string) []byte {
		return bare(cells[slices.Index(sellerReturnsPositions, name)])
	}
	for _, line := range below {
		cells := t.glimpse(line)
		if len(cells) < len(sellerReturnsPositions) || !isOrderID(at(cells, "orderid")) || !isASIN(at(cells, "asin")) {
			continue
		}
		_, stated := parseStated(at(cells, "returnrequestdate"), time.UTC)
		_, written := parseWritten(at(cells, "returnrequestdate"))
		_, counted := parseUnits(at(cells, "returnquantity"))
		if claim := strings.ToUpper(string(at(cells, "atozclaim"))); (stated || written) && counted && (claim == "Y" || claim == "N") {
			return sellerReturnsPositions, true
		}
	}
	return nil, false
}

// openSellerReturns finds the columns of seller-fulfilled returns.
func openSellerReturns(h *header, o *occasion) reader {
	return &returns{
		o: o, channel: monitor.SellerFulfilled,
		day: h.column("returnrequestdate"), order: h.column("orderid"), id: h.column("amazonrmaid"),
		sku: h.column("merchantsku"), asin: h.column("asin"), quantity: h.column("returnquantity"), reason: h.column("returnreason"),
		disposition: -1, status: h.column("returnrequeststatus"), comment: -1, resolution: h.column("resolution"), claim: h.column("atozclaim"),
	}
}

// returns reads the rows of both kinds.
type returns struct {
	o       *occasion
	channel monitor.Channel

	day, order, id, sku, asin, quantity, reason, disposition, status, comment, resolution, claim int

	row *row
	now monitor.Return
}

func (r *returns) read(row *row) (seen, *fault) {
	r.row = row
	if !isOrderID(row.cell(r.order)) {
		return seen{}, &fault{column: r.order, expected: anOrderID}
	}
	if f := r.o.product(row, r.sku, r.asin); f != nil {
		return seen{}, f
	}
	// The processing instant of an FBA return has an offset; a request has a date with English months. A spreadsheet may
	// have written either anew.
	day, known, ok := r.o.day(row.cell(r.day), "", row.line)
	if !ok {
		return seen{}, &fault{column: r.day, expected: aDay}
	}
	n, ok := parseUnits(row.cell(r.quantity))
	if !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units"}
	}
	r.now = monitor.Return{Channel: r.channel, Day: day, Quantity: n, AsOf: r.o.asOf}
	if !known {
		return seen{}, nil
	}
	return seen{span: on(day)}, nil
}

func (r *returns) fact() monitor.Fact {
	f := r.now
	f.OrderID = string(r.row.cell(r.order))
	f.ReturnID = string(r.row.name(r.id))
	f.SKU, f.ASIN = r.row.sku(r.sku), r.row.asin(r.asin)
	f.Reason = string(r.row.name(r.reason))
	f.Disposition, f.Status = string(r.row.name(r.disposition)), string(r.row.name(r.status))
	f.Resolution = string(r.row.name(r.resolution))
	f.Comment = string(r.row.text(r.comment, maxWords))
	f.AToZ = parseYes(r.row.cell(r.claim))
	f.Extra = r.row.extra()
	return f
}
