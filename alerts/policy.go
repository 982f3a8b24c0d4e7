package alerts

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// Policy says when people are told. Its fields are its configuration and are used as they are; Default holds the usual
// ones.
type Policy struct {
	NotifyFrom    monitor.Severity // watch, warning or critical: the mildest severity that people are told about
	ReopenQuiet   time.Duration    // how long after its end the same problem may come back untold; 0: never
	BlindPatience time.Duration    // how long an alert that people know of may go unjudged untold; 0: told at once
	EaseAfter     time.Duration    // how long a rate must have been milder before its alert eases or ends; 0: at once
	SilentResolve []monitor.Signal // signals whose alerts end without a word, because their subjects end by themselves
	// From holds signals that are told of only from this severity on, where NotifyFrom is milder: orders are due every
	// day, and only those of the last hours are worth a message.
	From map[monitor.Signal]monitor.Severity
	// Pending holds how long signals must last before they are told, where that is not at once. What is critical, and a
	// deadline, is told at once all the same.
	Pending   map[monitor.Signal]Pending
	Deadlines []monitor.Signal // signals that say by when something must be done
	Weights   map[monitor.Signal]Weight
}

// Pending is how long a problem must last before it is told: both must have passed.
type Pending struct {
	For    time.Duration // since it was first found bad enough
	Rounds int           // that found it so
}

// Default returns the policy for a seller who has configured nothing.
func Default() Policy {
	return Policy{
		NotifyFrom:    monitor.Warning,
		ReopenQuiet:   24 * time.Hour,
		BlindPatience: 24 * time.Hour,
		EaseAfter:     72 * time.Hour,
		SilentResolve: []monitor.Signal{"negative_feedback", "ship_by_deadline"},
		From:          map[monitor.Signal]monitor.Severity{"ship_by_deadline": monitor.Critical},
		Deadlines:     []monitor.Signal{"ship_by_deadline"},
		Weights:       map[monitor.Signal]Weight{"ship_by_deadline": {Rate: "late_shipment_rate", Share: 0.5}},
		// A download that is a few hours late is no news: nothing is decided on its data before the checks say that they are blind.
		Pending: map[monitor.Signal]Pending{"stale_exports": {For: 24 * time.Hour}},
	}
}

// Validate says what of the policy cannot be used, and what to write instead.
func (p Policy) Validate() error {
	switch {
	case p.NotifyFrom.Rank() < monitor.Watch.Rank():
		return fmt.Errorf("notify from %q: want watch, warning or critical", p.NotifyFrom)
	case p.ReopenQuiet < 0:
		return fmt.Errorf("reopen quiet %v: want 0 or a positive duration such as 24h", p.ReopenQuiet)
	case p.BlindPatience < 0:
		return fmt.Errorf("blind patience %v: want 0 or a positive duration such as 24h", p.BlindPatience)
	case p.EaseAfter < 0:
		return fmt.Errorf("ease after %v: want 0 or a positive duration such as 72h", p.EaseAfter)
	}
	for signal, w := range p.Weights {
		if !(w.Share >= 0 && w.Share <= 1) {
			return fmt.Errorf("weight of %s %v: want a share from 0 to 1", signal, w.Share)
		}
	}
	for signal, w := range p.Pending {
		if w.For < 0 || w.Rounds < 0 {
			return fmt.Errorf("pending %s %v, %d rounds: want 0 or more", signal, w.For, w.Rounds)
		}
	}
	return nil
}

// Round is the outcome of one check for one account at one instant.
type Round struct {
	Account  string
	Signal   monitor.Signal
	At       time.Time
	Findings []monitor.Finding // in any order; none at all means: judged, and all is well
}

// Decision is what a round changes. Save both parts in one transaction.
type Decision struct {
	Alerts  []monitor.Alert  // every alert that differs from what was known, by marketplace and subject
	Notices []monitor.Notice // at most one for each alert, the worst first; without ID
}

