package alerts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

// memory keeps what a policy and a desk decide, as a store would.
type memory struct {
	desk     alerts.Desk
	alerts   map[monitor.AlertKey]monitor.Alert
	waiting  []monitor.Waiting
	told     []monitor.Told
	silences []monitor.Silence
	served   []monitor.Served
	findings map[string][]monitor.Finding // of the newest round, by account and signal
	lastID   int64
	story    []string // what happened and what was said
}

func newMemory(d alerts.Desk) *memory {
	return &memory{desk: d, alerts: map[monitor.AlertKey]monitor.Alert{}, findings: map[string][]monitor.Finding{}}
}

// round lets the policy decide.
func (m *memory) round(r alerts.Round) {
	var known []monitor.Alert
	for _, a := range m.alerts {
		known = append(known, a)
	}
	d := m.desk.Policy.Decide(known, r)
	for _, a := range d.Alerts {
		m.alerts[a.AlertKey] = a
	}
	for _, n := range d.Notices {
		m.wait(n)
	}
	m.findings[r.Account+" "+string(r.Signal)] = r.Findings
	text := fmt.Sprintf("%s %s/%s", r.At.Format("2 15:04"), r.Account, r.Signal)
	for _, f := range r.Findings {
		text += fmt.Sprintf(" %s=%s", name(f.Key()), f.Severity)
		if f.Window != nil {
			text += "%"
		}
	}
	m.story = append(m.story, text)
}

func (m *memory) wait(n monitor.Notice) {
	m.lastID++
	m.waiting = append(m.waiting, monitor.Waiting{ID: m.lastID, Notice: n})
}

// ack notes what somebody says of an alert.
func (m *memory) ack(key monitor.AlertKey, e monitor.Event, ack monitor.Ack) {
	a := m.alerts[key]
	ack.Severity = a.Severity
	if e == monitor.Acknowledged {
		a.Acked = ack
	} else {
		a.Snoozed = ack
	}
	m.alerts[key] = a
	m.story = append(m.story, fmt.Sprintf("%s %s/%s %s until %s", ack.At.Format("2 15:04"), key.Account, name(key), e, ack.Until.Format("2 15:04")))
	m.wait(monitor.Notice{Key: key, Event: e, At: ack.At, Severity: a.Severity, Finding: a.Finding, Quiet: true})
}

// conversation returns what a store would give: everything.
func (m *memory) conversation(at time.Time) monitor.Conversation {
	c := monitor.Conversation{At: at, All: true, Waiting: slices.Clone(m.waiting), Told: slices.Clone(m.told), Served: slices.Clone(m.served)}
	for _, a := range m.alerts {
		if a.Resolved.IsZero() || at.Sub(a.Resolved) < 30*24*time.Hour {
			c.Alerts = append(c.Alerts, a)
		}
	}
	for _, q := range m.silences {
		if at.Before(q.Until) {
			c.Silences = append(c.Silences, q)
		}
	}
	for _, f := range m.findings {
		c.Findings = append(c.Findings, f...)
	}
	return c
}

// speak lets the desk speak and saves what it says.
func (m *memory) speak(at time.Time) []monitor.Notice {
	said := m.desk.Speak(m.conversation(at))
	for _, a := range said.Alerts {
		m.alerts[a.AlertKey] = a
	}
	m.waiting = slices.DeleteFunc(m.waiting, func(w monitor.Waiting) bool { return slices.Contains(said.Passed, w.ID) })
	for _, h := range said.Hold {
		if h.ID == 0 {
			m.lastID++
			h.ID = m.lastID
			m.waiting = append(m.waiting, h)
			continue
		}
		i := slices.IndexFunc(m.waiting, func(w monitor.Waiting) bool { return w.ID == h.ID })
		m.waiting[i] = h
	}
	same := func(a, b monitor.Told) bool { return a.Key == b.Key && a.Channel == b.Channel }
	for _, u := range slices.Concat(said.Forget, said.Told) {
		m.told = slices.DeleteFunc(m.told, func(v monitor.Told) bool { return same(u, v) })
	}
	m.told = append(m.told, said.Told...)
	for _, q := range said.Silences {
		i := slices.IndexFunc(m.silences, func(v monitor.Silence) bool { return v.ID == q.ID })
		m.silences[i] = q
	}
	for _, v := range said.Served {
		m.served = append(slices.DeleteFunc(m.served, func(w monitor.Served) bool { return w.Channel == v.Channel }), v)
	}
	for _, n := range said.Notices {
		m.story = append(m.story, at.Format("2 15:04")+" > "+describeNotice(n))
	}
	return said.Notices
}

