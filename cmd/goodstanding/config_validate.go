package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/schedule"
)

// validator looks for values that have the right type and are wrong all the same, and fills in what follows from others.
type validator struct {
	cfg      *Config
	copies   []checkCopy
	base     string // relative paths are taken from here
	env      func(string) string
	lines    map[string]int
	mistakes []Mistake
	unread   int // how many of the mistakes are values that could not be read, so that a default stands in for them
}

func (v *validator) all() {
	v.folders()
	v.general()
	v.web()
	v.slack()
	v.channels()
	v.alerts()
	v.times()
	v.accounts()
	v.limits()
	v.complaints()
	v.checks()
}

// say notes a mistake at a key of the file, or at the section that lacks it.
func (v *validator) say(key, format string, a ...any) { v.suggest(key, "", format, a...) }

func (v *validator) suggest(key, suggestion, format string, a ...any) {
	if slices.ContainsFunc(v.mistakes[:v.unread], func(m Mistake) bool { return m.Key == key }) {
		return // what stands there is not what the file says
	}
	line, at := 0, key
	for found := true; line == 0 && found; {
		line = v.lines[at]
		at, _, found = cutLast(at)
	}
	v.mistakes = append(v.mistakes, Mistake{Line: line, Key: key, Problem: fmt.Sprintf(format, a...), Suggestion: suggestion})
}

// given says whether the file has the key, rightly or not.
func (v *validator) given(key string) bool { return v.lines[key] > 0 }

// wrong says whether something is wrong with one of the keys already: what follows from that is not told as well.
func (v *validator) wrong(keys ...string) bool {
	return slices.ContainsFunc(v.mistakes, func(m Mistake) bool { return slices.Contains(keys, m.Key) })
}

func (v *validator) warn(format string, a ...any) {
	v.cfg.Warnings = append(v.cfg.Warnings, fmt.Sprintf(format, a...))
}

func (v *validator) folders() {
	c := v.cfg
	if c.DataDir == "" {
		v.say("data_dir", "want a folder, such as %q", defaultConfig().DataDir)
		return
	}
	c.DataDir = v.path(c.DataDir)
	for _, p := range []struct {
		path *string
		name string
	}{{&c.InboxDir, "inbox"}, {&c.ArchiveDir, "archive"}, {&c.RejectedDir, "rejected"}, {&c.Database, "goodstanding.db"}} {
		if *p.path == "" {
			*p.path = filepath.Join(c.DataDir, p.name)
		} else {
			*p.path = v.path(*p.path)
		}
	}
	// A file that is archived inside the inbox would arrive there again.
	dirs := []struct{ key, path string }{{"inbox_dir", c.InboxDir}, {"archive_dir", c.ArchiveDir}, {"rejected_dir", c.RejectedDir}, {"database", c.Database}}
	for i, a := range dirs {
		for _, b := range dirs[:i] {
			if inside(a.path, b.path) || a.key != "database" && inside(b.path, a.path) {
				key, other := a.key, b.key
				if v.lines[key] == 0 {
					key, other = b.key, a.key // blame the one that the file names
				}
				v.say(key, "it overlaps with %s; give each a place of its own", other)
			}
		}
	}
}

// path makes a path of the file absolute.
func (v *validator) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(v.base, p)
}

