package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
)

// event is a line of `goodstanding replay --json`.
type event struct {
	At       time.Time        `json:"at"`
	Account  string           `json:"account"`
	Signal   monitor.Signal   `json:"signal"`
	Subject  string           `json:"subject"`
	Event    monitor.Event    `json:"event"`
	Severity monitor.Severity `json:"severity"`
}

// readEvents reads what a replay printed.
func readEvents(from io.Reader) (all []event, err error) {
	lines := json.NewDecoder(from)
	for {
		var e event
		switch err := lines.Decode(&e); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("read the events of a replay, event %d: %w", len(all)+1, err)
		}
		all = append(all, e)
	}
}

// judged is a rate of one seller: on which evenings the target is missed in truth, and since which evening an alert of warning
// or more is open, -1 where there is none. Index 0 is the first evening on which it is judged.
type judged struct {
	missed []bool
	value  []float64 // in truth, as a share of the limit, over the worst of the windows
	open   []int     // may be before 0
}

// rates are what is judged, with the windows and limits as Amazon publishes them.
var rates = []struct {
	name    string
	signal  monitor.Signal
	limit   float64
	windows []int
}{
	{"late shipment", policy.LateShipmentRate, 0.04, []int{30, 10}},
	{"order defects", policy.OrderDefectRate, 0.01, []int{60}},
	{"cancellation", policy.CancellationRate, 0.025, []int{7}},
}

// evening is when a seller downloads and the checks run.
func evening(day monitor.Day, m monitor.Marketplace) time.Time {
	return day.Start(m.Clock()).Add(19 * time.Hour)
}

// judge holds the alerts on one rate of a seller against the truth, which the simulator counts by itself.
func judge(s seller, h *simulator.History, which int, events []event) (judged, error) {
	rate := rates[which]
	var j judged
	for day := s.first; day < s.first+during+after; day++ {
		worst, missed := 0.0, false
		for _, days := range rate.windows {
			r, err := h.RateAt(rate.signal, monitor.SellerFulfilled, days, evening(day, s.shop.Marketplace))
			if err != nil {
				return j, fmt.Errorf("judge %s: %w", s.shop.Name, err)
			}
			worst = max(worst, r.Value()/rate.limit)
			missed = missed || r.Orders > 0 && r.Value() >= rate.limit
		}
		j.missed, j.value = append(j.missed, missed), append(j.value, worst)
	}
	// An alert may be open already when the judging begins.
	open, k := -1, 0
	severe := monitor.OK
	began := 0
	for day := s.shop.First; day < s.first+during+after; day++ {
		at := evening(day, s.shop.Marketplace)
		for ; k < len(events) && !events[k].At.After(at); k++ {
			severe = events[k].Severity
		}
		on := severe == monitor.Warning || severe == monitor.Critical
		if on && open < 0 {
			open, began = 1, int(day-s.first)
		} else if !on {
			open = -1
		}
		if day >= s.first {
			if on {
				j.open = append(j.open, began)
			} else {
				j.open = append(j.open, none)
			}
		}
	}
	return j, nil
}

// none stands for no alert.
const none = -1000

// fate is how alerts on one rate fared.
type fate struct {
	accounts, breaches, alerts, vain int
	ahead                            [4]int // warned at least 0, 1, 3, 7 days ahead
}

// add counts one seller's rate.
func (f *fate) add(missed []bool, open []int) {
	f.accounts++
	breach := make([]bool, len(missed))
	met := 0
	for d, m := range missed {
		breach[d] = m && met >= 7
		met++
		if m {
			met = 0
		}
		if !breach[d] || d >= during {
			continue
		}
		f.breaches++
		if open[d] == none {
			continue
		}
		for i, need := range []int{0, 1, 3, 7} {
			if d-open[d] >= need {
				f.ahead[i]++
			}
		}
	}
	for d := 0; d < during; d++ {
		if open[d] != d {
			continue
		}
		f.alerts++
		end := d
		for end+1 < len(open) && open[end+1] == open[d] {
			end++
		}
		if end == len(open)-1 { // it is still open
			continue
		}
		if !slices.Contains(breach[d:min(len(breach), end+15)], true) {
			f.vain++
		}
	}
}

func (f *fate) row(name string) string {
	share := func(i int) float64 { return float64(f.ahead[i]) / float64(max(1, f.breaches)) }
	return fmt.Sprintf("| %s | %d | %.2f | %.2f | %.2f | %.2f | %d | %.3f |", name, f.breaches, share(0), share(1), share(2), share(3), f.alerts,
		float64(f.vain)/(float64(max(1, f.accounts))*during/30))
}

// judgeAll prints how the alerts of a replay fared, beside simple rules that are told the true rate of every evening.
func judgeAll(all []seller, events []event, verbose bool) error {
	by := map[string][]event{}
	for _, e := range events {
		if e.Subject == monitor.SellerFulfilled.Label() {
			key := e.Account + "\x00" + string(e.Signal)
			by[key] = append(by[key], e)
		}
	}
	histories := make([]*simulator.History, len(all))
	for i, s := range all {
		histories[i] = simulator.Run(s.shop)
	}
	for which, rate := range rates {
		fmt.Printf("\n## %s, from files\n\n| rule | breaches | warned ≥ 0 h | ≥ 24 h | ≥ 72 h | ≥ 168 h | alerts | false a month |\n|---|---|---|---|---|---|---|---|\n", rate.name)
		rules := []struct {
			name string
			on   func(v []float64, d int) bool
		}{
			{"90 % of the limit", func(v []float64, d int) bool { return v[d] >= 0.9 }},
			{"75 % of the limit", func(v []float64, d int) bool { return v[d] >= 0.75 }},
			{"50 % of the limit", func(v []float64, d int) bool { return v[d] >= 0.5 }},
			{"straight line over 7 days", func(v []float64, d int) bool {
				return v[d] >= 1 || d >= 7 && v[d] > v[d-7] && 2*v[d]-v[d-7] >= 1
			}},
		}
		fates := make([]fate, len(rules)+3)
		for i, s := range all {
			j, err := judge(s, histories[i], which, by[s.shop.Name+"\x00"+string(rate.signal)])
			if err != nil {
				return err
			}
			for k, rule := range rules {
				open, since := make([]int, len(j.value)), none
				for d := range j.value {
					on := rule.on(j.value, d)
					if on && since == none {
						since = d
					} else if !on {
						since = none
					}
					open[d] = since
				}
				fates[k].add(j.missed, open)
			}
			fates[len(rules)].add(j.missed, j.open)
			fates[len(rules)+1+i%2].add(j.missed, j.open)
			if verbose {
				var one fate
				one.add(j.missed, j.open)
				fmt.Printf("%s volume %.0f: %+v\n", s.shop.Name, s.shop.Orders, one)
				for d := range j.missed {
					o := j.open[d]
					fmt.Printf("   %d %.2f missed=%t open=%d\n", d, j.value[d], j.missed[d], o)
				}
			}
		}
		for k, rule := range rules {
			fmt.Println(fates[k].row(rule.name))
		}
		fmt.Println(fates[len(rules)].row("Goodstanding"))
		fmt.Println(fates[len(rules)+1].row("– new accounts"))
		fmt.Println(fates[len(rules)+2].row("– older accounts"))
	}
	return nil
}
