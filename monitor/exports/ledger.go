package exports

import (
	"strconv"
	"strings"

	"goodstanding/monitor"
)

// The inventory ledger writes the month first in every store, and its quotation marks inside a cell are not doubled. The
// documentation writes its titles without blanks.
const ledgerWhere = "Seller Central, Reports > Fulfilment > Inventory Ledger, "

var (
	_ = register(Format{
		Kind:    "ledger_detail",
		Title:   "Inventory Ledger, Detailed View",
		Where:   ledgerWhere + "detailed view.",
		Settles: "What Amazon lost, damaged, found or disposed of, and what of it was made good.",
		key:     []string{"date", "fnsku", "msku", "eventtype"},
		open: func(h *header, o *occasion) reader {
			r := &ledgerEvents{
				o: o, date: h.column("date"), at: h.column("dateandtime"), title: h.column("title"),
				texts: columns(h, "fnsku", "asin", "msku", "eventtype", "referenceid", "fulfillmentcenter|fulfilmentcentre", "disposition", "reason", "country", "store"),
			}
			r.figures.units = []unitsColumn{
				{h.column("quantity"), &r.now.Quantity}, {h.column("reconciledquantity"), &r.now.Reconciled}, {h.column("unreconciledquantity"), &r.now.Unreconciled},
			}
			monthFirst(o)
			return r
		},
	})
	_ = register(Format{
		Kind:    "ledger_summary",
		Title:   "Inventory Ledger, Summary View",
		Where:   ledgerWhere + "summary view.",
		Settles: "Whether the units at Amazon add up from day to day.",
		key:     []string{"date", "msku", "startingwarehousebalance", "endingwarehousebalance"},
		open: func(h *header, o *occasion) reader {
			r := &ledgerBalances{
				o: o, date: h.column("date"), title: h.column("title"),
				texts: columns(h, "fnsku", "asin", "msku", "disposition", "location", "store"),
			}
			b := &r.now
			r.figures.units = []unitsColumn{
				{h.column("startingwarehousebalance"), &b.Starting}, {h.column("intransitbetweenwarehouses"), &b.InTransit},
				{h.column("receipts"), &b.Receipts}, {h.column("customershipments"), &b.CustomerShipments},
				{h.column("customerreturns"), &b.CustomerReturns}, {h.column("vendorreturns"), &b.VendorReturns},
				{h.column("warehousetransferinout"), &b.Transfers}, {h.column("found"), &b.Found}, {h.column("lost"), &b.Lost},
				{h.column("damaged"), &b.Damaged}, {h.column("disposed"), &b.Disposed}, {h.column("otherevents"), &b.Other},
				{h.column("unknownevents"), &b.Unknown}, {h.column("endingwarehousebalance"), &b.Ending},
			}
			monthFirst(o)
			return r
		},
	})
)

// monthFirst says how the dates of the file are written, unless the file proves otherwise.
func monthFirst(o *occasion) {
	if o.dates != nil {
		o.dates.rule = monitor.MonthFirst
	}
}

// ledgerEvents reads the rows of the detailed view.
type ledgerEvents struct {
	o               *occasion
	date, at, title int
	texts           []int
	figures         figures

	row *row
	now monitor.LedgerEvent
}

func (r *ledgerEvents) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.LedgerEvent{AsOf: r.o.asOf}
	if f := r.o.product(row, r.texts[2], r.texts[1]); f != nil {
		return seen{}, f
	}
	day, known, ok := r.o.day(row.cell(r.date), "", row.line)
	if !ok {
		return seen{}, &fault{column: r.date, expected: aLedgerDay}
	}
	var s seen
	if known {
		r.now.Day, s.span = day, on(day)
	}
	if at, ok := parseInstant(row.cell(r.at)); ok {
		r.now.At = &at
	}
	return s, r.figures.fill(row, r.o.numbers, -maxUnits)
}

func (r *ledgerEvents) fact() monitor.Fact {
	f := r.now
	for i, to := range []*string{&f.FNSKU, &f.ASIN, &f.SKU, &f.Event, &f.Reference, &f.Center, &f.Disposition, &f.Reason, &f.Country, &f.Store} {
		*to = r.row.sku(r.texts[i])
	}
	f.ASIN = string(asinOf([]byte(f.ASIN)))
	f.Title, f.Extra = string(r.row.text(r.title, maxTitle)), r.row.extra()
	return f
}

// ledgerBalances reads the rows of the summary view.
type ledgerBalances struct {
	o           *occasion
	date, title int
	texts       []int
	figures     figures

	row *row
	now monitor.LedgerBalance
}

func (r *ledgerBalances) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.LedgerBalance{AsOf: r.o.asOf}
	if f := r.o.product(row, r.texts[2], r.texts[1]); f != nil {
		return seen{}, f
	}
	var s seen
	if day, ok := parseMonth(row.cell(r.date)); ok {
		r.now.Day, r.now.Month, s.span = day, true, on(day)
	} else {
		day, known, ok := r.o.day(row.cell(r.date), "", row.line)
		if !ok {
			return seen{}, &fault{column: r.date, expected: aLedgerMonth}
		}
		if known {
			r.now.Day, s.span = day, on(day)
		}
	}
	return s, r.figures.fill(row, r.o.numbers, -maxUnits)
}

func (r *ledgerBalances) fact() monitor.Fact {
	f := r.now
	for i, to := range []*string{&f.FNSKU, &f.ASIN, &f.SKU, &f.Disposition, &f.Location, &f.Store} {
		*to = r.row.sku(r.texts[i])
	}
	f.ASIN = string(asinOf([]byte(f.ASIN)))
	f.Title, f.Extra = string(r.row.text(r.title, maxTitle)), r.row.extra()
	return f
}

// What messages ask for where the date of a ledger row cannot be read.
const (
	aLedgerDay   = "a date such as 11/20/2026, the month first"
	aLedgerMonth = aLedgerDay + ", or a month such as 11/2026: download the summary by days or by months"
)

// parseMonth reads a month as the summary by months has it, 11/2026, as its first day; or as spreadsheets make of it: 2026-11,
// 11.2026, Nov-26.
func parseMonth(b []byte) (monitor.Day, bool) {
	month, year, found := strings.Cut(strings.NewReplacer(".", "/", "-", "/", " ", "/").Replace(string(clip(b, maxName))), "/")
	if len(month) == 4 {
		month, year = year, month
	}
	if m := monthOf(month); m > 0 {
		month = strconv.Itoa(m)
		if len(year) == 2 {
			year = "20" + year
		}
	}
	if !found || len(month) == 0 || len(month) > 2 || len(year) != 4 {
		return 0, false
	}
	m, ok := parseUnits([]byte(month))
	y, okYear := parseUnits([]byte(year))
	if !ok || !okYear {
		return 0, false
	}
	return civil(y, m, 1)
}
