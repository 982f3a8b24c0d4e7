package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/alerts/slack"
	"goodstanding/alerts/slack/slackfake"
	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// killed is what a process that is killed panics with.
type killed struct{}

// mortal is an outbox whose process is killed at a call of one of its methods.
type mortal struct {
	*store.Store
	method string
	after  bool // the call has its effect first
	calls  int  // that are survived
}

// at kills, or lets the call go on.
func (m *mortal) at(method string, call func() error) error {
	if method != m.method {
		return call()
	}
	if m.calls--; m.calls >= 0 {
		return call()
	}
	if m.after {
		if err := call(); err != nil {
			return err
		}
	}
	panic(killed{})
}

func (m *mortal) Trying(ctx context.Context, id int64, at time.Time) error {
	return m.at("Trying", func() error { return m.Store.Trying(ctx, id, at) })
}

func (m *mortal) Sent(ctx context.Context, id int64, at time.Time, ref string) error {
	return m.at("Sent", func() error { return m.Store.Sent(ctx, id, at, ref) })
}

func (m *mortal) Failed(ctx context.Context, id int64, next time.Time, reason string, unsure bool) error {
	return m.at("Failed", func() error { return m.Store.Failed(ctx, id, next, reason, unsure) })
}

// stage is a database, a fake Slack, and the clock of both.
type stage struct {
	path string
	fake *slackfake.Fake
	at   atomic.Int64 // seconds; a request whose answer was cut off may ask for it still when the next one has begun
}

func (st *stage) now() time.Time { return time.Unix(st.at.Load(), 0).UTC() }

func (st *stage) pass(d time.Duration) { st.at.Add(int64(d / time.Second)) }

func newStage(t *testing.T) *stage {
	t.Helper()
	st := &stage{path: filepath.Join(t.TempDir(), "goodstanding.db"), fake: slackfake.New(t)}
	st.at.Store(time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC).Unix())
	st.fake.SetClock(st.now)
	st.fake.AllowBurst(1 << 20)
	return st
}

