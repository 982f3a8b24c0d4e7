package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// Imports of any size find each order again, and no other, and leave few runs.
func TestOrdersAreFoundByTheirIDs(t *testing.T) {
	s := newStore(t)
	r := rand.New(rand.NewPCG(7, 7))
	number := func() int64 { return 1 + r.Int64N(1e17-1) }
	known := map[int64]bool{}
	for file, n := range []int{1, 1, 63, 1, 64, 65, 700, 800, 1, 3000, 200, 12_000, 5} {
		var all []monitor.Fact
		for range n {
			id := number()
			known[id] = true
			f := shipped(1, monday)
			f.OrderID = orderID(id)
			all = append(all, f)
		}
		load(t, s, "other", export{fmt.Sprint("other ", file), monday.AddDate(0, 0, file), all[:1]})
		load(t, s, "shop", export{fmt.Sprint(file), monday.AddDate(0, 0, file), all})

		id, _, err := account(t.Context(), s.read, "shop")
		if err != nil {
			t.Fatal(err)
		}
		reader := &orderReader{ctx: t.Context(), q: s.read, words: s.words, account: id}
		asked := make([]int64, 0, len(known)+1000)
		for id := range known {
			asked = append(asked, id)
		}
		for range 1000 {
			if id := number(); !known[id] {
				asked = append(asked, id)
			}
		}
		found, err := reader.orders(asked)
		if err != nil {
			t.Fatal(err)
		}
		for id, d := range found {
			if !known[id] || d.number != id {
				t.Errorf("order %d was found as %d, known: %v", id, d.number, known[id])
			}
		}
		if len(found) != len(known) {
			t.Errorf("after file %d: found %d orders of %d", file, len(found), len(known))
		}
		var runs int
		for levels := reader.index.levels; levels != 0; levels &= levels - 1 {
			runs++
		}
		if most := levelOf(len(known)) + 1; runs == 0 || runs > most {
			t.Errorf("after file %d: %d runs for %d orders, want %d at most", file, runs, len(known), most)
		}
	}
	for _, name := range []string{"shop", "other"} {
		if diffs, err := s.Verify(t.Context(), name); err != nil || len(diffs) > 0 {
			t.Errorf("verify %s: %+v, %v", name, diffs, err)
		}
	}
	if _, err := s.write.ExecContext(t.Context(), "DELETE FROM order_part WHERE part = (SELECT max(part) FROM order_part)"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(t.Context(), "other"); err == nil || !strings.Contains(err.Error(), "cannot be found by its id") {
		if _, err := s.Verify(t.Context(), "shop"); err == nil || !strings.Contains(err.Error(), "cannot be found by its id") {
			t.Errorf("verify without a part of the index: %v", err)
		}
	}
}

func TestEntriesAreReadAsWritten(t *testing.T) {
	all := []orderRow{{1, 1}, {99_999_999_999_999_999, 1<<48 - 1}, {109_999_999_999_999_999, 1 << 32}, {5, 1<<32 - 1}}
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
