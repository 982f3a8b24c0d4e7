package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

// outbox is an Outbox in memory.
type outbox struct {
	notices []monitor.Notice
	log     []string // what became of each notice, at seconds since start
	broken  string   // the method that fails
}

func (o *outbox) add(channel string, ids ...int64) {
	for _, id := range ids {
		o.notices = append(o.notices, monitor.Notice{ID: id, Channel: channel, At: time.Now()})
	}
}

func (o *outbox) Due(_ context.Context, now time.Time, limit int) ([]monitor.Notice, error) {
	if o.broken == "Due" {
		return nil, errors.New("disk gone")
	}
	var due []monitor.Notice
	for _, n := range o.notices {
		if !n.Next.After(now) && len(due) < limit {
			due = append(due, n)
		}
	}
	return due, nil
}

func (o *outbox) done(ctx context.Context, method string, id int64, entry string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if o.broken == method {
		return errors.New("disk gone")
	}
	o.notices = slices.DeleteFunc(o.notices, func(n monitor.Notice) bool { return n.ID == id })
	o.log = append(o.log, entry)
	return nil
}

func (o *outbox) Trying(ctx context.Context, _ int64, _ time.Time) error {
	if o.broken == "Trying" {
		return errors.New("disk gone")
	}
	return ctx.Err()
}

func (o *outbox) Sent(ctx context.Context, id int64, at time.Time, ref string) error {
	return o.done(ctx, "Sent", id, fmt.Sprintf("%d sent as %s", id, ref))
}

func (o *outbox) GaveUp(ctx context.Context, id int64, _ time.Time, reason string) error {
	return o.done(ctx, "GaveUp", id, fmt.Sprintf("%d given up: %s", id, reason))
}

func (o *outbox) PassOn(_ context.Context, id int64, _ time.Time, channel string) error {
	if o.broken == "PassOn" {
		return errors.New("disk gone")
	}
	o.log = append(o.log, fmt.Sprintf("%d passed on to %s", id, channel))
	return nil
}

func (o *outbox) Failed(_ context.Context, id int64, next time.Time, reason string, unsure bool) error {
	if o.broken == "Failed" {
		return errors.New("disk gone")
	}
	for i := range o.notices {
		if o.notices[i].ID == id {
			o.notices[i].Attempts++
			o.notices[i].Next = next
		}
	}
	if unsure {
		reason += ", perhaps"
	}
	o.log = append(o.log, fmt.Sprintf("%d failed: %s", id, reason))
	return nil
}

// sender answers what answer says for the n-th try of a notice, and writes down who was tried when.
type sender struct {
	started time.Time
	tries   map[int64]int
	log     []string // "0.0s 1"
	answer  func(id int64, try int) error
}

func (s *sender) Send(_ context.Context, n monitor.Notice) (string, error) {
	s.tries[n.ID]++
	s.log = append(s.log, fmt.Sprintf("%v %d", time.Since(s.started), n.ID))
	if s.answer != nil {
		if err := s.answer(n.ID, s.tries[n.ID]); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("ref%d", n.ID), nil
}

// delivery is a deliverer with everything around it, inside a bubble of fake time.
func delivery(answer func(id int64, try int) error) (*alerts.Deliverer, *outbox, *sender) {
	o := &outbox{}
	s := &sender{started: time.Now(), tries: map[int64]int{}, answer: answer}
	d := alerts.NewDeliverer(o, map[string]alerts.Sender{"slack": s, "other": s}, rand.New(rand.NewPCG(1, 2)))
	return d, o, s
}

// drain delivers once and compares counts and the error's text.
func drain(t *testing.T, d *alerts.Deliverer, sent, failed int, says ...string) {
	t.Helper()
	gotSent, gotFailed, err := d.Deliver(t.Context(), time.Now())
	if gotSent != sent || gotFailed != failed {
		t.Errorf("%d sent and %d failed, want %d and %d", gotSent, gotFailed, sent, failed)
	}
	if (err != nil) != (len(says) > 0) {
		t.Errorf("error %v, want one: %v", err, len(says) > 0)
	}
	for _, text := range says {
		if err != nil && !strings.Contains(err.Error(), text) {
			t.Errorf("error %v, want it to say %q", err, text)
		}
	}
}

func want(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestBacklogInOrderAtPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		o.add("slack", 1, 2, 3)
		drain(t, d, 3, 0)
		want(t, "tries", s.log, "0s 1", "1s 2", "2s 3")
		want(t, "outbox", o.log, "1 sent as ref1", "2 sent as ref2", "3 sent as ref3")
		o.add("slack", 4)
		drain(t, d, 1, 0) // at once after the third: the pace holds from drain to drain
		want(t, "tries", s.log[3:], "3s 4")
		drain(t, d, 0, 0)
	})
}

func TestLongBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		for id := range int64(350) {
			o.add("slack", id)
		}
		drain(t, d, 350, 0)
		if last := s.log[349]; last != "5m49s 349" {
			t.Errorf("the last try was %q", last)
		}
	})
}

func TestChannelsKeepTheirOwnPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		o.add("slack", 1, 2, 3)
		o.add("other", 4, 5)
		drain(t, d, 5, 0)
		want(t, "tries", s.log, "0s 1", "0s 4", "1s 2", "1s 5", "2s 3")
	})
}

func TestOneBadNoticeBlocksNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error {
			if id == 1 {
				return errors.New("server error")
			}
			return nil
		})
		o.add("slack", 1, 2, 3)
		drain(t, d, 2, 1, "send notice 1 to slack, next try at", "server error")
		want(t, "tries", s.log, "0s 1", "1s 2", "2s 3")
		want(t, "outbox", o.log, "1 failed: server error", "2 sent as ref2", "3 sent as ref3")
	})
}

func TestPanicIsAFailureOfOneNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, _ := delivery(func(id int64, try int) error {
			if id == 1 {
				panic("index out of range")
			}
			return nil
		})
		o.add("slack", 1, 2)
		drain(t, d, 1, 1, "panic while sending: index out of range")
	})
}

func TestPermanentErrorGivesUpAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, _ := delivery(func(id int64, try int) error {
			if id == 1 {
				return fmt.Errorf("slack: %w", alerts.Permanent{Err: errors.New("invalid_arguments")})
			}
			return nil
		})
		o.add("slack", 1, 2)
		drain(t, d, 1, 1, "send notice 1 to slack, given up: slack: invalid_arguments")
		want(t, "outbox", o.log, "1 given up: slack: invalid_arguments", "2 sent as ref2")
	})
}

func TestShortRetryAfterIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error {
			if id == 1 && try == 1 {
				return alerts.Retry{After: 7 * time.Second, Err: errors.New("ratelimited")}
			}
			return nil
		})
		o.add("slack", 1, 2)
		o.add("other", 3)
		drain(t, d, 3, 0)
		want(t, "tries", s.log, "0s 1", "0s 3", "7s 1", "8s 2")
	})
}

func TestLongRetryAfterStopsTheChannelNotTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error {
			if id == 1 && try == 1 {
				return alerts.Retry{After: 10 * time.Minute, Err: errors.New("not_in_channel")}
			}
			return nil
		})
		o.add("slack", 1, 2)
		o.add("other", 3)
		drain(t, d, 1, 1, "not_in_channel")
		want(t, "tries", s.log, "0s 1", "0s 3")
		time.Sleep(9*time.Minute + 55*time.Second) // fake time
		o.add("other", 4)
		drain(t, d, 1, 0)
		want(t, "tries", s.log[2:], "9m55s 4")
		time.Sleep(5 * time.Second)
		drain(t, d, 2, 0)
		want(t, "tries", s.log[3:], "10m0s 1", "10m1s 2")
	})
}

func TestRepeatedRetryAfterEndsTheDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error {
			return alerts.Retry{After: 5 * time.Second, Err: errors.New("ratelimited")}
		})
		o.add("slack", 1, 2)
		drain(t, d, 0, 1, "ratelimited")
		want(t, "tries", s.log, "0s 1", "5s 1")
	})
}

func TestRestingChannelDoesNotHideOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error {
			if id < 1000 {
				return alerts.Retry{After: time.Hour, Err: errors.New("token_revoked")}
			}
			return nil
		})
		for id := range int64(250) {
			o.add("slack", id)
		}
		o.add("other", 1000)
		drain(t, d, 1, 1, "token_revoked")
		want(t, "tries", s.log, "0s 0", "0s 1000")
	})
}

func TestChannelThatFailsEveryNoticeRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error { return errors.New("connection refused") })
		o.add("slack", 1, 2, 3, 4, 5)
		drain(t, d, 0, 3, "connection refused")
		want(t, "tries", s.log, "0s 1", "1s 2", "2s 3")
		time.Sleep(time.Second)
		drain(t, d, 0, 2, "connection refused") // the first three back off, so these have their turn
		want(t, "tries", s.log[3:], "3s 4", "4s 5")
	})
}

func TestBadNoticesBlockNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, _ := delivery(func(id int64, try int) error {
			if id < 8 {
				return alerts.Permanent{Err: errors.New("invalid_arguments")}
			}
			return nil
		})
		o.add("slack", 1, 2, 3, 4, 5, 6, 7, 8)
		drain(t, d, 1, 7, "invalid_arguments")
	})
}

func TestFailuresNotInARowLetTheChannelGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, _ := delivery(func(id int64, try int) error {
			if id%3 > 0 {
				return errors.New("server error")
			}
			return nil
		})
		o.add("slack", 1, 2, 3, 4, 5, 6, 7, 8, 9)
		drain(t, d, 3, 6, "server error")
	})
}

func TestBackoffGrowsWithJitterUpToItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error { return errors.New("down") })
		d.Backoff, d.MaxBackoff = 10*time.Second, 2*time.Minute
		o.add("slack", 1)
		full := []time.Duration{10, 20, 40, 80, 120, 120, 120}
		var halves int
		for i, f := range full {
			f *= time.Second
			drain(t, d, 0, 1, "down")
			gap := time.Until(o.notices[0].Next)
			if gap < f/2 || gap > f {
				t.Errorf("after attempt %d: next in %v, want within %v and %v", i+1, gap, f/2, f)
			}
			if gap == f/2 || gap == f {
				halves++
			}
			time.Sleep(gap - time.Millisecond)
			drain(t, d, 0, 0)
			time.Sleep(time.Millisecond)
		}
		if halves == len(full) {
			t.Error("no jitter")
		}
		if len(s.log) != len(full) {
			t.Errorf("%d tries, want %d", len(s.log), len(full))
		}
	})
}

func TestGivesUpWhatIsTooOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		d, o, _ := delivery(func(id int64, try int) error {
			if down {
				return alerts.Retry{After: time.Hour, Err: errors.New("channel_not_found")}
			}
			return nil
		})
		o.add("slack", 1)
		time.Sleep(7 * 24 * time.Hour)
		o.add("slack", 2)
		drain(t, d, 0, 1, "channel_not_found") // exactly a week: not yet
		time.Sleep(time.Hour)
		drain(t, d, 0, 1, "notice 1 to slack, given up: channel_not_found")
		want(t, "outbox", o.log, "1 failed: channel_not_found", "1 given up: channel_not_found")
		down = false
		time.Sleep(8 * 24 * time.Hour)
		drain(t, d, 1, 0) // old, but it goes through: better late than lost
	})
}

func TestUnknownChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, _ := delivery(nil)
		o.add("pager", 1)
		o.add("slack", 2)
		drain(t, d, 1, 1, `no sender is configured for the channel "pager"`)
		if len(o.notices) != 1 || o.notices[0].Attempts != 1 {
			t.Errorf("left in the outbox: %+v", o.notices)
		}
	})
}

func TestBrokenOutboxStopsTheDrain(t *testing.T) {
	for method, says := range map[string]string{
		"Due":    "read the outbox: disk gone",
		"Sent":   "mark notice 1 as sent (it was; it is marked later): disk gone",
		"Failed": "mark notice 1 as failed: disk gone",
		"GaveUp": "mark notice 1 as given up: disk gone",
	} {
		synctest.Test(t, func(t *testing.T) {
			answers := map[string]error{"Failed": errors.New("x"), "GaveUp": alerts.Permanent{Err: errors.New("x")}}
			d, o, s := delivery(func(id int64, try int) error { return answers[method] })
			o.broken = method
			o.add("slack", 1, 2)
			_, _, err := d.Deliver(t.Context(), time.Now())
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("error %v, want %q", err, says)
			}
			if len(s.log) > 1 {
				t.Errorf("went on sending: %v", s.log)
			}
		})
	}
}

