package links

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"goodstanding/monitor"
)

// made is a list of accounts whose owners are known, with everything that makes it hard: slips of the pen, names in another
// order, what is missing, who has moved; and strangers that look alike: relatives in one house, namesakes, chains, firms
// behind one door, agencies' phones and e-mails.
type made struct {
	rows  []monitor.Sourced[monitor.Identity]
	owner map[string]int
	next  int
}

// recipe says what goes into a list.
type recipe struct {
	entities   int
	twice      float64 // of the entities have further records
	most       int     // records of one
	errors     float64 // slips in a record, on average
	replaced   float64 // of the records have another first name, or surname
	missing    float64 // of the values are missing
	moved      float64 // of the further records have another address
	households float64 // of the people have relatives in the list that live with them
	chains     float64 // of the firms have the name of another, elsewhere
	depots     int     // accounts that give an address of a carrier's, in place of their own
	firms      float64 // share of firms
	kinds      string  // name address phone email tax bank
}

type person struct {
	given, surname, firm       string
	number, street, town, code string
	country                    int
	phone, email, tax          string
}

// country is how names and addresses look somewhere.
type country struct {
	given, surnames, streets, kinds, towns, forms []string
	write                                         func(p person) string
	dial                                          string
	digits                                        int
	code                                          func(d *rand.Rand) string
}

func list(s string) []string { return strings.Fields(s) }

var syllables = list("ba be bi bo bu ca co da de di do fa fe ga go ha he hi ho ja jo ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no pa pe po ra re ri ro sa se si so ta te ti to va ve vi wa we wi za ze")

// invent makes words that nobody has met, with an ending of the country's.
func invent(d *rand.Rand, n int, endings string) []string {
	ends := list(endings)
	out := make([]string, n)
	for i := range out {
		w := ""
		for range 1 + d.IntN(2) {
			w += syllables[d.IntN(len(syllables))]
		}
		w += syllables[d.IntN(len(syllables))][:1] + ends[d.IntN(len(ends))]
		out[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return out
}

func countries(d *rand.Rand) []country {
	digits := func(n int) func(*rand.Rand) string {
		return func(d *rand.Rand) string {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte('0' + d.IntN(10))
			}
			if b[0] == '0' {
				b[0] = '1'
			}
			return string(b)
		}
	}
	return []country{
		{
			given:    list("James Mary Oliver Amelia Jack Isla Harry Ava Charlie Mia George Grace Thomas Emily Oscar Sophie William Lily Noah Ella Ethan Ruby Lachlan Chloe Joshua Zoe Samuel Hannah Daniel Kirra Benjamin Tahlia Luke Georgia Mitchell Brooke Nathan Paige Jordan Alana"),
			surnames: append(list("Smith Jones Taylor Brown Wilson White Campbell Clarke Ryan Green Webb Morrison Harris Walker Reid Mason"), invent(d, 1200, "ton ley man son ford well by ick")...),
			streets:  invent(d, 1500, "ton ley field wood ham bourne well gate"), kinds: list("Street Road Avenue Place Crescent Court Drive Close Circuit Lane"),
			towns: invent(d, 400, "ville town bury mouth bridge ham port"), forms: []string{"Ltd", "Limited", "Pty Ltd", "LLC", "Inc."},
			write: func(p person) string { return p.number + " " + p.street + ", " + p.town + " " + p.code }, dial: "+44", digits: 10, code: digits(4),
		}, {
			given:    list("Hans Anna Peter Ursula Jürgen Monika Klaus Petra Stefan Sabine Wolfgang Renate Jörg Käthe Andreas Birgit Uwe Karin Günter Ingrid Lukas Leonie Finn Mia Maximilian Lena Björn Antje Sören Heike"),
			surnames: append(list("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schäfer Köhler Krüger Böhm"), invent(d, 1200, "mann er hauer stein berg feld ing schmitz")...),
			streets:  invent(d, 1500, "straße weg gasse allee"), kinds: []string{""}, towns: invent(d, 400, "heim burg stadt dorf hausen bach"),
			forms: []string{"GmbH", "UG (haftungsbeschränkt)", "e.K.", "GmbH & Co. KG"},
			write: func(p person) string { return p.street + " " + p.number + ", " + p.code + " " + p.town }, dial: "+49", digits: 10, code: digits(5),
		}, {
			given:    list("José María Antonio Carmen Juan Ana Luis Laura Javier Marta Carlos Lucía Miguel Elena Pablo Paula Sergio Raquel Íñigo Nuria Diego Irene Rubén Sara Álvaro Inés"),
			surnames: append(list("García Fernández López Martínez Sánchez Pérez Gómez Ruiz Díaz Muñoz"), invent(d, 1200, "ez ano eda era osa illo ares")...),
			streets:  invent(d, 1500, "era osa illo anza ada edo"), kinds: list("Calle Avenida Plaza Paseo"), towns: invent(d, 400, "illa ada ona edo al"),
			forms: []string{"S.L.", "SL", "S.A.", "S.L.U."},
			write: func(p person) string { return p.street + ", " + p.number + ", " + p.code + " " + p.town }, dial: "+34", digits: 9, code: digits(5),
		},
	}
}

var goods = list("Sun Home Green Blue Star Nordic Alpine Urban Happy Smart Prime Royal Golden Silver River Ocean Forest Garden Pet Baby Kitchen Sport Tech Light Craft")
var branches = list("Trading Store Supplies Products Online Imports Living Tools Design Goods Brands Outlet Market Shop Works")

// pick takes one of a list. Of long lists the first ones are frequent, as Smith is, and the others rare.
func pick[T any](d *rand.Rand, all []T) T {
	if len(all) > 100 && d.IntN(5) == 0 {
		return all[d.IntN(12)]
	}
	return all[d.IntN(len(all))]
}

// make follows a recipe. Slips and all else come from the seed alone.
func (rc recipe) make(seed uint64) *made {
	d := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // made-up data
	m := &made{owner: map[string]int{}}
	world := countries(d)
	var depots []person
	for range max(1, rc.depots/15) {
		depots = append(depots, rc.invent(d, world))
	}
	var people []person
	lives := map[string]bool{}
	for id := range rc.entities {
		p := rc.invent(d, world)
		if len(people) > 0 {
			other := people[d.IntN(len(people))]
			switch {
			case p.firm == "" && other.firm == "" && d.Float64() < rc.households:
				phone := p.phone
				email := p.email
				p = other
				p.given, p.email, p.tax = pick(d, world[p.country].given), email, digits(d, 9)
				house := p.surname + p.street + p.number
				for lives[house+p.given] || p.given == other.given {
					p.given = pick(d, world[p.country].given)
				}
				lives[house+p.given] = true
				if d.Float64() < 0.5 {
					p.phone = phone
				}
			case p.firm != "" && other.firm != "" && d.Float64() < rc.chains:
				p.firm = other.firm
			}
		}
		if d.IntN(rc.entities) < rc.depots {
			at := depots[d.IntN(len(depots))]
			p.number, p.street, p.town, p.code, p.country = at.number, at.street, at.town, at.code, at.country
		}
		lives[p.surname+p.street+p.number+p.given] = true
		people = append(people, p)
		m.write(rc, d, world, p, id, false)
		if d.Float64() < rc.twice {
			for range 1 + d.IntN(rc.most) {
				m.write(rc, d, world, p, id, true)
			}
		}
	}
	return m
}

func digits(d *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.IntN(10))
	}
	b[0] = byte('1' + d.IntN(9))
	return string(b)
}

