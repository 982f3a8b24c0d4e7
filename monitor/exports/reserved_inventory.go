package exports

import "goodstanding/monitor"

// Reserved inventory: units at Amazon that cannot be sold now.
var _ = register(Format{
	Kind:    "reserved_inventory",
	Title:   "Reserved Inventory",
	Where:   "Seller Central, Reports > Fulfilment > Inventory > Reserved Inventory.",
	Settles: "How much of what is on its way or being processed at Amazon.",
	key:     []string{"sku", "reservedqty", "reservedcustomerorders"},
	open: func(h *header, o *occasion) reader {
		s := openStock(monitor.KindReservedInventory, h, o)
		s.reserved = h.column("reservedqty")
		return s
	},
})
