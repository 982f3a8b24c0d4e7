package exports

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Bounds of a workbook's XML. Excel's own are far below: 32,767 characters in a cell, 16,384 cells in a row.
const (
	maxToken   = 4 << 20  // bytes between two tags, or of a comment
	maxTags    = 1 << 18  // tags of one row, or of one shared text
	maxStrings = 10 << 20 // shared texts of a workbook
)

// xmlGuard looks through a part of a workbook before the library does, which holds a token, a row and a text in memory
// whatever their size. It takes in the bytes of the part as they are unpacked, and understands just enough of XML to know
// where a tag begins. It also counts as the library counts rows: the library ends a sheet in silence where its XML is
// wrong.
type xmlGuard struct {
	state   xmlState
	run     int // bytes since the last tag began
	tags    int // since the last row or shared text began
	strings int // shared texts
	rows    int // the number of the last row, from 1
	over    bool
	head    []byte
}

type xmlState uint8

const (
	xmlText    xmlState = iota
	xmlOpening          // of a tag: its first bytes decide what it is
	xmlTag
	xmlRow // the attributes of a row
	xmlComment
	xmlCDATA
	xmlInstruction
)

// end returns what ends a piece that may hold tags without their being any.
func (s xmlState) end() []byte {
	switch s {
	case xmlComment:
		return []byte("-->")
	case xmlCDATA:
		return []byte("]]>")
	default:
		return []byte("?>")
	}
}

// Write implements io.Writer. Its errors are Refusals that name no file.
func (g *xmlGuard) Write(p []byte) (int, error) {
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch g.state {
		case xmlText, xmlTag:
			if at := bytes.IndexByte(p[i:], '<'); at != 0 {
				if at < 0 {
					at = len(p) - i
				}
				g.run += at
				i += at - 1
				break
			}
			g.state, g.run, g.head = xmlOpening, 0, g.head[:0]
		case xmlOpening:
			g.head = append(g.head, c)
			if err := g.opened(c); err != nil {
				return i, err
			}
			g.run++
		case xmlRow:
			if g.head = append(g.head, c); c == '>' || c == '<' || len(g.head) > 1<<10 {
				g.row()
				g.state = xmlTag
			}
			g.run++
		case xmlComment, xmlCDATA, xmlInstruction:
			g.head = append(g.head, c)
			if len(g.head) > 3 {
				g.head = append(g.head[:0], g.head[1:]...)
			}
			if c == '>' && bytes.HasSuffix(g.head, g.state.end()) {
				g.state = xmlText
			}
			g.run++
		}
		if g.run > maxToken {
			return i, g.refuse("a piece of more than 4 MiB")
		}
	}
	return len(p), nil
}

// opened decides, with each byte after a "<", what begins there.
func (g *xmlGuard) opened(c byte) error {
	switch h := string(g.head); {
	case h == "?":
		g.state = xmlInstruction
	case h == "!--":
		g.state, g.head = xmlComment, g.head[:0]
	case h == "![CDATA[":
		g.state, g.head = xmlCDATA, g.head[:0]
	case bytes.HasPrefix([]byte("![CDATA["), g.head) || h == "!-":
	case h[0] == '!':
		return g.refuse("a document type")
	case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '/' && len(h) > 1 || c == '>' || len(h) > 64:
		name := g.head[:len(g.head)-1]
		closing := bytes.HasPrefix(name, []byte("/"))
		if colon := bytes.LastIndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		if closing || string(name) == "sheetData" && c == '/' {
			g.closed(strings.TrimPrefix(string(name), "/"))
			return nil
		}
		return g.element(string(name), c)
	}
	return nil
}

// closed notes that an element ended. The library does not look beyond the rows of a sheet that has none.
func (g *xmlGuard) closed(name string) {
	g.state = xmlTag
	g.over = g.over || name == "sheetData" && g.rows == 0
}

// element notes that an element began. The byte after its name is c.
func (g *xmlGuard) element(name string, c byte) error {
	g.state = xmlTag
	g.tags++
	switch name {
	case "row":
		g.tags = 0
		if g.over {
			break
		}
		g.rows++
		if c != '>' && c != '/' {
			g.state, g.head = xmlRow, append(g.head[:0], ' ')
		}
	case "si":
		g.tags = 0
		if g.strings++; g.strings > maxStrings {
			return g.refuse("very many texts")
		}
	}
	if g.tags > maxTags {
		return g.refuse("a row of very many cells")
	}
	return nil
}

// row takes in the number of a row from its attributes.
func (g *xmlGuard) row() {
	if m := rowNumber().FindSubmatch(g.head); m != nil {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n > 0 {
			g.rows = n
		}
	}
}

var rowNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\sr\s*=\s*["'](\d{1,9})["']`) })

// refuse makes a Refusal for what no spreadsheet program writes.
func (g *xmlGuard) refuse(found string) error {
	return &Refusal{Found: "a workbook with " + found + " in it", Expected: "a workbook as Excel writes it: save it again, or put the export itself into the folder"}
}
