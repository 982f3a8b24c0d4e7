package causes

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"goodstanding/monitor"
)

//go:embed phrases
var phraseFiles embed.FS

// languageCodes are the languages that have a file of phrases, sorted.
var languageCodes = []string{"de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv", "zh"}

const maxLanguages = 12 // and the user's phrases for any language

// language is where the sets and rules of a file are.
type language struct {
	code     string
	from, to setID // its sets: from..to-1
	words    setID // the set of words by which it is known
}

// phrasebook is all phrases, compiled.
type phrasebook struct {
	lexicon
	languages  []language
	rules      []rule
	starts     [][]uint16 // by set: the rules that may begin with it
	simplified map[rune]rune
	languageOf []int8         // by set
	numbers    map[string]int // words of any language that are numbers
}

// ruleKind is what it means that a phrase stands somewhere.
type ruleKind uint8

const (
	ruleCause ruleKind = iota
	ruleExcept
	ruleBorder
	ruleNegation
	ruleNegationAfter
	ruleNegationExcept
	ruleCondition
	ruleConditionExcept
)

// rule is a phrase and its meaning.
type rule struct {
	program
	kind        ruleKind
	cause       int8 // in monitor.Causes; -1: any
	weak        bool // counts only with a second one
	negatable   bool
	conditional bool   // does not count in a condition
	excepted    bool   // does not count where an exception stands
	reach       int    // tokens, of a negation or a condition
	line        string // as it was written

	sentence, comment, notSentence, notComment []program
}

var simplified = sync.OnceValue(func() map[rune]rune {
	pairs := map[rune]rune{}
	text, _ := phraseFiles.ReadFile("phrases/simplified.txt")
	for line := range strings.SplitSeq(string(text), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			r, n := utf8.DecodeRuneInString(pair)
			s, _ := utf8.DecodeRuneInString(pair[n:])
			pairs[r] = s
		}
	}
	return pairs
})

// emptyBook cuts words of phrases into tokens.
var emptyBook = sync.OnceValue(func() *phrasebook { return &phrasebook{simplified: simplified()} })

func newPhrasebook(extra []Extra) (*phrasebook, error) {
	b := &phrasebook{simplified: simplified(), numbers: map[string]int{}}
	for i, code := range append(slices.Clone(languageCodes), "") {
		w := newBookWriter(b, code)
		w.words = b.newSet()
		if code != "" {
			text, err := fs.ReadFile(phraseFiles, "phrases/"+code+".txt")
			if err != nil {
				return nil, fmt.Errorf("read the phrases: %w", err)
			}
			if err := w.file(string(text)); err != nil {
				return nil, fmt.Errorf("phrases/%s.txt %w", code, err)
			}
		}
		for n, e := range extra {
			if e.Language == code {
				if err := w.extra(e); err != nil {
					return nil, &ExtraError{Index: n, Err: err}
				}
			}
		}
		w.language.to = setID(b.sets)
		b.languages = append(b.languages, w.language)
		for range b.sets - len(b.languageOf) {
			b.languageOf = append(b.languageOf, int8(i))
		}
	}
	for n, e := range extra {
		if e.Language != "" && !slices.Contains(languageCodes, e.Language) {
			return nil, &ExtraError{Index: n, Err: fmt.Errorf("there is no language %q", e.Language)}
		}
	}
	if b.sets > math.MaxUint16 || len(b.rules) > math.MaxUint16 {
		return nil, errors.New("there are too many phrases")
	}
	b.starts = make([][]uint16, b.sets)
	for i, r := range b.rules {
		for _, s := range r.starts {
			b.starts[s] = append(b.starts[s], uint16(i))
		}
	}
	return b, nil
}

// ExtraError says which of the user's phrases cannot be read.
type ExtraError struct {
	Index int // of the Extra
	Err   error
}

func (e *ExtraError) Error() string { return e.Err.Error() }
func (e *ExtraError) Unwrap() error { return e.Err }

// bookWriter puts one language into the book.
type bookWriter struct {
	language
	compiler
	book   *phrasebook
	names  map[string]*node
	parsed map[string]*node // words
	no     map[string]bool  // words that negate
	count  []string         // words that are numbers
}

// newBookWriter writes what a language has into a book, behind what is there.
func newBookWriter(b *phrasebook, code string) *bookWriter {
	return &bookWriter{
		book: b, language: language{code: code, from: setID(b.sets)}, //nolint:gosec // the number of sets is looked at in the end
		compiler: compiler{lexicon: &b.lexicon, known: map[string]setID{}, sets: map[*node]setID{}},
		names:    map[string]*node{}, parsed: map[string]*node{}, no: map[string]bool{},
	}
}

// section is where a line of a phrase file stands.
type section struct {
	name  string
	kind  ruleKind
	cause int8
	reach int
}

// file reads a phrase file. Its error begins with the line.
func (w *bookWriter) file(text string) error {
	var in section
	var all []error
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") || line == "#" {
			continue
		}
		var err error
		if head, ok := strings.CutPrefix(line, "["); ok {
			in, err = parseSection(strings.TrimSuffix(head, "]"))
		} else {
			err = w.line(in, line)
		}
		if err != nil {
			all = append(all, fmt.Errorf("line %d: %w", n, err))
		}
	}
	return errors.Join(all...)
}

