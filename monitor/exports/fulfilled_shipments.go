package exports

import "goodstanding/monitor"

// Amazon-fulfilled shipments: what Amazon sent, of orders on any sales channel. Rows arrive days late. As CSV it has
// titles for people: "Merchant SKU", "Shipped Quantity".
var _ = register(Format{
	Kind:     "fulfilled_shipments",
	Title:    "Amazon-Fulfilled Shipments",
	Where:    "Seller Central, Reports > Fulfilment > Sales > Amazon Fulfilled Shipments.",
	Settles:  "FBA orders and the units sold of each SKU.",
	personal: true,
	key:      []string{"amazonorderid", "shipmentitemid", "shipmentdate"},
	ignored:  and(orderIgnored, `shipment-id shipment-item-id merchant-order-item-id shipment-date carrier tracking-number estimated-arrival-date`),
	open: func(h *header, o *occasion) reader {
		return openSightings(orderForm{
			id: "amazonorderid", reported: "reportingdate", released: true, always: monitor.Shipped, channel: monitor.FBA, parcels: true,
		}, h, o)
	},
})
