package exports

import "hash/maphash"

// product is the three texts of a line that usually come together, and again in other rows.
type product struct {
	hash      uint64 // of how the file writes them
	texts     string // SKU, ASIN and title, one behind the other
	sku, asin uint16 // how long the first two are
}

func (p *product) text() (sku, asin, title string) {
	end := p.sku + p.asin
	return p.texts[:p.sku], p.texts[p.sku:end], p.texts[end:]
}

// Bounds of a catalogue: of more products than it knows, it forgets all. Half the slots are used.
const (
	knownProducts  = 8192
	catalogueSlots = 2 * knownProducts
)

// catalogue keeps the products of the rows above, so that their texts are in memory once and need not be made again. It is
// asked once a row, with other products in between, so it is made to touch few lines of the processor's cache: a product is
// known by a hash of 64 bits under a secret seed, and not compared. In a million rows of different products, that two seem
// the same has a chance of 1 in two billion.
type catalogue struct {
	seed   maphash.Seed
	slots  []uint32 // by the hash: 16 other bits of it, and the place among known + 1 in the lower 16; 0: free
	known  []product
	before uint32 // how many were forgotten
}

// find returns the product that the file writes so, and its number. nil: it has not been added, or too long ago. It stands
// until one is added; its texts stay.
func (c *catalogue) find(written []byte) (p *product, number uint32) {
	if c.slots == nil {
		return nil, 0
	}
	i, _ := c.slot(maphash.Bytes(c.seed, written))
	place := c.slots[i] & 0xffff
	if place == 0 {
		return nil, 0
	}
	return &c.known[place-1], c.before + place
}

// slot returns the slot of a product, or a free one for it, and how it is marked.
func (c *catalogue) slot(hash uint64) (i uint64, mark uint32) {
	mark = uint32(hash>>32) &^ 0xffff //nolint:gosec // any bits do
	for i = hash % catalogueSlots; ; i = (i + 1) % catalogueSlots {
		s := c.slots[i]
		if s == 0 || s&^0xffff == mark && c.known[s&0xffff-1].hash == hash {
			return i, mark
		}
	}
}

// add adds a product that was not found, and returns what find will. Its SKU and ASIN have at most maxName bytes.
func (c *catalogue) add(written, sku, asin, title []byte) (p *product, number uint32) {
	if c.slots == nil {
		c.seed, c.slots = maphash.MakeSeed(), make([]uint32, catalogueSlots)
	}
	if len(c.known) == knownProducts {
		clear(c.slots)
		c.known = c.known[:0]
		c.before += knownProducts
	}
	texts := string(append(append(append(make([]byte, 0, len(sku)+len(asin)+len(title)), sku...), asin...), title...))
	hash := maphash.Bytes(c.seed, written)
	i, mark := c.slot(hash)
	c.known = append(c.known, product{hash, texts, uint16(len(sku)), uint16(len(asin))}) //nolint:gosec // see above
	place := uint32(len(c.known))                                                        //nolint:gosec // at most knownProducts
	c.slots[i] = mark | place
	return &c.known[place-1], c.before + place
}

// numberAfter makes a new catalogue number its products after those of another of the same file.
func (c *catalogue) numberAfter(other *catalogue) {
	c.before = other.before + uint32(len(other.known)) //nolint:gosec // at most knownProducts
}