// inside says whether a path is a folder or lies in it.
func inside(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func (v *validator) general() {
	c := v.cfg
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil || c.TimeZone == "" {
		v.say("time_zone", `%q is no time zone; write a name such as "Europe/Berlin", "UTC", or "Local" for this machine's`, c.TimeZone)
	}
	c.Location = loc
	v.oneOf("log_format", c.LogFormat, "text", "json")
}

// oneOf notes a word that is none of those allowed.
func (v *validator) oneOf(key, word string, allowed ...string) {
	if !slices.Contains(allowed, word) {
		v.suggest(key, nearest(word, allowed), "%q is not possible here; write one of %s", word, strings.Join(allowed, ", "))
	}
}

func (v *validator) web() {
	w := v.cfg.Web
	if w.Listen != "" {
		_, port, err := net.SplitHostPort(w.Listen)
		n, bad := strconv.Atoi(port)
		if err != nil || bad != nil || n < 0 || n > 65535 {
			v.say("web.listen", `%q is no address; write a host and a port, such as "127.0.0.1:9464", or "" for no page`, w.Listen)
		}
	}
	if w.URL != "" && !webAddress(w.URL) || strings.ContainsAny(w.URL, "<>| \"") {
		v.say("web.url", `want the address by which people reach the page, such as "https://goodstanding.example.com/"`)
	}
	for i, h := range w.Hosts {
		bad := func(r rune) bool {
			return !(r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '.' || r == '-')
		}
		if h == "" || strings.ContainsFunc(h, bad) {
			v.say(fmt.Sprintf("web.hosts[%d]", i+1), `%q is no host name; write the name alone, such as "goodstanding.example.com"`, h)
		}
	}
}

func (v *validator) times() {
	c := v.cfg
	v.between("inbox.poll", c.Inbox.Poll, time.Second, time.Hour)
	v.between("inbox.settle", c.Inbox.Settle, time.Second, 10*time.Minute)
	v.spec("schedule.checks", c.Schedule.Checks)
	v.spec("schedule.daily", c.Schedule.Daily)
	v.spec("schedule.deliver", c.Schedule.Deliver)
	for _, signal := range c.checkSignals() {
		check := c.Checks[signal]
		key := fmt.Sprintf("checks.%s.schedule", signal)
		if v.given(key) {
			v.spec(key, check.Schedule)
			continue
		}
		check.Schedule = c.Schedule.Checks
		if slices.ContainsFunc(v.copies, func(copied checkCopy) bool { return copied.signal == signal && copied.daily }) {
			check.Schedule = c.Schedule.Daily
		}
		c.Checks[signal] = check
	}
}

func (v *validator) between(key string, d, least, most time.Duration) {
	if d < least || d > most {
		v.say(key, "%s is out of range; write something from %s to %s", shortDuration(d), shortDuration(least), shortDuration(most))
	}
}

func (v *validator) spec(key, spec string) {
	if err := schedule.Validate(spec); err != nil {
		v.say(key, "%v", err)
	}
}

func (v *validator) accounts() {
	for _, name := range slices.Sorted(maps.Keys(v.cfg.Accounts)) {
		a, key := v.cfg.Accounts[name], dotted("accounts", name)
		if why := badFolder(name); why != "" {
			v.say(key, "%s", why)
		}
		a.Marketplace = v.marketplace(key+".marketplace", a.Marketplace)
		if strings.ContainsFunc(a.Name, unicode.IsControl) {
			v.say(key+".name", "it has line breaks or other control characters; write it on one line")
		}
		v.cfg.Accounts[name] = a
	}
}

// checks looks at the checks' own settings, by the rule of CheckTarget.
func (v *validator) checks() {
	for _, c := range v.copies {
		for _, f := range settingFields(c.value) {
			key := "checks." + string(c.signal) + "." + f.key
			switch x := f.value.Interface().(type) {
			case float64:
				if x > 1 && x <= 100 {
					v.say(key, "%g would be %g %%; it is a share of 1, so write %g for %g %%", x, x*100, x/100, x)
				} else if x < 0 || x > 1 {
					v.say(key, "%g is no share; write something from 0 to 1", x)
				}
			case int:
				if x < 0 {
					v.say(key, "%d is less than nothing; write 0 or more", x)
				}
			case time.Duration:
				if x < 0 {
					v.say(key, "%s is less than nothing; write a duration such as \"36h\"", shortDuration(x))
				}
			}
		}
	}
}

// badFolder says why a name cannot be that of an account's folder; "" if it can.
func badFolder(name string) string {
	switch {
	case name == "":
		return "an account is named after its folder in the inbox; write that name"
	case strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, "."):
		return "an account is named after its folder in the inbox; write the folder's name alone, without slashes and without a dot at its beginning"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) || strings.TrimSpace(name) != name:
		return "an account is named after its folder in the inbox; no folder should have spaces around its name or control characters in it"
	case len(name) > 255:
		return "no folder can have so long a name; the longest has 255 bytes"
	default:
		return ""
	}
}

// marketplace returns a marketplace by its proper name.
func (v *validator) marketplace(key string, m monitor.Marketplace) monitor.Marketplace {
	if m == "" {
		return ""
	}
	known, ok := monitor.ParseMarketplace(string(m))
	if !ok {
		var names []string
		for _, k := range monitor.Marketplaces() {
			names = append(names, string(k))
		}
		v.suggest(key, nearest(string(m), names), "%q is no marketplace; write it as the exports do, such as Amazon.com or Amazon.de", m)
	}
	return known
}

