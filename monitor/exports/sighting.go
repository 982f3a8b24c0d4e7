package exports

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"goodstanding/monitor"
)

// Bounds of what a fact keeps, in bytes.
const (
	maxName  = 200   // of an id, a SKU, a service
	maxTitle = 1000  // of a product's title
	maxWords = 16000 // of a comment or an answer
	maxUnits = 1_000_000
)

// parseStatus reads the state of an order or of a line, in the words of the exports and of the API. Seller Central
// writes more than a state: "Shipped - Delivered to Buyer". An order that is Shipping is not confirmed yet.
func parseStatus(b []byte) (monitor.Status, bool) {
	switch string(b) {
	case "Shipped":
		return monitor.Shipped, true
	case "Cancelled":
		return monitor.Cancelled, true
	case "Unshipped":
		return monitor.Unshipped, true
	case "Pending":
		return monitor.Pending, true
	}
	state, _, more := bytes.Cut(clip(b, maxName), []byte(" - "))
	switch normalise(string(state)) {
	case "pending":
		if more { // paid and packed, and waits for the carrier
			return monitor.Unshipped, true
		}
		return monitor.Pending, true
	case "pendingavailability":
		return monitor.Pending, true
	case "unshipped", "shipping", "planning", "invoiceunconfirmed": // planning: Amazon has received it, of another shop
		return monitor.Unshipped, true
	case "partiallyshipped":
		return monitor.PartiallyShipped, true
	case "cancelled", "canceled", "unfulfillable":
		return monitor.Cancelled, true
	case "shipped", "complete": // the older word
		return monitor.Shipped, true
	}
	return "", false
}

// parseChannel reads who ships an order. A blank cell says nothing.
func parseChannel(b []byte) (monitor.Channel, bool) {
	switch string(b) {
	case "":
		return "", true
	case "Merchant", "MFN":
		return monitor.SellerFulfilled, true
	case "Amazon", "AFN":
		return monitor.FBA, true
	}
	switch name := normalise(string(clip(b, maxName))); {
	case name == "merchant" || name == "mfn" || name == "seller" || name == "default":
		return monitor.SellerFulfilled, true
	case name == "afn" || name == "fba" || strings.HasPrefix(name, "amazon"):
		return monitor.FBA, true
	}
	return "", false
}

// parseUnits reads a number of units, 0 to 1,000,000. A blank cell is 0.
func parseUnits(b []byte) (int, bool) {
	if len(b) == 1 && b[0] >= '0' && b[0] <= '9' { // nearly all
		return int(b[0] - '0'), true
	}
	if at := bytes.IndexAny(b, ".,"); at > 0 && len(b)-at != 4 && len(bytes.Trim(b[at+1:], "0")) == 0 {
		b = b[:at] // 1.0, or 1,0 in many languages; 1.000 may be a thousand
	}
	n := 0
	for _, c := range b {
		if n = n*10 + int(c-'0'); c < '0' || c > '9' || n > maxUnits {
			return 0, false
		}
	}
	return n, true
}

// parseYes says whether a cell says yes, or true in the language of a spreadsheet that took it for a value of its own.
func parseYes(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch strings.ToLower(string(clip(b, 12))) {
	case "true", "yes", "y", "1", "wahr", "vrai", "vero", "verdadero", "verdadeiro", "waar", "prawda", "sant", "doğru":
		return true
	}
	return false
}

// ofAddress returns the marketplace that made an anonymous e-mail address, and "" for any other address.
func ofAddress(b []byte) monitor.Marketplace {
	_, domain, _ := bytes.Cut(b, []byte("@"))
	d := strings.ToLower(string(clip(domain, maxName)))
	if i := strings.Index(d, "marketplace.amazon."); i == 0 || i > 0 && d[i-1] == '.' {
		m, _ := monitor.ParseMarketplace(strings.TrimPrefix(d[i:], "marketplace."))
		return m
	}
	return ""
}

// orderForm is what tells the three kinds of order export apart.
type orderForm struct {
	id       string // columns, normalised
	updated  string // empty: the export does not have it
	reported string
	shipBy   string
	status   string
	strict   bool            // an unknown status makes a bad row
	lines    bool            // every row has its order-item-id; one without continues the row above
	released bool            // only orders that left Pending are in it
	undated  bool            // a row does not state when the order was placed: items without their order
	silent   bool            // an order may come without its status
	parcels  bool            // a row is of one shipment, and a line may be in several
	always   monitor.Status  // of every row; empty: see the column
	channel  monitor.Channel // of every row; empty: see the column
}

