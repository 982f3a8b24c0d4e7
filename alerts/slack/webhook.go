package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodstanding/monitor"
)

// sendByWebhook posts a notice to the webhook. Its messages cannot be edited: a change that only an edit is worth is not
// said, and every other one is a message of its own.
func (c *Client) sendByWebhook(ctx context.Context, n monitor.Notice) error {
	if n.Quiet {
		return nil
	}
	_, err := simpler(forms(n, Style{Page: c.config.Page}), func(m Message) (string, error) {
		return "", c.explain(c.postWebhook(ctx, m))
	})
	return err
}

// webhookMessage is slack-go's, with the one field that it lacks.
type webhookMessage struct {
	slackgo.WebhookMessage
	Mrkdwn bool `json:"mrkdwn"`
}

// errorCode is what Slack's words for errors look like; a proxy's page looks otherwise.
var errorCode = pattern(`^[a-z][a-z_]{2,60}$`)

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
