package exports

import "goodstanding/monitor"

// FBA inventory planning ("Manage Inventory Health"): the age of stock at Amazon and how it sells. It has had 63, 97 and
// 99 columns, and some have been renamed. Before it there were Inventory Age and, longer ago, Inventory Health.
var _ = register(Format{
	Kind:    "inventory_planning",
	Title:   "FBA Inventory Planning",
	Where:   "Seller Central, Inventory > Inventory Planning > Manage Inventory Health, download.",
	Settles: "Stock that grows old at Amazon, stock that runs out, and what its storage costs.",
	key:     []string{"snapshotdate", "sku|merchantsku", "invage0to90days", "daysofsupply|qtywithremovalsinprogress"},
	ignored: names(`inv-age-0-to-30-days inv-age-31-to-60-days inv-age-61-to-90-days inv-age-181-to-330-days inv-age-331-to-365-days
		your-price sales-price lowest-price-new-plus-shipping lowest-price-used featuredoffer-price recommended-sales-price
		recommended-sale-duration-days estimated-cost-savings-of-recommended-actions healthy-inventory-level
		DEPRECATEDhealthy-inventory-level item-volume volume-unit-measurement storage-type storage-volume product-group sales-rank
		sales-shipped-last-7-days sales-shipped-last-30-days sales-shipped-last-60-days sales-shipped-last-90-days
		inbound-quantity inbound-working inbound-shipped inbound-received
		qty-to-be-charged-ltsf-6-mo projected-ltsf-6-mo qty-to-be-charged-ltsf-11-mo projected-ltsf-11-mo qty-to-be-charged-ltsf-12-mo
		projected-ltsf-12-mo estimated-ltsf-next-charge
		quantity-to-be-charged-ais-181-210-days estimated-ais-181-210-days quantity-to-be-charged-ais-211-240-days
		estimated-ais-211-240-days quantity-to-be-charged-ais-241-270-days estimated-ais-241-270-days
		quantity-to-be-charged-ais-271-300-days estimated-ais-271-300-days quantity-to-be-charged-ais-301-330-days
		estimated-ais-301-330-days quantity-to-be-charged-ais-331-365-days estimated-ais-331-365-days
		quantity-to-be-charged-ais-365-plus-days estimated-ais-365-plus-days quantity-to-be-charged-ais-366-455-days
		estimated-ais-366-455-days quantity-to-be-charged-ais-456-plus-days estimated-ais-456-plus-days
		LastupdateddateforHistoricalDaysofSupply Inventoryagesnapshotdate ReservedFCTransfer fc-transfer ReservedFCProcessing
		sales_price lowest_price_new lowest_price_used cubic-feet Estimated-cost-savings-of-removal
		lowest-afn-new-price lowest-afn-used-price lowest-mfn-new-price lowest-mfn-used-price per-unit-volume
		ReservedCustomerOrder ReservedStaging Shorttermhistoricaldaysofsupply Longtermhistoricaldaysofsupply`),
	open: func(h *header, o *occasion) reader { return openPlanning(h, o) },
})

// ages are the columns that part stock by age, without overlap.
var ages = []struct {
	column   string
	from, to int // days; to is 0 where there is no end
}{
	{"invage0to90days", 0, 90}, {"invage91to180days", 91, 180}, {"invage181to270days", 181, 270}, {"invage271to365days", 271, 365},
	{"invage365plusdays", 366, 0}, {"invage366to455days", 366, 455}, {"invage456plusdays", 456, 0},
}

// planning reads the rows of a planning export.
type planning struct {
	stock *stock
	aged  []int // columns of ages
	text  struct{ health, currency, alert, action int }
	rest  figures
	now   monitor.Planning
}

// openPlanning finds the columns of a planning export.
func openPlanning(h *header, o *occasion) *planning {
	s := openStock(monitor.KindPlanning, h, o)
	s.store = h.column("marketplace|store")
	s.quantity, s.fulfillable = h.column("inventorysupplyatfba|totalquantity"), h.column("available|avaliablequantitysellable|availablequantitysellable|sellablequantity")
	s.reserved, s.unsellable = h.column("totalreservedquantity|reservedquantity"), h.column("unfulfillablequantity|unsellablequantity")
	// The parts of what is inbound are not summed where the sum is there.
	if s.inbound = columns(h, "inboundquantity"); s.inbound[0] < 0 {
		s.inbound = columns(h, "inboundworking", "inboundshipped", "inboundreceived")
	}
	r := &planning{stock: s}
	for _, a := range ages {
		r.aged = append(r.aged, h.column(a.column))
	}
	r.text.health, r.text.currency = h.column("fbainventorylevelhealthstatus"), h.column("currency")
	r.text.alert, r.text.action = h.column("alert"), h.column("recommendedaction")
	p := &r.now
	r.rest = figures{
		units: []unitsColumn{
			{h.column("pendingremovalquantity|qtywithremovalsinprogress"), &p.PendingRemoval}, {h.column("unitsshippedt7|unitsshippedlast7days"), &p.Shipped7},
			{h.column("unitsshippedt30|unitsshippedlast30days"), &p.Shipped30}, {h.column("unitsshippedt60|unitsshippedlast60days"), &p.Shipped60}, {h.column("unitsshippedt90|unitsshippedlast90days"), &p.Shipped90},
			{h.column("estimatedexcessquantity"), &p.Excess}, {h.column("recommendedremovalquantity"), &p.RemovalAdvised},
			{h.column("fbaminimuminventorylevel"), &p.MinimumLevel}, {h.column("nosalelast6months"), &p.NoSale6Months},
		},
		values: []valuesColumn{
			{h.column("sellthrough"), &p.SellThrough}, {h.column("daysofsupply"), &p.DaysOfSupply},
			{h.column("historicaldaysofsupply"), &p.HistoricalDays},
			{h.column("totaldaysofsupplyincludingunitsfromopenshipments"), &p.TotalDays},
			{h.column("weeksofcovert30"), &p.WeeksOfCover30}, {h.column("weeksofcovert90"), &p.WeeksOfCover90},
			{h.column("estimatedstoragecostnextmonth"), &p.StorageCost},
		},
	}
	return r
}

func (r *planning) read(row *row) (seen, *fault) {
	r.now = monitor.Planning{}
	s, f := r.stock.read(row)
	if f != nil {
		return seen{}, f
	}
	for i, column := range r.aged {
		var n *int
		if f := r.stock.figure(column, &n); f != nil {
			return seen{}, f
		}
		if n != nil {
			r.now.Aged = append(r.now.Aged, monitor.AgedUnits{From: ages[i].from, To: ages[i].to, Units: *n})
		}
	}
	return s, r.rest.fill(row, r.stock.o.numbers, 0)
}

func (r *planning) fact() monitor.Fact {
	f, row := r.now, r.stock.row
	f.Stock = r.stock.stocked()
	f.LevelHealth, f.Currency = string(row.text(r.text.health, maxName)), string(row.text(r.text.currency, maxName))
	f.Alert, f.Action = string(row.text(r.text.alert, maxName)), string(row.text(r.text.action, maxName))
	return f
}
