package simulator

import (
	"time"

	"goodstanding/monitor"
)

// The days that a demo account has orders: before the end, that day included, and after it.
const (
	demoDays  = 100
	demoAfter = 10
)

// Demo returns three accounts with about 10,000 orders in the 100 days up to end, and 10 days more to see what comes:
//
//	harbor-home       Amazon.com, half of it FBA: healthy, far from every limit on every day
//	blue-kite-toys    Amazon.com: its late shipment rate has drifted up for three weeks, carried by Expedited orders, one
//	                  kite and weekends. At the end it is still below 4 % over 30 and over 10 days; it crosses days later
//	nordlicht-outlet  Amazon.de, in windows-1252: order defects above 1 %, late 6 to 8 %, cancellations above 2.5 %, and
//	                  orders past their ship-by day that nobody has confirmed; and whatever else gets an account
//	                  suspended, once: goods that are used, expired, doubted or forbidden, and a suspended sister account
//
// The seeds are chosen, and the promises kept to the letter, for the end 2026-11-20, a Friday. Another end has the same
// regimes with other luck.
func Demo(end monitor.Day) []Shop {
	first := end - demoDays + 1
	base := Shop{
		First: first, Days: demoDays + demoAfter,
		Handling: 1, LateBy: Span{1, 1}, MoreLine: 0.08,
		FeedbackDelay: Span{3, 40}, ClaimDelay: Span{5, 60}, Refund: 0.04,
		Positive: []Risk{{P: 0.03}},
		Unpaid:   []Risk{{P: 0.01}},
	}

	healthy := base
	healthy.Name, healthy.Marketplace, healthy.Seed = "harbor-home", "Amazon.com", 66
	healthy.Orders, healthy.FBA, healthy.Growth = 52, 0.5, 0.001
	healthy.Week = [7]float64{11, 11, 10, 10, 10, 9, 9}
	healthy.Products = harborHome
	healthy.Services = []Service{{"Standard", 7}, {"Expedited", 2}, {"SecondDay", 1}}
	healthy.Late = []Risk{{P: 0.006}}
	healthy.SellerCancel = []Risk{{P: 0.003}}
	healthy.BuyerCancel = []Risk{{P: 0.004}}
	healthy.Negative = []Risk{{P: 0.001}}
	healthy.Neutral = []Risk{{P: 0.002}}
	healthy.AToZ = []Risk{{P: 0.0007}}
	healthy.Chargeback = []Risk{{P: 0.0002}}
	healthy.Papers = harborPapers(end)

	drifting := base
	drifting.Name, drifting.Marketplace, drifting.Seed = "blue-kite-toys", "Amazon.com", 177
	drifting.Orders, drifting.Growth = 29, 0.001
	drifting.Week = [7]float64{12, 10, 9, 9, 9, 10, 12}
	drifting.Products = blueKite
	drifting.Services = []Service{{"Standard", 6}, {"Expedited", 3}, {"NextDay", 1}}
	drifting.Late = []Risk{
		{P: 0.006},
		{P: 0.078, Service: "Expedited", From: end - 30, Full: end - 21},
		{P: 0.100, Service: "Expedited", From: end - 3, Full: end + 10},
		{P: 0.015, Weekend: true, From: end - 21},
		{P: 0.030, SKU: "BK-KITE-XL", From: end - 21},
	}
	drifting.SellerCancel = []Risk{{P: 0.004}}
	drifting.BuyerCancel = []Risk{{P: 0.004}}
	drifting.Negative = []Risk{{P: 0.0015}, {P: 0.002, From: end - 21}}
	drifting.Neutral = []Risk{{P: 0.002}}
	drifting.AToZ = []Risk{{P: 0.001}}

	failing := base
	failing.Name, failing.Marketplace, failing.Seed = "nordlicht-outlet", "Amazon.de", 27
	failing.Windows1252 = true
	failing.Orders, failing.FBA, failing.Growth = 23, 0.15, -0.0005
	failing.Week = [7]float64{11, 12, 10, 10, 10, 9, 8}
	failing.LateBy = Span{1, 6}
	failing.Products = nordlicht
	failing.Services = []Service{{"Standard", 8}, {"Expedited", 2}}
	failing.Late = []Risk{{P: 0.03}, {P: 0.04, From: end - 60, Full: end - 20}}
	failing.Forgotten = []Risk{{P: 0.003}, {P: 0.009, From: end - 30}}
	failing.SellerCancel = []Risk{{P: 0.02}, {P: 0.03, From: end - 30, Full: end - 7}}
	failing.BuyerCancel = []Risk{{P: 0.006}}
	failing.Negative = []Risk{{P: 0.012}, {P: 0.02, SKU: "NL-HEIZ-2000"}}
	failing.Neutral = []Risk{{P: 0.006}}
	failing.AToZ = []Risk{{P: 0.006}, {P: 0.01, From: end - 70}}
	failing.Chargeback = []Risk{{P: 0.001}}
	failing.Papers = nordlichtPapers(end)

	return []Shop{healthy, drifting, failing}
}

