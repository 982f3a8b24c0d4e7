package exports

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// Voice of the Customer is a download of a page, so its titles follow the language of the page and drift. In a language
// that is not in the list it is recognised by its rows: an ASIN, a percentage, and two numbers with that quotient.
var _ = register(Format{
	Kind:     "voice_of_the_customer",
	Title:    "Voice of the Customer",
	Where:    "Seller Central, Performance > Voice of the Customer, download.",
	Settles:  "Which products disappoint buyers, before Amazon takes the offer away.",
	key:      []string{voiceASIN, voiceRate, voiceOrders + "|" + voiceTotal + "|" + voiceHealth},
	lacks:    []string{"orderid", "fnsku"},
	position: voiceByPosition,
	open:     func(h *header, o *occasion) reader { return openVoice(h, o) },
})

// The columns, in English and in Chinese.
const (
	voiceSnapshot  = "snapshotdate"
	voiceTitle     = "productname|title|producttitle|itemname|productnameasin|商品名称"
	voiceASIN      = "asin|childasin|商品asin"
	voiceSKU       = "sku|msku|merchantsku|sellersku|商品sku"
	voiceCondition = "condition|itemcondition|状况|商品状况"
	voiceShipper   = "fulfilledby|fulfillmentby|fulfillmentchannel|fulfilmentchannel|订单配送方|配送方"
	voiceRate      = "ncxrate|ncxratepercentage|negativecustomerexperiencerate|negativecxrate|negativeexperiencerate|customerdissatisfactionrate|买家不满意率"
	voiceOrders    = "ncxorders|ncxorder|ncxordercount|negativecustomerexperienceorders|dissatisfiedorders|customerdissatisfactionorders|买家不满意订单|买家不满意订单数"
	voiceTotal     = "totalorders|totalorderst30|orders|ordercount|totalordercount|订单总数"
	voiceStars     = "starrating|stars|avgstarrating|averagestarrating|customerrating|星级评定|星级"
	voiceReturns   = "returnrate|退货率"
	voiceReason    = "topncxreason|ncxtopreason|ncxreason|topreason|topnegativereason|mostcommonreturnreason|topreturnreason|造成负面买家体验的主要原因|主要不满意原因"
	voiceUpdated   = "lastupdated|lastupdate|lastupdateddate|lastupdateddateandtime|上次更新时间"
	voiceHealth    = "cxhealth|cxhealthstatus|pcxhealth|customerexperiencehealth|health|status|买家满意度状况|客户体验状况|状态"
	voiceBadge     = "returnbadgedisplayed|returnbadge|frequentlyreturnedbadge|已显示退货标记"
)

// voicePositions are the columns from the title of the product on, as the English export has them.
var voicePositions = []string{
	"productname", "asin", "sku", "condition", "fulfilledby", "ncxrate", "ncxorders", "totalorders", "starrating", "returnrate", "topncxreason", "lastupdated",
	"cxhealth", "returnbadgedisplayed",
}

// voiceByPosition recognises the export by the first row below its header that can be nothing else.
func voiceByPosition(h *header, below [][]byte, delim byte) ([]string, bool) {
	const asin, rate, orders, total = 1, 5, 6, 7 // within voicePositions
	t := table{delim: delim, quoted: true, width: len(h.cells), id: -1, lines: &lines{}}
	if slices.ContainsFunc(h.cells, func(c string) bool { return isASIN([]byte(c)) }) { // a row is no header
		return nil, false
	}
	for _, line := range below {
		if s, err := t.parse(line, 0); err != nil || s != complete || len(t.cells) != len(h.cells) {
			continue
		}
		for first := 0; first <= 1 && first+total+1 < len(t.cells); first++ {
			var n numerals
			cells := t.cells[first:]
			part, ok1 := n.units(bare(cells[orders]), 0, maxUnits)
			whole, ok2 := n.units(bare(cells[total]), 1, maxUnits)
			share, ok3 := n.share(bare(cells[rate]), part, whole)
			if !isASIN(bare(cells[asin])) || !ok1 || !ok2 || !ok3 || part == nil || whole == nil || share == nil || !bytes.ContainsAny(cells[rate], "%％") {
				continue
			}
			// Rounded to hundredths of a percent, or to whole percents.
			if math.Abs(*share-float64(*part)/float64(*whole)) > 0.005001 {
				continue
			}
			named := make([]string, len(h.cells))
			copy(named, h.names)
			copy(named[first:], voicePositions)
			if first == 1 {
				named[0] = voiceSnapshot
			}
			return named, true
		}
	}
	return nil, false
}

