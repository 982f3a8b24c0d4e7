package forecast

// Horizon is how many days a forecast looks ahead.
const Horizon = 14

// Series is what is known of one rate at one instant: orders and defects by anchor day, and the window that moves over them.
// Index i of Orders and Defects is the anchor day First+i; both are of the same length. Days are numbered without gaps.
type Series struct {
	First   int
	Orders  []int // orders that count; of anchor days after Seen, those known by now
	Defects []int // of those, known to be defects
	Seen    int   // the last day of which is known what became known on it
	Today   int   // not before Seen
	Days    int   // length of the window
	EndLag  int   // the window's last day lies this many days before the day it is shown
	Limit   float64
	Delays  Delays
	AtOnce  bool // a defect counts from its anchor day on, however late it becomes known
}

// Prior is what is thought of a rate before anything is seen, and how restless it is thought to be.
type Prior struct {
	Level    float64   // expected rate as a share of the limit
	Weight   float64   // how many defects that is worth, at least 1
	Speeds   []float64 // half-lives, in days, of what is remembered, slowest first
	Shares   []float64 // how far each is believed; they add up to 1
	Hold     float64   // how many defects a slower memory is worth to the next faster one, at least 1
	Drift    float64   // standard deviation of the logarithm of the level 7 days ahead
	Restless float64   // variance of a day's own level as a share of its square: over-dispersion
	Volume   float64   // standard deviation of the logarithm of the number of orders to come
}

// Usual is the prior that the made-up accounts of cmd/foresight are foreseen best with. Four memories are believed at once:
// the slow ones know small accounts, the fast ones see a jump within days, in a big account on the next. How far each is believed
// is fixed, not learnt from how well it did: then one defect more raises every estimate, and never lowers one by making another
// memory more credible.
func Usual() Prior {
	return Prior{
		Level: 0.45, Weight: 2, Speeds: []float64{38, 12, 4, 1}, Shares: []float64{0.25, 0.3, 0.25, 0.2}, Hold: 2,
		Drift: 0.2, Restless: 0.13, Volume: 0.12,
	}
}

// Ahead is what may become of a rate. Index t-1 of each array is the day t days after Today.
type Ahead struct {
	Crossing [Horizon]float64 // probability that the limit is reached on some day up to this one
	Over     [Horizon]float64 // probability that it is reached or passed on this day
	Orders   [Horizon]float64 // expected orders of the window
	Decided  [Horizon]int     // defects of the window that are known already
	Leaves   [Horizon]int     // known defects that leave the window on this day
	ToCome   [Horizon]float64 // expected defects of the window beyond them
	// The rate on the last day lies between Low and High with 80 %.
	Low, High float64
	// Level is the share of orders that become defects nowadays; it lies between LevelLow and LevelHigh with 80 %.
	Level, LevelLow, LevelHigh float64
	// Known counts the defects behind the forecast. With few of them the intervals are wide.
	Known int
}

// Look follows the rate over the days ahead. Where the future is decided it is exact: the orders and defects that are known and
// the days on which they enter and leave the window. Where it is not, several hundred futures are drawn: defects still to come
// on known orders by their delays, orders to come by weekday, their defects from a level that is known as well as the history
// tells it. The futures are the same for every series, so a forecast is repeatable, and two differ by what is known only.
func (s *Series) Look(p Prior) Ahead {
	var a Ahead
	for _, n := range s.Defects {
		a.Known += n
	}
	c := s.course()
	a.Decided = c.decided
	for t := range Horizon {
		a.Orders[t] = c.fixed[t] + c.more[t]
		if i := s.Today + t + 1 - s.EndLag - s.Days - s.First; i >= 0 && i < len(s.Defects) {
			a.Leaves[t] = s.Defects[i]
		}
	}
	levels := s.levels(p)
	var first, over, come [Horizon]int
	var last [paths]float64
	futures := futuresOf(p)
	least, most := c.reach(futures, s.Limit)
	for i := range futures {
		f := &futures[i]
		level := levels[f.memory].quantile(f.level)
		var added [Horizon + 1]int
		crossed := false
		for t := range Horizon {
			added[t+1] = added[t] + f.days[t].count(level*c.exposure[t]*f.days[t].shock)
			inside := added[t+1]
			if t >= s.Days { // what entered with the first days has left again
				inside -= added[t+1-s.Days]
			}
			come[t] += inside
			if inside >= least[t] && (inside >= most[t] || c.reached(t, inside, c.fixed[t]+c.more[t]*f.volume, s.Limit)) {
				over[t]++
				if !crossed {
					first[t]++
					crossed = true
				}
			}
			if t == Horizon-1 {
				last[i] = float64(c.decided[t]+inside) / max(c.fixed[t]+c.more[t]*f.volume, 1)
			}
		}
	}
	sum := 0
	for t := range Horizon {
		sum += first[t]
		a.Crossing[t] = float64(sum) / paths
		a.Over[t] = float64(over[t]) / paths
		a.ToCome[t] = float64(come[t]) / paths
	}
	a.Low, a.High = between(last[:], 0.1, 0.9)
	a.Level, a.LevelLow, a.LevelHigh = spread(levels, p)
	return a
}

