package monitor

import (
	"encoding/json"
	"fmt"
	"time"
)

// Day is a calendar day, counted from 1970-01-01, without a clock of its own. Amazon counts in days of the
// marketplace, so an instant becomes a Day only together with that marketplace's location.
type Day int32

// DayOf returns the day on which the instant t falls on the clock of loc.
func DayOf(t time.Time, loc *time.Location) Day {
	_, offset := t.In(loc).Zone()
	local := t.Unix() + int64(offset)
	if local < 0 {
		local -= 86399 // round down
	}
	return Day(local / 86400) //nolint:gosec // within 5 million years
}

// Date returns the day with the given calendar date.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads a day as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("day %q: want a date such as 2026-11-20", s)
	}
	return DayOf(t, time.UTC), nil
}

// Civil returns the day's calendar date.
func (d Day) Civil() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*86400, 0).UTC().Date()
}

// Start returns the first instant of the day on the clock of loc.
func (d Day) Start(loc *time.Location) time.Time {
	y, m, dd := d.Civil()
	return time.Date(y, m, dd, 0, 0, 0, 0, loc)
}

// End returns the first instant after the day on the clock of loc.
func (d Day) End(loc *time.Location) time.Time { return (d + 1).Start(loc) }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return time.Unix(int64(d)*86400, 0).UTC().Weekday() }

// String returns the day as 2006-01-02.
func (d Day) String() string {
	y, m, dd := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, dd)
}

// Short returns the day as people say it in a sentence: 2 Dec.
func (d Day) Short() string { return time.Unix(int64(d)*86400, 0).UTC().Format("2 Jan") }

// MarshalJSON writes the day as "2006-01-02".
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the day from "2006-01-02".
func (d *Day) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := ParseDay(s)
	if err != nil {
		return err
	}
	*d = v
	return nil
}
