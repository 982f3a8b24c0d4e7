package causes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A phrase is written as words with spaces between them, which must follow each other within one sentence:
//
//	word      this word, whatever its capitals and accents; in a script without spaces, these characters
//	word*     a word that begins so        *word  a word that ends so
//	#         a number in digits
//	##        a number in digits or letters
//	#<        a number in digits or letters, less than the number before it in the phrase
//	#>        the same, greater
//	a|b       one of these words
//	(a b|c)   one of these phrases
//	@name     one of the phrases that the file calls so
//	x?        x or nothing
//	..3       up to three words of any kind, in one clause
//	..4       four words and more: a comma may stand among them
//	...3      the same, and a sentence may end among them
//	^ $       a part between punctuation marks begins, ends here
//
// Behind it may stand what else the sentence must have, +(a|b c), or must not have, -(a|b c), and the same of the whole
// comment: ++(a|b c), --(a|b c).

// op is a step of a compiled phrase.
type op uint8

const (
	opSet   op = iota // the token is in set arg
	opSplit           // go on at x, else at y
	opGap             // up to arg tokens; x is 1 where a sentence may end among them
	opBegin           // a clause begins here
	opEnd             // it ends here
	opLess            // the token before is a number less than the one before it in the phrase; arg is 1 for greater
	opMatch
)

type step struct {
	op   op
	arg  int32
	x, y int32
	next []setID // of a gap: what the first word behind it is in; none where that may be anything
}

// program is a compiled phrase.
type program struct {
	steps  []step
	starts []setID   // of a first token
	needs  [][]setID // groups of sets: a word of each is needed
	wide   bool      // it may reach over the end of a sentence
	span   int       // the most tokens that it takes
}

// The longest phrase: with this, trying it at one place costs at most their product.
const (
	maxSteps = 1024
	maxSpan  = 64 // tokens
	maxGap   = 12
	shortGap = 3  // up to this a gap does not cross a comma
	maxReach = 12 // of a negation or a condition
)

// node is a parsed phrase.
type node struct {
	kind  nodeKind
	words []string // of a kindWords: alternatives, folded, with a * where they are open
	parts []*node
	n     int
	wide  int32 // 1: a gap that may cross the end of a sentence; a number that is greater, not less
}

type nodeKind int

const (
	kindWords nodeKind = iota
	kindSeq
	kindAlt
	kindOpt
	kindGap
	kindBegin
	kindEnd
	kindLess
)

// patternParser parses a phrase.
type patternParser struct {
	in    string
	pos   int
	names map[string]*node
	fold  func(string) []string // a word as it is compared, in every way it may be typed
	words map[string]*node      // those parsed before; nil: none is kept

	numbers []string // the words that are numbers, as they are compared
}

// parsed is a phrase with what stands behind it.
type parsed struct {
	body                    *node
	sentence, comment       []*node // must be there
	notSentence, notComment []*node // must not
}

func (pp *patternParser) parse(text string) (parsed, error) {
	pp.in, pp.pos = text, 0
	var out parsed
	body, err := pp.seq(false)
	if err != nil {
		return out, err
	}
	out.body = body
	for pp.space(); pp.pos < len(pp.in); pp.space() {
		sign := pp.in[pp.pos]
		whole := pp.pos+1 < len(pp.in) && pp.in[pp.pos+1] == sign
		pp.pos++
		if whole {
			pp.pos++
		}
		if sign != '+' && sign != '-' || pp.pos >= len(pp.in) || pp.in[pp.pos] != '(' {
			return out, fmt.Errorf("character %d: want the end, or +(…), -(…), ++(…), --(…)", pp.pos)
		}
		n, err := pp.atom()
		if err != nil {
			return out, err
		}
		switch {
		case sign == '+' && whole:
			out.comment = append(out.comment, n)
		case sign == '+':
			out.sentence = append(out.sentence, n)
		case whole:
			out.notComment = append(out.notComment, n)
		default:
			out.notSentence = append(out.notSentence, n)
		}
	}
	return out, nil
}

func (pp *patternParser) space() {
	for pp.pos < len(pp.in) && (pp.in[pp.pos] == ' ' || pp.in[pp.pos] == '\t') {
		pp.pos++
	}
}

// seq parses items up to the end, a guard, or inside brackets, | or ).
func (pp *patternParser) seq(inside bool) (*node, error) {
	var first *node // most have no second
	var more []*node
	for {
		pp.space()
		if pp.pos >= len(pp.in) {
			break
		}
		c := pp.in[pp.pos]
		if inside && (c == '|' || c == ')') || !inside && (c == '+' || c == '-') {
			break
		}
		n, err := pp.atom()
		if err != nil {
			return nil, err
		}
		if !inside && pp.pos < len(pp.in) && pp.in[pp.pos] == '|' {
			ways := []*node{n}
			for pp.pos < len(pp.in) && pp.in[pp.pos] == '|' {
				pp.pos++
				m, err := pp.atom()
				if err != nil {
					return nil, err
				}
				ways = append(ways, m)
			}
			n = either(ways)
		}
		if pp.pos < len(pp.in) && pp.in[pp.pos] == '?' {
			pp.pos++
			n = &node{kind: kindOpt, parts: []*node{n}}
		}
		if first == nil {
			first = n
		} else {
			more = append(more, n)
		}
	}
	if first == nil {
		return nil, fmt.Errorf("character %d: want a word", pp.pos+1)
	}
	if more == nil {
		return first, nil
	}
	return &node{kind: kindSeq, parts: append([]*node{first}, more...)}, nil
}

