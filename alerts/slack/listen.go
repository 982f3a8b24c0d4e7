package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"goodstanding/alerts"
	"goodstanding/alerts/wording"
)

// Answer is what a person wants of an alert by a button.
type Answer string

// The answers that the buttons give.
const (
	Ack    Answer = "acknowledge"
	Snooze Answer = "snooze" // for 24 hours
)

// Press is a button that somebody pressed.
type Press struct {
	Answer Answer
	Notice int64  // whose message has the button: its newest edit
	Ref    string // of the message, as Client.Send returned it
	By     string // the person, for people: name and member id. Hostile text
}

// Listener hears the buttons, over Socket Mode: Slack is called, and needs no address of ours.
type Listener struct {
	Token    string   // of the bot: it tells the person what became of it
	AppToken string   // xapp-..., with the scope connections:write
	APIURL   string   // of a proxy in place of https://slack.com/api/
	Users    []string // member ids of those who may answer; none: everybody who sees the message
	Channels []string // ids of the channels that answers are taken from; none: wherever the messages are
	// Do does what a press asks for, and returns what the person is told. It must hold against a press that comes twice, and
	// check that Ref is where the notice was sent.
	Do    func(ctx context.Context, p Press) (said string, err error)
	Pause time.Duration // after the first connection that fails for good; doubled for each further one, to 10 minutes; 0: 10 s
	Log   *slog.Logger
}

const (
	longPause = 10 * time.Minute // between connections that fail for good, such as by a wrong token
	ackTime   = 3 * time.Second  // that Slack gives
	pressTime = 30 * time.Second // for one press
	atOnce    = 4                // presses that are dealt with at one time
)

// Run listens until ctx is done. A connection that ends is made anew; one that cannot be made is tried again, later each
// time, for a person may mend the token meanwhile. Only ctx ends it.
func (l *Listener) Run(ctx context.Context) {
	first := l.Pause
	if first <= 0 {
		first = 10 * time.Second
	}
	failures := 0
	for ctx.Err() == nil {
		began := time.Now()
		err := l.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > longPause {
			failures = 0
		}
		wait := min(first<<min(failures, 10), longPause)
		failures++
		l.Log.Warn("the buttons in Slack are not heard", "why", l.explain(err), "next_try_in", wait)
		if alerts.Wait(ctx, wait) != nil {
			return
		}
	}
}

// listen keeps connections until one cannot be made.
func (l *Listener) listen(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	options := []slackgo.Option{
		slackgo.OptionAppLevelToken(l.AppToken),
		slackgo.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: bounded{http.DefaultTransport}}),
		slackgo.OptionLog(log.New(io.Discard, "", 0)),
	}
	if l.APIURL != "" {
		options = append(options, slackgo.OptionAPIURL(l.APIURL))
	}
	socket := socketmode.New(slackgo.New(l.Token, options...), socketmode.OptionLog(log.New(io.Discard, "", 0)), socketmode.OptionReadLimit(answerLimit))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	// The events are taken from the first on: the library waits for that.
	wg.Go(func() {
		slots := make(chan struct{}, atOnce)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-socket.Events:
				l.event(ctx, socket, e, slots, &wg)
			}
		}
	})
	return socket.RunContext(ctx)
}

// event takes one event. A press is answered at once, within the 3 seconds that Slack gives, and dealt with afterwards.
func (l *Listener) event(ctx context.Context, socket *socketmode.Client, e socketmode.Event, slots chan struct{}, wg *sync.WaitGroup) {
	switch e.Type {
	case socketmode.EventTypeConnected:
		l.Log.Info("the buttons in Slack are heard")
	case socketmode.EventTypeConnectionError:
		why := "no connection"
		if failed, ok := e.Data.(*slackgo.ConnectionErrorEvent); ok {
			why = l.explain(failed.ErrorObj)
		}
		l.Log.Warn("no connection for the buttons in Slack; it is tried again", "why", why)
	}
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return
	}
	acking, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	if err := socket.AckCtx(acking, e.Request.EnvelopeID, nil); err != nil {
		l.Log.Warn("an answer to Slack was not sent", "why", l.explain(err))
	}
	callback, ok := e.Data.(slackgo.InteractionCallback)
	if !ok || e.Type != socketmode.EventTypeInteractive || callback.Type != slackgo.InteractionTypeBlockActions {
		return
	}
	wg.Go(func() {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-ctx.Done():
			return
		}
		// Somebody pressed it: stopping waits for that.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pressTime)
		defer cancel()
		l.press(ctx, &socket.Client, callback)
	})
}

