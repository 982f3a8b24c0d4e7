package checks

import (
	"context"
	"errors"
	"testing"
	"time"

	"goodstanding/monitor"
)

// nothing is an account of which no export has arrived, or whose database cannot be read.
type nothing struct {
	monitor.Known // what no check asks so early
	err           error
}

func (nothing) At() time.Time                                     { return time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC) }
func (nothing) Once(_ any, work func() (any, error)) (any, error) { return work() } // nothing is remembered: checks must not rely on it
func (nothing) Account() monitor.Account                          { return monitor.Account{Name: "shop"} }
func (n nothing) Slices(context.Context) ([]monitor.Slice, error) { return nil, n.err }
func (n nothing) Orders(context.Context, monitor.OrderQuery) ([]monitor.Order, error) {
	return nil, n.err
}
func (n nothing) NegativeFeedback(context.Context, monitor.Day, monitor.Day) ([]monitor.Rated, error) {
	return nil, n.err
}
func (n nothing) Orphans(context.Context, monitor.Day, monitor.Day) (int, error) { return 0, n.err }
func (n nothing) Arrivals(context.Context) ([]monitor.Arrival, error)            { return nil, n.err }
func (n nothing) Records(context.Context, monitor.ExportKind, monitor.Day, monitor.Day) ([]monitor.Sourced[monitor.Record], error) {
	return nil, n.err
}
func (n nothing) Listed(context.Context, monitor.ExportKind) (monitor.Listed[monitor.Record], error) {
	return monitor.Listed[monitor.Record]{}, n.err
}
func (n nothing) Sales(context.Context, monitor.Day, monitor.Day, monitor.Day, func(*monitor.Sale)) error {
	return n.err
}
func (n nothing) Confirmed(context.Context, monitor.Marketplace, monitor.Day, monitor.Day) ([]monitor.Order, error) {
	return nil, n.err
}
func (n nothing) Complaints(context.Context, monitor.Day, monitor.Day) ([]monitor.Complaint, error) {
	return nil, n.err
}
func (n nothing) Register(context.Context) (monitor.Register, error) {
	return monitor.Register{Accounts: []string{"shop"}}, n.err
}

// No data is never an all-clear.
func TestNothingKnownIsBlind(t *testing.T) {
	for _, e := range All() {
		findings, err := e.New(Rules{}).Judge(t.Context(), nothing{})
		if err != nil || len(findings) == 0 {
			t.Errorf("%s: %d findings, error %v; want one that is blind", e.Signal, len(findings), err)
		}
		for _, f := range findings {
			if f.Severity != monitor.Blind || f.Value != nil || f.Advice == "" {
				t.Errorf("%s of nothing is %s (%s), advice %q", e.Signal, f.Severity, f.Summary, f.Advice)
			}
		}
	}
}

// What cannot be read is an error, not a finding.
func TestFailedReadIsAnError(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, e := range All() {
		findings, err := e.New(Rules{}).Judge(t.Context(), nothing{err: broken})
		if !errors.Is(err, broken) || len(findings) > 0 {
			t.Errorf("%s: %d findings, error %v; want none and the error", e.Signal, len(findings), err)
		}
	}
}
