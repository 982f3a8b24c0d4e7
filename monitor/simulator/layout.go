package simulator

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
)

// row is what a row of an export is written from: one line of one order, at one instant.
type row struct {
	order  *Order
	line   *monitor.Line
	market monitor.Marketplace
	buyer  person
	at     time.Time // when the export is downloaded
	made   time.Time // when Amazon made it
}

// column is a column of an export: its name and its cell. Without a cell it is always blank.
type column struct {
	name string
	cell func(r *row) string
}

// lineIDs is the day from which All Orders has an order-item-id, in its sixth column.
var lineIDs = monitor.Date(2026, time.May, 22)

// write writes a header and one row for each line of each order. Nothing is quoted: a quotation mark is data.
func write(columns []column, orders []*Order, m monitor.Marketplace, at, made time.Time) []byte {
	var b bytes.Buffer
	for i, c := range columns {
		if i > 0 {
			b.WriteByte('\t')
		}
		b.WriteString(c.name)
	}
	b.WriteByte('\n')
	for _, o := range orders {
		r := row{order: o, market: m, buyer: buyer(m, o.Buyer), at: at, made: made}
		for i := range o.Lines {
			r.line = &o.Lines[i]
			for k, c := range columns {
				if k > 0 {
					b.WriteByte('\t')
				}
				if c.cell != nil {
					b.WriteString(c.cell(&r))
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// plain makes columns that are always blank.
func plain(names string) []column {
	var columns []column
	for name := range strings.FieldsSeq(names) {
		columns = append(columns, column{name, nil})
	}
	return columns
}

// concat joins runs of columns.
func concat(runs ...[]column) []column {
	var all []column
	for _, run := range runs {
		all = append(all, run...)
	}
	return all
}

// The cells that several exports share.

func (r *row) orderID() string   { return r.order.ID }
func (r *row) itemID() string    { return r.line.ItemID }
func (r *row) purchased() string { return iso(r.order.Purchased) }
func (r *row) released() string  { return iso(r.order.Released) }
func (r *row) service() string   { return r.order.Service }
func (r *row) sku() string       { return r.line.SKU }
func (r *row) title() string     { return r.line.Title }
func (r *row) units() string     { return itoa(r.line.Quantity) }
func (r *row) city() string      { return r.buyer.city }
func (r *row) state() string     { return r.buyer.state }
func (r *row) code() string      { return r.buyer.code }
func (r *row) country() string   { return r.market.Country() }
func (r *row) name() string      { return r.buyer.name }
func (r *row) street() string    { return r.buyer.street }
func (r *row) phone() string     { return r.buyer.phone }
func (r *row) email() string     { return address(r.market, r.order) }
func (r *row) business() string  { return strconv.FormatBool(r.order.Buyer%20 == 0) }
func (r *row) never() string     { return "false" }
func (r *row) zero() string      { return "0" }

// allOrders returns the columns of All Orders, as downloaded at an instant: 33, and 34 from 22 May 2026 on.
func allOrders(m monitor.Marketplace, at time.Time) []column {
	status := func(r *row) string { return string(r.order.Status(r.at)) }
	// A pending order shows no price yet, a cancelled one none and no units any more.
	price := func(r *row) string {
		if s := r.order.Status(r.at); s == monitor.Pending || s == monitor.Cancelled {
			return ""
		}
		return r.line.Price
	}
	columns := []column{
		{"amazon-order-id", (*row).orderID}, {"merchant-order-id", nil}, {"purchase-date", (*row).purchased},
		{"last-updated-date", func(r *row) string { return iso(r.order.LastUpdated(r.at)) }},
		{"order-status", status},
	}
	if monitor.DayOf(at, m.Clock()) >= lineIDs {
		columns = append(columns, column{"order-item-id", (*row).itemID})
	}
	return concat(columns, []column{
		{"fulfillment-channel", func(r *row) string {
			if r.order.Channel == monitor.FBA {
				return "Amazon"
			}
			return "Merchant"
		}},
		{"sales-channel", func(r *row) string { return string(r.market) }}, {"order-channel", nil},
		{"ship-service-level", (*row).service}, {"product-name", (*row).title}, {"sku", (*row).sku},
		{"asin", func(r *row) string { return r.line.ASIN }}, {"item-status", status},
		{"quantity", func(r *row) string {
			if r.order.Status(r.at) == monitor.Cancelled {
				return "0"
			}
			return itoa(r.line.Quantity)
		}},
		{"currency", func(r *row) string {
			if price(r) == "" {
				return ""
			}
			return r.line.Currency
		}},
		{"item-price", price},
	}, plain(`item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount
		ship-promotion-discount`), []column{
		{"ship-city", (*row).city}, {"ship-state", (*row).state}, {"ship-postal-code", (*row).code}, {"ship-country", (*row).country},
		{"promotion-ids", nil}, {"cpf", nil}, {"is-business-order", (*row).business}, {"purchase-order-number", nil},
		{"price-designation", nil}, {"signature-confirmation-recommended", (*row).never},
	})
}

// orderReport holds the 42 columns of the order report. It is the one that tells the ship-by instant.
var orderReport = concat([]column{
	{"order-id", (*row).orderID}, {"order-item-id", (*row).itemID}, {"purchase-date", (*row).purchased}, {"payments-date", (*row).released},
	{"buyer-email", (*row).email}, {"buyer-name", (*row).name}, {"buyer-phone-number", (*row).phone},
	{"sku", (*row).sku}, {"product-name", (*row).title}, {"quantity-purchased", (*row).units},
	{"currency", func(r *row) string { return r.line.Currency }}, {"item-price", func(r *row) string { return r.line.Price }},
	{"item-tax", nil}, {"shipping-price", nil}, {"shipping-tax", nil},
	{"ship-service-level", (*row).service}, {"ship-service-name", (*row).service}, {"recipient-name", (*row).name},
	{"ship-address-1", (*row).street}, {"ship-address-2", nil}, {"ship-address-3", nil},
	{"ship-city", (*row).city}, {"ship-state", (*row).state}, {"ship-postal-code", (*row).code}, {"ship-country", (*row).country},
	{"ship-phone-number", (*row).phone},
}, plain(`delivery-start-date delivery-end-date delivery-time-zone delivery-Instructions order-channel
	order-channel-instance external-order-id`), []column{
	{"earliest-ship-date", (*row).released}, {"latest-ship-date", func(r *row) string { return iso(r.order.ShipBy) }},
	{"earliest-delivery-date", func(r *row) string { return iso(r.order.ShipBy.Add(2 * 24 * time.Hour)) }},
	{"latest-delivery-date", func(r *row) string { return iso(r.order.ShipBy.Add(6 * 24 * time.Hour)) }},
	{"is-business-order", (*row).business}, {"purchase-order-number", nil}, {"price-designation", nil},
	{"fulfilled-by", nil}, {"shipment-status", nil},
})

// unshipped holds the 35 columns of Unshipped Orders.
var unshipped = []column{
	{"order-id", (*row).orderID}, {"order-item-id", (*row).itemID}, {"purchase-date", (*row).purchased}, {"payments-date", (*row).released},
	{"reporting-date", func(r *row) string { return iso(r.made) }},
	{"promise-date", func(r *row) string { return iso(r.order.ShipBy) }},
	{"days-past-promise", func(r *row) string {
		clock := r.market.Clock()
		return itoa(int(monitor.DayOf(r.made, clock) - monitor.DayOf(r.order.ShipBy, clock)))
	}},
	{"buyer-email", (*row).email}, {"buyer-name", (*row).name}, {"buyer-phone-number", (*row).phone},
	{"sku", (*row).sku}, {"product-name", (*row).title}, {"quantity-purchased", (*row).units}, {"quantity-shipped", (*row).zero},
	{"quantity-to-ship", (*row).units}, {"ship-service-level", (*row).service}, {"ship-service-name", (*row).service}, {"recipient-name", (*row).name},
	{"ship-address-1", (*row).street}, {"ship-address-2", nil}, {"ship-address-3", nil},
	{"ship-city", (*row).city}, {"ship-state", (*row).state}, {"ship-postal-code", (*row).code}, {"ship-country", (*row).country},
	{"is-business-order", (*row).business}, {"purchase-order-number", nil}, {"price-designation", nil},
	{"is-prime", (*row).never}, {"is-iba", (*row).never},
	{"verge-of-cancellation", func(r *row) string {
		return strconv.FormatBool(r.made.After(r.order.ShipBy.Add(5 * 24 * time.Hour)))
	}},
	{"verge-of-lateShipment", func(r *row) string {
		left := r.order.ShipBy.Sub(r.made)
		return strconv.FormatBool(left >= 0 && left < 24*time.Hour)
	}},
	{"is-buyer-requested-cancellation", func(r *row) string { return strconv.FormatBool(happened(r.order.Asked, r.made)) }},
	{"buyer-requested-cancel-reason", func(r *row) string {
		if happened(r.order.Asked, r.made) {
			return "Ordered by mistake"
		}
		return ""
	}},
	{"signature-confirmation-recommended", (*row).never},
}

// confirmation holds the 8 columns of the file with which a seller confirms shipments.
var confirmation = []column{
	{"order-id", (*row).orderID}, {"order-item-id", (*row).itemID}, {"quantity", (*row).units},
	{"ship-date", func(r *row) string { return monitor.DayOf(r.order.Confirmed, r.market.Clock()).String() }},
	{"carrier-code", func(r *row) string {
		switch r.market.Country() {
		case "US", "CA", "MX":
			return "UPS"
		case "GB":
			return "Royal Mail"
		default:
			return "DHL"
		}
	}},
	{"carrier-name", nil},
	{"tracking-number", func(r *row) string { return trackingNumber(r.order.ID) }},
	{"ship-method", (*row).service},
}

// trackingNumber makes a number as UPS has them of an order's id: 1Z, 15 digits, and a check digit over every second one twice.
func trackingNumber(orderID string) string {
	digits := "9" + strings.ReplaceAll(orderID, "-", "")[3:]
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + i%2)
	}
	return fmt.Sprintf("1Z%s%d", digits, (10-sum%10)%10)
}

// address returns the anonymous address under which Amazon lets a seller write to an order's buyer; its domain tells the
// marketplace.
func address(m monitor.Marketplace, o *Order) string {
	return fmt.Sprintf("made%05xup@marketplace.%s", o.Buyer, strings.ToLower(string(m)))
}

// feedbackDay writes a day as the marketplace's feedback export does, which pads the days of Germany only.
func feedbackDay(m monitor.Marketplace, d monitor.Day) string {
	y, month, day := d.Civil()
	y %= 100
	switch {
	case m.Country() == "DE":
		return fmt.Sprintf("%02d.%02d.%02d", day, month, y)
	case m.Country() == "SE":
		return d.String()
	case m.DateOrder() == monitor.MonthFirst:
		return fmt.Sprintf("%d/%d/%02d", month, day, y)
	case m.DateOrder() == monitor.YearFirst:
		return fmt.Sprintf("%02d/%d/%d", y, month, day)
	default:
		return fmt.Sprintf("%d/%d/%02d", day, month, y)
	}
}

// iso writes an instant as Amazon's order exports do.
func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") + "+00:00" }

// itoa writes a number.
func itoa(n int) string { return strconv.Itoa(n) }
