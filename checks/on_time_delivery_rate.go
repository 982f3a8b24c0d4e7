package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// OnTimeDeliveryRate warns of deliveries after the date that the seller promised, by Amazon's figure.
type OnTimeDeliveryRate struct {
	WarningAt float64       `help:"Share of the units that may be late from which it warns, 0..1."`
	WatchAt   float64       `help:"Share of the units that may be late from which it is worth a look, 0..1."`
	ReportAge time.Duration `help:"Age of the newest performance report from which the check is blind."`

	book policy.Book
}

var onTimeDelivery = Entry{
	Signal: policy.OnTimeDeliveryRate,
	Title:  "On-time delivery rate",
	Finds:  "Seller-fulfilled units delivered after the seller's own deliver-by date: 90 % must be in time on Amazon.com, Amazon.co.uk and Amazon.de; elsewhere it is shown only.",
	Counts: "Amazon's figure of the newest performance report: of units over 14 days that end 7 days ago where the report has it (unitOnTimeDeliveryRate), else the older one of parcels over 30 days. " +
		"There is no figure of our own: no export tells when a parcel was delivered. A store's rule holds from its date on: Amazon.com 25 September 2024, Amazon.co.uk 2 February 2026 (20 units or more), Amazon.de 1 September 2026. " +
		"Without a performance report it says once for the account that it is blind, and only where seller-fulfilled orders are known in a store in which Amazon acts on the rate: that cannot be helped without a tool that gets the report, and account_health says so too.",
	Advice: "Look at the late units on the Account Health page: by carrier and by ship-from. Lengthen transit time or handling time where they are too short, today. Shipping Settings Automation with Automated Handling Time and a protected Buy Shipping label keeps late parcels out of the rate.",
	Source: "Amazon's on-time delivery rate page and announcements; the seller performance report",
	Reads:  []monitor.ExportKind{monitor.KindPerformance},
	Needs:  [][]monitor.ExportKind{{monitor.KindPerformance}},
	Daily:  true,
	New: func(r Rules) monitor.Check {
		return &OnTimeDeliveryRate{WarningAt: 0.75, WatchAt: 0.5, ReportAge: 7 * 24 * time.Hour, book: r.Book}
	},
}

// Judge implements monitor.Check.
func (c *OnTimeDeliveryRate) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	known, err := k.Slices(ctx)
	if err != nil {
		return nil, err
	}
	stores, err := standings(ctx, k)
	if err != nil {
		return nil, err
	}
	var findings []monitor.Finding
	for _, s := range stores {
		if f, ok := c.judgeStore(k, s); ok {
			findings = append(findings, f)
		}
	}
	switch {
	case len(findings) > 0:
		return findings, nil
	case onlyFBA(known):
		return []monitor.Finding{{Severity: monitor.OK, Summary: "On-time delivery rate: no seller-fulfilled order is known, and FBA orders do not count.", Advice: "Nothing to do."}}, nil
	case len(stores) > 0:
		return []monitor.Finding{{
			Severity: monitor.Blind, Summary: "On-time delivery rate cannot be judged: the performance report does not tell it.",
			Advice: "Look at Performance > Account Health > On-Time Delivery Rate once a week.",
		}}, nil
	}
	acts := c.inForce(k, known)
	if len(acts) == 0 && len(known) > 0 {
		return []monitor.Finding{{
			Severity: monitor.OK, Summary: "On-time delivery rate: Amazon is not known to act on it in the stores where you ship yourself. What it is no export tells.",
			Advice: "Nothing to do.",
		}}, nil
	}
	f := monitor.Finding{
		Severity: monitor.Blind, Summary: "On-time delivery rate cannot be judged: " + noReport + ", and no other export tells when parcels were delivered.", Advice: settlesReport,
	}
	if len(acts) > 0 {
		f.Details = []string{"Amazon acts on it on " + strings.Join(acts, ", ") + "."}
	}
	return []monitor.Finding{f}, nil
}

// inForce returns the stores with seller-fulfilled orders in which Amazon acts on the rate.
func (c *OnTimeDeliveryRate) inForce(k monitor.Known, known []monitor.Slice) []string {
	var acts []string
	for _, m := range sellsItself(known) {
		if rule, _ := c.book.Floor(policy.OnTimeDeliveryRate, k.Account().Name, m, monitor.DayOf(k.At(), m.Clock())); rule.Enforced {
			acts = append(acts, m.Label())
		}
	}
	return acts
}

// judgeStore judges Amazon's figure of one store, and answers false where a fresh report does not tell one.
func (c *OnTimeDeliveryRate) judgeStore(k monitor.Known, s storeReports) (monitor.Finding, bool) {
	f := monitor.Finding{Marketplace: s.marketplace, Subject: s.subject(monitor.SellerFulfilled.Label()), Advice: "Nothing to do.", DataAsOf: s.asOf(k.At())}
	f.Evidence = []monitor.Evidence{evidenceOf(s.all[len(s.all)-1], "Amazon's figure")}
	metric, a, told := deliveryMetric(s.newest())
	if why := s.stale(k.At(), c.ReportAge); why != "" {
		if !told {
			return f, false
		}
		f.Severity, f.Advice = monitor.Blind, settlesReport
		f.Summary = "On-time delivery rate cannot be judged: " + why + "."
		if share, some := a.share(); some {
			f.Details = []string{fmt.Sprintf("It was %s then (%s).", percent(share, 0), word(a.status))}
		}
		return f, true
	}
	if !told {
		return f, false
	}
	rule, _ := c.book.Floor(policy.OnTimeDeliveryRate, k.Account().Name, s.marketplace, s.newest().Day)
	units := metric.Name == monitor.UnitOnTimeDeliveryRate
	j := floorJudge{name: onTimeDelivery.Title, one: "parcel", many: "parcels", failing: "delivered late", warningAt: c.WarningAt, watchAt: c.WatchAt}
	if units {
		j.one, j.many = "unit", "units"
	}
	if !units && a.window == nil {
		w := policy.Floor{Days: 30, EndLag: 10}.Window(s.newest().Day) // of the older figure, whatever the rule is
		a.window = &w
	}
	// Where Amazon acts on nothing, its own target is the one that it shows.
	if t := metric.Target; t != nil && !rule.Enforced && *t > 0 && *t < 1 {
		rule.Target = *t
	}
	j.fill(&f, rule, a, s.newest().Day)
	if !units {
		f.Details = append(f.Details, "This is the older figure, of parcels over 30 days; the Account Health page may show the newer one, of units over 14 days.")
	}
	if t := metric.Target; t != nil && rule.Enforced && *t != rule.Target {
		f.Details = append(f.Details, fmt.Sprintf("The report's own target is %s; Amazon acts below %s.", limitText(*t), limitText(rule.Target)))
	}
	if rule.Units && units && f.Severity.Worse(monitor.Watch) {
		f.Details = append(f.Details, "Each unit counts: an order of 8 units delivered late is 8 late units.")
	}
	if f.Severity.Worse(monitor.OK) {
		f.Advice = onTimeDelivery.Advice
	}
	return f, true
}

// deliveryMetric returns the figure that the Account Health page shows, or the older one, and false where a report has neither.
func deliveryMetric(p monitor.Performance) (monitor.Metric, achieved, bool) {
	for _, name := range []monitor.MetricName{monitor.UnitOnTimeDeliveryRate, monitor.OnTimeDeliveryRate} {
		for _, m := range p.RatesOf(name, "") {
			a := achievedBy(m)
			if _, some := a.share(); some || a.status != "" {
				return m, a, true
			}
		}
	}
	return monitor.Metric{}, achieved{}, false
}
