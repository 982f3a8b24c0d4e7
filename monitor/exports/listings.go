package exports

import (
	"strings"

	"goodstanding/monitor"
)

// Listings come in one layout, a French one without ASINs, and a Japanese one with its own header.
var _ = register(Format{
	Kind:    "listings",
	Title:   "Listings",
	Where:   "Seller Central, Inventory > Inventory Reports > All Listings Report.",
	Settles: "What is offered, in which condition, and words that get a listing removed.",
	key: []string{
		"sellersku|" + normalise("出品者SKU"), "listingid|" + normalise("出品ID"), "price|" + normalise("価格"), "itemcondition|" + normalise("コンディション"),
	},
	ignored: names(`item-description image-url item-is-marketplace zshop-shipping-fee zshop-category1 zshop-browse-path
		zshop-storefront-feature zshop-boldface bid-for-featured-placement add-delete will-ship-internationally expedited-shipping
		listing-id 出品ID 国外へ配送可 迅速な配送 product-id-type 商品IDタイプ product-id 商品ID asin2 asin3 ASIN2 ASIN3`),
	open: func(h *header, o *occasion) reader {
		return &listings{
			o: o, sku: h.column("sellersku|" + normalise("出品者SKU")), asin: h.column("asin1|asin"), idType: h.column("productidtype|" + normalise("商品IDタイプ")),
			id: h.column("productid|" + normalise("商品ID")), title: h.column("itemname|" + normalise("商品名")), description: h.column("itemdescription"),
			condition: h.column("itemcondition|" + normalise("コンディション")), price: h.column("price|" + normalise("価格")),
			quantity: h.column("quantity|" + normalise("数量")), opened: h.column("opendate|" + normalise("出品日")),
			channel: h.column("fulfillmentchannel|fulfilmentchannel|" + normalise("フルフィルメント・チャンネル")), status: h.column("status|" + normalise("ステータス")),
		}
	},
})

// listings reads the rows of a listings report.
type listings struct {
	o                                                                                              *occasion
	sku, asin, idType, id, title, description, condition, price, quantity, opened, channel, status int

	row *row
	now monitor.Listing
}

// maxDescription is how much of a description is kept: enough to find a word in.
const maxDescription = 4000

func (r *listings) read(row *row) (seen, *fault) {
	r.row = row
	if len(row.cell(r.sku)) == 0 {
		return seen{}, &fault{column: r.sku, expected: "a SKU"}
	}
	n, ok := parseUnits(row.cell(r.condition))
	if !ok || n > monitor.ConditionNew {
		return seen{}, &fault{column: r.condition, expected: "a condition code from 1 to 11"}
	}
	r.now = monitor.Listing{Condition: n, AsOf: r.o.asOf}
	if r.now.Quantity, ok = r.o.numbers.units(row.cell(r.quantity), 0, maxUnits); !ok {
		return seen{}, &fault{column: r.quantity, expected: "a number of units, or nothing"}
	}
	// Of use to few, so one that cannot be read costs no row.
	if opened, ok := parseOpened(row.cell(r.opened)); ok {
		r.now.OpenDate = &opened
	}
	return seen{}, nil
}

func (r *listings) fact() monitor.Fact {
	f := r.now
	f.SKU, f.ASIN = string(r.row.text(r.sku, maxName)), string(r.row.text(r.asin, maxName))
	// The French export has no ASIN columns; its product id is one when its type is 1.
	if f.ASIN == "" && string(r.row.cell(r.idType)) == "1" {
		f.ASIN = string(r.row.text(r.id, maxName))
	}
	f.Title, f.Description = string(r.row.text(r.title, maxTitle)), string(r.row.text(r.description, maxDescription))
	f.Price, f.Status = string(r.row.text(r.price, maxName)), string(r.row.text(r.status, maxName))
	f.Channel = monitor.SellerFulfilled
	if strings.HasPrefix(strings.ToUpper(string(clip(r.row.cell(r.channel), maxName))), "AMAZON") {
		f.Channel = monitor.FBA
	}
	f.Extra = r.row.extra()
	return f
}
