package alerts

import (
	"slices"
	"time"

	"goodstanding/monitor"
)

// Memory keeps what a Policy and a Desk decide as a store would, without one: for replays and tests. It is not safe for
// concurrent use.
type Memory struct {
	Desk     Desk
	Alerts   map[monitor.AlertKey]monitor.Alert
	Waiting  []monitor.Waiting
	Told     []monitor.Told
	Silences []monitor.Silence
	Served   []monitor.Served

	findings map[findingsKey][]monitor.Finding // of the newest round
	lastID   int64
}

type findingsKey struct {
	account string
	signal  monitor.Signal
}

// remembered is how long an alert is known after its end.
const remembered = 30 * 24 * time.Hour

// NewMemory returns a memory of nothing.
func NewMemory(d Desk) *Memory {
	return &Memory{Desk: d, Alerts: map[monitor.AlertKey]monitor.Alert{}, findings: map[findingsKey][]monitor.Finding{}}
}

// Round lets the policy decide on a round, and keeps what it decides.
func (m *Memory) Round(r Round) Decision {
	var known []monitor.Alert
	for key, a := range m.Alerts {
		switch {
		case key.Account != r.Account || key.Signal != r.Signal:
		case !a.Resolved.IsZero() && r.At.Sub(a.Resolved) > remembered:
			delete(m.Alerts, key)
		default:
			known = append(known, a)
		}
	}
	d := m.Desk.Policy.Decide(known, r)
	for _, a := range d.Alerts {
		m.Alerts[a.AlertKey] = a
	}
	for _, n := range d.Notices {
		m.Wait(n)
	}
	findings := slices.Clone(r.Findings)
	for i := range findings {
		findings[i].Account, findings[i].Signal = r.Account, r.Signal
	}
	m.findings[findingsKey{r.Account, r.Signal}] = findings
	return d
}

// Wait takes in a word that is to be said.
func (m *Memory) Wait(n monitor.Notice) {
	m.lastID++
	m.Waiting = append(m.Waiting, monitor.Waiting{ID: m.lastID, Notice: n})
}

// Conversation returns all that is known at an instant.
func (m *Memory) Conversation(at time.Time) monitor.Conversation {
	c := monitor.Conversation{At: at, All: true, Waiting: slices.Clone(m.Waiting), Told: slices.Clone(m.Told), Served: slices.Clone(m.Served)}
	for _, a := range m.Alerts {
		if a.Resolved.IsZero() || at.Sub(a.Resolved) < remembered {
			c.Alerts = append(c.Alerts, a)
		}
	}
	for _, q := range m.Silences {
		if at.Before(q.Until) {
			c.Silences = append(c.Silences, q)
		}
	}
	for _, f := range m.findings {
		c.Findings = append(c.Findings, f...)
	}
	return c
}

// Speak lets the desk speak, keeps what it decides, and returns the notices.
func (m *Memory) Speak(at time.Time) []monitor.Notice {
	said := m.Desk.Speak(m.Conversation(at))
	m.Desk.CatchUp = false
	for _, a := range said.Alerts {
		m.Alerts[a.AlertKey] = a
	}
	passed := map[int64]bool{}
	for _, id := range said.Passed {
		passed[id] = true
	}
	m.Waiting = slices.DeleteFunc(m.Waiting, func(w monitor.Waiting) bool { return passed[w.ID] })
	for _, h := range said.Hold {
		if h.ID == 0 {
			m.lastID++
			h.ID = m.lastID
			m.Waiting = append(m.Waiting, h)
			continue
		}
		i := slices.IndexFunc(m.Waiting, func(w monitor.Waiting) bool { return w.ID == h.ID })
		m.Waiting[i] = h
	}
	changed := map[toldKey]bool{}
	for _, u := range slices.Concat(said.Forget, said.Told) {
		changed[toldKey{u.Key, u.Channel}] = true
	}
	m.Told = slices.DeleteFunc(m.Told, func(u monitor.Told) bool { return changed[toldKey{u.Key, u.Channel}] })
	m.Told = append(m.Told, said.Told...)
	for _, q := range said.Silences {
		i := slices.IndexFunc(m.Silences, func(v monitor.Silence) bool { return v.ID == q.ID })
		m.Silences[i] = q
	}
	for _, v := range said.Served {
		m.Served = append(slices.DeleteFunc(m.Served, func(w monitor.Served) bool { return w.Channel == v.Channel }), v)
	}
	return said.Notices
}
