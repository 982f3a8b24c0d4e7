package causes

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

func newReader(t testing.TB, extra ...Extra) *Reader {
	t.Helper()
	r, err := New(extra...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Pairs with the same words, one a complaint and one not, in every language.
func TestTricky(t *testing.T) {
	r := newReader(t)
	text, err := os.ReadFile("testdata/tricky.txt")
	if err != nil {
		t.Fatal(err)
	}
	language, seen := "", map[string]int{}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if head, ok := strings.CutPrefix(line, "["); ok {
			language = strings.TrimSuffix(head, "]")
			continue
		}
		labels, comment, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("tricky.txt, line %d: want CAUSES: COMMENT", i+1)
		}
		labels, mistaken := strings.CutPrefix(labels, "!")
		seen[language]++
		reading := r.Read(comment, "")
		want := strings.Split(labels, ",")
		var got []string
		for _, c := range reading.Causes() {
			got = append(got, string(c))
		}
		switch right := slices.Equal(want, got); {
		case !right && !mistaken:
			t.Errorf("tricky.txt, line %d [%s]: %q: want %v, got %v", i+1, reading.Language, comment, want, reading.Because)
		case right && mistaken:
			t.Errorf("tricky.txt, line %d: %q is read rightly now: take the ! away", i+1, comment)
		}
	}
	for _, code := range Languages() {
		if seen[code] < 10 {
			t.Errorf("tricky.txt has %d comments of %s, want ten or more", seen[code], code)
		}
	}
}

// mustHold checks what holds of every reading, whatever the text.
func mustHold(t interface{ Fatalf(string, ...any) }, text string, r Reading) {
	if r.Language != "" && !slices.Contains(Languages(), r.Language) {
		t.Fatalf("%q: no language is called %q", text, r.Language)
	}
	if (strings.TrimSpace(text) == "") != (len(r.Because) == 0) {
		t.Fatalf("%q: got the passages %v", text, r.Because)
	}
	order, passages := -1, 0
	for _, b := range r.Because {
		at := slices.Index(monitor.Causes(), b.Cause)
		if passages++; at != order {
			passages = 1
		}
		switch {
		case b.Words == "" || !strings.Contains(text, b.Words):
			t.Fatalf("%q: %q are not the buyer's words", text, b.Words)
		case utf8.ValidString(text) && !utf8.ValidString(b.Words):
			t.Fatalf("%q: %q cuts a character", text, b.Words)
		case at < order:
			t.Fatalf("%q: %s stands too late in %v", text, b.Cause, r.Because)
		case passages > maxPassages:
			t.Fatalf("%q: too many passages of %s", text, b.Cause)
		case b.Cause == monitor.CauseOther && len(r.Because) > 1:
			t.Fatalf("%q: other stands beside a cause: %v", text, r.Because)
		}
		order = at
	}
}

// anyText draws bytes of any kind, or words of comments in any order with anything between them.
func anyText(comments []comment) *rapid.Generator[string] {
	var words []string
	for _, c := range comments {
		words = append(words, strings.Fields(c.text)...)
	}
	between := []string{" ", ". ", ", ", "...", "", "'", "\x00", "\xff", "\n", "́", " not ", "（", "9", "ﾞ"}
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) }),
		rapid.String(),
		rapid.Custom(func(t *rapid.T) string {
			var b strings.Builder
			for range rapid.IntRange(1, 60).Draw(t, "length") {
				b.WriteString(rapid.SampledFrom(words).Draw(t, "word"))
				b.WriteString(rapid.SampledFrom(between).Draw(t, "between"))
			}
			return b.String()
		}),
	)
}

// Any bytes are read without panic, in any marketplace, and the same text always in the same way.
func TestReadAnything(t *testing.T) {
	r := newReader(t)
	texts := anyText(ofPart(t, "all", "tune"))
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		hint := rapid.SampledFrom(append(Languages(), "", "xx")).Draw(t, "hint")
		first := r.Read(text, hint)
		mustHold(t, text, first)
		if again := r.Read(text, hint); again.Language != first.Language || !slices.Equal(again.Because, first.Because) {
			t.Fatalf("%q: first %v, then %v", text, first, again)
		}
	})
}

// Every character is read to its end, by itself, before a word and behind one.
func TestReadEveryCharacter(t *testing.T) {
	r := newReader(t)
	for c := rune(0); c < 0x32000; c++ {
		if c == 0xD800 {
			c = 0xE000
		}
		text := string(c) + " " + string(c) + "fake" + string(c)
		mustHold(t, text, r.Read(text, ""))
	}
}

