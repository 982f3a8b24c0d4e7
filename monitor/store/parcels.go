package store

import (
	"encoding/binary"
	"hash/fnv"
	"slices"

	"goodstanding/monitor"
)

// parcel is a shipment of a part of a line: Amazon sends two units of one line in two parcels, and its shipments report
// has a row for each.
type parcel struct {
	key   uint32 // of its id: two parcels of one line with the same key are one in four thousand million
	units int
}

// parcelBit parts the keys of the two sorts of ids (see monitor.Parcel).
const parcelBit = 1 << 31

// keyOf returns the key of a parcel.
func keyOf(p monitor.Parcel) uint32 {
	h := fnv.New32a()
	h.Write([]byte(p.ID))
	if p.Whole {
		return h.Sum32() | parcelBit
	}
	return h.Sum32() &^ parcelBit
}

// addParcels takes in what another line states of parcels: of one that is there already, the greater number.
func (l *line) addParcels(more []parcel) {
	for _, p := range more {
		at, found := slices.BinarySearchFunc(l.parcels, p, func(a, b parcel) int { return int(int64(a.key) - int64(b.key)) })
		switch {
		case !found: // always a new list: lines that are joined share theirs
			l.parcels = slices.Insert(slices.Clip(l.parcels), at, p)
		case p.units > l.parcels[at].units:
			l.parcels = slices.Clone(l.parcels)
			l.parcels[at].units = p.units
		}
	}
}

// units returns how many units the line has: what rows state of it, or what its parcels add up to, if that is more. Rows
// name a part of a parcel in some years and the parcel in others, so each sort is added up for itself.
func (l *line) units() int {
	var sums [2]int
	for _, p := range l.parcels {
		sums[p.key>>31] += p.units
	}
	return max(l.Quantity, sums[0], sums[1])
}

// shown returns the line without what the store adds to it.
func (l *line) shown() monitor.Line {
	shown := l.Line
	shown.Quantity = l.units()
	return shown
}

// appendUnits writes the quantity of a line and its parcels.
func appendUnits(b []byte, l *line) []byte {
	with := int64(0)
	if len(l.parcels) > 0 {
		with = 1
	}
	b = binary.AppendVarint(b, int64(l.Quantity)*2+with)
	if with == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(l.parcels)))
	for _, p := range l.parcels {
		b = binary.LittleEndian.AppendUint32(b, p.key)
		b = binary.AppendVarint(b, int64(p.units))
	}
	return b
}

// units reads the quantity of a line and its parcels.
func (r *bodyReader) units() (quantity int, parcels []parcel) {
	n := r.varint()
	if n&1 != 0 {
		for left := r.uvarint(); left > 0 && r.err == nil; left-- {
			var key [4]byte
			for i := range key {
				key[i] = r.byte()
			}
			parcels = append(parcels, parcel{binary.LittleEndian.Uint32(key[:]), int(r.varint())})
		}
	}
	return int(n >> 1), parcels
}
