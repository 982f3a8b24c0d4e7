package store

import (
	"cmp"
	"fmt"
)

// files tells which of two origins was there first: the one in the file that was received first. Where several rows state
// the same, that one is told as where it comes from, in whatever order the files were imported. It does not change when
// later downloads overlap.
type files struct {
	read  func(id int64) (arrived, error)
	known map[int64]arrived
	err   error // the first one; the answers are then of no use
}

// arrived is what puts the files of an account in order.
type arrived struct {
	received     int64
	name, digest string
}

func (f *files) find(id int64) arrived {
	a, ok := f.known[id]
	if ok {
		return a
	}
	a, err := f.read(id)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("find when file %d was received: %w", id, err)
	}
	f.known[id] = a
	return a
}

// earlier says whether a was there before b.
func (f *files) earlier(a, b origin) bool {
	if a.file == b.file {
		return a.line < b.line
	}
	x, y := f.find(a.file), f.find(b.file)
	return cmp.Or(cmp.Compare(x.received, y.received), cmp.Compare(x.name, y.name), cmp.Compare(x.digest, y.digest), cmp.Compare(a.line, b.line)) < 0
}