// A phrase that says nothing of the goods.
var neutral = map[string]string{
	"de": "Das Paket lag am Dienstag vor der Tür", "en": "The neighbours have a garden with two trees", "es": "Mi hermana vive en una calle tranquila",
	"fr": "Ma sœur habite une rue tranquille", "it": "Mia sorella abita in una via tranquilla", "ja": "妹は静かな通りに住んでいます", "nl": "Mijn zus woont in een rustige straat",
	"pl": "Moja siostra mieszka przy spokojnej ulicy", "pt": "Minha irmã mora em uma rua tranquila", "sv": "Min syster bor på en lugn gata", "zh": "我妹妹住在一条安静的街上",
}

// What a comment complains of does not change when a sentence about nothing follows.
func TestNeutralSentence(t *testing.T) {
	r := newReader(t)
	for _, c := range ofPart(t, "all", "tune") {
		stop := ". "
		if c.language == "ja" || c.language == "zh" {
			stop = "。"
		}
		alone := r.Read(c.text, c.language)
		both := strings.TrimRight(c.text, ".。") + stop + neutral[c.language] + strings.TrimSpace(stop)
		if with := r.Read(both, c.language); !slices.Equal(alone.Causes(), with.Causes()) {
			t.Errorf("%s: %q: %v, before the neutral sentence %v", c.id, both, with.Because, alone.Because)
		}
	}
}

// However many dots stand between them, two sentences are two, and neighbours.
func TestDots(t *testing.T) {
	r := newReader(t)
	for _, stop := range []string{". ", "... ", "…… ", "!!! ", "?! ", " . . . ", "\n\n\n"} {
		text := "Do not worry" + stop + "It is a fake" + stop + "Thank you"
		if got := r.Read(text, "").Because; len(got) != 1 || got[0].Cause != monitor.CauseCounterfeit || !strings.Contains(got[0].Words, "fake") {
			t.Errorf("%q: got %v, want one passage of counterfeit", text, got)
		}
		p := passage{}
		p.read(emptyBook(), text)
		if n := p.tokens[len(p.tokens)-1].sentence; n != 2 {
			t.Errorf("%q: the third sentence is number %d, want 2", text, n)
		}
	}
}