// Decide compares a round with the alerts known before it. Known are the alerts of the round's account and signal that
// are open or were resolved within ReopenQuiet; those of others are ignored. It is a pure function, the order of
// findings and alerts does not matter, and deciding on a round once more changes nothing.
//
// Alert.Told is always the severity of the last notice: ok after "resolved", watch after "eased", blind after "blind".
// The one exception is the first judged round after a blind spell that people were told about: Told is then the severity
// that the alert was frozen with, so that the next spell can be told again.
func (p Policy) Decide(known []monitor.Alert, round Round) Decision {
	judged, blind := sortOut(round)
	before := map[monitor.AlertKey]monitor.Alert{}
	for _, a := range known {
		if a.Account == round.Account && a.Signal == round.Signal {
			before[a.AlertKey] = a
		}
	}
	var d Decision
	for _, key := range keysOf(before, judged) {
		was, exists := before[key]
		open := exists && was.Resolved.IsZero()
		f, found := judged[key]
		spell, covered := covering(blind, key)

		// Of one problem, part may be unknown while another part is bad: one window of a rate cannot be judged, another is
		// over its limit. Bad news is believed then, good news is not.
		partly := covered && spell.Subject != "" && spell.Key() == key
		if partly && found && f.Severity.Worse(monitor.OK) && (!open || !was.Severity.Worse(f.Severity)) {
			covered = false
		}
		var is monitor.Alert
		var n *monitor.Notice
		switch {
		case covered && open:
			is, n = p.freeze(was, spell, round.At)
		case covered:
			continue
		case open && p.onProbation(&was, f, found, round.At):
			is = was
		case found && f.Severity != monitor.OK:
			is, n = p.see(was, f, round.At)
		case open:
			is, n = p.end(was, f, found, round.At)
		default:
			continue
		}
		if !reflect.DeepEqual(before[key], is) {
			d.Alerts = append(d.Alerts, is)
		}
		if n != nil {
			d.Notices = append(d.Notices, *n)
		}
	}
	slices.SortStableFunc(d.Notices, func(a, b monitor.Notice) int { return b.Severity.Rank() - a.Severity.Rank() })
	return d
}

// onProbation says whether an alert about a rate stays as severe as it was although the round found it milder: a rate near
// a line crosses it to and fro from day to day, and only what lasts is news. It notes the round in the alert.
func (p Policy) onProbation(a *monitor.Alert, f monitor.Finding, found bool, at time.Time) bool {
	now := monitor.OK
	if found {
		now = f.Severity
	}
	if a.Finding.Window == nil || !a.Severity.Worse(now) {
		a.Milder = time.Time{}
		return false
	}
	if a.Milder.IsZero() {
		a.Milder = at
	}
	if at.Sub(a.Milder) >= p.EaseAfter {
		a.Milder = time.Time{}
		return false
	}
	if a.Told == monitor.Blind {
		a.Told = a.Severity
	}
	if found {
		if f.Window == nil {
			f.Window = a.Finding.Window // the next round must still know it for a rate
		}
		a.Finding = f
	}
	a.Judged, a.BlindSince = at, time.Time{}
	return true
}

// see takes in a finding of watch or worse. The zero Alert stands for one that was never known.
func (p Policy) see(a monitor.Alert, f monitor.Finding, at time.Time) (monitor.Alert, *monitor.Notice) {
	ended := a.Resolved
	if a.Opened.IsZero() || !ended.IsZero() && at.Sub(ended) >= p.ReopenQuiet {
		a = monitor.Alert{AlertKey: f.Key(), Opened: at}
	}
	back := !a.Resolved.IsZero() // within ReopenQuiet: the same alert goes on
	again := !at.After(a.Judged)
	taken := takenBack(&a, f.Severity)
	if f.Severity.Worse(a.Worst) {
		a.Worst = f.Severity
	}
	if a.Told == monitor.Blind {
		a.Told = a.Severity
	}
	was, unchanged := a.Severity, at.Sub(a.Changed)
	heard := a.Told // the worst that people heard of it
	if heard != "" && was.Worse(heard) {
		heard = was
	}
	rising := f.Severity.Worse(was)
	if f.Severity != was || back {
		a.Changed = at
	}
	a.Severity, a.Finding, a.Judged = f.Severity, f, at
	a.Resolved, a.BlindSince = time.Time{}, time.Time{}
	if p.pends(&a, again, at) {
		return a, nil
	}
	since, rounds := a.Pending, a.Rounds
	a.Pending, a.Rounds = time.Time{}, 0

	switch {
	case !p.alarming(a.Signal, f.Severity):
		if p.alarming(a.Signal, a.Told) {
			return p.tell(a, monitor.Eased, f.Severity, was, f, at, easedReason(f.Severity, was))
		}
	case a.Told == "":
		if rising && was != "" && !back {
			return p.tell(a, monitor.Escalated, f.Severity, was, f, at, worseReason(f.Severity, was)+taken)
		}
		return p.tell(a, monitor.Opened, f.Severity, "", f, at, newReason(f, ended)+lastedReason(f, since, rounds))
	case back:
		if f.Severity.Worse(heard) {
			return p.tell(a, monitor.Opened, f.Severity, "", f, at, backWorseReason(f, ended, heard)+taken)
		}
	case p.alarming(a.Signal, a.Told):
		if f.Severity.Worse(a.Told) {
			return p.tell(a, monitor.Escalated, f.Severity, was, f, at, worseReason(f.Severity, was)+taken)
		}
		// People heard of this severity once, but it was milder for so long that they have stopped thinking of it.
		if rising && unchanged >= p.ReopenQuiet {
			return p.tell(a, monitor.Escalated, f.Severity, was, f, at, againReason(f.Severity, was, unchanged)+taken)
		}
	case rising: // people believe that it is over or harmless
		return p.tell(a, monitor.Escalated, f.Severity, was, f, at, worseReason(f.Severity, was)+taken)
	case unchanged >= p.ReopenQuiet:
		// It came back untold and has stayed: the last word that people have must not be "resolved".
		return p.tell(a, monitor.Opened, f.Severity, "", f, at, stayedReason(f, a.Changed))
	}
	return a, nil
}

