package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// firstLoadFrom is from which size in bytes on a file is worth another journal.
const firstLoadFrom = 8 << 20

// firstLoad makes ready for a large import into a database without orders, if nobody else has it open. The write-ahead log is
// there for those who read meanwhile, and costs that all is written twice. A rollback journal holds what was there before: of
// such a database, next to nothing. The import is as safe with it, and readers wait until it is done. Of the journals,
// TRUNCATE waits for the disk when it is emptied, which is what commits.
//
// end goes back to the log. behind is for what is written.
func (s *Store) firstLoad(ctx context.Context) (behind *writeBehind, end func() error, err error) {
	none := func() error { return nil }
	var orders bool
	if err := s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM orders)").Scan(&orders); err != nil {
		return nil, none, fmt.Errorf("look for orders: %w", err)
	}
	if orders {
		return nil, none, nil
	}
	s.read.SetMaxIdleConns(0) // closes them: SQLite wants to be alone
	end = func() error {
		s.read.SetMaxIdleConns(readers)
		_, err := s.journal(context.WithoutCancel(ctx), "WAL")
		return err
	}
	if changed, err := s.journal(ctx, "TRUNCATE"); err != nil || !changed {
		return nil, none, errors.Join(err, end())
	}
	if behind, err = s.startBehind(); err != nil {
		return nil, none, errors.Join(err, end())
	}
	return behind, end, nil
}

// journal sets the journal of the database, and says whether it is that one now: others may keep it from being changed.
func (s *Store) journal(ctx context.Context, mode string) (is bool, err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("change the journal: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var now string
	err = conn.QueryRowContext(ctx, "PRAGMA journal_mode = "+mode).Scan(&now)
	if isBusy(err) || errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("change the journal: %w", err)
	}
	return strings.EqualFold(now, mode), nil
}
