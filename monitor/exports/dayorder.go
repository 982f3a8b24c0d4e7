package exports

import (
	"bytes"
	"fmt"
	"slices"

	"goodstanding/monitor"
)

// orders are the ways in which 1/2/26 can be read.
var orders = [3]monitor.DateOrder{monitor.MonthFirst, monitor.DayFirst, monitor.YearFirst}

// writtenDate is a date of a feedback export before it is known which of its numbers is what.
type writtenDate struct {
	n, digits [3]int
	sep       byte
}

// parseWritten reads the three numbers of a date. Exports write a clock time behind it nowhere.
func parseWritten(b []byte) (writtenDate, bool) {
	n, digits, sep, ok := splitDate(b)
	for _, d := range digits[1:] {
		ok = ok && d != 3
	}
	return writtenDate{n, digits, sep}, ok && digits[0] != 3 && digits[1] <= 2 && (digits[0] <= 2 || digits[2] <= 2)
}

// plain says whether the date can be read in one way only: with the year first in four digits, or with dots.
func (w writtenDate) plain() bool { return w.digits[0] == 4 || w.sep == '.' }

// day reads the date in an order, which does not matter for a plain one. It answers false for a day that does not exist.
func (w writtenDate) day(o monitor.DateOrder) (monitor.Day, bool) {
	a, b, c := w.n[0], w.n[1], w.n[2]
	if w.digits[0] == 4 {
		return civil(a, b, c)
	}
	if o == monitor.YearFirst && w.sep != '.' {
		a += 2000
		if w.digits[0] != 2 || w.digits[2] > 2 {
			a = 0
		}
		return civil(a, b, c)
	}
	switch w.digits[2] {
	case 1:
		c = 0 // no store writes a year with one digit
	case 2:
		c += 2000
	}
	if o == monitor.MonthFirst && w.sep != '.' {
		a, b = b, a
	}
	return civil(c, b, a)
}

// may says whether the numbers are in the range of day, month and year in an order. It does not look at the calendar:
// 31/2/26 is a wrong date with the day first, and no proof of the year being first.
func (w writtenDate) may(o monitor.DateOrder) bool {
	month := func(i int) bool { return w.n[i] >= 1 && w.n[i] <= 12 }
	day := func(i int) bool { return w.n[i] >= 1 && w.n[i] <= 31 && w.digits[i] <= 2 }
	switch o {
	case monitor.MonthFirst:
		return month(0) && day(1) && w.digits[2] > 1
	case monitor.DayFirst:
		return day(0) && month(1) && w.digits[2] > 1
	default:
		return w.digits[0] == 2 && month(1) && day(2)
	}
}

// dateEvidence is what a file tells of the order of day and month in its dates.
type dateEvidence struct {
	ambiguous bool              // there are dates that do not tell by themselves
	out       [3]bool           // orders that a date contradicts
	odd       int               // the line from which on no order is left; 0: one is
	rule      monitor.DateOrder // in which Amazon writes this export everywhere; empty: there is none
	japanese  bool              // the header or the encoding is Japanese: two-digit years may stand first
	said      monitor.DateOrder
	saidTwo   bool    // the raters' addresses belong to stores with different orders
	spans     [3]span // of all dates, read in each of the orders
	bad       [3]int  // dates that do not exist in that order
}

// add takes in a row's main date and the marketplace of the rater's address, if it is known. It answers false for a date
// that exists in no order.
func (e *dateEvidence) add(w writtenDate, rater monitor.Marketplace, line int) bool {
	return e.addTo(w, rater, line, true)
}

// addTo takes in a date like add. Only main dates belong to the span of the file.
func (e *dateEvidence) addTo(w writtenDate, rater monitor.Marketplace, line int, main bool) bool {
	var days [3]monitor.Day
	var ok [3]bool
	for i, o := range orders {
		days[i], ok[i] = w.day(o)
	}
	if !ok[0] && !ok[1] && !ok[2] {
		return false
	}
	for i, o := range orders {
		if !w.plain() {
			e.ambiguous = true
			e.out[i] = e.out[i] || !w.may(o)
		}
		switch {
		case !ok[i]:
			e.bad[i]++
		case main:
			e.spans[i].add(on(days[i]))
		}
	}
	if e.odd == 0 && e.out[0] && e.out[1] && e.out[2] {
		e.odd = line
	}
	if o := rater.DateOrder(); o != "" {
		e.saidTwo = e.saidTwo || e.said != "" && e.said != o
		e.said = o
	}
	return true
}

// day reads the main date of a row, of which several may be needed to tell the day from the month. While the file is
// surveyed such a date is taken in as evidence, and not known yet. It answers false for what is no date, or one that
// does not exist.
func (o *occasion) day(cell []byte, rater monitor.Marketplace, line int) (day monitor.Day, known, ok bool) {
	return o.dayOf(cell, rater, line, true)
}

// dayOf reads a date like day, which need not be the row's main one.
func (o *occasion) dayOf(cell []byte, rater monitor.Marketplace, line int, main bool) (day monitor.Day, known, ok bool) {
	cell = withoutClock(cell)
	w, ok := parseWritten(cell)
	switch {
	case !ok:
		day, ok = parseStated(cell, o.clock)
		return day, ok, ok
	case o.dates != nil:
		return 0, false, o.dates.addTo(w, rater, line, main)
	}
	day, ok = w.day(o.order)
	return day, ok, ok
}

// dayIn reads a date of a row that may not be missed, where several may be needed to tell the day from the month. Only the
// main one belongs to the span of the file. While the file is surveyed the day may not be known yet.
func (o *occasion) dayIn(cell []byte, main bool, line int) (day *monitor.Day, ok bool) {
	d, known, ok := o.dayOf(cell, "", line, main)
	if !known || !ok {
		return nil, ok
	}
	return &d, true
}

