package store

import (
	"fmt"
	"testing"
	"time"

	"goodstanding/monitor"
)

// listOf imports a list of identities that arrived at an instant.
func listOf(t *testing.T, s *Store, received time.Time, rows ...monitor.Identity) {
	t.Helper()
	e := export{name: "identities " + received.String(), received: received}
	for _, r := range rows {
		r.AsOf = received
		e.facts = append(e.facts, r)
	}
	f := File{Account: "shop", Kind: monitor.KindIdentities, Name: e.name, Digest: e.name, Received: received, AsOf: received}
	if _, err := s.Import(t.Context(), f, received, func(rows Rows) (int, error) { return 0, e.give(rows) }); err != nil {
		t.Fatal(err)
	}
}

// An account has the ties that could be known at the instant asked, and those are made once for all accounts.
func TestTiesAreMadeOnceARound(t *testing.T) {
	s := newStore(t)
	var asked []monitor.Attributes
	s.Link = func(a monitor.Attributes) map[string][]monitor.Tie {
		asked = append(asked, a)
		return map[string][]monitor.Tie{"shop": {{Account: "other", Score: float64(len(a.Identities))}}}
	}
	day := func(d int) time.Time { return time.Date(2026, 11, d, 12, 0, 0, 0, time.UTC) }
	since := monitor.DayOf(day(20), time.UTC)
	for _, name := range []string{"shop", "other"} {
		if err := s.EnsureAccount(t.Context(), name, ""); err != nil {
			t.Fatal(err)
		}
	}
	listOf(t, s, day(1), monitor.Identity{Account: "shop", Kind: monitor.Email, Value: "a@b.c"}, monitor.Identity{Account: "other", Kind: monitor.Email, Value: "a@b.c", Since: &since})
	listOf(t, s, day(10), monitor.Identity{Account: "shop", Kind: monitor.Device, Value: "d1"})
	for _, c := range []struct {
		at       time.Time
		account  string
		of       int // attributes of the account
		all      int // attributes of all accounts when they were linked
		linkings int // so far
	}{
		{day(1).Add(-time.Hour), "shop", 0, 0, 0}, // no list had arrived
		{day(2), "shop", 1, 1, 1},
		{day(2), "other", 0, 1, 1}, // the same round
		{day(11), "shop", 2, 2, 2},
		{day(11), "other", 0, 2, 2},
		{day(21), "other", 1, 3, 3}, // since the 20th
		{day(21), "shop", 2, 3, 3},
	} {
		k, err := s.Known(t.Context(), c.account, c.at)
		if err != nil {
			t.Fatal(err)
		}
		r, err := k.Register(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		if r.Identities != c.of || len(asked) != c.linkings || len(asked) > 0 && len(asked[len(asked)-1].Identities) != c.all {
			t.Errorf("%s at %s: %d attributes of it, want %d; linked %d times, want %d: %v", c.account, c.at, r.Identities, c.of, len(asked), c.linkings, asked)
		}
		if want := c.account == "shop" && c.linkings > 0; want != (len(r.Ties) > 0) {
			t.Errorf("%s at %s: ties %v", c.account, c.at, r.Ties)
		}
	}
}

// What accounts sold in the last 90 days is among what they are known by.
func TestAttributesHaveGoods(t *testing.T) {
	bought := monday.Add(12 * time.Hour)
	order := func(n int, sku string) monitor.Fact {
		return monitor.Sighting{OrderID: fmt.Sprintf("111-0000000-000000%d", n), Marketplace: "Amazon.com", Channel: monitor.FBA, Status: monitor.Shipped, Purchased: bought,
			Line: monitor.Line{SKU: sku, ASIN: "B00000000" + sku[:1], Quantity: 1}, AsOf: monday.AddDate(0, 0, 7)}
	}
	s := newStore(t)
	load(t, s, "shop", export{"orders.txt", monday.AddDate(0, 0, 7), []monitor.Fact{order(1, "MUG-BLUE")}})
	load(t, s, "other", export{"others.txt", monday.AddDate(0, 0, 7), []monitor.Fact{order(2, "MUG-BLUE"), order(3, "CUP")}})
	for _, c := range []struct {
		at   time.Time
		want int // accounts with goods
	}{{bought.AddDate(0, 0, 89), 2}, {bought.AddDate(0, 0, 120), 0}, {bought.AddDate(0, 0, -2), 0}} {
		known, err := s.Attributes(t.Context(), c.at)
		if err != nil {
			t.Fatal(err)
		}
		if len(known.Goods) != c.want || c.want > 0 && (known.Goods[0].Account != "other" || len(known.Goods[0].SKUs) != 2) {
			t.Errorf("at %s: %v, want goods of %d accounts", c.at, known.Goods, c.want)
		}
	}
}
