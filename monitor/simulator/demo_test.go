package simulator

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"goodstanding/monitor"
)

// end is the day that the demo is tuned for.
var end = monitor.Date(2026, time.November, 20)

// rate returns a rate of the day that must exist.
func rate(t *testing.T, h *History, signal monitor.Signal, c monitor.Channel, days int, d monitor.Day) Rate {
	t.Helper()
	r, err := h.Rate(signal, c, days, d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// within fails when a value lies outside a range.
func within(t *testing.T, what string, got, from, to float64) {
	t.Helper()
	if got < from || got > to {
		t.Errorf("%s is %.4f, want %.4f to %.4f", what, got, from, to)
	}
}

// overdue counts the orders that wait past their ship-by instant, and those due within some hours.
func overdue(h *History, at time.Time, hours int) (late, soon int) {
	for _, o := range h.Open(at) {
		if o.ShipBy.Before(at) {
			late++
		} else if o.ShipBy.Before(at.Add(time.Duration(hours) * time.Hour)) {
			soon++
		}
	}
	return late, soon
}

func TestDemo(t *testing.T) {
	orders := 0
	names := []string{"harbor-home", "blue-kite-toys", "nordlicht-outlet"}
	markets := []monitor.Marketplace{"Amazon.com", "Amazon.com", "Amazon.de"}
	for i, shop := range Demo(end) {
		if shop.Name != names[i] || shop.Marketplace != markets[i] {
			t.Errorf("account %d is %s on %s", i, shop.Name, shop.Marketplace)
		}
		if end-shop.First < 99 || shop.First+monitor.Day(shop.Days) != end+11 {
			t.Errorf("%s runs from %s for %d days", shop.Name, shop.First, shop.Days)
		}
		h := Run(shop)
		quotes, foreign := false, false
		for _, o := range h.Orders {
			if !o.Purchased.After(DemoTime(end)) {
				orders++
			}
			for _, l := range o.Lines {
				quotes = quotes || strings.Count(l.Title, `"`)%2 == 1
				foreign = foreign || utf8.RuneCountInString(l.Title) < len(l.Title)
			}
		}
		if !quotes || !foreign {
			t.Errorf("%s: titles with a lone quotation mark %t, with foreign letters %t", shop.Name, quotes, foreign)
		}
	}
	within(t, "orders in all", float64(orders), 9_500, 11_000)
	if got, want := DemoTime(end).Format(time.RFC3339), "2026-11-21T02:00:00Z"; got != want {
		t.Errorf("the demo looks at its accounts at %s, want %s", got, want)
	}
}

// Healthy: less than half of every limit on every day from the first on, and nothing left to do at the end.
func TestDemoHealthy(t *testing.T) {
	h := Run(Demo(end)[0])
	for d := h.Shop.First; d <= end+10; d++ {
		for _, days := range []int{30, 10} {
			within(t, "late shipment rate on "+d.String(), rate(t, h, LateShipment, monitor.SellerFulfilled, days, d).Value(), 0, 0.019)
		}
		within(t, "cancellation rate on "+d.String(), rate(t, h, Cancellation, monitor.SellerFulfilled, 7, d).Value(), 0, 0.0125)
		for _, c := range []monitor.Channel{monitor.SellerFulfilled, monitor.FBA} {
			within(t, "order defect rate on "+d.String(), rate(t, h, OrderDefect, c, 60, d).Value(), 0, 0.005)
		}
	}
	within(t, "late shipment rate at the end", rate(t, h, LateShipment, monitor.SellerFulfilled, 30, end).Value(), 0.003, 0.009)
	for _, c := range []monitor.Channel{monitor.SellerFulfilled, monitor.FBA} {
		r := rate(t, h, OrderDefect, c, 60, end)
		within(t, "order defect rate at the end", r.Value(), 0.0001, 0.003)
		within(t, "orders a day", float64(r.Orders)/60, 22, 32)
	}
	if late, soon := overdue(h, DemoTime(end), 4); late != 0 || soon != 0 {
		t.Errorf("at the end %d orders are overdue and %d due within 4 hours, want none", late, soon)
	}
	early, all := 0, 0
	clock := h.Shop.Marketplace.Clock()
	for _, o := range h.Orders {
		if o.Channel == monitor.SellerFulfilled && !o.Confirmed.IsZero() {
			all++
			if o.Confirmed.In(clock).Hour() < 15 {
				early++
			}
		}
	}
	within(t, "share confirmed by 15:00", float64(early)/float64(all), 0.9, 1)
}

// Drifting: below the limit and rising up to the end, over it days later, and one ship service carries it.
func TestDemoDrifting(t *testing.T) {
	h := Run(Demo(end)[1])
	mfn, clock := monitor.SellerFulfilled, h.Shop.Marketplace.Clock()
	at := rate(t, h, LateShipment, mfn, 30, end)
	within(t, "30-day rate at the end", at.Value(), 0.032, 0.037)
	within(t, "10-day rate at the end", rate(t, h, LateShipment, mfn, 10, end).Value(), 0.030, 0.038)
	within(t, "orders a day", float64(at.Orders)/30, 26, 34)
	for d := h.Shop.First; d <= end; d++ {
		for _, days := range []int{30, 10} {
			if v := rate(t, h, LateShipment, mfn, days, d).Value(); v >= 0.04 || d < end-30 && v >= 0.02 {
				t.Errorf("%d-day rate on %s is %.4f already", days, d, v)
			}
		}
		within(t, "cancellation rate on "+d.String(), rate(t, h, Cancellation, mfn, 7, d).Value(), 0, 0.02)
		within(t, "order defect rate on "+d.String(), rate(t, h, OrderDefect, mfn, 60, d).Value(), 0, 0.006)
	}
	evening, err := h.RateAt(LateShipment, mfn, 10, DemoTime(end))
	if err != nil {
		t.Fatal(err)
	}
	within(t, "10-day rate in the evening", evening.Value(), 0.028, 0.038)
	for back := monitor.Day(7); back <= 21; back += 7 {
		before, after := rate(t, h, LateShipment, mfn, 30, end-back).Value(), rate(t, h, LateShipment, mfn, 30, end-back+7).Value()
		if after < before+0.003 {
			t.Errorf("the 30-day rate rose from %.4f on %s to %.4f a week later only", before, end-back, after)
		}
	}
	crossed := monitor.Day(0)
	for d := end + 1; d <= end+10 && crossed == 0; d++ {
		if rate(t, h, LateShipment, mfn, 30, d).Value() >= 0.04 || rate(t, h, LateShipment, mfn, 10, d).Value() >= 0.04 {
			crossed = d
		}
	}
	within(t, "days until it crosses", float64(crossed-end), 2, 6)
	within(t, "30-day rate ten days after the end", rate(t, h, LateShipment, mfn, 30, end+10).Value(), 0.042, 0.07)

	late := map[string]bool{}
	for _, id := range at.Defects {
		late[id] = true
	}
	n, expedited, lateExpedited, weekends, lateWeekends := 0, 0, 0, 0, 0
	for i := range h.Orders {
		o := &h.Orders[i]
		if d := monitor.DayOf(o.ShipBy, clock); o.ShipBy.IsZero() || d < at.From || d > at.To || !o.Cancelled.IsZero() {
			continue
		}
		n++
		if o.Service == "Expedited" {
			expedited++
			if late[o.ID] {
				lateExpedited++
			}
		}
		if weekend(monitor.DayOf(o.Purchased, clock)) {
			weekends++
			if late[o.ID] {
				lateWeekends++
			}
		}
	}
	within(t, "share of Expedited among the orders", float64(expedited)/float64(n), 0.25, 0.35)
	within(t, "share of Expedited among the late orders", float64(lateExpedited)/float64(len(late)), 0.55, 0.95)
	within(t, "share of weekends among the orders", float64(weekends)/float64(n), 0.28, 0.40)
	within(t, "share of weekends among the late orders", float64(lateWeekends)/float64(len(late)), 0.40, 0.80)
	if late, soon := overdue(h, DemoTime(end), 4); late != 0 || soon != 0 {
		t.Errorf("at the end %d orders are overdue and %d due within 4 hours, want none", late, soon)
	}
}

// About to be suspended: over every limit, with orders that nobody ships.
func TestDemoFailing(t *testing.T) {
	h := Run(Demo(end)[2])
	mfn := monitor.SellerFulfilled
	within(t, "late shipment rate at the end", rate(t, h, LateShipment, mfn, 30, end).Value(), 0.06, 0.08)
	within(t, "order defect rate at the end", rate(t, h, OrderDefect, mfn, 60, end).Value(), 0.015, 0.04)
	within(t, "cancellation rate at the end", rate(t, h, Cancellation, mfn, 7, end).Value(), 0.025, 0.07)
	within(t, "orders a day", float64(rate(t, h, OrderDefect, mfn, 60, end).Orders)/60, 17, 23)
	late, _ := overdue(h, DemoTime(end), 4)
	within(t, "overdue orders at the end", float64(late), 5, 8)
	kinds, german, hostile := map[monitor.ClaimKind]int{}, false, false
	for _, o := range h.Orders {
		if o.Claim != nil {
			kinds[o.Claim.Kind]++
		}
		if o.Feedback != nil && o.Feedback.Rating <= 2 {
			german = german || strings.Contains(o.Feedback.Comment, "Verkäufer")
			hostile = hostile || strings.Contains(o.Feedback.Comment, "<!here>")
		}
	}
	if kinds[monitor.AToZ] < 10 || kinds[monitor.Chargeback] < 1 || !german || !hostile {
		t.Errorf("claims %v, German feedback %t, hostile feedback %t", kinds, german, hostile)
	}
}
