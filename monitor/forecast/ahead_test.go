package forecast

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawSeries draws a history of 1 to 120 days, of 0 to 40 orders a day, up to today.
func drawSeries(t *rapid.T) *Series {
	days := rapid.IntRange(1, 120).Draw(t, "days")
	s := &Series{Seen: days - 1, Today: days - 1 + rapid.IntRange(0, 3).Draw(t, "stale"), Limit: rapid.SampledFrom([]float64{0.01, 0.025, 0.04}).Draw(t, "limit"),
		Delays: Delays{1}, AtOnce: rapid.Bool().Draw(t, "at once")}
	window := rapid.SampledFrom([][2]int{{7, 1}, {10, 0}, {30, 0}, {60, 15}}).Draw(t, "window")
	s.Days, s.EndLag = window[0], window[1]
	if longest := rapid.IntRange(0, 40).Draw(t, "longest delay"); longest > 0 {
		s.Delays = make(Delays, longest+1)
		for i := range s.Delays {
			s.Delays[i] = float64(i) / float64(longest)
		}
	}
	most := rapid.IntRange(1, 40).Draw(t, "most orders")
	for range days {
		n := rapid.IntRange(0, most).Draw(t, "orders")
		s.Orders = append(s.Orders, n)
		k := 0
		if n > 0 && rapid.IntRange(0, 9).Draw(t, "bad") == 0 {
			k = rapid.IntRange(0, n).Draw(t, "defects")
		}
		s.Defects = append(s.Defects, k)
	}
	return s
}

// One defect more, on whatever day, lowers no probability.
func TestMoreDefectsNeverLowerTheProbability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		day := rapid.IntRange(0, len(s.Orders)-1).Draw(t, "day")
		s.Orders[day] = max(s.Orders[day], s.Defects[day]+1)
		before := s.Look(Usual())
		s.Defects[day]++
		after := s.Look(Usual())
		for i := range Horizon {
			if after.Crossing[i] < before.Crossing[i] || after.Over[i] < before.Over[i] {
				t.Fatalf("%d days ahead: crossing %g, then %g; over %g, then %g", i+1, before.Crossing[i], after.Crossing[i], before.Over[i], after.Over[i])
			}
		}
		if after.Level < before.Level || after.LevelHigh < before.LevelHigh {
			t.Fatalf("level %g (up to %g), then %g (up to %g)", before.Level, before.LevelHigh, after.Level, after.LevelHigh)
		}
	})
}

func TestProbabilitiesRiseWithTheHorizon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		a := s.Look(Usual())
		last := 0.0
		for i := range Horizon {
			if a.Crossing[i] < last || a.Crossing[i] < a.Over[i] || a.Crossing[i] > 1 {
				t.Fatalf("%d days ahead: crossing %g after %g, over %g", i+1, a.Crossing[i], last, a.Over[i])
			}
			last = a.Crossing[i]
		}
		if p := s.Chance(Usual()); p != last {
			t.Fatalf("the short way says %g, the long one %g", p, last)
		}
		if a.Low > a.High || a.LevelLow > a.LevelHigh {
			t.Fatalf("rate %g to %g, level %g to %g", a.Low, a.High, a.LevelLow, a.LevelHigh)
		}
	})
}

// Asked only for the sides, the short way says a number on the same sides as the probability.
func TestChanceIsOnTheSameSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		exact := s.Look(Usual()).Crossing[Horizon-1]
		sides := rapid.SliceOfN(rapid.SampledFrom([]float64{0.03, 0.2, 0.35, 0.7, exact, exact + 1.0/paths}), 1, 2).Draw(t, "sides")
		rough := s.Chance(Usual(), sides...)
		for _, p := range sides {
			if (rough < p) != (exact < p) {
				t.Fatalf("%g and %g are on two sides of %g", rough, exact, p)
			}
		}
	})
}

// The windows of the days ahead, summed day by day: what moves on with them must come to the same.
func TestCourseIsTheSumOfItsWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSeries(t)
		c := s.course()
		mean := s.volume()
		for ahead := range Horizon {
			to := s.Today + ahead + 1 - s.EndLag
			fixed, more, decided, exposure := 0.0, 0.0, 0, 0.0
			for day := to - s.Days + 1; day <= to; day++ {
				known, rest := 0.0, 0.0
				if day >= s.First && day < s.First+len(s.Orders) {
					known = float64(s.Orders[day-s.First])
					decided += s.Defects[day-s.First]
				}
				if day > s.Seen {
					rest = max(0, mean[weekday(day)]-known)
				}
				fixed, more = fixed+known, more+rest
				before, after := s.Delays.By(s.Seen-day), s.Delays.By(s.Today+ahead+1-day)
				if s.AtOnce {
					after = 1
				}
				if ahead > 0 && day < to { // it was in the window of the day before
					if before = s.Delays.By(s.Today + ahead - day); s.AtOnce {
						before = 1
					}
				}
				exposure += (known + rest) * (after - before)
			}
			near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(b)) }
			if c.fixed[ahead] != fixed || !near(c.more[ahead], more) || c.decided[ahead] != decided || !near(c.exposure[ahead], exposure) {
				t.Fatalf("%d days ahead: %g + %g orders, %d decided, %g at risk; want %g + %g, %d, %g", ahead+1, c.fixed[ahead], c.more[ahead], c.decided[ahead],
					c.exposure[ahead], fixed, more, decided, exposure)
			}
		}
	})
}

