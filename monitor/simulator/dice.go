package simulator

import (
	"math/rand/v2"
	"time"
)

// dice is the chance of one day or one order. Only integers and single products of floats are drawn from it: nothing
// whose last bit differs between processors, as that of an exponential does.
type dice struct{ *rand.Rand }

// cast returns dice that two seeds determine.
func cast(a, b uint64) dice { return dice{rand.New(rand.NewPCG(a, b))} }

// poisson draws how many of very many chances come true when mean of them do on average. A Poisson number is the limit
// of ever more slots with an ever smaller chance each; at 64 slots for each expected event the variance is 1/64 short.
func (d dice) poisson(mean float64) int {
	slots := (int(mean) + 1) * 64
	chance := mean / float64(slots)
	n := 0
	for range slots {
		if d.Float64() < chance {
			n++
		}
	}
	return n
}

// within draws a length of whole seconds, at least from and below to.
func (d dice) within(from, to time.Duration) time.Duration {
	if to <= from {
		return from
	}
	return from + time.Duration(d.Int64N(int64((to-from)/time.Second)+1))*time.Second
}

// delay draws a length of time out of a span of days: the shorter of two draws, so that short ones are more likely.
func (d dice) delay(days Span) time.Duration {
	from, to := time.Duration(days.Min)*24*time.Hour, time.Duration(days.Max)*24*time.Hour
	return min(d.within(from, to), d.within(from, to))
}

// pick draws an index by weight; weights below 1 are never drawn, and without any weight it is 0.
func (d dice) pick(n int, weight func(i int) int) int {
	all := 0
	for i := range n {
		all += max(0, weight(i))
	}
	if all == 0 {
		return 0
	}
	at := d.IntN(all)
	for i := range n {
		if at -= max(0, weight(i)); at < 0 {
			return i
		}
	}
	return 0
}

// digits draws n decimal digits.
func (d dice) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.IntN(10))
	}
	return string(b)
}
