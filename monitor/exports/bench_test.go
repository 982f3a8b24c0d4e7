package exports

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// benchFile writes an All Orders export of 33 columns with n rows of about 480 bytes.
func benchFile(b *testing.B, n int) string {
	row := strings.TrimSuffix(orderRow(0, strings.Repeat("Stainless steel kettle ", 6)), "\n") + strings.Repeat("\t0.00", 8) + "\tSPRINGFIELD\tOR\t97477\tUS\t\t\tfalse\t\t\n"
	columns := strings.TrimSuffix(header33, "\n") + "\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\tother\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\tcpf\tis-business-order\tpurchase-order-number\tprice-designation\n"
	path := filepath.Join(b.TempDir(), "orders.tsv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	text := columns + strings.Repeat(row, n)
	if _, err := file.WriteString(text); err != nil {
		b.Fatal(err)
	}
	return path
}

const benchRows = 50_000

// BenchmarkIdentify surveys All Orders: every row checked, the digest taken.
func BenchmarkIdentify(b *testing.B) {
	path := benchFile(b, benchRows)
	b.ReportAllocs()
	for b.Loop() {
		f, err := Identify(path)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(f.Size)
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRead gives the facts of All Orders.
func BenchmarkRead(b *testing.B) {
	f, err := Identify(benchFile(b, benchRows))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(f.Size)
	b.ReportAllocs()
	for b.Loop() {
		r, err := f.Read(context.Background(), Setting{Received: received}, Sink{Fact: func(monitor.Place, monitor.Fact) error { return nil }})
		if err != nil || r.Facts != benchRows {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
