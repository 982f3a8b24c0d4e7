package monitor

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
)

// AlertKey is the identity of a problem: readable columns, never a hash.
type AlertKey struct {
	Account     string
	Marketplace Marketplace
	Signal      Signal
	Subject     string
}

// Key returns the identity of the problem that the finding is about.
func (f Finding) Key() AlertKey { return AlertKey{f.Account, f.Marketplace, f.Signal, f.Subject} }

// ID returns a handle of 8 letters and digits by which people name the problem on a command line; one of its beginnings that
// no other open alert shares will do. It is no identity: two problems may have the same.
func (k AlertKey) ID() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{k.Account, string(k.Marketplace), string(k.Signal), k.Subject}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// Alert is a problem while it lasts.
type Alert struct {
	AlertKey
	Severity   Severity  // now: watch, warning or critical
	Worst      Severity  // it ever was since Opened
	Opened     time.Time // first round that found it
	Changed    time.Time // last round that changed its severity
	Judged     time.Time // last round that could judge it
	BlindSince time.Time // first of the rounds since Judged that could not; zero: not blind
	Milder     time.Time // since when a rate has been found milder than Severity, on probation; zero: it is not
	Resolved   time.Time // zero while it lasts
	Told       Severity  // the severity of the last word about it; empty: nobody was told
	Finding    Finding   // as last judged

	Pending time.Time // since when it has been bad enough to be told, and is not told yet; zero: it is not pending
	Rounds  int       // that found it so since Pending
	Acked   Ack       // somebody deals with it: no reminders. Taken back when it gets worse
	Snoozed Ack       // nothing is said of it until Snoozed.Until, unless it gets worse
}

// Ack is somebody's word that they deal with an alert, or want to be left alone with it. The zero Ack is none.
type Ack struct {
	By       string    // who: hostile text
	At       time.Time // when they said so
	Until    time.Time // zero: until it is over or gets worse
	Severity Severity  // of the alert then: when it gets worse than that, the word is taken back
}

// Holds says whether the word is given and has not run out at an instant.
func (a Ack) Holds(at time.Time) bool {
	return !a.At.IsZero() && (a.Until.IsZero() || at.Before(a.Until))
}

// Event is what happened to an alert.
type Event string

// The events of an alert's life.
const (
	Opened    Event = "opened"
	Escalated Event = "escalated"
	Eased     Event = "eased"
	Resolved  Event = "resolved"
	WentBlind Event = "blind" // said once: the alert is frozen

	Acknowledged   Event = "acknowledged"
	Unacknowledged Event = "unacknowledged" // by somebody; getting worse takes it back as well, and is told as that
	Snoozed        Event = "snoozed"
	Unsnoozed      Event = "unsnoozed"

	Reminded   Event = "reminded"   // it lasts: said at lengthening intervals
	Unanswered Event = "unanswered" // nobody acknowledged it in time: said to a further channel
	SeenAgain  Event = "seen_again" // it was blind and can be judged again, unchanged; always Quiet
)

// NoticeKind is what kind of message a notice is.
type NoticeKind string

// The kinds of notices. The empty kind is an alert's.
const (
	KindAlert    NoticeKind = "alert"            // about one alert: Key, Event (a single reminder's is reminded), Finding
	KindGroup    NoticeKind = "group"            // about several of one account that came at one time: Members, at least two
	KindReminder NoticeKind = "reminder"         // several alerts of one account that last: Members, at least two
	KindCatchUp  NoticeKind = "catch_up"         // what happened while the channel was quiet, silenced or Goodstanding was down: Members, at least one
	KindDigest   NoticeKind = "digest"           // Digest
	KindSilence  NoticeKind = "silence_expiring" // Silence, and in Members what it hides
	KindTest     NoticeKind = "test"             // somebody tries the channel: nothing has happened
)

// Notice is a message to a channel: decided in the transaction that changes what it is about, sent later, sent once.
//
// Notices of one Thread in one channel are one living message: the first that is sent makes it, and each further one edits
// it and, unless Quiet, says the change below it, in its thread.
type Notice struct {
	ID       int64 // given by the store
	Kind     NoticeKind
	Key      AlertKey // of a group, reminder or catch-up: its account, and its worst member's other columns where there is one
	Event    Event
	At       time.Time // the round that decided it
	Severity Severity  // of a group: the worst
	Was      Severity  // before the event; empty when it opened
	Finding  Finding   // of a group: the worst member's
	Reason   string    // why the policy decided so, for people
	Changed  string    // what changed since the last word about it in this channel, a sentence; empty: it is the first
	Channel  string    // the name of a configured channel: "slack"
	Mention  []string  // who is mentioned, as configured: "@anna", "U0123", "<!subteam^S1>"; not hostile
	Quiet    bool      // an edit of the living message will do: a channel that cannot edit sends nothing
	Acked    Ack       // the alert's, at At
	Snoozed  Ack
	Opened   time.Time // of the alert; zero: it is about none

	// Members are the alerts that the living message is about, as last told in this channel, the worst first, at most
	// MaxMembers, without evidence where there are many; none where it is about a single one. Those that changed now have the
	// notice's At. A notice of KindAlert with Members is about one member (Key) of a message about several: the message is
	// edited to show Members, the thread says what became of Key. More counts the members that are not listed.
	Members []Notice
	More    int
	// Hidden are the consequences of this cause that are not told for themselves, the worst first.
	Hidden  []Hidden
	Digest  *Digest  // of KindDigest
	Silence *Silence // of KindSilence
	// Thread names the living message within the channel. Root is what its receiver calls it: the reference under which the
	// notice of the thread before was sent in the channel; empty: this is the first, or the receiver gives none.
	Thread string
	Root   string

	Attempts int       // how often sending failed
	Next     time.Time // not to be tried before
	// Interrupted is when a sending of it began that was cut: nobody knows whether it arrived. Zero: it did not, for certain.
	Interrupted time.Time
	Beside      string // the reference of the last notice that was sent in the channel; empty: none
	Instead     string // of a copy: the channel that the notice could not be delivered to; empty: it is no copy
}

