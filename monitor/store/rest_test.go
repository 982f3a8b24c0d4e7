package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a rest gives back is read again: the facts before and after it are the same, and so are those of the next file.
func TestRestForgetsNothingThatIsKnown(t *testing.T) {
	s, restless := newStore(t), newStore(t)
	files := downloads(5, 40)
	for i, e := range files {
		load(t, s, "shop", e)
		load(t, restless, "shop", e)
		before, tallies := facts(t, s, "shop", e.received)
		if i == 0 && (len(before) == 0 || len(s.words.texts) == 0 || s.read.Stats().OpenConnections == 0) {
			t.Fatal("nothing is there to be given back")
		}
		if err := s.Rest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, open := len(s.words.texts), s.read.Stats().OpenConnections; n != 0 || open != 0 {
			t.Errorf("at rest it keeps %d words and %d connections", n, open)
		}
		after, talliesAfter := facts(t, s, "shop", e.received)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("after file %d and a rest (-before +after):\n%s", i, diff)
		}
		if diff := cmp.Diff(tallies, talliesAfter); diff != "" {
			t.Errorf("tallies after file %d and a rest (-before +after):\n%s", i, diff)
		}
	}
	when := files[len(files)-1].received.Add(time.Hour)
	want, _ := facts(t, restless, "shop", when)
	if got, _ := facts(t, s, "shop", when); !cmp.Equal(want, got) {
		t.Errorf("with rests between the files (-without +with):\n%s", cmp.Diff(want, got))
	}
}

// A snapshot that is being read is not taken away.
func TestRestLeavesReadersAlone(t *testing.T) {
	s := newStore(t)
	e := downloads(5, 40)[0]
	load(t, s, "shop", e)
	want, _ := facts(t, s, "shop", e.received)
	k, err := s.Known(t.Context(), "shop", e.received)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	if err := s.Rest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if open := s.read.Stats().OpenConnections; open != 1 {
		t.Errorf("%d connections are open, want that of the reader", open)
	}
	got := 0
	reader := &orderReader{ctx: t.Context(), q: k.tx, words: k.words, account: k.id}
	err = reader.sweep(func(*stored) error { got++; return nil }, "SELECT "+rowColumns+" FROM orders WHERE account = ? ORDER BY id", k.id)
	if err != nil || got != len(want) {
		t.Errorf("a reader got %d orders during a rest, want %d: %v", got, len(want), err)
	}
}
