package exports

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
)

// The seller performance report is Amazon's own count of what stands against an account, store by store.
var _ = register(Format{
	Kind:    monitor.KindPerformance,
	Title:   "Seller Performance",
	Where:   "What a tool of yours saves of the report GET_V2_SELLER_PERFORMANCE_REPORT (JSON) or GET_V1_SELLER_PERFORMANCE_REPORT (XML): Seller Central has no download of it.",
	Settles: "What Amazon itself counts: the account's status, each rate with its window and target, violations by class, the account health rating.",
	documents: []document{
		{syntax: "json", path: "", has: []string{"accountStatuses|performanceMetrics"}, open: openPerformance},
		{syntax: "json", path: "payload", has: []string{"accountStatuses|performanceMetrics"}, open: openPerformance}, // as some tools save it
		{syntax: "xml", path: "sellerPerformanceReports/sellerPerformanceReport", open: openPerformanceV1},
		{syntax: "xml", path: "sellerPerformanceReport", open: openPerformanceV1},
	},
})

// metricNames are the names of one thing that Amazon's schema, its examples and real reports have differently.
var metricNames = map[string]monitor.MetricName{
	"prefulfillmentCancelRate": monitor.CancellationRate,
	"documentRequest":          monitor.DocumentRequests,
}

// performance reads reports of version 2: one row for each store.
type performance struct {
	o      *occasion
	root   *node
	stores []storeReport
	newest time.Time // the last end of a window in the whole report
	now    monitor.Performance
	common []pair
}

// storeReport is what a report says of one store.
type storeReport struct {
	id      string
	metrics *node // nil: only a status
	status  *node // nil: none
	line    int
}

func openPerformance(o *occasion) recordReader { return &performance{o: o} }

// rows implements recordReader. The status of an account and its metrics stand in two lists.
func (p *performance) rows(rec *node) int {
	p.root, p.stores, p.common, p.newest = rec, nil, nil, time.Time{}
	lists := append(rec.all(steps{{name: "performanceMetrics"}}), rec.all(steps{{name: "accountStatuses"}})...)
	p.common = rec.unknown("", nil, lists)
	for _, n := range rec.all(steps{{name: "performanceMetrics"}}) {
		p.newest = n.newestEnd(p.newest)
		p.stores = append(p.stores, storeReport{id: n.first("marketplaceId"), metrics: n, line: n.line})
	}
	for _, n := range rec.all(steps{{name: "accountStatuses"}}) {
		id := n.first("marketplaceId")
		i := slices.IndexFunc(p.stores, func(s storeReport) bool { return s.id == id && s.status == nil })
		if i < 0 {
			p.stores = append(p.stores, storeReport{id: id, line: n.line})
			i = len(p.stores) - 1
		}
		p.stores[i].status = n
	}
	slices.SortStableFunc(p.stores, func(a, b storeReport) int { return cmp.Compare(a.line, b.line) })
	return len(p.stores)
}

// read implements recordReader.
func (p *performance) read(i int) (int, seen, *BadRow) {
	s := p.stores[i]
	p.now = monitor.Performance{MarketplaceID: limited(s.id), AsOf: p.o.asOf}
	fail := func(column, found, expected string) (int, seen, *BadRow) {
		return s.line, seen{}, &BadRow{Line: s.line, Column: column, Found: printable(found, maxFound), Expected: expected, Text: printable(s.id, maxRowText)}
	}
	if s.id == "" {
		return fail("marketplaceId", "", "Amazon's id of a store, such as ATVPDKIKX0DER")
	}
	for _, other := range p.stores[:i] {
		if other.id == s.id {
			return fail("marketplaceId", s.id, "each store once")
		}
	}
	p.now.Marketplace, _ = monitor.MarketplaceByID(s.id)
	var all []pair
	if s.status != nil {
		p.now.Account = monitor.Standing(limited(s.status.first("status")))
		all = s.status.unknown("accountStatuses/", nil, nil)
	}
	f := &reading{}
	if s.metrics != nil {
		p.metrics(s.metrics, f)
		all = append(all, s.metrics.unknown("", nil, nil)...)
	}
	if f.column != "" {
		return fail(f.column, f.found, f.expected)
	}
	p.now.Extra = extraOf(append(all, p.common...))
	out := seen{told: p.now.Marketplace}
	p.now.Day, out.span = dayOfReport(p.newest, p.o)
	return s.line, out, nil
}

// dayOfReport returns the day of a report whose newest window ends at an instant, and its span.
func dayOfReport(newest time.Time, o *occasion) (monitor.Day, span) {
	if newest.IsZero() {
		return monitor.DayOf(o.asOf, time.UTC), span{}
	}
	day := monitor.DayOf(newest, time.UTC)
	return day, on(day)
}

// newestEnd returns the last end of a window inside a node, if it is after an instant.
func (n *node) newestEnd(than time.Time) time.Time {
	if n.name == "reportingDateTo" {
		if t, ok := parseInstant([]byte(n.text)); ok && t.After(than) {
			return t
		}
	}
	for _, k := range n.kids {
		than = k.newestEnd(than)
	}
	return than
}

// fact implements recordReader.
func (p *performance) fact() monitor.Fact { return p.now }

