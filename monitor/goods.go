package monitor

import (
	"strings"
	"time"
)

// The kinds of export about goods.
const (
	KindFulfilledShipments ExportKind = "fulfilled_shipments"
	KindListings           ExportKind = "listings"
	KindFBAInventory       ExportKind = "fba_inventory"
	KindAFNInventory       ExportKind = "afn_inventory"
	KindReservedInventory  ExportKind = "reserved_inventory"
	KindExpiringInventory  ExportKind = "expiration_dated_inventory"
	KindInventoryReport    ExportKind = "inventory_report"
	KindPlanning           ExportKind = "inventory_planning"
	KindStranded           ExportKind = "stranded_inventory"
)

// ConditionNew is the item-condition code of new goods; 1 to 4 are used, 5 to 8 collectible, 10 is refurbished.
const ConditionNew = 11

// Listing is an offer of the seller, from the listings report or from the shorter inventory report, which tells the SKU,
// the ASIN, the price and the quantity only.
type Listing struct {
	Kind        ExportKind // empty: KindListings
	SKU         string
	ASIN        string
	Title       string     // hostile text
	Description string     // hostile text
	Condition   int        // Amazon's code, 1 to 11; 0: not told
	Price       string     // as written
	Quantity    *int       // units that the seller offers; nil: not told, as for goods at Amazon
	Channel     Channel    // empty: not told
	Status      string     // Active, Inactive, Incomplete; Cancelled where the report is the one of cancelled listings; empty: not told
	OpenDate    *time.Time // when the offer was made; nil: not told, or in a form that could be read in two ways
	AsOf        time.Time  `json:"-"`
	Extra       Extra      `json:",omitempty"`
}

// Off says whether the offer is known not to be on sale. Another status, and one that Amazon adds or translates, such as
// "Active [*]", says nothing of the kind.
func (l Listing) Off() bool {
	switch strings.ToLower(strings.TrimSpace(l.Status)) {
	case "inactive", "incomplete", "cancelled", "closed", "deleted":
		return true
	}
	return false
}

// Key implements Record.
func (l Listing) Key() (string, bool) { return l.SKU, true }

// Of implements Record.
func (l Listing) Of() ExportKind {
	if l.Kind == "" {
		return KindListings
	}
	return l.Kind
}

// When implements Record.
func (Listing) When() Day { return 0 }

// Stated implements Record.
func (l Listing) Stated() time.Time { return l.AsOf }

// Stock is a row of one of the FBA inventory exports. A figure that the export does not give, or gives as "--" or "N/A",
// is nil: missing is not 0. An export shows all there is: a row that a newer one no longer has is gone.
type Stock struct {
	Kind        ExportKind
	Snapshot    *Day // of the export; nil: it does not say
	SKU         string
	FNSKU       string
	ASIN        string
	Title       string // hostile text
	Condition   string
	Store       string
	Center      string // fulfilment centre
	Disposition string
	Expires     *Day // of the units; nil: not told
	Quantity    *int
	Fulfillable *int
	Unsellable  *int
	Reserved    *int
	Inbound     *int
	AsOf        time.Time `json:"-"`
	Extra       Extra     `json:",omitempty"`
}

// Key implements Record. One FNSKU may stand in several rows.
func (s Stock) Key() (string, bool) {
	expires := ""
	if s.Expires != nil {
		expires = s.Expires.String()
	}
	return s.SKU + "\x00" + s.FNSKU + "\x00" + s.Store + "\x00" + s.Center + "\x00" + s.Disposition + "\x00" + expires, false
}

// Of implements Record.
func (s Stock) Of() ExportKind { return s.Kind }

// When implements Record.
func (s Stock) When() Day {
	if s.Snapshot == nil {
		return 0
	}
	return *s.Snapshot
}

// Stated implements Record.
func (s Stock) Stated() time.Time { return s.AsOf }

// Planning is a row of the FBA inventory planning export: a SKU at Amazon, how old its units are and how they sell. The
// Stock in it has the units on sale as Fulfillable, and all that Amazon has, if told, as Quantity.
type Planning struct {
	Stock
	Aged           []AgedUnits // by age; a bucket that the export does not fill is not there
	PendingRemoval *int        // units
	Shipped7       *int        // units shipped in the last 7 days; so below
	Shipped30      *int
	Shipped60      *int
	Shipped90      *int
	SellThrough    *float64 // units shipped in 90 days for each unit at Amazon, as Amazon reckons it
	DaysOfSupply   *float64
	HistoricalDays *float64 // days of supply over the past, on which the low-inventory fee rests
	TotalDays      *float64 // days of supply with what is on its way
	WeeksOfCover30 *float64 // at the pace of the last 30 days
	WeeksOfCover90 *float64
	Excess         *int     // units more than Amazon would keep
	RemovalAdvised *int     // units that Amazon would have removed
	MinimumLevel   *int     // units below which the low-inventory fee begins
	LevelHealth    string   // fba-inventory-level-health-status
	StorageCost    *float64 // estimate for the next month, in Currency
	Currency       string   // ISO 4217
	NoSale6Months  *int     // units without a sale in six months
	Alert          string   // "Excess", "Low traffic", …
	Action         string   // recommended-action
}

// AgedUnits is how many units have been at Amazon for a number of days.
type AgedUnits struct {
	From, To int // days, both included; To is 0 for the last bucket, which has no end
	Units    int
}

// Stranded is a SKU at Amazon that cannot be sold for want of an offer. The export shows all there are.
type Stranded struct {
	SKU           string
	FNSKU         string
	ASIN          string
	Title         string // hostile text
	Condition     string
	Reason        string // stranded-reason
	Status        string // status-primary
	StatusDetail  string // status-secondary
	Problem       string // error-message: hostile text
	Action        string // primary-action: what Amazon proposes
	FulfilledBy   string
	Price         string // as written
	Since         *Day   // nil: not told
	AutoRemoval   *Day   // when Amazon removes the units by itself; nil: not told
	Fulfillable   *int
	Unfulfillable *int
	Reserved      *int
	Inbound       *int
	AsOf          time.Time `json:"-"`
	Extra         Extra     `json:",omitempty"`
}

// Key implements Record.
func (s Stranded) Key() (string, bool) { return s.SKU + "\x00" + s.FNSKU + "\x00" + s.Condition, false }

// Of implements Record.
func (Stranded) Of() ExportKind { return KindStranded }

// When implements Record.
func (s Stranded) When() Day {
	if s.Since == nil {
		return 0
	}
	return *s.Since
}

// Stated implements Record.
func (s Stranded) Stated() time.Time { return s.AsOf }

func (Listing) fact()  {}
func (Stock) fact()    {}
func (Stranded) fact() {}
