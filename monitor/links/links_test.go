package links

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// usual is a list of firms and people with all that a seller's list has.
var usual = recipe{
	entities: 1900, twice: 0.35, most: 3, errors: 1, replaced: 0.02, missing: 0.06, moved: 0.05, households: 0.05, chains: 0.1, depots: 60, firms: 0.4,
	kinds: "name address phone email",
}

func with(change func(*recipe)) recipe {
	r := usual
	change(&r)
	return r
}

// The links were tuned on seed 1; what is tested here is other seeds. Where two of few attributes are missing or wrong nothing
// can be known, so the lists of two kinds find less; of what they find as much must be right.
func TestMadeListsAreLinked(t *testing.T) {
	for name, c := range map[string]struct {
		recipe            recipe
		precision, recall float64
	}{
		"all kinds":            {usual, 0.98, 0.95},
		"a tenth missing":      {with(func(r *recipe) { r.missing = 0.1 }), 0.98, 0.93},
		"a quarter missing":    {with(func(r *recipe) { r.missing = 0.25 }), 0.98, 0.90},
		"name, address":        {with(func(r *recipe) { r.kinds, r.moved = "name address", 0 }), 0.98, 0.90},
		"name, address, phone": {with(func(r *recipe) { r.kinds = "name address phone" }), 0.98, 0.90},
		"name, address, tax":   {with(func(r *recipe) { r.kinds = "name address tax" }), 0.98, 0.95},
		"people":               {with(func(r *recipe) { r.kinds, r.firms, r.households, r.moved = "name address", 0, 0, 0 }), 0.98, 0.90},
		"chains":               {with(func(r *recipe) { r.kinds, r.firms, r.chains, r.moved = "name address phone", 1, 0.4, 0 }), 0.98, 0.95},
		"many households":      {with(func(r *recipe) { r.kinds, r.firms, r.households, r.moved = "name address", 0, 0.3, 0 }), 0.96, 0.80},
		"households, phones":   {with(func(r *recipe) { r.kinds, r.firms, r.households = "name address phone", 0, 0.3 }), 0.97, 0.80},
		"name, phone":          {with(func(r *recipe) { r.kinds, r.firms = "name phone", 0.7 }), 0.97, 0.70},
		"name, e-mail":         {with(func(r *recipe) { r.kinds = "name email" }), 0.97, 0.70},
		"five copies, garbled": {with(func(r *recipe) {
			r.kinds, r.firms, r.households, r.depots, r.moved = "name address", 0, 0, 0, 0
			r.errors, r.replaced, r.most, r.missing = 2, 0.06, 5, 0.03
		}), 0.98, 0.88},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, seed := range []uint64{101, 102} {
				m := c.recipe.make(seed)
				f := Find(monitor.Attributes{Identities: m.rows})
				precision, recall := m.judge(f)
				t.Logf("seed %d: precision %.4f, recall %.4f; %d accounts, %d pairs compared", seed, precision, recall, f.Accounts, f.Compared)
				if precision < c.precision || recall < c.recall {
					t.Errorf("seed %d: precision %.4f, recall %.4f, want %.2f and %.2f", seed, precision, recall, c.precision, c.recall)
				}
			}
		})
	}
}

// rowsOf reads "account kind value" lines. The value of a number is its hash here.
func rowsOf(text string) (rows []monitor.Sourced[monitor.Identity]) {
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(f) < 3 {
			continue
		}
		i := monitor.Identity{Account: f[0], Kind: monitor.IdentityKind(f[1]), Value: f[2]}
		if i.Kind.Secret() {
			i.Value, i.Hash, i.Last4 = "", f[2], f[2][max(0, len(f[2])-4):]
		}
		rows = append(rows, monitor.Sourced[monitor.Identity]{Record: i})
	}
	return rows
}

