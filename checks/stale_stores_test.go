package checks

import (
	"context"
	"reflect"
	"testing"
	"time"

	"goodstanding/monitor"
)

// soldIn is an account with arrivals and with orders in some marketplaces.
type soldIn struct {
	arrived
	slices []monitor.Slice
}

func (s soldIn) Slices(context.Context) ([]monitor.Slice, error) { return s.slices, nil }

func TestComeTogether(t *testing.T) {
	of := func(names ...monitor.Marketplace) monitor.Arrival { return monitor.Arrival{Marketplaces: names} }
	got := comeTogether([]monitor.Arrival{of("Amazon.de"), of("Amazon.com", "Amazon.ca"), of(), of("Amazon.fr", "Amazon.de"), of("Amazon.ca"), of("Amazon.co.jp")})
	want := [][]monitor.Marketplace{{"Amazon.ca", "Amazon.com"}, {"Amazon.co.jp"}, {"Amazon.de", "Amazon.fr"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A store that stopped coming before the newest 60 files is told by the orders that it had.
func TestStoreUnseen(t *testing.T) {
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	var arrivals []monitor.Arrival
	for i := range 60 {
		arrivals = append(arrivals, monitor.Arrival{Kind: monitor.KindAllOrders, Rows: 9, Received: now.AddDate(0, 0, -i), Marketplaces: []monitor.Marketplace{"Amazon.de"}})
	}
	slices := []monitor.Slice{{Marketplace: "Amazon.com", Channel: monitor.FBA}, {Marketplace: "Amazon.com", Channel: monitor.SellerFulfilled},
		{Marketplace: "Amazon.de", Channel: monitor.FBA}, {Marketplace: monitor.NonAmazon, Channel: monitor.FBA}}
	for _, c := range []struct {
		arrivals []monitor.Arrival
		want     int
	}{{arrivals, 2}, {arrivals[:29], 1}} {
		findings, err := staleExports.New(Rules{}).Judge(t.Context(), soldIn{arrived{at: now, arrivals: c.arrivals}, slices})
		if err != nil || len(findings) != c.want {
			t.Fatalf("%d findings, want %d; error %v", len(findings), c.want, err)
		}
		if last := findings[len(findings)-1]; c.want == 2 && (last.Severity != monitor.Warning || last.Marketplace != "Amazon.com") {
			t.Errorf("%+v", last)
		}
	}
}

// What an entry needs it also reads.
func TestNeedsAreRead(t *testing.T) {
	for _, e := range All() {
		reads := map[monitor.ExportKind]bool{}
		for _, k := range e.Reads {
			reads[k] = true
		}
		for _, group := range e.Needs {
			for _, k := range group {
				if !reads[k] {
					t.Errorf("%s needs %s and does not read it", e.Signal, k)
				}
			}
		}
	}
}
