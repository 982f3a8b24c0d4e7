package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodstanding/monitor"
)

// Config says where messages go: Token and Channel for a bot, or WebhookURL for an incoming webhook. A webhook needs no
// app of one's own, but its messages cannot be found again, changed or answered in a thread.
type Config struct {
	Token      string        // of a bot with the scope chat:write; starts with xoxb-
	Channel    string        // an id such as C0123456789, or a name such as #alerts
	WebhookURL string        // https://hooks.slack.com/services/...
	APIURL     string        // of a proxy in place of https://slack.com/api/; a webhook has its own URL
	Timeout    time.Duration // of one request; 0: 10 s
}

// String names the settings without the secrets, so that a printed configuration gives none away.
func (c Config) String() string {
	hide := func(s string) string {
		if s == "" {
			return "none"
		}
		return "set"
	}
	return fmt.Sprintf("slack: token %s, channel %q, webhook %s", hide(c.Token), c.Channel, hide(c.WebhookURL))
}

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for a log that would write the fields.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Client sends notices to one channel of Slack. It is safe for concurrent use and never retries by itself, but for one
// case: a message that Slack refuses for its form goes out once more as plain text.
type Client struct {
	config Config
	http   *http.Client
	api    *slackgo.Client // nil: a webhook
}

// String names the client without its secrets.
func (c *Client) String() string { return c.config.String() }

// GoString is String.
func (c *Client) GoString() string { return c.config.String() }

// answerLimit bounds how much of an answer is read.
const answerLimit = 1 << 20

// New returns a Client, or an error that says what to change in the configuration. It sends nothing.
func New(c Config) (*Client, error) {
	switch {
	case c.WebhookURL != "" && (c.Token != "" || c.Channel != ""):
		return nil, errors.New("slack: both a webhook URL and a token or channel are set: keep one of the two ways")
	case c.WebhookURL == "" && c.Token == "":
		return nil, errors.New("slack: nothing says where to send: set a bot token and a channel, or a webhook URL")
	case c.WebhookURL == "" && c.Channel == "":
		return nil, errors.New("slack: a token is set but no channel: set the channel's id, such as C0123456789")
	case strings.ContainsFunc(c.Token, notInToken):
		return nil, errors.New("slack: the token holds a space, a line break or another strange character: copy it anew")
	case strings.HasPrefix(c.Token, "xapp-"):
		return nil, errors.New("slack: the token is an app-level one (xapp-): take the bot token, which starts with xoxb-")
	}
	if c.APIURL == "" {
		c.APIURL = slackgo.APIURL
	}
	if err := usable(c.APIURL); err != nil {
		return nil, fmt.Errorf("slack: the API URL %w", err)
	}
	if c.WebhookURL != "" {
		if err := usable(c.WebhookURL); err != nil {
			return nil, fmt.Errorf("slack: the webhook URL %w", err)
		}
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	client := &Client{config: c, http: &http.Client{
		Timeout:   c.Timeout,
		Transport: bounded{http.DefaultTransport},
		// A redirect would carry the token, or the message, to a place that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if c.WebhookURL == "" {
		client.api = slackgo.New(c.Token, slackgo.OptionHTTPClient(client.http), slackgo.OptionAPIURL(c.APIURL))
	}
	return client, nil
}

// notInToken says whether a character cannot be part of a token.
func notInToken(r rune) bool { return r <= ' ' || r > '~' }

// usable says what is wrong with a URL, without showing it: it may be a secret.
func usable(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("cannot be read: copy it anew")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("must start with https://")
	case u.Host == "":
		return errors.New("names no host: copy it anew")
	}
	return nil
}

// bounded reads no more than answerLimit of any answer.
type bounded struct{ next http.RoundTripper }

// RoundTrip does what the next one does, with a bound on the body.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, answerLimit), resp.Body}
	return resp, nil
}

// Send posts a notice and returns a reference to the message: the channel's id and the message's ts, "C01/1700.0001",
// or "" from a webhook, which tells none. The notice's id goes along as metadata, so that a message can be recognised.
// Every error is an *Error.
func (c *Client) Send(ctx context.Context, n monitor.Notice) (ref string, err error) {
	m := Render(n)
	ref, err = c.post(ctx, n.ID, m)
	var e *Error
	if errors.As(err, &e) && e.form {
		ref, err = c.post(ctx, n.ID, Message{Text: m.Text})
		if errors.As(err, &e) && e.form {
			e.permanent = true
		}
	}
	return ref, err
}

// post makes one request.
func (c *Client) post(ctx context.Context, id int64, m Message) (ref string, err error) {
	if c.api == nil {
		return "", c.explain(c.postWebhook(ctx, m))
	}
	options := []slackgo.MsgOption{
		slackgo.MsgOptionText(m.Text, false), // escaped by Render
		slackgo.MsgOptionDisableLinkUnfurl(),
		slackgo.MsgOptionDisableMediaUnfurl(),
		slackgo.MsgOptionDisableMarkdown(), // of the text only; blocks say for themselves what they are
		slackgo.MsgOptionParse(false),
		slackgo.MsgOptionMetadata(slackgo.SlackMetadata{
			EventType: "goodstanding_notice", EventPayload: map[string]any{"notice_id": id},
		}),
	}
	if len(m.Blocks) > 0 {
		options = append(options, slackgo.MsgOptionBlocks(m.Blocks...))
	}
	channel, ts, err := c.api.PostMessageContext(ctx, c.config.Channel, options...)
	if err == nil && ts == "" {
		err = errNotSlack // slack-go takes an answer that is neither ok nor an error for success
	}
	if err != nil {
		return "", c.explain(err)
	}
	return channel + "/" + ts, nil
}

// webhookMessage is slack-go's, with the one field that it lacks.
type webhookMessage struct {
	slackgo.WebhookMessage
	Mrkdwn bool `json:"mrkdwn"`
}

// errorCode is what Slack's words for errors look like; a proxy's page looks otherwise.
var errorCode = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z_]{2,60}$`) })

// postWebhook posts to the webhook itself, because slack-go drops the body, which is where a webhook names its error.
func (c *Client) postWebhook(ctx context.Context, m Message) error {
	unfurl := false
	message := webhookMessage{WebhookMessage: slackgo.WebhookMessage{
		Text: m.Text, Parse: "none", UnfurlLinks: &unfurl, UnfurlMedia: &unfurl,
	}}
	if len(m.Blocks) > 0 {
		message.Blocks = &slackgo.Blocks{BlockSet: m.Blocks}
	}
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("write the message as JSON: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the webhook URL cannot be used: copy it anew")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read Slack's answer: %w", err)
	}
	code := strings.TrimSpace(string(answer))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return &slackgo.RateLimitedError{RetryAfter: retryAfter(resp.Header)}
	case resp.StatusCode == http.StatusOK && code == "ok":
		return nil
	case resp.StatusCode == http.StatusOK:
		return errNotSlack
	case resp.StatusCode < 500 && errorCode().MatchString(code):
		return slackgo.SlackErrorResponse{Err: code}
	}
	return slackgo.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
}
