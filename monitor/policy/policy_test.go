package policy

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// The date ranges inside Amazon's example of a performance report, made on 19 November 2020.
func TestWindowsAreAmazons(t *testing.T) {
	today := monitor.Date(2020, 11, 19)
	for _, c := range []struct {
		signal   monitor.Signal
		n        int // of the signal's rules
		from, to string
	}{
		{LateShipmentRate, 0, "2020-10-21", "2020-11-19"},
		{LateShipmentRate, 1, "2020-11-10", "2020-11-19"},
		{OrderDefectRate, 0, "2020-09-06", "2020-11-04"},
		{OrderDefectRate, 1, "2020-09-06", "2020-11-04"},
		{CancellationRate, 0, "2020-11-12", "2020-11-18"},
	} {
		w := Book{}.Rates(c.signal, "", "Amazon.com")[c.n].Window(today)
		if w.From.String() != c.from || w.To.String() != c.to {
			t.Errorf("%s: %s to %s, want %s to %s", c.signal, w.From, w.To, c.from, c.to)
		}
	}
}

// Every rule is complete, and no signal has two for the same orders and days.
func TestRulesAreComplete(t *testing.T) {
	type key struct {
		signal  monitor.Signal
		channel monitor.Channel
		days    int
	}
	for _, m := range monitor.Marketplaces() {
		seen := map[key]bool{}
		for _, signal := range []monitor.Signal{LateShipmentRate, OrderDefectRate, CancellationRate} {
			rates := Book{}.Rates(signal, "shop", m)
			if len(rates) == 0 {
				t.Errorf("%s has no rule of %s", m, signal)
			}
			for _, r := range rates {
				k := key{r.Signal, r.Channel, r.Days}
				if seen[k] || r.Signal != signal {
					t.Errorf("%s: a second rule for %v, or one of another signal than %s", m, k, signal)
				}
				seen[k] = true
				if r.Limit <= 0 || r.Limit >= 1 || r.Days < 1 || r.EndLag < 0 || r.Defects == 0 || r.Of == 0 || r.Source == "" ||
					!strings.Contains("HML", r.Sure) || r.Sure == "" {
					t.Errorf("%s: half a rule: %+v", m, r)
				}
			}
		}
	}
}

// The limits of Amazon's pages; Amazon.in looks at cancellations over 30 days besides.
func TestPublishedLimits(t *testing.T) {
	type limit struct {
		days  int
		limit float64
	}
	for _, c := range []struct {
		signal      monitor.Signal
		marketplace monitor.Marketplace
		want        []limit
	}{
		{LateShipmentRate, "Amazon.com", []limit{{30, 0.04}, {10, 0.04}}},
		{OrderDefectRate, "Amazon.de", []limit{{60, 0.01}, {60, 0.01}}},
		{CancellationRate, "Amazon.co.jp", []limit{{7, 0.025}}},
		{CancellationRate, "Amazon.in", []limit{{7, 0.025}, {30, 0.025}}},
		{CancellationRate, "", []limit{{7, 0.025}}},
		{"negative_feedback", "Amazon.com", nil},
	} {
		var got []limit
		for _, r := range (Book{}).Rates(c.signal, "shop", c.marketplace) {
			got = append(got, limit{r.Days, r.Limit})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s on %s: %v, want %v", c.signal, c.marketplace, got, c.want)
		}
	}
}

