package causes

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

var builtIn = sync.OnceValues(func() (*Reader, error) { return New() })

func reader(t testing.TB) *Reader {
	t.Helper()
	r, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPairs reads testdata/pairs/LANG.txt: causes, a bar and a comment a line, near misses beside what they miss.
func TestPairs(t *testing.T) {
	files, err := filepath.Glob("testdata/pairs/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range Languages() {
		if !slices.Contains(files, "testdata/pairs/"+l+".txt") {
			t.Errorf("there are no pairs in %s", l)
		}
	}
	r := reader(t)
	for _, path := range files {
		language := strings.TrimSuffix(filepath.Base(path), ".txt")
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(f)
		for n := 1; in.Scan(); n++ {
			want, text, ok := strings.Cut(in.Text(), " | ")
			if !ok {
				continue
			}
			var got []string
			reading := r.Read(text, "")
			for _, c := range reading.Causes() {
				got = append(got, string(c))
			}
			if strings.Join(got, ",") != strings.TrimSpace(want) {
				t.Errorf("%s:%d: %s\n got %v\nwant %s", path, n, text, reading.Because, want)
			}
			if reading.Language != language {
				t.Errorf("%s:%d: %s\n was taken for %q", path, n, text, reading.Language)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestEmpty(t *testing.T) {
	for _, text := range []string{"", " ", "\n\t", "\u3000"} {
		if got := reader(t).Read(text, ""); len(got.Because) > 0 || len(got.Causes()) > 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, text := range []string{"!!!", "\xff\xfe", "\x00", "5", "👎"} {
		if got := reader(t).Read(text, "").Causes(); !slices.Equal(got, []monitor.Cause{monitor.CauseOther}) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// A comment is read the same however its accents, widths, apostrophes, capitals and characters are typed.
func TestSpelling(t *testing.T) {
	for _, same := range [][]string{
		{"DIDN’T RECEIVE MY ORDER", "didn't receive my order", "didnt receive my order"},
		{"Gefälschte Ware", "gefaelschte ware", "GEFÄLSCHTE WARE", "gefa\u0308lschte Ware"},
		{"El producto está caducado", "el producto esta caducado"},
		{"収納ケースが割れて届きました", "収納ｹｰｽが割れて届きました"},
		{"買到假貨", "买到假货"},
		{"賞味期限切れでした", "賞味期限切れて\u3099した"},
	} {
		want := reader(t).Read(same[0], "").Causes()
		if len(want) != 1 || want[0] == monitor.CauseOther {
			t.Errorf("%q: %v", same[0], want)
		}
		for _, text := range same[1:] {
			if got := reader(t).Read(text, "").Causes(); !slices.Equal(got, want) {
				t.Errorf("%q: %v; %q: %v", same[0], want, text, got)
			}
		}
	}
}

func TestExtra(t *testing.T) {
	r, err := New(Extra{Language: "en", Cause: monitor.CauseIncomplete, Phrases: []string{"no (dock|cradle)"}, Except: []string{"cradle needed"}},
		Extra{Cause: monitor.CauseUsed, Phrases: []string{"zzqx"}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]monitor.Cause{
		"there was no dock with it": monitor.CauseIncomplete, "there is no cradle needed": monitor.CauseOther, "das war ZZQX und sehr gut": monitor.CauseUsed,
	} {
		if got := r.Read(text, "").Causes(); !slices.Equal(got, []monitor.Cause{want}) {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
	for want, extra := range map[string]Extra{
		`there is no language "xx"`:          {Language: "xx", Cause: monitor.CauseUsed, Phrases: []string{"a"}},
		`no phrase can stand for the cause`:  {Language: "en", Cause: monitor.CauseOther, Phrases: []string{"a"}},
		"a bracket is not closed":            {Cause: monitor.CauseUsed, Phrases: []string{"(a b"}},
		"there is no name @nothing":          {Cause: monitor.CauseUsed, Phrases: []string{"@nothing"}},
		"want a number from 1 to 12":         {Cause: monitor.CauseUsed, Phrases: []string{"a ..99 b"}},
		"must not begin with a gap":          {Cause: monitor.CauseUsed, Phrases: []string{"..3 b"}},
		"write three letters or more":        {Cause: monitor.CauseUsed, Phrases: []string{"ab*"}},
		"want a word":                        {Cause: monitor.CauseUsed, Phrases: []string{""}},
		"want the end":                       {Cause: monitor.CauseUsed, Phrases: []string{"a +b"}},
		"has no letters":                     {Cause: monitor.CauseUsed, Phrases: []string{"a , b"}},
		"it needs one word that must be the": {Cause: monitor.CauseUsed, Phrases: []string{"a? b?"}},
	} {
		if _, err := New(extra); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", extra, err, want)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, m := range monitor.Marketplaces() {
		if l := LanguageOf(m); l != "" && !slices.Contains(Languages(), l) {
			t.Errorf("%s: %q is not read", m, l)
		}
	}
	if LanguageOf("Amazon.de") != "de" || LanguageOf("Amazon.co.jp") != "ja" || LanguageOf("") != "" {
		t.Error("the languages of Amazon.de, Amazon.co.jp, nowhere")
	}
}

// Whatever is written: no panic, words of the text itself, in the order of the causes, other only alone.
func TestAnyText(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"used", "not", "Sold as new", "expired", "my card", "missing", "fake", ".", "!", ",", "\n", "\xff", "\x00", "\x1b[2J", "é", "e\u0301",
		"假货", "不是", "偽物", "ではない", "ﾆｾﾓﾉ", "\u3099", "’", "'", "3", "👍", "\u202e", "nie", "kein Original", "screws", "box", " ", "wrong size", "neverrrrr received"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(pieces, rapid.String()), 0, 40).Draw(t, "text"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		checkReading(t, text, rapid.SampledFrom([]string{"", "en", "ja", "xx"}).Draw(t, "hint"))
	})
}

type failer interface{ Fatalf(string, ...any) }

func checkReading(t failer, text, hint string) {
	r, err := builtIn()
	if err != nil {
		t.Fatalf("%v", err)
	}
	got := r.Read(text, hint)
	last := -1
	for _, b := range got.Because {
		at := slices.Index(monitor.Causes(), b.Cause)
		if at < last {
			t.Fatalf("%q: %v are out of order", text, got.Because)
		}
		if last = at; !strings.Contains(text, b.Words) || b.Words == "" {
			t.Fatalf("%q: %q are no words of it", text, b.Words)
		}
		if b.Cause == monitor.CauseOther && len(got.Because) > 1 {
			t.Fatalf("%q: other beside %v", text, got.Because)
		}
	}
	if (len(got.Because) == 0) != (strings.TrimSpace(text) == "") {
		t.Fatalf("%q: %v", text, got.Because)
	}
}

// A sentence about something else takes no cause away.
func TestAnotherSentence(t *testing.T) {
	sentences := map[string][2][]string{
		"en": {{"Sold as new but clearly used.", "It expired last month.", "This is a fake.", "They sent the wrong size.", "Two screws are missing.", "It arrived broken."},
			{"The weather was nice.", "I like the colour.", "My sister lives in Ohio."}},
		"de": {{"Der Artikel war offensichtlich gebraucht.", "Das MHD ist abgelaufen.", "Das ist eine Fälschung.", "Falsche Farbe geliefert.", "Es fehlen zwei Schrauben."},
			{"Das Wetter war schön.", "Die Farbe gefällt mir.", "Meine Schwester wohnt in Ulm."}},
		"ja": {{"中古品が届きました。", "賞味期限が切れていました。", "偽物でした。", "ネジが足りない。"}, {"天気がいい。", "色はきれいです。"}},
		"zh": {{"收到的是二手的。", "已经过期了。", "这是假货。", "少了两个螺丝。"}, {"天气很好。", "颜色我喜欢。"}},
	}
	rapid.Check(t, func(t *rapid.T) {
		language := rapid.SampledFrom([]string{"en", "de", "ja", "zh"}).Draw(t, "language")
		of := rapid.SampledFrom(sentences[language][0]).Draw(t, "complaint")
		other := rapid.SampledFrom(sentences[language][1]).Draw(t, "other")
		r, err := builtIn()
		if err != nil {
			t.Fatal(err)
		}
		before := r.Read(of, "").Causes()
		if len(before) == 0 || before[0] == monitor.CauseOther {
			t.Fatalf("%q says nothing", of)
		}
		for _, text := range []string{of + " " + other, other + " " + of, other + " " + of + " " + other} {
			if after := r.Read(text, "").Causes(); !slices.Equal(before, after) {
				t.Fatalf("%q: %v; %q: %v", of, before, text, after)
			}
		}
	})
}

// A text that is made to take long does not.
func TestHostileLength(t *testing.T) {
	for _, piece := range []string{"not ", "used ", "missing the ", "box opened ", "不是假货", "a", "\u0301", "sold as new ", "(", "the description says but "} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		if got := reader(t).Read(text, ""); len(got.Because) > 13*maxPassages || !utf8.ValidString(got.Language) {
			t.Errorf("%q over and over: %d passages", piece, len(got.Because))
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"", "Sold as new but clearly used", "not a fake", "\xff used \x00", "新品ではない", "少了一個螺絲", "d’occasion", "Es fehlt \u0301", "1,5 cm kürzer als abgebildet", strings.Repeat("no ", 400)} {
		f.Add(seed, "")
		f.Add(seed, "ja")
	}
	f.Fuzz(func(t *testing.T, text, hint string) { checkReading(t, text, hint) })
}

// Any phrase is refused or compiled, and then reads in bounded time.
func FuzzPhrase(f *testing.F) {
	for _, seed := range []string{"a", "(a|b c) ..3 d* +(e) --(f)", "# 個", "^ 假 $", "((((a))))", "a?|b", "..3", "未開封?", "*ware", "@x", "a -(b", "~ a", "= !"} {
		f.Add(seed, "a b c d e f 3 個 未開封 hardware")
	}
	f.Fuzz(func(t *testing.T, phrase, text string) {
		b := &phrasebook{simplified: simplified}
		w := &bookWriter{book: b, compiler: compiler{lexicon: &b.lexicon, known: map[string]setID{}}, names: map[string]*node{}, no: map[string]bool{}}
		w.words = b.newSet()
		if err := w.extra(Extra{Cause: monitor.CauseUsed, Phrases: []string{phrase}}); err != nil {
			return
		}
		var p passage
		p.read(b, text)
		p.present, p.turn = make([]uint32, b.sets), 0 // as if the comment had every word
		for at := range p.tokens {
			if end, _ := p.run(&b.rules[0].program, at); end > len(p.tokens) {
				t.Fatalf("%q ends at %d of %d in %q", phrase, end, len(p.tokens), text)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	r := reader(b)
	texts := []string{
		"I bought this as a gift for my sister and when it came the box was already opened and there were scratches on the lid. I used it for two weeks before it stopped working, so I would not buy it again.",
		"Die Lieferung kam schnell, aber leider war die Verpackung beschädigt und es fehlten zwei Schrauben. Ich habe den Händler angeschrieben und bis heute keine Antwort erhalten. Das Gerät selbst ist in Ordnung.",
		"Le produit est correct mais la couleur ne correspond pas à la photo, et il manque la notice. Livraison rapide, emballage soigné, je suis tout de même déçue par la qualité du tissu qui est très fin.",
		"El paquete llegó a tiempo y el color es bonito, aunque la talla resulta un poco pequeña para mi hija. No es lo que esperaba por el precio, pero cumple su función y el vendedor respondió rápido.",
		"届いた商品は思っていたより小さかったですが、色はきれいでした。ただ箱がつぶれていて、説明書も入っていませんでした。使い方がわからないので、販売店に問い合わせましたが返事がありません。値段の割には良いと思います。",
	}
	var bytes int64
	for _, t := range texts {
		bytes += int64(len(t))
	}
	b.SetBytes(bytes / int64(len(texts)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r.Read(texts[i%len(texts)], "")
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
