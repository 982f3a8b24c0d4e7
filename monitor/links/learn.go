package links

import "math"

// What lists differ in most is how often a name stands for another, by mistake, and how many relatives are in them. Both show
// in two accounts of one address and surname with two first names, so neither can be told from those alone. But a surname
// is mistaken as often as a first name, and relatives do not have one first name and two surnames.
const (
	replaced      = 0.03 // one word of a name was replaced by another, of pairs that are the same
	relatives     = 0.3  // pairs of relatives, for each pair that is the same
	callNames     = 3.5  // a first name is replaced so much more often: people are called by the second one, or by another
	mostRelatives = 2    // and no more of them: a surname alone, twice in one house, could teach a list that all are relatives
	fronts        = 0.1
	namesakes     = 0.3
	believed      = 15 // pairs that these are worth, beside those of the list
)

// sighting is a pair that was compared.
type sighting struct {
	evidence evidence // without the prior
	clash    clash
}

// learned is what a list says of itself.
type learned struct {
	prior    evidence
	replaced float64 // what is added for a replaced name
}

// weigh returns the evidence of a pair with the prior.
func (l learned) weigh(s sighting) evidence {
	e := s.evidence
	e.add(l.prior)
	switch s.clash {
	case firstNames:
		e[same] += l.replaced + math.Log(callNames)
	case surnames:
		e[same] += l.replaced
	}
	return e
}

// learn finds out how many relatives a list has, and how often a name is replaced (expectation maximisation; a few rounds
// are enough).
func learn(seen []sighting, n float64) learned {
	with := func(owners, relatives, share float64) learned {
		// Each account is taken to have about one other that is the same, or as many as the list shows.
		one := math.Log(max(1/n, (believed+owners)/(believed*n+n*(n-1)/2)))
		return learned{evidence{one, one + math.Log(fronts), one + math.Log(relatives), one + math.Log(namesakes)}, math.Log(share / replaced)}
	}
	l := with(n/2, relatives, replaced)
	for range 12 {
		owners, families, mistaken := 0.0, 0.0, 0.0
		for _, s := range seen {
			shares := l.weigh(s).shares()
			owners += shares[same]
			families += shares[family]
			if s.clash == surnames {
				mistaken += shares[same]
			}
		}
		l = with(owners, min((believed*relatives+families)/(believed+owners), mostRelatives), min((believed*replaced+mistaken)/(believed+owners), 0.08))
	}
	return l
}

// shares is how the hypotheses share what is known; what they lack to 1 is that the two have nothing to do with each other.
func (e evidence) shares() (s evidence) {
	top := 0.0
	for _, l := range e {
		top = max(top, l)
	}
	sum := math.Exp(-top)
	for h, l := range e {
		s[h] = math.Exp(l - top)
		sum += s[h]
	}
	for h := range s {
		s[h] /= sum
	}
	return s
}
