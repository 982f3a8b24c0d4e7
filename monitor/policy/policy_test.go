package policy

import (
	"testing"

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

func TestOverrides(t *testing.T) {
	three, two, week := 0.03, 0.02, 7
	book := Book{Overrides: []Override{
		{Signal: LateShipmentRate, Limit: &three},
		{Signal: LateShipmentRate, Marketplace: "Amazon.de", Account: "shop", MatchDays: 10, Limit: &two, Days: &week},
	}}
	for _, c := range []struct {
		account     string
		marketplace monitor.Marketplace
		limits      [2]float64
		days        [2]int
	}{
		{"shop", "Amazon.com", [2]float64{0.03, 0.03}, [2]int{30, 10}},
		{"shop", "Amazon.de", [2]float64{0.03, 0.02}, [2]int{30, 7}},
		{"other", "Amazon.de", [2]float64{0.03, 0.03}, [2]int{30, 10}},
	} {
		rates := book.Rates(LateShipmentRate, c.account, c.marketplace)
		for i, r := range rates {
			if r.Limit != c.limits[i] || r.Days != c.days[i] {
				t.Errorf("%s on %s: %g over %d days, want %g over %d", c.account, c.marketplace, r.Limit, r.Days, c.limits[i], c.days[i])
			}
		}
	}
	if r := (Book{}).Rates(LateShipmentRate, "shop", "Amazon.de")[0]; r.Limit != 0.04 {
		t.Errorf("an override has changed Amazon's own rule: %g", r.Limit)
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

func TestValidate(t *testing.T) {
	big, no := 3.0, -1
	for _, o := range []Override{
		{Signal: "negative_feedback"}, {Signal: LateShipmentRate, Marketplace: "Amazon.xy"}, {Signal: LateShipmentRate, Limit: &big},
		{Signal: LateShipmentRate, Days: &no}, {Signal: LateShipmentRate, EndLag: &no},
	} {
		if o.Validate() == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	if err := (Override{Signal: LateShipmentRate}).Validate(); err != nil {
		t.Error(err)
	}
}
