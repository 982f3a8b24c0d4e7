package store

import (
	"context"
	"errors"
	"fmt"

	"goodstanding/monitor"
)

// tally sums entries by slice, measure, anchor and the day since which they are known.
type tally struct {
	slices   []monitor.Slice
	measures []monitor.Measure
	n        map[cell]int
}

// cell is a row of the tally table, account aside; slice and measure are indices.
type cell struct {
	slice, measure uint16
	anchor, known  monitor.Day
}

func newTally() *tally { return &tally{n: map[cell]int{}} }

// index returns where v is in all, and adds it if it is new. There are few.
func index[T comparable](all *[]T, v T) uint16 {
	for i := range *all {
		if (*all)[i] == v {
			return uint16(i) //nolint:gosec // few
		}
	}
	*all = append(*all, v)
	return uint16(len(*all) - 1) //nolint:gosec // few
}

// add adds entries of an order, or takes them out again with a sign of -1.
func (t *tally) add(s monitor.Slice, entries []monitor.Entry, sign int) {
	if len(entries) == 0 {
		return
	}
	clock := s.Marketplace.Clock()
	slice := index(&t.slices, s)
	for _, e := range entries {
		c := cell{slice, index(&t.measures, e.Measure), e.Anchor, monitor.DayOf(e.Known, clock)}
		if n := t.n[c] + sign*e.N; n != 0 {
			t.n[c] = n
		} else {
			delete(t.n, c)
		}
	}
}

// write adds the sums to an account's.
func (t *tally) write(ctx context.Context, tx prepared, account int64) error {
	for c, n := range t.n {
		s := t.slices[c.slice]
		_, err := tx.ExecContext(ctx, `INSERT INTO tally (account, marketplace, channel, anchor, measure, known, n)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`,
			account, string(s.Marketplace), string(s.Channel), int64(c.anchor), string(t.measures[c.measure]), int64(c.known), n)
		if err != nil {
			return fmt.Errorf("write tallies: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM tally WHERE account = ? AND n = 0", account)
	if err != nil {
		return errors.Join(errors.New("clear empty tallies"), err)
	}
	return nil
}
