// Package wording says what a notice says: sentence by sentence, in plain text, before any channel gives it a form.
//
// Compose is pure: a notice in, its parts out. Each channel (Slack, e-mail, webhook, Alertmanager) puts the parts into its
// own markup, escapes them as that markup wants it, and cuts to its own limits.
//
// Accounts, SKUs, order ids, comments of buyers and the sentences that checks make of them are hostile text. Whatever comes
// from here went through Clean: one line, no control or direction characters, cut to a length. It is not escaped.
package wording
