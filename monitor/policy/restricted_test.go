package policy

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func matcher(t testing.TB, more, silenced []string) *RestrictedWords {
	t.Helper()
	r, err := NewRestrictedWords(more, silenced)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lines(t testing.TB, name string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// Titles of ordinary goods in 11 languages, many with words that look alike, hit nothing.
func TestOrdinaryTitlesAreLeftAlone(t *testing.T) {
	r, all := matcher(t, nil, nil), lines(t, "ordinary.txt")
	if len(all) < 150 {
		t.Errorf("only %d titles", len(all))
	}
	for _, title := range all {
		for _, w := range r.Find(title) {
			t.Errorf("%q: %s of %s, %q", title, w.Evidence, w.Category, w.Word)
		}
	}
}

// Each line has the category that must be found first, a |, and the title.
func TestRestrictedTitlesAreFound(t *testing.T) {
	r, all := matcher(t, nil, nil), lines(t, "restricted.txt")
	if len(all) < 80 {
		t.Errorf("only %d titles", len(all))
	}
	for _, line := range all {
		category, title, _ := strings.Cut(line, "|")
		if found := r.Find(title); len(found) == 0 || found[0].Category != category {
			t.Errorf("%q: %v, want %s", title, found, category)
		}
	}
}

// Every category has words, every word a category, and each word is found in itself.
func TestWordFiles(t *testing.T) {
	r := matcher(t, nil, nil)
	seen := map[string]bool{}
	for _, w := range r.words {
		seen[w.Category] = true
		if found := r.Find(strings.ReplaceAll(w.Word, "*", "")); len(found) == 0 {
			t.Errorf("%s: %q is not found in itself", w.Category, w.Word)
		}
	}
	for _, c := range RestrictedCategories() {
		if !seen[c.Name] || c.Rule == "" {
			t.Errorf("category %s has no words or no rule", c.Name)
		}
	}
	for _, text := range []string{"trap: mold", "[pesticides]\nmold", "[gods]\ntrap: x"} {
		if _, err := parseWords(text); err == nil {
			t.Errorf("%q is taken for a word file", text)
		}
	}
}

func TestOwnWords(t *testing.T) {
	r := matcher(t, []string{"weapons: Zwille*", "eco friendly"}, []string{"Antibacterial"})
	for text, want := range map[string]string{
		"Profi-Zwillen aus Holz": "[weapons Zwille*]", "Eco-friendly bag": "[pesticides eco friendly]", "antibacterial soap dish": "[]", "ANTIMICROBIAL": "[pesticides antimicrobial]",
	} {
		got := []string{}
		for _, w := range r.Find(text) {
			got = append(got, w.Category+" "+w.Word)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
	for _, bad := range []string{"gods: x", "weapons: ", " "} {
		if _, err := NewRestrictedWords([]string{bad}, nil); err == nil {
			t.Errorf("%q is taken for a word", bad)
		}
	}
}

// Hostile titles make no panic, and accents, case and width make no difference to what is found.
func FuzzFind(f *testing.F) {
	r := matcher(f, nil, nil)
	for _, s := range []string{"", "*", "抗菌まな板", "Antibakterielles Ｓｐｒａｙ", "\xff\xfemold", "e\u0301\u0301", "mold *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range r.Find(text) {
			if w.Word == "" || w.Category == "" {
				t.Errorf("%q: %+v", text, w)
			}
		}
		if again := r.Find(text + " antimicrobial"); len(again) == 0 {
			t.Errorf("%q hides a word behind it", text)
		}
	})
}

// 100,000 listings of a title and a description take well under a second.
func BenchmarkFind(b *testing.B) {
	r, titles := matcher(b, nil, nil), lines(b, "ordinary.txt")
	for i := 0; b.Loop(); i++ {
		r.Find(titles[i%len(titles)])
	}
}