// either joins alternatives; single words that follow each other become one set. It changes none of them: names and words
// are shared by phrases.
func either(ways []*node) *node {
	if len(ways) == 1 {
		return ways[0]
	}
	parts := []*node{ways[0]}
	if ways[0].kind == kindAlt {
		parts = slices.Clone(ways[0].parts)
	}
	own := false // the last part is a new one
	for _, n := range ways[1:] {
		last := parts[len(parts)-1]
		switch {
		case last.kind != kindWords || n.kind != kindWords:
			parts, own = append(parts, n), false
		case own:
			last.words = append(last.words, n.words...)
		default:
			parts[len(parts)-1], own = &node{kind: kindWords, words: slices.Concat(last.words, n.words)}, true
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return &node{kind: kindAlt, parts: parts}
}

func (pp *patternParser) atom() (*node, error) {
	if pp.pos >= len(pp.in) {
		return nil, fmt.Errorf("character %d: want a word", pp.pos+1)
	}
	switch c := pp.in[pp.pos]; {
	case c == '(':
		pp.pos++
		var ways []*node
		for {
			n, err := pp.seq(true)
			if err != nil {
				return nil, err
			}
			ways = append(ways, n)
			if pp.pos >= len(pp.in) {
				return nil, fmt.Errorf("a bracket is not closed")
			}
			pp.pos++
			if pp.in[pp.pos-1] == ')' {
				return either(ways), nil
			}
		}
	case c == '^':
		pp.pos++
		return &node{kind: kindBegin}, nil
	case c == '$':
		pp.pos++
		return &node{kind: kindEnd}, nil
	case c == '@':
		pp.pos++
		name := pp.run()
		n, ok := pp.names[name]
		if !ok {
			return nil, fmt.Errorf("there is no name @%s", name)
		}
		return n, nil
	case strings.HasPrefix(pp.in[pp.pos:], ".."):
		pp.pos += 2
		wide := int32(0)
		if strings.HasPrefix(pp.in[pp.pos:], ".") {
			pp.pos++
			wide = 1
		}
		digits := pp.run()
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || n > maxGap {
			return nil, fmt.Errorf("a gap ..%s: want a number from 1 to %d behind the dots", digits, maxGap)
		}
		return &node{kind: kindGap, n: n, wide: wide}, nil
	}
	word := pp.run()
	if word == "" {
		return nil, fmt.Errorf("character %d: %q is not expected here", pp.pos+1, pp.in[pp.pos:pp.pos+1])
	}
	if n, ok := pp.words[word]; ok {
		return n, nil
	}
	n, err := pp.wordNode(word)
	if err == nil && pp.words != nil && word[0] != '#' { // which words are numbers is known only behind their section
		pp.words[word] = n
	}
	return n, err
}

// run takes the characters of a word.
func (pp *patternParser) run() string {
	from := pp.pos
	for pp.pos < len(pp.in) && !strings.ContainsRune(" \t|()?+^$@", rune(pp.in[pp.pos])) {
		pp.pos++
	}
	return pp.in[from:pp.pos]
}

// wordNode cuts a word as a comment is cut: l'article is two tokens, 未開封 three.
func (pp *patternParser) wordNode(word string) (*node, error) {
	switch word {
	case "#":
		return &node{kind: kindWords, words: []string{"#"}}, nil
	case "##", "#<", "#>":
		n := &node{kind: kindWords, words: append([]string{"#"}, pp.numbers...)}
		if word != "##" {
			n = &node{kind: kindSeq, parts: []*node{n, {kind: kindLess, wide: int32(word[1]-'<') / 2}}}
		}
		return n, nil
	}
	open, openFront := strings.HasSuffix(word, "*"), strings.HasPrefix(word, "*")
	word = strings.Trim(word, "*")
	var p passage
	p.read(emptyBook(), word)
	if len(p.tokens) == 0 {
		return nil, fmt.Errorf("%q has no letters", word)
	}
	if (open || openFront) && len(p.tokens) > 1 && !p.tokens[0].ideograph {
		return nil, fmt.Errorf("%q: * is for single words", word)
	}
	s := &node{kind: kindSeq}
	for _, t := range p.tokens {
		w := &node{kind: kindWords}
		for _, f := range pp.fold(p.text[t.start:t.end]) {
			if open && !t.ideograph {
				if utf8.RuneCountInString(f) < 3 {
					return nil, fmt.Errorf("%s* is too short: write three letters or more before a *", f)
				}
				f += "*"
			}
			if openFront && !t.ideograph {
				if utf8.RuneCountInString(f) < 3 {
					return nil, fmt.Errorf("*%s is too short: write three letters or more behind a *", f)
				}
				f = "*" + f
			}
			w.words = append(w.words, f)
		}
		s.parts = append(s.parts, w)
	}
	if len(s.parts) == 1 {
		return s.parts[0], nil
	}
	return s, nil
}

// mentions says whether one of the words may stand in a phrase.
func (n *node) mentions(words map[string]bool) bool {
	for _, w := range n.words {
		if words[w] {
			return true
		}
	}
	for _, part := range n.parts {
		if part.mentions(words) {
			return true
		}
	}
	return false
}

// span returns the most tokens that a phrase takes.
func (n *node) span() int {
	switch n.kind {
	case kindWords:
		return 1
	case kindGap:
		return n.n
	}
	most, sum := 0, 0
	for _, part := range n.parts {
		tokens := part.span()
		most, sum = max(most, tokens), sum+tokens
	}
	if n.kind == kindAlt {
		return most
	}
	return sum
}