// Ten times the orders and defects at the same rate tell more. The defects come evenly: ten on one day are no better known than
// one, they are a bad day.
func TestMoreOrdersNarrowTheInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.IntRange(10, 60).Draw(t, "orders for each defect")
		orders := rapid.IntRange(3, 40).Draw(t, "orders a day")
		even := func(orders int) Ahead {
			s := Series{Seen: 119, Today: 119, Days: 30, Limit: 0.04, Delays: Delays{1}}
			bad := 0
			for range 120 {
				bad += orders
				s.Orders, s.Defects = append(s.Orders, orders), append(s.Defects, bad/every)
				bad %= every
			}
			return s.Look(Usual())
		}
		few, many := even(orders), even(10*orders)
		if many.High-many.Low >= few.High-few.Low || many.LevelHigh-many.LevelLow >= few.LevelHigh-few.LevelLow {
			t.Fatalf("rate %g to %g, then %g to %g; level %g to %g, then %g to %g", few.Low, few.High, many.Low, many.High,
				few.LevelLow, few.LevelHigh, many.LevelLow, many.LevelHigh)
		}
	})
}

// What is decided is certain. The window is 10 days that end 15 days ago; 20 orders each on the days 0 to 29, 4 defects on day
// 20, and no more orders. Today is day 30 and the window the days 6 to 15. Five days ahead day 20 enters it: 4 of 200 is 2 %,
// over 1 %, and it leaves 15 days ahead, so it is over on the days 5 to 14.
func TestDecidedIsCertain(t *testing.T) {
	s := Series{Seen: 30, Today: 30, Days: 10, EndLag: 15, Limit: 0.01, Delays: Delays{1}}
	for day := range 31 {
		n, k := 20, 0
		if day == 20 {
			k = 4
		}
		if day == 30 {
			n = 0
		}
		s.Orders, s.Defects = append(s.Orders, n), append(s.Defects, k)
	}
	a := s.Look(Usual())
	for i := range Horizon {
		want := 0.0
		if i+1 >= 5 {
			want = 1
		}
		if a.Crossing[i] != want || a.Over[i] != want {
			t.Errorf("%d days ahead: crossing %g, over %g, want %g", i+1, a.Crossing[i], a.Over[i], want)
		}
	}
	if a.When(0.5) != 5 || a.Known != 4 {
		t.Errorf("when %d, known %d; want 5 and 4", a.When(0.5), a.Known)
	}
	if again := s.Look(Usual()); again != a {
		t.Error("a second look differs")
	}
}

func TestLearnDelays(t *testing.T) {
	// 10 anchor days, all old, each with one defect known at once and one 2 days later; nothing is thought of beforehand but that
	// no delay is longer than 3 days.
	var counts []Count
	for day := range 10 {
		counts = append(counts, Count{day, day, 1}, Count{day, day + 2, 1})
	}
	got := Delays{0.25, 0.5, 0.75, 1}.Learn(counts, 100, 1e-9)
	for d, want := range []float64{0.5, 0.5, 1, 1} {
		if math.Abs(got.By(d)-want) > 1e-6 {
			t.Errorf("known after %d days: %g, want %g", d, got.By(d), want)
		}
	}
	// The days 8 and 9, seen on day 9, have shown no delay of 2 days yet, which says nothing against it.
	if got := (Delays{0.25, 0.5, 0.75, 1}).Learn(counts, 9, 1e-9); math.Abs(got.By(1)-0.5) > 0.06 {
		t.Errorf("known after 1 day: %g, want about 0.5", got.By(1))
	}
}

func TestAlarm(t *testing.T) {
	a := Alarm{From: 0.3, Until: 0.1, Evidence: 2}
	for _, c := range []struct {
		past []Glance // today first
		want bool
	}{
		{[]Glance{{0.3, 2, false}}, true},
		{[]Glance{{0.3, 1, false}, {0.05, 1, false}}, false}, // one defect is no evidence
		{[]Glance{{0.2, 2, false}, {0.05, 2, false}}, false}, // coming from below it has not begun
		{[]Glance{{0.2, 2, false}, {0.2, 2, false}, {0.4, 3, false}}, true},
		{[]Glance{{0.2, 2, false}, {0.1, 2, true}}, true},
		{[]Glance{{0.09, 2, false}}, false},
	} {
		got := a.On(func(ago int) Glance {
			if ago < len(c.past) {
				return c.past[ago]
			}
			return Glance{}
		})
		if got != c.want {
			t.Errorf("%v: %t, want %t", c.past, got, c.want)
		}
	}
}

// A forecast of one account and metric: late orders at 400 orders a day, and cancelled ones at 50, neither far from the limit nor near it.
func BenchmarkLook(b *testing.B) {
	late := Series{Seen: 119, Today: 119, Days: 30, Limit: 0.04, Delays: Delays{0, 1}, AtOnce: true}
	cancelled := Series{Seen: 119, Today: 119, Days: 7, EndLag: 1, Limit: 0.025, Delays: Waiting(0, 2, 14)}
	for day := range 120 {
		late.Orders, late.Defects = append(late.Orders, 400), append(late.Defects, 12)
		cancelled.Orders, cancelled.Defects = append(cancelled.Orders, 50), append(cancelled.Defects, day%2)
	}
	prior := Usual()
	for name, s := range map[string]*Series{"late": &late, "cancelled": &cancelled} {
		b.Run("look/"+name, func(b *testing.B) {
			for b.Loop() {
				s.Look(prior)
			}
		})
		b.Run("chance/"+name, func(b *testing.B) {
			for b.Loop() {
				s.Chance(prior)
			}
		})
		b.Run("sides/"+name, func(b *testing.B) {
			for b.Loop() {
				s.Chance(prior, 0.03, 0.35)
			}
		})
	}
}
