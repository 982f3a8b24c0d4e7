package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goodstanding/monitor"
)

// Complaints are the feedback of 1 to 3 stars and the returns, each with its product, its store and its row.
func TestComplaints(t *testing.T) {
	day := monitor.Date(2026, time.November, 10)
	received := monday.AddDate(0, 0, 12)
	order := func(id int, sku string) monitor.Sighting {
		return bought(id, monday, sku, 1, monitor.Shipped, monitor.FBA)
	}
	id := func(n int) string { return order(n, "").OrderID }
	s := newStore(t)
	load(t, s, "shop", export{"orders.txt", received, []monitor.Fact{order(1, "A"), order(2, "B"), order(2, "C")}},
		export{"feedback.txt", received, []monitor.Fact{
			monitor.Feedback{OrderID: id(2), Day: day, Rating: 2, Comment: "fake", AsOf: received},
			monitor.Feedback{OrderID: id(1), Day: day + 1, Rating: 5, Comment: "fine", AsOf: received},
			monitor.Feedback{OrderID: id(9), Day: day - 1, Rating: 3, Comment: "so so", AsOf: received},
			monitor.Feedback{OrderID: id(8), Day: day - 40, Rating: 1, Comment: "long ago", AsOf: received},
		}},
		export{"returns.txt", received, []monitor.Fact{
			monitor.Return{Channel: monitor.FBA, OrderID: id(1), ReturnID: "LPN1", SKU: "A", ASIN: "B0A", Day: day, Reason: "SWITCHEROO", Disposition: "SELLABLE", Comment: "another colour", AsOf: received},
			monitor.Return{Channel: monitor.SellerFulfilled, OrderID: "not an id", ReturnID: "RMA1", SKU: "Z", Day: day, Reason: "CR-UNWANTED_ITEM", AsOf: received},
		}})
	k, err := s.Known(t.Context(), "shop", received)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	got, err := k.Complaints(t.Context(), day-30, day+30)
	if err != nil {
		t.Fatal(err)
	}
	at := func(file string, line int) monitor.Source {
		return monitor.Source{Kind: monitor.KindAllOrders, File: file, Line: line, Received: received}
	}
	want := []monitor.Complaint{
		{Marketplace: "Amazon.com", Channel: monitor.FBA, OrderID: id(1), SKUs: []string{"A"}, ASINs: []string{"B0A"}, Day: day, Reason: "SWITCHEROO", Disposition: "SELLABLE", Text: "another colour", Source: at("returns.txt", 2)},
		{Marketplace: "Amazon.com", Channel: monitor.FBA, OrderID: id(2), SKUs: []string{"B", "C"}, ASINs: []string{"B0B", "B0C"}, Day: day, Rating: 2, Text: "fake", Source: at("feedback.txt", 2)},
		{Channel: monitor.SellerFulfilled, OrderID: "not an id", SKUs: []string{"Z"}, Day: day, Reason: "CR-UNWANTED_ITEM", Source: at("returns.txt", 3)},
		{OrderID: id(9), Day: day - 1, Rating: 3, Text: "so so", Source: at("feedback.txt", 4)},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(monitor.Complaint{}, "Causes")); diff != "" {
		t.Error(diff)
	}
	if !got[0].Names(monitor.CauseWrongItem) || len(got[2].Causes) > 0 {
		t.Errorf("the causes by reason code: %v and %v", got[0].Causes, got[2].Causes)
	}
}

// The report of returns shows that there is a claim: it counts from then on, unless the seller's own list says more of it.
func TestClaimsOfReturns(t *testing.T) {
	received := monday.AddDate(0, 0, 12)
	order := bought(1, monday, "A", 1, monitor.Shipped, monitor.SellerFulfilled)
	returned := func(asOf time.Time) monitor.Fact {
		return monitor.Return{Channel: monitor.SellerFulfilled, OrderID: order.OrderID, ReturnID: "RMA1", SKU: "A", Day: monitor.Date(2026, 11, 6), AToZ: true, AsOf: asOf}
	}
	orders := export{"orders", received, []monitor.Fact{order}}
	first, again := export{"first", received, []monitor.Fact{returned(received)}}, export{"again", received.AddDate(0, 0, 5), []monitor.Fact{returned(received.AddDate(0, 0, 5))}}
	sameDay := export{"same day", received.Add(3 * time.Hour), []monitor.Fact{returned(received.Add(3 * time.Hour))}}
	denied := export{"claims", received, []monitor.Fact{monitor.Claim{OrderID: order.OrderID, Kind: monitor.AToZ, Opened: monitor.Date(2026, 11, 8), Status: monitor.ClaimDenied, AsOf: received}}}
	for _, c := range []struct {
		name  string
		files []export
		want  int       // claims that count 20 days later
		since time.Time // when the first is known; zero: none ever
	}{
		{"shown once", []export{orders, first}, 1, time.Date(2026, 11, 14, 8, 0, 0, 0, time.UTC)},
		{"shown twice", []export{orders, first, again}, 1, time.Date(2026, 11, 14, 8, 0, 0, 0, time.UTC)},
		{"the later one came first", []export{again, orders, first}, 1, time.Date(2026, 11, 14, 8, 0, 0, 0, time.UTC)},
		{"shown twice in a day", []export{orders, first, sameDay}, 1, time.Date(2026, 11, 14, 8, 0, 0, 0, time.UTC)},
		{"the later one of a day came first", []export{orders, sameDay, first}, 1, time.Date(2026, 11, 14, 8, 0, 0, 0, time.UTC)},
		{"the own list says that it was denied", []export{orders, first, denied}, 0, time.Time{}},
		{"the own list came first", []export{denied, first, orders}, 0, time.Time{}},
	} {
		s := newStore(t)
		load(t, s, "shop", c.files...)
		shown, err := s.Show(t.Context(), order.OrderID)
		if err != nil || len(shown) != 1 {
			t.Fatalf("%s: %+v, %v", c.name, shown, err)
		}
		for _, claim := range shown[0].Order.Claims {
			if claim.Kind == monitor.AToZReturn && !claim.AsOf.Equal(received) {
				t.Errorf("%s: the claim is known as of %s, want the first export's %s", c.name, claim.AsOf, received)
			}
		}
		n, _, since := shown[0].Order.Counted(monitor.Claimed, received.AddDate(0, 0, 20))
		if n != c.want || n > 0 && !since.Equal(c.since) {
			t.Errorf("%s: %d since %s, want %d since %s", c.name, n, since, c.want, c.since)
		}
		if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
			t.Errorf("%s: the tallies differ: %v, %v", c.name, diffs, err)
		}
	}
}
