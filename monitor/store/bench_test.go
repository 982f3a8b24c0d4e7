package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"goodstanding/monitor"
)

// BenchmarkImport imports a first All Orders of 100,000 rows, its ids in no order, and the same rows in a later file.
func BenchmarkImport(b *testing.B) {
	const benchRows = 100_000
	for range b.N {
		s, err := OpenScratch(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
		if err != nil {
			b.Fatal(err)
		}
		if err := s.EnsureAccount(b.Context(), "shop", ""); err != nil {
			b.Fatal(err)
		}
		for day, name := range []string{"first", "again"} {
			started := time.Now()
			_, err := s.Import(b.Context(), File{Account: "shop", Kind: monitor.KindAllOrders, Name: name, Digest: name, Received: monday.AddDate(0, 0, day)}, monday, func(rows Rows) (int, error) {
				for i := range benchRows {
					bought := monday.Add(time.Duration(i) * time.Minute)
					f := monitor.Sighting{OrderID: fmt.Sprintf("111-%07d-%07d", i*7919%9999991, i*104729%9999973), Marketplace: "Amazon.com",
						Strength: monitor.BySalesChannel, Channel: monitor.SellerFulfilled, Purchased: bought, Updated: bought.Add(20 * time.Hour),
						AsOf: bought.Add(40 * time.Hour), Status: monitor.Shipped, ShipService: "Standard",
						Line: monitor.Line{SKU: fmt.Sprintf("SKU-%05d", i%2000), ASIN: "B000000001", Title: "Some product", Quantity: 1, Status: monitor.Shipped, Price: "9.99", Currency: "USD"}}
					if err := rows.Add(monitor.Place{Line: i}, f); err != nil {
						return 0, err
					}
				}
				return 0, nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(benchRows/time.Since(started).Seconds(), name+"-rows/s")
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImportRecords imports a first export of 200,000 FBA returns, the same rows in a later one, and one of which a
// tenth has changed.
func BenchmarkImportRecords(b *testing.B) {
	const benchRows = 200_000
	for range b.N {
		s, err := OpenScratch(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
		if err != nil {
			b.Fatal(err)
		}
		if err := s.EnsureAccount(b.Context(), "shop", ""); err != nil {
			b.Fatal(err)
		}
		for day, name := range []string{"first", "again", "changed"} {
			started := time.Now()
			_, err := s.Import(b.Context(), File{Account: "shop", Kind: monitor.KindFBAReturns, Name: name, Digest: name, Size: benchRows * 250}, monday, func(rows Rows) (int, error) {
				for i := range benchRows {
					f := monitor.Return{Channel: monitor.FBA, OrderID: fmt.Sprintf("111-%07d-%07d", i*7919%9999991, i*104729%9999973),
						ReturnID: fmt.Sprintf("LPNRR%09d", i*104729%999999937), SKU: fmt.Sprintf("SKU-%05d", i%2000), ASIN: "B000000001", Day: monitor.Day(20000 + i/500),
						Quantity: 1, Reason: "UNWANTED_ITEM", Disposition: "SELLABLE", Status: "Unit returned to inventory", AsOf: monday.AddDate(0, 0, day)}
					if day == 2 && i%10 == 0 {
						f.Status = "Reimbursed"
					}
					if err := rows.Add(monitor.Place{Line: i}, f); err != nil {
						return 0, err
					}
				}
				return 0, nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(benchRows/time.Since(started).Seconds(), name+"-rows/s")
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
