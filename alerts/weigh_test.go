package alerts_test

import (
	"testing"

	"goodstanding/alerts"
	"goodstanding/monitor"
)

// Orders that are due are worth a message when they would use up half of what is left of the rate.
func TestWeigh(t *testing.T) {
	rate := func(m monitor.Marketplace, s monitor.Severity, left int) monitor.Finding {
		return monitor.Finding{Marketplace: m, Severity: s, Headroom: &left}
	}
	for _, c := range []struct {
		name  string
		due   float64
		rates []monitor.Finding
		want  monitor.Severity
	}{
		{"far from the limit", 2, []monitor.Finding{rate("Amazon.de", monitor.OK, 5)}, monitor.Warning},
		{"half of what is left", 3, []monitor.Finding{rate("Amazon.de", monitor.OK, 6)}, monitor.Critical},
		{"the window with the least counts", 2, []monitor.Finding{rate("Amazon.de", monitor.OK, 20), rate("Amazon.de", monitor.Watch, 4)}, monitor.Critical},
		{"the rate is warned of", 1, []monitor.Finding{rate("Amazon.de", monitor.Warning, 20)}, monitor.Critical},
		{"one window is blind", 1, []monitor.Finding{rate("Amazon.de", monitor.OK, 20), rate("Amazon.de", monitor.Blind, 20)}, monitor.Critical},
		{"of another marketplace", 1, []monitor.Finding{rate("Amazon.fr", monitor.OK, 20)}, monitor.Critical},
		{"nothing known", 1, nil, monitor.Critical},
		{"without headroom", 1, []monitor.Finding{{Marketplace: "Amazon.de", Severity: monitor.OK}}, monitor.Critical},
	} {
		found := []monitor.Finding{
			{Marketplace: "Amazon.de", Severity: monitor.Critical, Value: &c.due},
			{Marketplace: "Amazon.de", Severity: monitor.Watch, Value: &c.due},
		}
		got := alerts.Default().Weigh("ship_by_deadline", found, c.rates)
		if got[0].Severity != c.want || got[1].Severity != monitor.Watch {
			t.Errorf("%s: %s, want %s; what was mild is %s", c.name, got[0].Severity, c.want, got[1].Severity)
		}
		if found[0].Severity != monitor.Critical || len(found[0].Details) > 0 {
			t.Errorf("%s: the findings given were changed", c.name)
		}
		if other := alerts.Default().Weigh("other", found, c.rates); other[0].Severity != monitor.Critical {
			t.Errorf("%s: another signal was weighed", c.name)
		}
	}
}
