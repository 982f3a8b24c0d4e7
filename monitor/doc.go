// Package monitor holds the words that every other room of Goodstanding speaks in, and the frame that runs a check.
//
// Four types for four lifetimes, never mixed:
//
//	Fact     what an export states (an order, a confirmation, a feedback, a claim): kept
//	Finding  what a check thinks of the facts at one instant: an opinion, recomputed each round
//	Alert    a problem while it lasts: opened, escalated, eased, resolved
//	Notice   a message about an alert: decided once, sent once
//
// The package imports the standard library only. It never reads a clock: the instant is always an argument.
package monitor
