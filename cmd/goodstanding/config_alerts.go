package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

// AlertsConfig is the section [alerts].
type AlertsConfig struct {
	ReopenQuiet      time.Duration
	BlindPatience    time.Duration
	EaseAfter        time.Duration
	RemindCritical   time.Duration // 0: never, as the next
	RemindWarning    time.Duration
	RemindLongest    time.Duration
	CatchUpAfter     time.Duration
	HideConsequences bool
	DeadlineShare    float64
	HeartbeatURL     Secret `toml:"heartbeat_url"` // empty: none
	HeartbeatURLFile string `toml:"heartbeat_url_file"`
	HeartbeatEvery   time.Duration
	Pending          []PendingConfig
}

// PendingConfig is a section [[alerts.pending]].
type PendingConfig struct {
	Signal monitor.Signal
	For    time.Duration
	Rounds int
}

// RouteConfig is a section [[routes]]: what is empty matches any.
type RouteConfig struct {
	Account         string
	Marketplace     monitor.Marketplace
	Signal          monitor.Signal
	Subject         string
	From            monitor.Severity
	Channels        []string
	Mention         []string
	Unanswered      string
	UnansweredAfter time.Duration
}

// HoursConfig is a section [hours.CHANNEL].
type HoursConfig struct {
	TimeZone string // empty: that of the configuration
	Quiet    string // "20:00-07:00"; empty: none
	Days     string // "mon-fri" or "mon,wed"; empty: all
	Daily    string // "08:30"; empty: none
	Weekly   string // "mon 08:30"; "off": none; not given: Monday morning
}

// shipByDeadline is the signal that deadline_share is about.
const shipByDeadline monitor.Signal = "ship_by_deadline"

// heartbeatVariable takes the place of alerts.heartbeat_url.
const heartbeatVariable = "GOODSTANDING_HEARTBEAT_URL"

func defaultAlerts() AlertsConfig {
	d := alerts.DefaultDesk("")
	return AlertsConfig{
		ReopenQuiet: d.Policy.ReopenQuiet, BlindPatience: d.Policy.BlindPatience, EaseAfter: d.Policy.EaseAfter,
		RemindCritical: d.Reminder[monitor.Critical], RemindWarning: d.Reminder[monitor.Warning], RemindLongest: d.Longest,
		CatchUpAfter: 2 * time.Hour, HideConsequences: true, DeadlineShare: d.Policy.Weights[shipByDeadline].Share, HeartbeatEvery: 5 * time.Minute,
	}
}

// alertPolicy returns the policy as configured.
func (c *Config) alertPolicy() alerts.Policy {
	p := alerts.Default()
	p.NotifyFrom = c.Slack.NotifyFrom
	p.ReopenQuiet, p.BlindPatience, p.EaseAfter = c.Alerts.ReopenQuiet, c.Alerts.BlindPatience, c.Alerts.EaseAfter
	p.Weights[shipByDeadline] = alerts.Weight{Rate: p.Weights[shipByDeadline].Rate, Share: c.Alerts.DeadlineShare}
	for _, w := range c.Alerts.Pending {
		p.Pending[w.Signal] = alerts.Pending{For: w.For, Rounds: w.Rounds}
	}
	return p
}

func (r RouteConfig) route() alerts.Route {
	return alerts.Route{
		Match:    monitor.Match{Account: r.Account, Marketplace: r.Marketplace, Signal: r.Signal, Subject: r.Subject, From: r.From},
		Channels: r.Channels, Mention: r.Mention, Unanswered: r.Unanswered, After: r.UnansweredAfter,
	}
}

// channelHours returns a channel with its hours. They are valid.
func (c *Config) channelHours(name string) alerts.Channel {
	ch := alerts.Channel{Name: name, Location: c.Location}
	h, ok := c.Hours[name]
	if !ok {
		h.Weekly = defaultWeekly
	}
	if h.TimeZone != "" {
		if loc, err := time.LoadLocation(h.TimeZone); err == nil {
			ch.Location = loc
		}
	}
	if from, to, ok := strings.Cut(h.Quiet, "-"); ok {
		ch.QuietFrom, _ = timeOfDay(from)
		ch.QuietTo, _ = timeOfDay(to)
	}
	ch.Days, _ = weekdays(h.Days)
	if at, ok := timeOfDay(h.Daily); ok {
		ch.Daily = &at
	}
	if day, at, ok := weekly(h.Weekly); ok {
		ch.WeeklyOn, ch.Weekly = day, &at
	}
	return ch
}

