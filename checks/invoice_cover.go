package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// maxUncovered is how many products without invoices a finding lists: who must find more papers begins with these.
const maxUncovered = 100

// uncovered is a product of which more was sold than invoices show to have been bought.
type uncovered struct {
	asin           string
	sold, invoiced int // units
	last           monitor.Sourced[monitor.Invoice]
}

// judgeInvoices compares what was sold with invoices. It says nothing of an account without orders. Who keeps no list of
// invoices is told once that the two cannot be compared: that is blind of the subject, which disturbs nobody and hides nothing.
// Doubted are the ASINs of which buyers or Amazon doubt the origin now: for them the invoices will be asked for.
func judgeInvoices(ctx context.Context, k monitor.Known, invoiceDays int, doubted map[string]bool) ([]monitor.Finding, error) {
	today := monitor.DayOf(k.At(), time.UTC)
	from := today - monitor.Day(invoiceDays) + 1
	units := map[string]int{} // sold, by ASIN
	err := k.Sales(ctx, from, today+1, 0, func(s *monitor.Sale) {
		if s.Marketplace != monitor.NonAmazon && s.ASIN != "" && s.Units != 0 {
			units[s.ASIN] += s.Units
		}
	})
	if err != nil {
		return nil, err
	}
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	f := monitor.Finding{Subject: "invoices", Window: &monitor.Window{Days: invoiceDays, From: from, To: today}, DataAsOf: newest(arrivals, monitor.KindInvoices)}
	switch {
	case len(units) == 0:
		return nil, nil
	case f.DataAsOf.IsZero():
		f.Severity = monitor.Blind
		f.Summary = fmt.Sprintf("Whether invoices cover the %s sold in %s cannot be judged: no invoices.csv has been imported.", count(len(units), "product", "products"), count(invoiceDays, "day", "days"))
		f.Advice = "Keep a list invoices.csv (`goodstanding template invoices` writes an empty one): supplier, number, date, asin, units. If Amazon asks, there are days to find them, not weeks."
		return []monitor.Finding{f}, nil
	}
	invoices, err := monitor.RecordsOf[monitor.Invoice](ctx, k, monitor.KindInvoices, from, today+1)
	if err != nil {
		return nil, err
	}
	products := make(map[string]*uncovered, len(units))
	for asin, n := range units {
		products[asin] = &uncovered{asin: asin, sold: n}
	}
	for _, i := range invoices {
		if p := products[i.Record.ASIN]; p != nil {
			p.invoiced += i.Record.Units
			p.last = i // by day
		}
	}
	var short []*uncovered
	gap, worst := 0, 0
	for _, p := range products {
		if p.invoiced < p.sold {
			short = append(short, p)
			gap += p.sold - p.invoiced
			if doubted[p.asin] {
				worst++
			}
		}
	}
	slices.SortFunc(short, func(a, b *uncovered) int {
		return cmp.Or(compareBool(doubted[b.asin], doubted[a.asin]), cmp.Compare(b.sold-b.invoiced, a.sold-a.invoiced), cmp.Compare(a.asin, b.asin))
	})
	value := float64(len(short))
	f.Value, f.Defects = &value, gap
	f.Severity, f.Advice = monitor.OK, "Nothing to do."
	f.Summary = fmt.Sprintf("Invoices cover all units of the %s sold in %s.", count(len(products), "product", "products"), count(invoiceDays, "day", "days"))
	if len(short) > 0 {
		f.Severity, f.Advice = monitor.Watch, inauthentic.Advice
		f.Summary = fmt.Sprintf("Invoices do not cover %s of %s sold in %s: %s %s missing, most of %s (%s sold, %s on invoices).",
			number(len(short)), count(len(products), "product", "products"), count(invoiceDays, "day", "days"), count(gap, "unit", "units"), is(gap),
			short[0].asin, number(short[0].sold), number(short[0].invoiced))
	}
	if worst > 0 {
		f.Severity = monitor.Warning
		f.Details = append(f.Details, fmt.Sprintf("%s of them %s doubted right now: begin with those.", number(worst), is(worst)))
	}
	if len(short) > maxUncovered {
		f.Details = append(f.Details, fmt.Sprintf("The %d with the most units missing are listed.", maxUncovered))
		short = short[:maxUncovered]
	}
	for _, p := range short {
		e := monitor.Evidence{ASIN: p.asin, Date: today, Source: p.last.Source,
			Why: fmt.Sprintf("%s sold, %s on invoices: %s missing", count(p.sold, "unit", "units"), number(p.invoiced), number(p.sold-p.invoiced))}
		if p.last.Record.Day != 0 {
			e.Date = p.last.Record.Day
		}
		f.Evidence = append(f.Evidence, e)
	}
	return []monitor.Finding{f}, nil
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
