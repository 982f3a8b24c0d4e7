package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// settingHelp explains one key of the configuration file. The example file is made of these.
type settingHelp struct {
	key     string // dotted; a section alone explains the section
	text    string
	example string // how to write it where there is no default; the line is a comment then
}

// configHelp lists every key, in the order of the example file. A section that begins with # is a comment as
// a whole.
var configHelp = []settingHelp{
	{"data_dir", "Where everything is kept. Relative paths in this file are taken from the file's own folder.", ""},
	{"inbox_dir", "Where export files arrive, each account's in a folder of its own.", `"/var/lib/goodstanding/inbox"`},
	{"archive_dir", "Where files go once they are imported.", `"/var/lib/goodstanding/archive"`},
	{"rejected_dir", "Where files go that were refused, each with the reason beside it.", `"/var/lib/goodstanding/rejected"`},
	{"database", "The SQLite file with all that is known.", `"/var/lib/goodstanding/goodstanding.db"`},
	{"time_zone", `The clock of the schedules below: "Local" is this machine's, or a name such as "Europe/Berlin". The days of a marketplace follow its own clock, whatever is written here.`, ""},
	{"log_level", "debug, info, warn or error.", ""},
	{"log_format", "text or json.", ""},

	{"web", "The page, the metrics and the health checks.", ""},
	{"web.listen", `Host and port. "" switches it off. There is no password: leave it on this machine, or put a proxy with a login in front.`, ""},
	{"web.url", "The address by which people reach the page, for the links in messages.", `"https://goodstanding.example.com/"`},
	{"web.hosts", "Names, besides localhost, by which a browser may ask for the page while it listens on this machine only; the proxy's name, for example.", ""},

	{"slack", "Where people are told: the channel named slack. Without one here or below, alerts are in the log, on the page and in the database only.", ""},
	{"slack.token", "A bot token with the scope chat:write; with files:write, long lists of orders come as a table; with channels:history (groups:history in a private channel), a message whose sending was cut is looked for before it is sent again. Better kept in a file of its own, or in the environment variable GOODSTANDING_SLACK_TOKEN.", `"xoxb-..."`},
	{"slack.token_file", "A file that holds the token and nothing else, readable by Goodstanding's user alone.", `"/etc/goodstanding/slack-token"`},
	{"slack.channel", "The channel that the token writes to, by its ID (at the bottom of the channel's details) or its name. Invite the bot there first.", `"C0123456789"`},
	{"slack.app_token", "An app token with the scope connections:write gives messages the buttons Acknowledge and Snooze, over Socket Mode: no address of yours is needed. The environment variable is GOODSTANDING_SLACK_APP_TOKEN.", `"xapp-..."`},
	{"slack.app_token_file", "A file that holds the app token.", `"/etc/goodstanding/slack-app-token"`},
	{"slack.allow_users", "Member IDs of those who may press the buttons; leave it out for everybody who sees the message.", `["U0123456789"]`},
	{"slack.allow_channels", "IDs of the channels that presses are taken from; leave it out for those that messages went to.", `["C0123456789"]`},
	{"slack.fallback", "The channel that is told of what could not be delivered to Slack.", `"ops-mail"`},
	{"slack.webhook_url", "Instead of a token: an incoming webhook. It cannot answer in threads, edit, attach or have buttons. The environment variable is GOODSTANDING_SLACK_WEBHOOK_URL.", `"https://hooks.slack.com/services/..."`},
	{"slack.webhook_url_file", "A file that holds the webhook's address.", `"/etc/goodstanding/slack-webhook"`},
	{"slack.api_url", "Only for a proxy in front of Slack.", `"https://slack.com/api/"`},
	{"slack.notify_from", "The least severity that people are told of: watch, warning or critical.", ""},

	{"#channels.ops-mail", "Another channel. Its type is slack, webhook, alertmanager or email. A webhook gets JSON as docs/webhook.md describes it. The keys below that are secrets may be in a file of their own, or in an environment variable such as GOODSTANDING_CHANNEL_OPS_MAIL_PASSWORD.", ""},
	{"channels.ops-mail.type", "", `"email"`},
	{"channels.ops-mail.fallback", "The channel that is told of what could not be delivered here.", `"slack"`},
	{"channels.ops-mail.channel", "slack: where the bot of [slack] writes.", `"C0123456789"`},
	{"channels.ops-mail.url", "slack: the address of an incoming webhook. webhook: where to post. alertmanager: its address, without /api/v2.", `"https://hooks.example.com/..."`},
	{"channels.ops-mail.url_file", "A file that holds the address.", `"/etc/goodstanding/ops-url"`},
	{"channels.ops-mail.secret", "webhook: what posts are signed with; whsec_ and base64, or any text.", `"whsec_..."`},
	{"channels.ops-mail.secret_file", "A file that holds the secret.", `"/etc/goodstanding/ops-secret"`},
	{"channels.ops-mail.server", "email: host and port.", `"smtp.example.com:587"`},
	{"channels.ops-mail.security", "email: starttls, tls (from the first byte on, mostly port 465), or none, which is for a server on this machine.", `"starttls"`},
	{"channels.ops-mail.user", "email and alertmanager: who logs in.", `"goodstanding"`},
	{"channels.ops-mail.password", "email: never sent without TLS. alertmanager: without a user it is a bearer token.", `"..."`},
	{"channels.ops-mail.password_file", "A file that holds the password.", `"/etc/goodstanding/smtp-password"`},
	{"channels.ops-mail.ca_file", "email: certificates that the server's is checked by, where this machine does not know them.", `"/etc/goodstanding/ca.pem"`},
	{"channels.ops-mail.from", "email: the sender.", `"Goodstanding <goodstanding@example.com>"`},
	{"channels.ops-mail.to", "email: who gets it.", `["anna@example.com", "ben@example.com"]`},

	{"alerts", "When people are told. What is critical opens and worsens at once; the lead time of forecasts is not touched.", ""},
	{"alerts.reopen_quiet", "How long after its end the same problem may come back without a word.", ""},
	{"alerts.blind_patience", "How long an alert that people know of may go unjudged before that is said, once.", ""},
	{"alerts.ease_after", "How long a rate must have been milder before its alert eases or ends.", ""},
	{"alerts.remind_critical", "When a critical alert is told again although nothing has happened; then after twice that, and so on. 0s is never. What gets worse, or due, is told in any case.", ""},
	{"alerts.remind_warning", "The same for warnings.", ""},
	{"alerts.remind_longest", "The longest time between two reminders.", ""},
	{"alerts.catch_up_after", "After Goodstanding was away for so long, what happened meanwhile is told as one message.", ""},
	{"alerts.hide_consequences", "Exports that have stopped hide that checks are blind for want of them, a bad product hides warnings of rates that it carries, and Amazon's own word on a metric hides our warning about it; the message about the cause names them. What is critical is never hidden.", ""},
	{"alerts.deadline_share", "Orders that are due within hours are told of when they would use up so much of what is left of the late shipment rate's limit: 0.5 is half. Where the rate is near its limit that is every one. 0 tells of all.", ""},
	{"alerts.heartbeat_url", "A dead man's switch: an address that is called as long as import, checks and delivery all succeed. A service such as healthchecks.io tells you when it is not called any more. The environment variable is GOODSTANDING_HEARTBEAT_URL.", `"https://hc-ping.com/..."`},
	{"alerts.heartbeat_url_file", "A file that holds the address.", `"/etc/goodstanding/heartbeat-url"`},
	{"alerts.heartbeat_every", "How often it is called.", ""},
	{"#alerts.pending", "A signal that must last before it is told; repeat the section for more. What is critical, and a deadline, is told at once all the same. Without a section of its own, stale_exports must last 24h.", ""},
	{"alerts.pending.signal", "", `"cancellation_rate"`},
	{"alerts.pending.for", "How long, since it was first found bad enough.", `"24h"`},
	{"alerts.pending.rounds", "How many rounds of checks must have found it so.", `3`},

	{"#routes", "Which channel is told, and who is mentioned there; repeat the section for more. The first route that matches an alert holds; without one it goes to the first channel. Leave out account, marketplace, signal or subject to mean any.", ""},
	{"routes.account", "The account's folder.", `"my-shop"`},
	{"routes.marketplace", "", `"Amazon.com"`},
	{"routes.signal", "", `"order_defect_rate"`},
	{"routes.subject", "", `"seller-fulfilled"`},
	{"routes.from", "The mildest severity that it is for: watch, warning or critical.", `"critical"`},
	{"routes.channels", "Channels by their names; slack is that of [slack].", `["slack"]`},
	{"routes.mention", "Who is mentioned when such an alert opens or gets worse: IDs of members or groups of Slack.", `["U0123456789"]`},
	{"routes.unanswered", "A further channel, which is told when nobody has acknowledged the alert in time.", `"ops-mail"`},
	{"routes.unanswered_after", "How long that is.", `"4h"`},

	{"#hours.slack", "When a channel is told; the section is named after it. In its quiet hours and on days off nothing is said but what is critical and a deadline; the rest waits and comes as one message.", ""},
	{"hours.slack.time_zone", "The channel's clock. Leave it out for that of time_zone above.", `"Europe/Berlin"`},
	{"hours.slack.quiet", "Quiet hours.", `"20:00-07:00"`},
	{"hours.slack.days", "Business days.", `"mon-fri"`},
	{"hours.slack.daily", "A daily digest: what is open, came and went, and what the next days bring. None is sent when there is nothing to say.", `"08:30"`},
	{"hours.slack.weekly", `The weekly digest, "off" for none. Without this line it comes on Monday at 08:30.`, `"mon 08:30"`},

	{"inbox", "How export files are taken in.", ""},
	{"inbox.poll", "How often the inbox is looked at.", ""},
	{"inbox.settle", "How long a file must stay unchanged before it is read: a download may still be running.", ""},

	{"schedule", `When things happen: five fields (minute, hour, day of month, month, weekday), "@hourly", "@daily" or "@every 90s".`, ""},
	{"schedule.checks", "Every check that has no schedule of its own.", ""},
	{"schedule.daily", "Every check of what changes slowly (goods, listings, complaints, accounts) that has no schedule of its own. It runs when something arrives, too.", ""},
	{"schedule.deliver", "Sending what waits to be told.", ""},

	{"#accounts.my-shop", "What the exports do not say of an account. It is named after its folder in the inbox, and needs no section.", ""},
	{"accounts.my-shop.marketplace", "Where it sells, when an export does not say.", `"Amazon.com"`},
	{"accounts.my-shop.name", "What people call it.", `"My Shop, Inc."`},

	{"#limits", "A limit or window other than the one that Amazon publishes; repeat the section for more. Leave out account or marketplace to mean any.", ""},
	{"limits.account", "The account's folder.", `"my-shop"`},
	{"limits.marketplace", "", `"Amazon.com"`},
	{"limits.signal", "Which limit.", `"late_shipment_rate"`},
	{"limits.match_days", "Only the rule with a window of so many days, where a signal has several.", `30`},
	{"limits.limit", "The rate that must not be reached, as a share of 1: 0.03 is 3 %.", `0.03`},
	{"limits.days", "Length of the window in days.", `30`},
	{"limits.end_lag_days", "How many days before today the window ends.", `0`},

	{"#complaints", "Phrases of your own by which a cause is read out of what buyers write, besides those built in; docs/complaints.md has the notation. Repeat the section for more. `goodstanding classify` shows what they do.", ""},
	{"complaints.cause", "used, expired, counterfeit, inauthentic, not_as_described, wrong_item, incomplete, damaged, late, never_arrived, unsafe or service.", `"incomplete"`},
	{"complaints.language", "de, en, es, fr, it, ja, nl, pl, pt, sv or zh. Leave it out for comments in any language.", `"en"`},
	{"complaints.phrases", "", `["no dock", "(cradle|dock) ..3 forgotten"]`},
	{"complaints.except", "Where one of these stands, a phrase of the cause that overlaps with it does not count.", `["no dock (needed|required)"]`},
}

