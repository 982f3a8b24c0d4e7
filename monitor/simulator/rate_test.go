package simulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
	"pgregory.net/rapid"
)

// pacific reads an instant written in Pacific standard time.
func pacific(s string) time.Time {
	at, err := time.Parse("2006-01-02 15:04:05 -07:00", s+" -08:00")
	if err != nil {
		panic(err)
	}
	return at.UTC()
}

// One order and one instant for each sentence of the rules; at is always the evening of 20 November.
func TestRateCases(t *testing.T) {
	const mfn, afn = monitor.SellerFulfilled, monitor.FBA
	at := pacific("2026-11-20 18:00:00")
	noon := func(day string) time.Time { return pacific("2026-" + day + " 12:00:00") }
	due := func(day string) time.Time { return pacific("2026-" + day + " 23:59:59") }
	claim := func(status monitor.ClaimStatus, decided string) *Claim {
		return &Claim{Kind: monitor.AToZ, Opened: noon("11-01"), Decided: noon(decided), Outcome: status}
	}
	star := func(n int, day string) *Feedback { return &Feedback{Left: noon(day), Rating: n} }
	type window struct {
		signal monitor.Signal
		days   int
	}
	late30, late10, odr, cancel := window{LateShipment, 30}, window{LateShipment, 10}, window{OrderDefect, 60}, window{Cancellation, 7}
	for _, c := range []struct {
		name            string
		w               window
		channel         monitor.Channel
		order           Order
		orders, defects int
	}{
		{"confirmed in the last second", late30, mfn, Order{ShipBy: due("11-18"), Confirmed: due("11-18")}, 1, 0},
		{"confirmed a second late", late30, mfn, Order{ShipBy: due("11-18"), Confirmed: due("11-18").Add(time.Second)}, 1, 1},
		{"overdue", late30, mfn, Order{ShipBy: due("11-19")}, 1, 1},
		{"overdue now, confirmed tomorrow", late30, mfn, Order{ShipBy: due("11-19"), Confirmed: noon("11-21")}, 1, 1},
		{"due in six hours", late30, mfn, Order{ShipBy: due("11-20")}, 1, 0},
		{"due tomorrow", late30, mfn, Order{ShipBy: due("11-21")}, 0, 0},
		{"late, then cancelled", late30, mfn, Order{ShipBy: due("11-18"), Cancelled: noon("11-19"), By: Seller}, 0, 0},
		{"late, cancelled tomorrow", late30, mfn, Order{ShipBy: due("11-18"), Cancelled: noon("11-21"), By: Seller}, 1, 1},
		{"first day of 30", late30, mfn, Order{ShipBy: due("10-22").Add(-time.Hour), Confirmed: noon("11-01")}, 1, 1},
		{"day before the 30", late30, mfn, Order{ShipBy: due("10-21").Add(-time.Hour), Confirmed: noon("11-01")}, 0, 0},
		{"first day of 10", late10, mfn, Order{ShipBy: due("11-11"), Confirmed: noon("11-12")}, 1, 1},
		{"day before the 10", late10, mfn, Order{ShipBy: due("11-10"), Confirmed: noon("11-12")}, 0, 0},
		{"still Pending", late30, mfn, Order{ShipBy: due("11-18"), Released: noon("11-21")}, 0, 0},

		{"1 star", odr, mfn, Order{Feedback: star(1, "11-01")}, 1, 1},
		{"2 stars", odr, mfn, Order{Feedback: star(2, "11-20")}, 1, 1},
		{"3 stars", odr, mfn, Order{Feedback: star(3, "11-01")}, 1, 0},
		{"1 star tomorrow", odr, mfn, Order{Feedback: star(1, "11-21")}, 1, 0},
		{"open claim", odr, mfn, Order{Claim: claim(monitor.ClaimDenied, "11-21")}, 1, 1},
		{"granted claim", odr, mfn, Order{Claim: claim(monitor.ClaimGranted, "11-10")}, 1, 1},
		{"denied claim", odr, mfn, Order{Claim: claim(monitor.ClaimDenied, "11-10")}, 1, 0},
		{"withdrawn claim", odr, mfn, Order{Claim: claim(monitor.ClaimWithdrawn, "11-10")}, 1, 0},
		{"claim that Amazon paid", odr, mfn, Order{Claim: claim(monitor.ClaimAmazonFunded, "11-10")}, 1, 0},
		{"claim and 1 star count once", odr, mfn, Order{Claim: claim(monitor.ClaimGranted, "11-10"), Feedback: star(1, "11-01")}, 1, 1},
		{"cancelled orders count", odr, mfn, Order{Cancelled: noon("10-16"), By: Buyer}, 1, 0},
		{"last day of 60", odr, mfn, Order{Purchased: noon("11-05"), Feedback: star(1, "11-10")}, 1, 1},
		{"day after the 60", odr, mfn, Order{Purchased: noon("11-06"), Feedback: star(1, "11-10")}, 0, 0},
		{"first day of 60", odr, mfn, Order{Purchased: noon("09-07"), Feedback: star(1, "11-10")}, 1, 1},
		{"day before the 60", odr, mfn, Order{Purchased: noon("09-06"), Feedback: star(1, "11-10")}, 0, 0},
		{"FBA for itself", odr, afn, Order{Channel: afn, Feedback: star(1, "11-01")}, 1, 1},
		{"FBA apart", odr, mfn, Order{Channel: afn, Feedback: star(1, "11-01")}, 0, 0},

		{"cancelled by the seller", cancel, mfn, Order{Purchased: noon("11-18"), Cancelled: noon("11-19"), By: Seller}, 1, 1},
		{"cancelled by Amazon", cancel, mfn, Order{Purchased: noon("11-18"), Cancelled: noon("11-19"), By: Amazon}, 1, 1},
		{"cancelled by the buyer", cancel, mfn, Order{Purchased: noon("11-18"), Cancelled: noon("11-19"), By: Buyer}, 1, 0},
		{"cancelled tomorrow", cancel, mfn, Order{Purchased: noon("11-18"), Cancelled: noon("11-21"), By: Seller}, 1, 0},
		{"placed today", cancel, mfn, Order{Purchased: noon("11-20"), Cancelled: noon("11-20"), By: Seller}, 0, 0},
		{"first day of 7", cancel, mfn, Order{Purchased: noon("11-13"), Cancelled: noon("11-14"), By: Seller}, 1, 1},
		{"day before the 7", cancel, mfn, Order{Purchased: noon("11-12"), Cancelled: noon("11-14"), By: Seller}, 0, 0},
	} {
		o := c.order
		if o.Channel == "" {
			o.Channel = mfn
		}
		if o.Purchased.IsZero() {
			o.Purchased = noon("10-15")
		}
		if o.Released.IsZero() {
			o.Released = o.Purchased
		}
		o.ID = "111-0000000-0000001"
		h := &History{Shop: Shop{Marketplace: "Amazon.com"}, Orders: []Order{o}}
		r, err := h.RateAt(c.w.signal, c.channel, c.w.days, at)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if r.Orders != c.orders || len(r.Defects) != c.defects {
			t.Errorf("%s: %d orders and %d defects, want %d and %d", c.name, r.Orders, len(r.Defects), c.orders, c.defects)
		}
	}
}

