package checks

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
)

// percent writes a ratio as people read it: 3.6 %, 0.85 %, 12 %. It never rounds onto or across the limit that it is
// compared with: 3.996 % of 4 % is not written 4 %.
func percent(ratio, limit float64) string {
	decimals := 1
	if ratio < 0.01 {
		decimals = 2
	}
	for ; decimals < 6; decimals++ {
		text := strconv.FormatFloat(ratio*100, 'f', decimals, 64)
		shown, err := strconv.ParseFloat(text, 64)
		if err == nil && (ratio >= limit) == (shown/100 >= limit) {
			return trimZeros(text) + " %"
		}
	}
	return trimZeros(strconv.FormatFloat(ratio*100, 'f', decimals, 64)) + " %"
}

// limitText writes a limit: 4 %, 2.5 %.
func limitText(limit float64) string {
	return trimZeros(strconv.FormatFloat(math.Round(limit*1e6)/1e4, 'f', 4, 64)) + " %"
}

func trimZeros(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// number writes a count with a comma between thousands.
func number(n int) string {
	s := strconv.Itoa(n)
	if n < 0 {
		return "-" + number(-n)
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes a number with its noun: 1 late order, 2 late orders.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// span writes a duration to the precision that matters to a person: 40 min, 5 h, 3 days.
func span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < 90*time.Minute:
		return fmt.Sprintf("%d min", max(1, int(d.Round(time.Minute).Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Round(time.Hour).Hours()))
	default:
		return fmt.Sprintf("%d days", int(math.Round(d.Hours()/24)))
	}
}

// days writes a window: 30 days to 20 Nov.
func days(w monitor.Window) string {
	return fmt.Sprintf("%s to %s", count(w.Days, "day", "days"), w.To.Short())
}

// is agrees with a number.
func is(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// was agrees with a number.
func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
