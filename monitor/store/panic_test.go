package store

import (
	"runtime"
	"testing"

	"goodstanding/monitor"
)

// fallen is a record that the merger cannot take in.
type fallen struct{ monitor.Record }

// A panic of the reader, or of the merger beside it, ends an import as an error does: nothing of it is kept, nobody goes on writing, and
// the next import works.
func TestImportThatPanicsLeavesNothing(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	f := File{Account: "shop", Kind: monitor.KindAllOrders, Name: "x", Digest: "x", Size: firstLoadFrom, Received: monday, AsOf: monday}
	load := func(orders int, end func(Rows) error) (sum Summary, fell any, err error) {
		defer func() { fell = recover() }()
		sum, err = s.Import(t.Context(), f, monday, func(rows Rows) (int, error) {
			for n := range orders {
				if err := rows.Add(monitor.Place{Line: n + 2}, shipped(n, monday)); err != nil {
					return 0, err
				}
			}
			return 0, end(rows)
		})
		return sum, nil, err
	}
	running := runtime.NumGoroutine()
	for orders := 1000; orders < 5000; orders += 331 {
		for who, end := range map[string]func(Rows) error{
			"reader": func(Rows) error { panic("the reader falls") },
			"merger": func(rows Rows) error { return rows.Add(monitor.Place{Line: 2}, fallen{}) },
		} {
			if _, fell, err := load(orders, end); fell == nil {
				t.Fatalf("the %s did not fall, %v", who, err)
			}
			var kept int
			if err := s.write.QueryRowContext(t.Context(), "SELECT count(*) FROM orders").Scan(&kept); err != nil || kept != 0 {
				t.Fatalf("%d orders are there after the %s fell, %v", kept, who, err)
			}
		}
	}
	for range 10_000 {
		if runtime.NumGoroutine() <= running {
			break
		}
		runtime.Gosched() // one that has said that it ends may not be gone
	}
	if n := runtime.NumGoroutine(); n > running {
		t.Errorf("%d goroutines instead of %d", n, running)
	}
	if sum, fell, err := load(5000, func(Rows) error { return nil }); err != nil || fell != nil || sum.New != 5000 {
		t.Errorf("after all that: %+v, %v, %v; want 5000 new rows", sum, fell, err)
	}
}
