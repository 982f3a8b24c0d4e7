package alerts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// Desk decides where and when a word about an alert is said: which channel, now or once its quiet time is over, alone or
// together with others. Its fields are its configuration.
type Desk struct {
	Policy   Policy
	Channels []Channel // at least one; the first takes what no route sends elsewhere
	Routes   []Route
	Causes   Causes
	Reminder map[monitor.Severity]time.Duration // until an alert of that severity is told again although nothing happened; none: never
	Longest  time.Duration                      // reminders come at twice the interval each time, up to this
	CatchUp  bool                               // Goodstanding was away: what happened meanwhile is told as one message
}

// DefaultDesk returns the desk of a seller who has configured nothing but a channel.
func DefaultDesk(channel string) Desk {
	morning := 8*time.Hour + 30*time.Minute
	return Desk{
		Policy:   Default(),
		Channels: []Channel{{Name: channel, Weekly: &morning, WeeklyOn: time.Monday}},
		Causes:   DefaultCauses(),
		Reminder: map[monitor.Severity]time.Duration{monitor.Critical: 3 * 24 * time.Hour, monitor.Warning: 7 * 24 * time.Hour},
		Longest:  28 * 24 * time.Hour,
	}
}

// toldKey names an alert in a channel.
type toldKey struct {
	alert   monitor.AlertKey
	channel string
}

// talk is the work on one conversation.
type talk struct {
	Desk
	monitor.Conversation

	alerts map[monitor.AlertKey]*monitor.Alert
	open   []monitor.Alert
	told   map[toldKey]*monitor.Told
	lapsed map[monitor.AlertKey]string  // what ran out of what people said of it: a sentence
	hidden map[toldKey][]monitor.Hidden // by their cause
	cause  map[[2]string]causes         // that may be causes, by channel and account
	spoken map[toldKey]bool             // of what something was said now; false: as an edit, which nobody is called by
	saved  map[toldKey]int              // where it is in out.Told
	thread map[[2]string][]toldKey      // by channel and thread; what has moved to another thread is in both
	out    monitor.Spoken
}

// Speak decides what is said now. It is a pure function; asked again at the same instant, with what it decided saved, it says
// nothing more.
func (d Desk) Speak(c monitor.Conversation) monitor.Spoken {
	if len(d.Channels) == 0 {
		return monitor.Spoken{}
	}
	t := &talk{
		Desk: d, Conversation: c, alerts: map[monitor.AlertKey]*monitor.Alert{}, told: map[toldKey]*monitor.Told{},
		lapsed: map[monitor.AlertKey]string{}, hidden: map[toldKey][]monitor.Hidden{}, spoken: map[toldKey]bool{}, saved: map[toldKey]int{},
		thread: map[[2]string][]toldKey{}, cause: map[[2]string]causes{},
	}
	for _, a := range slices.Clone(c.Alerts) {
		t.alerts[a.AlertKey] = &a
	}
	for _, u := range slices.Clone(c.Told) {
		if _, ok := d.channel(u.Channel); !ok {
			t.out.Forget = append(t.out.Forget, u) // the channel is not configured any more
			continue
		}
		k := toldKey{u.Key, u.Channel}
		t.told[k] = &u
		t.thread[[2]string{u.Channel, u.Thread}] = append(t.thread[[2]string{u.Channel, u.Thread}], k)
	}
	t.lapse()
	for _, a := range t.alerts {
		if a.Resolved.IsZero() {
			t.open = append(t.open, *a)
		}
	}
	slices.SortFunc(t.open, func(a, b monitor.Alert) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), compareKeys(a.AlertKey, b.AlertKey))
	})
	words := t.words()
	anew := map[toldKey]bool{}
	for _, w := range words {
		anew[toldKey{w.notice.Key, w.notice.Channel}] = true
	}
	for k, u := range t.told {
		if !anew[k] {
			t.revive(u)
		}
	}
	words = append(words, t.missed(words)...)
	words = append(words, t.unanswered(words)...)
	for _, ch := range d.Channels {
		t.serve(ch, words)
		t.look(ch)
	}
	t.warnOfSilences()
	for _, ch := range d.Channels {
		t.digests(ch)
	}
	t.forgetOver()
	return t.out
}

// Due says whether Speak is to be asked about every account: a digest is due, or a silence is to be warned of.
func (d Desk) Due(at time.Time, served []monitor.Served, silences []monitor.Silence) bool {
	awake := slices.ContainsFunc(d.Channels, func(ch Channel) bool { return ch.QuietUntil(at).IsZero() })
	if awake && slices.ContainsFunc(silences, func(q monitor.Silence) bool { return warnNow(q, at) }) {
		return true
	}
	for _, ch := range d.Channels {
		is := servedOf(served, ch.Name)
		if ch.digestDue(is.Daily, at, false) || ch.digestDue(is.Weekly, at, true) {
			return true
		}
	}
	return false
}

