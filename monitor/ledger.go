package monitor

import (
	"strconv"
	"time"
)

// The kinds of export about what moves in Amazon's warehouses.
const (
	KindLedgerDetail  ExportKind = "ledger_detail"
	KindLedgerSummary ExportKind = "ledger_summary"
)

// LedgerEvent is a movement of units at Amazon: a receipt, a shipment, a loss, …. Every figure may be negative.
type LedgerEvent struct {
	Day          Day // as the export writes it, on the warehouse's clock
	At           *time.Time
	FNSKU        string
	ASIN         string
	SKU          string
	Title        string // hostile text
	Event        string // Receipts, Shipments, CustomerReturns, Adjustments, …
	Reference    string
	Quantity     *int   // nil: not told
	Center       string // fulfilment centre
	Disposition  string // SELLABLE, DEFECTIVE, EXPIRED, …
	Reason       string // a letter or two, of adjustments
	Country      string
	Store        string
	Reconciled   *int // units that another event has made good; nil: not told
	Unreconciled *int
	AsOf         time.Time `json:"-"`
	Extra        Extra     `json:",omitempty"`
}

// Key implements Record. What was reconciled changes from export to export and is not part of it, nor is what older
// exports do not have.
func (e LedgerEvent) Key() (string, bool) {
	quantity := ""
	if e.Quantity != nil {
		quantity = strconv.Itoa(*e.Quantity)
	}
	return join(e.Day.String(), e.FNSKU, e.SKU, e.Event, e.Reference, quantity, e.Center, e.Disposition, e.Reason), false
}

// Of implements Record.
func (LedgerEvent) Of() ExportKind { return KindLedgerDetail }

// When implements Record.
func (e LedgerEvent) When() Day { return e.Day }

// Stated implements Record.
func (e LedgerEvent) Stated() time.Time { return e.AsOf }

// LedgerBalance is the sum of a SKU's movements at Amazon in a day, or in the month that begins with the day. Figures are
// units; what leaves is negative; nil: not told.
type LedgerBalance struct {
	Day               Day
	Month             bool // of the whole month
	FNSKU             string
	ASIN              string
	SKU               string
	Title             string // hostile text
	Disposition       string
	Location          string // a country or a fulfilment centre
	Store             string
	Starting          *int
	InTransit         *int
	Receipts          *int
	CustomerShipments *int
	CustomerReturns   *int
	VendorReturns     *int
	Transfers         *int
	Found             *int
	Lost              *int
	Damaged           *int
	Disposed          *int
	Other             *int
	Unknown           *int
	Ending            *int
	AsOf              time.Time `json:"-"`
	Extra             Extra     `json:",omitempty"`
}

// Key implements Record.
func (b LedgerBalance) Key() (string, bool) {
	span := "day"
	if b.Month {
		span = "month"
	}
	return join(b.Day.String(), span, b.FNSKU, b.SKU, b.Disposition, b.Location, b.Store), false
}

// Of implements Record.
func (LedgerBalance) Of() ExportKind { return KindLedgerSummary }

// When implements Record.
func (b LedgerBalance) When() Day { return b.Day }

// Stated implements Record.
func (b LedgerBalance) Stated() time.Time { return b.AsOf }

func (LedgerEvent) fact()   {}
func (LedgerBalance) fact() {}
