package monitor

// Sale is what was ordered of a product within a range of days, in one marketplace and channel: cancelled orders and lines
// are not in it.
type Sale struct {
	Marketplace Marketplace // NonAmazon: multi-channel fulfilment
	Channel     Channel
	SKU         string // hostile text
	ASIN        string
	Orders      int
	Units       int
	First, Last Day       // of those days, with an order
	Days        []SaleDay // those with an order, in order
}

// SaleDay is what was ordered of a product on a day of the marketplace's clock.
type SaleDay struct {
	Day           Day
	Orders, Units int32 // small, for an account has thousands of these
}
