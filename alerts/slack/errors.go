package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodstanding/alerts/wording"
)

// Error is why a message did not get through. It holds neither the token nor the webhook URL, and says what to do where
// a person can do something.
type Error struct {
	text      string
	cause     error
	after     time.Duration
	permanent bool
	unsure    bool
	form      bool   // Slack refuses the message for its form or size: a simpler one may pass
	code      string // Slack's word for the error; empty: it gave none
}

// Error returns the text of the failure.
func (e *Error) Error() string { return e.text }

// Unwrap returns why no answer came, such as context.DeadlineExceeded; nil for every other failure.
func (e *Error) Unwrap() error { return e.cause }

// RetryAfter returns how long the channel is to be left alone; 0: only this message failed, try it again later.
func (e *Error) RetryAfter() time.Duration { return e.after }

// Permanent says whether the message cannot get through, ever.
func (e *Error) Permanent() bool { return e.permanent }

// Unsure says whether the message may have arrived all the same: it is looked for before it is sent again.
func (e *Error) Unsure() bool { return e.unsure }

// errNotSlack is an answer that says neither yes nor no.
var errNotSlack = errors.New("an answer that is not Slack's: check the API URL or webhook URL, and any proxy on the way")

// The waits before a channel is tried again.
const (
	crowded = 30 * time.Second // too many messages, and no word on how long to wait
	mending = 10 * time.Minute // a person has to do something first
	longest = time.Hour        // whatever Slack asks for
)

// treatment is what an error code means for the message.
type treatment struct {
	after  time.Duration
	form   bool
	unsure bool   // something of the request may have been done
	hint   string // what a person can do
}

const (
	newToken   = "set the token of a bot that is installed in the workspace (it starts with xoxb-)"
	newWebhook = "make a new incoming webhook in the Slack app and set its URL"
	invite     = "check the channel, and invite the bot there: /invite @ and its name"
	askAdmin   = "ask an administrator of the Slack workspace to allow the app to post in the channel"
	rescope    = "add the scope chat:write to the Slack app and install it again"
	otherRoom  = "the channel is archived: set another one"
)

// treatments are the error codes of chat.postMessage and of incoming webhooks that are worth trying again. Every other
// code is permanent. That Slack is out of order, or limits the rate, passes; a wrong token or channel is mended by a
// person, within days; what is wrong with the form may go as plain text.
var treatments = map[string]treatment{
	"ratelimited":            {after: crowded},
	"rate_limited":           {after: crowded},
	"message_limit_exceeded": {after: mending, hint: askAdmin},

	"internal_error":      {unsure: true, hint: "Slack is out of order"},
	"fatal_error":         {unsure: true, hint: "Slack is out of order"},
	"service_unavailable": {unsure: true, hint: "Slack is out of order"},
	"request_timeout":     {hint: "the request reached Slack too slowly"},
	"rollup_error":        {unsure: true, hint: "Slack is out of order"},
	"team_added_to_org":   {after: mending, hint: "the workspace is moving; it comes back by itself"},

	"invalid_blocks":        {form: true},
	"invalid_blocks_format": {form: true},
	"invalid_attachments":   {form: true},
	"msg_too_long":          {form: true},
	"msg_blocks_too_long":   {form: true},
	"too_many_attachments":  {form: true},

	"invalid_auth":           {after: mending, hint: newToken},
	"not_authed":             {after: mending, hint: newToken},
	"token_revoked":          {after: mending, hint: newToken},
	"token_expired":          {after: mending, hint: newToken},
	"account_inactive":       {after: mending, hint: newToken},
	"not_allowed_token_type": {after: mending, hint: newToken},
	"missing_scope":          {after: mending, hint: rescope},
	"no_permission":          {after: mending, hint: rescope},

	"channel_not_found":   {after: mending, hint: invite},
	"not_in_channel":      {after: mending, hint: invite},
	"is_archived":         {after: mending, hint: otherRoom},
	"channel_is_archived": {after: mending, hint: otherRoom},

	"access_denied":                            {after: mending, hint: askAdmin},
	"accesslimited":                            {after: mending, hint: askAdmin},
	"action_prohibited":                        {after: mending, hint: askAdmin},
	"ekm_access_denied":                        {after: mending, hint: askAdmin},
	"org_login_required":                       {after: mending, hint: askAdmin},
	"posting_to_general_channel_denied":        {after: mending, hint: askAdmin},
	"restricted_action":                        {after: mending, hint: askAdmin},
	"restricted_action_non_threadable_channel": {after: mending, hint: askAdmin},
	"restricted_action_read_only_channel":      {after: mending, hint: askAdmin},
	"restricted_action_thread_only_channel":    {after: mending, hint: askAdmin},
	"team_access_not_granted":                  {after: mending, hint: askAdmin},
	"two_factor_setup_required":                {after: mending, hint: askAdmin},

	"invalid_token":   {after: mending, hint: newWebhook},
	"no_active_hooks": {after: mending, hint: newWebhook},
	"no_service":      {after: mending, hint: newWebhook},
	"no_service_id":   {after: mending, hint: newWebhook},
	"no_team":         {after: mending, hint: newWebhook},
	"team_disabled":   {after: mending, hint: newWebhook},
	"user_not_found":  {after: mending, hint: newWebhook},
}

