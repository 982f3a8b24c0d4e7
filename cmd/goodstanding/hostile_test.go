package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
)

const ordersHead = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\n"

// ordersRow returns the n-th row of an export of November 2026.
func ordersRow(n int) string {
	return fmt.Sprintf("111-0000000-%07d\t2026-11-17T08:00:00+00:00\t2026-11-18T08:00:00+00:00\tShipped\tMerchant\tAmazon.com\tStandard\tThing\tA-1\tB000000001\tShipped\t1\tUSD\t9.99\n", n)
}

// zipFile writes an archive whose files are made by functions.
func zipFile(t *testing.T, path string, files map[string]func(io.Writer)) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name](w)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// of writes a text so many times.
func of(text string, times int) func(io.Writer) {
	return func(w io.Writer) {
		for range times {
			_, _ = io.WriteString(w, text)
		}
	}
}

// hostile are files that nobody should have to fear, by name, each with a part of the reason for which it is refused.
var hostile = map[string]struct {
	write func(t *testing.T, path string)
	want  string
}{
	"sparse.txt": {func(t *testing.T, path string) {
		if err := errorsOf(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<30)); err != nil {
			t.Fatal(err)
		}
	}, ""},
	"endless line.txt": {writing(of(strings.Repeat("x", 1<<20), 64)), "a line of more than 1 MiB"},
	"long line below.txt": {writing(func(w io.Writer) {
		of(ordersHead+ordersRow(1), 1)(w)
		of(strings.Repeat("x", 1<<20), 8)(w)
	}), "a line of more than 1 MiB"},
	"nul.txt":          {writing(of(ordersHead+ordersRow(1)+"\x00\n", 1)), "NUL byte"},
	"columns.txt":      {writing(of(strings.Repeat("column\t", 10_000), 1)), "1,000 columns"},
	"many columns.txt": {writing(of(ordersHead+strings.Repeat("x\t", 10_000)+"\n", 1)), "1,000 columns"},
	"open quotes.csv": {writing(func(w io.Writer) {
		of(strings.ReplaceAll(ordersHead, "\t", ","), 1)(w)
		of("\"open,\"\"\n", 200_000)(w)
	}), "200000 of 200000 rows"},
	"zeros.gz": {packing(of(strings.Repeat("\x00", 1<<20), 256)), ""},
	"rows.gz":  {packing(func(w io.Writer) { of(ordersHead, 1)(w); of(ordersRow(1), 700_000)(w) }), "unpacks to more than 250 times"},
	"twice.gz": {packing(func(w io.Writer) {
		z := gzip.NewWriter(w)
		of(ordersHead, 1)(z)
		_ = z.Close()
	}), "gzip data inside gzip data"},
	"cut.gz":       {writing(of("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c", 1)), "damaged"},
	"notes.txt":    {writing(of("Call the carrier.\n", 3)), "Call the carrier"},
	"\x1b[2Jn.txt": {writing(of("Clear the screen.\n", 3)), "Clear the screen"},
	"zeros.zip": {func(t *testing.T, path string) {
		zipFile(t, path, map[string]func(io.Writer){"orders.txt": of(strings.Repeat("\x00", 1<<20), 128)})
	}, "grows without measure"},
	"nested.zip": {func(t *testing.T, path string) {
		var inner bytes.Buffer
		z := zip.NewWriter(&inner)
		w, err := z.Create("orders.txt")
		if err != nil {
			t.Fatal(err)
		}
		of(ordersHead+ordersRow(1), 1)(w)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		zipFile(t, path, map[string]func(io.Writer){"inner.zip": of(inner.String(), 1)})
	}, "an archive inside an archive"},
	"paths.zip": {func(t *testing.T, path string) {
		zipFile(t, path, map[string]func(io.Writer){"../../escaped.txt": of("x", 1), "/tmp/goodstanding-escaped": of("x", 1), `..\..\escaped.txt`: of("x", 1)})
	}, "no export in it"},
	"cut.zip": {writing(of("PK\x03\x04 and nothing more", 1)), "damaged or ends early"},
	"text.xlsx": {func(t *testing.T, path string) {
		zipFile(t, path, map[string]func(io.Writer){"xl/workbook.xml": of("<workbook/>", 1), "xl/worksheets/sheet1.xml": of("<t>"+strings.Repeat("x", 8<<20), 1)})
	}, "a piece of more than 4 MiB"},
	"pipe.txt": {func(t *testing.T, path string) {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}, "a named pipe"},
	"link.txt": {func(t *testing.T, path string) {
		if err := os.Symlink("/dev/zero", path); err != nil {
			t.Fatal(err)
		}
	}, "a symbolic link"},
	"socket.txt": {func(t *testing.T, path string) {
		// The name of a socket must be short; it is the same wherever it is moved to.
		dir, err := os.MkdirTemp("", "gs")
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", filepath.Join(dir, "s"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close(); _ = os.RemoveAll(dir) })
		if err := os.Rename(filepath.Join(dir, "s"), path); err != nil {
			t.Fatal(err)
		}
	}, "a device or socket"},
}

func errorsOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func writing(fill func(io.Writer)) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		fill(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func packing(fill func(io.Writer)) func(*testing.T, string) {
	return writing(func(w io.Writer) {
		z := gzip.NewWriter(w)
		fill(z)
		_ = z.Close()
	})
}

// writeHostile puts hostile files into a folder, but for some; each was received a minute before the last.
func writeHostile(t *testing.T, dir string, at time.Time, but ...string) []string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for name, h := range hostile {
		if slices.Contains(but, name) {
			continue
		}
		path := filepath.Join(dir, name)
		h.write(t, path)
		at = at.Add(-time.Minute)
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink == 0 {
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// The daemon goes on: what is hostile is put aside with its reason, in time, and a good file beside it is imported.
func TestDaemonOutlivesHostileFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	inbox := filepath.Join(b.cfg.InboxDir, "shop")
	b.at = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	writeHostile(t, inbox, b.at.Add(-time.Hour))
	good := filepath.Join(inbox, "orders.txt")
	writeExport(t, good, ordersHead+ordersRow(1)+ordersRow(2), b.at)

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := b.readInbox(ctx); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatal("it took more than two minutes")
	}
	left, err := os.ReadDir(inbox)
	if err != nil || len(left) != 0 {
		t.Errorf("the inbox still holds %v (%v)", left, err)
	}
	rejected := filepath.Join(b.cfg.RejectedDir, "shop")
	for name, h := range hostile {
		found, err := filepath.Glob(filepath.Join(rejected, "*Z-"+strings.NewReplacer(`[`, `\[`).Replace(name)))
		if err != nil || len(found) != 1 {
			t.Errorf("%q was not kept: %v %v", name, found, err)
			continue
		}
		why, err := os.ReadFile(found[0] + ".why")
		if err != nil || !strings.Contains(string(why), h.want) || !strings.Contains(string(why), "was not imported") {
			t.Errorf("%q: %v, want %q in\n%.500s", name, err, h.want, why)
		}
		if strings.ContainsAny(string(why), "\x1b\x00") {
			t.Errorf("%q: the reason holds what a terminal acts on: %q", name, why)
		}
	}
	archived, err := filepath.Glob(filepath.Join(b.cfg.ArchiveDir, "shop", "*"))
	if err != nil || len(archived) != 1 || !strings.HasSuffix(archived[0], "-orders.txt") {
		t.Errorf("archived %v (%v), want orders.txt", archived, err)
	}
	totals, err := b.store.ImportTotals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, refused := 0, 0
	for _, k := range totals {
		rows += k.Rows
		refused += k.Refused
	}
	if rows != 2 || refused != len(hostile) {
		t.Errorf("%d rows and %d refused, want 2 and %d", rows, refused, len(hostile))
	}
	if left, err := os.ReadDir(unpackedDir(b.cfg)); err != nil || len(left) > 0 {
		t.Errorf("%v (%v) is left of what was unpacked", left, err)
	}
	for _, outside := range []string{"/tmp/goodstanding-escaped", filepath.Join(b.dir, "escaped.txt"), filepath.Join(b.cfg.InboxDir, "escaped.txt")} {
		if _, err := os.Lstat(outside); err == nil {
			t.Errorf("%s was written", outside)
		}
	}
}

// By hand, too, and in bounded memory.
func TestImportOutlivesHostileFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	paths := writeHostile(t, filepath.Join(dir, "in"), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), "sparse.txt")
	good := filepath.Join(dir, "orders.txt")
	writeFile(t, good, ordersHead+ordersRow(1))
	p := start(t, dir, []string{"XDG_DATA_HOME=" + dir, "TMPDIR=" + t.TempDir()}, append([]string{"import", "--account", "shop", "--json", good}, paths...)...)
	end := time.AfterFunc(2*time.Minute, func() { _ = p.cmd.Process.Kill() })
	defer end.Stop()
	err := p.rest(t)
	want := fmt.Sprintf("%d files not imported", len(paths))
	if err == nil || p.cmd.ProcessState.ExitCode() != exitFailure || !strings.Contains(p.seen.String(), want) {
		t.Errorf("ended with %v, want exit status 1 and %q:\n%s", err, want, p.seen.String())
	}
	if usage, ok := p.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		t.Logf("%d MiB at most, %v of CPU", usage.Maxrss>>10, p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime())
		if usage.Maxrss > 300<<10 && !raced {
			t.Errorf("%d MiB of memory, want at most 300", usage.Maxrss>>10)
		}
	}
}

