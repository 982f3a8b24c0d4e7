package alerts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// ahead is how many days a digest looks ahead.
const ahead = 7

// servedOf returns what is known of a channel.
func servedOf(served []monitor.Served, channel string) monitor.Served {
	for _, v := range served {
		if v.Channel == channel {
			return v
		}
	}
	return monitor.Served{Channel: channel}
}

// digestDue says whether a channel is to have a digest, or its first one is to be reckoned from now.
func (c Channel) digestDue(last, at time.Time, weekly bool) bool {
	due := c.lastDigest(at, weekly)
	return !due.IsZero() && (last.IsZero() || last.Before(due))
}

// digests sends a channel its daily or weekly digest. Of what was missed while Goodstanding was away only one is sent, and a
// week's takes the place of the day's.
func (t *talk) digests(ch Channel) {
	is := servedOf(t.Served, ch.Name)
	daily, weekly := ch.digestDue(is.Daily, t.At, false), ch.digestDue(is.Weekly, t.At, true)
	if !daily && !weekly || !t.All {
		return
	}
	from := is.Daily
	if weekly {
		from = is.Weekly
	}
	if !from.IsZero() {
		d := t.digest(ch, from)
		d.Weekly = weekly
		if weekly || !empty(d) {
			n := monitor.Notice{Kind: monitor.KindDigest, At: t.At, Channel: ch.Name, Digest: &d, Severity: monitor.OK,
				Thread: "digest/" + t.At.UTC().Format(time.RFC3339)}
			for _, l := range slices.Concat(d.Open, d.Blind) {
				if l.Severity.Worse(n.Severity) {
					n.Severity = l.Severity
				}
			}
			t.out.Notices = append(t.out.Notices, n)
		}
	}
	if daily || weekly && ch.Daily != nil {
		is.Daily = t.At
	}
	if weekly {
		is.Weekly = t.At
	}
	t.out.Served = append(t.out.Served, is)
}

// digest gathers what happened since an instant, and what is coming.
func (t *talk) digest(ch Channel, from time.Time) monitor.Digest {
	d := monitor.Digest{From: from, To: t.At}
	mine := func(k monitor.AlertKey, s monitor.Severity) bool {
		return slices.Contains(t.route(k, s).Channels, ch.Name) || t.told[toldKey{k, ch.Name}] != nil
	}
	for _, key := range t.keys() {
		a := *t.alerts[key]
		worst := a.Worst
		if a.Severity.Worse(worst) {
			worst = a.Severity
		}
		if !mine(key, worst) || !t.Policy.alarming(a.Signal, worst) {
			continue
		}
		lasts := a.Resolved.IsZero()
		line := monitor.DigestLine{Key: key, Severity: a.Severity, At: a.Opened, Summary: a.Finding.Summary, Acked: a.Acked}
		line.Silenced = t.silenced(key, a.Severity)
		if lasts && t.Policy.alarming(a.Signal, a.Severity) {
			d.Open = append(d.Open, line)
			if line.Silenced {
				d.Silenced++
			}
			if a.Acked.Holds(t.At) {
				d.Acked++
			}
		}
		if lasts && !a.BlindSince.IsZero() {
			blind := line
			blind.At = a.BlindSince
			d.Blind = append(d.Blind, blind)
		}
		if a.Opened.After(from) {
			came := line
			came.Severity = worst
			d.Came = append(d.Came, came)
		}
		if !lasts && a.Resolved.After(from) {
			went := line
			went.Severity, went.At = worst, a.Resolved
			d.Went = append(d.Went, went)
			if a.Finding.Limit != nil && a.Finding.Window != nil && worst != monitor.Critical && a.Told != "" {
				d.Averted = append(d.Averted, went)
			}
		}
	}
	for _, lines := range [][]monitor.DigestLine{d.Open, d.Blind, d.Came, d.Went, d.Averted} {
		slices.SortStableFunc(lines, func(a, b monitor.DigestLine) int { return b.Severity.Rank() - a.Severity.Rank() })
	}
	for _, f := range t.Findings {
		if f.Severity.Rank() >= monitor.Watch.Rank() && mine(f.Key(), f.Severity) {
			d.Coming = append(d.Coming, coming(f, t.At)...)
		}
	}
	slices.SortStableFunc(d.Coming, func(a, b monitor.Coming) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), strings.Compare(string(a.Kind), string(b.Kind)), compareKeys(a.Key, b.Key))
	})
	return d
}

