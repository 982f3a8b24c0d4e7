package checks

import (
	"fmt"

	"goodstanding/monitor"
	"goodstanding/monitor/forecast"
	"goodstanding/monitor/policy"
)

// flagOf says how bad Amazon's word on a metric is, and whether its target is missed. Amazon weighs how many orders there are,
// so a target that is missed where Amazon says GOOD is worth a look, and alarms only where one defect less would not meet it.
func flagOf(m monitor.Metric) (severity monitor.Severity, missed bool) {
	severity, _ = meaning(m.Status)
	met, known := m.Met()
	if !known || met {
		return severity, false
	}
	if m.Of != nil && *m.Of == 0 {
		return severity, false
	}
	grade := monitor.Watch
	if many(m) {
		grade = monitor.Warning
	}
	return worse(severity, grade), true
}

// many says whether there are so many orders that a single defect would meet the target, and more than one defect: a rate
// of fewer says nothing that the count does not say better.
func many(m monitor.Metric) bool {
	if m.Of == nil || m.Target == nil {
		return false
	}
	slack, wrong := *m.Target, m.Count
	if m.Condition == monitor.GreaterThan {
		slack = policy.Floor{Target: *m.Target}.Slack()
		if m.Count != nil {
			n := *m.Of - *m.Count
			wrong = &n
		}
	}
	return slack > 0 && slack < 1 && *m.Of >= forecast.SingleDefect(slack) && (wrong == nil || *wrong > 1)
}

// metricFinding tells a rate of Amazon's, and whether Amazon, or its target, says that it is not good.
func metricFinding(s storeReports, m monitor.Metric) (monitor.Finding, bool) {
	severity, missed := flagOf(m)
	f := monitor.Finding{Subject: metricName(m), Severity: severity}
	if m.Count != nil {
		f.Defects = *m.Count
	}
	if m.Of != nil {
		f.Orders = *m.Of
	}
	if w, told := m.Window(); told { // without one nobody could tell the value from a count
		f.Window, f.Value, f.Limit = &w, m.Rate, m.Target
	}
	f.Summary = fmt.Sprintf("By Amazon's count the %s on %s is %s: %s.", rateName(m), s.name(), metricText(m), word(m.Status))
	if _, known := meaning(m.Status); !known {
		f.Details = append(f.Details, fmt.Sprintf("The word %s is not known to mean that all is well.", m.Status))
	}
	if missed && m.Status.Good() {
		f.Details = append(f.Details, "The target is missed, yet Amazon says "+string(m.Status)+": it weighs how many orders there are.")
	}
	return f, severity.Worse(monitor.OK)
}

// metricName names a metric, with its window or channel where the report has several.
func metricName(m monitor.Metric) string {
	name := plainName(m)
	switch {
	case m.Channel == monitor.SellerFulfilled || m.Channel == monitor.FBA:
		return name + ", " + m.Channel.Label()
	case m.Channel != "":
		return name + ", " + string(m.Channel)
	}
	if w, told := m.Window(); told && m.Name == monitor.LateShipmentRate {
		return fmt.Sprintf("%s, %s", name, count(w.Days, "day", "days"))
	}
	return name
}

// rateName names a metric in a sentence that tells its window: the seller-fulfilled order defect rate.
func rateName(m monitor.Metric) string {
	switch m.Channel {
	case "":
		return plainName(m)
	case monitor.SellerFulfilled, monitor.FBA:
		return m.Channel.Label() + " " + plainName(m)
	}
	return string(m.Channel) + " " + plainName(m)
}

// plainName names a metric without its window or channel.
func plainName(m monitor.Metric) string {
	if m.Name == monitor.CancellationRate {
		return "cancellation rate"
	}
	return policy.Words(m.Name)
}

// metricText writes a metric's figure: 5 % (15 of 300, 10 days to 19 Nov, target under 4 %).
func metricText(m monitor.Metric) string {
	text := "an unknown size"
	limit := 0.0
	if m.Target != nil {
		limit = *m.Target
	}
	if m.Rate != nil {
		text = percent(*m.Rate, limit)
	}
	var about []string
	if m.Count != nil && m.Of != nil {
		about = append(about, number(*m.Count)+" of "+number(*m.Of))
	}
	if w, told := m.Window(); told {
		about = append(about, days(w))
	}
	if m.Target != nil {
		switch m.Condition {
		case monitor.LessThan:
			about = append(about, "target under "+limitText(*m.Target))
		case monitor.GreaterThan:
			about = append(about, "target over "+limitText(*m.Target))
		}
	}
	for i, a := range about {
		if i == 0 {
			text += " (" + a
		} else {
			text += ", " + a
		}
	}
	if len(about) > 0 {
		text += ")"
	}
	return text
}
