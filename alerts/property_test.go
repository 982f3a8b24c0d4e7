package alerts_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

var (
	severities = []monitor.Severity{monitor.OK, monitor.Watch, monitor.Warning, monitor.Critical, monitor.Blind, ""}
	markets    = []monitor.Marketplace{"", "Amazon.de"}
	subjects   = []string{"", "a", "b"}
	signals    = []monitor.Signal{"late_shipment_rate", "negative_feedback"}
)

func drawPolicy(t *rapid.T) alerts.Policy {
	p := alerts.Default()
	p.NotifyFrom = rapid.SampledFrom([]monitor.Severity{monitor.Watch, monitor.Warning, monitor.Critical}).Draw(t, "notify from")
	p.ReopenQuiet = rapid.SampledFrom([]time.Duration{0, time.Hour, 24 * time.Hour}).Draw(t, "quiet")
	p.EaseAfter = rapid.SampledFrom([]time.Duration{0, time.Hour, 72 * time.Hour}).Draw(t, "ease after")
	p.BlindPatience = rapid.SampledFrom([]time.Duration{0, time.Hour, 24 * time.Hour}).Draw(t, "patience")
	return p
}

func drawFinding(t *rapid.T) monitor.Finding {
	f := monitor.Finding{
		Marketplace: rapid.SampledFrom(markets).Draw(t, "marketplace"),
		Subject:     rapid.SampledFrom(subjects).Draw(t, "subject"),
		Severity:    rapid.SampledFrom(severities).Draw(t, "severity"),
		Summary:     rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "summary"),
		Defects:     rapid.IntRange(0, 2).Draw(t, "defects"),
	}
	if rapid.Bool().Draw(t, "is a rate") {
		f.Window = &monitor.Window{Days: 30}
	}
	if rapid.Bool().Draw(t, "has headroom") {
		f.Headroom = new(rapid.IntRange(0, 3).Draw(t, "headroom"))
	}
	return f
}

// drawRounds makes rounds of one check an hour to two days apart.
func drawRounds(t *rapid.T) []alerts.Round {
	signal := rapid.SampledFrom(signals).Draw(t, "signal")
	at := start
	var rounds []alerts.Round
	for range rapid.IntRange(1, 25).Draw(t, "rounds") {
		at = at.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "hours")) * time.Hour)
		findings := rapid.SliceOfN(rapid.Custom(drawFinding), 0, 5).Draw(t, "findings")
		rounds = append(rounds, alerts.Round{Account: "north", Signal: signal, At: at, Findings: findings})
	}
	return rounds
}

func TestDecidingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, known := drawPolicy(t), map[monitor.AlertKey]monitor.Alert{}
		for _, r := range drawRounds(t) {
			decide(p, known, r)
			if again := decide(p, known, r); len(again.Alerts)+len(again.Notices) > 0 {
				t.Fatalf("decided once more at %v: %+v", r.At, again)
			}
		}
	})
}

func TestOrderOfFindingsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, known := drawPolicy(t), map[monitor.AlertKey]monitor.Alert{}
		for _, r := range drawRounds(t) {
			other := r
			other.Findings = rapid.Permutation(r.Findings).Draw(t, "other order")
			var list []monitor.Alert
			for _, a := range known {
				list = append(list, a)
			}
			turned := p.Decide(list, other)
			slices.Reverse(list)
			if diff := cmp.Diff(p.Decide(list, r), turned); diff != "" {
				t.Fatalf("another order at %v:\n%s", r.At, diff)
			}
			decide(p, known, r)
		}
	})
}

