package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/bits"

	"goodstanding/monitor"
)

// A row that shows an order shipped or cancelled says the same in every later export, because merging it a second time
// changes nothing (see isSettled). Imports note the digests of such rows; where a later export has one again, its fact
// is not even made. Most rows of a daily download that reaches back a month are of this kind.

// Bounds of the digests that an import looks at: 11 MiB in memory. Rows beyond them are merged as any other.
const (
	mostSettled = 1_500_000
	settledPart = 1 << 15 // digests in one row of the table, at least
)

// isSettled says whether merging the sighting again, from an export made later, changes nothing: the order is shipped or
// cancelled, the row names its line, and it states nothing whose age counts (Order.See takes the newest ship-by date).
func isSettled(s *monitor.Sighting) bool {
	return (s.Status == monitor.Shipped || s.Status == monitor.Cancelled) && s.Line.ItemID != "" && s.ShipBy.IsZero()
}

// digests is a set of digests in a table that is four fifths full at most. A slot has the lower 48 bits of a digest; the
// upper ones say which slot it is, up to the few before it that were taken. So another digest is as seldom taken for one of the
// set as two rows have the same.
type digests struct {
	slots []byte
	size  int // in slots
	n     int
}

const (
	slotBytes = 6
	slotBits  = 1<<(8*slotBytes) - 1
)

// newDigests makes a set for up to n digests.
func newDigests(n int) digests {
	size := n + n/4 + 1
	return digests{slots: make([]byte, slotBytes*size+8-slotBytes), size: size} // eight bytes are read of each
}

// slot returns where in slots a digest is, or the free place that it would take, and what is there.
func (d *digests) slot(v uint64) (at int, is uint64) {
	i, _ := bits.Mul64(v, uint64(d.size)) //nolint:gosec // not negative
	at = slotBytes * int(i)               //nolint:gosec // below size
	for {
		if is = binary.LittleEndian.Uint64(d.slots[at:]) & slotBits; is == v&slotBits || is == 0 {
			return at, is
		}
		if at += slotBytes; at == slotBytes*d.size {
			at = 0
		}
	}
}

// add puts a digest into the set, and answers false if it is full. One whose lower bits are all 0 is never in it.
func (d *digests) add(v uint64) bool {
	at, is := d.slot(v)
	if is == v&slotBits {
		return true
	}
	if d.n >= d.size*4/5 {
		return false
	}
	eight := d.slots[at:]
	binary.LittleEndian.PutUint64(eight, binary.LittleEndian.Uint64(eight)&^slotBits|v&slotBits)
	d.n++
	return true
}

// has says whether a digest is in the set.
func (d *digests) has(v uint64) bool {
	if d.n == 0 {
		return false
	}
	_, is := d.slot(v)
	return is != 0
}

// loadSettled reads the digests of an account's imports that may be of use for a file: made and received no later, and of
// the same time where that is known. A row of a file that was received later is the newer place where the same is said.
func loadSettled(ctx context.Context, q querier, account int64, f File) (set digests, err error) {
	const of = ` FROM settled s JOIN import i ON i.id = s.import
		WHERE s.account = ?1 AND i.kind = ?2 AND i.as_of <= ?3 AND (?4 = 0 OR i.from_at <= ?4 AND i.to_at >= ?5)
			AND (i.received, i.name, i.digest) <= (?6, ?7, ?8)`
	args := []any{account, string(f.Kind), unix(f.AsOf), unix(f.To), unix(f.From), unix(f.Received), f.Name, f.Digest}
	var n int
	if err := q.QueryRowContext(ctx, "SELECT coalesce(sum(length(s.digests)), 0) / 8"+of, args...).Scan(&n); err != nil {
		return set, fmt.Errorf("count the rows known: %w", err)
	}
	if n == 0 {
		return set, nil
	}
	set = newDigests(min(n, mostSettled))
	rows, err := q.QueryContext(ctx, "SELECT s.digests"+of+" ORDER BY s.import DESC, s.part", args...)
	if err != nil {
		return set, fmt.Errorf("read the rows known: %w", err)
	}
	defer func() { err = closed(rows, err) }()
	for rows.Next() {
		var part sql.RawBytes
		if err := rows.Scan(&part); err != nil {
			return set, fmt.Errorf("read the rows known: %w", err)
		}
		for ; len(part) >= 8; part = part[8:] {
			if v := binary.LittleEndian.Uint64(part); !set.add(v) {
				return set, nil // full: what is older is merged as any other
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

func (n *settling) add(digest uint64) {
	n.digests = binary.LittleEndian.AppendUint64(n.digests, digest)
}

// flush writes what was gathered, if it is so many digests or more.
func (n *settling) flush(ctx context.Context, tx sharedTx, account, file int64, least int) error {
	if len(n.digests) < 8*max(least, 1) {
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
