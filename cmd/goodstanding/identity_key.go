package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// identityKeyBytes is the length of the key under which account numbers are hashed.
const identityKeyBytes = 32

// identityKey returns the key under which the bank account, card and tax numbers of identities.csv are hashed: that of the
// database, from the file beside it, which is made the first time. Numbers hashed under another key never match, so the
// file belongs into every backup of the database, and whoever has both can try numbers until one fits.
func identityKey(database string) ([]byte, error) {
	path := database + ".key"
	text, err := os.ReadFile(path)
	if err == nil {
		key, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(key) < identityKeyBytes {
			return nil, fmt.Errorf("the key file %s is damaged: restore it from a backup, or remove it and import identities.csv again", path)
		}
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the key of account numbers: %w", err)
	}
	key := make([]byte, identityKeyBytes)
	_, _ = rand.Read(key) // never fails, says crypto/rand
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return identityKey(database) // another process was quicker
	}
	if err != nil {
		return nil, fmt.Errorf("make the key of account numbers: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write the key of account numbers: %w", err)
	}
	return key, nil
}

// identityKey returns the key of the configured database.
func (c *Config) identityKey() ([]byte, error) { return identityKey(c.Database) }

// passingKey is for databases that are thrown away: account numbers match within one run of the program.
var passingKey = sync.OnceValues(func() ([]byte, error) {
	key := make([]byte, identityKeyBytes)
	_, err := rand.Read(key)
	return key, err
})
