package alerts

import (
	"fmt"
	"time"

	"goodstanding/monitor"
)

// newReason says why a problem is told for the first time; ended is when it ended before, or zero.
func newReason(f monitor.Finding, ended time.Time) string {
	if ended.IsZero() {
		return "It is new."
	}
	return fmt.Sprintf("It is back: it had ended on %s.", moment(ended, f.Marketplace))
}

// lastedReason says how long a problem was waited for, where it was.
func lastedReason(f monitor.Finding, since time.Time, rounds int) string {
	if since.IsZero() {
		return ""
	}
	return fmt.Sprintf(" It has lasted since %s, over %d rounds.", moment(since, f.Marketplace), rounds)
}

// acknowledgedReason says that an acknowledgement does not count any more.
func acknowledgedReason(a monitor.Ack, m monitor.Marketplace) string {
	return fmt.Sprintf(" %s had acknowledged it as %s on %s; that no longer counts.", a.By, a.Severity, moment(a.At, m))
}

// backWorseReason says why a problem that came back soon is told all the same.
func backWorseReason(f monitor.Finding, ended time.Time, heard monitor.Severity) string {
	return fmt.Sprintf("It had ended on %s and is back, now %s instead of %s.", moment(ended, f.Marketplace), f.Severity, heard)
}

// stayedReason says why a problem is told that came back without a word.
func stayedReason(f monitor.Finding, since time.Time) string {
	return fmt.Sprintf("It came back on %s and has stayed since.", moment(since, f.Marketplace))
}

func worseReason(is, was monitor.Severity) string {
	return fmt.Sprintf("It got worse: from %s to %s.", was, is)
}

func againReason(is, was monitor.Severity, lull time.Duration) string {
	return fmt.Sprintf("It is %s again, after %s as %s.", is, span(lull), was)
}

func easedReason(is, was monitor.Severity) string {
	return fmt.Sprintf("It eased from %s to %s. You hear of it again only if it gets worse.", was, is)
}

func resolvedReason(found bool) string {
	if found {
		return "The check finds it in order again."
	}
	return "The check no longer finds it."
}

func blindReason(a monitor.Alert) string {
	return fmt.Sprintf("It could not be judged since %s. It stays open as %s until it can.",
		moment(a.BlindSince, a.Marketplace), a.Severity)
}

// moment writes an instant on the clock that the marketplace's metrics follow.
func moment(t time.Time, m monitor.Marketplace) string {
	return t.In(m.Clock()).Format("2 Jan 15:04 MST")
}

// span writes a duration as people say it: 30 h, 3 days.
func span(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
