package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"

	"goodstanding/monitor"
)

// A row that shows an order shipped or cancelled says the same in every later export, because merging it a second time
// changes nothing (see isSettled). Imports note the digests of such rows; where a later export has one again, its fact
// is not even made. Most rows of a daily download that reaches back a month are of this kind.

// Bounds of the digests that an import looks at: 16 MiB in memory. Rows beyond them are merged as any other.
const (
	mostSettled = 1_500_000
	settledPart = 1 << 16 // digests in one row of the table
)

// isSettled says whether merging the sighting again, from an export made later, changes nothing: the order is shipped or
// cancelled, the row names its line, and it states nothing whose age counts (Order.See takes the newest ship-by date).
func isSettled(s monitor.Sighting) bool {
	return (s.Status == monitor.Shipped || s.Status == monitor.Cancelled) && s.Line.ItemID != "" && s.ShipBy.IsZero()
}

// digests is a set of digests, none of them 0.
type digests struct {
	slots []uint64
	shift int
	n     int
}

// add puts a digest into the set.
func (d *digests) add(v uint64) {
	if len(d.slots) < 2*d.n+16 {
		d.grow()
	}
	for i := d.slot(v); ; i++ {
		switch at := &d.slots[i&(len(d.slots)-1)]; *at {
		case v:
			return
		case 0:
			*at = v
			d.n++
			return
		}
	}
}

// has says whether a digest is in the set; 0 never is.
func (d *digests) has(v uint64) bool {
	if d.n == 0 || v == 0 {
		return false
	}
	for i := d.slot(v); ; i++ {
		switch d.slots[i&(len(d.slots)-1)] {
		case v:
			return true
		case 0:
			return false
		}
	}
}

// slot is where the search for a digest begins.
func (d *digests) slot(v uint64) int { return int(v >> d.shift) } //nolint:gosec // fits, by the shift

func (d *digests) grow() {
	old := d.slots
	d.slots = make([]uint64, max(1024, 2*len(old)))
	d.shift = 65 - bits.Len(uint(len(d.slots)))
	d.n = 0
	for _, v := range old {
		if v != 0 {
			d.add(v)
		}
	}
}

// loadSettled reads the digests of an account's imports that may be of use for a file: made no later, and of the same time
// where that is known.
func loadSettled(ctx context.Context, q querier, account int64, f File) (set digests, err error) {
	rows, err := q.QueryContext(ctx, `SELECT s.digests FROM settled s JOIN import i ON i.id = s.import
		WHERE s.account = ?1 AND i.kind = ?2 AND i.as_of <= ?3 AND (?4 = 0 OR i.from_at <= ?4 AND i.to_at >= ?5) ORDER BY s.import DESC, s.part`,
		account, string(f.Kind), unix(f.AsOf), unix(f.To), unix(f.From))
	if err != nil {
		return set, fmt.Errorf("read the rows known: %w", err)
	}
	defer func() { err = closed(rows, err) }()
	for rows.Next() {
		var part []byte
		if err := rows.Scan(&part); err != nil {
			return set, fmt.Errorf("read the rows known: %w", err)
		}
		for ; len(part) >= 8 && set.n < mostSettled; part = part[8:] {
			if v := binary.LittleEndian.Uint64(part); v != 0 {
				set.add(v)
			}
		}
	}
	return set, rows.Err()
}

// settling gathers the digests that a file brings, and writes them in parts.
type settling struct {
	part    int
	digests []byte
}

func (n *settling) add(ctx context.Context, tx sharedTx, account, file int64, digest uint64) error {
	n.digests = binary.LittleEndian.AppendUint64(n.digests, digest)
	if len(n.digests) < 8*settledPart {
		return nil
	}
	return n.flush(ctx, tx, account, file)
}

func (n *settling) flush(ctx context.Context, tx sharedTx, account, file int64) error {
	if len(n.digests) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO settled (account, import, part, digests) VALUES (?, ?, ?, ?)", account, file, n.part, n.digests)
	if err != nil {
		return fmt.Errorf("note the rows known: %w", err)
	}
	n.part++
	n.digests = n.digests[:0]
	return nil
}
