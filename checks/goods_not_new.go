package checks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// conditions is how goods are offered, by SKU.
type conditions struct {
	monitor.Listed[monitor.Listing]
	offers map[string]monitor.Sourced[monitor.Listing]
}

func readConditions(ctx context.Context, k monitor.Known) (conditions, error) {
	listed, err := monitor.ListedOf[monitor.Listing](ctx, k, monitor.KindListings)
	c := conditions{listed, map[string]monitor.Sourced[monitor.Listing]{}}
	for _, l := range listed.Rows {
		c.offers[l.Record.SKU] = l
	}
	return c, err
}

// other says whether a SKU is known to be offered in another condition than New.
func (c conditions) other(sku string) bool {
	l, ok := c.offers[sku]
	return ok && l.Record.Condition != 0 && l.Record.Condition != monitor.ConditionNew
}

// judgeLots returns a finding for each lot that cannot be new and is offered as New.
func judgeLots(ctx context.Context, k monitor.Known, c conditions) (findings []monitor.Finding, err error) {
	lots, err := monitor.RecordsOf[monitor.Lot](ctx, k, monitor.KindLots, 0, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(lots, func(a, b monitor.Sourced[monitor.Lot]) int {
		return cmp.Or(cmp.Compare(a.Record.SKU, b.Record.SKU), cmp.Compare(a.Record.Lot, b.Record.Lot))
	})
	var unknown []string
	for _, s := range lots {
		lot := s.Record
		words, worn := policy.Preowned(lot.Condition, lot.Source)
		if !worn || lot.Quantity <= 0 {
			continue
		}
		offer, ok := c.offers[lot.SKU]
		switch {
		case c.AsOf.IsZero(), ok && offer.Record.Condition == 0, !ok && c.BadRows > 0:
			unknown = append(unknown, lot.SKU)
			continue
		case !ok, c.other(lot.SKU), offer.Record.Status == "Cancelled", offer.Record.Status == "Incomplete":
			continue
		}
		value := float64(lot.Quantity)
		f := monitor.Finding{Subject: "lot " + strings.TrimSpace(lot.SKU+" "+lot.Lot), Severity: monitor.Warning, Value: &value, Defects: lot.Quantity, DataAsOf: c.AsOf, Advice: usedSoldAsNew.Advice,
			Summary: fmt.Sprintf("%s of %s %s not new (%q) but offered as New.", count(lot.Quantity, "unit", "units"), lotName(lot), is(lot.Quantity), words),
			Evidence: []monitor.Evidence{
				{SKU: lot.SKU, Why: describeLot(lot), Source: s.Source},
				{SKU: lot.SKU, ASIN: offer.Record.ASIN, Why: fmt.Sprintf("listed as New (condition %d)", offer.Record.Condition), Source: offer.Source},
			}}
		if offer.Record.Off() {
			f.Severity = monitor.Watch
			f.Details = []string{"The offer is not active now."}
		}
		findings = append(findings, f)
	}
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int { return b.Severity.Rank() - a.Severity.Rank() })
	if len(unknown) > 0 {
		findings = append(findings, monitor.Finding{Subject: "lots", Severity: monitor.Blind, DataAsOf: c.AsOf,
			Summary: fmt.Sprintf("Whether %s that %s not new %s offered as New cannot be judged: no listings report tells the condition of %s.",
				count(len(unknown), "lot", "lots"), is(len(unknown)), is(len(unknown)), strings.Join(unknown[:min(len(unknown), 5)], ", ")),
			Advice: "Download the All Listings Report (Inventory > Inventory Reports) and put it into this account's folder."})
	}
	return findings, nil
}

func lotName(l monitor.Lot) string {
	if l.Lot == "" {
		return l.SKU
	}
	return "lot " + l.Lot + " of " + l.SKU
}

func describeLot(l monitor.Lot) string {
	var told []string
	for _, t := range [...]struct{ what, text string }{{"condition", l.Condition}, {"source", l.Source}} {
		if t.text != "" {
			told = append(told, t.what+": "+t.text)
		}
	}
	return strings.Join(told, ", ")
}

// soldAgain are units of a SKU that were returned and went back on sale.
type soldAgain struct {
	asin     string
	units    int
	turned   int // of which the ledger tells that they had been found damaged
	said     int // of which the buyer wrote that they were used
	evidence []monitor.Evidence
}

// fewAgain is the number of units that buyers sent back as defective, without a word, and that Amazon found sellable, from which
// they are told: buyers call things defective that are not, for a free return.
const fewAgain = 3

