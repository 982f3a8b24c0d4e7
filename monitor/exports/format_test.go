package exports

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"unicode"
)

// TestFormatsAreComplete fails for a format that is only half made.
func TestFormatsAreComplete(t *testing.T) {
	all := Formats()
	if len(all) < 7 {
		t.Fatalf("%d formats are registered, want at least 7", len(all))
	}
	if !sort.SliceIsSorted(all, func(i, j int) bool { return all[i].Kind < all[j].Kind }) {
		t.Error("formats are not sorted by kind")
	}
	kinds, titles := map[string]bool{}, map[string]bool{}
	for _, f := range all {
		kind := string(f.Kind)
		if kind == "" || strings.ContainsFunc(kind, func(r rune) bool { return r != '_' && !unicode.IsLower(r) }) {
			t.Errorf("kind %q is not lower_case", kind)
		}
		if kinds[kind] || titles[f.Title] {
			t.Errorf("%s is there twice", kind)
		}
		kinds[kind], titles[f.Title] = true, true
		if f.Title == "" || (f.open == nil) != (len(f.key) == 0) || f.open == nil && len(f.documents) == 0 {
			t.Errorf("%s has no title or no reader", kind)
		}
		for what, text := range map[string]string{"Where": f.Where, "Settles": f.Settles} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s: %s is no sentence: %q", kind, what, text)
			}
		}
		if (f.Template != "") != f.own {
			t.Errorf("%s: the seller's own lists have a template, Amazon's exports have none", kind)
		}
		if f.Template != "" {
			path := filepath.Join(t.TempDir(), "template.csv")
			if err := os.WriteFile(path, []byte(f.Template), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := Identify(path); err != nil || got.Format.Kind != f.Kind || got.Rows != 0 || len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], "1 example of the template") {
				t.Errorf("%s: its template is read as %+v, %v, want its example skipped", kind, got, err)
			}
			used := strings.NewReplacer("Acme", "Kettle", "My Shop", "Kettle", "111-", "114-", "mold", "lead").Replace(f.Template)
			if err := os.WriteFile(path, []byte(used), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := Identify(path); err != nil || got.Format.Kind != f.Kind || got.Rows != 1 {
				t.Errorf("%s: its template filled in is read as %+v, %v", kind, got, err)
			}
		}
		if len(f.key) < 3 && f.open != nil {
			t.Errorf("%s is told by %d columns, want at least 3", kind, len(f.key))
		}
		for _, name := range append(append([]string{}, f.key...), f.lacks...) {
			for n := range strings.SplitSeq(name, "|") {
				if n == "" || n != normalise(n) {
					t.Errorf("%s: column %q is not normalised", kind, n)
				}
			}
		}
		for _, d := range f.documents {
			switch {
			case d.syntax != "xml" && d.syntax != "json" || d.open == nil || strings.HasPrefix(d.path, "/") || strings.HasSuffix(d.path, "/"):
				t.Errorf("%s: the document %s at %q is not complete", kind, d.syntax, d.path)
			case d.path == "" && len(d.has) == 0:
				t.Errorf("%s: every document is one of %s", kind, d.syntax)
			}
			for _, other := range all {
				for _, o := range other.documents {
					if other.Kind != f.Kind && o.syntax == d.syntax && o.path == d.path && (len(o.has) == 0 || len(d.has) == 0 || o.has[0] == d.has[0]) {
						t.Errorf("%s and %s both claim %s at %q", kind, other.Kind, d.syntax, d.path)
					}
				}
			}
		}
		if n := len(fixtures(t, kind)); n < 2 {
			t.Errorf("%s has %d fixtures, want at least 2", kind, n)
		}
	}
}

// sampleHeaders are headers as found in exports, and the format that must take them; "" for exports that none reads.
var sampleHeaders = map[string]string{
	"amazon-order-id merchant-order-id shipment-id shipment-item-id amazon-order-item-id merchant-order-item-id purchase-date payments-date shipment-date reporting-date buyer-email sku quantity-shipped fulfillment-channel sales-channel": "fulfilled_shipments",
	"return-date order-id sku asin fnsku product-name quantity fulfillment-center-id detailed-disposition reason status license-plate-number customer-comments":                                                                              "fba_returns",
	"order-id order-item-id purchase-date payments-date reporting-date promise-date days-past-promise buyer-email sku product-name quantity-purchased quantity-shipped quantity-to-ship":                                                     "unshipped_orders",
	"order-id order-item-id purchase-date payments-date buyer-email sku product-name quantity-purchased latest-ship-date":                                                                                                                    "order_report",
	"order-id order-item-id quantity ship-date carrier-code carrier-name tracking-number ship-method":                                                                                                                                        "shipping_confirmation",
	"AMAZON-ORDER-ID Last_Updated_Date purchase.date OrderStatus fulfilment-channel":                                                                                                                                                         "all_orders",
	"snapshot-date sku fnsku product-name detailed-disposition quantity fulfillment-center-id expiration-day":                                                                                                                                "expiration_dated_inventory",
	"order-id kind opened status amount":                               "claims",
	"account name marketplace status opened suspended":                 "accounts",
	"shipment-date sku asin replacement-reason-code original-order-id": "",
	"Date Rating Comments Response OrderID RaterEmail":                 "feedback",
	"Data Ocena Komentarze Odpowiedź Numer-zamówienia E-mail":          "feedback",
	"Date Évaluation Commentaire Response OrderID E-mail":              "feedback",
}

func TestHeadersMatchOneFormat(t *testing.T) {
	for names, want := range sampleHeaders {
		var cells [][]byte
		for n := range strings.FieldsSeq(names) {
			cells = append(cells, []byte(n))
		}
		h := newHeader(cells, 1)
		var got []string
		for _, f := range formats {
			if f.matches(h) {
				got = append(got, string(f.Kind))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: taken by %v, want %q", names, got, want)
		}
	}
}

func TestNormalise(t *testing.T) {
	for in, want := range map[string]string{
		"Date-to-take-auto-removal": "datetotakeautoremoval", "Número de pedido": "numerodepedido", " merchant order-id ": "merchantorderid",
		"\uFEFFÉvaluation": "evaluation", "E-mail oceniającego": "emailoceniajacego", "注文番号": "注文番号", "delivery-Instructions": "deliveryinstructions", "": "",
	} {
		if got := normalise(in); got != want {
			t.Errorf("normalise(%q) = %q, want %q", in, got, want)
		}
	}
}
