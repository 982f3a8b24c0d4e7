package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
)

// Papers writes what a seller downloads or keeps beside the daily order exports, on one evening: nil for most days.
type Papers func(h *History, at time.Time) []file

// on gives papers on one day only.
func on(day monitor.Day, papers Papers) Papers {
	return func(h *History, at time.Time) []file {
		if monitor.DayOf(at, h.Shop.Marketplace.Clock()) != day {
			return nil
		}
		return papers(h, at)
	}
}

// offer is a row of the listings report.
type offer struct {
	Product
	about     string // the description
	condition int    // Amazon's code; 0: New
	quantity  int
}

// listings makes the listings report of 29 columns, every offer active.
func listings(h *History, at time.Time, offers []offer) file {
	const header = "item-name|item-description|listing-id|seller-sku|price|quantity|open-date|image-url|item-is-marketplace|product-id-type|" +
		"zshop-shipping-fee|item-note|item-condition|zshop-category1|zshop-browse-path|zshop-storefront-feature|asin1|asin2|asin3|" +
		"will-ship-internationally|expedited-shipping|zshop-boldface|product-id|bid-for-featured-placement|add-delete|pending-quantity|" +
		"fulfillment-channel|merchant-shipping-group|status"
	return file{h.number(at, 5), tabular(header, offers, func(o offer) map[string]string {
		return map[string]string{
			"item-name": o.Title, "item-description": o.about, "listing-id": "0320" + o.ASIN[2:], "seller-sku": o.SKU, "price": money(o.Cents),
			"quantity": itoa(o.quantity), "item-is-marketplace": "y", "product-id-type": "1", "item-condition": itoa(cmp.Or(o.condition, monitor.ConditionNew)),
			"asin1": o.ASIN, "product-id": o.ASIN, "fulfillment-channel": "DEFAULT", "status": "Active",
		}
	})}
}

// returned is a return that a buyer asks for: each takes the newest order with the SKU that no other took.
type returned struct {
	sku, reason string
	words       string // Amazon shows a seller those about its own shipments only
	disposition string // of FBA returns; empty: SELLABLE
}

// sellerReturns makes the report of seller-fulfilled returns of 32 columns.
func sellerReturns(h *History, at time.Time, asked []returned) file {
	const header = "Order ID|Order date|Return request date|Return request status|Amazon RMA ID|Merchant RMA ID|Label type|Label cost|Currency code|" +
		"Return carrier|Tracking ID|Label to be paid by|A-to-Z Claim|Is prime|ASIN|Merchant SKU|Item Name|Return quantity|Return Reason|In policy|Return type|" +
		"Resolution|Invoice number|Return delivery date|Order Amount|Order quantity|SafeT Action reason|SafeT claim id|SafeT claim state|SafeT claim creation time|" +
		"SafeT claim reimbursement amount|Refunded Amount"
	clock := h.Shop.Marketplace.Clock()
	date := func(t time.Time) string { return t.In(clock).Format("02-Jan-2006") }
	return file{h.number(at, 6), tabular(header, h.takenBack(at, monitor.SellerFulfilled, asked), func(t takenBack) map[string]string {
		return map[string]string{
			"Order ID": t.order.ID, "Order date": date(t.order.Purchased), "Return request date": date(t.at), "Return request status": "Approved",
			"Amazon RMA ID": fmt.Sprintf("D%05dRMA", t.n), "Label type": "AmazonUnPaidLabel", "Currency code": t.line.Currency, "A-to-Z Claim": "N", "Is prime": "N",
			"ASIN": t.line.ASIN, "Merchant SKU": t.line.SKU, "Item Name": t.line.Title, "Return quantity": "1", "Return Reason": t.reason, "In policy": "Y",
			"Return type": "C-Returns", "Resolution": "StandardRefund", "Order Amount": t.line.Price, "Order quantity": itoa(t.line.Quantity),
		}
	})}
}

