package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"goodstanding/monitor"
	"goodstanding/monitor/simulator"
)

// The made-up accounts of which files are written sell on these days. Half of them are new on the first, half have sold, and
// downloaded, for some time before.
var opening = monitor.Date(2026, 3, 2)

const earlier = 90

// seller is an account of which files are written, and the days on which it is judged.
type seller struct {
	shop  simulator.Shop
	first monitor.Day // of during days
}

// sellers makes up accounts with three rates that go each its own way. The same seed gives the same accounts.
func sellers(accounts int, seed uint64) []seller {
	all := make([]seller, accounts)
	for i := range all {
		all[i] = newSeller(seed*1_000_000+uint64(i), i)
	}
	return all
}

func newSeller(number uint64, i int) seller {
	r := rand.New(rand.NewPCG(number, 78))
	volume := math.Exp(between(r, math.Log(4), math.Log(400)))
	s := seller{first: opening}
	shop := simulator.Shop{
		Name: fmt.Sprintf("shop-%03d", i), Marketplace: "Amazon.com", Seed: number, First: opening, Days: during + after,
		Orders: volume, Handling: 1 + r.IntN(2), LateBy: simulator.Span{Min: 1, Max: 1 + r.IntN(4)}, MoreLine: 0.05,
		FeedbackDelay: simulator.Span{Min: 3, Max: 20 + r.IntN(40)}, ClaimDelay: simulator.Span{Min: 5, Max: 30 + r.IntN(50)},
		Refund: 0.03, Products: catalogue,
	}
	if i%2 == 1 {
		shop.First -= earlier
		shop.Days += earlier
	}
	switch r.IntN(3) {
	case 0:
		shop.Week = [7]float64{0.8, 1.2, 1.1, 1, 1, 1.1, 0.8}
	case 1:
		shop.Week = [7]float64{0.4, 1, 1, 1, 1, 1, 0.5}
	}
	switch r.IntN(4) {
	case 0:
		shop.Growth = between(r, 0.5, 2) / during
	case 1:
		shop.Growth = -between(r, 0.3, 0.65) / during
	}
	first := shop.First
	shop.Late = risks(r, 0.04, first, shop.Days)
	shop.SellerCancel = risks(r, 0.025, first, shop.Days)
	// Of the claims some are denied or withdrawn, and then no longer count.
	for _, risk := range risks(r, 0.01, first, shop.Days) {
		feedback, claim := risk, risk
		feedback.P, claim.P = risk.P*0.6, risk.P*0.4/0.85
		shop.Negative, shop.AToZ = append(shop.Negative, feedback), append(shop.AToZ, claim)
	}
	if r.IntN(3) == 0 {
		shop.Unpaid, shop.BuyerCancel = []simulator.Risk{{P: 0.01}}, []simulator.Risk{{P: 0.005}}
	}
	s.shop = shop
	return s
}

// catalogue is what every account sells; a bad batch is of the lamp.
var catalogue = []simulator.Product{
	{SKU: "MUG-BLUE", ASIN: "B0C1MUGBLU", Title: "Stoneware Mug", Cents: 1499, Weight: 5},
	{SKU: "LAMP-14", ASIN: "B0C2LAMP14", Title: "Desk Lamp", Cents: 3299, Weight: 2},
	{SKU: "TOWEL-6", ASIN: "B0C3TOWEL6", Title: "Kitchen Towels", Cents: 2150, Weight: 3},
}

// risks draws how a rate goes. A rate that changes from day to day is a risk a day.
func risks(r *rand.Rand, limit float64, first monitor.Day, days int) []simulator.Risk {
	restless := 0.0
	if r.IntN(2) == 0 {
		restless = between(r, 0.1, 0.5)
	}
	if r.IntN(100) < 8 { // a bad batch
		level, from := between(r, 0.1, 0.4), opening+monitor.Day(r.IntN(during))
		return []simulator.Risk{
			{P: level * limit},
			{P: between(r, 1, 4) * limit, SKU: "LAMP-14", From: from, Ends: from + 10 + monitor.Day(r.IntN(25))},
		}
	}
	rate := drawRegime(r, false)
	all := make([]simulator.Risk, 0, days)
	for day := first; day < first+monitor.Day(days)+14; day++ {
		p := rate(int(day-opening)) * limit
		if restless > 0 {
			p *= gamma(r, 1/restless) * restless
		}
		if n := len(all); n > 0 && all[n-1].P == p {
			all[n-1].Ends = day + 1
			continue
		}
		all = append(all, simulator.Risk{P: p, From: day, Ends: day + 1})
	}
	return all
}

// writeFiles writes what each seller downloads in the evenings into a folder: all of it, or four files an evening, and claims, of
// the evenings that are judged.
func writeFiles(dir string, all []seller, four bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for exports: %w", err)
	}
	errs := make(chan error, len(all))
	next := make(chan seller)
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			for s := range next {
				from, to := s.shop.First, s.first+during+after-1
				if four {
					s.shop.Unconfirmed, s.shop.DailyFeedback = true, true
					from, to = s.first, s.first+during-1
				}
				errs <- simulator.Run(s.shop).WriteArchive(dir, from, to, 19)
			}
		})
	}
	for _, s := range all {
		next <- s
	}
	close(next)
	wait.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return fmt.Errorf("write the exports of a made-up account into %s: %w", filepath.Clean(dir), err)
		}
	}
	return nil
}
