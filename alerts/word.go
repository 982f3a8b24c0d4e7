package alerts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// word is what is to be said of one alert in one channel: what comes of all the words about it that wait.
type word struct {
	notice monitor.Notice
	rows   []monitor.Waiting // that it stands for; those without ID are not saved yet
	gone   bool              // it came and went, and nothing was said of it
	fresh  bool              // the channel has not heard of the alert
}

// held says why a word was held back so far, the weightiest reason first; empty: it was not.
func (w word) held() monitor.Holding {
	for _, why := range []monitor.Holding{monitor.HeldSilenced, monitor.HeldSnoozed, monitor.HeldQuiet, monitor.HeldHidden} {
		if slices.ContainsFunc(w.rows, func(r monitor.Waiting) bool { return r.Why == why }) {
			return why
		}
	}
	return ""
}

// words makes one word of all those that wait about one alert in one channel, in the order of the first. Rows that say nothing
// pass.
func (t *talk) words() []word {
	rows := map[toldKey][]monitor.Waiting{}
	var order []toldKey
	for _, w := range t.Waiting {
		channels := []string{w.Notice.Channel}
		if _, ok := t.channel(w.Notice.Channel); !ok {
			channels = t.channelsOf(w.Notice, rows)
			t.out.Passed = append(t.out.Passed, w.ID)
			w.ID = 0
		}
		for _, ch := range channels {
			k := toldKey{w.Notice.Key, ch}
			if rows[k] == nil {
				order = append(order, k)
			}
			own := w
			own.Notice.Channel = ch
			rows[k] = append(rows[k], own)
		}
	}
	var all []word
	for _, k := range order {
		if w, ok := t.net(k, rows[k]); ok {
			all = append(all, w)
		} else {
			t.pass(rows[k])
		}
	}
	return all
}

// channelsOf returns the channels that a word goes to: those that know of the alert or are about to, and for bad news those
// of its route.
func (t *talk) channelsOf(n monitor.Notice, waiting map[toldKey][]monitor.Waiting) []string {
	var routed []string
	if n.Event == monitor.Opened || n.Event == monitor.Escalated {
		routed = t.route(n.Key, n.Severity).Channels
	}
	var all []string
	for _, ch := range t.Channels {
		k := toldKey{n.Key, ch.Name}
		if slices.Contains(routed, ch.Name) || t.heard(k) != nil || waiting[k] != nil {
			all = append(all, ch.Name)
		}
	}
	return all
}

// pass lets rows go.
func (t *talk) pass(rows []monitor.Waiting) {
	for _, r := range rows {
		if r.ID != 0 {
			t.out.Passed = append(t.out.Passed, r.ID)
		}
	}
}

// net decides what the rows about an alert come to for a channel; ok is false where that is nothing.
func (t *talk) net(k toldKey, rows []monitor.Waiting) (w word, ok bool) {
	w.rows = rows
	told, alert := t.heard(k), t.alerts[k.alert]
	over := alert == nil || !alert.Resolved.IsZero()
	frozen := !over && !alert.BlindSince.IsZero()
	var news, blind, said *monitor.Notice
	dipped := false // it was over or eased in between
	for i := range rows {
		n := &rows[i].Notice
		switch n.Event {
		case monitor.Acknowledged, monitor.Unacknowledged, monitor.Snoozed, monitor.Unsnoozed:
			said = n
		case monitor.WentBlind:
			blind = n
		default:
			dipped = dipped || news != nil && (news.Event == monitor.Resolved || news.Event == monitor.Eased)
			news, blind = n, nil
		}
	}
	switch {
	case news == nil && told == nil:
		return w, false
	case news == nil && blind != nil && frozen:
		w.notice = *blind
		w.notice.Was = severityHeard(told)
	case news == nil && said != nil && !over:
		w.notice = *said
		w.notice.Quiet, w.notice.Was, w.notice.Severity = true, severityHeard(told), severityHeard(told)
	case news == nil:
		return w, false
	case news.Event == monitor.Unanswered && alert != nil && alert.Acked.Holds(t.At):
		return w, false
	default:
		w.notice = *news
		w.notice.Quiet = false
		if !t.fit(&w, told, alert, over, dipped) {
			return w, false
		}
		if blind != nil && frozen && !w.gone {
			w.notice.Reason += " " + blind.Reason
		}
	}
	if alert != nil {
		w.notice.Acked, w.notice.Snoozed, w.notice.Opened = alert.Acked, alert.Snoozed, alert.Opened
	}
	return w, true
}

