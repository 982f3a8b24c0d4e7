package checks

import (
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

var (
	lateRule   = policy.Rate{Signal: policy.LateShipmentRate, Days: 30, Limit: 0.04}
	defectRule = policy.Rate{Signal: policy.OrderDefectRate, Days: 60, EndLag: 15, Limit: 0.01}
	lateWords  = rateJudge{name: "Late shipment rate", one: "late order", many: "late orders", advice: "Look."}
)

// nov is a day of November 2026; the 25th is a Wednesday.
func nov(d int) monitor.Day { return monitor.Date(2026, 11, d) }

// at30of1000 is a finding of 3 % on 20 November, 10 late orders before the limit.
func at30of1000() *monitor.Finding {
	return &monitor.Finding{
		Marketplace: "Amazon.de", Severity: monitor.Warning, Value: new(0.03), Defects: 30, Orders: 1000, Headroom: new(10),
		Window: &monitor.Window{Days: 30, From: nov(20) - 29, To: nov(20)}, Summary: "as it was",
		Forecast: &monitor.Forecast{Within7: 0.3, Within14: 0.704, Low: 0.025, High: 0.047, Known: 40},
	}
}

func TestFirstSentence(t *testing.T) {
	const now = " Now it is 3 % (30 of 1,000 orders, 30 days to 20 Nov)."
	for name, c := range map[string]struct {
		rule   policy.Rate
		change func(f *monitor.Finding)
		want   string
	}{
		"likely": {lateRule, func(f *monitor.Finding) { f.Forecast.By = new(nov(28)) },
			"Late shipment rate likely over 4 % around Sat 28 Nov (70 % within 14 days); 10 more late orders reach it." + now},
		"possible": {lateRule, func(f *monitor.Finding) { f.Forecast.Within14, *f.Headroom = 0.35, 1 },
			"Late shipment rate may go over 4 % within 14 days (35 %); 1 more late order reaches it." + now},
		"hardly":     {lateRule, func(f *monitor.Finding) { f.Forecast.Within14 = 0.009 }, "as it was"},
		"few orders": {lateRule, func(f *monitor.Finding) { f.Orders, f.Forecast.By = 25, new(nov(28)) }, "as it was"},
		// Two days ahead more than 4 % are decided; a window that ends today holds orders to come.
		"decided": {policy.Rate{Days: 30, EndLag: 15, Limit: 0.04}, func(f *monitor.Finding) {
			f.Calendar = []monitor.CalendarDay{{Day: nov(21), Defects: 39, Orders: 1000, Value: 0.039}, {Day: nov(22), Defects: 41, Orders: 1000, Value: 0.041}}
		}, "Late shipment rate will reach 4.1 % on Sun 22 Nov, over the limit of 4 %, from what is known already (41 of about 1,000 orders)." + now},
		"not decided": {policy.Rate{Days: 30, EndLag: 1, Limit: 0.04}, func(f *monitor.Finding) {
			f.Calendar = []monitor.CalendarDay{{Day: nov(21), Defects: 39, Orders: 1000, Value: 0.039}, {Day: nov(22), Defects: 41, Orders: 1000, Value: 0.041}}
		}, "Late shipment rate may go over 4 % within 14 days (70 %); 10 more late orders reach it." + now},
	} {
		f := at30of1000()
		c.change(f)
		if got := lateWords.outcome(f, c.rule); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestChances(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *monitor.Forecast)
		want   string
	}{
		"not likely": {func(*monitor.Forecast) {}, "Chance to reach 4 %: 30 % within 7 days, 70 % within 14. In 14 days the rate lies between 2.5 % and 4.7 % (80 %)."},
		"an interval": {func(f *monitor.Forecast) { f.By, f.Earliest, f.Latest = new(nov(28)), new(nov(25)), new(nov(30)) },
			"Chance to reach 4 %: 30 % within 7 days, 70 % within 14; more likely than not by Sat 28 Nov (between Wed 25 Nov and Mon 30 Nov). In 14 days the rate lies between 2.5 % and 4.7 % (80 %)."},
		"no end": {func(f *monitor.Forecast) { f.By, f.Earliest = new(nov(28)), new(nov(25)) },
			"Chance to reach 4 %: 30 % within 7 days, 70 % within 14; more likely than not by Sat 28 Nov (from Wed 25 Nov on). In 14 days the rate lies between 2.5 % and 4.7 % (80 %)."},
		"one day": {func(f *monitor.Forecast) {
			f.By, f.Earliest, f.Latest, f.Within14 = new(nov(28)), new(nov(28)), new(nov(28)), 1
		}, "Chance to reach 4 %: 30 % within 7 days, as good as certain within 14; on Sat 28 Nov. In 14 days the rate lies between 2.5 % and 4.7 % (80 %)."},
		"rough": {func(f *monitor.Forecast) { f.Known, f.Within7, f.Within14 = 1, 0.001, 0.995 },
			"Chance to reach 4 %: under 1 % within 7 days, over 99 % within 14. In 14 days the rate lies between 2.5 % and 4.7 % (80 %); only 1 late order is known, so this is rough."},
	} {
		f := at30of1000().Forecast
		c.change(f)
		if got := lateWords.chances(f, lateRule); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A window of 60 days that ends 15 days before begins on the 74th day before: an order of 20 November enters it on 5 December and
// leaves it on 3 February.
func TestEnroll(t *testing.T) {
	calendar := make([]monitor.CalendarDay, 3)
	for i := range calendar {
		calendar[i].Day = nov(21) + monitor.Day(i)
	}
	enroll(calendar, defectRule, []monitor.Evidence{
		{OrderID: "too new", Date: nov(9)}, {OrderID: "enters last", Date: nov(8)}, {OrderID: "enters first", Date: nov(6)}, {OrderID: "is in it", Date: nov(5)},
		{OrderID: "stays", Date: nov(23) - 74}, {OrderID: "leaves last", Date: nov(23) - 75}, {OrderID: "leaves first", Date: nov(21) - 75}, {OrderID: "is gone", Date: nov(20) - 75},
	})
	want := []string{"[leaves first] [enters first]", "[] []", "[leaves last] [enters last]"}
	for i, c := range calendar {
		if got := strings.Join([]string{"[" + strings.Join(c.Leaves, ",") + "]", "[" + strings.Join(c.Enters, ",") + "]"}, " "); got != want[i] {
			t.Errorf("%s: %s, want %s", c.Day, got, want[i])
		}
	}
	enroll(nil, defectRule, []monitor.Evidence{{Date: nov(6)}}) // nothing is foreseen
}

func TestStakes(t *testing.T) {
	berlin := monitor.Marketplace("Amazon.de").Clock()
	tonight := time.Date(2026, 11, 25, 23, 59, 59, 0, berlin)
	for name, c := range map[string]struct {
		due     monitor.DueBy
		several bool
		want    string
	}{
		"some must go": {monitor.DueBy{By: tonight, Orders: 14, Day: nov(26), None: 0.044, All: 0.031, Ship: 9}, false,
			"14 orders are not confirmed and due by 23:59 CET today, Wed 25 Nov: if none ships in time, 3 % becomes 4.4 % on Thu 26 Nov; shipping 9 of them keeps it under 4 %."},
		"of two windows": {monitor.DueBy{By: tonight, Orders: 14, Day: nov(26), None: 0.044, All: 0.031, Ship: 9}, true,
			"14 orders are not confirmed and due by 23:59 CET today, Wed 25 Nov: if none ships in time, 3 % becomes 4.4 % on Thu 26 Nov; shipping 9 of them keeps every window under its limit."},
		"all must go, tomorrow": {monitor.DueBy{By: tonight.Add(-9*time.Hour).AddDate(0, 0, 1), Orders: 2, Day: nov(26), None: 0.041, All: 0.031, Ship: 2}, false,
			"2 orders are not confirmed and due by 14:59 CET on Thu 26 Nov: if none ships in time, 3 % becomes 4.1 % on Thu 26 Nov; only shipping all of them keeps it under 4 %."},
		"too late": {monitor.DueBy{By: tonight, Orders: 1, Day: nov(26), None: 0.05, All: 0.041, Ship: 2}, false,
			"1 order is not confirmed and due by 23:59 CET today, Wed 25 Nov: if none ships in time, 3 % becomes 5 % on Thu 26 Nov; if all do, 4.1 %."},
		"too late elsewhere": {monitor.DueBy{By: tonight, Orders: 1, Day: nov(26), None: 0.031, All: 0.03, Ship: 2}, true,
			"1 order is not confirmed and due by 23:59 CET today, Wed 25 Nov: if none ships in time, 3 % becomes 3.1 % on Thu 26 Nov; another window is over its limit even if all do."},
	} {
		if got := lateWords.stakes(c.due, at30of1000(), lateRule, nov(25), berlin, c.several); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAdvice(t *testing.T) {
	tonight := time.Date(2026, 11, 25, 22, 59, 59, 0, time.UTC)
	for name, c := range map[string]struct {
		change func(f *monitor.Finding)
		want   string
	}{
		"all is well":      {func(f *monitor.Finding) { f.Severity = monitor.OK }, "Nothing to do."},
		"nothing is known": {func(*monitor.Finding) {}, "Look."},
		"nothing is due":   {func(f *monitor.Finding) { f.Due = &monitor.DueOrders{AsOf: tonight} }, "Look."},
		"some must go": {func(f *monitor.Finding) {
			f.Due = &monitor.DueOrders{AsOf: tonight, By: []monitor.DueBy{{By: tonight, Orders: 3}, {By: tonight.AddDate(0, 0, 1), Orders: 14, Ship: 9}}}
			f.Drivers = []monitor.Driver{{Kind: "SKU", Name: "MUG", Defects: 5, Orders: 20}}
		}, "Confirm at least 9 of the 14 orders that are due by 23:59 CET on Thu 26 Nov, and the others if you can. Begin with SKU MUG: 5 of its 20 orders. Look."},
		"none must": {func(f *monitor.Finding) {
			f.Due = &monitor.DueOrders{AsOf: tonight, By: []monitor.DueBy{{By: tonight, Orders: 1}}}
			f.Drivers = []monitor.Driver{{Kind: "complaint", Name: "damaged", Defects: 5}}
		}, "Confirm the order that is due by 23:59 CET today, Wed 25 Nov. Look."},
		"all must": {func(f *monitor.Finding) {
			f.Due = &monitor.DueOrders{AsOf: tonight, By: []monitor.DueBy{{By: tonight, Orders: 2, Ship: 2}}}
		}, "Confirm the 2 orders that are due by 23:59 CET today, Wed 25 Nov. Look."},
	} {
		f := at30of1000()
		c.change(f)
		if got := lateWords.advise(f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What is late at 14:00 counts on that day, what is late at midnight on the next; orders of one hour stand together.
func TestByHour(t *testing.T) {
	tokyo := monitor.Marketplace("Amazon.co.jp").Clock()
	at := func(day, hour, minute int) monitor.Order {
		return monitor.Order{ShipBy: time.Date(2026, 11, day, hour, minute, 59, 0, tokyo)}
	}
	got := byHour([]monitor.Order{at(25, 14, 0), at(25, 14, 30), at(25, 23, 10), at(25, 23, 59), at(26, 23, 59), at(27, 0, 5)}, tokyo)
	want := []dueHour{
		{at(25, 14, 0).ShipBy, nov(25), nov(25), 2}, {at(25, 23, 10).ShipBy, nov(25), nov(26), 2}, {at(26, 23, 59).ShipBy, nov(26), nov(27), 1},
		{at(27, 0, 5).ShipBy, nov(27), nov(27), 1},
	}
	if len(got) != len(want) {
		t.Fatalf("%d hours, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("hour %d: %+v, want %+v", i+1, got[i], want[i])
		}
	}
}
