package checks

import (
	"testing"

	"pgregory.net/rapid"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

func anyReconciliation(t *rapid.T) reconciliation {
	n := rapid.IntRange(1, 3000).Draw(t, "Amazon's orders")
	a := rapid.IntRange(0, n).Draw(t, "Amazon's defects")
	m := rapid.IntRange(0, 3000).Draw(t, "our orders")
	rate := float64(a) / float64(n)
	target := rapid.SampledFrom([]float64{0.01, 0.025, 0.04}).Draw(t, "target")
	r := reconciliation{
		metric: monitor.Metric{Count: &a, Of: &n, Rate: &rate, Target: &target, Condition: monitor.LessThan},
		rule:   policy.Rate{Limit: 0.025, Signal: policy.CancellationRate},
		ours:   figure{defects: rapid.IntRange(0, m).Draw(t, "our defects"), orders: m, unknown: rapid.IntRange(0, 50).Draw(t, "unknown")},
		orders: true,
	}
	if rapid.Bool().Draw(t, "missing") {
		r.missing = []string{"All Orders"}
	}
	if rapid.Bool().Draw(t, "near") {
		r.near = []figure{r.ours, {defects: a, orders: n}}
	}
	return r
}

// Whatever explains it, a figure of Amazon's over its limit beside one of ours under it is a warning.
func TestAmazonsBreachIsNeverSilent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReconciliation(t)
		if !r.over() || r.ours.orders > 0 && r.rule.Crossed(r.ours.defects, r.ours.orders) {
			return
		}
		if severity, said, why := r.judge(); severity.Rank() < monitor.Warning.Rank() || said == "" || len(why) == 0 {
			t.Fatalf("%+v: %s, %q, %q", r, severity, said, why)
		}
	})
}

// Two figures that are the same are no gap.
func TestSameFiguresAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReconciliation(t)
		*r.metric.Target = r.rule.Limit
		r.ours.defects, r.ours.orders = *r.metric.Count, *r.metric.Of
		if severity, _, why := r.judge(); severity != monitor.OK || len(why) > 0 {
			t.Fatalf("%+v: %s, %q", r, severity, why)
		}
	})
}

func TestGapsAreExplained(t *testing.T) {
	number := func(n int) *int { return &n }
	metric := func(a, n int) monitor.Metric {
		rate, target := float64(a)/float64(n), 0.04
		return monitor.Metric{Count: number(a), Of: number(n), Rate: &rate, Target: &target, Condition: monitor.LessThan}
	}
	rule := policy.Rate{Limit: 0.04}
	for _, c := range []struct {
		name string
		r    reconciliation
		want monitor.Severity
		why  int
	}{
		{"a day's border", reconciliation{metric: metric(9, 300), ours: figure{3, 280, 0}, near: []figure{{9, 300, 0}}}, monitor.OK, 1},
		{"unknown outcomes", reconciliation{metric: metric(9, 300), ours: figure{3, 290, 10}}, monitor.OK, 1},
		{"too few unknown outcomes for 11 of 300, which is over half the limit", reconciliation{metric: metric(11, 300), ours: figure{2, 298, 2}}, monitor.Warning, 1},
		{"the same under half the limit", reconciliation{metric: metric(11, 600), ours: figure{1, 600, 0}}, monitor.Watch, 1},
		{"an export is missing", reconciliation{metric: metric(11, 300), ours: figure{2, 300, 0}, missing: []string{"All Orders"}}, monitor.OK, 1},
		{"we are over, Amazon is not", reconciliation{metric: metric(3, 100), ours: figure{4, 100, 0}}, monitor.Watch, 1},
		{"a fifth of the orders is missing", reconciliation{metric: metric(3, 100), ours: figure{3, 80, 0}}, monitor.OK, 1},
		{"more than a fifth", reconciliation{metric: metric(3, 100), ours: figure{3, 79, 0}}, monitor.Watch, 1},
		{"we count clearly more", reconciliation{metric: metric(0, 600), ours: figure{12, 600, 0}}, monitor.Watch, 1},
	} {
		c.r.rule, c.r.orders = rule, true
		if severity, _, why := c.r.judge(); severity != c.want || len(why) != c.why {
			t.Errorf("%s: %s, %q; want %s and %d", c.name, severity, why, c.want, c.why)
		}
	}
}
