package store

import (
	"context"
	"database/sql"
	"fmt"

	"goodstanding/monitor"
)

// Register returns what is known of the other accounts.
func (k *Snapshot) Register(ctx context.Context) (monitor.Register, error) {
	if k.register != nil {
		return *k.register, nil
	}
	var r monitor.Register
	fail := func(err error) (monitor.Register, error) {
		return monitor.Register{}, fmt.Errorf("read what is known of all accounts: %w", err)
	}
	var err error
	r.Accounts, err = collect(ctx, k.tx, func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) }, "SELECT name FROM account ORDER BY name")
	if err != nil {
		return fail(err)
	}
	// Of several lists that name an account and store, the newest word stands; of two as new, that of the greater text.
	r.Records, err = collect(ctx, k.tx, func(rows *sql.Rows) (s monitor.Sourced[monitor.AccountRecord], err error) {
		a := &s.Record
		var opened, suspended sql.NullInt64
		var asOf, received int64
		err = rows.Scan(&a.Account, &a.Marketplace, &a.Name, &a.Status, &opened, &suspended, &asOf, &a.Extra, &s.Source.Line, &s.Source.Kind, &s.Source.File, &received)
		a.Opened, a.Suspended, a.AsOf, s.Source.Received = dayOrNil(opened), dayOrNil(suspended), instant(asOf), instant(received)
		return s, err
	}, `SELECT subject, marketplace, r.name, status, opened, suspended, max(r.as_of), extra, file_line, i.kind, i.name, i.received
		FROM account_record r JOIN import i ON i.id = r.import GROUP BY subject, marketplace ORDER BY subject, marketplace`)
	if err != nil {
		return fail(err)
	}
	if r.Identities, r.Ties, err = k.ties(ctx); err != nil {
		return fail(err)
	}
	k.register = &r
	return r, nil
}
