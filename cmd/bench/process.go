package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cost is what one run of a program took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

// contender is a program that does the work that is compared, or a part of it.
type contender struct {
	name  string
	again func() error // before each run, untimed; nil: nothing
	run   func() (cost, error)
}

// race runs contenders by turns, and returns what each run of each cost.
func (b *bench) race(all []contender) ([][]cost, error) {
	costs := make([][]cost, len(all))
	for range b.rounds {
		for i, c := range all {
			if c.again != nil {
				if err := c.again(); err != nil {
					return nil, fmt.Errorf("%s: %w", c.name, err)
				}
			}
			took, err := c.run()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			costs[i] = append(costs[i], took)
		}
	}
	return costs, nil
}

// table prints what contenders cost; the ratio is the first one's time by each other's, pair by pair.
func (b *bench) table(rows int, all []contender, costs [][]cost) {
	fmt.Println("| | seconds | rows/s | CPU seconds | peak MiB | Goodstanding / this |")
	fmt.Println("|---|--:|--:|--:|--:|--:|")
	for i, c := range all {
		var walls, cpus, peaks, ratios []float64
		for n, k := range costs[i] {
			walls, cpus, peaks = append(walls, k.wall.Seconds()), append(cpus, k.cpu.Seconds()), append(peaks, float64(k.peak)/(1<<20))
			ratios = append(ratios, costs[0][n].wall.Seconds()/k.wall.Seconds())
		}
		fmt.Printf("| %s | %.2f | %.0f | %.2f | %.0f | %.2f |\n", c.name, median(walls), float64(rows)/median(walls), median(cpus), median(peaks), median(ratios))
	}
	fmt.Println()
}

// spend runs a command and returns what it cost.
func (b *bench) spend(stdin, name string, arg ...string) (cost, error) {
	cmd := exec.CommandContext(b.ctx, name, arg...)
	cmd.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	started := time.Now()
	err := cmd.Run()
	took := cost{wall: time.Since(started)}
	if err != nil {
		return took, fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out.Bytes())
	}
	took.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		took.peak = usage.Maxrss << 10
	}
	return took, nil
}

// config writes a configuration of the program with a database of its own, and returns its path and the database's.
func (b *bench) config(name string) (path, database string, err error) {
	path, database = filepath.Join(b.dir, name+".toml"), filepath.Join(b.dir, name+".db")
	text := fmt.Sprintf("database = %q\ninbox_dir = %q\narchive_dir = %q\n[web]\nlisten = \"127.0.0.1:19791\"\n", database, filepath.Join(b.dir, "inbox"), filepath.Join(b.dir, "archive"))
	return path, database, os.WriteFile(path, []byte(text), 0o600)
}

// remove removes a database.
func remove(database string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(database + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// copyFile copies a database that nobody uses, or the program. It is not read into memory: the kernel counts what this process has at its
// height as the peak of the processes that it starts.
func copyFile(to, from string) (err error) {
	if err := remove(to); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
