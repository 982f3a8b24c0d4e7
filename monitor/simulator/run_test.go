package simulator

import (
	"math"
	"reflect"
	"regexp"
	"testing"
	"time"

	"goodstanding/monitor"
	"pgregory.net/rapid"
)

// anyShop draws a shop with every risk in it.
func anyShop(t *rapid.T) Shop {
	market := rapid.SampledFrom([]monitor.Marketplace{"Amazon.com", "Amazon.co.uk", "Amazon.de", "Amazon.fr", "Amazon.se", "Amazon.co.jp", "Amazon.com.au"})
	first := monitor.Date(2026, time.January, 1) + monitor.Day(rapid.IntRange(0, 300).Draw(t, "first"))
	chance := func(name string) []Risk {
		return []Risk{
			{P: rapid.Float64Range(0, 0.15).Draw(t, name)},
			{P: 0.1, From: first + 10, Full: first + 20, Service: "Expedited"},
			{P: 0.1, Ends: first + 10, SKU: "MUG-BLUE", Weekend: true},
		}
	}
	wait := rapid.IntRange(0, 10).Draw(t, "shortest delay")
	return Shop{
		Name: "any", Marketplace: market.Draw(t, "marketplace"), Seed: rapid.Uint64().Draw(t, "seed"), First: first,
		Days: rapid.IntRange(5, 35).Draw(t, "days"), Orders: float64(rapid.IntRange(1, 40).Draw(t, "orders")),
		FBA: rapid.Float64Range(0, 1).Draw(t, "fba"), MoreLine: 0.3,
		Handling: rapid.IntRange(0, 3).Draw(t, "handling"), LateBy: Span{1, rapid.IntRange(0, 6).Draw(t, "late by")},
		Services: []Service{{"Standard", 2}, {"Expedited", 1}},
		Late:     chance("late"), Forgotten: chance("forgotten"), SellerCancel: chance("seller cancels"),
		BuyerCancel: chance("buyer cancels"), Unpaid: chance("unpaid"), Negative: chance("negative"), Neutral: chance("neutral"),
		Positive: chance("positive"), AToZ: chance("a to z"), Chargeback: chance("chargeback"), Refund: 0.2,
		FeedbackDelay: Span{wait, wait + 30}, ClaimDelay: Span{wait, wait + 50},
	}
}

var idPattern = regexp.MustCompile(`^\d{3}-\d{7}-\d{7}$`)

func TestOrdersMakeSense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shop := anyShop(t)
		clock := shop.Marketplace.Clock()
		seen := map[string]bool{}
		var last time.Time
		for _, o := range Run(shop).Orders {
			if !idPattern.MatchString(o.ID) || seen[o.ID] {
				t.Fatalf("order id %q: odd or twice", o.ID)
			}
			seen[o.ID] = true
			if o.Purchased.Before(last) {
				t.Fatalf("order %s comes after one placed later", o.ID)
			}
			last = o.Purchased
			if d := monitor.DayOf(o.Purchased, clock); d < shop.First || d >= shop.First+monitor.Day(shop.Days) {
				t.Fatalf("order %s is of %s, outside the shop's days", o.ID, d)
			}
			if len(o.Lines) < 1 || len(o.Lines) > 3 {
				t.Fatalf("order %s has %d lines", o.ID, len(o.Lines))
			}
			if o.Cancelled.IsZero() != (o.By == "") {
				t.Fatalf("order %s: cancelled %v by %q", o.ID, o.Cancelled, o.By)
			}
			checkShipping(t, shop, o, clock)
			checkAftermath(t, shop, o)
		}
	})
}

