// Package slackfake is a Slack for tests: it takes messages by chat.postMessage, chat.update and an incoming webhook, takes
// files, tells its history, presses buttons over Socket Mode, refuses what Slack refuses, documented or not, and fails on
// demand. It shares no code with what it tests.
//
// Only tests and demonstrations import it.
package slackfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// What a Fake accepts from the start.
const (
	Token       = "xoxb-fake-token-1234567890"
	AppToken    = "xapp-1-A0FAKE-fake-apptoken-1234567890"
	Channel     = "C0FAKE"
	ChannelName = "#alerts"
	webhookPath = "/services/T0FAKE/B0FAKE/fakewebhooksecret"
)

// State is what a channel is to the bot.
type State int

// The states of a channel.
const (
	Joined State = iota
	NotJoined
	Archived
)

// Message is one that the fake accepted.
type Message struct {
	Channel  string // "webhook" for one from the webhook
	TS       string
	ThreadTS string
	Text     string
	Blocks   json.RawMessage // nil: none
	Metadata json.RawMessage // nil: none
	Updated  int             // how often chat.update changed it
	// Mentions are the control sequences that Slack would act on: "<!channel>", "<@U1>", "<https://…|…>".
	Mentions []string
	// Broadcast says whether a reply in a thread is shown in the channel, too.
	Broadcast bool
	File      *File // that the message shares; nil: none
	Deleted   bool
	Frozen    bool // nobody may edit it any more
}

// Fake is a Slack. The zero value is ready to use, by Handler; New also starts a server.
type Fake struct {
	mu       sync.Mutex
	url      string
	burst    int
	now      func() time.Time
	channels map[string]State
	messages []Message
	failures []Failure
	accepted map[string][]time.Time // of each channel, within the last second
	requests int
	calls    []string // the method of each request, in order
	down     bool
	without  map[string]bool // scopes that the token lacks

	uploads    map[string]*File // by id, before they are shared
	ephemerals []Ephemeral
	sockets    sockets
}

// TB is the part of testing.TB that New needs.
type TB interface{ Cleanup(func()) }

// New starts a fake on a local port; it stops when the test ends.
func New(t TB) *Fake {
	f := &Fake{}
	server := httptest.NewServer(f.Handler())
	f.url = server.URL
	t.Cleanup(func() {
		server.CloseClientConnections() // of requests that hang on purpose
		server.Close()
	})
	return f
}

// URL returns the address of the Web API, with a slash at the end.
func (f *Fake) URL() string { return f.url + "/api/" }

// WebhookURL returns the address of the one incoming webhook.
func (f *Fake) WebhookURL() string { return f.url + webhookPath }

// AllowBurst sets how many messages a channel takes within a second; 1 from the start.
func (f *Fake) AllowBurst(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.burst = n
}

// SetClock replaces time.Now.
func (f *Fake) SetClock(now func() time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now
}

// SetChannel adds a channel, or changes the state of one.
func (f *Fake) SetChannel(id string, s State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.channels == nil {
		f.channels = map[string]State{}
	}
	f.channels[id] = s
}

// Messages returns what was accepted, in order.
func (f *Fake) Messages() []Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.messages)
}

// Calls returns the method of every request, in order: "chat.postMessage".
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Requests returns how many requests came in, the refused and failed ones among them.
func (f *Fake) Requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests
}