// process is one life of the program: it opens the database, does something, and may be killed meanwhile.
func (st *stage) process(t *testing.T, do func(s *store.Store)) (dead bool) {
	t.Helper()
	s, err := store.Open(t.Context(), st.path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(killed); !ok {
				panic(p)
			}
			dead = true
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	do(s)
	return false
}

// deliverer sends by a bot to the fake.
func (st *stage) deliverer(t *testing.T, outbox alerts.Outbox) *alerts.Deliverer {
	t.Helper()
	client, err := slack.New(slack.Config{Token: slackfake.Token, Channel: slackfake.Channel, APIURL: st.fake.URL(), AppToken: slackfake.AppToken, Pace: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	d := alerts.NewDeliverer(outbox, map[string]alerts.Sender{"slack": client}, rand.New(rand.NewPCG(1, 2)))
	d.Pace = 0
	return d
}

// drain delivers by a process of its own until nothing is left.
func (st *stage) drain(t *testing.T) {
	t.Helper()
	for range 10 {
		st.pass(2 * time.Hour)
		pending := 0
		st.process(t, func(s *store.Store) {
			if _, _, err := st.deliverer(t, s).Deliver(t.Context(), st.now()); err != nil {
				t.Logf("drain: %v", err)
			}
			o, err := s.Outbox(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			pending = o.Pending
		})
		if pending == 0 {
			return
		}
	}
	t.Fatal("something is never sent")
}

// episode decides three notices of one alert, and of another one.
func (st *stage) episode(t *testing.T) (decide []func(s *store.Store)) {
	t.Helper()
	notice := func(subject string, event monitor.Event, severity monitor.Severity) monitor.Notice {
		f := monitor.Finding{Account: "shop", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: subject, Severity: severity,
			Summary: "Late shipment rate of shop on Amazon.com: " + subject}
		for i := range 11 {
			f.Evidence = append(f.Evidence, monitor.Evidence{OrderID: fmt.Sprintf("111-0000000-%07d", i)})
		}
		return monitor.Notice{Key: f.Key(), Event: event, Severity: severity, Was: monitor.Watch, Finding: f, Channel: "slack"}
	}
	for _, n := range []monitor.Notice{
		notice("a", monitor.Opened, monitor.Warning), notice("b", monitor.Opened, monitor.Warning),
		notice("a", monitor.Escalated, monitor.Critical), notice("a", monitor.Resolved, monitor.OK),
	} {
		decide = append(decide, func(s *store.Store) {
			st.pass(time.Hour)
			n.At = st.now()
			if err := s.EnsureAccount(t.Context(), "shop", "Amazon.com"); err != nil {
				t.Fatal(err)
			}
			if err := s.Post(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		})
	}
	return decide
}

// told is what the episode looks like in Slack.
var told = []string{
	"✅ Resolved: Late shipment rate of shop on Amazon.com: a",
	"  file late_shipment_rate-1.csv",
	"  🛑 Critical, was watch: Late shipment rate of shop on Amazon.com: a",
	"  file late_shipment_rate-3.csv",
	"  ✅ Resolved: Late shipment rate of shop on Amazon.com: a",
	"🔶 Warning: Late shipment rate of shop on Amazon.com: b",
	"  file late_shipment_rate-2.csv",
}

// lines is what is in the fake: each message, and below it its thread. Which of two alerts comes first is not told.
func (st *stage) lines() []string {
	threads := map[string][]string{} // by the message that they are below
	for _, m := range st.fake.Messages() {
		line, _, _ := strings.Cut(m.Text, "\n")
		if m.File != nil {
			line = "file " + m.File.Name
		}
		if m.ThreadTS == "" {
			threads[m.TS] = append(threads[m.TS], line)
		} else {
			threads[m.ThreadTS] = append(threads[m.ThreadTS], "  "+line)
		}
	}
	alerts := slices.SortedFunc(maps.Values(threads), slices.Compare)
	return slices.Concat(alerts...)
}

// TestDeliverSurvivesEveryKill kills the program at each step of deciding, noting, sending and marking each notice, lets each
// request of Slack's be lost on the way there or back at that moment, and looks at what people see in the end: nothing is
// lost, and nothing is there twice.
func TestDeliverSurvivesEveryKill(t *testing.T) {
	type kill struct {
		method  string
		after   bool
		failure slackfake.Failure // of the request; nil: none fails
		next    slackfake.Failure // of the one after it
	}
	kills := map[string]kill{
		"before a sending is noted":             {method: "Trying"},
		"after a sending is noted":              {method: "Trying", after: true},
		"after Slack's answer":                  {method: "Sent"},
		"after the mark":                        {method: "Sent", after: true},
		"the request never arrived":             {method: "Failed", failure: slackfake.Down()},
		"Slack took it, the answer never came":  {method: "Failed", failure: slackfake.CutAfterAccepting()},
		"Slack was out of order":                {method: "Failed", failure: slackfake.Status(503)},
		"the answer never came, that was noted": {method: "Failed", after: true, failure: slackfake.CutAfterAccepting()},
		"too many messages, not noted":          {method: "Failed", failure: slackfake.RateLimited(60)},
		"too many messages, noted":              {method: "Failed", after: true, failure: slackfake.RateLimited(60)},
		"no answer, then too many messages":     {method: "Failed", failure: slackfake.CutAfterAccepting(), next: slackfake.RateLimited(60)},
		"no answer, noted, then Slack is down":  {method: "Failed", after: true, failure: slackfake.CutAfterAccepting(), next: slackfake.Down()},
	}
	const requests = 12 // at most, that the episode takes
	for name, k := range kills {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			died := 0
			for n := range requests {
				st := newStage(t)
				for range n {
					st.fake.FailNext(nil)
				}
				calls := n
				if k.failure != nil {
					st.fake.FailNext(k.failure, k.next)
					calls = 0
				}
				for _, decide := range st.episode(t) {
					st.process(t, decide)
					dead := st.process(t, func(s *store.Store) {
						m := &mortal{Store: s, method: k.method, after: k.after, calls: calls}
						_, _, err := st.deliverer(t, m).Deliver(t.Context(), st.now())
						if err != nil {
							t.Logf("request %d: %v", n, err)
						}
					})
					if calls--; dead {
						died++
						calls = 1 << 20 // once is enough
					}
				}
				st.drain(t)
				if diff := cmp.Diff(told, st.lines()); diff != "" {
					t.Errorf("request or notice %d (-want +got):\n%s", n, diff)
				}
			}
			if died < 3 {
				t.Errorf("the program was killed %d times only", died)
			}
		})
	}
}

// A process that is killed while it decides has decided nothing, and decides again.
func TestDeliverKilledWhileDeciding(t *testing.T) {
	st := newStage(t)
	round := func(s *store.Store, die bool) error {
		o := monitor.Outcome{Account: "shop", Signal: "late_shipment_rate", At: st.now()}
		return s.Decide(t.Context(), o, func(known []monitor.Alert) ([]monitor.Alert, []monitor.Notice) {
			if die {
				panic(killed{})
			}
			f := monitor.Finding{Account: "shop", Signal: "late_shipment_rate", Severity: monitor.Critical, Summary: "x"}
			if len(known) > 0 {
				return nil, nil
			}
			a := monitor.Alert{AlertKey: f.Key(), Severity: f.Severity, Opened: st.now(), Finding: f}
			return []monitor.Alert{a}, []monitor.Notice{{Key: f.Key(), Event: monitor.Opened, At: st.now(), Severity: f.Severity, Finding: f}}
		})
	}
	open := func(s *store.Store) {
		if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
			t.Fatal(err)
		}
	}
	if dead := st.process(t, func(s *store.Store) { open(s); _ = round(s, true) }); !dead {
		t.Fatal("it was not killed")
	}
	for range 2 {
		st.process(t, func(s *store.Store) {
			if err := round(s, false); err != nil {
				t.Fatal(err)
			}
			if _, err := (&speaker{desk: defaultDesk("slack"), store: s}).speak(t.Context(), st.now()); err != nil {
				t.Fatal(err)
			}
		})
	}
	st.drain(t)
	if got := st.lines(); len(got) != 1 {
		t.Errorf("messages %q, want one", got)
	}
}

// Slack is down for a day: nothing is lost, nothing comes twice, and the fallback knows within the hour.
func TestDeliverDayLongOutage(t *testing.T) {
	st := newStage(t)
	st.fake.SetDown(true)
	var instead []string
	other := senderFunc(func(n monitor.Notice) (string, error) {
		instead = append(instead, fmt.Sprintf("%s instead of %s", n.Event, n.Instead))
		return "", nil
	})
	st.process(t, func(s *store.Store) {
		d := st.deliverer(t, s)
		d.Senders["mail"], d.Fallback = other, map[string]string{"slack": "mail"}
		for _, decide := range st.episode(t) {
			decide(s)
		}
		for end := st.now().Add(24 * time.Hour); st.now().Before(end); st.pass(15 * time.Minute) {
			if sent, _, err := d.Deliver(t.Context(), st.now()); err == nil && sent == 0 && len(st.fake.Messages()) > 0 {
				t.Fatal("something was sent")
			}
		}
	})
	st.fake.SetDown(false)
	st.drain(t)
	if diff := cmp.Diff(told, st.lines()); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"opened instead of slack", "opened instead of slack"}, instead); diff != "" {
		t.Errorf("told instead (-want +got):\n%s", diff)
	}
}

