package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// shipped is a row of an order that is done with, its line named.
func shipped(n int, updated time.Time) monitor.Sighting {
	return monitor.Sighting{
		OrderID: fmt.Sprintf("111-%07d-%07d", n*7919%9999991, n), Marketplace: "Amazon.com", Strength: monitor.BySalesChannel, Channel: monitor.SellerFulfilled,
		Purchased: monday.Add(time.Duration(n) * time.Minute), Updated: updated, AsOf: monday.AddDate(0, 0, 9), Status: monitor.Shipped,
		Line: monitor.Line{ItemID: fmt.Sprint(5_000_000 + n), SKU: fmt.Sprintf("SKU-%d", n%7), Title: "A kettle", Quantity: 1, Status: monitor.Shipped, Price: "9.99", Currency: "USD"},
	}
}

// A later export that has a row again is not asked for its fact; an earlier one that arrives late is, for it moves the
// instant by which the order was known to be shipped.
func TestRowsOfAnEarlierExportAreKnown(t *testing.T) {
	s := newStore(t)
	var facts []monitor.Fact
	for n := range 1200 {
		facts = append(facts, shipped(n, monday.AddDate(0, 0, 8)))
	}
	at := func(day int) time.Time { return monday.AddDate(0, 0, day) }
	load(t, s, "shop", export{"first", at(10), facts})
	given := func(name string, made time.Time) (known int, sum Summary) {
		t.Helper()
		f := File{Account: "shop", Kind: monitor.KindAllOrders, Name: name, Digest: name, Received: made, From: monday, To: made, Latest: made, AsOf: made}
		sum, err := s.Import(t.Context(), f, made, func(rows Rows) (int, error) {
			for i, fact := range facts {
				at := monitor.Place{Line: i + 2, Digest: digestOf(fact)}
				if rows.Known(at.Digest) {
					known++
					rows.Same(1)
				} else if err := rows.Add(at, fact); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return known, sum
	}
	if known, sum := given("later", at(11)); known != 1200 || sum.Same != 1200 || sum.Read != 1200 {
		t.Errorf("a later export: %d rows known, %+v; want all 1200", known, sum)
	}
	if known, sum := given("earlier", at(5)); known != 0 || sum.Read != 1200 {
		t.Errorf("an export made earlier: %d rows known, %+v; want none", known, sum)
	}
}

func TestDryRunChangesNothing(t *testing.T) {
	s := newStore(t)
	files := downloads(5, 30)
	load(t, s, "shop", files[0])
	before, _ := facts(t, s, "shop", monday.AddDate(1, 0, 0))
	next := files[2]
	f := File{Account: "shop", Kind: monitor.KindAllOrders, Name: next.name, Digest: next.name, Received: next.received, AsOf: next.received, DryRun: true}
	sum, err := s.Import(t.Context(), f, next.received, func(rows Rows) (int, error) { return 0, next.give(rows) })
	if err != nil || sum.New+sum.Changed == 0 {
		t.Fatalf("%+v, %v: want a summary of changes", sum, err)
	}
	after, _ := facts(t, s, "shop", monday.AddDate(1, 0, 0))
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("a dry run changed the facts:\n%s", d)
	}
	if again := load(t, s, "shop", next); again != sum {
		t.Errorf("the import did %+v, the dry run said %+v", again, sum)
	}
}

func TestArrivalsTellOfForeignOrdersAndNewMarketplaces(t *testing.T) {
	for _, orders := range []int{40, 3000} { // with 3000, they are kept in parts
		s := newStore(t)
		var mine []monitor.Fact
		for n := range orders {
			mine = append(mine, shipped(n, monday.AddDate(0, 0, 1)))
		}
		load(t, s, "first shop", export{"0", monday.AddDate(0, 0, 2), mine})
		var parts int
		if err := s.read.QueryRowContext(t.Context(), "SELECT count(*) FROM order_part").Scan(&parts); err != nil || (parts > 0) != (orders > 40) {
			t.Errorf("%d orders are in %d parts, %v", orders, parts, err)
		}
		german := shipped(orders+100, monday.AddDate(0, 0, 1))
		german.Marketplace = "Amazon.de"
		load(t, s, "second shop", export{"2", monday.AddDate(0, 0, 2), []monitor.Fact{shipped(orders+99, monday)}}, export{"3", monday.AddDate(0, 0, 3), append(mine[:30:30], german)})
		k, err := s.Known(t.Context(), "second shop", monday.AddDate(0, 0, 9))
		if err != nil {
			t.Fatal(err)
		}
		arrivals, err := k.Arrivals(t.Context())
		if err := errors.Join(err, k.Close()); err != nil || len(arrivals) != 2 {
			t.Fatalf("%+v, %v: want two arrivals", arrivals, err)
		}
		if a := arrivals[0]; a.Elsewhere != "first shop" || a.ElsewhereOrders != 30 || !cmp.Equal(a.NewMarketplaces, []monitor.Marketplace{"Amazon.de"}) {
			t.Errorf("%+v: want 30 orders of first shop, and Amazon.de", a)
		}
		if a := arrivals[1]; a.Elsewhere != "" || a.ElsewhereOrders != 0 || len(a.NewMarketplaces) != 0 {
			t.Errorf("%+v: want nothing special", a)
		}
	}
}

// A file of many batches, its orders' rows apart, is what the same rows are in many small files.
func TestLargeFileIsMergedAsSmallOnes(t *testing.T) {
	large, small := newStore(t), newStore(t)
	var all []monitor.Fact
	for part := range 2 {
		for n := range 3000 {
			f := shipped(n, monday.AddDate(0, 0, 5))
			f.Line.ItemID, f.Line.Title = fmt.Sprint(7_000_000+part*10_000+n), fmt.Sprintf("Title %d of a kettle", n%400)
			all = append(all, f)
		}
	}
	load(t, large, "shop", export{"large", monday.AddDate(0, 0, 9), all})
	for i := 0; i < len(all); i += 400 {
		load(t, small, "shop", export{fmt.Sprint("small ", i), monday.AddDate(0, 0, 9), all[i:min(i+400, len(all))]})
	}
	want, triangles := facts(t, small, "shop", monday.AddDate(0, 0, 20))
	got, tri := facts(t, large, "shop", monday.AddDate(0, 0, 20))
	if len(got) != 3000 || len(got[0].Lines) != 2 {
		t.Fatalf("%d orders, the first with %d lines; want 3000 with 2", len(got), len(got[0].Lines))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("other facts:\n%s", d)
	}
	if d := cmp.Diff(triangles, tri); d != "" {
		t.Errorf("other tallies:\n%s", d)
	}
	for _, s := range []*Store{large, small} {
		if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
			t.Errorf("verify: %+v, %v", diffs, err)
		}
	}
}

// What goes wrong beside the reading ends the import, and the next one works.
func TestImportThatCannotBeMergedEnds(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	read := func(fact func(n int) monitor.Fact) func(Rows) (int, error) {
		return func(rows Rows) (int, error) {
			for n := range 5000 {
				if err := rows.Add(monitor.Place{Line: n + 2}, fact(n)); err != nil {
					return 0, err
				}
			}
			return 0, nil
		}
	}
	good := func(n int) monitor.Fact { return shipped(n, monday) }
	f := File{Account: "shop", Kind: monitor.KindAllOrders, Name: "x", Digest: "x", Received: monday, AsOf: monday}
	cancelled, cancel := context.WithCancel(t.Context())
	_, err := s.Import(cancelled, f, monday, read(func(n int) monitor.Fact {
		if n == 2000 {
			cancel()
		}
		return good(n)
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled import: %v", err)
	}
	_, err = s.Import(t.Context(), f, monday, read(func(n int) monitor.Fact {
		f := shipped(n, monday)
		if n == 2000 {
			f.OrderID = "no order"
		}
		return f
	}))
	if err == nil || !strings.Contains(err.Error(), "no order id") {
		t.Errorf("an order without an id: %v", err)
	}
	// The insert fails in the background.
	trigger := fmt.Sprintf("CREATE TRIGGER full BEFORE INSERT ON orders WHEN new.id = %d BEGIN SELECT raise(ABORT, 'no room for it'); END", mustNumber(t, shipped(4000, monday).OrderID))
	if _, err := s.write.ExecContext(t.Context(), trigger); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Import(t.Context(), f, monday, read(good)); err == nil || !strings.Contains(err.Error(), "no room for it") {
		t.Errorf("a row that cannot be written: %v", err)
	}
	if _, err := s.write.ExecContext(t.Context(), "DROP TRIGGER full"); err != nil {
		t.Fatal(err)
	}
	// The same at the end, where it is written down where orders are.
	if _, err := s.write.ExecContext(t.Context(), "INSERT INTO order_part (part, orders) VALUES (?, x'')", base(1, 0).first); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Import(t.Context(), f, monday, read(good)); err == nil || !strings.Contains(err.Error(), "order_part") {
		t.Errorf("a part that is there already: %v", err)
	}
	if _, err := s.write.ExecContext(t.Context(), "DELETE FROM order_part"); err != nil {
		t.Fatal(err)
	}
	if sum, err := s.Import(t.Context(), f, monday, read(good)); err != nil || sum.New != 5000 {
		t.Errorf("after all that: %+v, %v; want 5000 new rows", sum, err)
	}
}

func mustNumber(t *testing.T, id string) int64 {
	t.Helper()
	n, err := orderNumber(id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOrderNumbers(t *testing.T) {
	for _, id := range []string{"000-0000000-0000000", "123-1234567-7654321", "999-9999999-9999999", "S01-1234567-1234567", "S99-9999999-9999999"} {
		if got := orderID(mustNumber(t, id)); got != id {
			t.Errorf("%s became %s", id, got)
		}
	}
	for _, id := range []string{"", "123-1234567-123456", "123-1234567-12345678", "12S-1234567-1234567", "123_1234567-1234567", "A01-1234567-1234567", "123-12345678-123456"} {
		if n, err := orderNumber(id); err == nil {
			t.Errorf("%q became %d", id, n)
		}
	}
}

// What is written of an order is what is read.
func TestBodiesAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		texts := map[int64]string{}
		ids := map[string]int64{}
		words := newSpeller(func(text string) (int64, error) {
			if _, ok := ids[text]; !ok {
				ids[text] = int64(len(ids) + 1)
				texts[ids[text]] = text
			}
			return ids[text], nil
		})
		at := func(what string) time.Time {
			return instant(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 9e9)).Draw(rt, what))
		}
		text := rapid.StringOf(rapid.RuneFrom([]rune("aß0-9 日\x00")))
		o := monitor.Order{
			ID: "111-1111111-1111111", Marketplace: "Amazon.de", Strength: monitor.BySalesChannel, Channel: monitor.SellerFulfilled, Purchased: at("purchased"),
			ShipBy: at("ship by"), ShipByAsOf: at("as of"), DeliverBy: at("deliver by"), ShipService: text.Draw(rt, "service"), ShipFrom: text.Draw(rt, "city"), Status: monitor.Shipped, StatusAt: at("status"),
			Unshipped: at("unshipped"), Shipped: at("shipped"), ShippedAsOf: at("shipped as of"), Cancelled: at("cancelled"), ItemCancelled: at("item"),
			WasPending: rapid.Bool().Draw(rt, "pending"), Released: rapid.Bool().Draw(rt, "released"), BuyerCancel: rapid.Bool().Draw(rt, "cancel"),
		}
		d := &stored{Order: o, origin: origin{rapid.Int64Range(1, 1e9).Draw(rt, "file"), rapid.IntRange(0, 1e9).Draw(rt, "line")}}
		for range rapid.IntRange(0, 3).Draw(rt, "lines") {
			l := line{Line: monitor.Line{
				ItemID: rapid.OneOf(rapid.StringMatching("[0-9]{0,20}"), text).Draw(rt, "item"), SKU: text.Draw(rt, "sku"), ASIN: text.Draw(rt, "asin"), Title: text.Draw(rt, "title"),
				Quantity: rapid.IntRange(0, 1e6).Draw(rt, "quantity"), Status: monitor.Status(text.Draw(rt, "item status")), Price: rapid.OneOf(rapid.StringMatching(`[0-9]{0,13}\.?[0-9]{0,3}`), text).Draw(rt, "price"), Currency: "EUR",
				Extra: monitor.Extra(text.Draw(rt, "extra")),
			}, n: rapid.IntRange(0, 99).Draw(rt, "n"), newest: rapid.OneOf(rapid.Just(unix(o.StatusAt)), rapid.Int64Range(0, 9e9)).Draw(rt, "updated"),
				origin: origin{rapid.OneOf(rapid.Just(d.origin.file), rapid.Int64Range(1, 1e9)).Draw(rt, "line file"), 7}}
			for i, is := range l.stated() {
				if is {
					l.said[i] = rapid.OneOf(rapid.Just(l.newest), rapid.Just(int64(0)), rapid.Int64Range(1, 9e9)).Draw(rt, "said")
				}
			}
			for i := range rapid.IntRange(0, 2).Draw(rt, "parcels") {
				l.parcels = append(l.parcels, parcel{uint32(i)<<30 + rapid.Uint32Range(0, 1<<30-1).Draw(rt, "key"), rapid.IntRange(0, 1e6).Draw(rt, "units")})
			}
			d.lines = append(d.lines, l)
		}
		d.join()
		c := coreOf(&d.Order)
		body, err := appendBody(nil, d, &c, words)
		if err != nil {
			rt.Fatal(err)
		}
		got := &stored{}
		if err := readBody(got, o.ID, body, func(id int64) (string, error) { return texts[id], nil }); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(d, got, cmp.AllowUnexported(stored{}, line{}, origin{}, parcel{})); diff != "" {
			rt.Fatal(diff)
		}
		for i := range body { // a damaged body is an error or another order, never a panic
			_ = readBody(&stored{}, o.ID, body[:i], func(id int64) (string, error) { return texts[id], nil })
		}
	})
}

func TestBlocksAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		block := rapid.Int64Range(-3, 2000).Draw(rt, "block")
		sums := map[cell]int{}
		var cells []cell
		for range rapid.IntRange(0, 40).Draw(rt, "cells") {
			anchor := monitor.Day(block*blockDays + int64(rapid.IntRange(0, blockDays-1).Draw(rt, "day")))
			c := cell{0, uint16(rapid.IntRange(0, len(measures)-1).Draw(rt, "measure")), anchor, anchor + monitor.Day(rapid.IntRange(-5, 400).Draw(rt, "delay"))}
			if sums[c] == 0 {
				cells = append(cells, c)
				sums[c] = rapid.IntRange(1, 1e6).Draw(rt, "n") - 1000
			}
			if blockOf(anchor) != block {
				rt.Fatalf("day %d lies in block %d, want %d", anchor, blockOf(anchor), block)
			}
		}
		body := appendCells(nil, cells, sums)
		var got []cell
		err := eachCell(string(body), block, func(anchor monitor.Day, measure uint16, known monitor.Day, n int) {
			c := cell{0, measure, anchor, known}
			if sums[c] != n {
				rt.Errorf("%+v: %d, want %d", c, n, sums[c])
			}
			got = append(got, c)
		})
		if err != nil || !cmp.Equal(cells, got, cmp.AllowUnexported(cell{})) {
			rt.Fatalf("%v; %+v, want %+v", err, got, cells)
		}
		for i := range body {
			_ = eachCell(string(body[:i]), block, func(monitor.Day, uint16, monitor.Day, int) {})
		}
	})
}