// withoutClock cuts off a clock time without a zone, as a spreadsheet adds it to a date that it has written anew:
// 11/20/2026 15:31, and 2026-11-20T15:31:00 in a workbook.
func withoutClock(cell []byte) []byte {
	at := 0
	for at < len(cell) && cell[at] != ' ' && (cell[at] != 'T' || at == 0 || !digit(cell[at-1])) { // no T of 20-OCT-2026
		at++
	}
	if at == len(cell) {
		return cell
	}
	date, clock := cell[:at], cell[at+1:]
	for _, half := range []string{"AM", "PM"} {
		clock = bytes.TrimSpace(bytes.TrimSuffix(bytes.ToUpper(clock), []byte(half)))
	}
	if digits := bytes.ReplaceAll(clock, []byte(":"), nil); len(clock) == len(digits) || !allDigits(string(digits)) {
		return cell
	}
	return date
}

// wantedInstant says what should stand in place of a cell that is no instant. Most of those that are dates at all have lost
// their time zone.
func wantedInstant(cell []byte) string {
	w, dated := parseWritten(withoutClock(cell))
	dated = dated && slices.ContainsFunc(orders[:], func(o monitor.DateOrder) bool { _, exists := w.day(o); return exists })
	_, clocked := parseInstant(append(bytes.Clone(cell), 'Z'))
	if dated || clocked {
		return "a date with its time zone, such as 2026-11-20T08:00:00+00:00: a spreadsheet or a program has taken it away, so import the export as Amazon gives it"
	}
	return anInstant
}

// aside reads another date of a row, in the order of the main dates. A date that could be either is not told: nil. It
// answers false for what is no date.
func (o *occasion) aside(cell []byte) (*monitor.Day, bool) {
	if missing(cell) {
		return nil, true
	}
	cell = withoutClock(cell)
	w, ok := parseWritten(cell)
	if !ok {
		day, ok := parseStated(cell, o.clock)
		if !ok {
			return nil, false
		}
		return &day, true
	}
	var days []monitor.Day
	for _, order := range orders[:2] {
		if o.order != "" {
			order = o.order
		}
		if day, ok := w.day(order); ok && !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	if len(days) != 1 {
		return nil, true
	}
	return &days[0], true
}

// proof returns the only order that fits the file, and false where several do. A two-digit year first is no candidate
// while another order fits, unless the file is Japanese.
func (e *dateEvidence) proof() (monitor.DateOrder, bool) {
	var left []monitor.DateOrder
	for i, o := range orders {
		if !e.out[i] && (o != monitor.YearFirst || e.japanese || len(left) == 0) {
			left = append(left, o)
		}
	}
	if len(left) != 1 || !e.ambiguous {
		return "", false
	}
	return left[0], true
}

// word returns who says what the order is, where the file does not prove it: the stores of the raters' addresses, if
// they agree, else the account's marketplace, else the language of the file. It answers "" where nobody does. Doubtful
// says that the file itself does not speak.
func (e *dateEvidence) word(home monitor.Marketplace) (order monitor.DateOrder, by string, doubtful bool) {
	switch {
	case e.rule != "":
		return e.rule, "Amazon's way of writing this export", false
	case e.said != "" && !e.saidTwo:
		return e.said, "the raters' addresses", false
	case home.DateOrder() != "":
		return home.DateOrder(), "the account's marketplace " + string(home), true
	case e.japanese && e.fits(monitor.YearFirst):
		return monitor.YearFirst, "its Japanese header", false
	}
	return "", "", true
}

// fits says whether no date of the file contradicts an order.
func (e *dateEvidence) fits(o monitor.DateOrder) bool {
	for i, candidate := range orders {
		if candidate == o {
			return !e.out[i]
		}
	}
	return false
}

// settle decides the order of day and month: what the file proves, else what somebody says. The note says what people
// should know of the decision. It answers with a Refusal, which names no file, where nothing decides.
func (e *dateEvidence) settle(home monitor.Marketplace) (order monitor.DateOrder, note string, refusal *Refusal) {
	if !e.ambiguous {
		return "", "", nil
	}
	if e.odd != 0 {
		return "", "", &Refusal{
			Line:     e.odd,
			Found:    "a date that has day and month in another order than the dates above it",
			Expected: "one order in a file: keep the exports of different marketplaces apart",
		}
	}
	said, by, doubtful := e.word(home)
	proven, ok := e.proof()
	switch {
	case ok && said != "" && said != proven && !e.fits(said):
		return proven, fmt.Sprintf("Its dates are %s, as the file proves, although %s would have it %s.", proven, by, said), nil
	case ok && (said == "" || said == proven):
		return proven, "", nil
	case said == "":
		return "", "", &Refusal{
			Found:    "dates in which day and month cannot be told apart",
			Expected: "a marketplace that decides: set the account's marketplace in the configuration, or add an All Orders export to the folder",
		}
	case !e.fits(said):
		return "", "", &Refusal{
			Found:    fmt.Sprintf("dates that are not %s, as %s would have it", said, by),
			Expected: "dates of the account's marketplace: correct the marketplace in the configuration",
		}
	case doubtful:
		return said, fmt.Sprintf("Its dates are read as %s, after %s: nothing in the file proves it.", said, by), nil
	}
	return said, "", nil
}

// read returns the span of the dates and the number of those that do not exist, in an order.
func (e *dateEvidence) read(o monitor.DateOrder) (span, int) {
	for i, candidate := range orders {
		if candidate == o {
			return e.spans[i], e.bad[i]
		}
	}
	return e.spans[0], e.bad[0] // all dates are plain: every order gives the same
}
