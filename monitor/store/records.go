package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"goodstanding/monitor"
)

// Records returns an account's records of a kind that are about a day within from..to, as T, by day and key: of exports
// that list all there is those of the newest, of others all that there ever were, in the newest words.
func Records[T monitor.Record](ctx context.Context, s *Store, name string, kind monitor.ExportKind, from, to monitor.Day) ([]T, error) {
	id, _, err := account(ctx, s.read, name)
	if err != nil {
		return nil, err
	}
	var records []T
	if ListsAll(kind) {
		var l Listed[T]
		l, err = readListed[T](ctx, s.read, id, kind, math.MaxInt64)
		records = slices.DeleteFunc(l.Rows, func(r T) bool { return r.When() < from || r.When() > to })
	} else {
		records, err = collect(ctx, s.read, func(rows *sql.Rows) (r T, err error) {
			var body []byte
			if err := rows.Scan(&body); err != nil {
				return r, err
			}
			return r, json.Unmarshal(body, &r)
		}, "SELECT body FROM record WHERE account = ? AND kind = ? AND day BETWEEN ? AND ? ORDER BY day, body", id, string(kind), int64(from), int64(to))
	}
	if err != nil {
		return nil, fmt.Errorf("read records of %s: %w", kind, err)
	}
	slices.SortStableFunc(records, func(a, b T) int { return cmp.Or(cmp.Compare(a.When(), b.When()), compareKeys(a, b)) })
	return records, nil
}

func compareKeys[T monitor.Record](a, b T) int {
	x, _ := a.Key()
	y, _ := b.Key()
	return cmp.Compare(x, y)
}

// ListsAll says whether an export of the kind lists all there is at an instant: a row that a newer one no longer has is
// gone. Of the other kinds an export tells of a time, and what it told stays true.
func ListsAll(kind monitor.ExportKind) bool {
	switch kind {
	case monitor.KindListings, monitor.KindInventoryReport, monitor.KindFBAInventory, monitor.KindAFNInventory, monitor.KindReservedInventory,
		monitor.KindExpiringInventory, monitor.KindPlanning, monitor.KindStranded, monitor.KindVoice:
		return true
	}
	return false
}

// Listed is what the newest export of a kind lists. Exports received at one instant, such as those of two stores in one
// archive, count as one.
type Listed[T monitor.Record] struct {
	Rows     []T       // by key
	Received time.Time // zero: there was no such export, and nothing is known
	BadRows  int       // rows of it that could not be read: what they say is not among Rows
}

// Newest returns what the newest export of a kind lists that was made by the instant of the snapshot. The kind must be one
// that ListsAll.
func Newest[T monitor.Record](ctx context.Context, k *Snapshot, kind monitor.ExportKind) (Listed[T], error) {
	if !ListsAll(kind) {
		return Listed[T]{}, fmt.Errorf("read the newest %s: an export of this kind does not list all there is", kind)
	}
	l, err := readListed[T](ctx, k.tx, k.id, kind, k.at.Unix())
	if err != nil {
		return l, fmt.Errorf("read the newest %s: %w", kind, err)
	}
	return l, nil
}

func readListed[T monitor.Record](ctx context.Context, q querier, account int64, kind monitor.ExportKind, at int64) (Listed[T], error) {
	var l Listed[T]
	files, err := collect(ctx, q, func(rows *sql.Rows) (file int64, err error) {
		var received int64
		var bad int
		err = rows.Scan(&file, &received, &bad)
		l.Received, l.BadRows = instant(received), l.BadRows+bad
		return file, err
	}, `SELECT id, received, bad FROM import WHERE account = ?1 AND kind = ?2 AND refused = '' AND as_of =
			(SELECT max(as_of) FROM import WHERE account = ?1 AND kind = ?2 AND refused = '' AND as_of <= ?3)`, account, string(kind), at)
	if err != nil {
		return l, err
	}
	var listed []listedRow
	for _, file := range files {
		_, err := collect(ctx, q, func(rows *sql.Rows) (struct{}, error) {
			var part sql.RawBytes
			if err := rows.Scan(&part); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, eachListed(part, func(r listedRow) { listed = append(listed, r) })
		}, "SELECT rows FROM listed WHERE import = ? ORDER BY part", file)
		if err != nil {
			return l, err
		}
	}
	bodies, err := readBodies(ctx, q, account, listed)
	if err != nil {
		return l, err
	}
	// The n-th row of a key is one thing, whichever file it is in. Of what is said of it at one instant, the greater text
	// is kept.
	type thing struct {
		key string
		n   uint64
	}
	type word struct {
		record T
		body   string
	}
	words := map[thing]word{}
	for _, r := range listed {
		w := word{body: bodies[r.row]}
		if err := json.Unmarshal([]byte(w.body), &w.record); err != nil {
			return l, fmt.Errorf("row %d: %w", r.row, err)
		}
		key, _ := w.record.Key()
		if have, there := words[thing{key, r.n}]; !there || w.body > have.body {
			words[thing{key, r.n}] = w
		}
	}
	things := make([]thing, 0, len(words))
	for t := range words {
		things = append(things, t)
	}
	slices.SortFunc(things, func(a, b thing) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.n, b.n)) })
	for _, t := range things {
		l.Rows = append(l.Rows, words[t].record)
	}
	return l, nil
}

// readBodies reads the bodies of records by their rows.
func readBodies(ctx context.Context, q querier, account int64, listed []listedRow) (map[int64]string, error) {
	bodies := make(map[int64]string, len(listed))
	rows := make([]int64, 0, len(listed))
	for _, r := range listed {
		if _, asked := bodies[r.row]; !asked {
			bodies[r.row] = ""
			rows = append(rows, r.row)
		}
	}
	slices.Sort(rows)
	return bodies, perChunk(ctx, q, "SELECT row, body FROM record WHERE account = ? AND row", account, rows, func(rows *sql.Rows) error {
		var row int64
		var body string
		err := rows.Scan(&row, &body)
		bodies[row] = body
		return err
	})
}
