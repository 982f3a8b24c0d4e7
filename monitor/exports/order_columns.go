package exports

import "maps"

// Columns of the order exports that are known and not kept: who bought, where it went, and what it cost beside the price.
// The fixtures hold them to be complete for the exports as they are; a column that Amazon adds is kept.
const (
	buyerColumns = `buyer-email buyer-name buyer-phone-number buyer-company-name buyer-identification-number buyer-identification-type
		buyer-tax-registration-id buyer-tax-registration-country buyer-tax-registration-type buyer-citizen-name buyer-citizen-id
		buyer-vat-number buyer-cst-number buyer-invoice-preference cpf cnpj recipient-name ship-phone-number
		ship-address-1 ship-address-2 ship-address-3 ship-city ship-state ship-county ship-postal-code ship-country address-type
		bill-name bill-address-1 bill-address-2 bill-address-3 bill-city bill-state bill-county bill-postal-code bill-country
		ship-zip bill-zip shipping-state shipping-county billing-state billing-county billing-country-code special-comments
		delivery-Instructions drop-off-location delivery-preferred-time gift-message-text purchase-order-number customized-url customized-page licensee-name license-number
		license-state license-expiration-date`
	moneyColumns = `item-tax shipping-price shipping-tax gift-wrap-type gift-wrap-price gift-wrap-tax item-promotion-discount
		item-promo-discount shipment-promo-discount shipment-promotion-discount item-promotion-id ship-promotion-discount ship-promotion-id promotion-ids price-designation tax-collection-model
		tax-collection-responsible-party payment-method payment-method-details payment-method-fee cod-collectible-amount already-paid
		points-granted ioss-number order-invoice-type product-tax-code`
	shippingColumns = `merchant-order-id order-channel order-channel-instance external-order-id url number-of-items
		signature-confirmation-recommended is-business-order is-sold-by-ab is-transparency is-amazon-invoiced
		delivery-start-date delivery-end-date delivery-time-zone earliest-ship-date earliest-delivery-date
		scheduled-delivery-start-date scheduled-delivery-end-date ship-service-name ssa-carrier ssa-ship-method
		is-shipping-settings-automation-enabled default-ship-from-name default-ship-from-address-name
		default-ship-from-address-field-1 default-ship-from-address-field-2 default-ship-from-address-field-3
		default-ship-from-state default-ship-from-country default-ship-from-postal-code
		actual-ship-from-address-name actual-ship-from-address-1 actual-ship-from-address-field-2 actual-ship-from-address-field-3
		actual-ship-from-state actual-ship-from-country actual-ship-from-postal-code
		store-chain-store-id is-pickup-point-order pickup-point-type is-ispu-order`
)

// orderIgnored are the columns of every order export that are not kept.
var orderIgnored = names(buyerColumns + " " + moneyColumns + " " + shippingColumns)

// and returns a set of names with more of them.
func and(set map[string]bool, text string) map[string]bool {
	all := names(text)
	maps.Copy(all, set)
	return all
}
