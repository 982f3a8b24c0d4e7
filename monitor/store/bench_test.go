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
		for _, name := range []string{"first", "again"} {
			started := time.Now()
			_, err := s.Import(b.Context(), File{Account: "shop", Kind: monitor.KindAllOrders, Name: name, Digest: name}, monday, func(rows Rows) (int, error) {
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
