package wording

import (
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
)

// CSV writes all the orders, or rows of exports, behind a finding as a table for a spreadsheet, UTF-8 with a header; nil
// where there are none. Times are those of the marketplace's clock.
//
// A spreadsheet runs a cell that begins like a formula, and SKUs and reasons are hostile text: such a cell gets an apostrophe
// in front, which spreadsheets read as "this is text".
func CSV(f monitor.Finding) []byte {
	if len(f.Evidence) == 0 {
		return nil
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"order", "sku", "asin", "day", "ship by", "confirmed", "why", "file", "line"}}
	for _, e := range f.Evidence {
		day, line := "", ""
		if e.Date != 0 {
			day = e.Date.String()
		}
		if e.Source.Line > 0 {
			line = strconv.Itoa(e.Source.Line)
		}
		rows = append(rows, []string{cell(e.OrderID), cell(e.SKU), cell(e.ASIN), day, clock(e.ShipBy, f.Marketplace),
			clock(e.Confirmed, f.Marketplace), cell(e.Why), cell(e.Source.File), line})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil // not reached: a strings.Builder takes everything
	}
	return []byte(b.String())
}

// cell is a text that no spreadsheet takes for a formula.
func cell(s string) string {
	s = Clean(s, 2000)
	if s != "" && strings.ContainsRune("=+-@|%", rune(s[0])) {
		return "'" + s
	}
	return s
}

func clock(t time.Time, m monitor.Marketplace) string {
	if t.IsZero() {
		return ""
	}
	return t.In(m.Clock()).Format("2006-01-02 15:04 MST")
}