// sightings reads the rows of an order export.
type sightings struct {
	form orderForm
	o    *occasion

	id, item, purchased, updated, reported, paid, status, itemStatus, channel, sales, email, country int
	service, sku, asin, title, quantity, price, currency, cancel                                     int
	shipFrom, parcel                                                                                 [2]int // of this order, and the usual one; its part and the whole

	dated  []datedColumn
	days   days
	row    *row
	now    monitor.Sighting // the row just read; its own texts come with sighting
	last   [19]byte         // the order id of the row just read, or of the one above
	order  []byte           // the order id of the row just read, where it stands in the row
	line   []byte           // its order-item-id
	stores map[string]monitor.Marketplace
	sold   string              // the sales channel of the row above
	soldIn monitor.Marketplace // what it stands for
	words  map[string]string
	recent [64]string // of these, by their first letter and how long they are
	goods  catalogue
	number uint32 // of the product of the row just read
	beside int    // the first column of SKU, ASIN and title where they stand side by side; -1: they do not
	wrote  []byte // the three of a row, where they do not
	texts  texts
}

// datedColumn is a column of instants, and where in sightings.now they go.
type datedColumn struct {
	column int
	must   bool // no cell may be blank
	into   *time.Time
}

// openSightings finds the columns of an order export.
func openSightings(form orderForm, h *header, o *occasion) *sightings {
	r := &sightings{
		form: form, o: o, parcel: [2]int{-1, -1},
		id:         h.column(form.id),
		item:       h.column("orderitemid|amazonorderitemid"),
		purchased:  h.column("purchasedate"),
		updated:    h.column(form.updated),
		reported:   h.column(form.reported),
		paid:       h.column("paymentsdate"),
		status:     h.column(form.status),
		itemStatus: h.column("itemstatus"),
		channel:    h.column("fulfillmentchannel|fulfilmentchannel"),
		sales:      h.column("saleschannel"),
		email:      h.column("buyeremail"),
		country:    h.column("shipcountry|shippingcountrycode"),
		service:    h.column("shipservicelevel"),
		shipFrom:   [2]int{h.column("actualshipfromcity"), h.column("defaultshipfromcity")},
		sku:        h.column("sku|merchantsku"),
		asin:       h.column("asin"),
		title:      h.column("productname|itemname|title"),
		quantity:   h.column("quantity|quantitypurchased|quantityshipped|shippedquantity"),
		price:      h.column("itemprice"),
		currency:   h.column("currency"),
		cancel:     h.column("isbuyerrequestedcancellation"),
		stores:     map[string]monitor.Marketplace{},
		words:      map[string]string{},
	}
	for _, c := range []datedColumn{
		{r.purchased, !form.undated, &r.now.Purchased},
		{r.updated, form.updated != "", &r.now.Updated},
		{r.reported, false, &r.now.AsOf},
		{h.column(form.shipBy), false, &r.now.ShipBy},
		{h.column("latestdeliverydate"), false, &r.now.DeliverBy},
	} {
		if c.column >= 0 || c.must {
			r.dated = append(r.dated, c)
		}
	}
	if r.beside = min(r.sku, r.asin, r.title); max(r.sku, r.asin, r.title) != r.beside+2 {
		r.beside = -1
	}
	if r.sku < 0 {
		o.lack("sku")
	}
	if r.quantity < 0 {
		o.lack("quantity")
	}
	if form.parcels {
		r.parcel = [2]int{h.column("shipmentitemid"), h.column("shipmentid")}
	}
	return r
}

