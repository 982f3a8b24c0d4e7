package checks

import (
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"goodstanding/monitor/policy"
)

// A new check cannot be half made.
func TestRegistryIsComplete(t *testing.T) {
	signal := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, e := range All() {
		name := string(e.Signal)
		if !signal.MatchString(name) || seen[name] {
			t.Errorf("signal %q: want a new name in snake_case", name)
		}
		seen[name] = true
		for what, text := range map[string]string{"Title": e.Title, "Finds": e.Finds, "Counts": e.Counts, "Advice": e.Advice, "Source": e.Source} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", name, what)
			}
		}
		if len(e.Reads) == 0 && name != "stale_exports" {
			t.Errorf("%s reads nothing", name)
		}
		check := reflect.ValueOf(e.New(policy.Book{}))
		if check.Kind() != reflect.Pointer || check.Elem().Kind() != reflect.Struct {
			t.Errorf("%s: New gives a %s, want a pointer to a struct", name, check.Type())
			continue
		}
		for i := range check.Elem().NumField() {
			f := check.Elem().Type().Field(i)
			if f.IsExported() && (check.Elem().Field(i).IsZero() || f.Tag.Get("help") == "") {
				t.Errorf("%s.%s: want a default and a help tag", name, f.Name)
			}
		}
		if found, ok := Find(e.Signal); !ok || found.Title != e.Title {
			t.Errorf("Find does not know %s", name)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		ratio, limit float64
		want         string
	}{
		{0.036, 0.04, "3.6 %"}, {0.04, 0.04, "4 %"}, {0.03996, 0.04, "3.996 %"}, {0.0085, 0.01, "0.85 %"}, {0, 0.01, "0 %"},
		{0.4286, 0.04, "42.9 %"}, {0.00999, 0.01, "0.999 %"},
	} {
		if got := percent(c.ratio, c.limit); got != c.want {
			t.Errorf("percent(%g, %g) = %q, want %q", c.ratio, c.limit, got, c.want)
		}
	}
}

// Whoever reads the text and compares it with the limit comes to the same answer as the check.
func TestPercentNeverCrossesTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.IntRange(1, 20_000).Draw(t, "orders")
		defects := rapid.IntRange(0, orders).Draw(t, "defects")
		limit := rapid.SampledFrom([]float64{0.01, 0.025, 0.04, 0.05}).Draw(t, "limit")
		ratio := float64(defects) / float64(orders)
		shown, err := strconv.ParseFloat(strings.TrimSuffix(percent(ratio, limit), " %"), 64)
		if err != nil {
			t.Fatal(err)
		}
		if (shown >= math.Round(limit*1e5)/1e3) != (ratio >= limit) {
			t.Fatalf("%d of %d is shown as %g %%, the limit is %g", defects, orders, shown, limit)
		}
	})
}
