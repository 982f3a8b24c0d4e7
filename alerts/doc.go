// Package alerts decides what people are told, and delivers it.
//
// The parts never meet, so that nothing decided is lost:
//
//	Policy     pure: what was known of the alerts, and what one check found, gives the alerts to save and words about them
//	Desk       pure: the words that wait, and what each channel has heard, give the notices to send: to which channel, now or
//	           later, alone or together
//	Deliverer  drains the outbox in which the notices were saved together with what was told
//
// A caller saves a Decision in one transaction, what the Desk says in another, and lets a Deliverer send it later, as often
// as that takes. Nothing here knows how a notice looks: a Sender does.
package alerts

// Slack is the name of the channel that needs no name in the configuration.
const Slack = "slack"
