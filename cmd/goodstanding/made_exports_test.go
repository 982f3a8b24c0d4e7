package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// madeFormat makes exports of a kind. Its columns are lines of "title: cell|cell", of which a row has one; a column with
// a question mark before its title is missing from some layouts. {order}, {item}, {sku}, {asin} and {n} stand for the
// thing that a row is about: items 0 and 1 are of one order and one product, so are 2 and 3.
type madeFormat struct {
	columns   string
	comma     bool           // a table is parted by commas, not tabs
	store     bool           // a file has a row for a store, and none without any
	documents []madeDocument // what it is as XML and JSON; a format without a table has these only
	noTable   bool
	records   func(ctx context.Context, s *store.Store, kind monitor.ExportKind) (any, error) // nil: it gives no records
	newest    func(ctx context.Context, k *store.Snapshot, kind monitor.ExportKind) (any, error)
}

// madeDocument is an export as XML or JSON: {title} in a record stands for the cell of that column.
type madeDocument struct{ head, record, between, tail string }

// anyDay is every day that a record may be about.
const anyDay = monitor.Day(1 << 30)

// recordsOf reads all records of a kind.
func recordsOf[T monitor.Record](ctx context.Context, s *store.Store, kind monitor.ExportKind) (any, error) {
	said, err := store.Records[T](ctx, s, "shop", kind, -anyDay, anyDay)
	return unsourced(said), err
}

// newestOf reads what the newest export of a kind lists.
func newestOf[T monitor.Record](ctx context.Context, k *store.Snapshot, kind monitor.ExportKind) (any, error) {
	l, err := monitor.ListedOf[T](ctx, k, kind)
	return listedRows[T]{unsourced(l.Rows), l.AsOf, l.BadRows}, err
}

// listedRows is a monitor.Listed without its sources: of equal rows, the file that was imported first is the source.
type listedRows[T monitor.Record] struct {
	Rows    []T
	AsOf    time.Time
	BadRows int
}

func unsourced[T monitor.Record](said []monitor.Sourced[T]) (rows []T) {
	for _, s := range said {
		rows = append(rows, s.Record)
	}
	return rows
}

const madeOrderCells = `
purchase-date: 2026-11-02T08:00:00+00:00
fulfillment-channel: Merchant|Merchant|Amazon
sales-channel: Amazon.com
ship-service-level: Standard|Expedited|
product-name: Kettle|Kettle, steel|
sku: {sku}|{sku}|{sku}|SKU-X
asin: {asin}|
currency: USD|
item-price: 9.99|8.50|
?is-buyer-requested-cancellation: true|false|
?seller-note: one|two|
`

const madeOrderColumns = `
amazon-order-id: {order}
last-updated-date: 2026-11-02T09:00:00+00:00|2026-11-03T09:00:00+00:00|2026-11-05T09:00:00+00:00|2026-11-06T09:00:00+00:00
order-status: Pending|Unshipped|Shipped|Cancelled
quantity: 0|1|2
item-status: Unshipped|Shipped|Cancelled|
` + madeOrderCells

// madeKnownColumns are those of an All Orders whose rows are recognised when a later one has them again.
const madeKnownColumns = `
amazon-order-id: {order}
purchase-date: 2026-11-02T08:00:00+00:00
last-updated-date: 2026-11-03T09:00:00+00:00|2026-11-05T09:00:00+00:00
order-status: Pending|Unshipped|Shipped|Cancelled
order-item-id: {item}
fulfillment-channel: Merchant
sales-channel: Amazon.com
sku: {sku}
quantity: 1|2
item-price: 9.99|8.50
?latest-ship-date: 2026-11-04T07:59:59+00:00|2026-11-05T07:59:59+00:00
`

