package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// TestMain keeps the property tests to a number of cases that fits a test run: each opens real databases.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = flag.Set("rapid.checks", "25")
	}
	os.Exit(m.Run())
}

var monday = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func newStore(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "a b%20?c", "goodstanding.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// export is a file as the tests imagine it.
type export struct {
	name     string
	received time.Time
	facts    []monitor.Fact
}

func load(t interface{ Fatal(...any) }, s *Store, account string, files ...export) (last Summary) {
	ctx := context.Background()
	if err := s.EnsureAccount(ctx, account, ""); err != nil {
		t.Fatal(err)
	}
	for _, e := range files {
		f := File{Account: account, Kind: monitor.KindAllOrders, Name: e.name, Digest: e.name, Received: e.received, From: monday, To: e.received, Latest: e.received, AsOf: e.received}
		f.Size = int64(e.name[len(e.name)-1]%2) * lookedUpFrom // some are imported as large ones are
		sum, err := s.Import(ctx, f, e.received, func(rows Rows) (int, error) { return 0, e.give(rows) })
		if err != nil {
			t.Fatal(err)
		}
		last = sum
	}
	return last
}

// give gives the facts as the readers do: a row that is known already is left out.
func (e export) give(rows Rows) error {
	for i, fact := range e.facts {
		at := monitor.Place{Line: i + 2, Digest: digestOf(fact)}
		if rows.Known(at.Digest) {
			rows.Same(1)
			continue
		}
		if err := rows.Add(at, fact); err != nil {
			return err
		}
	}
	return nil
}

// digestOf stands for the digest of a row: of what it says, not of when the export was made.
func digestOf(fact monitor.Fact) uint64 {
	s, ok := fact.(monitor.Sighting)
	if !ok {
		return 0
	}
	s.AsOf = time.Time{}
	h := fnv.New64a()
	fmt.Fprintf(h, "%+v", s)
	return h.Sum64()
}

// facts returns all that an account's database knows, in a form that does not say in which order it came.
func facts(t interface{ Fatal(...any) }, s *Store, account string, when time.Time) (orders []monitor.Order, triangles map[monitor.Slice]*monitor.Triangle) {
	ctx := context.Background()
	k, err := s.Known(ctx, account, when)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	reader := &orderReader{ctx: ctx, q: k.tx, words: k.words, account: k.id}
	err = reader.sweep(func(d *stored) error { orders = append(orders, d.Order); return nil }, "SELECT "+rowColumns+" FROM orders WHERE account = ? ORDER BY id", k.id)
	if err != nil {
		t.Fatal(err)
	}
	all, err := k.Slices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	triangles = map[monitor.Slice]*monitor.Triangle{}
	for _, sl := range all {
		if triangles[sl], err = k.Triangle(ctx, sl); err != nil {
			t.Fatal(err)
		}
	}
	return orders, triangles
}

// downloads makes the exports of a few orders: what a seller could download on some days, with overlaps, and other files
// that name the same orders.
func downloads(seed uint64, orders int) []export {
	r := rand.New(rand.NewPCG(seed, 1))
	type life struct {
		id                     string
		bought, shipBy, done   time.Time
		cancelled, bumped, fba bool
		lines                  int
		named                  bool // All Orders names its lines
	}
	var lives []life
	for i := range orders {
		bought := monday.Add(time.Duration(r.IntN(14*24)) * time.Hour)
		shipBy := bought.Add(48 * time.Hour)
		lives = append(lives, life{
			id: fmt.Sprintf("111-%07d-%07d", i/3, i), bought: bought, shipBy: shipBy, done: bought.Add(time.Duration(1+r.IntN(80)) * time.Hour),
			cancelled: r.IntN(6) == 0, bumped: r.IntN(4) == 0, fba: r.IntN(4) == 0, lines: 1 + r.IntN(2), named: r.IntN(2) == 0,
		})
	}
	var files []export
	for day := 1; day <= 20; day += 1 + r.IntN(3) {
		when := monday.AddDate(0, 0, day).Add(11 * time.Hour)
		all := export{name: fmt.Sprintf("all-%d", day), received: when}
		late := export{name: fmt.Sprintf("report-%d", day), received: when}
		for _, l := range lives {
			if l.bought.After(when) {
				continue
			}
			s := monitor.Sighting{OrderID: l.id, Marketplace: "Amazon.com", Strength: monitor.BySalesChannel, Channel: monitor.SellerFulfilled,
				Purchased: l.bought, Updated: l.bought, AsOf: when, Status: monitor.Unshipped}
			if l.fba {
				s.Channel = monitor.FBA
			}
			if !l.done.After(when) {
				s.Updated, s.Status = l.done, monitor.Shipped
				if l.cancelled {
					s.Status = monitor.Cancelled
				} else if bump := l.done.Add(100 * time.Hour); l.bumped && !bump.After(when) {
					s.Updated = bump
				}
			}
			for n := range l.lines { // the same SKU twice: both lines are real
				s.Line = monitor.Line{SKU: "SKU-1", Quantity: 1, Status: s.Status, Price: "9.99"}
				if l.named {
					s.Line.ItemID = fmt.Sprintf("%s-%d", l.id, n+1)
				}
				all.facts = append(all.facts, s)
			}
			if !l.fba && when.Sub(l.bought) < 72*time.Hour {
				late.facts = append(late.facts, monitor.Sighting{OrderID: l.id, Marketplace: "Amazon.de", Strength: monitor.ByShipCountry,
					Channel: monitor.SellerFulfilled, Purchased: l.bought, AsOf: when, Released: true, ShipBy: l.shipBy,
					Line: monitor.Line{ItemID: l.id + "-1", SKU: "SKU-1", Quantity: 1}})
			}
		}
		files = append(files, all, late)
	}
	other := export{name: "other", received: monday.AddDate(0, 0, 21)}
	for i, l := range lives {
		switch i % 5 {
		case 0:
			other.facts = append(other.facts, monitor.Feedback{OrderID: l.id, Day: monitor.DayOf(l.done, time.UTC) + 3, Rating: 1 + r.IntN(3), Comment: "late", AsOf: other.received})
		case 1:
			other.facts = append(other.facts, monitor.Claim{OrderID: l.id, Kind: monitor.AToZ, Opened: monitor.DayOf(l.done, time.UTC) + 5, Status: []monitor.ClaimStatus{monitor.ClaimOpen, monitor.ClaimDenied, "under some new name"}[r.IntN(3)], AsOf: other.received},
				monitor.Claim{OrderID: l.id, Kind: monitor.AToZ, Opened: monitor.DayOf(l.done, time.UTC) + 5, Status: monitor.ClaimOpen, AsOf: other.received.AddDate(0, 0, -9)})
		case 2:
			other.facts = append(other.facts, monitor.Confirmation{OrderID: l.id, ShipDate: monitor.DayOf(l.done, time.UTC), AsOf: l.done.Add(2 * time.Hour)})
		}
	}
	return append(files, other)
}

// Promise 4: importing twice is nothing, in any order of files and rows; and the tallies are the sum of the facts.
func TestImportIsOrderIndependent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		files := downloads(rapid.Uint64Range(0, 1000).Draw(rt, "seed"), rapid.IntRange(1, 25).Draw(rt, "orders"))
		dir := t.TempDir()
		end := monday.AddDate(0, 0, 30)
		var first []monitor.Order
		var triangles map[monitor.Slice]*monitor.Triangle
		for run := range 3 {
			shuffled := append([]export(nil), files...)
			if run > 0 {
				shuffled = rapid.Permutation(files).Draw(rt, "order of files")
				again := shuffled[0]
				again.name += " again" // the same rows in a file of another digest
				shuffled = append(shuffled, again)
			}
			s, err := OpenScratch(context.Background(), filepath.Join(dir, fmt.Sprintf("%d-%d.db", run, rapid.Uint64().Draw(rt, "name"))))
			if err != nil {
				rt.Fatal(err)
			}
			load(rt, s, "shop", shuffled...)
			orders, tri := facts(rt, s, "shop", end)
			if run == 0 {
				first, triangles = orders, tri
			} else {
				if d := cmp.Diff(first, orders); d != "" {
					rt.Fatalf("other facts after another order of files:\n%s", d)
				}
				if d := cmp.Diff(triangles, tri); d != "" {
					rt.Fatalf("other tallies after another order of files:\n%s", d)
				}
			}
			diffs, err := s.Verify(context.Background(), "shop")
			if err != nil {
				rt.Fatal(err)
			}
			if len(diffs) > 0 {
				rt.Fatalf("tallies differ from the facts: %+v", diffs)
			}
			if err := s.Close(); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// Promise 3: what a snapshot shows of a past instant is what a database shows that never saw anything later, as far as
// the facts of that time are concerned.
func TestSnapshotOfThePastCountsWhatWasKnown(t *testing.T) {
	s := newStore(t)
	load(t, s, "shop", downloads(7, 60)...)
	orders, _ := facts(t, s, "shop", monday.AddDate(1, 0, 0))
	if len(orders) != 60 {
		t.Fatalf("%d orders, want 60", len(orders))
	}
	for h := 0; h < 24*23; h += 5 {
		when := monday.Add(time.Duration(h)*time.Hour + 17*time.Minute)
		_, triangles := facts(t, s, "shop", when)
		for _, m := range []monitor.Measure{monitor.Ordered, monitor.Due, monitor.ConfirmedLate, monitor.ConfirmedOnTime, monitor.CancelledBySeller, monitor.Defective} {
			want := 0
			for _, o := range orders {
				n, _, _ := o.Counted(m, when)
				want += n
			}
			got := 0
			for _, tri := range triangles {
				got += tri.Count(m, -1e9, 1e9)
			}
			if got != want {
				t.Fatalf("%s at %v: the triangle counts %d, the orders %d", m, when, got, want)
			}
		}
	}
}

func TestSameContentIsNotReadAgain(t *testing.T) {
	s := newStore(t)
	file := downloads(1, 10)[0]
	load(t, s, "shop", file)
	file.received = file.received.AddDate(0, 0, 3)
	if sum := load(t, s, "shop", file); !sum.Again || sum.Read != 0 {
		t.Errorf("summary %+v, want the content to be recognised", sum)
	}
	k, err := s.Known(t.Context(), "shop", monday.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	arrivals, err := k.Arrivals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(arrivals) != 1 || !arrivals[0].Received.Equal(file.received) {
		t.Errorf("arrivals %+v, want one, received %v: the export came again", arrivals, file.received)
	}
}

func TestSummaryCountsRows(t *testing.T) {
	s := newStore(t)
	row := func(status monitor.Status, hour int) monitor.Fact {
		return monitor.Sighting{OrderID: "111-0000000-0000001", Marketplace: "Amazon.com", Strength: monitor.BySalesChannel, Channel: monitor.SellerFulfilled,
			Purchased: monday, Updated: monday.Add(time.Duration(hour) * time.Hour), AsOf: monday.AddDate(0, 0, 1), Status: status,
			Line: monitor.Line{SKU: "A", Quantity: 1, Status: status}}
	}
	if got, want := load(t, s, "shop", export{"1", monday, []monitor.Fact{row(monitor.Unshipped, 1), row(monitor.Unshipped, 1)}}), (Summary{Read: 2, New: 2}); got != want {
		t.Errorf("first: %+v, want %+v (two equal rows are two lines)", got, want)
	}
	if got, want := load(t, s, "shop", export{"2", monday, []monitor.Fact{row(monitor.Unshipped, 1), row(monitor.Unshipped, 1)}}), (Summary{Read: 2, Same: 2}); got != want {
		t.Errorf("overlapping: %+v, want %+v", got, want)
	}
	if got, want := load(t, s, "shop", export{"3", monday, []monitor.Fact{row(monitor.Shipped, 5), row(monitor.Shipped, 5)}}), (Summary{Read: 2, Changed: 2}); got != want {
		t.Errorf("changed: %+v, want %+v", got, want)
	}
	orders, _ := facts(t, s, "shop", monday.AddDate(0, 0, 9))
	if len(orders) != 1 || len(orders[0].Lines) != 2 {
		t.Errorf("orders %+v, want one with two lines", orders)
	}
}

// The newest word on a record stands, in whatever order the words arrive; equal rows of one file are all real.
func TestRecordsKeepTheNewestWord(t *testing.T) {
	ret := func(lpn, comment string, asOf int) monitor.Fact {
		return monitor.Return{Channel: monitor.FBA, OrderID: "111-0000000-0000001", ReturnID: lpn, SKU: "A", Day: 20000, Quantity: 1, Reason: "DEFECTIVE",
			Comment: comment, AsOf: monday.AddDate(0, 0, asOf)}
	}
	files := []export{
		{"1", monday, []monitor.Fact{ret("LPN1", "x", 1), ret("", "twice", 1), ret("", "twice", 1)}},
		{"2", monday, []monitor.Fact{ret("LPN1", "y", 2), ret("", "twice", 2), ret("", "twice", 2)}},
		{"3", monday, []monitor.Fact{ret("LPN1", "x", 3)}},
	}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}} {
		s := newStore(t)
		for _, i := range order {
			load(t, s, "shop", files[i])
		}
		got, err := Records[monitor.Return](t.Context(), s, "shop", monitor.KindFBAReturns, 0, 30000)
		if err != nil {
			t.Fatal(err)
		}
		var comments []string
		for _, r := range got {
			comments = append(comments, r.Record.Comment)
		}
		if want := []string{"twice", "twice", "x"}; !cmp.Equal(comments, want) {
			t.Errorf("order %v: %v, want %v", order, comments, want)
		}
	}
}

// A claim denied by mistake and set back: the list's first content comes again, and is news.
func TestListEditedBackIsReadAgain(t *testing.T) {
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	for i, status := range []monitor.ClaimStatus{monitor.ClaimOpen, monitor.ClaimDenied, monitor.ClaimOpen} {
		when := monday.AddDate(0, 0, i)
		f := File{Account: "shop", Kind: monitor.KindClaims, Name: "claims.csv", Digest: string(status), Received: when}
		sum, err := s.Import(t.Context(), f, when, func(rows Rows) (int, error) {
			return 0, rows.Add(monitor.Place{Line: 2}, monitor.Claim{OrderID: "111-0000000-0000001", Kind: monitor.AToZ, Opened: 20000, Status: status, AsOf: when})
		})
		if err != nil || sum.Again {
			t.Fatalf("%s: %+v, %v", status, sum, err)
		}
	}
	shown, err := s.Show(t.Context(), "111-0000000-0000001")
	if err != nil || len(shown) != 1 || len(shown[0].Order.Claims) != 1 || !shown[0].Order.Claims[0].Counts() {
		t.Errorf("shown %+v, %v: want the claim to count", shown, err)
	}
}

// Of each alert one notice is due at a time, so that "resolved" cannot overtake an "opened" that waits for its next try.
func TestNoticesOfAnAlertKeepTheirOrder(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	if err := s.EnsureAccount(ctx, "shop", ""); err != nil {
		t.Fatal(err)
	}
	tell := func(at time.Time, subject string, e monitor.Event) {
		t.Helper()
		err := s.Decide(ctx, monitor.Outcome{Account: "shop", Signal: "x", At: at}, func([]monitor.Alert) ([]monitor.Alert, []monitor.Notice) {
			return nil, []monitor.Notice{{Key: monitor.AlertKey{Account: "shop", Signal: "x", Subject: subject}, Event: e, At: at}}
		})
		if err != nil {
			t.Fatal(err)
		}
		sayAll(t, s, at)
	}
	tell(monday, "a", monitor.Opened)
	tell(monday.Add(time.Hour), "a", monitor.Resolved)
	tell(monday.Add(time.Hour), "b", monitor.Opened)
	due := func(at time.Time) (got []int64) {
		t.Helper()
		notices, err := s.Due(ctx, at, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notices {
			got = append(got, n.ID)
		}
		return got
	}
	at := monday.Add(2 * time.Hour)
	if got := due(at); !cmp.Equal(got, []int64{1, 3}) {
		t.Errorf("due %v, want 1 and 3", got)
	}
	if err := s.Failed(ctx, 1, at.Add(time.Hour), "down", false); err != nil {
		t.Fatal(err)
	}
	if got := due(at); !cmp.Equal(got, []int64{3}) {
		t.Errorf("due %v, want 3: 2 waits for 1", got)
	}
	if err := s.Sent(ctx, 1, at, "ref"); err != nil {
		t.Fatal(err)
	}
	if got := due(at); !cmp.Equal(got, []int64{2, 3}) {
		t.Errorf("due %v, want 2 and 3", got)
	}
}

func TestFailedImportLeavesNothing(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	if err := s.EnsureAccount(ctx, "shop", "Amazon.com"); err != nil {
		t.Fatal(err)
	}
	files := downloads(3, 20)[4:]
	_, err := s.Import(ctx, File{Account: "shop", Digest: "x", Name: "x"}, monday, func(rows Rows) (int, error) {
		return 0, errors.Join(files[0].give(rows), context.DeadlineExceeded)
	})
	if err == nil {
		t.Fatal("no error")
	}
	orders, triangles := facts(t, s, "shop", monday.AddDate(1, 0, 0))
	if len(orders) != 0 || len(triangles) != 0 {
		t.Errorf("%d orders and %d triangles after a failed import, want none", len(orders), len(triangles))
	}
	if sum := load(t, s, "shop", files[0]); sum.New == 0 {
		t.Errorf("summary %+v: the file must be importable after the failure", sum)
	}
}

func TestConnectionsHaveTheirSettings(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	for range 4 {
		c, err := s.read.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for pragma, want := range map[string]string{"foreign_keys": "1", "synchronous": "2", "temp_store": "2", "query_only": "1", "journal_mode": "wal", "busy_timeout": "30000"} {
				var got string
				if err := c.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
				}
			}
		})
		t.Cleanup(func() { _ = c.Close() })
	}
	wg.Wait()
}

func TestOtherSchemasAreRefused(t *testing.T) {
	for version, want := range map[int]string{99: "newer version", prerelease: "development version"} {
		path := filepath.Join(t.TempDir(), "x.db")
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.write.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(t.Context(), path); err == nil {
			_ = s.Close()
			t.Errorf("a database of schema %d was opened", version)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("schema %d: %v, want %q", version, err, want)
		}
	}
}