// invent makes up somebody.
func (rc recipe) invent(d *rand.Rand, world []country) person {
	p := person{country: d.IntN(len(world))}
	c := world[p.country]
	p.given, p.surname = pick(d, c.given), pick(d, c.surnames)
	if d.Float64() < rc.firms {
		switch d.IntN(3) {
		case 0:
			p.firm = p.surname + " " + pick(d, branches) + " " + pick(d, c.forms)
		case 1:
			p.firm = pick(d, goods) + " " + pick(d, c.surnames) + " " + pick(d, c.forms)
		default:
			p.firm = pick(d, goods) + " " + pick(d, branches) + " " + p.surname
		}
	}
	p.number = fmt.Sprint(1 + d.IntN(1+d.IntN(300)))
	p.street = strings.TrimSpace(pick(d, c.streets))
	switch k := pick(d, c.kinds); {
	case p.country == 0:
		p.street += " " + k
	case k != "":
		p.street = k + " " + p.street
	}
	p.town, p.code = pick(d, c.towns), c.code(d)
	p.phone = digits(d, c.digits)
	p.tax = digits(d, 9)
	name := p.given + "." + p.surname
	switch d.IntN(3) {
	case 0:
		name = p.given[:1] + p.surname + digits(d, 2)
	case 1:
		name = strings.ToLower(pick(d, goods)) + p.surname[:3] + digits(d, 3)
	}
	p.email = strings.ToLower(fold(name)) + "@" + pick(d, list("gmail.com hotmail.com yahoo.com gmx.de outlook.com web.de"))
	if p.firm != "" {
		p.email = pick(d, list("info sales contact amazon")) + "@" + letters(p.firm) + digits(d, 1) + ".com"
	}
	return p
}