// explain makes an Error of whatever a request ended with; nil of nil.
func (c *Client) explain(err error) error {
	if err == nil {
		return nil
	}
	e := &Error{}
	var limited *slackgo.RateLimitedError
	var refused slackgo.SlackErrorResponse
	var status slackgo.StatusCodeError
	var transport *url.Error
	var strange *strconv.NumError
	switch {
	case errors.As(err, &limited) || errors.As(err, &strange): // strange: a Retry-After that slack-go cannot read
		e.after = crowded
		if limited != nil {
			e.after = within(limited.RetryAfter)
		}
		e.text = fmt.Sprintf("Slack limits the rate of messages: wait %v", e.after)
	case errors.As(err, &refused):
		e.refused(refused, c.redact)
	case errors.As(err, &status):
		e.status(status.Code)
	case errors.Is(err, errNotSlack):
		e.after, e.unsure = mending, true
		e.text = "Slack's place gave " + err.Error()
	case errors.As(err, &transport):
		e.cause, e.unsure = transport.Err, !beforeSending(transport.Err) // without the URL, which may be a secret
		e.text = "reach Slack: " + unreachable(transport.Err)
	default:
		e.unsure = true
		e.text = "read Slack's answer: " + err.Error()
	}
	e.text = "post to Slack: " + c.redact(e.text)
	if e.cause != nil && c.redact(e.cause.Error()) != e.cause.Error() {
		e.cause = nil
	}
	return e
}

// refused fills in what an error code means.
func (e *Error) refused(r slackgo.SlackErrorResponse, redact func(string) string) {
	code := wording.Clean(redact(r.Err), 100)
	t, known := treatments[r.Err]
	e.after, e.form, e.unsure, e.permanent, e.code = t.after, t.form, t.unsure, !known, code
	e.text = "Slack refuses the message: " + code
	if len(r.ResponseMetadata.Messages) > 0 { // for invalid_blocks, where in the blocks
		e.text += " (" + wording.Clean(redact(strings.Join(r.ResponseMetadata.Messages, "; ")), 200) + ")"
	}
	switch {
	case t.hint != "":
		e.text += ": " + t.hint
	case !known:
		e.text += ": look the word up among the errors of chat.postMessage; this notice is given up"
	}
}

// status fills in what an HTTP status means that comes without a word of Slack's.
func (e *Error) status(code int) {
	e.text = fmt.Sprintf("HTTP status %d %s", code, http.StatusText(code))
	switch {
	case code == http.StatusTooManyRequests:
		e.after = crowded
	case code == http.StatusRequestEntityTooLarge:
		e.form = true
	case code >= 500 || code == http.StatusRequestTimeout:
		e.unsure = true
	default: // a proxy, a portal, a wrong address
		e.after = mending
		e.text += ": check the API URL or webhook URL, and any proxy on the way"
	}
}

// unreachable says why no answer came.
func unreachable(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return "stopped while waiting for the answer"
	case errors.As(err, &dns):
		return fmt.Sprintf("the name of its host is not known here: %s: check the network", dns.Err)
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "the connection was cut, so nobody knows whether the message arrived"
	}
	return err.Error()
}

// beforeSending says whether a request failed before any of it left: there was no connection to send it by.
func beforeSending(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// redact takes the secrets out of a text before it is cut, in case a library or a proxy has put one in.
func (c *Client) redact(s string) string {
	secrets := []string{c.config.Token, c.config.AppToken, c.config.WebhookURL}
	if u, err := url.Parse(c.config.WebhookURL); err == nil && len(u.Path) > 1 {
		secrets = append(secrets, u.Path)
	}
	if u, err := url.Parse(c.config.APIURL); err == nil && u.User != nil {
		secrets = append(secrets, c.config.APIURL, u.User.String())
		if p, set := u.User.Password(); set {
			secrets = append(secrets, p)
		}
	}
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "[secret]")
		}
	}
	return s
}

// retryAfter reads the header of a webhook's 429; 0 where it says nothing usable.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseInt(strings.TrimSpace(h.Get("Retry-After")), 10, 64)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int64(longest/time.Second))) * time.Second
}

// within puts the wait that Slack asks for into bounds; one that makes no sense becomes the usual one.
func within(d time.Duration) time.Duration {
	if d <= 0 {
		return crowded
	}
	return min(max(d, time.Second), longest)
}
