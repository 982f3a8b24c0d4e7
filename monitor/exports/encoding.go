package exports

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how a file writes its characters.
type Encoding string

// The encodings that exports have. Latin-1 is none of them: what claims to be Latin-1 is windows-1252.
const (
	UTF8        Encoding = "UTF-8"
	MixedUTF8   Encoding = "UTF-8 and windows-1252" // put together from files of both, or cut off inside a character
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	CP932       Encoding = "CP932"        // Amazon.co.jp: Shift JIS with Microsoft's additions
	Windows1252 Encoding = "windows-1252" // most other stores
	GB18030     Encoding = "GB18030"      // none of Amazon's: a spreadsheet program in China saved the export
	Windows1250 Encoding = "windows-1250" // the same in Poland
	Windows1254 Encoding = "windows-1254" // and in Turkey
)

// sniffed is how many bytes of a file tell UTF-16 from the rest.
const sniffed = 4096

// sniff tells UTF-16 from the beginning of a file, with or without a byte order mark. Everything else is UTF-8 until
// the whole file has been seen.
func sniff(head []byte) Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return UTF16LE
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return UTF16BE
	}
	// Digits, tabs and order ids have a zero byte in UTF-16, always on the same side. No other encoding has any.
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	units := len(head) / 2
	switch {
	case zeros[1]*10 >= units && zeros[0]*10 < zeros[1]:
		return UTF16LE
	case zeros[0]*10 >= units && zeros[1]*10 < zeros[0]:
		return UTF16BE
	}
	return UTF8
}

// declared returns the encoding that the declaration of an XML document names, "" where there is none, and false for one
// that this package does not know. A declaration cannot be UTF-16 that is read as bytes, so such a word says nothing.
func declared(head []byte) (Encoding, string, bool) {
	s := strings.TrimLeft(string(head), " \t\r\n")
	if !strings.HasPrefix(s, "<?xml") {
		return "", "", true
	}
	s, _, _ = strings.Cut(s, "?>")
	_, s, found := strings.Cut(s, "encoding")
	s = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(s, " \t\r\n"), "="), " \t\r\n")
	if !found || s == "" || s[0] != '"' && s[0] != '\'' {
		return "", "", true
	}
	name, _, found := strings.Cut(s[1:], s[:1])
	if !found {
		return "", "", true
	}
	switch normalise(name) {
	case "utf8", "utf16", "utf16le", "utf16be", "usascii", "ascii":
		return "", name, true
	case "iso88591", "latin1", "windows1252", "cp1252":
		return Windows1252, name, true
	case "shiftjis", "sjis", "windows31j", "cp932", "ms932", "xsjis":
		return CP932, name, true
	}
	return "", name, false
}

// decode returns r as UTF-8. UTF-8 itself is passed through, and checked line by line.
func decode(r io.Reader, e Encoding) io.Reader {
	switch e {
	case UTF16LE:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
	case MixedUTF8:
		return transform.NewReader(r, mixed{})
	case CP932:
		return transform.NewReader(r, japanese.ShiftJIS.NewDecoder())
	case Windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	case GB18030:
		return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder())
	case Windows1250:
		return transform.NewReader(r, charmap.Windows1250.NewDecoder())
	case Windows1254:
		return transform.NewReader(r, charmap.Windows1254.NewDecoder())
	default:
		return r
	}
}

// mixed passes UTF-8 through and reads every byte that is none as windows-1252.
type mixed struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (mixed) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, n := utf8.DecodeRune(src[nSrc:])
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(src[nSrc])
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += n
	}
	return nDst, nSrc, nil
}

// inspector gathers, line by line, what tells the encoding of a file that is not UTF-16.
type inspector struct {
	declared  Encoding // by the document, which editors do not change when they save it as UTF-8; empty: it does not say
	notUTF8   int      // the first line that is not UTF-8; 0: none
	runs      int      // characters of several bytes that are right in UTF-8
	strays    int      // bytes that are not
	notCP932  bool
	kana      int // Japanese syllables and punctuation, read as CP932
	chars     int // all characters beyond ASCII, read as CP932
	japan     bool
	notGB     bool
	common    int // the Chinese characters that are in daily use, and punctuation, read as GB18030
	han       int // all characters beyond ASCII, read as GB18030
	polish    int // bytes inside words that are letters in Poland and none in the west: ł, ą, ż
	turkish   int // ğ, ı, ş: letters of Iceland in the west
	not1252   bool
	controls  bool // C1 controls: an earlier program took windows-1252 for Latin-1
	undecoded int  // the line with a byte that neither table has
}

// line takes in one line of raw bytes, without its end.
func (x *inspector) line(b []byte, number int) {
	if ascii(b) {
		return
	}
	valid := utf8.Valid(b)
	if !valid && x.notUTF8 == 0 {
		x.notUTF8 = number
	}
	if valid && !x.controls {
		for i := 0; i+1 < len(b); i++ {
			if b[i] == 0xc2 && b[i+1] < 0xa0 && b[i+1] != 0x85 {
				x.controls = true
				break
			}
		}
	}
	if !x.notCP932 {
		x.japanese(b)
		x.japan = x.japan || bytes.Contains(b, []byte("mazon.co.jp"))
	}
	if !x.notGB {
		x.chinese(b)
	}
	if !x.not1252 {
		for _, c := range b {
			switch c {
			case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
				x.not1252 = true
			}
		}
	}
	if !valid {
		x.eastern(b)
	}
	if x.notCP932 && x.not1252 && x.notGB && x.undecoded == 0 {
		x.undecoded = number
	}
	if valid {
		for _, c := range b {
			if c >= 0xc0 {
				x.runs++
			}
		}
		return
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			x.strays++
		case n > 1:
			x.runs++
		}
		b = b[n:]
	}
}