// The rate of a day is that of its last moment: what was due that day and is not confirmed is late by then.
func TestRateOfADay(t *testing.T) {
	h := &History{Shop: Shop{Marketplace: "Amazon.com"}, Orders: []Order{
		{ID: "a", Channel: monitor.SellerFulfilled, Purchased: pacific("2026-11-19 09:00:00"), Released: pacific("2026-11-19 10:00:00"),
			ShipBy: pacific("2026-11-20 23:59:59"), Confirmed: pacific("2026-11-21 08:00:00")},
		{ID: "b", Channel: monitor.SellerFulfilled, Purchased: pacific("2026-11-19 09:00:00"), Released: pacific("2026-11-19 10:00:00"),
			ShipBy: pacific("2026-11-20 23:59:59"), Confirmed: pacific("2026-11-20 23:00:00")},
	}}
	r, err := h.Rate(LateShipment, monitor.SellerFulfilled, 10, monitor.Date(2026, time.November, 20))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(r.From, r.To, r.Orders, r.Defects, r.Value()), "2026-11-11 2026-11-20 2 [a] 0.5"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if v := (Rate{}).Value(); v != 0 {
		t.Errorf("rate of no orders: got %g, want 0", v)
	}
}

func TestRateRefuses(t *testing.T) {
	h := &History{Shop: Shop{Marketplace: "Amazon.com"}}
	for _, c := range []struct {
		signal  monitor.Signal
		channel monitor.Channel
		want    string
	}{
		{"valid_tracking_rate", monitor.SellerFulfilled, "the simulator knows late_shipment_rate, order_defect_rate and cancellation_rate"},
		{LateShipment, monitor.FBA, "Amazon has no such rate"},
		{Cancellation, monitor.FBA, "Amazon has no such rate"},
		{OrderDefect, "", "Amazon has no such rate"},
	} {
		if _, err := h.Rate(c.signal, c.channel, 30, 20_000); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %q: got %v, want %q", c.signal, c.channel, err, c.want)
		}
	}
}

