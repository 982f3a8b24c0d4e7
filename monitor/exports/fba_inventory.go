package exports

import "goodstanding/monitor"

// FBA inventory ("MYI"), with the machine's header or the human one of old downloads.
var _ = register(Format{
	Kind:    "fba_inventory",
	Title:   "FBA Inventory",
	Where:   "Seller Central, Reports > Fulfilment > Inventory > Manage FBA Inventory.",
	Settles: "How much of what is sellable at Amazon.",
	key:     []string{"afnfulfillablequantity|afnfulfillableqty", "sku|merchantsku", "fnsku|fulfillmentnetworksku|fulfilmentnetworksku"},
	ignored: names(`your-price Price mfn-listing-exists MFNListingExists afn-listing-exists AFNListingExists afn-warehouse-quantity
		AFNWarehouseQty per-unit-volume Volume`),
	open: func(h *header, o *occasion) reader {
		s := openStock(monitor.KindFBAInventory, h, o)
		s.quantity = h.column("afntotalquantity|afntotalqty")
		s.fulfillable = h.column("afnfulfillablequantity|afnfulfillableqty")
		s.unsellable = h.column("afnunsellablequantity|afnunsellableqty")
		s.reserved = h.column("afnreservedquantity|afnencumberedqty")
		s.inbound = columns(h, "afninboundworkingquantity|afninboundworkingqty", "afninboundshippedquantity|afninboundshippedqty",
			"afninboundreceivingquantity|afninboundreceivingqty")
		return s
	},
})
