package alerts_test

import (
	"testing"
	"time"

	"goodstanding/alerts"
)

// The quiet time of a channel in Berlin, 20:00 to 07:00 and at weekends; and over both changes of the clock.
func TestQuietUntil(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night := alerts.Channel{Location: berlin, QuietFrom: 20 * time.Hour, QuietTo: 7 * time.Hour}
	office := night
	office.Days = []time.Weekday{1, 2, 3, 4, 5}
	lunch := alerts.Channel{Location: berlin, QuietFrom: 12 * time.Hour, QuietTo: 13*time.Hour + 30*time.Minute}
	never := alerts.Channel{Days: []time.Weekday{}}
	for _, c := range []struct {
		name     string
		channel  alerts.Channel
		at, want string // on Berlin's clock; want empty: it is not quiet
	}{
		{"by day", night, "2026-11-20 19:59", ""},
		{"in the evening", night, "2026-11-20 20:00", "2026-11-21 07:00"},
		{"after midnight", night, "2026-11-21 00:00", "2026-11-21 07:00"},
		{"just before its end", night, "2026-11-21 06:59", "2026-11-21 07:00"},
		{"at its end", night, "2026-11-21 07:00", ""},
		{"Friday evening, until Monday", office, "2026-11-20 20:00", "2026-11-23 07:00"},
		{"Saturday noon", office, "2026-11-21 12:00", "2026-11-23 07:00"},
		{"Monday morning", office, "2026-11-23 06:00", "2026-11-23 07:00"},
		{"in spring the night is short", night, "2026-03-28 23:00", "2026-03-29 07:00"},
		{"in autumn it is long", night, "2026-10-24 23:00", "2026-10-25 07:00"},
		{"within a day", lunch, "2026-11-20 12:00", "2026-11-20 13:30"},
		{"after it", lunch, "2026-11-20 13:30", ""},
		{"no quiet time", never, "2026-11-20 03:00", ""},
	} {
		parse := func(text string) time.Time {
			at, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		var want time.Time
		if c.want != "" {
			want = parse(c.want)
		}
		if got := c.channel.QuietUntil(parse(c.at)); !got.Equal(want) {
			t.Errorf("%s: quiet until %v, want %v", c.name, got, want)
		}
	}
}
