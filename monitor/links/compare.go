package links

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"

	"goodstanding/monitor"
)

// comparison is what two accounts have in common.
type comparison struct {
	evidence evidence // without the prior
	clash    clash
	shared   []Shared
}

// compare weighs all that two accounts are known by.
func (r *register) compare(a, b *profile) comparison {
	var c comparison
	c.names(r, a, b)
	c.values(r, monitor.Phone, a.phones, b.phones)
	c.values(r, monitor.Email, a.mails, b.mails)
	for _, kind := range exactKinds {
		c.values(r, kind, a.others[kind], b.others[kind])
	}
	c.goods(r, a, b)
	if c.open() {
		c.places(r, a, b)
	}
	slices.SortStableFunc(c.shared, func(x, y Shared) int { return cmp.Compare(y.Weight, x.Weight) })
	return c
}

// open says whether an address could still make a link. It is what costs most to compare, and between two with other names
// and nothing in common it decides nothing: the most that it tells is about what the prior takes (see meetPlaces).
func (c *comparison) open() bool {
	const most = 1.1
	return max(c.evidence[same], c.evidence[front]+math.Log(fronts))+most > -1.5
}

var exactKinds = []monitor.IdentityKind{monitor.BankAccount, monitor.Card, monitor.TaxNumber, monitor.IP, monitor.Device, monitor.User, monitor.Trademark}

// share notes an attribute that speaks for one owner.
func (c *comparison) share(weight float64, a, b *monitor.Sourced[monitor.Identity]) {
	if weight <= 0 {
		return
	}
	c.shared = append(c.shared, Shared{a.Record.Kind, weight, Masked(a.Record), Masked(b.Record), a.Source, b.Source})
}

// values weighs values of a kind: the most telling that both have.
func (c *comparison) values(r *register, kind monitor.IdentityKind, as, bs []value) {
	if len(as) == 0 || len(bs) == 0 {
		return
	}
	how := rules[kind]
	best := how.disagree()
	var x, y *value
	for i := range as {
		for j := range bs {
			e, ok := r.meet(kind, how, &as[i], &bs[j])
			if ok && (x == nil || e[same]+e[front] > best[same]+best[front]) {
				best, x, y = e, &as[i], &bs[j]
			}
		}
	}
	c.evidence.add(best)
	if x != nil {
		c.share(max(best[same], best[front]), x.said, y.said)
	}
}

// meet weighs two values; false: they have nothing in common.
func (r *register) meet(kind monitor.IdentityKind, how rule, a, b *value) (evidence, bool) {
	prefix := string(kind) + " "
	if a.key == b.key {
		return how.agree(r.holders[prefix+a.key], r.n), true
	}
	part := 0 // accounts that share the part
	if a.part != "" && a.part == b.part {
		part = r.holders[prefix+"part "+a.part]
	}
	switch kind {
	case monitor.Phone:
		switch {
		case part > 0 && len(a.key) == len(b.key) && off(a.key, b.key) == 1 || part == 0 && len(a.key) >= 7 && alike(a.key, b.key) == typo:
			return partly([hypotheses]float64{0.06, 0.03, 0.05, 0.003}, 0.5/r.n), true
		case part > 0 && len(a.part) >= 4: // the next line of the same switchboard
			return partly([hypotheses]float64{0.06, 0.03, 0.06, 0.005}, (0.5+float64(part-2))/r.n), true
		}
	case monitor.Email:
		switch {
		case part > 0:
			return partly([hypotheses]float64{0.15, 0.1, 0.01, 0.1}, (0.1+0.3*float64(part-2))/r.n), true
		case slipInMail(a.key, b.key):
			return partly([hypotheses]float64{0.12, 0.05, 0.02, 0.02}, 0.3/r.n), true
		case a.home != "" && a.home == b.home:
			return partly([hypotheses]float64{0.2, 0.1, 0.1, 0.2}, (0.1+0.3*float64(r.holders[prefix+"home "+a.home]-2))/r.n), true
		}
	case monitor.IP:
		if part > 0 {
			return partly([hypotheses]float64{0.15, 0.15, 0.1, 0.01}, (2+2*float64(part-2))/r.n), true
		}
	case monitor.BankAccount, monitor.Card, monitor.TaxNumber:
		if part > 0 { // a slip before the last four
			return partly([hypotheses]float64{0.04, 0.02, 0.01, 0.001}, max(1e-4, float64(part-1)/r.n)), true
		}
	}
	return evidence{}, false
}

// slipInMail says whether two e-mail addresses differ by a slip: in a mailbox that is long enough to tell, or in the domain
// of one mailbox.
func slipInMail(a, b string) bool {
	x, xs, _ := strings.Cut(a, "@")
	y, ys, _ := strings.Cut(b, "@")
	if min(len(x), len(y)) < 6 || roles[x] || roles[y] {
		return false
	}
	return xs == ys && near(x, y) && alike(x, y) >= slip || x == y && near(xs, ys)
}

