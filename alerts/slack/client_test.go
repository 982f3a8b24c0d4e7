package slack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts/slack"
	"goodstanding/alerts/slack/slackfake"
	"goodstanding/monitor"
)

func bot(t *testing.T, f *slackfake.Fake) *slack.Client {
	t.Helper()
	f.AllowBurst(3) // a message, its orders, and a reply
	return client(t, slack.Config{Token: slackfake.Token, Channel: slackfake.ChannelName, APIURL: f.URL(), Timeout: 5 * time.Second, Pace: time.Millisecond})
}

func hook(t *testing.T, f *slackfake.Fake) *slack.Client {
	t.Helper()
	return client(t, slack.Config{WebhookURL: f.WebhookURL(), Timeout: 5 * time.Second})
}

func client(t *testing.T, c slack.Config) *slack.Client {
	t.Helper()
	cl, err := slack.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return cl
}

func TestSendByBot(t *testing.T) {
	f := slackfake.New(t)
	n := notices(t)["late_warning"]
	ref, err := bot(t, f).Send(t.Context(), n)
	if err != nil || ref != "C0FAKE/1700000000.000001" {
		t.Fatalf("ref %q, error %v", ref, err)
	}
	got := f.Messages()
	if len(got) != 2 || got[1].ThreadTS != "1700000000.000001" || !strings.Contains(got[1].Text, "111-2222222-4444444, 17 Nov") {
		t.Fatalf("messages %+v, want one, and the orders in its thread", got)
	}
	m := slack.Render(n, slack.Style{Threads: true})
	if got[0].Text != m.Text || !sameJSON(t, got[0].Blocks, m.Blocks) {
		t.Errorf("the message is not what Render gave: %+v", got[0])
	}
	want := `{"event_type":"goodstanding_notice","event_payload":{"decided":1795194000,"notice_id":41,"part":"message"}}`
	if diff := cmp.Diff(want, string(got[0].Metadata)); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

func TestSendByWebhook(t *testing.T) {
	f := slackfake.New(t)
	n := notices(t)["late_warning"]
	ref, err := hook(t, f).Send(t.Context(), n)
	if err != nil || ref != "" {
		t.Fatalf("ref %q, error %v", ref, err)
	}
	m := slack.Render(n, slack.Style{})
	if got := f.Messages(); len(got) != 1 || got[0].Text != m.Text || !sameJSON(t, got[0].Blocks, m.Blocks) {
		t.Errorf("got %+v", got)
	}
}

func sameJSON(t *testing.T, got json.RawMessage, want any) bool {
	t.Helper()
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal(raw, &b) != nil {
		return false
	}
	return cmp.Equal(a, b)
}

func TestNothingHostileIsActedOn(t *testing.T) {
	f := slackfake.New(t)
	n := notices(t)["hostile"]
	for _, c := range []*slack.Client{bot(t, f), hook(t, f)} {
		if _, err := c.Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range f.Messages() {
		if len(m.Mentions) > 0 {
			t.Errorf("Slack would act on %q", m.Mentions)
		}
	}
}

// TestRequestSettings looks at what goes over the wire besides the message itself.
func TestRequestSettings(t *testing.T) {
	got := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hook" {
			var body map[string]any
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			for _, k := range []string{"unfurl_links", "unfurl_media", "mrkdwn", "parse", "link_names"} {
				got["hook "+k] = fmt.Sprint(body[k])
			}
			_, _ = w.Write([]byte("ok"))
			return
		}
		for _, k := range []string{"unfurl_links", "unfurl_media", "mrkdwn", "parse", "link_names"} {
			got["bot "+k] = r.FormValue(k)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"ok":true,"channel":"C1","ts":"1.2"}`))
	}))
	defer server.Close()
	n := notices(t)["late_warning"]
	for _, c := range []slack.Config{{Token: "xoxb-1", Channel: "C1", APIURL: server.URL}, {WebhookURL: server.URL + "/hook"}} {
		if _, err := client(t, c).Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		"bot unfurl_links": "false", "bot unfurl_media": "false", "bot mrkdwn": "false", "bot parse": "none", "bot link_names": "",
		"hook unfurl_links": "false", "hook unfurl_media": "false", "hook mrkdwn": "false", "hook parse": "none", "hook link_names": "<nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// TestFailures makes each kind of failure, by bot and by webhook, and looks at how it is classified, what it says, and
// that it holds no secret.
func TestFailures(t *testing.T) {
	const (
		later     = time.Duration(0)
		crowded   = 30 * time.Second
		mending   = 10 * time.Minute
		permanent = time.Duration(-1)
	)
	const both, onlyBot, onlyHook = "bot webhook", "bot", "webhook"
	cases := []struct {
		name    string
		failure slackfake.Failure
		ways    string
		after   time.Duration
		says    string
	}{
		{"429 with Retry-After", slackfake.RateLimited(7), both, 7 * time.Second, "wait 7s"},
		{"429 with a long Retry-After", slackfake.RateLimited(86400), both, time.Hour, "wait 1h0m0s"},
		{"429 with a strange Retry-After", slackfake.Status(429, "Retry-After", "soon"), both, crowded, "limits the rate"},
		{"429 with a huge Retry-After", slackfake.Status(429, "Retry-After", "9223372036"), both, time.Hour, "wait 1h0m0s"},
		{"429 with a negative Retry-After", slackfake.Status(429, "Retry-After", "-1"), both, crowded, "limits the rate"},
		{"429 without Retry-After", slackfake.RateLimitedSilently(), both, crowded, ""},
		{"500", slackfake.Status(500), both, later, "HTTP status 500"},
		{"503", slackfake.Status(503), both, later, "HTTP status 503"},
		{"302", slackfake.Status(302, "Location", "https://evil.example/"), both, mending, "HTTP status 302 Found: check the API URL"},
		{"407", slackfake.Status(407), both, mending, "proxy"},
		{"404", slackfake.Status(404), both, mending, "HTTP status 404"},
		{"a page instead of JSON", slackfake.Body("<html>login</html>"), onlyBot, later, "read Slack's answer"},
		{"a page instead of ok", slackfake.Body("<html>login</html>"), onlyHook, mending, "not Slack's"},
		{"neither ok nor an error", slackfake.Body("{}"), both, mending, "not Slack's"},
		{"ok:false without an error", slackfake.Body(`{"ok":false}`), both, mending, "not Slack's"},
		{"down", slackfake.Down(), both, later, "the connection was cut"},
		{"cut after accepting", slackfake.CutAfterAccepting(), both, later, "nobody knows whether the message arrived"},
		{"ratelimited", slackfake.NotOK("ratelimited"), both, crowded, "ratelimited"},
		{"rate_limited", slackfake.NotOK("rate_limited"), both, crowded, "rate_limited"},
		{"internal_error", slackfake.NotOK("internal_error"), both, later, "internal_error"},
		{"fatal_error", slackfake.NotOK("fatal_error"), both, later, "Slack is out of order"},
		{"service_unavailable", slackfake.NotOK("service_unavailable"), both, later, ""},
		{"invalid_auth", slackfake.NotOK("invalid_auth"), both, mending, "xoxb-"},
		{"token_revoked", slackfake.NotOK("token_revoked"), both, mending, "xoxb-"},
		{"missing_scope", slackfake.NotOK("missing_scope"), both, mending, "chat:write"},
		{"channel_not_found", slackfake.NotOK("channel_not_found"), both, mending, "/invite"},
		{"not_in_channel", slackfake.NotOK("not_in_channel"), both, mending, "/invite"},
		{"is_archived", slackfake.NotOK("is_archived"), both, mending, "set another one"},
		{"restricted_action", slackfake.NotOK("restricted_action"), both, mending, "administrator"},
		{"no_service", slackfake.NotOK("no_service"), both, mending, "new incoming webhook"},
		{"invalid_arguments", slackfake.NotOK("invalid_arguments"), both, permanent, "invalid_arguments"},
		{"a new word", slackfake.NotOK("never_seen_before"), both, permanent, "never_seen_before: look the word up"},
		{"a hostile word", slackfake.NotOK("evil \x1b[31m\n" + strings.Repeat("x", 9999)), onlyBot, permanent, "evil [31m xxx"},
		{"a word with the secret", slackfake.NotOK("oops_" + slackfake.Token), onlyBot, permanent, "oops_[secret]"},
	}
	for _, c := range cases {
		for way := range strings.FieldsSeq(c.ways) {
			t.Run(c.name+" by "+way, func(t *testing.T) {
				f := slackfake.New(t)
				cl := bot(t, f)
				if way == "webhook" {
					cl = hook(t, f)
				}
				f.FailNext(c.failure)
				_, err := cl.Send(t.Context(), notices(t)["late_warning"])
				e := classified(t, err)
				if c.after == permanent {
					if !e.Permanent() {
						t.Errorf("not permanent, retry after %v", e.RetryAfter())
					}
				} else if e.Permanent() || e.RetryAfter() != c.after {
					t.Errorf("permanent %v, retry after %v, want after %v", e.Permanent(), e.RetryAfter(), c.after)
				}
				if !strings.Contains(err.Error(), c.says) {
					t.Errorf("error %q, want it to say %q", err, c.says)
				}
				noSecret(t, err)
				if got := f.Requests(); got != 1 {
					t.Errorf("%d requests, want 1: retries are the deliverer's business", got)
				}
			})
		}
	}
}

// classified returns the error as Slack's.
func classified(t *testing.T, err error) *slack.Error {
	t.Helper()
	var e *slack.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v (%T), want a *slack.Error", err, err)
	}
	return e
}

// noSecret fails if an error gives a secret away, in whichever way it is printed, it or what it wraps.
func noSecret(t *testing.T, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		for _, text := range []string{err.Error(), fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
			for _, secret := range []string{slackfake.Token, "fakewebhooksecret", "hunter2"} {
				if strings.Contains(text, secret) {
					t.Errorf("the error gives %q away: %s", secret, text)
				}
			}
		}
		if strings.Count(err.Error(), "\n") > 0 || len(err.Error()) > 1000 {
			t.Errorf("the error is not one short line: %q", err)
		}
	}
}

// What Slack refuses for its form goes out shorter, then as plain text, and is given up only then.
func TestRefusedFormGoesSimpler(t *testing.T) {
	n := notices(t)["late_warning"]
	n.Finding.Evidence = nil
	n.Mention = []string{"U0ANNA"}
	whole := slack.Render(n, slack.Style{})
	for _, code := range []string{"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"} {
		for _, way := range []string{"bot", "webhook"} {
			f := slackfake.New(t)
			c := bot(t, f)
			if way == "webhook" {
				c = hook(t, f)
				f.AllowBurst(2)
			}
			no := slackfake.NotOK(code)
			f.FailNext(no, nil, no, no)
			for range 2 {
				if _, err := c.Send(t.Context(), n); err != nil {
					t.Fatalf("%s by %s: %v", code, way, err)
				}
			}
			got := f.Messages()
			if len(got) != 2 || f.Requests() != 5 {
				t.Fatalf("%s by %s: %d messages by %d requests, want 2 by 5", code, way, len(got), f.Requests())
			}
			if len(got[0].Blocks) == 0 || len(got[0].Blocks) > 2000 || !strings.Contains(string(got[0].Blocks), "2 more late orders cross it") {
				t.Errorf("%s by %s: the shorter message is %s", code, way, got[0].Blocks)
			}
			if len(got[1].Blocks) > 0 || got[1].Text != "<@U0ANNA>\n"+whole.Text {
				t.Errorf("%s by %s: message %+v, want the plain text", code, way, got[1])
			}
			f.FailNext(no, no, no)
			_, err := c.Send(t.Context(), n)
			if !classified(t, err).Permanent() {
				t.Errorf("%s by %s three times: %v is not permanent", code, way, err)
			}
			f.FailNext(no, slackfake.RateLimited(3))
			_, err = c.Send(t.Context(), n)
			if e := classified(t, err); e.Permanent() || e.RetryAfter() != 3*time.Second {
				t.Errorf("%s by %s and then a limit: permanent %v, after %v", code, way, e.Permanent(), e.RetryAfter())
			}
		}
	}
}

func TestSlowAnswerIsCutOff(t *testing.T) {
	f := slackfake.New(t)
	f.FailNext(slackfake.Slow(time.Hour), slackfake.Slow(time.Hour))
	for _, c := range []slack.Config{
		{Token: slackfake.Token, Channel: slackfake.Channel, APIURL: f.URL(), Timeout: 30 * time.Millisecond},
		{WebhookURL: f.WebhookURL(), Timeout: 30 * time.Millisecond},
	} {
		_, err := client(t, c).Send(t.Context(), notices(t)["bare"])
		e := classified(t, err)
		if e.Permanent() || e.RetryAfter() != 0 || !strings.Contains(e.Error(), "no answer in time") {
			t.Errorf("error %v", err)
		}
		noSecret(t, err)
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	gone := server.URL
	server.Close()
	for _, c := range []slack.Config{
		{Token: slackfake.Token, Channel: slackfake.Channel, APIURL: gone},
		{WebhookURL: gone + "/services/T/B/fakewebhooksecret"},
		{Token: slackfake.Token, Channel: "C1", APIURL: "http://user:hunter2@" + strings.TrimPrefix(gone, "http://")},
		{WebhookURL: "https://slack.invalid/services/T/B/fakewebhooksecret", Timeout: 2 * time.Second},
	} {
		_, err := client(t, c).Send(t.Context(), notices(t)["bare"])
		if e := classified(t, err); e.Permanent() || e.RetryAfter() != 0 {
			t.Errorf("permanent %v, after %v: %v", e.Permanent(), e.RetryAfter(), err)
		}
		if !strings.HasPrefix(err.Error(), "post to Slack: reach Slack: ") {
			t.Errorf("error %v", err)
		}
		noSecret(t, err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	visited := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	defer other.Close()
	f := slackfake.New(t)
	f.FailNext(slackfake.Status(307, "Location", other.URL), slackfake.Status(308, "Location", other.URL))
	for _, c := range []*slack.Client{bot(t, f), hook(t, f)} {
		_, err := c.Send(t.Context(), notices(t)["bare"])
		if e := classified(t, err); e.RetryAfter() != 10*time.Minute {
			t.Errorf("retry after %v: %v", e.RetryAfter(), err)
		}
	}
	if visited {
		t.Error("the token was carried to another host")
	}
}

func TestWrongTokenAndChannel(t *testing.T) {
	f := slackfake.New(t)
	f.SetChannel("C0OUT", slackfake.NotJoined)
	f.SetChannel("C0OLD", slackfake.Archived)
	for _, c := range []struct{ token, channel, says string }{
		{"xoxb-wrong", slackfake.Channel, "invalid_auth"},
		{slackfake.Token, "C0NOWHERE", "channel_not_found"},
		{slackfake.Token, "C0OUT", "not_in_channel"},
		{slackfake.Token, "C0OLD", "is_archived"},
	} {
		_, err := client(t, slack.Config{Token: c.token, Channel: c.channel, APIURL: f.URL()}).Send(t.Context(), notices(t)["bare"])
		if e := classified(t, err); e.RetryAfter() != 10*time.Minute || !strings.Contains(err.Error(), c.says) {
			t.Errorf("retry after %v: %v, want %s", e.RetryAfter(), err, c.says)
		}
	}
	_, err := client(t, slack.Config{WebhookURL: strings.Replace(f.WebhookURL(), "B0FAKE", "B0OTHER", 1)}).Send(t.Context(), notices(t)["bare"])
	if e := classified(t, err); e.RetryAfter() != 10*time.Minute || !strings.Contains(err.Error(), "no_service: make a new incoming webhook") {
		t.Errorf("a webhook that is gone: after %v: %v", e.RetryAfter(), err)
	}
}

func TestNewRefuses(t *testing.T) {
	for want, c := range map[string]slack.Config{
		"nothing says where to send":           {},
		"no channel":                           {Token: "xoxb-1"},
		"nothing says where":                   {Channel: "C1"},
		"keep one of the two ways":             {Token: "xoxb-1", Channel: "C1", WebhookURL: "https://hooks.slack.com/services/T/B/X"},
		"a space, a line break":                {Token: "xoxb-hunter2\n", Channel: "C1"},
		"starts with xoxb-":                    {Token: "xapp-hunter2", Channel: "C1"},
		"the webhook URL must start with":      {WebhookURL: "hooks.slack.com/services/T/B/hunter2"},
		"the webhook URL names no host":        {WebhookURL: "https:///services/hunter2"},
		"the webhook URL cannot be read":       {WebhookURL: "https://hooks.slack.com/\x7fhunter2"},
		"the API URL must start with https://": {Token: "xoxb-1", Channel: "C1", APIURL: "ftp://hunter2"},
	} {
		_, err := slack.New(c)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
			continue
		}
		noSecret(t, err)
	}
}

func TestPrintingGivesNoSecretAway(t *testing.T) {
	var log strings.Builder
	for _, c := range []slack.Config{
		{Token: "xoxb-hunter2", Channel: "C1"},
		{WebhookURL: "https://hooks.slack.com/services/hunter2"},
	} {
		cl := client(t, c)
		logger := slog.New(slog.NewJSONHandler(&log, nil))
		logger.Info("start", "config", c, "client", cl)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			fmt.Fprintf(&log, verb+verb, c, cl)
			fmt.Fprintf(&log, verb, &c)
		}
	}
	if strings.Contains(log.String(), "hunter2") {
		t.Errorf("a secret was printed:\n%s", log.String())
	}
	if !strings.Contains(log.String(), `slack: token set, channel "C1", webhook none`) {
		t.Errorf("printed:\n%s", log.String())
	}
}

func TestRateOfTheFake(t *testing.T) {
	f := slackfake.New(t)
	now := time.Unix(1763629200, 0)
	f.SetClock(func() time.Time { return now })
	for _, c := range []*slack.Client{bot(t, f), hook(t, f)} {
		f.AllowBurst(1)
		send := func() error {
			_, err := c.Send(t.Context(), monitor.Notice{ID: 1})
			return err
		}
		if err := send(); err != nil {
			t.Fatal(err)
		}
		if e := classified(t, send()); e.RetryAfter() != time.Second {
			t.Errorf("a second message at once: retry after %v", e.RetryAfter())
		}
		now = now.Add(time.Second)
		if err := send(); err != nil {
			t.Error(err)
		}
	}
}
