package alerts_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

// A week in a digest: what lasts, what came and went, what the next days bring, and what was averted.
func TestDigest(t *testing.T) {
	d := alerts.DefaultDesk("slack")
	d.Policy.EaseAfter = 0
	m := alerts.NewMemory(d)
	m.Speak(start) // Friday 09:00; the first digest is reckoned from here
	monday := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	today := monitor.DayOf(monday, monitor.Marketplace("Amazon.de").Clock())
	window, limit := &monitor.Window{Days: 30}, 0.04
	rate := func(subject string, severity monitor.Severity, f *monitor.Forecast) monitor.Finding {
		return monitor.Finding{Marketplace: "Amazon.de", Subject: subject, Severity: severity, Summary: subject, Window: window, Limit: &limit, Forecast: f}
	}
	round := func(at time.Time, signal monitor.Signal, findings ...monitor.Finding) {
		m.Round(alerts.Round{Account: "north", Signal: signal, At: at, Findings: findings})
		m.Speak(at)
	}
	by, far := today+3, today+8
	forecast := &monitor.Forecast{By: &by, Leaving: []monitor.Leaving{{Day: today + 1, Defects: 2, Value: 0.03}, {Day: far, Defects: 1}}}
	tomorrow := monday.Add(26 * time.Hour)
	due := monitor.Finding{Marketplace: "Amazon.de", Subject: "due", Severity: monitor.Watch, Summary: "due", Evidence: []monitor.Evidence{
		{OrderID: "1", ShipBy: tomorrow}, {OrderID: "2", ShipBy: tomorrow.Add(time.Hour)}, {OrderID: "3", ShipBy: monday.Add(-48 * time.Hour)},
	}}
	at := start.Add(time.Hour)
	round(at, "late_shipment_rate", rate("lasts", monitor.Warning, nil), rate("averted", monitor.Warning, nil), rate("crossed", monitor.Critical, nil))
	round(at.Add(time.Hour), "late_shipment_rate", rate("lasts", monitor.Critical, forecast))
	round(at.Add(2*time.Hour), "ship_by_deadline", due)
	round(at.Add(3*time.Hour), "negative_feedback", monitor.Finding{Marketplace: "Amazon.de", Subject: "merely a look", Severity: monitor.Watch})

	said := m.Speak(monday)
	if len(said) != 1 || said[0].Kind != monitor.KindDigest || said[0].Severity != monitor.Critical {
		t.Fatalf("said %+v, want a digest as bad as its worst", said)
	}
	key := func(signal monitor.Signal, subject string) monitor.AlertKey {
		return monitor.AlertKey{Account: "north", Marketplace: "Amazon.de", Signal: signal, Subject: subject}
	}
	line := func(subject string, severity monitor.Severity, at time.Time) monitor.DigestLine {
		return monitor.DigestLine{Key: key("late_shipment_rate", subject), Severity: severity, At: at, Summary: subject}
	}
	over, value := at.Add(time.Hour), 0.03
	want := monitor.Digest{
		Weekly: true, From: start, To: monday,
		Open:    []monitor.DigestLine{line("lasts", monitor.Critical, at)},
		Came:    []monitor.DigestLine{line("crossed", monitor.Critical, at), line("lasts", monitor.Critical, at), line("averted", monitor.Warning, at)},
		Went:    []monitor.DigestLine{line("crossed", monitor.Critical, over), line("averted", monitor.Warning, over)},
		Averted: []monitor.DigestLine{line("averted", monitor.Warning, over)},
		Coming: []monitor.Coming{
			{Day: today + 1, Key: key("ship_by_deadline", "due"), Kind: monitor.ComingDeadline, Orders: 2, Summary: "due"},
			{Day: today + 1, Key: key("late_shipment_rate", "lasts"), Kind: monitor.ComingRollOff, Defects: 2, Value: &value, Limit: &limit},
			{Day: by, Key: key("late_shipment_rate", "lasts"), Kind: monitor.ComingCrossing, Limit: &limit, Summary: "lasts"},
		},
	}
	if diff := cmp.Diff(want, *said[0].Digest); diff != "" {
		t.Errorf("the digest (-want +got):\n%s", diff)
	}
	// Away for three weeks: one digest, not three.
	if said := m.Speak(monday.AddDate(0, 0, 22)); len(said) == 0 || said[len(said)-1].Kind != monitor.KindDigest {
		t.Errorf("three weeks later: %+v", said)
	}
	if said := m.Speak(monday.AddDate(0, 0, 22).Add(time.Hour)); len(said) != 0 {
		t.Errorf("and once more: %+v", said)
	}
}

// A word about what people have heard of says what is different since.
func TestChangedSinceTheLastWord(t *testing.T) {
	window := &monitor.Window{Days: 30}
	limit := 0.04
	day := func(n int) *monitor.Day { d := monitor.DayOf(start, time.UTC) + monitor.Day(n); return &d }
	finding := func(severity monitor.Severity, value float64, defects, left int, f *monitor.Forecast) monitor.Finding {
		return monitor.Finding{Subject: "a", Severity: severity, Window: window, Value: &value, Limit: &limit, Defects: defects, Headroom: &left, Forecast: f}
	}
	count := func(n float64) monitor.Finding {
		return monitor.Finding{Subject: "a", Severity: monitor.Critical, Value: &n}
	}
	for _, c := range []struct {
		name     string
		was, is  monitor.Finding
		sentence string
	}{
		{"worse", finding(monitor.Warning, 0.024, 6, 4, &monitor.Forecast{Within14: 0.31}), finding(monitor.Critical, 0.041, 11, 0, &monitor.Forecast{Within14: 1, By: nil}),
			"Critical instead of warning; 4.10 % instead of 2.40 %; 11 defects instead of 6; 0 more reach the limit instead of 4; the limit is reached within 14 days with 100 % instead of 31 %."},
		{"the day is known", finding(monitor.Warning, 0.024, 6, 4, &monitor.Forecast{Within14: 0.48}), finding(monitor.Critical, 0.024, 6, 4, &monitor.Forecast{Within14: 0.52, By: day(9)}),
			"Critical instead of warning; more likely than not by 29 Nov."},
	} {
		m := alerts.NewMemory(alerts.DefaultDesk("slack"))
		m.Round(alerts.Round{Account: "north", Signal: "rate", At: start, Findings: []monitor.Finding{c.was}})
		m.Speak(start)
		at := start.Add(time.Hour)
		m.Round(alerts.Round{Account: "north", Signal: "rate", At: at, Findings: []monitor.Finding{c.is}})
		said := m.Speak(at)
		if len(said) != 1 || said[0].Changed != c.sentence {
			t.Errorf("%s: said %+v\nwant %q", c.name, said, c.sentence)
		}
	}
	// A reminder says that nothing has changed, or what.
	m := alerts.NewMemory(alerts.DefaultDesk("slack"))
	for _, step := range []struct {
		days  int
		value float64
		want  string
	}{{0, 1, ""}, {3, 2, "2 instead of 1."}, {9, 2, "Nothing has changed since."}} {
		at := start.AddDate(0, 0, step.days)
		m.Round(alerts.Round{Account: "north", Signal: "count", At: at, Findings: []monitor.Finding{count(step.value)}})
		var loud []monitor.Notice
		for _, n := range m.Speak(at) {
			if !n.Quiet && n.Kind != monitor.KindDigest {
				loud = append(loud, n)
			}
		}
		if len(loud) != 1 || loud[0].Changed != step.want {
			t.Errorf("after %d days: said %+v, want one with %q", step.days, loud, step.want)
		}
	}
}