// ExampleConfig returns a configuration file that says what holds without one, with an explanation of every key.
func ExampleConfig(checks []CheckTarget) string {
	var b strings.Builder
	b.WriteString("# The configuration of Goodstanding, with every default. Leave out what you do not change.\n")
	b.WriteString("# A setting behind a # has no default; take the # away to use it.\n")
	cfg := defaultConfig()
	off := false // in a section that is a comment as a whole
	for _, h := range configHelp {
		key, comment := strings.CutPrefix(h.key, "#")
		_, name, below := cutLast(key)
		v := settingAt(reflect.ValueOf(&cfg).Elem(), key)
		isSection := comment || v.IsValid() && v.Kind() == reflect.Struct
		if isSection || !below {
			b.WriteByte('\n')
		}
		writeComment(&b, h.text)
		switch {
		case comment && v.IsValid() && v.Kind() == reflect.Slice:
			fmt.Fprintf(&b, "#[[%s]]\n", key)
		case comment:
			fmt.Fprintf(&b, "#[%s]\n", key)
		case isSection:
			fmt.Fprintf(&b, "[%s]\n", key)
		case off || h.example != "":
			fmt.Fprintf(&b, "#%s = %s\n", name, h.example)
		default:
			fmt.Fprintf(&b, "%s = %s\n", name, tomlText(v))
		}
		if isSection {
			off = comment
		}
	}
	for _, c := range checks {
		b.WriteByte('\n')
		writeComment(&b, c.About)
		spec := cfg.Schedule.Checks
		if c.Daily {
			spec = cfg.Schedule.Daily
		}
		fmt.Fprintf(&b, "[checks.%s]\nenabled = true\n#schedule = %s\n", c.Signal, tomlText(reflect.ValueOf(spec)))
		for _, f := range settingFields(reflect.ValueOf(c.Fields).Elem()) {
			writeComment(&b, f.help)
			fmt.Fprintf(&b, "%s = %s\n", f.key, tomlText(f.value))
		}
	}
	return b.String()
}

