package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"goodstanding/monitor"
)

// tied is what the registers of all accounts have in common.
type tied struct {
	key      tiedKey
	accounts []string
	records  []monitor.Sourced[monitor.AccountRecord]
	count    map[string]int // rows of the lists of identities, by account
	ties     map[string][]monitor.Tie
}

// lastTied remembers it: it is the same for every account of a round, and changes with the lists only.
type lastTied struct {
	mu   sync.Mutex
	made *tied // it is not changed any more
}

// tiedKey says of which lists: a list is never changed, and another one has another number. What the accounts sell is looked
// up with the lists and once a day: it adds little, and reading it after each import would cost more than linking.
type tiedKey struct {
	lists  int64       // how many
	newest int64       // of all lists, those that were not known at the instant among them: accounts.csv tells the newest word
	names  int64       // of accounts: the number of the newest, for none is ever deleted
	day    monitor.Day // what begins later is not known yet
}

// Attributes returns what all accounts are known by at an instant: the rows of lists of identities that had arrived by then,
// of what had begun by then, and what was sold in the last 90 days.
func (s *Store) Attributes(ctx context.Context, at time.Time) (known monitor.Attributes, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return known, fmt.Errorf("read what accounts are known by: %w", err)
	}
	defer func() { err = cmp.Or(err, rollback(tx)) }()
	return attributes(ctx, tx, s.words, at)
}

func attributes(ctx context.Context, q querier, words *dictionary, at time.Time) (monitor.Attributes, error) {
	var known monitor.Attributes
	fail := func(err error) (monitor.Attributes, error) {
		return monitor.Attributes{}, fmt.Errorf("read what accounts are known by: %w", err)
	}
	rows, err := collect(ctx, q, func(rows *sql.Rows) (r monitor.Sourced[monitor.Identity], err error) {
		var body sql.RawBytes
		var received int64
		if err := rows.Scan(&body, &r.Source.Line, &r.Source.Kind, &r.Source.File, &received); err != nil {
			return r, err
		}
		r.Source.Received = instant(received)
		return r, json.Unmarshal(body, &r.Record)
	}, `SELECT r.body, r.file_line, i.kind, i.name, i.received FROM account a JOIN record r ON r.account = a.id AND r.kind = ?1 JOIN import i ON i.id = r.import
		WHERE r.day <= ?2 AND i.received <= ?3`, string(monitor.KindIdentities), int64(monitor.DayOf(at, time.UTC)+1), at.Unix())
	if err != nil {
		return fail(err)
	}
	// Lists in several folders may state the same; the order must not depend on which arrived first.
	slices.SortFunc(rows, func(a, b monitor.Sourced[monitor.Identity]) int {
		return cmp.Or(compareKeys(a.Record, b.Record), a.Source.Received.Compare(b.Source.Received), cmp.Compare(a.Source.File, b.Source.File), cmp.Compare(a.Source.Line, b.Source.Line))
	})
	known.Identities = slices.CompactFunc(rows, func(a, b monitor.Sourced[monitor.Identity]) bool { return compareKeys(a.Record, b.Record) == 0 })
	homes, err := collect(ctx, q, func(rows *sql.Rows) (h [2]string, err error) { return h, rows.Scan(&h[0], &h[1]) },
		`SELECT subject, max(marketplace) FROM account_record WHERE marketplace <> '' GROUP BY subject HAVING count(DISTINCT marketplace) = 1`)
	if err != nil {
		return fail(err)
	}
	known.Homes = make(map[string]monitor.Marketplace, len(homes))
	for _, h := range homes {
		known.Homes[h[0]] = monitor.Marketplace(h[1])
	}
	if known.Goods, err = goods(ctx, q, words, monitor.DayOf(at, time.UTC)); err != nil {
		return fail(err)
	}
	return known, nil
}

// goodsDays is how far back an account is known by what it sold.
const goodsDays = 90

// goods returns what each account sold in the last days.
func goods(ctx context.Context, q querier, words *dictionary, today monitor.Day) ([]monitor.Goods, error) {
	type named struct {
		id   int64
		name string
	}
	accounts, err := collect(ctx, q, func(rows *sql.Rows) (a named, err error) { return a, rows.Scan(&a.id, &a.name) }, "SELECT id, name FROM account ORDER BY name")
	if err != nil || len(accounts) < 2 {
		return nil, err
	}
	var all []monitor.Goods
	for _, a := range accounts {
		skus, asins := map[string]bool{}, map[string]bool{}
		for block := blockOf(today - goodsDays); block <= blockOf(today); block++ {
			products, err := soldIn(ctx, q, words, a.id, block)
			if err != nil {
				return nil, err
			}
			for _, p := range products {
				if p.days[0].day <= today && p.days[len(p.days)-1].day > today-goodsDays {
					skus[p.sku], asins[p.asin] = true, true
				}
			}
		}
		delete(skus, "")
		delete(asins, "")
		if len(skus)+len(asins) > 0 {
			all = append(all, monitor.Goods{Account: a.name, SKUs: slices.Sorted(maps.Keys(skus)), ASINs: slices.Sorted(maps.Keys(asins))})
		}
	}
	return all, nil
}

// shared returns what the register of every account has, with how many rows of the lists are about each and the ties of all.
// It is made once for all accounts.
func (k *Snapshot) shared(ctx context.Context) (*tied, error) {
	if k.registers != nil {
		return k.registers, nil
	}
	made, err := k.share(ctx)
	if err == nil {
		k.registers = made
	}
	return made, err
}

func (k *Snapshot) share(ctx context.Context) (*tied, error) {
	key := tiedKey{day: monitor.DayOf(k.at, time.UTC)}
	err := k.tx.QueryRowContext(ctx, `SELECT coalesce(sum(received <= ?1), 0), coalesce(max(id), 0), (SELECT coalesce(max(id), 0) FROM account) FROM import INDEXED BY import_of_lists
		WHERE kind IN ('identities', 'accounts') AND refused = ''`, k.at.Unix()).Scan(&key.lists, &key.newest, &key.names)
	if err != nil {
		return nil, fmt.Errorf("look for lists of accounts: %w", err)
	}
	k.tied.mu.Lock()
	defer k.tied.mu.Unlock()
	if k.tied.made != nil && k.tied.made.key == key {
		return k.tied.made, nil
	}
	made := &tied{key: key, count: map[string]int{}}
	if made.accounts, made.records, err = k.accountRecords(ctx); err != nil {
		return nil, err
	}
	if key.lists > 0 {
		known, err := attributes(ctx, k.tx, k.words, k.at)
		if err != nil {
			return nil, err
		}
		for _, i := range known.Identities {
			made.count[i.Record.Account]++
		}
		if k.link != nil {
			made.ties = k.link(known)
		}
	}
	k.tied.made = made
	return made, nil
}
