package web

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// said is a log that may be read while it is written.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serve runs a server until the test ends, and returns its address and log.
func serve(t *testing.T, cfg Config) (addr string, log *said) {
	t.Helper()
	log = &said{}
	cfg.Log = slog.New(slog.NewTextHandler(log, nil))
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Status == nil {
		cfg.Status = func(context.Context) (Status, error) { return Status{}, nil }
	}
	s := New(cfg)
	a, err := s.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return a.String(), log
}

type answer struct {
	code   int
	header http.Header
	body   string
}

// ask sends one request; host is what the Host header says, the address when empty.
func ask(t *testing.T, method, addr, path, host string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	tr := &http.Transport{DisableKeepAlives: true}
	res, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func TestAddresses(t *testing.T) {
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "goodstanding_build_info 1\n") })
	addr, _ := serve(t, Config{Metrics: metrics, Version: "1.2.3"})
	for _, tc := range []struct {
		method, path string
		code         int
		body         string // part of it
	}{
		{"GET", "/", 200, "Goodstanding 1.2.3"},
		{"HEAD", "/", 200, ""},
		{"GET", "/metrics", 200, "goodstanding_build_info 1"},
		{"GET", "/healthz", 200, "alive"},
		{"HEAD", "/healthz", 200, ""},
		{"GET", "/readyz", 200, "ready"},
		{"GET", "/favicon.ico", 404, ""},
		{"GET", "/..%2f..%2fetc/passwd", 404, ""},
		{"POST", "/", 405, ""},
		{"PUT", "/metrics", 405, ""},
		{"DELETE", "/healthz", 405, ""},
		{"OPTIONS", "/", 405, ""},
		{"BREW", "/nowhere", 405, ""},
	} {
		a := ask(t, tc.method, addr, tc.path, "")
		if a.code != tc.code || !strings.Contains(a.body, tc.body) {
			t.Errorf("%s %s: %d %q, want %d %q", tc.method, tc.path, a.code, a.body, tc.code, tc.body)
		}
		if a.code == 405 && a.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s %s: Allow is %q", tc.method, tc.path, a.header.Get("Allow"))
		}
		if tc.method == "HEAD" && a.body != "" {
			t.Errorf("HEAD %s has a body", tc.path)
		}
	}
}

func TestNoMetrics(t *testing.T) {
	addr, _ := serve(t, Config{})
	if a := ask(t, "GET", addr, "/metrics", ""); a.code != 404 {
		t.Errorf("status %d, want 404", a.code)
	}
}

func TestSecurityHeaders(t *testing.T) {
	addr, _ := serve(t, Config{})
	for _, path := range []string{"/", "/healthz", "/nowhere"} {
		h := ask(t, "GET", addr, path, "").header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if got := h.Get("Content-Security-Policy"); !strings.Contains(got, want) || strings.Contains(got, "unsafe") {
				t.Errorf("%s: policy %q lacks %q", path, got, want)
			}
		}
	}
	// The browser applies the style only if the hash is that of exactly what is between the tags.
	a := ask(t, "GET", addr, "/", "")
	_, rest, _ := strings.Cut(a.body, "<style>")
	css, _, found := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(css))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !found || len(css) < 100 || !strings.Contains(a.header.Get("Content-Security-Policy"), want) {
		t.Errorf("policy %q does not allow the page's style, which needs %s", a.header.Get("Content-Security-Policy"), want)
	}
	for _, never := range []string{"<script", "style=", "onload=", "src=", "href="} {
		if strings.Contains(a.body, never) {
			t.Errorf("the page has %s, which its policy forbids", never)
		}
	}
	if got := a.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
}

func TestHosts(t *testing.T) {
	addr, _ := serve(t, Config{Hosts: []string{"Shop.example"}})
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"localhost": 200, "localhost:" + port: 200, "LOCALHOST": 200, "127.0.0.1": 200, "127.0.0.1:1": 200, "[::1]": 200, "[::1]:" + port: 200,
		"shop.example": 200, "shop.example.:80": 200, "SHOP.EXAMPLE": 200,
		"evil.example": 421, "evil.example:" + port: 421, "localhost.evil.example": 421, "127.0.0.1.nip.io": 421, "evilshop.example": 421,
		"192.168.1.5": 421, "0.0.0.0": 421, "localhost@evil.example": 421,
	} {
		for _, path := range []string{"/", "/metrics", "/healthz"} {
			if path == "/metrics" && want == 200 {
				continue // there are none here
			}
			if a := ask(t, "GET", addr, path, host); a.code != want {
				t.Errorf("Host %q, %s: %d, want %d", host, path, a.code, want)
			}
		}
	}
	// A request without any name is one of HTTP/1.0.
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 421 {
		t.Errorf("without a host: %d, want 421", res.StatusCode)
	}
}

