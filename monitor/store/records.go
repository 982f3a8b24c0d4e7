package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"goodstanding/monitor"
)

// Records returns all records of an account's of a kind that are about a day within from..to, as T, by day and key: of
// exports that list all there is those of the newest, of others all that there ever were, in the newest words.
func Records[T monitor.Record](ctx context.Context, s *Store, name string, kind monitor.ExportKind, from, to monitor.Day) (rows []monitor.Sourced[T], err error) {
	k, err := s.Known(ctx, name, time.Unix(farFuture, 0))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	if !ListsAll(kind) {
		return monitor.RecordsOf[T](ctx, k, kind, from, to)
	}
	l, err := monitor.ListedOf[T](ctx, k, kind)
	rows = slices.DeleteFunc(l.Rows, func(r monitor.Sourced[T]) bool { return r.Record.When() < from || r.Record.When() > to })
	slices.SortStableFunc(rows, func(a, b monitor.Sourced[T]) int { return cmp.Compare(a.Record.When(), b.Record.When()) })
	return rows, err
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

// farFuture is after everything, in Unix seconds.
const farFuture = 1 << 40

// kinds reads the records of a kind from their bodies.
var kinds = map[monitor.ExportKind]func([]byte) (monitor.Record, error){
	monitor.KindFBAReturns:        decode[monitor.Return],
	monitor.KindSellerReturns:     decode[monitor.Return],
	monitor.KindReplacements:      decode[monitor.Replacement],
	monitor.KindLots:              decode[monitor.Lot],
	monitor.KindViolations:        decode[monitor.Violation],
	monitor.KindInvoices:          decode[monitor.Invoice],
	monitor.KindIdentities:        decode[monitor.Identity],
	monitor.KindPerformance:       decode[monitor.Performance],
	monitor.KindVoice:             decode[monitor.CustomerVoice],
	monitor.KindLedgerDetail:      decode[monitor.LedgerEvent],
	monitor.KindLedgerSummary:     decode[monitor.LedgerBalance],
	monitor.KindListings:          decode[monitor.Listing],
	monitor.KindInventoryReport:   decode[monitor.Listing],
	monitor.KindFBAInventory:      decode[monitor.Stock],
	monitor.KindAFNInventory:      decode[monitor.Stock],
	monitor.KindReservedInventory: decode[monitor.Stock],
	monitor.KindExpiringInventory: decode[monitor.Stock],
	monitor.KindPlanning:          decode[monitor.Planning],
	monitor.KindStranded:          decode[monitor.Stranded],
}

func decode[T monitor.Record](body []byte) (monitor.Record, error) {
	var r T
	err := json.Unmarshal(body, &r)
	return r, err
}

// recordSpan names records that a snapshot has read.
type recordSpan struct {
	kind     monitor.ExportKind
	from, to monitor.Day
}

// Records returns the records of a kind about a day within from..to, by day and key, as known at the instant of the
// snapshot: of what is about a later day nothing was known then. The kind must be one that does not list all there is.
func (k *Snapshot) Records(ctx context.Context, kind monitor.ExportKind, from, to monitor.Day) ([]monitor.Sourced[monitor.Record], error) {
	read := kinds[kind]
	if read == nil || ListsAll(kind) {
		return nil, fmt.Errorf("read records of %s: it is no kind that gives records of days", kind)
	}
	span := recordSpan{kind, from, min(to, monitor.DayOf(k.at, time.UTC)+1)} // a marketplace's day may be ahead
	if kind == monitor.KindLots {
		span.to = to // they expire in the future
	}
	if had, ok := k.records[span]; ok {
		return had, nil
	}
	if some, err := k.hasRecords(ctx, kind); err != nil || !some {
		return nil, err
	}
	records, err := collect(ctx, k.tx, func(rows *sql.Rows) (monitor.Sourced[monitor.Record], error) {
		var body sql.RawBytes
		var r monitor.Sourced[monitor.Record]
		var received int64
		if err := rows.Scan(&body, &r.Source.Line, &r.Source.Kind, &r.Source.File, &received); err != nil {
			return r, err
		}
		r.Source.Received = instant(received)
		var err error
		r.Record, err = read(body)
		return r, err
	}, `SELECT r.body, r.file_line, i.kind, i.name, i.received FROM record r JOIN import i ON i.id = r.import
		WHERE r.account = ? AND r.kind = ? AND r.day BETWEEN ? AND ? ORDER BY r.day, r.body`, k.id, string(kind), int64(span.from), int64(span.to))
	if err != nil {
		return nil, fmt.Errorf("read records of %s: %w", kind, err)
	}
	slices.SortStableFunc(records, func(a, b monitor.Sourced[monitor.Record]) int {
		return cmp.Or(cmp.Compare(a.Record.When(), b.Record.When()), compareKeys(a.Record, b.Record))
	})
	k.records[span] = records
	return records, nil
}

// hasRecords says whether there is any record of a kind: most accounts have few kinds, and checks ask for all.
func (k *Snapshot) hasRecords(ctx context.Context, kind monitor.ExportKind) (bool, error) {
	if k.recorded == nil {
		// A loose index scan: one seek a kind.
		kinds, err := collect(ctx, k.tx, func(rows *sql.Rows) (kind monitor.ExportKind, err error) { return kind, rows.Scan(&kind) }, `
			WITH RECURSIVE k (kind) AS (
				SELECT min(kind) FROM record WHERE account = ?1
				UNION ALL
				SELECT (SELECT min(kind) FROM record WHERE account = ?1 AND kind > k.kind) FROM k WHERE k.kind IS NOT NULL
			) SELECT kind FROM k WHERE kind IS NOT NULL`, k.id)
		if err != nil {
			return false, fmt.Errorf("look for records: %w", err)
		}
		k.recorded = append([]monitor.ExportKind{}, kinds...)
	}
	return slices.Contains(k.recorded, kind), nil
}

func compareKeys(a, b monitor.Record) int {
	x, _ := a.Key()
	y, _ := b.Key()
	return cmp.Compare(x, y)
}

// oneDownload is within how long before the newest export others of its kind may belong to the same download: one a store.
const oneDownload = 24 * 60 * 60

// Listed returns what the newest export of a kind lists that was made by the instant of the snapshot. The kind must be one
// that ListsAll. An export of the day before it counts with it when most of its rows are others: it is then another
// store's, and no older word on the same.
func (k *Snapshot) Listed(ctx context.Context, kind monitor.ExportKind) (monitor.Listed[monitor.Record], error) {
	if !ListsAll(kind) {
		return monitor.Listed[monitor.Record]{}, fmt.Errorf("read the newest %s: an export of this kind does not list all there is", kind)
	}
	if had, ok := k.listed[kind]; ok {
		return had, nil
	}
	l, err := k.readListed(ctx, kind)
	if err != nil {
		return l, fmt.Errorf("read the newest %s: %w", kind, err)
	}
	k.listed[kind] = l
	return l, nil
}

// listedFile is an export that lists all there is.
type listedFile struct {
	id, asOf int64
	bad      int
	rows     map[listedThing]listedWord
}

// listedThing is what a row is about: the n-th row of a key is one thing, whichever file it is in.
type listedThing struct {
	key string
	n   uint64
}

type listedWord struct {
	said monitor.Sourced[monitor.Record]
	body string
}

func (k *Snapshot) readListed(ctx context.Context, kind monitor.ExportKind) (monitor.Listed[monitor.Record], error) {
	var l monitor.Listed[monitor.Record]
	if !slices.Contains(k.kinds, string(kind)) {
		return l, nil
	}
	files, err := collect(ctx, k.tx, func(rows *sql.Rows) (f listedFile, err error) { return f, rows.Scan(&f.id, &f.asOf, &f.bad) },
		`SELECT id, as_of, bad FROM import WHERE account = ?1 AND kind = ?2 AND refused = '' AND as_of <= ?3 AND as_of >
			(SELECT max(as_of) FROM import WHERE account = ?1 AND kind = ?2 AND refused = '' AND as_of <= ?3) - ?4 ORDER BY as_of DESC, id`,
		k.id, string(kind), k.at.Unix(), oneDownload)
	if err != nil || len(files) == 0 {
		return l, err
	}
	l.AsOf = instant(files[0].asOf)
	all := map[listedThing]listedWord{}
	for i := 0; i < len(files); {
		// Those of one instant are one export, of which the greater text of a thing is kept.
		export := listedFile{rows: map[listedThing]listedWord{}}
		for asOf := files[i].asOf; i < len(files) && files[i].asOf == asOf; i++ {
			export.bad += files[i].bad
			if err := k.readListedFile(ctx, kind, files[i].id, export.rows); err != nil {
				return l, err
			}
		}
		again := 0
		for t := range export.rows {
			if _, there := all[t]; there {
				again++
			}
		}
		if len(all) > 0 && 2*again >= len(export.rows) {
			continue // an older word on the same, or nothing
		}
		l.BadRows += export.bad
		for t, w := range export.rows {
			if _, there := all[t]; !there {
				all[t] = w
			}
		}
		if len(export.rows) == 0 {
			break // the newest export is empty: all is gone
		}
	}
	things := slices.SortedFunc(maps.Keys(all), func(a, b listedThing) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.n, b.n)) })
	for _, t := range things {
		l.Rows = append(l.Rows, all[t].said)
	}
	return l, nil
}