// madeExports has a generator for each format that can be read.
var madeExports = map[monitor.ExportKind]madeFormat{
	monitor.KindAllOrders: {
		columns: madeOrderColumns + "?order-item-id: {item}\n?latest-ship-date: 2026-11-04T07:59:59+00:00|2026-11-05T07:59:59+00:00|",
		documents: []madeDocument{{
			head: `<AmazonEnvelope><Header><DocumentVersion>1.00</DocumentVersion></Header><MessageType>AllOrdersReport</MessageType>`,
			record: `<Message><Order><AmazonOrderID>{amazon-order-id}</AmazonOrderID><PurchaseDate>{purchase-date}</PurchaseDate>
<LastUpdatedDate>{last-updated-date}</LastUpdatedDate><OrderStatus>{order-status}</OrderStatus><SalesChannel>{sales-channel}</SalesChannel>
<FulfillmentData><FulfillmentChannel>{fulfillment-channel}</FulfillmentChannel><ShipServiceLevel>{ship-service-level}</ShipServiceLevel></FulfillmentData>
<OrderItem><AmazonOrderItemCode>{item}</AmazonOrderItemCode><ASIN>{asin}</ASIN><SKU>{sku}</SKU><ItemStatus>{item-status}</ItemStatus><ProductName>{product-name}</ProductName>
<Quantity>{quantity}</Quantity><ItemPrice><Component><Type>Principal</Type><Amount currency="USD">{item-price}</Amount></Component></ItemPrice></OrderItem></Order></Message>
`,
			tail: `</AmazonEnvelope>`,
		}},
	},
	monitor.KindOrderReport: {
		columns: `
order-id: {order}
order-item-id: {item}
payments-date: 2026-11-02T08:10:00+00:00|2026-11-02T08:30:00+00:00
buyer-email: k1@marketplace.amazon.com
quantity-purchased: 1|2
ship-country: US
?latest-ship-date: 2026-11-04T07:59:59+00:00|2026-11-05T07:59:59+00:00|
?latest-delivery-date: 2026-11-09T07:59:59+00:00|2026-11-10T07:59:59+00:00|
?shipment-status: Shipped|Unshipped|
` + madeOrderCells,
		documents: []madeDocument{{
			head: `<AmazonEnvelope><MessageType>OrderReport</MessageType>`,
			record: `<Message><OrderReport><AmazonOrderID>{order-id}</AmazonOrderID><OrderDate>{purchase-date}</OrderDate><OrderPostedDate>{payments-date}</OrderPostedDate>
<FulfillmentData><FulfillmentServiceLevel>{ship-service-level}</FulfillmentServiceLevel><LatestShipDate>2026-11-05T07:59:59+00:00</LatestShipDate></FulfillmentData>
<Item><AmazonOrderItemCode>{order-item-id}</AmazonOrderItemCode><SKU>{sku}</SKU><Title>{product-name}</Title><Quantity>{quantity-purchased}</Quantity></Item></OrderReport></Message>
`,
			tail: `</AmazonEnvelope>`,
		}},
	},
	monitor.KindUnshippedOrders: {columns: `
order-id: {order}
order-item-id: {item}
reporting-date: 2026-11-03T06:00:00+00:00|2026-11-04T06:00:00+00:00|2026-11-05T06:00:00+00:00
promise-date: 2026-11-04T07:59:59+00:00|2026-11-05T07:59:59+00:00
buyer-email: k1@marketplace.amazon.com
quantity-purchased: 1|2
` + madeOrderCells},
	monitor.KindFulfilledShipments: {columns: `
amazon-order-id: {order}
shipment-item-id: D{n}
?amazon-order-item-id: {item}
shipment-date: 2026-11-03T06:00:00+00:00
reporting-date: 2026-11-04T06:00:00+00:00|2026-11-05T06:00:00+00:00
quantity-shipped: 1|2
` + strings.Replace(madeOrderCells, "fulfillment-channel: Merchant|Merchant|Amazon", "fulfillment-channel: AFN", 1)},
	monitor.KindOrdersAPI: {columns: madeOrderColumns, noTable: true, documents: []madeDocument{
		{
			head: `{"payload": {"Orders": [`, between: ",\n", tail: `]}}`,
			record: `{"AmazonOrderId": "{amazon-order-id}", "PurchaseDate": "{purchase-date}", "LastUpdateDate": "{last-updated-date}", "OrderStatus": "{order-status}",
"FulfillmentChannel": "MFN", "SalesChannel": "{sales-channel}", "LatestShipDate": "2026-11-05T07:59:59Z", "OrderItems": [{"OrderItemId": "{item}",
"SellerSKU": "{sku}", "ASIN": "{asin}", "Title": "{product-name}", "QuantityOrdered": {quantity}}]}`,
		},
		{
			head: `{"orders": [`, between: ",\n", tail: `]}`,
			record: `{"orderId": "{amazon-order-id}", "createdTime": "{purchase-date}", "lastUpdatedTime": "{last-updated-date}", "fulfillment": {"fulfillmentStatus": "{order-status}", "fulfilledBy": "MERCHANT"},
"orderItems": [{"orderItemId": "{item}", "quantityOrdered": {quantity}, "product": {"asin": "{asin}", "title": "{product-name}", "sellerSku": "{sku}"}}]}`,
		},
		{
			head: `<ListOrdersResponse><ListOrdersResult><Orders>`, tail: `</Orders></ListOrdersResult></ListOrdersResponse>`,
			record: `<Order><AmazonOrderId>{amazon-order-id}</AmazonOrderId><PurchaseDate>{purchase-date}</PurchaseDate><LastUpdateDate>{last-updated-date}</LastUpdateDate>
<OrderStatus>{order-status}</OrderStatus><FulfillmentChannel>MFN</FulfillmentChannel></Order>
`,
		},
		{
			head: ``, between: "\n", tail: "\n",
			record: `{"payload": {"AmazonOrderId": "{amazon-order-id}", "OrderItems": [{"OrderItemId": "{item}", "SellerSKU": "{sku}", "Title": "{product-name}", "QuantityOrdered": {quantity}}]}}`,
		},
	}},
	monitor.KindShippingConfirmation: {columns: `
order-id: {order}
?order-item-id: {item}|
quantity: 1|2|
ship-date: 2026-11-03|2026-11-04
carrier-code: UPS|DHL
tracking-number: 1Z1|1Z2|
?seller-note: one|two
`},
	monitor.KindFeedback: {columns: `
Date: 11/10/26|11/12/26
Rating: 1|2|3
Comments: late|Late|
Your Response: sorry|
Order ID: {order}
Rater Email: k1@marketplace.amazon.com
?seller-note: one|two
`},
	monitor.KindClaims: {comma: true, columns: `
order-id: {order}
kind: a-to-z|a-to-z|chargeback
opened: 2026-11-08|2026-11-09
status: open|granted|denied|withdrawn|something new
amount: 9.99|8.50
?seller-note: one|two
`},
	monitor.KindAccounts: {comma: true, columns: `
account: shop|shop-{n}
name: My Shop|Another
marketplace: Amazon.com|Amazon.de
status: NORMAL|AT_RISK|DEACTIVATED
?opened: 2020-01-02|
?suspended: 2026-11-02|
?seller-note: one|two
`},
	monitor.KindFBAReturns: {records: recordsOf[monitor.Return], columns: `
return-date: 2026-11-05T09:00:00+00:00|2026-11-06T04:00:00-08:00
order-id: {order}
sku: {sku}
asin: {asin}
quantity: 1|2
detailed-disposition: SELLABLE|CUSTOMER_DAMAGED
reason: UNWANTED_ITEM|DEFECTIVE
status: Unit returned to inventory|Reimbursed
license-plate-number: LPN{n}|LPN{n}|
customer-comments: broken|
?seller-note: one|two
`},
	monitor.KindSellerReturns: {records: recordsOf[monitor.Return], columns: `
Order ID: {order}
Return request date: 05-Nov-2026|06-Nov-2026
Return request status: Approved|PendingApproval|Completed
Amazon RMA ID: D{n}RRMA
A-to-Z Claim: Y|N
ASIN: {asin}
Merchant SKU: {sku}
Return quantity: 1
Return Reason: CR-DEFECTIVE|CR-UNWANTED_ITEM
Resolution: StandardRefund|
?SafeT claim state: Granted|
`, documents: []madeDocument{{
		head: `<AmazonEnvelope><MessageType>Returns-Report</MessageType><Message>`, tail: `</Message></AmazonEnvelope>`,
		record: `<return_details><item_details><asin>{ASIN}</asin><return_reason_code>{Return Reason}</return_reason_code><merchant_sku>{Merchant SKU}</merchant_sku><return_quantity>1</return_quantity>
<resolution>{Resolution}</resolution></item_details><order_id>{Order ID}</order_id><amazon_rma_id>{Amazon RMA ID}</amazon_rma_id><return_request_date>{Return request date}</return_request_date>
<return_request_status>{Return request status}</return_request_status></return_details>
`,
	}}},
	monitor.KindReplacements: {records: recordsOf[monitor.Replacement], columns: `
shipment-date: 2026-11-05T09:00:00+00:00|2026-11-06T09:00:00+00:00
sku: {sku}
asin: {asin}
quantity: 1|2
replacement-reason-code: 0|3
replacement-amazon-order-id: {order}
original-amazon-order-id: 111-9999999-0000001
`},
	monitor.KindLedgerDetail: {records: recordsOf[monitor.LedgerEvent], columns: `
Date: 11/05/2026|11/20/2026
FNSKU: X{n}
ASIN: {asin}
MSKU: {sku}
Title: Kettle|Kettle, 6" lid
Event Type: Adjustments|Receipts
Reference ID: 600{n}
Quantity: -1|2
Fulfillment Center: PHX3
Disposition: SELLABLE|DEFECTIVE
Reason: M|
?Country: US
?Reconciled Quantity: 0|1
?Unreconciled Quantity: 0|1
?Store: |US
`},
	monitor.KindLedgerSummary: {records: recordsOf[monitor.LedgerBalance], columns: `
Date: 11/05/2026|11/20/2026
FNSKU: X{n}
ASIN: {asin}
MSKU: {sku}
Title: Kettle
Disposition: SELLABLE|DEFECTIVE
Starting Warehouse Balance: 10|12
Customer Shipments: -1|-2
Ending Warehouse Balance: 9|10
Location: US
?Lost: 0|-1
`},
	monitor.KindPerformance: {records: recordsOf[monitor.Performance], noTable: true, store: true, columns: `
store: ATVPDKIKX0DER|A1PA6795UKMFR9
to: 2026-11-05|2026-11-06
rate: 0.01|0.02
status: GOOD|BAD
`, documents: []madeDocument{
		{
			head: `{"performanceMetrics": [`, between: ",\n", tail: `]}`,
			record: `{"marketplaceId": "{store}", "lateShipmentRate": {"rate": {rate}, "status": "{status}", "orderCount": 100,
"reportingDateRange": {"reportingDateFrom": "2026-10-06T00:00Z", "reportingDateTo": "{to}T23:59Z"}}}`,
		},
		{
			head: `<sellerPerformanceReports>`, tail: `</sellerPerformanceReports>`,
			record: `<sellerPerformanceReport><orderDefects><orderDefectMetrics><timeFrame><start>2026-09-06T00:00:00Z</start><end>{to}T23:59:59Z</end></timeFrame><orderCount>390</orderCount>
<orderWithDefects><rate>1.28%</rate><count>5</count></orderWithDefects></orderDefectMetrics></orderDefects></sellerPerformanceReport>
`,
		},
	}},
	monitor.KindLots: {records: recordsOf[monitor.Lot], comma: true, columns: `
sku: {sku}
lot: L{n}
quantity: 5|9
expires: 2027-01-31|2027-02-28|
?condition: New|Used
?source: Acme|
?received: 2026-06-01|
`},
	monitor.KindViolations: {records: recordsOf[monitor.Violation], comma: true, columns: `
opened: 2026-10-01|2026-10-02
class: restricted products|listing policy
asin: {asin}|
severity: high|low
status: open|resolved
?note: word: mold|
?sku: {sku}
`},
	monitor.KindInvoices: {records: recordsOf[monitor.Invoice], comma: true, columns: `
supplier: Acme
number: INV-{n}
date: 2026-03-02|2026-03-03
asin: {asin}
units: 10|20
?seller-note: one|
`},
	monitor.KindIdentities: {records: recordsOf[monitor.Identity], comma: true, columns: `
account: shop
kind: legal_name|bank_account
value: Shop {n}|12345678{n}
?since: 2019-04-01|
?source: registration|
`},
	monitor.KindListings: {records: recordsOf[monitor.Listing], newest: newestOf[monitor.Listing], columns: `
item-name: Kettle|Kettle, steel
listing-id: 11{n}
seller-sku: SKU-{n}
price: 9.99|8.50
quantity: 1|2|
open-date: 2026-02-13 10:00:00 GMT
item-condition: 11
asin1: {asin}
fulfillment-channel: DEFAULT|AMAZON_NA
?status: Active|Inactive
`},
	monitor.KindInventoryReport: {records: recordsOf[monitor.Listing], newest: newestOf[monitor.Listing], columns: `
sku: SKU-{n}
asin: {asin}
price: 9.99|8.50
quantity: 1|2|
?Business Price: 8.00|
`},
	monitor.KindFBAInventory: {records: recordsOf[monitor.Stock], newest: newestOf[monitor.Stock], columns: `
sku: SKU-{n}
fnsku: X{n}
asin: {asin}
product-name: Kettle|Kettle, steel
condition: New
afn-fulfillable-quantity: 0|3|--
afn-unsellable-quantity: 0|1
afn-total-quantity: 3|4
?afn-inbound-working-quantity: 0|5
`},
	monitor.KindAFNInventory: {records: recordsOf[monitor.Stock], newest: newestOf[monitor.Stock], columns: `
seller-sku: {sku}
fulfillment-channel-sku: X{n}
asin: {asin}
condition-type: NewItem
Warehouse-Condition-code: SELLABLE|UNSELLABLE
Quantity Available: 0|1|2
`},
	monitor.KindReservedInventory: {records: recordsOf[monitor.Stock], newest: newestOf[monitor.Stock], columns: `
sku: {sku}
fnsku: X{n}
asin: {asin}
product-name: Kettle
reserved_qty: 0|1|2
reserved_customerorders: 0|1
?program: US|
`},
	monitor.KindExpiringInventory: {records: recordsOf[monitor.Stock], newest: newestOf[monitor.Stock], columns: `
snapshot-date: 2026-11-05|2026-11-06
sku: {sku}
fnsku: X{n}
product-name: Kettle
detailed-disposition: SELLABLE
quantity: 1|2
fulfillment-center-id: LEX1|PHX3
expiration-day: 2027-01-31|2027-02-28
`},
	monitor.KindPlanning: {records: recordsOf[monitor.Planning], newest: newestOf[monitor.Planning], columns: `
snapshot-date: 2026-11-05|2026-11-06
sku: SKU-{n}
fnsku: X{n}
asin: {asin}
product-name: Kettle
condition: New
available: 1|2
inv-age-0-to-90-days: 1|2
inv-age-91-to-180-days: 0|1
days-of-supply: 30|40.5
units-shipped-t30: 3|4
?alert: Excess|
`},
	monitor.KindStranded: {records: recordsOf[monitor.Stranded], newest: newestOf[monitor.Stranded], columns: `
primary-action: Relist
date-stranded: 2026-10-28T10:02:32-07:00|2026-10-29T10:02:32-07:00
status-primary: Inactive
stranded-reason: Closed listing|Listing error
asin: {asin}
sku: {sku}
fnsku: X{n}
product-name: Kettle
condition: New
fulfillable-qty: 1|2
?error-message: no 6" variant|
`},
	monitor.KindVoice: {records: recordsOf[monitor.CustomerVoice], newest: newestOf[monitor.CustomerVoice], columns: `
Product name: Kettle
ASIN: {asin}
SKU: SKU-{n}
Condition: New|Used
Fulfilled by: Amazon
NCX rate: 5%
NCX orders: 5
Total orders: 100
?Star rating: 4.1|3.9
?Return rate: 7.3%
Top NCX reason: Defective item|
CX health: Poor|Good
`},
}

