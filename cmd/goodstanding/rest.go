package main

import (
	"context"
	"errors"
	"runtime/debug"
)

// rest gives back the memory that an import or a round has taken, once it is over: for most of its life a daemon waits.
// Collecting costs some milliseconds, so it is not done after each account.
func (d *daemon) rest(ctx context.Context) error {
	if !d.turn.TryLock() {
		return nil // at work
	}
	defer d.turn.Unlock()
	if !d.tired {
		return nil
	}
	d.tired = false
	err := d.store.Rest(ctx)
	debug.FreeOSMemory()
	return errors.Join(err, unmapFiles())
}
