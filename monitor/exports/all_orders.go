package exports

// AllOrders is the list of every order, of sellers and FBA alike. It is the only one that says what became of an order.
var _ = register(Format{
	Kind:      "all_orders",
	Title:     "All Orders",
	Where:     "Seller Central, Reports > Fulfilment > All Orders, by last update.",
	Settles:   "How many orders there are, what became of them, and cancellations; with several files, when they were confirmed.",
	key:       []string{"amazonorderid", "purchasedate", "lastupdateddate", "orderstatus", "fulfillmentchannel|fulfilmentchannel"},
	lacks:     []string{"shipmentitemid"},
	documents: []document{allOrdersXML},
	ignored:   orderIgnored,
	alone:     true,
	open: func(h *header, o *occasion) reader {
		return openSightings(orderForm{
			id: "amazonorderid", updated: "lastupdateddate", status: "orderstatus", shipBy: "latestshipdate", strict: true,
		}, h, o)
	},
})
