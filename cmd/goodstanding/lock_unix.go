//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// lock keeps a second daemon away from the same database: both would send every message. The kernel lets go of it when the
// process ends, however that happens.
func lock(database string) (release func() error, err error) {
	path := database + ".lock"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = fmt.Errorf("another goodstanding already runs on %s: end it first, or give this one a data_dir of its own", database)
		}
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}
