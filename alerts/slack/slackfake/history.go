package slackfake

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Ephemeral is a message that one person saw, and nobody keeps.
type Ephemeral struct{ Channel, User, Text string }

// Ephemerals returns what single people were told.
func (f *Fake) Ephemerals() []Ephemeral {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.ephemerals)
}

// ephemeral is chat.postEphemeral.
func (f *Fake) ephemeral(req request) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	channel, refused := f.channel(req.Channel)
	if refused != "" {
		return answer{"error": refused}
	}
	f.ephemerals = append(f.ephemerals, Ephemeral{channel, req.values.Get("user"), req.Text})
	return answer{"message_ts": "1700000000.000000"}
}

// history is conversations.history: what is in a channel, the newest first.
func (f *Fake) history(req request) answer {
	return f.list(req, func(m Message) bool { return m.ThreadTS == "" || m.Broadcast }, true)
}

// replies is conversations.replies: a message and its thread, the oldest first.
func (f *Fake) replies(req request) answer {
	return f.list(req, func(m Message) bool { return m.TS == req.TS || m.ThreadTS == req.TS }, false)
}

// list answers a page of messages.
func (f *Fake) list(req request, wanted func(Message) bool, backwards bool) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	state, exists := f.channels[req.Channel]
	switch {
	case !exists && req.Channel != Channel: // a name is not taken here
		return answer{"error": "channel_not_found"}
	case state == NotJoined:
		return answer{"error": "not_in_channel"}
	}
	var found []answer
	for _, m := range f.messages {
		if m.Channel != req.Channel || m.Deleted || !wanted(m) || seconds(m.TS) < seconds(req.values.Get("oldest")) {
			continue
		}
		a := answer{"type": "message", "ts": m.TS, "thread_ts": m.ThreadTS, "text": m.Text}
		if m.File != nil {
			a["files"] = []answer{{"id": m.File.ID, "name": m.File.Name}}
		}
		if all := req.values.Get("include_all_metadata"); len(m.Metadata) > 0 && (all == "1" || all == "true") {
			a["metadata"] = json.RawMessage(m.Metadata)
		}
		found = append(found, a)
	}
	if backwards {
		slices.Reverse(found)
	}
	limit, _ := strconv.Atoi(req.values.Get("limit"))
	if limit <= 0 || limit > 1000 {
		limit = 100
	}
	skip, _ := strconv.Atoi(req.values.Get("cursor"))
	skip = min(skip, len(found))
	page := found[skip:min(len(found), skip+limit)]
	next := ""
	if skip+limit < len(found) {
		next = strconv.Itoa(skip + limit)
	}
	return answer{"messages": page, "has_more": next != "", "response_metadata": answer{"next_cursor": next}}
}

// seconds reads a ts, or an instant in seconds.
func seconds(ts string) float64 {
	v, _ := strconv.ParseFloat(ts, 64)
	return v
}