// Every measure has its number: without one, tallies would be written that cannot be read.
func TestMeasuresHaveNumbers(t *testing.T) {
	o := monitor.Order{
		Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled, Purchased: monday, ShipBy: monday.AddDate(0, 0, 2), Shipped: monday.AddDate(0, 0, 1), ShippedAsOf: monday.AddDate(0, 0, 1),
		Status: monitor.Shipped, ItemCancelled: monday, Feedback: &monitor.Feedback{Rating: 1, Day: 20000}, Claims: []monitor.Claim{{Kind: monitor.AToZ}, {Kind: monitor.Chargeback}},
	}
	undated := monitor.Order{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled, Purchased: monday, Status: monitor.Shipped}
	late := monitor.Order{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled, Purchased: monday, ShipBy: monday.AddDate(0, 0, 1), Unshipped: monday.AddDate(0, 0, 2), Status: monitor.Unshipped}
	seen := map[monitor.Measure]bool{}
	for _, o := range []monitor.Order{o, undated, late} {
		for _, e := range o.Entries() {
			seen[e.Measure] = true
		}
	}
	for _, m := range measures {
		if !seen[m] {
			t.Errorf("no order here counts in %s", m)
		}
		delete(seen, m)
	}
	if len(seen) > 0 {
		t.Errorf("measures without numbers: %v", seen)
	}
}

