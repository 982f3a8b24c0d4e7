package exports

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// jsonMarks reads JSON: one value, or several, one after the other. A member that is there twice is refused, for readers
// of JSON do not agree which of the two counts.
type jsonMarks struct {
	feed    *feed
	decoder *json.Decoder
	queue   []mark // the rest of a text
	frames  []jsonFrame
	ended   bool // a value is complete
	number  int
}

// jsonFrame is an object or an array that is not complete.
type jsonFrame struct {
	array   bool
	name    string              // of the array: its members go by it
	member  string              // of the object: the one whose value is next
	valued  bool                // of the object: a value is next
	members map[string]struct{} // of the object so far
}

func newJSONMarks(l *lines) *jsonMarks {
	f := newFeed(l)
	d := json.NewDecoder(f)
	d.UseNumber()
	return &jsonMarks{feed: f, decoder: d, number: 1}
}

// line implements marks.
func (j *jsonMarks) line() int { return j.number }

// next implements marks.
func (j *jsonMarks) next() (mark, error) {
	if len(j.queue) > 0 {
		m := j.queue[0]
		j.queue = j.queue[1:]
		return m, nil
	}
	for {
		j.feed.token()
		t, err := j.decoder.Token()
		if err != nil {
			return mark{}, j.broken(err)
		}
		j.number = j.feed.lineAt(j.decoder.InputOffset())
		switch t := t.(type) {
		case json.Delim:
			m, told, err := j.delim(t)
			if told || err != nil {
				return m, err
			}
		case string:
			if len(t) > maxText {
				return mark{}, j.refuse("a text of more than 1 MiB", anExport)
			}
			if strings.IndexByte(t, 0) >= 0 {
				return mark{}, j.refuse("a NUL character", "text: download the file again")
			}
			if n := len(j.frames); n > 0 && !j.frames[n-1].array && !j.frames[n-1].valued {
				if err := j.frames[n-1].expect(t); err != "" {
					return mark{}, j.refuse(err, anExport)
				}
				continue
			}
			return j.scalar(t)
		case json.Number:
			return j.scalar(t.String())
		case bool:
			if t {
				return j.scalar("true")
			}
			return j.scalar("false")
		case nil: // missing
			return j.scalar("")
		}
	}
}

// expect takes in the name of a member whose value is next. It returns what is wrong with it, or "".
func (f *jsonFrame) expect(name string) string {
	if len(name) > maxMember {
		return "a member with a name of more than 1,000 bytes"
	}
	if f.members == nil {
		f.members = map[string]struct{}{}
	}
	if _, twice := f.members[name]; twice {
		return "the member " + printable(name, 40) + " twice"
	}
	if len(f.members) == maxElements {
		return "an object of more than 10,000 members"
	}
	f.members[name] = struct{}{}
	f.member, f.valued = name, true
	return ""
}

// delim goes into or out of an object or an array. It answers false where that is no mark.
func (j *jsonMarks) delim(d json.Delim) (mark, bool, error) {
	switch d {
	case '{', '[':
		if len(j.frames) == maxDepth {
			return mark{}, false, j.refuse("objects or arrays inside each other more than 64 deep", anExport)
		}
		name := j.value()
		j.frames = append(j.frames, jsonFrame{array: d == '[', name: name})
		if d == '[' {
			return mark{kind: listed, name: name}, true, nil
		}
		return mark{kind: entered, name: name}, true, nil
	}
	j.frames = j.frames[:len(j.frames)-1]
	j.ended = len(j.frames) == 0
	return mark{kind: left}, d == '}', nil
}

// value returns the name of the value that begins, and notes that it does.
func (j *jsonMarks) value() string {
	if len(j.frames) == 0 {
		return ""
	}
	f := &j.frames[len(j.frames)-1]
	if f.array {
		return f.name
	}
	f.valued = false
	return f.member
}

// scalar gives a value that is neither object nor array.
func (j *jsonMarks) scalar(text string) (mark, error) {
	if len(j.frames) == 0 || len(j.frames) == 1 && j.frames[0].array {
		return mark{}, j.refuse("a value that is no object", "one export in a file: download it again")
	}
	m := mark{kind: entered, name: j.value()}
	j.queue = append(j.queue[:0], mark{kind: words, text: text}, mark{kind: left})
	return m, nil
}

// broken says what is wrong where the decoder cannot go on. Its own words may repeat the document's, so they are not told.
func (j *jsonMarks) broken(err error) error {
	failed := j.feed.failed()
	if errors.Is(failed, errNotUTF8) {
		j.number = j.feed.lines.inspect.notUTF8
		return j.refuse("bytes that are not UTF-8", "JSON, which is always UTF-8: download the file again")
	}
	if failed != nil {
		return failed
	}
	j.number = j.feed.lineAt(j.decoder.InputOffset())
	switch {
	case errors.Is(err, io.EOF) && len(j.frames) == 0:
		return io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return j.refuse("a document that ends early", "the complete file: download or copy it again")
	case len(j.frames) == 0 && j.ended:
		return j.refuse("more after the end of the document", "one document in a file, or one object a line: download it again")
	}
	return j.refuse("JSON that is not well-formed", anExport)
}

func (j *jsonMarks) refuse(found, expected string) error {
	return &Refusal{File: j.feed.lines.name, Line: j.number, Found: found, Expected: expected}
}
