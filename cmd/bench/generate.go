package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// columns are those of All Orders as Amazon has given it since May 2026.
const columns = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\torder-item-id\tfulfillment-channel\tsales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\tcpf\tis-business-order\tpurchase-order-number\tprice-designation\tsignature-confirmation-recommended\n"

// Of 100 orders 25 have two lines: 1.25 rows an order.
const (
	ordersPerCent = 80 // orders in 100 rows
	products      = 5000
	every         = 40 * time.Second
)

// firstOrder is when the first order of every made-up account was placed.
var firstOrder = time.Date(2015, 6, 1, 0, 0, 0, 0, time.UTC)

// export describes a made-up All Orders file: rows from..to of an endless list of orders, one every 40 seconds. Of orders that
// began in the rows from open on, the file says that they are not shipped yet.
type export struct {
	account  int
	from, to int // rows
	open     int
}

// mix returns a number that depends on its argument in no visible way (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

var titles = func() (t [products]string) {
	kinds := []string{"Stainless steel kettle", "Wireless earbuds", "Cotton bath towel", "LED desk lamp", "Ceramic knife set", "Yoga mat", "Phone case", "Dog leash"}
	for i := range t {
		t[i] = fmt.Sprintf("%s %d with a carrying bag, a lid and a two-year guarantee, model %c%d, pack of %d", kinds[i%len(kinds)], i, 'A'+i%26, i*7, 1+i%4)
	}
	return t
}()

// write writes the export to path, dated when it was made.
func (e export) write(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the folder of an export: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make an export: %w", err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.WriteString(columns) // the last Flush tells
	var line []byte
	// Order k has the rows 5k/4 (rounded down) and, if the next order begins two rows later, the one below.
	for order, row := e.from*ordersPerCent/100, e.from; row < e.to; order++ {
		for n := range (order+1)*100/ordersPerCent - order*100/ordersPerCent {
			if at := order*100/ordersPerCent + n; at >= e.from && at < e.to {
				line = e.row(line[:0], order, n, at >= e.open)
				_, _ = w.Write(line)
				row++
			}
		}
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("write an export: %w", err)
	}
	return os.Chtimes(path, e.made(), e.made())
}

// made is when the export was made: it tells of nothing that came later.
func (e export) made() time.Time {
	return firstOrder.Add(time.Duration(e.to*ordersPerCent/100)*every + time.Hour)
}

// row appends the n-th line of an order.
func (e export) row(b []byte, order, n int, open bool) []byte {
	r := mix(uint64(e.account)<<40 | uint64(order)) //nolint:gosec // any 64 bits do
	line := mix(r + uint64(n))                      //nolint:gosec // as above
	bought := firstOrder.Add(time.Duration(order) * every)
	id := fmt.Sprintf("%03d-%07d-%07d", 100+r%900, r>>10%10_000_000, r>>34%10_000_000)
	status, updated := "Shipped", bought.Add(time.Duration(600+r%2400)*time.Minute)
	if r%50 == 0 {
		status = "Cancelled"
	}
	if open || updated.After(e.made()) {
		status, updated = "Unshipped", bought.Add(time.Minute)
	}
	channel, service := "Merchant", [...]string{"Standard", "Expedited", "SecondDay"}[r>>8%3]
	if r%5 < 2 {
		channel = "Amazon"
	}
	product := line >> 7 % products
	cell := func(s string) { b = append(append(b, s...), '\t') }
	cell(id)
	cell("")
	b = append(bought.AppendFormat(b, "2006-01-02T15:04:05+00:00"), '\t')
	b = append(updated.AppendFormat(b, "2006-01-02T15:04:05+00:00"), '\t')
	cell(status)
	cell(strconv.FormatUint(10_000_000_000_000+line%90_000_000_000_000, 10))
	cell(channel)
	cell("Amazon.com")
	cell("")
	cell(service)
	cell(titles[product])
	cell("SKU-" + strconv.FormatUint(product, 10))
	cell("B0" + strconv.FormatUint(10_000_000+product*997, 10))
	cell(status)
	cell(strconv.FormatUint(1+line>>20%3, 10))
	cell("USD")
	cell(strconv.FormatUint(5+line>>24%95, 10) + ".99")
	for range 7 {
		cell("0.00")
	}
	cell([...]string{"SPRINGFIELD", "PORTLAND", "AUSTIN", "LOS ANGELES"}[r>>12%4])
	cell([...]string{"IL", "OR", "TX", "CA"}[r>>12%4])
	cell(strconv.FormatUint(10_000+r>>16%90_000, 10))
	cell("US")
	cell("")
	cell("")
	cell("false")
	cell("")
	cell("")
	return append(b, "false\n"...)
}
