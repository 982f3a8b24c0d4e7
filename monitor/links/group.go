package links

import (
	"cmp"
	"slices"
	"strings"
)

// most is how many pairs between two groups are looked at before they become one.
const mostCross = 40

// groups joins accounts by links, the surest first. A link joins two groups of several accounts only when most of the pairs
// between them are likely, or when what it rests on is a number that nobody lends: else one hub, such as an agency's phone
// that a slip has tied to two of its clients, would chain all of them together.
func (r *register) groups(ls []found, score func(a, b int32) float64) [][]int32 {
	group := make([]int, len(r.profiles)) // number of its group, from 1; 0: alone
	var all [][]int32
	of := func(i int32) []int32 {
		if g := group[i]; g > 0 {
			return all[g-1]
		}
		return []int32{i}
	}
	for _, l := range ls {
		x, y := of(l.a), of(l.b)
		if group[l.a] > 0 && group[l.a] == group[l.b] {
			continue
		}
		if !l.hard && len(x)*len(y) > 1 && !r.agree(x, y, score) {
			continue
		}
		joined := slices.Concat(x, y)
		for _, i := range []int32{l.a, l.b} {
			if g := group[i]; g > 0 {
				all[g-1] = nil
			}
		}
		all = append(all, joined)
		for _, i := range joined {
			group[i] = len(all)
		}
	}
	all = slices.DeleteFunc(all, func(g []int32) bool { return len(g) < 2 })
	for _, g := range all {
		slices.Sort(g) // profiles are sorted by account
	}
	slices.SortFunc(all, func(a, b []int32) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0])) })
	return all
}

// agree says whether most of the pairs between two groups are likely. Of large groups it looks at some, evenly spread.
func (r *register) agree(x, y []int32, score func(a, b int32) float64) bool {
	step := max(1, len(x)*len(y)/mostCross)
	likely, looked := 0.0, 0
	for i := 0; i < len(x)*len(y); i += step {
		likely += score(x[i/len(y)], y[i%len(y)])
		looked++
	}
	return likely >= 0.5*float64(looked)
}

// via finds the account by way of which two of a group are joined: the one with the surest links to both.
func via(a, b int32, group []int32, score func(a, b int32) float64) (best int32, sure float64) {
	best = -1
	for _, c := range group {
		if c == a || c == b {
			continue
		}
		if s := min(score(a, c), score(c, b)); s > sure {
			best, sure = c, s
		}
	}
	return best, sure
}

// names returns the accounts of a group.
func (r *register) accounts(group []int32) []string {
	out := make([]string, len(group))
	for i, p := range group {
		out[i] = r.profiles[p].account
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
