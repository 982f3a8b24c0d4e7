package main

import (
	"fmt"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// reliability holds what was said to come against what came: the stated probabilities that a limit is reached within fourteen
// days, of the looks at which it was not reached and from which fourteen days are known.
type reliability struct {
	signal monitor.Signal
	bins   [10]bin // from 0, 10, 20 … %
	square float64 // sum of the squared distances between what was said and what came
}

// bin is what came of probabilities that are about the same.
type bin struct {
	said, came int
	sum        float64 // of the probabilities
}

// reliabilityOf sums up what was said of each signal that has a rate, by signal.
func reliabilityOf(all []played, book policy.Book) []reliability {
	of := map[monitor.Signal]*reliability{}
	for _, p := range all {
		for key, missed := range missedOf(p, book) {
			if of[key.signal] == nil {
				of[key.signal] = &reliability{signal: key.signal}
			}
			of[key.signal].add(p.Looks, missed, key)
		}
	}
	var rs []reliability
	for _, signal := range policy.RateSignals() {
		if r := of[signal]; r != nil && r.looks() > 0 {
			rs = append(rs, *r)
		}
	}
	return rs
}

// add takes in the looks at one rate; missed says at which of them the target was missed.
func (r *reliability) add(looks []playedLook, missed []bool, key rated) {
	for i, look := range looks {
		if missed[i] || looks[len(looks)-1].At.Sub(look.At) < foretold {
			continue
		}
		p := -1.0
		for _, f := range look.Rates {
			if f.rated == key {
				p = max(p, f.within14)
			}
		}
		if p < 0 {
			continue
		}
		came := 0.0
		for j := i + 1; j < len(looks) && looks[j].At.Sub(look.At) <= foretold; j++ {
			if missed[j] {
				came = 1
				break
			}
		}
		b := &r.bins[min(len(r.bins)-1, int(p*float64(len(r.bins))))]
		b.said++
		b.came += int(came)
		b.sum += p
		r.square += (p - came) * (p - came)
	}
}

func (r *reliability) looks() (n int) {
	for _, b := range r.bins {
		n += b.said
	}
	return n
}

// brier is the mean squared distance between what was said and what came: 0 is perfect, and always saying what share comes in
// the end gives that share times the rest.
func (r *reliability) brier() float64 { return r.square / float64(max(1, r.looks())) }

// reliability prints what came of the stated probabilities.
func (p *printer) reliability(all []reliability) {
	if len(all) == 0 {
		return
	}
	p.printf("\nWhat came of the probabilities to reach a limit within %d days, said while it was met:\n", int(foretold/(24*time.Hour)))
	for _, r := range all {
		came := 0
		for _, b := range r.bins {
			came += b.came
		}
		share := float64(came) / float64(r.looks())
		p.printf("\n%s: Brier score %.4f in %d looks (%.4f for saying %.1f %% every time)\n", r.signal, r.brier(), r.looks(), share*(1-share), 100*share)
		p.printf("  said           times  on average  came true\n")
		for i, b := range slices.All(r.bins[:]) {
			if b.said > 0 {
				p.printf("  %-11s  %7d  %10s  %9s\n", fmt.Sprintf("%d to %d %%", 10*i, 10*i+10), b.said, whole(b.sum/float64(b.said)), whole(float64(b.came)/float64(b.said)))
			}
		}
	}
}

// whole writes a share in whole percent.
func whole(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
