package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"goodstanding/monitor"
)

// A large first import is written once, the next one to the log; with somebody else about, the first one is, too.
func TestFirstLoadLeavesTheLogAside(t *testing.T) {
	logged := func(path string) bool {
		_, err := os.Stat(path + "-wal")
		return err == nil
	}
	for _, c := range []struct {
		name     string
		alone    bool
		size     int64
		watched  bool // another process has the database open
		fails    bool
		want     bool // logged
		wantRows int
	}{
		{"alone", true, firstLoadFrom, false, false, false, 3000},
		{"alone and in vain", true, firstLoadFrom, false, true, false, 0},
		{"a small file", true, 1000, false, false, true, 3000},
		{"asked meanwhile", false, firstLoadFrom, false, false, true, 3000},
		{"watched", true, firstLoadFrom, true, false, true, 3000},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "first.db")
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			s.Alone = c.alone
			if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
				t.Fatal(err)
			}
			if c.watched {
				other, err := Open(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = other.Close() }()
				if err := other.Ping(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			fail := errors.New("the disk is gone")
			load := func(name string, from int) (bool, error) {
				var was bool
				_, err := s.Import(t.Context(), File{Account: "shop", Kind: monitor.KindAllOrders, Name: name, Digest: name, Size: c.size, Received: monday, AsOf: monday}, monday,
					func(rows Rows) (int, error) {
						for n := range 3000 {
							if err := rows.Add(monitor.Place{Line: n + 2}, shipped(from+n, monday)); err != nil {
								return 0, err
							}
						}
						if was = logged(path); c.fails && from == 0 {
							return 0, fail
						}
						return 0, nil
					})
				return was, err
			}
			was, err := load("first", 0)
			if c.fails != errors.Is(err, fail) || !c.fails && err != nil {
				t.Fatal(err)
			}
			if was != c.want {
				t.Errorf("the first import was logged: %v, want %v", was, c.want)
			}
			if got, _ := facts(t, s, "shop", monday.AddDate(0, 1, 0)); len(got) != c.wantRows {
				t.Errorf("%d orders after the first import, want %d", len(got), c.wantRows)
			}
			if was, err := load("second", 5000); err != nil || c.wantRows > 0 && !was {
				t.Errorf("the second import was logged: %v, %v", was, err)
			}
			var mode string
			if err := s.write.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
				t.Errorf("the journal is %q in the end, %v; want wal", mode, err)
			}
			if _, err := os.Stat(path + "-journal"); err == nil {
				t.Error("the other journal was left")
			}
			if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
				t.Errorf("verify: %+v, %v", diffs, err)
			}
		})
	}
}

// What the disk did not take is not imported, whoever was told so.
func TestFirstLoadFailsWithTheDisk(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "first.db"))
	if err != nil {
		t.Fatal(err)
	}
	s.Alone = true
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	load := func() error {
		_, err := s.Import(t.Context(), File{Account: "shop", Kind: monitor.KindAllOrders, Name: "1", Digest: "1", Size: firstLoadFrom, Received: monday, AsOf: monday}, monday,
			func(rows Rows) (int, error) { return 0, rows.Add(monitor.Place{Line: 2}, shipped(1, monday)) })
		return err
	}
	if s.file, err = os.Open(os.DevNull); err != nil {
		t.Fatal(err)
	}
	if err := s.file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := load(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("with a disk that fails: %v", err)
	}
	if got, _ := facts(t, s, "shop", monday.AddDate(0, 1, 0)); len(got) != 0 {
		t.Errorf("%d orders were imported", len(got))
	}
	s.file = nil
	if err := errors.Join(load(), s.Close()); err != nil {
		t.Errorf("with one that does not: %v", err)
	}
}
