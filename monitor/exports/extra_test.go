package exports

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

func TestPersonalTitles(t *testing.T) {
	for title, want := range map[string]bool{
		"buyer-name": true, "recipient-name": true, "Name": true, "Nom": true, "Nombre": true, "Nombre del comprador": true, "Vorname": true, "氏名": true,
		"buyer-phone-number": true, "Telefon": true, "Téléphone": true, "電話番号": true, "Tel": true, "Fax": true,
		"contact e-mail": true, "メールアドレス": true, "Correo electrónico": true,
		"ship-address-1": true, "Adresse": true, "Dirección": true, "Indirizzo": true, "住所": true, "IP Address": true, "Straße": true, "ship-city": true, "Postal Code": true, "PLZ": true,
		"buyer-tax-registration-id": true, "IBAN": true, "Company": true, "Buyer note": true, "Date of birth": true,
		"Empf?nger": true, "K\ufffdufer": true, "Stra?e": true, "Direcci?n": true, "Pr?nom": true, "Endere?o": true, "EmpfÃ¤nger": true,

		"product-name": false, "Product Name": false, "item-name": false, "sku-name": false, "carrier-name": false, "season-name": false, "brand name": false,
		"buyer-requested-cancel-reason": false, "signature-confirmation": false, "storage-capacity": false, "loyalty-tier": false, "Quantity": false,
		"return-window": false, "SafeT claim state": false, "商品名": false, "store": false, "nombre d'unités": false, "": false, "title": false, "condition": false,
	} {
		if got := isPersonal(normalise(title)); got != want {
			t.Errorf("%q: personal %v", title, got)
		}
	}
}

func TestExtraOf(t *testing.T) {
	long := strings.Repeat("é", 700)
	for _, c := range []struct {
		name  string
		pairs []pair
		want  monitor.Extra
	}{
		{"nothing", nil, ""},
		{"one", []pair{{"a", "1"}}, `{"a":"1"}`},
		{"in the order of the titles", []pair{{"b", "2"}, {"B", "3"}, {"a", "1"}}, `{"B":"3","a":"1","b":"2"}`},
		{"blank texts and titles", []pair{{"a", " "}, {" ", "x"}, {"b", ""}}, ""},
		{"personal titles", []pair{{"Order/BuyerName", "Mo"}, {"x", "1"}}, `{"x":"1"}`},
		{"an address in a harmless place", []pair{{"note", "ask mo@example.invalid"}, {"other", "ask mo＠example"}, {"x", "1"}}, `{"x":"1"}`},
		{"quotes, line breaks, control characters", []pair{{`6" "x"\`, "a\\b\"c\n\td\x1b[2J\u202e"}}, `{"6\" \"x\"\\":"a\\b\"c  d·[2J·"}`},
		{"the first of two", []pair{{"a", ""}, {"a", "1"}, {"a", "2"}}, `{"a":"1"}`},
		{"long", []pair{{"a", long}}, monitor.Extra(`{"a":"` + strings.Repeat("é", 500) + `"}`)},
	} {
		if got := extraOf(c.pairs); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestExtraBounds(t *testing.T) {
	var many, wide []pair
	for i := range 150 {
		many = append(many, pair{fmt.Sprintf("c%03d", i), "x"})
		wide = append(wide, pair{fmt.Sprintf("c%03d", i), strings.Repeat("y", 900)})
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(extraOf(many)), &got); err != nil || len(got) != maxExtras || got["c099"] != "x" || got["c100"] != "" {
		t.Errorf("%d extras, %v: want the first 100", len(got), err)
	}
	e := extraOf(wide)
	got = nil
	if err := json.Unmarshal([]byte(e), &got); err != nil || len(e) > maxExtraRow || len(e) < maxExtraRow-1000 || len(got["c000"]) != 900 {
		t.Errorf("%d bytes, %d extras, %v: want as many whole texts as fit into 16 KiB", len(e), len(got), err)
	}
}

// Whatever the pairs and their order: the same JSON object of printable texts, nothing of a person in it.
func TestExtraIsCanonical(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("ab \"\\{}:,é やか\x00\x1b\n\u202e\ufffd@")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		titles := rapid.SliceOfNDistinct(word, 0, 8, func(s string) string { return printable(strings.TrimSpace(s), maxExtraTitle) }).Draw(t, "titles")
		pairs := make([]pair, len(titles))
		for i, title := range titles {
			pairs[i] = pair{title, word.Draw(t, "text")}
		}
		e := extraOf(pairs)
		if again := extraOf(rapid.Permutation(pairs).Draw(t, "order")); again != e {
			t.Fatalf("%s in one order, %s in another", e, again)
		}
		if e == "" {
			return
		}
		var got map[string]string
		if err := json.Unmarshal([]byte(e), &got); err != nil || len(got) == 0 {
			t.Fatalf("%q: %v", e, err)
		}
		if !utf8.ValidString(string(e)) || strings.ContainsFunc(string(e), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("%q is not printable", e)
		}
		// What Go's own encoder writes of a map is sorted by key; it differs in what it escapes only.
		var inOrder []string
		d := json.NewDecoder(strings.NewReader(string(e)))
		for i := 0; ; i++ {
			token, err := d.Token()
			if err != nil {
				break
			}
			if s, ok := token.(string); ok && i%2 == 1 {
				inOrder = append(inOrder, s)
			}
		}
		if !slices.IsSorted(inOrder) || len(inOrder) != len(got) {
			t.Fatalf("%q is not in the order of its titles, or has one twice", e)
		}
		for _, text := range got {
			if strings.Contains(text, "@") || strings.TrimSpace(text) == "" {
				t.Fatalf("%q is kept", text)
			}
		}
	})
}

// TestExtrasFollowTheRows holds that an equal row gives an equal text, and a different one its own, whatever came before.
func TestExtrasFollowTheRows(t *testing.T) {
	h := newHeader([][]byte{[]byte("sku"), []byte("colour"), []byte("grade"), []byte("ship-city")}, 1)
	_ = h.column("sku")
	x := newExtras(h, names("ship-city"))
	for _, c := range []struct{ row, want string }{
		{"1|red|A|Ulm", `{"colour":"red","grade":"A"}`}, {"2|red|A|Bonn", `{"colour":"red","grade":"A"}`}, {"3|red||", `{"colour":"red"}`},
		{"4|||", ""}, {"5|||", ""}, {"6", ""}, {"7||A", `{"grade":"A"}`}, {"8|red|A|", `{"colour":"red","grade":"A"}`}, {"9|A|red", `{"colour":"A","grade":"red"}`},
	} {
		var cells [][]byte
		for cell := range strings.SplitSeq(c.row, "|") {
			cells = append(cells, []byte(cell))
		}
		if got := x.of(&row{cells: cells}); string(got) != c.want {
			t.Errorf("%s: %s, want %s", c.row, got, c.want)
		}
	}
}
