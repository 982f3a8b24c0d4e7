package checks

import (
	"fmt"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// promised is the parcels that were promised for delivery on a day: all of them, and those without a valid number.
type promised struct{ parcels, wrong int }

// lookAhead foresees the rate by our own count. The parcels of the last EndLag days are confirmed, so most of what comes is
// decided: the window has not got to them yet. What is confirmed later is estimated from the days that are known.
func (o *ownTracking) lookAhead(f *monitor.Finding, rule policy.Floor, at time.Time, clock *time.Location) {
	today := monitor.DayOf(at, clock)
	seen := min(today, monitor.DayOf(o.asOf, clock))
	first := o.window.From
	s := forecast.Series{
		First: int(first), Today: int(today), Seen: int(seen), Days: rule.Days, EndLag: rule.EndLag, Limit: rule.Slack(), Delays: forecast.Delays{1},
		Orders: make([]int, int(today-first)+forecast.Horizon+1), Defects: make([]int, int(today-first)+forecast.Horizon+1),
	}
	for day, p := range o.byDay {
		if i := int(day - first); i >= 0 && i < len(s.Orders) {
			s.Orders[i], s.Defects[i] = p.parcels, p.wrong
		}
	}
	ahead := s.Look(forecast.Usual())
	slack := policy.Rate{Days: rule.Days, EndLag: rule.EndLag, Limit: rule.Slack()}
	fc, calendar := foretell(&ahead, slack.Limit, today)
	enroll(calendar, slack, o.all)
	// The rate is of what went right.
	fc.Low, fc.High = 1-fc.High, 1-fc.Low
	for i := range fc.Leaving {
		fc.Leaving[i].Value = 1 - fc.Leaving[i].Value
	}
	c, decided := firstOver(calendar, slack)
	for i := range calendar {
		c := &calendar[i]
		c.Low, c.High = 1-c.High, 1-c.Low
		if c.Orders > 0 {
			c.Value = 1 - c.Value
		}
	}
	if slack.Crossed(f.Defects, f.Orders) {
		fc.By, fc.Earliest, fc.Latest = nil, nil, nil
	}
	f.Forecast, f.Calendar = fc, calendar
	switch target := limitText(rule.Target); {
	case slack.Crossed(f.Defects, f.Orders):
	case decided:
		f.Summary = fmt.Sprintf("%s on %s will fall to %s on %s, with a target of more than %s, from what is known already (%s of %s without a valid number). Now it is %s by our own count (%s of %s, %s).",
			validTracking.Title, f.Marketplace.Label(), percent(1-c.Value, rule.Target), date(c.Day), target, number(c.Defects), count(c.Orders, "parcel", "parcels"),
			percent(*f.Value, rule.Target), number(f.Orders-f.Defects), count(f.Orders, "parcel", "parcels"), days(*f.Window))
		if rule.Enforced {
			f.Severity = worse(f.Severity, monitor.Warning)
		} else {
			f.Severity = worse(f.Severity, monitor.Watch)
		}
	case fc.Within14 >= 0.01 && fc.Known >= evidence:
		text := fmt.Sprintf("Chance to fall to %s or less: %s within 7 days, %s within 14", target, chance(fc.Within7), chance(fc.Within14))
		if when := between(fc); when != "" {
			text += "; " + when
		}
		f.Details = append(f.Details, text+".")
	}
}
