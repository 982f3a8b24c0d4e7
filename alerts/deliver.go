package alerts

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"goodstanding/monitor"
)

// Outbox is where decided notices wait until they are sent. Each of the five marks takes effect before it returns.
type Outbox interface {
	// Due returns the notices that wait and may be tried at now, in the order they were decided, at most limit.
	Due(ctx context.Context, now time.Time, limit int) ([]monitor.Notice, error)
	// Trying notes that a notice is about to be sent. Nothing is sent that could not be noted: the outcome could not be
	// either, and the notice would go out again.
	Trying(ctx context.Context, id int64, at time.Time) error
	// Sent notes that a notice was accepted, under a reference by which it can be found again; "" where there is none.
	Sent(ctx context.Context, id int64, at time.Time, ref string) error
	// Failed counts an attempt. The notice is not due before next. With unsure it may have arrived: it then comes back with
	// Interrupted, as does one that was tried and of which nothing was noted.
	Failed(ctx context.Context, id int64, next time.Time, reason string, unsure bool) error
	// GaveUp notes that a notice will never be sent.
	GaveUp(ctx context.Context, id int64, at time.Time, reason string) error
	// PassOn puts a copy of a notice into another channel, at most once.
	PassOn(ctx context.Context, id int64, at time.Time, channel string) error
}

// Sender sends one notice and returns a reference to it. Its errors hold no secret: they are kept and shown.
type Sender interface {
	Send(ctx context.Context, n monitor.Notice) (ref string, err error)
}

// Deliverer sends what is due. It is not safe for concurrent use: one drain at a time keeps the order and the pace.
type Deliverer struct {
	Outbox  Outbox
	Senders map[string]Sender // by Notice.Channel
	Rand    *rand.Rand        // for the jitter of the backoff
	// Fallback names, for a channel, the one that is told of what could not be delivered there. Channels without one: nobody is.
	Fallback map[string]string

	Pace       time.Duration // between two messages of one channel
	MaxWait    time.Duration // a channel that asks to wait no longer than this is waited for within the drain
	Backoff    time.Duration // before the second attempt; doubled for each further one
	MaxBackoff time.Duration
	MaxAge     time.Duration // a notice decided longer ago than this is given up when sending it fails
	PassAfter  time.Duration // a notice decided longer ago than this is passed on when sending it fails
	Timeout    time.Duration // of one send; a drain that is cancelled still waits this long for the send under way

	ready    map[string]time.Time // when each channel may be written to next; kept from drain to drain
	accepted map[int64]receipt    // what was accepted and could not be marked so yet; kept from drain to drain
}

// receipt is what the receiver answered.
type receipt struct {
	at  time.Time
	ref string
}

// The bounds of one drain.
const (
	batch       = 100 // notices read at once
	maxFailures = 3   // of one channel in a row: it rests until the next drain, rather than fail for every notice
)

// NewDeliverer returns a Deliverer with the usual times: a message a second, as Slack allows; up to 30 s of waiting;
// backoff from 30 s to an hour; 15 minutes until a notice is passed on, a week until it is given up; 45 s for one send,
// which may be several requests.
func NewDeliverer(o Outbox, senders map[string]Sender, random *rand.Rand) *Deliverer {
	return &Deliverer{
		Outbox: o, Senders: senders, Rand: random,
		Pace: time.Second, MaxWait: 30 * time.Second,
		Backoff: 30 * time.Second, MaxBackoff: time.Hour,
		MaxAge: 7 * 24 * time.Hour, PassAfter: 15 * time.Minute, Timeout: 45 * time.Second,
	}
}

// Deliver sends every notice that is due at now, each channel in its own order and pace, and returns how many were
// sent, and how many failed or were given up. The error joins why each of those failed, an outbox that could not be
// read or written, and ctx.Err() if the drain was cut short. What is not sent is due again in a later drain.
//
// A notice is marked as soon as its sender returns, even when ctx is cancelled meanwhile: stopping never repeats one.
func (d *Deliverer) Deliver(ctx context.Context, now time.Time) (sent, failed int, err error) {
	started := time.Now() // only to measure how long the drain has lasted
	r := drain{
		Deliverer: d,
		clock:     func() time.Time { return now.Add(time.Since(started)) },
		tried:     map[int64]bool{},
		resting:   map[string]bool{},
		row:       map[string]int{},
		waited:    map[int64]bool{},
	}
	if d.ready == nil {
		d.ready = map[string]time.Time{}
	}
	// What was accepted before and could not be marked, because somebody else wrote for long, is marked first.
	for id := range d.accepted {
		if err := r.receipt(ctx, id); err != nil {
			return 0, 0, err
		}
	}
	for channel, at := range d.ready {
		if at.Sub(now) > d.MaxBackoff+d.Pace {
			delete(d.ready, channel) // no channel is left alone for so long: the clock stepped back
			continue
		}
		r.resting[channel] = at.Sub(now) > d.Pace // it asked to wait: what failed then is due first when that is over
	}
	for limit := batch; ; {
		due, err := d.Outbox.Due(ctx, now, limit)
		if err != nil {
			r.errs = append(r.errs, fmt.Errorf("read the outbox: %w", err))
			break
		}
		if queue := r.left(due); len(queue) > 0 {
			if err := r.send(ctx, queue); err != nil {
				r.errs = append(r.errs, err)
				break
			}
			continue
		}
		if len(due) < limit {
			break
		}
		limit *= 2 // all that was read belongs to channels at rest; others may wait behind it
	}
	return r.sent, r.failed, errors.Join(r.errs...)
}

// drain is the state of one call of Deliver.
type drain struct {
	*Deliverer
	clock        func() time.Time
	sent, failed int
	errs         []error
	tried        map[int64]bool  // done with in this drain
	waited       map[int64]bool  // its channel was waited for once on its behalf
	resting      map[string]bool // channels that are left alone for the rest of the drain
	row          map[string]int  // failures of a channel in a row
}

