package alerts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

func drawDesk(t *rapid.T) alerts.Desk {
	d := alerts.DefaultDesk("slack")
	d.Policy = drawPolicy(t)
	d.Policy.Deadlines = []monitor.Signal{"negative_feedback"}
	if rapid.Bool().Draw(t, "pending") {
		d.Policy.Pending = map[monitor.Signal]alerts.Pending{"late_shipment_rate": {For: 3 * time.Hour, Rounds: 2}}
	}
	d.Channels = nil
	for _, name := range []string{"slack", "ops", "boss"} {
		ch := alerts.Channel{Name: name}
		if rapid.Bool().Draw(t, "quiet") {
			ch.QuietFrom, ch.QuietTo = 20*time.Hour, 7*time.Hour
		}
		if rapid.Bool().Draw(t, "business days") {
			ch.Days = []time.Weekday{1, 2, 3, 4, 5}
		}
		if rapid.Bool().Draw(t, "daily") {
			ch.Daily = new(9 * time.Hour)
		}
		d.Channels = append(d.Channels, ch)
	}
	if rapid.Bool().Draw(t, "routes") {
		d.Routes = []alerts.Route{
			{Match: monitor.Match{From: monitor.Critical}, Channels: []string{"slack", "ops"}, Unanswered: "boss", After: 5 * time.Hour},
			{Match: monitor.Match{Marketplace: "Amazon.de"}, Channels: []string{"ops"}},
		}
	}
	return d
}

// belief is what the reader of a channel takes an alert to be.
type belief map[toldIn]monitor.Severity

type toldIn struct {
	channel string
	key     monitor.AlertKey
}

// happensNext makes something happen, a random time later, or earlier: clocks are set back, but no further than two hours
// before the newest instant that there was, which is as far as the desk promises to bear.
func happensNext(t *rapid.T, m *memory, at, newest time.Time) time.Time {
	least := -1
	if newest.Sub(at) >= time.Hour {
		least = 0
	}
	at = at.Add(time.Duration(rapid.IntRange(least, 30).Draw(t, "hours"))*time.Hour + 61*time.Second) // never the same second again
	var open []monitor.AlertKey
	for k, a := range m.Alerts {
		if a.Resolved.IsZero() {
			open = append(open, k)
		}
	}
	slices.SortFunc(open, func(a, b monitor.AlertKey) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	what := rapid.IntRange(0, 9).Draw(t, "what")
	until := at.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "for")) * time.Hour)
	switch {
	case what == 0 && len(open) > 0:
		m.ack(rapid.SampledFrom(open).Draw(t, "which"), monitor.Acknowledged, monitor.Ack{By: "anna", At: at, Until: until})
	case what == 1 && len(open) > 0:
		m.ack(rapid.SampledFrom(open).Draw(t, "which"), monitor.Snoozed, monitor.Ack{By: "anna", At: at, Until: until})
	case what == 2:
		m.story = append(m.story, at.Format("2 15:04")+" silence until "+until.Format("2 15:04"))
		m.Silences = append(m.Silences, monitor.Silence{ID: int64(len(m.Silences) + 1), From: at, Until: until,
			Match: monitor.Match{Subject: rapid.SampledFrom(subjects).Draw(t, "silenced"), UpTo: rapid.SampledFrom([]monitor.Severity{"", monitor.Warning}).Draw(t, "up to")}})
	case what == 3: // time passes
	default:
		m.round(alerts.Round{Account: rapid.SampledFrom([]string{"north", "south"}).Draw(t, "account"), Signal: rapid.SampledFrom(signals).Draw(t, "signal"),
			At: at, Findings: rapid.SliceOfN(rapid.Custom(drawFinding), 0, 5).Draw(t, "findings")})
	}
	return at
}

// words returns what a notice says of single alerts.
func wordsOf(n monitor.Notice) []monitor.Notice {
	if n.Kind == monitor.KindAlert {
		return []monitor.Notice{n}
	}
	var all []monitor.Notice
	for _, m := range n.Members {
		if m.At.Equal(n.At) {
			all = append(all, m)
		}
	}
	return all
}

// TestDeskTellsTheTruthOnce follows what people come to believe in each channel, whatever happens: each word is news to
// them, none is said in quiet hours or of what is silenced, and once nothing is held back any more they know what lasts
// and that the rest is over.
func TestDeskTellsTheTruthOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(drawDesk(t))
		is := belief{}
		defer func() {
			if t.Failed() {
				t.Log("what happened:\n" + strings.Join(m.story, "\n"))
			}
		}()
		at, newest := start, start
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			at = happensNext(t, m, at, newest)
			if at.After(newest) {
				newest = at
			}
			m.Desk.CatchUp = rapid.IntRange(0, 9).Draw(t, "away") == 0
			hear(t, m, is, at, m.speak(at))
			m.Desk.CatchUp = false
			if again := m.Desk.Speak(m.Conversation(at)); !cmp.Equal(again, monitor.Spoken{}) {
				t.Fatalf("asked again at %v, it says more: %s", at, cmp.Diff(monitor.Spoken{}, again))
			}
		}
		for range 20 { // every silence, snooze and weekend ends
			at = at.Add(12 * time.Hour)
			hear(t, m, is, at, m.speak(at))
		}
		if len(m.Waiting) > 0 {
			t.Fatalf("still held back: %+v", m.Waiting)
		}
		for k, severity := range is {
			a := m.Alerts[k.key]
			if severity != monitor.OK && !a.Resolved.IsZero() {
				t.Fatalf("%s believes that %s is %s; it is over", k.channel, name(k.key), severity)
			}
		}
		for key, a := range m.Alerts {
			known := slices.ContainsFunc(m.Desk.Channels, func(ch alerts.Channel) bool { return is[toldIn{ch.Name, key}].Worse(monitor.OK) })
			if a.Resolved.IsZero() && min(a.Severity.Rank(), a.Told.Rank()) >= m.Desk.Policy.NotifyFrom.Rank() && !known {
				t.Fatalf("%s lasts as %s and nobody knows: %+v", name(key), a.Severity, a)
			}
		}
	})
}

