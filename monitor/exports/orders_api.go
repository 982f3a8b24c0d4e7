package exports

import (
	"strings"

	"goodstanding/monitor"
)

// Orders of the Orders API are what some tool asked for: a page, or a single order, never all of an account's. So they say
// what became of an order and by when it must be shipped, and nothing of how many orders there are: a kind of their own.
var _ = register(Format{
	Kind:     monitor.KindOrdersAPI,
	Title:    "Orders API",
	Where:    "What a tool of yours saves from Amazon's Orders API: orders, one order or its items, of version v0 or 2026-01-01, as JSON, or from MWS as XML.",
	Settles:  "By when orders must be shipped, and what became of them; never how many orders there are.",
	personal: true,
	documents: []document{
		{syntax: "json", path: "Orders", open: openOrdersV0},
		{syntax: "json", path: "payload/Orders", open: openOrdersV0},
		{syntax: "json", path: "payload", has: orderV0, open: openOrdersV0},
		{syntax: "json", path: "", has: orderV0, open: openOrdersV0},
		{syntax: "json", path: "payload", has: itemsV0, open: openItemsV0},
		{syntax: "json", path: "", has: itemsV0, open: openItemsV0},
		{syntax: "json", path: "orders", has: orderV0, open: openOrdersV0},
		{syntax: "json", path: "orders", open: openOrders2026},
		{syntax: "json", path: "payload/orders", has: orderV0, open: openOrdersV0},
		{syntax: "json", path: "payload/orders", open: openOrders2026},
		{syntax: "json", path: "order", has: orderV0, open: openOrdersV0},
		{syntax: "json", path: "order", has: order2026, open: openOrders2026},
		{syntax: "json", path: "payload/order", has: orderV0, open: openOrdersV0},
		{syntax: "json", path: "payload/order", has: order2026, open: openOrders2026},
		{syntax: "json", path: "payload", has: order2026, open: openOrders2026},
		{syntax: "json", path: "", has: order2026, open: openOrders2026},
		{syntax: "xml", path: "ListOrdersResponse/ListOrdersResult/Orders/Order", open: openOrdersMWS},
		{syntax: "xml", path: "ListOrdersByNextTokenResponse/ListOrdersByNextTokenResult/Orders/Order", open: openOrdersMWS},
		{syntax: "xml", path: "GetOrderResponse/GetOrderResult/Orders/Order", open: openOrdersMWS},
		{syntax: "xml", path: "ListOrderItemsResponse/ListOrderItemsResult", has: itemsV0, open: openItemsMWS},
	},
})

// What the parts of the API's answers are known by, where their place does not tell.
var (
	orderV0   = []string{"AmazonOrderId", "PurchaseDate"}
	itemsV0   = []string{"AmazonOrderId", "OrderItems"}
	order2026 = []string{"orderId", "createdTime"}
)

// v0Order are the fields of an order of version v0.
var v0Order = []field{
	{column: "amazonorderid", from: "/AmazonOrderId"},
	{column: "purchasedate", from: "/PurchaseDate"},
	{column: "lastupdateddate", from: "/LastUpdateDate"},
	{column: "orderstatus", from: "/OrderStatus"},
	{column: "fulfillmentchannel", from: "/FulfillmentChannel"},
	{column: "saleschannel", from: "/SalesChannel", ofRecord: storeByID("MarketplaceId")},
	{column: "buyeremail", from: "/BuyerInfo/BuyerEmail|/BuyerEmail"},
	{column: "shipcountry", from: "/ShippingAddress/CountryCode"},
	{column: "latestshipdate", from: "/LatestShipDate"},
	{column: "latestdeliverydate", from: "/LatestDeliveryDate"},
	{column: "shipservicelevel", from: "/ShipServiceLevel"},
}

// v0Item are the fields of an item of version v0.
var v0Item = []field{
	{column: "orderitemid", from: "OrderItemId"},
	{column: "sku", from: "SellerSKU"},
	{column: "asin", from: "ASIN"},
	{column: "productname", from: "Title"},
	{column: "quantity", from: "QuantityOrdered"},
	{column: "itemprice", from: "ItemPrice/Amount"},
	{column: "currency", from: "ItemPrice/CurrencyCode"},
	{column: "isbuyerrequestedcancellation", from: "BuyerRequestedCancel/IsBuyerRequestedCancel"},
}

