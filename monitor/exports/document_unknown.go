package exports

import (
	"fmt"
	"slices"
)

// private names, normalised, are what a document says of people inside elements whose own names are harmless: whoever
// bought, was sent to or pays, what a gift says, whose pet a medicine is for, and what is printed for one buyer.
var private = names(`
	BillingData Address DefaultShipFromLocationAddress shipFromAddress ShippingAddress deliveryAddress
	BuyerInfo BuyerTaxInfo BuyerTaxInformation buyer recipient taxRegistrations taxRegistration
	PaymentExecutionDetail paymentExecutions paymentExecution AcquirerId AuthorizationCode
	GiftMessageText giftMessage GiftMessage BuyerCustomizedInfo CustomizationInfo customization customizedUrl CustomizedURL CustomizedPage
	RegulatedInformation RegulatedOrderVerificationStatus deliveryPreference deliveryPreferences DeliveryPreferences
	PurchaseOrderNumber buyerPurchaseOrderNumber dropOffLocation addressInstruction DeliveryInstructions
	AmazonSessionID MerchantIdentifier NextToken
`)

// people remembers which names of elements speak of people: a document has few names, each of them many times.
type people map[string]bool

// has says whether what is called so may say who somebody is. Without any memory nobody is spoken of: reports that hold
// figures only have words of their own.
func (p people) has(name string) bool {
	if p == nil {
		return false
	}
	is, known := p[name]
	if !known {
		n := normalise(name)
		is = private[n] || isPersonal(n)
		if len(p) < 1000 {
			p[name] = is
		}
	}
	return is
}

// unknown returns the texts inside a node that no reader asked for, by their path below prefix, but for what speaks of
// people, and for what stands in one of the nodes in but.
func (n *node) unknown(prefix string, who people, but []*node) []pair {
	var all []pair
	times := map[string]int{}
	for _, k := range n.kids {
		times[k.name]++
	}
	nth := map[string]int{}
	for _, k := range n.kids {
		if len(all) > 4*maxExtras {
			break // more is not kept
		}
		many := times[k.name] > 1
		if many {
			nth[k.name]++
		}
		if k.used && len(k.kids) == 0 || k.text == "" && len(k.kids) == 0 || len(but) > 0 && slices.Contains(but, k) || who.has(k.name) {
			continue
		}
		path := prefix + k.name
		if many {
			path += fmt.Sprintf("[%d]", nth[k.name])
		}
		if k.text != "" && !k.used {
			all = append(all, pair{path, k.text})
		}
		if len(k.kids) > 0 {
			all = append(all, k.unknown(path+"/", who, but)...)
		}
	}
	return all
}