// senderFunc is a sender of one function.
type senderFunc func(monitor.Notice) (string, error)

func (f senderFunc) Send(_ context.Context, n monitor.Notice) (string, error) { return f(n) }

// A button acknowledges what its own message is about, and no other.
func TestSlackButtonsAnswer(t *testing.T) {
	st := newStage(t)
	st.process(t, func(s *store.Store) {
		ctx := t.Context()
		if err := s.EnsureAccount(ctx, "shop", ""); err != nil {
			t.Fatal(err)
		}
		f := monitor.Finding{Account: "shop", Signal: "late_shipment_rate", Severity: monitor.Critical, Summary: "Late at shop"}
		err := s.Decide(ctx, monitor.Outcome{Account: "shop", Signal: f.Signal, At: st.now()}, func([]monitor.Alert) ([]monitor.Alert, []monitor.Notice) {
			return []monitor.Alert{{AlertKey: f.Key(), Severity: f.Severity, Opened: st.now(), Told: f.Severity, Finding: f}},
				[]monitor.Notice{{Key: f.Key(), Event: monitor.Opened, At: st.now(), Severity: f.Severity, Finding: f}}
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&speaker{desk: defaultDesk("slack"), store: s}).speak(ctx, st.now()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := st.deliverer(t, s).Deliver(ctx, st.now()); err != nil {
			t.Fatal(err)
		}
		ts := st.fake.Messages()[0].TS
		d := &daemon{store: s, log: slog.New(slog.DiscardHandler), now: st.now, cfg: &Config{Slack: SlackConfig{
			Token: slackfake.Token, AppToken: slackfake.AppToken, APIURL: st.fake.URL(), AllowUsers: []string{"U0ANNA"},
		}}}
		listening, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() { d.listener().Run(listening); close(ended) }()
		if err := st.fake.Connected(20 * time.Second); err != nil {
			t.Fatal(err)
		}
		alert := func() monitor.Alert {
			open, err := s.OpenAlerts(ctx)
			if err != nil || len(open) != 1 {
				t.Fatalf("open %v, %v", open, err)
			}
			return open[0]
		}
		said := func(n int) string {
			for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
				if got := st.fake.Ephemerals(); len(got) >= n {
					return got[n-1].Text
				}
			}
			t.Fatal("nobody was told")
			return ""
		}
		for i, c := range []struct {
			user, ts, action, value string
			want                    string
			acked, snoozed          bool
		}{
			{"U0EVE", ts, "goodstanding_ack", "1", "not among those", false, false},
			{"U0ANNA", "1.1", "goodstanding_ack", "1", "another message by now", false, false},
			{"U0ANNA", ts, "goodstanding_ack", "77", "there is no notice 77", false, false},
			{"U0ANNA", ts, "goodstanding_snooze", "1", "Snoozed until 21 Nov 17:00 UTC", false, true},
			{"U0ANNA", ts, "goodstanding_ack", "1", "Acknowledged", true, true},
			{"U0ANNA", ts, "goodstanding_ack", "1", "Acknowledged", true, true}, // twice
		} {
			if err := st.fake.PressForged(c.user, slackfake.Channel, c.ts, c.action, c.value); err != nil {
				t.Fatal(err)
			}
			got := said(i + 1)
			a := alert()
			if !strings.Contains(got, c.want) || a.Acked.Holds(st.now()) != c.acked || a.Snoozed.Holds(st.now()) != c.snoozed {
				t.Errorf("%+v: said %q, alert %+v", c, got, a)
			}
		}
		if by := alert().Acked.By; by != "name-of-U0ANNA (U0ANNA)" {
			t.Errorf("acknowledged by %q", by)
		}
		stop()
		<-ended
	})
}
