package exports

import (
	"slices"

	"goodstanding/monitor"
)

// sums is what a survey of the rows keeps, in constant memory.
type sums struct {
	rows, bad int
	problems  []BadRow // the first bad rows
	dates     span
	latest    second
	told      map[monitor.Marketplace]bool
	last      monitor.Marketplace // of these
}

func newSums() *sums { return &sums{told: map[monitor.Marketplace]bool{}} }

// add takes in a row, or what is wrong with it.
func (n *sums) add(s seen, bad *BadRow) {
	if bad != nil {
		n.rows++
		n.bad++
		if len(n.problems) < maxListed {
			n.problems = append(n.problems, *bad)
		}
		return
	}
	n.latest = max(n.latest, s.said)
	if s.skip {
		return
	}
	n.rows++
	n.dates.add(s.span)
	if s.told != n.last && s.told != "" {
		n.told[s.told], n.last = true, s.told
	}
}

// take notes the sums of all rows.
func (f *File) take(n *sums, o *occasion) {
	f.Rows, f.BadRows, f.problems, f.dates, f.numbers = n.rows, n.bad, n.problems, o.dates, o.numbers
	f.brokenOff = o.brokenOff
	f.From, f.To, f.Latest = n.dates.from.time(), n.dates.to.time(), n.latest.time()
	f.Marketplaces = nil
	for m := range n.told {
		f.Marketplaces = append(f.Marketplaces, m)
	}
	slices.Sort(f.Marketplaces)
}
