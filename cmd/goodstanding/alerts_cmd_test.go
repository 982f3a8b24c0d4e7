package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// desktop is a database with alerts, and the command line beside it.
type desktop struct {
	t      *testing.T
	config string
	db     string
}

func newDesktop(t *testing.T, findings ...monitor.Finding) desktop {
	t.Helper()
	dir := write(t, 0o600, map[string]string{"config.toml": "data_dir = \".\"\n"})
	d := desktop{t, filepath.Join(dir, "config.toml"), filepath.Join(dir, "goodstanding.db")}
	d.within(func(s *store.Store) {
		if err := s.EnsureAccount(t.Context(), "shop", ""); err != nil {
			t.Fatal(err)
		}
		d.round(s, time.Now().UTC().Truncate(time.Second), findings...)
	})
	return d
}

// within opens the database for a while.
func (d desktop) within(do func(*store.Store)) {
	d.t.Helper()
	s, err := store.Open(d.t.Context(), d.db)
	if err != nil {
		d.t.Fatal(err)
	}
	do(s)
	if err := s.Close(); err != nil {
		d.t.Fatal(err)
	}
}

// round judges late_shipment_rate, and lets the desk speak.
func (d desktop) round(s *store.Store, at time.Time, findings ...monitor.Finding) {
	d.t.Helper()
	sp := &speaker{desk: defaultDesk("slack"), store: s}
	for i := range findings {
		findings[i].Account, findings[i].Signal = "shop", "late_shipment_rate"
	}
	o := monitor.Outcome{Account: "shop", Signal: "late_shipment_rate", At: at, Findings: findings}
	if err := sp.decide(d.t.Context(), []monitor.Outcome{o}, nil); err != nil {
		d.t.Fatal(err)
	}
	if _, err := sp.speak(d.t.Context(), at); err != nil {
		d.t.Fatal(err)
	}
}

// run carries out a command and returns what it printed.
func (d desktop) run(want int, args ...string) string {
	d.t.Helper()
	var out, errOut bytes.Buffer
	env := func(name string) string { return map[string]string{"USER": "anna"}[name] }
	code := run(d.t.Context(), append(args, "--config", d.config), &out, &errOut, env)
	if code != want {
		d.t.Fatalf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, &out, &errOut)
	}
	return out.String() + errOut.String()
}

func (d desktop) list() (all []alertJSON) {
	d.t.Helper()
	for line := range strings.Lines(d.run(exitOK, "alerts", "list", "--json")) {
		var j alertJSON
		if err := json.Unmarshal([]byte(line), &j); err != nil {
			d.t.Fatal(err)
		}
		all = append(all, j)
	}
	return all
}

func twoAlerts() []monitor.Finding {
	return []monitor.Finding{
		{Marketplace: "Amazon.de", Subject: "b", Severity: monitor.Warning, Summary: "b is \x1b[31mwarning"},
		{Marketplace: "Amazon.de", Subject: "a", Severity: monitor.Critical, Summary: "a is critical"},
	}
}