// SetDown lets every request fail without being taken, until it is set back.
func (f *Fake) SetDown(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

// Without takes a scope from the token: "files:write", "channels:history", "chat:write".
func (f *Fake) Without(scope string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.without == nil {
		f.without = map[string]bool{}
	}
	f.without[scope] = true
}

// Delete deletes a message, as a person may do.
func (f *Fake) Delete(ts string) { f.change(ts, func(m *Message) { m.Deleted = true }) }

// Freeze lets nobody edit a message any more, as a workspace's settings may.
func (f *Fake) Freeze(ts string) { f.change(ts, func(m *Message) { m.Frozen = true }) }

func (f *Fake) change(ts string, change func(*Message)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.messages {
		if f.messages[i].TS == ts {
			change(&f.messages[i])
		}
	}
}

// Handler serves the fake: the methods of the Web API, the addresses of uploads, the socket and the webhook.
func (f *Fake) Handler() http.Handler {
	mux := http.NewServeMux()
	for name, m := range map[string]struct {
		scope string
		call  func(request) answer
	}{
		"chat.postMessage":             {"chat:write", f.post},
		"chat.postEphemeral":           {"chat:write", f.ephemeral},
		"chat.update":                  {"chat:write", f.update},
		"conversations.history":        {"channels:history", f.history},
		"conversations.replies":        {"channels:history", f.replies},
		"files.getUploadURLExternal":   {"files:write", f.uploadURL},
		"files.completeUploadExternal": {"files:write", f.completeUpload},
		"auth.test": {"", func(request) answer {
			return answer{"url": "https://fake.slack.com/", "team": "Fake", "user": "goodstanding", "team_id": "T0FAKE", "user_id": "U0FAKE", "bot_id": "B0FAKE"}
		}},
	} {
		mux.HandleFunc("POST /api/"+name, f.api(Token, m.scope, m.call))
	}
	mux.HandleFunc("POST /api/apps.connections.open", f.api(AppToken, "", f.openSocket))
	mux.HandleFunc("POST /upload/{id}", f.takeUpload)
	mux.HandleFunc("GET /socket/{ticket}", f.serveSocket)
	mux.HandleFunc("POST "+webhookPath, f.webhook)
	mux.HandleFunc("POST /services/", func(w http.ResponseWriter, r *http.Request) { plainAnswer(w, http.StatusNotFound, "no_service") })
	return mux
}

// request is what a method of the Web API is called with.
type request struct {
	values   url.Values      // of a form
	Channel  string          `json:"channel"`
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Metadata json.RawMessage `json:"metadata"`
	Parse    string          `json:"parse"`
	Names    bool            `json:"link_names"`
}

// answer is what it answers, ok aside. An answer with "error" is not ok.
type answer map[string]any

// api wraps a method: the failures asked for, the token, the scope, and the envelope of the answer.
func (f *Fake) api(right, scope string, method func(request) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		req, token, err := read(r)
		if err != nil {
			jsonAnswer(w, answer{"error": "invalid_form_data"})
			return
		}
		f.serve(w, r, func() {
			switch token {
			case right:
				if f.lacks(scope) {
					jsonAnswer(w, answer{"error": "missing_scope", "needed": scope, "provided": "chat:write"})
					return
				}
				a := method(req)
				if wait, ok := a["retry_after"]; ok {
					w.Header().Set("Retry-After", fmt.Sprint(wait))
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(http.StatusTooManyRequests)
					_ = json.NewEncoder(w).Encode(answer{"ok": false, "error": "ratelimited"})
					return
				}
				jsonAnswer(w, a)
			case "":
				jsonAnswer(w, answer{"error": "not_authed"})
			case Token, AppToken:
				jsonAnswer(w, answer{"error": "not_allowed_token_type"})
			default:
				jsonAnswer(w, answer{"error": "invalid_auth"})
			}
		})
	}
}

func (f *Fake) lacks(scope string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.without[scope]
}

// read takes a request in either form that Slack takes: a form, or JSON with the token in a header.
func read(r *http.Request) (req request, token string, err error) {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err = json.NewDecoder(r.Body).Decode(&req); errors.Is(err, io.EOF) {
			err = nil // no arguments
		}
		return req, bearer, err
	}
	if err := r.ParseForm(); err != nil {
		return req, "", err
	}
	if token = r.PostForm.Get("token"); token == "" {
		token = bearer
	}
	req = request{
		values:  r.PostForm,
		Channel: r.PostForm.Get("channel"), TS: r.PostForm.Get("ts"), ThreadTS: r.PostForm.Get("thread_ts"),
		Text: r.PostForm.Get("text"), Parse: r.PostForm.Get("parse"),
		Names: r.PostForm.Get("link_names") == "true" || r.PostForm.Get("link_names") == "1",
	}
	if b := r.PostForm.Get("blocks"); b != "" {
		req.Blocks = json.RawMessage(b)
	}
	if m := r.PostForm.Get("metadata"); m != "" {
		req.Metadata = json.RawMessage(m)
	}
	return req, token, nil
}

// post is chat.postMessage.
func (f *Fake) post(req request) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	channel, refused := f.channel(req.Channel)
	if refused != "" {
		return answer{"error": refused}
	}
	if code := Refuses(req.Text, req.Blocks); code != "" {
		return answer{"error": code}
	}
	if code := refusesMetadata(req.Metadata); code != "" {
		return answer{"error": code}
	}
	if req.ThreadTS != "" && f.find(channel, req.ThreadTS) == nil {
		return answer{"error": "thread_not_found"}
	}
	if wait := f.limited(channel); wait > 0 {
		return answer{"retry_after": wait}
	}
	m := f.accept(channel, req)
	return answer{"channel": m.Channel, "ts": m.TS, "message": answer{"text": m.Text, "ts": m.TS}}
}

