package links

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hbollon/go-edlib"
)

// word is a word of the vocabulary.
type word int32

// likeness says how two words are one, best first.
type likeness uint8

const (
	unlike  likeness = iota
	faint            // they remind of each other: no ground to take them for one, nor for two
	initial          // one is the first letter of the other
	cut              // one is the beginning of the other
	slip             // two slips of the pen
	nick             // a person's short name
	torn             // one is a part of the other, which was run together, or the other way round
	typo             // one slip of the pen, or another way of writing an umlaut
	equal
)

// vocabulary numbers the words of all names and addresses and counts the accounts that have them.
type vocabulary struct {
	ids    map[string]word
	text   []string
	names  []int // accounts with the word in a name
	places []int // accounts with the word in an address
	alike  map[uint64]likeness
}

func newVocabulary() *vocabulary {
	return &vocabulary{ids: map[string]word{}, alike: map[uint64]likeness{}}
}

// all numbers words.
func (v *vocabulary) all(texts []string) []word {
	out := make([]word, 0, len(texts))
	for _, s := range texts {
		w, there := v.ids[s]
		if !there {
			w = word(len(v.text)) //nolint:gosec // far fewer than 2^31
			v.ids[s] = w
			v.text, v.names, v.places = append(v.text, s), append(v.names, 0), append(v.places, 0)
		}
		out = append(out, w)
	}
	return out
}

// like says how two words are one. It remembers the answer: the same words meet in many pairs.
func (v *vocabulary) like(a, b word) likeness {
	if a == b {
		return equal
	}
	if a > b {
		a, b = b, a
	}
	key := uint64(a)<<32 | uint64(b) //nolint:gosec // not negative
	l, had := v.alike[key]
	if !had {
		l = alike(v.text[a], v.text[b])
		v.alike[key] = l
	}
	return l
}

// alike says how two different words are one.
func alike(a, b string) likeness {
	if len(a) > len(b) {
		a, b = b, a
	}
	short, long := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	digits := hasDigit(a) || hasDigit(b)
	switch {
	case digits && short < 4:
		return unlike // another house
	case digits && bare(a) != "" && bare(a) == bare(b):
		return unlike // shop1 and shop2
	case short == 1:
		if strings.HasPrefix(b, a) {
			return initial
		}
		return unlike
	case sharesNick(a, b):
		return nick
	case long > 3 && (umlauts.Replace(a) == umlauts.Replace(b) || scanned.Replace(a) == scanned.Replace(b)):
		return typo
	}
	if long-short <= 2 && apart(a, b) <= 3 {
		edits := edlib.OSADamerauLevenshteinDistance(a, b)
		switch {
		case edits <= 1 && (short >= 4 || short == 3 && a[0] == b[0]):
			return typo
		case edits <= 2 && short >= 6 && !digits, edits <= 3 && short >= 9 && !digits:
			return slip
		case edits <= 2 && short >= 4 && sound(a) == sound(b) && !digits:
			return slip
		case edits <= 2 && short >= 4 && !digits:
			return faint
		}
	}
	if short >= 2 && !digits && strings.HasPrefix(b, a) {
		return cut
	}
	return unlike
}

// bare leaves the digits of a word out.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, s)
}

func sharesNick(a, b string) bool {
	return slices.Contains(nicknames()[a], b) || slices.Contains(nicknames()[b], a)
}

// sounds are the classes of consonants that are taken for one another, as in Soundex.
var sounds = func() (class [128]byte) {
	for i, letters := range []string{"bfpvw", "cgjkqsxz", "dt", "l", "mn", "r"} {
		for _, r := range letters {
			class[r] = byte('1' + i)
		}
	}
	return class
}()

// sound writes what a word sounds like, whoever spells it: its consonants, each run of one class once.
func sound(s string) string {
	code := make([]byte, 0, 8)
	last := byte(0)
	for i, r := range s {
		if r >= 128 {
			return s // another script
		}
		c := sounds[r]
		if i == 0 && c == 0 {
			code = append(code, 'a')
		}
		if c != 0 && c != last && len(code) < 6 {
			code = append(code, c)
		}
		if r != 'h' {
			last = c
		}
	}
	return string(code)
}

// near says whether two texts differ by little for their length.
func near(a, b string) bool {
	long := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	most := max(1, long/5)
	return long >= 5 && apart(a, b) <= most && edlib.OSADamerauLevenshteinDistance(a, b) <= most
}

// apart is how many edits two texts are apart at least: as many as the letters that the one has and the other has not.
func apart(a, b string) int {
	if !ascii(a) || !ascii(b) {
		return 0 // letters of several bytes are not told apart here
	}
	var count [64]int
	for i := range len(a) {
		count[a[i]&63]++
	}
	for i := range len(b) {
		count[b[i]&63]--
	}
	more, less := 0, 0
	for _, n := range count {
		more += max(n, 0)
		less += max(-n, 0)
	}
	return max(more, less)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
