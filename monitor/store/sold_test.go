package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// bought is an order line as All Orders shows it a day later.
func bought(id int, at time.Time, sku string, units int, status monitor.Status, channel monitor.Channel) monitor.Sighting {
	return monitor.Sighting{OrderID: fmt.Sprintf("111-%07d-%07d", 0, id), Marketplace: "Amazon.com", Strength: monitor.BySalesChannel, Channel: channel,
		Purchased: at, Updated: at.Add(24 * time.Hour), AsOf: at.Add(24 * time.Hour), Status: status, Line: monitor.Line{SKU: sku, ASIN: "B0" + sku, Quantity: units}}
}

func salesOf(t interface{ Fatal(...any) }, s *Store, at time.Time, from, to monitor.Day) []monitor.Sale {
	k, err := s.Known(ctx(), "shop", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	sales := []monitor.Sale{}
	err = k.Sales(ctx(), from, to, 7, func(s *monitor.Sale) {
		sale := *s
		sale.Steps = slices.Clone(s.Steps)
		sales = append(sales, sale)
	})
	if err != nil {
		t.Fatal(err)
	}
	return sales
}

// What was ordered is summed by the day of the marketplace; what was cancelled, or never left Pending, is not in it.
func TestSales(t *testing.T) {
	day := monitor.Date(2026, time.November, 2)
	midnight := time.Date(2026, 11, 3, 7, 59, 0, 0, time.UTC) // of 2 November on Amazon.com's clock, a minute before the next day
	facts := []monitor.Fact{
		bought(1, monday, "A", 2, monitor.Shipped, monitor.SellerFulfilled),
		bought(2, midnight, "A", 1, monitor.Unshipped, monitor.SellerFulfilled),
		bought(3, midnight.Add(2*time.Minute), "A", 5, monitor.Shipped, monitor.SellerFulfilled),
		bought(4, monday, "A", 7, monitor.Cancelled, monitor.SellerFulfilled),
		bought(5, monday, "A", 7, monitor.Pending, monitor.SellerFulfilled),
		bought(6, monday, "A", 3, monitor.Shipped, monitor.FBA),
		bought(7, monday, "B", 1, monitor.Shipped, monitor.FBA),
		bought(7, monday, "C", 1, monitor.Shipped, monitor.FBA), // another line of that order
	}
	s := newStore(t)
	load(t, s, "shop", export{"1", monday.AddDate(0, 0, 3), facts})
	sale := func(channel monitor.Channel, sku string, orders, units int, first monitor.Day, steps ...int32) monitor.Sale {
		return monitor.Sale{Marketplace: "Amazon.com", Channel: channel, SKU: sku, ASIN: "B0" + sku, Orders: orders, Units: units, First: first, Steps: steps}
	}
	later := monday.AddDate(0, 0, 10)
	for _, settled := range []bool{false, true} {
		if settled {
			if err := s.Settle(t.Context(), "shop", later); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			at       time.Time
			from, to monitor.Day
			want     []monitor.Sale
		}{
			"both days": {later, day, day + 7, []monitor.Sale{sale(monitor.FBA, "A", 1, 3, day, 0, 1), sale(monitor.FBA, "B", 1, 1, day, 0, 1), sale(monitor.FBA, "C", 1, 1, day, 0, 1),
				sale(monitor.SellerFulfilled, "A", 3, 8, day, 1, 2)}},
			"the second day":      {later, day + 1, day + 9, []monitor.Sale{sale(monitor.SellerFulfilled, "A", 1, 5, day+1, 0, 1)}},
			"the days before":     {later, day - 60, day - 1, []monitor.Sale{}},
			"known the first day": {midnight, day + 1, day + 1, []monitor.Sale{}},
		} {
			if diff := cmp.Diff(c.want, salesOf(t, s, c.at, c.from, c.to)); diff != "" {
				t.Errorf("%s, settled %v: %s", name, settled, diff)
			}
		}
	}
	// A later export that cancels an order is news of a block that was summed.
	cancelled := bought(3, midnight.Add(2*time.Minute), "A", 5, monitor.Cancelled, monitor.SellerFulfilled)
	cancelled.Updated = later
	load(t, s, "shop", export{"2", later, []monitor.Fact{cancelled}})
	if got := salesOf(t, s, later, day+1, day+1); len(got) > 0 {
		t.Errorf("after the cancellation: %+v", got)
	}
}

// Sums that are kept equal sums of the orders, whatever came in between.
func TestSettledSalesAreThoseOfTheOrders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := OpenScratch(t.Context(), filepath.Join(t.TempDir(), "scratch.db"))
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		end := monday.AddDate(0, 0, 80)
		day := monitor.DayOf(monday, time.UTC)
		for file := range rapid.IntRange(1, 4).Draw(rt, "files") {
			var facts []monitor.Fact
			for range rapid.IntRange(1, 12).Draw(rt, "rows") {
				id := rapid.IntRange(1, 6).Draw(rt, "order")
				at := monday.Add(time.Duration(id*300) * time.Hour) // an order keeps its day
				f := bought(id, at, rapid.SampledFrom([]string{"A", "B"}).Draw(rt, "sku"), rapid.IntRange(0, 3).Draw(rt, "units"),
					rapid.SampledFrom([]monitor.Status{monitor.Pending, monitor.Unshipped, monitor.Shipped, monitor.Cancelled}).Draw(rt, "status"), monitor.SellerFulfilled)
				f.Updated = at.Add(time.Duration(rapid.IntRange(1, 5).Draw(rt, "age")) * time.Hour)
				facts = append(facts, f)
			}
			load(rt, s, "shop", export{fmt.Sprint(file), end.AddDate(0, 0, file), facts})
			direct := salesOf(rt, s, end, day, day+100)
			if rapid.Bool().Draw(rt, "settle") {
				if err := s.Settle(t.Context(), "shop", end); err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(direct, salesOf(rt, s, end, day, day+100)); diff != "" {
					rt.Fatal(diff)
				}
				// Nothing is read but the sums.
				if _, err := s.write.ExecContext(t.Context(), "DELETE FROM orders"); err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(direct, salesOf(rt, s, end, day, day+100)); diff != "" {
					rt.Fatal(diff)
				}
				return
			}
		}
	})
}

