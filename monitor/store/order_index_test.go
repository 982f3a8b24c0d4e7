package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// Imports of any size find each order again, and no other, and leave nothing that was for their time only.
func TestOrdersAreFoundByTheirIDs(t *testing.T) {
	s := newStore(t)
	r := rand.New(rand.NewPCG(7, 7))
	number := func() int64 { return 1 + r.Int64N(1e17-1) }
	for account, sizes := range map[string][]int{"small": {1, 1, 63, 1, 700, 3000, 5}, "large": {12_000, 1, 2000}} {
		known := map[int64]bool{}
		for file, n := range sizes {
			var all []monitor.Fact
			for range n {
				id := number()
				known[id] = true
				f := shipped(1, monday)
				f.OrderID = orderID(id)
				all = append(all, f)
			}
			all = append(all, all[:n/2]...) // long after they came
			if sum := load(t, s, account, export{fmt.Sprint(account, file), monday.AddDate(0, 0, file), all}); sum.New != n {
				t.Errorf("%s, file %d: %+v, want %d new rows", account, file, sum, n)
			}
			asked := make([]int64, 0, len(known)+1000)
			for id := range known {
				asked = append(asked, id)
			}
			for range 1000 {
				if id := number(); !known[id] {
					asked = append(asked, id)
				}
			}
			accountID := idOf(t, s, account)
			found, err := (&orderReader{ctx: t.Context(), q: s.read, words: s.words, account: accountID}).orders(asked)
			if err != nil {
				t.Fatal(err)
			}
			for id, d := range found {
				if !known[id] || d.number != id {
					t.Errorf("order %d was found as %d, known: %v", id, d.number, known[id])
				}
			}
			if len(found) != len(known) {
				t.Errorf("%s, file %d: found %d orders of %d", account, file, len(found), len(known))
			}
			err = findOrders(t.Context(), s.read, accountID, asked, func(o orderRow) {
				if found[o.id()] == nil || found[o.id()].row != o.row {
					t.Errorf("order %d is in row %d by one search, and %+v by the other", o.id(), o.row, found[o.id()])
				}
				delete(found, o.id())
			})
			if err != nil || len(found) != 0 {
				t.Errorf("%d orders are found by one search only, %v", len(found), err)
			}
			var parts int
			if err := s.read.QueryRowContext(t.Context(), "SELECT count(*) FROM order_part WHERE part < 0").Scan(&parts); err != nil || parts != 0 {
				t.Errorf("%d parts are left, %v", parts, err)
			}
		}
		if diffs, err := s.Verify(t.Context(), account); err != nil || len(diffs) > 0 {
			t.Errorf("verify %s: %+v, %v", account, diffs, err)
		}
	}
	if _, err := s.write.ExecContext(t.Context(), "DELETE FROM order_row WHERE account = ? AND row = (SELECT max(row) FROM orders WHERE account = ?1)", idOf(t, s, "large")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(t.Context(), "large"); err == nil || !strings.Contains(err.Error(), "cannot be found by its id") {
		t.Errorf("verify with an order that cannot be found: %v", err)
	}
}

func idOf(t *testing.T, s *Store, name string) int64 {
	t.Helper()
	id, _, err := account(t.Context(), s.read, name)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestOrderKeysAreThoseOfTheirIDs(t *testing.T) {
	last := int64(0)
	for i, id := range []int64{0, 1, 5, 100_0000000_0000000, 999_9999999_9999999, 1099_9999999_9999999, 1<<62 + 3} {
		key := orderKey(id)
		if got := (orderRow{key: scatter(id)}).id(); got != id {
			t.Errorf("the key of %d is that of %d", id, got)
		}
		if i > 0 && (key < orderKey(last)) != (scatter(id) < scatter(last)) {
			t.Errorf("keys of %d and %d are in another order than scatter has them in", last, id)
		}
		last = id
	}
}

func TestEntriesAreReadAsWritten(t *testing.T) {
	all := []orderRow{{1, 1}, {1<<64 - 1, 1<<48 - 1}, {1 << 63, 1 << 32}, {5, 1<<32 - 1}}
	var part []byte
	for _, o := range all {
		part = appendEntry(part, o)
	}
	for i, o := range all {
		if got := entry(part, i); got != o {
			t.Errorf("entry %d: %v, want %v", i, got, o)
		}
	}
	if len(part) != len(all)*entryBytes {
		t.Errorf("%d bytes, want %d", len(part), len(all)*entryBytes)
	}
}

func TestShelvesAreSorted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, n := range []int{0, 1, 2, 200, shelfOrders} {
		for _, shelves := range []int{1, 9} {
			for _, spread := range []uint64{1<<63 - 1, 1000} { // all over the shelf, and all in one place of it
				shelf := make([]orderRow, n)
				for i := range shelf {
					shelf[i] = orderRow{1<<(64-shelves) | r.Uint64N(min(spread, 1<<(64-shelves))), int64(i)}
				}
				want := slices.SortedStableFunc(slices.Values(shelf), func(a, b orderRow) int { return cmp.Compare(a.key, b.key) })
				sortShelf(shelf, shelves)
				if !slices.Equal(shelf, want) {
					t.Errorf("%d orders within %d on one of 2^%d shelves are not sorted", n, spread, shelves)
				}
			}
		}
	}
}
