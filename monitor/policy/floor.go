package policy

import (
	"math"
	"slices"

	"goodstanding/monitor"
)

// Signals with a rate that must be reached, not undercut.
const (
	ValidTrackingRate  monitor.Signal = "valid_tracking_rate"
	OnTimeDeliveryRate monitor.Signal = "on_time_delivery_rate"
)

// Floor is a rule for a rate of what went right, such as parcels with a valid tracking number: it must stay above Target.
// The days are those on which delivery was promised.
type Floor struct {
	Signal   monitor.Signal
	Days     int     // length of the window in days of the marketplace
	EndLag   int     // the window's last day lies this many days before today
	Target   float64 // 0..1
	Least    int     // units of the window below which Amazon does not act; 0: no such number is published
	Enforced bool    // Amazon acts on it; else it is shown only
	Units    bool    // Amazon counts units, not parcels
	From     monitor.Day
	Source   string // where the rule is published
	Sure     string // H, M or L: how well the source holds
}

// Window returns the days that the rate is taken over on a day.
func (f Floor) Window(today monitor.Day) monitor.Window {
	to := today - monitor.Day(f.EndLag)
	return monitor.Window{Days: f.Days, From: to - monitor.Day(f.Days) + 1, To: to}
}

// Slack returns how large the share of what went wrong may be, 0..1: reaching it is reaching the target, not keeping above it.
func (f Floor) Slack() float64 { return math.Round((1-f.Target)*1e9) / 1e9 }

// The days from which the rules hold.
var (
	usUnits      = monitor.Date(2024, 9, 25)
	allCarriers  = monitor.Date(2025, 1, 15)
	ukMeasured   = monitor.Date(2025, 9, 16)
	ukEnforced   = monitor.Date(2026, 2, 2)
	deEnforced   = monitor.Date(2026, 9, 1)
	everyEurope  = []monitor.Marketplace{"Amazon.de", "Amazon.fr", "Amazon.it", "Amazon.es", "Amazon.nl", "Amazon.pl", "Amazon.com.be", "Amazon.se", "Amazon.ie"}
	trackingPage = "Amazon's valid tracking rate page; window from two performance reports, validTrackingRate"
)

// tracking returns the rule for the valid tracking rate in a marketplace on a day. The rate is judged for each product
// category, which no export tells. At exactly 95 % Amazon's pages and the report's GREATER_THAN disagree.
func tracking(m monitor.Marketplace, day monitor.Day) Floor {
	f := Floor{Signal: ValidTrackingRate, Days: 30, EndLag: 10, Target: 0.95, Source: trackingPage, Sure: "H"}
	switch {
	case m == "Amazon.com", m == "Amazon.co.uk", slices.Contains(everyEurope, m):
		f.Enforced = true
		if day >= allCarriers {
			f.From = allCarriers
			f.Source += "; since 15 January 2025 parcels of all carriers count, not of integrated ones only"
		}
	case m == "Amazon.co.jp":
		f.Source, f.Sure = trackingPage+"; on Amazon.co.jp missing it does not by itself suspend", "M"
	default:
		f.Source, f.Sure = trackingPage+"; no page of this store was found", "L"
	}
	return f
}

// delivery returns the rule for the on-time delivery rate in a marketplace on a day: per unit, over 14 days that end a week
// ago, where Amazon enforces it, and before that the older one per parcel, which suspends nobody.
func delivery(m monitor.Marketplace, day monitor.Day) Floor {
	unit := Floor{Signal: OnTimeDeliveryRate, Days: 14, EndLag: 7, Target: 0.90, Units: true, Enforced: true}
	switch {
	case m == "Amazon.com" && day >= usUnits:
		unit.From, unit.Source, unit.Sure = usUnits, "Amazon's announcement for Amazon.com of 25 September 2024: 90 % of units, 95 % advised", "H"
		return unit
	case m == "Amazon.co.uk" && day >= ukMeasured:
		unit.From, unit.Least, unit.Enforced = ukMeasured, 20, day >= ukEnforced
		unit.Source, unit.Sure = "Amazon's announcement for Amazon.co.uk: measured since 16 September 2025, enforced since 2 February 2026 from 20 units on", "H"
		if unit.Enforced {
			unit.From = ukEnforced
		}
		return unit
	case m == "Amazon.de" && day >= deEnforced:
		unit.From, unit.Source, unit.Sure = deEnforced, "Amazon's announcement for Amazon.de: 90 % of units, enforced since 1 September 2026", "M"
		return unit
	}
	return Floor{Signal: OnTimeDeliveryRate, Days: 30, EndLag: 10, Target: 0.97, Sure: "H",
		Source: "performance report, onTimeDeliveryRate: 97 % of parcels is advised, and missing it does not suspend"}
}

// Floor returns the rule of a signal for an account in a marketplace on a day, and false for a signal that has none. A
// later override wins over an earlier one.
func (b Book) Floor(signal monitor.Signal, account string, m monitor.Marketplace, day monitor.Day) (Floor, bool) {
	var f Floor
	switch signal {
	case ValidTrackingRate:
		f = tracking(m, day)
	case OnTimeDeliveryRate:
		f = delivery(m, day)
	default:
		return Floor{}, false
	}
	for _, o := range b.Overrides {
		if !o.touches(signal, account, m, f.Days) {
			continue
		}
		if o.Limit != nil {
			f.Target = *o.Limit
		}
		if o.Days != nil {
			f.Days = *o.Days
		}
		if o.EndLag != nil {
			f.EndLag = *o.EndLag
		}
		f.Source = "your configuration; Amazon: " + f.Source
	}
	return f, true
}
