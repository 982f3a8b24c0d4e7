package exports

import (
	"crypto/sha256"
	"hash"
	"io"
)

// hashedApart is from which size on a file's digest is taken on another core than the one that reads its rows: SHA-256
// costs a third of that.
const hashedApart = 8 << 20

// newHash returns a SHA-256 for a file of a size in bytes. Close ends what it began.
func newHash(size int64) hash.Hash {
	if size < hashedApart {
		return sha256.New()
	}
	h := &backgroundHash{Hash: sha256.New(), full: make(chan []byte, 2), empty: make(chan []byte, 3), ended: make(chan struct{})}
	for range cap(h.empty) {
		h.empty <- nil
	}
	go func() {
		defer close(h.ended)
		for b := range h.full {
			h.Hash.Write(b) // never fails, says hash.Hash
			h.empty <- b
		}
	}()
	return h
}

// backgroundHash is a hash that is taken by another goroutine. After Sum or Close nothing may be written.
type backgroundHash struct {
	hash.Hash
	full, empty chan []byte
	ended       chan struct{}
	closed      bool
}

var _ io.Closer = (*backgroundHash)(nil)

// Write implements io.Writer: it copies p.
func (h *backgroundHash) Write(p []byte) (int, error) {
	h.full <- append((<-h.empty)[:0], p...)
	return len(p), nil
}

// Sum implements hash.Hash.
func (h *backgroundHash) Sum(b []byte) []byte {
	_ = h.Close()
	return h.Hash.Sum(b)
}

// Close waits until all that was written is hashed.
func (h *backgroundHash) Close() error {
	if !h.closed {
		h.closed = true
		close(h.full)
	}
	<-h.ended
	return nil
}
