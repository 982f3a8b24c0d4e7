package simulator

import (
	"math"
	"testing"
	"time"

	"goodstanding/monitor"
)

// day reads a day that a test writes.
func day(t *testing.T, s string) monitor.Day {
	t.Helper()
	d, err := monitor.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWorkdays(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-16", 1, "2026-11-17"}, // Monday to Tuesday
		{"2026-11-20", 1, "2026-11-23"}, // Friday to Monday
		{"2026-11-21", 1, "2026-11-23"}, // Saturday to Monday
		{"2026-11-22", 1, "2026-11-23"},
		{"2026-11-22", 2, "2026-11-24"},
		{"2026-11-18", 0, "2026-11-18"},
		{"2026-11-21", 0, "2026-11-23"}, // nobody works on Saturday
		{"2026-11-11", 7, "2026-11-20"},
	} {
		if got := workdays(day(t, c.from), c.n).String(); got != c.want {
			t.Errorf("%d working days after %s: got %s, want %s", c.n, c.from, got, c.want)
		}
	}
}

func TestRisk(t *testing.T) {
	clock := monitor.Marketplace("Amazon.com").Clock()
	order := func(purchased string) *Order {
		at, err := time.Parse(time.RFC3339, purchased)
		if err != nil {
			t.Fatal(err)
		}
		return &Order{Service: "Expedited", Lines: []monitor.Line{{SKU: "A"}, {SKU: "B"}}, Purchased: at}
	}
	from, full := day(t, "2026-11-01"), day(t, "2026-11-21")
	weekday := "2026-11-18T12:00:00-08:00"
	for _, c := range []struct {
		name      string
		risk      Risk
		purchased string
		day       string
		want      float64
	}{
		{"constant", Risk{P: 0.2}, weekday, "2026-01-01", 0.2},
		{"before a jump", Risk{P: 0.2, From: from}, weekday, "2026-10-31", 0},
		{"on a jump", Risk{P: 0.2, From: from}, weekday, "2026-11-01", 0.2},
		{"a drift begins at nothing", Risk{P: 0.2, From: from, Full: full}, weekday, "2026-11-01", 0},
		{"half of a drift", Risk{P: 0.2, From: from, Full: full}, weekday, "2026-11-11", 0.1},
		{"a drift complete", Risk{P: 0.2, From: from, Full: full}, weekday, "2026-12-24", 0.2},
		{"the last day of a spell", Risk{P: 0.2, From: from, Ends: full}, weekday, "2026-11-20", 0.2},
		{"a spell over", Risk{P: 0.2, From: from, Ends: full}, weekday, "2026-11-21", 0},
		{"the second line's SKU", Risk{P: 0.2, SKU: "B"}, weekday, "2026-11-01", 0.2},
		{"another SKU", Risk{P: 0.2, SKU: "C"}, weekday, "2026-11-01", 0},
		{"the ship service", Risk{P: 0.2, Service: "Expedited"}, weekday, "2026-11-01", 0.2},
		{"another ship service", Risk{P: 0.2, Service: "Standard"}, weekday, "2026-11-01", 0},
		{"Sunday in Seattle, Monday in UTC", Risk{P: 0.2, Weekend: true}, "2026-11-22T23:30:00-08:00", "2026-11-24", 0.2},
		{"Friday in Seattle, Saturday in UTC", Risk{P: 0.2, Weekend: true}, "2026-11-20T23:30:00-08:00", "2026-11-22", 0},
	} {
		if got := c.risk.at(order(c.purchased), day(t, c.day), clock); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: got %g, want %g", c.name, got, c.want)
		}
	}
	two := []Risk{{P: 0.2}, {P: 0.05, SKU: "A"}, {P: 0.5, SKU: "C"}}
	if got := sum(two, order(weekday), from, clock); math.Abs(got-0.25) > 1e-12 {
		t.Errorf("risks that add up: got %g, want 0.25", got)
	}
}

func TestMeanOrders(t *testing.T) {
	monday := day(t, "2026-11-16")
	for _, c := range []struct {
		name string
		shop Shop
		day  monitor.Day
		want float64
	}{
		{"flat", Shop{Orders: 10, First: monday}, monday + 50, 10},
		{"growth", Shop{Orders: 10, First: monday, Growth: 0.01}, monday + 50, 15},
		{"shrunk to nothing", Shop{Orders: 10, First: monday, Growth: -0.1}, monday + 50, 0},
		{"a busy Sunday", Shop{Orders: 10, First: monday, Week: [7]float64{4, 1, 1, 2, 2, 2, 2}}, monday + 6, 20},
		{"a quiet Monday", Shop{Orders: 10, First: monday, Week: [7]float64{4, 1, 1, 2, 2, 2, 2}}, monday, 5},
	} {
		if got := c.shop.mean(c.day); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: got %g, want %g", c.name, got, c.want)
		}
	}
}
