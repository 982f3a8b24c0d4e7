package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestArchiveName(t *testing.T) {
	at := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"/inbox/shop/14012345678.txt":                  "20261120T180000Z-14012345678.txt",
		"/inbox/shop/20261101T120000Z-14012345678.txt": "20261120T180000Z-14012345678.txt",
	} {
		if got := archiveName(at, in); got != want {
			t.Errorf("%s is archived as %s, want %s", in, got, want)
		}
	}
	for _, long := range []string{strings.Repeat("x", 240) + ".txt", strings.Repeat("注", 82) + ".tsv", "a." + strings.Repeat("y", 250)} {
		got := archiveName(at, long)
		if len(got)+len(".why") > 255 || !utf8.ValidString(got) {
			t.Errorf("%d bytes: %s", len(got), got)
		}
		if ext := filepath.Ext(long); len(ext) < 20 && filepath.Ext(got) != ext {
			t.Errorf("%s has lost its extension", got)
		}
	}
}

// While one file of an account is still arriving, the account is marked so; for ever it cannot be.
func TestArrivingFilesAreKnown(t *testing.T) {
	dir := t.TempDir()
	b := &inbox{dir: dir, settle: time.Minute, log: slog.New(slog.DiscardHandler)}
	path := filepath.Join(dir, "shop", "orders.txt")
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	for minute := range 15 {
		writeFile(t, path, strings.Repeat("x", minute+1)) // it grows and grows
		at := now.Add(time.Duration(minute) * time.Minute)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		ready, err := b.scan(at)
		if err != nil || len(ready) != 0 {
			t.Fatalf("minute %d: ready %v, %v", minute, ready, err)
		}
		if want := minute < 10; b.arriving["shop"] != want {
			t.Errorf("minute %d: arriving %v, want %v", minute, b.arriving["shop"], want)
		}
	}
}
