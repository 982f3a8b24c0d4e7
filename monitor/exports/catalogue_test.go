package exports

import (
	"fmt"
	"testing"
)

// A catalogue gives the texts that it was asked for, also when it has known too many, and a number to each three of them.
func TestCatalogueKnowsProducts(t *testing.T) {
	var c catalogue
	texts := map[uint32]string{}
	for i := range 3 * knownProducts {
		n := i * 7919 % (knownProducts + 500)
		sku, asin, title := fmt.Sprintf("SKU-%d", n), fmt.Sprintf("B%09d", n%100), fmt.Sprintf("title %d of %d", n, i%3)
		if n%10 == 0 {
			sku = "" // a product may lack one, as others do
		}
		p := c.product([]byte(sku), []byte(asin), []byte(title))
		if p.sku != sku || p.asin != asin || p.title != title {
			t.Fatalf("asked for %q, %q, %q and got %+v", sku, asin, title, p)
		}
		all := sku + "|" + asin + "|" + title
		if had, ok := texts[p.number]; ok && had != all {
			t.Fatalf("number %d is both %q and %q", p.number, had, all)
		}
		texts[p.number] = all
	}
	a := *c.product([]byte("A"), []byte("B"), []byte("C"))
	if b := c.product([]byte("A"), []byte("B"), []byte("C")); *b != a {
		t.Errorf("the same product again is %+v, was %+v", b, a)
	}
	if b := c.product([]byte("AB"), nil, []byte("C")); b.number == a.number {
		t.Errorf("%+v has the number of %+v", b, a)
	}
}