func (v *validator) limits() {
	type target struct {
		account     string
		marketplace monitor.Marketplace
		signal      monitor.Signal
		days        int
	}
	first := map[target]int{}
	for i := range v.cfg.Limits {
		l, key := &v.cfg.Limits[i], fmt.Sprintf("limits[%d]", i+1)
		before := len(v.mistakes)
		if l.Account != "" {
			if why := badFolder(l.Account); why != "" {
				v.say(key+".account", "%s", why)
			}
		}
		l.Marketplace = v.marketplace(key+".marketplace", l.Marketplace)
		if !v.given(key+".limit") && !v.given(key+".days") && !v.given(key+".end_lag_days") {
			v.say(key, "it changes nothing; write limit, days or end_lag_days, or take the section out")
		}
		v.limitSignal(key, l.Signal)
		v.limitNumbers(key, *l)
		if len(v.mistakes) > before {
			continue
		}
		t := target{l.Account, l.Marketplace, l.Signal, l.MatchDays}
		if line, twice := first[t]; twice {
			v.say(key, "the section at line %d is for the same account, marketplace and signal; keep one", line)
			continue
		}
		first[t] = v.lines[key]
	}
}

func (v *validator) limitSignal(key string, signal monitor.Signal) {
	names := make([]string, 0, len(v.cfg.Checks))
	for _, s := range v.cfg.checkSignals() {
		names = append(names, string(s))
	}
	switch {
	case signal == "":
		v.say(key+".signal", "it is missing; write which limit to change, such as %q", policy.LateShipmentRate)
	case !slices.Contains(names, string(signal)):
		v.suggest(key+".signal", nearest(string(signal), names), "there is no check %q", signal)
	default:
		if err := (policy.Override{Signal: signal}).Validate(); err != nil {
			v.say(key+".signal", "%v", err)
		}
	}
}

// limitNumbers asks policy about each number by itself, so that each mistake has its own line.
func (v *validator) limitNumbers(key string, l LimitConfig) {
	ask := func(name string, o policy.Override) {
		o.Signal = policy.LateShipmentRate
		if err := o.Validate(); err != nil {
			v.say(key+"."+name, "%v", err)
		}
	}
	if l.MatchDays < 0 {
		v.say(key+".match_days", "%d is no length of a window; write one such as 30, or leave it out for every window", l.MatchDays)
	}
	if l.Limit != nil && *l.Limit >= 1 && *l.Limit <= 100 {
		v.say(key+".limit", "%g would be %g %%; a limit is a share of 1, so write %g for %g %%", *l.Limit, *l.Limit*100, *l.Limit/100, *l.Limit)
	} else {
		ask("limit", policy.Override{Limit: l.Limit})
	}
	ask("days", policy.Override{Days: l.Days})
	ask("end_lag_days", policy.Override{EndLag: l.EndLagDays})
}

func (v *validator) slack() {
	s := &v.cfg.Slack
	tokenAt := v.secret(&s.Token, "slack.token", &s.TokenFile, tokenVariable)
	webhookAt := v.secret(&s.WebhookURL, "slack.webhook_url", &s.WebhookURLFile, webhookVariable)
	if s.Token != "" && !strings.HasPrefix(string(s.Token), "xoxb-") && !strings.HasPrefix(string(s.Token), "xoxe.xoxb-") {
		v.say(tokenAt, "this is no bot token, which begins with xoxb-; copy the one from OAuth & Permissions of your Slack app")
	}
	if s.WebhookURL != "" && !webAddress(string(s.WebhookURL)) {
		v.say(webhookAt, "this is no address of a webhook, which begins with https://; copy it from Incoming Webhooks of your Slack app")
	}
	v.slackButtons(tokenAt)
	if s.APIURL != "" {
		if !webAddress(s.APIURL) {
			v.say("slack.api_url", `want an address that begins with https://, or leave it out for Slack's own`)
		}
		s.APIURL = strings.TrimSuffix(s.APIURL, "/") + "/"
	}
	v.oneOf("slack.notify_from", string(s.NotifyFrom), string(monitor.Watch), string(monitor.Warning), string(monitor.Critical))
	if strings.ContainsFunc(s.Channel, unicode.IsSpace) {
		v.say("slack.channel", `%q is no channel; write one such as "#account-health" or its ID`, s.Channel)
	}
	switch {
	case tokenAt != "" && webhookAt != "":
		v.say(webhookAt, "there is a token too (%s); keep the token, which can answer in threads, or the webhook", tokenAt)
	case tokenAt != "" && s.Channel == "" && !v.wrong("slack.channel") && !v.usesBot():
		v.say(tokenAt, `a token needs to know where to write; set slack.channel, such as "#account-health"`)
	case v.wrong("slack.token", "slack.token_file", "slack.webhook_url", "slack.webhook_url_file", "slack.channel"):
	case tokenAt == "" && webhookAt == "" && s.Channel != "":
		v.say("slack.channel", "nothing would be sent to it: there is no token; set slack.token_file or %s", tokenVariable)
	case webhookAt != "" && s.Channel != "":
		v.warn("slack.channel has no effect: a webhook writes to the channel that it was made for")
	}
}

