package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// Shares, which are read past all that they do not count, are those of the whole orders.
func TestSharesAreThoseOfTheOrders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := OpenScratch(t.Context(), filepath.Join(t.TempDir(), "scratch.db"))
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		end := monday.AddDate(0, 0, 20)
		for file := range rapid.IntRange(1, 3).Draw(rt, "files") {
			var facts []monitor.Fact
			for range rapid.IntRange(1, 12).Draw(rt, "rows") {
				id := rapid.IntRange(1, 8).Draw(rt, "order")
				at := monday.Add(time.Duration(id*37) * time.Hour) // an order keeps its day
				f := bought(id, at, rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "sku"), rapid.IntRange(0, 3).Draw(rt, "units"),
					rapid.SampledFrom([]monitor.Status{monitor.Pending, monitor.Unshipped, monitor.Shipped, monitor.Cancelled}).Draw(rt, "status"), monitor.SellerFulfilled)
				f.Updated = at.Add(time.Duration(rapid.IntRange(1, 50).Draw(rt, "age")) * time.Hour)
				f.ShipService, f.ShipFrom = rapid.SampledFrom([]string{"", "Standard", "Expedited"}).Draw(rt, "service"), rapid.SampledFrom([]string{"", "Berlin"}).Draw(rt, "place")
				if rapid.Bool().Draw(rt, "dated") {
					f.ShipBy = at.Add(48 * time.Hour)
				}
				f.Line.ItemID = rapid.SampledFrom([]string{"", "17", "x1"}).Draw(rt, "item")
				f.Line.Price = rapid.SampledFrom([]string{"", "9.99", "a lot"}).Draw(rt, "price")
				f.Line.Title = rapid.SampledFrom([]string{"", "A mug"}).Draw(rt, "title")
				if rapid.Bool().Draw(rt, "in parcels") {
					f.Parcel = monitor.Parcel{ID: rapid.SampledFrom([]string{"D1", "D2"}).Draw(rt, "parcel")}
				}
				f.Marketplace = rapid.SampledFrom([]monitor.Marketplace{"Amazon.com", "Amazon.ca"}).Draw(rt, "marketplace")
				facts = append(facts, f)
			}
			load(rt, s, "shop", export{fmt.Sprint(file), end.AddDate(0, 0, file), facts})
		}
		at := monday.Add(time.Duration(rapid.IntRange(0, 500).Draw(rt, "at")) * time.Hour)
		orders, _ := facts(rt, s, "shop", at)
		k, err := s.Known(ctx(), "shop", at)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = k.Close() }()
		q := monitor.OrderQuery{Slice: monitor.Slice{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled}, Measure: rapid.SampledFrom([]monitor.Measure{monitor.Due, monitor.Ordered}).Draw(rt, "measure")}
		q.From = monitor.DayOf(monday, time.UTC) + monitor.Day(rapid.IntRange(-1, 9).Draw(rt, "from"))
		q.To = q.From + monitor.Day(rapid.IntRange(0, 9).Draw(rt, "days"))
		shares, err := k.Shares(ctx(), q)
		if err != nil {
			rt.Fatal(err)
		}
		got := map[[2]string]int{}
		for _, s := range shares {
			if s.Kind != "SKU" || s.Name != "" {
				got[[2]string{s.Kind, s.Name}] = s.Orders
			}
		}
		if diff := cmp.Diff(sharesOf(orders, q, at), got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// sharesOf counts them by hand.
func sharesOf(orders []monitor.Order, q monitor.OrderQuery, at time.Time) map[[2]string]int {
	all := map[[2]string]int{}
	clock := q.Slice.Marketplace.Clock()
	for _, o := range orders {
		anchor := o.Purchased
		if q.Measure == monitor.Due {
			anchor = o.ShipBy
		}
		day := monitor.DayOf(anchor, clock)
		if o.Marketplace != q.Slice.Marketplace || anchor.IsZero() || day < q.From || day > q.To || o.Purchased.After(at) || o.Status == monitor.Pending && !o.Released ||
			q.Measure == monitor.Due && o.Lost(at) {
			continue
		}
		all[[2]string{"ship service", o.ShipService}]++
		all[[2]string{"ship from", o.ShipFrom}]++
		all[[2]string{"weekday", day.Weekday().String()}]++
		if q.Measure == monitor.Due {
			all[[2]string{"order weekday", monitor.DayOf(o.Purchased, clock).Weekday().String()}]++
		}
		skus := map[string]bool{}
		for _, l := range o.Lines {
			if l.SKU != "" {
				skus[l.SKU] = true
			}
		}
		for sku := range skus {
			all[[2]string{"SKU", sku}]++
		}
	}
	return all
}
