package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// AccountHealth reads Amazon's own word on the account out of its performance reports, and puts our figures beside Amazon's.
type AccountHealth struct {
	StaleAfter time.Duration `help:"Age of the newest performance report from which the check is blind."`
	TrendDays  int           `help:"Over how many days the trend of the account health rating is taken."`
	AheadDays  int           `help:"How far ahead a falling account health rating is followed."`

	book policy.Book
}

var accountHealth = Entry{
	Signal: "account_health",
	Title:  "Account health",
	Finds:  "What Amazon itself says of each store: a status that is not NORMAL, an account health rating near 250, 200 or 100 or falling towards them, every metric that is not good, warnings, and a figure of Amazon's that ours does not explain.",
	Counts: "All is Amazon's count, from its performance report. Beside the late shipment, cancellation and order defect rates stands ours, over Amazon's own window, as it was known on the day of the report. " +
		"A word that is not known is never read as good; a target that is missed where Amazon says GOOD is told, but alarms only with enough orders. Valid tracking, on-time delivery and violations have checks of their own, which read the same report. " +
		"Seller Central has no download of the report, only tools get it: without one this check says once that it is blind, and the others do what they can with exports that everybody can download.",
	Advice: "Open Performance > Account Health and answer what stands there, the oldest deadline first. Where our figure is lower than Amazon's, import what is missing: until then our own warnings come too late.",
	Source: policy.HealthSource + "; the seller performance report",
	Reads:  []monitor.ExportKind{monitor.KindPerformance, monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindFeedback, monitor.KindClaims},
	Needs:  [][]monitor.ExportKind{{monitor.KindPerformance}},
	Daily:  true,
	New: func(r Rules) monitor.Check {
		return &AccountHealth{StaleAfter: 7 * 24 * time.Hour, TrendDays: 30, AheadDays: 30, book: r.Book}
	},
}

