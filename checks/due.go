package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// How far ahead the orders in the seller's hands are told: on a Friday evening, those of Monday, too. And how old the word on
// them may be: most of what was open a day ago is shipped by now.
const (
	dueAhead = 96 * time.Hour
	dueFresh = 24 * time.Hour
)

// ruled is a rule with what it found.
type ruled struct {
	rate    policy.Rate
	finding *monitor.Finding
}

// inHand adds to the findings of one slice what is in the seller's hands: which orders are due by when, and what becomes of the
// rate of each window if they are not shipped. listed is when an unshipped report listed every open order; zero: none did.
func (j rateJudge) inHand(ctx context.Context, k monitor.Known, s monitor.Slice, t *monitor.Sums, asOf, listed time.Time, rules []ruled) error {
	if k.At().Sub(asOf) > dueFresh {
		return nil
	}
	open, err := k.OpenOrders(ctx, s.Marketplace, k.At(), k.At().Add(dueAhead))
	if err != nil {
		return err
	}
	clock := s.Marketplace.Clock()
	today := monitor.DayOf(k.At(), clock)
	hours := byHour(slices.DeleteFunc(open, func(o monitor.Order) bool { return gone(o, listed) }), clock)
	for _, ru := range rules {
		ru.finding.Due = &monitor.DueOrders{AsOf: asOf}
	}
	var so []forecast.Batch
	var windows []forecast.Window
	for i, h := range hours {
		so = append(so, forecast.Batch{Day: int(h.day), Orders: h.orders})
		if i == 0 || h.counts != hours[i-1].counts {
			windows = windows[:0]
			for _, ru := range rules {
				w := ru.rate.Window(h.counts)
				defects, orders, _, _ := j.counts(ru.rate, t, w, today)
				windows = append(windows, forecast.Window{From: int(w.From), To: int(w.To), Defects: defects, Orders: orders, Limit: ru.rate.Limit})
			}
		}
		all, must := forecast.Ship(so, windows)
		for n, ru := range rules {
			ru.finding.Due.By = append(ru.finding.Due.By, monitor.DueBy{
				By: h.first.UTC(), Orders: all, Day: h.counts, None: windows[n].Rate(windows[n].Inside(so)), All: windows[n].Rate(0), Ship: must,
			})
		}
	}
	for _, ru := range rules {
		f := ru.finding
		if b, ok := f.Due.Worst(); ok && f.Severity != monitor.Blind && f.Value != nil {
			f.Details = slices.Insert(f.Details, 0, j.stakes(b, f, ru.rate, today, clock, len(rules) > 1)) // first: it can be helped
		}
	}
	return nil
}

// dueHour is the open orders that are due within one hour of a clock.
type dueHour struct {
	first  time.Time   // the earliest of their ship-by dates
	day    monitor.Day // on which they are due
	counts monitor.Day // from which on the last of them counts if it is late: the day of the moment after its ship-by date
	orders int
}

// byHour groups open orders, which are sorted by ship-by date.
func byHour(open []monitor.Order, clock *time.Location) []dueHour {
	var hours []dueHour
	for _, o := range open {
		day, hour := monitor.DayOf(o.ShipBy, clock), o.ShipBy.In(clock).Hour()
		if n := len(hours); n == 0 || hours[n-1].day != day || hours[n-1].first.In(clock).Hour() != hour {
			hours = append(hours, dueHour{first: o.ShipBy, day: day})
		}
		h := &hours[len(hours)-1]
		h.orders++
		h.counts = monitor.DayOf(o.ShipBy.Add(time.Minute), clock)
	}
	return hours
}

// stakes says what becomes of the rate if orders that are due are not shipped, and how many must be.
func (j rateJudge) stakes(b monitor.DueBy, f *monitor.Finding, r policy.Rate, today monitor.Day, clock *time.Location, several bool) string {
	text := fmt.Sprintf("%s not confirmed and due by %s: if none ships in time, %s becomes %s on %s", count(b.Orders, "order is", "orders are"), hour(b.By, today, clock),
		percent(*f.Value, r.Limit), percent(b.None, r.Limit), date(b.Day))
	under := "it under " + limitText(r.Limit)
	if several {
		under = "every window under its limit"
	}
	switch {
	case b.Ship > b.Orders && b.All >= r.Limit:
		text += fmt.Sprintf("; if all do, %s.", percent(b.All, r.Limit))
	case b.Ship > b.Orders:
		text += "; another window is over its limit even if all do."
	case b.Ship == b.Orders && b.Orders > 1:
		text += fmt.Sprintf("; only shipping all of them keeps %s.", under)
	default:
		text += fmt.Sprintf("; shipping %s of them keeps %s.", number(b.Ship), under)
	}
	return text
}

// shipFirst says how many of the orders that are due must go.
func shipFirst(f *monitor.Finding) string {
	clock := f.Marketplace.Clock()
	today := monitor.DayOf(f.Due.AsOf, clock)
	b, must := f.Due.Worst()
	if !must {
		b = f.Due.By[0]
	}
	due := fmt.Sprintf("%s due by %s", count(b.Orders, "order that is", "orders that are"), hour(b.By, today, clock))
	if must && b.Ship < b.Orders {
		return fmt.Sprintf("Confirm at least %s of the %s, and the others if you can.", number(b.Ship), due)
	}
	return "Confirm the " + strings.TrimPrefix(due, "1 ") + "."
}

// hour writes an instant as people of the marketplace read it: 23:59 PST today, 14:00 PST on Thu 26 Nov.
func hour(at time.Time, today monitor.Day, clock *time.Location) string {
	text := at.In(clock).Format("15:04 MST")
	day := monitor.DayOf(at, clock)
	if day == today {
		return text + " today, " + date(day)
	}
	return text + " on " + date(day)
}