// The user's own phrases, as docs/complaints.md shows them.
func TestExtra(t *testing.T) {
	r := newReader(t, Extra{Language: "en", Cause: monitor.CauseIncomplete, Phrases: []string{"no dock", "(cradle|dock) ..3 forgotten"}, Except: []string{"no dock (needed|required)"}})
	for text, want := range map[string]monitor.Cause{
		"Nice speaker but no dock in the box": monitor.CauseIncomplete,
		"The cradle was sadly forgotten":      monitor.CauseIncomplete,
		"A fine speaker, no dock needed":      monitor.CauseOther, // the exception overlaps with the phrase
		"The clock says no. Dock it there":    monitor.CauseOther, // not one sentence
		"Le son est bon, no dock":             monitor.CauseOther, // not English
	} {
		if got := r.Read(text, "").Causes(); !slices.Equal(got, []monitor.Cause{want}) {
			t.Errorf("%q: got %v, want %s", text, got, want)
		}
	}
	for _, bad := range []Extra{
		{Cause: monitor.CauseOther, Phrases: []string{"bad"}},
		{Cause: monitor.CauseUsed, Phrases: []string{""}},
		{Cause: monitor.CauseUsed, Phrases: []string{"(a|b"}},
		{Cause: monitor.CauseUsed, Phrases: []string{"..3 word"}},
		{Cause: monitor.CauseUsed, Phrases: []string{"word ..13 word"}},
		{Cause: monitor.CauseUsed, Phrases: []string{"@nobody"}},
		{Cause: monitor.CauseUsed, Phrases: []string{"ab*"}},
		{Cause: monitor.CauseUsed, Phrases: []string{"used -word"}},
		{Cause: monitor.CauseUsed, Except: []string{"!?"}},
	} {
		if err := bookOf().extra(bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	_, err := New(Extra{Cause: monitor.CauseUsed, Phrases: []string{"fine"}}, Extra{Cause: monitor.CauseUsed, Language: "tlh", Phrases: []string{"bad"}})
	if e, ok := errors.AsType[*ExtraError](err); !ok || e.Index != 1 {
		t.Errorf("an unknown language: got the error %v", err)
	}
}

// Numbers are compared, short gaps stop at commas, and an exception may win over a longer phrase.
func TestNotation(t *testing.T) {
	r := newReader(t,
		Extra{Language: "en", Cause: monitor.CauseIncomplete, Phrases: []string{"quux ## ..4 came #<", "## quux of #>", "gronk ..3 blarg", "frob ..4 blarg", "zork the very long phrase"},
			Except: []string{"frob it"}},
		Extra{Language: "it", Cause: monitor.CauseDamaged, Phrases: []string{"quux è"}})
	for text, want := range map[string]bool{
		"The quux six and there came 5":         true,
		"The quux 5 and there came six":         false, // more, not less
		"The quux 128 and there came 64":        false, // sizes
		"The quux 18/10 and there came 5":       false, // a date
		"I have 3 quux of 4 here":               true,
		"I have 4 quux of 3 here":               false,
		"The gronk and the blarg":               true,
		"The gronk, and the blarg":              false,
		"The frob and, well, the blarg":         true,
		"The frob it blarg":                     false, // the exception has as many words
		"The zork the very long phrase was it.": true,
	} {
		if got := slices.Contains(r.Read(text, "en").Causes(), monitor.CauseIncomplete); got != want {
			t.Errorf("%q: incomplete is %v, want %v", text, got, want)
		}
	}
	always := newReader(t, Extra{Language: "en", Cause: monitor.CauseIncomplete, Phrases: []string{"zork the very long phrase", "-! zork the"}})
	if got := always.Read("The zork the very long phrase was it.", "en").Causes(); !slices.Equal(got, []monitor.Cause{monitor.CauseOther}) {
		t.Errorf("an exception that always wins: got %v", got)
	}
	for text, want := range map[string]bool{"il quux è qui": true, "il quux e' qui": true, "il quux e qui": false} {
		if got := slices.Contains(r.Read(text, "it").Causes(), monitor.CauseDamaged); got != want {
			t.Errorf("%q: damaged is %v, want %v", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	r := newReader(f)
	for _, c := range ofPart(f, "all", "tune") {
		f.Add(c.text, c.language)
	}
	f.Add(strings.Repeat("\xa4", 150)+" what a day", "")
	f.Add("not.... a fake\xff", "en")
	f.Add("ﾎﾞﾄﾙが中古ﾞ 9999999abc l'aaaa", "")
	f.Fuzz(func(t *testing.T, text, hint string) { mustHold(t, text, r.Read(text, hint)) })
}

// Whatever a user writes as a phrase is taken or refused, and reads any comment if it is taken.
func FuzzPhrase(f *testing.F) {
	for _, p := range []string{"no dock", "~ (a b|c)? ..3 word* -(x) --(y)", "= ^ *box @name $", "a ...3 b ++(#)", "((((a", "a?|b? c", "..1 a", "中古*"} {
		f.Add(p, "no dock a b c word words box 9 中古品")
	}
	f.Fuzz(func(t *testing.T, phrase, text string) {
		w := bookOf()
		if w.rule(section{kind: ruleCause}, phrase) != nil {
			return
		}
		w.book.languages = append(w.book.languages, w.language)
		p := passage{}
		p.read(w.book, text)
		p.present, p.turn = make([]uint32, w.book.sets), 0 // as if the comment had every word
		for at := range p.tokens {
			if end, _ := p.run(&w.book.rules[0].program, at); end > len(p.tokens) {
				t.Fatalf("%q ends behind the end of %q", phrase, text)
			}
		}
	})
}

// bookOf returns a writer of an empty book.
func bookOf() *bookWriter {
	return newBookWriter(&phrasebook{simplified: simplified(), numbers: map[string]int{}}, "")
}

// BenchmarkRead reads comments of 200 characters, as many of each language as of the others.
func BenchmarkRead(b *testing.B) {
	r := newReader(b)
	const length, each = 200, 20
	var texts []string
	for _, code := range Languages() {
		var all []rune
		for _, c := range ofPart(b, code, "tune") {
			all = append(append(all, []rune(c.text)...), ' ')
		}
		for i := range each {
			from := i * length % (len(all) - length)
			texts = append(texts, string(all[from:from+length]))
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Read(texts[i%len(texts)], "")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
}