func TestDigestsAreFound(t *testing.T) {
	var set digests
	if set.has(7) {
		t.Error("an empty set has something")
	}
	set = newDigests(5000)
	for i := range uint64(5000) {
		for range 2 {
			if !set.add(i*0x9e3779b97f4a7c15 | 1) {
				t.Fatalf("digest %d does not fit", i)
			}
		}
	}
	for i := range uint64(5000) {
		if !set.has(i*0x9e3779b97f4a7c15|1) || set.has(i*0x9e3779b97f4a7c15&^1) {
			t.Fatalf("digest %d: not found, or another one is", i)
		}
	}
	if set.n != 5000 {
		t.Errorf("%d digests, want 5000", set.n)
	}
	if set.add(5 << 48); set.has(5 << 48) {
		t.Error("a digest without lower bits was found, where a free place looks the same")
	}
	for i := uint64(5000); set.add(i*0x9e3779b97f4a7c15 | 1); i++ {
		if !set.has(i*0x9e3779b97f4a7c15 | 1) {
			t.Fatalf("digest %d: not found", i)
		}
	}
	if set.n < 5000 || set.n > 5001 {
		t.Errorf("it took %d digests, want 5000 and not many more", set.n)
	}
}

func TestNewcomersNeverMissAnOrder(t *testing.T) {
	f := newNewcomers(400 * 20_000)
	wrong := 0
	for i := range int64(20_000) {
		if !f.add(i * 7919 % 99991) {
			wrong++
		}
	}
	for i := range int64(20_000) {
		if f.add(i * 7919 % 99991) {
			t.Fatal("an order came twice and was taken for new")
		}
	}
	if wrong > 200 {
		t.Errorf("%d of 20,000 new orders were taken for known ones, want 1 in 100 at most", wrong)
	}
}