func TestWhatCouldNotJudgeOpensAndResolvesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, known := drawPolicy(t), map[monitor.AlertKey]monitor.Alert{}
		rounds := drawRounds(t)
		for _, r := range rounds {
			decide(p, known, r)
		}
		last := rounds[len(rounds)-1]
		blind := alerts.Round{Account: "north", Signal: last.Signal, At: last.At.Add(36 * time.Hour)}
		// Of a problem that is partly blind, the other part may be bad: that is another case, partly_blind.txt.
		more := slices.DeleteFunc(rapid.SliceOf(rapid.Custom(drawFinding)).Draw(t, "more"), func(f monitor.Finding) bool { return f.Severity.Rank() < 0 })
		blind.Findings = append(more, monitor.Finding{Severity: monitor.Blind})
		var list []monitor.Alert
		for _, a := range known {
			list = append(list, a)
		}
		d := p.Decide(list, blind)
		for _, is := range d.Alerts {
			was, existed := known[is.AlertKey]
			if !existed || is.BlindSince.IsZero() {
				t.Fatalf("changed otherwise than to blind: %+v", is)
			}
			is.BlindSince, is.Told = was.BlindSince, was.Told
			if diff := cmp.Diff(was, is); diff != "" {
				t.Fatalf("a frozen alert changed:\n%s", diff)
			}
		}
		for _, n := range d.Notices {
			if n.Event != monitor.WentBlind {
				t.Fatalf("a blind round said %s", n.Event)
			}
		}
	})
}

// TestEveryWordIsTakenBackOnce follows what people hear of each alert: "opened" or "escalated" raise it, exactly one
// "resolved" or "eased" ends that, "blind" comes in between and at most once in a spell, and there are never more words
// than changes.
func TestEveryWordIsTakenBackOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, known := drawPolicy(t), map[monitor.AlertKey]monitor.Alert{}
		raised, blindTold := map[monitor.AlertKey]bool{}, map[monitor.AlertKey]time.Time{}
		words, changes := map[monitor.AlertKey]int{}, map[monitor.AlertKey]int{}
		rounds := drawRounds(t)
		silent := slices.Contains(p.SilentResolve, rounds[0].Signal)
		for _, r := range rounds {
			before := map[monitor.AlertKey]monitor.Alert{}
			maps.Copy(before, known)
			d := decide(p, known, r)
			for k, a := range known {
				if !a.Opened.Equal(before[k].Opened) {
					raised[k] = false // another problem; a silent signal ended the one before without a word
				}
			}
			said := map[monitor.AlertKey]bool{}
			for _, n := range d.Notices {
				if said[n.Key] {
					t.Fatalf("two notices about %s in one round", name(n.Key))
				}
				said[n.Key] = true
				words[n.Key]++
				switch n.Event {
				case monitor.Opened, monitor.Escalated:
					if n.Severity.Rank() < p.NotifyFrom.Rank() {
						t.Fatalf("%s told as %s", n.Event, n.Severity)
					}
					raised[n.Key] = true
				case monitor.Eased, monitor.Resolved:
					if !raised[n.Key] {
						t.Fatalf("%s without a word before", n.Event)
					}
					if n.Event == monitor.Resolved && silent {
						t.Fatal("a silent signal said resolved")
					}
					raised[n.Key] = false
				case monitor.WentBlind:
					since := known[n.Key].BlindSince
					if !raised[n.Key] || since.Equal(blindTold[n.Key]) || n.At.Sub(since) < p.BlindPatience {
						t.Fatalf("blind: raised %v, since %v, told for %v", raised[n.Key], since, blindTold[n.Key])
					}
					blindTold[n.Key] = since
				}
			}
			for k, a := range known {
				was := before[k]
				if a.Severity != was.Severity || a.Resolved.IsZero() != was.Resolved.IsZero() ||
					!a.BlindSince.IsZero() && was.BlindSince.IsZero() || was.Opened.IsZero() {
					changes[k]++
				} else if a.Opened != was.Opened {
					t.Fatal("opened anew without a change")
				}
				if words[k] > changes[k] {
					t.Fatalf("%s: %d words for %d changes", name(k), words[k], changes[k])
				}
				over := !a.Resolved.IsZero() && !silent
				mild := a.Resolved.IsZero() && a.Severity.Rank() < p.NotifyFrom.Rank()
				if raised[k] && (over || mild) {
					t.Fatalf("%s is over, and nobody was told: %+v", name(k), a)
				}
				quietly := a.Resolved.IsZero() && !raised[k] && !mild && a.BlindSince.IsZero() && a.Milder.IsZero()
				if quietly && r.At.Sub(a.Changed) >= p.ReopenQuiet {
					t.Fatalf("%s lasts and nobody knows: %+v", name(k), a)
				}
			}
		}
	})
}
