package alerts

import (
	"errors"
	"net/url"
	"slices"
	"time"
)

// Channel is a place where people are told, and when they want to be.
type Channel struct {
	Name     string
	Location *time.Location // of its clock; nil: UTC
	// Quiet hours: nothing but a critical deadline is told, the rest waits and arrives as one message. Both are times of the
	// day, since midnight; equal: there are none. From may be later than To: over night.
	QuietFrom, QuietTo time.Duration
	Days               []time.Weekday // business days; on others it is quiet all day. Empty: every day
	Daily              *time.Duration // time of the day of the daily digest, on business days; nil: none
	Weekly             *time.Duration // time of the day of the weekly digest; nil: none
	WeeklyOn           time.Weekday
}

// clock returns an instant on the channel's clock.
func (c Channel) clock(t time.Time) time.Time {
	if c.Location == nil {
		return t.UTC()
	}
	return t.In(c.Location)
}

// business says whether the day of an instant is a business day.
func (c Channel) business(t time.Time) bool {
	return len(c.Days) == 0 || slices.Contains(c.Days, c.clock(t).Weekday())
}

// atTime returns the instant at a time of the day, so many days after the day of t. A time that the clock leaves out in
// spring is the one after it.
func (c Channel) atTime(t time.Time, days int, of time.Duration) time.Time {
	local := c.clock(t)
	y, m, d := local.Date()
	return time.Date(y, m, d+days, int(of/time.Hour), int(of%time.Hour/time.Minute), 0, 0, local.Location())
}

// QuietUntil returns the end of the quiet time that an instant lies in, or zero: it lies in none.
func (c Channel) QuietUntil(t time.Time) time.Time {
	until := t
	for range 60 { // a night and a day off each take one turn
		next := c.quietStep(until)
		if next.IsZero() {
			break
		}
		until = next
	}
	if until.Equal(t) {
		return time.Time{}
	}
	return until.UTC()
}

// quietStep returns the end of the one day off, or the night, that an instant lies in; zero: neither.
func (c Channel) quietStep(t time.Time) time.Time {
	if !c.business(t) {
		return c.atTime(t, 1, 0)
	}
	if c.QuietFrom == c.QuietTo {
		return time.Time{}
	}
	from, to := c.atTime(t, 0, c.QuietFrom), c.atTime(t, 0, c.QuietTo)
	switch {
	case c.QuietFrom < c.QuietTo:
		if !t.Before(from) && t.Before(to) {
			return to
		}
	case t.Before(to):
		return to
	case !t.Before(from):
		return c.atTime(t, 1, c.QuietTo)
	}
	return time.Time{}
}

// lastDigest returns the newest instant, not after t, at which a digest was due; zero: the channel has none. Weekly digests
// come on their day, business day or not.
func (c Channel) lastDigest(t time.Time, weekly bool) time.Time {
	of := c.Daily
	if weekly {
		of = c.Weekly
	}
	if of == nil {
		return time.Time{}
	}
	for back := range 15 {
		at := c.atTime(t, -back, *of)
		if at.After(t) {
			continue
		}
		if weekly && c.clock(at).Weekday() == c.WeeklyOn || !weekly && c.business(at) {
			return at.UTC()
		}
	}
	return time.Time{}
}

// CheckAddress says what is wrong with the address of a channel, without showing it: it may be a secret.
func CheckAddress(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("cannot be read: copy it anew")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("must start with https://")
	case u.Host == "":
		return errors.New("names no host: copy it anew")
	}
	return nil
}