// write adds a record of somebody's, a faulty one or the first.
func (m *made) write(rc recipe, d *rand.Rand, world []country, p person, id int, faulty bool) {
	m.next++
	account := fmt.Sprintf("acc-%05d", m.next)
	m.owner[account] = id
	c := world[p.country]
	slips := 0
	kind, name := monitor.OwnerName, p.given+" "+p.surname
	if faulty {
		if d.Float64() < rc.replaced {
			if d.IntN(3) == 0 {
				p.surname = pick(d, c.surnames)
			} else {
				p.given = pick(d, c.given)
			}
			name = p.given + " " + p.surname
		}
		for d.Float64() < rc.errors/(rc.errors+1) {
			slips++
		}
		if d.IntN(12) == 0 {
			name = p.surname + " " + p.given
		}
		if d.IntN(25) == 0 {
			name = p.given[:1] + ". " + p.surname
		}
		if d.Float64() < rc.missing/2 {
			name = p.surname
		}
	}
	if p.firm != "" {
		kind, name = monitor.LegalName, p.firm
		if faulty && d.IntN(3) == 0 {
			words := strings.Fields(name)
			last := words[len(words)-1]
			for _, f := range c.forms {
				if strings.HasSuffix(f, last) {
					name = strings.TrimSpace(strings.TrimSuffix(name, f)) + " " + pick(d, c.forms)
					break
				}
			}
		}
	}
	if faulty && d.Float64() < rc.moved {
		q := rc.invent(d, []country{c})
		p.number, p.street, p.town, p.code = q.number, q.street, q.town, q.code
	}
	if faulty && d.IntN(15) == 0 {
		p.number = ""
	}
	if faulty && d.IntN(12) == 0 {
		p.town = ""
	}
	if faulty && d.IntN(6) == 0 {
		for long, short := range map[string]string{"Street": "St.", "Road": "Rd", "Avenue": "Ave", "Crescent": "Cres", "Drive": "Dr", "straße": "str.", "Calle": "C/", "Avenida": "Avda."} {
			p.street = strings.Replace(p.street, long, short, 1)
		}
	}
	address := strings.TrimLeft(c.write(p), " ")
	if faulty && d.IntN(10) == 0 {
		address = p.street + " " + p.number + " " + p.code + " " + p.town
	}
	if d.IntN(2) == 0 {
		address = strings.ReplaceAll(strings.ToLower(address), ",", "")
	}
	values := map[string]string{"name": name, "address": address, "phone": p.phone, "email": p.email}
	if faulty && d.IntN(8) == 0 {
		values["phone"] = digits(d, c.digits)
	}
	if faulty && d.IntN(8) == 0 {
		values["email"] = rc.invent(d, []country{c}).email
	}
	for ; slips > 0; slips-- {
		k := pick(d, []string{"address", "name", "address", "name", "phone", "email"})
		values[k] = slipped(d, values[k])
	}
	switch d.IntN(3) {
	case 0:
		values["phone"] = c.dial + " " + values["phone"]
	case 1:
		values["phone"] = "00" + c.dial[1:] + values["phone"][:3] + "/" + values["phone"][3:]
	default:
		values["phone"] = c.dial + " (0)" + values["phone"][:2] + " " + values["phone"][2:]
	}
	kinds := map[string]monitor.IdentityKind{"name": kind, "address": monitor.Address, "phone": monitor.Phone, "email": monitor.Email}
	for _, k := range list(rc.kinds) {
		if k == "tax" {
			if d.Float64() >= 0.1 {
				m.rows = append(m.rows, monitor.Sourced[monitor.Identity]{Record: monitor.Identity{Account: account, Kind: monitor.TaxNumber, Hash: p.tax, Last4: p.tax[5:]}})
			}
			continue
		}
		if k != "name" && faulty && d.Float64() < rc.missing || strings.TrimSpace(values[k]) == "" {
			continue
		}
		m.rows = append(m.rows, monitor.Sourced[monitor.Identity]{Record: monitor.Identity{Account: account, Kind: kinds[k], Value: values[k]}})
	}
}

// slipped makes one slip of the pen, of the reader's eye, or of the scanner's.
func slipped(d *rand.Rand, s string) string {
	r := []rune(s)
	if len(r) < 3 {
		return s
	}
	i := 1 + d.IntN(len(r)-2)
	letter := rune('a' + d.IntN(26))
	if r[i] >= '0' && r[i] <= '9' {
		letter = rune('0' + d.IntN(10))
	}
	switch d.IntN(6) {
	case 0:
		return string(r[:i]) + string(r[i+1:])
	case 1:
		return string(r[:i]) + string(letter) + string(r[i:])
	case 2:
		r[i], r[i+1] = r[i+1], r[i]
	case 3:
		if r[i] >= 'a' && r[i] <= 'z' && d.IntN(3) == 0 {
			return string(r[:i]) + " " + string(r[i:])
		}
		r[i] = letter
	case 4:
		for _, ocr := range []string{"m rn", "l 1", "o 0", "g q", "e c", "u v", "s 5", "i l"} {
			if a, b, _ := strings.Cut(ocr, " "); strings.Contains(s, a) {
				return strings.Replace(s, a, b, 1)
			}
		}
		r[i] = letter
	default:
		r[i] = letter
	}
	return string(r)
}

// judge returns precision and recall of the links over pairs.
func (m *made) judge(f Found) (precision, recall float64) {
	right := 0
	for _, l := range f.Links {
		if m.owner[l.A] == m.owner[l.B] {
			right++
		}
	}
	of := map[int]int{}
	for _, id := range m.owner {
		of[id]++
	}
	all := 0
	for _, n := range of {
		all += n * (n - 1) / 2
	}
	return float64(right) / float64(max(1, len(f.Links))), float64(right) / float64(max(1, all))
}
