package slack_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts/slack"
	"goodstanding/alerts/slack/slackfake"
)

// soon is how long a test waits for what happens at once.
const soon = 20 * time.Second

// journal is a log that several write to.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// listening starts a listener; every press that comes through goes to the channel.
func listening(t *testing.T, f *slackfake.Fake, change func(*slack.Listener)) (presses chan slack.Press, log *journal) {
	t.Helper()
	log = &journal{}
	presses = make(chan slack.Press, 10)
	l := &slack.Listener{
		Token: slackfake.Token, AppToken: slackfake.AppToken, APIURL: f.URL(), Pause: time.Millisecond, Log: slog.New(slog.NewTextHandler(log, nil)),
		Do: func(_ context.Context, p slack.Press) (string, error) {
			presses <- p
			return "Done <!channel>", nil
		},
	}
	if change != nil {
		change(l)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { l.Run(ctx); close(ended) }()
	t.Cleanup(func() {
		stop()
		<-ended
		for _, secret := range []string{slackfake.Token, slackfake.AppToken, "secretticket"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
	})
	return presses, log
}

// withButtons posts a message that has buttons, and returns its ts.
func withButtons(t *testing.T, f *slackfake.Fake) (ts string) {
	t.Helper()
	c := client(t, slack.Config{Token: slackfake.Token, Channel: slackfake.Channel, APIURL: f.URL(), AppToken: slackfake.AppToken,
		Page: "https://gs.example.com/?a=1&b=2", Pace: time.Millisecond})
	f.AllowBurst(5)
	ref, err := c.Send(t.Context(), notices(t)["late_warning"])
	if err != nil {
		t.Fatal(err)
	}
	_, ts, _ = strings.Cut(ref, "/")
	return ts
}

// told waits for what the person is told; the fake has it when its answer is on the way.
func told(t *testing.T, f *slackfake.Fake, n int) []slackfake.Ephemeral {
	t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); runtime.Gosched() {
		if got := f.Ephemerals(); len(got) >= n {
			return got
		}
	}
	t.Fatalf("%d people told, want %d", len(f.Ephemerals()), n)
	return nil
}

func TestButtonsAreHeard(t *testing.T) {
	f := slackfake.New(t)
	presses, _ := listening(t, f, nil)
	if err := f.Connected(soon); err != nil {
		t.Fatal(err)
	}
	ts := withButtons(t, f)
	for _, c := range []struct {
		button string
		want   slack.Answer
	}{{"ack", slack.Ack}, {"snooze", slack.Snooze}} {
		if err := f.Press("U0ANNA", slackfake.Channel, ts, c.button); err != nil {
			t.Fatal(err)
		}
		want := slack.Press{Answer: c.want, Notice: 41, Ref: "C0FAKE/" + ts, By: "name-of-U0ANNA (U0ANNA)"}
		if diff := cmp.Diff(want, <-presses); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.button, diff)
		}
	}
	if got := told(t, f, 2)[0]; got.User != "U0ANNA" || got.Text != "Done &lt;!channel&gt;" {
		t.Errorf("told %+v", got)
	}
	if err := f.Press("U0ANNA", slackfake.Channel, ts, "page"); err != nil { // a link: it is acknowledged, and that is all
		t.Fatal(err)
	}
	select {
	case p := <-presses:
		t.Errorf("a link did %+v", p)
	default:
	}
}

// Who may not answer is told so, and nothing is done.
func TestButtonsAreRefused(t *testing.T) {
	f := slackfake.New(t)
	_, log := listening(t, f, func(l *slack.Listener) {
		l.Users, l.Channels = []string{"U0ANNA", "U0BEN"}, []string{slackfake.Channel}
		l.Do = func(_ context.Context, p slack.Press) (string, error) {
			if strings.Contains(p.By, "BEN") {
				panic("broken")
			}
			return "", errors.New("the alert is over")
		}
	})
	f.SetChannel("C0OTHER", slackfake.Joined)
	if err := f.Connected(soon); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct{ user, channel, value, want string }{
		{"U0EVE", slackfake.Channel, "41", "not among those who may answer"},
		{"U0ANNA", "C0OTHER", "41", "not taken from this channel"},
		{"U0ANNA", slackfake.Channel, "41; DROP", "none of ours"},
		{"U0ANNA", slackfake.Channel, "-1", "none of ours"},
		{"U0ANNA", slackfake.Channel, "41", "Nothing was done: the alert is over."},
		{"U0BEN", slackfake.Channel, "41", "something broke"},
	} {
		if err := f.PressForged(c.user, c.channel, "1700000000.000001", "goodstanding_ack", c.value); err != nil {
			t.Fatal(err)
		}
		if got := told(t, f, i+1)[i]; !strings.Contains(got.Text, c.want) || got.User != c.user {
			t.Errorf("%+v: told %+v", c, got)
		}
	}
	if !strings.Contains(log.String(), "a button in Slack broke") {
		t.Errorf("log:\n%s", log)
	}
}

// A press is answered although what it asks for takes long.
func TestButtonIsAnsweredAtOnce(t *testing.T) {
	f := slackfake.New(t)
	release := make(chan struct{})
	listening(t, f, func(l *slack.Listener) {
		l.Do = func(context.Context, slack.Press) (string, error) { <-release; return "late", nil }
	})
	if err := f.Connected(soon); err != nil {
		t.Fatal(err)
	}
	for range 10 { // more than are dealt with at one time
		if err := f.PressForged("U0ANNA", slackfake.Channel, "1.1", "goodstanding_ack", "1"); err != nil {
			t.Error(err)
		}
	}
	close(release)
	told(t, f, 10)
}

// Connections that end, frames that mean nothing, and tokens that are mended: the buttons are heard again.
func TestListenerConnectsAnew(t *testing.T) {
	f := slackfake.New(t)
	f.RefuseSockets("invalid_auth") // the library gives up on that
	presses, log := listening(t, f, nil)
	for end := time.Now().Add(soon); f.SocketsOpened() < 3; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("only %d connections tried\n%s", f.SocketsOpened(), log)
		}
	}
	f.RefuseSockets("")
	press := func(what string) {
		t.Helper()
		if err := f.Connected(soon); err != nil {
			t.Fatalf("%s: %v\n%s", what, err, log)
		}
		if err := f.PressForged("U0ANNA", slackfake.Channel, "1.1", "goodstanding_ack", "1"); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		<-presses
	}
	press("after a wrong token")
	for _, frame := range []string{"{", "[]", `{"type":"nonsense"}`, `{"type":"interactive","envelope_id":"x","payload":"y"}`, `{"type":"events_api","envelope_id":"z","payload":{}}`, "\"\""} {
		if err := f.Frame(frame); err != nil {
			t.Fatal(err)
		}
	}
	press("after frames that mean nothing")
	if err := f.Disconnect(); err != nil {
		t.Fatal(err)
	}
	press("after Slack asked for it")
	f.CutSocket()
	press("after a cut")
	if !strings.Contains(log.String(), "make one with the scope connections:write") {
		t.Errorf("log:\n%s", log)
	}
}