func TestCancelledWhileSendingIsStillMarked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d, o, s := delivery(func(id int64, try int) error { cancel(); return nil })
		o.add("slack", 1, 2)
		sent, failed, err := d.Deliver(ctx, time.Now())
		if sent != 1 || failed != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("sent %d, failed %d, error %v", sent, failed, err)
		}
		want(t, "outbox", o.log, "1 sent as ref1")
		want(t, "tries", s.log, "0s 1")
	})
}

func TestCancelledWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		o.add("slack", 1, 2)
		ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
		defer cancel()
		_, _, err := d.Deliver(ctx, time.Now())
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(s.started) != 400*time.Millisecond {
			t.Errorf("error %v after %v", err, time.Since(s.started))
		}
		drain(t, d, 1, 0)
		want(t, "tries", s.log, "0s 1", "1s 2")
	})
}

// hanging never answers.
type hanging struct{}

func (hanging) Send(ctx context.Context, _ monitor.Notice) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

func TestSenderThatHangsIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		d.Senders["slack"] = hanging{}
		o.add("slack", 1)
		drain(t, d, 0, 1, "deadline exceeded")
		if took := time.Since(s.started); took != 45*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// A long import may hold the database: what Slack took meanwhile is marked later, and not sent again.
func TestAcceptedIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		o.add("slack", 1, 2)
		o.broken = "Sent"
		for range 3 {
			if _, _, err := d.Deliver(t.Context(), time.Now()); err == nil {
				t.Error("a notice that could not be marked is no error")
			}
		}
		if s.tries[1] != 1 || s.tries[2] != 0 {
			t.Errorf("tries %v, want the first sent once and nothing behind it", s.tries)
		}
		o.broken = ""
		if _, _, err := d.Deliver(t.Context(), time.Now()); err != nil {
			t.Error(err)
		}
		if s.tries[1] != 1 || s.tries[2] != 1 || len(o.notices) != 0 {
			t.Errorf("tries %v, %d notices left, want each sent once", s.tries, len(o.notices))
		}
	})
}

// maybe is an error after which nobody knows.
type maybe struct{ error }

func (maybe) Unsure() bool { return true }

// What cannot be delivered is told to the fallback, once it has lasted, or at once where it is for good.
func TestFallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, _ := delivery(func(id int64, _ int) error {
			if id == 1 {
				return alerts.Permanent{Err: errors.New("no")}
			}
			return maybe{errors.New("cut")}
		})
		d.Fallback = map[string]string{"slack": "mail"}
		o.add("slack", 1, 2)
		o.add("other", 3)
		drain(t, d, 0, 3, "cut")
		want(t, "outbox", o.log, "1 passed on to mail", "1 given up: no", "3 failed: cut, perhaps", "2 failed: cut, perhaps")
		o.log = nil
		time.Sleep(15*time.Minute + time.Second)
		drain(t, d, 0, 2, "cut")
		want(t, "outbox", o.log, "3 failed: cut, perhaps", "2 passed on to mail", "2 failed: cut, perhaps")
		o.broken = "PassOn"
		time.Sleep(time.Hour)
		if _, _, err := d.Deliver(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), "pass notice 2 on to mail: disk gone") {
			t.Errorf("error %v", err)
		}
	})
}

// A clock that steps back lets no channel wait longer than it asked.
func TestClockStepsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		o.add("slack", 1)
		later := time.Now().Add(2 * time.Hour).Round(0) // without the monotonic clock, as after a suspension
		if sent, _, err := d.Deliver(t.Context(), later); sent != 1 || err != nil {
			t.Fatalf("sent %d, %v", sent, err)
		}
		o.add("slack", 2)
		sent, _, err := d.Deliver(t.Context(), later.Add(-2*time.Hour))
		if sent != 1 || err != nil || time.Since(s.started) > 2*time.Second {
			t.Errorf("sent %d after %v, %v", sent, time.Since(s.started), err)
		}
	})
}

// Nothing is sent whose sending cannot be noted.
func TestNothingIsSentWithoutANote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(nil)
		o.add("slack", 1)
		o.broken = "Trying"
		if _, _, err := d.Deliver(t.Context(), time.Now()); err == nil || s.tries[1] != 0 {
			t.Errorf("error %v after %d tries, want an error and none", err, s.tries[1])
		}
		o.broken = ""
		if sent, _, err := d.Deliver(t.Context(), time.Now()); err != nil || sent != 1 {
			t.Errorf("sent %d, %v", sent, err)
		}
	})
}