// describeNotice describes a notice: "slack group critical: a opened critical, b opened warning"; ~ before what is only edited.
func describeNotice(n monitor.Notice) string {
	s := n.Channel + " "
	if n.Quiet {
		s = "~" + s
	}
	if n.Kind != monitor.KindAlert {
		s += string(n.Kind)
		if n.Digest != nil {
			return s + " " + digestText(*n.Digest)
		}
		if n.Silence != nil {
			s += " until " + n.Silence.Until.Format("2 Jan 15:04")
		}
		var members []string
		for _, m := range n.Members {
			text := name(m.Key) + " " + string(m.Event) + " " + string(m.Severity)
			if !m.At.Equal(n.At) {
				text = "(" + text + ")"
			}
			members = append(members, text)
		}
		s += ": " + strings.Join(members, ", ")
	} else {
		s += name(n.Key) + " " + string(n.Event) + " " + string(n.Severity)
		if n.Was != "" {
			s += " was " + string(n.Was)
		}
	}
	for _, h := range n.Hidden {
		s += " hides " + string(h.Key.Signal) + "/" + name(h.Key)
	}
	if len(n.Mention) > 0 {
		s += " for " + strings.Join(n.Mention, " ")
	}
	return s
}

func digestText(d monitor.Digest) string {
	word := "daily"
	if d.Weekly {
		word = "weekly"
	}
	return fmt.Sprintf("%s open %d came %d went %d blind %d averted %d silenced %d acked %d", word, len(d.Open), len(d.Came), len(d.Went),
		len(d.Blind), len(d.Averted), d.Silenced, d.Acked)
}

// TestDesk plays the scripts of testdata/desk. The first lines configure the desk:
//
//	channel NAME [quiet=20:00-07:00] [days=mon-fri] [daily=08:00] [weekly=mon@08:30]
//	route [signal=S] [account=A] [from=critical] [channels=a,b] [mention=@x] [unanswered=C after=4h]
//	reads SIGNAL KIND
//
// Then each line is something that happens, so long after Friday 20 Nov 2026 09:00 UTC, after which the desk speaks:
//
//	+5h signal a=warning b=critical     a round of a signal of the account north, as in testdata/decide
//	+5h south/signal a=warning          of another account
//	+5h                                 time passes
//	+5h ack signal a [24h]              snooze likewise; silence signal 24h
//	+5h away                            Goodstanding comes back after it was away
//
// "> ..." is a notice that must be written then, in its order.
func TestDesk(t *testing.T) {
	files, err := filepath.Glob("testdata/desk/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d scripts, err %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			playDesk(t, string(text))
		})
	}
}

func playDesk(t *testing.T, script string) {
	m := newMemory(alerts.DefaultDesk("slack"))
	m.desk.Channels = nil
	m.desk.Causes.Reads = map[monitor.Signal][]monitor.ExportKind{}
	var got, want []string
	where := "before the first line"
	check := func() {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: notices (-want +got):\n%s", where, diff)
		}
		got, want = nil, nil
	}
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == ">":
			want = append(want, strings.Join(words[1:], " "))
		case strings.HasPrefix(words[0], "+"):
			if len(m.desk.Channels) == 0 {
				m.desk.Channels = []alerts.Channel{{Name: "slack"}}
			}
			check()
			where = strings.TrimSpace(line)
			at := start.Add(duration(t, words[0]))
			m.desk.CatchUp = len(words) > 1 && words[1] == "away"
			if len(words) > 1 && !m.desk.CatchUp {
				happens(t, m, at, words[1:])
			}
			for _, n := range m.speak(at) {
				got = append(got, describeNotice(n))
				if n.Thread == "" || !n.At.Equal(at) {
					t.Errorf("%s: incomplete notice %+v", where, n)
				}
			}
			m.desk.CatchUp = false
			if again := m.desk.Speak(m.conversation(at)); !cmp.Equal(again, monitor.Spoken{}) {
				t.Errorf("%s: asked again, it says more: %s", where, cmp.Diff(monitor.Spoken{}, again))
			}
		default:
			configure(t, m, words)
		}
	}
	check()
}

