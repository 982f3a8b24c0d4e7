package simulator

import (
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// nordlichtPapers are what the failing account has beside its orders. Whatever gets an account suspended is in them once: goods
// that are not new, out of date, doubted or forbidden, and a sister account that is suspended.
func nordlichtPapers(end monitor.Day) Papers {
	weekly := func(h *History, at time.Time) []file {
		day := monitor.DayOf(at, h.Shop.Marketplace.Clock())
		if day.Weekday() != time.Friday || day <= end-70 || day == end {
			return nil
		}
		files := []file{{h.number(at, 8), nordlichtVoice(day, 0.012, "Fair", 118)}}
		if day <= end-28 { // then nobody downloaded it any more
			files = append(files, file{h.number(at, 9), nordlichtStock()})
		}
		return files
	}
	last := on(end, func(h *History, at time.Time) []file {
		day := func(n int) string { return (end + monitor.Day(n)).String() }
		return []file{
			listings(h, at, nordlichtOffers()),
			sellerReturns(h, at, slices.Concat(
				slices.Repeat([]returned{{sku: "NL-KUEHL-24", reason: "CR-SWITCHEROO"}}, 9), slices.Repeat([]returned{{sku: "NL-HAND-6", reason: "CR-MISSING_PARTS"}}, 19),
				slices.Repeat([]returned{{sku: "NL-BRETT-45", reason: "AMZ-PG-BAD-DESC"}}, 4), []returned{{sku: "NL-LED-10M", reason: "CR-UNWANTED_ITEM"}, {sku: "NL-ELCH", reason: "CR-NO_REASON_GIVEN"}},
			)),
			fbaReturns(h, at, []returned{
				{sku: "NL-MON-24", reason: "DEFECTIVE", words: "Als neu verkauft, aber eindeutig gebraucht: Kratzer und Fingerabdrücke.", disposition: "CUSTOMER_DAMAGED"},
				{sku: "NL-MON-24", reason: "QUALITY_UNACCEPTABLE", words: "Karton war schon geöffnet, da hatte jemand anders das Teil vor mir."},
				{sku: "NL-AKKU-20", reason: "NOT_AS_DESCRIBED", words: "Das ist eine Fälschung, kein echter Akku des Herstellers."},
				{sku: "NL-AKKU-20", reason: "QUALITY_UNACCEPTABLE", words: "Kein Original, die Seriennummer ist beim Hersteller nicht bekannt."},
				{sku: "NL-AKKU-20", reason: "DEFECTIVE", words: "Wurde beim Laden so heiß, dass ich mir die Hand verbrannt habe."},
				{sku: "NL-KEKS-400", reason: "QUALITY_UNACCEPTABLE", words: "Die Kekse waren seit zwei Monaten abgelaufen!"},
			}),
			{"lots.csv", lines("sku,lot,quantity,expires,condition,source,received",
				"NL-KEKS-400,K-0931,180,"+day(75)+",New,Backhaus Ostsee,"+day(-20),
				"NL-KEKS-400,K-0877,14,"+day(-6)+",New,Backhaus Ostsee,"+day(-160),
				"NL-MON-24,M-2,9,,Open box,customer return,"+day(-12),
				"NL-LED-10M,L-40,300,,New,Lichtwerk Handels GmbH,"+day(-45))},
			{"invoices.csv", lines("supplier,number,date,asin,units",
				"Lichtwerk Handels GmbH,R-2207,"+day(-200)+",B0NL10MLED,400", "Lichtwerk Handels GmbH,R-2388,"+day(-45)+",B0NL10MLED,800",
				"Wärme & Mehr KG,88-104,"+day(-150)+",B0NLHZ2000,900", "Fjordimport,F-17,"+day(-120)+",B0NLKUEH24,700", "Holzwerk Eder,5521,"+day(-99)+",B0NLBRET45,600",
				"Textil Nord,T-9,"+day(-140)+",B0NLHAND06,700", "Fjordimport,F-21,"+day(-80)+",B0NLELCH01,600", "Büro Krause,1204,"+day(-110)+",B0NLMON024,400",
				"Backhaus Ostsee,B-3,"+day(-20)+",B0NLKEKS40,600", "Akku Diskont,AD-1,"+day(-60)+",B0NLAKKU20,20")},
			{"violations.csv", lines("opened,class,asin,severity,status,note",
				day(-150)+",Suspected Intellectual Property Violations,B0NLELCH01,medium,open,Bildrechte", day(-120)+",Received Intellectual Property Complaints,B0NLELCH01,high,open,Markenrecht",
				day(-80)+",Received Intellectual Property Complaints,B0NLKUEH24,high,open,Geschmacksmuster", day(-30)+",Suspected Intellectual Property Violations,B0NLHAND06,medium,open,Logo im Bild",
				day(-95)+",Restricted Product Policy Violations,B0NLSPRAY5,high,open,Biozid", day(-41)+",Product Authenticity Customer Complaints,B0NLAKKU20,high,open,",
				day(-17)+",Listing Policy Violations,B0NLBRET45,low,open,Titel", day(-170)+",Listing Policy Violations,B0NLMON024,low,resolved,Titel")},
			{"accounts.csv", lines("account,name,marketplace,status,opened,suspended",
				"nordlicht-outlet,Nordlicht Outlet,Amazon.de,NORMAL,"+day(-260)+",", "nordlicht-outlet,Nordlicht Outlet,Amazon.nl,NORMAL,"+day(-250)+",",
				"polarstern-shop,Polarstern Shop,Amazon.de,Deactivated,"+day(-1400)+","+day(-330))},
			{"identities.csv", lines("account,kind,value,since,source",
				"nordlicht-outlet,legal_name,Nordlicht Handels GmbH,"+day(-260)+",registration", "polarstern-shop,legal_name,Polarstern Versand UG,"+day(-1400)+",registration",
				"nordlicht-outlet,owner_name,Jona Beispiel,"+day(-260)+",registration", "polarstern-shop,owner_name,Jona Beispiel,"+day(-1400)+",registration",
				"nordlicht-outlet,bank_account,DE02120300000000202051,"+day(-260)+",payout", "polarstern-shop,bank_account,DE02 1203 0000 0000 2020 51,"+day(-1400)+",payout",
				"nordlicht-outlet,phone,+49 30 23125 014,"+day(-260)+",registration", "polarstern-shop,phone,030 23125014,"+day(-1400)+",registration",
				"nordlicht-outlet,email,post@nordlicht.example,"+day(-260)+",registration", "polarstern-shop,email,hallo@polarstern.example,"+day(-1400)+",registration")},
			{h.number(at, 8), nordlichtVoice(end, 0.094, "Very poor", 0)},
			performance(h, at, "AT_RISK", nordlichtMetrics(end)),
		}
	})
	return func(h *History, at time.Time) []file { return append(weekly(h, at), last(h, at)...) }
}

// nordlichtOffers are the account's offers: all it sells, as new, and a spray that nobody has bought yet.
func nordlichtOffers() []offer {
	var all []offer
	for _, p := range nordlicht {
		all = append(all, offer{Product: p, about: "Versand aus Rostock.", quantity: 40})
	}
	return append(all, offer{Product: Product{"NL-SPRAY-500", "B0NLSPRAY5", "Antibakterielles Reinigungsspray 500 ml gegen Schimmel & Keime", 899, 0},
		about: "Desinfiziert und tötet 99,9 % aller Bakterien.", quantity: 25})
}

// nordlichtVoice is the account's Voice of the Customer on a day: two products, and others that sell no more.
func nordlichtVoice(day monitor.Day, ncx float64, health string, others int) []byte {
	const orders = 640
	rows := []string{
		"Snapshot Date,Product name,ASIN,SKU,Condition,Fulfilled by,NCX rate,NCX orders,Total orders,Star rating,Return rate,Top NCX reason,Last updated,Status,Return Badge Displayed",
		fmt.Sprintf("%s,Schneidebrett Eiche geölt,B0NLBRET45,NL-BRETT-45,New,Seller,%.2f%%,%d,%d,3.1,11.0%%,Not as described,%s,%s,No", day, ncx*100, int(ncx*orders), orders, day-1, health),
		fmt.Sprintf("%s,Türstopper,B0NLELCH01,NL-ELCH,New,Seller,0.80%%,3,380,4.4,2.1%%,Defective item,%s,Excellent,No", day, day-1),
	}
	for i := range others {
		rows = append(rows, fmt.Sprintf("%s,Auslaufartikel %d,B0NLALT%03d,NL-ALT-%02d,New,Seller,0.00%%,0,12,4.0,0.0%%,,%s,Good,No", day, i+1, i+1, i+1, day-1))
	}
	return lines(rows...)
}

// nordlichtStock is the account's inventory report.
func nordlichtStock() []byte {
	rows := []string{"sku\tasin\tprice\tquantity"}
	for _, p := range nordlicht {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t40", p.SKU, p.ASIN, money(p.Cents)))
	}
	return lines(rows...)
}

// nordlichtMetrics is what Amazon counts against the account. It has seen three times the claims that the seller noted.
func nordlichtMetrics(end monitor.Day) map[string]any {
	return map[string]any{
		"lateShipmentRate":         counted(window(end, 30, 0), "orderCount", "lateShipmentCount", 560, 39, "BAD", 0.04, "LESS_THAN"),
		"prefulfillmentCancelRate": counted(window(end, 7, 1), "orderCount", "cancellationCount", 128, 6, "BAD", 0.025, "LESS_THAN"),
		"orderDefectRate": map[string]any{"mfn": map[string]any{
			"reportingDateRange": window(end, 60, 15), "orderCount": 1040, "orderWithDefects": map[string]any{"count": 71, "status": "BAD"},
			"claims": map[string]any{"count": 46, "status": "BAD"}, "chargebacks": map[string]any{"count": 2, "status": "NONE"},
			"negativeFeedback": map[string]any{"count": 23, "status": "BAD"}, "fulfillmentType": "mfn", "status": "BAD", "rate": 0.0682,
			"targetValue": 0.01, "targetCondition": "LESS_THAN"}},
		"validTrackingRate":       counted(window(end, 30, 10), "shipmentCount", "validTrackingCount", 540, 498, "BAD", 0.95, "GREATER_THAN"),
		"unitOnTimeDeliveryRate":  counted(window(end, 14, 7), "totalUnitCount", "unitOnTimeDeliveryCount", 260, 219, "BAD", 0.9, "GREATER_THAN"),
		"listingPolicyViolations": violated(end, 1), "productAuthenticityCustomerComplaints": violated(end, 1), "productConditionCustomerComplaints": violated(end, 2),
		"productSafetyCustomerComplaints": violated(end, 1), "receivedIntellectualPropertyComplaints": violated(end, 2),
		"suspectedIntellectualPropertyViolations": violated(end, 2), "restrictedProductPolicyViolations": violated(end, 1), "foodAndProductSafetyIssues": violated(end, 1),
		"warningStates":       []any{},
		"accountHealthRating": map[string]any{"ahrStatus": "AT_RISK", "ahrScore": 128, "reportingDateRange": window(end, 181, 0)},
	}
}

// harborPapers are those of the healthy account: Amazon has nothing against it.
func harborPapers(end monitor.Day) Papers {
	return func(h *History, at time.Time) []file {
		day := monitor.DayOf(at, h.Shop.Marketplace.Clock())
		if day != end && (day.Weekday() != time.Friday || day <= end-70) {
			return nil
		}
		var offers []offer
		for _, p := range harborHome {
			offers = append(offers, offer{Product: p, about: "Ships from Portland.", quantity: 60})
		}
		files := []file{
			listings(h, at, offers),
			fbaReturns(h, at, []returned{
				{sku: "HH-SKIL-10", reason: "UNWANTED_ITEM", words: "Too heavy for me, otherwise fine."}, {sku: "HH-HOOK-12", reason: "NO_REASON_GIVEN"},
				{sku: "HH-GRIN-02", reason: "FOUND_BETTER_PRICE", words: "Saw it cheaper, sorry."},
			}),
			{"accounts.csv", lines("account,name,marketplace,status,opened,suspended", "harbor-home,Harbor Home,Amazon.com,NORMAL,"+(end-2200).String()+",")},
			{"identities.csv", lines("account,kind,value,since,source", "harbor-home,legal_name,Harbor Home Goods LLC,"+(end-2200).String()+",registration",
				"harbor-home,email,office@harborhome.example,"+(end-2200).String()+",registration", "harbor-home,bank_account,021000021 4455667788,"+(end-2200).String()+",payout")},
			{"lots.csv", lines("sku,lot,quantity,expires,condition,source,received", "HH-SKIL-10,S-1,300,,New,Foundry Street Inc,"+(end-80).String())},
		}
		if day == end {
			files = append(files, performance(h, at, "NORMAL", map[string]any{
				"validTrackingRate":       counted(window(end, 30, 10), "shipmentCount", "validTrackingCount", 780, 776, "GOOD", 0.95, "GREATER_THAN"),
				"unitOnTimeDeliveryRate":  counted(window(end, 14, 7), "totalUnitCount", "unitOnTimeDeliveryCount", 410, 398, "GOOD", 0.9, "GREATER_THAN"),
				"listingPolicyViolations": violated(end, 0), "productAuthenticityCustomerComplaints": violated(end, 0), "productConditionCustomerComplaints": violated(end, 0),
				"productSafetyCustomerComplaints": violated(end, 0), "receivedIntellectualPropertyComplaints": violated(end, 0),
				"suspectedIntellectualPropertyViolations": violated(end, 0), "restrictedProductPolicyViolations": violated(end, 0),
				"warningStates":       []any{},
				"accountHealthRating": map[string]any{"ahrStatus": "GREAT", "ahrScore": 412, "reportingDateRange": window(end, 181, 0)},
			}))
		}
		return files
	}
}
