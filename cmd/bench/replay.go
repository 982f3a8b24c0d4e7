package main

import (
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
)

// replayed are how many made-up accounts are replayed, as `foresight -four` writes them: of 130 evenings All Orders by last update,
// the order report, Unshipped Orders and feedback, which are four files, and claims where one is new or decided.
const (
	replayedAccounts = 8
	replayedEvenings = 130
)

// replay times a replay of accounts of 4 to 400 orders a day. The files are made before.
func (b *bench) replay() error {
	dir := filepath.Join(b.dir, "replay")
	out, err := exec.CommandContext(b.ctx, "go", "run", "goodstanding/cmd/foresight", "-seed", "9", "-accounts", fmt.Sprint(replayedAccounts), "-four", "-out", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make the files of a replay: %w\n%s", err, out)
	}
	files, size := 0, int64(0)
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files++
			size += info.Size()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("count the files of a replay: %w", err)
	}
	all := []contender{{name: "**replay**", run: func() (cost, error) { return b.spend("", b.us, "replay", "--json", dir) }}}
	costs, err := b.race(all)
	if err != nil {
		return err
	}
	var walls, cpus, peaks []float64
	for _, k := range costs[0] {
		walls, cpus, peaks = append(walls, k.wall.Seconds()), append(cpus, k.cpu.Seconds()), append(peaks, float64(k.peak)/(1<<20))
	}
	evenings := float64(replayedAccounts * replayedEvenings)
	fmt.Printf("### Replay\n\n%d accounts, %d evenings, %d files (%.1f an account and evening), %d MB; every file imported, every check on every evening:\n\n",
		replayedAccounts, replayedEvenings, files, float64(files)/evenings, size>>20)
	fmt.Println("| seconds | CPU seconds | CPU ms an account and evening | peak MiB |\n|--:|--:|--:|--:|")
	fmt.Printf("| %.1f | %.1f | %.1f | %.0f |\n\n", median(walls), median(cpus), 1e3*median(cpus)/evenings, median(peaks))
	return nil
}
