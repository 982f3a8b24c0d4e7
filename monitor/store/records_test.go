package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// listedExport is an inventory export as the tests imagine it: what it lists, by SKU.
type listedExport struct {
	digest string
	day    int // received, after monday
	rows   []string
	bad    int
}

func (e listedExport) load(t *testing.T, s *Store) Summary {
	t.Helper()
	when := monday.AddDate(0, 0, e.day)
	f := File{Account: "shop", Kind: monitor.KindStranded, Name: fmt.Sprintf("%s, day %d", e.digest, e.day), Digest: e.digest, Received: when, AsOf: when}
	sum, err := s.Import(t.Context(), f, when, func(rows Rows) (int, error) {
		for i, row := range e.rows {
			var sku, reason string
			if _, err := fmt.Sscan(row, &sku, &reason); err != nil {
				return 0, err
			}
			if err := rows.Add(monitor.Place{Line: i + 2}, monitor.Stranded{SKU: sku, Reason: reason, AsOf: when}); err != nil {
				return 0, err
			}
		}
		return e.bad, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// listedAt returns the rows of the newest export at an instant, and how it was received and how many were bad.
func listedAt(t *testing.T, s *Store, at time.Time) (rows []string, received time.Time, bad int) {
	t.Helper()
	k, err := s.Known(t.Context(), "shop", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	l, err := monitor.ListedOf[monitor.Stranded](t.Context(), k, monitor.KindStranded)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range l.Rows {
		rows = append(rows, r.Record.SKU+" "+r.Record.Reason)
	}
	return rows, l.AsOf, l.BadRows
}

// An export lists all there is: at any instant that is what the newest export made by then has, whatever order they came in.
func TestNewestIsWhatTheNewestExportLists(t *testing.T) {
	files := []listedExport{
		{digest: "two", day: 1, rows: []string{"B closed", "A closed", "A closed"}},
		{digest: "changed", day: 2, rows: []string{"A error"}, bad: 1},
		{digest: "empty", day: 3},
		{digest: "two", day: 4, rows: []string{"B closed", "A closed", "A closed"}}, // it is as it was
		{digest: "empty", day: 5},
		{digest: "one store", day: 6, rows: []string{"A closed", "C closed"}},
		{digest: "another store", day: 6, rows: []string{"A error", "D closed"}},
	}
	want := [][]string{nil, {"A closed", "A closed", "B closed"}, {"A error"}, nil, {"A closed", "A closed", "B closed"}, nil, {"A error", "C closed", "D closed"}}
	for _, order := range [][]int{{0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {3, 0, 5, 1, 6, 4, 2, 0, 3, 5}} {
		s := newStore(t)
		if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
			t.Fatal(err)
		}
		for _, i := range order {
			files[i].load(t, s)
		}
		for day := range want {
			wantBad := 0
			if day == 2 {
				wantBad = 1
			}
			got, received, bad := listedAt(t, s, monday.AddDate(0, 0, day).Add(time.Hour))
			if !cmp.Equal(got, want[day]) || received.IsZero() != (day == 0) || bad != wantBad {
				t.Errorf("order %v, day %d: %q, received %s, %d bad, want %q", order, day, got, received, bad, want[day])
			}
		}
		all, err := Records[monitor.Stranded](t.Context(), s, "shop", monitor.KindStranded, -30000, 30000)
		if err != nil || len(all) != 3 {
			t.Errorf("order %v: records %+v, %v: want the three of the newest exports", order, all, err)
		}
	}
}

// Of an export that lists all there is, a row is new when no export had it in these words.
func TestSummaryOfListedRows(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	first := listedExport{digest: "1", day: 1, rows: []string{"A closed", "B closed"}}
	for _, c := range []struct {
		file listedExport
		want Summary
	}{
		{first, Summary{Read: 2, New: 2}},
		{listedExport{digest: "2", day: 2, rows: []string{"A closed", "B error"}}, Summary{Read: 2, New: 1, Same: 1}},
		{first, Summary{Again: true}},
		{listedExport{digest: "1", day: 3, rows: first.rows}, Summary{Read: 2, Same: 2}},
	} {
		if got := c.file.load(t, s); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.file.digest, got, c.want)
		}
	}
}

// Only exports that list all there is have a newest list.
func TestNewestOfOtherKindsIsRefused(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	k, err := s.Known(t.Context(), "shop", monday)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	if _, err := k.Listed(t.Context(), monitor.KindFBAReturns); err == nil {
		t.Error("no error")
	}
}

// A large export is merged batch by batch, and says the same as small ones.
func TestLargeExportOfRecords(t *testing.T) {
	const many = 3*batchRows + 7
	s := newStore(t)
	ret := func(i int, status string, asOf int) monitor.Fact {
		return monitor.Return{Channel: monitor.FBA, OrderID: "111-0000000-0000001", ReturnID: fmt.Sprint("LPN", i), SKU: "A", Day: monitor.Day(i), Quantity: 1, Status: status, AsOf: monday.AddDate(0, 0, asOf)}
	}
	var first, second []monitor.Fact
	for i := range many {
		first = append(first, ret(i, "returned", 1))
		if i%3 == 0 {
			second = append(second, ret(i, "reimbursed", 2))
		} else {
			second = append(second, ret(i, "returned", 2))
		}
	}
	second = append(second, ret(0, "reimbursed", 2), ret(many, "returned", 2)) // a unit twice, far apart, and one more
	if got, want := load(t, s, "shop", export{"1", monday, first}), (Summary{Read: many, New: many}); got != want {
		t.Errorf("first: %+v, want %+v", got, want)
	}
	if got, want := load(t, s, "shop", export{"2", monday, second}), (Summary{Read: many + 2, New: 1, Changed: (many + 2) / 3, Same: many + 1 - (many+2)/3}); got != want {
		t.Errorf("second: %+v, want %+v", got, want)
	}
	got, err := Records[monitor.Return](t.Context(), s, "shop", monitor.KindFBAReturns, 0, many+1)
	if err != nil || len(got) != many+1 {
		t.Fatalf("%d records, %v, want %d", len(got), err, many+1)
	}
	for i, r := range got {
		want := "returned"
		if i%3 == 0 && i < many {
			want = "reimbursed"
		}
		if r.Record.ReturnID != fmt.Sprint("LPN", i) || r.Record.Status != want {
			t.Fatalf("record %d: %+v, want %s", i, r, want)
		}
	}
}

// The rows that an export lists are read as they were written, and damage is an error, never a panic.
func TestListedRowsAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var l listing
		var want []listedRow
		for range rapid.IntRange(0, 20).Draw(rt, "rows") {
			r := listedRow{rapid.Int64Range(1, 1<<40).Draw(rt, "row"), rapid.Uint64Range(0, 300).Draw(rt, "n")}
			want = append(want, r)
			if err := l.add(t.Context(), sharedTx{}, 1, r); err != nil {
				rt.Fatal(err)
			}
		}
		var got []listedRow
		if err := eachListed(l.rows, func(r listedRow) { got = append(got, r) }); err != nil || !cmp.Equal(got, want, cmp.AllowUnexported(listedRow{})) {
			rt.Fatalf("%v, %v, want %v", got, err, want)
		}
		for i := range l.rows {
			_ = eachListed(l.rows[:i], func(listedRow) {})
		}
	})
}
