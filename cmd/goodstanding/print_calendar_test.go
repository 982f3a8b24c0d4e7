package main

import (
	"bytes"
	"testing"

	"goodstanding/monitor"
)

// Days on which nothing changes are left out, and after seven the rest is counted.
func TestCalendarIsCompact(t *testing.T) {
	f := monitor.Finding{}
	for i := range 14 {
		c := monitor.CalendarDay{Day: monitor.Date(2026, 11, 26) + monitor.Day(i), Defects: 41 - i, Orders: 1025, Value: float64(41-i) / 1025, Headroom: i}
		switch {
		case i == 1:
			c.Leaves, c.Enters = []string{"a", "b"}, []string{"c"}
		case i != 2:
			c.Leaves = []string{"d"}
		}
		f.Calendar = append(f.Calendar, c)
	}
	f.Calendar[13].Orders = 0 // there is no rate to tell
	var b bytes.Buffer
	p := newPrinter(&b, noEnv)
	p.calendar(f, "  ")
	want := `  Day by day, if no further order turns bad:
    Thu 26 Nov    4.00 %  41 of about 1,025; 1 leaves; over the limit
    Fri 27 Nov    3.90 %  40 of about 1,025; 2 leave, 1 enters; 1 more reaches the limit
    Sun 29 Nov    3.71 %  38 of about 1,025; 1 leaves; 3 more reach the limit
    Mon 30 Nov    3.61 %  37 of about 1,025; 1 leaves; 4 more reach the limit
    Tue  1 Dec    3.51 %  36 of about 1,025; 1 leaves; 5 more reach the limit
    Wed  2 Dec    3.41 %  35 of about 1,025; 1 leaves; 6 more reach the limit
    Thu  3 Dec    3.32 %  34 of about 1,025; 1 leaves; 7 more reach the limit
    … and 5 more (--json lists them all)
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	b.Reset()
	p.calendar(monitor.Finding{Calendar: []monitor.CalendarDay{{Orders: 5}}}, "  ")
	if b.Len() > 0 {
		t.Errorf("a calendar without changes prints %q", b.String())
	}
}

func TestCauseText(t *testing.T) {
	for want, d := range map[string]monitor.Driver{
		"SKU MUG carries 6 of them, with 10 of 96 orders; 0.6 would be its share, so it explains 90 %.": {Kind: "SKU", Name: "MUG", Defects: 6, Orders: 10, Expected: 0.625, Share: 0.896},
		"complaint damaged in 3 of them.": {Kind: "complaint", Name: "damaged", Defects: 3, Share: 0.6},
	} {
		if got := causeText(d, 96); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