// slackButtons looks at what the buttons in Slack need.
func (v *validator) slackButtons(tokenAt string) {
	s := &v.cfg.Slack
	at := v.secret(&s.AppToken, "slack.app_token", &s.AppTokenFile, appVariable)
	switch {
	case s.AppToken != "" && !strings.HasPrefix(string(s.AppToken), "xapp-"):
		v.say(at, "this is no app token, which begins with xapp-; make one with the scope connections:write at Basic Information of your Slack app")
	case s.AppToken != "" && tokenAt == "":
		v.say(at, "buttons are on messages of a bot, and there is no bot token; set slack.token_file or %s", tokenVariable)
	}
	for _, ids := range []struct {
		key, what, begin string
		ids              []string
	}{{"slack.allow_users", "member", "UW", s.AllowUsers}, {"slack.allow_channels", "channel", "CGD", s.AllowChannels}} {
		for i, id := range ids.ids {
			if len(id) < 3 || !strings.Contains(ids.begin, id[:1]) || strings.ToUpper(id) != id {
				v.say(fmt.Sprintf("%s[%d]", ids.key, i+1), "%q is no %s ID, such as %c0123456789; copy it from Slack, a name can be anybody's", id, ids.what, ids.begin[0])
			}
		}
	}
}

// usesBot says whether a channel of its own section writes by the token.
func (v *validator) usesBot() bool {
	for _, c := range v.cfg.Channels {
		if c.Type == "slack" && c.Channel != "" {
			return true
		}
	}
	return false
}

// webAddress says whether a text is an address to send a secret to: https, or http on this machine.
func webAddress(text string) bool {
	u, err := url.Parse(text) // its error would repeat the address
	if err != nil || u.Host == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// secret fills in a secret from the one place that has it: the file, a file of its own, or the environment. It returns
// the name of that place, or "" if nothing has it.
func (v *validator) secret(s *Secret, key string, file *string, variable string) (place string) {
	var places []string
	*s = Secret(strings.TrimSpace(string(*s)))
	if *s != "" {
		places = append(places, key)
		if info, err := os.Stat(v.cfg.Path); err == nil && worldReadable(info) {
			v.warn("%s holds a secret (%s) and every user of this machine can read it: run chmod 600 on it, or move the secret to a file of its own", v.cfg.Path, key)
		}
	}
	if *file != "" {
		places = append(places, key+"_file")
		*file = v.path(*file)
		*s = cmp.Or(*s, v.secretFile(key+"_file", *file))
	}
	if e := strings.TrimSpace(v.env(variable)); e != "" {
		places = append(places, variable)
		*s = cmp.Or(*s, Secret(e))
	}
	if len(places) == 0 {
		return ""
	}
	if len(places) > 1 {
		v.say(places[0], "it is set in more than one place (%s); keep one", strings.Join(places, ", "))
	}
	return places[0]
}

// secretFile reads a secret from a file of its own.
func (v *validator) secretFile(key, path string) Secret {
	text, err := os.ReadFile(path)
	if why, ok := errors.AsType[*fs.PathError](err); ok {
		v.say(key, "%s cannot be read: %v; write the secret there, readable by the user that runs Goodstanding", path, why.Err)
		return ""
	}
	if err != nil {
		v.say(key, "%s cannot be read: %v", path, err)
		return ""
	}
	s := Secret(strings.TrimSpace(string(text)))
	if s == "" {
		v.say(key, "%s is empty; write the secret there", path)
	}
	if info, err := os.Stat(path); err == nil && worldReadable(info) {
		v.warn("%s (%s) holds a secret and every user of this machine can read it: run chmod 600 on it", path, key)
	}
	return s
}

func worldReadable(info fs.FileInfo) bool { return info.Mode().Perm()&0o004 != 0 }

// shortDuration writes 36h and not 36h0m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
