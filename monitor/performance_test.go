package monitor

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestStandingIsGoodOnlyWhenKnown(t *testing.T) {
	for word, want := range map[Standing]bool{
		"NORMAL": true, "GOOD": true, "Good": true, "GREAT": true,
		"": false, "NONE": false, "BAD": false, "AT_RISK": false, "DEACTIVATED": false, "WARNED": false, "GREEN": false, "good-ish": false,
	} {
		if word.Good() != want {
			t.Errorf("%q is good: %v, want %v", word, word.Good(), want)
		}
	}
}

func TestMetricWindow(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		from, to string
		days     int
		last     string
	}{
		{"2026-10-22 00:00", "2026-11-20 23:59", 30, "2026-11-20"},
		{"2026-11-14 00:00", "2026-11-20 23:59", 7, "2026-11-20"},
		{"2026-10-22 00:00", "2026-11-21 00:00", 30, "2026-11-20"},
		{"2026-11-20 00:00", "2026-11-20 23:59", 1, "2026-11-20"},
	} {
		w, ok := Metric{From: day(c.from), To: day(c.to)}.Window()
		if !ok || w.Days != c.days || w.To.String() != c.last || w.From != w.To-Day(c.days)+1 {
			t.Errorf("%s to %s: %+v, want %d days to %s", c.from, c.to, w, c.days, c.last)
		}
	}
	if _, ok := (Metric{}).Window(); ok {
		t.Error("a metric without dates has a window")
	}
	if _, ok := (Metric{From: day("2026-11-20 00:00"), To: day("2026-11-01 00:00")}).Window(); ok {
		t.Error("a window that ends before it begins is one")
	}
}

func TestMetricMet(t *testing.T) {
	f := func(x float64) *float64 { return &x }
	n := func(x int) *int { return &x }
	for name, c := range map[string]struct {
		m          Metric
		met, known bool
	}{
		"under":                   {Metric{Rate: f(0.009), Target: f(0.01), Condition: LessThan}, true, true},
		"at the target":           {Metric{Rate: f(0.01), Target: f(0.01), Condition: LessThan}, false, true},
		"tracking at its target":  {Metric{Rate: f(0.95), Target: f(0.95), Condition: GreaterThan}, false, true},
		"no violations":           {Metric{Count: n(0), Target: f(0), Condition: Equals}, true, true},
		"a violation":             {Metric{Count: n(1), Target: f(0), Condition: Equals}, false, true},
		"no rate":                 {Metric{Count: n(0), Of: n(10), Target: f(0.01), Condition: LessThan}, false, false},
		"no target":               {Metric{Rate: f(0), Condition: LessThan}, false, false},
		"an unknown condition":    {Metric{Rate: f(0), Target: f(0.01), Condition: "AT_MOST"}, false, false},
		"nothing told is no zero": {Metric{Target: f(0), Condition: Equals}, false, false},
	} {
		if met, known := c.m.Met(); met != c.met || known != c.known {
			t.Errorf("%s: %v, %v; want %v, %v", name, met, known, c.met, c.known)
		}
	}
}

func TestPerformanceKeepsADay(t *testing.T) {
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	p := Performance{MarketplaceID: "ATVPDKIKX0DER", Marketplace: "Amazon.com", Day: Date(2026, 11, 19), AsOf: at}
	later := p
	later.Day++
	first, unique := p.Key()
	second, _ := later.Key()
	if !unique || first == second || p.Of() != KindPerformance || p.When() != p.Day || !p.Stated().Equal(at) {
		t.Errorf("keys %q and %q, unique %v", first, second, unique)
	}
	nameless, _ := Performance{Marketplace: "Amazon.de", Day: p.Day}.Key()
	if other, _ := (Performance{Marketplace: "Amazon.fr", Day: p.Day}).Key(); nameless == other {
		t.Error("two stores without an id have one key")
	}
}

func TestMarketplaceByID(t *testing.T) {
	seen := map[Marketplace]string{}
	for id, m := range byID {
		if !m.Known() {
			t.Errorf("%s names %s, which is no marketplace", id, m)
		}
		if seen[m] != "" {
			t.Errorf("%s has two ids, %s and %s", m, id, seen[m])
		}
		seen[m] = id
	}
	for _, m := range Marketplaces() {
		if seen[m] == "" {
			t.Errorf("%s has no id", m)
		}
	}
	if m, ok := MarketplaceByID("A1PA6795UKMFR9"); !ok || m != "Amazon.de" {
		t.Errorf("the German id names %q", m)
	}
	if _, ok := MarketplaceByID("a1pa6795ukmfr9"); ok {
		t.Error("ids are written in capitals")
	}
}

// TestPerformanceSurvivesStorage writes and reads a report as the store does: what is missing must not come back as 0.
func TestPerformanceSurvivesStorage(t *testing.T) {
	zero, none := 0.0, 0
	p := Performance{
		MarketplaceID: "ATVPDKIKX0DER", Marketplace: "Amazon.com", Day: Date(2026, 11, 19), Account: "AT_RISK",
		Rates: []Metric{
			{Name: LateShipmentRate, From: time.Date(2026, 10, 21, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 19, 23, 59, 0, 0, time.UTC), Rate: &zero, Count: &none},
			{Name: OrderDefectRate, Channel: SellerFulfilled, Status: "NONE", Parts: []Part{{Name: "claims", Count: &none, Status: "NONE"}}},
		},
		Policies: []Metric{{Name: RestrictedProducts, Target: &zero, Condition: Equals}},
		Warnings: []State{{"spammingSellerMessaging", "BAD"}},
		Health:   &HealthRating{Status: "WARNED"},
		Extra:    `{"a":"b"}`,
	}
	body, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Performance
	if err := json.Unmarshal(body, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, p) {
		t.Errorf("%s comes back as %+v, was %+v", body, back, p)
	}
	if late := back.RatesOf(LateShipmentRate, ""); len(late) != 1 || late[0].Of != nil || late[0].Target != nil {
		t.Errorf("late shipment rates %+v", late)
	}
	if back.RatesOf(OrderDefectRate, FBA) != nil {
		t.Error("the seller-fulfilled rate is taken for that of FBA")
	}
}
