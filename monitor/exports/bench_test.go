package exports

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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

// BenchmarkReadUnseen surveys a large export and gives its sightings in one pass, as a first import does: orders of many days
// and a few thousand products.
func BenchmarkReadUnseen(b *testing.B) {
	columns, line, _ := strings.Cut(string(benchText(b)), "\n")
	line, _, _ = strings.Cut(line, "\n")
	cells := strings.Split(line, "\t")
	at := func(name string) int { return slices.Index(strings.Split(columns, "\t"), name) }
	text := bytes.NewBufferString(columns + "\n")
	for i := range benchRows {
		bought := received.Add(time.Duration(i-benchRows) * time.Minute)
		cells[at("amazon-order-id")] = fmt.Sprintf("%03d-%07d-%07d", i*7919%1000, i*104729%10_000_000, i)
		cells[at("purchase-date")] = bought.Format("2006-01-02T15:04:05-07:00")
		cells[at("last-updated-date")] = bought.Add(time.Duration(i*7919%4000) * time.Minute).Format("2006-01-02T15:04:05-07:00")
		cells[at("sku")] = fmt.Sprintf("SKU-%d", i*7919%5000)
		fmt.Fprintln(text, strings.Join(cells, "\t"))
	}
	path := filepath.Join(b.TempDir(), "orders.tsv")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		f, ok := Glance(path, nil)
		if !ok {
			b.Fatal("it is not known at a glance")
		}
		r, err := f.Read(context.Background(), Setting{Received: f.Latest}, Sink{Sighting: func(monitor.Place, *monitor.Sighting) error { return nil }})
		if err != nil || r.Facts != benchRows {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// benchText returns an All Orders export of one row.
func benchText(b *testing.B) []byte {
	text, err := os.ReadFile(benchFile(b, 1))
	if err != nil {
		b.Fatal(err)
	}
	return text
}
