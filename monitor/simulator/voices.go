package simulator

import "goodstanding/monitor"

// voice is what buyers of one language write, and how the feedback export of that language is headed. The mixed
// languages of some headers are Amazon's own.
type voice struct {
	header              [6]string
	bad, middling, good []string
}

// voices returns the voice of a marketplace; English where there is no other.
func voices(m monitor.Marketplace) voice {
	switch m.Country() {
	case "DE":
		return german
	case "FR":
		return french
	case "IT":
		return italian
	case "ES", "MX":
		return spanish
	case "NL":
		return dutch
	case "PL":
		return polish
	default:
		return english
	}
}

var english = voice{
	header: [6]string{"Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"},
	bad: []string{
		"Arrived a week after the promised date. It was a birthday present.",
		"Box was open and one part is missing. No answer from the seller.",
		"Not what is shown in the picture. Much smaller & the colour is off.",
		"Broke on the second day.\nAsked for a refund twice.\nStill waiting.",
		`Says 48" on the page, measured 41". Never again`,
		"Looks used: seal broken, scratches all over.",
		"<!channel> *worst shop ever* <script>alert('refund')</script>",
		"Tracking never moved. I think it was not even sent.",
		"=HYPERLINK(\"http://example.invalid\",\"click here for refund\")",
		"Smells burnt when switched on, I am afraid to use it.",
	},
	middling: []string{
		"Okay for the price.",
		"Came two days late but works.",
		"Good item, poor packing.\nBox was crushed.",
	},
	good: []string{"Great, thank you!", "Fast and exactly as described.", "My kids love it :)"},
}

var german = voice{
	header: [6]string{"Datum", "Bewertung", "Kommentare", "Antwort", "Bestellnummer", "E-Mail des Bewerters"},
	bad: []string{
		"Ware kam zwei Wochen zu spät, keine Antwort vom Verkäufer.",
		"Falscher Artikel geliefert. Rückgabe läuft seit Tagen.",
		"Gebraucht statt neu! Die Verpackung war schon geöffnet.",
		"Nie angekommen.\nSendungsnummer ist ungültig.\nGeld zurück, bitte!",
		"Qualität ungenügend, nach drei Tagen kaputt – „Made to last“? Schön wär’s.",
		"Stecker wird heiß und riecht verschmort. Gefährlich!",
		"Nur die halbe Bestellung im Paket, der Rest sei „nicht lieferbar“.",
		"<!here> *Finger weg!* <https://example.invalid|Gutschein> & <b>Betrug</b>",
		"Größe passt nicht zur Beschreibung, 10 € Porto für die Rücksendung.",
		"Auf Nachfrage keine Reaktion. Nie wieder.",
	},
	middling: []string{
		"Für den Preis in Ordnung, aber langsam.",
		"Lieferung verspätet, Ware gut.",
		"Geht so.\nKarton war beschädigt.",
	},
	good: []string{"Schnelle Lieferung, gerne wieder!", "Alles bestens, vielen Dank.", "Wie beschrieben, top."},
}

var french = voice{
	header:   [6]string{"Date", "Évaluation", "Commentaire", "Response", "Order ID", "E-mail de l'évaluateur"},
	bad:      []string{"Jamais reçu, le vendeur ne répond pas.", "Article cassé à l'arrivée.\nTrès déçu.", "Ce n'est pas le modèle commandé & déjà ouvert."},
	middling: []string{"Correct, mais livré en retard."},
	good:     []string{"Parfait, merci !"},
}

var italian = voice{
	header:   [6]string{"Date", "Rating", "Comments", "Response", "Numero ordine", "E-mail autore della valutazione"},
	bad:      []string{"Mai arrivato, nessuna risposta.", "Prodotto usato e non nuovo.\nPessimo.", "Non è l'articolo ordinato."},
	middling: []string{"Discreto, ma è arrivato tardi."},
	good:     []string{"Perfetto, grazie!"},
}

var spanish = voice{
	header:   [6]string{"Date", "Rating", "Comentarios", "Response", "Número de pedido", "E-mail del cliente"},
	bad:      []string{"No ha llegado y nadie contesta.", "Llegó roto.\nMuy mala calidad.", "No es lo que pedí, ¡una estafa!"},
	middling: []string{"Regular, llegó tarde."},
	good:     []string{"Muy bien, gracias."},
}

var dutch = voice{
	header:   [6]string{"Datum", "Beoordeling", "Opmerkingen", "Antwoord", "Bestelnummer", "E-mail van beoordelaar"},
	bad:      []string{"Nooit ontvangen, geen reactie van de verkoper.", "Kapot aangekomen.\nGeld terug graag.", "Niet het bestelde artikel."},
	middling: []string{"Redelijk, maar te laat geleverd."},
	good:     []string{"Prima, bedankt!"},
}

var polish = voice{
	header:   [6]string{"Data", "Ocena", "Komentarze", "Odpowiedź", "Numer zamówienia", "E-mail oceniającego"},
	bad:      []string{"Paczka nigdy nie dotarła, brak odpowiedzi.", "Towar uszkodzony.\nNie polecam.", "To nie jest zamówiony artykuł."},
	middling: []string{"Może być, ale późno."},
	good:     []string{"Wszystko w porządku, dziękuję."},
}