// end resolves an open alert: with the finding that says so, or because the check found nothing of it.
func (p Policy) end(a monitor.Alert, f monitor.Finding, found bool, at time.Time) (monitor.Alert, *monitor.Notice) {
	if a.Told == monitor.Blind {
		a.Told = a.Severity
	}
	a.Resolved, a.Judged, a.BlindSince = at, at, time.Time{}
	a.Pending, a.Rounds, a.Acked, a.Snoozed = time.Time{}, 0, monitor.Ack{}, monitor.Ack{}
	if found {
		a.Finding = f
	}
	if !p.alarming(a.Signal, a.Told) || slices.Contains(p.SilentResolve, a.Signal) {
		return a, nil
	}
	return p.tell(a, monitor.Resolved, monitor.OK, a.Severity, a.Finding, at, resolvedReason(found))
}

// freeze leaves an open alert as it is, notes since when, and says so once when that has lasted.
func (p Policy) freeze(a monitor.Alert, spell monitor.Finding, at time.Time) (monitor.Alert, *monitor.Notice) {
	if a.BlindSince.IsZero() {
		a.BlindSince = at
	}
	if !p.alarming(a.Signal, a.Told) || at.Sub(a.BlindSince) < p.BlindPatience {
		return a, nil
	}
	spell.Marketplace, spell.Subject = a.Marketplace, a.Subject
	if a.Finding.Summary != "" {
		spell.Details = append(slices.Clip(spell.Details), "When last judged: "+a.Finding.Summary)
	}
	return p.tell(a, monitor.WentBlind, monitor.Blind, a.Severity, spell, at, blindReason(a))
}

// tell writes a notice and remembers in the alert what people now know.
func (p Policy) tell(a monitor.Alert, e monitor.Event, severity, was monitor.Severity, f monitor.Finding, at time.Time,
	reason string) (monitor.Alert, *monitor.Notice) {
	a.Told = severity
	return a, &monitor.Notice{
		Key: a.AlertKey, Event: e, At: at, Severity: severity, Was: was, Finding: f, Reason: reason,
		Acked: a.Acked, Snoozed: a.Snoozed, Opened: a.Opened,
	}
}

// pends says whether an alert that nobody was told of waits to be seen to last, and notes the round in it; not when the round
// was noted before.
func (p Policy) pends(a *monitor.Alert, again bool, at time.Time) bool {
	need := p.Pending[a.Signal]
	if need == (Pending{}) || a.Told != "" || !p.alarming(a.Signal, a.Severity) || a.Severity == monitor.Critical || slices.Contains(p.Deadlines, a.Signal) {
		return false
	}
	if a.Pending.IsZero() {
		a.Pending, a.Rounds = at, 0
	}
	if !again || a.Rounds == 0 {
		a.Rounds++
	}
	return at.Sub(a.Pending) < need.For || a.Rounds < need.Rounds
}

// takenBack takes back what people said of an alert when it is worse than it was then, and says so.
func takenBack(a *monitor.Alert, severity monitor.Severity) (reason string) {
	if !a.Acked.At.IsZero() && severity.Worse(a.Acked.Severity) {
		reason = acknowledgedReason(a.Acked, a.Marketplace)
		a.Acked = monitor.Ack{}
	}
	if !a.Snoozed.At.IsZero() && severity.Worse(a.Snoozed.Severity) {
		a.Snoozed = monitor.Ack{}
	}
	return reason
}

// alarming says whether people are told about a severity of a signal. An unusable NotifyFrom counts as watch: rather
// too much said.
func (p Policy) alarming(signal monitor.Signal, s monitor.Severity) bool {
	return s.Rank() >= max(p.NotifyFrom.Rank(), p.From[signal].Rank(), monitor.Watch.Rank())
}

// keysOf returns the keys of both maps, each once, by marketplace and subject.
func keysOf(known map[monitor.AlertKey]monitor.Alert, found map[monitor.AlertKey]monitor.Finding) []monitor.AlertKey {
	keys := make([]monitor.AlertKey, 0, len(known)+len(found))
	for k := range known {
		keys = append(keys, k)
	}
	for k := range found {
		if _, both := known[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b monitor.AlertKey) int {
		if c := strings.Compare(string(a.Marketplace), string(b.Marketplace)); c != 0 {
			return c
		}
		return strings.Compare(a.Subject, b.Subject)
	})
	return keys
}