// A file that is written to while it is read stays where it is, and is imported once it is whole.
func TestFileThatChangesWhileItIsRead(t *testing.T) {
	b := newBench(t)
	inbox := filepath.Join(b.cfg.InboxDir, "shop")
	b.at = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	path := filepath.Join(inbox, "orders.txt")
	var text strings.Builder
	text.WriteString(ordersHead)
	for n := range 4000 { // more than is read at once
		text.WriteString(ordersRow(n))
	}
	for i, pass := range []string{"Checking", importing} {
		writeExport(t, path, text.String(), b.at)
		b.intake.watch = func(doing, _ string) exports.Watch {
			return func(int64, int64) error {
				if doing == pass {
					pass = ""
					writeExport(t, path, text.String()+ordersRow(9000+i), b.at.Add(time.Second))
				}
				return nil
			}
		}
		if err := b.readInbox(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("pass %d: the file is gone: %v", i, err)
		}
		if totals, err := b.store.ImportTotals(t.Context()); err != nil || len(totals) != 0 {
			t.Fatalf("pass %d: something was kept: %+v (%v)", i, totals, err)
		}
	}
	b.intake.watch = nil
	if err := b.readInbox(t.Context()); err != nil {
		t.Fatal(err)
	}
	if totals, err := b.store.ImportTotals(t.Context()); err != nil || len(totals) != 1 || totals[0].Kind != monitor.KindAllOrders || totals[0].Rows != 4001 {
		t.Errorf("imports %+v (%v), want 4001 rows", totals, err)
	}
}

// To move what is no file to another disk keeps a link a link, and waits for nobody.
func TestMoveOver(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	link, pipe := filepath.Join(from, "link"), filepath.Join(from, "pipe")
	if err := errorsOf(os.Symlink("/dev/zero", link), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, pipe} {
		if err := moveOver(path, filepath.Join(to, filepath.Base(path))); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
	if target, err := os.Readlink(filepath.Join(to, "link")); err != nil || target != "/dev/zero" {
		t.Errorf("the link points to %q (%v)", target, err)
	}
}
