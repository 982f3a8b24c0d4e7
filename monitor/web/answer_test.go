package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
)

var (
	shownKey = monitor.AlertKey{Account: "shop", Marketplace: "Amazon.de", Signal: "late_shipment_rate", Subject: `a"><b>`}
	formOf   = regexp.MustCompile(`<form method="post" action="/answer">.*?</form>`)
	hiddenOf = regexp.MustCompile(`name="(\w+)" value="([^"]*)"`)
)

// serveAlert serves the page of one open alert.
func serveAlert(t *testing.T, cfg Config, a monitor.Alert) string {
	t.Helper()
	cfg.Status = func(context.Context) (Status, error) {
		f := monitor.Finding{Account: a.Account, Marketplace: a.Marketplace, Signal: a.Signal, Subject: a.Subject, Severity: monitor.Warning}
		return Status{Accounts: []string{a.Account}, Findings: []monitor.Finding{f}, Alerts: []monitor.Alert{a}}, nil
	}
	addr, _ := serve(t, cfg)
	return addr
}

// fields returns the hidden fields of the page's form.
func fields(t *testing.T, page string) url.Values {
	t.Helper()
	v := url.Values{}
	for _, m := range hiddenOf.FindAllStringSubmatch(formOf.FindString(page), -1) {
		if m[1] != "do" {
			v.Set(m[1], strings.NewReplacer("&#34;", `"`, "&lt;", "<", "&gt;", ">").Replace(m[2]))
		}
	}
	return v
}

// post posts a form, with headers as a browser sends them.
func post(t *testing.T, addr, host string, form url.Values, headers map[string]string) (code int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/answer", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestButtons(t *testing.T) {
	type pressed struct {
		Key monitor.AlertKey
		Do  Answer
	}
	var got []pressed
	lasts, fault := true, error(nil)
	cfg := Config{Answer: func(_ context.Context, key monitor.AlertKey, a Answer) (bool, error) {
		got = append(got, pressed{key, a})
		return lasts, fault
	}}
	addr := serveAlert(t, cfg, monitor.Alert{AlertKey: shownKey, Severity: monitor.Warning})
	page := ask(t, http.MethodGet, addr, "/", "")
	if want := "form-action 'self'"; !strings.Contains(page.header.Get("Content-Security-Policy"), want) {
		t.Errorf("policy %q lacks %q", page.header.Get("Content-Security-Policy"), want)
	}
	form := fields(t, page.body)
	same := map[string]string{"Sec-Fetch-Site": "same-origin"}
	for _, do := range []Answer{Acknowledge, Unacknowledge, Snooze, Unsnooze} {
		form.Set("do", string(do))
		if code, body := post(t, addr, "", form, same); code != http.StatusSeeOther {
			t.Errorf("%s: %d %s", do, code, body)
		}
	}
	want := []pressed{{shownKey, Acknowledge}, {shownKey, Unacknowledge}, {shownKey, Snooze}, {shownKey, Unsnooze}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pressed (-want +got):\n%s", diff)
	}
	got = nil
	changed := func(key, value string) url.Values {
		v := url.Values{}
		for k := range form {
			v.Set(k, form.Get(k))
		}
		v.Set(key, value)
		return v
	}
	for _, c := range []struct {
		name    string
		host    string
		form    url.Values
		headers map[string]string
		code    int
	}{
		{"no token", "", changed("token", ""), same, http.StatusForbidden},
		{"another token", "", changed("token", strings.Repeat("A", 26)), same, http.StatusForbidden},
		{"from another site", "", form, map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		{"from another origin, an old browser", "", form, map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		{"by another name", "evil.example", form, same, http.StatusMisdirectedRequest},
		{"no such button", "", changed("do", "delete"), same, http.StatusBadRequest},
		{"too large", "", changed("subject", strings.Repeat("x", maxForm)), same, http.StatusBadRequest},
	} {
		if code, body := post(t, addr, c.host, c.form, c.headers); code != c.code {
			t.Errorf("%s: %d %q, want %d", c.name, code, body, c.code)
		}
	}
	if len(got) > 0 {
		t.Errorf("answered what was refused: %+v", got)
	}
	if a := ask(t, http.MethodPost, addr, "/", ""); a.code != http.StatusMethodNotAllowed {
		t.Errorf("posted to the page: %d", a.code)
	}
	lasts = false
	if code, body := post(t, addr, "", form, same); code != http.StatusConflict || !strings.Contains(body, "over") {
		t.Errorf("of an alert that is over: %d %q", code, body)
	}
	lasts, fault = true, errors.New("the disk is full of secrets")
	if code, body := post(t, addr, "", form, same); code != http.StatusInternalServerError || strings.Contains(body, "secrets") {
		t.Errorf("when it cannot be saved: %d %q", code, body)
	}
}

func TestButtonsShowWhatWasSaid(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	a := monitor.Alert{AlertKey: shownKey, Severity: monitor.Warning, Opened: at, Acked: monitor.Ack{By: "<b>anna", At: at},
		Snoozed: monitor.Ack{By: "ben", At: at, Until: at.Add(time.Hour)}}
	heard := func(context.Context, monitor.AlertKey, Answer) (bool, error) { return true, nil }
	page := ask(t, http.MethodGet, serveAlert(t, Config{Answer: heard}, a), "/", "").body
	for _, want := range []string{"acknowledged by &lt;b&gt;anna; snoozed by ben until 20 Nov 2026 10:00 UTC", `value="unacknowledge"`, `value="unsnooze"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page := ask(t, http.MethodGet, serveAlert(t, Config{}, a), "/", "").body; strings.Contains(page, "<form") {
		t.Error("nobody hears the buttons, and there are some")
	}
}

// A page that other machines can reach has no buttons: it has no login.
func TestNoButtonsForOtherMachines(t *testing.T) {
	heard := func(context.Context, monitor.AlertKey, Answer) (bool, error) { t.Error("answered"); return true, nil }
	addr := serveAlert(t, Config{Listen: "0.0.0.0:0", Answer: heard}, monitor.Alert{AlertKey: shownKey, Severity: monitor.Warning})
	addr = "127.0.0.1:" + addr[strings.LastIndex(addr, ":")+1:]
	if page := ask(t, http.MethodGet, addr, "/", ""); strings.Contains(page.body, "<form") || !strings.Contains(page.header.Get("Content-Security-Policy"), "form-action 'none'") {
		t.Error("the page has a form")
	}
	if code, _ := post(t, addr, "", url.Values{"do": {"acknowledge"}}, nil); code != http.StatusMethodNotAllowed {
		t.Errorf("posted: %d", code)
	}
}
