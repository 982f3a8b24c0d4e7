package simulator

import "unicode/utf8"

// high holds the characters of windows-1252 that stand elsewhere in Unicode, from byte 0x80 on; a 0 is a byte that the
// code page leaves free.
var high = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// windows1252 encodes UTF-8 text. What the code page lacks becomes a question mark, as in Amazon's own exports.
func windows1252(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		out = append(out, windows1252Byte(r))
	}
	return out
}

// windows1252Byte encodes one character.
func windows1252Byte(r rune) byte {
	if r < 0x80 || r >= 0xa0 && r <= 0xff {
		return byte(r)
	}
	for i, h := range high {
		if h == r {
			return byte(0x80 + i)
		}
	}
	return '?'
}
