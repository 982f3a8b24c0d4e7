package monitor

import "time"

// Fact is one row's worth of knowledge, as an export states it. The readers make facts; the store merges them. Merging
// is the same in any order and any number of times.
type Fact interface{ fact() }

// Place says where in its file a fact stands.
type Place struct {
	Line    int // physical line that the row begins in, from 1
	Segment int // how many headers of their own came above, from 0
	// Digest tells the row from other rows: its text, the header above it and what the reader took from outside. 0: not
	// told. Two rows with one digest state the same, but for when the export was made.
	Digest uint64
	// Product is a number that the reader gave to the SKU, ASIN and title of a sighting: the same number in one file, the
	// same three texts. 0: not told.
	Product uint32
}

// Channel says who ships an order.
type Channel string

// The channels, by the names of Amazon's performance report.
const (
	SellerFulfilled Channel = "mfn"
	FBA             Channel = "afn"
)

// Label names the channel for people.
func (c Channel) Label() string {
	switch c {
	case SellerFulfilled:
		return "seller-fulfilled"
	case FBA:
		return "FBA"
	default:
		return "unknown channel"
	}
}

// Status is the state of an order or of a line, in Amazon's words.
type Status string

// The states of an order. A partly shipped order is not confirmed yet.
const (
	Pending          Status = "Pending"
	Unshipped        Status = "Unshipped"
	PartiallyShipped Status = "PartiallyShipped"
	Shipped          Status = "Shipped"
	Cancelled        Status = "Cancelled"
)

// rank orders states that the same instant claims: the further one wins.
func (s Status) rank() int {
	switch s {
	case Pending:
		return 1
	case Unshipped:
		return 2
	case PartiallyShipped:
		return 3
	case Shipped:
		return 4
	case Cancelled:
		return 5
	default:
		return 0
	}
}

// Strength says how sure an export is of the marketplace of an order; a stronger word replaces a weaker one.
type Strength uint8

// From the weakest to the strongest.
const (
	NoMarketplace  Strength = iota
	ByShipCountry           // the country that the parcel goes to
	ByAccount               // the account's only or configured marketplace
	ByBuyerAddress          // the domain of the buyer's anonymous address, @marketplace.amazon.de
	BySalesChannel          // the sales-channel column
)

// NonAmazon is the sales-channel of multi-channel fulfilment: orders that no Amazon metric counts.
const NonAmazon Marketplace = "Non-Amazon"

// Sighting is an order line as one row of an order export shows it. A zero field is one that the row does not state.
type Sighting struct {
	OrderID     string
	Marketplace Marketplace
	Strength    Strength // of Marketplace
	Channel     Channel
	Purchased   time.Time // purchase-date
	Updated     time.Time // last-updated-date: the last change of the order that Amazon records
	AsOf        time.Time // the instant at which the export showed the order so (reporting-date, or the snapshot)
	Status      Status    // of the order; empty where the export does not say
	Released    bool      // the order has left Pending: only such orders are in this export
	ShipBy      time.Time // latest-ship-date or promise-date
	DeliverBy   time.Time // latest-delivery-date
	ShipService string    // ship-service-level
	ShipFrom    string    // the city of the seller's warehouse: actual-ship-from-city, or the default one
	BuyerCancel bool      // the buyer asked to cancel (is-buyer-requested-cancellation)
	Line        Line
	Parcel      Parcel // of which Line has the units only; without an ID: of the whole line
}

// Parcel is a shipment of a part of a line. The Amazon-fulfilled shipments report has a row for each, named by its
// shipment-item-id until 2023, and since then by its shipment-id only.
type Parcel struct {
	ID    string
	Whole bool // ID is a shipment-id
}

// Extra is what a row says under columns that no reader knows: a JSON object of texts by the column's own title, in the
// order of the titles; empty where there is none. Personal columns are never in it. Its texts are hostile.
type Extra string

// Line is one item line of an order.
type Line struct {
	ItemID   string // order-item-id; All Orders has it since May 2026 only
	SKU      string
	ASIN     string
	Title    string
	Quantity int    // units
	Status   Status // item-status, where the export has it
	Price    string // item-price of the line as the export writes it, "" where blank
	Currency string // ISO 4217
	Extra    Extra
}