func TestOverrides(t *testing.T) {
	number := func(n int) *int { return &n }
	share := func(f float64) *float64 { return &f }
	const shop, german, late = "shop", monitor.Marketplace("Amazon.de"), LateShipmentRate
	type rule struct {
		limit     float64
		days, lag int
		own       bool // by the user's word
	}
	amazons := []rule{{0.04, 30, 0, false}, {0.04, 10, 0, false}}
	for _, c := range []struct {
		name      string
		overrides []Override
		want      []rule // of the late shipment rate of shop on Amazon.de
	}{
		{"none", nil, amazons},
		{"of the signal", []Override{{Signal: late, Limit: share(0.03)}}, []rule{{0.03, 30, 0, true}, {0.03, 10, 0, true}}},
		{"of another signal", []Override{{Signal: OrderDefectRate, Limit: share(0.03)}}, amazons},
		{"of this store", []Override{{Signal: late, Marketplace: german, EndLag: number(2)}}, []rule{{0.04, 30, 2, true}, {0.04, 10, 2, true}}},
		{"of another store", []Override{{Signal: late, Marketplace: "Amazon.fr", Limit: share(0.03)}}, amazons},
		{"of this account", []Override{{Signal: late, Account: shop, Limit: share(0.02)}}, []rule{{0.02, 30, 0, true}, {0.02, 10, 0, true}}},
		{"of another account", []Override{{Signal: late, Account: "other", Limit: share(0.02)}}, amazons},
		{"of the account but another store", []Override{{Signal: late, Account: shop, Marketplace: "Amazon.fr", Limit: share(0.02)}}, amazons},
		{"of one window", []Override{{Signal: late, MatchDays: 10, Days: number(7)}}, []rule{{0.04, 30, 0, false}, {0.04, 7, 0, true}}},
		{"the later one wins", []Override{{Signal: late, Limit: share(0.03)}, {Signal: late, Limit: share(0.02)}},
			[]rule{{0.02, 30, 0, true}, {0.02, 10, 0, true}}},
		{"a later one leaves what it does not name", []Override{{Signal: late, Limit: share(0.03)}, {Signal: late, Account: shop, MatchDays: 30, EndLag: number(1)}},
			[]rule{{0.03, 30, 1, true}, {0.03, 10, 0, true}}},
	} {
		var got []rule
		for _, r := range (Book{Overrides: c.overrides}).Rates(late, shop, german) {
			got = append(got, rule{r.Limit, r.Days, r.EndLag, strings.HasPrefix(r.Source, "your configuration")})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if r := (Book{}).Rates(late, shop, german)[0]; r.Limit != 0.04 || r.Days != 30 {
			t.Fatalf("%s: the override has changed Amazon's own rule: %+v", c.name, r)
		}
	}
}

func TestCrossedIsStrict(t *testing.T) {
	for limit, counts := range map[float64][][3]int{ // defects, orders, crossed
		0.01:  {{1, 100, 1}, {1, 101, 0}, {3, 300, 1}, {7, 700, 1}, {29, 2900, 1}, {0, 0, 0}},
		0.025: {{1, 40, 1}, {1, 41, 0}, {3, 120, 1}, {0, 40, 0}},
		0.04:  {{1, 25, 1}, {1, 26, 0}, {7, 175, 1}, {4, 100, 1}, {399, 10000, 0}},
	} {
		for _, c := range counts {
			if got := (Rate{Limit: limit}).Crossed(c[0], c[1]); got != (c[2] == 1) {
				t.Errorf("%d of %d against %g: crossed %v", c[0], c[1], limit, got)
			}
		}
	}
}

// The limits are decimal fractions: exact arithmetic on them says what floating point must agree with.
func TestCrossedAgreesWithExactArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.IntRange(1, 2_000_000).Draw(t, "orders")
		permille := rapid.IntRange(1, 999).Draw(t, "limit in permille")
		// Near the limit, where it is hard.
		defects := max(0, orders*permille/1000+rapid.IntRange(-1, 1).Draw(t, "off by"))
		want := defects*1000 >= permille*orders
		if got := (Rate{Limit: float64(permille) / 1000}).Crossed(defects, orders); got != want {
			t.Fatalf("%d of %d against %d permille: crossed %v", defects, orders, permille, got)
		}
	})
}

