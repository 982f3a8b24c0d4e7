package monitor

import "time"

// AlertKey is the identity of a problem: readable columns, never a hash.
type AlertKey struct {
	Account     string
	Marketplace Marketplace
	Signal      Signal
	Subject     string
}

// Key returns the identity of the problem that the finding is about.
func (f Finding) Key() AlertKey { return AlertKey{f.Account, f.Marketplace, f.Signal, f.Subject} }

// Alert is a problem while it lasts.
type Alert struct {
	AlertKey
	Severity   Severity  // now: watch, warning or critical
	Opened     time.Time // first round that found it
	Changed    time.Time // last round that changed its severity
	Judged     time.Time // last round that could judge it
	BlindSince time.Time // first of the rounds since Judged that could not; zero: not blind
	Milder     time.Time // since when a rate has been found milder than Severity, on probation; zero: it is not
	Resolved   time.Time // zero while it lasts
	Told       Severity  // the severity of the last notice about it; empty: nobody was told
	Finding    Finding   // as last judged
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
)

// Notice is a message about an alert: decided in the transaction that changes the alert, sent later, sent once.
type Notice struct {
	ID       int64 // given by the store
	Key      AlertKey
	Event    Event
	At       time.Time // the round that decided it
	Severity Severity
	Was      Severity // before the event; empty when it opened
	Finding  Finding
	Reason   string // why the policy decided so, for people
	Channel  string // where it goes; "slack"

	Attempts int       // how often sending failed
	Next     time.Time // not to be tried before
}
