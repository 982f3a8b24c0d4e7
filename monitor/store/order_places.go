package store

// orderPlaces finds the orders of a batch among its ids: a table of their places + 1, by a hash of the id; 0: free. It is asked
// for nearly every row of a file, and a map costs several times as much.
type orderPlaces [512]uint8

var _ = [1]struct{}{}[batchOrders/256] // a place + 1 fits, and half of the table stays free

// slot returns where the place of an order is noted, or is to be.
func (p *orderPlaces) slot(ids []int64, number int64) int {
	const shift = 64 - 9                                                                    // leaves as many bits as there are slots
	for i := uint64(number) * 0x9e3779b97f4a7c15 >> shift; ; i = (i + 1) % uint64(len(p)) { //nolint:gosec // any bits do
		if p[i] == 0 || ids[p[i]-1] == number {
			return int(i) //nolint:gosec // one of 512
		}
	}
}

// find returns the place of an order among the ids; -1: it is not there.
func (p *orderPlaces) find(ids []int64, number int64) int { return int(p[p.slot(ids, number)]) - 1 }

// add notes that the order is the last of the ids.
func (p *orderPlaces) add(ids []int64) {
	p[p.slot(ids[:len(ids)-1], ids[len(ids)-1])] = uint8(len(ids)) //nolint:gosec // see above
}
