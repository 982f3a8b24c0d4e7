package exports

import (
	"slices"
	"time"
	"unicode"

	"goodstanding/monitor"
)

// The feedback export holds the ratings that matter, 1 to 3 stars. Its header is in the seller's language, its dates in
// the order of the store, its comments may hold line breaks, and nothing is quoted.
var _ = register(Format{
	Kind:     "feedback",
	Title:    "Feedback",
	Where:    "Seller Central, Performance > Feedback, download the feedback report.",
	Settles:  "The order defect rate: 1 and 2 stars are order defects.",
	personal: true,
	key: []string{
		feedbackDate, feedbackRating, feedbackComments, feedbackOrder,
	},
	lacks:    []string{"purchasedate", "kind"},
	position: feedbackByPosition,
	open: func(h *header, o *occasion) reader {
		r := &feedback{
			o: o, date: h.column(feedbackDate), rating: h.column(feedbackRating), comments: h.column(feedbackComments),
			response: h.column(feedbackResponse), id: h.column(feedbackOrder), email: h.column(feedbackEmail),
		}
		if o.dates != nil && !ascii([]byte(h.cells[r.date])) {
			for _, c := range h.cells[r.date] {
				o.dates.japanese = o.dates.japanese || unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana)
			}
		}
		return r
	},
})

// The columns in the languages that have been seen: English, German, Spanish, French, Italian, Dutch, Polish.
const (
	feedbackDate     = "date|datum|data|fecha"
	feedbackRating   = "rating|bewertung|evaluation|beoordeling|ocena"
	feedbackComments = "comments|kommentare|commentaire|comentarios|opmerkingen|komentarze"
	feedbackResponse = "yourresponse|response|antwort|antwoord|odpowiedz"
	feedbackOrder    = "orderid|bestellnummer|numeroordine|numerodepedido|bestelnummer|numerzamowienia"
	feedbackEmail    = "rateremail|emaildesbewerters|emailautoredellavalutazione|emaildelevaluateur|emaildelcliente|emailvanbeoordelaar|emailoceniajacego"
)

// feedbackPositions names the columns of a header in another language, by their number: today's form, and the one
// before 2018, each with and without the rater's role.
var feedbackPositions = map[int][]string{
	5:  {"date", "rating", "comments", "yourresponse", "orderid"}, // some leave the address out
	6:  {"date", "rating", "comments", "yourresponse", "orderid", "rateremail"},
	7:  {"date", "rating", "comments", "yourresponse", "orderid", "rateremail", "raterrole"},
	9:  {"date", "rating", "comments", "yourresponse", "arrivedontime", "itemasdescribed", "customerservice", "orderid", "rateremail"},
	10: {"date", "rating", "comments", "yourresponse", "arrivedontime", "itemasdescribed", "customerservice", "orderid", "rateremail", "raterrole"},
}

// feedbackByPosition recognises the export by the first row below its header that is in one piece.
func feedbackByPosition(h *header, below [][]byte, delim byte) ([]string, bool) {
	titled := len(h.cells)
	for titled > 0 && h.cells[titled-1] == "" {
		titled--
	}
	names, ok := feedbackPositions[titled]
	if !ok || isDate([]byte(h.cells[0])) { // a row is no header
		return nil, false
	}
	r := feedback{date: 0, rating: 1, id: slices.Index(names, "orderid")}
	t := table{delim: delim, lines: &lines{}}
	var text []byte
	for _, line := range below {
		if r.begins(t.glimpse(line)) {
			text = text[:0]
		} else {
			text = append(text, '\n')
		}
		text = append(text, line...)
		if cells := t.glimpse(text); r.begins(cells) && r.whole(cells) {
			return names, true
		}
	}
	return nil, false
}

// feedback reads the rows of a feedback export.
type feedback struct {
	o                                           *occasion
	date, rating, comments, response, id, email int

	row *row
	now monitor.Feedback
}

// whole says whether a row has come to its order id: only what stands before that can hold line breaks.
func (r *feedback) whole(cells [][]byte) bool {
	return r.id < len(cells) && isOrderID(bare(cells[r.id]))
}

// begins says whether cells can only be the beginning of a row: a date, and a rating.
func (r *feedback) begins(cells [][]byte) bool {
	if max(r.date, r.rating) >= len(cells) {
		return false
	}
	_, rated := parseRating(bare(cells[r.rating]))
	return rated && isDate(bare(cells[r.date]))
}

// isDate says whether a cell is a date, as stores write it or with the month by its name.
func isDate(cell []byte) bool {
	cell = withoutClock(cell)
	_, written := parseWritten(cell)
	_, stated := parseStated(cell, time.UTC)
	return written || stated
}

// parseRating reads 1 to 5 stars, as "1" or "1.0".
func parseRating(b []byte) (int, bool) {
	n, ok := parseUnits(b)
	return n, ok && n >= 1 && n <= 5
}

func (r *feedback) read(row *row) (seen, *fault) {
	r.row = row
	if !isDate(row.cell(r.date)) {
		return seen{}, &fault{column: r.date, expected: "a date such as 2026-11-20, or as the store writes it"}
	}
	rating, ok := parseRating(row.cell(r.rating))
	if !ok {
		return seen{}, &fault{column: r.rating, expected: "1 to 5"}
	}
	if !isOrderID(row.cell(r.id)) {
		return seen{}, &fault{column: r.id, expected: anOrderID}
	}
	var s seen
	s.told = ofAddress(row.cell(r.email))
	r.now = monitor.Feedback{Rating: rating, AsOf: r.o.asOf}
	day, known, ok := r.o.day(row.cell(r.date), s.told, row.line)
	if !ok {
		return seen{}, &fault{column: r.date, expected: "a day that exists"}
	}
	if known {
		r.now.Day, s.span = day, on(day)
	}
	return s, nil
}

func (r *feedback) fact() monitor.Fact {
	f := r.now
	f.OrderID = string(r.row.cell(r.id))
	f.Comment = string(r.row.text(r.comments, maxWords))
	f.Response = string(r.row.text(r.response, maxWords))
	f.Extra = r.row.extra()
	return f
}
