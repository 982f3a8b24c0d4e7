package exports

import "goodstanding/monitor"

// The list of unshipped orders shows what waits at one instant: seller-fulfilled orders that are not confirmed.
var _ = register(Format{
	Kind:     "unshipped_orders",
	Title:    "Unshipped Orders",
	Where:    "Seller Central, Orders > Order Reports > Unshipped Orders.",
	Settles:  "Which orders wait for shipment, by when they must be confirmed, and which were late.",
	personal: true,
	key:      []string{"orderid", "orderitemid", "purchasedate", "promisedate"},
	lacks:    []string{"amazonorderid"},
	ignored:  and(orderIgnored, `days-past-promise quantity-shipped quantity-to-ship`),
	open: func(h *header, o *occasion) reader {
		return openSightings(orderForm{
			id: "orderid", reported: "reportingdate", shipBy: "promisedate", lines: true, released: true,
			always: monitor.Unshipped, channel: monitor.SellerFulfilled,
		}, h, o)
	},
})
