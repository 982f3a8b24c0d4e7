package checks

import (
	"testing"

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
		s := j.past(r, &tri, day(c.today), day(c.seen)).series(day(c.today), day(c.seen))
		if defects, orders := s.Counts(); defects != c.defects || orders != c.orders {
			t.Errorf("day %d: %d of %d, want %d of %d", c.today, defects, orders, c.defects, c.orders)
		}
	}
}
