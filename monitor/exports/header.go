package exports

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// header is the line that names the columns.
type header struct {
	line  int
	cells []string // as written
	names []string // normalised
	bones []string // see bonesOf
	taken []bool   // by a reader that asked for the column
	twice string   // a name that was asked for and stands there more than once
}

// newHeader takes a header from its cells.
func newHeader(cells [][]byte, line int) *header {
	h := &header{line: line, cells: make([]string, len(cells)), names: make([]string, len(cells)), bones: make([]string, len(cells)), taken: make([]bool, len(cells))}
	for i, c := range cells {
		h.cells[i] = strings.TrimSpace(string(bare(c)))
		h.names[i], h.bones[i] = normalise(h.cells[i]), bonesOf(h.cells[i])
	}
	return h
}

// normalise reduces a name to what stays the same when Amazon changes its spelling: lower-case letters without
// accents, and digits.
func normalise(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFD.String(strings.ToLower(name)))
}

// bonesOf reduces a title in Latin letters to what stays of it when its accented letters are lost: "Händler-SKU" that became
// "H?ndler-SKU", "HÃ¤ndler-SKU" or "Hndler-SKU" on the way. It returns "" for a title in another script.
func bonesOf(title string) string {
	if strings.ContainsFunc(title, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) {
		return ""
	}
	return normalise(strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, norm.NFC.String(title)))
}

// column returns the index of the column with one of the names, normalised and parted by "|", or -1.
func (h *header) column(names string) int {
	for names != "" {
		name, rest, _ := strings.Cut(names, "|")
		for i, n := range h.names {
			if n != name && h.bones[i] != name {
				continue
			}
			for _, later := range h.names[i+1:] {
				if later == name {
					h.twice = h.cells[i]
				}
			}
			h.taken[i] = true
			return i
		}
		names = rest
	}
	return -1
}

// shared returns how many columns of another header this one has, too.
func (h *header) shared(other *header) int {
	n := 0
	for _, name := range other.names {
		if name != "" && slices.Contains(h.names, name) {
			n++
		}
	}
	return n
}

// title returns the name of a column for people.
func (h *header) title(i int) string {
	if i < 0 || i >= len(h.cells) {
		return ""
	}
	return printable(h.cells[i], 40)
}
