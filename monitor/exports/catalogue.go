package exports

import "hash/maphash"

// product is the three texts of a line that usually come together, and again in other rows.
type product struct {
	sku, asin, title string // parts of one text
	number           uint32 // monitor.Place.Product
}

// Bounds of a catalogue: of more products than it knows, it forgets all. Half the slots are used.
const (
	knownProducts  = 8192
	catalogueSlots = 2 * knownProducts
)

// catalogue keeps the products of the rows above, so that their texts are in memory once and need not be made again. It is
// asked once a row, with other products in between, so it is made to touch few lines of the processor's cache.
type catalogue struct {
	seed  maphash.Seed
	slots []uint32 // by a hash of the SKU: 16 other bits of it, and the place among known + 1 in the lower 16; 0: free
	known []product
	given uint32 // the number that was given last
}

// product returns the product with these texts. It stands until the next call; its texts stay.
func (c *catalogue) product(sku, asin, title []byte) *product {
	if c.slots == nil {
		c.seed, c.slots = maphash.MakeSeed(), make([]uint32, catalogueSlots)
	}
	hash := maphash.Bytes(c.seed, sku)
	mark := uint32(hash>>32) &^ 0xffff //nolint:gosec // any bits do
	i := hash % catalogueSlots
	for ; c.slots[i] != 0; i = (i + 1) % catalogueSlots {
		if c.slots[i]&^0xffff != mark {
			continue
		}
		p := &c.known[c.slots[i]&0xffff-1]
		if p.sku != string(sku) {
			continue
		}
		if p.asin != string(asin) || p.title != string(title) { // of two titles under one SKU the last one stays
			*p = c.newProduct(sku, asin, title)
		}
		return p
	}
	if len(c.known) == knownProducts {
		clear(c.slots)
		c.known = c.known[:0]
		i = hash % catalogueSlots
	}
	c.known = append(c.known, c.newProduct(sku, asin, title))
	c.slots[i] = mark | uint32(len(c.known)) //nolint:gosec // at most knownProducts
	return &c.known[len(c.known)-1]
}

// newProduct returns a product with a number of its own.
func (c *catalogue) newProduct(sku, asin, title []byte) product {
	c.given++
	all := string(append(append(append(make([]byte, 0, len(sku)+len(asin)+len(title)), sku...), asin...), title...))
	return product{all[:len(sku)], all[len(sku):][:len(asin)], all[len(sku)+len(asin):], c.given}
}
