package monitor

import (
	"strings"
	"time"
)

// Record is a fact that hangs on no order: it is kept by its own key.
type Record interface {
	Fact
	// Key says which rows, of whatever file, are about the same thing. Without unique, a file may hold several rows that
	// are all real: the n-th of one file is the n-th of another.
	Key() (key string, unique bool)
	// When is the day that the record is about; 0: none.
	When() Day
	// Of is the kind of export that states it.
	Of() ExportKind
	// Stated is the instant of the export: the newer word stands.
	Stated() time.Time
}

// join makes a key of texts, of which none has a NUL in it.
func join(parts ...string) string { return strings.Join(parts, "\x00") }

// The kinds of export that give records.
const (
	KindFBAReturns    ExportKind = "fba_returns"
	KindSellerReturns ExportKind = "seller_returns"
	KindReplacements  ExportKind = "replacements"
	KindLots          ExportKind = "lots"
	KindViolations    ExportKind = "violations"
	KindInvoices      ExportKind = "invoices"
)

// Return is a unit, or several, that a buyer sent back or asked to.
type Return struct {
	Channel     Channel
	OrderID     string
	ReturnID    string // licence plate number, or Amazon RMA id; may be empty
	SKU         string
	ASIN        string
	Day         Day // FBA: of processing; seller-fulfilled: of the request
	Quantity    int
	Reason      string // as the export has it; unknown ones too
	Disposition string // FBA: SELLABLE, CUSTOMER_DAMAGED, …
	Status      string
	Resolution  string    // seller-fulfilled
	Comment     string    // the buyer's words: hostile text
	AToZ        bool      // an A-to-z claim was filed
	AsOf        time.Time `json:"-"`
	Extra       Extra     `json:",omitempty"`
}

// Key implements Record. Amazon re-dates FBA returns, so the licence plate is the key where there is one: it names a unit.
// An RMA may list the same SKU several times.
func (r Return) Key() (string, bool) {
	if r.ReturnID != "" {
		return join(r.ReturnID, r.SKU), r.Channel == FBA
	}
	return r.OrderID + "\x00" + r.SKU + "\x00" + r.Day.String() + "\x00" + r.Reason, false
}

// Of implements Record.
func (r Return) Of() ExportKind {
	if r.Channel == FBA {
		return KindFBAReturns
	}
	return KindSellerReturns
}

// When implements Record.
func (r Return) When() Day { return r.Day }

// Stated implements Record.
func (r Return) Stated() time.Time { return r.AsOf }

// Claim is the A-to-z claim that the report shows on the order of a return. The report does not say when it was opened: it
// was known when the report was made.
func (r Return) Claim() Claim {
	return Claim{OrderID: r.OrderID, Kind: AToZReturn, Opened: DayOf(r.AsOf, time.UTC), Status: ClaimOpen, AsOf: r.AsOf}
}

// Replacement is a unit that Amazon sent in place of another.
type Replacement struct {
	OrderID  string // of the replacement
	Replaces string // the original order
	SKU      string
	ASIN     string
	Day      Day // of shipment
	Quantity int
	Reason   string
	AsOf     time.Time `json:"-"`
	Extra    Extra     `json:",omitempty"`
}

// Key implements Record.
func (r Replacement) Key() (string, bool) { return r.OrderID + "\x00" + r.SKU, false }

// Of implements Record.
func (Replacement) Of() ExportKind { return KindReplacements }

// When implements Record.
func (r Replacement) When() Day { return r.Day }

// Stated implements Record.
func (r Replacement) Stated() time.Time { return r.AsOf }

// Lot is a lot of goods from the seller's own list.
type Lot struct {
	SKU       string
	Lot       string
	Quantity  int
	Expires   *Day
	Condition string
	Source    string // supplier, "customer return", …
	Received  *Day
	AsOf      time.Time `json:"-"`
	Extra     Extra     `json:",omitempty"`
}

// Key implements Record.
func (l Lot) Key() (string, bool) { return l.SKU + "\x00" + l.Lot, true }

// Of implements Record.
func (Lot) Of() ExportKind { return KindLots }

// When implements Record.
func (l Lot) When() Day {
	if l.Expires == nil {
		return 0
	}
	return *l.Expires
}

// Stated implements Record.
func (l Lot) Stated() time.Time { return l.AsOf }

// Violation is a row of the account-health page's list, which no API gives, from the seller's own copy.
type Violation struct {
	Opened   Day
	Class    string
	ASIN     string
	SKU      string
	Severity string
	Status   string
	Note     string
	AsOf     time.Time `json:"-"`
	Extra    Extra     `json:",omitempty"`
}

// Key implements Record.
func (v Violation) Key() (string, bool) {
	return v.Opened.String() + "\x00" + v.Class + "\x00" + v.ASIN, false
}

// Of implements Record.
func (Violation) Of() ExportKind { return KindViolations }

// When implements Record.
func (v Violation) When() Day { return v.Opened }

// Stated implements Record.
func (v Violation) Stated() time.Time { return v.AsOf }

// Invoice is a line of a supplier's invoice, from the seller's own list.
type Invoice struct {
	Supplier string
	Number   string
	Day      Day
	ASIN     string
	Units    int
	AsOf     time.Time `json:"-"`
	Extra    Extra     `json:",omitempty"`
}

// Key implements Record.
func (i Invoice) Key() (string, bool) {
	return i.Supplier + "\x00" + i.Number + "\x00" + i.ASIN, false
}

// Of implements Record.
func (Invoice) Of() ExportKind { return KindInvoices }

// When implements Record.
func (i Invoice) When() Day { return i.Day }

// Stated implements Record.
func (i Invoice) Stated() time.Time { return i.AsOf }

func (Return) fact()      {}
func (Replacement) fact() {}
func (Lot) fact()         {}
func (Violation) fact()   {}
func (Invoice) fact()     {}
