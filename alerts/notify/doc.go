// Package notify sends notices to what is not Slack: a webhook of one's own, an Alertmanager, a mailbox. One file each.
//
// None of them can edit what it sent: a change that only an edit is worth (Notice.Quiet) is not sent by e-mail, and is marked
// as that in a webhook's body.
//
// Every error is alerts.Retry or alerts.Permanent. It holds no secret: no address of a webhook, no password, no key.
package notify
