package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// roundAt is when the made-up accounts are judged.
var roundAt = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sellers fills a database with accounts that have each a number of orders, spread over 200 days.
func sellers(ctx context.Context, s *store.Store, accounts, orders int) error {
	every := 200 * 24 * time.Hour / time.Duration(orders)
	for a := range accounts {
		name := fmt.Sprintf("seller-%04d", a)
		if err := s.EnsureAccount(ctx, name, ""); err != nil {
			return err
		}
		made := func(kind monitor.ExportKind, fact func(id string, bought time.Time, r uint64) monitor.Fact) error {
			f := store.File{Account: name, Kind: kind, Name: string(kind), Digest: string(kind), Size: int64(orders) * 400,
				Received: roundAt, From: roundAt.Add(-200 * 24 * time.Hour), To: roundAt, Latest: roundAt, AsOf: roundAt}
			_, err := s.Import(ctx, f, roundAt, func(rows store.Rows) (int, error) {
				for i := range orders {
					r := mix(uint64(a)<<32 | uint64(i)) //nolint:gosec // any 64 bits do
					id := fmt.Sprintf("%03d-%07d-%07d", 100+r%900, r>>10%10_000_000, r>>34%10_000_000)
					f := fact(id, roundAt.Add(-every*time.Duration(orders-i)), r)
					if f == nil {
						continue
					}
					if err := rows.Add(monitor.Place{Line: i + 2}, f); err != nil {
						return 0, err
					}
				}
				return 0, nil
			})
			return err
		}
		err := made(monitor.KindAllOrders, func(id string, bought time.Time, r uint64) monitor.Fact {
			f := monitor.Sighting{
				OrderID: id, Marketplace: "Amazon.com", Strength: monitor.BySalesChannel, Channel: monitor.SellerFulfilled, Purchased: bought,
				Updated: bought.Add(20 * time.Hour), AsOf: bought.Add(30 * time.Hour), Status: monitor.Shipped, ShipBy: bought.Add(48 * time.Hour), ShipService: "Standard",
				Line: monitor.Line{SKU: fmt.Sprintf("SKU-%d", r>>7%300), ItemID: id[4:11], Quantity: 1, Status: monitor.Shipped, Price: "9.99", Currency: "USD"},
			}
			switch {
			case r%250 == 0: // 0.4 % late
				f.Updated, f.AsOf = bought.Add(60*time.Hour), bought.Add(62*time.Hour)
			case r%100 == 1:
				f.Status = monitor.Cancelled
			}
			if f.AsOf.After(roundAt) {
				f.Updated, f.AsOf, f.Status = bought, roundAt, monitor.Unshipped
			}
			return f
		})
		if err != nil {
			return err
		}
		err = made(monitor.KindFeedback, func(id string, bought time.Time, r uint64) monitor.Fact {
			if r%100 != 7 {
				return nil
			}
			f := monitor.Feedback{OrderID: id, Day: monitor.DayOf(bought, time.UTC) + 5, Rating: 3, Comment: "It was all right.", AsOf: roundAt}
			if r%300 == 107 {
				f.Rating, f.Comment = 1, "It never came."
			}
			return f
		})
		if err != nil {
			return err
		}
		if err := s.Settle(ctx, name, roundAt); err != nil { // as the daemon does, once after each import
			return err
		}
	}
	return nil
}

// benchChecks fills a database and times what checks cost in it.
func benchChecks(ctx context.Context, accounts, orders int) error {
	dir, err := os.MkdirTemp("", "goodstanding-bench-")
	if err != nil {
		return err
	}
	defer removeAll(dir)
	s, err := store.OpenScratch(ctx, filepath.Join(dir, "bench.db"))
	if err != nil {
		return err
	}
	defer s.Close()
	started := time.Now()
	if err := sellers(ctx, s, accounts, orders); err != nil {
		return err
	}
	filled := time.Since(started)
	const rounds = 5
	spent := map[string][]float64{} // milliseconds an account, by what they were spent on
	for range rounds {
		took, err := judgeAll(ctx, s, accounts)
		if err != nil {
			return err
		}
		for what, d := range took {
			spent[what] = append(spent[what], d.Seconds()*1e3/float64(accounts))
		}
	}
	fmt.Printf("### Checks\n\n%d accounts with %d orders each, %.0f s to fill. One core, median of %d rounds:\n\n", accounts, orders, filled.Seconds(), rounds)
	fmt.Println("| | ms an account |\n|---|--:|")
	for _, what := range append([]string{reading, judging}, signals()...) {
		fmt.Printf("| %s | %.3f |\n", what, median(spent[what]))
	}
	fmt.Printf("\nEvery check for every account: %.2f s.\n\n", median(spent[judging])*float64(accounts)/1e3)
	return nil
}

// What time is spent on, beside the checks.
const (
	reading = "opening an account and reading its triangle"
	judging = "**every check, all of that included**"
)

func signals() (all []string) {
	for _, e := range checks.All() {
		all = append(all, "`"+string(e.Signal)+"`")
	}
	return all
}

// judgeAll runs every check for every account, and returns what that took.
func judgeAll(ctx context.Context, s *store.Store, accounts int) (map[string]time.Duration, error) {
	spent := map[string]time.Duration{}
	names := signals()
	started := time.Now()
	for a := range accounts {
		began := time.Now()
		k, err := s.Known(ctx, fmt.Sprintf("seller-%04d", a), roundAt)
		if err != nil {
			return nil, err
		}
		if _, err := k.Triangle(ctx, monitor.Slice{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled}); err != nil {
			return nil, errors.Join(err, k.Close())
		}
		spent[reading] += time.Since(began)
		for i, e := range checks.All() {
			began := time.Now()
			out := monitor.Evaluate(ctx, e.Signal, e.New(checks.Rules{}), k, time.Now)
			spent[names[i]] += time.Since(began)
			if out.Err != nil {
				return nil, errors.Join(out.Err, k.Close())
			}
		}
		if err := k.Close(); err != nil {
			return nil, err
		}
	}
	spent[judging] = time.Since(started)
	return spent, nil
}
