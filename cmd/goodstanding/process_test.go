package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"goodstanding/alerts/slack/slackfake"
	"goodstanding/monitor/simulator"
	"goodstanding/monitor/store"
)

// TestMain lets the test binary be the program itself, so that a test can start it, kill it, and start it again, and
// scripts can call it by name.
func TestMain(m *testing.M) {
	if os.Getenv("GOODSTANDING_TEST_AS_PROGRAM") == "1" {
		main()
		return
	}
	testscript.Main(m, map[string]func(){"goodstanding": main})
}

// process is the program running as its own process.
type process struct {
	cmd  *exec.Cmd
	seen bytes.Buffer // of its log, so far
	log  *bufio.Reader
}

// start runs the program with arguments in dir.
func start(t *testing.T, dir string, env []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], args...)}
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), append([]string{"GOODSTANDING_TEST_AS_PROGRAM=1", "HOME=" + dir}, env...)...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.log = bufio.NewReader(stderr)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// await reads the log until a line matches, and returns what its groups matched.
func (p *process) await(t *testing.T, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for {
		line, err := p.log.ReadString('\n')
		p.seen.WriteString(line)
		if m := re.FindStringSubmatch(line); m != nil {
			return m
		}
		if err != nil {
			t.Fatalf("the log ended before %q came: %v\n%s", pattern, err, p.seen.String())
		}
	}
}

// rest reads the log to its end and returns how the process ended.
func (p *process) rest(t *testing.T) error {
	t.Helper()
	if _, err := io.Copy(&p.seen, p.log); err != nil {
		t.Fatal(err)
	}
	return p.cmd.Wait()
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The whole service as systemd runs it: ready when it has looked, on loopback, telling Slack, gone on SIGTERM.
func TestServiceLife(t *testing.T) {
	dir := t.TempDir()
	fake := slackfake.New(t)
	fake.AllowBurst(100)
	socket := filepath.Join(dir, "notify")
	notify, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = notify.Close() }()
	told := func() string {
		t.Helper()
		buf := make([]byte, 256)
		if err := notify.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		n, err := notify.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}
	writeFile(t, filepath.Join(dir, "goodstanding.toml"), fmt.Sprintf(`
data_dir = "data"
[web]
listen = "127.0.0.1:0"
[inbox]
poll = "1s"
settle = "1s"
[slack]
channel = %q
api_url = %q
[accounts.nordlicht-outlet]
marketplace = "Amazon.de"
`, slackfake.Channel, fake.URL()))
	h := simulator.Run(simulator.Demo(demoEnd)[2])
	if _, err := h.ExportAll(filepath.Join(dir, "data", "inbox", "nordlicht-outlet"), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	p := start(t, dir, []string{"NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=2000000", "GOODSTANDING_SLACK_TOKEN=" + slackfake.Token}, "run")
	base := strings.TrimSuffix(p.await(t, `msg=serving page=(http://127\.0\.0\.1:\d+/)`)[1], "/")
	p.await(t, `msg=imported .*format=all_orders`)
	p.await(t, `msg="judged what arrived"`)
	for got := ""; got != "READY=1"; {
		got = told()
	}
	get := func(path string) (int, string) {
		t.Helper()
		res, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	for path, want := range map[string]string{"/healthz": "", "/readyz": "", "/": "nordlicht-outlet", "/metrics": `goodstanding_import_rows_total{account="nordlicht-outlet",kind="all_orders"}`} {
		if code, body := get(path); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: status %d, want 200 and %q in:\n%.2000s", path, code, want, body)
		}
	}
	if promtool, err := exec.LookPath("promtool"); err == nil {
		_, page := get("/metrics")
		cmd := exec.Command(promtool, "check", "metrics")
		cmd.Stdin = strings.NewReader(page)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool check metrics: %v\n%s", err, out)
		}
	} else if os.Getenv("CI") == "true" {
		t.Error("promtool is missing: install the prometheus package")
	}
	second := start(t, dir, []string{"GOODSTANDING_SLACK_TOKEN=" + slackfake.Token}, "run")
	if err := second.rest(t); err == nil || !strings.Contains(second.seen.String(), "already runs") {
		t.Errorf("a second daemon on the same data: %v\n%s", err, second.seen.String())
	}
	if got := told(); got != "WATCHDOG=1" {
		t.Errorf("systemd was told %q, want the watchdog's sign of life", got)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.rest(t); err != nil {
		t.Errorf("ended with %v\n%s", err, p.seen.String())
	}
	if log := p.seen.String(); strings.Contains(log, slackfake.Token) || !strings.Contains(log, "msg=stopped") {
		t.Errorf("the log shows the token, or no clean end:\n%s", log)
	}
}

// A kill in the middle of an import loses nothing and doubles nothing.
func TestKillInTheMiddleOfAnImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "goodstanding.toml"), `
data_dir = "data"
[web]
listen = ""
[inbox]
poll = "1s"
settle = "1s"
`)
	var file bytes.Buffer
	file.WriteString("amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\n")
	const orders = 60_000
	for i := range orders {
		bought := time.Date(2026, 11, 1, 0, i/60, i%60, 0, time.UTC).Format(time.RFC3339)
		fmt.Fprintf(&file, "111-%07d-%07d\t%s\t%s\tShipped\tMerchant\tAmazon.com\tStandard\tThing\tA-%d\tB000000001\tShipped\t1\tUSD\t9.99\n", i/1000, i, bought, bought, i%50)
	}
	inbox := filepath.Join(dir, "data", "inbox", "shop")
	kills := 0
	writeFile(t, filepath.Join(inbox, "orders.txt"), file.String())
	wal := filepath.Join(dir, "data", "goodstanding.db-wal")
	for round := range 3 {
		p := start(t, dir, nil, "run")
		p.await(t, "msg=started")
		// The write-ahead log grows while the import's transaction is open; a later round waits for more of it.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		for ctx.Err() == nil {
			info, err := os.Stat(wal)
			if err == nil && info.Size() > int64(round)<<21+1<<20 {
				break
			}
			if _, err := os.Stat(filepath.Join(inbox, "orders.txt")); err != nil {
				break
			}
		}
		cancel()
		if _, err := os.Stat(filepath.Join(inbox, "orders.txt")); err == nil {
			kills++
		}
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.rest(t)
	}
	if kills == 0 {
		t.Fatal("no kill came before the import was over")
	}
	t.Logf("%d of 3 kills came before the file had left the inbox", kills)
	p := start(t, dir, nil, "run")
	p.await(t, "msg=started")
	if _, err := os.Stat(filepath.Join(inbox, "orders.txt")); err == nil {
		p.await(t, "msg=imported")
	}
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := p.rest(t); err != nil {
		t.Errorf("ended with %v\n%s", err, p.seen.String())
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "data", "goodstanding.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	totals, err := s.ImportTotals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(totals) != 1 || totals[0].Files != 1 || totals[0].Rows != orders {
		t.Errorf("imports %+v, want one file with %d rows", totals, orders)
	}
	if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
		t.Errorf("tallies differ from the facts: %v %v", diffs, err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "data", "*", "shop", "*orders.txt"))
	if err != nil || len(left) != 1 || !strings.Contains(left[0], "archive") {
		t.Errorf("files %v (%v), want one in the archive", left, err)
	}
}
