package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

// posted returns a store with an account, and a function that puts a notice of a thread into the outbox of a channel.
func posted(t *testing.T) (*Store, func(channel, thread string, at time.Time)) {
	t.Helper()
	s := newStore(t)
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	return s, func(channel, thread string, at time.Time) {
		t.Helper()
		n := monitor.Notice{Key: monitor.AlertKey{Account: "shop", Signal: "x"}, At: at, Channel: channel, Thread: thread}
		if err := s.Post(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
}

// dueNow returns what is due, by id.
func dueNow(t *testing.T, s *Store, at time.Time) map[int64]monitor.Notice {
	t.Helper()
	notices, err := s.Due(t.Context(), at, 100)
	if err != nil {
		t.Fatal(err)
	}
	found := map[int64]monitor.Notice{}
	for _, n := range notices {
		found[n.ID] = n
	}
	return found
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What is known of a notice whose sending ended, was cut, or failed.
func TestOutboxKnowsWhatWasInterrupted(t *testing.T) {
	s, post := posted(t)
	ctx := t.Context()
	post("slack", "a", monday)
	at := func(n int) time.Time { return monday.Add(time.Duration(n) * time.Minute) }
	interrupted := func(what string, now, want time.Time) {
		t.Helper()
		if got := dueNow(t, s, now)[1].Interrupted; !got.Equal(want) {
			t.Errorf("%s: interrupted %v, want %v", what, got, want)
		}
	}
	interrupted("never tried", at(0), time.Time{})
	must(t, s.Trying(ctx, 1, at(1)))
	interrupted("killed while sending", at(2), at(1))
	must(t, s.Trying(ctx, 1, at(3)))
	interrupted("killed while looking for it", at(4), at(1))
	must(t, s.Failed(ctx, 1, at(5), "cut", true))
	interrupted("cut", at(5), at(1))
	must(t, s.Trying(ctx, 1, at(6)))
	must(t, s.Failed(ctx, 1, at(7), "no", false))
	interrupted("refused", at(7), time.Time{})
	must(t, s.Trying(ctx, 1, at(8)))
	must(t, s.Sent(ctx, 1, at(8), "C1/1"))
	if due := dueNow(t, s, at(9)); len(due) != 0 {
		t.Errorf("due %v after it was sent", due)
	}
}

// The living message is the newest that the receiver named, in the notice's own channel.
func TestOutboxTellsTheLivingMessage(t *testing.T) {
	s, post := posted(t)
	ctx := t.Context()
	for _, p := range [][2]string{{"slack", "a"}, {"slack", "a"}, {"slack", "a"}, {"slack", "b"}, {"mail", "a"}, {"mail", "a"}} {
		post(p[0], p[1], monday)
	}
	root := func(want map[int64]string) {
		t.Helper()
		got := map[int64]string{}
		for id, n := range dueNow(t, s, monday) {
			got[id] = n.Root + " " + n.Beside
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("root and beside (-want +got):\n%s", diff)
		}
	}
	root(map[int64]string{1: " ", 4: " ", 5: " "})
	must(t, s.Sent(ctx, 1, monday, "C1/1"))
	root(map[int64]string{2: "C1/1 C1/1", 4: " C1/1", 5: " "})
	must(t, s.Sent(ctx, 5, monday, "")) // a receiver that names nothing
	must(t, s.Sent(ctx, 2, monday, "C1/9"))
	root(map[int64]string{3: "C1/9 C1/9", 4: " C1/9", 6: " "})
	must(t, s.GaveUp(ctx, 3, monday, "no"))
	must(t, s.Sent(ctx, 4, monday, "C1/10"))
	post("slack", "a", monday)
	root(map[int64]string{6: " ", 7: "C1/9 C1/10"})
}

// A living message that waits for its next try keeps no other waiting, and no other channel.
func TestOutboxStuckThreadBlocksNoOther(t *testing.T) {
	s, post := posted(t)
	for _, p := range [][2]string{{"slack", "a"}, {"slack", "a"}, {"slack", "b"}, {"mail", "a"}} {
		post(p[0], p[1], monday)
	}
	must(t, s.Failed(t.Context(), 1, monday.Add(time.Hour), "down", false))
	var ids []int64
	notices, err := s.Due(t.Context(), monday, 2)
	must(t, err)
	for _, n := range notices {
		ids = append(ids, n.ID)
	}
	if !cmp.Equal(ids, []int64{3, 4}) {
		t.Errorf("due %v, want 3 and 4", ids)
	}
	if due := dueNow(t, s, monday.Add(time.Hour)); len(due) != 3 || due[1].Attempts != 1 {
		t.Errorf("due %v, want 1, 3 and 4 an hour later", due)
	}
}

// A clock that steps back keeps nothing from being sent for longer than it would have waited.
func TestOutboxClockStepsBack(t *testing.T) {
	s, post := posted(t)
	post("slack", "a", monday.Add(time.Hour))
	post("slack", "b", monday.Add(time.Hour))
	must(t, s.Failed(t.Context(), 2, monday.Add(5*time.Hour), "down", false))
	post("slack", "c", monday)
	must(t, s.Failed(t.Context(), 3, monday.Add(30*time.Minute), "down", false))
	due := dueNow(t, s, monday)
	_, first := due[1]
	_, second := due[2]
	_, third := due[3]
	if !first || !second || third {
		t.Errorf("due %v, want those of the future, and not the one that waits half an hour", due)
	}
}

func TestOutboxPassesOn(t *testing.T) {
	s, post := posted(t)
	ctx := t.Context()
	post("slack", "a", monday)
	must(t, s.Failed(ctx, 1, monday.Add(time.Hour), "down", false))
	for range 2 {
		must(t, s.PassOn(ctx, 1, monday, "mail"))
	}
	due := dueNow(t, s, monday)
	if n := due[2]; len(due) != 1 || n.Channel != "mail" || n.Instead != "slack" || n.Root != "" {
		t.Fatalf("due %+v, want one copy in the other channel", due)
	}
	must(t, s.PassOn(ctx, 2, monday, "pager"))
	must(t, s.Sent(ctx, 2, monday, "m1"))
	post("mail", "a", monday) // the alert is routed there, too: a copy is no part of its living message
	if due := dueNow(t, s, monday.Add(time.Hour)); len(due) != 2 || due[1].Attempts != 1 || due[3].Root != "" {
		t.Errorf("due %+v, want the first again, and no copy of a copy", due)
	}
	quiet := monitor.Notice{Key: monitor.AlertKey{Account: "shop", Signal: "y"}, At: monday, Channel: "slack", Quiet: true}
	must(t, s.Post(ctx, quiet))
	must(t, s.PassOn(ctx, 4, monday, "mail"))
	if n, err := s.Notice(ctx, 4); err != nil || n.ID != 4 || !n.Quiet {
		t.Errorf("notice 4 is %+v, %v", n, err)
	}
	if n, err := s.Notice(ctx, 5); err == nil {
		t.Errorf("an edit was passed on: %+v", n)
	}
	if err := s.PassOn(ctx, 99, monday, "mail"); err == nil {
		t.Error("a notice that is not there was passed on")
	}
}