func TestLinks(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format+"\n", i, i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		list string
		want []string // groups
	}{
		"bank account alone":                  {"a bank_account 12345678\nb bank_account 12345678", []string{"a b"}},
		"bank account and other names":        {"a bank_account 12345678\nb bank_account 12345678\na owner_name Anna Vogt\nb owner_name Peter Quast\na phone +493012345678\nb phone +498987654321", []string{"a b"}},
		"bank account of ten":                 {many(10, "s%d bank_account 12345678 \ns%d device ab%[1]d"), []string{"s0 s1 s2 s3 s4 s5 s6 s7 s8 s9"}},
		"e-mail with a tag":                   {"a email Anna.Vogt+shop@gmail.com\nb email annavogt@googlemail.com", []string{"a b"}},
		"an agency's e-mail":                  {many(30, "s%d email clients@agency.example\ns%d owner_name Nobody%[1]d Else%[1]d"), nil},
		"a depot's address":                   {many(30, "s%d return_address Depot 7, 99999 Hubtown\ns%d device ab%[1]d"), nil},
		"a VPN's address":                     {many(12, "s%d ip 203.0.113.7\ns%d device ab%[1]d"), nil},
		"an address in the house":             {"a ip 192.168.0.7\nb ip 192.168.0.7", nil},
		"IPv4 written as IPv6 with a device":  {"a ip ::ffff:203.0.113.7\nb ip 203.0.113.7\na device Pixel-7/abc\nb device pixel 7 ABC", []string{"a b"}},
		"phone as dialled at home and abroad": {"a phone +1 (212) 677-0606\nb phone 212/677-0606\na legal_name Quastenhof Deli\nb legal_name Quastenhof Deli Inc.", []string{"a b"}},
		"relatives":                           {"a owner_name Anna Vogelsang\nb owner_name Peter Vogelsang\na address Lindenweg 4, 79100 Freiburg\nb address Lindenweg 4, 79100 Freiburg", nil},
		"a franchise":                         {"a legal_name Burger Baron\nb legal_name Burger Baron\na address 4 Main Street, Leeds\nb address 99 Quay Road, Bristol\na phone +441134960000\nb phone +441174960999", nil},
		"neighbours":                          {"a owner_name Anna Vogelsang\nb owner_name Petra Quast\na address Lindenweg 4, 79100 Freiburg\nb address Lindenweg 6, 79100 Freiburg", nil},
		"legal forms and order of words":      {"a legal_name Vogelsang Handels GmbH\nb legal_name Handels-Gesellschaft Vogelsang\na legal_name Nordlicht Vogelsang UG (haftungsbeschränkt)\nb legal_name Vogelsang Nordlicht e.K.", []string{"a b"}},
		"umlauts in two spellings":            {"a owner_name Jörg Möhringer\nb owner_name Joerg Moehringer\na address Große Straße 5, 49074 Osnabrück\nb address Grosse Str. 5, 49074 Osnabrueck", []string{"a b"}},
		"a surname torn apart":                {"a owner_name Quastenhof\nb owner_name Qua stenhof\na address Lindenweg 4, 79100 Freiburg\nb address Lindenweg 41, 79100 Freiburg", []string{"a b"}},
		"a first name torn apart":             {"a owner_name Emma Vogelsang\nb owner_name E mma Vogelsang\na address Lindenweg 4, 79100 Freiburg\nb address Lindenweg 4, 79100 Freiburg", []string{"a b"}},
		"letters that are a legal form":       {"a owner_name Quast\nb owner_name Quast Sp. z o.o.\nc owner_name Anna Qua sp\na address Lindenweg 4, 79100 Freiburg\nb address Lindenweg 4, 79100 Freiburg", []string{"a b"}},
		"what stands for nothing":             {"a phone n/a\nb phone n/a\na email none\nb email none\na device unknown\nb device unknown", nil},
		"a chain through another":             {"a bank_account 12345678\nb bank_account 12345678\nb card 87654321\nc card 87654321", []string{"a b c"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := Find(monitor.Attributes{Identities: rowsOf(c.list)})
			var got []string
			for _, g := range f.Groups {
				got = append(got, strings.Join(g, " "))
			}
			if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
				t.Errorf("groups %q, want %q; %d links", got, c.want, len(f.Links))
			}
			for _, l := range f.Links {
				for i := 1; i < len(l.Shared); i++ {
					if l.Shared[i].Weight > l.Shared[i-1].Weight {
						t.Errorf("%s and %s: what they share is not in order: %+v", l.A, l.B, l.Shared)
					}
				}
			}
		})
	}
}

// What two accounts sell adds to what ties them, and never ties them alone: competitors sell the same.
func TestGoodsAloneTieNothing(t *testing.T) {
	goods := []monitor.Goods{{Account: "a", SKUs: []string{"MUG-BLUE-01", "MUG-RED-02"}, ASINs: []string{"B0MUGBLUE1"}}, {Account: "b", SKUs: []string{"MUG-BLUE-01", "MUG-RED-02"}, ASINs: []string{"B0MUGBLUE1"}}}
	if f := Find(monitor.Attributes{Goods: goods}); len(f.Links) > 0 {
		t.Errorf("linked by goods: %+v", f.Links)
	}
	list := rowsOf("a ip 203.0.113.7\nb ip 203.0.113.7")
	bare, both := Find(monitor.Attributes{Identities: list}), Find(monitor.Attributes{Identities: list, Goods: goods})
	score := func(f Found) float64 {
		if len(f.Links) == 0 {
			return 0
		}
		return f.Links[0].Score
	}
	if score(both) <= score(bare) {
		t.Errorf("with the goods %v, without %v", score(both), score(bare))
	}
}

