package checks

import (
	"testing"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

func reportsOf(class monitor.MetricName, counts map[monitor.Day]int, days ...monitor.Day) []monitor.Sourced[monitor.Performance] {
	var all []monitor.Sourced[monitor.Performance]
	for _, d := range days {
		n := counts[d]
		all = append(all, monitor.Sourced[monitor.Performance]{Record: monitor.Performance{Day: d, Policies: []monitor.Metric{{Name: class, Count: &n}}}})
	}
	return all
}

// 1 in the first report, 3 a week later, 2 in the last: the oldest has gone, and both that are left came in that week.
func TestArisen(t *testing.T) {
	day := monitor.Date(2026, 9, 1)
	now, _, told := arisen(reportsOf(monitor.ListingPolicyViolations, map[monitor.Day]int{day: 1, day + 7: 3, day + 30: 2}, day, day+7, day+30), monitor.ListingPolicyViolations)
	if !told || len(now) != 2 {
		t.Fatalf("%v, %+v", told, now)
	}
	for _, v := range now {
		if v.earliest != day+1 || v.opened != day+7 || v.leaves() != day+187 {
			t.Errorf("opened %s to %s, leaves %s", v.earliest, v.opened, v.leaves())
		}
	}
}

// What was there 180 days ago has left; where one still counts, it is another.
func TestArisenAnew(t *testing.T) {
	day := monitor.Date(2026, 5, 1)
	for _, c := range []struct {
		class  monitor.MetricName
		after  monitor.Day
		opened monitor.Day
	}{
		{monitor.ListingPolicyViolations, 179, day},
		{monitor.ListingPolicyViolations, 180, day + 180},
		{monitor.ConditionComplaints, 181, day}, // its window ends two days before the report
		{monitor.ConditionComplaints, 182, day + 182},
	} {
		now, _, _ := arisen(reportsOf(c.class, map[monitor.Day]int{day: 1, day + c.after: 1}, day, day+c.after), c.class)
		if len(now) != 1 || now[0].opened != c.opened {
			t.Errorf("%s after %d days: %+v", c.class, c.after, now)
		}
	}
}

// As many count as the newest report says, none of them has left by then, and the list adds only what came later.
func TestViolationsAreCountedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		class := monitor.ListingPolicyViolations
		day := monitor.Date(2026, 1, 1)
		counts := map[monitor.Day]int{}
		var days []monitor.Day
		for range rapid.IntRange(1, 40).Draw(t, "reports") {
			days = append(days, day)
			counts[day] = rapid.IntRange(0, 6).Draw(t, "count")
			day += monitor.Day(rapid.IntRange(1, 20).Draw(t, "gap"))
		}
		last := days[len(days)-1]
		now, _, told := arisen(reportsOf(class, counts, days...), class)
		if !told || len(now) != counts[last] {
			t.Fatalf("%d count, want %d", len(now), counts[last])
		}
		for _, v := range now {
			if v.leaves() <= last || v.earliest > v.opened || v.opened > last {
				t.Fatalf("%+v on %s", v, last)
			}
		}
		var rows []monitor.Sourced[monitor.Violation]
		later := 0
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			opened := last + monitor.Day(rapid.IntRange(-170, 5).Draw(t, "opened"))
			if opened > last {
				later++
			}
			rows = append(rows, monitor.Sourced[monitor.Violation]{Record: monitor.Violation{Opened: opened, Class: "listing policy"}})
		}
		all, solved := combined(now, listed(rows, last+5), last)
		if len(all) != counts[last]+later || solved != max(0, len(rows)-later-counts[last]) {
			t.Fatalf("%d count, %d solved; want %d and %d later, of %d rows", len(all), solved, counts[last], later, len(rows))
		}
	})
}
