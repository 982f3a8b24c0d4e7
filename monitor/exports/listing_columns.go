package exports

import "strings"

// titles makes the name of a column from all that it is called, written as Amazon does.
func titles(all ...string) string {
	for i, title := range all {
		all[i] = normalise(title)
	}
	return strings.Join(all, "|")
}

// The columns of a listings report in the languages that have been seen: English, Japanese, German, French, Italian,
// Spanish, Polish, Turkish, Arabic and Chinese. Where the file is written in windows-1252, Amazon has put question marks
// for the letters that it lacks, so a Polish or Turkish title may be without them.
var (
	listingSKU = titles("seller-sku", "出品者SKU", "Händler-SKU", "sku-vendeur", "SKU venditore", "SKU del vendedor", "sku-sprzedawcy",
		"seller-sku (satıcı sku)", "seller-sku (sat?c? sku)", "sku-البائع", "卖家 SKU")
	listingID = titles("listing-id", "出品ID", "Angebotsnummer", "id-offre", "Numero offerta", "Identificador del listing",
		"identyfikator-oferty", "listing-id (liste kaydı numarası)", "listing-id (liste kayd? numaras?)", "رقم-العرض", "商品编号")
	listingPrice     = titles("price", "価格", "Preis", "prix", "Prezzo", "Precio", "cena", "price (fiyat)", "السعر", "价格")
	listingCondition = titles("item-condition", "コンディション", "Artikelzustand", "état-produit", "Condizione dell'articolo",
		"Estado del producto", "stan-produktu", "item-condition (ürün durumu)", "حالة-المنتج", "商品状况")
	listingName = titles("item-name", "商品名", "Artikelbezeichnung", "nom-produit", "Nome dell'articolo", "Título del producto",
		"nazwa-produktu", "item-name (ürün adı)", "item-name (ürün ad?)", "اسم-المنتج", "商品名称")
	listingDescription = titles("item-description", "Artikelbeschreibung", "description-article", "Descrizione dell'articolo",
		"Descripción del producto", "opis-produktu", "وصف-المنتج", "商品描述")
	listingQuantity = titles("quantity", "数量", "Menge", "quantité", "Quantità", "Cantidad", "ilość", "ilo??", "quantity (adet)", "الكمية")
	listingOpened   = titles("open-date", "出品日", "Erstellungsdatum", "date-ouverture", "Data di creazione", "Fecha de creación",
		"data-otwarcia", "open-date (yayınlanma tarihi)", "open-date (yay?nlanma tarihi)", "تاريخ-مفتوح", "开售日期")
	listingIDType = titles("product-id-type", "商品IDタイプ", "Produkt-ID-Typ", "type-id-produit", "Tipo di identificativo del prodotto",
		"Tipo de identificador de producto", "typ-identyfikatora-produktu", "product-id-type (ürün numarası türü)",
		"product-id-type (ürün numaras? türü)", "نوع-رقم-المنتج", "商品编码类型")
	listingProductID = titles("product-id", "商品ID", "Produkt-ID", "id-produit", "Identificativo del prodotto", "Identificador del producto",
		"identyfikator-produktu", "product-id (ürün numarası)", "product-id (ürün numaras?)", "رقم-المنتج", "商品编码")
	listingChannel = titles("fulfillment-channel", "fulfilment-channel", "フルフィルメント・チャンネル", "Versender", "canal-traitement",
		"Canale di gestione", "Canal de gestión logística", "kanał-realizacji", "kana?-realizacji",
		"fulfillment-channel (dağıtım kanalı)", "fulfillment-channel (da??t?m kanal?)", "قناة-الشحن", "配送渠道")
	listingStatus = titles("status", "ステータス", "état", "stato", "estado", "durum", "الحالة", "状态")
)

// listingIgnored are the columns of a listings report that are known and not kept. Their titles are parted by commas.
var listingIgnored = func() map[string]bool {
	set := names(`image-url item-is-marketplace zshop-shipping-fee zshop-category1 zshop-browse-path
		zshop-storefront-feature zshop-boldface bid-for-featured-placement add-delete will-ship-internationally expedited-shipping
		国外へ配送可 迅速な配送 asin2 asin3 ASIN2 ASIN3`)
	for title := range strings.SplitSeq(`Artikel ist Marketplace-Angebot,Internationaler Versand,Expressversand,Hinzufügen/Löschen,
		expédition-international,livraison-express,ajouter-supprimer,
		Articolo per la vendita,Spedizione internazionale,Spedizione Express,Aggiungi o elimina,
		Producto para vender,Envío internacional,Envío urgente,Añadir o eliminar,Columna en desuso,
		produkt-jest-(na)rynku,wysyłka-międzynarodowa,wysy?ka-mi?dzynarodowa,przyspieszona-wysyłka,przyspieszona-wysy?ka,dodaj-usuń,dodaj-usu?,
		will-ship-internationally (uluslararası gönderilir),will-ship-internationally (uluslararas? gönderilir),
		expedited-shipping (ekspres kargo),
		منتج-سوق-البيع,للشحن-الدولي,شحن-مستعجل,إضافة-حذف,
		是否为商城中的商品,国际配送,加急配送,添加-删除,不适用项目,ASIN 2,ASIN 3,Deprecated column`, ",") {
		set[normalise(title)] = true
	}
	for name := range strings.SplitSeq(listingID+"|"+listingIDType+"|"+listingProductID+"|"+listingDescription, "|") {
		set[name] = true
	}
	return set
}()
