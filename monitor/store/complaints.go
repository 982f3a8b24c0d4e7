package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// Complaints returns what buyers said of orders, and gave as reasons of returns, within from..to, newest first.
func (k *Snapshot) Complaints(ctx context.Context, from, to monitor.Day) ([]monitor.Complaint, error) {
	span := daySpan{from, to}
	if had, ok := k.complain[span]; ok {
		return had, nil
	}
	// Checks ask for spans of which one lies within another.
	for wide, had := range k.complain {
		if wide.from <= from && to <= wide.to {
			i := sort.Search(len(had), func(i int) bool { return had[i].Day <= to })
			j := sort.Search(len(had), func(j int) bool { return had[j].Day < from })
			return had[i:j:j], nil
		}
	}
	all, kept, err := k.keptComplaints(ctx, from)
	switch {
	case err != nil:
		return nil, fmt.Errorf("find complaints: %w", err)
	case kept:
		tomorrow := monitor.DayOf(k.at, time.UTC) + 1 // what is about a later day was not known; see Records
		all = slices.DeleteFunc(all, func(c monitor.Complaint) bool {
			return c.Day < from || c.Day > to || c.Day > tomorrow && c.Rating == 0
		})
	default:
		if all, err = k.findComplaints(ctx, from, to); err != nil {
			return nil, fmt.Errorf("find complaints: %w", err)
		}
	}
	k.complain[span] = all
	return all, nil
}

// findComplaints reads them from feedback and returns.
func (k *Snapshot) findComplaints(ctx context.Context, from, to monitor.Day) ([]monitor.Complaint, error) {
	all, err := k.feedbackComplaints(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for _, kind := range []monitor.ExportKind{monitor.KindFBAReturns, monitor.KindSellerReturns} {
		returns, err := monitor.RecordsOf[monitor.Return](ctx, k, kind, from, to)
		if err != nil {
			return nil, err
		}
		for _, r := range returns {
			c := monitor.Complaint{Channel: r.Record.Channel, OrderID: r.Record.OrderID, Day: r.Record.Day, Reason: r.Record.Reason,
				Disposition: r.Record.Disposition, Text: r.Record.Comment, Source: r.Source}
			if r.Record.SKU != "" {
				c.SKUs = []string{r.Record.SKU}
			}
			if r.Record.ASIN != "" {
				c.ASINs = []string{r.Record.ASIN}
			}
			all = append(all, c)
		}
	}
	if err := k.placeComplaints(ctx, all); err != nil {
		return nil, err
	}
	for i := range all {
		c := &all[i]
		if cause, ok := policy.CauseOfReason(c.Reason); ok {
			c.Causes = append(c.Causes, monitor.Because{Cause: cause, Words: c.Reason})
		}
		if k.causes != nil && strings.TrimSpace(c.Text) != "" {
			c.Causes = append(c.Causes, k.causes(*c)...)
		}
	}
	slices.SortStableFunc(all, func(a, b monitor.Complaint) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.OrderID, b.OrderID), cmp.Compare(a.Source.Kind, b.Source.Kind), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Text, b.Text))
	})
	return all, nil
}

// feedbackComplaints returns the feedback that the export holds: 1 to 3 stars.
func (k *Snapshot) feedbackComplaints(ctx context.Context, from, to monitor.Day) ([]monitor.Complaint, error) {
	return collect(ctx, k.tx, func(rows *sql.Rows) (c monitor.Complaint, err error) {
		var id, received int64
		err = rows.Scan(&id, &c.Day, &c.Rating, &c.Text, &c.Source.Line, &c.Source.Kind, &c.Source.File, &received)
		c.OrderID, c.Source.Received = orderID(id), instant(received)
		return c, err
	}, `SELECT f.id, f.day, f.rating, f.comment, f.file_line, i.kind, i.name, i.received FROM feedback f JOIN import i ON i.id = f.import
		WHERE f.account = ? AND f.day BETWEEN ? AND ? AND f.rating <= 3`, k.id, int64(from), int64(to))
}

// placeComplaints says where the orders were sold, and of feedback, what was in them.
func (k *Snapshot) placeComplaints(ctx context.Context, all []monitor.Complaint) error {
	var ids []int64
	number := make([]int64, len(all))
	for i, c := range all {
		if n, err := orderNumber(c.OrderID); err == nil { // a return may name an order in a form that no order export has
			number[i] = n
			ids = append(ids, n)
		}
	}
	slices.Sort(ids)
	found, err := k.reader(ctx, attachments{true, true, true}).orders(slices.Compact(ids))
	if err != nil {
		return err
	}
	for i := range all {
		o, c := found[number[i]], &all[i]
		if o == nil {
			continue
		}
		c.Marketplace, c.Channel = o.Marketplace, o.Channel
		known := len(c.SKUs) > 0 || len(c.ASINs) > 0
		for _, l := range o.Lines {
			switch {
			case !known:
				c.SKUs, c.ASINs = addName(c.SKUs, l.SKU), addName(c.ASINs, l.ASIN)
			case len(c.ASINs) == 0 && slices.Contains(c.SKUs, l.SKU): // the older returns report has no ASINs
				c.ASINs = addName(c.ASINs, l.ASIN)
			}
		}
	}
	return nil
}

func addName(names []string, name string) []string {
	if name = strings.TrimSpace(name); name == "" || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}
