package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/metrics"
)

// benchScrape times scrapes of the metrics of many accounts, each with a finding of every check.
func benchScrape(ctx context.Context, accounts int) error {
	var s metrics.Snapshot
	one := func(v float64) *float64 { return &v }
	count := func(v int) *int { return &v }
	for a := range accounts {
		name := fmt.Sprintf("seller-%04d", a)
		for _, e := range checks.All() {
			f := monitor.Finding{Account: name, Signal: e.Signal, Marketplace: "Amazon.com", Severity: monitor.OK, Value: one(0.01), Limit: one(0.04), Defects: 12, Orders: 1200, Headroom: count(36)}
			s.Findings = append(s.Findings, f)
			s.Runs = append(s.Runs, monitor.Run{Outcome: monitor.Outcome{Account: name, Signal: e.Signal, At: roundAt, Took: time.Millisecond}, LastJudged: roundAt})
		}
		s.Imports = append(s.Imports, monitor.ImportTotals{Account: name, Kind: monitor.KindAllOrders, LastReceived: roundAt, Files: 30, Rows: 30_000})
	}
	m := metrics.New("bench")
	m.Update(s)
	var took, processor []time.Duration
	series, size := 0, 0
	for range 15 {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", http.NoBody)
		w := httptest.NewRecorder()
		began, before := time.Now(), processorTime()
		m.Handler().ServeHTTP(w, r)
		took, processor = append(took, time.Since(began)), append(processor, processorTime()-before)
		if w.Code != http.StatusOK {
			return fmt.Errorf("scrape: status %d", w.Code)
		}
		size, series = w.Body.Len(), 0
		for line := range bytes.Lines(w.Body.Bytes()) {
			if line[0] != '#' {
				series++
			}
		}
	}
	of20k := 20_000 / float64(series)
	fmt.Printf("### Scrape\n\n%d series (%d accounts), %.1f MB: %.0f ms (median of 15, in process); %.1f ms for 20,000 series, %.1f ms of processor time\n\n",
		series, accounts, float64(size)/1e6, median(took).Seconds()*1e3, median(took).Seconds()*1e3*of20k, median(processor).Seconds()*1e3*of20k)
	return nil
}

// program times a start of the program up to its first answer from a database, and looks at a daemon that has nothing to do.
func (b *bench) program() error {
	config, _, err := b.config("first") // has the rows of the first import
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(b.dir, "inbox"), 0o750); err != nil {
		return err
	}
	// As it is installed. The kernel maps a file in the pieces that it was written in, and those of a linker are 2 MiB each: of the
	// program as it was built, pages that nobody needs count as memory.
	program := b.us + "-installed"
	if err := copyFile(program, b.us); err != nil {
		return err
	}
	if err := os.Chmod(program, 0o700); err != nil {
		return err
	}
	var starts []time.Duration
	for range 15 {
		took, err := b.spend("", program, "--config", config, "show", "--json", "111-0000000-0000000")
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) { // no such order: that is an answer, too
			return err
		}
		starts = append(starts, took.wall)
	}
	daemon := exec.CommandContext(b.ctx, program, "--config", config, "run")
	if err := daemon.Start(); err != nil {
		return err
	}
	defer func() { _ = daemon.Process.Kill(); _ = daemon.Wait() }()
	ready := false
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		ask, err := http.NewRequestWithContext(b.ctx, http.MethodGet, "http://127.0.0.1:19791/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if r, err := http.DefaultClient.Do(ask); err == nil {
			ready = r.StatusCode == http.StatusOK
			_ = r.Body.Close()
		}
		if ready {
			break
		}
	}
	if !ready {
		return errors.New("the daemon did not become ready")
	}
	time.Sleep(5 * time.Second) // it rests after its first round
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", daemon.Process.Pid))
	if err != nil {
		return err
	}
	fmt.Printf("### Start and idle\n\nStart to the answer of the first query, the end of the process included: %.0f ms (median of 15).\n", median(starts).Seconds()*1e3)
	for line := range strings.Lines(string(status)) {
		switch name, kB, _ := strings.Cut(line, ":"); name {
		case "VmHWM", "VmRSS", "RssAnon", "RssFile": // at its peak; now: in all, its own, and the program's file in the page cache
			fmt.Printf("Idle daemon: %s: %s\n", name, strings.Join(strings.Fields(kB), " "))
		}
	}
	return nil
}