func TestOpenToOtherMachines(t *testing.T) {
	addr, log := serve(t, Config{Listen: ":0"})
	_, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" {
		t.Fatalf("address %q, %v: want the port that was taken", addr, err)
	}
	if a := ask(t, "GET", "127.0.0.1:"+port, "/", "goodstanding.example"); a.code != 200 {
		t.Errorf("status %d: the server cannot know its names there", a.code)
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings, want 1:\n%s", n, log)
	}
	if !strings.Contains(log.String(), "no password") {
		t.Errorf("the warning does not say what is wrong:\n%s", log)
	}
}

func TestLocalIsQuiet(t *testing.T) {
	addr, log := serve(t, Config{})
	ask(t, "GET", addr, "/", "")
	if log.String() != "" {
		t.Errorf("log: %s", log)
	}
}

func TestProbes(t *testing.T) {
	var mu sync.Mutex
	var alive, ready error
	get := func(e *error) func() error {
		return func() error { mu.Lock(); defer mu.Unlock(); return *e }
	}
	addr, _ := serve(t, Config{Alive: get(&alive), Ready: get(&ready)})
	expect := func(path string, code int, body string) {
		t.Helper()
		if a := ask(t, "GET", addr, path, ""); a.code != code || !strings.Contains(a.body, body) {
			t.Errorf("%s: %d %q, want %d %q", path, a.code, a.body, code, body)
		}
	}
	expect("/healthz", 200, "alive")
	expect("/readyz", 200, "ready")
	expect("/", 200, "No check has run yet")
	mu.Lock()
	alive, ready = errors.New("no round since 09:00"), errors.New("the first round is still running")
	mu.Unlock()
	expect("/healthz", 503, "not alive: no round since 09:00")
	expect("/readyz", 503, "not ready: the first round is still running")
	expect("/", 200, "The checks do not come round, so what follows is old: no round since 09:00")
}

func TestStatusFails(t *testing.T) {
	addr, log := serve(t, Config{Status: func(context.Context) (Status, error) { return Status{}, errors.New("disk <b>gone</b> /var/lib") }})
	a := ask(t, "GET", addr, "/", "")
	if a.code != 503 || strings.Contains(a.body, "/var/lib") || !strings.Contains(a.body, "The log of Goodstanding says why") {
		t.Errorf("%d %q: want 503 without the cause", a.code, a.body)
	}
	if !strings.Contains(log.String(), "/var/lib") {
		t.Errorf("the log lacks the cause:\n%s", log)
	}
}

func TestPanicIsOneVisitorsProblem(t *testing.T) {
	panics := true
	addr, log := serve(t, Config{Status: func(context.Context) (Status, error) {
		if panics {
			panics = false
			panic("fault")
		}
		return Status{}, nil
	}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Method = http.MethodGet
	if res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req); err == nil {
		res.Body.Close()
		t.Errorf("status %d, want a cut connection", res.StatusCode)
	}
	if a := ask(t, "GET", addr, "/", ""); a.code != 200 {
		t.Errorf("the next visitor gets %d", a.code)
	}
	if !strings.Contains(log.String(), "fault") {
		t.Errorf("the log lacks the panic:\n%s", log)
	}
}

func TestStatusHasALimitedTime(t *testing.T) {
	addr, _ := serve(t, Config{Status: func(ctx context.Context) (Status, error) {
		until, ok := ctx.Deadline()
		if left := time.Until(until); !ok || left > statusTimeout || left <= 0 {
			t.Errorf("deadline in %s, %v", left, ok)
		}
		return Status{}, nil
	}})
	ask(t, "GET", addr, "/", "")
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	s := New(Config{Listen: "127.0.0.1:0", Version: "9", Log: slog.New(slog.DiscardHandler), Status: func(context.Context) (Status, error) {
		close(asked)
		<-release
		return Status{}, nil
	}})
	addr, err := s.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	got := make(chan string, 1)
	go func() { // not ask: only the test's own goroutine may end it
		res, err := http.Get("http://" + addr.String() + "/")
		if err != nil {
			got <- err.Error()
			return
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			got <- err.Error()
			return
		}
		got <- string(body)
	}()
	<-asked
	cancel()
	// The port is given back at once, before the visitor has the answer.
	for {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr.String())
		if err != nil {
			break
		}
		c.Close()
	}
	close(release)
	if page := <-got; !strings.Contains(page, "</html>") {
		t.Errorf("the request under way got %q", page)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAddressInUse(t *testing.T) {
	addr, _ := serve(t, Config{})
	err := New(Config{Listen: addr, Log: slog.New(slog.DiscardHandler)}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), addr) || !strings.Contains(err.Error(), "web.listen") {
		t.Errorf("error %v: want one that names the address and the key", err)
	}
}
