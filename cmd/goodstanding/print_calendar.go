package main

import (
	"fmt"
	"strconv"
	"strings"

	"goodstanding/monitor"
)

// maxDays is how many of the coming days the report lists; --json has them all.
const maxDays = 7

// calendar prints the coming days on which a known defect leaves or enters the window, a line each, and the rate if no further
// order turns bad.
func (p *printer) calendar(f monitor.Finding, indent string) {
	var days []monitor.CalendarDay
	for _, c := range f.Calendar {
		if c.Changes() && c.Orders > 0 {
			days = append(days, c)
		}
	}
	if len(days) == 0 {
		return
	}
	p.wrapped(indent, indent, "Day by day, if no further order turns bad:")
	for i, c := range days {
		if i == maxDays {
			p.printf("%s  … and %d more (--json lists them all)\n", indent, len(days)-maxDays)
			break
		}
		p.printf("%s  %s\n", indent, calendarLine(c))
	}
}

// calendarLine writes one of the coming days: Thu 26 Nov  3.02 %  26 of about 861; 2 leave, 1 enters; 9 more reach the limit.
func calendarLine(c monitor.CalendarDay) string {
	var moves []string
	if n := len(c.Leaves); n > 0 {
		moves = append(moves, fmt.Sprintf("%d %s", n, verb(n, "leaves", "leave")))
	}
	if n := len(c.Enters); n > 0 {
		moves = append(moves, fmt.Sprintf("%d %s", n, verb(n, "enters", "enter")))
	}
	left := "over the limit"
	if c.Headroom > 0 {
		left = fmt.Sprintf("%d more %s the limit", c.Headroom, verb(c.Headroom, "reaches", "reach"))
	}
	return fmt.Sprintf("%s %6s  %6s %%  %s of about %s; %s; %s", c.Day.Weekday().String()[:3], c.Day.Short(),
		strconv.FormatFloat(100*c.Value, 'f', 2, 64), grouped(c.Defects), grouped(c.Orders), strings.Join(moves, ", "), left)
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// causeText says what carries more than its share, and how much more.
func causeText(d monitor.Driver, orders int) string {
	if d.Orders == 0 {
		return fmt.Sprintf("%s %s in %d of them.", d.Kind, d.Name, d.Defects)
	}
	return fmt.Sprintf("%s %s carries %d of them, with %d of %d orders; %.1f would be its share, so it explains %.0f %%.", d.Kind, d.Name, d.Defects, d.Orders,
		orders, d.Expected, 100*d.Share)
}
