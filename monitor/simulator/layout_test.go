package simulator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
)

// The layouts, by what Amazon's own files have: number of columns, and where one tells the generation.
func TestLayouts(t *testing.T) {
	head := func(columns []column) []string {
		text := string(write(columns, nil, "Amazon.com", time.Time{}, time.Time{}))
		return strings.Split(strings.TrimSuffix(text, "\n"), "\t")
	}
	us := monitor.Marketplace("Amazon.com")
	old, current := head(allOrders(us, pacific("2026-05-21 23:59:59"))), head(allOrders(us, pacific("2026-05-22 00:00:00").Add(-time.Hour)))
	for _, c := range []struct {
		name   string
		header []string
		n      int
		some   map[int]string
	}{
		// 23:00 Pacific standard time is midnight of Pacific daylight time.
		{"All Orders since 22 May 2026", current, 34, map[int]string{0: "amazon-order-id", 5: "order-item-id", 6: "fulfillment-channel", 13: "item-status", 33: "signature-confirmation-recommended"}},
		{"All Orders before", head(allOrders(us, pacific("2026-05-21 12:00:00"))), 33, map[int]string{4: "order-status", 5: "fulfillment-channel", 32: "signature-confirmation-recommended"}},
		{"All Orders after the old day in standard time", old, 34, nil},
		{"order report", head(orderReport), 42, map[int]string{1: "order-item-id", 3: "payments-date", 34: "latest-ship-date", 41: "shipment-status"}},
		{"Unshipped Orders", head(unshipped), 35, map[int]string{4: "reporting-date", 5: "promise-date", 6: "days-past-promise", 32: "is-buyer-requested-cancellation"}},
		{"shipping confirmation", head(confirmation), 8, map[int]string{0: "order-id", 3: "ship-date", 4: "carrier-code", 6: "tracking-number"}},
	} {
		if len(c.header) != c.n {
			t.Errorf("%s has %d columns, want %d", c.name, len(c.header), c.n)
		}
		for i, name := range c.some {
			if i < len(c.header) && c.header[i] != name {
				t.Errorf("%s, column %d: %s, want %s", c.name, i+1, c.header[i], name)
			}
		}
		names := slices.Sorted(slices.Values(c.header))
		if len(slices.Compact(names)) != c.n {
			t.Errorf("%s has a column twice", c.name)
		}
	}
}

// One order in all four layouts, cell by cell.
func TestRows(t *testing.T) {
	o := Order{
		ID: "111-2222222-3333333", Channel: monitor.SellerFulfilled, Service: "NextDay", Buyer: 20,
		Lines:     []monitor.Line{{ItemID: "12345678901234", SKU: "A-1", ASIN: "B012345678", Title: `Kite 48" <b>`, Quantity: 2, Price: "29.98", Currency: "USD"}},
		Purchased: pacific("2026-11-18 09:00:00"), Released: pacific("2026-11-18 09:10:00"), ShipBy: pacific("2026-11-19 23:59:59"),
		Asked: pacific("2026-11-18 17:57:00"), Confirmed: pacific("2026-11-20 01:00:00"),
	}
	const us = monitor.Marketplace("Amazon.com")
	at := pacific("2026-11-18 18:00:00")
	for _, c := range []struct {
		name    string
		columns []column
		want    string // with | for a tab
	}{
		{"All Orders", allOrders(us, at), `111-2222222-3333333||2026-11-18T17:00:00+00:00|2026-11-18T17:10:00+00:00|Unshipped|12345678901234|Merchant|Amazon.com||NextDay|Kite 48" <b>|A-1|B012345678|Unshipped|2|USD|29.98||||||||Springfield|IL|62701|US|||true|||false`},
		{"order report", orderReport, `111-2222222-3333333|12345678901234|2026-11-18T17:00:00+00:00|2026-11-18T17:10:00+00:00|made00014up@marketplace.amazon.com|Kim Sample|555-0130|A-1|Kite 48" <b>|2|USD|29.98||||NextDay|NextDay|Kim Sample|21 Example Street|||Springfield|IL|62701|US|555-0130||||||||2026-11-18T17:10:00+00:00|2026-11-20T07:59:59+00:00|2026-11-22T07:59:59+00:00|2026-11-26T07:59:59+00:00|true||||`},
		// Asked for after the export was made and before it was downloaded: it does not know yet.
		{"Unshipped Orders", unshipped, `111-2222222-3333333|12345678901234|2026-11-18T17:00:00+00:00|2026-11-18T17:10:00+00:00|2026-11-19T01:56:00+00:00|2026-11-20T07:59:59+00:00|-1|made00014up@marketplace.amazon.com|Kim Sample|555-0130|A-1|Kite 48" <b>|2|0|2|NextDay|NextDay|Kim Sample|21 Example Street|||Springfield|IL|62701|US|true|||false|false|false|false|false||false`},
		{"shipping confirmation", confirmation, `111-2222222-3333333|12345678901234|2|2026-11-20|UPS||1Z9222222233333339|NextDay`},
	} {
		text := string(write(c.columns, []*Order{&o}, us, at, at.Add(-4*time.Minute)))
		lines := strings.Split(text, "\n")
		if got := strings.ReplaceAll(lines[1], "\t", "|"); len(lines) != 3 || got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
