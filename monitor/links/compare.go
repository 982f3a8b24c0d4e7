package links

import (
	"cmp"
	"math"
	"slices"
	"strings"

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
	if min(len(x), len(y)) < 6 || roles()[x] || roles()[y] {
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

// mostAlike finds the two phrases that are most likely the same.
func mostAlike(as, bs []phrase, meet func(a, b *phrase) (evidence, clash)) (best evidence, how clash, x, y *phrase) {
	for i := range as {
		for j := range bs {
			e, c := meet(&as[i], &bs[j])
			if x == nil || e[same] > best[same] {
				best, how, x, y = e, c, &as[i], &bs[j]
			}
		}
	}
	return best, how, x, y
}