// Ids of words that an import added before it failed are given to other words later.
func TestFailedImportLeavesNoWords(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	f := shipped(1, monday)
	f.Line.Title = "A title of a failed import"
	_, err := s.Import(t.Context(), File{Account: "shop", Name: "x", Digest: "x"}, monday, func(rows Rows) (int, error) {
		return 0, errors.Join(rows.Add(monitor.Place{Line: 2}, f), context.DeadlineExceeded)
	})
	if err == nil {
		t.Fatal("no error")
	}
	f.Line.Title, f.Line.SKU = "Another title", "another SKU"
	load(t, s, "shop", export{"y", monday, []monitor.Fact{f}})
	orders, _ := facts(t, s, "shop", monday.AddDate(1, 0, 0))
	if l := orders[0].Lines[0]; l.Title != "Another title" || l.SKU != "another SKU" {
		t.Errorf("%+v: want the words of the import that did not fail", l)
	}
}

// Items may arrive without their order: they are kept, shown, and joined by it.
func TestItemsArriveBeforeTheirOrder(t *testing.T) {
	s := newStore(t)
	whole := shipped(1, monday)
	load(t, s, "shop", export{"items", monday, []monitor.Fact{monitor.Sighting{OrderID: whole.OrderID, AsOf: monday, Line: whole.Line}}})
	shown, err := s.Show(t.Context(), whole.OrderID)
	if err != nil || len(shown) != 1 || len(shown[0].Order.Lines) != 1 || shown[0].Origins[0].File != "items" {
		t.Fatalf("%+v, %v: want an order with a line, from the file of items", shown, err)
	}
	load(t, s, "shop", export{"orders", monday.AddDate(0, 0, 1), []monitor.Fact{whole}})
	orders, _ := facts(t, s, "shop", monday.AddDate(0, 0, 9))
	if len(orders) != 1 || len(orders[0].Lines) != 1 || !orders[0].Purchased.Equal(whole.Purchased) {
		t.Errorf("%+v: want one order with one line", orders)
	}
	if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
		t.Errorf("verify: %+v, %v", diffs, err)
	}
}
