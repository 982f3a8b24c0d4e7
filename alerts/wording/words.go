package wording

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"goodstanding/monitor"
)

// Mark returns a severity as a sign and a word. The signs differ in shape, not only in colour.
func Mark(s monitor.Severity) string {
	switch s {
	case monitor.Critical:
		return "🛑 Critical"
	case monitor.Warning:
		return "🔶 Warning"
	case monitor.Watch:
		return "🔎 Watch"
	case monitor.OK:
		return "✅ OK"
	default:
		return "❔ Blind"
	}
}

// Label writes a signal for people: late_shipment_rate becomes "Late shipment rate".
func Label(s monitor.Signal) string {
	words := Clean(strings.ReplaceAll(string(s), "_", " "), 60)
	for i, r := range words {
		return string(unicode.ToUpper(r)) + words[i+len(string(r)):]
	}
	return "Unnamed signal"
}

// Title names a problem: "Late shipment rate of north on Amazon.com (seller-fulfilled)".
func Title(k monitor.AlertKey) string {
	s := Label(k.Signal) + " of " + Place(k)
	if k.Subject != "" {
		s += " (" + Clean(k.Subject, 60) + ")"
	}
	return s
}

// Place names the account and the marketplace.
func Place(k monitor.AlertKey) string {
	s := Clean(k.Account, 60)
	if s == "" {
		s = "an account without a name"
	}
	if k.Marketplace != "" {
		s += " on " + Clean(string(k.Marketplace), 40)
	}
	return s
}

// figure writes a value in the finding's unit: "3.6 %" or "12". It takes more digits where rounding would make it look
// as if it were exactly the other value.
func figure(f monitor.Finding, v float64, other *float64) string {
	if !f.IsRate() {
		return count(v, 2)
	}
	for digits := 2; ; digits++ {
		s := count(100*v, digits)
		if digits == 5 || other == nil || *other == v || s != count(100**other, digits) {
			return s + " %"
		}
	}
}

// count writes v with at most so many digits after the point, and no useless zeros. Numbers that no count or rate can
// have are written shortly, for they may have 300 digits.
func count(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) >= 1e12 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// Days writes a window: "22 Sep to 20 Nov (60 days)".
func Days(w monitor.Window) string {
	return fmt.Sprintf("%s to %s (%d days)", w.From.Short(), w.To.Short(), w.Days)
}

// Moment writes an instant on the marketplace's clock.
func Moment(t time.Time, m monitor.Marketplace) string {
	return t.In(m.Clock()).Format("2 Jan 2006 15:04 MST")
}

// Hour is moment without the year, for lists.
func Hour(t time.Time, m monitor.Marketplace) string {
	return t.In(m.Clock()).Format("2 Jan 15:04 MST")
}

// Several writes a number with its noun.
func Several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
