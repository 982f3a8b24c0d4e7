package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A daemon and a command may be the first at the same time.
func TestNewDatabaseIsOpenedBySeveralAtOnce(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "new.db")
		empty, err := sql.Open(driverName, path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = empty.ExecContext(t.Context(), "PRAGMA journal_mode = WAL") // which those who come at the same time do not wait for
		if err := errors.Join(err, empty.Close()); err != nil {
			t.Fatal(err)
		}
		failed := make(chan error)
		for range 4 {
			go func() {
				s, err := Open(context.Background(), path)
				if err == nil {
					err = s.Close()
				}
				failed <- err
			}()
		}
		for range 4 {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	}
}

// A first large import has the database to itself: who comes meanwhile waits, and hears what for when it takes too long.
func TestOpenWaitsForAFirstImport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "goodstanding.db")
	first, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	first.SetMaxOpenConns(1)
	do := func(statement string) {
		t.Helper()
		if _, err := first.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TABLE t (x)")
	do("BEGIN IMMEDIATE")
	hurried, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if _, err := Open(hurried, path); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "try again when that is done") {
		t.Errorf("while an import has it: %v", err)
	}
	do("DROP TABLE t")
	do("COMMIT")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatalf("after the import: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
