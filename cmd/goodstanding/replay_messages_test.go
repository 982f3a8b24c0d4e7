package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
)

// Ninety days of the demo, looked at an hour before each day's ship-by date, when most is found: the healthy account makes at
// most one message a month besides digests, and the drifting one is warned of its late shipments once, in time, and then hears
// only what matters.
func TestMessagesOfNinetyDays(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	dir := t.TempDir()
	for _, shop := range simulator.Demo(demoEnd)[:2] {
		if err := simulator.Run(shop).WriteArchive(dir, demoEnd-demoDays+1, demoEnd, 18); err != nil {
			t.Fatal(err)
		}
	}
	found, err := findFiles(dir, simulator.DemoTime(demoEnd))
	if err != nil {
		t.Fatal(err)
	}
	begin := (demoEnd - 89).Start(time.UTC).Add(7 * time.Hour)
	r := replay{from: begin, to: demoEnd.Start(time.UTC).Add(7 * time.Hour), every: 24 * time.Hour, home: func(string) monitor.Marketplace { return "" },
		causes: builtInPhrases, temp: t.TempDir(), desk: defaultDesk("slack"), watchers: defaultWatchers(policy.Book{})}
	all, err := r.folder(t.Context(), dir, found)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range countMessages(all) {
		t.Logf("%s: %d messages, by week %v, and %d digests", c.Account, c.total(), c.Weeks, c.Digests)
		if c.Digests < 12 {
			t.Errorf("%s has %d digests in 90 days, want one a week", c.Account, c.Digests)
		}
	}
	for _, p := range all {
		var said []monitor.Notice
		for _, n := range p.Said {
			if n.Kind != monitor.KindDigest {
				said = append(said, n.Notice)
			}
		}
		switch p.Account {
		case "harbor-home":
			atMostOneAMonth(t, p.Account, said, demoEnd.Start(time.UTC).AddDate(0, 0, 1))
		case "blue-kite-toys":
			drift := (demoEnd - 30).Start(time.UTC)
			atMostOneAMonth(t, p.Account, said, drift)
			warnedOnce(t, said, drift)
		}
	}
}

// atMostOneAMonth fails where more than one message came within 30 days, up to an instant.
func atMostOneAMonth(t *testing.T, account string, said []monitor.Notice, until time.Time) {
	t.Helper()
	for i := 1; i < len(said) && said[i].At.Before(until); i++ {
		if gap := said[i].At.Sub(said[i-1].At); gap < 30*24*time.Hour {
			t.Errorf("%s: two messages within %v: %s; %s", account, gap, said[i-1].Finding.Summary, said[i].Finding.Summary)
		}
	}
}

// warnedOnce checks what is said of the drift: one warning, and after it only that less is left, that it is crossed, and the
// orders that would cross it.
func warnedOnce(t *testing.T, said []monitor.Notice, drift time.Time) {
	t.Helper()
	opened, text := 0, ""
	for _, n := range said {
		if n.At.Before(drift) {
			continue
		}
		for _, w := range append([]monitor.Notice{n}, n.Members...) {
			if w.Kind != monitor.KindAlert || !w.At.Equal(n.At) {
				continue
			}
			text += fmt.Sprintf("%s %s %s %s: %s\n", w.At.Format(time.DateOnly), w.Key.Signal, w.Event, w.Severity, w.Finding.Summary)
			switch {
			case w.Key.Signal == "late_shipment_rate" && w.Event == monitor.Opened:
				opened++
				if w.Finding.Headroom == nil || *w.Finding.Headroom < 1 {
					t.Errorf("warned of when nothing was left: %s", w.Finding.Summary)
				}
			case w.Key.Signal == "late_shipment_rate" && w.Event == monitor.Reminded:
				if !strings.Contains(w.Reason, "used up") && !strings.Contains(w.Reason, "come close") {
					t.Errorf("told again without need: %s", w.Reason)
				}
			}
		}
	}
	if opened != 1 {
		t.Errorf("the drift was warned of %d times, want once:\n%s", opened, text)
	}
}
