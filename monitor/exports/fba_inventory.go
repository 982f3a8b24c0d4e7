package exports

import "goodstanding/monitor"

// FBA inventory ("MYI"), with the machine's header or one for people: in English of old downloads, or in Japanese.
var _ = register(Format{
	Kind:    "fba_inventory",
	Title:   "FBA Inventory",
	Where:   "Seller Central, Reports > Fulfilment > Inventory > Manage FBA Inventory.",
	Settles: "How much of what is sellable at Amazon.",
	key: []string{
		myiFulfillable, "sku|merchantsku|" + normalise("出品者SKU"), "fnsku|fulfillmentnetworksku|fulfilmentnetworksku",
	},
	ignored: names(`your-price Price 価格 mfn-listing-exists MFNListingExists 出品者出荷在庫 afn-listing-exists AFNListingExists Amazon出荷在庫
		afn-warehouse-quantity AFNWarehouseQty Amazon出荷在庫(配送センター内) per-unit-volume Volume 容積`),
	open: func(h *header, o *occasion) reader {
		s := openStock(monitor.KindFBAInventory, h, o)
		s.quantity = h.column(titles("afn-total-quantity", "AFN Total Qty", "Amazon出荷在庫(合計)"))
		s.fulfillable = h.column(myiFulfillable)
		s.unsellable = h.column(titles("afn-unsellable-quantity", "AFN Unsellable Qty", "Amazon出荷在庫(販売不可)"))
		s.reserved = h.column(titles("afn-reserved-quantity", "AFN Encumbered Qty", "AFN Reserved Qty", "Amazon出荷在庫(引当済み)"))
		s.inbound = columns(h,
			titles("afn-inbound-working-quantity", "AFN Inbound Working Qty", "Amazon納品数(準備中)"),
			titles("afn-inbound-shipped-quantity", "AFN Inbound Shipped Qty", "Amazon納品数(発送済み)"),
			titles("afn-inbound-receiving-quantity", "AFN Inbound Receiving Qty", "Amazon納品数(受領中)"))
		return s
	},
})

// myiFulfillable is the column of the units on sale.
var myiFulfillable = titles("afn-fulfillable-quantity", "AFN Fulfillable Qty", "Amazon出荷在庫(出荷可)")
