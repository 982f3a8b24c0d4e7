package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"goodstanding/monitor"
)

// tally sums entries by slice, measure, anchor and the day since which they are known.
type tally struct {
	slices []monitor.Slice
	n      map[cell]int
	recent []recentCell // not in n yet; nil: none
}

// recentCell is a cell that was added to a moment ago, in the place that its numbers give it, and what is still to be added.
// Most orders of a file add to the same cells as those before them.
type recentCell struct {
	cell
	n int
}

// recentCells is how many of them a tally has at hand.
const recentCells = 1 << 8

// cell is one sum; slice and measure are indices of tally.slices and measures.
type cell struct {
	slice, measure uint16
	anchor, known  monitor.Day
}

// measures are the measures by the numbers that blocks know them by. A new one is added at the end.
var measures = []monitor.Measure{
	monitor.Ordered, monitor.Defective, monitor.NegativeFeedback, monitor.Claimed, monitor.ChargedBack,
	monitor.CancelledBySeller, monitor.Due, monitor.ConfirmedOnTime, monitor.ConfirmedLate, monitor.Undated,
}

// blockDays is how many anchor days a row of the table holds.
const blockDays = 32

// blockOf returns the block of an anchor day.
func blockOf(d monitor.Day) int64 { return int64(d) >> 5 }

func newTally() *tally { return &tally{n: map[cell]int{}} }

// index returns the index of a slice, which is added if it is new. There are few.
func (t *tally) index(s monitor.Slice) uint16 {
	i := slices.Index(t.slices, s)
	if i < 0 {
		i = len(t.slices)
		t.slices = append(t.slices, s)
	}
	return uint16(i) //nolint:gosec // few
}

// add adds entries of an order, or takes them out again with a sign of -1.
func (t *tally) add(s monitor.Slice, entries []monitor.Entry, sign int) {
	if len(entries) == 0 {
		return
	}
	if t.recent == nil {
		t.recent = make([]recentCell, recentCells)
	}
	slice := t.index(s)
	var known monitor.Day
	for i, e := range entries {
		switch {
		case i > 0 && e.Known.Equal(entries[i-1].Known):
		case e.Measure == monitor.Ordered: // known from the instant of purchase on, whose day is its anchor
			known = e.Anchor
		default:
			known = monitor.DayOf(e.Known, s.Marketplace.Clock())
		}
		m := slices.Index(measures, e.Measure)
		c := cell{slice, uint16(m), e.Anchor, known}                                                            //nolint:gosec // a measure without a number cannot be read back, which the tests tell
		r := &t.recent[(uint32(c.slice)*31+uint32(c.measure)*7+uint32(c.anchor)+uint32(c.known)*3)%recentCells] //nolint:gosec // any place does
		if r.cell != c {
			t.put(r.cell, r.n)
			*r = recentCell{cell: c}
		}
		r.n += sign * e.N
	}
}

// put adds to a cell. One of nothing is none, see sums.
func (t *tally) put(c cell, n int) {
	if n != 0 {
		t.n[c] += n
	}
}

// sums returns the sums that are not nothing.
func (t *tally) sums() map[cell]int {
	for _, r := range t.recent {
		t.put(r.cell, r.n)
	}
	t.recent = nil
	maps.DeleteFunc(t.n, func(_ cell, n int) bool { return n == 0 })
	return t.n
}

// appendCells writes cells of one block, sorted: numbers (varints) of anchor within the block, measure, days until known, and n.
func appendCells(b []byte, cells []cell, n map[cell]int) []byte {
	for _, c := range cells {
		b = append(b, byte(c.anchor&(blockDays-1)), byte(c.measure))
		b = binary.AppendVarint(b, int64(c.known-c.anchor))
		b = binary.AppendVarint(b, int64(n[c]))
	}
	return b
}

var errBlock = errors.New("a row of tallies is damaged: restore the database from a backup, or import its exports into a new one")

// eachCell calls take for each cell of a block.
func eachCell(cells string, block int64, take func(anchor monitor.Day, measure uint16, known monitor.Day, n int)) error {
	r := soldReader{body: cells}
	for r.more() {
		if len(cells)-r.at < 4 || int(cells[r.at+1]) >= len(measures) || cells[r.at] >= blockDays {
			return errBlock
		}
		anchor, measure := monitor.Day(block*blockDays+int64(cells[r.at])), uint16(cells[r.at+1]) //nolint:gosec // was written from a day
		r.at += 2
		delay, n := r.varint(), r.varint()
		if r.bad {
			return errBlock
		}
		take(anchor, measure, anchor+monitor.Day(delay), int(n)) //nolint:gosec // as above
	}
	return nil
}

// write adds the sums to an account's.
func (t *tally) write(ctx context.Context, tx sharedTx, account int64) error {
	type key struct {
		slice uint16
		block int64
	}
	blocks := map[key]*tally{}
	for c, n := range t.sums() {
		k := key{c.slice, blockOf(c.anchor)}
		if blocks[k] == nil {
			blocks[k] = newTally()
		}
		blocks[k].n[c] = n
	}
	for k, sums := range blocks {
		s := t.slices[k.slice]
		where := []any{account, string(s.Marketplace), string(s.Channel), k.block}
		var had string
		err := tx.QueryRowContext(ctx, "SELECT cells FROM tally WHERE account = ? AND marketplace = ? AND channel = ? AND block = ?", where...).Scan(&had)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		if err == nil {
			err = eachCell(had, k.block, func(anchor monitor.Day, measure uint16, known monitor.Day, n int) {
				sums.put(cell{k.slice, measure, anchor, known}, n)
			})
		}
		if err != nil {
			return fmt.Errorf("read tallies: %w", err)
		}
		cells := make([]cell, 0, len(sums.sums()))
		for c := range sums.n {
			cells = append(cells, c)
		}
		if len(cells) == 0 {
			_, err = tx.ExecContext(ctx, "DELETE FROM tally WHERE account = ? AND marketplace = ? AND channel = ? AND block = ?", where...)
		} else {
			slices.SortFunc(cells, func(a, b cell) int {
				return cmp.Or(cmp.Compare(a.anchor, b.anchor), cmp.Compare(a.measure, b.measure), cmp.Compare(a.known, b.known))
			})
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO tally (account, marketplace, channel, block, cells) VALUES (?, ?, ?, ?, ?)", append(where, appendCells(nil, cells, sums.n))...)
		}
		if err != nil {
			return fmt.Errorf("write tallies: %w", err)
		}
	}
	return nil
}
