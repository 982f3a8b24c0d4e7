package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// figure is a rate as our own exports tell it.
type figure struct {
	defects int
	orders  int // of which it is known whether they count
	unknown int // of which it is not
}

// reconciliation is what it takes to put our figure beside Amazon's.
type reconciliation struct {
	metric  monitor.Metric // Amazon's
	rule    policy.Rate    // ours
	ours    figure         // over Amazon's own window, as known on the day of the report
	near    []figure       // the same with the window moved by a day, or known a day later: clocks differ
	missing []string       // exports that do not reach to the end of the window
	parts   []partGap      // what an order defect rate is made of
	orders  bool           // the account has orders in any export
}

// partGap is a part of a count, as Amazon and we have it.
type partGap struct {
	name         string
	amazon, ours int
	unlisted     bool // no export has it, and the seller keeps no list of it
}

// surprising is how unlikely a gap must be for it not to be put down to small numbers.
const surprising = 0.01

// judge says how much the gap between the two figures matters, what it is, and what explains it. A figure of Amazon's that
// is over the limit while ours is not is never less than a warning.
func (r reconciliation) judge() (monitor.Severity, string, []string) {
	if !r.orders {
		return monitor.OK, "No order export has been imported, so there is no figure of our own beside it.", nil
	}
	amazon, counted := r.amazon()
	over := r.over()
	if r.ours.orders+r.ours.unknown == 0 {
		if counted && amazon.orders == 0 && !over {
			return monitor.OK, "We count no order either.", nil
		}
		why := append([]string{"None of these orders is in the exports: what watches them here sees nothing."}, r.absent()...)
		if over || !counted || amazon.orders >= 20 {
			return monitor.Warning, "We know none of these orders.", why
		}
		return monitor.Watch, "We know none of these orders.", why
	}
	said := fmt.Sprintf("We count %s of %s", number(r.ours.defects), number(r.ours.orders))
	rate := 0.0
	if r.ours.orders > 0 {
		rate = float64(r.ours.defects) / float64(r.ours.orders)
		said += fmt.Sprintf(" (%s)", percent(rate, r.rule.Limit))
	}
	said += " over the same days."
	same := counted && amazon.defects == r.ours.defects && amazon.orders == r.ours.orders
	oursOver := r.ours.orders > 0 && r.rule.Crossed(r.ours.defects, r.ours.orders)
	why, part := r.explain(amazon, counted)
	notes := r.located()
	if same || !counted {
		notes = nil
	}
	switch {
	case over && !oursOver:
		lead := "Amazon's figure is over its limit and ours is not: our own check does not see what Amazon sees."
		if len(why) == 0 {
			lead += " Nothing that is known explains it."
		}
		return monitor.Warning, said, slices.Concat([]string{lead}, why, notes)
	case oursOver && !over:
		return monitor.Watch, said, append([]string{"Our figure is over the limit and Amazon's is not: Amazon may count later, or leave out orders that we count."}, append(why, notes...)...)
	case same || !counted:
		return monitor.OK, said, why
	case part:
		return monitor.Watch, said, append(why, notes...)
	case len(why) > 0:
		return monitor.OK, said, append(why, notes...)
	case amazon.defects > r.ours.defects && r.unlikely(r.ours, amazon):
		lead := fmt.Sprintf("Amazon counts %s that we do not, and nothing that is known explains it.", count(amazon.defects-r.ours.defects, "defect", "defects"))
		if 2*float64(amazon.defects) >= r.rule.Limit*float64(amazon.orders) {
			return monitor.Warning, said, append([]string{lead}, notes...)
		}
		return monitor.Watch, said, append([]string{lead}, notes...)
	case r.unlikely(amazon, r.ours):
		return monitor.Watch, said, []string{"We count clearly more than Amazon, and nothing that is known explains it."}
	}
	return monitor.OK, said, append([]string{"The difference is too small to mean anything."}, notes...)
}