// People learn from a message which of their values is meant, and nobody else learns the value.
func TestMasked(t *testing.T) {
	for kind, c := range map[monitor.IdentityKind][2]string{
		monitor.Email: {"jane.doe@example.com", "j…@example.com"}, monitor.Phone: {"+1 212 555 4711", "…4711"},
		monitor.IP: {"203.0.113.77", "203.0.…"}, monitor.Address: {"4 High Street, Leeds", "4 High S…"}, monitor.User: {"agency-7", "age…"},
		monitor.LegalName: {"Shop Ltd", "Shop Ltd"}, monitor.OwnerName: {"Jane Doe", "J… D…"},
	} {
		if got := Masked(monitor.Identity{Kind: kind, Value: c[0]}); got != c[1] {
			t.Errorf("%s: %q, want %q", kind, got, c[1])
		}
	}
}

// The same list in another order gives the same links.
func TestOrderOfTheListDoesNotMatter(t *testing.T) {
	r := usual
	r.entities = 150
	m := r.make(9)
	forth := Find(monitor.Attributes{Identities: m.rows})
	back := make([]monitor.Sourced[monitor.Identity], 0, len(m.rows))
	for _, r := range slices.Backward(m.rows) {
		back = append(back, r)
	}
	again := Find(monitor.Attributes{Identities: back})
	if len(forth.Links) == 0 || len(forth.Links) != len(again.Links) {
		t.Fatalf("%d links, and %d in another order", len(forth.Links), len(again.Links))
	}
	for i, l := range forth.Links {
		if o := again.Links[i]; l.A != o.A || l.B != o.B || l.Score-o.Score > 1e-9 || o.Score-l.Score > 1e-9 {
			t.Errorf("%s %s %v, and %s %s %v in another order", l.A, l.B, l.Score, o.A, o.B, o.Score)
		}
	}
}

// The pairs compared, and so the time, grow with what is shared and not with the square of the accounts.
func BenchmarkFind(b *testing.B) {
	for _, accounts := range []int{3000, 30000} {
		r := usual
		r.entities, r.depots = accounts*6/10, accounts/50
		m := r.make(3)
		b.Run(fmt.Sprint(accounts), func(b *testing.B) {
			for b.Loop() {
				f := Find(monitor.Attributes{Identities: m.rows})
				b.ReportMetric(float64(f.Compared)/float64(f.Accounts), "pairs/account")
			}
		})
	}
}

// In a list of firms with a name of one word, each twice with its telephone, one owner is behind each two: the words are no
// surnames that relatives share.
func TestFirmsOfOneWord(t *testing.T) {
	var list strings.Builder
	for i := range 80 {
		name := fmt.Sprintf("%c%c%c%cqua", 'a'+i%26, 'e'+i%7, 'k'+i/9, 'b'+i%11)
		for _, account := range []string{"a", "b"} {
			fmt.Fprintf(&list, "%s%d legal_name %s\n%[1]s%[2]d phone +1 212 %[4]d\n", account, i, name, 5550000+i*977)
		}
	}
	f := Find(monitor.Attributes{Identities: rowsOf(list.String())})
	right := 0
	for _, l := range f.Links {
		if l.A[1:] == l.B[1:] && l.Score > 0.95 {
			right++
		}
	}
	if right < 78 || len(f.Links) > right+1 {
		t.Errorf("%d links, %d of them right and sure; want nearly all of 80, and no others", len(f.Links), right)
	}
}

// What a town and its code say together is no more than what the town says: many live there.
func TestTownOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"Leeds 4157": true, "79100 Freiburg": true, "New York": true, "St James, WA 4011": true,
		"Lindenweg 4, 79100 Freiburg": false, "1110 3rd Ave.": false, "368 Bleecker St.": false, "12 Main Street, Leeds LS1 4AB": false, "Calle Mayor 1234, 28013 Madrid": false,
	} {
		r := newRegister(monitor.Attributes{Identities: []monitor.Sourced[monitor.Identity]{{Record: monitor.Identity{Account: "a", Kind: monitor.Address, Value: address}}}})
		if got := r.townOnly(&r.profiles[0].places[0]); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
	weight := func(address string) float64 {
		var list strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&list, "s%d address %s\n", i, []string{address, fmt.Sprintf("%d Elsewhere %d", i, 10000+i)}[min(i/6, 1)])
		}
		r := newRegister(monitor.Attributes{Identities: rowsOf(list.String())})
		var c comparison
		c.places(r, r.profiles[0], r.profiles[1])
		return c.evidence[same]
	}
	if town, house := weight("Leeds 4157"), weight("12 Moor Street, Leeds 4157"); town > 5.7 || house < 6.8 {
		t.Errorf("a town that 6 of 1,000 share weighs %.2f, want about ln(1000/6) and a half; a house %.2f, want more", town, house)
	}
}