// update is chat.update.
func (f *Fake) update(req request) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	channel, refused := f.channel(req.Channel)
	if refused != "" {
		return answer{"error": refused}
	}
	if len(req.Text) > updateTextBytes {
		return answer{"error": "msg_too_long"}
	}
	if code := Refuses(req.Text, req.Blocks); code != "" {
		return answer{"error": code}
	}
	m := f.find(channel, req.TS)
	switch {
	case m == nil:
		return answer{"error": "message_not_found"}
	case m.Frozen:
		return answer{"error": "edit_window_closed"}
	}
	m.Text, m.Mentions = req.Text, mentions(req)
	if m.Blocks = req.Blocks; string(m.Blocks) == "[]" {
		m.Blocks = nil
	}
	m.Updated++
	return answer{"channel": channel, "ts": m.TS, "text": m.Text}
}

// find returns a message that is still there, or nil.
func (f *Fake) find(channel, ts string) *Message {
	for i := range f.messages {
		if m := &f.messages[i]; m.Channel == channel && m.TS == ts && !m.Deleted {
			return m
		}
	}
	return nil
}

// webhook is the incoming webhook: it answers in plain words, with an HTTP status of their own.
func (f *Fake) webhook(w http.ResponseWriter, r *http.Request) {
	var req request
	err := json.NewDecoder(r.Body).Decode(&req)
	f.serve(w, r, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if err != nil {
			plainAnswer(w, http.StatusBadRequest, "invalid_payload")
			return
		}
		if code := Refuses(req.Text, req.Blocks); code != "" {
			plainAnswer(w, http.StatusBadRequest, code)
			return
		}
		if wait := f.limited("webhook"); wait > 0 {
			w.Header().Set("Retry-After", fmt.Sprint(wait))
			plainAnswer(w, http.StatusTooManyRequests, "rate_limited")
			return
		}
		req.Metadata = nil // a webhook takes none
		f.accept("webhook", req)
		plainAnswer(w, http.StatusOK, "ok")
	})
}

// channel finds a channel by its id or name, and says why it cannot be posted to.
func (f *Fake) channel(name string) (id, refused string) {
	state, exists := f.channels[name]
	if !exists && (name == Channel || name == ChannelName || name == ChannelName[1:]) {
		name = Channel
		state, exists = f.channels[Channel], true
	}
	switch {
	case !exists:
		return "", "channel_not_found"
	case state == NotJoined:
		return "", "not_in_channel"
	case state == Archived:
		return "", "is_archived"
	}
	return name, ""
}

// limited says how many seconds a channel has to wait that takes no more messages now; else 0.
func (f *Fake) limited(channel string) int {
	now := time.Now
	if f.now != nil {
		now = f.now
	}
	if f.accepted == nil {
		f.accepted = map[string][]time.Time{}
	}
	at := now()
	recent := slices.DeleteFunc(f.accepted[channel], func(t time.Time) bool { return at.Sub(t) >= time.Second })
	if len(recent) >= max(f.burst, 1) {
		f.accepted[channel] = recent
		return 1
	}
	f.accepted[channel] = append(recent, at)
	return 0
}

// accept records a message.
func (f *Fake) accept(channel string, req request) Message {
	second := int64(1700000000)
	if f.now != nil {
		second = f.now().Unix()
	}
	m := Message{
		Channel: channel, TS: fmt.Sprintf("%d.%06d", second, len(f.messages)+1), ThreadTS: req.ThreadTS,
		Text: req.Text, Blocks: req.Blocks, Metadata: req.Metadata, Mentions: mentions(req),
		Broadcast: req.values.Get("reply_broadcast") == "true",
	}
	if string(m.Blocks) == "[]" {
		m.Blocks = nil
	}
	f.messages = append(f.messages, m)
	return m
}

var (
	control = regexp.MustCompile(`<[^<>\n]+>`)
	atName  = regexp.MustCompile(`@(channel|here|everyone)\b`)
)

// mentions returns what Slack would act on in the text and in mrkdwn objects.
func mentions(req request) []string {
	texts := []string{req.Text}
	var blocks any
	if json.Unmarshal(req.Blocks, &blocks) == nil {
		texts = append(texts, mrkdwnTexts(blocks)...)
	}
	var found []string
	for _, text := range texts {
		found = append(found, control.FindAllString(text, -1)...)
		if req.Names || req.Parse == "full" {
			found = append(found, atName.FindAllString(text, -1)...)
		}
	}
	return found
}

// mrkdwnTexts finds every mrkdwn object of a JSON value.
func mrkdwnTexts(v any) []string {
	var texts []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			texts = append(texts, mrkdwnTexts(e)...)
		}
	case map[string]any:
		if text, ok := v["text"].(string); ok && v["type"] == "mrkdwn" {
			return []string{text}
		}
		for _, e := range v {
			texts = append(texts, mrkdwnTexts(e)...)
		}
	}
	return texts
}

func jsonAnswer(w http.ResponseWriter, a answer) {
	_, refused := a["error"]
	a["ok"] = !refused
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(a)
}

func plainAnswer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