// read checks a row and reads all of it but its texts, which fact copies.
func (r *sightings) read(row *row) (seen, *fault) {
	r.row = row
	if row.known {
		return r.readAgain(), nil
	}
	r.now = monitor.Sighting{}
	r.now.Released, r.now.Status, r.now.Channel = r.form.released, r.form.always, r.form.channel
	id := row.cell(r.id)
	if r.form.lines && len(row.cell(r.item)) == 0 {
		if len(id) == 0 && r.last[0] != 0 || string(id) == string(r.last[:]) {
			r.o.continued++
			return seen{skip: true}, nil
		}
		if isOrderID(id) {
			return seen{}, &fault{column: r.item, expected: "an order-item-id"}
		}
	}
	if !isOrderID(id) {
		return seen{}, &fault{column: r.id, expected: anOrderID}
	}
	if f := r.instants(); f != nil {
		return seen{}, f
	}
	if f := r.states(); f != nil {
		return seen{}, f
	}
	var s seen
	s.span = at(secondOf(r.now.Purchased))
	s.told = r.place(id)
	s.said = max(s.span.from, secondOf(r.now.Updated), secondOf(r.now.AsOf))
	if cell := row.cell(r.paid); len(cell) > 0 {
		paid, _ := r.days.instant(cell) // of no use beyond this, so a bad one does no harm
		s.said = max(s.said, secondOf(paid))
	}
	if r.now.AsOf.IsZero() {
		r.now.AsOf = r.o.asOf
	}
	copy(r.last[:], id)
	r.order, r.line = id, row.itemID(r.item, r.o)
	return s, nil
}

// readAgain reads of a row that was a good one before what the next row and a survey ask for: dates and places.
func (r *sightings) readAgain() (s seen) {
	id := r.row.cell(r.id)
	copy(r.last[:], id)
	if r.o.dates == nil {
		return seen{}
	}
	for i, column := range [...]int{r.purchased, r.updated, r.reported, r.paid} {
		if column < 0 {
			continue
		}
		if t, ok := r.days.instant(r.row.cell(column)); ok {
			s.said = max(s.said, secondOf(t))
			if i == 0 {
				s.span = at(secondOf(t))
			}
		}
	}
	r.now = monitor.Sighting{}
	s.told = r.place(id)
	return s
}

// instants reads the dates of the row.
func (r *sightings) instants() *fault {
	for i := range r.dated {
		d := &r.dated[i]
		cell := r.row.cell(d.column)
		if len(cell) == 0 && !d.must {
			continue
		}
		t, ok := r.days.instant(cell)
		if !ok {
			return &fault{column: d.column, expected: wantedInstant(cell)}
		}
		*d.into = t
	}
	return nil
}

// states reads the states and numbers of the row.
func (r *sightings) states() *fault {
	if cell := r.row.cell(r.status); r.form.always == "" {
		s, ok := parseStatus(cell)
		if !ok && r.form.strict && !(r.form.silent && len(cell) == 0) {
			return &fault{column: r.status, expected: "Pending, Unshipped, Shipped or Cancelled"}
		}
		r.now.Status = s
	}
	if r.form.channel == "" {
		c, ok := parseChannel(r.row.cell(r.channel))
		if !ok {
			return &fault{column: r.channel, expected: "Amazon or Merchant"}
		}
		r.now.Channel = c
	}
	n, ok := parseUnits(r.row.cell(r.quantity))
	if !ok {
		return &fault{column: r.quantity, expected: "a number of units"}
	}
	r.now.Line.Quantity = n
	r.now.Line.Status, _ = parseStatus(r.row.cell(r.itemStatus))
	r.now.BuyerCancel = parseYes(r.row.cell(r.cancel))
	return nil
}

// place finds out where the order was sold, and returns the marketplace if the row itself tells.
func (r *sightings) place(id []byte) monitor.Marketplace {
	s := &r.now
	if sales := r.row.cell(r.sales); len(sales) > 0 {
		if r.sold != string(sales) {
			r.sold, r.soldIn = string(sales), r.store(sales)
		}
		if r.soldIn != "" {
			s.Marketplace, s.Strength = r.soldIn, monitor.BySalesChannel
		}
	}
	if s.Strength == monitor.NoMarketplace && id[0] == 'S' {
		s.Marketplace, s.Strength = monitor.NonAmazon, monitor.BySalesChannel
	}
	if s.Marketplace == monitor.NonAmazon {
		s.Channel = monitor.FBA
		return ""
	}
	if s.Strength == monitor.NoMarketplace && r.email >= 0 {
		if m := ofAddress(r.row.cell(r.email)); m != "" {
			s.Marketplace, s.Strength = m, monitor.ByBuyerAddress
		}
	}
	if s.Strength != monitor.NoMarketplace {
		return s.Marketplace
	}
	// Only what is configured: what other files say depends on which came first.
	if home := r.o.setting.Home; home != "" {
		s.Marketplace, s.Strength = home, monitor.ByAccount
	} else if country := r.row.cell(r.country); len(country) == 2 {
		if m, ok := monitor.ParseMarketplace(string(country)); ok {
			s.Marketplace, s.Strength = m, monitor.ByShipCountry
		}
	}
	return ""
}