// madeColumn is a column of a made export.
type madeColumn struct {
	title    string
	cells    []string
	optional bool
}

// parsed returns the columns of a format.
func (f madeFormat) parsed() []madeColumn {
	var all []madeColumn
	for line := range strings.Lines(f.columns) {
		title, cells, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !ok {
			continue
		}
		name, optional := strings.CutPrefix(title, "?")
		all = append(all, madeColumn{name, strings.Split(strings.TrimSpace(cells), "|"), optional})
	}
	return all
}

// madeRow is a row of an export: its cells by title, and the thing that it is about.
type madeRow struct {
	thing int
	cells map[string]string
}

// drawRow draws a row of a format.
func drawRow(t *rapid.T, columns []madeColumn) madeRow {
	r := madeRow{thing: rapid.IntRange(0, 3).Draw(t, "thing"), cells: map[string]string{}}
	about := strings.NewReplacer(
		"{order}", fmt.Sprintf("111-0000000-000000%d", r.thing/2), "{item}", fmt.Sprintf("6000000000000%d", r.thing),
		"{sku}", fmt.Sprintf("SKU-%d", r.thing/2), "{asin}", fmt.Sprintf("B00000000%d", r.thing/2), "{n}", fmt.Sprint(r.thing))
	for _, c := range columns {
		cell := c.cells[0]
		if len(c.cells) > 1 {
			cell = rapid.SampledFrom(c.cells).Draw(t, c.title)
		}
		r.cells[c.title] = about.Replace(cell)
	}
	r.cells["item"] = about.Replace("{item}")
	return r
}

