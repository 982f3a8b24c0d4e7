package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/policy"
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
			case r%100 == 0: // 1 % late
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
	}
	return nil
}

// benchChecks fills a database and times what checks cost in it.
func benchChecks(ctx context.Context, accounts, orders int) error {
	dir, err := os.MkdirTemp("", "goodstanding-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := store.OpenScratch(ctx, filepath.Join(dir, "bench.db"))
	if err != nil {
		return err
	}
	defer s.Close()
	started := time.Now()
	if err := sellers(ctx, s, accounts, orders); err != nil {
		return err
	}
	fmt.Printf("%d accounts × %d orders: filled in %.1f s\n", accounts, orders, time.Since(started).Seconds())
	all := checks.All()
	for range 3 {
		reading := make([]time.Duration, 0, accounts)
		spent := map[monitor.Signal]time.Duration{}
		findings := 0
		started := time.Now()
		for a := range accounts {
			k, err := s.Known(ctx, fmt.Sprintf("seller-%04d", a), roundAt)
			if err != nil {
				return err
			}
			began := time.Now()
			if _, err := k.Triangle(ctx, monitor.Slice{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled}); err != nil {
				return err
			}
			reading = append(reading, time.Since(began))
			for _, e := range all {
				began := time.Now()
				out := monitor.Evaluate(ctx, e.Signal, e.New(policy.Book{}), k, time.Now)
				spent[e.Signal] += time.Since(began)
				if out.Err != nil {
					return out.Err
				}
				findings += len(out.Findings)
			}
			if err := k.Close(); err != nil {
				return err
			}
		}
		took := time.Since(started)
		slices.Sort(reading)
		fmt.Printf("round: %.3f s, %.3f ms an account; triangle %.3f ms (median); %d findings\n", took.Seconds(), took.Seconds()*1000/float64(accounts), reading[len(reading)/2].Seconds()*1000, findings)
		for _, e := range all {
			fmt.Printf("   %-20s %.3f ms\n", e.Signal, spent[e.Signal].Seconds()*1000/float64(accounts))
		}
	}
	return nil
}
