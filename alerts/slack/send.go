package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"

	"goodstanding/alerts"
	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

// mostUploads is how often a file is tried that fails.
const mostUploads = 4

// step is one message of those that make a notice.
type step string

const (
	stepMessage step = "message" // the living message
	stepReply   step = "reply"   // what became of it, in its thread
	stepOrders  step = "orders"  // the orders behind it, in its thread
)

// half is what is known of a notice that was not sent to its end.
type half struct {
	sent    map[step]string // the ts of each message that was accepted
	refused map[step]bool   // it is certain that the last attempt was not accepted
	uploads int             // that failed
}

// Send sends a notice and returns a reference to its living message: the channel's id and the message's ts,
// "C01/1700.0001", or "" from a webhook, which tells none. Every error is an *Error.
//
// The first notice of a thread is posted, and the orders behind it go into its thread. A later one edits that message
// and says the change in the thread; to the channel as well where it is critical, or where somebody is to be reminded. A
// message that is gone, or that Slack lets nobody edit any more, is posted anew.
//
// The notice's id goes along as metadata. A notice of which nobody knows whether it arrived (Notice.Interrupted) is looked
// for by that before anything of it is sent again. The one case that cannot be decided is a bot that may not read the
// channel, and any webhook: then it is sent again, for a message twice is better than none.
func (c *Client) Send(ctx context.Context, n monitor.Notice) (ref string, err error) {
	if c.api == nil {
		return "", c.sendByWebhook(ctx, n)
	}
	ref, err = c.send(ctx, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	var e *Error
	switch {
	case err == nil:
		delete(c.halves, n.ID)
	case errors.As(err, &e) && !e.permanent && (len(c.halves[n.ID].sent) > 0 || !n.Interrupted.IsZero()):
		e.unsure = true // a part of it is there, or may be: it is looked for until all of it is
	}
	return ref, err
}

func (c *Client) send(ctx context.Context, n monitor.Notice) (ref string, err error) {
	h := c.half(n.ID)
	style := Style{Threads: true, Buttons: c.config.AppToken != "", Page: c.config.Page}
	if ts, posted := h.sent[stepMessage]; posted {
		return ts, c.orders(ctx, n, ts)
	}
	if n.Root != "" {
		err := c.update(ctx, n.Root, forms(n, style))
		if err == nil {
			return n.Root, c.below(ctx, n)
		}
		if !gone(err) {
			return "", err
		}
	}
	if n.Quiet {
		return "", nil // the message that it would have edited is gone, or was never sent
	}
	ref, err = c.once(ctx, n, stepMessage, "", func() (string, error) {
		return simpler(forms(n, style), func(m Message) (string, error) { return c.post(ctx, n, stepMessage, m) })
	})
	if err != nil {
		return "", err
	}
	return ref, c.orders(ctx, n, ref)
}

// below says in the thread of a living message what became of it.
func (c *Client) below(ctx context.Context, n monitor.Notice) error {
	if n.Quiet {
		return nil
	}
	_, ts, _ := strings.Cut(n.Root, "/")
	options := []slackgo.MsgOption{slackgo.MsgOptionTS(ts)}
	if loud(n) {
		options = append(options, slackgo.MsgOptionBroadcast())
	}
	style := Style{Page: c.config.Page}
	_, err := c.once(ctx, n, stepReply, n.Root, func() (string, error) {
		m := reply(n, style)
		return simpler([]Message{m, {Text: m.Text}}, func(m Message) (string, error) { return c.post(ctx, n, stepReply, m, options...) })
	})
	var e *Error
	if errors.As(err, &e) && (e.permanent || e.code == "restricted_action_non_threadable_channel") {
		// No thread takes it. An edit notifies nobody, so it is said in the channel.
		_, err = c.once(ctx, n, stepReply, "", func() (string, error) {
			m := reply(n, style)
			return simpler([]Message{m, {Text: m.Text}}, func(m Message) (string, error) { return c.post(ctx, n, stepReply, m) })
		})
	}
	if err != nil {
		return err
	}
	if n.Event == monitor.Escalated {
		return c.orders(ctx, n, n.Root)
	}
	return nil
}

// loud says whether a change is worth a line in the channel: an edit and a thread notify nobody but who follows it.
func loud(n monitor.Notice) bool {
	switch n.Event {
	case monitor.Reminded, monitor.Unanswered:
		return true
	case monitor.Opened, monitor.Escalated:
		return n.Severity == monitor.Critical
	}
	return n.Kind == monitor.KindReminder
}

// update edits a message.
func (c *Client) update(ctx context.Context, ref string, ways []Message) error {
	channel, ts, ok := strings.Cut(ref, "/")
	if !ok {
		return &Error{code: "message_not_found", text: "the message has no reference"}
	}
	_, err := simpler(ways, func(m Message) (string, error) {
		all := options(m)
		if len(m.Blocks) == 0 {
			all = append(all, slackgo.MsgOptionBlocks()) // those that the message has go
		}
		_, _, _, err := c.api.UpdateMessageContext(ctx, channel, ts, all...)
		return ref, c.explain(err)
	})
	return err
}

// gone says whether a message cannot be edited any more, so that a new one takes its place.
func gone(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.code {
	case "message_not_found", "edit_window_closed", "cant_update_message", "message_not_owned_by_app", "is_inactive",
		"channel_not_found", "not_in_channel", "is_archived", "channel_is_archived": // the last ones: the channel was changed
		return true
	}
	return false
}

// orders puts the orders behind a notice into the thread of its message: a few as a list, more as a table in CSV. Where the
// bot may not upload files (scope files:write), or the place for files cannot be reached for long, there is a list of the
// first: what comes later in the thread waits for it.
func (c *Client) orders(ctx context.Context, n monitor.Notice, ref string) error {
	w := wording.Compose(n)
	if w.Orders.Total == 0 {
		return nil
	}
	_, err := c.once(ctx, n, stepOrders, ref, func() (string, error) {
		channel, ts, _ := strings.Cut(ref, "/")
		if w.Orders.Total > len(w.Orders.Shown) && c.half(n.ID).uploads < mostUploads {
			err := c.upload(ctx, n, channel, ts)
			if err == nil {
				return "file", nil
			}
			var e *Error
			passing := errors.As(err, &e) && (e.unsure || e.after > 0 && e.after < mending || e.after == 0 && e.code == "")
			if passing {
				c.mu.Lock()
				c.halves[n.ID].uploads++
				c.mu.Unlock()
				return "", err
			}
		}
		text := w.Orders.Text(2 * ordersLimit)
		m := Message{Text: escaper.Replace(text)}
		m.Blocks = append(m.Blocks, slackgo.NewSectionBlock(plain(w.Orders.Text(sectionLimit), sectionLimit), nil, nil))
		return simpler([]Message{m, {Text: escaper.Replace(w.Orders.Text(ordersLimit / 2))}}, func(m Message) (string, error) {
			return c.post(ctx, n, stepOrders, m, slackgo.MsgOptionTS(ts))
		})
	})
	var e *Error
	if errors.As(err, &e) && (e.permanent || e.after == mending) {
		return nil // the message itself is there; `goodstanding show` tells the orders
	}
	return err
}

// upload adds the orders to a thread as a file.
func (c *Client) upload(ctx context.Context, n monitor.Notice, channel, ts string) error {
	table := wording.CSV(wording.Behind(n))
	_, err := c.api.UploadFileContext(ctx, slackgo.UploadFileParameters{
		Reader: strings.NewReader(string(table)), FileSize: len(table), Filename: fileName(n), Channel: channel, ThreadTimestamp: ts,
		Title: wording.Label(n.Key.Signal) + ": the orders behind it",
	})
	return c.explain(err)
}

// fileName names the file of a notice's orders. It is how the file is recognised.
func fileName(n monitor.Notice) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return -1
	}, string(n.Key.Signal))
	return fmt.Sprintf("%.60s-%d.csv", name, n.ID)
}