// off counts the places in which two texts of one length differ.
func off(a, b string) (n int) {
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// names weighs the names: those two that are most alike, of persons and firms alike.
func (c *comparison) names(r *register, a, b *profile) {
	if len(a.names) == 0 || len(b.names) == 0 {
		return
	}
	var best evidence
	var x, y *phrase
	for i := range a.names {
		for j := range b.names {
			e, how := r.meetNames(&a.names[i], &b.names[j])
			if x == nil || e[same] > best[same] {
				best, x, y, c.clash = e, &a.names[i], &b.names[j], how
			}
		}
	}
	c.evidence.add(best)
	c.share(best[same], x.said, y.said)
}

// clash is how two names that have a word in common differ in another.
type clash uint8

const (
	firstNames clash = iota + 1 // as relatives do
	surnames                    // as whoever has married does, or whose name was mistaken for another
)

// match is what an alignment of two lists of words finds.
type match struct {
	a, b word
	how  likeness
}

// align pairs the words of two phrases, each with the one that it is most like, in whatever order they stand, and returns
// what is left on either side. Words that were run together or torn apart are one.
func (v *vocabulary) align(as, bs []word) (pairs []match, left, right []word) {
	usedA, usedB := make([]bool, len(as)), make([]bool, len(bs))
	for want := equal; want > faint; want-- {
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
	left, right = rest(as, usedA), rest(bs, usedB)
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

// nameShare is the share of names that have a word, by the list and by what is known of names: few lists are long enough to
// show that a name is frequent. Of the two accounts that are compared one counts for itself.
func (r *register) nameShare(w word) float64 {
	f := (float64(r.words.names[w]) - 0.5) / r.n
	if trade[r.words.text[w]] {
		f = max(f, 0.03)
	}
	if len(r.words.text[w]) <= 2 {
		f = max(f, 0.01)
	}
	return min(max(f, 0.5/r.n, commonNames[r.words.text[w]]), 0.9)
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
		if trade[r.words.text[w]] {
			bland++
		}
	}
	e := evidence{same: sum, chain: sum}
	how := clash(0)
	switch {
	case clashes == 0:
		e[same] -= 0.4*float64(min(lost, 3)) + 0.5*float64(similar)
		e[family] = sum
		switch {
		case similar > 0:
			e[family] -= 1.5
		case len(pairs) > 1:
			e[family] -= least
		}
		e[chain] = e[same] - 0.3
	default:
		penalty := -math.Log(replaced)
		if bland == len(left)+len(right) && clashes == 1 {
			penalty = 2.0
		} else if clashes == 1 && len(pairs) == 1 && !r.words.resemble(left, right) {
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

// places weighs the addresses: those two that are most alike.
func (c *comparison) places(r *register, a, b *profile) {
	if len(a.places) == 0 || len(b.places) == 0 {
		return
	}
	var best evidence
	var x, y *phrase
	for i := range a.places {
		for j := range b.places {
			e := r.meetPlaces(&a.places[i], &b.places[j])
			if x == nil || e[same] > best[same] {
				best, x, y = e, &a.places[i], &b.places[j]
			}
		}
	}
	c.evidence.add(best)
	c.share(best[same], x.said, y.said)
}

func (r *register) placeShare(w word) float64 {
	f := (float64(r.words.places[w]) - 0.5) / r.n
	if len(r.words.text[w]) <= 3 {
		f = max(f, 0.01)
	}
	return min(max(f, 0.5/r.n, commonPlaces[r.words.text[w]]), 0.9)
}

// meetPlaces weighs two addresses.
func (r *register) meetPlaces(a, b *phrase) evidence {
	pairs, left, right := r.words.align(a.words, b.words)
	sum := 0.0
	numbers := 0
	for _, m := range pairs {
		w := math.Log(0.9 / max(r.placeShare(m.a), r.placeShare(m.b)))
		if m.how != equal {
			w -= 1.5
		}
		if hasDigit(r.words.text[m.a]) {
			numbers++
		}
		sum += max(w, 0)
	}
	loose := func(words []word) (weight float64, house bool) {
		for _, w := range words {
			weight += -math.Log(r.placeShare(w))
			house = house || hasDigit(r.words.text[w])
		}
		return weight, house
	}
	lostA, houseA := loose(left)
	lostB, houseB := loose(right)
	// The parts of an address hang together: who lives in the street lives in the town.
	agree := 0.7 * sum
	holders := max(r.holders[a.hub], r.holders[b.hub])
	most := math.Log(0.9 * r.n / (0.3 + 0.15*float64(max(holders-2, 0))))
	switch {
	case houseA && houseB:
		agree -= 1.5
		most -= 2.5
	case numbers == 0:
		most -= 1.5
	}
	agree = min(agree, most) - 0.3*min(lostA, lostB)
	e := evidence{same: max(math.Log(0.12), agree), front: math.Log(0.4*math.Exp(agree) + 0.6), family: max(math.Log(0.05), agree)}
	if agree > 2 {
		e[chain] = math.Log(0.05) + agree
	}
	return e
}

// goods weighs what both sell. Sellers of one brand or distributor share goods without knowing each other, so goods alone
// never join two accounts: what they add has a ceiling.
func (c *comparison) goods(r *register, a, b *profile) {
	for _, kind := range []monitor.IdentityKind{monitor.SharedSKU, monitor.SharedASIN} {
		as, bs := a.goods[kind], b.goods[kind]
		if len(as) == 0 || len(bs) == 0 {
			continue
		}
		if len(as) > len(bs) {
			as, bs = bs, as
		}
		most, base := 5.0, 0.3 // numbers that a seller makes up
		if kind == monitor.SharedASIN {
			most, base = 3.0, 1.0
		}
		weight, n, example := 0.0, 0, ""
		for s := range as {
			if !bs[s] {
				continue
			}
			n++
			if example == "" || s < example {
				example = s
			}
			if holders := r.holders[string(kind)+" "+s]; holders <= 5 {
				weight += 1 / (base * float64(holders))
			}
		}
		if n == 0 || weight == 0 {
			continue
		}
		// Of large ranges some are shared by chance.
		weight = min(most, math.Log1p(weight)*2*math.Sqrt(float64(n)/float64(len(as))))
		c.evidence.add(evidence{weight, weight, weight / 3, weight / 2})
		text := strings.ToUpper(example)
		if n > 1 {
			text += " and " + plural(n-1)
		}
		c.shared = append(c.shared, Shared{Kind: kind, Weight: weight, A: text, B: text})
	}
}
