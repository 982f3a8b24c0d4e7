package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goodstanding/alerts"
	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// What the file says of alerts is what the desk does.
func TestDeskIsAsConfigured(t *testing.T) {
	dir := write(t, 0o600, map[string]string{"config.toml": `
time_zone = "Europe/Berlin"
[slack]
webhook_url = "https://hooks.slack.com/services/x"
notify_from = "critical"
[channels.ops]
type = "webhook"
url = "https://hooks.example.com/x"
[alerts]
reopen_quiet = "1h"
blind_patience = "2h"
ease_after = "3h"
remind_critical = "48h"
remind_warning = "0s"
remind_longest = "96h"
hide_consequences = false
deadline_share = 0.25
[[alerts.pending]]
signal = "cancellation_rate"
for = "24h"
rounds = 3
[[routes]]
account = "shop"
marketplace = "amazon.de"
signal = "order_defect_rate"
subject = "FBA"
from = "critical"
channels = ["slack", "ops"]
mention = ["U1"]
[[routes]]
unanswered = "ops"
[hours.slack]
time_zone = "America/New_York"
quiet = "20:00-07:30"
days = "fri-mon,wed"
daily = "08:15"
weekly = "off"
`})
	cfg, err := LoadConfig(filepath.Join(dir, "config.toml"), noEnv, targets())
	if err != nil {
		t.Fatal(err)
	}
	got := cfg.desk()
	policy := alerts.Default()
	policy.NotifyFrom, policy.ReopenQuiet, policy.BlindPatience, policy.EaseAfter = monitor.Critical, time.Hour, 2*time.Hour, 3*time.Hour
	policy.Pending["cancellation_rate"] = alerts.Pending{For: 24 * time.Hour, Rounds: 3}
	policy.Weights["ship_by_deadline"] = alerts.Weight{Rate: "late_shipment_rate", Share: 0.25}
	want := alerts.Desk{
		Policy: policy,
		Channels: []alerts.Channel{
			{Name: "slack", QuietFrom: 20 * time.Hour, QuietTo: 7*time.Hour + 30*time.Minute, Days: []time.Weekday{5, 6, 0, 1, 3}, Daily: new(8*time.Hour + 15*time.Minute)},
			{Name: "ops", Weekly: new(8*time.Hour + 30*time.Minute), WeeklyOn: time.Monday},
		},
		Routes: []alerts.Route{
			{Match: monitor.Match{Account: "shop", Marketplace: "Amazon.de", Signal: "order_defect_rate", Subject: "FBA", From: monitor.Critical},
				Channels: []string{"slack", "ops"}, Mention: []string{"U1"}},
			{Unanswered: "ops", After: 4 * time.Hour},
		},
		Reminder: map[monitor.Severity]time.Duration{monitor.Critical: 48 * time.Hour, monitor.Warning: 0},
		Longest:  96 * time.Hour,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(alerts.Channel{}, "Location")); diff != "" {
		t.Errorf("the desk (-want +got):\n%s", diff)
	}
	if zones := got.Channels[0].Location.String() + " " + got.Channels[1].Location.String(); zones != "America/New_York Europe/Berlin" {
		t.Errorf("the clocks are %s", zones)
	}
	if err := got.Policy.Validate(); err != nil {
		t.Error(err)
	}
}

// A daemon that was away for a week says what happened meanwhile in one message, and once.
func TestRestartAfterAWeek(t *testing.T) {
	d := newDesktop(t, twoAlerts()...)
	at := time.Now().UTC().Truncate(time.Second).Add(7 * 24 * time.Hour)
	back := []monitor.Finding{
		{Account: "shop", Signal: "late_shipment_rate", Marketplace: "Amazon.de", Subject: "a", Severity: monitor.Critical, Summary: "a lasts"},
		{Account: "shop", Signal: "late_shipment_rate", Marketplace: "Amazon.de", Subject: "c", Severity: monitor.Warning, Summary: "c is new"},
		{Account: "shop", Signal: "late_shipment_rate", Marketplace: "Amazon.de", Subject: "e", Severity: monitor.Critical, Summary: "e is new"},
	}
	d.within(func(s *store.Store) {
		before, err := s.Notices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // it is restarted twice more
			b := &board{store: s}
			if err := b.load(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			desk := defaultDesk("slack")
			desk.Channels[0].Weekly = nil
			sp := &speaker{desk: desk, store: s}
			sp.away(b.all()[0].At, at, 2*time.Hour)
			if err := sp.decide(t.Context(), []monitor.Outcome{{Account: "shop", Signal: "late_shipment_rate", At: at, Findings: back}}, nil); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if _, err := sp.speak(t.Context(), at); err != nil {
					t.Fatal(err)
				}
				at = at.Add(15 * time.Second)
			}
		}
		after, err := s.Notices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var loud []string
		for _, n := range after[len(before):] {
			if n.Quiet {
				continue
			}
			text := string(n.Kind)
			for _, m := range n.Members {
				text += fmt.Sprintf(" %s %s", m.Key.Subject, m.Event)
			}
			loud = append(loud, text)
		}
		if diff := cmp.Diff([]string{"catch_up e opened a reminded c opened b resolved"}, loud); diff != "" {
			t.Errorf("said after a week (-want +got):\n%s", diff)
		}
	})
}