// happens makes something happen at an instant.
func happens(t *testing.T, m *memory, at time.Time, words []string) {
	t.Helper()
	switch words[0] {
	case "ack", "snooze":
		e := monitor.Acknowledged
		if words[0] == "snooze" {
			e = monitor.Snoozed
		}
		ack := monitor.Ack{By: "anna", At: at}
		if len(words) > 3 {
			ack.Until = at.Add(duration(t, words[3]))
		}
		key := monitor.AlertKey{Account: "north", Signal: monitor.Signal(words[1]), Subject: words[2]}
		if _, ok := m.alerts[key]; !ok {
			t.Fatalf("%v: there is no such alert", words)
		}
		m.ack(key, e, ack)
	case "silence":
		m.silences = append(m.silences, monitor.Silence{ID: int64(len(m.silences) + 1), Match: monitor.Match{Signal: monitor.Signal(words[1])},
			From: at, Until: at.Add(duration(t, words[2]))})
	default:
		account, signal, other := strings.Cut(words[0], "/")
		if !other {
			account, signal = "north", words[0]
		}
		r := alerts.Round{Account: account, Signal: monitor.Signal(signal), At: at}
		for _, w := range words[1:] {
			if driver, ok := strings.CutPrefix(w, "driver="); ok {
				f := &r.Findings[len(r.Findings)-1]
				f.Defects, f.Drivers = 10, []monitor.Driver{{Kind: "SKU", Name: driver, Defects: 6}}
				continue
			}
			if left, ok := strings.CutPrefix(w, "left="); ok {
				n := 0
				if _, err := fmt.Sscan(left, &n); err != nil {
					t.Fatal(err)
				}
				r.Findings[len(r.Findings)-1].Headroom = &n
				continue
			}
			f := finding(t, w)
			f.Account, f.Signal = account, r.Signal
			r.Findings = append(r.Findings, f)
		}
		m.round(r)
	}
}

// configure reads a line that configures the desk.
func configure(t *testing.T, m *memory, words []string) {
	t.Helper()
	settings := map[string]string{}
	for _, w := range words[1:] {
		if k, v, ok := strings.Cut(w, "="); ok {
			settings[k] = v
		}
	}
	clock := func(text string) time.Duration {
		h, min := 0, 0
		if _, err := fmt.Sscanf(text, "%d:%d", &h, &min); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		return time.Duration(h)*time.Hour + time.Duration(min)*time.Minute
	}
	switch words[0] {
	case "channel":
		ch := alerts.Channel{Name: words[1]}
		if q := settings["quiet"]; q != "" {
			from, to, _ := strings.Cut(q, "-")
			ch.QuietFrom, ch.QuietTo = clock(from), clock(to)
		}
		if settings["days"] == "mon-fri" {
			ch.Days = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
		}
		if d := settings["daily"]; d != "" {
			ch.Daily = new(clock(d))
		}
		if w := settings["weekly"]; w != "" {
			ch.Weekly, ch.WeeklyOn = new(clock(strings.TrimPrefix(w, "mon@"))), time.Monday
		}
		m.desk.Channels = append(m.desk.Channels, ch)
	case "route":
		r := alerts.Route{Match: monitor.Match{Account: settings["account"], Signal: monitor.Signal(settings["signal"]), From: monitor.Severity(settings["from"])},
			Unanswered: settings["unanswered"]}
		if c := settings["channels"]; c != "" {
			r.Channels = strings.Split(c, ",")
		}
		if who := settings["mention"]; who != "" {
			r.Mention = []string{who}
		}
		if settings["after"] != "" {
			r.After = duration(t, settings["after"])
		}
		m.desk.Routes = append(m.desk.Routes, r)
	case "pending":
		p := alerts.Pending{For: duration(t, settings["for"])}
		if _, err := fmt.Sscan(settings["rounds"], &p.Rounds); err != nil {
			t.Fatal(err)
		}
		m.desk.Policy.Pending = map[monitor.Signal]alerts.Pending{monitor.Signal(words[1]): p}
	case "reads":
		s := monitor.Signal(words[1])
		m.desk.Causes.Reads[s] = append(m.desk.Causes.Reads[s], monitor.ExportKind(words[2]))
	default:
		t.Fatalf("line %v: unknown word", words)
	}
}