// sums returns the rows of sold as they lie there.
func sums(t interface{ Fatal(...any) }, s *Store) map[int64]string {
	all := map[int64]string{}
	_, err := collect(ctx(), s.read, func(rows *sql.Rows) (struct{}, error) {
		var block int64
		var body string
		err := rows.Scan(&block, &body)
		all[block] = body
		return struct{}{}, err
	}, "SELECT block, products FROM sold")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Sums that imports have changed are, byte for byte, those that Settle makes of the orders.
func TestImportsKeepSums(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, err := OpenScratch(t.Context(), filepath.Join(t.TempDir(), "scratch.db"))
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		end := monday.AddDate(0, 0, 120)
		for file := range rapid.IntRange(2, 5).Draw(rt, "files") {
			var facts []monitor.Fact
			for range rapid.IntRange(1, 12).Draw(rt, "rows") {
				id := rapid.IntRange(1, 6).Draw(rt, "order")
				at := monday.Add(time.Duration(id*300+rapid.SampledFrom([]int{0, 0, 1, 900}).Draw(rt, "later")) * time.Hour)
				f := bought(id, at, rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "sku"), rapid.IntRange(0, 3).Draw(rt, "units"),
					rapid.SampledFrom([]monitor.Status{monitor.Pending, monitor.Unshipped, monitor.Shipped, monitor.Cancelled}).Draw(rt, "status"),
					rapid.SampledFrom([]monitor.Channel{monitor.SellerFulfilled, monitor.FBA}).Draw(rt, "channel"))
				f.Line.ItemID, f.Line.Status = rapid.SampledFrom([]string{"", "7", "8"}).Draw(rt, "item"), f.Status
				f.Updated = at.Add(time.Duration(rapid.IntRange(1, 5).Draw(rt, "age")) * time.Hour)
				facts = append(facts, f)
				if rapid.IntRange(0, 3).Draw(rt, "also") == 0 {
					facts = append(facts, monitor.Confirmation{OrderID: f.OrderID, ItemID: f.Line.ItemID, ShipDate: monitor.DayOf(at, time.UTC), AsOf: at})
				}
			}
			load(rt, s, "shop", export{fmt.Sprint(file), end.AddDate(0, 0, file), facts})
			if file == 0 {
				if err := s.Settle(t.Context(), "shop", end); err != nil {
					rt.Fatal(err)
				}
			}
		}
		kept := sums(rt, s)
		if _, err := s.write.ExecContext(t.Context(), "DELETE FROM sold"); err != nil {
			rt.Fatal(err)
		}
		if err := s.Settle(t.Context(), "shop", end); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(sums(rt, s), kept); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// Of very many changes none are kept: their blocks are summed again.
func TestManyChangesOfSums(t *testing.T) {
	s := newStore(t)
	load(t, s, "shop", export{"1", monday.AddDate(0, 0, 1), []monitor.Fact{bought(1, monday, "A", 2, monitor.Shipped, monitor.FBA)}})
	if err := s.Settle(t.Context(), "shop", monday.AddDate(0, 0, 5)); err != nil {
		t.Fatal(err)
	}
	r, err := newResale(t.Context(), s.read, 1)
	if err != nil {
		t.Fatal(err)
	}
	day := int64(monitor.DayOf(monday, time.UTC))
	for i := range mostResales + 2 {
		r.change(day, []soldEntry{{soldName{"Amazon.com", monitor.FBA, fmt.Sprint(i), ""}, 1}}, +1)
	}
	if len(r.changes) > 0 || !r.again[blockOf(monitor.Day(day))] {
		t.Errorf("%d blocks with changes, %v to be summed again", len(r.changes), r.again)
	}
}

// A database of schema 2 has no sums: they are made from its orders.
func TestSalesOfAnOlderSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s, "shop", export{"1", monday.AddDate(0, 0, 1), []monitor.Fact{bought(1, monday, "A", 2, monitor.Shipped, monitor.FBA)}})
	if _, err := s.write.ExecContext(t.Context(), `DROP TABLE prepared; DROP TRIGGER prepared_import_insert; DROP TRIGGER prepared_import_update; DROP TRIGGER prepared_total_insert; DROP TRIGGER prepared_total_update;
		DROP TRIGGER prepared_tally_insert; DROP TRIGGER prepared_tally_update;
		DROP TRIGGER prepared_tally_delete; DROP TABLE sold; DROP TABLE heard; DROP INDEX import_of_lists; PRAGMA user_version = 2`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Settle(t.Context(), "shop", monday.AddDate(0, 0, 5)); err != nil {
		t.Fatal(err)
	}
	if got := salesOf(t, s, monday.AddDate(0, 0, 5), 0, 30000); len(got) != 1 || got[0].Units != 2 {
		t.Errorf("%+v", got)
	}
}

func TestDamagedSumsAreAnError(t *testing.T) {
	good := appendSold([]soldProduct{{"Amazon.de", monitor.FBA, "S", "B0S", []soldDay{{64, 1, 2}, {70, 3, 4}}}}, 2)
	if back, err := readSold(string(good), 2); err != nil || len(back) != 1 || len(back[0].days) != 2 || back[0].days[1] != (soldDay{70, 3, 4}) {
		t.Fatalf("%+v, %v", back, err)
	}
	for n := 1; n < len(good); n++ {
		if back, err := readSold(string(good[:n]), 2); err == nil {
			t.Errorf("cut to %d bytes: %+v", n, back)
		}
	}
}

func ctx() context.Context { return context.Background() }
