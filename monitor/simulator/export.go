package simulator

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

const (
	// making is how long Amazon takes to make an export before it can be downloaded.
	making = 4 * time.Minute
	// overlap is how far back the daily exports reach, so that a forgotten evening leaves no gap.
	overlap = 48 * time.Hour
	// feedbackDays is how far back the weekly feedback export reaches.
	feedbackDays = 90
)

// The spans of a bulk download, as far as Seller Central lets a seller go back.
const (
	bulkOrders   = 120 * 24 * time.Hour
	bulkReport   = 60 * 24 * time.Hour
	bulkFeedback = 365
)

// file is an export before it is written: name and contents.
type file struct {
	name string
	text []byte
}

// ExportDay writes into dir what a seller who downloads every evening gets at an instant, and returns the paths. The
// modification time of each file is that instant. dir is created where it is missing.
//
//   - All Orders by last update: orders that changed in the last 2 days
//   - the order report: seller-fulfilled orders that left Pending in the last 2 days
//   - Unshipped Orders: every order that waits for its confirmation
//   - the shipping confirmation that the seller uploaded, for the orders confirmed in the last 24 hours, if any; of
//     a shop that is Unconfirmed, none
//   - on Fridays, or every day of a shop with DailyFeedback, the feedback of the last 90 days
//   - claims.csv, when a claim was opened or decided in the last 24 hours
//   - the shop's other papers of the day
func (h *History) ExportDay(dir string, at time.Time) ([]string, error) {
	return h.writeAll(dir, h.evening(at), at, "")
}

// ExportAll writes into dir what a seller who has downloaded nothing before gets at an instant, and returns the paths:
// one All Orders with the orders of the last 120 days, one order report of 60 days, one Unshipped Orders, one feedback
// of 365 days and one claims.csv. Such a download cannot tell when most orders were confirmed.
func (h *History) ExportAll(dir string, at time.Time) ([]string, error) {
	return h.writeAll(dir, h.bulk(at), at, "")
}

// WriteArchive writes one ExportDay for each day of from..to, downloaded at the full hour (0..23) on the marketplace's
// clock, into dir/ACCOUNT without folders for days. Each file's name is preceded by the time it was received, in UTC:
// 20261120T180000Z-14123456789.txt. The modification times are the same instants.
func (h *History) WriteArchive(dir string, from, to monitor.Day, hour int) error {
	if !filepath.IsLocal(h.Shop.Name) {
		return fmt.Errorf("archive of account %q: the name must be that of a folder", h.Shop.Name)
	}
	clock := h.Shop.Marketplace.Clock()
	for day := from; day <= to; day++ {
		at := instant(day, hour, clock)
		prefix := at.Format("20060102T150405Z") + "-"
		if _, err := h.writeAll(filepath.Join(dir, h.Shop.Name), h.evening(at), at, prefix); err != nil {
			return fmt.Errorf("archive of account %s, %s: %w", h.Shop.Name, day, err)
		}
	}
	return nil
}

// evening returns the files of one evening.
func (h *History) evening(at time.Time) []file {
	files := []file{
		h.allOrders(at, func(o *Order) bool { return o.LastUpdated(at).After(at.Add(-overlap)) }),
		h.orderReport(at, overlap),
		h.unshipped(at),
	}
	yesterday := at.Add(-24 * time.Hour)
	lately := func(t time.Time) bool { return happened(t, at) && t.After(yesterday) }
	confirmed := h.which(at, func(o *Order) bool { return o.Channel == monitor.SellerFulfilled && lately(o.Confirmed) })
	if len(confirmed) > 0 && !h.Shop.Unconfirmed {
		name := "shipping-confirmation-" + monitor.DayOf(at, h.Shop.Marketplace.Clock()).String() + ".txt"
		files = append(files, file{name, write(confirmation, confirmed, h.Shop.Marketplace, at, at)})
	}
	if h.Shop.DailyFeedback || monitor.DayOf(at, h.Shop.Marketplace.Clock()).Weekday() == time.Friday {
		files = append(files, h.feedback(at, feedbackDays))
	}
	if len(h.which(at, func(o *Order) bool { return o.Claim != nil && (lately(o.Claim.Opened) || lately(o.Claim.Decided)) })) > 0 {
		files = append(files, h.claims(at))
	}
	if h.Shop.Papers != nil {
		files = append(files, h.Shop.Papers(h, at)...)
	}
	return files
}