// amazon returns Amazon's counts, and false where the report gives a rate only.
func (r reconciliation) amazon() (figure, bool) {
	m := r.metric
	switch {
	case m.Of == nil:
		return figure{}, false
	case m.Count != nil:
		return figure{defects: *m.Count, orders: *m.Of}, true
	case m.Rate != nil:
		return figure{defects: int(math.Round(*m.Rate * float64(*m.Of))), orders: *m.Of}, true
	}
	return figure{}, false
}

// over says whether Amazon's figure misses Amazon's target, or ours where the report names none.
func (r reconciliation) over() bool {
	if met, known := r.metric.Met(); known {
		return !met
	}
	if a, counted := r.amazon(); counted {
		return r.rule.Crossed(a.defects, a.orders)
	}
	return r.metric.Rate != nil && *r.metric.Rate >= r.rule.Limit
}

// unlikely says whether so many defects are improbable at the other one's rate.
func (r reconciliation) unlikely(at, seen figure) bool {
	if at.orders == 0 || seen.orders == 0 {
		return false
	}
	rate := forecast.Rate{Events: float64(at.defects) + 0.5, Exposure: float64(at.orders)}
	return rate.Tail(seen.defects, float64(seen.orders)) < surprising
}

// explain lists what makes the figures differ, and says whether ours is of a part of the orders only.
func (r reconciliation) explain(amazon figure, counted bool) (why []string, part bool) {
	if t := r.metric.Target; t != nil && math.Abs(*t-r.rule.Limit) > 1e-9 {
		why = append(why, fmt.Sprintf("Amazon's target here is %s, ours %s: set the limit of %s for this marketplace in the configuration.", limitText(*t), limitText(r.rule.Limit), r.rule.Signal))
	}
	if !counted {
		return append(why, r.absent()...), false
	}
	if amazon.defects == r.ours.defects && amazon.orders == r.ours.orders {
		return why, false
	}
	if slices.ContainsFunc(r.near, func(f figure) bool { return f.defects == amazon.defects && f.orders == amazon.orders }) {
		return append(why, "With the window moved by a day the figures are the same: Amazon's days end at another hour."), false
	}
	why = append(why, r.absent()...)
	known := r.ours.orders + r.ours.unknown
	least, most := known, known
	for _, f := range r.near {
		least, most = min(least, f.orders+f.unknown), max(most, f.orders+f.unknown)
	}
	off := max(2, amazon.orders/50)
	switch {
	case amazon.orders > most+off:
		why = append(why, fmt.Sprintf("The exports show %s of Amazon's %s: orders are missing. All Orders of that time settles it.", number(known), count(amazon.orders, "order", "orders")))
		part = 5*known < 4*amazon.orders
	case amazon.orders < least-off:
		why = append(why, fmt.Sprintf("The exports show %s where Amazon counts %s: they may hold another account's, or Amazon leaves some out.", count(known, "order", "orders"), number(amazon.orders)))
	}
	if u := r.ours.unknown; u > 0 && amazon.defects > r.ours.defects && amazon.defects <= r.ours.defects+u {
		why = append(why, fmt.Sprintf("Of %s no export tells whether %s.", count(u, "order", "orders"), itCounts(u)))
	}
	for _, p := range r.parts {
		if p.unlisted && p.amazon > p.ours {
			why = append(why, fmt.Sprintf("Amazon exports no %s: it counts %s, and we know those only that you keep in claims.csv.", p.name, number(p.amazon)))
		}
	}
	return why, part
}

// located says in which part of the count the difference lies.
func (r reconciliation) located() []string {
	var where []string
	for _, p := range r.parts {
		if p.amazon != p.ours && !p.unlisted {
			where = append(where, fmt.Sprintf("%s %s by Amazon's count, %s by ours", number(p.amazon), p.name, number(p.ours)))
		}
	}
	if len(where) == 0 {
		return nil
	}
	return []string{"It lies here: " + strings.Join(where, "; ") + "."}
}

// absent says which exports are missing.
func (r reconciliation) absent() []string {
	if len(r.missing) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Missing to the end of Amazon's window: %s.", strings.Join(r.missing, "; "))}
}

func itCounts(n int) string {
	if n == 1 {
		return "it counts"
	}
	return "they count"
}