func empty(d monitor.Digest) bool {
	return len(d.Open)+len(d.Came)+len(d.Went)+len(d.Blind)+len(d.Coming)+len(d.Averted) == 0
}

// coming returns what the next seven days bring of a finding: defects that leave the window, the day on which the limit is
// likely to be reached, and orders that are due.
func coming(f monitor.Finding, at time.Time) []monitor.Coming {
	today := monitor.DayOf(at, f.Marketplace.Clock())
	near := func(day monitor.Day) bool { return day >= today && day <= today+ahead }
	var all []monitor.Coming
	if f.Forecast != nil {
		for _, l := range f.Forecast.Leaving {
			if near(l.Day) {
				all = append(all, monitor.Coming{Day: l.Day, Key: f.Key(), Kind: monitor.ComingRollOff, Defects: l.Defects, Value: &l.Value, Limit: f.Limit})
			}
		}
		if by := f.Forecast.By; by != nil && near(*by) {
			all = append(all, monitor.Coming{Day: *by, Key: f.Key(), Kind: monitor.ComingCrossing, Limit: f.Limit, Summary: f.Summary})
		}
	}
	if f.Window != nil {
		return all // the ship-by dates of a rate are past
	}
	due := map[monitor.Day]int{}
	for _, e := range f.Evidence {
		if !e.ShipBy.IsZero() {
			if day := monitor.DayOf(e.ShipBy, f.Marketplace.Clock()); near(day) {
				due[day]++
			}
		}
	}
	for day, n := range due {
		all = append(all, monitor.Coming{Day: day, Key: f.Key(), Kind: monitor.ComingDeadline, Orders: n, Summary: f.Summary})
	}
	return all
}

// warnNow says whether the end of a silence is to be announced: a day before it, or after three quarters of a short one.
func warnNow(q monitor.Silence, at time.Time) bool {
	before := min(24*time.Hour, q.Until.Sub(q.From)/4)
	return q.Warned.IsZero() && q.Holds(at) && !at.Before(q.Until.Add(-before))
}

// warnOfSilences announces the end of silences that hide something, in the channels that it would be told in.
func (t *talk) warnOfSilences() {
	for _, q := range t.Silences {
		if !warnNow(q, t.At) || !t.All {
			continue
		}
		quiet := false
		members := map[string][]monitor.Notice{}
		for _, a := range t.open {
			if !q.Match.Matches(a.AlertKey, a.Severity) || !t.Policy.alarming(a.Signal, a.Severity) {
				continue
			}
			for _, name := range t.route(a.AlertKey, a.Severity).Channels {
				ch, _ := t.channel(name)
				quiet = quiet || !ch.QuietUntil(t.At).IsZero()
				n := monitor.Notice{Kind: monitor.KindAlert, Key: a.AlertKey, Event: monitor.Reminded, At: t.At, Severity: a.Severity, Finding: a.Finding,
					Channel: name, Acked: a.Acked, Snoozed: a.Snoozed, Opened: a.Opened}
				members[name] = append(members[name], brief(n))
			}
		}
		if quiet {
			continue // later: in the night nobody can mend it
		}
		said := q
		said.Warned = t.At
		t.out.Silences = append(t.out.Silences, said)
		for _, ch := range t.Channels {
			if len(members[ch.Name]) == 0 {
				continue
			}
			n := monitor.Notice{Kind: monitor.KindSilence, At: t.At, Channel: ch.Name, Silence: &said, Severity: members[ch.Name][0].Severity,
				Thread: "silence/" + said.Until.UTC().Format(time.RFC3339) + "/" + t.At.UTC().Format(time.RFC3339)}
			n.Members, n.More = capped(members[ch.Name])
			t.out.Notices = append(t.out.Notices, n)
		}
	}
}