// The heartbeat is called while import, checks and delivery succeed, and neither its address nor its silence is told.
func TestHeartbeat(t *testing.T) {
	calls, status := 0, http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { calls++; w.WriteHeader(status) }))
	defer server.Close()
	b := newBench(t)
	b.pulse = newHeartbeat(AlertsConfig{HeartbeatURL: Secret(server.URL + "/secret"), HeartbeatEvery: 5 * time.Minute})
	expect := func(want int, what string) {
		t.Helper()
		if calls != want {
			t.Errorf("%s: called %d times in all, want %d", what, calls, want)
		}
	}
	b.tick(t)
	expect(1, "all is well")
	b.tick(t)
	expect(1, "it was called just now")
	b.at = b.at.Add(5 * time.Minute)
	b.tick(t)
	expect(2, "five minutes later")

	for _, part := range []pulsePart{pulseImport, pulseChecks, pulseDelivery} {
		b.at = b.at.Add(5 * time.Minute)
		b.pulse.note(part, context.DeadlineExceeded)
		if err := b.callHeartbeat(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(2, string(part)+" failed")
		b.pulse.note(part, nil)
	}
	b.board.note([]monitor.Outcome{{Account: "shop", Signal: "late_shipment_rate", At: b.at, Err: context.DeadlineExceeded}})
	if err := b.callHeartbeat(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(2, "a check failed")
	b.board.note([]monitor.Outcome{{Account: "shop", Signal: "late_shipment_rate", At: b.at}})
	if err := b.store.Post(t.Context(), monitor.Notice{Channel: "slack", Kind: monitor.KindTest, At: b.at.Add(-16 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	if err := b.callHeartbeat(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(2, "a message waits for long")
	b.tick(t)
	expect(3, "it was delivered")

	status, b.at = http.StatusInternalServerError, b.at.Add(5*time.Minute)
	if err := b.callHeartbeat(t.Context()); err == nil || !strings.Contains(err.Error(), "500") || strings.Contains(err.Error(), "secret") {
		t.Errorf("it answered 500: %v", err)
	}
	server.Close()
	b.at = b.at.Add(5 * time.Minute)
	if err := b.callHeartbeat(t.Context()); err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "http://") {
		t.Errorf("it is gone: %v", err)
	}
}

// Three problems that come together are one message in Slack; what becomes of two of them is one word in its thread, and an
// answer is an edit.
func TestGroupThroughSlack(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	if err := b.store.EnsureAccount(ctx, "shop", ""); err != nil {
		t.Fatal(err)
	}
	round := func(severities ...monitor.Severity) {
		t.Helper()
		b.at = b.at.Add(time.Hour)
		o := monitor.Outcome{Account: "shop", Signal: "counterfeit", At: b.at}
		for i, s := range severities {
			subject := string(rune('a' + i))
			o.Findings = append(o.Findings, monitor.Finding{Account: "shop", Signal: o.Signal, Subject: subject, Severity: s, Summary: "product " + subject + " is " + string(s)})
		}
		if err := b.speaker.decide(ctx, []monitor.Outcome{o}, nil); err != nil {
			t.Fatal(err)
		}
		if err := b.drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
	shown := func(want ...string) {
		t.Helper()
		var got []string
		for _, m := range b.slack.Messages() {
			place := "message"
			if m.ThreadTS != "" && m.ThreadTS != m.TS {
				place = "in its thread"
			}
			line, _, _ := strings.Cut(m.Text, "\n")
			got = append(got, place+": "+line)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Slack shows (-want +got):\n%s", diff)
		}
	}
	round(monitor.Warning, monitor.Warning, monitor.Warning)
	shown("message: 🔶 Warning: 3 problems of shop, the worst: shop: product a is warning")
	round(monitor.Critical, monitor.OK, monitor.Warning)
	open, err := b.store.OpenAlerts(ctx)
	if err != nil || len(open) != 2 {
		t.Fatalf("open %v, %v", open, err)
	}
	if err := b.store.Acknowledge(ctx, open[0].AlertKey, "anna", b.at, time.Time{}); err != nil {
		t.Fatal(err)
	}
	round(monitor.Critical, monitor.OK, monitor.Warning)
	shown(
		"message: 🛑 Critical: 2 problems of shop, the worst: shop: product a is critical",
		"in its thread: 🛑 Critical, was warning: shop: product a is critical",
	)
}
