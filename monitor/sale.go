package monitor

// Sale is what was ordered of a product within a range of days, in one marketplace and channel: cancelled orders and lines
// are not in it. Days are those of the marketplace's clock.
type Sale struct {
	Marketplace Marketplace // NonAmazon: multi-channel fulfilment
	Channel     Channel
	SKU         string // hostile text
	ASIN        string
	Orders      int
	Units       int
	First       Day // of those days, with an order
	// Steps holds the orders of every so many days, back from the last of the range. Nil where nobody asked for them.
	Steps []int32
}