// bulk returns the files of a bulk download.
func (h *History) bulk(at time.Time) []file {
	return []file{
		h.allOrders(at, func(o *Order) bool { return o.Purchased.After(at.Add(-bulkOrders)) }),
		h.orderReport(at, bulkReport),
		h.unshipped(at),
		h.feedback(at, bulkFeedback),
		h.claims(at),
	}
}

// which returns the orders placed by at that a condition holds for, by time of purchase.
func (h *History) which(at time.Time, holds func(o *Order) bool) []*Order {
	var orders []*Order
	for i := range h.Orders {
		o := &h.Orders[i]
		if o.Purchased.After(at) {
			break
		}
		if holds(o) {
			orders = append(orders, o)
		}
	}
	return orders
}

// allOrders makes All Orders of the orders that a condition holds for.
func (h *History) allOrders(at time.Time, holds func(o *Order) bool) file {
	m := h.Shop.Marketplace
	return file{h.number(at, 1), write(allOrders(m, at), h.which(at, holds), m, at, at)}
}

// orderReport makes the order report: seller-fulfilled orders that left Pending lately, whatever became of them since.
func (h *History) orderReport(at time.Time, span time.Duration) file {
	orders := h.which(at, func(o *Order) bool {
		return o.Channel == monitor.SellerFulfilled && happened(o.Released, at) && o.Released.After(at.Add(-span))
	})
	return file{h.number(at, 2), write(orderReport, orders, h.Shop.Marketplace, at, at)}
}

// unshipped makes Unshipped Orders.
func (h *History) unshipped(at time.Time) file {
	orders := h.which(at, func(o *Order) bool { return o.Open(at) })
	return file{h.number(at, 3), write(unshipped, orders, h.Shop.Marketplace, at, at.Add(-making))}
}

// feedback makes the feedback export of a number of days, newest first: 1 to 3 stars only, as Amazon gives it. A line
// end within a comment stays one.
func (h *History) feedback(at time.Time, days int) file {
	m := h.Shop.Marketplace
	clock := m.Clock()
	oldest := monitor.DayOf(at, clock) - monitor.Day(days) + 1
	orders := h.which(at, func(o *Order) bool {
		f := o.Feedback
		return f != nil && happened(f.Left, at) && f.Rating <= 3 && monitor.DayOf(f.Left, clock) >= oldest
	})
	slices.SortStableFunc(orders, func(a, b *Order) int { return b.Feedback.Left.Compare(a.Feedback.Left) })
	var b bytes.Buffer
	line := func(cells [6]string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(c)
		}
		b.WriteByte('\n')
	}
	line(voices(m).header)
	for _, o := range orders {
		f := o.Feedback
		line([6]string{feedbackDay(m, monitor.DayOf(f.Left, clock)), itoa(f.Rating), f.Comment, "", o.ID, address(m, o)})
	}
	return file{h.number(at, 4), b.Bytes()}
}

// claims makes claims.csv: every claim opened by at, by the day it was opened. The seller keeps it by hand.
func (h *History) claims(at time.Time) file {
	clock := h.Shop.Marketplace.Clock()
	orders := h.which(at, func(o *Order) bool { return o.Claim != nil && happened(o.Claim.Opened, at) })
	slices.SortStableFunc(orders, func(a, b *Order) int { return a.Claim.Opened.Compare(b.Claim.Opened) })
	var b bytes.Buffer
	b.WriteString("order-id,kind,opened,status,amount\n") // no cell below can hold a comma or a quotation mark
	for _, o := range orders {
		c := o.Claim
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s\n", o.ID, c.Kind, monitor.DayOf(c.Opened, clock), c.Status(at), c.Amount)
	}
	return file{"claims.csv", b.Bytes()}
}

// number makes a file name such as Seller Central gives: eleven digits that rise with time, another one for each kind
// of export (0..9).
func (h *History) number(at time.Time, kind int) string {
	account := fnv.New32a()
	account.Write([]byte(h.Shop.Name))
	minutes := at.Unix()/60 - 15_000_000
	return fmt.Sprintf("%d%08d%d.txt", 10+account.Sum32()%80, minutes, kind)
}

// writeAll writes files into dir with the time they were received, and returns their paths.
func (h *History) writeAll(dir string, files []file, at time.Time, prefix string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for exports: %w", err)
	}
	var paths []string
	for _, f := range files {
		text := f.text
		if h.Shop.Windows1252 && !strings.HasSuffix(f.name, ".json") {
			text = windows1252(text)
		}
		path := filepath.Join(dir, prefix+f.name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return nil, fmt.Errorf("write export: %w", err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			return nil, fmt.Errorf("date export: %w", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}
