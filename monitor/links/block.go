package links

import (
	"cmp"
	"hash/maphash"
	"slices"

	"goodstanding/monitor"
)

// Two accounts are compared when they have a key in common: a value, a rare word, two words, or a number and a sound. A key
// that many accounts have tells nothing and would pair them all, so it is passed over; rarer ones find the pairs that are
// worth it. So the pairs grow with what is shared, and not with the square of the accounts.
const (
	mostValue = 60 // accounts that one value may pair: all of a household's, an agency's
	mostWords = 30 // that two words may
	mostWord  = 12 // that one word may
	mostParts = 14 // words of an account that are paired with each other, the rarest
)

type blockKey struct {
	hash    uint64
	account int32
	most    int32
	line    bool // of more accounts than that, each is compared with the next ones: the value alone is enough to join them
}

// lineOf is how many next ones.
const lineOf = 3

var seed = maphash.MakeSeed()

// keys returns what an account is found by.
func (r *register) keys(i int) []blockKey {
	p := r.profiles[i]
	var keys []blockKey
	add := func(most int32, line bool, parts ...string) {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, s := range parts {
			_, _ = h.WriteString(s)
			_ = h.WriteByte(0)
		}
		keys = append(keys, blockKey{h.Sum64(), int32(i), most, line}) //nolint:gosec // far fewer than 2^31
	}
	for kind, values := range r.values(p) {
		strong := kind == string(monitor.BankAccount)+" " || kind == string(monitor.Card)+" " || kind == string(monitor.TaxNumber)+" "
		for _, v := range values {
			add(mostValue, strong, kind, v.key)
			if kind == string(monitor.Email)+" " && v.part != "" {
				add(mostWord, false, kind, "part", v.part)
			}
			if v.home != "" {
				add(mostWord, false, kind, "home", v.home)
			}
		}
	}
	for _, ph := range p.names {
		add(mostValue, false, ph.hub)
	}
	type part struct {
		text   string
		number bool
		df     int
	}
	var names, places []part
	for _, ph := range p.names {
		for _, w := range ph.words {
			names = append(names, part{"n" + r.words.text[w], false, r.words.names[w]})
		}
	}
	for _, ph := range p.places {
		for _, w := range ph.words {
			places = append(places, part{"p" + r.words.text[w], hasDigit(r.words.text[w]), r.words.places[w]})
		}
	}
	all := slices.Concat(names, places)
	slices.SortFunc(all, func(a, b part) int { return cmp.Or(cmp.Compare(a.df, b.df), cmp.Compare(a.text, b.text)) })
	all = slices.CompactFunc(all, func(a, b part) bool { return a.text == b.text })
	all = slices.DeleteFunc(all, func(a part) bool { return a.df < 2 }) // nobody else has it
	all = all[:min(len(all), mostParts)]
	for x, a := range all {
		if a.df <= mostWord {
			add(mostWord, false, a.text)
		}
		for _, b := range all[x+1:] {
			add(mostWords, false, min(a.text, b.text), max(a.text, b.text))
		}
	}
	for x, a := range names {
		s := sound(a.text[1:])
		for _, b := range names[x+1:] {
			t := sound(b.text[1:])
			add(mostWords, false, "sounds", min(s, t), max(s, t))
		}
		for _, b := range places {
			if b.number {
				add(mostWords, false, "sound", s, b.text)
			}
		}
	}
	for kind, set := range p.goods {
		for s := range set {
			if r.holders[string(kind)+" "+s] <= 5 && kind == monitor.SharedSKU {
				add(5, false, string(kind), s)
			}
		}
	}
	return keys
}

// pairs returns the pairs that are worth comparing, each once.
func (r *register) pairs() [][2]int32 {
	var keys []blockKey
	for i := range r.profiles {
		keys = append(keys, r.keys(i)...)
	}
	slices.SortFunc(keys, func(a, b blockKey) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.account, b.account))
	})
	keys = slices.CompactFunc(keys, func(a, b blockKey) bool { return a.hash == b.hash && a.account == b.account })
	var pairs [][2]int32
	for i := 0; i < len(keys); {
		end := i
		for end < len(keys) && keys[end].hash == keys[i].hash {
			end++
		}
		reach := end - i
		if reach > int(keys[i].most) {
			reach = 0
			if keys[i].line {
				reach = lineOf + 1
			}
		}
		for x := i; x < end; x++ {
			for y := x + 1; y < min(end, x+reach); y++ {
				pairs = append(pairs, [2]int32{keys[x].account, keys[y].account})
			}
		}
		i = end
	}
	slices.SortFunc(pairs, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return slices.Compact(pairs)
}
