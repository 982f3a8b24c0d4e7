package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
)

// left is what becomes of a batch.
type left struct {
	batch
	now             int // units there on the day up to which sales are known; of a batch that is past, what was left of it
	mean, low, high int // units unsold on its last day: expected, at a fast pace, at a slow one
}

// project says what will be left of each batch: from the day of the list on what was sold is known, and from the last day of
// which orders are known the pace goes on. The batch that expires first sells first.
func (s *shelf) project(listed monitor.Day) []left {
	n := len(s.batches)
	units, known := make([]float64, n), make([]float64, n)
	mean, fast, slow := make([]float64, n), make([]float64, n), make([]float64, n)
	start := max(listed, s.pace.to)
	for i, b := range s.batches {
		units[i] = float64(b.units)
		if start > listed { // what was sold is taken as spread evenly
			known[i] = float64(s.since) * float64(min(max(b.last-listed, 0), start-listed)) / float64(start-listed)
		}
		m, low, high := s.pace.in(float64(b.last - start))
		mean[i], fast[i], slow[i] = known[i]+m, known[i]+high, known[i]+low
	}
	now, expected, least, most := forecast.Unsold(units, known), forecast.Unsold(units, mean), forecast.Unsold(units, fast), forecast.Unsold(units, slow)
	all := make([]left, n)
	for i, b := range s.batches {
		all[i] = left{b, whole(now[i]), whole(expected[i]), int(math.Floor(least[i])), int(math.Ceil(most[i]))}
	}
	return all
}

// plight is one thing that is wrong with a SKU's units.
type plight struct {
	severity monitor.Severity
	first    monitor.Day
	units    int
	summary  string
	advice   string
	rows     []monitor.Evidence
}