// fbaReturns makes the report of FBA customer returns of 13 columns.
func fbaReturns(h *History, at time.Time, asked []returned) file {
	const header = "return-date|order-id|sku|asin|fnsku|product-name|quantity|fulfillment-center-id|detailed-disposition|reason|status|license-plate-number|customer-comments"
	return file{h.number(at, 7), tabular(header, h.takenBack(at, monitor.FBA, asked), func(t takenBack) map[string]string {
		return map[string]string{
			"return-date": iso(t.at), "order-id": t.order.ID, "sku": t.line.SKU, "asin": t.line.ASIN, "fnsku": "X0" + t.line.ASIN[2:], "product-name": t.line.Title,
			"quantity": "1", "fulfillment-center-id": "LEJ1", "detailed-disposition": cmp.Or(t.disposition, "SELLABLE"), "reason": t.reason,
			"status": "Unit returned to inventory", "license-plate-number": fmt.Sprintf("LPNRR%07d", t.n), "customer-comments": t.words,
		}
	})}
}

// takenBack is a return with its order and the line that comes back.
type takenBack struct {
	returned
	n     int
	at    time.Time
	order *Order
	line  *monitor.Line
}

// takenBack finds an order for each return, and leaves out those for which there is none.
func (h *History) takenBack(at time.Time, c monitor.Channel, asked []returned) []takenBack {
	taken := map[string]bool{}
	var all []takenBack
	for n, r := range asked {
		t := takenBack{returned: r, n: n, at: at.AddDate(0, 0, -n%6)}
		if t.order, t.line = h.lately(t.at, c, r.sku, taken); t.order != nil {
			taken[t.order.ID] = true
			all = append(all, t)
		}
	}
	return all
}

// tabular writes a header, whose columns are parted by bars, and a row of cells by column for each thing.
func tabular[T any](header string, things []T, cells func(T) map[string]string) []byte {
	columns := strings.Split(header, "|")
	var b bytes.Buffer
	b.WriteString(strings.Join(columns, "\t") + "\n")
	for _, t := range things {
		of := cells(t)
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = of[c]
		}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return b.Bytes()
}

// lately returns the newest order of a channel and SKU that was delivered by an instant and is not taken.
func (h *History) lately(at time.Time, c monitor.Channel, sku string, taken map[string]bool) (*Order, *monitor.Line) {
	for i := len(h.Orders) - 1; i >= 0; i-- {
		o := &h.Orders[i]
		if o.Channel != c || !happened(o.Delivered, at) || taken[o.ID] {
			continue
		}
		for k := range o.Lines {
			if o.Lines[k].SKU == sku {
				return o, &o.Lines[k]
			}
		}
	}
	return nil, nil
}

// performance makes Amazon's own report on one store, from metrics by name. Dates are those of the report's schema, a report of
// the day of the instant.
func performance(h *History, at time.Time, status string, metrics map[string]any) file {
	ids := map[monitor.Marketplace]string{"Amazon.com": "ATVPDKIKX0DER", "Amazon.de": "A1PA6795UKMFR9"}
	id := ids[h.Shop.Marketplace]
	metrics["marketplaceId"] = id
	text, err := json.MarshalIndent(map[string]any{
		"accountStatuses":    []any{map[string]any{"marketplaceId": id, "status": status}},
		"performanceMetrics": []any{metrics},
	}, "", "  ")
	if err != nil {
		panic(err) // strings and numbers are always JSON
	}
	return file{"performance-" + monitor.DayOf(at, h.Shop.Marketplace.Clock()).String() + ".json", text}
}

// window is a range of dates as the performance report writes it: of a number of days that end so many days before a day.
func window(day monitor.Day, days, lag int) map[string]any {
	to := day - monitor.Day(lag)
	return map[string]any{"reportingDateFrom": (to - monitor.Day(days) + 1).String() + "T00:00Z", "reportingDateTo": to.String() + "T23:59Z"}
}

// counted is a rate of the performance report.
func counted(w map[string]any, of, countName string, total, n int, status string, target float64, condition string) map[string]any {
	return map[string]any{"reportingDateRange": w, of: total, countName: n, "status": status, "rate": float64(n*10_000/max(total, 1)) / 10_000,
		"targetValue": target, "targetCondition": condition}
}

// violated is a class of violations of the performance report.
func violated(day monitor.Day, n int) map[string]any {
	status := "GOOD"
	if n > 0 {
		status = "BAD"
	}
	return map[string]any{"reportingDateRange": window(day, 180, 0), "defectsCount": n, "status": status, "targetValue": 0, "targetCondition": "EQUALS"}
}

// lines joins rows of a list that the seller keeps by hand.
func lines(rows ...string) []byte { return []byte(strings.Join(rows, "\n") + "\n") }
