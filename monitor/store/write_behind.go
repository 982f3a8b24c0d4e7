package store

import (
	"errors"
	"fmt"
	"os"
)

// writeBehind has the disk take what an import writes while the import goes on. The commit waits until all of the file is on the disk,
// and nobody works meanwhile: so it finds little left to wait for. A nil one does nothing.
type writeBehind struct {
	file    *os.File
	batches int // since it was last asked
	ask     chan struct{}
	ended   chan struct{}
	err     error // to be read once ended is closed
	stopped bool
}

// behindBatches is after how many batches the disk is asked: some 8 MiB.
const behindBatches = 400

// startBehind starts one for the database file. The file stays open until the store is closed: a process that closes a file gives
// up all locks that it has on it, those of SQLite among them.
func (s *Store) startBehind() (*writeBehind, error) {
	if s.path == "" {
		return nil, nil //nolint:nilnil // see writeBehind
	}
	if s.file == nil {
		f, err := os.OpenFile(s.path, os.O_RDWR, 0)
		if err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
		s.file = f
	}
	w := &writeBehind{file: s.file, ask: make(chan struct{}, 1), ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		for range w.ask {
			// A failure is told once, maybe to us only, and not to SQLite when it commits.
			w.err = errors.Join(w.err, w.file.Sync())
		}
	}()
	return w, nil
}

// wrote notes that a batch was written, or all of them were.
func (w *writeBehind) wrote(all bool) {
	if w == nil {
		return
	}
	if w.batches++; w.batches < behindBatches && !all {
		return
	}
	w.batches = 0
	select {
	case w.ask <- struct{}{}:
	default: // it is still busy
	}
}

// stop waits for the disk, and says whether all that it was asked for went well. Nothing may be noted after it.
func (w *writeBehind) stop() error {
	if w == nil || w.stopped {
		return nil
	}
	w.stopped = true
	close(w.ask)
	<-w.ended
	if w.err != nil {
		return fmt.Errorf("write the database to the disk: %w", w.err)
	}
	return nil
}
