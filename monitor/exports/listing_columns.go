package exports

import "strings"

// titles makes the name of a column from all that it is called, written as Amazon does. A title is known by what stays of
// it without its accented letters, too.
func titles(all ...string) string {
	names := make([]string, 0, 2*len(all))
	for _, title := range all {
		names = append(names, normalise(title))
	}
	for i, title := range all {
		if bones := bonesOf(title); bones != names[i] && len(bones) >= 3 {
			names = append(names, bones)
		}
	}
	return strings.Join(names, "|")
}

// The columns of a listings report in the languages that have been seen: English, Japanese, German, French, Italian,
// Spanish, Polish, Turkish, Portuguese, Arabic and Chinese. Where the file is written in windows-1252, Amazon has put
// question marks for the letters that it lacks, so a Polish or Turkish title may be without them.
var (
	listingSKU = titles("seller-sku", "出品者SKU", "Händler-SKU", "sku-vendeur", "SKU venditore", "SKU del vendedor", "sku-sprzedawcy",
		"seller-sku (satıcı sku)", "sku-do-vendedor", "sku-البائع", "卖家 SKU")
	listingID = titles("listing-id", "出品ID", "Angebotsnummer", "id-offre", "Numero offerta", "Identificador del listing",
		"identyfikator-oferty", "listing-id (liste kaydı numarası)", "رقم-العرض", "商品编号")
	listingPrice     = titles("price", "価格", "Preis", "prix", "Prezzo", "Precio", "cena", "price (fiyat)", "preço", "السعر", "价格")
	listingCondition = titles("item-condition", "コンディション", "Artikelzustand", "état-produit", "Condizione dell'articolo",
		"Estado del producto", "stan-produktu", "item-condition (ürün durumu)", "حالة-المنتج", "商品状况")
	listingName = titles("item-name", "商品名", "Artikelbezeichnung", "nom-produit", "Nome dell'articolo", "Título del producto",
		"nazwa-produktu", "item-name (ürün adı)", "nome-do-item", "اسم-المنتج", "商品名称")
	listingDescription = titles("item-description", "Artikelbeschreibung", "description-article", "Descrizione dell'articolo",
		"Descripción del producto", "opis-produktu", "descrição-do-item", "وصف-المنتج", "商品描述")
	listingQuantity = titles("quantity", "数量", "Menge", "quantité", "Quantità", "Cantidad", "ilość", "quantity (adet)", "quantidade", "الكمية")
	listingOpened   = titles("open-date", "出品日", "Erstellungsdatum", "date-ouverture", "Data di creazione", "Fecha de creación",
		"data-otwarcia", "open-date (yayınlanma tarihi)", "تاريخ-مفتوح", "开售日期")
	listingIDType = titles("product-id-type", "商品IDタイプ", "Produkt-ID-Typ", "type-id-produit", "Tipo di identificativo del prodotto",
		"Tipo de identificador de producto", "typ-identyfikatora-produktu", "product-id-type (ürün numarası türü)",
		"نوع-رقم-المنتج", "商品编码类型")
	listingProductID = titles("product-id", "商品ID", "Produkt-ID", "id-produit", "Identificativo del prodotto", "Identificador del producto",
		"identyfikator-produktu", "product-id (ürün numarası)", "رقم-المنتج", "商品编码")
	listingChannel = titles("fulfillment-channel", "fulfilment-channel", "フルフィルメント・チャンネル", "Versender", "canal-traitement",
		"Canale di gestione", "Canal de gestión logística", "kanał-realizacji",
		"fulfillment-channel (dağıtım kanalı)", "قناة-الشحن", "配送渠道")
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
