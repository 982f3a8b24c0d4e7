package exports

import (
	"strings"

	"goodstanding/monitor"
)

// The list of claims is the seller's own: Amazon lets nobody export it.
var _ = register(Format{
	Kind:     "claims",
	Title:    "Claims",
	Where:    "Your own list, claims.csv: order-id, kind, opened, status, amount, one row for each A-to-z claim or chargeback.",
	Settles:  "The order defect rate, together with feedback.",
	Template: "order-id,kind,opened,status,amount\n111-1234567-1234567,a-to-z,2026-11-18,open,39.90\n",
	own:      true,
	key:      []string{"orderid", "kind", "opened", "status"},
	open: func(h *header, o *occasion) reader {
		return &claims{
			o: o, id: h.column("orderid"), kind: h.column("kind"), opened: h.column("opened"),
			status: h.column("status"), amount: h.column("amount"),
		}
	},
})

// claims reads the rows of a list of claims.
type claims struct {
	o                                *occasion
	id, kind, opened, status, amount int

	row *row
	now monitor.Claim
}

func (r *claims) read(row *row) (seen, *fault) {
	r.row = row
	if !isOrderID(row.cell(r.id)) {
		return seen{}, &fault{column: r.id, expected: anOrderID}
	}
	kind, ok := parseClaimKind(string(clip(row.cell(r.kind), maxName)))
	if !ok {
		return seen{}, &fault{column: r.kind, expected: "a-to-z or chargeback"}
	}
	day, ok := r.o.dayIn(row.cell(r.opened), true, row.line)
	if !ok {
		return seen{}, &fault{column: r.opened, expected: aDay}
	}
	r.now = monitor.Claim{Kind: kind, AsOf: r.o.asOf}
	status := row.cell(r.status)
	if r.now.Status, ok = parseClaimStatus(string(clip(status, maxName))); !ok {
		r.o.oddState(status)
	}
	var s seen
	if day != nil {
		r.now.Opened, s.span = *day, on(*day)
	}
	return s, nil
}

func (r *claims) fact() monitor.Fact {
	c := r.now
	c.OrderID = string(r.row.cell(r.id))
	c.Amount = string(clip(r.row.cell(r.amount), maxName))
	c.Extra = r.row.extra()
	return c
}

// parseClaimKind reads the kind of a claim in the words that people use.
func parseClaimKind(s string) (monitor.ClaimKind, bool) {
	kind, ok := claimKinds[strings.TrimSuffix(strings.TrimSuffix(normalise(s), "s"), "claim")]
	return kind, ok
}

// claimKinds are the words for the kinds of a claim, in the languages of Seller Central.
var claimKinds = func() map[string]monitor.ClaimKind {
	kinds := map[string]monitor.ClaimKind{}
	for kind, words := range map[monitor.ClaimKind]string{
		monitor.AToZ: `A-to-Z,A2Z,A-Z,A-to-Z Guarantee,A-Z Guarantee,Amazon A-to-Z,Amazon A-to-Z Guarantee,
			A-bis-Z,A-bis-Z-Garantie,A-bis-Z-Garantie-Antrag,A-Z-Garantie,Garantie A à Z,Garantie de A à Z,Garanzia A-Z,Garanzia dalla A alla Z,
			Garantía A-Z,Garantía de la A a la Z,マーケットプレイス保証,Amazonマーケットプレイス保証,A-Z 索赔,亚马逊商城交易保障索赔`,
		monitor.Chargeback: "Chargeback,Rückbuchung,Rétrofacturation,Contracargo,Riaddebito,チャージバック,拒付,信用卡拒付",
	} {
		for word := range strings.SplitSeq(words, ",") {
			kinds[normalise(word)] = kind
		}
	}
	return kinds
}()

// claimWords are the words for the states of a claim, normalised, in American spelling.
var claimWords = map[string]monitor.ClaimStatus{
	"": monitor.ClaimOpen, "open": monitor.ClaimOpen, "opened": monitor.ClaimOpen, "new": monitor.ClaimOpen,
	"pending": monitor.ClaimOpen, "underreview": monitor.ClaimOpen, "inreview": monitor.ClaimOpen, "reviewing": monitor.ClaimOpen,
	"actionrequired": monitor.ClaimOpen, "inprogress": monitor.ClaimOpen, "appealed": monitor.ClaimOpen, "underappeal": monitor.ClaimOpen,

	"granted": monitor.ClaimGranted, "lost": monitor.ClaimGranted, "refunded": monitor.ClaimGranted,
	"closedinbuyersfavor": monitor.ClaimGranted, "inbuyersfavor": monitor.ClaimGranted, "sellerfunded": monitor.ClaimGranted,

	"denied": monitor.ClaimDenied, "won": monitor.ClaimDenied, "rejected": monitor.ClaimDenied, "declined": monitor.ClaimDenied,
	"closedinsellersfavor": monitor.ClaimDenied, "insellersfavor": monitor.ClaimDenied,

	"withdrawn": monitor.ClaimWithdrawn, "withdrawnbybuyer": monitor.ClaimWithdrawn, "cancelled": monitor.ClaimWithdrawn,
	"canceled": monitor.ClaimWithdrawn, "cancelledbybuyer": monitor.ClaimWithdrawn, "canceledbybuyer": monitor.ClaimWithdrawn,

	"amazonfunded": monitor.ClaimAmazonFunded, "fundedbyamazon": monitor.ClaimAmazonFunded, "paidbyamazon": monitor.ClaimAmazonFunded,
}

// parseClaimStatus reads the state of a claim, and says whether it is known. What is not is kept as written, in lower case,
// and counts as a claim; so does a blank one, which is taken as open.
func parseClaimStatus(s string) (monitor.ClaimStatus, bool) {
	if status, ok := claimWords[strings.ReplaceAll(normalise(s), "favour", "favor")]; ok && (s == "" || normalise(s) != "") {
		return status, true
	}
	return monitor.ClaimStatus(strings.ToLower(s)), false
}
