package exports

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"goodstanding/monitor"
)

// Bounds of what a row keeps of columns that no reader knows.
const (
	maxExtras     = 100
	maxExtraTitle = 100  // runes
	maxExtraText  = 1000 // bytes of a cell
	maxExtraRow   = 16 << 10
)

// personal are the parts of a normalised title that speak of a person, in the languages of Seller Central.
var personal = []string{
	"name", "naam", "nome", "nombredel", "nombrecomplet", "apellido", "nomdu", "nomde", "nomcomplet", "prenom", "nazwisk", "navn", "氏名", "名前", "姓名", "宛名", "收件人", "受取人",
	"phone", "telefon", "telef", "handy", "mobile", "telno", "faxn", "電話", "电话", "手机", "携帯",
	"mail", "correo", "メール", "邮箱", "邮件", "邮址",
	"addres", "adres", "anschrift", "direccion", "domicil", "endereco", "indirizz", "strasse", "straße", "street", "住所", "地址", "所在地",
	"city", "town", "ville", "ciudad", "cidade", "citta", "postal", "postcode", "zipcode", "postleit", "codigopost", "plz", "郵便", "邮编", "邮政", "市区町村",
	"recipient", "empfanger", "destinatari", "destinatair", "consignee", "buyer", "kaufer", "acheteur", "comprador", "acquirente", "koper", "kupujac", "購入者", "买家姓", "买家名",
	"kundenname", "contact", "kontakt", "citizen", "passport", "birth", "geburt", "taxid", "taxregistration", "taxnumber", "vatnumber", "vatid", "ustid",
	"steuern", "partitaiva", "codicefiscale", "cpf", "cnpj", "iban", "bankaccount", "creditcard", "cardnumber", "company", "firma", "entreprise", "empresa", "azienda",
	"empfnger", "kufer", "strae", "direccin", "prnom", "endereo", // that have lost their accented letters: Empf?nger
	"latitude", "longitude", "geoloc", "password", "secret",
}

// personalWhole are whole titles of that sort, too short to be looked for in others.
var personalWhole = map[string]bool{
	"nom": true, "nombre": true, "imie": true, "tel": true, "fax": true, "ort": true, "via": true, "rue": true, "calle": true, "zip": true, "state": true,
	"dob": true, "ssn": true, "nif": true, "rfc": true, "vat": true,
}

// harmless are the parts of a normalised title that speak of nobody although a part of them is in personal.
var harmless = []string{
	"productname", "itemname", "skuname", "listingname", "brandname", "servicename", "carriername", "methodname", "marketplacename", "storename", "seasonname",
	"programname", "categoryname", "groupname", "centername", "centrename", "warehousename", "filename", "nombredelproducto", "nomedelprodotto", "nomduproduit",
	"buyerrequestedcancel", "buyercancelreason", "buyersellercontactresponsetime", "capacity", "velocity", "autonome", "confirmation",
}

// isPersonal says whether a column of that title, normalised, may hold what says who somebody is.
func isPersonal(name string) bool {
	if personalWhole[name] {
		return true
	}
	for _, h := range harmless {
		name = strings.ReplaceAll(name, h, " ")
	}
	return slices.ContainsFunc(personal, func(p string) bool { return strings.Contains(name, p) })
}

// extraColumn is a column that no reader knows.
type extraColumn struct {
	index int
	title string // printable
}

// extras gathers what the rows under one header say in columns that no reader knows.
type extras struct {
	columns []extraColumn // by title
	last    [][]byte      // the cells that made up what was given last
	given   monitor.Extra
}

// newExtras finds the columns of a header that nobody asked for, and that are not in the format's list of columns that
// are known and of no use.
func newExtras(h *header, ignored map[string]bool) *extras {
	x := &extras{}
	used := map[string]bool{}
	for i, name := range h.names {
		// In a language that was recognised by position, the name is ours and the title the file's.
		written := normalise(h.cells[i])
		if h.taken[i] || ignored[name] || isPersonal(name) || isPersonal(written) || strings.ContainsAny(h.cells[i], "@＠") {
			continue
		}
		title := printable(h.cells[i], maxExtraTitle)
		if title == "" {
			title = fmt.Sprintf("column %d", i+1)
		}
		for n, plain := 2, title; used[title]; n++ {
			title = fmt.Sprintf("%s (%d)", plain, n)
		}
		used[title] = true
		x.columns = append(x.columns, extraColumn{i, title})
	}
	slices.SortFunc(x.columns, func(a, b extraColumn) int { return strings.Compare(a.title, b.title) })
	x.last = make([][]byte, len(x.columns))
	return x
}

// of returns the extras of a row. Most files have none, and most of the others the same ones in every row.
func (x *extras) of(r *row) monitor.Extra {
	if x == nil || len(x.columns) == 0 {
		return ""
	}
	same := true
	for i, c := range x.columns {
		if cell := r.text(c.index, maxExtraText); !bytes.Equal(cell, x.last[i]) {
			x.last[i], same = append(x.last[i][:0], cell...), false
		}
	}
	if same {
		return x.given
	}
	var b extraBuilder
	for i, c := range x.columns {
		b.add(c.title, x.last[i])
	}
	x.given = b.extra()
	return x.given
}

// pair is a text under a title that no reader knows.
type pair struct{ title, text string }

// extraOf returns what is kept of pairs in any order: nothing personal, within the bounds. Of several texts under one
// title the first stands.
func extraOf(pairs []pair) monitor.Extra {
	kept := make([]pair, 0, len(pairs))
	for _, p := range pairs {
		p.title = printable(strings.TrimSpace(p.title), maxExtraTitle)
		if p.title != "" && strings.TrimSpace(p.text) != "" && !isPersonal(normalise(p.title)) {
			kept = append(kept, p)
		}
	}
	slices.SortStableFunc(kept, func(a, b pair) int { return cmp.Compare(a.title, b.title) })
	var b extraBuilder
	for i, p := range kept {
		if i == 0 || p.title != kept[i-1].title {
			b.add(p.title, []byte(p.text))
		}
	}
	return b.extra()
}

// extraBuilder writes a monitor.Extra. Titles come in order, each once.
type extraBuilder struct {
	json []byte
	n    int
}

// add takes in a text, unless it is blank, holds an e-mail address, or goes beyond the bounds of a row.
func (b *extraBuilder) add(title string, text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || b.n == maxExtras || bytes.ContainsAny(text, "@＠") {
		return
	}
	before := len(b.json)
	b.json = append(b.json, ',')
	b.quote([]byte(title))
	b.json = append(b.json, ':')
	b.quote(clip(text, maxExtraText))
	if len(b.json) >= maxExtraRow { // the closing brace is still to come
		b.json = b.json[:before]
		return
	}
	b.n++
}

// quote writes a JSON string of printable text.
func (b *extraBuilder) quote(text []byte) {
	b.json = append(b.json, '"')
	for _, r := range string(text) {
		switch {
		case r == '"' || r == '\\':
			b.json = append(b.json, '\\', byte(r))
		case unicode.IsSpace(r):
			b.json = append(b.json, ' ')
		case !unicode.IsPrint(r):
			b.json = append(b.json, "·"...)
		default:
			b.json = append(b.json, string(r)...)
		}
	}
	b.json = append(b.json, '"')
}

// extra returns what was written.
func (b *extraBuilder) extra() monitor.Extra {
	if b.n == 0 {
		return ""
	}
	b.json[0] = '{'
	return monitor.Extra(b.json) + "}"
}

// names makes a set of column names, written as Amazon does and parted by blanks.
func names(text string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(text) {
		set[normalise(name)] = true
	}
	return set
}
