package checks

import (
	"context"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// ShipByDeadline tells of orders that are not confirmed and due soon, or overdue: one finding a ship-by day.
type ShipByDeadline struct {
	Watch      time.Duration `help:"Time left from which an order is worth a look."`
	Warning    time.Duration `help:"Time left from which somebody should act."`
	Critical   time.Duration `help:"Time left from which somebody must act now; overdue is critical too."`
	LookBack   time.Duration `help:"How long an overdue order is listed."`
	FreshFor   time.Duration `help:"Age of the newest export up to which an order that it shows unconfirmed counts as unconfirmed now."`
	StaleAfter time.Duration `help:"Age of the newest export of order states from which the check is blind."`
}

var shipByDeadline = Entry{
	Signal: "ship_by_deadline",
	Title:  "Ship-by deadline",
	Finds:  "Orders that are not confirmed and due within 24, 12 or 4 hours, or overdue.",
	Counts: "Seller-fulfilled orders by ship-by date that no export shows as confirmed or cancelled. The clock runs on for 6 hours after the newest export; then what it showed stands, because most of it will have been confirmed since.",
	Advice: "Ship and confirm these orders before their ship-by date; an unconfirmed order is a late order in waiting, and 7 business days later Amazon cancels it, which counts against you too.",
	Source: "Amazon's confirm shipment and automatic cancellation pages",
	Reads:  []monitor.ExportKind{monitor.KindUnshippedOrders, monitor.KindOrderReport, monitor.KindAllOrders, monitor.KindShippingConfirmation},
	Needs: [][]monitor.ExportKind{{monitor.KindAllOrders, monitor.KindUnshippedOrders, monitor.KindShippingConfirmation},
		{monitor.KindUnshippedOrders, monitor.KindOrderReport}},
	New: func(Rules) monitor.Check {
		return &ShipByDeadline{Watch: 24 * time.Hour, Warning: 12 * time.Hour, Critical: 4 * time.Hour, LookBack: 30 * 24 * time.Hour, FreshFor: 6 * time.Hour, StaleAfter: 36 * time.Hour}
	},
}

// Judge implements monitor.Check.
func (c *ShipByDeadline) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	slices, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	asOf := confirmedUpTo(arrivals)
	missing := tooOld("export that tells which orders are confirmed", asOf, k.At(), c.StaleAfter)
	if missing == "" { // All Orders has no ship-by dates
		missing = tooOld("export that tells ship-by dates", newest(arrivals, monitor.KindUnshippedOrders, monitor.KindOrderReport), k.At(), c.StaleAfter)
	}
	if missing != "" {
		return []monitor.Finding{{
			Severity: monitor.Blind, DataAsOf: asOf,
			Summary: "Ship-by deadlines cannot be judged: " + missing + ".",
			Advice:  "Download Unshipped Orders (Orders > Order Reports > Unshipped Orders) every day and put it into this account's folder.",
		}}, nil
	}
	listed := unshippedListed(k.Account(), arrivals)
	var findings []monitor.Finding
	for _, s := range slices {
		if s.Channel != monitor.SellerFulfilled {
			continue
		}
		open, err := k.OpenOrders(ctx, s.Marketplace, k.At().Add(-c.LookBack), k.At().Add(c.Watch))
		if err != nil {
			return nil, err
		}
		found := c.group(open, s.Marketplace, k.At(), asOf, listed)
		if len(found) == 0 {
			found = []monitor.Finding{{
				Marketplace: s.Marketplace, Severity: monitor.OK, DataAsOf: asOf,
				Summary: fmt.Sprintf("No unconfirmed order is overdue or due within %s.", span(c.Watch)), Advice: "Nothing to do.",
			}}
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// group makes one finding a ship-by day; open is sorted by ship-by date.
func (c *ShipByDeadline) group(open []monitor.Order, m monitor.Marketplace, at, asOf, listed time.Time) []monitor.Finding {
	clock := m.Clock()
	var findings []monitor.Finding
	for len(open) > 0 {
		day := monitor.DayOf(open[0].ShipBy, clock)
		var orders []monitor.Order
		for len(open) > 0 && monitor.DayOf(open[0].ShipBy, clock) == day {
			if o := open[0]; !gone(o, listed) {
				orders = append(orders, o)
			}
			open = open[1:]
		}
		if len(orders) > 0 {
			findings = append(findings, c.finding(orders, m, day, at, asOf))
		}
	}
	return findings
}

// unshippedListed returns when the newest unshipped report was made; zero: there is none, or it may not be of this region. It
// lists every unconfirmed order of its region, so an older order that is missing there is confirmed or cancelled. With several
// marketplaces the report at hand may be another region's.
func unshippedListed(a monitor.Account, arrivals []monitor.Arrival) time.Time {
	if len(a.Marketplaces) > 1 {
		return time.Time{}
	}
	return newest(arrivals, monitor.KindUnshippedOrders)
}

// gone says whether an unshipped report made at listed should have shown the order and did not. An order seen first
// within the last hours before it may not be in the report yet.
func gone(o monitor.Order, listed time.Time) bool {
	seen := o.Unshipped
	if o.ShipByAsOf.After(seen) {
		seen = o.ShipByAsOf
	}
	return !listed.IsZero() && seen.Before(listed.Add(-5*time.Minute)) && o.Purchased.Before(listed.Add(-6*time.Hour))
}

// finding is about the orders of one ship-by day.
func (c *ShipByDeadline) finding(orders []monitor.Order, m monitor.Marketplace, day monitor.Day, at, asOf time.Time) monitor.Finding {
	value := float64(len(orders))
	f := monitor.Finding{
		Marketplace: m, Subject: "due " + day.String(), Severity: monitor.Watch, Value: &value, Orders: len(orders),
		Advice: shipByDeadline.Advice, DataAsOf: asOf,
	}
	// An order that yesterday's export shows unconfirmed is no news today: sellers ship every day and download once.
	told, old := at, at.Sub(asOf) > c.FreshFor
	if old {
		told = asOf
	}
	var since int // due after the newest export: confirmed meanwhile, perhaps
	for _, o := range orders {
		left := o.ShipBy.Sub(told)
		why := "due in " + span(o.ShipBy.Sub(at))
		if !o.ShipBy.After(at) {
			why = "due " + span(o.ShipBy.Sub(at)) + " ago"
		}
		if old {
			why += ", not confirmed " + span(at.Sub(asOf)) + " ago"
		}
		if o.ShipBy.After(asOf) && !o.ShipBy.After(at) {
			since++
		}
		switch {
		case left <= 0:
			f.Defects++
			f.Severity = monitor.Critical
			why = "overdue by " + span(o.ShipBy.Sub(at))
		case left <= c.Critical:
			f.Severity = worse(f.Severity, monitor.Critical)
		case left <= c.Warning:
			f.Severity = worse(f.Severity, monitor.Warning)
		}
		f.Evidence = append(f.Evidence, monitor.Evidence{OrderID: o.ID, Date: day, ShipBy: o.ShipBy, Why: why})
	}
	first := orders[0].ShipBy
	when := first.In(m.Clock()).Format("15:04 MST on 2 Jan")
	if f.Defects > 0 {
		f.Summary = fmt.Sprintf("%s %s overdue since %s and not confirmed.", count(f.Defects, "order", "orders"), is(f.Defects), when)
		if rest := len(orders) - f.Defects; rest > 0 {
			f.Details = append(f.Details, fmt.Sprintf("%s of that day %s still due.", count(rest, "more order", "more orders"), is(rest)))
		}
	} else if first.After(at) {
		f.Summary = fmt.Sprintf("%s %s due by %s, in %s, and not confirmed.", count(len(orders), "order", "orders"), is(len(orders)), when, span(first.Sub(at)))
	} else {
		f.Summary = fmt.Sprintf("%s %s due by %s and not confirmed %s before.", count(len(orders), "order", "orders"), was(len(orders)), when, span(first.Sub(asOf)))
	}
	if since > 0 || old {
		f.Details = append(f.Details, fmt.Sprintf("The newest export was made %s ago: download Unshipped Orders again to see what is confirmed since.", span(at.Sub(asOf))))
	}
	return f
}
