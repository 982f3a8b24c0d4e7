package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

// opened is what a snapshot says of what is kept in the row of an account.
type opened struct {
	Account   monitor.Account
	Slices    []monitor.Slice
	Triangles []*monitor.Triangle
	Arrivals  []monitor.Arrival
	Returns   bool
	Bare      attachments
	Orphans   int
}

func openedAt(t *testing.T, s *Store, at time.Time) (o opened, fromRow bool) {
	k, err := s.Known(t.Context(), "shop", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	fromRow = k.prepared != nil
	o.Account = k.Account()
	if o.Slices, err = k.Slices(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, slice := range o.Slices {
		triangle, err := k.Triangle(t.Context(), slice)
		if err != nil {
			t.Fatal(err)
		}
		o.Triangles = append(o.Triangles, triangle)
	}
	if o.Arrivals, err = k.Arrivals(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o.Returns, err = k.hasRecords(t.Context(), monitor.KindSellerReturns); err != nil {
		t.Fatal(err)
	}
	if o.Bare, err = k.without(t.Context()); err != nil {
		t.Fatal(err)
	}
	day := monitor.DayOf(at, time.UTC)
	if o.Orphans, err = k.Orphans(t.Context(), day-75, day); err != nil {
		t.Fatal(err)
	}
	return o, fromRow
}

// The row that Settle makes says what the tables say, at every instant, and is gone after whatever an import does.
func TestPreparedRowSaysWhatTheTablesSay(t *testing.T) {
	s := newStore(t)
	day := func(n int) time.Time { return monday.AddDate(0, 0, n) }
	orders := []monitor.Fact{bought(1, monday, "A", 2, monitor.Shipped, monitor.SellerFulfilled), bought(2, day(1), "B", 1, monitor.Cancelled, monitor.SellerFulfilled),
		bought(3, day(1), "A", 1, monitor.Shipped, monitor.FBA)}
	german := bought(4, day(2), "A", 1, monitor.Unshipped, monitor.SellerFulfilled)
	german.Marketplace = "Amazon.de"
	for i, change := range []func(){
		func() { load(t, s, "shop", export{"1", day(3), orders}) },
		func() { load(t, s, "shop", export{"1", day(4), orders}) }, // the same again
		func() { load(t, s, "shop", export{"2", day(5), []monitor.Fact{german}}) },
		func() {
			if err := s.Refuse(t.Context(), File{Account: "shop", Name: "3", Digest: "3", Received: day(6)}, day(6), "it is no export"); err != nil {
				t.Fatal(err)
			}
		},
		func() {
			bad := monitor.Feedback{OrderID: "111-0000000-0000001", Day: monitor.DayOf(day(6), time.UTC), Rating: 1, AsOf: day(7)}
			lost := bad
			lost.OrderID = "111-0000000-0000099" // which no export shows
			load(t, s, "shop", export{"4", day(7), []monitor.Fact{bad, lost}})
		},
		func() {
			load(t, s, "shop", export{"5", day(8), []monitor.Fact{monitor.Return{Channel: monitor.SellerFulfilled, OrderID: "x", ReturnID: "r", SKU: "A", Day: monitor.DayOf(day(6), time.UTC), AsOf: day(8)}}})
		},
		func() {
			if _, err := s.write.ExecContext(t.Context(), "DELETE FROM sold"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		change()
		if _, fromRow := openedAt(t, s, day(9)); fromRow {
			t.Errorf("change %d left the row there", i)
		}
		if err := s.Settle(t.Context(), "shop", day(9)); err != nil {
			t.Fatal(err)
		}
		if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
			t.Errorf("change %d: %v, %v", i, diffs, err)
		}
		for _, at := range []time.Time{day(2), day(4), day(9), day(100)} {
			row, fromRow := openedAt(t, s, at)
			if !fromRow {
				t.Fatalf("change %d: Settle left no row", i)
			}
			if _, err := s.write.ExecContext(t.Context(), "CREATE TABLE aside AS SELECT * FROM prepared; DELETE FROM prepared"); err != nil {
				t.Fatal(err)
			}
			tables, _ := openedAt(t, s, at)
			if _, err := s.write.ExecContext(t.Context(), "INSERT INTO prepared SELECT * FROM aside; DROP TABLE aside"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tables, row, cmp.AllowUnexported(attachments{})); diff != "" {
				t.Errorf("change %d, at %s: %s", i, at, diff)
			}
		}
	}
}

// Settle has nothing to do until the days come to an end of which it has summed what was sold, and for no day before.
func TestHowLongPrepared(t *testing.T) {
	s := newStore(t)
	load(t, s, "shop", export{"1", monday, []monitor.Fact{bought(1, monday, "A", 2, monitor.Shipped, monitor.FBA)}})
	if err := s.Settle(t.Context(), "shop", monday); err != nil {
		t.Fatal(err)
	}
	today := monitor.DayOf(monday, time.UTC) + 1
	end := today | (blockDays - 1)
	for day, want := range map[monitor.Day]bool{today - 1: false, today: true, end: true, end + 1: false} {
		if got, err := s.isPrepared(t.Context(), "shop", day); err != nil || got != want {
			t.Errorf("%d days later: %t, %v", day-today, got, err)
		}
	}
	s.CausesID = "another reader"
	if got, err := s.isPrepared(t.Context(), "shop", today); err != nil || got {
		t.Errorf("by another reader: %t, %v", got, err)
	}
}

// A row that says otherwise than its tables is found out.
func TestVerifyOfThePreparedRow(t *testing.T) {
	s := newStore(t)
	load(t, s, "shop", export{"1", monday, []monitor.Fact{bought(1, monday, "A", 2, monitor.Shipped, monitor.FBA)}})
	if err := s.Settle(t.Context(), "shop", monday); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), "DROP TRIGGER prepared_tally_insert; INSERT INTO tally SELECT account, 'Amazon.de', channel, block, cells FROM tally"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(t.Context(), "shop"); !errors.Is(err, errPrepared) {
		t.Errorf("found: %v", err)
	}
}

// A list that comes again with what is known of it otherwise changes the totals of imports only.
func TestPreparedRowGoesWithTheTotals(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	f := File{Account: "shop", Kind: monitor.KindLots, Name: "lots.csv", Digest: "1", Received: monday, Latest: monday}
	for range 2 {
		sum, err := s.Import(t.Context(), f, monday, func(Rows) (int, error) { return 0, nil })
		if err != nil {
			t.Fatal(err)
		}
		if k, err := s.Known(t.Context(), "shop", monday); err != nil || k.prepared != nil || !k.newest.Equal(f.Latest) {
			t.Errorf("again: %t: the row is there: %t, the newest instant is %s, %v", sum.Again, k.prepared != nil, k.newest, err)
		} else if err := k.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Settle(t.Context(), "shop", monday); err != nil {
			t.Fatal(err)
		}
		f.Latest = f.Latest.AddDate(0, 0, 1)
	}
}
