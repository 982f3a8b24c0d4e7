package store

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// Of the orders that a confirmation names, those are told whose promised delivery day, on the marketplace's clock, is asked for.
func TestConfirmedOrdersOfAPromisedDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore(t)
		var facts []monitor.Fact
		promised, named, lost := map[string]time.Time{}, map[string]bool{}, map[string]bool{}
		for id := range rapid.IntRange(1, 12).Draw(rt, "orders") {
			at := monday.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(rt, "bought")) * time.Hour)
			f := bought(id, at, "A", 1, rapid.SampledFrom([]monitor.Status{monitor.Shipped, monitor.Cancelled}).Draw(rt, "status"), monitor.SellerFulfilled)
			if rapid.IntRange(0, 5).Draw(rt, "known") > 0 {
				f.DeliverBy = at.Add(time.Duration(rapid.IntRange(1, 20*24).Draw(rt, "promise")) * time.Hour)
				f.ShipBy = rapid.SampledFrom([]time.Time{{}, at.Add(48 * time.Hour)}).Draw(rt, "ship by")
			}
			facts = append(facts, f)
			promised[f.OrderID], lost[f.OrderID] = f.DeliverBy, f.Status == monitor.Cancelled
			if rapid.Bool().Draw(rt, "confirmed") {
				named[f.OrderID] = true
				facts = append(facts, monitor.Confirmation{OrderID: f.OrderID, ShipDate: monitor.DayOf(at, time.UTC), AsOf: at, Tracking: fmt.Sprint(id)})
			}
		}
		later := monday.AddDate(0, 0, 90)
		load(rt, s, "shop", export{"1", later, facts})
		from := monitor.DayOf(monday, time.UTC) + monitor.Day(rapid.IntRange(0, 40).Draw(rt, "from"))
		to := from + monitor.Day(rapid.IntRange(0, 20).Draw(rt, "days"))
		k, err := s.Known(ctx(), "shop", later)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = k.Close() }()
		found, err := k.Confirmed(ctx(), "Amazon.com", from, to)
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]bool{}
		for _, o := range found {
			if got[o.ID] = true; len(o.Confirmations) != 1 || !o.DeliverBy.Equal(promised[o.ID]) {
				rt.Errorf("%+v", o)
			}
		}
		for id, at := range promised {
			day := monitor.DayOf(at, monitor.Marketplace("Amazon.com").Clock())
			want := named[id] && !lost[id] && !at.IsZero() && day >= from && day <= to
			if got[id] != want {
				rt.Errorf("%s, promised for %s, of %s to %s: told %v, want %v", id, day, from, to, got[id], want)
			}
		}
	})
}
