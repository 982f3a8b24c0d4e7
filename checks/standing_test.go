package checks

import (
	"context"
	"testing"
	"time"

	"goodstanding/monitor"
)

// reported is an account with performance reports, asked about one instant.
type reported struct {
	nothing
	at      time.Time
	reports []monitor.Sourced[monitor.Record]
}

func (r reported) At() time.Time { return r.at }

func (r reported) Records(context.Context, monitor.ExportKind, monitor.Day, monitor.Day) ([]monitor.Sourced[monitor.Record], error) {
	return r.reports, nil
}

// A report of the day itself that came later had not been made. One of the day before could be known, whenever it was imported.
func TestReportsOfTheFuture(t *testing.T) {
	day := monitor.Date(2026, 11, 20)
	at := day.Start(time.UTC).Add(20 * time.Hour)
	of := func(d monitor.Day, received time.Time) monitor.Sourced[monitor.Record] {
		return monitor.Sourced[monitor.Record]{Record: monitor.Performance{MarketplaceID: "A1PA6795UKMFR9", Marketplace: "Amazon.de", Day: d}, Source: monitor.Source{Received: received}}
	}
	for _, c := range []struct {
		name    string
		reports []monitor.Sourced[monitor.Record]
		want    monitor.Day // of the newest; 0: none
	}{
		{"of yesterday, imported later", []monitor.Sourced[monitor.Record]{of(day-1, at.AddDate(0, 0, 3))}, day - 1},
		{"of today, here already", []monitor.Sourced[monitor.Record]{of(day-1, at), of(day, at)}, day},
		{"of today, not here yet", []monitor.Sourced[monitor.Record]{of(day-1, at), of(day, at.Add(time.Minute))}, day - 1},
		{"of tomorrow", []monitor.Sourced[monitor.Record]{of(day+1, at.AddDate(0, 0, 2))}, 0},
	} {
		stores, err := standings(t.Context(), reported{at: at, reports: c.reports})
		if err != nil || len(stores) > 1 || len(stores) == 1 && stores[0].newest().Day != c.want || len(stores) == 0 && c.want != 0 {
			t.Errorf("%s: %+v, error %v", c.name, stores, err)
		}
	}
}

// Version 1 says less of the same day than version 2, and is passed over.
func TestTwoVersionsOfADay(t *testing.T) {
	day := monitor.Date(2026, 11, 19)
	one := monitor.Sourced[monitor.Record]{Record: monitor.Performance{Marketplace: "Amazon.de", Day: day}}
	two := monitor.Sourced[monitor.Record]{Record: monitor.Performance{MarketplaceID: "A1PA6795UKMFR9", Marketplace: "Amazon.de", Day: day, Account: "AT_RISK"}}
	for _, reports := range [][]monitor.Sourced[monitor.Record]{{one, two}, {two, one}} {
		stores, err := standings(t.Context(), reported{at: day.Start(time.UTC).AddDate(0, 0, 1), reports: reports})
		if err != nil || len(stores) != 1 || stores[0].newest().Account != "AT_RISK" {
			t.Errorf("%+v, error %v", stores, err)
		}
	}
}

func TestWordsOfAmazons(t *testing.T) {
	for s, want := range map[monitor.Standing]struct {
		severity monitor.Severity
		known    bool
	}{
		"GOOD": {monitor.OK, true}, "GREAT": {monitor.OK, true}, "NONE": {monitor.OK, true}, "": {monitor.OK, true}, "WARNED": {monitor.Warning, true},
		"AT_RISK": {monitor.Warning, true}, "BAD": {monitor.Critical, true}, "Poor": {monitor.Critical, true}, "AT_RISK_OF_DEACTIVATION": {monitor.Critical, true},
		"FINE": {monitor.Warning, false}, "good?": {monitor.Warning, false},
	} {
		if severity, known := meaning(s); severity != want.severity || known != want.known {
			t.Errorf("%q: %s, known %v", s, severity, known)
		}
	}
}
