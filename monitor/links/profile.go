package links

import (
	"slices"
	"strings"

	"goodstanding/monitor"
)

// profile is what one account is known by, ready to be compared.
type profile struct {
	account string
	names   []phrase
	places  []phrase
	phones  []value
	mails   []value
	others  map[monitor.IdentityKind][]value
	goods   map[monitor.IdentityKind]map[string]bool
}

// phrase is a name or an address.
type phrase struct {
	said  *monitor.Sourced[monitor.Identity]
	words []word // as written
	hub   string // what it has in common with other spellings of the same
}

// value is what is compared exactly, or in parts.
type value struct {
	said *monitor.Sourced[monitor.Identity]
	key  string
	part string // what may be equal where the key is not: an e-mail's left side, a phone's exchange, an IP's network
	home string // an e-mail's domain, where it is its owner's
}

// register is all accounts, and how many share a value.
type register struct {
	profiles []*profile
	words    *vocabulary
	holders  map[string]int // by kind and key
	n        float64        // accounts, no fewer than smallWorld
}

// smallWorld is how many accounts a list is taken to be drawn from at least: in a list of three, what two share is no less
// telling than in a list of a thousand.
const smallWorld = 1000

// newRegister makes the profiles of all accounts.
func newRegister(known monitor.Attributes) *register {
	r := &register{words: newVocabulary(), holders: map[string]int{}}
	byName := map[string]*profile{}
	of := func(account string) *profile {
		p := byName[account]
		if p == nil {
			p = &profile{account: account, others: map[monitor.IdentityKind][]value{}, goods: map[monitor.IdentityKind]map[string]bool{}}
			byName[account] = p
			r.profiles = append(r.profiles, p)
		}
		return p
	}
	for i := range known.Identities {
		said := &known.Identities[i]
		r.add(of(said.Record.Account), said, known.Homes[said.Record.Account].Country())
	}
	for _, g := range known.Goods {
		p := of(g.Account)
		p.addGoods(monitor.SharedSKU, g.SKUs)
		p.addGoods(monitor.SharedASIN, g.ASINs)
	}
	slices.SortFunc(r.profiles, func(a, b *profile) int { return strings.Compare(a.account, b.account) })
	r.n = float64(max(len(r.profiles), smallWorld))
	for _, p := range r.profiles {
		r.count(p)
	}
	for _, p := range r.profiles {
		r.rank(p)
	}
	return r
}

// add takes in something that an account is known by.
func (r *register) add(p *profile, said *monitor.Sourced[monitor.Identity], region string) {
	i := &said.Record
	if !i.Kind.Secret() && placeholder(i.Value) {
		return
	}
	add := func(to []value, v value) []value {
		v.said = said
		if v.key == "" || slices.ContainsFunc(to, func(have value) bool { return have.key == v.key }) {
			return to
		}
		return append(to, v)
	}
	switch i.Kind {
	case monitor.LegalName, monitor.OwnerName:
		p.names = append(p.names, phrase{said: said, words: r.words.all(nameWords(i.Value))})
	case monitor.Address, monitor.ReturnAddress:
		p.places = append(p.places, phrase{said: said, words: r.words.all(addressWords(i.Value))})
	case monitor.Phone:
		if n, ok := parsePhone(i.Value, region); ok {
			p.phones = add(p.phones, value{key: n.national, part: n.national[:max(0, len(n.national)-4)]})
		}
	case monitor.Email:
		if m, ok := parseEmail(i.Value); ok {
			p.mails = add(p.mails, value{key: m.key, part: m.local, home: m.domain})
		}
	case monitor.IP:
		if ip, network, ok := parseIP(i.Value); ok {
			p.others[i.Kind] = add(p.others[i.Kind], value{key: ip, part: network})
		}
	case monitor.BankAccount, monitor.Card, monitor.TaxNumber:
		p.others[i.Kind] = add(p.others[i.Kind], value{key: i.Hash, part: i.Last4})
	default:
		p.others[i.Kind] = add(p.others[i.Kind], value{key: letters(i.Value)})
	}
}

// addGoods takes in what an account sells. Short numbers are everybody's: A-1, 100.
func (p *profile) addGoods(kind monitor.IdentityKind, all []string) {
	set := p.goods[kind]
	for _, s := range all {
		if s = letters(s); len(s) < 6 {
			continue
		}
		if set == nil {
			set = map[string]bool{}
			p.goods[kind] = set
		}
		set[s] = true
	}
}

// count counts the accounts that have each word and value.
func (r *register) count(p *profile) {
	once := map[string]bool{}
	hold := func(key string) {
		if !once[key] {
			once[key] = true
			r.holders[key]++
		}
	}
	distinct := func(phrases []phrase, counts []int) {
		seen := map[word]bool{}
		for _, ph := range phrases {
			for _, w := range ph.words {
				if !seen[w] {
					seen[w] = true
					counts[w]++
				}
			}
		}
	}
	distinct(p.names, r.words.names)
	distinct(p.places, r.words.places)
	for i := range p.names {
		sorted := slices.Sorted(slices.Values(p.names[i].words))
		p.names[i].hub = "name " + r.spell(sorted)
		hold(p.names[i].hub)
	}
	for kind, values := range r.values(p) {
		for _, v := range values {
			hold(kind + v.key)
			if v.part != "" {
				hold(kind + "part " + v.part)
			}
			if v.home != "" {
				hold(kind + "home " + v.home)
			}
		}
	}
	for kind, set := range p.goods {
		for s := range set {
			hold(string(kind) + " " + s)
		}
	}
}

// rank gives addresses what they are recognised by, once all words are counted: their first number, and their rarest word.
func (r *register) rank(p *profile) {
	for i := range p.places {
		ph := &p.places[i]
		number, rarest := "", ""
		best := len(r.profiles) + 1
		for _, w := range ph.words {
			switch text := r.words.text[w]; {
			case hasDigit(text):
				if number == "" {
					number = text
				}
			case r.words.places[w] < best && r.words.places[w] > 1:
				best, rarest = r.words.places[w], text
			}
		}
		ph.hub = "place " + number + " " + rarest
		r.holders[ph.hub]++
	}
}

// values returns all values of an account that are compared exactly, by a prefix for each kind.
func (r *register) values(p *profile) map[string][]value {
	all := map[string][]value{string(monitor.Phone) + " ": p.phones, string(monitor.Email) + " ": p.mails}
	for kind, values := range p.others {
		all[string(kind)+" "] = values
	}
	return all
}

func (r *register) spell(words []word) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(r.words.text[w])
		b.WriteByte(' ')
	}
	return b.String()
}

// firm says whether the phrase is the name that a firm is registered by. One word is then all of it, and not what relatives
// share.
func (p *phrase) firm() bool { return p.said.Record.Kind == monitor.LegalName }