// settingAt returns the field at a dotted key, or no value where the key has none.
func settingAt(v reflect.Value, key string) reflect.Value {
	for part := range strings.SplitSeq(key, ".") {
		if v.Kind() != reflect.Struct {
			return reflect.Value{}
		}
		fields := settingFields(v)
		i := slices.IndexFunc(fields, func(f settingField) bool { return f.key == part })
		if i < 0 {
			return reflect.Value{}
		}
		v = fields[i].value
	}
	return v
}

// writeComment writes a text as comment lines of at most 100 characters.
func writeComment(b *strings.Builder, text string) {
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > 100 {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	if line != "#" {
		b.WriteString(line + "\n")
	}
}

// tomlText writes a value as the file has it.
func tomlText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Duration:
		return fmt.Sprintf("%q", shortDuration(x))
	case slog.Level:
		return fmt.Sprintf("%q", strings.ToLower(x.String()))
	case float64:
		text := strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	case []string:
		quoted := make([]string, len(x))
		for i, s := range x {
			quoted[i] = tomlQuote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		if v.Kind() == reflect.String {
			return tomlQuote(v.String())
		}
		return fmt.Sprint(x)
	}
}

// tomlQuote writes text in quotes. JSON's are a subset of TOML's.
func tomlQuote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // not reached: every string can be encoded
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
