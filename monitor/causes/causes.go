// Package causes reads what buyers complain of out of what they wrote, in eleven languages. It looks for phrases, which are
// data (phrases/LANG.txt), minds negation, conditions and other subjects, and shows the buyer's own words that decided it.
// It decides only: no network, no model, no file but those built in.
package causes

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"goodstanding/monitor"
)

// Extra is phrases of the user's own for a cause.
type Extra struct {
	Language string // a code of Languages; empty: comments in any language
	Cause    monitor.Cause
	Phrases  []string // each in the notation of the phrase files
	Except   []string // where one of these stands, a phrase of the cause that overlaps with it does not count
}

// Reader reads causes. It never changes and may be used by many at once.
type Reader struct {
	*phrasebook
	scratch sync.Pool // of *passage
}

// New returns a reader of the built-in phrases and some more. Its error names the phrase that cannot be read.
func New(extra ...Extra) (*Reader, error) {
	b, err := newPhrasebook(extra)
	if err != nil {
		return nil, err
	}
	return &Reader{phrasebook: b, scratch: sync.Pool{New: func() any { return &passage{} }}}, nil
}

// Reading is what a comment says.
type Reading struct {
	Language string            // its code, as far as it can be told; empty: nothing in it is a word of a known language
	Because  []monitor.Because // by the order of monitor.Causes, then of the text; none for a text without words
}

// Causes returns the causes, each once.
func (r Reading) Causes() []monitor.Cause {
	all := make([]monitor.Cause, 0, 2)
	for _, b := range r.Because {
		if len(all) == 0 || all[len(all)-1] != b.Cause {
			all = append(all, b.Cause)
		}
	}
	return all
}

// CauseReader returns the reader as the store takes it.
func (r *Reader) CauseReader() monitor.CauseReader {
	return func(c monitor.Complaint) []monitor.Because {
		return r.Read(c.Text, LanguageOf(c.Marketplace)).Because
	}
}

// maxPassages is how many passages are shown of one cause.
const maxPassages = 5

// Read reads a comment. The hint is the code of the language that is spoken where it was sold, or empty; it matters only
// where the comment does not say by itself.
//
// Where no cause holds, it is monitor.CauseOther, with the beginning of the comment as its words.
func (r *Reader) Read(text, hint string) Reading {
	if strings.TrimSpace(text) == "" {
		return Reading{}
	}
	p, ok := r.scratch.Get().(*passage)
	if !ok { // not reached: nothing else is put there
		p = &passage{}
	}
	defer r.scratch.Put(p)
	p.read(r.phrasebook, text)
	active := p.guess(r.phrasebook, hint)
	p.match(r.phrasebook, active)
	out := Reading{Because: p.judge(r.phrasebook)}
	if active.best >= 0 {
		out.Language = r.languages[active.best].code
	}
	if len(out.Because) == 0 {
		out.Because = []monitor.Because{{Cause: monitor.CauseOther, Words: beginning(text)}}
	}
	return out
}

// beginning returns the first words of a text, about a line of them.
func beginning(text string) string {
	const most = 100 // bytes
	text = strings.TrimSpace(text)
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(text[cut]) { // further back only where it is no UTF-8
		cut--
	}
	if space := strings.LastIndexByte(text[:cut], ' '); space > most/2 {
		cut = space
	}
	return text[:cut]
}

// Languages returns the codes of the languages that are read, sorted.
func Languages() []string { return slices.Clone(languageCodes) }

// LanguageOf returns the code of the language that most buyers of a marketplace write in, or "".
func LanguageOf(m monitor.Marketplace) string {
	_, domain, _ := strings.Cut(strings.ToLower(string(m)), "amazon.")
	return map[string]string{
		"com": "en", "ca": "en", "co.uk": "en", "com.au": "en", "sg": "en", "in": "en", "ie": "en", "ae": "en", "co.za": "en",
		"de": "de", "fr": "fr", "com.be": "fr", "es": "es", "com.mx": "es", "it": "it", "com.br": "pt", "nl": "nl", "pl": "pl",
		"se": "sv", "co.jp": "ja", "cn": "zh",
	}[domain]
}
