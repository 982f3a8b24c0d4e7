package policy

// ShelfLife is how many days goods at Amazon must have left until they expire.
type ShelfLife struct {
	Line    int // units with so many days left, or fewer, are not sold any more: they are removed or disposed of
	CheckIn int // units that arrive need so many, and the time that it takes to use one up on top
	Source  string
	Sure    string // H, M or L: how well the source holds
}

// FBAShelfLife is the rule of Amazon's warehouses. Single types of food need more on arrival in some stores (canned goods 250
// days, cereals 150 in a German table), and some are sold for longer; no export tells the type. For goods that sellers ship
// themselves Amazon publishes no number of days.
var FBAShelfLife = ShelfLife{Line: 50, CheckIn: 90, Sure: "H",
	Source: "Amazon's page on expiration dates at FBA: unsellable within 50 days of expiry; on arrival the time to use up and 90 days"}