// checkShipping fails when an order's way to its confirmation or cancellation is impossible.
func checkShipping(t *rapid.T, shop Shop, o Order, clock *time.Location) {
	if o.Released.IsZero() {
		if o.By != Buyer || o.Cancelled.Sub(o.Purchased) < 24*time.Hour || !o.Confirmed.IsZero() || !o.ShipBy.IsZero() {
			t.Fatalf("unpaid order: %+v", o)
		}
		return
	}
	if !o.Released.After(o.Purchased) || o.Confirmed.IsZero() == o.Cancelled.IsZero() {
		t.Fatalf("order ends in no way or in two: %+v", o)
	}
	for _, at := range []time.Time{o.Confirmed, o.Cancelled, o.Asked} {
		if !at.IsZero() && at.Before(o.Released) {
			t.Fatalf("something happened before the order left Pending: %+v", o)
		}
	}
	if o.Channel == monitor.FBA {
		if !o.ShipBy.IsZero() || o.Confirmed.IsZero() {
			t.Fatalf("FBA order: %+v", o)
		}
		return
	}
	local := o.ShipBy.In(clock)
	if local.Format(time.TimeOnly) != "23:59:59" || local.Weekday() == time.Saturday || local.Weekday() == time.Sunday {
		t.Fatalf("ship-by %v is not the end of a working day", local)
	}
	// Counted by hand on the calendar: the working days after the day on which it left Pending.
	working := 0
	for d := o.Released.In(clock); d.Format(time.DateOnly) < local.Format(time.DateOnly); {
		d = d.AddDate(0, 0, 1)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			working++
		}
	}
	onWeekend := o.Released.In(clock).Weekday() == time.Saturday || o.Released.In(clock).Weekday() == time.Sunday
	if working != shop.Handling && (!onWeekend || shop.Handling != 0 || working != 1) {
		t.Fatalf("released %v, ship-by %v: %d working days, handling is %d", o.Released.In(clock), local, working, shop.Handling)
	}
	switch o.By {
	case Seller:
		if o.Cancelled.After(o.ShipBy) {
			t.Fatalf("the seller cancelled after the ship-by instant: %+v", o)
		}
	case Amazon:
		if behind := o.Cancelled.Sub(o.ShipBy); behind < 9*24*time.Hour-2*time.Hour || behind > 11*24*time.Hour+2*time.Hour {
			t.Fatalf("Amazon cancelled %v after the ship-by instant", behind)
		}
	case Buyer:
		if o.Asked.IsZero() || !o.Asked.Before(o.Cancelled) {
			t.Fatalf("the buyer's cancellation: %+v", o)
		}
	default:
		if behind := o.Confirmed.Sub(o.ShipBy); behind > time.Duration(max(1, shop.LateBy.Max))*24*time.Hour {
			t.Fatalf("confirmed %v after the ship-by instant", behind)
		}
	}
}

// checkAftermath fails when feedback, claim, delivery or refund come at an impossible time.
func checkAftermath(t *rapid.T, shop Shop, o Order) {
	if o.Confirmed.IsZero() {
		if o.Feedback != nil || o.Claim != nil || !o.Delivered.IsZero() || !o.Refunded.IsZero() {
			t.Fatalf("an order that never shipped has an aftermath: %+v", o)
		}
		return
	}
	if !o.Delivered.After(o.Confirmed) || !o.Refunded.IsZero() && !o.Refunded.After(o.Delivered) {
		t.Fatalf("delivered or refunded too early: %+v", o)
	}
	latest := func(days int, after time.Duration) time.Time {
		a, b := o.Purchased.Add(time.Duration(days)*24*time.Hour), o.Confirmed.Add(after)
		if a.After(b) {
			return a
		}
		return b
	}
	if f := o.Feedback; f != nil {
		if f.Rating < 1 || f.Rating > 5 || f.Comment == "" || f.Left.Sub(o.Confirmed) < 72*time.Hour || f.Left.After(latest(shop.FeedbackDelay.Max, 72*time.Hour)) {
			t.Fatalf("feedback %+v of %+v", *f, o)
		}
	}
	if c := o.Claim; c != nil {
		if !c.Decided.After(c.Opened) || !c.Opened.After(o.Confirmed) || c.Opened.After(latest(shop.ClaimDelay.Max, 24*time.Hour)) {
			t.Fatalf("claim %+v of %+v", *c, o)
		}
		if c.Kind == monitor.Chargeback && (c.Outcome == monitor.ClaimWithdrawn || c.Outcome == monitor.ClaimAmazonFunded) {
			t.Fatalf("a chargeback ends as %s", c.Outcome)
		}
	}
}

// plenty is a shop with enough orders for shares to come out close.
func plenty() Shop {
	return Shop{
		Name: "plenty", Marketplace: "Amazon.co.uk", Seed: 7, First: monitor.Date(2026, time.March, 2), Days: 70, Orders: 300,
		Handling: 1, LateBy: Span{1, 3}, FeedbackDelay: Span{3, 40}, ClaimDelay: Span{5, 60}, MoreLine: 0.1,
	}
}

