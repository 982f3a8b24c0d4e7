package forecast

import (
	"math"
	"sync"
	"sync/atomic"
)

// Of most futures it is plain without following them day by day whether they reach the limit: tables tell how many defects each
// of them brings into the windows of the days ahead at least and at most. Those of which the tables do not tell are followed, so a
// probability is the same with and without.

// bounds tells how many defects each future brings into windows of a length.
type bounds struct {
	futures []future
	days    int // length of the window, at most Horizon
	scores  [paths]score
	volumes [volumeGroups][2]float64 // orders to come of each group: the least factor and the greatest
	rows    [cells]atomic.Pointer[boundRow]
}

// boundRow is how many defects the window of each of the days ahead takes in each future where so many a day are expected, at
// most manyInByte. Its index is that of bounds.scores.
type boundRow [paths]dayBytes

// dayBytes is a number from 0 to 127 for each of the days ahead, a byte a day, so that all are compared in one step.
type dayBytes [2]uint64

const (
	manyInByte  = 0x7e // as many or more
	neverInByte = 0x7f // more than there ever are
	highBits    = 0x8080808080808080
)

// set writes the number of a day, which was 0.
func (b *dayBytes) set(t, n int) { b[t/8] |= uint64(n) << (8 * (t % 8)) } //nolint:gosec // not negative

// anyReaches says whether on some day there are as many as wanted, or more.
func (b *dayBytes) anyReaches(want *dayBytes) bool {
	return (((b[0]|highBits)-want[0])|((b[1]|highBits)-want[1]))&highBits != 0
}

// score is what tells a future's level, and its group by orders to come. They are in the order of the futures, which is that of their levels for
// each memory: so a row is looked at from one place on, and the answers change seldom.
type score struct {
	level         float64
	memory, group uint8
}

// volumeGroups are the groups of futures by their orders to come.
const volumeGroups = 8

// The defects expected a day are looked up in cells, eight between a number and its double, from 1/256 to 128. The first cell
// has what is less, too. A row is of the least number of its cell; that of the next cell is more than all that are in it.
const (
	cellBits  = 3
	firstCell = (1023 - 8) << cellBits
	cells     = 15<<cellBits + 1
)

// cellOf returns the cell of a number that is not negative; cells for more than there is one for.
func cellOf(x float64) int {
	return min(cells, max(0, int(math.Float64bits(x)>>(52-cellBits))-firstCell)) //nolint:gosec // has 15 bits
}

var bound = struct {
	sync.Mutex
	by map[boundsKey]*bounds
}{by: map[boundsKey]*bounds{}}

type boundsKey struct {
	futures *future
	days    int
}

// boundsOf returns the bounds of futures for windows of a length.
func boundsOf(futures []future, days int) *bounds {
	key := boundsKey{&futures[0], min(days, Horizon)}
	bound.Lock()
	defer bound.Unlock()
	b := bound.by[key]
	if b == nil {
		b = newBounds(futures, key.days)
		bound.by[key] = b
	}
	return b
}

func newBounds(futures []future, days int) *bounds {
	b := &bounds{futures: futures, days: days}
	least, greatest := math.Inf(1), 0.0
	for _, f := range futures {
		least, greatest = min(least, f.volume), max(greatest, f.volume)
	}
	width := (greatest - least) / volumeGroups
	for g := range b.volumes {
		b.volumes[g] = [2]float64{math.Inf(1), 0}
	}
	for i := range b.scores {
		f := &futures[i]
		g := 0
		if width > 0 {
			g = min(volumeGroups-1, int((f.volume-least)/width))
		}
		v := &b.volumes[g]
		v[0], v[1] = min(v[0], f.volume), max(v[1], f.volume)
		b.scores[i] = score{f.level, uint8(f.memory), uint8(g)} //nolint:gosec // all are small
	}
	return b
}

// row returns the row of a cell, which is made when it is first asked for.
func (b *bounds) row(cell int) *boundRow {
	if row := b.rows[cell].Load(); row != nil {
		return row
	}
	expected := 0.0
	if cell > 0 {
		expected = math.Float64frombits(uint64(firstCell+cell) << (52 - cellBits)) //nolint:gosec // not negative
	}
	row := new(boundRow)
	for k := range b.futures {
		var counts [Horizon]int
		inside := 0
		for t := range Horizon {
			day := &b.futures[k].days[t]
			counts[t] = day.count(expected * day.shock)
			inside += counts[t]
			if t >= b.days {
				inside -= counts[t-b.days]
			}
			row[k].set(t, min(inside, manyInByte))
		}
	}
	b.rows[cell].Store(row)
	return row
}

// sort counts the futures that certainly reach the limit, and appends those that may or may not.
func (b *bounds) sort(open []uint16, c *course, levels []level, limit float64) (certain int, may []uint16) {
	// How many defects more reach it on each day: where few orders are to come, and where many are.
	var few, many [volumeGroups]dayBytes
	for g, v := range b.volumes {
		for t := range 16 {
			if t >= Horizon || c.fixed[t]+c.more[t] <= 0 {
				few[g].set(t, manyInByte)
				many[g].set(t, neverInByte)
				continue
			}
			few[g].set(t, min(manyInByte, max(0, c.needs(t, c.fixed[t]+c.more[t]*v[0], limit, 1-careful))))
			many[g].set(t, min(neverInByte, max(0, c.needs(t, c.fixed[t]+c.more[t]*v[1], limit, 1+careful))))
		}
	}
	least, most := math.Inf(1), 0.0 // orders at risk on a day
	for _, n := range c.exposure {
		least, most = min(least, n), max(most, n)
	}
	var curves [len(futureKey{}.shares)]curve
	for k, l := range levels {
		curves[k] = l.curve()
	}
	for k := range b.scores {
		s := &b.scores[k]
		level := curves[s.memory].at(s.level)
		above := cellOf(level*most*(1+careful)) + 1
		if above < cells && !b.row(above)[k].anyReaches(&few[s.group]) {
			continue
		}
		if below := cellOf(level * least * (1 - careful)); below < cells && b.row(below)[k].anyReaches(&many[s.group]) {
			certain++
			continue
		}
		open = append(open, uint16(k)) //nolint:gosec // few
	}
	return certain, open
}

// reach returns how many defects more may reach the limit on each day, and how many certainly do, in whichever future.
func (c *course) reach(futures []future, limit float64) (least, most [Horizon]int) {
	low, high := math.Inf(1), 0.0
	for i := range futures {
		low, high = min(low, futures[i].volume), max(high, futures[i].volume)
	}
	for t := range Horizon {
		least[t], most[t] = c.needs(t, c.fixed[t]+c.more[t]*low, limit, 1-careful), c.needs(t, c.fixed[t]+c.more[t]*high, limit, 1+careful)
		if c.fixed[t]+c.more[t] <= 0 {
			least[t], most[t] = 0, math.MaxInt
		}
	}
	return least, most
}

// careful is by how much numbers are taken less or more, for sums are rounded.
const careful = 1e-9

// needs returns how many defects more reach the limit on a day with so many orders in its window, more or less.
func (c *course) needs(t int, orders, limit, about float64) int {
	return int(math.Ceil(min(limit*(orders*about), 1e9))) - c.decided[t]
}

// curve is a level by its score: the same as level.quantile but for rounding, with what is the same for all scores done.
type curve struct{ mean, base, slope float64 }

func (l level) curve() curve {
	return curve{l.events / l.exposure, 1 - 1/(9*l.events), 1 / (3 * math.Sqrt(l.events))}
}

func (c curve) at(score float64) float64 {
	x := max(0, c.base+score*c.slope)
	return c.mean * x * x * x
}
