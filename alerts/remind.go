package alerts

import (
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
)

// quietest is how long after a word nothing is said of an alert but news.
const quietest = 24 * time.Hour

// missed makes words for what the policy holds for told and no channel knows of: the word was dropped when the problem was
// over, and it is back, or the channel that knew of it is not configured any more.
func (t *talk) missed(words []word) []word {
	known := map[monitor.AlertKey]bool{}
	for _, w := range words {
		known[w.notice.Key] = true
	}
	for k := range t.told {
		known[k.alert] = known[k.alert] || t.heard(k) != nil
	}
	var all []word
	for _, a := range t.open {
		if known[a.AlertKey] || !a.BlindSince.IsZero() || !t.Policy.alarming(a.Signal, a.Severity) || !t.Policy.alarming(a.Signal, a.Told) {
			continue
		}
		for _, name := range t.route(a.AlertKey, a.Severity).Channels {
			n := monitor.Notice{Key: a.AlertKey, Event: monitor.Opened, At: t.At, Severity: a.Severity, Finding: a.Finding, Channel: name,
				Acked: a.Acked, Snoozed: a.Snoozed, Opened: a.Opened, Reason: fmt.Sprintf("It lasts since %s, and this channel has not been told.", moment(a.Opened, a.Marketplace))}
			all = append(all, word{notice: n, rows: []monitor.Waiting{{Notice: n}}, fresh: true})
		}
	}
	return all
}

// unanswered makes words for the further channels of alerts that nobody has acknowledged in time.
func (t *talk) unanswered(words []word) []word {
	var all []word
	waiting := map[toldKey]bool{}
	for _, w := range words {
		waiting[toldKey{w.notice.Key, w.notice.Channel}] = true
	}
	for _, a := range t.open {
		r := t.route(a.AlertKey, a.Severity)
		if r.Unanswered == "" || a.Acked.Holds(t.At) || a.Snoozed.Holds(t.At) || !t.Policy.alarming(a.Signal, a.Severity) {
			continue
		}
		further := toldKey{a.AlertKey, r.Unanswered}
		if _, ok := t.channel(r.Unanswered); !ok || t.heard(further) != nil || waiting[further] {
			continue
		}
		since, first := t.raised(a, r)
		if since.IsZero() || t.At.Before(since.Add(r.After)) {
			continue
		}
		n := monitor.Notice{
			Key: a.AlertKey, Event: monitor.Unanswered, At: t.At, Severity: a.Severity, Finding: a.Finding, Channel: r.Unanswered, Opened: a.Opened,
			Reason: fmt.Sprintf("Nobody acknowledged it within %s in %s.", lasting(r.After), first),
		}
		all = append(all, word{notice: n, rows: []monitor.Waiting{{Notice: n}}, fresh: true})
	}
	return all
}

// raised returns when the channels of a route first heard of an alert, and which did.
func (t *talk) raised(a monitor.Alert, r Route) (since time.Time, first string) {
	for _, name := range r.Channels {
		if u := t.heard(toldKey{a.AlertKey, name}); u != nil && (since.IsZero() || u.Raised.Before(since)) {
			since, first = u.Raised, name
		}
	}
	return since, first
}

// hideBlind notes which causes stand for alerts that a channel knows to be blind.
func (t *talk) hideBlind(ch Channel) {
	for _, u := range t.ordered(ch.Name) {
		if a := t.alerts[u.Key]; u.Last.Severity == monitor.Blind && a != nil && a.Resolved.IsZero() && !a.BlindSince.IsZero() {
			if cause := t.causeOf(ch, u.Key); cause != nil {
				t.hide(ch, cause, u.Last)
			}
		}
	}
}

// reminders returns words for the alerts that a channel is to be told of again. With but, those are left out.
func (t *talk) reminders(ch Channel, but func(word) bool) []word {
	var due []word
	for _, u := range t.ordered(ch.Name) {
		alert := t.alerts[u.Key]
		if t.spoken[toldKey{u.Key, ch.Name}] || alert == nil || !alert.Resolved.IsZero() {
			continue
		}
		w := word{notice: standing(u, *alert)}
		w.notice.Reason = t.remind(ch, u, *alert, w.notice)
		if u.Last.Event == monitor.Resolved { // its message says so, and it is back: no reminder of what people know
			w.notice.Event, w.notice.Was = monitor.Opened, monitor.OK
		}
		if w.notice.Reason != "" && (but == nil || !but(w)) {
			due = append(due, w)
		}
	}
	return due
}

// standing makes a notice of how an alert stands that a channel has heard of.
func standing(u monitor.Told, a monitor.Alert) monitor.Notice {
	return monitor.Notice{
		Key: a.AlertKey, Event: monitor.Reminded, Severity: a.Severity, Was: severityHeard(&u), Finding: a.Finding, Channel: u.Channel,
		Acked: a.Acked, Snoozed: a.Snoozed, Opened: a.Opened,
	}
}

// look goes through what a channel has heard and nothing was said of now: what is over, can be judged again or has other
// figures is edited.
func (t *talk) look(ch Channel) {
	for k, u := range t.told {
		if k.channel == ch.Name && u.Last.Severity == monitor.OK && !u.Next.After(t.At) {
			later := *u
			later.Next = t.next(u)
			t.save(&later)
		}
	}
	for _, u := range t.ordered(ch.Name) {
		k := toldKey{u.Key, ch.Name}
		alert := t.alerts[u.Key]
		_, said := t.spoken[k]
		switch {
		case said:
		case alert == nil || !alert.Resolved.IsZero():
			if t.waits(k) {
				if !u.Next.After(t.At) {
					u.Next = t.next(&u)
					t.save(&u)
				}
				continue
			}
			n := u.Last
			if alert != nil {
				n = standing(u, *alert)
			}
			n.Event, n.Severity, n.Was, n.Channel, n.Quiet = monitor.Resolved, monitor.OK, severityHeard(&u), ch.Name, true
			t.say(word{notice: n})
		default:
			t.keep(u, *alert)
		}
	}
}