// judgeSoldAgain returns a finding for each SKU of which returned units went back on sale as New although a buyer, or Amazon, had
// found them damaged. Complained are the ASINs and SKUs that buyers call used.
func judgeSoldAgain(ctx context.Context, k monitor.Known, b *complaintBook, since int, c conditions, complained map[string]bool) ([]monitor.Finding, error) {
	today := monitor.DayOf(k.At(), time.UTC)
	from := today - monitor.Day(since) + 1
	window := &monitor.Window{Days: since, From: from, To: today}
	skus := map[string]*soldAgain{}
	at := func(sku, asin string) *soldAgain {
		if skus[sku] == nil {
			skus[sku] = &soldAgain{}
		}
		skus[sku].asin = cmp.Or(skus[sku].asin, asin)
		return skus[sku]
	}
	for _, r := range b.returnsSince(from) {
		why, said := worn(r)
		if why == "" || r.Disposition != "SELLABLE" || len(r.SKUs) != 1 || c.other(r.SKUs[0]) {
			continue
		}
		u := at(r.SKUs[0], strings.Join(r.ASINs, " "))
		u.units++
		if said {
			u.said++
		}
		u.evidence = append(u.evidence, monitor.Evidence{OrderID: r.OrderID, SKU: r.SKUs[0], ASIN: strings.Join(r.ASINs, " "), Date: r.Day,
			Why: why + ", put back to SELLABLE", Source: r.Source})
	}
	events, err := monitor.RecordsOf[monitor.LedgerEvent](ctx, k, monitor.KindLedgerDetail, from, today)
	if err != nil {
		return nil, err
	}
	for _, t := range turnedSellable(events) {
		if c.other(t.Record.SKU) {
			continue
		}
		u := at(t.Record.SKU, t.Record.ASIN)
		u.units += *t.Record.Quantity
		u.turned += *t.Record.Quantity
		u.evidence = append(u.evidence, monitor.Evidence{SKU: t.Record.SKU, ASIN: t.Record.ASIN, Date: t.Record.Day, Source: t.Source,
			Why: fmt.Sprintf("%s turned from %s to SELLABLE at %s", count(*t.Record.Quantity, "unit", "units"), t.Record.Disposition, t.Record.Center)})
	}
	var findings []monitor.Finding
	for _, sku := range slices.Sorted(maps.Keys(skus)) {
		u := skus[sku]
		bought := complained[sku] || complained[u.asin]
		if u.turned == 0 && u.said == 0 && !bought && u.units < fewAgain {
			continue
		}
		value := float64(u.units)
		f := monitor.Finding{Subject: "returned units of " + sku, Severity: monitor.Watch, Value: &value, Defects: u.units, Advice: usedSoldAsNew.Advice,
			Window: window, Evidence: u.evidence, DataAsOf: b.returns,
			Summary: fmt.Sprintf("%s of %s that came back damaged or defective %s put back on sale as New (%s).", count(u.units, "unit", "units"), sku, was(u.units),
				days(*window))}
		if bought {
			f.Severity = monitor.Warning
			f.Details = append(f.Details, "Buyers of it say already that it was used.")
		}
		if u.turned > 0 {
			f.Details = append(f.Details, fmt.Sprintf("Of %s Amazon itself had said that they were damaged or defective.", number(u.turned)))
		}
		if _, ok := c.offers[sku]; !ok {
			f.Details = append(f.Details, "No listings report tells in which condition it is offered: it is taken to be New.")
		}
		findings = append(findings, f)
	}
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), cmp.Compare(b.Defects, a.Defects))
	})
	return findings, nil
}

// worn says why a returned unit cannot be new any more, by the word of the buyer, and whether he said it in words.
func worn(c monitor.Complaint) (why string, said bool) {
	for _, cause := range [...]monitor.Cause{monitor.CauseUsed, monitor.CauseDamaged} {
		for _, b := range c.Causes {
			if b.Cause == cause && b.Words != c.Reason {
				return "“" + b.Words + "”", true
			}
		}
	}
	if policy.ReturnedWorn(c.Reason) {
		return "return reason " + c.Reason, false
	}
	return "", false
}

// turnedSellable finds the units that Amazon first found damaged by a customer, or defective, and then sellable. Such a change is
// a pair of adjustments of one day, product and fulfilment centre: units leave one disposition and come up in another. The
// event returned has the number of units, and the disposition that they had before.
func turnedSellable(events []monitor.Sourced[monitor.LedgerEvent]) (turned []monitor.Sourced[monitor.LedgerEvent]) {
	type place struct {
		day           monitor.Day
		fnsku, center string
	}
	type change struct {
		up   int
		down []monitor.Sourced[monitor.LedgerEvent]
	}
	changes := map[place]*change{}
	var order []place
	for _, e := range events {
		r := e.Record
		if r.Event != "Adjustments" || r.Quantity == nil {
			continue
		}
		p := place{r.Day, r.FNSKU, r.Center}
		if changes[p] == nil {
			changes[p] = &change{}
			order = append(order, p)
		}
		switch {
		case *r.Quantity > 0 && r.Disposition == "SELLABLE" && (r.Reason == "P" || r.Reason == ""): // a unit that was found (F) is another thing
			changes[p].up += *r.Quantity
		case *r.Quantity < 0 && (r.Disposition == "CUSTOMER_DAMAGED" || r.Disposition == "DEFECTIVE"):
			changes[p].down = append(changes[p].down, e)
		}
	}
	for _, p := range order {
		left := changes[p].up
		for _, e := range changes[p].down {
			n := min(-*e.Record.Quantity, left)
			if n <= 0 {
				continue
			}
			left -= n
			e.Record.Quantity = &n
			turned = append(turned, e)
		}
	}
	return turned
}
