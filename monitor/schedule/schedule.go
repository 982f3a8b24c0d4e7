// Package schedule runs named jobs at their times. It is the only user of robfig/cron.
//
// Three promises that the library does not keep by itself:
//
//   - a job never overlaps itself: a run that comes due while the last one still works is skipped, and the log says so;
//   - a panic ends that run only. The job runs again when it is next due;
//   - a job with fixed hours runs once a day on the days when the clocks change. The library leaves out a job at 02:30
//     on the day that has no 02:30, and runs one at 01:30 twice on the day that has two.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"
)

// Grace is how long Run waits for running jobs once its context has ended.
const Grace = 20 * time.Second

// Schedule holds jobs and runs them. Add every job before Run.
type Schedule struct {
	loc  *time.Location
	log  *slog.Logger
	jobs []*job
}

// job is one piece of work and its times.
type job struct {
	name    string
	times   cron.Schedule
	do      func(ctx context.Context) error
	running atomic.Bool
}

// New returns an empty schedule whose hours are those of the clock of loc. The log hears of runs that failed,
// panicked or were skipped.
func New(loc *time.Location, log *slog.Logger) *Schedule {
	return &Schedule{loc: loc, log: log}
}

// Add adds a job under a name of its own. The spec is one that Validate accepts. The job is given the context of Run
// and should return soon after that ends; its error goes to the log.
func (s *Schedule) Add(name, spec string, do func(ctx context.Context) error) error {
	if name == "" {
		return errors.New("add job: it has no name; give it one")
	}
	for _, j := range s.jobs {
		if j.name == name {
			return fmt.Errorf("add job %s: there is one of that name already; give each job its own", name)
		}
	}
	times, err := parse(spec, s.loc)
	if err != nil {
		return fmt.Errorf("add job %s: %w", name, err)
	}
	s.jobs = append(s.jobs, &job{name: name, times: times, do: do})
	return nil
}

// Run runs every job once, one after another in the order they were added, and from then on each at its times, until
// ctx ends. Then it waits for running jobs, at most Grace. It returns nil, or an error naming the jobs that did not
// end in that time. Run it once.
func (s *Schedule) Run(ctx context.Context) error {
	var running sync.WaitGroup
	for _, j := range s.jobs {
		if ctx.Err() != nil {
			break
		}
		first := make(chan struct{})
		running.Go(func() {
			defer close(first)
			s.run(ctx, j)
		})
		select {
		case <-first:
		case <-ctx.Done():
		}
	}
	if ctx.Err() == nil {
		c := cron.New(cron.WithLocation(s.loc), cron.WithLogger(cron.DiscardLogger))
		for _, j := range s.jobs {
			c.Schedule(j.times, cron.FuncJob(func() { running.Go(func() { s.run(ctx, j) }) }))
		}
		c.Start()
		<-ctx.Done()
		// Once the clock has stopped and its last calls have returned, nobody adds to running any more.
		<-c.Stop().Done()
	}
	return s.wait(&running)
}

// wait waits until no job runs, at most Grace.
func (s *Schedule) wait(running *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() {
		running.Wait()
		close(done)
	}()
	grace := time.NewTimer(Grace)
	defer grace.Stop()
	select {
	case <-done:
		return nil
	case <-grace.C:
	}
	var late []string
	for _, j := range s.jobs {
		if j.running.Load() {
			late = append(late, j.name)
		}
	}
	return fmt.Errorf("stop the schedule: still running after %s: %s", Grace, strings.Join(late, ", "))
}

// run runs a job once, unless it is running. The panic is caught inside of the part that guards against overlap: the
// other way round, as the library's own wrappers are easily combined, one panic would leave the guard closed for ever.
func (s *Schedule) run(ctx context.Context, j *job) {
	if ctx.Err() != nil {
		return
	}
	if !j.running.CompareAndSwap(false, true) {
		s.log.Warn("job is still running, so this run is skipped", "job", j.name)
		return
	}
	defer j.running.Store(false)
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("job panicked; it runs again when it is next due", "job", j.name, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	if err := j.do(ctx); err != nil && ctx.Err() == nil {
		s.log.Error("job failed; it runs again when it is next due", "job", j.name, "error", err)
	}
}