// left returns the notices that this drain can still try.
func (r *drain) left(due []monitor.Notice) []monitor.Notice {
	var queue []monitor.Notice
	for _, n := range due {
		if !r.tried[n.ID] && !r.resting[n.Channel] {
			queue = append(queue, n)
		}
	}
	return queue
}

// send tries each notice of the queue, whichever channel is ready first. It returns an error only when the drain
// cannot go on.
func (r *drain) send(ctx context.Context, queue []monitor.Notice) error {
	for ; len(queue) > 0; queue = r.left(queue) {
		n := queue[0]
		for _, other := range queue[1:] {
			if r.ready[other.Channel].Before(r.ready[n.Channel]) {
				n = other
			}
		}
		if err := Wait(ctx, r.ready[n.Channel].Sub(r.clock())); err != nil {
			return fmt.Errorf("deliver notices: %w", err)
		}
		if err := r.trying(ctx, n.ID); err != nil {
			return err
		}
		ref, err := r.attempt(ctx, n)
		r.ready[n.Channel] = r.clock().Add(r.Pace)
		after := retryAfter(err)
		if after > 0 {
			r.ready[n.Channel] = r.clock().Add(after)
			if after <= r.MaxWait && !r.waited[n.ID] {
				r.waited[n.ID] = true
				continue
			}
			r.resting[n.Channel] = true
		}
		r.tried[n.ID] = true
		if err := r.mark(ctx, n, ref, err, after); err != nil {
			return err
		}
	}
	return nil
}

// attempt sends one notice. It goes on when ctx is cancelled, up to Timeout: cut off midway, nobody could tell whether
// the message arrived. A sender that panics over one notice fails for that notice only.
func (r *drain) attempt(ctx context.Context, n monitor.Notice) (ref string, err error) {
	sender, ok := r.Senders[n.Channel]
	if !ok {
		return "", fmt.Errorf("no sender is configured for the channel %q: configure it, or the notice is given up in the end", n.Channel)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while sending: %v", p)
		}
	}()
	return sender.Send(ctx, n)
}

// mark records the outcome of an attempt, after which its channel rests for a while, or not at all. It does so even when
// ctx is cancelled, for the sake of a message that was accepted, and returns an error only when the outbox cannot be
// written.
func (r *drain) mark(ctx context.Context, n monitor.Notice, ref string, cause error, after time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.Timeout)
	defer cancel()
	at := r.clock()
	if cause == nil {
		r.sent++
		r.row[n.Channel] = 0
		if r.accepted == nil {
			r.accepted = map[int64]receipt{}
		}
		r.accepted[n.ID] = receipt{at, ref}
		return r.receipt(ctx, n.ID)
	}
	r.failed++
	if !permanent(cause) { // else it is the notice, not the channel
		r.row[n.Channel]++
	}
	if r.row[n.Channel] >= maxFailures {
		r.resting[n.Channel] = true
	}
	if fallback, ok := r.Fallback[n.Channel]; ok && (permanent(cause) || at.Sub(n.At) > r.PassAfter) {
		if err := r.Outbox.PassOn(ctx, n.ID, at, fallback); err != nil {
			return fmt.Errorf("pass notice %d on to %s: %w", n.ID, fallback, err)
		}
	}
	if permanent(cause) || at.Sub(n.At) > r.MaxAge {
		r.errs = append(r.errs, fmt.Errorf("send notice %d to %s, given up: %w", n.ID, n.Channel, cause))
		if err := r.Outbox.GaveUp(ctx, n.ID, at, cause.Error()); err != nil {
			return fmt.Errorf("mark notice %d as given up: %w", n.ID, err)
		}
		return nil
	}
	next := at.Add(after)
	if after == 0 {
		next = at.Add(r.delay(n.Attempts))
	}
	r.errs = append(r.errs, fmt.Errorf("send notice %d to %s, next try at %s: %w",
		n.ID, n.Channel, next.UTC().Format(time.RFC3339), cause))
	if err := r.Outbox.Failed(ctx, n.ID, next, cause.Error(), unsure(cause)); err != nil {
		return fmt.Errorf("mark notice %d as failed: %w", n.ID, err)
	}
	return nil
}

// trying notes that a notice is about to be sent.
func (r *drain) trying(ctx context.Context, id int64) error {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	if err := r.Outbox.Trying(ctx, id, r.clock()); err != nil {
		return fmt.Errorf("mark notice %d as being sent (it is sent later): %w", id, err)
	}
	return nil
}

// receipt marks a notice as sent. Until that is possible it is remembered, and not sent again by this process.
func (r *drain) receipt(ctx context.Context, id int64) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.Timeout)
	defer cancel()
	got := r.accepted[id]
	if err := r.Outbox.Sent(ctx, id, got.at, got.ref); err != nil {
		return fmt.Errorf("mark notice %d as sent (it was; it is marked later): %w", id, err)
	}
	delete(r.accepted, id)
	return nil
}

// delay returns the backoff after an attempt that followed so many failed ones: between half of it and all of it, so
// that notices which failed together do not come back together.
func (d *Deliverer) delay(attempts int) time.Duration {
	full := d.Backoff
	for range attempts {
		if full >= d.MaxBackoff {
			break
		}
		full *= 2
	}
	full = min(full, d.MaxBackoff)
	return full/2 + time.Duration(d.Rand.Int64N(int64(full/2)+1))
}

// Wait returns after a duration, or ctx.Err() as soon as ctx is done.
func Wait(ctx context.Context, dur time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if dur <= 0 {
		return nil
	}
	timer := time.NewTimer(dur)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