// press deals with the press of a button, and tells the person alone what became of it.
func (l *Listener) press(ctx context.Context, api *slackgo.Client, c slackgo.InteractionCallback) {
	channel, ts := c.Container.ChannelID, c.Container.MessageTs
	if channel == "" {
		channel = c.Channel.ID
	}
	for _, a := range c.ActionCallback.BlockActions {
		p := Press{Ref: channel + "/" + ts, By: person(c.User)}
		switch a.ActionID {
		case actionAck:
			p.Answer = Ack
		case actionSnooze:
			p.Answer = Snooze
		default:
			continue // a link, or a button that is none of ours
		}
		said := l.answer(ctx, p, c.User.ID, channel, a.Value)
		_, err := api.PostEphemeralContext(ctx, channel, c.User.ID, slackgo.MsgOptionText(escaper.Replace(wording.Clean(said, sentenceLimit)), false),
			slackgo.MsgOptionDisableMarkdown(), slackgo.MsgOptionParse(false))
		if err != nil {
			l.Log.Warn("somebody was not told what became of a button", "why", l.explain(err))
		}
	}
}

// answer says what became of a press.
func (l *Listener) answer(ctx context.Context, p Press, user, channel, value string) (said string) {
	refuse := func(why string) string {
		l.Log.Warn("a button in Slack was refused", "why", why, "user", wording.Clean(user, 40), "channel", wording.Clean(channel, 40))
		return "Nothing was done: " + why + "."
	}
	defer func() {
		if r := recover(); r != nil {
			l.Log.Error("a button in Slack broke", "panic", fmt.Sprint(r))
			said = "Nothing was done: something broke; the log of Goodstanding says what."
		}
	}()
	if len(l.Users) > 0 && !slices.Contains(l.Users, user) {
		return refuse("you are not among those who may answer (slack.allow_users)")
	}
	if len(l.Channels) > 0 && !slices.Contains(l.Channels, channel) {
		return refuse("answers are not taken from this channel (slack.allow_channels)")
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || id <= 0 {
		return refuse("the button is none of ours")
	}
	p.Notice = id
	said, err = l.Do(ctx, p)
	if err != nil {
		return refuse(err.Error())
	}
	l.Log.Info("answered in Slack", "answer", p.Answer, "notice", p.Notice, "by", p.By)
	return said
}

// person names somebody for people.
func person(u slackgo.User) string {
	name := wording.Clean(u.Name, 60)
	id := wording.Clean(u.ID, 30)
	if name == "" {
		return id
	}
	return name + " (" + id + ")"
}

// explain says why there is no connection, without a secret: an address of Slack's holds a ticket.
func (l *Listener) explain(err error) string {
	if err == nil {
		return "the connection ended"
	}
	c := Client{config: Config{Token: l.Token, AppToken: l.AppToken, APIURL: l.APIURL}}
	var refused slackgo.SlackErrorResponse
	if errors.As(err, &refused) || err.Error() == "invalid_auth" || strings.HasPrefix(err.Error(), "not_allowed") {
		return "Slack refuses the app token (xapp-): " + wording.Clean(c.redact(err.Error()), 100) +
			": make one with the scope connections:write, and switch on Socket Mode in the Slack app"
	}
	e := &Error{}
	if errors.As(c.explain(err), &e) {
		return c.redact(ticketless(strings.TrimPrefix(e.text, "post to Slack: ")))
	}
	return "no connection"
}

// ticketless takes addresses out of a text.
func ticketless(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if strings.Contains(w, "://") {
			words[i] = "[address]"
		}
	}
	return strings.Join(words, " ")
}
