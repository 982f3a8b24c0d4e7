package exports

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The guard counts rows as a real XML reader does, however the bytes are cut into pieces.
func TestGuardCountsRows(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"<row>", "<row >", "<row/>", "<x:row>", "<rows>", "<c>", "</c>", "text", "a>b", `<c r="A1" x="<"/>`, "<!-- <row> -->", "<!---->", "<!-- - -- -->",
			"<![CDATA[<row>]]>", "<![CDATA[]]]]>", "<?pi <row>?>", "<?a?>", "&amp;", "\n", `<c x="row"/>`, "<c row='1'/>", "]]", "--", "<b\n/>",
		}),
		rapid.Custom(func(t *rapid.T) string {
			quote := rapid.SampledFrom([]string{`"`, `'`}).Draw(t, "quote")
			return fmt.Sprintf("<row spans=%s1:2%s\n r=%s%d%s>", quote, quote, quote, rapid.IntRange(1, 2000).Draw(t, "r"), quote)
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "pieces"), "")
		d := xml.NewDecoder(strings.NewReader(text))
		d.Strict = false
		want := 0
		for {
			token, err := d.RawToken()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Skip("no XML: ", err)
			}
			e, ok := token.(xml.StartElement)
			if !ok || e.Name.Local != "row" {
				continue
			}
			want++
			for _, a := range e.Attr {
				if a.Name.Local == "r" {
					if _, err := fmt.Sscan(a.Value, &want); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		g := &xmlGuard{}
		for rest := text; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if _, err := g.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if g.rows != want {
			t.Fatalf("%q: row %d, want %d", text, g.rows, want)
		}
	})
}

// Many rows and many texts are fine: only what one of them holds is bounded, and how many texts there are.
func TestGuardBounds(t *testing.T) {
	g := &xmlGuard{}
	for range 3 {
		if _, err := g.Write([]byte(strings.Repeat("<row><c/></row>", maxTags))); err != nil {
			t.Fatal(err)
		}
	}
	g = &xmlGuard{}
	part := []byte(strings.Repeat("<si/>", 1<<20))
	for i := range maxStrings >> 20 {
		if _, err := g.Write(part); err != nil {
			t.Fatalf("after %d million texts: %v", i, err)
		}
	}
	if _, err := g.Write(part); err == nil {
		t.Error("more texts than there may be were taken")
	}
}
