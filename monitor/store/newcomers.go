package store

import "math/bits"

// newcomers tells orders that are certainly new from those that may be there: a Bloom filter of the orders that a file
// brought to an account which had none. Without it, every new order of a first import costs a search for nothing.
type newcomers struct {
	filter []uint64
}

// Bounds of a filter: 4 MiB at most. Of 2 million orders 2 in 1,000 are then searched for nothing, of 8 million 1 in 7.
const (
	smallestFilter = 1 << 16 // bits
	largestFilter  = 1 << 25
	bitsPerOrder   = 16
	bytesPerOrder  = 400 // of an export, about
	lineWords      = 8
)

// newNewcomers makes a filter for a file of a size in bytes.
func newNewcomers(size int64) *newcomers {
	want := uint64(max(size, 0)) / bytesPerOrder * bitsPerOrder
	n := min(max(want, smallestFilter), largestFilter)
	return &newcomers{make([]uint64, 1<<bits.Len64(n-1)/64)}
}

// add notes an order and says whether it is certainly new. All its bits are in one line of the processor's cache.
func (f *newcomers) add(id int64) bool {
	h := uint64(id) * 0x9e3779b97f4a7c15 //nolint:gosec // any 64 bits do
	line := f.filter[h>>32&uint64(len(f.filter)/lineWords-1)*lineWords:][:lineWords:lineWords]
	h = bits.RotateLeft64(h, 32) * 0xbf58476d1ce4e5b9
	lacked := uint64(0)
	for range 4 { // without a branch: nobody could foretell which way it goes
		h = bits.RotateLeft64(h, 9)
		at := h >> 6 & (lineWords - 1)
		bit := uint64(1) << (h & 63)
		lacked |= bit &^ line[at]
		line[at] |= bit
	}
	return lacked != 0
}
