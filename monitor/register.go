package monitor

// Register is what one account's checks may know of the other accounts.
type Register struct {
	Accounts   []string                 // those that have a folder, this one included, sorted
	Records    []Sourced[AccountRecord] // the rows of every accounts.csv, the newest word on each account and store
	Identities int                      // how many attributes of this account the lists of identities name
	Ties       []Tie                    // of this account to others, the strongest first
}

// Tie is what makes it likely that another account belongs to the same owner.
type Tie struct {
	Account string  // the other one
	Score   float64 // 0..1: how sure that one owner is behind both
	Via     string  // the account by way of which alone the two are joined; empty: they share the attributes below
	Shared  []SharedAttribute
}

// SharedAttribute is something that two accounts have in common. Values are as people may see them: of a secret kind, its
// last digits.
type SharedAttribute struct {
	Kind         IdentityKind
	Weight       float64 // how much it adds: natural logarithm of the odds
	Mine, Theirs string
	Source       Source // of the row that names mine; zero where orders or listings show it
}

// Attributes is what all accounts are known by at one instant, for linking them.
type Attributes struct {
	Identities []Sourced[Identity]    // rows of every identities.csv
	Goods      []Goods                // of accounts of which it is known what they sell
	Homes      map[string]Marketplace // where an account sells, if that is one marketplace
}

// Goods is what an account sells: hostile text.
type Goods struct {
	Account     string
	SKUs, ASINs []string
}

// Linker finds out which accounts share an owner, and answers for each account of some tie its ties, the strongest first. It
// is a pure function of the attributes.
type Linker func(Attributes) map[string][]Tie
