package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

// sayAll lets every word that waits pass into the outbox.
func sayAll(t *testing.T, s *Store, at time.Time) {
	t.Helper()
	_, err := s.Speak(t.Context(), at, false, func(c monitor.Conversation) (said monitor.Spoken) {
		for _, w := range c.Waiting {
			said.Passed = append(said.Passed, w.ID)
			w.Notice.Channel = "slack"
			said.Notices = append(said.Notices, w.Notice)
		}
		return said
	})
	if err != nil {
		t.Fatal(err)
	}
}

// openAlert saves an alert as a round would.
func openAlert(t *testing.T, s *Store, a monitor.Alert) {
	t.Helper()
	if err := s.EnsureAccount(t.Context(), a.Account, ""); err != nil {
		t.Fatal(err)
	}
	err := s.Decide(t.Context(), monitor.Outcome{Account: a.Account, Signal: a.Signal, At: a.Judged}, func([]monitor.Alert) ([]monitor.Alert, []monitor.Notice) {
		return []monitor.Alert{a}, []monitor.Notice{{Key: a.AlertKey, Event: monitor.Opened, At: a.Judged, Severity: a.Severity, Finding: a.Finding}}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func fullAlert(at time.Time) monitor.Alert {
	return monitor.Alert{
		AlertKey: monitor.AlertKey{Account: "shop", Marketplace: "Amazon.de", Signal: "x", Subject: "a"}, Severity: monitor.Warning, Worst: monitor.Critical,
		Opened: at, Changed: at.Add(1 * time.Second), Judged: at.Add(2 * time.Second), BlindSince: at.Add(3 * time.Second), Milder: at.Add(4 * time.Second),
		Told: monitor.Warning, Pending: at.Add(5 * time.Second), Rounds: 3, Acked: monitor.Ack{By: "anna", At: at, Until: at.Add(time.Hour)},
		Snoozed: monitor.Ack{By: "<b>", At: at}, Finding: monitor.Finding{Summary: "s", Severity: monitor.Warning},
	}
}

func TestSpeakSavesWhatWasDecided(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	a := fullAlert(monday)
	openAlert(t, s, a)
	told := monitor.Told{Key: a.AlertKey, Channel: "ops", Thread: "t1", Raised: monday, Reminders: 2, Next: monday.Add(time.Hour), Last: monitor.Notice{Reason: "r"}}
	served := monitor.Served{Channel: "ops", Daily: monday.Add(-time.Hour), Weekly: monday.Add(-2 * time.Hour)}
	held := monitor.Waiting{Until: monday.Add(2 * time.Hour), Why: monitor.HeldQuiet, Notice: monitor.Notice{Key: a.AlertKey, Channel: "ops"}}
	at := monday.Add(time.Minute)
	speak := func(at time.Time, decide func(monitor.Conversation) monitor.Spoken) {
		t.Helper()
		if _, err := s.Speak(ctx, at, false, decide); err != nil {
			t.Fatal(err)
		}
	}
	speak(at, func(c monitor.Conversation) monitor.Spoken {
		if len(c.Alerts) != 1 || len(c.Waiting) != 1 {
			t.Fatalf("%d alerts and %d words wait, want one of each", len(c.Alerts), len(c.Waiting))
		}
		if diff := cmp.Diff(a, c.Alerts[0]); diff != "" {
			t.Errorf("the alert (-want +got):\n%s", diff)
		}
		return monitor.Spoken{Passed: []int64{c.Waiting[0].ID}, Hold: []monitor.Waiting{held}, Told: []monitor.Told{told}, Served: []monitor.Served{served},
			Notices: []monitor.Notice{{Key: a.AlertKey, Channel: "ops", Thread: "t1", At: at}, {Channel: "ops", Thread: "all", At: at}}}
	})
	speak(at, func(monitor.Conversation) monitor.Spoken {
		t.Error("asked again although nothing is due")
		return monitor.Spoken{}
	})
	if counts, err := s.Held(ctx); err != nil || !cmp.Equal(counts, map[monitor.Holding]int{monitor.HeldQuiet: 1}) {
		t.Errorf("held %v, %v; want one in quiet hours", counts, err)
	}
	speak(monday.Add(time.Hour), func(c monitor.Conversation) monitor.Spoken {
		held.ID = 2
		if diff := cmp.Diff([]monitor.Waiting{held}, c.Waiting); diff != "" {
			t.Errorf("held (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]monitor.Told{told}, c.Told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]monitor.Served{served}, c.Served); diff != "" {
			t.Errorf("served (-want +got):\n%s", diff)
		}
		return monitor.Spoken{Forget: []monitor.Told{told}, Passed: []int64{2}}
	})
	speak(monday.Add(9*time.Hour), func(monitor.Conversation) monitor.Spoken {
		t.Error("asked although all is said")
		return monitor.Spoken{}
	})
}

// What the receiver called a living message last is the root of what follows.
func TestRootOfALivingMessage(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	for range 3 {
		if err := s.Post(ctx, monitor.Notice{Channel: "ops", Thread: "t", At: monday}, monitor.Notice{Channel: "slack", Thread: "t", At: monday}); err != nil {
			t.Fatal(err)
		}
	}
	var roots []string
	for {
		due, err := s.Due(ctx, monday, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(due) == 0 {
			break
		}
		for _, n := range due {
			roots = append(roots, n.Channel+" "+n.Root)
			if n.ID == 1 {
				err = s.GaveUp(ctx, n.ID, monday, "gone")
			} else {
				err = s.Sent(ctx, n.ID, monday, string(rune('0'+n.ID)))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([]string{"ops ", "slack ", "ops ", "slack 2", "ops 3", "slack 4"}, roots); diff != "" {
		t.Errorf("roots (-want +got):\n%s", diff)
	}
}

func TestAcknowledge(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	a := fullAlert(monday)
	a.Acked, a.Snoozed = monitor.Ack{}, monitor.Ack{}
	openAlert(t, s, a)
	sayAll(t, s, monday.Add(time.Minute))
	at := monday.Add(time.Hour)
	for range 2 { // a button pressed twice
		if err := s.Acknowledge(ctx, a.AlertKey, "anna", at, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Snooze(ctx, a.AlertKey, "ben", at, at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Snooze(ctx, a.AlertKey, "ben", at, at); err == nil {
		t.Error("snoozed until now")
	}
	open, err := s.OpenAlerts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	a.Acked = monitor.Ack{By: "anna", At: at, Severity: monitor.Warning}
	a.Snoozed = monitor.Ack{By: "ben", At: at, Until: at.Add(time.Hour), Severity: monitor.Warning}
	if diff := cmp.Diff([]monitor.Alert{a}, open); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	if err := errors.Join(s.Unacknowledge(ctx, a.AlertKey, "carl", at), s.Unsnooze(ctx, a.AlertKey, "carl", at), s.Unsnooze(ctx, a.AlertKey, "carl", at)); err != nil {
		t.Fatal(err)
	}
	waiting, err := s.Waiting(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, w := range waiting {
		words = append(words, string(w.Notice.Event)+" "+w.Notice.Acked.By+" "+w.Notice.Snoozed.By+" "+w.Notice.Reason)
		if !w.Notice.Quiet || w.Notice.Key != a.AlertKey {
			t.Errorf("the word %+v is not quiet, or about something else", w.Notice)
		}
	}
	want := []string{"acknowledged anna  ", "snoozed anna ben ", "unacknowledged  ben By carl.", "unsnoozed   By carl."}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	a.Subject = "b"
	if err := s.Acknowledge(ctx, a.AlertKey, "anna", at, time.Time{}); !errors.Is(err, ErrNoAlert) {
		t.Errorf("acknowledged what is not open: %v", err)
	}
	a.Account = "other"
	if err := s.Acknowledge(ctx, a.AlertKey, "anna", at, time.Time{}); !errors.Is(err, ErrNoAlert) {
		t.Errorf("acknowledged what no account has: %v", err)
	}
}

func TestSilences(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	q := monitor.Silence{Match: monitor.Match{Account: "shop", Marketplace: "Amazon.de", Signal: "x", Subject: "a", From: monitor.Watch, UpTo: monitor.Warning},
		From: monday, Until: monday.Add(time.Hour), Reason: "moving", By: "anna"}
	id, err := s.AddSilence(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	q.ID = id
	silences := func(at time.Time, want ...monitor.Silence) {
		t.Helper()
		got, err := s.Silences(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("silences at %v (-want +got):\n%s", at, diff)
		}
	}
	silences(monday, q)
	silences(monday.Add(time.Hour))
	if err := s.EndSilence(ctx, id, monday.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	silences(monday.Add(time.Minute))
	if err := s.EndSilence(ctx, id, monday.Add(time.Minute)); !errors.Is(err, ErrNoSilence) {
		t.Errorf("ended twice: %v", err)
	}
	q.Until = q.From
	if _, err := s.AddSilence(ctx, q); err == nil {
		t.Error("saved a silence that ends when it begins")
	}
}
