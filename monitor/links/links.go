// Package links finds accounts that Amazon may take for one seller's, by what they are known by. It decides only: the same
// attributes give the same links.
package links

import (
	"cmp"
	"slices"

	"goodstanding/monitor"
)

// Threshold is the score from which two accounts are linked.
const Threshold = 0.5

// Link is a pair of accounts that one owner is likely behind.
type Link struct {
	A, B   string // A sorts before B
	Score  float64
	Via    string   // the account by way of which alone the two are joined; empty: they share the attributes below
	Shared []Shared // the heaviest first
}

// Shared is an attribute that both accounts of a link have.
type Shared struct {
	Kind             monitor.IdentityKind
	Weight           float64 // natural logarithm of how much likelier it is with one owner than with two strangers
	A, B             string  // as people may see them
	SourceA, SourceB monitor.Source
}

// Found is all links among a number of accounts.
type Found struct {
	Links    []Link     // the surest first
	Groups   [][]string // accounts joined by links, of two or more, sorted; the largest group first
	Accounts int
	Compared int // pairs
}

// found is a link in the making.
type found struct {
	a, b  int32 // of the profiles
	score float64
	hard  bool // a bank account, a card or a tax number is shared
	comparison
}

// largest is of how many accounts a group may be for its pairs to be told that share nothing by themselves. In larger ones
// the links say enough.
const largest = 12

// Find links accounts.
func Find(known monitor.Attributes) Found {
	r := newRegister(known)
	pairs := r.pairs()
	seen := make([]sighting, len(pairs))
	for i, p := range pairs {
		c := r.compare(r.profiles[p[0]], r.profiles[p[1]])
		seen[i] = sighting{c.evidence, c.clash}
	}
	l := learn(seen, r.n)
	score := func(a, b int32) float64 {
		c := r.compare(r.profiles[a], r.profiles[b])
		return l.weigh(sighting{c.evidence, c.clash}).score()
	}
	var linked []found
	for i, p := range pairs {
		s := l.weigh(seen[i]).score()
		if s < Threshold {
			continue
		}
		c := r.compare(r.profiles[p[0]], r.profiles[p[1]])
		if len(c.shared) == 0 {
			continue
		}
		hard := slices.ContainsFunc(c.shared, func(s Shared) bool { return s.Kind.Secret() && s.Weight > hardWeight })
		linked = append(linked, found{p[0], p[1], s, hard, c})
	}
	slices.SortFunc(linked, func(x, y found) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	f := Found{Accounts: len(r.profiles), Compared: len(pairs)}
	direct := map[[2]int32]bool{}
	for _, l := range linked {
		direct[[2]int32{l.a, l.b}] = true
		f.Links = append(f.Links, Link{A: r.profiles[l.a].account, B: r.profiles[l.b].account, Score: l.score, Shared: l.shared})
	}
	for _, g := range r.groups(linked, score) {
		f.Groups = append(f.Groups, r.accounts(g))
		if len(g) > largest {
			continue
		}
		for x, a := range g {
			for _, b := range g[x+1:] {
				if direct[[2]int32{a, b}] {
					continue
				}
				if c, s := via(a, b, g, score); c >= 0 && s >= Threshold {
					common := r.compare(r.profiles[a], r.profiles[b])
					f.Links = append(f.Links, Link{A: r.profiles[a].account, B: r.profiles[b].account, Score: s * likelyVia, Via: r.profiles[c].account, Shared: common.shared})
				}
			}
		}
	}
	slices.SortFunc(f.Links, func(x, y Link) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return f
}

// Ties answers for each account that is linked its ties, the surest first. It is a monitor.Linker.
func Ties(known monitor.Attributes) map[string][]monitor.Tie {
	ties := map[string][]monitor.Tie{}
	for _, l := range Find(known).Links {
		a, b := make([]monitor.SharedAttribute, 0, len(l.Shared)), make([]monitor.SharedAttribute, 0, len(l.Shared))
		for _, s := range l.Shared {
			a = append(a, monitor.SharedAttribute{Kind: s.Kind, Weight: s.Weight, Mine: s.A, Theirs: s.B, Source: s.SourceA})
			b = append(b, monitor.SharedAttribute{Kind: s.Kind, Weight: s.Weight, Mine: s.B, Theirs: s.A, Source: s.SourceB})
		}
		ties[l.A] = append(ties[l.A], monitor.Tie{Account: l.B, Score: l.Score, Via: l.Via, Shared: a})
		ties[l.B] = append(ties[l.B], monitor.Tie{Account: l.A, Score: l.Score, Via: l.Via, Shared: b})
	}
	return ties
}

const (
	hardWeight = 5   // of a number that is shared as a whole, and not by its last digits
	likelyVia  = 0.9 // what is left of the score of two accounts that are joined by a third one only
)
