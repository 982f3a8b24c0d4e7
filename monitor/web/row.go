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
		Subject: cut(f.Subject), Summary: cut(f.Summary), Advice: cut(f.Advice), DataAsOf: clock(f.DataAsOf),
		Since: since(f, alerts),
	}
	if a, ok := alerts[f.Key()]; ok {
		r.Alert = &alertView{a.Account, string(a.Marketplace), string(a.Signal), a.Subject, !a.Acked.At.IsZero(), !a.Snoozed.At.IsZero()}
	}
	for _, d := range f.Details {
		r.Details = append(r.Details, cut(d))
	}
	if f.Window != nil {
		r.Window = fmt.Sprintf("%d days, %s to %s", f.Window.Days, f.Window.From.Short(), f.Window.To.Short())
	}
	if r.Standing.Class != "blind" {
		rate := f.Window != nil
		r.Value, r.Limit = number(f.Value, rate), number(f.Limit, rate)
		if rate {
			r.Counts = fmt.Sprintf("%d of %d orders", f.Defects, f.Orders)
			if f.Unknown > 0 {
				r.Counts += fmt.Sprintf(", %d unknown", f.Unknown)
			}
		}
		r.Headroom = headroom(f)
	}
	for _, d := range f.Drivers {
		r.Drivers = append(r.Drivers, fmt.Sprintf("%s %s: %d of %d orders", d.Kind, cut(d.Name), d.Defects, d.Orders))
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
		return strconv.FormatFloat(*v, 'f', -1, 64)
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