func TestAlertsList(t *testing.T) {
	d := newDesktop(t, twoAlerts()...)
	all := d.list()
	if len(all) != 2 || all[0].Subject != "a" || all[1].Subject != "b" || all[0].Told[0] != "slack" {
		t.Fatalf("listed %+v; want the critical one first, known in slack", all)
	}
	text := d.run(exitOK, "alerts", "list")
	for _, want := range []string{all[0].ID + "  ✖ CRITICAL", all[1].ID + "  ▲ WARNING", "shop, late shipment rate (Amazon.de b): b is [31mwarning"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	if other := d.run(exitOK, "alerts", "list", "--account", "other"); other != "No alert is open.\n" {
		t.Errorf("of another account: %s", other)
	}
}

func TestAlertsAnswers(t *testing.T) {
	d := newDesktop(t, twoAlerts()...)
	id := d.list()[0].ID
	d.run(exitOK, "alerts", "ack", strings.ToUpper(id[:7]), "--for", "24h")
	d.run(exitOK, "alerts", "snooze", id, "--for", "2h", "--by", "ben\n<!channel>")
	is := d.list()[0]
	if is.Acknowledged == nil || is.Acknowledged.By != "anna" || is.Acknowledged.Until == nil || is.Acknowledged.Until.Sub(is.Acknowledged.At) != 24*time.Hour {
		t.Errorf("acknowledged %+v; want by anna for 24 h", is.Acknowledged)
	}
	if is.Snoozed == nil || is.Snoozed.By != "ben <!channel>" {
		t.Errorf("snoozed %+v; want by ben", is.Snoozed)
	}
	if text := d.run(exitOK, "alerts", "list"); !strings.Contains(text, "acknowledged by anna until") || !strings.Contains(text, "snoozed by ben") {
		t.Errorf("the list does not say so:\n%s", text)
	}
	d.run(exitOK, "alerts", "unack", id)
	d.run(exitOK, "alerts", "unsnooze", id)
	if is := d.list()[0]; is.Acknowledged != nil || is.Snoozed != nil {
		t.Errorf("taken back, and still %+v", is)
	}
	d.within(func(s *store.Store) {
		waiting, err := s.Waiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(waiting) != 4 {
			t.Errorf("%d words wait for the daemon, want the four answers", len(waiting))
		}
	})
	for _, c := range []struct {
		want int
		text string
		args []string
	}{
		{exitFailure, `no open alert has an id that begins with "zzz1"`, []string{"alerts", "ack", "zzz1"}},
		{exitFailure, "no open alert has an id", []string{"alerts", "ack", ""}},
		{exitUsage, "requires at least 1 arg", []string{"alerts", "ack"}},
		{exitUsage, "--for -1h0m0s", []string{"alerts", "ack", id, "--for", "-1h"}},
		{exitUsage, "--for 0s", []string{"alerts", "snooze", id, "--for", "0s"}},
		{exitUsage, `no command "akc"`, []string{"alerts", "akc"}},
	} {
		if text := d.run(c.want, c.args...); !strings.Contains(text, c.text) {
			t.Errorf("%v said %q, want %q", c.args, text, c.text)
		}
	}
}

func TestAlertsSilence(t *testing.T) {
	d := newDesktop(t, twoAlerts()...)
	said := d.run(exitOK, "alerts", "silence", "--account", "shop", "--up-to", "warning", "--for", "24h", "--reason", "moving house")
	if !regexp.MustCompile(`^silence 1  shop, up to warning, from .* by anna: moving\s+house\n$`).MatchString(said) {
		t.Errorf("said %q", said)
	}
	if all := d.list(); all[0].Silenced || !all[1].Silenced {
		t.Errorf("silenced are %v and %v, want only the warning", all[0].Silenced, all[1].Silenced)
	}
	if listed := d.run(exitOK, "alerts", "silences"); listed != said {
		t.Errorf("listed %q, want %q", listed, said)
	}
	d.run(exitOK, "alerts", "unsilence", "1")
	if listed := d.run(exitOK, "alerts", "silences"); listed != "No silence holds.\n" {
		t.Errorf("ended, and listed %q", listed)
	}
	for _, c := range []struct {
		want int
		text string
		args []string
	}{
		{exitUsage, "say what to silence", []string{"alerts", "silence", "--for", "1h"}},
		{exitUsage, "--for how long", []string{"alerts", "silence", "--account", "shop"}},
		{exitUsage, "no marketplace", []string{"alerts", "silence", "--marketplace", "Mars", "--for", "1h"}},
		{exitUsage, "no such check", []string{"alerts", "silence", "--signal", "late", "--for", "1h"}},
		{exitUsage, "--up-to", []string{"alerts", "silence", "--up-to", "ok", "--for", "1h"}},
		{exitUsage, "--for how long", []string{"alerts", "silence", "--account", "shop", "--from", "2020-01-01", "--for", "1h"}},
		{exitFailure, "there is none", []string{"alerts", "unsilence", "1"}},
		{exitFailure, "there is none", []string{"alerts", "unsilence", "x"}},
	} {
		if text := d.run(c.want, c.args...); !strings.Contains(text, c.text) {
			t.Errorf("%v said %q, want %q", c.args, text, c.text)
		}
	}
}

func TestAlertsPreviewAndTest(t *testing.T) {
	d := newDesktop(t, twoAlerts()...)
	id := d.list()[1].ID
	if text := d.run(exitOK, "alerts", "preview", id); !strings.Contains(text, "Warning") || strings.Contains(text, "a is critical") || strings.Contains(text, "\x1b") {
		t.Errorf("the preview of one:\n%s", text)
	}
	if text := d.run(exitOK, "alerts", "preview"); !strings.Contains(text, "a is critical") {
		t.Errorf("the preview of all:\n%s", text)
	}
	if text := d.run(exitOK, "alerts", "test"); !strings.Contains(text, "log  sent") || !strings.Contains(text, "Test: this is how Goodstanding reaches") {
		t.Errorf("the test of the log:\n%s", text)
	}
	if text := d.run(exitUsage, "alerts", "test", "slakc"); !strings.Contains(text, "write one of log") {
		t.Errorf("the test of no channel:\n%s", text)
	}
}

// What the command line says reaches the desk of a daemon that has the same database open.
func TestAnswersReachTheDaemon(t *testing.T) {
	d := newDesktop(t, twoAlerts()...)
	id := d.list()[0].ID
	d.within(func(s *store.Store) {
		d.run(exitOK, "alerts", "ack", id)
		sp := &speaker{desk: defaultDesk("slack"), store: s}
		if _, err := sp.speak(t.Context(), time.Now().UTC().Add(time.Minute).Truncate(time.Second)); err != nil {
			t.Fatal(err)
		}
		notices, err := s.Notices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		last := notices[len(notices)-1]
		if got := fmt.Sprintf("%s quiet %v by %s in the thread of the first: %v", last.Event, last.Quiet, last.Acked.By, last.Thread == notices[0].Thread); got != "acknowledged quiet true by anna in the thread of the first: true" {
			t.Errorf("the last notice is %s", got)
		}
	})
}
