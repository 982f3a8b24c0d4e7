package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"goodstanding/monitor"
)

// eventType marks our messages in their metadata.
const eventType = "goodstanding_notice"

const (
	margin   = time.Hour // between our clock and Slack's
	pages    = 10        // that are read at most
	pageSize = 200
)

// find looks for a message of a notice whose sending was interrupted: in the channel, or in the thread of root. It returns
// "" where it is not there, and where the bot may not look: then nobody can know.
func (c *Client) find(ctx context.Context, n monitor.Notice, s step, root string) (ref string, err error) {
	channel, thread, _ := strings.Cut(root, "/")
	if channel == "" {
		channel = c.channelID(n)
	}
	if channel == "" {
		return "", nil // it has a name only, and nothing was ever sent to it
	}
	oldest := strconv.FormatInt(n.Interrupted.Add(-margin).Unix(), 10)
	cursor := ""
	for range pages {
		messages, next, err := c.page(ctx, channel, thread, oldest, cursor)
		if cannotLook(err) {
			return "", nil
		}
		if err != nil {
			return "", c.explain(err)
		}
		for _, m := range messages {
			if isPart(m, n, s) {
				return channel + "/" + m.Timestamp, nil
			}
		}
		if next == "" {
			return "", nil
		}
		cursor = next
	}
	return "", nil
}

// page reads messages of a channel, or of a thread.
func (c *Client) page(ctx context.Context, channel, thread, oldest, cursor string) (found []slackgo.Message, next string, err error) {
	if thread != "" {
		found, _, next, err = c.api.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
		})
		return found, next, err
	}
	answer, err := c.api.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, "", err
	}
	return answer.Messages, answer.ResponseMetaData.NextCursor, nil
}

// channelID returns the id of the channel: history is not to be had by a name.
func (c *Client) channelID(n monitor.Notice) string {
	if name := c.config.Channel; len(name) > 2 && strings.Contains("CGD", name[:1]) && strings.ToUpper(name) == name {
		return name
	}
	id, _, _ := strings.Cut(n.Beside, "/")
	return id
}

// isPart says whether a message is a part of a notice.
func isPart(m slackgo.Message, n monitor.Notice, s step) bool {
	if s == stepOrders {
		for _, f := range m.Files {
			if f.Name == fileName(n) {
				return true
			}
		}
	}
	p := m.Metadata.EventPayload
	return m.Metadata.EventType == eventType && whole(p["notice_id"]) == fmt.Sprint(n.ID) && whole(p["decided"]) == fmt.Sprint(n.At.Unix()) &&
		fmt.Sprint(p["part"]) == string(s)
}

// whole writes a number of JSON without a fraction.
func whole(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return fmt.Sprint(v)
}

// cannotLook says whether the bot may not read the channel: it lacks channels:history, or groups:history in a private one.
func cannotLook(err error) bool {
	var refused slackgo.SlackErrorResponse
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Err {
	case "missing_scope", "no_permission", "not_in_channel", "channel_not_found", "thread_not_found", "method_not_supported_for_channel_type",
		"not_allowed_token_type", "access_denied", "team_access_not_granted", "enterprise_is_restricted", "method_deprecated":
		return true
	}
	return false
}
