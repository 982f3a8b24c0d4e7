package main

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
	"goodstanding/monitor/store"
)

// withoutDetector leaves a test of figures to the run without the race detector: it takes minutes under it, and what it runs at
// the same time, imports and replays of several accounts, other tests run there, too.
func withoutDetector(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("a test of figures: it runs without the race detector")
	}
}

// evenings downloads what a shop's seller would and imports it, one evening after the other, and calls look after each.
func evenings(t *testing.T, shop simulator.Shop, from, to monitor.Day, look func(s *store.Store, h *simulator.History, day monitor.Day, at time.Time)) {
	t.Helper()
	dir := t.TempDir()
	s, err := store.OpenScratch(t.Context(), filepath.Join(dir, "truth.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := simulator.Run(shop)
	in := intake{store: s, key: passingKey}
	for day := from; day <= to; day++ {
		at := day.Start(shop.Marketplace.Clock()).Add(18 * time.Hour).UTC()
		if _, err := h.ExportDay(filepath.Join(dir, day.String(), shop.Name), at); err != nil {
			t.Fatal(err)
		}
		files, err := in.importFolder(t.Context(), filepath.Join(dir, day.String()), at)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.Refusal != nil || f.Summary.Bad > 0 {
				t.Fatalf("%s: %v, %d bad rows", f.File.Name, f.Refusal, f.Summary.Bad)
			}
		}
		look(s, h, day, at)
	}
}

// Someone who downloads every evening gets Amazon's own figures: each rate, each count, each order.
func TestDailyExportsGiveTheTrueRates(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	rates := slices.DeleteFunc(defaultWatchers(policy.Book{}), func(w watcher) bool { return len(policy.Book{}.Rates(w.entry.Signal, "", "")) == 0 })
	for _, shop := range simulator.Demo(demoEnd) {
		t.Run(shop.Name, func(t *testing.T) {
			t.Parallel()
			compared := 0
			evenings(t, shop, shop.First, demoEnd, func(s *store.Store, h *simulator.History, day monitor.Day, at time.Time) {
				if day < shop.First+35 {
					return
				}
				outcomes, err := evaluate(t.Context(), s, shop.Name, at, rates)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range findingsOf(outcomes) {
					// Feedback is downloaded on Fridays; on other days the figure is that of the last Friday.
					if f.Window == nil || f.Signal == policy.OrderDefectRate && (day.Weekday() != time.Friday || day < shop.First+75) {
						continue
					}
					channel := monitor.SellerFulfilled
					if f.Subject == monitor.FBA.Label() {
						channel = monitor.FBA
					}
					want, err := h.RateAt(f.Signal, channel, f.Window.Days, at)
					if err != nil {
						t.Fatal(err)
					}
					compared++
					if f.Window.From != want.From || f.Window.To != want.To {
						t.Errorf("%s %s %s: window %s to %s, want %s to %s", day, f.Signal, f.Subject, f.Window.From, f.Window.To, want.From, want.To)
					}
					var got []string
					for _, e := range f.Evidence {
						got = append(got, e.OrderID)
					}
					slices.Sort(got)
					slices.Sort(want.Defects)
					if f.Severity == monitor.Blind || f.Orders+f.Unknown != want.Orders || f.Defects != len(want.Defects) || !slices.Equal(got, want.Defects) {
						t.Errorf("%s %s %s over %d days: %s, %d of %d and %d unknown; the truth is %d of %d\n got %v\nwant %v", day, f.Signal, f.Subject,
							f.Window.Days, f.Severity, f.Defects, f.Orders, f.Unknown, len(want.Defects), want.Orders, got, want.Defects)
					}
				}
				if diffs, err := s.Verify(t.Context(), shop.Name); err != nil || len(diffs) > 0 {
					t.Errorf("%s: tallies differ from the facts: %v %v", day, diffs, err)
				}
			})
			if compared < 100 {
				t.Errorf("only %d rates were compared", compared)
			}
		})
	}
}
