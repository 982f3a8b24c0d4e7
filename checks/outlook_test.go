package checks

import (
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

func TestChance(t *testing.T) {
	for p, want := range map[float64]string{0: "under 1 %", 0.009: "under 1 %", 0.01: "1 %", 0.62: "62 %", 0.991: "over 99 %", 1: "as good as certain"} {
		if got := chance(p); got != want {
			t.Errorf("%g: %q, want %q", p, got, want)
		}
	}
}

// 10 orders a day are due from 1 to 20 November. Of those due on the 19th three were late, known on the 19th; of those due on the
// 20th nine are confirmed in time and one is not confirmed. Seen at the end of the 20th the lateness of the 20th is not known:
// its open order still counts. Seen a day later it is an order of unknown outcome, which does not.
func TestSeriesOfATriangle(t *testing.T) {
	day := func(n int) monitor.Day { return 20_000 + monitor.Day(n) }
	var tri monitor.Triangle
	add := func(m monitor.Measure, anchor, n int) {
		tri.Cells = append(tri.Cells, monitor.Cell{Measure: m, Anchor: day(anchor), Known: day(anchor), N: n})
	}
	for n := 1; n <= 20; n++ {
		add(monitor.Due, n, 10)
		switch n {
		case 19:
			add(monitor.ConfirmedOnTime, n, 7)
			add(monitor.ConfirmedLate, n, 3)
		case 20:
			add(monitor.ConfirmedOnTime, n, 9)
		default:
			add(monitor.ConfirmedOnTime, n, 10)
		}
	}
	j := rateJudge{atOnce: true, delays: forecast.Delays{0, 1}}
	r := policy.Rate{Days: 10, Limit: 0.04, Defects: monitor.ConfirmedLate, Of: monitor.Due}
	for _, c := range []struct{ today, seen, defects, orders int }{
		{19, 19, 0, 100}, // the lateness of the 19th shows on the 20th
		{20, 20, 3, 100},
		{21, 21, 3, 89}, // the days 12 to 21: nine days of orders, one of them unknown
	} {
		s := j.past(r, &tri, day(c.today), day(c.seen)).series(&room{}, day(c.today), day(c.seen))
		if defects, orders := s.Counts(); defects != c.defects || orders != c.orders {
			t.Errorf("day %d: %d of %d, want %d of %d", c.today, defects, orders, c.defects, c.orders)
		}
	}
}

// What is foreseen of one rate of an account with 400 orders a day, and whether that is a warning: where today's probability tells,
// and, the most that it can cost, where it lies between the two and five weeks are looked through for the beginning.
func BenchmarkOutlook(b *testing.B) {
	today := monitor.Day(20_600)
	var tri monitor.Triangle
	for n := range 200 {
		anchor := today - monitor.Day(n)
		for known, share := range []int{300, 70, 30} {
			on := min(today, anchor-2+monitor.Day(known))
			tri.Cells = append(tri.Cells, monitor.Cell{Measure: monitor.Due, Anchor: anchor, Known: on, N: share})
			if n > 0 {
				tri.Cells = append(tri.Cells, monitor.Cell{Measure: monitor.ConfirmedOnTime, Anchor: anchor, Known: on, N: share - 5},
					monitor.Cell{Measure: monitor.ConfirmedLate, Anchor: anchor, Known: on + 2, N: 5})
			}
		}
	}
	r := policy.Rate{Days: 30, Limit: 0.04, Defects: monitor.ConfirmedLate, Of: monitor.Due}
	j := rateJudge{atOnce: true, delays: forecast.Delays{0, 1}}
	at := today.End(time.UTC).Add(-time.Hour)
	for _, c := range []struct {
		name  string
		alarm forecast.Alarm
	}{
		{"told by today", forecast.Alarm{From: 2, Until: 1.5, Evidence: 1}},
		{"five weeks back", forecast.Alarm{From: 2, Until: -1, Evidence: 1}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				j.look(r, &tri, today, at, time.UTC).on(c.alarm)
			}
		})
	}
}
