package forecast

import "math"

// Count is a number of things that belong to one day and became known on the same day or a later one. Days are numbered
// without gaps; N is negative where something known before is taken back.
type Count struct {
	Anchor, Known int
	N             int
}

// Delays is the distribution of the days from the anchor day to the day on which a defect becomes known: Delays[d] is the
// share of them that is known d days later, rising to 1 at the end.
type Delays []float64

// Waiting returns delays that begin after some days and go on for a mean number of days more, none longer than the longest: the
// shape of what people do when they get round to it.
func Waiting(after, mean float64, longest int) Delays {
	d := make(Delays, longest+1)
	for i := range d {
		d[i] = 1 - math.Exp(-max(0, float64(i)+0.5-after)/mean)
	}
	d[longest] = 1
	return d
}

// By returns the share that is known at an age in days: 0 before the anchor day, 1 after the longest delay.
func (d Delays) By(age int) float64 {
	switch {
	case age < 0:
		return 0
	case age >= len(d):
		return 1
	}
	return d[age]
}

// Learn estimates the delays from counts as they are known on day seen. Recent anchor days are known in part only: each delay
// is estimated from the anchor days that are old enough to have shown it, from the longest delay down (reverse hazards, what
// an actuary calls the chain ladder). The delays d given before weigh as much as a number of defects does; they decide where
// little is known, and no delay longer than theirs is thought of.
func (d Delays) Learn(counts []Count, seen int, weight float64) Delays {
	longest := len(d) - 1
	if longest < 1 {
		return d
	}
	// at[k]: became known k days later; total[k]: the same, of anchor days that are at least k days old, at most k days later.
	room := make([]float64, 3*len(d))
	at, total, learnt := room[:len(d)], room[len(d):2*len(d)], Delays(room[2*len(d):])
	for _, c := range counts {
		if c.Known > seen || c.Anchor > seen {
			continue
		}
		delay := min(max(0, c.Known-c.Anchor), longest)
		at[delay] += float64(c.N)
		total[delay] += float64(c.N) // here where the sums below begin and end
		if end := max(delay, seen-c.Anchor) + 1; end <= longest {
			total[end] -= float64(c.N)
		}
	}
	for k := 1; k <= longest; k++ {
		total[k] += total[k-1]
	}
	learnt[longest] = 1
	for k := longest; k > 0; k-- {
		before := weight * (d[k] - d[k-1])
		hazard := 0.0
		if all := total[k] + weight*d[k]; all > 0 {
			hazard = min(1, max(0, (at[k]+before)/all))
		}
		learnt[k-1] = learnt[k] * (1 - hazard)
	}
	return learnt
}
