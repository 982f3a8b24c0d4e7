package checks

import (
	"fmt"
	"slices"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// achieved is a rate of what went right, as one source tells it.
type achieved struct {
	right, of int
	rate      *float64 // where the counts are not told
	status    monitor.Standing
	amazon    bool // Amazon's own figure; else ours
	window    *monitor.Window
}

// share returns the rate, and false where there is nothing to take it of.
func (a achieved) share() (float64, bool) {
	if a.of > 0 {
		return float64(a.right) / float64(a.of), true
	}
	if a.rate != nil {
		return *a.rate, true
	}
	return 0, false
}

// achievedBy reads Amazon's figure of a metric; of only its rate where the report gives no counts.
func achievedBy(m monitor.Metric) achieved {
	a := achieved{status: m.Status, amazon: true, rate: m.Rate}
	if m.Of != nil && m.Count != nil {
		a.right, a.of, a.rate = *m.Count, *m.Of, nil
	}
	if w, told := m.Window(); told {
		a.window = &w
	}
	return a
}

// floorJudge is what the checks of a rate that must be reached have in common.
type floorJudge struct {
	name      string // "Valid tracking rate"
	one, many string // "parcel", "parcels"
	failing   string // "without a valid number"
	warningAt float64
	watchAt   float64
}

// grade turns a figure into a severity. At the target itself Amazon's help says that it is reached and its report that it is
// not: a warning. Where Amazon does not enforce the rule, or has too few units to do so, it is worth a look at most, unless
// Amazon says otherwise.
func (j floorJudge) grade(rule policy.Floor, a achieved) monitor.Severity {
	severity := monitor.OK
	slack := rule.Slack()
	few := false
	if a.of > 0 {
		wrong := a.of - a.right
		few = float64(a.of)*slack < 1 || wrong <= 1
		severity = j.gradeShare(float64(wrong)/float64(a.of), slack, wrong)
		if severity == monitor.Critical && wrong == 1 && float64(a.of)*slack < 1 {
			severity = monitor.Warning
		}
	} else if a.rate != nil {
		severity = j.gradeShare(policy.Floor{Target: *a.rate}.Slack(), slack, 2)
	}
	if !rule.Enforced || a.of < rule.Least && a.rate == nil {
		severity = milder(severity, monitor.Watch)
	}
	if !a.amazon {
		return severity
	}
	said, known := meaning(a.status)
	if known && said == monitor.OK && a.status != "" {
		severity = milder(severity, monitor.Warning)
		if few {
			severity = milder(severity, monitor.Watch)
		}
	}
	return worse(severity, said)
}

func (j floorJudge) gradeShare(share, slack float64, wrong int) monitor.Severity {
	const rounding = 1e-12 // 3 of 80 are three quarters of 5 %, which the product of the two is not
	switch {
	case share > slack:
		return monitor.Critical
	case share == slack && wrong > 0, wrong >= 2 && share+rounding >= j.warningAt*slack:
		return monitor.Warning
	case wrong >= 1 && share+rounding >= j.watchAt*slack && share > 0:
		return monitor.Watch
	}
	return monitor.OK
}

func milder(a, b monitor.Severity) monitor.Severity {
	if a.Worse(b) {
		return b
	}
	return a
}

// fill writes a figure into a finding. Where a report does not tell its window, it is the rule's on the day of the report.
func (j floorJudge) fill(f *monitor.Finding, rule policy.Floor, a achieved, day monitor.Day) {
	target := rule.Target
	if a.window == nil {
		w := rule.Window(day)
		a.window = &w
	}
	f.Limit, f.Window = &target, a.window
	f.Severity = j.grade(rule, a)
	whose := "our own count"
	if a.amazon {
		whose = "Amazon's count"
	}
	value, ok := a.share()
	if !ok {
		f.Summary = fmt.Sprintf("%s on %s, by %s: no %s in the window.", j.name, f.Marketplace.Label(), whose, j.one)
		return
	}
	f.Value = &value
	about := ""
	if a.of > 0 {
		f.Defects, f.Orders = a.of-a.right, a.of
		about = fmt.Sprintf("%s of %s", number(a.right), count(a.of, j.one, j.many))
	}
	if a.window != nil {
		if about != "" {
			about += ", "
		}
		about += days(*a.window)
	}
	if about != "" {
		about = " (" + about + ")"
	}
	f.Summary = fmt.Sprintf("%s on %s is %s by %s%s; %s.", j.name, f.Marketplace.Label(), percent(value, target), whose, about, j.left(f, rule, a))
	if a.status != "" {
		f.Details = append(f.Details, fmt.Sprintf("Amazon's word for it is %s.", a.status))
		if _, known := meaning(a.status); !known {
			f.Details = append(f.Details, "This word is not known to mean that all is well.")
		}
	}
	if a.amazon && a.status.Good() && value <= target {
		f.Details = append(f.Details, "The target is missed, yet Amazon calls it "+string(a.status)+": it weighs how many there are.")
	}
	switch {
	case !rule.Enforced:
		f.Details = append(f.Details, "Amazon is not known to act on it in this store.")
	case a.of < rule.Least && a.rate == nil:
		f.Details = append(f.Details, fmt.Sprintf("Amazon acts from %s on.", count(rule.Least, j.one, j.many)))
	}
}

// left says how far the target is, both ways.
func (j floorJudge) left(f *monitor.Finding, rule policy.Floor, a achieved) string {
	target := limitText(rule.Target)
	value, _ := a.share()
	if a.of == 0 {
		if value <= rule.Target {
			return "the target of more than " + target + " is missed"
		}
		return "the target is more than " + target
	}
	slack := rule.Slack()
	headroom, recovery := forecast.Headroom(f.Defects, a.of, slack), forecast.Recovery(f.Defects, a.of, slack)
	f.Headroom, f.Recovery = &headroom, &recovery
	if headroom > 0 {
		return fmt.Sprintf("%s %s %s it to %s or less", count(headroom, "more "+j.one, "more "+j.many), j.failing, takes(headroom), target)
	}
	return fmt.Sprintf("it must be more than %s, and %s it back", target, brings(recovery, j.one, j.many))
}

func takes(n int) string {
	if n == 1 {
		return "takes"
	}
	return "take"
}

func brings(n int, one, many string) string {
	if n == 1 {
		return "1 good " + one + " brings"
	}
	return number(n) + " good " + many + " bring"
}

// sellsItself returns the marketplaces with seller-fulfilled orders, sorted.
func sellsItself(all []monitor.Slice) []monitor.Marketplace {
	var own []monitor.Marketplace
	for _, s := range all {
		if s.Channel == monitor.SellerFulfilled && s.Marketplace != monitor.NonAmazon && !slices.Contains(own, s.Marketplace) {
			own = append(own, s.Marketplace)
		}
	}
	slices.Sort(own)
	return own
}

// onlyFBA says whether orders are known and none of them is the seller's to ship.
func onlyFBA(all []monitor.Slice) bool { return len(all) > 0 && len(sellsItself(all)) == 0 }
