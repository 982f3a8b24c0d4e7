package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Example is a spec that Validate accepts, for messages and documentation: every 15 minutes.
const Example = "*/15 * * * *"

// Validate says whether a spec can be scheduled: five fields (minute, hour, day of month, month, day of week), or
// @hourly, @daily, @weekly, @monthly, @yearly, or @every followed by a duration of at least a second, such as
// @every 90s. The error names the spec and shows an example.
func Validate(spec string) error {
	_, err := parse(spec, time.UTC)
	return err
}

// parse reads a spec whose hours are those of loc.
func parse(spec string, loc *time.Location) (cron.Schedule, error) {
	times, err := parseTimes(spec, loc)
	if err != nil {
		return nil, fmt.Errorf(`schedule %q: %w; write it like "%s" (minute hour day month weekday), "@daily" or "@every 90s"`, spec, err, Example)
	}
	return times, nil
}

func parseTimes(spec string, loc *time.Location) (cron.Schedule, error) {
	// The library would read a zone here, and panics on one without a space after it.
	if strings.Contains(spec, "TZ=") {
		return nil, errors.New("a time zone does not belong here")
	}
	if every, ok := strings.CutPrefix(spec, "@every "); ok {
		d, err := time.ParseDuration(strings.TrimSpace(every))
		if err != nil {
			return nil, fmt.Errorf("%q is no duration", every)
		}
		if d < time.Second { // the library would quietly make it a second
			return nil, errors.New("the shortest interval is 1s")
		}
		return cron.Every(d), nil
	}
	times, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, err
	}
	fixed, ok := times.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("the library returned a %T", times)
	}
	fixed.Location = time.UTC
	// A leap day comes within the five years that the library looks ahead; the 30th of February does not.
	if fixed.Next(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, errors.New("that day never comes")
	}
	return wallTimes{spec: fixed, loc: loc}, nil
}

// wallTimes are times on the clock on the wall of a place. The spec works in UTC, a clock that never changes, and the
// result is translated.
type wallTimes struct {
	spec *cron.SpecSchedule
	loc  *time.Location
}

// everyHour is the library's mark for a field written as a star.
const everyHour = 1 << 63

// Next returns the first time after t, or zero if there is none within five years.
func (w wallTimes) Next(t time.Time) time.Time {
	t = t.In(w.loc)
	if w.spec.Hour&everyHour != 0 {
		// Times of every hour are those of every hour that passes, so of both 01:00s in autumn. Only the minutes
		// matter then, and they pass as they do everywhere.
		hourly := *w.spec
		hourly.Location = w.loc
		return hourly.Next(t)
	}
	for wall := wallOf(t); ; {
		wall = w.spec.Next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if next := w.instant(wall); next.After(t) {
			return next
		}
	}
}

// wallOf returns what the clock on the wall shows at t, as if it were UTC.
func wallOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instant returns when the clock shows wall: one of the two instants where it does so twice, and where it never does,
// because it was put forward, the instant at which it would have without that.
func (w wallTimes) instant(wall time.Time) time.Time {
	y, m, d := wall.Date()
	at := time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), 0, w.loc)
	if behind := wall.Sub(wallOf(at)); behind > 0 {
		at = at.Add(behind)
	}
	return at
}