// isASIN says whether b is an ASIN: ten capitals and digits, the first of them B, or the ten digits of a book.
func isASIN(b []byte) bool {
	if len(b) != 10 || b[0] != 'B' && (b[0] < '0' || b[0] > '9') {
		return false
	}
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// voice reads the rows of a Voice of the Customer download.
type voice struct {
	o                                                     *occasion
	snapshot, updated, asin, title, rate, returns, health int
	texts                                                 []int
	figures                                               figures

	row *row
	now monitor.CustomerVoice
}

// openVoice finds the columns of the download.
func openVoice(h *header, o *occasion) *voice {
	r := &voice{
		o: o, snapshot: h.column(voiceSnapshot), updated: h.column(voiceUpdated), asin: h.column(voiceASIN), title: h.column(voiceTitle),
		rate: h.column(voiceRate), returns: h.column(voiceReturns), health: h.column(voiceHealth),
		texts: columns(h, voiceSKU, voiceCondition, voiceShipper, voiceReason, voiceBadge),
	}
	r.figures.units = []unitsColumn{{h.column(voiceOrders), &r.now.NCXOrders}, {h.column(voiceTotal), &r.now.Orders}}
	r.figures.values = []valuesColumn{{h.column(voiceStars), &r.now.Stars}}
	return r
}

func (r *voice) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.CustomerVoice{AsOf: r.o.asOf}
	if f := r.o.product(row, r.texts[0], r.asin); f != nil {
		return seen{}, f
	}
	if !isASIN(asinOf(row.cell(r.asin))) {
		return seen{}, &fault{column: r.asin, expected: "an ASIN such as B012345678"}
	}
	var s seen
	if cell := row.cell(r.snapshot); len(cell) > 0 {
		day, known, ok := r.o.day(cell, "", row.line)
		switch {
		case !ok:
			return seen{}, &fault{column: r.snapshot, expected: aDay}
		case known:
			r.now.Snapshot, s.span = &day, on(day)
		}
	}
	// Of use to few, so one in an unknown form costs no row.
	if r.now.Updated, _ = r.o.aside(row.cell(r.updated)); r.now.Updated != nil && r.snapshot < 0 {
		s.span = on(*r.now.Updated)
	}
	if f := r.figures.fill(row, r.o.numbers, 0); f != nil {
		return seen{}, f
	}
	if v := r.now.Stars; v != nil && (*v < 0 || *v > 5) {
		return seen{}, &fault{column: r.figures.values[0].column, expected: "0 to 5 stars"}
	}
	var ok bool
	if r.now.NCXRate, ok = r.o.numbers.share(row.cell(r.rate), r.now.NCXOrders, r.now.Orders); !ok {
		return seen{}, &fault{column: r.rate, expected: aShare}
	}
	if r.now.ReturnRate, ok = r.o.numbers.share(row.cell(r.returns), nil, nil); !ok {
		return seen{}, &fault{column: r.returns, expected: aShare}
	}
	return s, nil
}

// aShare is what messages ask for where a rate cannot be read.
const aShare = "a rate such as 2.5%, or nothing"

func (r *voice) fact() monitor.Fact {
	f := r.now
	for i, to := range []*string{&f.SKU, &f.Condition, &f.FulfilledBy, &f.Reason, &f.ReturnBadge} {
		if text := r.row.name(r.texts[i]); !missing(text) {
			*to = string(text)
		}
	}
	f.ASIN, f.Title = r.row.asin(r.asin), string(r.row.text(r.title, maxTitle))
	if text := r.row.text(r.health, maxName); !missing(text) {
		f.Health = parseHealth(string(text))
	}
	f.Extra = r.row.extra()
	return f
}

// parseHealth returns the English word for the state of a product; what it does not know it returns as written.
func parseHealth(s string) string {
	switch strings.ToLower(s) {
	case "excellent", "优秀", "极好":
		return monitor.HealthExcellent
	case "good", "良好":
		return monitor.HealthGood
	case "fair", "一般":
		return monitor.HealthFair
	case "poor", "较差", "不合格":
		return monitor.HealthPoor
	case "very poor", "非常差", "极差":
		return monitor.HealthVeryPoor
	}
	return s
}
