package monitor

import "time"

// The kinds of export about goods.
const (
	KindFulfilledShipments ExportKind = "fulfilled_shipments"
	KindListings           ExportKind = "listings"
	KindFBAInventory       ExportKind = "fba_inventory"
	KindAFNInventory       ExportKind = "afn_inventory"
	KindReservedInventory  ExportKind = "reserved_inventory"
	KindExpiringInventory  ExportKind = "expiration_dated_inventory"
)

// ConditionNew is the item-condition code of new goods; 1 to 4 are used, 5 to 8 collectible, 10 is refurbished.
const ConditionNew = 11

// Listing is an offer of the seller.
type Listing struct {
	SKU         string
	ASIN        string
	Title       string // hostile text
	Description string // hostile text
	Condition   int    // Amazon's code, 1 to 11; 0: not told
	Price       string // as written
	Channel     Channel
	Status      string    // Active, Inactive, Incomplete; empty: not told
	AsOf        time.Time `json:"-"`
	Extra       Extra     `json:",omitempty"`
}

// Key implements Record.
func (l Listing) Key() (string, bool) { return l.SKU, true }

// Of implements Record.
func (Listing) Of() ExportKind { return KindListings }

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

func (Listing) fact() {}
func (Stock) fact()   {}
