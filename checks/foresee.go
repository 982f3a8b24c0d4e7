package checks

import (
	"fmt"
	"math"
	"strings"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// foresee writes into a finding what is foreseen: the probabilities, and the calendar of the coming days.
func (j rateJudge) foresee(f *monitor.Finding, r policy.Rate, o *outlook, today monitor.Day) {
	if !o.ok {
		return
	}
	f.Forecast, f.Calendar = foretell(&o.now, r.Limit, today)
	if r.Crossed(f.Defects, f.Orders) { // it has come already
		f.Forecast.By, f.Forecast.Earliest, f.Forecast.Latest = nil, nil, nil
	}
}

// foretell puts a forecast into the words of a finding.
func foretell(a *forecast.Ahead, limit float64, today monitor.Day) (*monitor.Forecast, []monitor.CalendarDay) {
	fc := &monitor.Forecast{
		Within7: a.Crossing[6], Within14: a.Crossing[forecast.Horizon-1], Low: a.Low, High: a.High, Known: a.Known,
		By: dayIn(today, a.When(0.5)), Earliest: dayIn(today, a.When(0.1)), Latest: dayIn(today, a.When(0.9)),
	}
	low, high := a.Band()
	calendar := make([]monitor.CalendarDay, forecast.Horizon)
	for t := range calendar {
		orders := int(math.Round(a.Orders[t]))
		c := monitor.CalendarDay{
			Day: today + monitor.Day(t+1), Defects: a.Decided[t], Orders: orders, Headroom: forecast.Headroom(a.Decided[t], orders, limit),
			Over: a.Over[t], Low: low[t], High: high[t],
		}
		if orders > 0 {
			c.Value = float64(c.Defects) / float64(orders)
		}
		calendar[t] = c
		if t == 0 || c.Headroom < fc.Worst.More {
			fc.Worst = monitor.Headroom{Day: c.Day, More: c.Headroom, Defects: c.Defects, Orders: c.Orders}
		}
		if left := a.Leaves[t]; left > 0 {
			fc.Leaving = append(fc.Leaving, monitor.Leaving{Day: c.Day, Defects: left, Value: c.Value})
		}
	}
	return fc, calendar
}

// tell writes what is foreseen for people: the first sentence says what will happen, when, and how sure that is.
func (j rateJudge) tell(f *monitor.Finding, r policy.Rate) {
	fc := f.Forecast
	if fc == nil || f.Headroom == nil {
		return
	}
	crossed := r.Crossed(f.Defects, f.Orders)
	if !crossed && f.Severity.Worse(monitor.OK) {
		f.Summary = j.outcome(f, r)
		if certain := fc.Latest != nil && *fc.Earliest == *fc.Latest; !certain || r.EndLag == 0 { // else it is said already
			f.Details = append(f.Details, j.chances(fc, r))
		}
		if f.Severity == monitor.Warning && fc.Within14 < j.alarm.From && fc.Within14 >= j.alarm.Until {
			f.Details = append(f.Details, fmt.Sprintf("It is a warning still, since this was likelier, or the limit crossed, within the last %d days: it ends when the probability is below %s.",
				forecast.Remembered, limitText(j.alarm.Until)))
		}
		if fc.Worst.More > 0 && fc.Worst.More < *f.Headroom {
			f.Details = append(f.Details, fmt.Sprintf("On %s already %s %s it (%d of about %s by then if nothing else happens).", date(fc.Worst.Day),
				count(fc.Worst.More, "more "+j.one, "more "+j.many), reaches(fc.Worst.More), fc.Worst.Defects, count(fc.Worst.Orders, "order", "orders")))
		}
	}
	if crossed && r.EndLag == 0 { // else it is said already
		f.Details = append(f.Details, j.wayBack(f, r))
	}
}

// outcome is the first sentence about a limit that is not reached yet, and may be. It keeps the words of few orders, of which
// no rate tells.
func (j rateJudge) outcome(f *monitor.Finding, r policy.Rate) string {
	if f.Orders < forecast.SingleDefect(r.Limit) {
		return f.Summary
	}
	fc, limit := f.Forecast, limitText(r.Limit)
	more := fmt.Sprintf("%s %s it", count(*f.Headroom, "more "+j.one, "more "+j.many), reaches(*f.Headroom))
	now := fmt.Sprintf("Now it is %s (%s of %s, %s).", percent(*f.Value, r.Limit), number(f.Defects), count(f.Orders, "order", "orders"), days(*f.Window))
	switch c, decided := firstOver(f.Calendar, r); {
	case decided:
		return fmt.Sprintf("%s will reach %s on %s, over the limit of %s, from what is known already (%s of about %s). %s", j.name, percent(c.Value, r.Limit),
			date(c.Day), limit, number(c.Defects), count(c.Orders, "order", "orders"), now)
	case fc.By != nil:
		return fmt.Sprintf("%s likely over %s around %s (%s within 14 days); %s. %s", j.name, limit, date(*fc.By), chance(fc.Within14), more, now)
	case fc.Within14 >= 0.01:
		return fmt.Sprintf("%s may go over %s within 14 days (%s); %s. %s", j.name, limit, chance(fc.Within14), more, now)
	}
	return f.Summary
}

// firstOver returns the first of the coming days on which the limit is reached by what is known already. Only days on which the
// window holds no order that is still to come are decided.
func firstOver(calendar []monitor.CalendarDay, r policy.Rate) (monitor.CalendarDay, bool) {
	for _, c := range calendar[:min(len(calendar), r.EndLag)] {
		if r.Crossed(c.Defects, c.Orders) {
			return c, true
		}
	}
	return monitor.CalendarDay{}, false
}

// wayBack says when a rate that is over its limit is under it again.
func (j rateJudge) wayBack(f *monitor.Finding, r policy.Rate) string {
	for _, c := range f.Calendar {
		if !r.Crossed(c.Defects, c.Orders) {
			return fmt.Sprintf("It is back under %s on %s if no further order turns bad: %s (%s of about %s).", limitText(r.Limit), date(c.Day),
				percent(c.Value, r.Limit), number(c.Defects), count(c.Orders, "order", "orders"))
		}
	}
	return fmt.Sprintf("Even if no further order turns bad it is still at or over %s in %s.", limitText(r.Limit), count(len(f.Calendar), "day", "days"))
}

// chances says how likely the limit is reached, and when.
func (j rateJudge) chances(fc *monitor.Forecast, r policy.Rate) string {
	text := fmt.Sprintf("Chance to reach %s: %s within 7 days, %s within 14", limitText(r.Limit), chance(fc.Within7), chance(fc.Within14))
	if when := between(fc); when != "" {
		text += "; " + when
	}
	text += fmt.Sprintf(". In 14 days the rate lies between %s and %s (80 %%)", percent(fc.Low, r.Limit), percent(fc.High, r.Limit))
	if fc.Known < 10 {
		text += fmt.Sprintf("; only %s known, so this is rough", count(fc.Known, j.one+" is", j.many+" are"))
	}
	return text + "."
}

// between says from when to when the limit is reached with 80 %; empty where it is not likely to be.
func between(fc *monitor.Forecast) string {
	switch {
	case fc.By == nil || fc.Earliest == nil:
		return ""
	case fc.Latest == nil:
		return fmt.Sprintf("more likely than not by %s (from %s on)", date(*fc.By), date(*fc.Earliest))
	case *fc.Earliest == *fc.Latest:
		return "on " + date(*fc.By)
	}
	return fmt.Sprintf("more likely than not by %s (between %s and %s)", date(*fc.By), date(*fc.Earliest), date(*fc.Latest))
}

// enroll names the orders that leave and enter the window in the coming days, by the evidence of the finding and by those
// whose turn is still to come. All of them are defects, by their anchor day.
func enroll(calendar []monitor.CalendarDay, r policy.Rate, defects []monitor.Evidence) {
	if len(calendar) == 0 {
		return
	}
	at := func(d monitor.Day) *monitor.CalendarDay {
		if i := int(d - calendar[0].Day); i >= 0 && i < len(calendar) {
			return &calendar[i]
		}
		return nil
	}
	for _, e := range defects {
		enters := e.Date + monitor.Day(r.EndLag)
		if c := at(enters); c != nil {
			c.Enters = append(c.Enters, e.OrderID)
		}
		if c := at(enters + monitor.Day(r.Days)); c != nil {
			c.Leaves = append(c.Leaves, e.OrderID)
		}
	}
}

// moves says how defects that are known already leave and enter the window in the coming days, and what the rate is then.
func moves(f *monitor.Finding, r policy.Rate) string {
	leave, enter := 0, 0
	var next, last string
	for _, c := range f.Calendar {
		leave, enter = leave+len(c.Leaves), enter+len(c.Enters)
		if !c.Changes() {
			continue
		}
		var how []string
		if leave > 0 {
			how = append(how, fmt.Sprintf("%s out", number(leave)))
		}
		if enter > 0 {
			how = append(how, fmt.Sprintf("%s in", number(enter)))
		}
		last = fmt.Sprintf("%s on %s (%s)", percent(c.Value, r.Limit), date(c.Day), strings.Join(how, ", "))
		if next == "" {
			next = last
		}
	}
	switch last {
	case "":
		return ""
	case next:
	default:
		next += " and " + last
	}
	return fmt.Sprintf("What leaves and enters the window makes it %s if no further order turns bad.", next)
}

// advise says what to do, with numbers where there are any, and then what always helps.
func (j rateJudge) advise(f *monitor.Finding) string {
	if !f.Severity.Worse(monitor.OK) {
		return "Nothing to do."
	}
	var parts []string
	if f.Due != nil && len(f.Due.By) > 0 {
		parts = append(parts, shipFirst(f))
	}
	if len(f.Drivers) > 0 && f.Drivers[0].Orders > 0 {
		d := f.Drivers[0]
		parts = append(parts, fmt.Sprintf("Begin with %s %s: %s of its %s.", d.Kind, d.Name, number(d.Defects), count(d.Orders, "order", "orders")))
	}
	return strings.Join(append(parts, j.advice), " ")
}

// dayIn returns the day that lies some days ahead; nil for 0.
func dayIn(today monitor.Day, ahead int) *monitor.Day {
	if ahead == 0 {
		return nil
	}
	day := today + monitor.Day(ahead)
	return &day
}

// date writes a day with its weekday: Thu 26 Nov.
func date(d monitor.Day) string { return d.Weekday().String()[:3] + " " + d.Short() }

// chance writes a probability as people read it, and never as certain where it is not.
func chance(p float64) string {
	switch {
	case p < 0.01:
		return "under 1 %"
	case p >= 1:
		return "as good as certain"
	case p > 0.99:
		return "over 99 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

func reaches(n int) string {
	if n == 1 {
		return "reaches"
	}
	return "reach"
}