func TestValidate(t *testing.T) {
	number := func(n int) *int { return &n }
	share := func(f float64) *float64 { return &f }
	const late = LateShipmentRate
	for _, c := range []struct {
		o    Override
		want string // part of the reason; empty: valid
	}{
		{Override{Signal: late}, ""},
		{Override{Signal: "negative_feedback"}, "late_shipment_rate, order_defect_rate, cancellation_rate"},
		{Override{}, "no limit to override"},
		{Override{Signal: late, Marketplace: "Amazon.xy"}, `"Amazon.xy" is not known`},
		{Override{Signal: late, Marketplace: "Amazon.de"}, ""},
		{Override{Signal: late, Limit: share(0)}, "between 0 and 1"},
		{Override{Signal: late, Limit: share(1)}, "between 0 and 1"},
		{Override{Signal: late, Limit: share(4)}, "4 % is 0.04"},
		{Override{Signal: late, Limit: share(0.999)}, ""},
		{Override{Signal: late, Days: number(0)}, "days 0"},
		{Override{Signal: late, Days: number(181)}, "days 181"},
		{Override{Signal: late, Days: number(180)}, ""},
		{Override{Signal: late, Days: number(1)}, ""},
		{Override{Signal: late, EndLag: number(-1)}, "end_lag_days -1"},
		{Override{Signal: late, EndLag: number(61)}, "end_lag_days 61"},
		{Override{Signal: late, EndLag: number(0)}, ""},
		{Override{Signal: late, EndLag: number(60)}, ""},
	} {
		err := c.o.Validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
}

// The date ranges inside a real German report of 4 October 2026, and Amazon's word on units: the last 21 days less the latest 7.
func TestFloorWindowsAreAmazons(t *testing.T) {
	tracking, _ := Book{}.Floor(ValidTrackingRate, "", "Amazon.de", monitor.Date(2026, 10, 4))
	if w := tracking.Window(monitor.Date(2026, 10, 4)); w.To.String() != "2026-09-24" || w.From.String() != "2026-08-26" {
		t.Errorf("tracking: %s to %s", w.From, w.To)
	}
	units, _ := Book{}.Floor(OnTimeDeliveryRate, "", "Amazon.com", monitor.Date(2026, 10, 22))
	if w := units.Window(monitor.Date(2026, 10, 22)); w.To.String() != "2026-10-15" || w.From.String() != "2026-10-02" {
		t.Errorf("units: %s to %s", w.From, w.To)
	}
}

// Rules hold from their dates on, store by store.
func TestFloorsByDate(t *testing.T) {
	for _, c := range []struct {
		signal      monitor.Signal
		marketplace monitor.Marketplace
		day         string
		target      float64
		enforced    bool
		least       int
	}{
		{OnTimeDeliveryRate, "Amazon.com", "2024-09-24", 0.97, false, 0},
		{OnTimeDeliveryRate, "Amazon.com", "2024-09-25", 0.90, true, 0},
		{OnTimeDeliveryRate, "Amazon.co.uk", "2025-09-15", 0.97, false, 0},
		{OnTimeDeliveryRate, "Amazon.co.uk", "2025-09-16", 0.90, false, 20},
		{OnTimeDeliveryRate, "Amazon.co.uk", "2026-02-01", 0.90, false, 20},
		{OnTimeDeliveryRate, "Amazon.co.uk", "2026-02-02", 0.90, true, 20},
		{OnTimeDeliveryRate, "Amazon.de", "2026-08-31", 0.97, false, 0},
		{OnTimeDeliveryRate, "Amazon.de", "2026-09-01", 0.90, true, 0},
		{OnTimeDeliveryRate, "Amazon.co.jp", "2026-11-20", 0.97, false, 0},
		{ValidTrackingRate, "Amazon.com", "2020-01-01", 0.95, true, 0},
		{ValidTrackingRate, "Amazon.de", "2026-11-20", 0.95, true, 0},
		{ValidTrackingRate, "Amazon.co.jp", "2026-11-20", 0.95, false, 0},
		{ValidTrackingRate, "", "2026-11-20", 0.95, false, 0},
	} {
		day, err := monitor.ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := Book{}.Floor(c.signal, "shop", c.marketplace, day)
		if !ok || f.Target != c.target || f.Enforced != c.enforced || f.Least != c.least || f.Source == "" || !strings.Contains("HML", f.Sure) || f.Sure == "" {
			t.Errorf("%s on %s on %s: %+v", c.signal, c.marketplace, c.day, f)
		}
	}
	if _, ok := (Book{}).Floor(LateShipmentRate, "", "Amazon.com", 0); ok {
		t.Error("the late shipment rate is no floor")
	}
	target := 0.98
	f, _ := Book{Overrides: []Override{{Signal: ValidTrackingRate, Marketplace: "Amazon.de", Limit: &target}}}.Floor(ValidTrackingRate, "shop", "Amazon.de", 0)
	if f.Target != 0.98 || f.Slack() != 0.02 || !strings.HasPrefix(f.Source, "your configuration") {
		t.Errorf("overridden: %+v", f)
	}
}

func TestClassOf(t *testing.T) {
	for text, want := range map[string]monitor.MetricName{
		"restrictedProductPolicyViolations": monitor.RestrictedProducts, "Restricted products": monitor.RestrictedProducts,
		"Suspected Intellectual Property Violations": monitor.SuspectedIPViolations, "received IP complaint": monitor.ReceivedIPComplaints, "IP": monitor.ReceivedIPComplaints,
		"Trademark": monitor.ReceivedIPComplaints, "Product Authenticity Customer Complaints": monitor.AuthenticityComplaints, "inauthentic": monitor.AuthenticityComplaints,
		"used sold as new": monitor.ConditionComplaints, "Product safety customer complaints": monitor.SafetyComplaints, "Food and Product Safety Issues": monitor.FoodAndSafetyIssues,
		"Listing policy": monitor.ListingPolicyViolations, "Customer product reviews policy": monitor.ReviewPolicyViolations, "document request": monitor.DocumentRequests,
		"something new": monitor.OtherPolicyViolations, "": monitor.OtherPolicyViolations, "Policy violation warnings": monitor.PolicyViolationWarnings,
	} {
		if got := ClassOf(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// A deleted listing and an open appeal clear nothing.
func TestSolved(t *testing.T) {
	for status, want := range map[string]bool{
		"resolved": true, "Resolved.": true, "Appeal accepted": true, "retracted": true, "gelöst": true,
		"": false, "open": false, "appealed": false, "listing deleted": false, "deleted": false, "closed": false, "appeal denied": false, "not resolved": false,
	} {
		if got := Solved(status); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}

func TestRepeatLimits(t *testing.T) {
	for class, want := range map[monitor.MetricName]int{
		monitor.ReceivedIPComplaints: 5, monitor.SuspectedIPViolations: 5, monitor.RestrictedProducts: 2, monitor.ListingPolicyViolations: 5, monitor.DocumentRequests: 0,
	} {
		if got, ok := RepeatLimit(class); got.Limit != want || ok != (want > 0) {
			t.Errorf("%s: %d, want %d", class, got.Limit, want)
		}
	}
}
