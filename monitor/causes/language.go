package causes

import "sync"

// letterHints are letters that few languages have, by the numbers of those languages in languageCodes.
var letterHints = sync.OnceValue(func() map[rune][]int8 {
	hints := map[rune][]int8{}
	for code, letters := range map[string]string{
		"de": "äöüß", "es": "ñáíóúé", "fr": "éèêëàâçùûœïî", "it": "èàùòì", "pl": "ąćęłńśźżó", "pt": "ãõçáâêéíóú", "sv": "åäö", "nl": "ëï",
	} {
		for i, c := range languageCodes {
			if c == code {
				for _, r := range letters {
					hints[r] = append(hints[r], int8(i))
				}
			}
		}
	}
	return hints
})

// activeLanguages says which languages' phrases are looked for.
type activeLanguages struct {
	on   [maxLanguages + 1]bool
	best int // in languageCodes; -1: none is known
}

// near is the share of the best language's score from which on another one is looked for too: a comment may be in two
// languages, and the shortest ones tell little.
const near = 0.6

func languageIndex(code string) int {
	for i, c := range languageCodes {
		if c == code {
			return i
		}
	}
	return -1
}

var (
	indexJapanese = languageIndex("ja")
	indexChinese  = languageIndex("zh")
)

// guess tells the language by its common words, the words of its phrases, its letters and its script. The marketplace's
// language wins where others are as good.
func (p *passage) guess(b *phrasebook, hint string) activeLanguages {
	a := activeLanguages{best: -1}
	a.on[len(b.languages)-1] = true // the user's phrases for any language
	own := languageIndex(hint)
	if written := p.kana + p.han; written > 0 && written >= p.latin {
		a.best = indexChinese
		if p.kana*12 >= p.han || p.kana > 0 && own == indexJapanese || p.kana == 0 && own == indexJapanese {
			a.best = indexJapanese
		}
		a.on[a.best] = true
		if p.latin < 4 {
			return a
		}
	}
	score := p.hints
	for i := range p.tokens {
		t := &p.tokens[i]
		var common, known uint32
		n := 0
		for _, s := range p.sets[t.setsFrom:t.setsTo] {
			l := b.languageOf[s]
			if b.languages[l].words == s {
				if common&(1<<l) == 0 {
					n++
				}
				common |= 1 << l
			} else {
				known |= 1 << l
			}
		}
		known &^= common
		for l := range score {
			if common&(1<<l) != 0 {
				score[l] += 1 + 1/float32(n)
			} else if known&(1<<l) != 0 {
				score[l] += 0.4
			}
		}
	}
	if own >= 0 {
		score[own] += 0.5
	}
	best := float32(0)
	for l := range languageCodes {
		if l != indexJapanese && l != indexChinese && score[l] > best {
			best = score[l]
			if !a.on[indexJapanese] && !a.on[indexChinese] {
				a.best = l
			}
		}
	}
	for l := range languageCodes {
		if l != indexJapanese && l != indexChinese && best > 0 && score[l] >= near*best {
			a.on[l] = true
		}
	}
	return a
}