// defaultWeekly is when a channel has its weekly digest.
const defaultWeekly = "mon 08:30"

// timeOfDay reads 08:30 as the time since midnight.
func timeOfDay(text string) (time.Duration, bool) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

var weekdayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// weekdays reads mon-fri or mon,wed,fri. Nothing is every day.
func weekdays(text string) (days []time.Weekday, ok bool) {
	if text == "" {
		return nil, true
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		a := slices.Index(weekdayNames, first)
		b := a
		if isRange {
			b = slices.Index(weekdayNames, last)
		}
		if a < 0 || b < 0 {
			return nil, false
		}
		for day := a; ; day = (day + 1) % 7 {
			days = append(days, time.Weekday(day))
			if day == b {
				break
			}
		}
	}
	return days, true
}

// weekly reads "mon 08:30".
func weekly(text string) (day time.Weekday, at time.Duration, ok bool) {
	name, clock, _ := strings.Cut(text, " ")
	i := slices.Index(weekdayNames, name)
	at, ok = timeOfDay(clock)
	return time.Weekday(i), at, ok && i >= 0
}

// alerts looks at [alerts], [[routes]] and [hours.CHANNEL].
func (v *validator) alerts() {
	a := &v.cfg.Alerts
	at := v.secret(&a.HeartbeatURL, "alerts.heartbeat_url", &a.HeartbeatURLFile, heartbeatVariable)
	if a.HeartbeatURL != "" && !webAddress(string(a.HeartbeatURL)) {
		v.say(at, "this is no address to call, which begins with https://; copy it from the service that is to notice when it is not called")
	}
	v.between("alerts.heartbeat_every", a.HeartbeatEvery, 30*time.Second, 24*time.Hour)
	if a.DeadlineShare < 0 || a.DeadlineShare > 1 {
		v.say("alerts.deadline_share", "%g is no share; write something from 0 to 1, 0.5 for half", a.DeadlineShare)
	}
	year := 366 * 24 * time.Hour
	v.between("alerts.reopen_quiet", a.ReopenQuiet, 0, year)
	v.between("alerts.blind_patience", a.BlindPatience, 0, year)
	v.between("alerts.ease_after", a.EaseAfter, 0, year)
	v.between("alerts.catch_up_after", a.CatchUpAfter, time.Minute, year)
	for _, r := range []struct {
		key string
		d   time.Duration
	}{{"alerts.remind_critical", a.RemindCritical}, {"alerts.remind_warning", a.RemindWarning}, {"alerts.remind_longest", a.RemindLongest}} {
		if r.d != 0 {
			v.between(r.key, r.d, 24*time.Hour, year)
		}
	}
	seen := map[monitor.Signal]bool{}
	for i, p := range a.Pending {
		key := fmt.Sprintf("alerts.pending[%d]", i+1)
		switch {
		case p.Signal == "":
			v.say(key+".signal", "it is missing; write which signal is to wait")
		case seen[p.Signal]:
			v.say(key+".signal", "there is another section for %s; keep one", p.Signal)
		default:
			v.knownSignal(key+".signal", p.Signal)
		}
		seen[p.Signal] = true
		v.between(key+".for", p.For, 0, 30*24*time.Hour)
		if p.Rounds < 0 || p.Rounds > 1000 {
			v.say(key+".rounds", "%d is out of range; write something from 0 to 1000", p.Rounds)
		}
	}
	for i := range v.cfg.Routes {
		v.route(fmt.Sprintf("routes[%d]", i+1), &v.cfg.Routes[i])
	}
	for _, name := range slices.Sorted(maps.Keys(v.cfg.Hours)) {
		v.hours(dotted("hours", name), name)
	}
}

