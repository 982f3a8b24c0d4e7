package simulator

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
)

// table reads an unquoted tab-separated export: one map for each row.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var header []string
	var rows []map[string]string
	for line := range bytes.Lines(text) {
		cells := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		if header == nil {
			header = cells
			continue
		}
		if len(cells) != len(header) {
			t.Fatalf("%s: a row has %d cells under %d names: %q", path, len(cells), len(header), line)
		}
		row := map[string]string{}
		for i, name := range header {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// date reads an instant of an export.
func date(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse("2006-01-02T15:04:05-07:00", s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// ledger is what somebody knows who has read nothing but the exports.
type ledger map[string]*monitor.Order

func (l ledger) order(id string) *monitor.Order {
	if l[id] == nil {
		l[id] = &monitor.Order{ID: id}
	}
	return l[id]
}

// read adds one export, received at an instant. Which export it is shows in its header.
func (l ledger) read(t *testing.T, path string, received time.Time, m monitor.Marketplace) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := bufio.ScanLines(text, true)
	switch head := string(text[:header-1]); {
	case strings.HasPrefix(head, "amazon-order-id\t"):
		for _, r := range table(t, path) {
			channel := monitor.SellerFulfilled
			if r["fulfillment-channel"] == "Amazon" {
				channel = monitor.FBA
			}
			l.order(r["amazon-order-id"]).See(&monitor.Sighting{
				OrderID: r["amazon-order-id"], Marketplace: monitor.Marketplace(r["sales-channel"]), Strength: monitor.BySalesChannel,
				Channel: channel, Purchased: date(t, r["purchase-date"]), Updated: date(t, r["last-updated-date"]), AsOf: received,
				Status: monitor.Status(r["order-status"]),
			})
		}
	case strings.Contains(head, "\tpromise-date\t"):
		for _, r := range table(t, path) {
			l.order(r["order-id"]).See(&monitor.Sighting{
				OrderID: r["order-id"], Marketplace: m, Strength: monitor.ByAccount, Channel: monitor.SellerFulfilled,
				Purchased: date(t, r["purchase-date"]), AsOf: date(t, r["reporting-date"]), Status: monitor.Unshipped, Released: true,
				ShipBy: date(t, r["promise-date"]), BuyerCancel: r["is-buyer-requested-cancellation"] == "true",
			})
		}
	case strings.Contains(head, "\tlatest-ship-date\t"):
		for _, r := range table(t, path) {
			l.order(r["order-id"]).See(&monitor.Sighting{
				OrderID: r["order-id"], Marketplace: m, Strength: monitor.ByAccount, Channel: monitor.SellerFulfilled,
				Purchased: date(t, r["purchase-date"]), AsOf: received, Released: true, ShipBy: date(t, r["latest-ship-date"]),
			})
		}
	case strings.HasPrefix(head, "order-id\torder-item-id\tquantity\tship-date"):
		for _, r := range table(t, path) {
			day, err := monitor.ParseDay(r["ship-date"])
			if err != nil {
				t.Fatal(err)
			}
			o := l.order(r["order-id"])
			o.Confirmations = append(o.Confirmations, monitor.Confirmation{OrderID: o.ID, ShipDate: day, AsOf: received})
		}
	case strings.HasPrefix(head, "order-id,kind"):
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			opened, err := monitor.ParseDay(r[2])
			if err != nil {
				t.Fatal(err)
			}
			l.order(r[0]).Claims = []monitor.Claim{{OrderID: r[0], Kind: monitor.ClaimKind(r[1]), Opened: opened, Status: monitor.ClaimStatus(r[3])}}
		}
	default: // feedback: an order id in the last cell but one of a record's last line, the rating in the second of its first
		rating := 0
		for line := range strings.Lines(string(text[header:])) {
			cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(cells) > 1 && len(cells[1]) == 1 {
				rating, _ = strconv.Atoi(cells[1])
			}
			if n := len(cells); n >= 3 && strings.Count(cells[n-2], "-") == 2 {
				l.order(cells[n-2]).Feedback = &monitor.Feedback{OrderID: cells[n-2], Day: monitor.DayOf(received, m.Clock()), Rating: rating}
			}
		}
	}
}

// count sums a measure over anchor days, as known at an instant, and returns the orders that count.
func (l ledger) count(what monitor.Measure, c monitor.Channel, from, to monitor.Day, at time.Time) []string {
	var ids []string
	for id, o := range l {
		if o.Channel != c {
			continue
		}
		if n, anchor, _ := o.Counted(what, at); n > 0 && anchor >= from && anchor <= to {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// What the project's own words make of a season of evening exports is what the simulator knows, order by order: at the
// end, and on the evenings before, replayed from what is known at the end.
func TestExportsTellTheTruth(t *testing.T) {
	size := 0.0
	for _, shop := range Demo(end) {
		t.Run(shop.Name, func(t *testing.T) {
			h, dir := Run(shop), t.TempDir()
			if err := h.WriteArchive(dir, shop.First, end, 18); err != nil {
				t.Fatal(err)
			}
			paths, err := filepath.Glob(filepath.Join(dir, shop.Name, "*"))
			if err != nil {
				t.Fatal(err)
			}
			known := ledger{}
			var at time.Time
			for _, path := range paths {
				at, err = time.Parse("20060102T150405Z", filepath.Base(path)[:16])
				if err != nil {
					t.Fatal(err)
				}
				known.read(t, path, at, shop.Marketplace)
				info, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				size += float64(info.Size()) / 1e6
			}
			compare := func(at time.Time, signal monitor.Signal, c monitor.Channel, days int, of, defects monitor.Measure) {
				truth, err := h.RateAt(signal, c, days, at)
				if err != nil {
					t.Fatal(err)
				}
				if got := known.count(of, c, truth.From, truth.To, at); len(got) != truth.Orders {
					t.Errorf("%s of %s over %d days at %v: the exports show %d orders, the truth has %d",
						signal, c, days, at, len(got), truth.Orders)
				}
				want := slices.Sorted(slices.Values(truth.Defects))
				if got := known.count(defects, c, truth.From, truth.To, at); !slices.Equal(got, want) {
					t.Errorf("%s of %s over %d days at %v: the exports show %d defects %v, the truth has %d %v",
						signal, c, days, at, len(got), got, len(want), want)
				}
			}
			const mfn = monitor.SellerFulfilled
			for evening := at; evening.After(at.Add(-90 * 24 * time.Hour)); evening = evening.Add(-7 * 24 * time.Hour) {
				compare(evening, LateShipment, mfn, 30, monitor.Due, monitor.ConfirmedLate)
				compare(evening, LateShipment, mfn, 10, monitor.Due, monitor.ConfirmedLate)
				compare(evening, Cancellation, mfn, 7, monitor.Ordered, monitor.CancelledBySeller)
			}
			// Not on earlier evenings: a claim that is denied later takes its defect out of the past as well.
			compare(at, OrderDefect, mfn, 60, monitor.Ordered, monitor.Defective)
			compare(at, OrderDefect, monitor.FBA, 60, monitor.Ordered, monitor.Defective)
			var open []string
			for _, o := range known {
				if o.Open(at) {
					open = append(open, o.ID)
				}
			}
			if truth := h.Open(at); len(open) != len(truth) {
				t.Errorf("the exports show %d orders without a confirmation, the truth has %d", len(open), len(truth))
			}
		})
	}
	within(t, "size of the demo in MB", size, 5, 40)
}
