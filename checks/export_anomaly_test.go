package checks

import (
	"context"
	"testing"
	"time"

	"goodstanding/monitor"
)

// arrived is an account of which nothing but its arrivals is known.
type arrived struct {
	monitor.Known
	at       time.Time
	arrivals []monitor.Arrival // newest first
}

func (a arrived) At() time.Time                                       { return a.at }
func (arrived) Account() monitor.Account                              { return monitor.Account{Name: "shop"} }
func (a arrived) Arrivals(context.Context) ([]monitor.Arrival, error) { return a.arrivals, nil }

// An export that shows all there is has no span of dates: its rows are compared as they are.
func TestShrunkSnapshot(t *testing.T) {
	now := time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		kind  monitor.ExportKind
		sizes []int // the oldest first
		want  monitor.Severity
	}{
		{"40,000 rows, then 900", monitor.KindListings, []int{40_000, 900}, monitor.Warning},
		{"900 rows, then 40,000", monitor.KindListings, []int{900, 40_000}, monitor.OK},
		{"a quarter less one", monitor.KindFBAInventory, []int{400, 400, 99}, monitor.Watch},
		{"nothing at all", monitor.KindFBAInventory, []int{400, 0}, monitor.Warning},
		{"a list of the seller's own", monitor.KindLots, []int{400, 4}, monitor.OK},
		{"confirmations of one day", monitor.KindShippingConfirmation, []int{400, 4}, monitor.OK},
		{"the first ever", monitor.KindListings, []int{1}, monitor.OK},
		{"older than the last five", monitor.KindListings, []int{4000, 4000, 4000, 150, 150, 150, 150, 150, 60}, monitor.OK},
	} {
		k := arrived{at: now}
		for i, rows := range c.sizes {
			a := monitor.Arrival{Kind: c.kind, Name: "x.txt", Rows: rows, Received: now.AddDate(0, 0, i-len(c.sizes))}
			k.arrivals = append([]monitor.Arrival{a}, k.arrivals...)
		}
		findings, err := exportAnomaly.New(Rules{}).Judge(t.Context(), k)
		if err != nil || len(findings) != 1 || findings[0].Severity != c.want {
			t.Errorf("%s: %+v, %v; want one that is %s", c.name, findings, err, c.want)
		}
	}
}

// What was refused, and what was an archive, is no download to compare with.
func TestRefusedFilesAreNoDownloads(t *testing.T) {
	now := time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)
	only := func(a monitor.Arrival) monitor.Finding {
		t.Helper()
		findings, err := exportAnomaly.New(Rules{}).Judge(t.Context(), arrived{at: now, arrivals: []monitor.Arrival{a}})
		if err != nil || len(findings) != 1 {
			t.Fatalf("%+v, %v; want one finding", findings, err)
		}
		return findings[0]
	}
	for _, a := range []monitor.Arrival{
		{Kind: monitor.KindAllOrders, Received: now, Refused: "cut off"},
		{Kind: "", Received: now, Refused: "a picture"},
		{Kind: monitor.KindArchive, Received: now},
	} {
		if f := only(a); f.Severity != monitor.Blind {
			t.Errorf("%+v: %+v, want blind", a, f)
		}
	}
	findings, err := staleExports.New(Rules{}).Judge(t.Context(), arrived{at: now, arrivals: []monitor.Arrival{
		{Kind: monitor.KindAllOrders, Received: now}, {Kind: monitor.KindArchive, Received: now.AddDate(-1, 0, 0)},
	}})
	if err != nil || len(findings) != 1 || findings[0].Subject != "all_orders" {
		t.Errorf("stale exports: %+v, %v; want all_orders alone: an archive is no export", findings, err)
	}
}
