package monitor

import (
	"context"
	"fmt"
	"time"
)

// Source is the row of an export that states something.
type Source struct {
	Kind     ExportKind
	File     string // as it was named: hostile text
	Line     int    // of the file, from 1
	Received time.Time
}

// String writes the source as people look it up: orders.txt line 12.
func (s Source) String() string {
	if s.File == "" {
		return ""
	}
	return fmt.Sprintf("%s line %d", s.File, s.Line)
}

// Sourced is a record and the row that its word comes from.
type Sourced[T any] struct {
	Record T
	Source Source
}

// Listed is what the newest export of a kind lists. Exports of one kind that were made within a day of one another count as
// one, because a seller downloads one for each store; where two state the same row, the newer word stands.
type Listed[T any] struct {
	Rows    []Sourced[T] // by key
	AsOf    time.Time    // of the newest; zero: there was no such export, and nothing is known
	BadRows int          // rows that could not be read: what they say is not among Rows
}

// Records holds the records of an account, as known at one instant.
type Records interface {
	// Records returns the records of a kind about a day within from..to, by day and key. It is an error for a kind whose
	// exports list all there is.
	Records(ctx context.Context, kind ExportKind, from, to Day) ([]Sourced[Record], error)
	// Listed returns what the newest export of a kind lists. It is an error for a kind of which an export tells of a time.
	Listed(ctx context.Context, kind ExportKind) (Listed[Record], error)
}

// RecordsOf returns the records of a kind about a day within from..to as what they are, by day and key.
func RecordsOf[T Record](ctx context.Context, k Records, kind ExportKind, from, to Day) ([]Sourced[T], error) {
	records, err := k.Records(ctx, kind, from, to)
	if err != nil {
		return nil, err
	}
	return typed[T](kind, records)
}

// ListedOf returns what the newest export of a kind lists as what it is.
func ListedOf[T Record](ctx context.Context, k Records, kind ExportKind) (Listed[T], error) {
	l, err := k.Listed(ctx, kind)
	if err != nil {
		return Listed[T]{}, err
	}
	rows, err := typed[T](kind, l.Rows)
	return Listed[T]{rows, l.AsOf, l.BadRows}, err
}

func typed[T Record](kind ExportKind, records []Sourced[Record]) ([]Sourced[T], error) {
	all := make([]Sourced[T], len(records))
	for i, r := range records {
		t, ok := r.Record.(T)
		if !ok {
			return nil, fmt.Errorf("read records of %s: a record is a %T, not a %T", kind, r.Record, t)
		}
		all[i] = Sourced[T]{t, r.Source}
	}
	return all, nil
}
