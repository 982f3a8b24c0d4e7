package checks

import (
	"fmt"
	"math"
	"slices"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// healthLines are the lines of the account health rating, the highest first, and what lies below each.
var healthLines = []struct {
	score float64
	below string
}{
	{policy.HealthAssurance, "Account Health Assurance is lost"},
	{policy.HealthGood, "the rating is At Risk"},
	{policy.HealthRisk, "the account is Unhealthy and may be deactivated"},
}

// trend is how a rating has moved over the reports that are kept.
type trend struct {
	first, last monitor.Sourced[monitor.Performance]
	perDay      float64 // points; negative: it falls
	ok          bool    // a week of reports or more
	highest     float64 // of the days of the trend
	before      *float64
}

// trendOf takes the trend of the rating from the reports of the last days.
func (s storeReports) trendOf(length int) trend {
	t := trend{last: s.all[len(s.all)-1]}
	now := t.last.Record
	for i, r := range slices.Backward(s.all) {
		if now.Day-r.Record.Day > monitor.Day(length) {
			break
		}
		if r.Record.Health == nil || r.Record.Health.Score == nil {
			continue
		}
		if t.before == nil && i < len(s.all)-1 {
			t.before = r.Record.Health.Score
		}
		t.first = r
		t.highest = max(t.highest, *r.Record.Health.Score)
	}
	span := float64(now.Day - t.first.Record.Day)
	if t.first.Record.Health != nil && span >= 7 {
		t.ok = true
		t.perDay = (*now.Health.Score - *t.first.Record.Health.Score) / span
	}
	return t
}

// ratingFinding judges the account health rating, and answers false where a report does not know of one.
func (c *AccountHealth) ratingFinding(s storeReports) (monitor.Finding, bool) {
	h := s.newest().Health
	f := monitor.Finding{Subject: "account health rating", Severity: monitor.OK}
	if h == nil {
		return f, false
	}
	said, known := meaning(h.Status)
	f.Severity = said
	if !known {
		f.Details = append(f.Details, fmt.Sprintf("Amazon's word for it, %s, is not known to mean that all is well.", h.Status))
	}
	if h.Score == nil {
		if h.Status == "" || h.Status == "NONE" {
			f.Severity = monitor.Blind
			f.Summary = fmt.Sprintf("The performance report tells no account health rating of %s.", s.name())
			f.Advice = "Look at Performance > Account Health: the rating stands at its top."
			return f, true
		}
		f.Summary = fmt.Sprintf("The account health rating of %s is %s; the report tells no score.", s.name(), h.Status)
		return f, true
	}
	score := *h.Score
	f.Value = &score
	line, below := nextLine(score)
	f.Limit = &line
	t := s.trendOf(c.TrendDays)
	switch {
	case score < policy.HealthRisk:
		f.Severity = monitor.Critical
		f.Summary = fmt.Sprintf("The account health rating of %s is %g, below %d: the account is Unhealthy and may be deactivated within 3 days.", s.name(), score, policy.HealthRisk)
		f.Advice = "Appeal or mend the violations that cost most, today: points come back within hours of a solved one. Deleting the listing does not help."
	case score < policy.HealthGood:
		f.Severity = worse(f.Severity, monitor.Warning)
		if score-policy.HealthViolation < policy.HealthRisk {
			f.Severity = monitor.Critical
		}
		f.Summary = fmt.Sprintf("The account health rating of %s is %g: At Risk, and %s.", s.name(), score, distanceText(score, line, below))
	default:
		f.Summary = fmt.Sprintf("The account health rating of %s is %g; %s.", s.name(), score, distanceText(score, line, below))
		if score < policy.HealthAssurance && t.highest >= policy.HealthAssurance {
			f.Severity = worse(f.Severity, monitor.Warning)
			f.Details = append(f.Details, fmt.Sprintf("It has fallen below %d, which Account Health Assurance asks for.", policy.HealthAssurance))
		}
	}
	if f.Severity.Worse(monitor.OK) && f.Advice == "" {
		f.Advice = "Open Performance > Account Health and appeal or mend the violations, the severest first. Do not delete their listings: that clears nothing, and leaves nothing to appeal."
	}
	left := lossesTo(score, line)
	f.Headroom = &left
	for _, l := range healthLines {
		if score >= l.score && l.score != line {
			f.Details = append(f.Details, fmt.Sprintf("%s.", distanceText(score, l.score, l.below)))
		}
	}
	c.follow(&f, t, score)
	return f, true
}

// follow adds the trend, and warns of what it leads to.
func (c *AccountHealth) follow(f *monitor.Finding, t trend, score float64) {
	f.Evidence = append(f.Evidence, evidenceOf(t.last, fmt.Sprintf("rating %g", score)))
	if t.before != nil && *t.before-score >= policy.HealthViolation {
		f.Severity = worse(f.Severity, monitor.Watch)
		f.Details = append(f.Details, fmt.Sprintf("It has lost %g points since the report before.", *t.before-score))
	}
	if !t.ok {
		f.Details = append(f.Details, "Too few reports are kept to tell a trend.")
		return
	}
	first := *t.first.Record.Health.Score
	f.Evidence = append(f.Evidence, evidenceOf(t.first, fmt.Sprintf("rating %g", first)))
	f.Details = append(f.Details, fmt.Sprintf("It was %g on %s, %s ago; the highest since is %g.", first, t.first.Record.Day.Short(), count(int(t.last.Record.Day-t.first.Record.Day), "day", "days"), t.highest))
	if t.perDay >= 0 {
		return
	}
	for _, l := range healthLines {
		if score < l.score {
			continue
		}
		ahead := int(math.Floor((score-l.score)/-t.perDay)) + 1 // the first day below the line
		if ahead > c.AheadDays {
			continue
		}
		day := t.last.Record.Day + monitor.Day(ahead)
		f.Details = append(f.Details, fmt.Sprintf("At this pace it falls below %g on %s: %s.", l.score, day.Short(), l.below))
		f.Severity = worse(f.Severity, monitor.Warning)
	}
}

// nextLine returns the next line below a score, or the last one.
func nextLine(score float64) (line float64, below string) {
	for _, l := range healthLines {
		if score >= l.score {
			return l.score, l.below
		}
	}
	last := healthLines[len(healthLines)-1]
	return last.score, last.below
}

// lossesTo returns how many violations of high severity take a score below a line; 0: it is there.
func lossesTo(score, line float64) int {
	if score < line {
		return 0
	}
	return int(math.Floor((score-line)/policy.HealthViolation)) + 1
}

// distanceText says how far a line is: 3 violations of high severity (8 points each) take it below 200: the rating is At Risk.
func distanceText(score, line float64, below string) string {
	n := lossesTo(score, line)
	verb := "take"
	if n == 1 {
		verb = "takes"
	}
	return fmt.Sprintf("%s of high severity (%d points each) %s it below %g: %s", count(n, "violation", "violations"), policy.HealthViolation, verb, line, below)
}
