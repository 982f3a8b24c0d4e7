package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

func TestIdentityKeyIsMadeOnce(t *testing.T) {
	database := filepath.Join(t.TempDir(), "goodstanding.db")
	first, err := identityKey(database)
	if err != nil || len(first) != identityKeyBytes {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	again, err := identityKey(database)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the key changed (%v)", err)
	}
	if info, err := os.Stat(database + ".key"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: only its owner may read the key", info.Mode(), err)
	}
	if other, err := identityKey(filepath.Join(t.TempDir(), "other.db")); err != nil || bytes.Equal(first, other) {
		t.Errorf("another database has the same key (%v)", err)
	}
	if err := os.WriteFile(database+".key", []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := identityKey(database); err == nil {
		t.Error("a damaged key was taken")
	}
}

// A bank account is known by its hash, the same in two files; its number is nowhere in the database.
func TestAccountNumbersAreNotKept(t *testing.T) {
	dir := t.TempDir()
	database := filepath.Join(dir, "goodstanding.db")
	s, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	in := intake{store: s, key: func() ([]byte, error) { return identityKey(database) }}
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for name, text := range map[string]string{
		"a/identities.csv": "account,kind,value,since,source\nfirst,bank_account,DE89 3704 0044 0532 0130 00,2020-01-01,bank\n",
		"b/identities.csv": "account,kind,value,since,source\nsecond,bank_account,de89370400440532013000,,\nsecond,email,me@example.com,,\n",
	} {
		path := filepath.Join(dir, "in", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := in.importFolder(t.Context(), filepath.Join(dir, "in"), at)
	if err != nil || len(files) != 2 {
		t.Fatalf("%+v, %v", files, err)
	}
	var hashes []string
	for _, account := range []string{"a", "b"} {
		known, err := store.Records[monitor.Identity](t.Context(), s, account, monitor.KindIdentities, 0, 30000)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range known {
			if i.Record.Kind == monitor.BankAccount {
				hashes = append(hashes, i.Record.Hash)
			}
		}
	}
	if len(hashes) != 2 || hashes[0] != hashes[1] || len(hashes[0]) != 64 {
		t.Errorf("hashes %v: want the same twice", hashes)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"3704", "DE89", "de89"} {
		if bytes.Contains(text, []byte(number)) {
			t.Errorf("%s of the account number is in the database", number)
		}
	}
}
