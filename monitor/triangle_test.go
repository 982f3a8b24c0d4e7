package monitor

import (
	"testing"

	"pgregory.net/rapid"
)

// Sums of windows are those of the cells, wherever a window begins and ends.
func TestSumsCountWhatTheCellsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tri Triangle
		for range rapid.IntRange(0, 12).Draw(t, "cells") {
			tri.Cells = append(tri.Cells, Cell{Measure: Measure(rapid.IntRange(1, 3).Draw(t, "measure")), Anchor: Day(rapid.IntRange(-9, 9).Draw(t, "anchor")),
				N: rapid.IntRange(-2, 5).Draw(t, "n")})
		}
		sums := tri.Sums()
		from, to := Day(rapid.IntRange(-12, 12).Draw(t, "from")), Day(rapid.IntRange(-12, 12).Draw(t, "to"))
		for m := range Measure(4) {
			if got, want := sums.Count(m, from, to), tri.Count(m, from, to); got != want {
				t.Fatalf("measure %d, days %d to %d: %d, the cells say %d", m, from, to, got, want)
			}
		}
	})
}
