package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"goodstanding/monitor"
)

// The chart's own coordinates; the browser scales them to the room that there is.
const (
	chartWidth, chartHeight = 360, 120
	chartLeft, chartRight   = 34, 6 // room for the scale, and beside the last day
	chartTop, chartBottom   = 8, 18 // room above, and for the dates
	tallest                 = 3     // how many times the limit the scale reaches up to, unless the rate is higher now: what is above is cut off
)

// chartView is the rate of today and of the coming days, ready to be drawn: pairs of coordinates, and texts.
type chartView struct {
	Label      string // says the same to who cannot see it
	Width      int
	Height     int
	Left       int
	Right      int // the x of the last day
	Base       int // the y of zero
	Band       string
	Line       string
	LimitY     string
	Limit      string
	Bottom     string       // the rate at the base
	Changes    []chartPoint // days on which a known defect leaves or enters
	Breach     string       // the x of the day by which the limit is likely reached; empty: none
	BreachDate string
	Dates      []chartDate
}

type chartPoint struct{ X, Y, Title string }

type chartDate struct{ X, Anchor, Text string }

// newChart draws a rate ahead, and returns nil where there is nothing to see.
func newChart(f monitor.Finding) *chartView {
	if f.Value == nil || f.Limit == nil || *f.Limit <= 0 || f.Forecast == nil || len(f.Calendar) == 0 {
		return nil
	}
	if f.Severity == monitor.OK && f.Forecast.Within14 < 0.01 {
		return nil
	}
	limit, value := *f.Limit, *f.Value
	top := max(1.3*limit, 1.1*value)
	for _, c := range f.Calendar {
		top = max(top, 1.1*c.High, 1.1*c.Value)
	}
	top = min(top, max(tallest*limit, 1.2*value), 1)
	bottom := 0.0
	if limit >= 0.5 { // a rate of what goes right: the scale is of what is missing, from above
		top, bottom = 1, min(limit, value)
		for _, c := range f.Calendar {
			bottom = min(bottom, c.Low, c.Value)
		}
		bottom = max(0, 1-min(1.1*(1-bottom), tallest*(1-min(limit, value))))
	}
	n := len(f.Calendar)
	x := func(day int) string {
		return coordinate(chartLeft + float64(day)*(chartWidth-chartLeft-chartRight)/float64(n))
	}
	y := func(rate float64) string {
		return coordinate(chartTop + (top-min(max(rate, bottom), top))/(top-bottom)*(chartHeight-chartTop-chartBottom))
	}
	today := f.Calendar[0].Day - 1
	v := &chartView{
		Width: chartWidth, Height: chartHeight, Left: chartLeft, Right: chartWidth - chartRight, Base: chartHeight - chartBottom,
		LimitY: y(limit), Limit: short(limit), Bottom: short(bottom),
	}
	line, upper := []string{x(0) + "," + y(value)}, []string{x(0) + "," + y(value)}
	lower := []string{x(0) + "," + y(value)}
	for i, c := range f.Calendar {
		line = append(line, x(i+1)+","+y(c.Value))
		upper, lower = append(upper, x(i+1)+","+y(c.High)), append(lower, x(i+1)+","+y(c.Low))
		if c.Changes() {
			v.Changes = append(v.Changes, chartPoint{x(i + 1), y(c.Value), changeText(c)})
		}
		if by := f.Forecast.By; by != nil && *by == c.Day {
			v.Breach, v.BreachDate = x(i+1), c.Day.Short()
		}
	}
	for i := len(lower) - 1; i > 0; i-- {
		upper = append(upper, lower[i])
	}
	v.Line, v.Band = strings.Join(line, " "), strings.Join(upper, " ")
	last := f.Calendar[n-1]
	v.Dates = []chartDate{{x(0), "start", "today"}, {x(n / 2), "middle", (today + monitor.Day(n/2)).Short()}, {x(n), "end", last.Day.Short()}}
	v.Label = fmt.Sprintf("The rate of the coming %d days: %s today, %s on %s if no further order turns bad; with 80 %% it is between %s and %s then. The limit is %s.",
		n, number(&value, true), number(&last.Value, true), last.Day.Short(), number(&last.Low, true), number(&last.High, true), v.Limit)
	return v
}

// short writes a rate as a scale has room for.
func short(rate float64) string {
	return strconv.FormatFloat(math.Round(rate*1e3)/10, 'f', -1, 64) + " %"
}

// coordinate writes a coordinate to a tenth.
func coordinate(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(v*10)/10), ".0")
}

// changeText says what leaves and enters the window on a day, and what the rate is then.
func changeText(c monitor.CalendarDay) string {
	var moves []string
	switch n := len(c.Leaves); {
	case n == 1:
		moves = append(moves, "1 leaves")
	case n > 1:
		moves = append(moves, fmt.Sprintf("%d leave", n))
	}
	switch n := len(c.Enters); {
	case n == 1:
		moves = append(moves, "1 enters")
	case n > 1:
		moves = append(moves, fmt.Sprintf("%d enter", n))
	}
	return fmt.Sprintf("%s %s: %s, then %s (%d of about %d)", c.Day.Weekday().String()[:3], c.Day.Short(), strings.Join(moves, ", "),
		number(&c.Value, true), c.Defects, c.Orders)
}
