package store

import (
	"context"
	"database/sql"
	"fmt"

	"goodstanding/monitor"
)

// Register returns what is known of the other accounts.
func (k *Snapshot) Register(ctx context.Context) (monitor.Register, error) {
	s, err := k.shared(ctx)
	if err != nil {
		return monitor.Register{}, err
	}
	name := k.account.Name
	return monitor.Register{Accounts: s.accounts, Records: s.records, Identities: s.count[name], Ties: s.ties[name]}, nil
}

// accountRecords returns the accounts, and what the lists say of them.
func (k *Snapshot) accountRecords(ctx context.Context) (accounts []string, records []monitor.Sourced[monitor.AccountRecord], err error) {
	accounts, err = collect(ctx, k.tx, func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) }, "SELECT name FROM account ORDER BY name")
	if err != nil {
		return nil, nil, fmt.Errorf("read what is known of all accounts: %w", err)
	}
	// Of several lists that name an account and store, the newest word stands; of two as new, that of the greater text.
	records, err = collect(ctx, k.tx, func(rows *sql.Rows) (s monitor.Sourced[monitor.AccountRecord], err error) {
		a := &s.Record
		var opened, suspended sql.NullInt64
		var asOf, received int64
		err = rows.Scan(&a.Account, &a.Marketplace, &a.Name, &a.Status, &opened, &suspended, &asOf, &a.Extra, &s.Source.Line, &s.Source.Kind, &s.Source.File, &received)
		a.Opened, a.Suspended, a.AsOf, s.Source.Received = dayOrNil(opened), dayOrNil(suspended), instant(asOf), instant(received)
		return s, err
	}, `SELECT subject, marketplace, r.name, status, opened, suspended, max(r.as_of), extra, file_line, i.kind, i.name, i.received
		FROM account_record r JOIN import i ON i.id = r.import GROUP BY subject, marketplace ORDER BY subject, marketplace`)
	if err != nil {
		return nil, nil, fmt.Errorf("read what is known of all accounts: %w", err)
	}
	return accounts, records, nil
}
