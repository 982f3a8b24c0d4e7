package main

import (
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// The rules by which a replay is scored.
const (
	metDays  = 7                   // a breach is the first day that misses a target after so many that met it
	foretold = 14 * 24 * time.Hour // an alert that ended no longer before a breach has warned of it
)

// leads are the times ahead for which a score says what share of the breaches was warned of.
var leads = []time.Duration{0, 24 * time.Hour, 72 * time.Hour, 168 * time.Hour}

// score is how well a way of warning of one signal did.
type score struct {
	Signal   monitor.Signal
	Way      string // "Goodstanding", or a simple rule
	Breaches int
	Warned   []int // of them, by leads
	Median   time.Duration
	False    int     // alerts that came to nothing
	Months   float64 // of accounts
}

// rated is what is looked at by itself: a signal of one slice of one account.
type rated struct {
	account string
	signal  monitor.Signal
	slice   monitor.Slice
}

// spell is a time during which something alarms; a zero end: it still does.
type spell struct{ from, to time.Time }

// simpleRule is a way of warning that needs no model: it says whether a rate alarms, from its values at this look and the
// same look a week before (nil: there was none), as shares of the limit.
type simpleRule struct {
	name   string
	alarms func(now float64, weekAgo *float64, limit float64) bool
}

var simpleRules = []simpleRule{
	{"at the limit", func(now float64, _ *float64, limit float64) bool { return now >= limit }},
	{"75 % of the limit", func(now float64, _ *float64, limit float64) bool { return now >= 0.75*limit }},
	{"a straight line over 7 days", func(now float64, week *float64, limit float64) bool {
		return now >= limit || week != nil && now > *week && now+(now-*week) >= limit
	}},
	{"0.2 points more than a week ago", func(now float64, week *float64, _ float64) bool { return week != nil && now >= *week+0.002 }},
}

// scoreOf compares what would have been alerted with what happened, for each signal that has a rate.
func scoreOf(all []played, book policy.Book) []score {
	tallies := map[string]*tally{}
	get := func(signal monitor.Signal, way string) *tally {
		key := string(signal) + "\x00" + way
		if tallies[key] == nil {
			tallies[key] = &tally{score: score{Signal: signal, Way: way, Warned: make([]int, len(leads))}}
		}
		return tallies[key]
	}
	var signals []monitor.Signal
	for _, p := range all {
		if len(p.Looks) == 0 {
			continue
		}
		months := p.Looks[len(p.Looks)-1].At.Sub(p.Looks[0].At).Hours() / 24 / 30.44
		alarms, ruled := spellsOf(p), ruleSpells(p)
		for key, missed := range missedOf(p, book) {
			breaches := breaches(p.Looks, missed, key.slice.Marketplace.Clock())
			if !slices.Contains(signals, key.signal) {
				signals = append(signals, key.signal)
			}
			get(key.signal, "Goodstanding").add(breaches, alarms[key], months)
			for _, r := range simpleRules {
				get(key.signal, r.name).add(breaches, ruled[r.name][key], months)
			}
		}
	}
	slices.Sort(signals)
	var scores []score
	for _, signal := range signals {
		ways := []string{"Goodstanding"}
		for _, r := range simpleRules {
			ways = append(ways, r.name)
		}
		for _, way := range ways {
			scores = append(scores, get(signal, way).done())
		}
	}
	return scores
}

// tally adds up a score.
type tally struct {
	score
	ahead []time.Duration
}

// add takes in one slice of an account: the breaches in order, and the spells of alarm.
func (t *tally) add(breaches []time.Time, alarms []spell, months float64) {
	t.Months += months
	useful := make([]bool, len(alarms))
	for _, b := range breaches {
		t.Breaches++
		lead := time.Duration(-1)
		for i, s := range alarms {
			if s.from.After(b) || !s.to.IsZero() && s.to.Add(foretold).Before(b) {
				continue
			}
			useful[i] = true
			lead = max(lead, b.Sub(s.from))
		}
		for i, l := range leads {
			if lead >= l {
				t.Warned[i]++
			}
		}
		if lead >= 0 {
			t.ahead = append(t.ahead, lead)
		}
	}
	for i, s := range alarms {
		if !useful[i] && !s.to.IsZero() { // one that has not ended may still come true
			t.False++
		}
	}
}

func (t *tally) done() score {
	if len(t.ahead) > 0 {
		slices.Sort(t.ahead)
		t.Median = t.ahead[len(t.ahead)/2]
	}
	return t.score
}

// spellsOf returns the times during which an alert of warning or worse was open.
func spellsOf(p played) map[rated][]spell {
	all := map[rated][]spell{}
	for _, e := range p.Events {
		channel, ok := channelOf(e.Key.Subject)
		if !ok {
			continue
		}
		key := rated{p.Account, e.Key.Signal, monitor.Slice{Marketplace: e.Key.Marketplace, Channel: channel}}
		all[key] = switched(all[key], e.At, !monitor.Warning.Worse(e.Severity))
	}
	return all
}

// switched notes that something alarms, or no longer does, from an instant on.
func switched(spells []spell, at time.Time, alarming bool) []spell {
	open := len(spells) > 0 && spells[len(spells)-1].to.IsZero()
	switch {
	case alarming && !open:
		return append(spells, spell{from: at})
	case !alarming && open:
		spells[len(spells)-1].to = at
	}
	return spells
}

func channelOf(subject string) (monitor.Channel, bool) {
	for _, c := range []monitor.Channel{monitor.SellerFulfilled, monitor.FBA} {
		if subject == c.Label() {
			return c, true
		}
	}
	return "", false
}

// ruleSpells returns the times during which each simple rule alarms, for any window of a signal.
func ruleSpells(p played) map[string]map[rated][]spell {
	type window struct {
		rated
		days int
	}
	past := map[window]map[time.Time]float64{}
	all := map[string]map[rated][]spell{}
	for _, r := range simpleRules {
		all[r.name] = map[rated][]spell{}
	}
	for _, look := range p.Looks {
		alarms := map[string]map[rated]bool{}
		for _, f := range look.Rates {
			key := window{f.rated, f.days}
			if past[key] == nil {
				past[key] = map[time.Time]float64{}
			}
			var weekAgo *float64
			if v, ok := past[key][look.At.AddDate(0, 0, -7)]; ok {
				weekAgo = &v
			}
			past[key][look.At] = f.value
			for _, r := range simpleRules {
				if alarms[r.name] == nil {
					alarms[r.name] = map[rated]bool{}
				}
				alarms[r.name][key.rated] = alarms[r.name][key.rated] || r.alarms(f.value, weekAgo, f.limit)
			}
		}
		for name, of := range alarms {
			for key, alarming := range of {
				all[name][key] = switched(all[name][key], look.At, alarming)
			}
		}
	}
	return all
}

// missedOf says of each look whether a target was missed, over any of its windows, by what was known at the end of the replay to
// have been so: for each signal and slice.
func missedOf(p played, book policy.Book) map[rated][]bool {
	all := map[rated][]bool{}
	for slice, triangle := range p.truth {
		for _, signal := range policy.RateSignals() {
			var rules []policy.Rate
			for _, r := range book.Rates(signal, p.Account, slice.Marketplace) {
				if r.Channel == slice.Channel {
					rules = append(rules, r)
				}
			}
			if len(rules) == 0 {
				continue
			}
			missed := make([]bool, len(p.Looks))
			for i, look := range p.Looks {
				day := monitor.DayOf(look.At, slice.Marketplace.Clock())
				missed[i] = slices.ContainsFunc(rules, func(r policy.Rate) bool {
					w := r.Window(day)
					return r.Crossed(triangle.CountKnown(r.Defects, w.From, w.To, day), triangle.CountKnown(r.Of, w.From, w.To, day))
				})
			}
			all[rated{p.Account, signal, slice}] = missed
		}
	}
	return all
}

// breaches finds the looks at which a target was missed for the first time after seven days that met it.
func breaches(looks []playedLook, missed []bool, clock *time.Location) (at []time.Time) {
	met := 0
	var last monitor.Day
	for i, look := range looks {
		day := monitor.DayOf(look.At, clock)
		if missed[i] && met >= metDays {
			at = append(at, look.At)
		}
		switch {
		case missed[i]:
			met = 0
		case day != last:
			met++
		}
		last = day
	}
	return at
}

// score prints scores as a table.
func (p *printer) score(scores []score) {
	if len(scores) == 0 {
		p.printf("\nNo rate could be judged, so there is nothing to score.\n")
		return
	}
	p.printf("\nShare of breaches warned of so long before, and alerts that came to nothing:\n")
	bySignal := map[monitor.Signal]bool{}
	for _, s := range scores {
		if !bySignal[s.Signal] {
			bySignal[s.Signal] = true
			p.printf("\n%s: %d breaches in %.1f account-months\n", s.Signal, s.Breaches, s.Months)
			p.printf("  %-32s  at all   24 h   72 h  168 h  median lead  false/month\n", "")
		}
		p.printf("  %-32s", s.Way)
		for _, n := range s.Warned {
			if s.Breaches == 0 {
				p.printf("      –")
			} else {
				p.printf("   %.2f", float64(n)/float64(s.Breaches))
			}
		}
		p.printf("  %11s  %11.3f\n", days24(s.Median), float64(s.False)/max(s.Months, 0.01))
	}
}

// days24 writes a time in days.
func days24(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}
