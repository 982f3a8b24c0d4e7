package monitor

import "time"

// KindIdentities is the seller's own list of what his accounts are known by to Amazon.
const KindIdentities ExportKind = "identities"

// IdentityKind names what two accounts can have in common.
type IdentityKind string

// The kinds of identity.
const (
	LegalName     IdentityKind = "legal_name"
	OwnerName     IdentityKind = "owner_name"
	Email         IdentityKind = "email"
	Phone         IdentityKind = "phone"
	Address       IdentityKind = "address"
	ReturnAddress IdentityKind = "return_address"
	BankAccount   IdentityKind = "bank_account"
	Card          IdentityKind = "card"
	TaxNumber     IdentityKind = "tax_number"
	IP            IdentityKind = "ip"
	Device        IdentityKind = "device"
	User          IdentityKind = "user"
	Trademark     IdentityKind = "trademark"
)

// What orders show that two accounts have in common, beside the lists of identities.
const (
	SharedSKU  IdentityKind = "sku"
	SharedASIN IdentityKind = "asin"
)

// IdentityKinds returns every kind, in the order of the documentation.
func IdentityKinds() []IdentityKind {
	return []IdentityKind{LegalName, OwnerName, Email, Phone, Address, ReturnAddress, BankAccount, Card, TaxNumber, IP, Device, User, Trademark}
}

// Secret says whether a value of the kind is never kept, only its hash.
func (k IdentityKind) Secret() bool { return k == BankAccount || k == Card || k == TaxNumber }

// Identity is something that an account is known by, from the seller's own list. It is personal: no message repeats it.
type Identity struct {
	Account string
	Kind    IdentityKind
	Value   string // without blanks around it; empty for a kind that is secret
	Hash    string // of a secret kind: HMAC-SHA256, in hexadecimal, of the value's letters and digits in capitals; empty for others
	Last4   string // of a secret kind: the last four letters or digits of a value of at least eight
	Since   *Day
	Source  string    // where the account was given it
	AsOf    time.Time `json:"-"`
	Extra   Extra     `json:",omitempty"` // none for a secret kind
}

// Key implements Record.
func (i Identity) Key() (string, bool) { return join(i.Account, string(i.Kind), i.Value, i.Hash), true }

// Of implements Record.
func (Identity) Of() ExportKind { return KindIdentities }

// When implements Record.
func (i Identity) When() Day {
	if i.Since == nil {
		return 0
	}
	return *i.Since
}

// Stated implements Record.
func (i Identity) Stated() time.Time { return i.AsOf }

func (Identity) fact() {}
