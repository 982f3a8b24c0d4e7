package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"syscall"
	"time"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/causes"
	"goodstanding/monitor/links"
	"goodstanding/monitor/store"
)

// roundAt is when the made-up accounts are judged.
var roundAt = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// What buyers say and why they send back: most of it names nothing that a check acts on.
var (
	lukewarm = [...]string{"It was all right.", "OK for the price, delivery took a week.", "Fine, but the colour is not quite what I hoped for.", "Does what it should.", "Average."}
	angry    = [...]string{
		"It never came.", "Arrived far too late for the birthday.", "The box had been opened and the item was clearly used.", "Not the item I ordered, I got a blue one.",
		"Broken after two days, no answer from the seller.", "Fake, not the original brand.", "One part was missing from the box.", "Rude answers and no refund.",
	}
	reasons = [...]string{
		"CR-UNWANTED_ITEM", "CR-NO_REASON_GIVEN", "CR-DEFECTIVE", "CR-ORDERED_WRONG_ITEM", "AMZ-PG-BAD-DESC", "CR-MISSING_PARTS", "CR-SWITCHEROO", "CR-QUALITY_UNACCEPTABLE",
		"CR-MISSED_ESTIMATED_DELIVERY", "CR-DAMAGED_BY_CARRIER",
	}
)

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
				Line: monitor.Line{SKU: fmt.Sprintf("SKU-%d", r>>7%300), ASIN: fmt.Sprintf("B%09d", r>>7%300), ItemID: id[4:11], Quantity: 1, Status: monitor.Shipped, Price: "9.99", Currency: "USD"},
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
			f := monitor.Feedback{OrderID: id, Day: monitor.DayOf(bought, time.UTC) + 5, Rating: 3, Comment: lukewarm[r>>20%uint64(len(lukewarm))], AsOf: roundAt}
			if r%300 == 107 {
				f.Rating, f.Comment = 1, angry[r>>20%uint64(len(angry))]
			}
			return f
		})
		if err != nil {
			return err
		}
		err = made(monitor.KindSellerReturns, func(id string, bought time.Time, r uint64) monitor.Fact {
			if r%100 != 11 {
				return nil
			}
			return monitor.Return{Channel: monitor.SellerFulfilled, OrderID: id, ReturnID: "R" + id[4:11], SKU: fmt.Sprintf("SKU-%d", r>>7%300), ASIN: fmt.Sprintf("B%09d", r>>7%300),
				Day: monitor.DayOf(bought, time.UTC) + 9, Quantity: 1, Reason: reasons[r>>20%uint64(len(reasons))], AsOf: roundAt}
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

// benchChecks times what checks cost in a database that it fills, or filled in an earlier run with the same -dir.
func benchChecks(ctx context.Context, dir string, accounts, orders, rounds int, profile string) (err error) {
	s, filled, err := filledStore(ctx, dir, accounts, orders)
	if err != nil {
		return err
	}
	defer s.Close()
	if profile != "" {
		f, err := os.Create(profile) //nolint:gosec // the user names it
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		defer func() { err = errors.Join(err, allocations(profile+".allocs")) }()
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the collector's work counts
	spent := map[string][]float64{}                 // milliseconds an account, by what they were spent on
	var clock []float64                             // seconds
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		started := time.Now()
		took, err := judgeAll(ctx, s, accounts)
		if err != nil {
			return err
		}
		clock = append(clock, time.Since(started).Seconds())
		for what, d := range took {
			spent[what] = append(spent[what], d.Seconds()*1e3/float64(accounts))
		}
	}
	runtime.ReadMemStats(&after)
	for range rounds {
		took, err := openAll(ctx, s, accounts)
		if err != nil {
			return err
		}
		spent[opening] = append(spent[opening], took.Seconds()*1e3/float64(accounts))
	}
	fmt.Printf("### Checks\n\n%d accounts with %d orders each, %s. One core's processor time, median of %d rounds:\n\n", accounts, orders, filled, rounds)
	fmt.Println("| | ms an account |\n|---|--:|")
	for _, what := range []string{judging, settling, reading, opening} {
		fmt.Printf("| %s | %.3f |\n", what, median(spent[what]))
	}
	costly := signals()
	slices.SortStableFunc(costly, func(a, b string) int { return cmp.Compare(median(spent[b]), median(spent[a])) })
	for _, what := range costly {
		fmt.Printf("| %s | %.3f |\n", what, median(spent[what]))
	}
	fmt.Println("\nWhat several checks need is read once, and counts for the first of them that asks.")
	fmt.Printf("\nEvery check for every account: %.2f s of processor time, %.2f s by the clock.\n", median(spent[judging])*float64(accounts)/1e3, median(clock))
	each := uint64(rounds * accounts) //nolint:gosec // both are small
	fmt.Printf("They allocate %d KB in %d pieces an account.\n\n", (after.TotalAlloc-before.TotalAlloc)/each/1000, (after.Mallocs-before.Mallocs)/each)
	return nil
}

// allocations writes a profile of what was allocated.
func allocations(path string) error {
	f, err := os.Create(path) //nolint:gosec // the user names it
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}

// filledStore opens a database of made-up accounts, and says how it was filled: that takes longer than all that is measured.
func filledStore(ctx context.Context, dir string, accounts, orders int) (s *store.Store, filled string, err error) {
	path := filepath.Join(dir, fmt.Sprintf("checks-%d-%d.db", accounts, orders))
	done := path + ".filled"
	_, missing := os.Stat(done)
	if missing != nil { // of what is half filled nothing can be used
		if err := errors.Join(removed(path), removed(path+"-wal"), removed(path+"-shm")); err != nil {
			return nil, "", err
		}
	}
	if s, err = store.OpenScratch(ctx, path); err != nil {
		return nil, "", err
	}
	reader, err := causes.New()
	if err != nil {
		return nil, "", errors.Join(err, s.Close())
	}
	s.Causes, s.CausesID, s.Link = reader.CauseReader(), "bench", links.Ties // as the program does
	if missing == nil {
		return s, "filled by an earlier run", nil
	}
	started := time.Now()
	if err = sellers(ctx, s, accounts, orders); err == nil {
		err = os.WriteFile(done, nil, 0o600)
	}
	if err != nil {
		return nil, "", errors.Join(err, s.Close())
	}
	return s, fmt.Sprintf("%.0f s to fill", time.Since(started).Seconds()), nil
}

// removed removes a file that may not be there.
func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// processorTime returns what this process has used, in user mode and in the kernel. On a machine that others use too, that is what
// can be measured.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// What time is spent on, beside the checks.
const (
	judging  = "**every check, all of this included**"
	settling = "looking whether all is prepared"
	reading  = "opening an account and reading its triangle"
	opening  = "the same for all accounts, with nothing in between"
)

func signals() (all []string) {
	for _, e := range checks.All() {
		all = append(all, "`"+string(e.Signal)+"`")
	}
	return all
}

// judgeAll runs every check for every account as the daemon does, and returns what that took of the processor.
func judgeAll(ctx context.Context, s *store.Store, accounts int) (map[string]time.Duration, error) {
	spent := map[string]time.Duration{}
	names := signals()
	started := processorTime()
	for a := range accounts {
		name := fmt.Sprintf("seller-%04d", a)
		began := processorTime()
		if err := s.Settle(ctx, name, roundAt); err != nil {
			return nil, err
		}
		spent[settling] += processorTime() - began
		began = processorTime()
		k, err := open(ctx, s, name)
		if err != nil {
			return nil, err
		}
		spent[reading] += processorTime() - began
		for i, e := range checks.All() {
			began := processorTime()
			out := monitor.Evaluate(ctx, e.Signal, e.New(checks.Rules{}), k, time.Now)
			spent[names[i]] += processorTime() - began
			if out.Err != nil {
				return nil, errors.Join(out.Err, k.Close())
			}
		}
		if err := k.Close(); err != nil {
			return nil, err
		}
	}
	spent[judging] = processorTime() - started
	return spent, nil
}

// open opens an account and reads its triangle.
func open(ctx context.Context, s *store.Store, name string) (*store.Snapshot, error) {
	k, err := s.Known(ctx, name, roundAt)
	if err != nil {
		return nil, err
	}
	if _, err := k.Triangle(ctx, monitor.Slice{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled}); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// openAll opens every account and reads its triangle, and returns what that took of the processor.
func openAll(ctx context.Context, s *store.Store, accounts int) (time.Duration, error) {
	began := processorTime()
	for a := range accounts {
		k, err := open(ctx, s, fmt.Sprintf("seller-%04d", a))
		if err != nil {
			return 0, err
		}
		if err := k.Close(); err != nil {
			return 0, err
		}
	}
	return processorTime() - began, nil
}
