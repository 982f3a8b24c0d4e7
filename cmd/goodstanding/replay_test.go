package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
)

// runReplay runs the command and returns its events.
func runReplay(t *testing.T, args ...string) (events []map[string]any, text []byte) {
	t.Helper()
	var out, errs bytes.Buffer
	env := func(name string) string { return map[string]string{"HOME": t.TempDir()}[name] }
	if code := run(t.Context(), append([]string{"replay", "--json"}, args...), &out, &errs, env); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	return decodeObjects(t, out.Bytes()), out.Bytes()
}

// The demo's drifting account, downloaded every evening: its late shipment rate is warned of while it is still met, and the
// same folder gives the same words again.
func TestReplayTellsWhatWouldHaveBeenTold(t *testing.T) {
	t.Parallel()
	shop := simulator.Demo(demoEnd)[1]
	dir := t.TempDir()
	h := simulator.Run(shop)
	// The looks are an hour after the downloads of the evening. The simulator's own count says which is the first to miss the target.
	crossed := ""
	for look := (demoEnd - 25).Start(time.UTC).Add(3 * time.Hour); crossed == ""; look = look.AddDate(0, 0, 1) {
		for _, days := range []int{30, 10} {
			r, err := h.RateAt(policy.LateShipmentRate, monitor.SellerFulfilled, days, look.Add(-time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if r.Value() >= 0.04 {
				crossed = look.Format(time.RFC3339)
			}
		}
	}
	if err := h.WriteArchive(dir, demoEnd-60, demoEnd+8, 18); err != nil {
		t.Fatal(err)
	}
	args := []string{"--from", (demoEnd - 25).String() + "T03:00:00Z", "--to", (demoEnd + 9).String() + "T03:00:00Z", dir}
	events, text := runReplay(t, args...)
	if _, again := runReplay(t, args...); !bytes.Equal(text, again) {
		t.Error("a second replay of the same folder tells something else")
	}
	var warned, critical string
	last := ""
	for _, e := range events {
		at := e["at"].(string)
		if at < last {
			t.Errorf("%s comes after %s", at, last)
		}
		last = at
		if e["signal"] != "late_shipment_rate" || e["account"] != shop.Name {
			continue
		}
		if e["severity"] == "warning" && warned == "" {
			warned = at
		}
		if e["severity"] == "critical" && critical == "" {
			critical = at
		}
	}
	if critical != crossed || warned == "" || warned >= critical {
		t.Errorf("warned at %q and critical at %q; the target is missed first at %s", warned, critical, crossed)
	}
}

// A database tells the same of rates as the archive that it was made from, where all was downloaded in time.
func TestReplayOfADatabase(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	shop := simulator.Demo(demoEnd)[2]
	dir := t.TempDir()
	if err := simulator.Run(shop).WriteArchive(filepath.Join(dir, "archive"), demoEnd-60, demoEnd, 18); err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(dir, "shop.db")
	config := filepath.Join(dir, "goodstanding.toml")
	if err := os.WriteFile(config, []byte("data_dir = \""+dir+"\"\ndatabase = \""+database+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "archive", shop.Name, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	env := func(string) string { return "" }
	if code := run(t.Context(), append([]string{"--config", config, "import", "--account", shop.Name}, paths...), &out, &errs, env); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	span := []string{"--from", (demoEnd - 20).String() + "T17:30:00Z", "--to", demoEnd.String() + "T17:30:00Z"}
	rates := func(events []map[string]any) (all []string) {
		for _, e := range events {
			if e["signal"] == "cancellation_rate" {
				all = append(all, e["at"].(string)+" "+e["event"].(string)+" "+e["severity"].(string))
			}
		}
		return all
	}
	folder, _ := runReplay(t, append(span, filepath.Join(dir, "archive"))...)
	stored, _ := runReplay(t, append(span, "--database", database)...)
	if got, want := rates(stored), rates(folder); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("from the database:\n%q\nfrom the archive:\n%q", got, want)
	}
}

// What a score counts, by hand.
func TestScoreCounts(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	for _, c := range []struct {
		name     string
		breaches []time.Time
		alarms   []spell
		warned   []int // 0, 24, 72, 168 hours ahead
		vain     int
	}{
		{"warned four days before", []time.Time{day(10)}, []spell{{from: day(6), to: day(12)}}, []int{1, 1, 1, 0}, 0},
		{"on the day itself", []time.Time{day(10)}, []spell{{from: day(10)}}, []int{1, 0, 0, 0}, 0},
		{"never", []time.Time{day(10)}, nil, []int{0, 0, 0, 0}, 0},
		{"raised after it, and none followed", []time.Time{day(10)}, []spell{{from: day(12), to: day(20)}}, []int{0, 0, 0, 0}, 1},
		{"it ended two weeks before", []time.Time{day(30)}, []spell{{from: day(2), to: day(16)}}, []int{1, 1, 1, 1}, 0},
		{"it ended longer before", []time.Time{day(30)}, []spell{{from: day(2), to: day(15)}}, []int{0, 0, 0, 0}, 1},
		{"it came to nothing", nil, []spell{{from: day(2), to: day(5)}, {from: day(9), to: day(10)}}, []int{0, 0, 0, 0}, 2},
		{"it may still come true", nil, []spell{{from: day(2)}}, []int{0, 0, 0, 0}, 0},
		{"of two, the earlier counts", []time.Time{day(10)}, []spell{{from: day(2), to: day(5)}, {from: day(8)}}, []int{1, 1, 1, 1}, 0},
	} {
		tally := tally{score: score{Warned: make([]int, len(leads))}}
		tally.add(c.breaches, c.alarms, 1)
		if !slices.Equal(tally.Warned, c.warned) || tally.False != c.vain {
			t.Errorf("%s: warned %v, %d false, want %v and %d", c.name, tally.Warned, tally.False, c.warned, c.vain)
		}
	}
}

// An account that says 0.35 for twenty evenings and misses its target on the last of six of them: what was said of evenings from
// which fourteen days are known, and on which the target was met, is held against what came.
func TestReliabilityCounts(t *testing.T) {
	at := func(n int) time.Time { return time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	var looks []playedLook
	missed := make([]bool, 20)
	for n := range missed {
		rate := func(p float64) playedRate {
			return playedRate{rated: rated{"shop", policy.LateShipmentRate, monitor.Slice{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled}}, within14: p}
		}
		// Of two windows the one that is more likely to be over says what is said of the rate.
		looks = append(looks, playedLook{At: at(n), Rates: []playedRate{rate(0.1), rate(0.35)}})
	}
	missed[2], missed[17] = true, true
	r := reliability{}
	r.add(looks, missed, rated{"shop", policy.LateShipmentRate, monitor.Slice{Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled}})
	// The evenings 0 to 5 have fourteen days behind them. On 2 the target is missed; of 0, 1, 3, 4 and 5 a miss follows within
	// fourteen days of all (2 or 17).
	if got := r.bins[3]; got.said != 5 || got.came != 5 || math.Abs(got.sum-5*0.35) > 1e-9 {
		t.Errorf("said %d times, came true %d times, on average %g of 5", got.said, got.came, got.sum)
	}
	if got := r.brier(); math.Abs(got-0.65*0.65) > 1e-9 {
		t.Errorf("Brier score %g, want %g", got, 0.65*0.65)
	}
}
