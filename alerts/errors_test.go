package alerts_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"goodstanding/alerts"
)

// foreign is an error of a package that does not import alerts.
type foreign struct {
	after     time.Duration
	permanent bool
}

func (foreign) Error() string               { return "foreign" }
func (f foreign) RetryAfter() time.Duration { return f.after }
func (f foreign) Permanent() bool           { return f.permanent }

func TestErrorsOfOtherPackagesAreUnderstood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, o, s := delivery(func(id int64, try int) error {
			if id == 1 {
				return fmt.Errorf("wrapped: %w", foreign{permanent: true})
			}
			return &foreign{after: time.Hour}
		})
		o.add("slack", 1, 2, 3)
		drain(t, d, 0, 2, "notice 1 to slack, given up: wrapped: foreign", "notice 2 to slack, next try at")
		want(t, "tries", s.log, "0s 1", "1s 2")
	})
}

func TestErrorsUnwrap(t *testing.T) {
	cause := errors.New("cause")
	for _, err := range []error{alerts.Retry{After: 1, Err: cause}, alerts.Permanent{Err: cause}} {
		if !errors.Is(err, cause) || err.Error() != "cause" {
			t.Errorf("%T: %v", err, err)
		}
	}
}