// hear takes in what is said.
func hear(t *rapid.T, m *memory, is belief, at time.Time, notices []monitor.Notice) {
	t.Helper()
	heard := map[toldIn]bool{}
	notices = slices.Clone(notices) // a word about several comes with edits of each one's own message
	slices.SortStableFunc(notices, func(a, b monitor.Notice) int {
		switch {
		case a.Quiet == b.Quiet:
			return 0
		case b.Quiet:
			return -1
		}
		return 1
	})
	for _, n := range notices {
		i := slices.IndexFunc(m.Desk.Channels, func(ch alerts.Channel) bool { return ch.Name == n.Channel })
		if i < 0 {
			t.Fatalf("said in the channel %q", n.Channel)
		}
		if len(n.Members) > monitor.MaxMembers {
			t.Fatalf("%d members", len(n.Members))
		}
		if n.Kind == monitor.KindDigest || n.Kind == monitor.KindSilence {
			continue
		}
		quiet := !m.Desk.Channels[i].QuietUntil(at).IsZero()
		for _, w := range wordsOf(n) {
			k := toldIn{n.Channel, w.Key}
			if n.Quiet {
				if is[k] == "" {
					t.Fatalf("%s: edited what was never said: %s", n.Channel, describeNotice(n))
				}
				is[k] = w.Severity // it is shown
				continue
			}
			if heard[k] {
				t.Fatalf("two words about %s in %s", name(w.Key), n.Channel)
			}
			heard[k] = true
			urgent := w.Severity == monitor.Critical && w.Key.Signal == "negative_feedback"
			if quiet && !urgent {
				t.Fatalf("said in quiet hours: %s", describeNotice(n))
			}
			for _, q := range m.Silences {
				if worst := max(w.Severity.Rank(), w.Was.Rank()); q.Holds(at) && q.Match.Matches(w.Key, rankOf(worst)) {
					t.Fatalf("said although it is silenced: %s", describeNotice(n))
				}
			}
			if n.Kind == monitor.KindCatchUp && w.Event == monitor.Eased && !is[k].Worse(monitor.OK) {
				continue // it came and went meanwhile
			}
			news(t, m, is, k, w)
		}
	}
}

func rankOf(rank int) monitor.Severity {
	for _, s := range severities {
		if s.Rank() == rank {
			return s
		}
	}
	return monitor.Blind
}

// news checks that a word is news to who reads the channel, and true.
func news(t *rapid.T, m *memory, is belief, k toldIn, w monitor.Notice) {
	t.Helper()
	a, before := m.Alerts[k.key], is[k]
	known := before != "" && before != monitor.OK
	switch w.Event {
	case monitor.Opened, monitor.Unanswered:
		if known {
			t.Fatalf("%s opened for who knew it as %s", name(w.Key), before)
		}
	case monitor.Escalated, monitor.Reminded, monitor.WentBlind:
		if !known {
			t.Fatalf("%s %s for who did not know it", name(w.Key), w.Event)
		}
	case monitor.Eased:
		if !known || before != monitor.Blind && !before.Worse(w.Severity) {
			t.Fatalf("%s eased to %s for who knew it as %q", name(w.Key), w.Severity, before)
		}
	case monitor.Resolved:
		if a.Resolved.IsZero() && a.Severity.Rank() >= m.Desk.Policy.NotifyFrom.Rank() {
			t.Fatalf("%s resolved, but it lasts: %+v", name(w.Key), a)
		}
		is[k] = monitor.OK
		return
	default:
		t.Fatalf("%s is said aloud", w.Event)
	}
	if !a.Resolved.IsZero() {
		t.Fatalf("%s %s, but it is over", name(w.Key), w.Event)
	}
	if w.Event == monitor.WentBlind && a.BlindSince.IsZero() {
		t.Fatalf("%s blind, but it can be judged", name(w.Key))
	}
	is[k] = w.Severity
}

// Ten thousand findings at once are one message, and their end is one.
func TestTenThousandFindings(t *testing.T) {
	m := newMemory(alerts.DefaultDesk("slack"))
	m.Desk.Channels[0].Weekly = nil
	r := alerts.Round{Account: "north", Signal: "counterfeit", At: start}
	for i := range 10_000 {
		r.Findings = append(r.Findings, monitor.Finding{Subject: fmt.Sprint(i), Severity: monitor.Critical})
	}
	m.round(r)
	first := m.speak(start)
	if len(first) != 1 || len(first[0].Members) != monitor.MaxMembers || first[0].More != 10_000-monitor.MaxMembers {
		t.Fatalf("%d notices, the first with %d members and %d more", len(first), len(first[0].Members), first[0].More)
	}
	at := start.Add(time.Hour)
	m.round(alerts.Round{Account: "north", Signal: "counterfeit", At: at})
	last := m.speak(at)
	if len(last) != 1 || last[0].Thread != first[0].Thread || last[0].More != 10_000-monitor.MaxMembers {
		t.Fatalf("%d notices at the end; want one, in the thread of the first", len(last))
	}
	if len(m.Told)+len(m.Waiting) > 0 {
		t.Errorf("%d words wait and %d are remembered after the end", len(m.Waiting), len(m.Told))
	}
}
