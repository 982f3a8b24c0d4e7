package main

import (
	"os"
	"path/filepath"
	"testing"

	"goodstanding/monitor/simulator"
)

// A daemon rests once after work, and never while it is at work.
func TestDaemonRestsAfterWork(t *testing.T) {
	b := newBench(t)
	rest := func() {
		t.Helper()
		if err := b.rest(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	b.tick(t)
	rest()
	if b.tired {
		t.Error("after a rest it is as tired as before")
	}
	shop := simulator.Demo(demoEnd)[1]
	b.at = demoEnd.Start(shop.Marketplace.Clock()).UTC()
	inbox := filepath.Join(b.cfg.InboxDir, shop.Name)
	if err := os.MkdirAll(inbox, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := simulator.Run(shop).ExportDay(inbox, b.at); err != nil {
		t.Fatal(err)
	}
	if err := b.readInbox(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.turn.Lock()
	rest()
	b.turn.Unlock()
	if !b.tired {
		t.Error("it rested while somebody had the turn, or what arrived was no work")
	}
	rest()
	if b.tired {
		t.Error("it did not rest after an import")
	}
	if err := b.readInbox(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.tired {
		t.Error("an empty inbox has made it tired")
	}
}
