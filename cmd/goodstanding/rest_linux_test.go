package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a process has written to must never be given back: it is nowhere else.
func TestRestUnmapsWhatIsInFilesOnly(t *testing.T) {
	const smaps = `00400000-00403000 r--p 00000000 fe:00 9994507 /usr/bin/goodstanding
Rss:                  12 kB
Anonymous:             0 kB
VmFlags: rd mr mw me 
00403000-00fde000 r-xp 00003000 fe:00 9994507 /usr/bin/goodstanding (deleted)
Anonymous:             0 kB
00fde000-01e71000 r-xp 00bde000 fe:00 9994507 /opt/a program that a debugger has written to
Anonymous:             4 kB
01e71000-01e74000 r--p 01a71000 fe:00 9994507 /usr/bin/goodstanding of which the loader has relocated a page
Anonymous:             8 kB
01e74000-02072000 rw-p 01a74000 fe:00 9994507 /usr/bin/goodstanding
Anonymous:             0 kB
02072000-042dd000 rw-p 00000000 00:00 0 
Anonymous:             0 kB
04400000-04401000 r--p 00000000 00:00 0 
Anonymous:             0 kB
7f7b8fa0b000-7f7b8fa13000 r--s 00000000 fe:00 131 /var/lib/goodstanding/goodstanding.db-shm
Anonymous:             0 kB
7f7b8fc00000-7f7b8fc01000 ---p 00000000 fe:00 77 /usr/lib/libc.so.6
Anonymous:             0 kB
7ffd37d00000-7ffd37d02000 r-xp 00000000 00:00 0 [vdso]
Anonymous:             0 kB
`
	got, err := cleanSpans(strings.NewReader(smaps))
	if err != nil {
		t.Fatal(err)
	}
	want := []span{{0x400000, 0x403000}, {0x403000, 0xfde000}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(span{})); diff != "" {
		t.Error(diff)
	}
	if got, err := cleanSpans(strings.NewReader("elsewhere r-xp 00000000 00:00 1 /usr/bin/goodstanding\n")); err == nil {
		t.Errorf("read as addresses: %v", got)
	}
}

func TestRestUnmapsTheProgram(t *testing.T) {
	mapped := func() int {
		text, err := os.ReadFile("/proc/self/statm") // proc_pid_statm(5): size resident shared ..., in pages
		if err != nil {
			t.Fatal(err)
		}
		var size, resident, shared int
		if _, err := fmt.Sscan(string(text), &size, &resident, &shared); err != nil {
			t.Fatal(err)
		}
		return shared
	}
	before := mapped()
	if err := unmapFiles(); err != nil {
		t.Fatal(err)
	}
	if after := mapped(); after >= before {
		t.Errorf("of %d pages of files %d are mapped", before, after)
	}
}
