package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"goodstanding/monitor"
)

// heartbeat is a dead man's switch: an address that is called as long as import, checks and delivery all succeed. Whoever
// listens there raises the alarm when it is not called any more.
type heartbeat struct {
	address string // a secret; empty: there is none
	every   time.Duration
	client  *http.Client

	mu   sync.Mutex
	last time.Time           // when it was last called, or tried
	ill  map[pulsePart]error // what failed last time
}

// pulsePart is a part that must succeed.
type pulsePart string

const (
	pulseImport   pulsePart = "import"
	pulseChecks   pulsePart = "checks"
	pulseDelivery pulsePart = "delivery"
)

// heartbeatTimeout is how long a call may take: delivery waits for it.
const heartbeatTimeout = 10 * time.Second

// undelivered is how long a message may wait until delivery counts as failing.
const undelivered = 15 * time.Minute

func newHeartbeat(c AlertsConfig) *heartbeat {
	return &heartbeat{
		address: string(c.HeartbeatURL), every: c.HeartbeatEvery, ill: map[pulsePart]error{},
		client: &http.Client{Timeout: heartbeatTimeout},
	}
}

// note notes how a part ended.
func (h *heartbeat) note(part pulsePart, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ill[part] = err
}

// due says whether the address is to be called: there is one, no part failed last time, and it was not called lately.
func (h *heartbeat) due(at time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, err := range h.ill {
		if err != nil {
			return false
		}
	}
	return h.address != "" && (h.last.IsZero() || at.Sub(h.last) >= h.every || at.Before(h.last))
}

// overdue says whether a message has waited for so long that delivery counts as failing.
func overdue(o monitor.OutboxState, at time.Time) bool {
	return o.Pending > 0 && at.Sub(o.OldestPending) > undelivered
}

// beat calls the address. Its error does not tell the address.
func (h *heartbeat) beat(ctx context.Context, at time.Time) error {
	h.mu.Lock()
	h.last = at
	h.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.address, http.NoBody)
	if err != nil {
		return errors.New("call the heartbeat's address: it cannot be understood; see alerts.heartbeat_url")
	}
	resp, err := h.client.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return fmt.Errorf("call the heartbeat's address: %w", err)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("call the heartbeat's address: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("call the heartbeat's address: it answered %s", resp.Status)
	}
	return nil
}
