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
	What     string // "order", "line", "confirmation", "feedback", "claim", "return", "replacement"
	Detail   string // the SKU of a line, a return or a replacement, the kind of a claim: hostile text
	Kind     monitor.ExportKind
	File     string // as it was named: hostile text
	Line     int    // of the file, from 1
	Received time.Time
}

// Shown is all that is known of an order in one account.
type Shown struct {
	Account      string
	Order        monitor.Order // with its id alone where only the others name it
	Returns      []monitor.Return
	Replacements []monitor.Replacement // that it is, or that were sent in its place
	Origins      []Origin
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
	number, err := orderNumber(orderID)
	if err != nil {
		return nil, err
	}
	for _, o := range owners {
		reader := &orderReader{ctx: ctx, q: tx, words: s.words, account: o.id}
		found, err := reader.load([]int64{number})
		if err != nil {
			return nil, fmt.Errorf("show order %s: %w", orderID, err)
		}
		shown := Shown{Account: o.name, Order: monitor.Order{ID: orderID}}
		if d := found[number]; d != nil {
			shown.Order = d.Order
			if shown.Origins, err = origins(ctx, tx, o.id, d); err != nil {
				return nil, fmt.Errorf("show order %s: %w", orderID, err)
			}
		}
		if err := shown.addRecords(ctx, tx, o.id, orderID); err != nil {
			return nil, fmt.Errorf("show order %s: %w", orderID, err)
		}
		if len(shown.Origins) > 0 {
			all = append(all, shown)
		}
	}
	return all, nil
}

// addRecords adds the records that name the order. They are not found by it but searched for: few accounts have more
// than some thousand, and nobody else asks.
func (o *Shown) addRecords(ctx context.Context, q querier, account int64, orderID string) error {
	records, err := collect(ctx, q, func(rows *sql.Rows) (r monitor.Sourced[monitor.Record], err error) {
		var kind monitor.ExportKind
		var body sql.RawBytes
		var received int64
		if err := rows.Scan(&kind, &body, &r.Source.Line, &r.Source.Kind, &r.Source.File, &received); err != nil {
			return r, err
		}
		r.Source.Received = instant(received)
		r.Record, err = kinds[kind](body)
		return r, err
	}, `SELECT r.kind, r.body, r.file_line, i.kind, i.name, i.received FROM record r JOIN import i ON i.id = r.import
		WHERE r.account = ? AND r.kind IN (?, ?, ?) AND instr(r.body, ?) > 0 ORDER BY r.day, r.kind, r.body`,
		account, string(monitor.KindFBAReturns), string(monitor.KindSellerReturns), string(monitor.KindReplacements), orderID)
	if err != nil {
		return fmt.Errorf("read its returns: %w", err)
	}
	for _, r := range records {
		what, sku := "", ""
		switch t := r.Record.(type) {
		case monitor.Return:
			if t.OrderID == orderID {
				what, sku = "return", t.SKU
				o.Returns = append(o.Returns, t)
			}
		case monitor.Replacement:
			if t.OrderID == orderID || t.Replaces == orderID {
				what, sku = "replacement", t.SKU
				o.Replacements = append(o.Replacements, t)
			}
		}
		if what != "" { // else only a text of it has the id
			o.Origins = append(o.Origins, Origin{What: what, Detail: sku, Kind: r.Source.Kind, File: r.Source.File, Line: r.Source.Line, Received: r.Source.Received})
		}
	}
	return nil
}

// origins returns where the facts of an order come from, in the order in which people read them.
func origins(ctx context.Context, q querier, account int64, d *stored) ([]Origin, error) {
	var all []Origin
	add := func(o Origin, file int64) error {
		var received int64
		err := q.QueryRowContext(ctx, "SELECT kind, name, received FROM import WHERE id = ?", file).Scan(&o.Kind, &o.File, &received)
		if err != nil {
			return fmt.Errorf("find the origin of its %s: %w", o.What, err)
		}
		o.Received = instant(received)
		all = append(all, o)
		return nil
	}
	if d.row != 0 {
		if err := add(Origin{What: "order", Line: d.origin.line}, d.origin.file); err != nil {
			return nil, err
		}
	}
	for _, l := range joined(d.lines) {
		if err := add(Origin{What: "line", Detail: l.SKU, Line: l.origin.line}, l.origin.file); err != nil {
			return nil, err
		}
	}
	for what, query := range map[string]string{
		"confirmation": "SELECT item_id, import, file_line FROM confirmation",
		"feedback":     "SELECT '', import, file_line FROM feedback",
		"claim":        "SELECT kind, import, file_line FROM claim",
	} {
		type found struct {
			o    Origin
			file int64
		}
		rows, err := collect(ctx, q, func(rows *sql.Rows) (found, error) {
			f := found{o: Origin{What: what}}
			return f, rows.Scan(&f.o.Detail, &f.file, &f.o.Line)
		}, query+" WHERE account = ? AND id = ?", account, d.number)
		if err != nil {
			return nil, fmt.Errorf("find the origin of its %s: %w", what, err)
		}
		for _, f := range rows {
			if err := add(f.o, f.file); err != nil {
				return nil, err
			}
		}
	}
	rank := []string{"order", "line", "confirmation", "feedback", "claim"}
	slices.SortStableFunc(all, func(a, b Origin) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.What), slices.Index(rank, b.What)), cmp.Compare(a.Detail, b.Detail), cmp.Compare(a.Line, b.Line))
	})
	return all, nil
}