// bruteForce counts a rate in another way: it writes the window out as calendar dates, and replays what happened to each
// order up to the instant, as a clerk with the event list would.
func bruteForce(h *History, signal monitor.Signal, c monitor.Channel, days int, at time.Time) (orders int, defects []string) {
	clock := h.Shop.Marketplace.Clock()
	y, m, d := at.In(clock).Date()
	lag := map[monitor.Signal]int{LateShipment: 0, OrderDefect: 15, Cancellation: 1}[signal]
	var window []string
	for back := lag; back < lag+days; back++ {
		window = append(window, time.Date(y, m, d-back, 12, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	for _, o := range h.Orders {
		type event struct {
			at   time.Time
			what string
		}
		events := []event{{o.Released, "released"}, {o.Confirmed, "confirmed"}, {o.Cancelled, "cancelled"}, {o.ShipBy.Add(1), "overdue"}}
		if o.Feedback != nil {
			events = append(events, event{o.Feedback.Left, fmt.Sprintf("stars %d", o.Feedback.Rating)})
		}
		if o.Claim != nil {
			events = append(events, event{o.Claim.Opened, "claim"}, event{o.Claim.Decided, "claim " + string(o.Claim.Outcome)})
		}
		slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
		state := map[string]bool{}
		for _, e := range events {
			if e.at.Year() < 2000 || e.at.After(at) {
				continue
			}
			switch e.what {
			case "confirmed":
				state["late"] = state["overdue"]
			case "claim denied", "claim withdrawn", "claim amazon-funded":
				delete(state, "claim")
			}
			state[e.what] = true
		}
		date, bad := o.Purchased, false
		switch signal {
		case LateShipment:
			date = o.ShipBy
			bad = state["late"] || state["overdue"] && !state["confirmed"]
			if state["cancelled"] {
				continue
			}
		case OrderDefect:
			bad = state["stars 1"] || state["stars 2"] || state["claim"]
		case Cancellation:
			bad = state["cancelled"] && (o.By == Seller || o.By == Amazon)
		}
		if o.Channel != c || !state["released"] || !slices.Contains(window, date.In(clock).Format(time.DateOnly)) {
			continue
		}
		orders++
		if bad {
			defects = append(defects, o.ID)
		}
	}
	return orders, defects
}

func TestRateByBruteForce(t *testing.T) {
	met := map[monitor.Signal]int{} // so that an agreement about nothing does not pass for one
	rapid.Check(t, func(t *rapid.T) {
		shop := anyShop(t)
		h := Run(shop)
		clock := shop.Marketplace.Clock()
		at := shop.First.Start(clock).Add(time.Duration(rapid.IntRange(25*24*3600, 90*24*3600).Draw(t, "seconds after the first day")) * time.Second)
		if n := len(h.Orders); n > 0 && rapid.Bool().Draw(t, "on an event") {
			o := h.Orders[rapid.IntRange(0, n-1).Draw(t, "order")]
			at = rapid.SampledFrom([]time.Time{o.Purchased, o.Released, o.LastUpdated(at), o.ShipBy, o.ShipBy.Add(time.Second)}).Draw(t, "event")
			if at.Year() < 2000 {
				at = o.Purchased
			}
		}
		days := rapid.SampledFrom([]int{1, 7, 10, 30, 60}).Draw(t, "window")
		for _, c := range []struct {
			signal  monitor.Signal
			channel monitor.Channel
		}{
			{LateShipment, monitor.SellerFulfilled}, {OrderDefect, monitor.SellerFulfilled},
			{OrderDefect, monitor.FBA}, {Cancellation, monitor.SellerFulfilled},
		} {
			r, err := h.RateAt(c.signal, c.channel, days, at)
			if err != nil {
				t.Fatal(err)
			}
			orders, defects := bruteForce(h, c.signal, c.channel, days, at)
			if r.Orders != orders || !slices.Equal(r.Defects, defects) {
				t.Fatalf("%s of %s over %d days at %v: %d orders, defects %v; by brute force %d, %v",
					c.signal, c.channel, days, at.In(clock), r.Orders, r.Defects, orders, defects)
			}
			met[c.signal] += len(defects)
		}
	})
	for _, signal := range []monitor.Signal{LateShipment, OrderDefect, Cancellation} {
		if met[signal] == 0 {
			t.Errorf("no defect of %s was met", signal)
		}
	}
}