// once sends one message of a notice, unless it is there already.
func (c *Client) once(ctx context.Context, n monitor.Notice, s step, root string, post func() (string, error)) (ref string, err error) {
	h := c.half(n.ID)
	if ref, done := h.sent[s]; done {
		return ref, nil
	}
	if !n.Interrupted.IsZero() && !h.refused[s] {
		ref, err := c.find(ctx, n, s, root)
		if err != nil {
			return "", err
		}
		if ref != "" {
			c.note(n.ID, s, ref, nil)
			return ref, nil
		}
	}
	if len(h.sent) > 0 || s != stepMessage && n.Root != "" && s == stepOrders {
		if err := alerts.Wait(ctx, c.config.Pace); err != nil {
			return "", c.explain(err)
		}
	}
	ref, err = post()
	c.note(n.ID, s, ref, err)
	return ref, err
}

// half returns what is known of a notice.
func (c *Client) half(id int64) half {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.halves[id]
	if h == nil {
		h = &half{sent: map[step]string{}, refused: map[step]bool{}}
		c.halves[id] = h
	}
	return *h
}

// note remembers how an attempt ended.
func (c *Client) note(id int64, s step, ref string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.halves[id]
	var e *Error
	switch {
	case err == nil:
		h.sent[s] = ref
	case errors.As(err, &e):
		h.refused[s] = !e.unsure
	}
}

// post makes one message.
func (c *Client) post(ctx context.Context, n monitor.Notice, s step, m Message, more ...slackgo.MsgOption) (ref string, err error) {
	all := append(options(m), slackgo.MsgOptionMetadata(slackgo.SlackMetadata{
		EventType: eventType, EventPayload: map[string]any{"notice_id": n.ID, "decided": n.At.Unix(), "part": string(s)},
	}))
	channel := c.config.Channel
	if s != stepMessage && n.Root != "" {
		channel, _, _ = strings.Cut(n.Root, "/") // a thread is where its message is
	}
	channel, ts, err := c.api.PostMessageContext(ctx, channel, append(all, more...)...)
	if err == nil && ts == "" {
		err = errNotSlack // slack-go takes an answer that is neither ok nor an error for success
	}
	if err != nil {
		return "", c.explain(err)
	}
	return channel + "/" + ts, nil
}

// options are what every message has.
func options(m Message) []slackgo.MsgOption {
	all := []slackgo.MsgOption{
		slackgo.MsgOptionText(m.Text, false), // escaped by Render
		slackgo.MsgOptionDisableLinkUnfurl(),
		slackgo.MsgOptionDisableMediaUnfurl(),
		slackgo.MsgOptionDisableMarkdown(), // of the text only; blocks say for themselves what they are
		slackgo.MsgOptionParse(false),
	}
	if len(m.Blocks) > 0 {
		all = append(all, slackgo.MsgOptionBlocks(m.Blocks...))
	}
	return all
}

// simpler sends the first form that Slack takes. What it refuses in every form is given up.
func simpler(ways []Message, send func(Message) (string, error)) (ref string, err error) {
	for _, m := range ways {
		ref, err = send(m)
		var e *Error
		if !errors.As(err, &e) || !e.form {
			return ref, err
		}
		e.permanent = true
	}
	return ref, err
}
