package causes

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a comment, or one character of a script without spaces.
type token struct {
	start, end int32 // in the text
	from, to   int32 // of what it is compared as, in passage.folded
	sentence   int32
	clause     int32
	setsFrom   int32 // of the word sets that it is in, in passage.sets
	setsTo     int32
	number     bool // begins with a digit
	ideograph  bool
}

// passage is a comment being read. It is used again for the next one.
type passage struct {
	text               string
	folded             []byte
	tokens             []token
	sets               []setID
	finds              []find            // phrases for causes, in the order of the text
	marks              []find            // exceptions, negations, conditions and borders, in the order of the text
	had                map[*program]bool // whether the whole comment has it
	clauses            []int32           // of border words, by token
	present            []uint32          // by set: the turn in which the comment had a word of it
	turn               uint32
	last               []uint32 // by set: base and the last token of the sentence that is in it
	where              []uint64 // by set: its words among the first 64 of that sentence, a bit each
	notedFrom, notedTo int      // the tokens that where is about
	whole              bool     // those are all of the sentence
	base               uint32   // more than any last of the comments before
	kana               int      // how many tokens are kana
	han                int
	latin              int
	hints              [maxLanguages]float32 // by letters that few languages have
	numbers            map[string]int        // what words are worth that are numbers
}

// maxPassageTokens is how much of a comment is read: far more than any form takes.
const maxPassageTokens = 5_000

// maxSentence is where a sentence without an end is cut, in tokens.
const maxSentence = 300

// read cuts a text into tokens and looks up which word sets each is in.
func (p *passage) read(b *phrasebook, text string) {
	p.text, p.folded, p.tokens, p.sets, p.finds, p.marks = text, p.folded[:0], p.tokens[:0], p.sets[:0], p.finds[:0], p.marks[:0]
	if p.had == nil {
		p.had = map[*program]bool{}
	}
	clear(p.had)
	p.numbers = b.numbers
	p.kana, p.han, p.latin = 0, 0, 0
	p.hints = [maxLanguages]float32{}
	var sentence, clause int32
	began := 0 // the sentence, in tokens
	for i := 0; i < len(text) && len(p.tokens) < maxPassageTokens; {
		if n := len(p.tokens); n == 0 || p.tokens[n-1].sentence != sentence {
			began = n
		} else if n-began >= maxSentence {
			sentence++
			clause++
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case isIdeograph(r):
			i = p.ideograph(b, i, r, size, sentence, clause)
		case isWordRune(r):
			i = p.word(i, sentence, clause)
		default:
			n := len(p.tokens)
			switch border(text, i, r) { // of a run such as ... or !! only the first ends anything
			case sentenceBorder:
				if n > 0 && p.tokens[n-1].sentence == sentence {
					sentence++
					clause++
				}
			case clauseBorder:
				if n > 0 && p.tokens[n-1].clause == clause {
					clause++
				}
			}
			i += size
		}
	}
	for i := range p.tokens {
		t := &p.tokens[i]
		t.setsFrom = int32(len(p.sets))
		p.sets = b.lexicon.lookup(p.sets, p.folded[t.from:t.to], t.number)
		t.setsTo = int32(len(p.sets))
	}
}

// isWordRune says whether a word may begin with a character. An apostrophe that is a letter to Unicode is none: see word.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && !isApostrophe(r) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r))
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == '´' || r == '`' || r == 'ʼ' || r == '′' || r == '＇'
}

type borderKind int

const (
	noBorder borderKind = iota
	clauseBorder
	sentenceBorder
)

