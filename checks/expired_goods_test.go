package checks

import (
	"context"
	"fmt"
	"testing"
	"time"

	"goodstanding/monitor"
)

// heard is an account of which nothing is known but what its buyers say.
type heard struct {
	nothing
	feedback time.Time
	said     []monitor.Complaint
}

func (h heard) Arrivals(context.Context) ([]monitor.Arrival, error) {
	return []monitor.Arrival{{Kind: monitor.KindFeedback, Received: h.feedback}}, nil
}

func (h heard) Complaints(context.Context, monitor.Day, monitor.Day) ([]monitor.Complaint, error) {
	return h.said, nil
}

// One complaint about expired goods is a warning, two are critical, and both ease after 30 days, but not by themselves: only
// while newer feedback is read.
func TestExpiredComplaints(t *testing.T) {
	now := nothing{}.At() // 20 November
	complaint := func(day int, causes ...monitor.Cause) monitor.Complaint {
		c := monitor.Complaint{OrderID: fmt.Sprintf("111-%07d-0000001", day), ASINs: []string{"B0TEA00001"}, Day: monitor.Date(2026, 11, day), Text: "expired"}
		for _, cause := range causes {
			c.Causes = append(c.Causes, monitor.Because{Cause: cause, Words: "expired"})
		}
		return c
	}
	for name, c := range map[string]struct {
		feedback time.Time
		said     []monitor.Complaint
		want     string
	}{
		"none":                           {now, nil, ""},
		"another cause":                  {now, []monitor.Complaint{complaint(19, monitor.CauseLate)}, ""},
		"one":                            {now, []monitor.Complaint{complaint(19, monitor.CauseLate, monitor.CauseExpired)}, "warning 1"},
		"two":                            {now, []monitor.Complaint{complaint(19, monitor.CauseExpired), complaint(-120, monitor.CauseExpired)}, "critical 2"},
		"29 days ago":                    {now, []monitor.Complaint{complaint(-9, monitor.CauseExpired)}, "warning 1"},
		"30 days ago":                    {now, []monitor.Complaint{complaint(-10, monitor.CauseExpired)}, "watch 1"},
		"30 days ago, and nothing since": {now.AddDate(0, 0, -25), []monitor.Complaint{complaint(-10, monitor.CauseExpired)}, "warning 1"},
		"tomorrow":                       {now, []monitor.Complaint{complaint(21, monitor.CauseExpired)}, ""},
	} {
		findings, err := expiredGoods.New(Rules{}).Judge(t.Context(), heard{feedback: c.feedback, said: c.said})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range findings {
			if f.Subject == "B0TEA00001 complaints" {
				got = fmt.Sprintf("%s %g", f.Severity, *f.Value)
				if len(f.Evidence) != len(c.said) || len(f.Quotes) != len(c.said) {
					t.Errorf("%s: %d rows and %d quotes of %d complaints", name, len(f.Evidence), len(f.Quotes), len(c.said))
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The setting for single SKUs is a list of a SKU, which may have blanks in it, and a number of days.
func TestCheckInSetting(t *testing.T) {
	for entry, want := range map[string]string{
		"TEA-1 330": "map[TEA-1:330]", " Green tea 240 ": "map[Green tea:240]", "TEA-1": "error", "330": "error", "TEA-1 soon": "error", "TEA-1 -5": "error",
	} {
		need, err := (&ExpiredGoods{CheckIn: []string{entry}}).checkInDays()
		got := fmt.Sprint(need)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", entry, got, want)
		}
	}
}

// Many SKUs that are worth a look are told together, the next date first.
func TestManySKUsAreToldTogether(t *testing.T) {
	var watched []monitor.Finding
	for i := range 7 {
		watched = append(watched, monitor.Finding{Subject: fmt.Sprint(i), Severity: monitor.Watch, Summary: fmt.Sprint("the one of ", i), Evidence: []monitor.Evidence{{Date: monitor.Day(100 - i)}}})
	}
	got := (&ExpiredGoods{MostWatched: 4}).together(watched, "others")
	if len(got) != 5 || got[0].Subject != "6" || got[3].Subject != "3" || got[4].Subject != "others" || *got[4].Value != 3 ||
		got[4].Summary != "3 SKUs besides, the next of them: the one of 2" || len(got[4].Evidence) != 3 {
		t.Errorf("told: %+v", got)
	}
}
