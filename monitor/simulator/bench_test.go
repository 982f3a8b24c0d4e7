package simulator

import "testing"

// BenchmarkDemo makes the demo's three accounts and all the exports of their 100 evenings.
func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		for _, shop := range Demo(end) {
			if err := Run(shop).WriteArchive(dir, shop.First, end, 18); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkRun plays one account of 30 orders a day for a year, as a benchmark of forecasts does over and over.
func BenchmarkRun(b *testing.B) {
	shop := Demo(end)[1]
	shop.Days = 365
	for b.Loop() {
		Run(shop)
	}
}
