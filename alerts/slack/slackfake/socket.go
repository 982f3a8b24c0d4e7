package slackfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// sockets is what the fake knows of Socket Mode. It has a lock of its own: a press waits.
type sockets struct {
	mu      sync.Mutex
	opened  int // connections asked for
	refuse  string
	open    *websocket.Conn // the newest
	acks    map[string]chan struct{}
	pressed int
	came    chan struct{} // closed when a connection comes; nil: nobody waits
}

// AckWithin is how long Slack waits until it tells the person that the app did not answer.
const AckWithin = 3 * time.Second

// RefuseSockets lets apps.connections.open answer an error code; "" lets it answer again.
func (f *Fake) RefuseSockets(code string) {
	f.sockets.mu.Lock()
	defer f.sockets.mu.Unlock()
	f.sockets.refuse = code
}

// SocketsOpened returns how often a connection was asked for.
func (f *Fake) SocketsOpened() int {
	f.sockets.mu.Lock()
	defer f.sockets.mu.Unlock()
	return f.sockets.opened
}

// openSocket is apps.connections.open.
func (f *Fake) openSocket(request) answer {
	f.sockets.mu.Lock()
	defer f.sockets.mu.Unlock()
	f.sockets.opened++
	if f.sockets.refuse != "" {
		return answer{"error": f.sockets.refuse}
	}
	return answer{"url": "ws" + strings.TrimPrefix(f.url, "http") + fmt.Sprintf("/socket/secretticket%d", f.sockets.opened)}
}

// serveSocket is one connection: it says hello, pings, and takes acknowledgements.
func (f *Fake) serveSocket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	s := &f.sockets
	s.mu.Lock()
	s.open = conn
	_ = conn.WriteJSON(answer{"type": "hello", "num_connections": 1})
	if s.came != nil {
		close(s.came)
		s.came = nil
	}
	s.mu.Unlock()
	for {
		var ack struct {
			EnvelopeID string `json:"envelope_id"`
		}
		if err := conn.ReadJSON(&ack); err != nil {
			s.mu.Lock()
			if s.open == conn {
				s.open = nil
			}
			s.mu.Unlock()
			return
		}
		s.mu.Lock()
		if done := s.acks[ack.EnvelopeID]; done != nil {
			close(done)
			delete(s.acks, ack.EnvelopeID)
		}
		s.mu.Unlock()
	}
}

// Connected waits until an app is connected.
func (f *Fake) Connected(within time.Duration) error {
	s := &f.sockets
	s.mu.Lock()
	if s.open != nil {
		s.mu.Unlock()
		return nil
	}
	if s.came == nil {
		s.came = make(chan struct{})
	}
	came := s.came
	s.mu.Unlock()
	select {
	case <-came:
		return nil
	case <-time.After(within):
		return errors.New("nobody connected")
	}
}

// Frame sends any text over the socket.
func (f *Fake) Frame(text string) error {
	f.sockets.mu.Lock()
	defer f.sockets.mu.Unlock()
	if f.sockets.open == nil {
		return errors.New("nobody is connected")
	}
	return f.sockets.open.WriteMessage(websocket.TextMessage, []byte(text))
}

// Disconnect asks the app to connect anew, as Slack does every few hours.
func (f *Fake) Disconnect() error {
	err := f.Frame(`{"type":"disconnect","reason":"refresh_requested","debug_info":{"host":"fake"}}`)
	f.sockets.mu.Lock()
	f.sockets.open = nil
	f.sockets.mu.Unlock()
	return err
}

// CutSocket closes the connection without a word.
func (f *Fake) CutSocket() {
	f.sockets.mu.Lock()
	defer f.sockets.mu.Unlock()
	if f.sockets.open != nil {
		_ = f.sockets.open.Close()
		f.sockets.open = nil
	}
}

// Press presses a button of a message: the first whose action_id holds action. It returns an error if there is none, or if
// the app does not answer within AckWithin.
func (f *Fake) Press(user, channel, ts, action string) error {
	f.mu.Lock()
	var id, value string
	if m := f.find(channel, ts); m != nil {
		id, value = button(m.Blocks, action)
	}
	f.mu.Unlock()
	if id == "" {
		return fmt.Errorf("the message has no button %q", action)
	}
	return f.PressForged(user, channel, ts, id, value)
}

// PressForged sends a press of a button that need not be there.
func (f *Fake) PressForged(user, channel, ts, actionID, value string) error {
	s := &f.sockets
	s.mu.Lock()
	s.pressed++
	envelope := fmt.Sprintf("envelope-%d", s.pressed)
	done := make(chan struct{})
	if s.acks == nil {
		s.acks = map[string]chan struct{}{}
	}
	s.acks[envelope] = done
	s.mu.Unlock()
	frame, err := json.Marshal(answer{
		"type": "interactive", "envelope_id": envelope, "accepts_response_payload": true,
		"payload": answer{
			"type": "block_actions", "user": answer{"id": user, "username": "name-of-" + user, "name": "name-of-" + user, "team_id": "T0FAKE"},
			"api_app_id": "A0FAKE", "channel": answer{"id": channel, "name": "alerts"},
			"container": answer{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false},
			"message":   answer{"type": "message", "ts": ts, "text": "x"},
			"actions":   []answer{{"action_id": actionID, "block_id": "b", "type": "button", "value": value, "action_ts": "1700000000.000001"}},
		},
	})
	if err != nil {
		return err
	}
	if err := f.Frame(string(frame)); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-time.After(AckWithin):
		return errors.New("the app did not answer in time")
	}
}

// button finds a button of a message.
func button(blocks json.RawMessage, action string) (id, value string) {
	var list []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
		} `json:"elements"`
	}
	if json.Unmarshal(blocks, &list) != nil {
		return "", ""
	}
	for _, b := range list {
		for _, e := range b.Elements {
			if strings.Contains(e.ActionID, action) {
				return e.ActionID, e.Value
			}
		}
	}
	return "", ""
}
