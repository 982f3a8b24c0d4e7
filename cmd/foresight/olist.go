package main

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor/forecast"
)

// leastOrders is how many orders a seller of a real marketplace must have in the time looked at.
const leastOrders = 40

// olist reads the late shipments of a real marketplace's sellers: the orders and order items of the Brazilian E-Commerce Public
// Dataset by Olist (orders.csv.gz and order_items.csv.gz), of the last days that it has whole. An order is late if the carrier
// got it after its shipping limit, and that is known the day after. It has no rates of Amazon's kind besides.
func olist(dir string) ([]*account, error) {
	handed := map[string]time.Time{}
	err := eachRow(filepath.Join(dir, "orders.csv.gz"), []string{"order_id", "order_delivered_carrier_date"}, func(row []string) error {
		if row[1] == "" {
			return nil
		}
		at, err := time.Parse(time.DateTime, row[1])
		handed[row[0]] = at
		return err
	})
	if err != nil {
		return nil, err
	}
	last := time.Date(2018, 8, 24, 0, 0, 0, 0, time.UTC)
	const days = before + during + after
	of := map[string]*account{}
	seen := map[[2]string]bool{}
	err = eachRow(filepath.Join(dir, "order_items.csv.gz"), []string{"seller_id", "order_id", "shipping_limit_date"}, func(row []string) error {
		at, key := handed[row[1]], [2]string{row[0], row[1]}
		if at.IsZero() || seen[key] {
			return nil
		}
		seen[key] = true
		limit, err := time.Parse(time.DateTime, row[2])
		if err != nil {
			return err
		}
		day := days - 1 - int(last.Sub(limit.Truncate(24*time.Hour)).Hours()/24)
		if day < 0 || day >= days {
			return nil
		}
		a := of[row[0]]
		if a == nil {
			a = &account{orders: make([]int, days)}
			of[row[0]] = a
		}
		a.orders[day]++
		if at.After(limit) {
			a.defects = append(a.defects, forecast.Count{Anchor: day, Known: day + 1, N: 1})
		}
		return nil
	})
	var names []string
	for name, a := range of {
		n := 0
		for _, orders := range a.orders {
			n += orders
		}
		if n >= leastOrders {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	all := make([]*account, len(names))
	for i, name := range names {
		all[i] = of[name]
	}
	return all, err
}

// eachRow hands over some columns of a compressed CSV file, row by row.
func eachRow(path string, columns []string, take func(row []string) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read %s: %w", path, err)
		}
	}()
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	rows := csv.NewReader(plain)
	header, err := rows.Read()
	if err != nil {
		return err
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	place := make([]int, len(columns))
	for i, name := range columns {
		if place[i] = slices.Index(header, name); place[i] < 0 {
			return fmt.Errorf("it has no column %s", name)
		}
	}
	picked := make([]string, len(columns))
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, at := range place {
			picked[i] = row[at]
		}
		if err := take(picked); err != nil {
			return err
		}
	}
}