// DemoTime returns the instant at which the demo looks at its accounts: six in the evening of the end day, Pacific time.
func DemoTime(end monitor.Day) time.Time {
	return instant(end, 18, monitor.Marketplace("Amazon.com").Clock())
}

// Catalogues, with what real titles have: inches that look like open quotation marks, ampersands, foreign letters.
var (
	harborHome = []Product{
		{"HH-SKIL-10", "B0HH10SKIL", `Cast Iron Skillet 10.25" Pre-Seasoned, Helper Handle & Pour Spouts`, 2999, 9},
		{"HH-CURT-48", "B0HH48CURT", `Café Curtain Rod 28"-48" Adjustable, Antique Brass`, 1850, 6},
		{"HH-NAPK-06", "B0HH06NAPK", `Linen Napkins – Set of 6 (18" x 18"), Oatmeal`, 3475, 5},
		{"HH-GRIN-02", "B0HH02GRIN", "Salt & Pepper Grinder Set, Stainless Steel, Tall", 2499, 5},
		{"HH-BASK-L", "B0HH0LBASK", `Woven Laundry Basket "Harbor", Large, Rope Handles`, 4200, 4},
		{"HH-DOOR-01", "B0HH01DOOR", "Coir Doormat, Welcome Aboard, 30 x 18 in", 2795, 4},
		{"HH-CAND-3", "B0HH3CANDL", "Soy Candle Trio — Sea Salt, Fig, Crème Brûlée", 3150, 3},
		{"HH-HOOK-12", "B0HH12HOOK", `S Hooks 3", Heavy Duty, 12 Pack`, 1199, 8},
	}
	blueKite = []Product{
		{"BK-KITE-XL", "B0BKKITEXL", `Delta Kite 84" XL with 300' Line & Spool, Rainbow`, 3499, 6},
		{"BK-KITE-S", "B0BKKITE0S", `Mini Diamond Kite 24", 2 Pack`, 1599, 5},
		{"BK-TRAIN-64", "B0BKTRAI64", `Wooden Train Set "Little Express", 64 pcs`, 4999, 4},
		{"BK-STARS-120", "B0BKSTA120", "Glow-in-the-Dark Stars & Planets (120 ct)", 1099, 6},
		{"BK-PINATA", "B0BKPINATA", "Piñata Filler Assortment, 100 Toys", 2150, 3},
		{"BK-BUBBLE", "B0BKBUBBLE", "Bubble Machine with 2 Bottles, Kids 3+", 2399, 5},
		{"BK-PUZZ-500", "B0BKPUZ500", `Puzzle 500 Pieces 'Kites over Fanø' 19" x 14"`, 1799, 3},
	}
	nordlicht = []Product{
		{"NL-LED-10M", "B0NL10MLED", "LED-Lichterkette 10 m, 100 LEDs, warmweiß, für außen", 1999, 8},
		{"NL-HEIZ-2000", "B0NLHZ2000", "Heizlüfter 2000 W mit Thermostat & Überhitzungsschutz", 3999, 5},
		{"NL-KUEHL-24", "B0NLKUEH24", `Kühltasche "Fjord" 24 Liter, grau`, 2795, 4},
		{"NL-BRETT-45", "B0NLBRET45", "Schneidebrett Eiche geölt, 45 × 30 cm", 3450, 3},
		{"NL-HAND-6", "B0NLHAND06", "Gästehandtücher 30x50 cm – 6er-Set, 100 % Baumwolle", 1890, 4},
		{"NL-ELCH", "B0NLELCH01", "Türstopper „Elch“ mit Bodenschoner, 1,2 kg", 1650, 3},
		{"NL-MON-24", "B0NLMON024", `Monitorständer bis 24", Buche`, 4290, 2},
		{"NL-KEKS-400", "B0NLKEKS40", "Butterkekse mit Meersalz, 400 g", 649, 1},
		{"NL-AKKU-20", "B0NLAKKU20", "Ersatzakku 20 V, 4 Ah", 3490, 1},
	}
)
