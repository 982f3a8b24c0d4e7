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
