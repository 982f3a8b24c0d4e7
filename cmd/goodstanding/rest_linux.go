package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// unmapFiles takes the pages of the program's file, and of libraries, out of this process. They stay in the page cache, and come
// back as they are touched, some at a time: of all that a start or a round has used, waiting needs a fifth. Without huge
// pages, for with them one touch maps 2 MiB.
func unmapFiles() error {
	f, err := os.Open("/proc/self/smaps")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // some containers go without it
	}
	if err != nil {
		return fmt.Errorf("read what is mapped: %w", err)
	}
	defer func() { _ = f.Close() }()
	spans, err := cleanSpans(f)
	if err != nil {
		return fmt.Errorf("read what is mapped: %w", err)
	}
	for _, s := range spans {
		// Refused by a kernel that has no huge pages.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, s.from, s.to-s.from, unix.MADV_NOHUGEPAGE)
		if _, _, errno := unix.Syscall(unix.SYS_MADVISE, s.from, s.to-s.from, unix.MADV_DONTNEED); errno != 0 {
			return fmt.Errorf("unmap the program's file: %w", errno)
		}
	}
	return nil
}

// span is memory from an address to another.
type span struct{ from, to uintptr }

// cleanSpans returns the mappings of files that hold what is in the file and nothing else: they are never written to, and no
// page is a copy of this process. The text is of /proc/PID/smaps (proc_pid_smaps(5)): a line "from-to access ... path" for each
// mapping, and lines "Name: value" that belong to it.
func cleanSpans(smaps io.Reader) ([]span, error) {
	var out []span
	var s span
	ofFile := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) < 2:
		case words[0] == "Anonymous:":
			if ofFile && words[1] == "0" {
				out = append(out, s)
			}
		case !strings.HasSuffix(words[0], ":"):
			from, to, _ := strings.Cut(words[0], "-")
			a, errA := strconv.ParseUint(from, 16, strconv.IntSize)
			b, errB := strconv.ParseUint(to, 16, strconv.IntSize)
			if errA != nil || errB != nil || b <= a {
				return nil, fmt.Errorf("no addresses: %q", lines.Text())
			}
			s = span{uintptr(a), uintptr(b)}
			access := words[1] // as r-xp
			ofFile = strings.HasPrefix(access, "r") && strings.HasSuffix(access, "p") && !strings.Contains(access, "w") &&
				len(words) > 5 && strings.HasPrefix(words[5], "/")
		}
	}
	return out, lines.Err()
}