func parseSection(head string) (section, error) {
	kinds := map[string]ruleKind{"border": ruleBorder, "negation": ruleNegation, "negation after": ruleNegationAfter, "negation except": ruleNegationExcept,
		"condition": ruleCondition, "condition except": ruleConditionExcept}
	name, reach := head, 0
	if before, number, ok := strings.Cut(head, ":"); ok {
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil {
			return section{}, fmt.Errorf("[%s]: want a number of words behind the colon", head)
		}
		name, reach = before, n
	}
	if kind, ok := kinds[name]; ok {
		return section{name: "rule", kind: kind, cause: -1, reach: reach}, nil
	}
	if name == "words" || name == "names" || name == "numbers" {
		return section{name: name}, nil
	}
	if name == "except" {
		return section{name: "rule", kind: ruleExcept, cause: -1}, nil
	}
	i := slices.Index(monitor.Causes(), monitor.Cause(name))
	if i < 0 {
		return section{}, fmt.Errorf("[%s] is no section", head)
	}
	return section{name: "rule", kind: ruleCause, cause: int8(i)}, nil
}

func (w *bookWriter) line(in section, line string) error {
	switch in.name {
	case "words":
		for word := range strings.FieldsSeq(line) {
			n, err := (&patternParser{in: word, fold: w.fold}).wordNode(word)
			if err != nil || n.kind != kindWords {
				return fmt.Errorf("%q is no single word", word)
			}
			for _, folded := range n.words {
				w.lexicon.add(folded, w.words)
			}
		}
		return nil
	case "numbers":
		fields := strings.Fields(line)
		n, err := strconv.Atoi(fields[0])
		if err != nil || n < 1 || len(fields) < 2 {
			return errors.New("want a number and the words for it")
		}
		for _, word := range fields[1:] {
			for _, folded := range w.fold(word) {
				if had, ok := w.book.numbers[folded]; ok && had != n {
					return fmt.Errorf("%q is %d elsewhere", word, had)
				}
				w.book.numbers[folded] = n
				w.count = append(w.count, folded)
			}
		}
		return nil
	case "names":
		name, text, ok := strings.Cut(line, "=")
		if !ok {
			return errors.New("want NAME = phrase|phrase")
		}
		pp := &patternParser{names: w.names, fold: w.fold, words: w.parsed, numbers: w.count}
		n, err := pp.parse("(" + strings.TrimSpace(text) + ")")
		if err != nil {
			return err
		}
		w.names[strings.TrimSpace(name)] = n.body
		return nil
	case "rule":
		return w.rule(in, line)
	default:
		return errors.New("it stands before the first [section]")
	}
}

// rule adds a phrase. Before it may stand, with a space behind:
//
//	~ it counts only where another such phrase of the cause stands, too
//	= no negation reaches it: it has its own, or cannot be denied
//	* no exception reaches it
//	! neither negation, nor condition, nor exception reaches it
//	- it is an exception: phrases of the cause that overlap with it and are no longer do not count
//	-! the same, however long they are
func (w *bookWriter) rule(in section, line string) error {
	r := rule{kind: in.kind, cause: in.cause, reach: in.reach, line: line, negatable: true, conditional: true, excepted: true}
	if marks, rest, ok := strings.Cut(line, " "); ok && strings.Trim(marks, "~=*!-") == "" {
		line = rest
		for _, m := range marks {
			switch m {
			case '~':
				r.weak = true
			case '=':
				r.negatable = false
			case '!':
				r.negatable, r.conditional, r.excepted = false, false, false
			case '*':
				r.excepted = false
			case '-':
				r.kind = ruleExcept
			}
		}
	}
	pp := &patternParser{names: w.names, fold: w.fold, words: w.parsed, numbers: w.count}
	parsed, err := pp.parse(line)
	if err != nil {
		return fmt.Errorf("%q: %w", line, err)
	}
	if r.kind == ruleNegation && parsed.body.kind == kindWords {
		for _, word := range parsed.body.words {
			w.no[word] = true
		}
	}
	if parsed.body.mentions(w.no) {
		r.negatable = false // its own negation is part of what it says
	}
	if r.program, err = w.compile(parsed.body); err != nil {
		return fmt.Errorf("%q: %w", line, err)
	}
	for _, g := range []struct {
		from []*node
		into *[]program
	}{{parsed.sentence, &r.sentence}, {parsed.comment, &r.comment}, {parsed.notSentence, &r.notSentence}, {parsed.notComment, &r.notComment}} {
		for _, n := range g.from {
			prog, err := w.compile(n)
			if err != nil {
				return fmt.Errorf("%q: %w", line, err)
			}
			*g.into = append(*g.into, prog)
		}
	}
	w.book.rules = append(w.book.rules, r)
	return nil
}

func (w *bookWriter) extra(e Extra) error {
	i := slices.Index(monitor.Causes(), e.Cause)
	if i < 0 || e.Cause == monitor.CauseOther {
		return fmt.Errorf("no phrase can stand for the cause %q", e.Cause)
	}
	for _, p := range e.Phrases {
		if err := w.rule(section{kind: ruleCause, cause: int8(i)}, p); err != nil {
			return err
		}
	}
	for _, p := range e.Except {
		if err := w.rule(section{kind: ruleExcept, cause: int8(i)}, p); err != nil {
			return err
		}
	}
	return nil
}

var longUmlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "ae", "Ö", "oe", "Ü", "ue")

// fold returns how a word of a phrase may be typed: German umlauts with or without their e.
func (w *bookWriter) fold(word string) []string {
	if form, ok := accented()[word]; ok {
		return []string{form}
	}
	var plain []byte
	for _, r := range word {
		if isApostrophe(r) {
			continue
		}
		if s, ok := simplified()[r]; ok {
			r = s
		}
		plain = foldRune(plain, r)
	}
	out := []string{string(plain)}
	if w.code == "de" {
		long := longUmlauts.Replace(word)
		if long != word {
			var typed []byte
			for _, r := range long {
				typed = foldRune(typed, r)
			}
			out = append(out, string(typed))
		}
	}
	return out
}