func (v *validator) knownSignal(key string, signal monitor.Signal) {
	names := make([]string, 0, len(v.cfg.Checks))
	for _, s := range v.cfg.checkSignals() {
		names = append(names, string(s))
	}
	if !slices.Contains(names, string(signal)) {
		v.suggest(key, nearest(string(signal), names), "there is no check %q", signal)
	}
}

// channelNamed notes a name that no channel has.
func (v *validator) channelNamed(key, name string) {
	if names := v.cfg.channelNames(); !slices.Contains(names, name) {
		v.suggest(key, nearest(name, names), "there is no channel %q; write one of %s", name, strings.Join(names, ", "))
	}
}

func (v *validator) route(key string, r *RouteConfig) {
	if r.Account != "" {
		if why := badFolder(r.Account); why != "" {
			v.say(key+".account", "%s", why)
		}
	}
	r.Marketplace = v.marketplace(key+".marketplace", r.Marketplace)
	if r.Signal != "" {
		v.knownSignal(key+".signal", r.Signal)
	}
	if r.From != "" {
		v.oneOf(key+".from", string(r.From), string(monitor.Watch), string(monitor.Warning), string(monitor.Critical))
	}
	for i, name := range r.Channels {
		v.channelNamed(fmt.Sprintf("%s.channels[%d]", key, i+1), name)
	}
	for i, who := range r.Mention {
		if strings.ContainsFunc(who, unicode.IsControl) || strings.TrimSpace(who) == "" || len(who) > 100 {
			v.say(fmt.Sprintf("%s.mention[%d]", key, i+1), `want who is mentioned, such as a member's ID "U0123456789"`)
		}
	}
	switch {
	case r.Unanswered == "" && v.given(key+".unanswered_after"):
		v.say(key+".unanswered_after", "it has no effect: write in unanswered which channel is told then")
	case r.Unanswered == "":
	case slices.Contains(r.Channels, r.Unanswered) || len(r.Channels) == 0 && r.Unanswered == v.cfg.channelNames()[0]:
		v.say(key+".unanswered", "%s is told at once by this route; name another channel", r.Unanswered)
	default:
		v.channelNamed(key+".unanswered", r.Unanswered)
		r.UnansweredAfter = cmp.Or(r.UnansweredAfter, 4*time.Hour)
		v.between(key+".unanswered_after", r.UnansweredAfter, time.Minute, 30*24*time.Hour)
	}
	if len(r.Channels) == 0 && len(r.Mention) == 0 && r.Unanswered == "" {
		v.say(key, "it changes nothing; write channels, mention or unanswered, or take the section out")
	}
}

func (v *validator) hours(key, name string) {
	h := v.cfg.Hours[name]
	v.channelNamed(key, name)
	if h.TimeZone != "" {
		if _, err := time.LoadLocation(h.TimeZone); err != nil {
			v.say(key+".time_zone", `%q is no time zone; write a name such as "Europe/Berlin"`, h.TimeZone)
		}
	}
	if h.Quiet != "" {
		from, to, _ := strings.Cut(h.Quiet, "-")
		a, ok := timeOfDay(from)
		b, also := timeOfDay(to)
		if !ok || !also || a == b {
			v.say(key+".quiet", `%q is no span of hours; write one such as "20:00-07:00"`, h.Quiet)
		}
	}
	if _, ok := weekdays(h.Days); !ok {
		v.say(key+".days", `%q are no days; write "mon-fri", or "mon,wed,fri"`, h.Days)
	}
	if _, ok := timeOfDay(h.Daily); !ok && h.Daily != "" {
		v.say(key+".daily", `%q is no time of the day; write one such as "08:30"`, h.Daily)
	}
	if !v.given(key + ".weekly") {
		h.Weekly = defaultWeekly
	}
	if _, _, ok := weekly(h.Weekly); !ok && h.Weekly != "off" {
		v.say(key+".weekly", `%q is no day and time; write "mon 08:30", or "off"`, h.Weekly)
	}
	v.cfg.Hours[name] = h
}