// store returns the marketplace of a sales channel, and notes a channel that has none.
func (r *sightings) store(sales []byte) monitor.Marketplace {
	m, known := r.stores[string(sales)]
	if !known {
		m = marketplaceOf(sales)
		if m == "" {
			r.o.oddChannel(sales)
		}
		if len(r.stores) < 1000 {
			r.stores[string(sales)] = m
		}
	}
	return m
}

// marketplaceOf reads a sales channel: a marketplace, NonAmazon, or "" for anything else.
func marketplaceOf(sales []byte) monitor.Marketplace {
	name := string(clip(sales, maxName))
	if strings.HasPrefix(strings.ToLower(name), "non-amazon") {
		return monitor.NonAmazon
	}
	m, _ := monitor.ParseMarketplace(name)
	return m
}

// fact returns the row just read.
func (r *sightings) fact() monitor.Fact { return *r.sighting() }

// sighting returns the row just read. It is valid until the next one is; its texts may be kept.
func (r *sightings) sighting() *monitor.Sighting {
	s, row := &r.now, r.row
	s.OrderID = r.texts.of(r.order)
	s.ShipService = r.word(row.cell(r.service))
	if s.ShipFrom = r.word(row.cell(r.shipFrom[0])); s.ShipFrom == "" {
		s.ShipFrom = r.word(row.cell(r.shipFrom[1]))
	}
	s.Line.Currency = r.word(row.cell(r.currency))
	s.Line.Extra = row.extra()
	s.Line.ItemID = r.texts.of(r.line)
	s.Line.SKU, s.Line.ASIN, s.Line.Title = r.product().text()
	s.Line.Price = r.texts.of(clip(row.cell(r.price), maxName))
	for i, column := range r.parcel {
		if id := clip(row.cell(column), maxName); len(id) > 0 && s.Parcel.ID == "" {
			s.Parcel = monitor.Parcel{ID: r.texts.of(id), Whole: i == 1}
		}
	}
	return s
}

// product returns the product of the row just read, and takes its number.
func (r *sightings) product() (p *product) {
	row := r.row
	var written []byte
	if c := row.cuts; c != nil && r.beside >= 0 && c.has(r.beside+2) {
		written = c.text[c.begin[r.beside] : c.begin[r.beside+3]-1]
	} else {
		r.wrote = append(r.wrote[:0], '\n') // no row that is not joined has one
		for _, column := range [...]int{r.sku, r.asin, r.title} {
			cell := row.written(column)
			r.wrote = append(binary.AppendUvarint(r.wrote, uint64(len(cell))), cell...)
		}
		written = r.wrote
	}
	if p, r.number = r.goods.find(written); p == nil {
		sku, asin := r.o.sold(row.name(r.sku), clip(row.cell(r.asin), maxName))
		p, r.number = r.goods.add(written, sku, asin, row.text(r.title, maxTitle))
	}
	return p
}

// word returns text that many rows share, as one string.
func (r *sightings) word(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	b = clip(b, maxName)
	recent := &r.recent[(int(b[0])+len(b))%len(r.recent)]
	if *recent == string(b) {
		return *recent
	}
	w, ok := r.words[string(b)]
	if !ok {
		w = string(b)
		if len(r.words) < 1000 {
			r.words[w] = w
		}
	}
	*recent = w
	return w
}

// texts makes strings that lie side by side in memory: an allocation for each text of a million rows costs more than the
// text. Whoever keeps a few of them for long copies them, for one keeps all its neighbours.
type texts struct{ near strings.Builder }

// textsTogether is how many bytes of them lie together.
const textsTogether = 16 << 10

func (t *texts) of(b []byte) string {
	if t.near.Len()+len(b) > t.near.Cap() {
		t.near = strings.Builder{}
		t.near.Grow(max(textsTogether, len(b)))
	}
	from := t.near.Len()
	t.near.Write(b)
	return t.near.String()[from:]
}
