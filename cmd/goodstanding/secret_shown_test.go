package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
	"goodstanding/monitor/web"
)

// everything is a text that several write to.
type everything struct {
	mu   sync.Mutex
	text strings.Builder
}

func (e *everything) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.text.Write(b)
}

func (e *everything) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.text.String()
}

// TestNoSecretIsShownAnywhere configures every channel with secrets, lets each fail in every way, by receivers that repeat
// what they were sent, and looks for the secrets in the log, the errors, the database, the page, the metrics and what the
// commands print.
func TestNoSecretIsShownAnywhere(t *testing.T) {
	const secret = "hunter2hunter2hunter2"
	var mode atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		switch m := mode.Load(); m {
		case 0:
			panic(http.ErrAbortHandler)
		case 302:
			w.Header().Set("Location", "https://example.invalid"+r.URL.Path)
			fallthrough
		default:
			w.WriteHeader(int(m))
			fmt.Fprintf(w, `{"ok":false,"error":"%s"} %s %s %s %s`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), r.URL, r.Header, sent, secret)
		}
	}))
	defer server.Close()
	withPassword := strings.Replace(server.URL, "http://", "http://robot:"+secret+"@", 1)
	dir := t.TempDir()
	path := filepath.Join(dir, "goodstanding.toml")
	text := fmt.Sprintf(`data_dir = %[1]q
[slack]
token = "xoxb-%[2]s"
app_token = "xapp-%[2]s"
channel = "C0123456789"
api_url = "%[3]s/api/"
fallback = "mail"
[alerts]
heartbeat_url = "%[3]s/beat/%[2]s"
[channels.room]
type = "slack"
url = "%[3]s/services/%[2]s"
[channels.hook]
type = "webhook"
url = "%[3]s/%[2]s?key=%[2]s"
secret = "%[2]s"
[channels.am]
type = "alertmanager"
url = "%[4]s/%[2]s"
password = "%[2]s"
[channels.am-basic]
type = "alertmanager"
url = "%[3]s"
user = "robot"
password = "%[2]s"
[channels.mail]
type = "email"
server = "127.0.0.1:1"
user = "robot"
password = "%[2]s"
from = "a@example.com"
to = ["b@example.com"]
`, dir, secret, server.URL, withPassword)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	shown := &everything{}
	cfg, err := LoadConfig(path, noEnv, targets())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(shown, "%v %+v %#v", cfg, cfg, cfg)
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s, err := store.Open(t.Context(), cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(shown, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d, err := newDaemon(cfg, s, log, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	d.deliver.Pace, d.deliver.MaxWait = 0, 0
	fmt.Fprintf(shown, "%v %+v %#v %s", d.deliver.Senders, d.deliver.Senders, d.deliver.Senders, d.deliver.Senders)
	for name, sender := range d.deliver.Senders {
		log.Info("a sender", "name", name, "sender", sender)
	}
	listening, stop := context.WithCancel(t.Context())
	var heard sync.WaitGroup
	heard.Go(func() { d.listener().Run(listening) })
	tries := 0
	for _, m := range []int{0, 200, 302, 400, 401, 403, 404, 413, 429, 500, 503} {
		mode.Store(int32(m))
		for _, name := range cfg.channelNames() {
			n := monitor.Notice{Key: monitor.AlertKey{Account: "shop", Signal: "x", Subject: fmt.Sprint(m)}, At: now, Channel: name, Severity: monitor.Warning}
			if err := s.Post(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			now = now.Add(3 * time.Hour)
			sent, failed, err := d.deliver.Deliver(t.Context(), now)
			if tries += failed; sent > 0 && m != 200 && m != 0 {
				t.Errorf("status %d: %d were sent", m, sent)
			}
			for err := range unwrapped(err) {
				fmt.Fprintf(shown, "%v %+v %#v\n", err, err, err)
			}
		}
		if err := errors.Join(d.keep(t.Context()), d.callHeartbeat(t.Context())); err != nil {
			fmt.Fprintf(shown, "%v %+v %#v\n", err, err, err)
		}
		if err := d.pulse.beat(t.Context(), now); err != nil {
			fmt.Fprintf(shown, "%v %+v %#v\n", err, err, err)
		}
	}
	stop()
	heard.Wait()
	if tries < 50 {
		t.Errorf("only %d attempts failed", tries)
	}
	state, err := s.Outbox(t.Context())
	if err != nil || state.LastReason == "" || state.GaveUp == 0 {
		t.Fatalf("outbox %+v, %v", state, err)
	}
	fmt.Fprintf(shown, "%+v", state)
	if err := d.board.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	pageOf(t, d, shown)
	for _, args := range [][]string{{"status"}, {"config", "check", path}, {"alerts", "list"}, {"alerts", "test"}, {"alerts", "preview"}} {
		run(t.Context(), append(args, "--config", path), shown, shown, noEnv)
	}
	base := base64.StdEncoding.EncodeToString([]byte("robot:" + secret))
	for _, hidden := range []string{"hunter2", base, base64.StdEncoding.EncodeToString([]byte("\x00robot\x00" + secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
		if i := strings.Index(shown.String(), hidden); i >= 0 {
			t.Errorf("shown: %s", shown.String()[max(0, i-400):min(len(shown.String()), i+100)])
		}
	}
	if len(shown.String()) < 20_000 || !strings.Contains(shown.String(), "***") {
		t.Errorf("too little was looked at: %d bytes", len(shown.String()))
	}
}

// unwrapped yields an error and all that it wraps.
func unwrapped(err error) func(func(error) bool) {
	return func(yield func(error) bool) {
		var walk func(error) bool
		walk = func(err error) bool {
			if err == nil {
				return true
			}
			if !yield(err) {
				return false
			}
			if many, ok := err.(interface{ Unwrap() []error }); ok {
				for _, e := range many.Unwrap() {
					if !walk(e) {
						return false
					}
				}
				return true
			}
			return walk(errors.Unwrap(err))
		}
		walk(err)
	}
}

// pageOf writes down what the daemon serves.
func pageOf(t *testing.T, d *daemon, into io.Writer) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	served := web.New(web.Config{Listen: "127.0.0.1:0", Metrics: d.board.metrics.Handler(), Status: d.board.status, Alive: d.alive, Ready: d.isReady,
		Version: "test", Log: d.log})
	addr, err := served.Listen(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- served.Run(ctx) }()
	for _, place := range []string{"/", "/metrics", "/healthz", "/readyz"} {
		resp, err := http.Get("http://" + addr.String() + place)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(into, resp.Body); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
