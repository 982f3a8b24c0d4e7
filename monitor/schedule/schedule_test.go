package schedule

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The clock of a synctest bubble begins on Saturday 2000-01-01 00:00:00 UTC.

// logTo returns a logger and what it wrote so far. Read it only while no job runs.
func logTo() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}

// start runs the schedule in the background; stop ends it and returns what Run returned.
func start(s *Schedule) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	synctest.Wait()
	return func() error {
		cancel()
		return <-done
	}
}

func mustAdd(t *testing.T, s *Schedule, name, spec string, do func(context.Context) error) {
	t.Helper()
	if err := s.Add(name, spec, do); err != nil {
		t.Fatal(err)
	}
}

func TestRunsEveryJobOnceAtStartInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, _ := logTo()
		s := New(time.UTC, log)
		var ran []string
		for _, name := range []string{"read", "judge", "tell"} {
			mustAdd(t, s, name, "@daily", func(context.Context) error {
				ran = append(ran, name+" begins")
				time.Sleep(time.Minute)
				ran = append(ran, name+" ends")
				return nil
			})
		}
		stop := start(s)
		time.Sleep(time.Hour)
		if err := stop(); err != nil {
			t.Error(err)
		}
		want := []string{"read begins", "read ends", "judge begins", "judge ends", "tell begins", "tell ends"}
		if !slices.Equal(ran, want) {
			t.Errorf("ran %q, want %q", ran, want)
		}
	})
}

func TestTimesOfJobs(t *testing.T) {
	const clock = "2006-01-02 15:04:05 -0700"
	for _, tc := range []struct {
		name, zone, spec string
		begin            string // UTC
		lasting          time.Duration
		want             []string // after the run at start
	}{
		{"every quarter of an hour", "UTC", "*/15 * * * *", "2000-01-01 00:01", 40 * time.Minute,
			[]string{"2000-01-01 00:15:00 +0000", "2000-01-01 00:30:00 +0000"}},
		{"every 15 s", "UTC", "@every 15s", "2000-01-01 00:01", 35 * time.Second,
			[]string{"2000-01-01 00:01:15 +0000", "2000-01-01 00:01:30 +0000"}},
		{"hourly", "Asia/Kolkata", "@hourly", "2000-01-01 00:01", 2 * time.Hour,
			[]string{"2000-01-01 06:00:00 +0530", "2000-01-01 07:00:00 +0530"}},
		{"daily by the clock of the place", "Asia/Tokyo", "30 2 * * *", "2000-01-01 00:01", 48 * time.Hour,
			[]string{"2000-01-02 02:30:00 +0900", "2000-01-03 02:30:00 +0900"}},
		{"mondays", "UTC", "0 9 * * MON", "2000-01-01 00:01", 14 * 24 * time.Hour,
			[]string{"2000-01-03 09:00:00 +0000", "2000-01-10 09:00:00 +0000"}},

		// On 2 April 2000 the clocks of Los Angeles went from 02:00 to 03:00.
		{"a daily job at a time that is left out still runs that day", "America/Los_Angeles", "30 2 * * *", "2000-04-01 12:00", 72 * time.Hour,
			[]string{"2000-04-02 03:30:00 -0700", "2000-04-03 02:30:00 -0700", "2000-04-04 02:30:00 -0700"}},
		{"every half hour across the gap", "America/Los_Angeles", "*/30 * * * *", "2000-04-02 09:20", 95 * time.Minute,
			[]string{"2000-04-02 01:30:00 -0800", "2000-04-02 03:00:00 -0700", "2000-04-02 03:30:00 -0700"}},
		{"@every counts real time", "America/Los_Angeles", "@every 1h", "2000-04-02 08:30", 150 * time.Minute,
			[]string{"2000-04-02 01:30:00 -0800", "2000-04-02 03:30:00 -0700"}},

		// On 29 October 2000 they went from 02:00 back to 01:00.
		{"a daily job at a time that comes twice runs once", "America/Los_Angeles", "30 1 * * *", "2000-10-28 12:00", 48 * time.Hour,
			[]string{"2000-10-29 01:30:00 -0700", "2000-10-30 01:30:00 -0800"}},
		{"begun in the second of the two hours, it waits for the next day", "America/Los_Angeles", "30 1 * * *", "2000-10-29 09:10", 25 * time.Hour,
			[]string{"2000-10-30 01:30:00 -0800"}},
		{"every half hour runs in both hours", "America/Los_Angeles", "*/30 * * * *", "2000-10-29 07:50", 130 * time.Minute,
			[]string{"2000-10-29 01:00:00 -0700", "2000-10-29 01:30:00 -0700", "2000-10-29 01:00:00 -0800", "2000-10-29 01:30:00 -0800", "2000-10-29 02:00:00 -0800"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			loc, err := time.LoadLocation(tc.zone)
			if err != nil {
				t.Fatal(err)
			}
			begin, err := time.Parse("2006-01-02 15:04", tc.begin)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(begin))
				log, _ := logTo()
				s := New(loc, log)
				var ran []string
				mustAdd(t, s, "job", tc.spec, func(context.Context) error {
					ran = append(ran, time.Now().In(loc).Format(clock))
					return nil
				})
				stop := start(s)
				time.Sleep(tc.lasting)
				synctest.Wait()
				if err := stop(); err != nil {
					t.Error(err)
				}
				if len(ran) == 0 || !slices.Equal(ran[1:], tc.want) {
					t.Errorf("ran at\n%s\nwant, after the run at start,\n%s", strings.Join(ran, "\n"), strings.Join(tc.want, "\n"))
				}
			})
		})
	}
}

func TestNeverOverlapsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, said := logTo()
		s := New(time.UTC, log)
		var working, most, runs, others int
		mustAdd(t, s, "slow", "@every 1m", func(context.Context) error {
			working++
			most = max(most, working)
			runs++
			if runs > 1 { // the run at start is quick
				time.Sleep(150 * time.Second)
			}
			working--
			return nil
		})
		mustAdd(t, s, "quick", "@every 1m", func(context.Context) error { others++; return nil })
		stop := start(s)
		// Due at 1, 2, 3, 4, 5 and 6 minutes; each takes 2.5: it runs at 1 and 4, and is skipped at 2, 3, 5 and 6.
		time.Sleep(6*time.Minute + 50*time.Second)
		if err := stop(); err != nil {
			t.Error(err)
		}
		if most != 1 || runs != 3 {
			t.Errorf("%d at a time, %d runs; want 1 at a time, 3 runs", most, runs)
		}
		if others != 7 {
			t.Errorf("the other job ran %d times, want 7: it must not wait", others)
		}
		if n := strings.Count(said.String(), "skipped\" job=slow"); n != 4 {
			t.Errorf("the log tells of %d skipped runs, want 4:\n%s", n, said)
		}
	})
}

func TestRunsAgainAfterPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, said := logTo()
		s := New(time.UTC, log)
		runs := 0
		mustAdd(t, s, "shaky", "@every 1m", func(context.Context) error {
			runs++
			if runs <= 3 { // at start and twice by the clock
				panic(fmt.Sprintf("fault %d", runs))
			}
			return nil
		})
		stop := start(s)
		time.Sleep(5*time.Minute + time.Second)
		if err := stop(); err != nil {
			t.Error(err)
		}
		if runs != 6 {
			t.Errorf("ran %d times, want 6: a panic must not end the job", runs)
		}
		for _, want := range []string{"job=shaky", `panic="fault 1"`, `panic="fault 3"`, "schedule_test.go"} {
			if !strings.Contains(said.String(), want) {
				t.Errorf("the log lacks %s:\n%s", want, said)
			}
		}
		if strings.Contains(said.String(), "skipped") {
			t.Errorf("a run was skipped:\n%s", said)
		}
	})
}

func TestLogsErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, said := logTo()
		s := New(time.UTC, log)
		runs := 0
		mustAdd(t, s, "failing", "@every 1m", func(context.Context) error { runs++; return errors.New("disk full") })
		stop := start(s)
		time.Sleep(61 * time.Second)
		if err := stop(); err != nil {
			t.Error(err)
		}
		if runs != 2 || strings.Count(said.String(), `job=failing error="disk full"`) != 2 {
			t.Errorf("%d runs; want 2, and 2 errors in the log:\n%s", runs, said)
		}
	})
}

func TestStopWaitsForRunningJobs(t *testing.T) {
	for _, atStart := range []bool{true, false} {
		t.Run(fmt.Sprintf("in the run at start: %v", atStart), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, said := logTo()
				s := New(time.UTC, log)
				runs, finished, second := 0, false, 0
				mustAdd(t, s, "tidy", "@every 1m", func(ctx context.Context) error {
					runs++
					if !atStart && runs == 1 {
						return nil
					}
					<-ctx.Done()
					time.Sleep(Grace - time.Second) // what it takes to leave everything in order
					finished = true
					return ctx.Err()
				})
				mustAdd(t, s, "second", "@daily", func(context.Context) error { second++; return nil })
				stop := start(s)
				time.Sleep(90 * time.Second)
				began := time.Now()
				if err := stop(); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); !finished || took != Grace-time.Second {
					t.Errorf("finished %v after %s", finished, took)
				}
				if atStart && second != 0 {
					t.Error("a job was started after the end")
				}
				if strings.Contains(said.String(), "level=ERROR") {
					t.Errorf("being told to stop is no failure:\n%s", said)
				}
			})
		})
	}
}

func TestStopGivesUpAfterGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, _ := logTo()
		s := New(time.UTC, log)
		release := make(chan struct{})
		mustAdd(t, s, "fine", "@every 1m", func(context.Context) error { return nil })
		runs := 0
		mustAdd(t, s, "stuck", "@every 1m", func(context.Context) error {
			if runs++; runs > 1 {
				<-release
			}
			return nil
		})
		stop := start(s)
		time.Sleep(61 * time.Second)
		began := time.Now()
		err := stop()
		if took := time.Since(began); took != Grace {
			t.Errorf("waited %s, want %s", took, Grace)
		}
		if err == nil || !strings.Contains(err.Error(), "still running after 20s: stuck") {
			t.Errorf("error %v; want one that names the stuck job", err)
		}
		close(release)
		synctest.Wait()
	})
}

func TestRunWithoutJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, _ := logTo()
		if err := start(New(time.UTC, log))(); err != nil {
			t.Error(err)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	log, _ := logTo()
	s := New(time.UTC, log)
	nothing := func(context.Context) error { return nil }
	mustAdd(t, s, "checks", Example, nothing)
	for _, tc := range []struct {
		name, spec string
		want       []string
	}{
		{"", Example, []string{"no name"}},
		{"checks", Example, []string{"checks", "already"}},
		{"deliver", "every minute", []string{"deliver", `"every minute"`, Example, "@every 90s"}},
	} {
		err := s.Add(tc.name, tc.spec, nothing)
		if err == nil {
			t.Errorf("Add(%q, %q) was accepted", tc.name, tc.spec)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("Add(%q, %q): %v: lacks %q", tc.name, tc.spec, err, want)
			}
		}
	}
	if len(s.jobs) != 1 {
		t.Errorf("%d jobs, want 1: what was refused must not be added", len(s.jobs))
	}
}
