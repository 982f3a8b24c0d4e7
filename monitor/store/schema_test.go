package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
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