// madeLayout writes rows as an export: its text, and the content of the file that it comes in.
type madeLayout func(rows []madeRow) (text string, content []byte)

// drawLayout draws how an export is written: as a table of which some columns, or as a document.
func drawLayout(t *rapid.T, f madeFormat, columns []madeColumn) madeLayout {
	if n := rapid.IntRange(0, 2*len(f.documents)).Draw(t, "document"); n < len(f.documents) || f.noTable {
		d := f.documents[n%len(f.documents)]
		return func(rows []madeRow) (string, []byte) {
			var records []string
			for _, r := range rows {
				record := d.record
				for title, cell := range r.cells {
					record = strings.ReplaceAll(record, "{"+title+"}", cell)
				}
				records = append(records, record)
			}
			text := d.head + strings.Join(records, d.between) + d.tail
			if len(rows) == 0 && d.head == "" {
				text = `{"payload": {"Orders": []}}`
			}
			return text, []byte(text)
		}
	}
	sep := "\t"
	if f.comma {
		sep = ","
	}
	var titles []string
	for _, c := range columns {
		if !c.optional || rapid.Bool().Draw(t, "has "+c.title) {
			titles = append(titles, c.title)
		}
	}
	form := rapid.SampledFrom([]string{"plain", "plain", "crlf", "utf-16", "gzip"}).Draw(t, "form")
	return func(rows []madeRow) (string, []byte) {
		var b strings.Builder
		b.WriteString(strings.Join(titles, sep) + "\n")
		for _, r := range rows {
			for i, title := range titles {
				if i > 0 {
					b.WriteString(sep)
				}
				b.WriteString(r.cells[title])
			}
			b.WriteString("\n")
		}
		return b.String(), encodeMade(b.String(), form)
	}
}

// encodeMade writes a text in the forms in which files come.
func encodeMade(text, form string) []byte {
	var b bytes.Buffer
	switch form {
	case "crlf":
		b.WriteString(strings.ReplaceAll(text, "\n", "\r\n"))
	case "utf-16":
		for _, c := range utf16.Encode([]rune("\ufeff" + text)) {
			_ = binary.Write(&b, binary.LittleEndian, c)
		}
	case "gzip":
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(text)) // a buffer takes everything
		_ = z.Close()
	default:
		b.WriteString(text)
	}
	return b.Bytes()
}
