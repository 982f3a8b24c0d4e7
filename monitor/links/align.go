package links

import (
	"slices"
	"strings"
)

// match is what an alignment of two lists of words finds.
type match struct {
	a, b word
	how  likeness
}

// align pairs the words of two phrases, each with the one that it is most like, in whatever order they stand, and returns
// what is left on either side. Words that were run together or torn apart are one: that explains more of them than that one
// is the beginning of the other.
func (v *vocabulary) align(as, bs []word) (pairs []match, left, right []word) {
	pairs, left, right = v.pairUp(nil, as, bs, equal, torn)
	pairs, left, right = v.mend(pairs, left, right)
	return v.pairUp(pairs, left, right, torn, faint)
}

// pairUp pairs words that are as alike as from, and then those that are less so, down to what is above to.
func (v *vocabulary) pairUp(pairs []match, as, bs []word, from, to likeness) (_ []match, left, right []word) {
	if len(as) == 0 || len(bs) == 0 {
		return pairs, as, bs
	}
	usedA, usedB := make([]bool, len(as)), make([]bool, len(bs))
	for want := from; want > to; want-- {
		for i, a := range as {
			if usedA[i] {
				continue
			}
			for j, b := range bs {
				if !usedB[j] && v.like(a, b) == want {
					usedA[i], usedB[j] = true, true
					pairs = append(pairs, match{a, b, want})
					break
				}
			}
		}
	}
	rest := func(all []word, used []bool) (out []word) {
		for i, w := range all {
			if !used[i] {
				out = append(out, w)
			}
		}
		return out
	}
	return pairs, rest(as, usedA), rest(bs, usedB)
}

// mend pairs words of one side that, run together, are words of the other.
func (v *vocabulary) mend(pairs []match, left, right []word) (_ []match, _, _ []word) {
	if len(left)+len(right) < 3 || len(left) == 0 || len(right) == 0 {
		return pairs, left, right
	}
	for size := min(3, max(len(left), len(right))); size >= 2; size-- {
		for i := 0; i+1 <= len(left); i++ {
			for j := 0; j+1 <= len(right); j++ {
				for _, cut := range [][2]int{{size, 1}, {1, size}, {size, size}} {
					if i+cut[0] > len(left) || j+cut[1] > len(right) {
						continue
					}
					if x, y := left[i:i+cut[0]], right[j:j+cut[1]]; v.together(x, y) {
						for k := range max(cut[0], cut[1]) {
							pairs = append(pairs, match{left[i+min(k, cut[0]-1)], right[j+min(k, cut[1]-1)], torn})
						}
						left, right = slices.Delete(slices.Clone(left), i, i+cut[0]), slices.Delete(slices.Clone(right), j, j+cut[1])
						if len(left) == 0 || len(right) == 0 {
							return pairs, left, right
						}
						i, j = 0, -1
						break
					}
				}
			}
		}
	}
	return pairs, left, right
}

// together says whether words that are run together are nearly the same text. Most are not, as their lengths show.
func (v *vocabulary) together(as, bs []word) bool {
	a, b := 0, 0
	for _, w := range as {
		a += len(v.text[w])
	}
	for _, w := range bs {
		b += len(v.text[w])
	}
	if off := max(1, max(a, b)/5); a-b > off || b-a > off {
		return false
	}
	x, y := v.spell(as), v.spell(bs)
	return x == y || near(x, y) && (bare(x) != bare(y) || !hasDigit(x) && !hasDigit(y))
}

// spell runs words together.
func (v *vocabulary) spell(words []word) string {
	if len(words) == 1 {
		return v.text[words[0]]
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(v.text[w])
	}
	return b.String()
}

// faint counts the words of one side that remind of one of the other.
func (v *vocabulary) faint(left, right []word) (n int) {
	used := make([]bool, len(right))
	for _, a := range left {
		for j, b := range right {
			if !used[j] && v.like(a, b) == faint {
				used[j] = true
				n++
				break
			}
		}
	}
	return n
}
