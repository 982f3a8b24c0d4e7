package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodstanding/monitor"
)

// EnsureAccount creates the account if it is new and notes its configured marketplace ("" leaves it as it is).
func (s *Store) EnsureAccount(ctx context.Context, name string, home monitor.Marketplace) error {
	return s.inTx(ctx, "note account "+name, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO account (name, home) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET home = excluded.home WHERE excluded.home <> '' AND home <> excluded.home`, name, string(home))
		return err
	})
}

// Accounts returns every account that was ever named, sorted by name.
func (s *Store) Accounts(ctx context.Context) ([]monitor.Account, error) {
	names, err := collect(ctx, s.read, func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) },
		"SELECT name FROM account ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	accounts := make([]monitor.Account, 0, len(names))
	for _, name := range names {
		_, a, err := account(ctx, s.read, name)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, a)
	}
	return accounts, nil
}

// Account returns one account; the zero Account with its name where it is new.
func (s *Store) Account(ctx context.Context, name string) (monitor.Account, error) {
	_, a, err := account(ctx, s.read, name)
	if errors.Is(err, ErrNoAccount) {
		return monitor.Account{Name: name}, nil
	}
	return a, err
}

// ErrNoAccount is returned for an account that nothing was ever imported for.
var ErrNoAccount = errors.New("no such account")

// account finds an account and where it sells. The marketplaces are those of its tallies: few rows, whatever its size.
func account(ctx context.Context, q querier, name string) (int64, monitor.Account, error) {
	a := monitor.Account{Name: name}
	var id int64
	err := q.QueryRowContext(ctx, "SELECT id, home FROM account WHERE name = ?", name).Scan(&id, &a.Marketplace)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, a, fmt.Errorf("account %s: %w", name, ErrNoAccount)
	}
	if err != nil {
		return 0, a, fmt.Errorf("read account %s: %w", name, err)
	}
	if a.Marketplaces, err = marketplaces(ctx, q, id); err != nil {
		return 0, a, fmt.Errorf("read marketplaces of account %s: %w", name, err)
	}
	return id, a, nil
}

// marketplaces returns where an account sells.
func marketplaces(ctx context.Context, q querier, account int64) ([]monitor.Marketplace, error) {
	// A loose index scan: one seek a marketplace instead of a scan of all tallies.
	return collect(ctx, q, func(rows *sql.Rows) (m monitor.Marketplace, err error) { return m, rows.Scan(&m) }, `
		WITH RECURSIVE m (name) AS (
			SELECT min(marketplace) FROM tally WHERE account = ?1
			UNION ALL
			SELECT (SELECT min(marketplace) FROM tally WHERE account = ?1 AND marketplace > m.name) FROM m WHERE m.name IS NOT NULL
		) SELECT name FROM m WHERE name IS NOT NULL AND name <> ''`, account)
}

// AccountRecords returns what accounts.csv files say, by account and marketplace.
func (s *Store) AccountRecords(ctx context.Context) ([]monitor.AccountRecord, error) {
	records, err := collect(ctx, s.read, func(rows *sql.Rows) (monitor.AccountRecord, error) {
		var r monitor.AccountRecord
		var opened, suspended sql.NullInt64
		var asOf int64
		err := rows.Scan(&r.Account, &r.Marketplace, &r.Name, &r.Status, &opened, &suspended, &asOf)
		r.Opened, r.Suspended, r.AsOf = dayOrNil(opened), dayOrNil(suspended), instant(asOf)
		return r, err
	}, "SELECT subject, marketplace, name, status, opened, suspended, as_of FROM account_record ORDER BY subject, marketplace, account")
	if err != nil {
		return nil, fmt.Errorf("read account records: %w", err)
	}
	return records, nil
}

func dayOrNil(v sql.NullInt64) *monitor.Day {
	if !v.Valid {
		return nil
	}
	d := monitor.Day(v.Int64)
	return &d
}

func nullDay(d *monitor.Day) sql.NullInt64 {
	if d == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(*d), Valid: true}
}

// Span returns the instants of the first and the last purchase of all accounts; both are zero where there is no order.
func (s *Store) Span(ctx context.Context) (from, to time.Time, err error) {
	var first, last sql.NullInt64
	if err := s.read.QueryRowContext(ctx, "SELECT min(nullif(bought_day, 0)), max(bought_day) FROM orders").Scan(&first, &last); err != nil {
		return from, to, fmt.Errorf("find the first and last order: %w", err)
	}
	if !first.Valid {
		return from, to, nil
	}
	return monitor.Day(first.Int64).Start(time.UTC), monitor.Day(last.Int64).End(time.UTC), nil
}
