package exports

import (
	"strings"
	"time"

	"goodstanding/monitor"
)

// performanceV1 reads reports of version 1, in XML: one store in each, which is not always named.
type performanceV1 struct {
	o      *occasion
	rec    *node
	newest time.Time // end of a window
	now    monitor.Performance
}

func openPerformanceV1(o *occasion) recordReader { return &performanceV1{o: o} }

// metricNamesV1 are the names that version 2 has for what version 1 counts.
var metricNamesV1 = map[string]monitor.MetricName{
	"orderWithDefects": monitor.OrderDefectRate, "lateShipment": monitor.LateShipmentRate,
	"preFulfillmentCancellation": monitor.CancellationRate, "validTracking": monitor.ValidTrackingRate,
	"onTimeDelivery": monitor.OnTimeDeliveryRate, "returnDissatisfaction": monitor.ReturnDissatisfaction, "refunds": monitor.RefundRate,
}

// wholesV1 are the figures that others in the same block are a part of.
var wholesV1 = map[string]bool{"orderWithDefects": true, "returnDissatisfaction": true}

// rows implements recordReader.
func (p *performanceV1) rows(rec *node) int {
	p.rec, p.newest = rec, time.Time{}
	return 1
}

// read implements recordReader.
func (p *performanceV1) read(int) (int, seen, *BadRow) {
	p.now = monitor.Performance{MarketplaceID: limited(p.rec.first("marketplaceId")), AsOf: p.o.asOf}
	s := seen{}
	if m, ok := monitor.MarketplaceByID(p.now.MarketplaceID); ok {
		p.now.Marketplace, s.told = m, m
	} else if p.now.MarketplaceID == "" {
		p.now.Marketplace = p.o.home
	}
	f := &reading{}
	for _, section := range p.rec.kids {
		for _, block := range section.kids {
			if block.hasAll([]string{"timeFrame"}) {
				p.block(block, section.name+"/"+block.name, f)
			}
		}
		p.words(section)
	}
	if f.column != "" {
		return p.rec.line, seen{}, &BadRow{Line: p.rec.line, Column: f.column, Found: printable(f.found, maxFound), Expected: f.expected}
	}
	p.now.Day, s.span = dayOfReport(p.newest, p.o)
	p.now.Extra = extraOf(p.rec.unknown("", nil, nil))
	return p.rec.line, s, nil
}

// fact implements recordReader.
func (p *performanceV1) fact() monitor.Fact { return p.now }

// words reads Amazon's words on single metrics: performanceChecklist/lateShipmentRate/status, productSafetyStatus/status.
func (p *performanceV1) words(section *node) {
	say := func(n *node) {
		if status := n.first("status"); status != "" {
			p.now.Checklist = append(p.now.Checklist, monitor.State{Name: limited(n.name), Status: monitor.Standing(limited(status))})
		}
	}
	say(section)
	if section.name == "performanceChecklist" {
		for _, n := range section.kids {
			say(n)
		}
	}
}

// block reads the metrics of one window.
func (p *performanceV1) block(block *node, path string, f *reading) {
	from, to := f.day(block, path, "timeFrame/start"), f.day(block, path, "timeFrame/end")
	if !to.IsZero() && to.Equal(to.Truncate(24*time.Hour)) {
		to = to.Add(24*time.Hour - time.Minute) // a day, which belongs to the window
	}
	if to.After(p.newest) {
		p.newest = to
	}
	of := f.count(block, path, "orderCount|shipmentCount")
	whole := -1
	var parts []monitor.Part
	for _, n := range block.kids {
		if !n.hasAll([]string{"count|rate"}) {
			continue
		}
		known, isKnown := metricNamesV1[n.name]
		m := monitor.Metric{Name: known, From: from, To: to, Of: of, Count: f.count(n, path+"/"+n.name, "count"), Status: f.standing(n, "status")}
		m.Rate = f.percent(n, path+"/"+n.name, m.Count, of)
		if !isKnown {
			parts = append(parts, monitor.Part{Name: limited(n.name), Count: m.Count, Rate: m.Rate, Status: m.Status})
			continue
		}
		p.now.Rates = append(p.now.Rates, m)
		if wholesV1[n.name] {
			whole = len(p.now.Rates) - 1
		}
	}
	if whole >= 0 {
		p.now.Rates[whole].Parts = parts
		return
	}
	for _, part := range parts { // of nothing that is known: metrics of their own
		p.now.Rates = append(p.now.Rates, monitor.Metric{Name: monitor.MetricName(part.Name), From: from, To: to, Of: of, Count: part.Count, Rate: part.Rate, Status: part.Status})
	}
}

// day reads a date of version 1, with a clock or without; zero: none.
func (f *reading) day(n *node, path, name string) time.Time {
	text := n.first(name)
	if text == "" {
		return time.Time{}
	}
	if t, ok := parseInstant([]byte(text)); ok {
		return t
	}
	d, ok := parseDay([]byte(text), time.UTC)
	if !ok {
		f.wrong(path+"/"+name, text, aDay)
		return time.Time{}
	}
	return d.Start(time.UTC)
}

// percent reads a rate of version 1, which is written with a per cent sign. A number without one could be either: the
// count and what it is of tell, and where they are not there it is left among what no reader knows. But nothing of anything is 0.
func (f *reading) percent(n *node, path string, count, of *int) *float64 {
	for _, k := range n.kids {
		if k.name != "rate" || k.text == "" {
			continue
		}
		rate, ok := (&numerals{}).share([]byte(k.text), count, of)
		if ok && rate != nil && *rate > 1 {
			ok = false
		}
		switch {
		case !ok && strings.ContainsAny(k.text, "0123456789"):
			f.wrong(path+"/rate", k.text, "a rate from 0 % to 100 %")
			return nil
		case ok && rate != nil:
			k.used = true
		}
		return rate
	}
	return nil
}
