package alerts

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"goodstanding/monitor"
)

// changed says in a sentence what is different between two findings about one problem, the older first; for people who
// have read the older one.
func changed(was, is monitor.Finding) string {
	var parts []string
	add := func(format string, a ...any) { parts = append(parts, fmt.Sprintf(format, a...)) }
	if was.Severity.Rank() >= 0 && is.Severity.Rank() >= 0 && was.Severity != is.Severity {
		add("%s instead of %s", is.Severity, was.Severity)
	}
	rate := is.IsRate() && was.IsRate()
	if was.Value != nil && is.Value != nil && figure(*was.Value, rate) != figure(*is.Value, rate) {
		add("%s instead of %s", figure(*is.Value, rate), figure(*was.Value, rate))
	}
	if rate && was.Defects != is.Defects {
		add("%d defects instead of %d", is.Defects, was.Defects)
	}
	if was.Headroom != nil && is.Headroom != nil && *was.Headroom != *is.Headroom {
		add("%d more reach the limit instead of %d", *is.Headroom, *was.Headroom)
	}
	if was.Forecast != nil && is.Forecast != nil {
		a, b := math.Round(was.Forecast.Within14*100), math.Round(is.Forecast.Within14*100)
		if math.Abs(a-b) >= 5 {
			add("the limit is reached within 14 days with %.0f %% instead of %.0f %%", b, a)
		}
		switch x, y := was.Forecast.By, is.Forecast.By; {
		case y != nil && (x == nil || *x != *y):
			add("more likely than not by %s", y.Short())
		case y == nil && x != nil && is.Severity != monitor.Critical:
			add("no longer likely within 14 days")
		}
	}
	if len(parts) == 0 {
		return nothingChanged
	}
	text := strings.Join(parts, "; ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// nothingChanged is the sentence for two findings that say the same.
const nothingChanged = "Nothing has changed since."

// figure writes a rate as a percentage and a count as it is.
func figure(v float64, rate bool) string {
	if rate {
		return strconv.FormatFloat(v*100, 'f', 2, 64) + " %"
	}
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// worsened says whether a problem got so much worse at the same severity that people want to know: half of what was left is
// used up.
func worsened(was, is monitor.Finding) bool {
	return was.Headroom != nil && is.Headroom != nil && *was.Headroom > 0 && 2**is.Headroom < *was.Headroom
}

// comesDue says whether the day on which the limit is likely to be reached has come close since: tomorrow or today, and at
// least three days off when it was said.
func comesDue(was, is monitor.Notice, today monitor.Day) bool {
	f, g := was.Finding.Forecast, is.Finding.Forecast
	if f == nil || g == nil || g.By == nil || *g.By > today+1 {
		return false
	}
	then := monitor.DayOf(was.At, was.Key.Marketplace.Clock())
	return f.By == nil || *f.By >= then+3
}
