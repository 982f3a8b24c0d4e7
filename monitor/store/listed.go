package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
)

// listedPart is how many bytes one row of the table holds, about.
const listedPart = 1 << 19

// listing gathers which rows of the record table an export lists: for each, in the order of the file, how far it is from
// the one before, and how many of its key come before it (varints).
type listing struct {
	part int
	last int64
	rows []byte
}

func (l *listing) add(ctx context.Context, tx sharedTx, file int64, r listedRow) error {
	l.rows = binary.AppendVarint(l.rows, r.row-l.last)
	l.rows = binary.AppendUvarint(l.rows, r.n)
	l.last = r.row
	if len(l.rows) < listedPart {
		return nil
	}
	return l.flush(ctx, tx, file)
}

func (l *listing) flush(ctx context.Context, tx sharedTx, file int64) error {
	if len(l.rows) == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO listed (import, part, rows) VALUES (?, ?, ?)", file, l.part, l.rows); err != nil {
		return fmt.Errorf("note the rows listed: %w", err)
	}
	l.part++
	l.last, l.rows = 0, l.rows[:0]
	return nil
}

// listedRow is a row of an export: that of the record table, and how many of its key come before it.
type listedRow struct {
	row int64
	n   uint64
}

// eachListed calls take for each row of a part.
func eachListed(part []byte, take func(listedRow)) error {
	for at := int64(0); len(part) > 0; {
		step, i := binary.Varint(part)
		if i <= 0 {
			return errListed
		}
		n, j := binary.Uvarint(part[i:])
		if j <= 0 {
			return errListed
		}
		at += step
		take(listedRow{at, n})
		part = part[i+j:]
	}
	return nil
}

var errListed = errors.New("a row of listed is damaged: restore the database from a backup, or import its exports into a new one")
