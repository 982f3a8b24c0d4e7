package exports

import "goodstanding/monitor"

// Expiration-dated inventory: units at Amazon by the day they expire. Units in process have none yet.
var _ = register(Format{
	Kind:    "expiration_dated_inventory",
	Title:   "Expiration-Dated Inventory",
	Where:   "Seller Central, Reports > Fulfilment > Inventory > Expiration Dated Inventory.",
	Settles: "Which units expire before they sell.",
	key:     []string{"snapshotdate", "fnsku", expirationDay, "quantity"},
	open: func(h *header, o *occasion) reader {
		s := openStock(monitor.KindExpiringInventory, h, o)
		s.quantity, s.expires = h.column("quantity"), h.column(expirationDay)
		return s
	},
})

// expirationDay is the column of the day, and as people call it.
const expirationDay = "expirationday|expirationdate|expirydate|expiration"