// fit fits news to what the channel has heard, and says whether any is left.
func (t *talk) fit(w *word, told *monitor.Told, alert *monitor.Alert, over, dipped bool) bool {
	n := &w.notice
	if over && n.Event != monitor.Resolved {
		n.Event, n.Severity = monitor.Resolved, monitor.OK
		n.Quiet = told != nil // its signal ends without a word: an edit will do
		if alert != nil {
			n.Finding = alert.Finding
		}
	}
	if n.Event == monitor.Resolved && !over && t.Policy.alarming(alert.Signal, alert.Severity) {
		// It came back before its end was said, and the policy says nothing of that yet.
		n.Event, n.Severity, n.Finding, dipped = monitor.SeenAgain, alert.Severity, alert.Finding, true
		if told == nil {
			return false
		}
	}
	held := w.held() != ""
	if held && !over && n.Event != monitor.Eased && t.Policy.alarming(alert.Signal, alert.Severity) {
		n.Severity, n.Finding = alert.Severity, alert.Finding // as it is now, not as it was when the word was held back
	}
	if told == nil {
		w.fresh = true
		if n.Event == monitor.Resolved || n.Event == monitor.Eased {
			w.gone = true
			for _, r := range w.rows {
				if r.Notice.Severity.Worse(n.Was) {
					n.Was = r.Notice.Severity
				}
			}
			return n.Was.Worse(monitor.OK)
		}
		if n.Event != monitor.Unanswered {
			n.Event = monitor.Opened
		}
		n.Was = ""
		return true
	}
	heard, between := severityHeard(told), n.Was
	n.Was = heard
	switch {
	case n.Event == monitor.Resolved:
		n.Quiet = n.Quiet || !t.Policy.alarming(n.Key.Signal, heard) // people believe that it is harmless
	case n.Event == monitor.Eased:
		n.Quiet = slices.Contains(t.Policy.SilentResolve, n.Key.Signal) // neither its end nor its easing is news
		return heard.Worse(n.Severity)
	case n.Severity.Worse(heard):
		n.Event = monitor.Escalated
	case heard.Worse(n.Severity):
		n.Event = monitor.Eased
	case dipped || n.Event == monitor.Opened:
		n.Quiet = true // it is as people know it
		n.Event = monitor.SeenAgain
	default:
		n.Event, n.Was = monitor.Escalated, between // it was milder for long, and is news again
	}
	return true
}

// holding says whether a word is to be held back now, why, and until when.
func (t *talk) holding(ch Channel, w word) (why monitor.Holding, until time.Time) {
	n := w.notice
	if n.Quiet {
		return "", until
	}
	worst := n.Severity
	if n.Was.Worse(worst) {
		worst = n.Was
	}
	for _, q := range t.Silences {
		if q.Holds(t.At) && q.Match.Matches(n.Key, worst) && q.Until.After(until) {
			until = q.Until
		}
	}
	if !until.IsZero() {
		return monitor.HeldSilenced, until
	}
	if n.Snoozed.Holds(t.At) && n.Event != monitor.Resolved {
		return monitor.HeldSnoozed, n.Snoozed.Until
	}
	if w.fresh && !w.gone {
		if cause := t.causeOf(ch, n.Key); cause != nil {
			t.hide(ch, cause, n)
			return monitor.HeldHidden, t.At.Add(time.Hour)
		}
	}
	if until := ch.QuietUntil(t.At); !until.IsZero() && !t.urgent(n) {
		return monitor.HeldQuiet, until
	}
	return "", time.Time{}
}

// silenced says whether a silence holds back an alert of a severity.
func (t *talk) silenced(k monitor.AlertKey, s monitor.Severity) bool {
	return slices.ContainsFunc(t.Silences, func(q monitor.Silence) bool { return q.Holds(t.At) && q.Match.Matches(k, s) })
}

// urgent says whether a word may disturb people at any time: a deadline that is hours away.
func (t *talk) urgent(n monitor.Notice) bool {
	return n.Severity == monitor.Critical && slices.Contains(t.Policy.Deadlines, n.Key.Signal)
}

// causeOf returns the open alert that an alert is a consequence of, if people in the channel know of it or are about to; else
// nil.
func (t *talk) causeOf(ch Channel, key monitor.AlertKey) *monitor.Alert {
	of := t.alerts[key]
	if of == nil {
		return nil
	}
	return t.Causes.first(of, t.causesOf(ch, key.Account))
}

// causesOf returns the open alerts of an account that the channel is told of and that may be the cause of others.
func (t *talk) causesOf(ch Channel, account string) causes {
	id := [2]string{ch.Name, account}
	if found, ok := t.cause[id]; ok {
		return found
	}
	var all []*monitor.Alert
	for i := range t.open {
		a := &t.open[i]
		if a.Account != account || !t.Causes.may(a.Signal) || !a.BlindSince.IsZero() || !t.Policy.alarming(a.Signal, a.Severity) || !a.Told.Worse(monitor.OK) ||
			t.silenced(a.AlertKey, a.Severity) { // of a silenced one nobody hears
			continue
		}
		if slices.Contains(t.route(a.AlertKey, a.Severity).Channels, ch.Name) || t.heard(toldKey{a.AlertKey, ch.Name}) != nil {
			all = append(all, a)
		}
	}
	t.cause[id] = t.Causes.sortCauses(all)
	return t.cause[id]
}

// hide notes that a cause stands for a consequence in a channel.
func (t *talk) hide(ch Channel, cause *monitor.Alert, n monitor.Notice) {
	k := toldKey{cause.AlertKey, ch.Name}
	t.hidden[k] = append(t.hidden[k], monitor.Hidden{Key: n.Key, Severity: n.Severity, Summary: n.Finding.Summary})
	slices.SortFunc(t.hidden[k], func(a, b monitor.Hidden) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), compareKeys(a.Key, b.Key))
	})
}

// hold keeps a word's rows until then. What is as it was saved is not saved again.
func (t *talk) hold(w word, why monitor.Holding, until time.Time) {
	for _, r := range w.rows {
		if r.ID == 0 || r.Why != why || !r.Until.Equal(until) {
			r.Why, r.Until = why, until
			t.out.Hold = append(t.out.Hold, r)
		}
	}
}

// threadName names the living message that begins with a word.
func threadName(k monitor.AlertKey, at time.Time) string {
	return strings.Join([]string{k.Account, string(k.Marketplace), string(k.Signal), k.Subject, at.UTC().Format(time.RFC3339)}, "/")
}
