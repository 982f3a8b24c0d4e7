package alerts

import (
	"errors"
	"time"
)

// Retry is a failure that may pass. With After the whole channel asked to be left alone for that long, so its other
// notices wait too; without, only this notice is tried again, later each time.
//
// A Sender in a package that cannot import this one returns an error of its own with the same method, RetryAfter.
type Retry struct {
	After time.Duration // 0: the notice failed, not the channel
	Err   error
}

// Error returns the text of the failure.
func (r Retry) Error() string { return r.Err.Error() }

// Unwrap returns the failure.
func (r Retry) Unwrap() error { return r.Err }

// RetryAfter returns how long the channel wants to be left alone, or 0.
func (r Retry) RetryAfter() time.Duration { return r.After }

// Permanent is a failure that sending again cannot mend. The notice is given up.
//
// A Sender in a package that cannot import this one returns an error of its own with the same method, Permanent.
type Permanent struct{ Err error }

// Error returns the text of the failure.
func (p Permanent) Error() string { return p.Err.Error() }

// Unwrap returns the failure.
func (p Permanent) Unwrap() error { return p.Err }

// Permanent returns true.
func (p Permanent) Permanent() bool { return true }

// unsure says whether a message may have arrived although sending it failed. Such an error has a method Unsure.
func unsure(err error) bool {
	var u interface{ Unsure() bool }
	return errors.As(err, &u) && u.Unsure()
}

// permanent says whether an error asks to give up.
func permanent(err error) bool {
	var p interface{ Permanent() bool }
	return errors.As(err, &p) && p.Permanent()
}

// retryAfter returns how long an error asks to leave the channel alone; 0 for every other error.
func retryAfter(err error) time.Duration {
	var r interface{ RetryAfter() time.Duration }
	if errors.As(err, &r) {
		return max(r.RetryAfter(), 0)
	}
	return 0
}