// border says what a character between words ends.
func border(text string, i int, r rune) borderKind {
	switch r {
	case '.':
		if i > 0 && i+1 < len(text) && isDigit(text[i-1]) && isDigit(text[i+1]) {
			return noBorder
		}
		return sentenceBorder
	case '!', '?', '\n', '。', '！', '？', '…', '．', '｡', '¿', '¡', '‼', '⁉', '⁇':
		return sentenceBorder
	case ',':
		if i > 0 && i+1 < len(text) && isDigit(text[i-1]) && isDigit(text[i+1]) {
			return noBorder
		}
		return clauseBorder
	case ';', ':', '，', '；', '：', '(', ')', '（', '）', '–', '—', '、', '､', '/', '|', '=', '"', '“', '”', '„', '«', '»', '*', '~', '+', '•', '·':
		return clauseBorder
	case '-':
		if i > 0 && text[i-1] == ' ' {
			return clauseBorder
		}
		return noBorder
	}
	if 0x2190 <= r && r <= 0x21FF { // an arrow: ordered a pan → got a lid
		return clauseBorder
	}
	if r >= 0x2190 && r != utf8.RuneError && unicode.IsSymbol(r) { // emoji stand where a full stop would
		return sentenceBorder
	}
	return noBorder
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (p *passage) ideograph(b *phrasebook, i int, r rune, size int, sentence, clause int32) int {
	t := token{start: int32(i), from: int32(len(p.folded)), sentence: sentence, clause: clause, ideograph: true}
	i += size
	if isKana(r) || r >= 0xFF66 {
		p.kana++
		if mark, n := utf8.DecodeRuneInString(p.text[i:]); isVoicing(mark) {
			i += n
			p.folded = append(p.folded, norm.NFKC.String(string([]rune{r, mark}))...)
		} else if r >= 0xFF66 {
			p.folded = foldLatin(p.folded, r)
		} else {
			p.folded = utf8.AppendRune(p.folded, r)
		}
	} else {
		p.han++
		if s, ok := b.simplified[r]; ok {
			r = s
		}
		p.folded = utf8.AppendRune(p.folded, r)
	}
	t.end, t.to = int32(i), int32(len(p.folded))
	p.tokens = append(p.tokens, t)
	return i
}

// word takes a word from i on. The apostrophe of didn't joins, that of l'article parts.
func (p *passage) word(i int, sentence, clause int32) int {
	t := token{start: int32(i), from: int32(len(p.folded)), sentence: sentence, clause: clause}
	first, _ := utf8.DecodeRuneInString(p.text[i:])
	t.number = unicode.IsNumber(first)
	run, last := 0, rune(-1)
	for i < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[i:])
		if isApostrophe(r) {
			if n := joins(p.text[i+size:]); n > 0 {
				i += size
				continue
			}
			break
		}
		if !isWordRune(r) || isIdeograph(r) || t.number && !unicode.IsNumber(r) && i > int(t.start)+6 {
			break
		}
		if r == last {
			run++
		} else {
			run, last = 1, r
		}
		if r >= utf8.RuneSelf {
			for _, l := range letterHints()[unicode.ToLower(r)] {
				p.hints[l] += 0.5
			}
		}
		i += size
		if run >= 3 && unicode.IsLetter(r) { // neverrrr
			if run == 3 && len(p.folded) > int(t.from)+1 && p.folded[len(p.folded)-1] == p.folded[len(p.folded)-2] {
				p.folded = p.folded[:len(p.folded)-1]
			}
			continue
		}
		p.folded = foldRune(p.folded, r)
	}
	if word := p.text[t.start:i]; len(word) <= len("né")+1 {
		form, ok := accented()[word]
		if !ok && len(word) == 1 && word[0]|0x20 == 'e' && apostropheAlone(p.text[i:]) {
			form, ok = accented()["é"], true
		}
		if ok {
			p.folded = append(p.folded[:t.from], form...)
		}
	}
	t.end, t.to = int32(i), int32(len(p.folded))
	if t.to == t.from { // a stray mark
		return i
	}
	p.latin++
	p.tokens = append(p.tokens, t)
	return i
}

// apostropheAlone says whether an apostrophe stands before a space: e' is è.
func apostropheAlone(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	return isApostrophe(r) && n < len(rest) && rest[n] == ' '
}

// joins says how long the English ending behind an apostrophe is: n't, it's, I'm, they're, I've, I'll, I'd.
func joins(rest string) int {
	n := 0
	for n < len(rest) && n < 3 && (rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z') {
		n++
	}
	if n < len(rest) {
		if r, _ := utf8.DecodeRuneInString(rest[n:]); isWordRune(r) {
			return 0
		}
	}
	switch n {
	case 1:
		switch rest[0] | 0x20 {
		case 't', 's', 'm', 'd':
			return 1
		}
	case 2:
		switch string([]byte{rest[0] | 0x20, rest[1] | 0x20}) {
		case "re", "ve", "ll":
			return 2
		}
	}
	return 0
}