// Chance returns the probability that the limit is reached on some day up to the horizon: the last of Look's, for less. Where it is
// only asked on which side of some numbers that is, it is no more than a number on the same sides: a probability is on one side of
// a number when it is less, on the other when it is as much or more.
func (s *Series) Chance(p Prior, sides ...float64) float64 {
	c := s.course()
	levels := s.levels(p)
	futures := futuresOf(p)
	var room [paths]uint16
	n, open := boundsOf(futures, s.Days).sort(room[:0], &c, levels, s.Limit)
	// They are in the order of their levels. Those far from each other come first: a few of all levels tell about as much as all.
	const far = 8
	left := len(open)
	for from := range min(far, len(open)) {
		for k := from; k < len(open); k += far {
			if settled(n, n+left, sides) {
				return float64(n) / paths
			}
			left--
			f := &futures[open[k]]
			if c.reaches(f, levels[f.memory].quantile(f.level), s.Days, s.Limit) {
				n++
			}
		}
	}
	return float64(n) / paths
}

// settled says whether a number of futures between two is on the same sides of some probabilities, whichever it is.
func settled(least, most int, sides []float64) bool {
	for _, p := range sides {
		if float64(least)/paths < p && float64(most)/paths >= p {
			return false
		}
	}
	return len(sides) > 0
}

// reaches says whether the limit is reached on some day of a future.
func (c *course) reaches(f *future, level float64, days int, limit float64) bool {
	var added [Horizon + 1]int
	for t := range Horizon {
		added[t+1] = added[t] + f.days[t].count(level*c.exposure[t]*f.days[t].shock)
		inside := added[t+1]
		if t >= days {
			inside -= added[t+1-days]
		}
		if c.reached(t, inside, c.fixed[t]+c.more[t]*f.volume, limit) {
			return true
		}
	}
	return false
}

// course is what is decided of the windows of the days ahead, and what may come to it. Index t is the day t+1 days after today.
type course struct {
	fixed, more [Horizon]float64 // orders of the window: known, and expected
	decided     [Horizon]int     // known defects
	exposure    [Horizon]float64 // orders at risk of a defect that is new on this day
}

// reached says whether the limit is reached on a day with so many defects more in its window. Orders to come are no whole
// number, known ones are: of these the limit itself counts, 4 of 100 is 4 %.
func (c *course) reached(t, inside int, orders, limit float64) bool {
	return orders > 0 && float64(c.decided[t]+inside) >= limit*orders*(1-1e-12)
}

func (s *Series) course() (c course) {
	mean := s.volume()
	// Of each day: orders known and expected, and defects. A day's window differs from the last one's by its ends.
	at := func(day int) (known, rest float64, defects int) {
		if i := day - s.First; i >= 0 && i < len(s.Orders) {
			known, defects = float64(s.Orders[i]), s.Defects[i]
		}
		if day > s.Seen {
			rest = max(0, mean[weekday(day)]-known)
		}
		return known, rest, defects
	}
	var fixed, more float64
	var decided int
	for t := range Horizon {
		to := s.Today + t + 1 - s.EndLag
		from := to - s.Days + 1
		if t > 0 {
			known, rest, defects := at(from - 1)
			fixed, more, decided = fixed-known, more-rest, decided-defects
		}
		for day := to; day >= from; day-- {
			enters := t == 0 || day == to
			if !enters && (s.AtOnce || s.Today+t-day >= len(s.Delays)) {
				break // of this day and older ones nothing is to come
			}
			known, rest, defects := at(day)
			if enters {
				fixed, more, decided = fixed+known, more+rest, decided+defects
			}
			since, until := s.Delays.By(s.Seen-day), 1.0
			if !s.AtOnce {
				until = s.Delays.By(s.Today + t + 1 - day)
				if !enters {
					since = s.Delays.By(s.Today + t - day)
				}
			}
			c.exposure[t] += (known + rest) * (until - since)
		}
		// Sums of whole numbers are whole; those of others may be a little less than nothing.
		c.fixed[t], c.more[t], c.decided[t] = fixed, max(0, more), decided
		if s.Seen >= to {
			c.more[t] = 0
		}
	}
	return c
}

// Counts returns the known defects and orders of today's window.
func (s *Series) Counts() (defects, orders int) {
	to := s.Today - s.EndLag - s.First
	for i := max(0, to-s.Days+1); i <= min(to, len(s.Orders)-1); i++ {
		defects += s.Defects[i]
		orders += s.Orders[i]
	}
	return defects, orders
}

// When returns the first of the days ahead, from 1, by which the limit is reached with a probability of at least p, or 0.
func (a *Ahead) When(p float64) int {
	for t, q := range a.Crossing {
		if q >= p {
			return t + 1
		}
	}
	return 0
}

// weekday numbers the days of a week; which is which does not matter.
func weekday(day int) int { return ((day % 7) + 7) % 7 }
