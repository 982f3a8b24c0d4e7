package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
)

// newRow shows one finding. A blind one has no numbers, whatever it carries.
func newRow(f monitor.Finding, alerts map[monitor.AlertKey]monitor.Alert) rowView {
	r := rowView{
		Standing: standingOf(f.Severity), Signal: words(string(f.Signal)), Marketplace: f.Marketplace.Label(),
		Subject: cut(f.Subject), Summary: prose(f.Summary), Advice: prose(f.Advice), DataAsOf: clock(f.DataAsOf),
		Since: since(f, alerts),
	}
	if a, ok := alerts[f.Key()]; ok {
		r.Alert = &alertView{a.Account, string(a.Marketplace), string(a.Signal), a.Subject, !a.Acked.At.IsZero(), !a.Snoozed.At.IsZero()}
	}
	for _, d := range f.Details {
		r.Details = append(r.Details, prose(d))
	}
	if f.Window != nil {
		r.Window = fmt.Sprintf("%d days, %s to %s", f.Window.Days, f.Window.From.Short(), f.Window.To.Short())
	}
	if r.Standing.Class != "blind" {
		rate := f.IsRate()
		r.Value, r.Limit = number(f.Value, rate), number(f.Limit, rate)
		if f.Window != nil {
			r.Counts = fmt.Sprintf("%d of %d orders", f.Defects, f.Orders)
			if f.Unknown > 0 {
				r.Counts += fmt.Sprintf(", %d unknown", f.Unknown)
			}
		}
		r.Headroom = headroom(f)
		r.ahead(f)
	}
	for _, d := range f.Drivers {
		r.Drivers = append(r.Drivers, driver(d))
	}
	if len(r.Drivers) > 0 {
		r.Cause, r.Drivers = r.Drivers[0], r.Drivers[1:]
	}
	for i, e := range f.Evidence {
		if i == maxEvidence {
			r.MoreOrders = len(f.Evidence) - i
			break
		}
		r.Evidence = append(r.Evidence, evidenceOf(e))
	}
	for i, q := range f.Quotes {
		if i == maxQuotes {
			r.MoreQuotes = len(f.Quotes) - i
			break
		}
		r.Quotes = append(r.Quotes, quoteView{cut(q.OrderID), q.Day.String(), q.Rating, cut(q.Comment)})
	}
	return r
}

// ahead shows what is foreseen: how likely the limit is reached and when, the calendar, and what is in the seller's hands.
func (r *rowView) ahead(f monitor.Finding) {
	if fc := f.Forecast; fc != nil {
		r.Chance = chance(fc.Within14)
		if f.Headroom != nil && *f.Headroom == 0 {
			r.Chance = "" // it is over now
		}
		if fc.By != nil {
			r.When = "by " + date(*fc.By)
			switch {
			case fc.Earliest != nil && fc.Latest != nil && *fc.Earliest != *fc.Latest:
				r.When += fmt.Sprintf(", between %s and %s", fc.Earliest.Short(), fc.Latest.Short())
			case fc.Earliest != nil && fc.Latest == nil:
				r.When += ", from " + fc.Earliest.Short() + " on"
			}
		}
		if f.Headroom != nil && fc.Worst.More < *f.Headroom {
			r.WorstDay = fmt.Sprintf("%d on %s", fc.Worst.More, fc.Worst.Day.Short())
		}
	}
	r.Chart = newChart(f)
	for _, c := range f.Calendar {
		switch {
		case !c.Changes():
		case len(r.Calendar) == maxDays:
			r.MoreDays++
		default:
			r.Calendar = append(r.Calendar, changeText(c))
		}
	}
	if f.Due == nil || f.Window == nil {
		return
	}
	zone := f.Marketplace.Clock()
	for _, b := range f.Due.By {
		text := fmt.Sprintf("%d due by %s: if none ships, %s on %s", b.Orders, b.By.In(zone).Format("Mon 2 Jan 15:04 MST"), number(&b.None, true), date(b.Day))
		switch {
		case b.Ship > b.Orders:
			text += "; not even shipping all keeps every window under its limit"
		case b.Ship > 0:
			text += fmt.Sprintf("; %d must ship", b.Ship)
		}
		r.Due = append(r.Due, text)
	}
}

