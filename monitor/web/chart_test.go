package web

import (
	"strings"
	"testing"

	"goodstanding/monitor"
)

// foreseen is a finding of 3 % with a limit of 4 %; on 25 and 30 November a defect leaves, and the limit is likely reached on 2
// December.
func foreseen() monitor.Finding {
	f := monitor.Finding{
		Account: "acme", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: "seller-fulfilled", Severity: monitor.Warning,
		Value: new(0.03), Limit: new(0.04), Defects: 3, Orders: 100, Headroom: new(1), Window: &monitor.Window{Days: 30, From: day("2026-10-25"), To: day("2026-11-23")},
		Forecast: &monitor.Forecast{Within7: 0.2, Within14: 0.7, By: new(day("2026-12-02")), Earliest: new(day("2026-11-28")),
			Worst: monitor.Headroom{Day: day("2026-11-24"), More: 0}},
		Due: &monitor.DueOrders{By: []monitor.DueBy{
			{By: noon.AddDate(0, 0, 1), Orders: 5, Day: day("2026-11-24"), None: 0.08, All: 0.03, Ship: 5},
			{By: noon.AddDate(0, 0, 2), Orders: 7, Day: day("2026-11-25"), None: 0.1, All: 0.03, Ship: 8}}},
	}
	value := 0.03
	for i := range 14 {
		c := monitor.CalendarDay{Day: day("2026-11-24") + monitor.Day(i), Orders: 100, Low: 0.01, High: 0.045}
		if i == 1 || i == 6 {
			value -= 0.01
			c.Leaves = []string{"111-1111111-1111111"}
		}
		c.Value, c.Defects = value, int(100*value+0.5)
		f.Calendar = append(f.Calendar, c)
	}
	return f
}

// The scale reaches to 1.3 times the limit, 5.2 %, over 94 units above y = 102: 4 % is at 102 - 94 * 40/52 = 29.7, 3 % at 47.8, 1 %
// at 83.9. The 14 days take 320 units from x = 34 on: 2 December is the ninth, at 34 + 320 * 9/14 = 239.7.
func TestChart(t *testing.T) {
	v := newChart(foreseen())
	if v.LimitY != "29.7" || v.Breach != "239.7" || v.BreachDate != "2 Dec" || v.Limit != "4 %" {
		t.Errorf("limit at %s (%s), breach at %s on %s", v.LimitY, v.Limit, v.Breach, v.BreachDate)
	}
	line := strings.Fields(v.Line)
	if len(line) != 15 || line[0] != "34,47.8" || line[1] != "56.9,47.8" || line[14] != "354,83.9" {
		t.Errorf("line %v", line)
	}
	band := strings.Fields(v.Band)
	if len(band) != 29 || band[0] != "34,47.8" || band[14] != "354,20.7" || band[15] != "354,83.9" || band[28] != "56.9,83.9" {
		t.Errorf("band %v", band)
	}
	if len(v.Changes) != 2 || v.Changes[0] != (chartPoint{"79.7", "65.8", "Wed 25 Nov: 1 leaves, then 2.00 % (2 of about 100)"}) {
		t.Errorf("changes %v", v.Changes)
	}
	for _, want := range []string{"3.00 % today", "1.00 % on 7 Dec", "between 1.00 % and 4.50 %", "limit is 4 %"} {
		if !strings.Contains(v.Label, want) {
			t.Errorf("the label lacks %q: %s", want, v.Label)
		}
	}
}

func TestChartIsCutOffAboveAndLeftOutWhereNothingIsToSee(t *testing.T) {
	f := foreseen()
	f.Calendar[13].High = 0.9 // three times the limit is the top, 12 %
	if band := strings.Fields(newChart(f).Band); band[14] != "354,8" || band[13] == "354,8" {
		t.Errorf("band %v", band)
	}
	for name, change := range map[string]func(*monitor.Finding){
		"no value":    func(f *monitor.Finding) { f.Value = nil },
		"no limit":    func(f *monitor.Finding) { f.Limit = nil },
		"no forecast": func(f *monitor.Finding) { f.Forecast = nil },
		"no calendar": func(f *monitor.Finding) { f.Calendar = nil },
		"all is well": func(f *monitor.Finding) { f.Severity, f.Forecast.Within14 = monitor.OK, 0.001 },
	} {
		f := foreseen()
		if change(&f); newChart(f) != nil {
			t.Errorf("%s: there is a chart", name)
		}
	}
}

// Of a rate that must stay above its limit the scale goes down from 100 %. 93.4 % is the lowest, and a tenth of what is missing
// there is added below: 92.74 % is the base. 95 % is at 8 + 94 * 5/7.26 = 72.7.
func TestChartOfWhatGoesRight(t *testing.T) {
	f := foreseen()
	f.Value, f.Limit = new(0.97), new(0.95)
	for i := range f.Calendar {
		f.Calendar[i].Value, f.Calendar[i].Low, f.Calendar[i].High = 0.96, 0.934, 1
	}
	v := newChart(f)
	band := strings.Fields(v.Band)
	if v.LimitY != "72.7" || v.Bottom != "92.7 %" || band[14] != "354,8" || band[15] != "354,93.5" {
		t.Errorf("limit at %s, base %s, band %v", v.LimitY, v.Bottom, band)
	}
}

func TestPageShowsWhatIsForeseen(t *testing.T) {
	page := mustRender(t, Status{Accounts: []string{"acme"}, Findings: []monitor.Finding{foreseen()}})
	got, at := text(page), 0
	for _, want := range []string{
		"3 of 100 orders 30 days, 25 Oct to 23 Nov 4.00 % 1 more defect 0 on 24 Nov 70 % by Wed 2 Dec, from 28 Nov on",
		"4 % 0 % today 30 Nov 7 Dec", "Line: if no further order turns bad.", "upright: 2 Dec, by when it is likely reached.",
		"Not confirmed: 5 due by Tue 24 Nov 04:00 PST: if none ships, 8.00 % on Tue 24 Nov; 5 must ship",
		"7 due by Wed 25 Nov 04:00 PST: if none ships, 10.00 % on Wed 25 Nov; not even shipping all keeps every window under its limit",
		"If no further order turns bad: Wed 25 Nov: 1 leaves, then 2.00 % (2 of about 100) Mon 30 Nov: 1 leaves, then 1.00 % (1 of about 100)",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("the page lacks, or has too early:\n%s\nin:\n%s", want, got[at:])
		}
		at += i + len(want)
	}
	f := foreseen()
	f.Severity = monitor.Blind
	if got := text(mustRender(t, Status{Accounts: []string{"acme"}, Findings: []monitor.Finding{f}})); strings.Contains(got, "70 %") || strings.Contains(got, "ships") {
		t.Errorf("a finding that was not judged foresees: %s", got)
	}
}
