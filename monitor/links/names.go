package links

import (
	"math"
	"slices"

	"github.com/hbollon/go-edlib"
)

// names weighs the names: those two that are most alike, of persons and firms alike.
func (c *comparison) names(r *register, a, b *profile) {
	if len(a.names) == 0 || len(b.names) == 0 {
		return
	}
	best, how, x, y := mostAlike(a.names, b.names, r.meetNames)
	c.clash = how
	c.evidence.add(best)
	c.share(best[same], x.said, y.said)
}

// clash is how two names that have a word in common differ in another.
type clash uint8

const (
	firstNames clash = iota + 1 // as relatives do
	surnames                    // as whoever has married does, or whose name was mistaken for another
)

// nameShare is the share of names that have a word, by the list and by what is known of names: few lists are long enough to
// show that a name is frequent. Of the two accounts that are compared one counts for itself.
func (r *register) nameShare(w word) float64 {
	f := (float64(r.words.names[w]) - 0.5) / r.n
	if trade()[r.words.text[w]] {
		f = max(f, 0.03)
	}
	if len(r.words.text[w]) <= 2 {
		f = max(f, 0.01)
	}
	return min(max(f, 0.5/r.n, commonNames()[r.words.text[w]]), 0.9)
}

// nameShareOf is the share of names with that of two words which is part of the other.
func (r *register) nameShareOf(m match) float64 {
	if len(r.words.text[m.a]) < len(r.words.text[m.b]) {
		return r.nameShare(m.a)
	}
	return r.nameShare(m.b)
}

// wordWeight is what two words of names that are alike tell.
func (r *register) wordWeight(m match) float64 {
	f := max(r.nameShare(m.a), r.nameShare(m.b))
	short := min(len(r.words.text[m.a]), len(r.words.text[m.b]))
	around := 0.0005 // share of other words as near as that
	if short <= 4 {
		around = 0.006
	} else if short <= 6 {
		around = 0.0015
	}
	switch m.how {
	case equal:
		return math.Log(0.8 / f)
	case torn: // of a word that is written as part of another one, what the two have is the longer part
		return math.Log(0.3 / max(r.nameShareOf(m), 0.001))
	case typo:
		return math.Log(0.1 / (f + around))
	case slip:
		return math.Log(0.03 / (f + 2*around))
	case nick:
		return math.Log(0.1 / (f + 0.003))
	case cut:
		return math.Log(0.03 / (f + 0.004))
	case initial:
		return math.Log(0.5 / 0.08)
	}
	return 0
}

// resemble says whether what two names do not share may be one word all the same, badly garbled.
func (v *vocabulary) resemble(left, right []word) bool {
	return edlib.JaroSimilarity(v.spell(left), v.spell(right)) > 0.62
}

// garbled is how much likelier such a word is one and the same than a name that was replaced.
const garbled = 5.0

// frequent is the share of names from which a word is known to be one.
const frequent = 0.003

// meetNames weighs two names.
func (r *register) meetNames(a, b *phrase) (evidence, clash) {
	pairs, left, right := r.words.align(a.words, b.words)
	if len(pairs) == 0 {
		return evidence{math.Log(0.03), math.Log(0.7), math.Log(0.5), math.Log(0.01)}, 0
	}
	// Two names that are both frequent are two names, though a letter would make one of the other: Marta, María.
	several := slices.DeleteFunc(slices.Clone(pairs), func(m match) bool {
		return (m.how == typo || m.how == slip) && r.nameShare(m.a) > frequent && r.nameShare(m.b) > frequent
	})
	confused := len(pairs) - len(several)
	if len(several) > 0 {
		pairs = several
	} else {
		confused = 0
	}
	sum, least := 0.0, math.Inf(1)
	for _, m := range pairs {
		w := r.wordWeight(m)
		sum += w
		if m.how != initial {
			w = max(w, 2.5)
		}
		least = min(least, w)
	}
	// A chain's name is in the list many times: then it tells less than its words.
	holders := max(r.holders[a.hub], r.holders[b.hub])
	sum = min(sum, math.Log(0.8*r.n/(0.2+0.1*float64(max(holders-2, 0)))))
	clashes := min(len(left), len(right))
	lost := max(len(left), len(right)) - clashes
	similar := r.words.faint(left, right)
	clashes -= similar
	similar += confused
	bland := 0
	for _, w := range slices.Concat(left, right) {
		if trade()[r.words.text[w]] {
			bland++
		}
	}
	e := evidence{same: sum, chain: sum}
	how := clash(0)
	if clashes == 0 {
		e[same] -= 0.4*float64(min(lost, 3)) + 0.5*float64(similar)
		e[family] = sum
		switch {
		case similar > 0:
			e[family] -= 1.5
		case len(pairs) > 1, a.firm() && b.firm():
			e[family] -= least
		case lost == 0:
			e[family]-- // who gives a surname only, in two accounts of one family?
		}
		e[chain] = e[same] - 0.3
	} else {
		penalty := -math.Log(replaced)
		if bland == len(left)+len(right) && clashes == 1 {
			penalty = 2.0
		} else if clashes == 1 && len(pairs) == 1 && r.words.resemble(left, right) {
			penalty -= math.Log(garbled)
		} else if clashes == 1 && len(pairs) == 1 {
			how = firstNames
			if pairs[0].a == a.words[0] && pairs[0].b == b.words[0] {
				how = surnames
			}
		}
		e[same] -= penalty + 1.2*float64(clashes-1) + 0.3*float64(min(lost, 3))
		e[family] = sum - 0.2
		if how == surnames {
			e[family] = math.Log(0.3) // relatives have it the other way round: that these share a first name is chance
		}
		e[chain] = sum - penalty
	}
	// Whoever hides takes another name, or keeps his own.
	e[front] = math.Log(0.3*math.Exp(e[same]) + 0.7)
	return e, how
}
