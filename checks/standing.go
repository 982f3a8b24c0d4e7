package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// reportHistory is how many days of performance reports are read: as long as a violation stays on the page, and some days of
// the reports' own lag. Amazon keeps no history, so the reports that were kept are the only one.
const reportHistory = policy.ViolationDays + 20

// storeReports is the performance reports of one store that are kept, the oldest first; at least one.
type storeReports struct {
	marketplace monitor.Marketplace // empty: the report names none that is known
	id          string              // Amazon's id of the store; empty in reports of version 1
	all         []monitor.Sourced[monitor.Performance]
}

// newest returns the newest report.
func (s storeReports) newest() monitor.Performance { return s.all[len(s.all)-1].Record }

// statusOnly says whether the newest report tells an account status and nothing else, as of stores where nothing is sold.
func (s storeReports) statusOnly() bool {
	p := s.newest()
	return p.Account != "" && len(p.Rates)+len(p.Policies)+len(p.Warnings)+len(p.Checklist) == 0 && p.Health == nil
}

// name is what people call the store.
func (s storeReports) name() string {
	switch {
	case s.marketplace != "":
		return string(s.marketplace)
	case s.id != "":
		return "store " + s.id
	}
	return "the account"
}

// subject makes a subject unique where the marketplace does not part the stores.
func (s storeReports) subject(of string) string {
	if s.marketplace == "" && s.id != "" {
		return strings.TrimSpace(s.id + " " + of)
	}
	return of
}

// age returns how many days ago the newest report was made.
func (s storeReports) age(at time.Time) int {
	return max(0, int(monitor.DayOf(at, s.marketplace.Clock())-s.newest().Day))
}

// stale says that the newest report is too old to tell how things stand; empty: it is not.
func (s storeReports) stale(at time.Time, limit time.Duration) string {
	if age := s.age(at); time.Duration(age)*24*time.Hour > limit {
		return fmt.Sprintf("the newest performance report of %s tells of %s, %s ago", s.name(), s.newest().Day.Short(), count(age, "day", "days"))
	}
	return ""
}

// asOf is the end of the day that the newest report tells of.
func (s storeReports) asOf(at time.Time) time.Time {
	if end := s.newest().Day.End(time.UTC); end.Before(at) {
		return end
	}
	return at
}

// standings returns the performance reports of the last 200 days by store, sorted.
func standings(ctx context.Context, k monitor.Known) ([]storeReports, error) {
	today := monitor.DayOf(k.At(), time.UTC)
	reports, err := monitor.RecordsOf[monitor.Performance](ctx, k, monitor.KindPerformance, today-reportHistory, today+1)
	if err != nil {
		return nil, err
	}
	var stores []storeReports
	for _, r := range reports { // by day, and of one day by key
		p := r.Record
		if p.Day >= today && r.Source.Received.After(k.At()) {
			continue // asked for the past: it had not been made
		}
		i := slices.IndexFunc(stores, func(s storeReports) bool {
			return s.marketplace == p.Marketplace && (p.Marketplace != "" || s.id == p.MarketplaceID)
		})
		if i < 0 {
			i = len(stores)
			stores = append(stores, storeReports{marketplace: p.Marketplace, id: p.MarketplaceID})
		}
		s := &stores[i]
		if s.id == "" {
			s.id = p.MarketplaceID
		}
		if last := len(s.all) - 1; last >= 0 && s.all[last].Record.Day == p.Day && p.MarketplaceID == "" {
			continue // version 1 says less of the same day
		}
		s.all = append(s.all, r)
	}
	slices.SortFunc(stores, func(a, b storeReports) int {
		return cmp.Or(cmp.Compare(a.marketplace, b.marketplace), cmp.Compare(a.id, b.id))
	})
	return stores, nil
}

// noReport is why a check is blind without a performance report, and what settles it. Seller Central has no download of the
// report, so nobody is asked to get one from there.
const (
	noReport      = "no performance report has been imported"
	settlesReport = "A tool that may read your account can save the report GET_V2_SELLER_PERFORMANCE_REPORT every day; put it into this account's folder. Seller Central has no download of it: without such a tool, look at the Account Health page once a week."
)

// meaning is what one of Amazon's words says of a metric, a warning or a rating.
func meaning(s monitor.Standing) (severity monitor.Severity, known bool) {
	switch {
	case s.Good():
		return monitor.OK, true
	case s == "", strings.EqualFold(string(s), "NONE"):
		return monitor.OK, true // nothing is judged, which is neither good nor bad
	}
	switch strings.ToUpper(string(s)) {
	case "HEALTHY", "GREEN":
		return monitor.OK, true
	case "WARNED", "WARNING", "AT_RISK", "WATCH", "FAIR", "YELLOW":
		return monitor.Warning, true
	case "BAD", "POOR", "VERY_POOR", "CRITICAL", "UNHEALTHY", "RED", "AT_RISK_OF_DEACTIVATION", "SUSPENDED", "DEACTIVATED":
		return monitor.Critical, true
	}
	return monitor.Warning, false
}

// word writes one of Amazon's words for people.
func word(s monitor.Standing) string {
	if s == "" {
		return "no word"
	}
	return string(s)
}

// evidenceOf names a report as the row behind a finding.
func evidenceOf(r monitor.Sourced[monitor.Performance], why string) monitor.Evidence {
	return monitor.Evidence{Date: r.Record.Day, Why: why, Source: r.Source}
}
