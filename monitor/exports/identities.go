package exports

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"goodstanding/monitor"
)

// The list of identities is the seller's own. Numbers of accounts, cards and taxes leave this file only as hashes.
var _ = register(Format{
	Kind:     "identities",
	Title:    "Identities",
	Where:    "Your own list, identities.csv: account, kind, value, since, source, one row for each thing that Amazon knows an account by.",
	Settles:  "Which accounts Amazon may take for one and the same seller.",
	Template: "account,kind,value,since,source\nmy-shop,legal_name,\"My Shop, Inc.\",2019-04-01,registration\n",
	own:      true,
	personal: true,
	key:      []string{"account", "kind", "value"},
	lacks:    []string{"orderid"},
	open: func(h *header, o *occasion) reader {
		return &identities{
			o: o, account: h.column("account"), kind: h.column("kind"), value: h.column("value"), since: h.column("since"), source: h.column("source"),
		}
	},
})

// identities reads the rows of a list of identities.
type identities struct {
	o                                   *occasion
	account, kind, value, since, source int

	row *row
	now monitor.Identity
}

func (r *identities) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.Identity{AsOf: r.o.asOf}
	if name := row.cell(r.account); len(name) == 0 || len(name) > maxName || strings.ContainsFunc(string(name), unicode.IsControl) {
		return seen{}, &fault{column: r.account, expected: "the name of the account, as its folder is called"}
	}
	kind, ok := parseIdentityKind(string(clip(row.cell(r.kind), maxName)))
	if !ok {
		return seen{}, &fault{column: r.kind, expected: "one of " + identityKinds()}
	}
	value := unmarked(row.text(r.value, maxTitle))
	if len(value) == 0 {
		return seen{}, &fault{column: r.value, expected: "something: this list needs it in every row"}
	}
	r.now.Kind = kind
	if kind.Secret() {
		plain := lettersAndDigits(string(value))
		if plain == "" {
			return seen{}, &fault{column: r.value, expected: "a number"}
		}
		if isCut(value) {
			return seen{}, &fault{column: r.value, expected: allDigitsOf}
		}
		// Without a key the number could be found by trying, so it is not kept at all. The survey knows no key.
		if r.o.dates == nil && len(r.o.setting.Secret) == 0 {
			return seen{}, &fault{column: r.value, expected: "a secret in the configuration, under which numbers such as this one are hashed: set one and import the list again"}
		}
		if len(r.o.setting.Secret) > 0 {
			r.now.Hash, r.now.Last4 = hashed(plain, r.o.setting.Secret), lastFour(plain)
		}
	}
	var s seen
	if cell := row.cell(r.since); !missing(cell) {
		day, ok := r.o.dayIn(cell, true, row.line)
		if !ok {
			return seen{}, &fault{column: r.since, expected: aDay + ", or nothing"}
		}
		if r.now.Since = day; day != nil {
			s.span = on(*day)
		}
	}
	return s, nil
}

func (r *identities) fact() monitor.Fact {
	f := r.now
	f.Account = string(r.row.cell(r.account))
	f.Source = string(r.row.text(r.source, maxName))
	value := string(unmarked(r.row.text(r.value, maxTitle)))
	if !f.Kind.Secret() {
		f.Value, f.Extra = value, r.row.extra()
		return f
	}
	// People note numbers in more than one place.
	if strings.Contains(lettersAndDigits(f.Source), lettersAndDigits(value)) {
		f.Source = ""
	}
	return f
}

// identityWords are other words for the kinds, normalised.
var identityWords = map[string]monitor.IdentityKind{
	"companyname": monitor.LegalName, "businessname": monitor.LegalName, "emailaddress": monitor.Email, "mail": monitor.Email,
	"phonenumber": monitor.Phone, "telephone": monitor.Phone, "ipaddress": monitor.IP, "iban": monitor.BankAccount, "bank": monitor.BankAccount,
	"creditcard": monitor.Card, "cardnumber": monitor.Card, "taxid": monitor.TaxNumber, "vatnumber": monitor.TaxNumber, "vatid": monitor.TaxNumber,
}

// parseIdentityKind reads a kind, however its words are parted.
func parseIdentityKind(s string) (monitor.IdentityKind, bool) {
	name := normalise(s)
	for _, kind := range monitor.IdentityKinds() {
		if normalise(string(kind)) == name {
			return kind, true
		}
	}
	kind, ok := identityWords[name]
	return kind, ok
}

// holdsIdentity says whether a line may be a row of a list whose header is gone: no message may repeat it.
func holdsIdentity(line []byte) bool {
	for cell := range bytes.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' || r == '\t' }) {
		if _, ok := parseIdentityKind(string(bare(clip(cell, maxName)))); ok {
			return true
		}
	}
	return false
}

// identityKinds lists the kinds for messages.
func identityKinds() string {
	var all []string
	for _, k := range monitor.IdentityKinds() {
		all = append(all, string(k))
	}
	return strings.Join(all, ", ")
}

// lettersAndDigits reduces a number to what stays the same however it is written: DE 89-37 and de8937 are one.
func lettersAndDigits(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToUpper(c)
		}
		return -1
	}, norm.NFKC.String(s))
}

// hashed returns the HMAC-SHA256 of a number under a key, in hexadecimal.
func hashed(plain string, secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(plain)) // never fails, says hash.Hash
	return hex.EncodeToString(mac.Sum(nil))
}

// lastFour returns the end by which people know a number again, if that leaves enough of it unsaid.
func lastFour(plain string) string {
	runes := []rune(plain)
	if len(runes) < 8 {
		return ""
	}
	return string(runes[len(runes)-4:])
}
