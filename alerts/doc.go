// Package alerts decides what people are told, and delivers it.
//
// The two halves never meet, so that nothing decided is lost:
//
//	Policy     pure: what was known of the alerts, and what one check found, gives the alerts to save and the notices
//	Deliverer  drains the outbox in which the notices were saved together with the alerts
//
// A caller saves a Decision in one transaction and lets a Deliverer send it later, as often as that takes. Nothing here
// knows how a notice looks or where it goes: a Sender does.
package alerts

// Slack is the Notice.Channel of every notice that a Policy writes, and so the key of its Sender in a Deliverer.
const Slack = "slack"
