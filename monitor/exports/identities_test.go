package exports

import (
	"fmt"
	"strings"
	"testing"

	"goodstanding/monitor"
)

const identitiesHeader = "account,kind,value,since,source,remark\n"

// TestSecretIdentities holds that numbers leave as hashes only, and the same number gives the same hash.
func TestSecretIdentities(t *testing.T) {
	text := identitiesHeader +
		"one,bank_account,DE89 3704 0044 0532 0130 00,2019-04-01,note DE89370400440532013000,also de89-3704\n" +
		"two,Bank-Account,de89370400440532013000,,registration,\n" +
		"one,card,4111-1111-1111-1111,,,\n" +
		"one,tax number,12-345,,,\n"
	f, err := Identify(save(t, "identities.csv", []byte(text)))
	if err != nil || f.BadRows != 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	facts := collect(t, f, Setting{Received: received, Secret: []byte("key")})
	var got []monitor.Identity
	for _, fact := range facts {
		got = append(got, fact.(monitor.Identity))
	}
	if len(got) != 4 {
		t.Fatalf("%d facts", len(got))
	}
	// By `printf DE89370400440532013000 | openssl dgst -sha256 -hmac key`.
	const want = "eb846117ccf0c59c31c3572490a3950f24e78842bfe2d3433741ab15a5e70aca"
	if got[0].Hash != want || got[1].Hash != want || got[0].Last4 != "3000" || got[1].Kind != monitor.BankAccount {
		t.Errorf("%+v and %+v: want the hash %s of both", got[0], got[1], want)
	}
	if got[0].Source != "" || got[0].Extra != "" || got[1].Source != "registration" {
		t.Errorf("a number may be repeated: %+v", got[0])
	}
	if got[2].Last4 != "1111" || got[2].Hash == want || got[3].Last4 != "" || len(got[3].Hash) != 64 {
		t.Errorf("%+v, %+v", got[2], got[3])
	}
	for _, i := range got {
		said := strings.ToLower(fmt.Sprintf("%+v", i))
		for _, number := range []string{"de89", "3704", "411111", "4111-1111", "12-345", "12345"} {
			if strings.Contains(strings.ReplaceAll(said, i.Hash, ""), number) {
				t.Errorf("%s leaves in %s", number, said)
			}
		}
		if i.Value != "" {
			t.Errorf("a value leaves: %+v", i)
		}
	}
	other := collect(t, f, Setting{Received: received, Secret: []byte("another key")})
	if other[0].(monitor.Identity).Hash == want {
		t.Error("the key does not matter")
	}
}

// TestIdentitiesWithoutASecret holds that without a key such rows are bad rows, and the others are read.
func TestIdentitiesWithoutASecret(t *testing.T) {
	f, err := Identify(save(t, "identities.csv", []byte(identitiesHeader+"one,bank_account,DE89SECRET,,,\none,email,mo@example.invalid,,,\n")))
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	facts := 0
	r, err := f.Read(t.Context(), Setting{Received: received}, Sink{
		Fact: func(monitor.Place, monitor.Fact) error { facts++; return nil },
		Bad:  func(b BadRow) error { bad = append(bad, fmt.Sprintf("%v %+v", b, b)); return nil },
	})
	if err != nil || facts != 1 || r.BadRows != 1 || len(bad) != 1 {
		t.Fatalf("%d facts, %+v, %q, %v", facts, r, bad, err)
	}
	if !strings.Contains(bad[0], "secret in the configuration") || strings.Contains(bad[0], "SECRET") {
		t.Errorf("says %s", bad[0])
	}
}

// TestIdentitiesAreNotRepeated holds that no message repeats a value, whatever is wrong with its row.
func TestIdentitiesAreNotRepeated(t *testing.T) {
	const secret = "ZQX-7788990011"
	for name, text := range map[string]string{
		"unknown kind":     identitiesHeader + "one," + secret + ",x,,,\n",
		"shifted":          identitiesHeader + secret + ",one,bank_account,,,\n",
		"since":            identitiesHeader + "one,card,1," + secret + ",,\n",
		"too wide":         identitiesHeader + "one,card,1,,,," + secret + "\n",
		"quotes":           identitiesHeader + "one,card,\"" + secret + ",,,\n",
		"no header":        "one,card," + secret + ",2019-01-01\n",
		"no header, quote": "\"one\";\"Tax Number\";\"" + secret + "\"\n",
		"account":          identitiesHeader + strings.Repeat(secret, 30) + ",card,1,,,\n",
	} {
		f, err := Identify(save(t, "identities.csv", []byte(text)))
		if err == nil {
			t.Errorf("%s: is not refused", name)
			continue
		}
		if said := fmt.Sprintf("%v %+v %+v", err, err, f); strings.Contains(said, secret) || strings.Contains(said, secret[:9]) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestIdentityKinds(t *testing.T) {
	for in, want := range map[string]monitor.IdentityKind{
		"legal_name": monitor.LegalName, "Legal Name": monitor.LegalName, "RETURN-ADDRESS": monitor.ReturnAddress, "ip": monitor.IP,
		"shoe size": "", "": "", "legalname": monitor.LegalName, "E-Mail": monitor.Email, "Bank account": monitor.BankAccount, "IBAN": monitor.BankAccount,
	} {
		if got, ok := parseIdentityKind(in); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
	for _, k := range monitor.IdentityKinds() {
		if !strings.Contains(identityKinds(), string(k)) {
			t.Errorf("%s is not in the list that messages give", k)
		}
	}
	if len(monitor.IdentityKinds()) != 13 {
		t.Errorf("%d kinds, want 13", len(monitor.IdentityKinds()))
	}
}
