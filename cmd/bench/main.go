// Command bench measures Goodstanding beside other programs that do the same work, in one run on one machine, and prints
// the tables of PERFORMANCE.md. `make bench` runs it.
//
// What is compared runs by turns (A B A B), each in a process of its own, and the ratio is the median of the pairs: the
// speed of a shared machine drifts, and pairs drift together. Seconds are wall clock; peak memory is what the kernel says
// of the process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "rows of All Orders")
	rounds := flag.Int("rounds", 3, "how often each is run")
	large := flag.Bool("large", false, "also import ten times as many rows, and judge 1,000 accounts instead of 100 (minutes, 6 GB on the disk)")
	dir := flag.String("dir", "", "where the files are made (default: a temporary folder); there, the checks use the accounts of an earlier run again")
	only := flag.String("only", "", "measure one part: imports, shapes, checks, replay, scrape or program (which needs imports before it, in -dir)")
	profile := flag.String("cpuprofile", "", "where to write a profile of what checks use of the processor; beside it, one of what they allocate")
	inserts := flag.String("inserts", "", "internal: time the driver's bare inserts of the rows of this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *inserts != "" {
		err = bareInserts(ctx, *inserts, flag.Arg(0))
	} else {
		err = run(ctx, *dir, *only, *profile, *rows, *rounds, *large)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	ctx    context.Context
	dir    string
	rounds int
	us     string // the program
	self   string
	duck   string // the loader of cmd/bench/duckdb; empty: it could not be built
}

func run(ctx context.Context, dir, only, profile string, rows, rounds int, large bool) (err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "goodstanding-bench-"); err != nil {
			return err
		}
		defer removeAll(dir)
	}
	b := &bench{ctx: ctx, dir: dir, rounds: rounds, us: filepath.Join(dir, "goodstanding"), duck: filepath.Join(dir, "duckdb-load")}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if only != "checks" && only != "scrape" { // these measure this program itself
		if err := b.build(); err != nil {
			return err
		}
	}
	fmt.Printf("%s, %d cores, %s; %s; %d rounds\n\n", cpuName(), runtime.NumCPU(), runtime.Version(), version(ctx, "sqlite3", "--version"), rounds)
	accounts := 100
	if large {
		accounts = 1000
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"imports", func() error { return b.firstImports(rows) }},
		{"shapes", func() error { return b.shapes(rows, large) }},
		{"checks", func() error { return benchChecks(ctx, dir, accounts, 10_000, max(rounds, 5), profile) }},
		{"replay", b.replay},
		{"scrape", func() error { return benchScrape(ctx, 1000) }},
		{"program", b.program},
	} {
		if only != "" && only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// build makes the program and, where that can be had, the loader of DuckDB.
func (b *bench) build() error {
	if out, err := exec.CommandContext(b.ctx, "go", "build", "-o", b.us, "goodstanding/cmd/goodstanding").CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	build := exec.CommandContext(b.ctx, "go", "build", "-o", b.duck, ".")
	build.Dir = filepath.Join("cmd", "bench", "duckdb")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "bench: without DuckDB: %v\n%s", err, out)
		b.duck = ""
	}
	return nil
}

// version returns what a program says of its version, in a few words.
func version(ctx context.Context, name string, arg ...string) string {
	out, err := exec.CommandContext(ctx, name, arg...).Output()
	if err != nil {
		return name + " is not there"
	}
	words := strings.Fields(string(out))
	return name + " " + strings.Join(words[:min(1, len(words))], " ")
}

// cpuName names the processor.
func cpuName() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				return strings.Trim(name, " \t:\n")
			}
		}
	}
	return runtime.GOARCH
}

// removeAll removes what the bench made, and says where it could not.
func removeAll(dir string) {
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// median returns the middle value.
func median[T float64 | time.Duration](all []T) T {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
