package alerts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

var start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// TestDecide plays the scripts of testdata/decide: "+5h" is a round so long after the start, with its findings as
// subject=severity or marketplace/subject=severity (* is every subject); "> event subject severity was severity" is a
// notice that the round must write. After "rate", findings have a window. A round without such lines must write none.
func TestDecide(t *testing.T) {
	files, err := filepath.Glob("testdata/decide/*.txt")
	if err != nil || len(files) < 15 {
		t.Fatalf("found %d scripts, err %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			play(t, string(text))
		})
	}
}

// play runs one script.
func play(t *testing.T, script string) {
	policy, signal := alerts.Default(), monitor.Signal("late_shipment_rate")
	known := map[monitor.AlertKey]monitor.Alert{}
	var got, want []string
	rate := false
	where := "before the first round"
	check := func() {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: notices (-want +got):\n%s", where, diff)
		}
		got, want = nil, nil
	}
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == ">":
			want = append(want, strings.Join(words[1:], " "))
		case strings.HasPrefix(words[0], "+"):
			check()
			where = words[0]
			round := alerts.Round{Account: "north", Signal: signal, At: start.Add(duration(t, words[0]))}
			for _, w := range words[1:] {
				f := finding(t, w)
				if rate {
					f.Window = &monitor.Window{Days: 30, From: 1, To: 30}
				}
				round.Findings = append(round.Findings, f)
			}
			for _, n := range decide(policy, known, round).Notices {
				got = append(got, describe(n))
				if n.Reason == "" || n.Finding.Account != "north" || !n.At.Equal(round.At) {
					t.Errorf("%s: incomplete notice %+v", where, n)
				}
			}
		case words[0] == "signal":
			signal = monitor.Signal(words[1])
		case words[0] == "rate":
			rate = true
		case words[0] == "ease_after":
			policy.EaseAfter = duration(t, words[1])
		case words[0] == "notify_from":
			policy.NotifyFrom = monitor.Severity(words[1])
		case words[0] == "reopen_quiet":
			policy.ReopenQuiet = duration(t, words[1])
		case words[0] == "blind_patience":
			policy.BlindPatience = duration(t, words[1])
		default:
			t.Fatalf("script line %q: unknown word", line)
		}
	}
	check()
}

// decide lets the policy decide and saves what it says, as a store would.
func decide(p alerts.Policy, known map[monitor.AlertKey]monitor.Alert, r alerts.Round) alerts.Decision {
	var list []monitor.Alert
	for _, a := range known {
		list = append(list, a)
	}
	d := p.Decide(list, r)
	for _, a := range d.Alerts {
		known[a.AlertKey] = a
	}
	return d
}

func describe(n monitor.Notice) string {
	s := fmt.Sprintf("%s %s %s", n.Event, name(n.Key), n.Severity)
	if n.Was != "" {
		s += " was " + string(n.Was)
	}
	return s
}

func name(k monitor.AlertKey) string {
	if k.Marketplace != "" {
		return string(k.Marketplace) + "/" + k.Subject
	}
	return k.Subject
}

