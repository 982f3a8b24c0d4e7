package policy

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Evidence says how sure a word is.
type Evidence int

// From the weakest to the strongest.
const (
	TrapWord      Evidence = iota // Amazon's scan takes the word for a claim that needs a registration, whatever the goods are
	NeedsApproval                 // goods of the kind may be sold with Amazon's approval, and documents
	Barred                        // goods of the kind may not be sold
)

// String names the evidence for people.
func (e Evidence) String() string {
	return [...]string{"trap word", "needs approval", "barred"}[e]
}

// RestrictedCategory is a kind of goods that Amazon restricts, and its rule in one sentence.
type RestrictedCategory struct {
	Name, Rule string
}

// restricted are the categories that moderators of Amazon name (confidence M); the rule of a single store may differ. The word
// files hold the words of each, a file a language. The trap words of pesticides are those that sellers were flagged for.
var restricted = []RestrictedCategory{
	{"pesticides", "A claim to kill or keep off germs, mould or pests makes a product a pesticide, which needs a registration and Amazon's approval."},
	{"medical claims", "Only approved medicines and devices may claim to cure, treat or prevent an illness."},
	{"drugs", "Drugs, prescription medicines and what is used with them may not be sold."},
	{"alcohol", "Alcohol may be sold by approved sellers in few stores only."},
	{"weapons", "Weapons, their parts and ammunition may not be sold."},
	{"lock picks", "Tools to open locks or to defeat theft protection may not be sold."},
	{"surveillance", "Hidden cameras and devices to listen in or jam signals may not be sold."},
	{"tobacco", "Tobacco, e-cigarettes and their liquids may not be sold."},
	{"plants and seeds", "Live plants and seeds need approval, and some species may not be sold."},
	{"animals", "Live animals, and parts of protected ones, may not be sold."},
	{"currency", "Money, counterfeit money and gift cards may not be sold without approval."},
	{"recalled", "Recalled goods may not be sold."},
	{"hazardous", "Explosives and many dangerous goods may not be sold; batteries, gases and aerosols need papers."},
	{"human parts", "Human parts and remains may not be sold."},
	{"gambling", "Lottery tickets and gambling machines may not be sold."},
}

// RestrictedCategories returns the categories in the order in which people are told of them.
func RestrictedCategories() []RestrictedCategory { return slices.Clone(restricted) }

//go:embed words/*.txt
var wordFiles embed.FS

// RestrictedWord is a word or phrase that gets a listing removed.
type RestrictedWord struct {
	Category string
	Evidence Evidence
	Word     string   // as written in its file; a * at the end of a part stands for any ending
	Guards   []string // words that make it harmless, wherever they stand in the same text
}

// RestrictedWords finds words in texts. It may be used by several goroutines at once.
type RestrictedWords struct {
	words   []RestrictedWord
	parts   [][]string       // of each word, folded
	guards  [][]int          // of each word, by its place among all guards
	whole   map[string][]int // words by their first part; guards are after the words
	begins  map[string][]int // those whose first part is the beginning of one
	lengths []int            // of such beginnings, in bytes
	runs    map[rune][]int   // those written without blanks, by their first character
}

// defaultWords reads the word files once.
var defaultWords = sync.OnceValues(func() ([]RestrictedWord, error) {
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		return nil, fmt.Errorf("read the words of restricted products: %w", err)
	}
	var all []RestrictedWord
	for _, f := range files {
		text, err := wordFiles.ReadFile(path.Join("words", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the words of restricted products: %w", err)
		}
		words, err := parseWords(string(text))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name(), err)
		}
		all = append(all, words...)
	}
	return oneOfEach(all), nil
})

// oneOfEach makes one word of those that several languages have in common: what makes it harmless in one does so in all.
func oneOfEach(all []RestrictedWord) []RestrictedWord {
	at := map[string]int{}
	var words []RestrictedWord
	for _, w := range all {
		key := w.Category + ":" + strings.Join(foldParts(w.Word), " ")
		i, there := at[key]
		if !there {
			at[key] = len(words)
			words = append(words, w)
			continue
		}
		words[i].Guards = append(slices.Clone(words[i].Guards), w.Guards...)
		words[i].Evidence = max(words[i].Evidence, w.Evidence)
	}
	return words
}

// parseWords reads a word file: [category] begins a section; a line is the evidence, a colon, and words with commas between; what
// follows ! are guards of all words of the line; # begins a remark.
func parseWords(text string) ([]RestrictedWord, error) {
	var all []RestrictedWord
	category := ""
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "["); ok {
			category = strings.TrimSuffix(name, "]")
			if !slices.ContainsFunc(restricted, func(c RestrictedCategory) bool { return c.Name == category }) {
				return nil, fmt.Errorf("line %d: there is no category %q", i+1, category)
			}
			continue
		}
		kind, rest, _ := strings.Cut(line, ":")
		e := slices.Index([]string{"trap", "approval", "barred"}, kind)
		if e < 0 || category == "" {
			return nil, fmt.Errorf("line %d: want trap, approval or barred, and words below a [category]", i+1)
		}
		words, guards, _ := strings.Cut(rest, "!")
		for word := range strings.SplitSeq(words, ",") {
			all = append(all, RestrictedWord{category, Evidence(e), strings.TrimSpace(word), list(guards)})
		}
	}
	return all, nil
}

