package exports

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestDecide looks at single lines in every encoding.
func TestDecide(t *testing.T) {
	cp := func(s string) string { b, _ := charmap.Windows1252.NewEncoder().String(s); return b }
	gb := func(s string) string { b, _ := simplifiedchinese.GB18030.NewEncoder().String(s); return b }
	pl := func(s string) string { b, _ := charmap.Windows1250.NewEncoder().String(s); return b }
	tr := func(s string) string { b, _ := charmap.Windows1254.NewEncoder().String(s); return b }
	jp := func(s string) string { b, _ := japanese.ShiftJIS.NewEncoder().String(s); return b }
	for _, c := range []struct {
		in   string
		want Encoding
	}{
		{"plain", UTF8},
		{"Zu spät – „schade“", UTF8},
		{"届きませんでした", UTF8},
		{cp("Zu spät – „schade“"), Windows1252},
		{cp("Número"), Windows1252}, // right as CP932 too, by chance
		{cp("für, über"), Windows1252},
		{cp("l’été"), Windows1252},
		{cp("5 €"), Windows1252},
		{jp("届きませんでした"), CP932},
		{jp("表示 ① ㈱ です"), CP932},
		{jp("東京") + "\tAmazon.co.jp", CP932},                                      // no kana, but the store
		{jp("東京"), Windows1252},                                                   // the bytes of “Œ‹ž, and nothing speaks for Japan
		{"\x81 ", ""}, {"\x8d ", ""}, {"\x8f ", ""}, {"\x90 ", ""}, {"\x9d ", ""}, // bytes that windows-1252 does not have
		{gb("不锈钢水杯 500毫升"), GB18030},
		{gb("买家不满意率"), GB18030},
		{gb("好"), Windows1252}, // as it is „ºÃ“, and one character proves nothing
		{cp("Größe, Füße, Kürübä, déjà, çà, »ÄÖÜ«"), Windows1252},
		{"\xc3", Windows1252},
		{"äöü äöü äöü " + cp("ä"), MixedUTF8},
		{"äöü " + cp("äöü"), Windows1252},
		{"ステンレスケトルの注ぎ口\xe3\x82", MixedUTF8}, // cut off inside a character
		{pl("Przesyłka spóźniona, książka uszkodzona, każdy pożałuje"), Windows1250},
		{pl("Odpowiedź, dziękuję"), Windows1252}, // nothing that the west does not have
		{tr("Kargo gecikti, ürün kırık çıktı, değişim istedim, teşekkürler"), Windows1254},
		{cp("¿Qué? 5 m³, 3 m²; cómo¿ fußnote¹ naïve façon"), Windows1252},
		{cp("Château d’Yquem, Ÿ"), Windows1252},
		{"\x81 \x81 caf\xc3\x28", ""},
		{"\x80\x81", ""},
	} {
		var x inspector
		x.line([]byte(c.in), 1)
		if got, ok := x.decide(); got != c.want || ok != (c.want != "") {
			t.Errorf("%q is %q, %v, want %q", c.in, got, ok, c.want)
		}
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]Encoding{
		"":                               UTF8,
		"a\tb":                           UTF8,
		"\xef\xbb\xbfa":                  UTF8,
		"\xff\xfea\x00":                  UTF16LE,
		"\xfe\xff\x00a":                  UTF16BE,
		"a\x00\t\x00b\x00":               UTF16LE,
		"\x00a\x00\t\x00b":               UTF16BE,
		"a\x00\x00b":                     UTF8, // zeros on both sides are no UTF-16
		"\xe5\x65\xd8\x4e\t\x00\x55\x8a": UTF16LE,
	} {
		if got := sniff([]byte(in)); got != want {
			t.Errorf("sniff(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestNotesOnEncoding(t *testing.T) {
	for _, c := range []struct {
		in   string
		e    Encoding
		want string
	}{
		{"äöü äöü \xe4", Windows1252, "The file is mostly UTF-8, but line 1 is not, so all of it was read as windows-1252. Titles and comments may look odd."},
		{"äöü äöü \xe4", MixedUTF8, "The file is in UTF-8, but line 1 is not: what is not was read as windows-1252. Titles and comments may look odd there."},
		{"\xe4", Windows1252, "The file is written in windows-1252."},
		{"\u0084Tee\u0093", UTF8, "An earlier program took windows-1252 for Latin-1. Titles and comments may look odd."},
		{"ä", UTF8, ""},
	} {
		var x inspector
		x.line([]byte(c.in), 1)
		if got := x.note(c.e); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