// Judge implements monitor.Check.
func (c *AccountHealth) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	stores, err := standings(ctx, k)
	if err != nil {
		return nil, err
	}
	if len(stores) == 0 {
		return []monitor.Finding{{
			Severity: monitor.Blind, Summary: "What Amazon says of this account's health is not known: " + noReport + ".", Advice: settlesReport,
			Details: []string{"The on-time delivery rate cannot be judged without it. The rates of late shipment, cancellation and order defects, valid tracking and your own list of violations are judged from your exports all the same."},
		}}, nil
	}
	slices, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	var findings []monitor.Finding
	for _, s := range stores {
		if why := s.stale(k.At(), c.StaleAfter); why != "" {
			findings = append(findings, monitor.Finding{
				Marketplace: s.marketplace, Subject: s.subject(""), Severity: monitor.Blind, DataAsOf: s.asOf(k.At()),
				Summary:  "Account health cannot be judged: " + why + ".",
				Details:  lastSaid(s),
				Advice:   settlesReport,
				Evidence: []monitor.Evidence{evidenceOf(s.all[len(s.all)-1], "the newest report")},
			})
			continue
		}
		some := comparands{slices, arrivals}
		found, err := c.judgeStore(ctx, k, s, some)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// comparands is what the comparison with our own figures reads besides.
type comparands struct {
	slices   []monitor.Slice
	arrivals []monitor.Arrival
}

// judgeStore judges the newest report of a store.
func (c *AccountHealth) judgeStore(ctx context.Context, k monitor.Known, s storeReports, own comparands) ([]monitor.Finding, error) {
	var findings []monitor.Finding
	add := func(f monitor.Finding) {
		f.Marketplace, f.Subject, f.DataAsOf = s.marketplace, s.subject(f.Subject), s.asOf(k.At())
		if len(f.Evidence) == 0 {
			f.Evidence = []monitor.Evidence{evidenceOf(s.all[len(s.all)-1], "performance report")}
		}
		if f.Advice == "" {
			f.Advice = "Nothing to do."
			if f.Severity.Worse(monitor.OK) {
				f.Advice = accountHealth.Advice
			}
		}
		findings = append(findings, f)
	}
	if f, ok := statusFinding(s); ok {
		add(f)
	}
	if f, ok := c.ratingFinding(s); ok {
		add(f)
	}
	var flagged, elsewhere []string
	judged := 0
	p := s.newest()
	for _, m := range p.Rates {
		if sev, _ := flagOf(m); m.Status != "" || sev != monitor.OK {
			judged++
		}
		rule, computes := ruleOf(c.book, k.Account().Name, s.marketplace, m)
		computes = computes && (m.Rate != nil || m.Count != nil)
		f, bad := metricFinding(s, m)
		if told, own := ownCheck[m.Name]; own {
			if bad {
				elsewhere = append(elsewhere, fmt.Sprintf("%s (%s): see %s", metricName(m), word(m.Status), told))
			}
			continue
		}
		if computes {
			rec, err := reconcile(ctx, k, s.all[len(s.all)-1], m, rule, own.slices, own.arrivals)
			if err != nil {
				return nil, err
			}
			severity, said, why := rec.judge()
			f.Severity = worse(f.Severity, severity)
			if rec.orders {
				f.Summary += " " + said
			} else {
				why = []string{said}
			}
			f.Details = append(f.Details, why...)
		}
		if bad {
			flagged = append(flagged, metricName(m))
		}
		if bad || computes {
			add(f)
		}
	}
	for _, m := range p.Policies {
		if m.Name == monitor.PolicyViolationWarnings {
			if f, some := c.warningsFinding(s, m); some {
				add(f)
			}
		}
		if m.Status != "" {
			judged++
		}
		if sev, _ := meaning(m.Status); sev.Worse(monitor.OK) {
			elsewhere = append(elsewhere, fmt.Sprintf("%s (%s): see %s", policy.ClassLabel(m.Name), word(m.Status), checkOfClass(m.Name)))
		}
	}
	for _, w := range append(slices.Clip(p.Warnings), p.Checklist...) {
		judged++
		if f, bad := stateFinding(s, w); bad {
			add(f)
			flagged = append(flagged, f.Subject)
		}
	}
	if !s.statusOnly() {
		add(overview(s, judged, flagged, elsewhere))
	}
	return findings, nil
}

// ownCheck names the checks that read Amazon's figure of a metric themselves.
var ownCheck = map[monitor.MetricName]monitor.Signal{
	monitor.ValidTrackingRate:      policy.ValidTrackingRate,
	monitor.OnTimeDeliveryRate:     policy.OnTimeDeliveryRate,
	monitor.UnitOnTimeDeliveryRate: policy.OnTimeDeliveryRate,
}

// checkOfClass names the check that tells of a class of violations.
func checkOfClass(class monitor.MetricName) string {
	switch {
	case policy.Infringement(class):
		return "intellectual_property"
	case class == monitor.RestrictedProducts:
		return "restricted_products"
	}
	return "policy_violations"
}

// overview says in one finding how many things Amazon judges of a store, and which of them are not good.
func overview(s storeReports, judged int, flagged, elsewhere []string) monitor.Finding {
	bad := len(flagged) + len(elsewhere)
	n := float64(bad)
	f := monitor.Finding{Subject: "metrics", Severity: monitor.OK, Value: &n, Defects: bad, Orders: judged}
	switch {
	case judged == 0:
		f.Severity, f.Value = monitor.Blind, nil
		f.Summary = fmt.Sprintf("The performance report of %s of %s judges no metric.", s.name(), s.newest().Day.Short())
		f.Advice = settlesReport
		return f
	case bad == 0:
		f.Summary = fmt.Sprintf("Amazon flags none of the %s that it judges on %s.", count(judged, "metric", "metrics"), s.name())
		return f
	}
	f.Severity = monitor.Watch
	f.Summary = fmt.Sprintf("Amazon flags %s of the %s that it judges on %s.", number(bad), count(judged, "metric", "metrics"), s.name())
	for _, name := range append(slices.Clip(flagged), elsewhere...) {
		f.Details = append(f.Details, name+".")
	}
	return f
}

// statusFinding tells Amazon's word on the account, and false where a report of version 1 has none.
func statusFinding(s storeReports) (monitor.Finding, bool) {
	p := s.newest()
	f := monitor.Finding{Subject: "account status", Severity: monitor.OK}
	if s.statusOnly() {
		f.Details = []string{"The report tells nothing else of this store."}
	}
	switch status := strings.ToUpper(string(p.Account)); status {
	case "":
		f.Severity = monitor.Blind
		f.Summary = fmt.Sprintf("The performance report of %s does not tell the account's status.", p.Day.Short())
		f.Advice = "Look at Performance > Account Health: the status stands at its top."
		return f, p.MarketplaceID != ""
	case "NORMAL":
		f.Summary = fmt.Sprintf("The account is NORMAL on %s.", s.name())
		return f, true
	case "AT_RISK":
		f.Severity = monitor.Critical
		f.Summary = fmt.Sprintf("Amazon says that the account is AT_RISK of deactivation on %s.", s.name())
		f.Advice = "Open Performance > Account Health today. A banner with a Submit appeal button has a deadline, usually 72 hours; without the button it is a warning. Do not delete listings: that clears nothing."
	case "DEACTIVATED", "SUSPENDED":
		f.Severity = monitor.Critical
		f.Summary = fmt.Sprintf("The account is %s on %s.", status, s.name())
		f.Advice = "Ship the orders that are open. Appeal with a plan of action: cause, what you have done, what prevents it. A store that is off can take the others of the same owner with it: this one comes first."
	default:
		f.Severity = monitor.Warning
		f.Summary = fmt.Sprintf("The account's status on %s is %q, which is not known to mean that all is well.", s.name(), string(p.Account))
		f.Advice = "Look at Performance > Account Health what it means."
	}
	since := s.all[len(s.all)-1]
	for _, r := range slices.Backward(s.all) {
		if r.Record.Account != p.Account {
			f.Details = append(f.Details, fmt.Sprintf("It has been so since the report of %s; on %s it was %s.", since.Record.Day.Short(), r.Record.Day.Short(), word(r.Record.Account)))
			return f, true
		}
		since = r
	}
	f.Details = append(f.Details, fmt.Sprintf("It has been so since the first report that is kept, of %s.", since.Record.Day.Short()))
	return f, true
}

// stateFinding tells a warning of version 2, or what version 1 says of a metric, and false where it is good.
func stateFinding(s storeReports, w monitor.State) (monitor.Finding, bool) {
	severity, known := meaning(w.Status)
	name := policy.Words(monitor.MetricName(w.Name))
	f := monitor.Finding{Subject: name, Severity: severity}
	f.Summary = fmt.Sprintf("Amazon says %s of %s on %s.", word(w.Status), name, s.name())
	if !known {
		f.Details = append(f.Details, "This word is not known to mean that all is well.")
	}
	return f, severity.Worse(monitor.OK)
}

// warningsFinding tells how many policy warnings Amazon counts, and false where there is none. A new one is a warning.
func (c *AccountHealth) warningsFinding(s storeReports, m monitor.Metric) (monitor.Finding, bool) {
	if m.Count == nil || *m.Count == 0 {
		return monitor.Finding{}, false
	}
	n := float64(*m.Count)
	f := monitor.Finding{Subject: policy.ClassLabel(m.Name), Severity: monitor.Watch, Value: &n, Defects: *m.Count}
	f.Summary = fmt.Sprintf("Amazon counts %s of the last %d days on %s.", count(*m.Count, "policy warning", "policy warnings"), policy.ViolationDays, s.name())
	since := s.newest().Day - 7
	recent := slices.DeleteFunc(slices.Clone(s.all), func(r monitor.Sourced[monitor.Performance]) bool { return r.Record.Day < since })
	found, _, _ := arisen(recent, m.Name)
	fresh := 0
	for _, v := range found {
		if v.earliest >= since {
			fresh++
		}
	}
	if fresh > 0 {
		f.Severity = monitor.Warning
		f.Details = append(f.Details, fmt.Sprintf("%s %s of the last 7 days.", number(fresh), is(fresh)))
	}
	return f, true
}

// lastSaid tells what an old report said that was not good.
func lastSaid(s storeReports) []string {
	p := s.newest()
	var bad []string
	if p.Account != "" && p.Account != "NORMAL" {
		bad = append(bad, "account status "+string(p.Account))
	}
	if h := p.Health; h != nil && h.Score != nil {
		bad = append(bad, fmt.Sprintf("account health rating %g", *h.Score))
	}
	for _, m := range append(slices.Clip(p.Rates), p.Policies...) {
		if sev, _ := flagOf(m); sev.Worse(monitor.OK) {
			bad = append(bad, metricName(m)+" "+word(m.Status))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return []string{"It said: " + strings.Join(bad, ", ") + "."}
}
