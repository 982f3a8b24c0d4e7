package causes

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plainLatin are letters that NFKD does not take apart.
var plainLatin = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ſ': "s"}

// accented are words that are others without their accent: é, the Portuguese and Italian "is", and "and"; the Italian né, "nor",
// and ne, "of them". All forms of an accent are compared as one.
var accented = sync.OnceValue(func() map[string]string {
	forms := map[string]string{}
	for _, word := range []string{"e", "ne"} {
		for _, mark := range []string{"\u0300", "\u0301"} {
			for _, typed := range []string{word, strings.ToUpper(word), strings.ToUpper(word[:1]) + word[1:]} {
				forms[typed+mark] = word + "\u0301"
				forms[norm.NFC.String(typed+mark)] = word + "\u0301"
			}
		}
	}
	return forms
})

// foldRune appends a letter as it is compared: compatibility forms resolved, small, Latin letters without their marks.
func foldRune(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r))
	}
	if r < 0x2000 || 0xFB00 <= r && r <= 0xFFEF || r >= 0x1D400 && r <= 0x1D7FF {
		return foldLatin(dst, r)
	}
	return utf8.AppendRune(dst, unicode.ToLower(r))
}

// latin is foldLatin of what is most often met.
var latin = sync.OnceValue(func() *[0x250][]byte {
	var table [0x250][]byte
	for r := rune(0x80); r < 0x250; r++ {
		table[r] = decompose(nil, r)
	}
	return &table
})

func foldLatin(dst []byte, r rune) []byte {
	if r < 0x250 {
		return append(dst, latin()[r]...)
	}
	return decompose(dst, r)
}

func decompose(dst []byte, r rune) []byte {
	if s, ok := plainLatin[unicode.ToLower(r)]; ok {
		return append(dst, s...)
	}
	if isKana(r) || 0xFF65 <= r && r <= 0xFF9F {
		return append(dst, norm.NFKC.String(string(r))...)
	}
	for _, d := range norm.NFKD.String(string(r)) {
		if s, ok := plainLatin[unicode.ToLower(d)]; ok {
			dst = append(dst, s...)
		} else if !unicode.Is(unicode.Mn, d) {
			dst = utf8.AppendRune(dst, unicode.ToLower(d))
		}
	}
	return dst
}

func isKana(r rune) bool {
	return 0x3041 <= r && r <= 0x30FF && r != 0x30FB || 0x31F0 <= r && r <= 0x31FF
}

// isIdeograph says whether a letter is one of a script written without spaces, so that it is a token by itself.
func isIdeograph(r rune) bool {
	switch {
	case r < 0x3005:
		return false
	case r == 0x3005 || r == 0x3007 || isKana(r):
		return true
	case 0x3400 <= r && r <= 0x9FFF || 0xF900 <= r && r <= 0xFAFF || 0xFF66 <= r && r <= 0xFF9F:
		return true
	default:
		return 0x20000 <= r && r <= 0x3FFFF
	}
}

// isVoicing says whether a mark belongs to the kana before it.
func isVoicing(r rune) bool { return r == 0x3099 || r == 0x309A || r == 0xFF9E || r == 0xFF9F }