// anOrder is the form of an order, and anItem that of items without their order: of that they state the id alone.
var (
	anOrder = orderForm{id: "amazonorderid", updated: "lastupdateddate", status: "orderstatus", shipBy: "latestshipdate", strict: true}
	anItem  = orderForm{id: "amazonorderid", undated: true}
)

func openOrdersV0(o *occasion) recordReader {
	return openOrders("OrderItems", v0Order, v0Item, anOrder, o)
}

func openItemsV0(o *occasion) recordReader {
	return openOrders("OrderItems", v0Order[:1], v0Item, anItem, o)
}

func openOrdersMWS(o *occasion) recordReader {
	return openOrders("OrderItems/OrderItem", v0Order, v0Item, anOrder, o)
}

func openItemsMWS(o *occasion) recordReader {
	return openOrders("OrderItems/OrderItem", v0Order[:1], v0Item, anItem, o)
}

func openOrders(items string, order, item []field, form orderForm, o *occasion) recordReader {
	fields := append(append([]field{}, order...), item...)
	return openTable(items, fields, func(h *header) reader { return openSightings(form, h, o) })
}

// openOrders2026 reads orders of version 2026-01-01, which has its parts only where they were asked for.
func openOrders2026(o *occasion) recordReader {
	form := anOrder
	form.silent = true
	return openOrders("orderItems", []field{
		{column: "amazonorderid", from: "/orderId"},
		{column: "purchasedate", from: "/createdTime"},
		{column: "lastupdateddate", from: "/lastUpdatedTime"},
		{column: "orderstatus", from: "/fulfillment/fulfillmentStatus"},
		{column: "fulfillmentchannel", from: "/fulfillment/fulfilledBy"},
		{column: "saleschannel", ofRecord: salesChannel2026},
		{column: "buyeremail", from: "/buyer/buyerEmail"},
		{column: "shipcountry", from: "/recipient/deliveryAddress/countryCode"},
		{column: "latestshipdate", from: "/fulfillment/shipByWindow/latestDateTime"},
		{column: "latestdeliverydate", from: "/fulfillment/deliverByWindow/latestDateTime"},
		{column: "shipservicelevel", from: "/fulfillment/fulfillmentServiceLevel"},
	}, []field{
		{column: "orderitemid", from: "orderItemId"},
		{column: "sku", from: "product/sellerSku"},
		{column: "asin", from: "product/asin"},
		{column: "productname", from: "product/title"},
		{column: "quantity", from: "quantityOrdered"},
		{column: "itemprice", from: "proceeds/breakdowns[type=ITEM]/subtotal/amount"},
		{column: "currency", from: "proceeds/breakdowns[type=ITEM]/subtotal/currencyCode|product/price/unitPrice/currencyCode"},
		{column: "itemstatus", ofItem: itemStatus2026},
		{column: "isbuyerrequestedcancellation", ofItem: buyerCancel2026},
	}, form, o)
}

// storeByID names the store of an order by Amazon's id of it. An id that nobody knows stays as it is.
func storeByID(path string) func(rec *node) string {
	steps := parseSteps(path)
	return func(rec *node) string {
		id := firstText(rec.all(steps))
		if m, ok := monitor.MarketplaceByID(id); ok {
			return string(m)
		}
		return id
	}
}

// store2026 names the store of an order of version 2026-01-01.
var store2026 = storeByID("salesChannel/marketplaceId")

// salesChannel2026 names the store of an order, or says that it was sold elsewhere.
func salesChannel2026(rec *node) string {
	channel, name := rec.first("salesChannel/channelName"), rec.first("salesChannel/marketplaceName")
	store := store2026(rec)
	switch {
	case strings.HasPrefix(normalise(channel), "nonamazon"):
		return string(monitor.NonAmazon)
	case name != "":
		return name
	}
	return store
}

// itemStatus2026 says that an item was cancelled, if nothing of it was shipped.
func itemStatus2026(item *node) string {
	if len(item.all(steps{{name: "cancellation"}, {name: "cancellationExecution"}})) == 0 {
		return ""
	}
	if shipped := item.first("fulfillment/quantityFulfilled"); shipped != "" && shipped != "0" {
		return ""
	}
	return string(monitor.Cancelled)
}

// buyerCancel2026 says whether the buyer asked for the end of an item, or made it.
func buyerCancel2026(item *node) string {
	asked, made := item.first("cancellation/cancellationRequest/requester"), item.first("cancellation/cancellationExecution/cancelledBy")
	if strings.EqualFold(asked, "BUYER") || strings.EqualFold(made, "BUYER") {
		return "true"
	}
	return ""
}
