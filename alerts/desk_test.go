package alerts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

// memory is a memory with the story of what happened and what was said.
type memory struct {
	*alerts.Memory

	story []string
}

func newMemory(d alerts.Desk) *memory { return &memory{Memory: alerts.NewMemory(d)} }

func (m *memory) round(r alerts.Round) {
	m.Round(r)
	text := fmt.Sprintf("%s %s/%s", r.At.Format("2 15:04"), r.Account, r.Signal)
	for _, f := range r.Findings {
		text += fmt.Sprintf(" %s=%s", name(f.Key()), f.Severity)
		if f.Window != nil {
			text += "%"
		}
	}
	m.story = append(m.story, text)
}

func (m *memory) ack(key monitor.AlertKey, e monitor.Event, ack monitor.Ack) {
	m.story = append(m.story, fmt.Sprintf("%s %s/%s %s until %s", ack.At.Format("2 15:04"), key.Account, name(key), e, ack.Until.Format("2 15:04")))
	a := m.Alerts[key]
	ack.Severity = a.Severity
	if e == monitor.Acknowledged {
		a.Acked = ack
	} else {
		a.Snoozed = ack
	}
	m.Alerts[key] = a
	m.Wait(monitor.Notice{Key: key, Event: e, At: ack.At, Severity: a.Severity, Finding: a.Finding, Quiet: true})
}

func (m *memory) speak(at time.Time) []monitor.Notice {
	notices := m.Speak(at)
	for _, n := range notices {
		m.story = append(m.story, at.Format("2 15:04")+" > "+describeNotice(n))
	}
	return notices
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
//	+5h signal a=warning and other b=ok  rounds of signals of the account north, as in testdata/decide
//	+5h south/signal a=warning          of another account
//	+5h                                 time passes
//	+5h ack signal a [24h]              snooze likewise; silence signal 24h
//	+5h away [signal a=warning]         Goodstanding comes back after it was away
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
	m.Desk.Channels = nil
	m.Desk.Causes.Reads = map[monitor.Signal][]monitor.ExportKind{}
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
			if len(m.Desk.Channels) == 0 {
				m.Desk.Channels = []alerts.Channel{{Name: "slack"}}
			}
			check()
			where = strings.TrimSpace(line)
			at := start.Add(duration(t, words[0]))
			if m.Desk.CatchUp = len(words) > 1 && words[1] == "away"; m.Desk.CatchUp {
				words = words[1:]
			}
			if len(words) > 1 {
				happens(t, m, at, words[1:])
			}
			for _, n := range m.speak(at) {
				got = append(got, describeNotice(n))
				if n.Thread == "" || !n.At.Equal(at) {
					t.Errorf("%s: incomplete notice %+v", where, n)
				}
			}
			m.Desk.CatchUp = false
			if again := m.Desk.Speak(m.Conversation(at)); !cmp.Equal(again, monitor.Spoken{}) {
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
		if _, ok := m.Alerts[key]; !ok {
			t.Fatalf("%v: there is no such alert", words)
		}
		m.ack(key, e, ack)
	case "silence":
		m.Silences = append(m.Silences, monitor.Silence{ID: int64(len(m.Silences) + 1), Match: monitor.Match{Signal: monitor.Signal(words[1])},
			From: at, Until: at.Add(duration(t, words[2]))})
	default:
		account, signal, other := strings.Cut(words[0], "/")
		if !other {
			account, signal = "north", words[0]
		}
		r := alerts.Round{Account: account, Signal: monitor.Signal(signal), At: at}
		for i, w := range words[1:] {
			if w == "and" {
				happens(t, m, at, words[i+2:]) // at the same time, before the desk speaks
				break
			}
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
		h, minute := 0, 0
		if _, err := fmt.Sscanf(text, "%d:%d", &h, &minute); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		return time.Duration(h)*time.Hour + time.Duration(minute)*time.Minute
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
		m.Desk.Channels = append(m.Desk.Channels, ch)
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
		m.Desk.Routes = append(m.Desk.Routes, r)
	case "pending":
		p := alerts.Pending{For: duration(t, settings["for"])}
		if _, err := fmt.Sscan(settings["rounds"], &p.Rounds); err != nil {
			t.Fatal(err)
		}
		m.Desk.Policy.Pending = map[monitor.Signal]alerts.Pending{monitor.Signal(words[1]): p}
	case "reads":
		s := monitor.Signal(words[1])
		m.Desk.Causes.Reads[s] = append(m.Desk.Causes.Reads[s], monitor.ExportKind(words[2]))
	default:
		t.Fatalf("line %v: unknown word", words)
	}
}
