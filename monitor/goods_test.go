package monitor

import "testing"

// TestKeysOfGoods holds which rows of two exports are about the same thing.
func TestKeysOfGoods(t *testing.T) {
	two, three, minus := 2, 3, -2
	day := Date(2026, 11, 14)
	event := LedgerEvent{Day: day, FNSKU: "X1", SKU: "S", Event: "Adjustments", Reference: "7", Quantity: &minus, Center: "PHX3", Disposition: "SELLABLE", Reason: "M"}
	reconciled, other, untold := event, event, event
	reconciled.Reconciled, reconciled.Country, reconciled.Title = &two, "US", "Tin"
	other.Quantity, untold.Quantity = &two, nil
	balance := LedgerBalance{Day: day, FNSKU: "X1", SKU: "S", Disposition: "SELLABLE", Location: "US", Ending: &two}
	later, month := balance, balance
	later.Ending, month.Month = &three, true
	card := Identity{Account: "a", Kind: Card, Hash: "h1", Last4: "1111"}
	sourced, elsewhere := card, card
	sourced.Source, elsewhere.Hash = "till", "h2"
	for _, c := range []struct {
		name string
		a, b Record
		same bool
	}{
		{"an event that was reconciled since", event, reconciled, true},
		{"an event of another quantity", event, other, false},
		{"an event without a quantity", event, untold, false},
		{"a balance that was corrected", balance, later, true},
		{"a day and a month", balance, month, false},
		{"a card with a source", card, sourced, true},
		{"another card", card, elsewhere, false},
		{"a stranded SKU with another reason", Stranded{SKU: "S", Reason: "a"}, Stranded{SKU: "S", Reason: "b"}, true},
		{"a product whose rate moved", CustomerVoice{ASIN: "B", SKU: "S", Orders: &two}, CustomerVoice{ASIN: "B", SKU: "S", Orders: &three}, true},
		{"a SKU of another store", Planning{Stock: Stock{SKU: "S", Store: "US"}}, Planning{Stock: Stock{SKU: "S", Store: "CA"}}, false},
	} {
		a, _ := c.a.Key()
		b, _ := c.b.Key()
		if (a == b) != c.same {
			t.Errorf("%s: keys %q and %q", c.name, a, b)
		}
	}
	if (Listing{}).Of() != KindListings || (Listing{Kind: KindInventoryReport}).Of() != KindInventoryReport {
		t.Error("a listing is not of the export that states it")
	}
	if (Planning{Stock: Stock{Kind: KindPlanning}}).Of() != KindPlanning || !KindIdentities.Own() || KindPlanning.Own() {
		t.Error("a kind is not what it should be")
	}
}

func TestListingOff(t *testing.T) {
	for status, want := range map[string]bool{
		"": false, "Active": false, "active": false, "Active [*]": false, "Aktiv": false,
		"Inactive": true, "inactive ": true, "Incomplete": true, "Cancelled": true, "Closed": true, "Deleted": true,
	} {
		if got := (Listing{Status: status}).Off(); got != want {
			t.Errorf("Off of %q is %v, want %v", status, got, want)
		}
	}
}