// A shop's chances come true as often as they say.
func TestChancesComeTrue(t *testing.T) {
	shop := plenty()
	shop.FBA, shop.Refund = 0.4, 0.05
	shop.Unpaid = []Risk{{P: 0.02}}
	shop.Late = []Risk{{P: 0.05}}
	shop.Forgotten = []Risk{{P: 0.01}}
	shop.SellerCancel = []Risk{{P: 0.03}}
	shop.BuyerCancel = []Risk{{P: 0.02}}
	shop.Negative, shop.Neutral, shop.Positive = []Risk{{P: 0.02}}, []Risk{{P: 0.01}}, []Risk{{P: 0.1}}
	shop.AToZ, shop.Chargeback = []Risk{{P: 0.015}}, []Risk{{P: 0.005}}
	n := map[string]int{}
	for _, o := range Run(shop).Orders {
		n["orders"]++
		switch {
		case o.Released.IsZero():
			n["unpaid"]++
			continue
		case o.Channel == monitor.FBA:
			n["fba"]++
		default:
			n["mfn"]++
			n["cancelled by "+string(o.By)]++
			if !o.Confirmed.IsZero() && o.Confirmed.After(o.ShipBy) {
				n["late"]++
			}
		}
		if o.Confirmed.IsZero() {
			continue
		}
		n["shipped"]++
		if !o.Refunded.IsZero() {
			n["refunded"]++
		}
		if o.Feedback != nil {
			n[[6]string{"", "negative", "negative", "neutral", "positive", "positive"}[o.Feedback.Rating]]++
		}
		if o.Claim != nil {
			n[string(o.Claim.Kind)]++
		}
	}
	if n["orders"] < 20_400 || n["orders"] > 21_600 {
		t.Errorf("%d orders, want about 21000", n["orders"])
	}
	for _, c := range []struct {
		what, of string
		want     float64
	}{
		{"unpaid", "orders", 0.02},
		{"fba", "orders", 0.4 * 0.98},
		{"cancelled by buyer", "mfn", 0.02},
		{"cancelled by seller", "mfn", 0.03 * 0.98},
		{"cancelled by amazon", "mfn", 0.01 * 0.98 * 0.97},
		{"late", "mfn", 0.05 * 0.98 * 0.97 * 0.99},
		{"refunded", "shipped", 0.05},
		{"negative", "shipped", 0.02},
		{"neutral", "shipped", 0.01},
		{"positive", "shipped", 0.1},
		{"a-to-z", "shipped", 0.015},
		{"chargeback", "shipped", 0.005},
	} {
		share, of := float64(n[c.what])/float64(n[c.of]), float64(n[c.of])
		if math.Abs(share-c.want) > 4*math.Sqrt(c.want*(1-c.want)/of) {
			t.Errorf("%s: %.4f of %s, want about %.4f", c.what, share, c.of, c.want)
		}
	}
}

// A risk of one ship service reaches no other order.
func TestRiskIsCarried(t *testing.T) {
	shop := plenty()
	shop.Services = []Service{{"Standard", 3}, {"Expedited", 1}}
	shop.Late = []Risk{{P: 0.2, Service: "Expedited", From: shop.First + 30}}
	late := 0
	for _, o := range Run(shop).Orders {
		if !o.Confirmed.After(o.ShipBy) {
			continue
		}
		late++
		if o.Service != "Expedited" || monitor.DayOf(o.ShipBy, shop.Marketplace.Clock()) < shop.First+30 {
			t.Errorf("late without a risk: %+v", o)
		}
	}
	if late < 500 || late > 750 { // 40 days × 300 × 1/4 × 0.2 = 600
		t.Errorf("%d late orders, want about 600", late)
	}
}

func TestRunIsRepeatable(t *testing.T) {
	shop := plenty()
	shop.Days, shop.FBA = 20, 0.3
	shop.Late, shop.Negative, shop.AToZ = []Risk{{P: 0.1}}, []Risk{{P: 0.1}}, []Risk{{P: 0.1}}
	a := Run(shop)
	if b := Run(shop); !reflect.DeepEqual(a, b) {
		t.Error("the same shop ran to another history")
	}
	longer := shop
	longer.Days = 35
	if b := Run(longer); len(b.Orders) <= len(a.Orders) || !reflect.DeepEqual(a.Orders, b.Orders[:len(a.Orders)]) {
		t.Error("a longer history does not begin like the shorter one")
	}
	other := shop
	other.Seed++
	if b := Run(other); reflect.DeepEqual(a.Orders, b.Orders) {
		t.Error("another seed gave the same orders")
	}
}

// Two regimes with one seed have the same buyers, who buy the same at the same time; and an order that was late at a
// low risk is late at a higher one.
func TestRegimesCompare(t *testing.T) {
	low := plenty()
	low.Days, low.Late, low.Negative = 20, []Risk{{P: 0.02}}, []Risk{{P: 0.01}}
	high := low
	high.Late, high.Negative = []Risk{{P: 0.08}}, []Risk{{P: 0.05}}
	a, b := Run(low).Orders, Run(high).Orders
	if len(a) != len(b) {
		t.Fatalf("%d orders at the low risk, %d at the high one", len(a), len(b))
	}
	late := [2]int{}
	for i := range a {
		x, y := a[i], b[i]
		if x.ID != y.ID || !x.Purchased.Equal(y.Purchased) || !x.Released.Equal(y.Released) || !reflect.DeepEqual(x.Lines, y.Lines) || x.Buyer != y.Buyer {
			t.Fatalf("orders differ in more than their fate:\n%+v\n%+v", x, y)
		}
		if x.Confirmed.After(x.ShipBy) {
			late[0]++
			if !y.Confirmed.After(y.ShipBy) {
				t.Errorf("order %s is late at the low risk only", x.ID)
			}
		}
		if y.Confirmed.After(y.ShipBy) {
			late[1]++
		}
	}
	if late[0] == 0 || late[1] <= 2*late[0] {
		t.Errorf("late orders: %d at 2 %%, %d at 8 %%", late[0], late[1])
	}
}
