package exports

import "goodstanding/monitor"

// The order report lists new seller-fulfilled orders once they have left Pending, with the ship-by date in its newer
// forms. An order with several promotions goes on in rows without an order-item-id.
var _ = register(Format{
	Kind:      "order_report",
	Title:     "Order Report",
	Where:     "Seller Central, Orders > Order Reports > New Orders.",
	Settles:   "By when seller-fulfilled orders must be shipped.",
	personal:  true,
	key:       []string{"orderid", "orderitemid", "purchasedate", "paymentsdate"},
	lacks:     []string{"promisedate", "amazonorderid"},
	documents: []document{orderReportXML},
	ignored:   orderIgnored,
	open: func(h *header, o *occasion) reader {
		return openSightings(orderForm{
			id: "orderid", shipBy: "latestshipdate", status: "shipmentstatus", lines: true, released: true,
			channel: monitor.SellerFulfilled,
		}, h, o)
	},
})
