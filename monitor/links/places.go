package links

import (
	"math"
)

// places weighs the addresses: those two that are most alike.
func (c *comparison) places(r *register, a, b *profile) {
	if len(a.places) == 0 || len(b.places) == 0 {
		return
	}
	best, _, x, y := mostAlike(a.places, b.places, r.meetPlaces)
	c.evidence.add(best)
	c.share(best[same], x.said, y.said)
}

func (r *register) placeShare(w word) float64 {
	f := (float64(r.words.places[w]) - 0.5) / r.n
	if len(r.words.text[w]) <= 3 {
		f = max(f, 0.01)
	}
	return min(max(f, 0.5/r.n, commonPlaces()[r.words.text[w]]), 0.9)
}

// meetPlaces weighs two addresses.
func (r *register) meetPlaces(a, b *phrase) (evidence, clash) {
	pairs, left, right := r.words.align(a.words, b.words)
	sum, heaviest := 0.0, 0.0
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
		heaviest = max(heaviest, w)
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
	if r.townOnly(a) || r.townOnly(b) {
		agree = min(agree, heaviest+0.5) // the code says what the town says
	}
	e := evidence{same: max(math.Log(0.12), agree), front: math.Log(0.4*math.Exp(agree) + 0.6), family: max(math.Log(0.05), agree)}
	if agree > 2 {
		e[chain] = math.Log(0.05) + agree
	}
	return e, 0
}

// townOnly says whether an address names a town, with its code or without, and no house in it: many live there.
func (r *register) townOnly(p *phrase) bool {
	codes, others := 0, 0
	for i, w := range p.words {
		switch text := r.words.text[w]; {
		case ways()[text] && (i > 0 || text != "street"): // St James is a town
			return false // 1110 Third Avenue
		case !hasDigit(text):
			others++
		case len(text) < 4:
			return false // a house
		default:
			codes++
		}
	}
	return codes <= 1 && others <= 3
}