func duration(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// finding reads "Amazon.de/a=warning".
func finding(t *testing.T, word string) monitor.Finding {
	t.Helper()
	what, severity, ok := strings.Cut(word, "=")
	if !ok {
		t.Fatalf("finding %q: want subject=severity", word)
	}
	market, subject, ok := strings.Cut(what, "/")
	if !ok {
		market, subject = "", what
	}
	if subject == "*" {
		subject = ""
	}
	return monitor.Finding{
		Marketplace: monitor.Marketplace(market), Subject: subject, Severity: monitor.Severity(severity),
		Summary: what + " is " + severity,
	}
}

func TestFindingsOfOneProblemAreOne(t *testing.T) {
	findings := []monitor.Finding{
		{Subject: "a", Severity: monitor.Watch, Headroom: new(0), Summary: "watch"},
		{Subject: "a", Severity: monitor.Warning, Headroom: new(5), Summary: "warning with 5", Details: []string{"own"}},
		{Subject: "a", Severity: monitor.Warning, Headroom: new(2), Summary: "warning with 2", Details: []string{"own"}},
		{Subject: "a", Severity: monitor.Warning, Summary: "warning without"},
		{Subject: "a", Severity: monitor.Warning, Headroom: new(9), Summary: "warning with 5"},
		{Subject: "a", Severity: monitor.Watch, Summary: "warning with 2"},
		{Subject: "a", Severity: monitor.Watch},
	}
	want := []string{
		"own", "warning with 5", "warning without", "watch", "Another finding about it, watch, says nothing more.",
	}
	given := slices.Clone(findings)
	for turn := range len(findings) {
		turned := append(slices.Clone(findings[turn:]), findings[:turn]...)
		d := alerts.Default().Decide(nil, alerts.Round{Account: "north", Signal: "s", At: start, Findings: turned})
		if len(d.Alerts) != 1 || len(d.Notices) != 1 {
			t.Fatalf("turned by %d: %d alerts and %d notices, want one of each", turn, len(d.Alerts), len(d.Notices))
		}
		f := d.Notices[0].Finding
		if f.Summary != "warning with 2" {
			t.Errorf("turned by %d: %q leads", turn, f.Summary)
		}
		if diff := cmp.Diff(want, f.Details); diff != "" {
			t.Errorf("turned by %d: details (-want +got):\n%s", turn, diff)
		}
	}
	if diff := cmp.Diff(given, findings); diff != "" {
		t.Errorf("the findings given were changed:\n%s", diff)
	}
}

// A check may give several findings the same slice of details; what is added to one must not show up in another.
func TestDetailsAreNotShared(t *testing.T) {
	shared := append(make([]string, 0, 8), "own")
	findings := []monitor.Finding{
		{Subject: "a", Severity: monitor.Warning, Details: shared}, {Subject: "a", Severity: monitor.Watch, Summary: "of a"},
		{Subject: "b", Severity: monitor.Warning, Details: shared}, {Subject: "b", Severity: monitor.Watch, Summary: "of b"},
	}
	known := map[monitor.AlertKey]monitor.Alert{}
	p := alerts.Default()
	compare := func(d alerts.Decision, want [][]string) {
		t.Helper()
		var got [][]string
		for _, n := range d.Notices {
			got = append(got, n.Finding.Details)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("details (-want +got):\n%s", diff)
		}
	}
	d := decide(p, known, alerts.Round{Account: "north", Signal: "s", At: start, Findings: findings})
	compare(d, [][]string{{"own", "of a"}, {"own", "of b"}})

	for i, summary := range []string{"A.", "", "B.", ""} {
		findings[i].Summary = summary
	}
	decide(p, known, alerts.Round{Account: "north", Signal: "s", At: start.Add(time.Hour), Findings: findings})
	blind := []monitor.Finding{{Severity: monitor.Blind, Details: shared}}
	p.BlindPatience = 0
	d = decide(p, known, alerts.Round{Account: "north", Signal: "s", At: start.Add(2 * time.Hour), Findings: blind})
	compare(d, [][]string{{"own", "When last judged: A."}, {"own", "When last judged: B."}})
}

func TestMostSpecificBlindFindingIsTold(t *testing.T) {
	known := map[monitor.AlertKey]monitor.Alert{}
	p := alerts.Default()
	p.BlindPatience = 0
	round := func(h int, findings ...monitor.Finding) alerts.Decision {
		at := start.Add(time.Duration(h) * time.Hour)
		return decide(p, known, alerts.Round{Account: "north", Signal: "s", At: at, Findings: findings})
	}
	round(0, monitor.Finding{Marketplace: "Amazon.de", Subject: "a", Severity: monitor.Warning})
	d := round(1,
		monitor.Finding{Severity: monitor.Blind, Summary: "all of it"},
		monitor.Finding{Severity: monitor.Blind, Summary: "of one", Marketplace: "Amazon.de", Subject: "a"},
		monitor.Finding{Severity: monitor.Blind, Summary: "a market", Marketplace: "Amazon.de"},
	)
	if len(d.Notices) != 1 || d.Notices[0].Finding.Summary != "of one" {
		t.Errorf("notices %+v, want one with the finding about the subject", d.Notices)
	}
}

func TestDecideLeavesOtherAlertsAlone(t *testing.T) {
	open := func(account string, signal monitor.Signal) monitor.Alert {
		return monitor.Alert{
			AlertKey: monitor.AlertKey{Account: account, Signal: signal, Subject: "a"},
			Severity: monitor.Warning, Told: monitor.Warning, Opened: start, Changed: start, Judged: start,
		}
	}
	known := []monitor.Alert{open("south", "s"), open("north", "t"), open("north", "s")}
	d := alerts.Default().Decide(known, alerts.Round{Account: "north", Signal: "s", At: start.Add(time.Hour)})
	if len(d.Alerts) != 1 || d.Alerts[0].AlertKey != known[2].AlertKey || len(d.Notices) != 1 {
		t.Errorf("decided %+v, want the one alert of the round's account and signal resolved", d)
	}
}

func TestAlertThroughItsLife(t *testing.T) {
	p, known := alerts.Default(), map[monitor.AlertKey]monitor.Alert{}
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	key := monitor.AlertKey{Account: "north", Signal: "s", Subject: "a"}
	see := func(severity monitor.Severity, value float64) monitor.Finding {
		return monitor.Finding{Account: "north", Signal: "s", Subject: "a", Severity: severity, Value: &value}
	}
	seen := []monitor.Finding{
		see(monitor.Watch, .01), see(monitor.Warning, .02), see(monitor.Blind, 0), see(monitor.Warning, .03), see(monitor.OK, 0),
		see(monitor.Warning, .04),
	}
	want := []monitor.Alert{
		{AlertKey: key, Worst: monitor.Watch, Severity: monitor.Watch, Opened: at(0), Changed: at(0), Judged: at(0), Finding: seen[0]},
		{AlertKey: key, Worst: monitor.Warning, Severity: monitor.Warning, Opened: at(0), Changed: at(1), Judged: at(1), Told: monitor.Warning, Finding: seen[1]},
		{AlertKey: key, Worst: monitor.Warning, Severity: monitor.Warning, Opened: at(0), Changed: at(1), Judged: at(1), BlindSince: at(2),
			Told: monitor.Warning, Finding: seen[1]},
		{AlertKey: key, Worst: monitor.Warning, Severity: monitor.Warning, Opened: at(0), Changed: at(1), Judged: at(3), Told: monitor.Warning, Finding: seen[3]},
		{AlertKey: key, Worst: monitor.Warning, Severity: monitor.Warning, Opened: at(0), Changed: at(1), Judged: at(4), Resolved: at(4),
			Told: monitor.OK, Finding: seen[4]},
		{AlertKey: key, Worst: monitor.Warning, Severity: monitor.Warning, Opened: at(0), Changed: at(5), Judged: at(5), Told: monitor.OK, Finding: seen[5]},
	}
	for h, f := range seen {
		decide(p, known, alerts.Round{Account: "north", Signal: "s", At: at(h), Findings: []monitor.Finding{f}})
		if diff := cmp.Diff(want[h], known[key]); diff != "" {
			t.Errorf("after round %d (-want +got):\n%s", h, diff)
		}
	}
}

func TestBlindNoticeSaysWhyAndWhatWasKnown(t *testing.T) {
	known := map[monitor.AlertKey]monitor.Alert{}
	p := alerts.Default()
	round := func(h int, f monitor.Finding) alerts.Decision {
		at := start.Add(time.Duration(h) * time.Hour)
		return decide(p, known, alerts.Round{Account: "north", Signal: "s", At: at, Findings: []monitor.Finding{f}})
	}
	round(0, monitor.Finding{Marketplace: "Amazon.de", Subject: "a", Severity: monitor.Critical, Summary: "Too many."})
	blind := monitor.Finding{Severity: monitor.Blind, Summary: "No export for 2 days.", Advice: "Upload one.", Details: []string{"x"}}
	round(1, blind)
	d := round(25, blind)
	if len(d.Notices) != 1 {
		t.Fatalf("%d notices, want 1", len(d.Notices))
	}
	want := monitor.Notice{
		Key:   monitor.AlertKey{Account: "north", Marketplace: "Amazon.de", Signal: "s", Subject: "a"},
		Event: monitor.WentBlind, At: start.Add(25 * time.Hour), Severity: monitor.Blind, Was: monitor.Critical,
		Opened: start,
		Reason: "It could not be judged since 20 Nov 11:00 CET. It stays open as critical until it can.",
		Finding: monitor.Finding{
			Account: "north", Marketplace: "Amazon.de", Signal: "s", Subject: "a", Severity: monitor.Blind,
			Summary: "No export for 2 days.", Advice: "Upload one.", Details: []string{"x", "When last judged: Too many."},
		},
	}
	if diff := cmp.Diff(want, d.Notices[0]); diff != "" {
		t.Errorf("blind notice (-want +got):\n%s", diff)
	}
}

func TestReasons(t *testing.T) {
	script := []struct {
		hour     int
		severity monitor.Severity
		reason   string // of the one notice; "" for none
	}{
		{0, monitor.Watch, ""},
		{1, monitor.Critical, "It got worse: from watch to critical."},
		{2, monitor.Warning, ""},
		{40, monitor.Critical, "It is critical again, after 38 h as warning."},
		{41, monitor.Watch, "It eased from critical to watch. You hear of it again only if it gets worse."},
		{42, monitor.OK, ""},
		{43, monitor.Warning, "It had ended on 22 Nov 03:00 UTC and is back, now warning instead of watch."},
		{44, monitor.OK, "The check finds it in order again."},
		{45, monitor.Warning, ""},
		{69, monitor.Warning, "It came back on 22 Nov 06:00 UTC and has stayed since."},
		{70, "", "The check no longer finds it."},
		{99, monitor.Warning, "It is back: it had ended on 23 Nov 07:00 UTC."},
	}
	known := map[monitor.AlertKey]monitor.Alert{}
	for _, s := range script {
		r := alerts.Round{Account: "north", Signal: "s", At: start.Add(time.Duration(s.hour) * time.Hour)}
		if s.severity != "" {
			r.Findings = []monitor.Finding{{Subject: "a", Severity: s.severity}}
		}
		reason := ""
		for _, n := range decide(alerts.Default(), known, r).Notices {
			reason += n.Reason
		}
		if reason != s.reason {
			t.Errorf("hour %d: reason %q, want %q", s.hour, reason, s.reason)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := alerts.Default().Validate(); err != nil {
		t.Errorf("the default policy: %v", err)
	}
	for want, spoil := range map[string]func(*alerts.Policy){
		`notify from "ok": want watch, warning or critical`:               func(p *alerts.Policy) { p.NotifyFrom = monitor.OK },
		`notify from "": want watch, warning or critical`:                 func(p *alerts.Policy) { p.NotifyFrom = "" },
		"reopen quiet -1h0m0s: want 0 or a positive duration such as 24h": func(p *alerts.Policy) { p.ReopenQuiet = -time.Hour },
		"blind patience -1ns: want 0 or a positive duration such as 24h":  func(p *alerts.Policy) { p.BlindPatience = -1 },
	} {
		p := alerts.Default()
		spoil(&p)
		if err := p.Validate(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
