package notify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"goodstanding/alerts/notify"
	"goodstanding/monitor"
)

// received is what a receiver of webhooks got.
type received struct {
	header http.Header
	body   []byte
}

func receiver(t *testing.T) (url string, got *[]received) {
	t.Helper()
	got = &[]received{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		*got = append(*got, received{r.Header, body})
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

// The signature is that of Standard Webhooks, made here by another hand.
func TestWebhookIsSigned(t *testing.T) {
	url, got := receiver(t)
	key := []byte("0123456789abcdef0123456789abcdef")
	for secret, key := range map[string][]byte{"whsec_" + base64.StdEncoding.EncodeToString(key): key, "any words": []byte("any words")} {
		*got = nil
		w, err := notify.NewWebhook(url, secret, "https://gs.example.com/")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if ref, err := w.Send(t.Context(), late()); err != nil || ref != "goodstanding-1795194000-41" {
				t.Fatalf("ref %q, %v", ref, err)
			}
		}
		for _, r := range *got {
			mac := hmac.New(sha256.New, key)
			io.WriteString(mac, r.header.Get("webhook-id")+"."+r.header.Get("webhook-timestamp")+"."+string(r.body))
			if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.header.Get("webhook-signature") != want {
				t.Errorf("signature %q, want %q", r.header.Get("webhook-signature"), want)
			}
			sent, err := strconv.ParseInt(r.header.Get("webhook-timestamp"), 10, 64)
			if err != nil || time.Since(time.Unix(sent, 0)).Abs() > time.Hour {
				t.Errorf("timestamp %v, %v", r.header.Get("webhook-timestamp"), err)
			}
		}
		if a, b := (*got)[0], (*got)[1]; a.header.Get("webhook-id") != b.header.Get("webhook-id") || !bytes.Equal(a.body, b.body) {
			t.Error("sent again, it is another one")
		}
	}
	w, err := notify.NewWebhook(url, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Send(t.Context(), late()); err != nil || (*got)[2].header.Get("webhook-signature") != "" {
		t.Errorf("without a secret: %v, signature %q", err, (*got)[2].header)
	}
}

func TestWebhookBody(t *testing.T) {
	url, got := receiver(t)
	w, err := notify.NewWebhook(url, "", "https://gs.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	group := late()
	group.Kind, group.Members = monitor.KindGroup, []monitor.Notice{late(), {Key: late().Key, Event: monitor.Resolved, Severity: monitor.OK}}
	group.Acked = monitor.Ack{By: "anna", At: group.At}
	group.Snoozed = monitor.Ack{By: "ben", At: group.At, Until: group.At.Add(time.Hour)}
	bare := monitor.Notice{At: late().At, Quiet: true, Thread: "\xff"}
	odd := late()
	nan := math.NaN()
	odd.Finding = monitor.Finding{Severity: monitor.Watch, Value: &nan, Limit: &nan}
	for name, n := range map[string]monitor.Notice{"alert": late(), "group": group, "bare": bare, "odd": odd} {
		*got = nil
		if _, err := w.Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := json.Indent(&b, (*got)[0].body, "", "  "); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "never") {
			t.Error("it holds what buyers wrote")
		}
		golden(t, "webhook."+name+".json", b.String()+"\n")
	}
}

// Each field that is posted is in the documentation.
func TestWebhookIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/webhook.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/webhook.*.json")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	fields := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				fields[k] = true
				walk(e)
			}
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		walk(v)
	}
	for f := range fields {
		if !strings.Contains(string(doc), "`"+f+"`") {
			t.Errorf("docs/webhook.md does not tell of %s", f)
		}
	}
	if len(fields) < 30 {
		t.Errorf("only %d fields were seen", len(fields))
	}
}