// lapse takes back what people said of alerts for a time that is over.
func (t *talk) lapse() {
	for _, key := range t.keys() {
		a := t.alerts[key]
		before := *a
		if !a.Acked.At.IsZero() && !a.Acked.Holds(t.At) {
			t.lapsed[key] = "The acknowledgement by " + a.Acked.By + " has run out."
			a.Acked = monitor.Ack{}
		}
		if !a.Snoozed.At.IsZero() && !a.Snoozed.Holds(t.At) {
			t.lapsed[key] = "It was snoozed by " + a.Snoozed.By + ", and that is over."
			a.Snoozed = monitor.Ack{}
		}
		if a.Acked != before.Acked || a.Snoozed != before.Snoozed {
			t.out.Alerts = append(t.out.Alerts, *a)
		}
	}
}

// keys returns the keys of the alerts in order.
func (t *talk) keys() []monitor.AlertKey {
	keys := make([]monitor.AlertKey, 0, len(t.alerts))
	for k := range t.alerts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareKeys)
	return keys
}

func compareKeys(a, b monitor.AlertKey) int {
	return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(string(a.Signal), string(b.Signal)),
		strings.Compare(string(a.Marketplace), string(b.Marketplace)), strings.Compare(a.Subject, b.Subject))
}

// heard returns what a channel knows of an alert, or nil: nothing, or that it is over.
func (t *talk) heard(k toldKey) *monitor.Told {
	u := t.told[k]
	if u == nil || u.Last.Severity == monitor.OK {
		return nil
	}
	return u
}

// revive takes a problem for told that ended without a word and is back within the time in which the policy says nothing of
// that: its living message says that it is over.
func (t *talk) revive(u *monitor.Told) {
	a := t.alerts[u.Key]
	if u.Last.Severity == monitor.OK && u.Last.Quiet && a != nil && a.Resolved.IsZero() && t.Policy.alarming(u.Key.Signal, a.Told) {
		u.Last.Severity = u.Last.Was
	}
}

// clockBack is how far a clock may be set back without anything being said twice or not at all.
const clockBack = 2 * time.Hour

// resting says whether what ended without a word may still come back without one.
func (t *talk) resting(u *monitor.Told) bool {
	a := t.alerts[u.Key]
	return u.Last.Quiet && a != nil && !a.Resolved.IsZero() && t.At.Before(a.Resolved.Add(t.Policy.ReopenQuiet+clockBack))
}

// severityHeard is what the channel believes the alert to be. Blind is no severity: it is what it was then.
func severityHeard(u *monitor.Told) monitor.Severity {
	if u.Last.Severity == monitor.Blind {
		return u.Last.Was
	}
	return u.Last.Severity
}

// save notes what a channel has heard.
func (t *talk) save(u *monitor.Told) {
	k := toldKey{u.Key, u.Channel}
	if was := t.told[k]; was == nil || was.Thread != u.Thread {
		id := [2]string{u.Channel, u.Thread}
		t.thread[id] = append(t.thread[id], k)
	}
	t.told[k] = u
	if i, ok := t.saved[k]; ok {
		t.out.Told[i] = *u
		return
	}
	t.saved[k] = len(t.out.Told)
	t.out.Told = append(t.out.Told, *u)
}

// threadOf returns what a channel has heard of the alerts of a living message, the worst first.
func (t *talk) threadOf(channel, thread string) []monitor.Told {
	var all []monitor.Told
	for _, k := range t.thread[[2]string{channel, thread}] {
		if u := t.told[k]; u.Thread == thread {
			all = append(all, *u)
		}
	}
	slices.SortFunc(all, func(a, b monitor.Told) int {
		return cmp.Or(b.Last.Severity.Rank()-a.Last.Severity.Rank(), compareKeys(a.Key, b.Key))
	})
	return all
}

// forgetOver forgets the living messages all of whose alerts are over.
func (t *talk) forgetOver() {
	lasts := map[[2]string]bool{}
	for k, u := range t.told {
		if u.Last.Severity != monitor.OK || t.resting(u) {
			lasts[[2]string{k.channel, u.Thread}] = true
		}
	}
	var over []monitor.Told
	for k, u := range t.told {
		if !lasts[[2]string{k.channel, u.Thread}] {
			over = append(over, *u)
		}
	}
	slices.SortFunc(over, func(a, b monitor.Told) int {
		return cmp.Or(strings.Compare(a.Channel, b.Channel), compareKeys(a.Key, b.Key))
	})
	t.out.Forget = append(t.out.Forget, over...)
	t.out.Told = slices.DeleteFunc(t.out.Told, func(u monitor.Told) bool { return !lasts[[2]string{u.Channel, u.Thread}] })
}