// ordered returns what a channel has heard of alerts that are not over for it, in order.
func (t *talk) ordered(channel string) []monitor.Told {
	var all []monitor.Told
	for k, u := range t.told {
		if k.channel == channel && u.Last.Severity != monitor.OK {
			all = append(all, *u)
		}
	}
	slices.SortFunc(all, func(a, b monitor.Told) int { return compareKeys(a.Key, b.Key) })
	return all
}

// waits says whether a word about an alert is held back for a channel.
func (t *talk) waits(k toldKey) bool {
	is := func(w monitor.Waiting) bool { return w.Notice.Key == k.alert && w.Notice.Channel == k.channel }
	if slices.ContainsFunc(t.out.Hold, is) {
		return true
	}
	return slices.ContainsFunc(t.Waiting, func(w monitor.Waiting) bool { return is(w) && !slices.Contains(t.out.Passed, w.ID) })
}

// remind says why an alert that lasts is told again now; "" where it is not.
func (t *talk) remind(ch Channel, u monitor.Told, a monitor.Alert, n monitor.Notice) string {
	if !t.mayRemind(ch, u, a, n) {
		return ""
	}
	if why := t.lapsed[a.AlertKey]; why != "" {
		return why + " It lasts."
	}
	if a.Acked.Holds(t.At) {
		return ""
	}
	if age := t.At.Sub(u.Last.At); age >= quietest {
		today := monitor.DayOf(t.At, a.Marketplace.Clock())
		switch {
		case worsened(u.Last.Finding, a.Finding):
			return "Half of what was left is used up since the last word about it."
		case comesDue(u.Last, n, today):
			return "The day has come close on which the limit is likely to be reached."
		}
	}
	if at := t.reminderAt(&u); !at.IsZero() && !t.At.Before(at) {
		return fmt.Sprintf("It lasts since %s.", moment(a.Opened, a.Marketplace))
	}
	return ""
}

// mayRemind says whether people can be told now of an alert that lasts.
func (t *talk) mayRemind(ch Channel, u monitor.Told, a monitor.Alert, n monitor.Notice) bool {
	if !t.Policy.alarming(a.Signal, a.Severity) || !t.Policy.alarming(a.Signal, severityHeard(&u)) || !a.BlindSince.IsZero() ||
		a.Snoozed.Holds(t.At) || !ch.QuietUntil(t.At).IsZero() || t.waits(toldKey{a.AlertKey, ch.Name}) {
		return false
	}
	if t.silenced(n.Key, n.Severity) {
		return false
	}
	return t.causeOf(ch, a.AlertKey) == nil
}

// reminderAt returns when an alert is told again although nothing has happened; zero: never. Deadlines are not, they come and go
// by the day, and neither is what ends by itself.
func (t *talk) reminderAt(u *monitor.Told) time.Time {
	every := t.Reminder[severityHeard(u)]
	if every <= 0 || slices.Contains(t.Policy.Deadlines, u.Key.Signal) || slices.Contains(t.Policy.SilentResolve, u.Key.Signal) {
		return time.Time{}
	}
	for range u.Reminders {
		every *= 2
		if every >= t.Longest {
			every = max(t.Longest, t.Reminder[severityHeard(u)])
			break
		}
	}
	return u.Last.At.Add(every)
}

// next returns when an alert is to be looked at again: at least once a day, because it may get worse without a word.
func (t *talk) next(u *monitor.Told) time.Time {
	if u.Last.Severity == monitor.OK {
		return t.At.Add(max(t.Policy.ReopenQuiet, quietest))
	}
	next := t.At.Add(quietest)
	sooner := func(at time.Time) {
		if at.After(t.At) && at.Before(next) {
			next = at
		}
	}
	sooner(t.reminderAt(u))
	if ch, ok := t.channel(u.Channel); ok {
		sooner(ch.QuietUntil(t.At)) // what was due in the night
	}
	if a := t.alerts[u.Key]; a != nil {
		sooner(a.Acked.Until)
		sooner(a.Snoozed.Until)
		if r := t.route(a.AlertKey, a.Severity); r.Unanswered != "" {
			sooner(u.Raised.Add(r.After))
		}
	}
	return next
}

// keep notes that an alert was looked at and nothing is said. Its living message is edited where it says "blind" and that is
// over, where it names other consequences than there are, and once a day where its figures are others.
func (t *talk) keep(u monitor.Told, a monitor.Alert) {
	due := !u.Next.After(t.At)
	if a.BlindSince.IsZero() {
		seen := u.Last.Severity == monitor.Blind || u.Last.Event == monitor.Resolved // and back
		moved := due && changed(u.Last.Finding, a.Finding) != nothingChanged
		if seen || moved || !sameHidden(u.Last.Hidden, t.hidden[toldKey{u.Key, u.Channel}]) {
			n := standing(u, a)
			n.Event, n.Quiet, n.Severity = monitor.SeenAgain, true, severityHeard(&u)
			t.say(word{notice: n})
			return
		}
	}
	if due {
		u.Next = t.next(&u)
		t.save(&u)
	}
}

func sameHidden(a, b []monitor.Hidden) bool {
	return slices.EqualFunc(a, b, func(x, y monitor.Hidden) bool { return x.Key == y.Key && x.Severity == y.Severity })
}

// lasting writes a configured duration: 4 h, 3 days, 30 min.
func lasting(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return span(d)
}