func list(text string) (all []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// NewRestrictedWords makes ready to find the words of the files and more, without those silenced. More are "category: word", or
// a word alone, which is a trap word of pesticides.
func NewRestrictedWords(more, silenced []string) (*RestrictedWords, error) {
	if len(more) == 0 && len(silenced) == 0 {
		return filedWords() // a thousand accounts look for the same words
	}
	return makeRestrictedWords(more, silenced)
}

// filedWords makes ready to find the words of the files, once.
var filedWords = sync.OnceValues(func() (*RestrictedWords, error) { return makeRestrictedWords(nil, nil) })

func makeRestrictedWords(more, silenced []string) (*RestrictedWords, error) {
	words, err := defaultWords()
	if err != nil {
		return nil, err
	}
	words = slices.Clone(words)
	for _, m := range more {
		category, word, ok := strings.Cut(m, ":")
		if !ok {
			category, word = restricted[0].Name, m
		}
		category, word = strings.TrimSpace(category), strings.TrimSpace(word)
		if !slices.ContainsFunc(restricted, func(c RestrictedCategory) bool { return c.Name == category }) || len(foldParts(word)) == 0 {
			return nil, fmt.Errorf("the word %q: want \"category: word\" with a category such as %q", m, restricted[0].Name)
		}
		words = append(words, RestrictedWord{Category: category, Word: word})
	}
	silent := map[string]bool{}
	for _, s := range silenced {
		silent[strings.Join(foldParts(s), " ")] = true
	}
	words = slices.DeleteFunc(words, func(w RestrictedWord) bool { return silent[strings.Join(foldParts(w.Word), " ")] })
	r := &RestrictedWords{words: words, whole: map[string][]int{}, begins: map[string][]int{}, runs: map[rune][]int{}}
	for i, w := range words {
		r.index(i, w.Word)
	}
	known := map[string]int{}
	for _, w := range words {
		var guards []int
		for _, g := range w.Guards {
			at, there := known[g]
			if !there {
				at = len(r.parts)
				known[g] = at
				r.index(at, g)
			}
			guards = append(guards, at)
		}
		r.guards = append(r.guards, guards)
	}
	return r, nil
}

func (r *RestrictedWords) index(i int, word string) {
	parts := foldParts(word)
	r.parts = append(r.parts, parts)
	first := parts[0]
	if c := []rune(first)[0]; unspaced(c) {
		r.runs[c] = append(r.runs[c], i)
	} else if beginning, ok := strings.CutSuffix(first, "*"); ok {
		r.begins[beginning] = append(r.begins[beginning], i)
		if !slices.Contains(r.lengths, len(beginning)) {
			r.lengths = append(r.lengths, len(beginning))
		}
	} else {
		r.whole[first] = append(r.whole[first], i)
	}
}

// Find returns the words that stand in a text and are not made harmless, each once, the strongest evidence first.
func (r *RestrictedWords) Find(text string) []RestrictedWord {
	parts := foldParts(strings.ReplaceAll(text, "*", " "))
	var hit []int
	at := func(i, p int) {
		want := r.parts[i]
		if len(want) > len(parts)-p || slices.Contains(hit, i) {
			return
		}
		for k := 1; k < len(want); k++ { // the first part is how it was found
			beginning, open := strings.CutSuffix(want[k], "*")
			if open && !strings.HasPrefix(parts[p+k], beginning) || !open && parts[p+k] != want[k] {
				return
			}
		}
		hit = append(hit, i)
	}
	for p, part := range parts {
		for _, i := range r.whole[part] {
			at(i, p)
		}
		for _, n := range r.lengths {
			if n <= len(part) {
				for _, i := range r.begins[part[:n]] {
					at(i, p)
				}
			}
		}
		for k, c := range part {
			if !unspaced(c) {
				continue
			}
			for _, i := range r.runs[c] {
				if strings.HasPrefix(part[k:], r.parts[i][0]) && !slices.Contains(hit, i) {
					hit = append(hit, i)
				}
			}
		}
	}
	var found []RestrictedWord
	for _, i := range hit {
		if i < len(r.words) && !slices.ContainsFunc(r.guards[i], func(g int) bool { return slices.Contains(hit, g) }) {
			found = append(found, r.words[i])
		}
	}
	slices.SortStableFunc(found, func(a, b RestrictedWord) int { return int(b.Evidence - a.Evidence) })
	return found
}

// unspaced says whether a character belongs to a writing without blanks between words.
func unspaced(c rune) bool {
	return c >= 0x2e80 && unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// foldParts splits a text into words without case, accents and punctuation; a * stays at the end of a word.
func foldParts(text string) []string {
	var b strings.Builder
	plain := true
	for i := 0; i < len(text) && plain; i++ {
		plain = text[i] < 0x80
	}
	if !plain {
		text = norm.NFKD.String(text)
	}
	for _, c := range text {
		switch {
		case c == 'ß':
			b.WriteString("ss")
		case c == 'ł' || c == 'Ł':
			b.WriteByte('l')
		case c == 'ø' || c == 'Ø':
			b.WriteByte('o')
		case c == 'æ' || c == 'Æ':
			b.WriteString("ae")
		case c == 0x3099 || c == 0x309a:
			b.WriteRune(c) // the marks of Japanese tell one sound from another
		case unicode.Is(unicode.Mn, c) || c == '\'' || c == '’':
		case unicode.IsLetter(c) || unicode.IsDigit(c) || c == '*' || c == 'ー':
			b.WriteRune(unicode.ToLower(c))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}