// japanese reads a line as CP932.
func (x *inspector) japanese(b []byte) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
			continue
		case c >= 0xa1 && c <= 0xdf: // half-width katakana: one byte
			x.chars++
			continue
		case c == 0x80 || c == 0xa0 || c > 0xfc || i+1 == len(b):
			x.notCP932 = true
			return
		}
		t := b[i+1]
		if t < 0x40 || t == 0x7f || t > 0xfc {
			x.notCP932 = true
			return
		}
		x.chars++
		hiragana := c == 0x82 && t >= 0x9f && t <= 0xf1
		katakana := c == 0x83 && t <= 0x96
		mark := c == 0x81 && (t == 0x41 || t == 0x42 || t == 0x5b) // 、 。 ー
		if hiragana || katakana || mark {
			x.kana++
		}
		i++
	}
}

// chinese reads a line as GB18030.
func (x *inspector) chinese(b []byte) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < 0x80 {
			continue
		}
		if c == 0x80 || c == 0xff || i+1 == len(b) {
			x.notGB = true
			return
		}
		x.han++
		t := b[i+1]
		if t >= '0' && t <= '9' { // four bytes
			i += 3
			continue
		}
		if t < 0x40 || t == 0x7f || t == 0xff {
			x.notGB = true
			return
		}
		if t >= 0xa1 && (c >= 0xb0 && c <= 0xd7 || c >= 0xa1 && c <= 0xa3) {
			x.common++
		}
		i++
	}
}

// eastern looks for letters that the west does not have where it has other signs: what it reads as ³ ¹ ¿ inside a word are
// letters of Polish, and ð ý þ are Turkish ones, for Amazon has no store in Iceland.
func (x *inspector) eastern(b []byte) {
	letter := func(i int) bool {
		return i >= 0 && i < len(b) && (b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z' || b[i] >= 0xc0)
	}
	for i, c := range b {
		switch c {
		case 0xb3, 0xb9, 0xbf:
			if letter(i-1) && letter(i+1) {
				x.polish++
			}
		case 0xf0, 0xfd, 0xfe:
			if letter(i-1) || letter(i+1) {
				x.turkish++
			}
		}
	}
}

// decide returns the encoding of a file whose lines have all been taken in, and false if no table fits it.
func (x *inspector) decide() (Encoding, bool) {
	// French or German text may be right as CP932 too, so something must speak for Japan.
	japanese := !x.notCP932 && (x.kana*10 >= x.chars || x.japan)
	// In western text two letters beyond ASCII rarely stand side by side.
	chinese := !x.notGB && x.common >= 2 && x.common*10 >= x.han*7
	switch {
	case x.notUTF8 == 0:
		return UTF8, true
	case x.declared != "":
		return x.declared, true
	case x.runs > 4*x.strays:
		return MixedUTF8, true
	case japanese:
		return CP932, true
	case chinese:
		return GB18030, true
	case x.runs > x.strays: // mostly UTF-8, of which no byte tells anything
	case x.polish >= 2 && x.polish > x.turkish:
		return Windows1250, true
	case x.turkish >= 2 && !x.not1252:
		return Windows1254, true
	}
	switch {
	case !x.not1252:
		return Windows1252, true
	case !x.notCP932:
		return CP932, true
	}
	return "", false
}

// note says what people should know about the encoding.
func (x *inspector) note(e Encoding) string {
	switch {
	case e == MixedUTF8:
		return fmt.Sprintf("The file is in UTF-8, but line %d is not: what is not was read as windows-1252. Titles and comments may look odd there.", x.notUTF8)
	case e == Windows1252 && x.declared == "" && x.runs > x.strays:
		return fmt.Sprintf("The file is mostly UTF-8, but line %d is not, so all of it was read as windows-1252. Titles and comments may look odd.", x.notUTF8)
	case e == UTF8 && x.declared != "" && x.runs > 0:
		return fmt.Sprintf("The file says that it is written in %s, but it is in UTF-8, and was read so.", x.declared)
	case e == UTF8 && x.controls:
		return "An earlier program took windows-1252 for Latin-1. Titles and comments may look odd."
	case e == GB18030 || e == Windows1250 || e == Windows1254:
		return fmt.Sprintf("The file is written in %s, which Amazon does not use: another program has saved it.", e)
	case e == CP932 || e == Windows1252:
		return fmt.Sprintf("The file is written in %s.", e)
	}
	return ""
}

// ascii says whether all bytes are below 0x80, many at a time.
func ascii(b []byte) bool {
	for len(b) >= 32 {
		all := binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) | binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
		if all&0x8080808080808080 != 0 {
			return false
		}
		b = b[32:]
	}
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
