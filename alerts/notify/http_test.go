package notify_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/alerts/notify"
	"goodstanding/monitor"
)

var update = flag.Bool("update", false, "write the golden files anew; read them before you keep them")

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// late is a notice with everything in it, some of it hostile.
func late() monitor.Notice {
	value, limit, headroom := 0.036, 0.04, 2
	at := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	key := monitor.AlertKey{Account: "northwind", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: "seller-fulfilled"}
	f := monitor.Finding{
		Severity: monitor.Warning, Value: &value, Limit: &limit, Headroom: &headroom, Defects: 18, Orders: 500,
		Window:  &monitor.Window{Days: 30, From: 20747, To: 20776},
		Summary: "Late shipment rate of northwind on Amazon.com at 3.6 % (limit 4 %): 2 more late orders cross it",
		Details: []string{"A <script>alert(1)</script> & more\r\nBcc: everybody@example.com"}, Advice: "Confirm today the 3 orders that are due.",
		Drivers:  []monitor.Driver{{Kind: "SKU", Name: "<b>MUG</b>", Defects: 9, Orders: 40}},
		Quotes:   []monitor.Quote{{Day: 20770, Rating: 1, Comment: "never <i>again</i>"}},
		DataAsOf: at.Add(-time.Hour),
	}
	for i := range 12 {
		f.Evidence = append(f.Evidence, monitor.Evidence{OrderID: fmt.Sprintf("111-0000000-%07d", i), SKU: "=1+1", Date: 20770, Why: "late"})
	}
	return monitor.Notice{ID: 41, Key: key, Event: monitor.Escalated, At: at, Severity: monitor.Warning, Was: monitor.Watch, Finding: f,
		Reason: "It got worse: from watch to warning.", Changed: "2 more.", Channel: "x", Opened: at.Add(-48 * time.Hour), Thread: "t", Mention: []string{"@anna"}}
}

// classes is what a failure means: how long the channel is left alone, or -1 for ever.
func class(t *testing.T, err error) time.Duration {
	t.Helper()
	var given alerts.Permanent
	var again alerts.Retry
	switch {
	case errors.As(err, &given):
		return -1
	case errors.As(err, &again):
		return again.RetryAfter()
	}
	t.Fatalf("error %v (%T), want Retry or Permanent", err, err)
	return 0
}

const secret = "hunter2hunter2hunter2"

// silent fails if any text gives a secret away.
func silent(t *testing.T, texts ...any) {
	t.Helper()
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	for _, v := range texts {
		logger.Info("x", "v", v)
		fmt.Fprintf(&log, "%v %+v %#v %s", v, v, v, v)
		if err, ok := v.(error); ok {
			for ; err != nil; err = errors.Unwrap(err) {
				fmt.Fprintf(&log, "%v %+v %#v", err, err, err)
			}
		}
	}
	for _, s := range []string{"hunter2", "aHVudGVyMm"} { // as it is, and in base64
		if strings.Contains(log.String(), s) {
			t.Errorf("a secret is shown: %s", log.String())
		}
	}
}

// TestStatuses answers each status, by both channels over HTTP, and looks at what it means and that no secret is shown.
func TestStatuses(t *testing.T) {
	const later, mending, permanent = time.Duration(0), 10 * time.Minute, time.Duration(-1)
	var answer atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answer.Load().(http.HandlerFunc)(w, r)
	}))
	defer server.Close()
	hook, err := notify.NewWebhook(server.URL+"/"+secret, secret, "")
	if err != nil {
		t.Fatal(err)
	}
	manager, err := notify.NewAlertmanager(strings.Replace(server.URL, "http://", "http://u:"+secret+"@", 1), "", secret, "")
	if err != nil {
		t.Fatal(err)
	}
	silent(t, hook, manager)
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			fmt.Fprintf(w, "no, %s %s %s!\x1b[31m", r.URL, r.Header.Get("Authorization"), secret)
		}
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		after  time.Duration
		says   string
	}{
		{"429 with Retry-After", status(429, "Retry-After", "7"), 7 * time.Second, "429"},
		{"429 without", status(429), 30 * time.Second, "429"},
		{"429 with a huge one", status(429, "Retry-After", "99999999999"), time.Hour, "429"},
		{"429 with a date", status(429, "Retry-After", "Fri, 20 Nov 2026 17:00:00 GMT"), 30 * time.Second, "429"},
		{"503 with Retry-After", status(503, "Retry-After", "9"), 9 * time.Second, "503"},
		{"503", status(503), later, "503"},
		{"500", status(500), later, "500 Internal Server Error: no, "},
		{"400", status(400), permanent, "400"},
		{"413", status(413), permanent, "413"},
		{"422", status(422), permanent, "422"},
		{"401", status(401), mending, "check the secret"},
		{"404", status(404), mending, "check the address"},
		{"410", status(410), mending, "check the address"},
		{"302", status(302, "Location", "https://evil.example/"), mending, "check the address"},
		{"cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, later, "the connection was cut"},
	} {
		for name, sender := range map[string]alerts.Sender{"webhook": hook, "alertmanager": manager} {
			answer.Store(c.answer)
			_, err := sender.Send(t.Context(), late())
			if got := class(t, err); got != c.after || !strings.Contains(err.Error(), c.says) || strings.ContainsRune(err.Error(), '\x1b') {
				t.Errorf("%s by %s: after %v, %v", c.name, name, got, err)
			}
			silent(t, err)
		}
	}
	server.Close()
	for _, sender := range []alerts.Sender{hook, manager} {
		_, err := sender.Send(t.Context(), late())
		if got := class(t, err); got != later {
			t.Errorf("down: after %v, %v", got, err)
		}
		silent(t, err)
	}
}

func TestRefusedSettings(t *testing.T) {
	mail := notify.EmailConfig{Server: "smtp.example.com:587", Security: "starttls", From: "a@example.com", To: []string{"b@example.com"}}
	change := func(f func(*notify.EmailConfig)) func() error {
		return func() error {
			c := mail
			f(&c)
			_, err := notify.NewEmail(c)
			return err
		}
	}
	hook := func(url, secret string) func() error {
		return func() error { _, err := notify.NewWebhook(url, secret, ""); return err }
	}
	for want, try := range map[string]func() error{
		"webhook: the address must start with https://": hook("ftp://hunter2", ""),
		"webhook: the address names no host":            hook("https:///hunter2", ""),
		"webhook: the address cannot be read":           hook("https://h/\x7fhunter2", ""),
		"no base64 of 16 bytes or more":                 hook("https://h/", "whsec_hunter2"),
		"is no server; write host and port":             change(func(c *notify.EmailConfig) { c.Server = "smtp.example.com" }),
		"is no security":                                change(func(c *notify.EmailConfig) { c.Security = "ssl" }),
		"anybody on the way can read":                   change(func(c *notify.EmailConfig) { c.Security = "none" }),
		"a login needs a user and a password":           change(func(c *notify.EmailConfig) { c.Password = "hunter2" }),
		"a password is not sent without TLS": change(func(c *notify.EmailConfig) {
			c.Server, c.Security, c.User, c.Password = "localhost:25", "none", "u", "hunter2"
		}),
		"from: \"\" is no address":     change(func(c *notify.EmailConfig) { c.From = "" }),
		"to: \"x@y, z\" is no address": change(func(c *notify.EmailConfig) { c.To = []string{"x@y, z"} }),
		"nobody is named":              change(func(c *notify.EmailConfig) { c.To = nil }),
	} {
		err := try()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
			continue
		}
		silent(t, err)
	}
}
