package schedule

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestValidate(t *testing.T) {
	for _, spec := range []string{
		Example, "* * * * *", "0 0 29 2 *", "5,10 1-3 * jan-mar mon-fri", "0 9 * * 0", "*/7 */5 */3 * ?",
		"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@every 1s", "@every 1h30m", "@every  90s",
	} {
		if err := Validate(spec); err != nil {
			t.Errorf("%q: %v", spec, err)
		}
	}
	for spec, want := range map[string]string{
		"":                             "empty",
		"* * * *":                      "expected exactly 5 fields",
		"0 * * * * *":                  "expected exactly 5 fields",
		"60 * * * *":                   "above maximum",
		"* * 0 * *":                    "below minimum",
		"* * * * 7":                    "above maximum",
		"*/0 * * * *":                  "step of range",
		"5-1 * * * *":                  "beyond end",
		"0 0 30 2 *":                   "that day never comes",
		"@sometimes":                   "unrecognized descriptor",
		"@every":                       "unrecognized descriptor",
		"@every day":                   `"day" is no duration`,
		"@every 0s":                    "shortest interval",
		"@every -1m":                   "shortest interval",
		"@every 500ms":                 "shortest interval",
		"TZ=UTC":                       "time zone does not belong here", // the library panics on this one
		"CRON_TZ=Asia/Tokyo 0 0 * * *": "time zone does not belong here",
	} {
		err := Validate(spec)
		if err == nil {
			t.Errorf("%q was accepted", spec)
			continue
		}
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("schedule %q", spec)) || !strings.Contains(err.Error(), Example) {
			t.Errorf("%q: %v: want the spec, %q, and an example", spec, err, want)
		}
	}
}

// zones have clocks that change at different hours of the day, by different steps, or never.
var zones = []string{
	"America/Los_Angeles", "America/New_York", "Europe/London", "Europe/Berlin", "Africa/Cairo", "Asia/Beirut",
	"Australia/Lord_Howe", "Australia/Sydney", "Asia/Kolkata", "America/Sao_Paulo", "America/St_Johns", "UTC",
}

// A job with a fixed time runs exactly once on every day of the calendar, whatever the clocks do.
func TestFixedTimeComesOnceADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		// Hours at which clocks change are drawn more often.
		hour := rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(0, 23)).Draw(t, "hour")
		minute := rapid.IntRange(0, 59).Draw(t, "minute")
		year := rapid.IntRange(2015, 2030).Draw(t, "year")
		first := rapid.IntRange(1, 366).Draw(t, "day of the year")
		times, err := parse(fmt.Sprintf("%d %d * * *", minute, hour), loc)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(year, time.January, first, 23, 59, 59, 0, loc)
		for day := first + 1; day <= first+150; day++ {
			at = times.Next(at)
			want := time.Date(year, time.January, day, 12, 0, 0, 0, loc)
			if at.YearDay() != want.YearDay() || at.Year() != want.Year() {
				t.Fatalf("next is %s, want one on %s", at, want.Format(time.DateOnly))
			}
			if at.Hour() != hour || at.Minute() != minute {
				// Only a time that the day does not have may come at another one: shortly after.
				shown := time.Date(at.Year(), at.Month(), at.Day(), hour, minute, 0, 0, loc)
				if shown.Hour() == hour && shown.Minute() == minute {
					t.Fatalf("next is %s, want %02d:%02d", at, hour, minute)
				}
				if late := at.Sub(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, loc)); late < 0 || late > time.Duration(hour+1)*time.Hour+time.Duration(minute)*time.Minute {
					t.Fatalf("next is %s, far from %02d:%02d", at, hour, minute)
				}
			}
		}
	})
}

// A job of every hour never waits longer than its minutes say, on any day of the year.
func TestEveryQuarterIsAQuarter(t *testing.T) {
	for _, zone := range zones {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		times, err := parse(Example, loc)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, time.January, 1, 0, 0, 0, 0, loc)
		for end := at.AddDate(1, 0, 0); at.Before(end); {
			next := times.Next(at)
			if gap := next.Sub(at); gap != 15*time.Minute {
				t.Fatalf("%s: from %s to %s is %s", zone, at, next, gap)
			}
			at = next
		}
	}
}

func FuzzValidate(f *testing.F) {
	for _, spec := range []string{Example, "@every 15s", "0 0 30 2 *", "TZ=UTC", "CRON_TZ=", "*/0 * * * *", "@", "1-2-3 * * * *", "1,,2 * * * *"} {
		f.Add(spec)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	from := time.Date(2026, time.March, 29, 1, 59, 59, 5, berlin)
	f.Fuzz(func(t *testing.T, spec string) {
		times, err := parse(spec, berlin)
		if err != nil {
			return
		}
		// What is accepted comes, later than asked, and again.
		at := from
		for range 5 {
			next := times.Next(at)
			if !next.After(at) {
				t.Fatalf("%q: after %s comes %s", spec, at, next)
			}
			at = next
		}
	})
}
