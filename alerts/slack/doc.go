// Package slack shows notices in Slack.
//
// Render is pure: a notice in, a message out, golden files in between. Client sends it, with a bot token or to an incoming
// webhook: with a token, one living message per problem that is edited as it changes, with its history in the thread.
// Listener hears the buttons, over Socket Mode. Preview draws a message for a terminal.
//
// Accounts, SKUs, order ids, comments of buyers and the sentences that checks make of them are hostile text. Three rules
// keep them harmless, whatever they hold:
//
//   - every piece of data passes wording.Clean: one line, no control or direction characters, cut to a length;
//   - free text stands in plain_text objects only; in mrkdwn, data stands in code spans that it cannot close;
//   - every text object, and the fallback text, is escaped as a whole as the last step.
//
// Only the configuration may make a mention or a link: who is called, and where the page is.
//
// A message stays within Slack's limits by construction: each part has a share of them, counted after escaping. An
// alert that Slack refuses for its size is one that is lost when matters are worst.
package slack