// readListedFile adds the rows of an export to things.
func (k *Snapshot) readListedFile(ctx context.Context, kind monitor.ExportKind, file int64, things map[listedThing]listedWord) error {
	var listed []listedRow
	_, err := collect(ctx, k.tx, func(rows *sql.Rows) (struct{}, error) {
		var part sql.RawBytes
		if err := rows.Scan(&part); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, eachListed(part, func(r listedRow) { listed = append(listed, r) })
	}, "SELECT rows FROM listed WHERE import = ? ORDER BY part", file)
	if err != nil {
		return err
	}
	words, err := k.readWords(ctx, kind, listed)
	if err != nil {
		return err
	}
	for _, r := range listed {
		w, ok := words[r.row]
		if !ok {
			return errListed
		}
		key, _ := w.said.Record.Key()
		if have, there := things[listedThing{key, r.n}]; !there || w.body > have.body {
			things[listedThing{key, r.n}] = w
		}
	}
	return nil
}

// readWords reads records by their rows.
func (k *Snapshot) readWords(ctx context.Context, kind monitor.ExportKind, listed []listedRow) (map[int64]listedWord, error) {
	words := make(map[int64]listedWord, len(listed))
	rows := make([]int64, 0, len(listed))
	for _, r := range listed {
		rows = append(rows, r.row)
	}
	slices.Sort(rows)
	return words, perChunk(ctx, k.tx, `SELECT r.row, r.body, r.file_line, i.kind, i.name, i.received FROM record r JOIN import i ON i.id = r.import
		WHERE r.account = ? AND r.row`, k.id, slices.Compact(rows), func(rows *sql.Rows) error {
		var row, received int64
		var w listedWord
		src := &w.said.Source
		err := rows.Scan(&row, &w.body, &src.Line, &src.Kind, &src.File, &received)
		if err == nil {
			src.Received = instant(received)
			w.said.Record, err = kinds[kind]([]byte(w.body))
		}
		words[row] = w
		return err
	})
}
