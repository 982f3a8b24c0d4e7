package slack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts/slack"
	"goodstanding/alerts/slack/slackfake"
	"goodstanding/monitor"
)

// about returns a notice of one alert's life. It has many orders behind it.
func about(t *testing.T, id int64, event monitor.Event, severity monitor.Severity, orders int) monitor.Notice {
	t.Helper()
	n := notices(t)["late_warning"]
	n.ID, n.Event, n.Severity, n.At = id, event, severity, time.Unix(1795194000+60*id, 0)
	n.Finding.Severity, n.Finding.Evidence = severity, nil
	for i := range orders {
		n.Finding.Evidence = append(n.Finding.Evidence, monitor.Evidence{OrderID: fmt.Sprintf("111-0000000-%07d", i), SKU: "=cmd|'/c calc'!A1", Why: "late, \"very\"\nlate"})
	}
	return n
}

// story writes what the fake holds, a line for each message.
func story(f *slackfake.Fake) []string {
	var lines []string
	for _, m := range f.Messages() {
		line := ""
		if m.ThreadTS != "" {
			line = "  in thread: "
		}
		if m.Broadcast {
			line += "and in the channel: "
		}
		if m.File != nil {
			line += "file " + m.File.Name
		} else {
			first, _, _ := strings.Cut(m.Text, "\n")
			first, _, _ = strings.Cut(first, ": ")
			line += first
		}
		if m.Updated > 0 {
			line += fmt.Sprintf(", edited %d times", m.Updated)
		}
		if m.Deleted {
			line += ", deleted"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestLivingMessage(t *testing.T) {
	f := slackfake.New(t)
	c := bot(t, f)
	root := ""
	send := func(n monitor.Notice) {
		t.Helper()
		f.AllowBurst(1000)
		n.Root = root
		ref, err := c.Send(t.Context(), n)
		if err != nil {
			t.Fatalf("notice %d: %v", n.ID, err)
		}
		if root != "" && ref != root {
			t.Errorf("notice %d is %q, want the living message %q", n.ID, ref, root)
		}
		root = ref
	}
	send(about(t, 1, monitor.Opened, monitor.Warning, 11))
	send(about(t, 2, monitor.Escalated, monitor.Critical, 12))
	quiet := about(t, 3, monitor.Acknowledged, monitor.Critical, 12)
	quiet.Quiet, quiet.Acked = true, monitor.Ack{By: "anna", At: quiet.At}
	send(quiet)
	send(about(t, 4, monitor.Eased, monitor.Warning, 12))
	reminder := about(t, 5, monitor.Reminded, monitor.Warning, 12)
	reminder.Kind, reminder.Mention = monitor.KindReminder, []string{"U0ANNA"}
	send(reminder)
	send(about(t, 6, monitor.Resolved, monitor.OK, 0))
	want := []string{
		"✅ Resolved, edited 5 times",
		"  in thread: file late_shipment_rate-1.csv",
		"  in thread: and in the channel: 🛑 Critical, was watch",
		"  in thread: file late_shipment_rate-2.csv",
		"  in thread: 🔽 Eased to warning",
		"  in thread: and in the channel: 🔶 Warning, still",
		"  in thread: ✅ Resolved",
	}
	if diff := cmp.Diff(want, story(f)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	for i, m := range f.Messages() {
		if called := len(m.Mentions) > 0; called != (i == 5) {
			t.Errorf("message %d mentions %q", i, m.Mentions)
		}
	}
}

// A group edits its table, and the thread says what became of the one.
func TestMemberOfALivingGroup(t *testing.T) {
	f := slackfake.New(t)
	f.AllowBurst(100)
	c := bot(t, f)
	n := notices(t)["group"]
	ref, err := c.Send(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	next := notices(t)["group_member"]
	next.Root = ref
	if _, err := c.Send(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	got := f.Messages()
	if len(got) != 3 || !strings.Contains(got[0].Text, "✅ Resolved · Order defect rate") || !strings.HasPrefix(got[2].Text, "✅ Resolved: Order defect rate of northwind") {
		t.Errorf("messages %+v", got)
	}
}

// A message that nobody can edit any more is posted anew, and lives on there.
func TestLivingMessageIsGone(t *testing.T) {
	for name, spoil := range map[string]func(f *slackfake.Fake, ts string){
		"deleted":             (*slackfake.Fake).Delete,
		"frozen":              (*slackfake.Fake).Freeze,
		"cant_update_message": func(f *slackfake.Fake, _ string) { f.FailNext(slackfake.NotOK("cant_update_message")) },
		"moved to a channel that the bot left": func(f *slackfake.Fake, _ string) {
			f.FailNext(slackfake.NotOK("channel_not_found"))
		},
	} {
		f := slackfake.New(t)
		c := bot(t, f)
		f.AllowBurst(100)
		first := about(t, 1, monitor.Opened, monitor.Warning, 0)
		ref, err := c.Send(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		_, ts, _ := strings.Cut(ref, "/")
		spoil(f, ts)
		n := about(t, 2, monitor.Eased, monitor.Watch, 0)
		n.Root = ref
		again, err := c.Send(t.Context(), n)
		if err != nil || again == ref || len(f.Messages()) != 2 {
			t.Errorf("%s: ref %q, %d messages, %v", name, again, len(f.Messages()), err)
		}
		spoil(f, strings.TrimPrefix(again, "C0FAKE/"))
		n = about(t, 3, monitor.Acknowledged, monitor.Watch, 0)
		n.Quiet, n.Root = true, again
		if ref, err := c.Send(t.Context(), n); err != nil || ref != "" || len(f.Messages()) != 2 {
			t.Errorf("%s: an edit of what is gone became %q, %d messages, %v", name, ref, len(f.Messages()), err)
		}
	}
}

// An edit that Slack refuses for its form goes simpler, and leaves nothing of the old form.
func TestRefusedEditGoesSimpler(t *testing.T) {
	f := slackfake.New(t)
	c := bot(t, f)
	ref, err := c.Send(t.Context(), about(t, 1, monitor.Opened, monitor.Warning, 0))
	if err != nil {
		t.Fatal(err)
	}
	n := about(t, 2, monitor.Acknowledged, monitor.Warning, 0)
	n.Root, n.Quiet = ref, true
	no := slackfake.NotOK("msg_blocks_too_long")
	f.FailNext(no, no)
	if _, err := c.Send(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := f.Messages(); len(got) != 1 || len(got[0].Blocks) != 0 || got[0].Updated != 1 {
		t.Errorf("messages %+v", got)
	}
	f.FailNext(no, no, no)
	if _, err := c.Send(t.Context(), n); !classified(t, err).Permanent() {
		t.Errorf("%v is not permanent", err)
	}
}

// Trouble with an edit that passes is no reason for a second message.
func TestEditThatFailsIsTriedAgain(t *testing.T) {
	f := slackfake.New(t)
	c := bot(t, f)
	ref, err := c.Send(t.Context(), about(t, 1, monitor.Opened, monitor.Warning, 0))
	if err != nil {
		t.Fatal(err)
	}
	n := about(t, 2, monitor.Resolved, monitor.OK, 0)
	n.Root = ref
	for _, failure := range []slackfake.Failure{slackfake.RateLimited(3), slackfake.Status(503), slackfake.Down(), slackfake.CutAfterAccepting(), slackfake.NotOK("internal_error")} {
		f.FailNext(failure)
		if _, err := c.Send(t.Context(), n); classified(t, err).Permanent() {
			t.Errorf("given up: %v", err)
		}
	}
	if got := f.Messages(); len(got) != 1 {
		t.Errorf("%d messages, want one", len(got))
	}
}

func TestOrdersAreInTheThread(t *testing.T) {
	for _, c := range []struct {
		name    string
		orders  int
		without string
		fail    map[int]slackfake.Failure // by request
		file    bool
		says    string

		attempts int
	}{
		{name: "none"},
		{name: "a few are a list", orders: 10, says: "111-0000000-0000009"},
		{name: "many are a file", orders: 300, file: true},
		{name: "no scope for files", orders: 300, without: "files:write", says: "+290 more"},
		{name: "a proxy takes no files", orders: 300, fail: map[int]slackfake.Failure{2: slackfake.Status(407)}, says: "+290 more"},
		{name: "the place for files is out of order", orders: 300, attempts: 4, fail: map[int]slackfake.Failure{2: slackfake.Status(502)}, says: "+290 more"},
		{name: "files are switched off", orders: 300, fail: map[int]slackfake.Failure{1: slackfake.NotOK("file_uploads_disabled")}, says: "+290 more"},
	} {
		f := slackfake.New(t)
		b := bot(t, f)
		f.AllowBurst(100)
		if c.without != "" {
			f.Without(c.without)
		}
		n := about(t, 7, monitor.Opened, monitor.Warning, c.orders)
		for ; n.Attempts <= c.attempts; n.Attempts++ {
			for i := range 3 {
				if i == 0 && n.Attempts > 0 {
					continue // the message itself is there: the first request is about the file
				}
				f.FailNext(c.fail[i])
			}
			if _, err := b.Send(t.Context(), n); (err == nil) != (n.Attempts == c.attempts) {
				t.Fatalf("%s, attempt %d: %v", c.name, n.Attempts, err)
			}
		}
		got := f.Messages()
		if c.orders == 0 {
			if len(got) != 1 {
				t.Errorf("%s: %d messages", c.name, len(got))
			}
			continue
		}
		if len(got) != 2 || got[1].ThreadTS != got[0].TS || (got[1].File != nil) != c.file || !strings.Contains(got[1].Text, c.says) {
			t.Fatalf("%s: messages %+v", c.name, got)
		}
		if c.file {
			lines := strings.Split(strings.TrimSpace(got[1].File.Content), "\n")
			if want := `111-0000000-0000299,'=cmd|'/c calc'!A1,,,,,"late, ""very"" late",,`; len(lines) != 301 || lines[300] != want {
				t.Errorf("%s: %d lines, the last is %s, want %s", c.name, len(lines), lines[len(lines)-1], want)
			}
		}
	}
}

// The orders of a group are those of its worst alert, wherever it stands.
func TestOrdersOfAGroup(t *testing.T) {
	f := slackfake.New(t)
	b := bot(t, f)
	n := notices(t)["group"]
	n.Finding.Evidence = nil
	n.Members = append(n.Members[1:], about(t, 9, monitor.Opened, monitor.Critical, 12))
	n.Members[0].Severity, n.Members[1].Severity = monitor.Watch, monitor.Warning
	if _, err := b.Send(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	got := f.Messages()
	if len(got) != 2 || got[1].File == nil || strings.Count(got[1].File.Content, "\n") != 13 {
		t.Errorf("messages %+v", got)
	}
}

// What was sent before a step failed is not sent again, neither by the same process nor, after a crash, by another.
func TestEachStepOnce(t *testing.T) {
	ways := map[string]struct {
		failure slackfake.Failure
		unsure  bool
	}{
		"limited": {slackfake.RateLimited(1), false}, "down": {slackfake.Down(), true}, "cut": {slackfake.CutAfterAccepting(), true},
		"broken": {slackfake.Status(502), true}, "fatal_error": {slackfake.NotOK("fatal_error"), true},
	}
	for name, way := range ways {
		for variant := range 4 {
			crash, twice := variant%2 == 1, variant/2 == 1
			for step := range 9 { // of the requests of both notices
				if name == "fatal_error" && (step == 2 || step == 7) {
					continue // the address of an upload answers no JSON
				}
				t.Run(fmt.Sprintf("%s at %d, crash %v, twice %v", name, step, crash, twice), func(t *testing.T) {
					f := slackfake.New(t)
					now := time.Unix(1795194000, 0)
					f.SetClock(func() time.Time { return now })
					start := func() *slack.Client {
						return client(t, slack.Config{Token: slackfake.Token, Channel: slackfake.Channel, APIURL: f.URL(), Pace: time.Millisecond})
					}
					c := start()
					f.AllowBurst(100)
					for range step {
						f.FailNext(nil)
					}
					f.FailNext(way.failure)
					if twice { // of whatever comes next, which may be the search for what was cut
						f.FailNext(slackfake.RateLimited(1))
					}
					failed := 0
					deliver := func(n monitor.Notice) string {
						for range 4 {
							ref, err := c.Send(t.Context(), n)
							if err == nil {
								return ref
							}
							failed++
							e := classified(t, err)
							if e.Permanent() {
								t.Fatalf("given up: %v", err)
							}
							if way.unsure && !e.Unsure() {
								t.Errorf("%v is sure", err)
							}
							switch { // what the outbox makes of it
							case !crash && !e.Unsure():
								n.Interrupted = time.Time{}
							case n.Interrupted.IsZero():
								n.Interrupted = now
							}
							if crash {
								c = start()
							}
						}
						t.Fatal("not sent by four attempts")
						return ""
					}
					root := deliver(about(t, 1, monitor.Opened, monitor.Warning, 11))
					n := about(t, 2, monitor.Escalated, monitor.Critical, 11)
					n.Root = root
					if ref := deliver(n); ref != root {
						t.Errorf("the living message became %q", ref)
					}
					want := []string{
						"🛑 Critical, was watch, edited", "  in thread: file late_shipment_rate-1.csv",
						"  in thread: and in the channel: 🛑 Critical, was watch", "  in thread: file late_shipment_rate-2.csv",
					}
					got := story(f)
					for i := range got {
						got[i], _, _ = strings.Cut(got[i], "edited")
						want[min(i, 3)], _, _ = strings.Cut(want[min(i, 3)], "edited")
					}
					if diff := cmp.Diff(want, got); diff != "" || failed == 0 || failed > 2 {
						t.Errorf("%d failures; messages (-want +got):\n%s\nrequests %v", failed, diff, f.Calls())
					}
				})
			}
		}
	}
}

// The one case that nobody can decide: Slack took the message, the answer was lost, and the bot may not look.
func TestWithoutHistoryAMessageComesTwiceRatherThanNever(t *testing.T) {
	f := slackfake.New(t)
	c := bot(t, f)
	f.Without("channels:history")
	f.FailNext(slackfake.CutAfterAccepting())
	n := about(t, 1, monitor.Opened, monitor.Warning, 0)
	_, err := c.Send(t.Context(), n)
	if e := classified(t, err); !e.Unsure() {
		t.Fatalf("%v is sure", err)
	}
	n.Interrupted = time.Now()
	if _, err := c.Send(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := f.Messages(); len(got) != 2 {
		t.Errorf("%d messages, want two", len(got))
	}
}

// A message is looked for among many, by its number and the instant of its decision, in the right channel.
func TestInterruptedIsLookedFor(t *testing.T) {
	f := slackfake.New(t)
	now := time.Unix(1795194000, 0)
	f.SetClock(func() time.Time { return now })
	byName := bot(t, f)
	f.AllowBurst(10_000)
	n := about(t, 1, monitor.Opened, monitor.Warning, 0)
	ref, err := byName.Send(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 450 { // several pages lie above it
		if got := len(f.Messages()); got != i+1 {
			t.Fatal(got)
		}
		if _, err := byName.Send(t.Context(), about(t, int64(100+i), monitor.Opened, monitor.Warning, 0)); err != nil {
			t.Fatal(err)
		}
	}
	n.Interrupted = now
	for _, c := range []struct {
		name, channel, beside string
		change                func(*monitor.Notice)
		same                  bool
	}{
		{"by the channel's id", slackfake.Channel, "", nil, true},
		{"by a message of the channel", slackfake.ChannelName, ref, nil, true},
		{"a channel known by name only", slackfake.ChannelName, "", nil, false},
		{"another notice of the number", slackfake.Channel, "", func(n *monitor.Notice) { n.At = n.At.Add(time.Second) }, false},
	} {
		n := n
		n.Beside = c.beside
		if c.change != nil {
			c.change(&n)
		}
		before := len(f.Messages())
		cl := client(t, slack.Config{Token: slackfake.Token, Channel: c.channel, APIURL: f.URL(), Pace: time.Millisecond})
		got, err := cl.Send(t.Context(), n)
		if err != nil || (got == ref) != c.same || (len(f.Messages()) == before) != c.same {
			t.Errorf("%s: %q, %d more, %v", c.name, got, len(f.Messages())-before, err)
		}
	}
}

// A webhook sends what is worth a message of its own, and no edit.
func TestWebhookHasNoEdits(t *testing.T) {
	f := slackfake.New(t)
	f.AllowBurst(10)
	c := client(t, slack.Config{WebhookURL: f.WebhookURL(), Page: "https://gs.example.com/"})
	for id, event := range []monitor.Event{monitor.Opened, monitor.Acknowledged, monitor.Escalated, monitor.Resolved} {
		n := about(t, int64(id), event, monitor.Warning, 12)
		n.Quiet = event == monitor.Acknowledged
		if _, err := c.Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	got := f.Messages()
	if len(got) != 3 || !strings.Contains(got[0].Text, "+2 more") {
		t.Fatalf("messages %+v", got)
	}
	var blocks []any
	if err := json.Unmarshal(got[0].Blocks, &blocks); err != nil || strings.Contains(string(got[0].Blocks), "actions") ||
		!cmp.Equal(got[0].Mentions, []string{"<https://gs.example.com/|Open the page>"}) {
		t.Errorf("%v: %s, mentions %q", err, got[0].Blocks, got[0].Mentions)
	}
}