// MaxMembers is how many members a notice lists.
const MaxMembers = 50

// Hidden is an alert that is not told because another, its cause, is.
type Hidden struct {
	Key      AlertKey
	Severity Severity
	Summary  string
}

// Told is what a channel has heard of an alert.
type Told struct {
	Key       AlertKey
	Channel   string
	Thread    string
	Raised    time.Time // when it was last said that it opened or got worse
	Last      Notice    // the last word, without Members, evidence and quotes
	Reminders int       // since the last word that was none
	Next      time.Time // when to look again whether something is to be said
}

// Waiting is a word about an alert that is decided and not said yet.
type Waiting struct {
	ID     int64     // given by the store; 0: a new row
	Until  time.Time // it is held back until then; zero: not
	Why    Holding   // it is held back; empty: it was not
	Notice Notice    // Channel is empty until it is known where to say it
}

// Holding is why a word is held back.
type Holding string

// The reasons for holding a word back.
const (
	HeldQuiet    Holding = "quiet hours"
	HeldSilenced Holding = "silenced"
	HeldSnoozed  Holding = "snoozed"
	HeldHidden   Holding = "hidden" // behind its cause
)

// Served is what is known of a channel.
type Served struct {
	Channel string
	Daily   time.Time // when it had its last daily and weekly digest, or would have if there had been something to say; zero: never
	Weekly  time.Time
}

// Conversation is what was said of the alerts and what waits to be said, of the accounts for which that may matter now.
type Conversation struct {
	At       time.Time
	All      bool      // of every account, with Findings
	Waiting  []Waiting // oldest first
	Alerts   []Alert   // those that last and those that ended within the past 30 days
	Told     []Told
	Silences []Silence // that are not over
	Served   []Served
	Findings []Finding // of the newest run of each check
}

// Spoken is what follows from a Conversation: saved in one transaction.
type Spoken struct {
	Alerts   []Alert   // whose Acked or Snoozed changed
	Told     []Told    // new or changed
	Forget   []Told    // what is over: Key and Channel
	Passed   []int64   // waiting words that are said or need not be
	Hold     []Waiting // held back; those with an ID are changed
	Silences []Silence // whose Warned changed
	Served   []Served
	Notices  []Notice // for the outbox, in order
}

// Silence keeps alerts from being told for a while. What they are then is told once it ends, if they still last.
type Silence struct {
	ID     int64 // given by the store
	Match  Match
	From   time.Time
	Until  time.Time // it ends; after From
	Reason string    // hostile text, as By
	By     string
	Warned time.Time // when its end was announced; zero: not yet
}

// Holds says whether the silence is in force at an instant.
func (s Silence) Holds(at time.Time) bool { return !at.Before(s.From) && at.Before(s.Until) }

// Match selects alerts. An empty field matches any.
type Match struct {
	Account     string
	Marketplace Marketplace
	Signal      Signal
	Subject     string
	From, UpTo  Severity // the mildest and the worst severity that match
}

// Matches says whether an alert of a severity is selected.
func (m Match) Matches(k AlertKey, s Severity) bool {
	return (m.Account == "" || m.Account == k.Account) && (m.Marketplace == "" || m.Marketplace == k.Marketplace) &&
		(m.Signal == "" || m.Signal == k.Signal) && (m.Subject == "" || m.Subject == k.Subject) &&
		(m.From == "" || !m.From.Worse(s)) && (m.UpTo == "" || !s.Worse(m.UpTo))
}

// Digest is what a channel is told once a day or week.
type Digest struct {
	Weekly   bool
	From, To time.Time    // what happened in between
	Open     []DigestLine // the worst first
	Came     []DigestLine // opened within, whether it still lasts or not
	Went     []DigestLine // resolved within
	Blind    []DigestLine // what cannot be judged, and since when
	Coming   []Coming     // of the next seven days, by day
	Averted  []DigestLine // warned of, then resolved without having crossed its limit
	Silenced int          // of Open: not told because a silence holds
	Acked    int          // of Open
}

// DigestLine is an alert in a digest.
type DigestLine struct {
	Key      AlertKey
	Severity Severity // the worst it was within, where it is over
	At       time.Time
	Summary  string
	Acked    Ack
	Silenced bool
}

// Coming is what the next days bring.
type Coming struct {
	Day     Day
	Key     AlertKey
	Kind    ComingKind
	Defects int      // of ComingRollOff: how many leave the window
	Value   *float64 // of ComingRollOff: the rate on that day if no further order turns bad
	Limit   *float64
	Orders  int    // of ComingDeadline: how many are due
	Summary string // of ComingDeadline and ComingCrossing: the finding's
}

// ComingKind is what a day brings.
type ComingKind string

// The kinds of what comes.
const (
	ComingRollOff  ComingKind = "roll_off" // defects leave the window
	ComingDeadline ComingKind = "deadline" // orders, a notice or a shelf life is due
	ComingCrossing ComingKind = "crossing" // the limit is reached, more likely than not
)
