package links

import (
	"math"

	"goodstanding/monitor"
)

// A pair of accounts that have something in common may be so for several reasons, and what they have in common is more
// likely for one than for another (Fellegi and Sunter, "A Theory for Record Linkage", 1969, with more than one way not to
// be a match). The score is the share of the first two in all.
const (
	same       = iota // one owner, one name: the same person or firm, written down twice
	front             // one owner behind two names: a second firm, a relative lending a name
	family            // two owners in one house: relatives, or firms behind one door
	chain             // two owners with one name: a franchise, namesakes
	hypotheses        // beside them: two that have nothing to do with each other, against which all is measured
)

// evidence is how much more likely something is under each hypothesis than between two accounts that have nothing to do
// with each other: natural logarithms.
type evidence [hypotheses]float64

func (e *evidence) add(o evidence) {
	for h := range e {
		e[h] += o[h]
	}
}

// score is how sure it is that one owner is behind both, 0..1.
func (e evidence) score() float64 {
	s := e.shares()
	return s[same] + s[front]
}

// rule is how telling a kind of value is.
type rule struct {
	shared [hypotheses]float64 // how likely two accounts share a value, of those that both have one
	differ [hypotheses]float64 // how likely they share none
	chance float64             // how many strangers share a value by chance, when two accounts have it
	more   float64             // and how many more for each further account that has it: agencies, depots, VPNs
}

var rules = map[monitor.IdentityKind]rule{
	monitor.BankAccount: {[hypotheses]float64{0.6, 0.6, 0.03, 0.01}, [hypotheses]float64{0.5, 0.6, 0.98, 0.99}, 0.002, 0.001},
	monitor.Card:        {[hypotheses]float64{0.6, 0.6, 0.05, 0.01}, [hypotheses]float64{0.6, 0.7, 0.97, 0.99}, 0.004, 0.002},
	monitor.TaxNumber:   {[hypotheses]float64{0.7, 0.4, 0.002, 0.002}, [hypotheses]float64{0.25, 0.7, 1, 1}, 0.002, 0.001},
	monitor.Phone:       {[hypotheses]float64{0.7, 0.3, 0.5, 0.02}, [hypotheses]float64{0.3, 0.8, 0.6, 1}, 0.03, 0.1},
	monitor.Email:       {[hypotheses]float64{0.7, 0.3, 0.04, 0.05}, [hypotheses]float64{0.4, 0.8, 0.97, 0.95}, 0.006, 0.1},
	monitor.IP:          {[hypotheses]float64{0.5, 0.5, 0.3, 0.01}, [hypotheses]float64{0.7, 0.8, 0.8, 1}, 0.3, 1},
	monitor.Device:      {[hypotheses]float64{0.5, 0.5, 0.2, 0.01}, [hypotheses]float64{0.7, 0.8, 0.9, 1}, 0.02, 0.2},
	monitor.User:        {[hypotheses]float64{0.5, 0.5, 0.05, 0.03}, [hypotheses]float64{0.8, 0.8, 1, 1}, 0.03, 0.4},
	monitor.Trademark:   {[hypotheses]float64{0.5, 0.4, 0.02, 0.3}, [hypotheses]float64{0.8, 0.9, 1, 0.8}, 0.02, 0.2},
}

// agree is what a shared value tells that a number of accounts hold, of n.
func (r rule) agree(holders int, n float64) (e evidence) {
	u := min((r.chance+r.more*float64(max(holders-2, 0)))/n, 0.9)
	for h := range e {
		e[h] = math.Log(r.shared[h] / u)
	}
	return e
}

// disagree is what it tells that both have values of the kind and share none.
func (r rule) disagree() (e evidence) {
	for h := range e {
		e[h] = math.Log(r.differ[h])
	}
	return e
}

// partly is what it tells that parts of values are equal, or nearly all of them: shared says how likely that is under each
// hypothesis, u how likely between strangers.
func partly(shared [hypotheses]float64, u float64) (e evidence) {
	for h := range e {
		e[h] = math.Log(shared[h] / min(u, 0.9))
	}
	return e
}