// Confirmation is a row of a shipping confirmation file that the seller uploaded. Amazon counts the instant at which
// it accepted the file, not the ship-date typed in it.
type Confirmation struct {
	OrderID  string
	ItemID   string // empty: the whole order
	Quantity int    // 0: the whole line
	ShipDate Day    // as typed
	AsOf     time.Time
	Carrier  string
	Tracking string
	Extra    Extra
}

// Feedback is a rating that a buyer left for an order. The export holds 1 to 3 stars only.
type Feedback struct {
	OrderID  string
	Day      Day // on the marketplace's clock
	Rating   int // 1-5
	Comment  string
	Response string
	AsOf     time.Time // when the export was received: a buyer may revise a rating, and the newest export is right
	Extra    Extra
}

// Negative says whether the rating is an order defect: 1 or 2 stars. 3 stars is not.
func (f Feedback) Negative() bool { return f.Rating == 1 || f.Rating == 2 }

// ClaimKind tells A-to-z claims from chargebacks.
type ClaimKind string

// The kinds of claim.
const (
	AToZ       ClaimKind = "a-to-z"
	Chargeback ClaimKind = "chargeback"
	AToZReturn ClaimKind = "a-to-z of a return" // by the returns report, which does not say how it ended: the seller's list does
)

// ClaimStatus is where a claim stands.
type ClaimStatus string

// The states that take a claim out of the order defect rate. Any other one, unknown ones included, counts.
const (
	ClaimOpen         ClaimStatus = "open"
	ClaimGranted      ClaimStatus = "granted"
	ClaimDenied       ClaimStatus = "denied"
	ClaimWithdrawn    ClaimStatus = "withdrawn"
	ClaimAmazonFunded ClaimStatus = "amazon-funded"
)

// Claim is an A-to-z claim or a chargeback, from the seller's own list: Amazon lets nobody export it.
type Claim struct {
	OrderID string
	Kind    ClaimKind
	Opened  Day
	Status  ClaimStatus
	Amount  string // as written
	AsOf    time.Time
	Settled time.Time // when a list first said that it does not count; kept by the store
	Extra   Extra
}

// Counts says whether the claim is an order defect: every claim that is not denied, withdrawn or paid by Amazon.
func (c Claim) Counts() bool {
	return c.Status != ClaimDenied && c.Status != ClaimWithdrawn && c.Status != ClaimAmazonFunded
}

// AccountRecord is a row of accounts.csv: what the seller says of an account or store.
type AccountRecord struct {
	Account     string
	Name        string
	Marketplace Marketplace
	Status      string // NORMAL, AT_RISK, DEACTIVATED, … as the performance report writes it
	Opened      *Day
	Suspended   *Day
	AsOf        time.Time
	Extra       Extra
}

func (Sighting) fact()      {}
func (Confirmation) fact()  {}
func (Feedback) fact()      {}
func (Claim) fact()         {}
func (AccountRecord) fact() {}

// Own says whether the kind is a list that the seller keeps by hand: what it says last is right, also when it has said the
// same before.
func (k ExportKind) Own() bool {
	switch k {
	case KindClaims, KindAccounts, KindLots, KindViolations, KindInvoices, KindIdentities:
		return true
	}
	return false
}

// ExportKind names a kind of export file, as `goodstanding identify` and the metrics do: all_orders, feedback.
type ExportKind string

// The kinds that checks ask after by name.
const (
	KindAllOrders            ExportKind = "all_orders"
	KindOrderReport          ExportKind = "order_report"
	KindUnshippedOrders      ExportKind = "unshipped_orders"
	KindShippingConfirmation ExportKind = "shipping_confirmation"
	KindFeedback             ExportKind = "feedback"
	KindClaims               ExportKind = "claims"
	KindAccounts             ExportKind = "accounts"

	// KindArchive is how an archive or workbook is noted whose exports were all imported. It is no export itself.
	KindArchive ExportKind = "archive"
)
