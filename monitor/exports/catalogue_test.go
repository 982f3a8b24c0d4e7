package exports

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
)

// A catalogue gives the texts that it was asked for, also when it has known too many, and a number to each three of them.
func TestCatalogueKnowsProducts(t *testing.T) {
	var c catalogue
	product := func(sku, asin, title string) (string, uint32) {
		written := []byte(title + "\t " + sku + "\t" + asin)
		p, number := c.find(written)
		if p == nil {
			p, number = c.add(written, []byte(sku), []byte(asin), []byte(title))
		}
		sku, asin, title = p.text()
		return sku + "|" + asin + "|" + title, number
	}
	texts := map[uint32]string{}
	for i := range 3 * knownProducts {
		n := i * 7919 % (knownProducts + 500)
		sku, asin, title := fmt.Sprintf("SKU-%d", n), fmt.Sprintf("B%09d", n%100), fmt.Sprintf("title %d of %d", n, i%3)
		if n%10 == 0 {
			sku = "" // a product may lack one, as others do
		}
		got, number := product(sku, asin, title)
		all := sku + "|" + asin + "|" + title
		if got != all {
			t.Fatalf("asked for %s and got %s", all, got)
		}
		if had, ok := texts[number]; ok && had != all {
			t.Fatalf("number %d is both %q and %q", number, had, all)
		}
		texts[number] = all
	}
	a, numberA := product("A", "B", "C")
	if b, number := product("A", "B", "C"); b != a || number != numberA {
		t.Errorf("the same product again is %s of number %d, was %s of number %d", b, number, a, numberA)
	}
	if b, number := product("AB", "", "C"); number == numberA {
		t.Errorf("%s has the number of %s", b, a)
	}
}

// The texts of a product are those of its cells, in whatever order these stand and however they are quoted, and only rows
// that write the same have one number.
func TestProductsOfRows(t *testing.T) {
	for _, c := range []struct{ name, columns, rows, want string }{
		{"side by side", "product-name\tsku\tasin", "Pan\tA\tB1\nPan\tA\tB1\nPan \tA\tB1\n\"a \"\"b\"\" c\"\tA\tB1\nPan\t\t\nPan\t\n",
			"1 A|B1|Pan;1 A|B1|Pan;2 A|B1|Pan;3 A|B1|a \"b\" c;4 ||Pan;5 ||Pan;"},
		{"apart", "sku\tquantity\tproduct-name\tasin", "A\t1\tPan\tB1\nA\t2\tPan\tB1\nAP\t1\tan\tB1\n", "1 A|B1|Pan;1 A|B1|Pan;2 AP|B1|an;"},
		{"no ASIN", "sku\tproduct-name", "A\tPan\nA\tPan\nAPan\t\n", "1 A||Pan;1 A||Pan;2 APan||;"},
		{"commas", "product-name,sku,asin", "Pan,A,B1\n\"Pan\",A,B1\n\"Pan, \"\"big\"\"\",A,B1\nPan,A,B1\n", "1 A|B1|Pan;2 A|B1|Pan;3 A|B1|Pan, \"big\";1 A|B1|Pan;"},
	} {
		delim := string(c.columns[strings.IndexAny(c.columns, "\t,")])
		text := strings.ReplaceAll("amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t", "\t", delim) + c.columns + "\n"
		for row := range strings.Lines(c.rows) {
			text += strings.ReplaceAll("123-1234567-1234567\t2026-11-20T08:00:00+00:00\t2026-11-20T08:00:00+00:00\tShipped\tAmazon\t", "\t", delim) + row
		}
		w, err := newWalker(newLines(&source{text: bufio.NewReader(strings.NewReader(text))}, "test", UTF8, nil), newOccasion(Setting{}))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for {
			if _, bad, err := w.next(); err != nil || bad != nil {
				break
			}
			at, s := w.sighting()
			got += fmt.Sprintf("%d %s|%s|%s;", at.Product, s.Line.SKU, s.Line.ASIN, s.Line.Title)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