// metrics reads what a report says of one store.
func (p *performance) metrics(store *node, f *reading) {
	for _, n := range store.kids {
		switch n.name {
		case "marketplaceId":
		case "warningStates", "warningState":
			if name := n.first("warningType"); name != "" {
				p.now.Warnings = append(p.now.Warnings, monitor.State{Name: limited(name), Status: monitor.Standing(limited(n.first("status")))})
			} else {
				p.metrics(n, f) // Amazon's documentation has the violations and the rating in here
			}
		case "accountHealthRating":
			r := &monitor.HealthRating{Status: f.standing(n, "ahrStatus|accountHealthRatingStatus|status")}
			r.Score = f.number(n, n.name, "ahrScore|score", 0, 10_000, "a score from 0 to 1000")
			r.From, r.To = f.window(n, n.name)
			p.now.Health = r
		case string(monitor.OrderDefectRate):
			for _, part := range n.kids {
				if len(part.kids) > 0 {
					p.add(f.metric(monitor.OrderDefectRate, monitor.Channel(limited(part.name)), part, n.name+"/"+part.name))
				}
			}
		default:
			name := monitor.MetricName(limited(strings.TrimSuffix(n.name, "List")))
			if known, ok := metricNames[n.name]; ok {
				name = known
			}
			if len(n.kids) > 0 && (n.hasAll([]string{"rate|defectsCount|warningsCount"}) || strings.HasSuffix(string(name), "Rate")) {
				p.add(f.metric(name, "", n, n.name))
			}
		}
	}
}

// add keeps a metric, unless the report has it twice, as a rate and again in a list of rates.
func (p *performance) add(m monitor.Metric) {
	to := &p.now.Rates
	if m.Rate == nil && m.Of == nil && !strings.HasSuffix(string(m.Name), "Rate") {
		to = &p.now.Policies
	}
	if !slices.ContainsFunc(*to, func(have monitor.Metric) bool {
		return have.Name == m.Name && have.From.Equal(m.From) && reflect.DeepEqual(have, m)
	}) {
		*to = append(*to, m)
	}
}

// reading takes the numbers and dates of a report. The first that cannot be read is told.
type reading struct{ column, found, expected string }

func (f *reading) wrong(column, found, expected string) {
	if f.column == "" {
		f.column, f.found, f.expected = column, found, expected
	}
}

// What the metrics call the same things: what is counted, of how many, and what the count is made of.
const (
	countNames = "orderWithDefects/count|invoiceDefect/count|lateShipmentCount|cancellationCount|validTrackingCount|onTimeDeliveryCount|unitOnTimeDeliveryCount|defectsCount|warningsCount"
	ofNames    = "orderCount|shipmentCount|shipmentCountWithValidTracking|totalUnitCount"
)

// metric reads a metric of version 2.
func (f *reading) metric(name monitor.MetricName, c monitor.Channel, n *node, path string) monitor.Metric {
	m := monitor.Metric{
		Name: name, Channel: c,
		Status:    f.standing(n, "status"),
		Rate:      f.number(n, path, "rate", 0, 1, "a rate from 0 to 1"),
		Target:    f.number(n, path, "targetValue|targetValue/value", 0, 1e9, "a number"),
		Condition: monitor.Condition(f.standing(n, "targetCondition")),
		Count:     f.count(n, path, countNames),
		Of:        f.count(n, path, ofNames),
	}
	m.From, m.To = f.window(n, path)
	n.first("fulfillmentType") // the name of the member says it, and Amazon's own example has it wrong
	for _, k := range n.kids {
		if k.hasAll([]string{"count"}) {
			m.Parts = append(m.Parts, monitor.Part{Name: limited(k.name), Count: f.count(k, path+"/"+k.name, "count"), Status: f.standing(k, "status")})
		}
	}
	return m
}

// window reads the range of dates of a metric.
func (f *reading) window(n *node, path string) (from, to time.Time) {
	from = f.instant(n, path, "reportingDateRange/reportingDateFrom")
	to = f.instant(n, path, "reportingDateRange/reportingDateTo")
	return from, to
}

// instant reads a date; zero: none.
func (f *reading) instant(n *node, path, name string) time.Time {
	text := n.first(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := parseInstant([]byte(text))
	if !ok {
		f.wrong(path+"/"+name, text, anInstant)
		return time.Time{}
	}
	return t
}

// standing reads a word of Amazon's, as it is written.
func (f *reading) standing(n *node, names string) monitor.Standing {
	for name := range strings.SplitSeq(names, "|") {
		if text := n.first(name); text != "" {
			return monitor.Standing(limited(text))
		}
	}
	return ""
}

// number reads a number within bounds; nil: there is none.
func (f *reading) number(n *node, path, names string, least, most float64, expected string) *float64 {
	for name := range strings.SplitSeq(names, "|") {
		text := n.first(name)
		if text == "" {
			continue
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) || x < least || x > most {
			f.wrong(path+"/"+name, text, expected)
			return nil
		}
		return &x
	}
	return nil
}

// count reads how many there are of something; nil: it is not told.
func (f *reading) count(n *node, path, names string) *int {
	x := f.number(n, path, names, 0, 1e12, "how many there are")
	if x == nil {
		return nil
	}
	if *x != math.Trunc(*x) {
		f.wrong(path, strconv.FormatFloat(*x, 'g', -1, 64), "how many there are")
		return nil
	}
	i := int(*x)
	return &i
}

// limited cuts a name or a word to what a fact keeps.
func limited(text string) string { return string(clip([]byte(text), maxName)) }