// chance writes a probability, never as certain where it is not.
func chance(p float64) string {
	switch {
	case math.IsNaN(p):
		return ""
	case p < 0.01:
		return "under 1 %"
	case p > 0.99 && p < 1:
		return "over 99 %"
	}
	return strconv.FormatFloat(100*p, 'f', 0, 64) + " %"
}

// date writes a day with its weekday.
func date(d monitor.Day) string { return d.Weekday().String()[:3] + " " + d.Short() }

// driver says what carries more than its share.
func driver(d monitor.Driver) string {
	if d.Orders == 0 {
		return fmt.Sprintf("%s %s: %d", d.Kind, cut(d.Name), d.Defects)
	}
	text := fmt.Sprintf("%s %s: %d of %d orders", d.Kind, cut(d.Name), d.Defects, d.Orders)
	if d.Expected > 0 {
		text += fmt.Sprintf(", where %.1f would be its share", d.Expected)
	}
	return text
}

// since says how long the alert about the finding lasts, or that it is frozen.
func since(f monitor.Finding, alerts map[monitor.AlertKey]monitor.Alert) string {
	a, ok := alerts[f.Key()]
	if !ok {
		return ""
	}
	text := "since " + clock(a.Opened)
	if !a.BlindSince.IsZero() {
		text = fmt.Sprintf("%s since %s, not judged since %s", standingOf(a.Severity).Word, clock(a.Opened), clock(a.BlindSince))
	}
	return text + answered("acknowledged", a.Acked) + answered("snoozed", a.Snoozed)
}

// answered tells what somebody said of an alert.
func answered(what string, a monitor.Ack) string {
	if a.At.IsZero() {
		return ""
	}
	text := "; " + what + " by " + cut(a.By)
	if !a.Until.IsZero() {
		text += " until " + clock(a.Until)
	}
	return text
}

// headroom says how far the limit is in orders, or how far back.
func headroom(f monitor.Finding) string {
	var parts []string
	if f.Headroom != nil {
		switch n := *f.Headroom; {
		case n <= 0:
			parts = append(parts, "none left")
		case n == 1:
			parts = append(parts, "1 more defect")
		default:
			parts = append(parts, fmt.Sprintf("%d more defects", n))
		}
	}
	if f.Recovery != nil && *f.Recovery > 0 {
		parts = append(parts, fmt.Sprintf("%d clean orders bring it back", *f.Recovery))
	}
	return strings.Join(parts, "; ")
}

// number writes a rate as a percentage and a count as it is.
func number(v *float64, rate bool) string {
	switch {
	case v == nil || math.IsNaN(*v):
		return ""
	case rate:
		return strconv.FormatFloat(*v*100, 'f', 2, 64) + " %"
	default:
		return strconv.FormatFloat(math.Round(*v*100)/100, 'f', -1, 64)
	}
}

// clock writes an instant, always in UTC: the people who look at it share no clock.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006 15:04 UTC")
}

// words turns a name such as late_shipment_rate into words.
func words(name string) string { return cut(strings.ReplaceAll(name, "_", " ")) }

// prose is cut, and keeps a number and its % on one line.
func prose(text string) string { return strings.ReplaceAll(cut(text), " %", "\u00a0%") }

// cut shortens a text to what a page has room for.
func cut(text string) string {
	n := 0
	for i := range text {
		if n == maxText {
			return text[:i] + "…"
		}
		n++
	}
	return text
}

// evidenceOf writes an order or a row behind a finding.
func evidenceOf(e monitor.Evidence) evidenceView {
	v := evidenceView{About: cut(e.About()), Why: cut(e.Why), Source: cut(e.Source.String())}
	if e.Date != 0 {
		v.Date = e.Date.String()
	}
	return v
}
