package slackfake

import (
	"bytes"
	"encoding/json"
	"unicode/utf16"
)

// Slack's limits. The total is documented nowhere: messages of plain blocks fail from about 13,200 characters on,
// counted with some of the structure around the texts. Here every character of the JSON counts, which is stricter.
const (
	maxText         = 40_000 // chat.postMessage cuts longer ones; nobody should rely on it
	updateTextBytes = 4000   // chat.update, in bytes after escaping
	maxBlocks       = 50
	maxTotal        = 13_200
	maxHeader       = 150
	maxSection      = 3000
	maxField        = 2000
	maxFields       = 10
	maxElements     = 10 // of a context block
	maxActions      = 25
	maxButton       = 75
	maxID           = 255
	maxPayload      = 3000 // of metadata, as JSON
)

// textObject is a plain_text or mrkdwn object.
type textObject struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji *bool  `json:"emoji"`
}

// block is as much of any block as matters for the limits.
type block struct {
	Type     string            `json:"type"`
	BlockID  string            `json:"block_id"`
	Text     *textObject       `json:"text"`
	Fields   []textObject      `json:"fields"`
	Elements []json.RawMessage `json:"elements"`
}

// Refuses returns the error code with which Slack refuses a message for its form or size, or "".
func Refuses(text string, blocks json.RawMessage) string {
	if length(text) > maxText {
		return "msg_too_long"
	}
	if len(blocks) == 0 || bytes.Equal(blocks, []byte("null")) {
		if text == "" {
			return "no_text"
		}
		return ""
	}
	var list []block
	if json.Unmarshal(blocks, &list) != nil {
		return "invalid_blocks_format"
	}
	if len(list) == 0 && text == "" {
		return "no_text"
	}
	if len(list) > maxBlocks {
		return "invalid_blocks"
	}
	ids := map[string]bool{}
	for _, b := range list {
		if !b.valid() || len(b.BlockID) > maxID || b.BlockID != "" && ids[b.BlockID] {
			return "invalid_blocks"
		}
		ids[b.BlockID] = true
	}
	if total(blocks) > maxTotal {
		return "msg_blocks_too_long"
	}
	return ""
}

// valid says whether a block keeps the limits of its kind.
func (b block) valid() bool {
	switch b.Type {
	case "divider":
		return true
	case "header":
		return b.Text != nil && b.Text.Type == "plain_text" && b.Text.valid(maxHeader)
	case "section":
		if b.Text == nil && len(b.Fields) == 0 || len(b.Fields) > maxFields {
			return false
		}
		for _, f := range b.Fields {
			if !f.valid(maxField) {
				return false
			}
		}
		return b.Text == nil || b.Text.valid(maxSection)
	case "context":
		return len(b.Elements) > 0 && len(b.Elements) <= maxElements && each(b.Elements, func(t textObject) bool {
			return t.Type == "image" || t.valid(maxSection)
		})
	case "actions":
		return len(b.Elements) > 0 && len(b.Elements) <= maxActions && eachButton(b.Elements)
	}
	return false
}

// valid says whether a text object is one, not empty, and short enough.
func (t textObject) valid(limit int) bool {
	switch t.Type {
	case "plain_text":
	case "mrkdwn":
		if t.Emoji != nil {
			return false
		}
	default:
		return false
	}
	return t.Text != "" && length(t.Text) <= limit
}

// each applies a test to elements that are text objects.
func each(elements []json.RawMessage, ok func(textObject) bool) bool {
	for _, e := range elements {
		var t textObject
		if json.Unmarshal(e, &t) != nil || !ok(t) {
			return false
		}
	}
	return true
}

// eachButton checks the elements of an actions block.
func eachButton(elements []json.RawMessage) bool {
	for _, e := range elements {
		var b struct {
			Type     string     `json:"type"`
			Text     textObject `json:"text"`
			ActionID string     `json:"action_id"`
			Value    string     `json:"value"`
			URL      string     `json:"url"`
		}
		if json.Unmarshal(e, &b) != nil || len(b.ActionID) > maxID || len(b.Value) > 2000 || len(b.URL) > 3000 {
			return false
		}
		if b.Type == "button" && (b.Text.Type != "plain_text" || !b.Text.valid(maxButton)) {
			return false
		}
	}
	return true
}

// refusesMetadata returns the error code for metadata that Slack does not take, or "".
func refusesMetadata(metadata json.RawMessage) string {
	if len(metadata) == 0 {
		return ""
	}
	var m struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	switch {
	case len(metadata) > maxPayload:
		return "metadata_too_large"
	case json.Unmarshal(metadata, &m) != nil || m.Type == "" || m.Payload == nil:
		return "invalid_metadata_format"
	}
	return ""
}

// total counts the characters of the blocks as compact JSON without needless escapes.
func total(blocks json.RawMessage) int {
	var v any
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if json.Unmarshal(blocks, &v) != nil || enc.Encode(v) != nil {
		return maxTotal + 1
	}
	return length(out.String())
}

// length counts UTF-16 units, of which a text has at least as many as characters.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
