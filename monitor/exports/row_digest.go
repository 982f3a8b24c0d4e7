package exports

import (
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// rowDigest makes the digests of rows, by which a row of an earlier export is recognised without reading it again.
type rowDigest struct {
	seed  uint64
	cells []byte
}

// newRowDigest takes into the digests what else the sighting of a row depends on: the format, the header, the quotes, and
// the account's configured marketplace. Facts of other exports may depend on more, but none of them says the same for ever.
func newRowDigest(f *Format, h *header, quoted bool, o *occasion) *rowDigest {
	outside := []string{string(f.Kind), string(o.setting.Home), strconv.FormatBool(quoted)}
	return &rowDigest{seed: xxhash.Sum64String(strings.Join(append(outside, h.cells...), "\x00"))}
}

// of returns the digest of a record. It is 0 for none in 2^64.
func (d *rowDigest) of(rec record) uint64 {
	if rec.ahead.sum != 0 {
		return rec.ahead.sum ^ d.seed
	}
	text := rec.text
	if text == nil {
		d.cells = d.cells[:0]
		for _, c := range rec.cells {
			d.cells = append(append(d.cells, c...), 0) // no cell holds one
		}
		text = d.cells
	}
	return xxhash.Sum64(text) ^ d.seed
}
