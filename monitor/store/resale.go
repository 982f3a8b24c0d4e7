package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// resale gathers by how much an import changes what was sold, in the blocks of which sums are kept (see sold.go): a day's files
// change a hundredth of a block's orders, and to sum all of it again costs more than the import. Blocks without sums are left to
// Settle, so that a first import does not pay for any.
type resale struct {
	kept    map[int64]bool // blocks that have sums
	changes map[int64]map[soldOn]soldSum
	n       int            // of changes, of all blocks
	again   map[int64]bool // blocks that changed so much that they are summed again
	was     []soldEntry    // what the drafts of a batch counted for before it
	now     []soldEntry
}

// mostResales bounds the changes in memory: 30 MiB.
const mostResales = 200_000

// soldName is what a product is told apart by.
type soldName struct {
	marketplace monitor.Marketplace
	channel     monitor.Channel
	sku, asin   string
}

// soldOn is a product on a day.
type soldOn struct {
	soldName
	day monitor.Day
}

// soldSum is what was ordered of it.
type soldSum struct{ orders, units int32 }

// soldEntry is what one order counts for.
type soldEntry struct {
	soldName
	units int32
}

// appendSales appends what the order counts for among what was sold, each product once: nothing where it is cancelled, or has not
// left Pending.
func (d *stored) appendSales(to []soldEntry) []soldEntry {
	if d.Status == monitor.Cancelled || d.Status == monitor.Pending && !d.Released {
		return to
	}
	from := len(to)
	for i := range d.Lines {
		l := &d.Lines[i]
		if l.Status == monitor.Cancelled || l.SKU == "" && l.ASIN == "" {
			continue
		}
		name := soldName{d.Marketplace, d.Channel, l.SKU, l.ASIN}
		j := from
		for j < len(to) && to[j].soldName != name {
			j++
		}
		if j == len(to) {
			to = append(to, soldEntry{soldName: name})
		}
		to[j].units += int32(l.Quantity) //nolint:gosec // of a line
	}
	return to
}

// newResale looks which blocks of an account have sums.
func newResale(ctx context.Context, q querier, account int64) (*resale, error) {
	r := &resale{kept: map[int64]bool{}, changes: map[int64]map[soldOn]soldSum{}, again: map[int64]bool{}}
	_, err := collect(ctx, q, func(rows *sql.Rows) (struct{}, error) {
		var block int64
		err := rows.Scan(&block)
		r.kept[block] = true
		return struct{}{}, err
	}, "SELECT block FROM sold WHERE account = ?", account)
	if err != nil {
		return nil, fmt.Errorf("look for sums of what was sold: %w", err)
	}
	return r, nil
}

// keeps says whether there are sums of the block of a day of purchase; 0: the order has none.
func (r *resale) keeps(bought int64) bool { return bought != 0 && r.kept[blockOf(monitor.Day(bought))] }

// before notes what an order counts for before the batch is merged, and returns the range of was where that is.
func (r *resale) before(d *stored, bought int64) [2]int {
	from := len(r.was)
	if d.row != 0 && r.keeps(bought) {
		r.was = d.appendSales(r.was)
	}
	return [2]int{from, len(r.was)}
}

// after takes in that a draft counts for what it is now, on its day of purchase as it is known now.
func (r *resale) after(d *draft, bought int64) {
	if r.keeps(d.before.bought) {
		r.change(d.before.bought, r.was[d.sold[0]:d.sold[1]], -1)
	}
	if r.keeps(bought) {
		d.join()
		r.now = d.appendSales(r.now[:0])
		r.change(bought, r.now, +1)
	}
}

func (r *resale) change(bought int64, entries []soldEntry, sign int32) {
	day := monitor.Day(bought)
	block := blockOf(day)
	if r.again[block] {
		return
	}
	changes := r.changes[block]
	if changes == nil {
		changes = map[soldOn]soldSum{}
		r.changes[block] = changes
	}
	for _, e := range entries {
		on := soldOn{e.soldName, day}
		sum, there := changes[on]
		if !there {
			on.sku, on.asin = strings.Clone(on.sku), strings.Clone(on.asin) // they lie among the texts of other rows
			r.n++
		}
		changes[on] = soldSum{sum.orders + sign, sum.units + sign*e.units}
	}
	if r.n > mostResales {
		for block := range r.changes {
			r.again[block] = true
		}
		clear(r.changes)
		r.n = 0
	}
}

// write adds the changes to the sums.
func (r *resale) write(ctx context.Context, tx sharedTx, account int64) error {
	for block, changes := range r.changes {
		var body string
		if err := tx.QueryRowContext(ctx, "SELECT products FROM sold WHERE account = ? AND block = ?", account, block).Scan(&body); err != nil {
			return fmt.Errorf("read sums of what was sold: %w", err)
		}
		products, err := readSold(body, block)
		if errors.Is(err, errSold) {
			r.again[block] = true // Settle makes good what is damaged
			continue
		}
		if err != nil {
			return err
		}
		products = resell(products, changes)
		if _, err := tx.ExecContext(ctx, "UPDATE sold SET products = ? WHERE account = ? AND block = ?", appendSold(products, block), account, block); err != nil {
			return fmt.Errorf("write sums of what was sold: %w", err)
		}
	}
	for block := range r.again {
		if _, err := tx.ExecContext(ctx, "DELETE FROM sold WHERE account = ? AND block = ?", account, block); err != nil {
			return fmt.Errorf("delete sums of what was sold: %w", err)
		}
	}
	return nil
}

// resell adds changes to the products of a block. A day without orders is none, and a product without days.
func resell(products []soldProduct, changes map[soldOn]soldSum) []soldProduct {
	type change struct {
		soldProduct
		day soldDay
	}
	all := make([]change, 0, len(changes))
	for on, sum := range changes {
		if sum != (soldSum{}) {
			all = append(all, change{soldProduct{on.marketplace, on.channel, on.sku, on.asin, nil}, soldDay{on.day, sum.orders, sum.units}})
		}
	}
	for _, c := range all {
		i, there := slices.BinarySearchFunc(products, c.soldProduct, compareSold)
		if !there {
			products = slices.Insert(products, i, c.soldProduct)
		}
		p := &products[i]
		j, there := slices.BinarySearchFunc(p.days, c.day.day, func(d soldDay, day monitor.Day) int { return cmp.Compare(d.day, day) })
		if !there {
			p.days = slices.Insert(p.days, j, soldDay{day: c.day.day})
		}
		p.days[j].orders += c.day.orders
		p.days[j].units += c.day.units
	}
	for i := range products {
		products[i].days = slices.DeleteFunc(products[i].days, func(d soldDay) bool { return d.orders == 0 })
	}
	return slices.DeleteFunc(products, func(p soldProduct) bool { return len(p.days) == 0 })
}
