package alerts

import (
	"time"

	"goodstanding/monitor"
)

// Route says where alerts of a kind are told. The first that matches holds; without one they go to the desk's first channel.
type Route struct {
	Match    monitor.Match
	Channels []string // names; empty: the desk's first channel
	Mention  []string // who is mentioned when such an alert opens or gets worse
	// Unanswered names a further channel that is told when nobody acknowledged the alert within After. Empty: none.
	Unanswered string
	After      time.Duration
}

// route returns the route of an alert of a severity. Its channels are configured ones, at least one.
func (d Desk) route(k monitor.AlertKey, s monitor.Severity) Route {
	var r Route
	for _, candidate := range d.Routes {
		if candidate.Match.Matches(k, s) {
			r = candidate
			break
		}
	}
	var channels []string
	for _, name := range r.Channels {
		if _, ok := d.channel(name); ok {
			channels = append(channels, name)
		}
	}
	if len(channels) == 0 && len(d.Channels) > 0 {
		channels = []string{d.Channels[0].Name}
	}
	r.Channels = channels
	return r
}

// channel returns a channel by its name.
func (d Desk) channel(name string) (Channel, bool) {
	for _, c := range d.Channels {
		if c.Name == name {
			return c, true
		}
	}
	return Channel{}, false
}