// onShelf judges the units of a SKU; nil: nothing is wrong.
func (c *ExpiredGoods) onShelf(s *shelf, g *goods) *monitor.Finding {
	f := &monitor.Finding{Subject: s.sku, DataAsOf: s.asOf}
	within := g.today + monitor.Day(c.Ahead)
	if s.old || s.unknown > 0 || s.pace.unknown != "" {
		if blind := c.unjudged(s, g, within); blind != nil {
			return blind
		}
	}
	all := s.project(monitor.DayOf(s.asOf, g.clock))
	var found []plight
	for _, p := range []*plight{c.past(s, g, all), c.overLine(s, g, all), c.willNotSell(s, g, all, within)} {
		if p != nil {
			found = append(found, *p)
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(a, b plight) int { return b.severity.Rank() - a.severity.Rank() })
	f.Severity, f.Summary = found[0].severity, found[0].summary
	var advice []string
	for _, p := range found {
		f.Defects += p.units
		f.Evidence = append(f.Evidence, p.rows...)
		advice = append(advice, p.advice)
	}
	n := float64(f.Defects)
	f.Value, f.Advice = &n, strings.Join(advice, " ")
	for _, p := range found[1:] {
		f.Details = append(f.Details, p.summary)
	}
	if s.pace.unknown == "" {
		f.Details = append(f.Details, s.pace.words())
	} else {
		f.Details = append(f.Details, "What has been sold since is not known: "+s.pace.unknown+".")
	}
	if s.guessed {
		f.Details = append(f.Details, "No export says who ships it; it is taken as shipped by you.")
	}
	return f
}

// unjudged says that a SKU with a date that is near cannot be judged; nil: it has no such date, or one that is past, which
// needs no pace.
func (c *ExpiredGoods) unjudged(s *shelf, g *goods, within monitor.Day) *monitor.Finding {
	f := &monitor.Finding{Subject: s.sku, Severity: monitor.Blind, DataAsOf: s.asOf}
	i := slices.IndexFunc(s.batches, func(b batch) bool { return b.last <= within })
	switch {
	case s.unknown > 0:
		f.Summary = fmt.Sprintf("%s: how many units expire cannot be told: the inventory leaves the number out in %s.", s.sku, count(s.unknown, "row", "rows"))
		f.Advice = "Download Expiration-Dated Inventory again; it is often complete some hours later."
	case i < 0:
		return nil
	case s.old:
		f.Summary = fmt.Sprintf("%s: %s with a date of %s cannot be judged: the newest list tells of %s ago.", s.sku, count(s.batches[i].units, "unit", "units"), s.batches[i].expires, span(g.at.Sub(s.asOf)))
		f.Advice = "Download Expiration-Dated Inventory again, or bring your lots.csv up to date."
	case s.batches[i].last < g.today:
		return nil
	default:
		f.Summary = fmt.Sprintf("%s: whether %s sell before %s cannot be told: %s.", s.sku, count(s.batches[i].units, "unit", "units"), s.batches[i].last, s.pace.unknown)
		f.Advice = "Download All Orders every day and put it into this account's folder."
	}
	return f
}

// past are units that have expired.
func (c *ExpiredGoods) past(s *shelf, g *goods, all []left) *plight {
	p := gather(all, func(l left) int {
		if g.today > l.expires {
			return l.now
		}
		return 0
	})
	if p == nil {
		return nil
	}
	if s.channel == monitor.FBA {
		p.severity = monitor.Warning
		p.summary = fmt.Sprintf("%s: %s for FBA %s past their date since %s.", s.sku, count(p.units, "unit", "units"), is(p.units), p.first)
		p.advice = "Create a removal order for what Amazon still has of them today, and make sure that none is sent in again."
		return p
	}
	p.severity = monitor.Warning
	state := "; whether the SKU is offered is not known"
	p.advice = "Set these units aside today, before one is sent, and give the lot a quantity of 0 in your list once they are gone."
	switch {
	case s.offered == nil:
	case *s.offered:
		p.severity, state = monitor.Critical, " and the SKU is still offered"
		p.advice = "Stop the listing today until these units are set aside; then give the lot a quantity of 0 in your list."
	default:
		p.severity, state = monitor.Watch, "; the SKU is not offered"
	}
	p.summary = fmt.Sprintf("%s: %s %s past their date since %s%s.", s.sku, count(p.units, "unit", "units"), is(p.units), p.first, state)
	return p
}

// overLine are units that have not expired yet, but should not be sold any more.
func (c *ExpiredGoods) overLine(s *shelf, g *goods, all []left) *plight {
	p := gather(all, func(l left) int {
		if g.today <= l.expires && g.today > l.last {
			return l.now
		}
		return 0
	})
	if p == nil {
		return nil
	}
	if s.channel == monitor.FBA {
		p.severity = monitor.Watch
		p.summary = fmt.Sprintf("%s: %s %s past FBA's %d-day line: Amazon no longer sells %s.", s.sku, count(p.units, "unit", "units"), is(p.units), c.LineDays, them(p.units))
		p.advice = "Create a removal order for them today: Amazon disposes of what is left, and in the US such stock cannot be returned."
		return p
	}
	if s.offered != nil && !*s.offered {
		return nil
	}
	p.severity = monitor.Warning
	p.summary = fmt.Sprintf("%s: %s %s fewer than %s left, the first until %s.", s.sku, count(p.units, "unit", "units"), has(p.units), count(c.SellerDays, "day", "days"), p.first)
	p.advice = "Take these units out of the offer today: a buyer who gets them calls them expired."
	return p
}

// willNotSell are units that are still good and will not sell in time.
func (c *ExpiredGoods) willNotSell(s *shelf, g *goods, all []left, within monitor.Day) *plight {
	if s.pace.unknown != "" {
		return nil
	}
	soon := g.today + monitor.Day(c.Soon)
	p, surely := &plight{severity: monitor.Watch}, false
	var of, low, high, stock int
	need := 0.0
	start := max(monitor.DayOf(s.asOf, g.clock), s.pace.to)
	for _, l := range all {
		if l.last < g.today || l.last > within {
			continue
		}
		stock += l.now
		if l.mean < 1 && (l.high < 1 || l.last > soon) {
			continue
		}
		if p.rows == nil {
			p.first = l.last
		}
		p.units, low, high, of = p.units+l.mean, low+l.low, high+l.high, of+l.now
		p.rows = append(p.rows, l.rows...)
		surely = surely || l.mean >= 1
		need = max(need, float64(stock)/float64(max(1, l.last-start)))
		if l.mean >= 1 && l.last <= soon {
			p.severity = monitor.Warning
		}
	}
	if p.rows == nil {
		return nil
	}
	line := fmt.Sprintf("FBA's %d-day line", c.LineDays)
	if s.channel != monitor.FBA {
		line = fmt.Sprintf("%s before they expire", count(c.SellerDays, "day", "days"))
	}
	amount := "about " + number(p.units)
	switch {
	case !surely:
		amount = "up to " + number(high)
		p.units = high
	case low == high:
		amount = number(p.units)
	default:
		amount += fmt.Sprintf(" (%s to %s)", number(low), number(high))
	}
	verb := "will"
	if !surely {
		verb = "may"
	}
	p.summary = fmt.Sprintf("%s: %s of %s %s not sell in time, the first by %s (%s).", s.sku, amount, count(of, "unit", "units"), verb, p.first.Short(), line)
	sell := count(int(math.Ceil(need)), "unit", "units") + " a day"
	if need < 1 {
		sell = count(int(math.Ceil(need*30)), "unit", "units") + " in 30 days"
	}
	if s.channel == monitor.FBA {
		p.advice = fmt.Sprintf("Lower the price to sell %s, or create a removal order by %s for what will be left: afterwards Amazon does not sell it, and may dispose of it.", sell, p.first.Short())
	} else {
		p.advice = fmt.Sprintf("Lower the price to sell %s, and take out of the offer what is left after %s.", sell, p.first.Short())
	}
	return p
}

// gather sums what pick finds in the batches; nil: nothing.
func gather(all []left, pick func(left) int) *plight {
	var p plight
	for _, l := range all {
		if n := pick(l); n > 0 {
			if p.rows == nil {
				p.first = l.expires
			}
			p.units += n
			p.rows = append(p.rows, l.rows...)
		}
	}
	if p.rows == nil {
		return nil
	}
	return &p
}

// arrival ends the subject of a finding about the units of a SKU that are on their way to Amazon.
const arrival = " check-in"

// arrivingLate judges lots that are to be checked in at FBA; nil: none has too little time.
func (c *ExpiredGoods) arrivingLate(s *shelf, g *goods, need map[string]int) *monitor.Finding {
	if g.lotsOld {
		return nil // told of the SKU
	}
	days, own := need[s.sku]
	if !own {
		days = c.CheckInDays
	}
	f := &monitor.Finding{Subject: s.sku + arrival, Severity: monitor.Warning, DataAsOf: g.lotsAsOf,
		Advice: "Do not send these units to FBA: sell them yourself, or return them to the supplier. If they are on their way, expect Amazon to refuse or dispose of them."}
	least := math.MaxInt
	for _, b := range s.arriving {
		if b.received == nil || *b.received <= g.today-monitor.Day(c.RecentDays) || g.today > b.expires {
			continue
		}
		at := *b.received
		if !g.stockOld { // Amazon does not show them: they arrive today at the earliest
			at = max(at, g.today)
		}
		if time := int(b.expires - at); time < days {
			f.Defects += b.units
			least = min(least, time)
			f.Evidence = append(f.Evidence, b.rows...)
		}
	}
	if f.Defects == 0 {
		return nil
	}
	n, limit := float64(least), float64(days)
	f.Value, f.Limit = &n, &limit
	f.Summary = fmt.Sprintf("%s: %s %s too little shelf life for FBA: %s on arrival, at least %d are asked for.", s.sku, count(f.Defects, "unit", "units"), has(f.Defects), count(least, "day", "days"), days)
	if !own {
		f.Details = []string{"The time to use a unit up comes on top of the " + count(days, "day", "days") + "; no export tells it. The setting check_in does."}
	}
	return f
}

// has agrees with a number.
func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// them agrees with a number.
func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
