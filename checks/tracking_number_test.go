package checks

import (
	"testing"

	"pgregory.net/rapid"
)

// 1Z999AA10123456784 is the example of UPS's own pages, RA473124829US that of the Universal Postal Union's S10: 4·8 + 7·6 + 3·4 +
// 1·2 + 2·3 + 4·5 + 8·9 + 2·7 = 200, which leaves 2 of 11, and 11 - 2 = 9.
func TestImpossibleNumbers(t *testing.T) {
	for _, c := range []struct {
		carrier, number string
		can             bool
	}{
		{"UPS", "1Z999AA10123456784", true},
		{"UPS", " 1z 999 aa1 01 2345 6784", true},
		{"UPS", "1Z999AA10123456785", false},
		{"UPS", "1Z999", false},
		{"ups", "123456789012", true},
		{"UPS Mail Innovations", "9274890100000000000000", true},
		{"UPS", "MI1234567890", true},
		{"USPS", "RA473124829CN", true},
		{"USPS", "9400100000000000000000", true},
		{"USPS", "1Z999AA10123456784", false},
		{"USPS", "RA473124829US", true},
		{"USPS", "RA473124828US", false},
		{"Royal Mail", "RA473124829GB", true},
		{"Royal Mail", "RA473124820GB", false},
		{"FedEx", "123456789012", true},
		{"FedEx", "12345678", false},
		{"DHL", "JJD0001234567890", true},
		{"DPD", "09976543210123", true},
		{"Amazon Logistics", "TBA123456789012", true},
		{"A carrier that nobody knows", "AB123456", true},
		{"", "AB123456", true},
		{"", "", false},
		{"UPS", "   ", false},
		{"", "n/a", false},
		{"", "handed over", false},
		{"", "HANDEDOVER", false},
		{"", "00000000", false},
		{"", "111-2222222-3333333", false},
		{"", "12345", false},
		{"", "=cmd|' /C calc'!A0", false},
	} {
		if why := impossible(c.carrier, c.number, "111-2222222-3333333"); (why == "") != c.can {
			t.Errorf("%s %q: %q, want possible %v", c.carrier, c.number, why, c.can)
		}
	}
}

// A digit that is mistyped where it counts once is always found, and nothing makes it panic.
func TestMistypedNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(rapid.StringMatching(`[0-9A-Z]{6}[0-9]{9}`).Draw(t, "number"))
		n := "1Z" + string(body) + string(upsDigit(string(body)))
		if why := impossible("UPS", n, ""); why != "" && why != `"`+n+`" is a number made up` {
			t.Fatalf("%s: %s", n, why)
		}
		at := 6 + 2*rapid.IntRange(0, 4).Draw(t, "place")
		body[at] = '0' + (body[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "off")))%10
		if why := impossible("UPS", "1Z"+string(body)+n[17:], ""); why == "" {
			t.Fatalf("%s instead of %s was not found", body, n)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		impossible(rapid.String().Draw(t, "carrier"), rapid.String().Draw(t, "number"), rapid.String().Draw(t, "order"))
	})
}
