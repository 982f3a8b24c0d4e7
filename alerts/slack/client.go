package slack

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"goodstanding/alerts"

	slackgo "github.com/slack-go/slack"
)

// Config says where messages go: Token and Channel for a bot, or WebhookURL for an incoming webhook. A webhook needs no
// app of one's own, but its messages cannot be found again, changed or answered in a thread.
type Config struct {
	Token      string        // of a bot with the scope chat:write; starts with xoxb-
	Channel    string        // an id such as C0123456789, or a name such as #alerts
	WebhookURL string        // https://hooks.slack.com/services/...
	APIURL     string        // of a proxy in place of https://slack.com/api/; a webhook has its own URL
	AppToken   string        // starts with xapp-: a Listener hears the buttons, so messages have them; empty: they have none
	Page       string        // the address of the page, for links; empty: none
	Timeout    time.Duration // of one request; 0: 10 s
	Pace       time.Duration // between two messages of one notice; 0: 1 s, as Slack asks for
}

// String names the settings without the secrets, so that a printed configuration gives none away.
func (c Config) String() string {
	hide := func(s string) string {
		if s == "" {
			return "none"
		}
		return "set"
	}
	return fmt.Sprintf("slack: token %s, channel %q, webhook %s, app token %s", hide(c.Token), c.Channel, hide(c.WebhookURL), hide(c.AppToken))
}

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for a log that would write the fields.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Client sends notices to one channel of Slack. It is safe for concurrent use and never retries by itself, but for one
// case: a message that Slack refuses for its form goes out again in a simpler one.
type Client struct {
	config Config
	http   *http.Client
	api    *slackgo.Client // nil: a webhook

	mu     sync.Mutex
	halves map[int64]*half // notices of which a part was sent
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
	case c.AppToken != "" && !strings.HasPrefix(c.AppToken, "xapp-") || strings.ContainsFunc(c.AppToken, notInToken):
		return nil, errors.New("slack: the app token is none: copy it from Basic Information, App-Level Tokens; it starts with xapp-")
	case c.AppToken != "" && c.Token == "":
		return nil, errors.New("slack: an app token is set but no bot token: a webhook's messages have no buttons")
	}
	if c.APIURL == "" {
		c.APIURL = slackgo.APIURL
	}
	if err := alerts.CheckAddress(c.APIURL); err != nil {
		return nil, fmt.Errorf("slack: the API URL %w", err)
	}
	if c.WebhookURL != "" {
		if err := alerts.CheckAddress(c.WebhookURL); err != nil {
			return nil, fmt.Errorf("slack: the webhook URL %w", err)
		}
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Pace <= 0 {
		c.Pace = time.Second
	}
	client := &Client{config: c, halves: map[int64]*half{}, http: &http.Client{
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
