package exports

import (
	"bytes"
	"hash/maphash"
)

// product is the three texts of a line that usually come together, and again in other rows. It is as large as a line of the
// processor's cache.
type product struct {
	written          string // all three, as the file writes them
	sku, asin, title string // parts of it where they stand there so
}

// Bounds of a catalogue: of more products than it knows, it forgets all. Half the slots are used.
const (
	knownProducts  = 8192
	catalogueSlots = 2 * knownProducts
	maxWritten     = 2*maxName + maxTitle // bytes of a product that is kept
)

// catalogue keeps the products of the rows above, so that their texts are in memory once and need not be made again. It is
// asked once a row, with other products in between, so it is made to touch few lines of the processor's cache.
type catalogue struct {
	seed   maphash.Seed
	slots  []uint32 // by a hash: 16 other bits of it, and the place among known + 1 in the lower 16; 0: free
	known  []product
	before uint32 // how many were forgotten
}

// find returns the product that the file has written so before, and its number; nil: it has not, or too long ago. It stands
// until the next one is added; its texts stay.
func (c *catalogue) find(written []byte) (*product, uint32) {
	if c.slots == nil {
		return nil, 0
	}
	i, _ := c.slot(written)
	place := c.slots[i] & 0xffff
	if place == 0 {
		return nil, 0
	}
	return &c.known[place-1], c.before + place
}

// slot returns the slot of a product, or a free one for it, and how it is marked.
func (c *catalogue) slot(written []byte) (i uint64, mark uint32) {
	hash := maphash.Bytes(c.seed, written)
	mark = uint32(hash>>32) &^ 0xffff //nolint:gosec // any bits do
	for i = hash % catalogueSlots; ; i = (i + 1) % catalogueSlots {
		s := c.slots[i]
		if s == 0 || s&^0xffff == mark && c.known[s&0xffff-1].written == string(written) {
			return i, mark
		}
	}
}

// add adds a product that was not found, and returns what find will return of it. One that is written at great length is not
// kept, and has no number.
func (c *catalogue) add(written, sku, asin, title []byte) (*product, uint32) {
	if len(written) > maxWritten {
		return &product{sku: string(sku), asin: string(asin), title: string(title)}, 0
	}
	if c.slots == nil {
		c.seed, c.slots = maphash.MakeSeed(), make([]uint32, catalogueSlots)
	}
	if len(c.known) == knownProducts {
		clear(c.slots)
		c.before += knownProducts
		c.known = c.known[:0]
	}
	all := string(written)
	part := func(text []byte) string {
		if i := bytes.Index(written, text); i >= 0 {
			return all[i:][:len(text)]
		}
		return string(text)
	}
	c.known = append(c.known, product{all, part(sku), part(asin), part(title)})
	place := uint32(len(c.known)) //nolint:gosec // at most knownProducts
	i, mark := c.slot(written)
	c.slots[i] = mark | place
	return &c.known[place-1], c.before + place
}
