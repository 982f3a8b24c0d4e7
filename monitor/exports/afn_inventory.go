package exports

import "goodstanding/monitor"

// Amazon-fulfilled inventory, in all or by country.
var _ = register(Format{
	Kind:    "afn_inventory",
	Title:   "Amazon-Fulfilled Inventory",
	Where:   "Seller Central, Reports > Fulfilment > Inventory > Amazon Fulfilled Inventory.",
	Settles: "How much of what is at Amazon, by condition and country.",
	key:     []string{"sellersku", "fulfillmentchannelsku", "quantityavailable|quantityforlocalfulfillment"},
	open: func(h *header, o *occasion) reader {
		s := openStock(monitor.KindAFNInventory, h, o)
		s.quantity = h.column("quantityavailable|quantityforlocalfulfillment")
		return s
	},
})
