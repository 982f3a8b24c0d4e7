package slackfake_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"goodstanding/alerts/slack/slackfake"
)

// call posts a form to a method and returns the error code that it answers, or "ok".
func call(t *testing.T, f *slackfake.Fake, method string, fields ...string) string {
	t.Helper()
	form := url.Values{"token": {slackfake.Token}, "channel": {slackfake.Channel}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := http.PostForm(f.URL()+method, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	if a.OK {
		return "ok"
	}
	return a.Error
}

func section(kind string, size int) string {
	return `{"type":"section","text":{"type":"` + kind + `","text":"` + strings.Repeat("x", size) + `"}}`
}

func TestLimits(t *testing.T) {
	list := func(block string, n int) string { return "[" + strings.Repeat(block+",", n-1) + block + "]" }
	header := func(kind, text string) string {
		return `[{"type":"header","text":{"type":"` + kind + `","text":"` + text + `"}}]`
	}
	element := `{"type":"plain_text","text":"x"}`
	button := func(text string) string {
		return `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"` + text + `"}}`
	}
	row := func(kind, element string, n int) string {
		return `[{"type":"` + kind + `","elements":` + list(element, n) + `}]`
	}
	divider := `{"type":"divider"}`
	for _, c := range []struct{ name, text, blocks, want string }{
		{"text", "x", "", ""},
		{"nothing", "", "", "no_text"},
		{"empty list", "", "[]", "no_text"},
		{"40,000 characters", strings.Repeat("x", 40_000), "", ""},
		{"more", strings.Repeat("x", 40_001), "", "msg_too_long"},
		{"no JSON", "x", "[", "invalid_blocks_format"},
		{"50 blocks", "x", list(divider, 50), ""},
		{"51 blocks", "x", list(divider, 51), "invalid_blocks"},
		{"section of 3000", "x", list(section("mrkdwn", 3000), 1), ""},
		{"section of 3001", "x", list(section("mrkdwn", 3001), 1), "invalid_blocks"},
		{"empty section", "x", list(section("mrkdwn", 0), 1), "invalid_blocks"},
		{"section of a strange type", "x", list(section("html", 1), 1), "invalid_blocks"},
		{"section without text", "x", `[{"type":"section"}]`, "invalid_blocks"},
		{"mrkdwn with emoji", "x", `[{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}]`, "invalid_blocks"},
		{"10 fields", "x", `[{"type":"section","fields":` + list(element, 10) + `}]`, ""},
		{"11 fields", "x", `[{"type":"section","fields":` + list(element, 11) + `}]`, "invalid_blocks"},
		{"header of 150", "x", header("plain_text", strings.Repeat("x", 150)), ""},
		{"header of 151", "x", header("plain_text", strings.Repeat("x", 151)), "invalid_blocks"},
		{"header of 76 emoji, 152 units", "x", header("plain_text", strings.Repeat("😀", 76)), "invalid_blocks"},
		{"header in mrkdwn", "x", header("mrkdwn", "x"), "invalid_blocks"},
		{"10 elements", "x", row("context", element, 10), ""},
		{"11 elements", "x", row("context", element, 11), "invalid_blocks"},
		{"25 buttons", "x", row("actions", button("Ack"), 25), ""},
		{"26 buttons", "x", row("actions", button("Ack"), 26), "invalid_blocks"},
		{"long button", "x", row("actions", button(strings.Repeat("x", 76)), 1), "invalid_blocks"},
		{"unknown block", "x", `[{"type":"carousel"}]`, "invalid_blocks"},
		{"one id twice", "x", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "invalid_blocks"},
		{"13,000 characters", "x", list(section("mrkdwn", 2530), 5), ""},
		{"13,300 characters", "x", list(section("mrkdwn", 2600), 5), "msg_blocks_too_long"},
	} {
		if got := slackfake.Refuses(c.text, json.RawMessage(c.blocks)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMethods(t *testing.T) {
	f := slackfake.New(t)
	f.AllowBurst(100)
	f.SetChannel("C0OUT", slackfake.NotJoined)
	for _, c := range []struct {
		method string
		fields []string
		want   string
	}{
		{"auth.test", nil, "ok"},
		{"auth.test", []string{"token", ""}, "not_authed"},
		{"chat.postMessage", []string{"text", "x", "token", "xoxb-other"}, "invalid_auth"},
		{"chat.postMessage", []string{"text", "x", "channel", "C1"}, "channel_not_found"},
		{"chat.postMessage", []string{"text", "x", "channel", "C0OUT"}, "not_in_channel"},
		{"chat.postMessage", []string{"text", "x", "metadata", "{}"}, "invalid_metadata_format"},
		{"chat.postMessage", []string{"text", "x", "metadata", `{"event_type":"a","event_payload":{"b":"` + strings.Repeat("x", 3000) + `"}}`}, "metadata_too_large"},
		{"chat.postMessage", []string{"text", "x", "channel", "alerts"}, "ok"},
		{"chat.update", []string{"text", "y", "ts", "1700000000.000001"}, "ok"},
		{"chat.update", []string{"text", "y", "ts", "1700000000.000002"}, "message_not_found"},
		{"chat.update", []string{"text", strings.Repeat("é", 2001), "ts", "1700000000.000001"}, "msg_too_long"},
	} {
		if got := call(t, f, c.method, c.fields...); got != c.want {
			t.Errorf("%s %.60v: %s, want %s", c.method, c.fields, got, c.want)
		}
	}
	got := f.Messages()
	if len(got) != 1 || got[0].Text != "y" || got[0].Updated != 1 || got[0].Channel != slackfake.Channel {
		t.Errorf("messages %+v, want one, updated once", got)
	}
}

func TestMentionsAreReported(t *testing.T) {
	f := slackfake.New(t)
	f.AllowBurst(100)
	blocks := `[{"type":"section","text":{"type":"mrkdwn","text":"<@U1> a < b"}},{"type":"section","text":{"type":"plain_text","text":"<!here>"}}]`
	for _, fields := range [][]string{
		{"text", "<!channel> &lt;!here&gt; @channel", "blocks", blocks},
		{"text", "@here", "parse", "full"},
		{"text", "@here"},
	} {
		if got := call(t, f, "chat.postMessage", fields...); got != "ok" {
			t.Fatal(got)
		}
	}
	want := [][]string{{"<!channel>", "<@U1>"}, {"@here"}, nil}
	for i, m := range f.Messages() {
		if !slices.Equal(m.Mentions, want[i]) {
			t.Errorf("message %d: mentions %q, want %q", i, m.Mentions, want[i])
		}
	}
}

func TestRate(t *testing.T) {
	f := slackfake.New(t)
	now := time.Unix(1763629200, 0)
	f.SetClock(func() time.Time { return now })
	f.SetChannel("C0OTHER", slackfake.Joined)
	for _, c := range []struct {
		after   time.Duration
		channel string
		want    string
	}{
		{0, slackfake.Channel, "ok"},
		{999 * time.Millisecond, slackfake.Channel, "ratelimited"},
		{0, "C0OTHER", "ok"},
		{time.Millisecond, slackfake.Channel, "ok"},
	} {
		now = now.Add(c.after)
		if got := call(t, f, "chat.postMessage", "text", "x", "channel", c.channel); got != c.want {
			t.Errorf("%s: %s, want %s", c.channel, got, c.want)
		}
	}
}

func TestCutConnections(t *testing.T) {
	f := slackfake.New(t)
	for _, c := range []struct {
		failure  slackfake.Failure
		accepted int
	}{{slackfake.Down(), 0}, {slackfake.CutAfterAccepting(), 1}} {
		f.FailNext(c.failure)
		resp, err := http.PostForm(f.URL()+"chat.postMessage", url.Values{
			"token": {slackfake.Token}, "channel": {slackfake.Channel}, "text": {"x"},
		})
		if err == nil {
			resp.Body.Close()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("error %v, want a connection that was cut", err)
		}
		if got := len(f.Messages()); got != c.accepted {
			t.Errorf("%d messages accepted, want %d", got, c.accepted)
		}
	}
}

func TestHandlerOfTheZeroValue(t *testing.T) {
	f := &slackfake.Fake{}
	r := httptest.NewRequest(http.MethodPost, "/api/chat.postMessage", strings.NewReader(`{"channel":"C0FAKE","text":"x"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+slackfake.Token)
	w := httptest.NewRecorder()
	f.Handler().ServeHTTP(w, r)
	if len(f.Messages()) != 1 {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

// What happens to messages after they are posted, and what the token may see of them.
func TestLifeOfMessages(t *testing.T) {
	f := slackfake.New(t)
	f.AllowBurst(100)
	const first, second = "1700000000.000001", "1700000000.000002"
	steps := []struct {
		before func()
		method string
		fields []string
		want   string
	}{
		{nil, "chat.postMessage", []string{"text", "a"}, "ok"},
		{nil, "chat.postMessage", []string{"text", "b", "thread_ts", first, "reply_broadcast", "true"}, "ok"},
		{nil, "chat.postMessage", []string{"text", "c", "thread_ts", "1.1"}, "thread_not_found"},
		{nil, "conversations.history", nil, "ok"},
		{nil, "conversations.history", []string{"channel", slackfake.ChannelName}, "channel_not_found"},
		{nil, "conversations.replies", []string{"ts", first}, "ok"},
		{func() { f.Freeze(first) }, "chat.update", []string{"ts", first, "text", "x"}, "edit_window_closed"},
		{func() { f.Delete(second) }, "chat.update", []string{"ts", second, "text", "x"}, "message_not_found"},
		{nil, "chat.postEphemeral", []string{"user", "U1", "text", "x"}, "ok"},
		{nil, "files.getUploadURLExternal", []string{"filename", "a.csv", "length", "0"}, "invalid_arguments"},
		{nil, "files.completeUploadExternal", []string{"channel_id", slackfake.Channel, "files", `[{"id":"F9"}]`}, "invalid_arguments"},
		{nil, "apps.connections.open", nil, "not_allowed_token_type"},
		{nil, "apps.connections.open", []string{"token", slackfake.AppToken}, "ok"},
		{func() { f.RefuseSockets("invalid_auth") }, "apps.connections.open", []string{"token", slackfake.AppToken}, "invalid_auth"},
		{func() { f.Without("files:write") }, "files.getUploadURLExternal", []string{"filename", "a.csv", "length", "1"}, "missing_scope"},
		{func() { f.Without("channels:history") }, "conversations.history", nil, "missing_scope"},
	}
	for _, s := range steps {
		if s.before != nil {
			s.before()
		}
		if got := call(t, f, s.method, s.fields...); got != s.want {
			t.Errorf("%s %v: %s, want %s", s.method, s.fields, got, s.want)
		}
	}
	f.SetDown(true)
	if resp, err := http.PostForm(f.URL()+"auth.test", nil); err == nil {
		resp.Body.Close()
		t.Error("it answers although it is down")
	}
	if got := f.Messages(); len(got) != 2 || !got[1].Broadcast || !got[1].Deleted || got[0].Text != "a" {
		t.Errorf("messages %+v", got)
	}
	if calls := f.Calls(); calls[0] != "chat.postMessage" || len(calls) != len(steps)+1 {
		t.Errorf("%d calls %v", len(calls), calls)
	}
}

// History comes in pages, the newest first, with metadata only where it is asked for.
func TestHistory(t *testing.T) {
	f := slackfake.New(t)
	f.AllowBurst(100)
	for i := range 5 {
		if got := call(t, f, "chat.postMessage", "text", string(rune('a'+i)), "metadata", `{"event_type":"e","event_payload":{"n":1}}`); got != "ok" {
			t.Fatal(got)
		}
	}
	var texts []string
	cursor := ""
	for range 3 {
		resp, err := http.PostForm(f.URL()+"conversations.history", url.Values{
			"token": {slackfake.Token}, "channel": {slackfake.Channel}, "limit": {"2"}, "cursor": {cursor}, "oldest": {"1700000000.000002"}, "include_all_metadata": {"1"},
		})
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Messages []struct {
				Text     string         `json:"text"`
				Metadata map[string]any `json:"metadata"`
			} `json:"messages"`
			HasMore bool `json:"has_more"`
			Next    struct {
				Cursor string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		err = json.NewDecoder(resp.Body).Decode(&page)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Messages {
			texts = append(texts, m.Text)
			if m.Metadata["event_type"] != "e" {
				t.Errorf("metadata %v", m.Metadata)
			}
		}
		if cursor = page.Next.Cursor; !page.HasMore {
			break
		}
	}
	if strings.Join(texts, "") != "edcb" {
		t.Errorf("read %q", texts)
	}
}
