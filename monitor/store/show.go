package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// Origin says which row of which file brought a piece of knowledge, or changed it last.
type Origin struct {
	What     string // "order", "line", "confirmation", "feedback", "claim"
	Detail   string // the SKU of a line, the kind of a claim: hostile text
	Kind     monitor.ExportKind
	File     string // as it was named: hostile text
	Line     int    // of the file, from 1
	Received time.Time
}

// Shown is all that is known of an order in one account.
type Shown struct {
	Account string
	Order   monitor.Order
	Origins []Origin
}

// Show returns all that is known of an order, in every account that knows it.
func (s *Store) Show(ctx context.Context, orderID string) (all []Shown, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("show order %s: %w", orderID, err)
	}
	defer func() { err = errors.Join(err, rollback(tx)) }()
	type owner struct {
		id   int64
		name string
	}
	owners, err := collect(ctx, tx, func(rows *sql.Rows) (o owner, err error) { return o, rows.Scan(&o.id, &o.name) },
		"SELECT id, name FROM account ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("show order %s: %w", orderID, err)
	}
	for _, o := range owners {
		found, err := loadOrders(ctx, tx, o.id, []string{orderID})
		if err != nil {
			return nil, fmt.Errorf("show order %s: %w", orderID, err)
		}
		if found[orderID] == nil {
			continue
		}
		origins, err := origins(ctx, tx, o.id, orderID)
		if err != nil {
			return nil, fmt.Errorf("show order %s: %w", orderID, err)
		}
		all = append(all, Shown{Account: o.name, Order: found[orderID].Order, Origins: origins})
	}
	return all, nil
}

// origins returns where the facts of an order come from, in the order in which people read them.
func origins(ctx context.Context, q querier, account int64, orderID string) ([]Origin, error) {
	var all []Origin
	for what, query := range map[string]string{
		"order":        "SELECT '' AS detail, import, file_line FROM orders WHERE account = ?1 AND id = ?2",
		"line":         "SELECT sku AS detail, import, file_line FROM line WHERE account = ?1 AND id = ?2",
		"confirmation": "SELECT item_id AS detail, import, file_line FROM confirmation WHERE account = ?1 AND id = ?2",
		"feedback":     "SELECT '' AS detail, import, file_line FROM feedback WHERE account = ?1 AND id = ?2",
		"claim":        "SELECT kind AS detail, import, file_line FROM claim WHERE account = ?1 AND id = ?2",
	} {
		found, err := collect(ctx, q, func(rows *sql.Rows) (Origin, error) {
			o := Origin{What: what}
			var received int64
			err := rows.Scan(&o.Detail, &o.Line, &o.Kind, &o.File, &received)
			o.Received = instant(received)
			return o, err
		}, "SELECT f.detail, f.file_line, i.kind, i.name, i.received FROM ("+query+") f JOIN import i ON i.id = f.import", account, orderID)
		if err != nil {
			return nil, fmt.Errorf("find the origin of its %s: %w", what, err)
		}
		all = append(all, found...)
	}
	rank := []string{"order", "line", "confirmation", "feedback", "claim"}
	slices.SortStableFunc(all, func(a, b Origin) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.What), slices.Index(rank, b.What)), cmp.Compare(a.Detail, b.Detail), cmp.Compare(a.Line, b.Line))
	})
	return all, nil
}
