package exports

import "goodstanding/monitor"

// allOrdersXML is All Orders as XML: the same orders as in the table, without a ship-by date.
var allOrdersXML = document{
	syntax: "xml", path: "AmazonEnvelope/Message/Order", message: "allordersreport|orders|ordersreport",
	open: func(o *occasion) recordReader {
		return openTable("OrderItem", []field{
			{column: "amazonorderid", from: "/AmazonOrderID|/AmazonOrderId"},
			{column: "orderitemid", from: "AmazonOrderItemCode"},
			{column: "purchasedate", from: "/PurchaseDate"},
			{column: "lastupdateddate", from: "/LastUpdatedDate"},
			{column: "orderstatus", from: "/OrderStatus"},
			{column: "itemstatus", from: "ItemStatus"},
			{column: "fulfillmentchannel", from: "/FulfillmentData/FulfillmentChannel"},
			{column: "saleschannel", from: "/SalesChannel"},
			{column: "shipcountry", from: "/FulfillmentData/Address/Country|/FulfillmentData/Address/CountryCode"},
			{column: "latestshipdate", from: "/FulfillmentData/LatestShipDate|/LatestShipDate"},
			{column: "latestdeliverydate", from: "/FulfillmentData/LatestDeliveryDate|/LatestDeliveryDate"},
			{column: "shipservicelevel", from: "/FulfillmentData/ShipServiceLevel"},
			{column: "sku", from: "SKU"},
			{column: "asin", from: "ASIN"},
			{column: "productname", from: "ProductName"},
			{column: "quantity", from: "Quantity"},
			{column: "itemprice", from: "ItemPrice/Component[Type=Principal]/Amount"},
			{column: "currency", from: "ItemPrice/Component[Type=Principal]/Amount/@currency"},
			{column: "isbuyerrequestedcancellation", from: "IsBuyerRequestedCancellation|BuyerRequestedCancel/IsBuyerRequestedCancel|/IsBuyerRequestedCancellation"},
		}, func(h *header) reader {
			return openSightings(orderForm{
				id: "amazonorderid", updated: "lastupdateddate", status: "orderstatus", shipBy: "latestshipdate", strict: true,
			}, h, o)
		})
	},
}

// orderReportXML is the order report as XML, for shipping, invoicing and tax alike.
var orderReportXML = document{
	syntax: "xml", path: "AmazonEnvelope/Message/OrderReport", message: "orderreport",
	open: func(o *occasion) recordReader {
		return openTable("Item", []field{
			{column: "orderid", from: "/AmazonOrderID|/AmazonOrderId"},
			{column: "orderitemid", from: "AmazonOrderItemCode"},
			{column: "purchasedate", from: "/OrderDate"},
			{column: "paymentsdate", from: "/OrderPostedDate"}, // when it left Pending
			{column: "shipmentstatus", from: "/ShipmentStatus|/FulfillmentData/ShipmentStatus"},
			{column: "saleschannel", from: "/SalesChannel|/OrderChannel"},
			{column: "buyeremail", from: "/BillingData/BuyerEmailAddress"},
			{column: "shipcountry", from: "/FulfillmentData/Address/CountryCode"},
			{column: "latestshipdate", from: "/FulfillmentData/LatestShipDate|/LatestShipDate"},
			{column: "latestdeliverydate", from: "/FulfillmentData/LatestDeliveryDate|/LatestDeliveryDate"},
			{column: "shipservicelevel", from: "/FulfillmentData/FulfillmentServiceLevel"},
			{column: "sku", from: "SKU"},
			{column: "asin", from: "ASIN"},
			{column: "productname", from: "Title"},
			{column: "quantitypurchased", from: "Quantity"},
			{column: "itemprice", from: "ItemPrice/Component[Type=Principal]/Amount"},
			{column: "currency", from: "ItemPrice/Component[Type=Principal]/Amount/@currency"},
			{column: "isbuyerrequestedcancellation", from: "IsBuyerRequestedCancellation|/IsBuyerRequestedCancellation"},
		}, func(h *header) reader {
			// Not one of its rows continues another, so a row without its item's code is a row.
			return openSightings(orderForm{
				id: "orderid", shipBy: "latestshipdate", status: "shipmentstatus", released: true, channel: monitor.SellerFulfilled,
			}, h, o)
		})
	},
}
