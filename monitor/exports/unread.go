package exports

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
)

// unread are downloads of Seller Central that no check has a use for, by columns that only they have, normalised.
var unread = []struct {
	title string
	key   []string
}{
	{"a settlement report", []string{"settlementid", "totalamount|type"}},
	{"the list of FBA reimbursements", []string{"reimbursementid", "approvaldate"}},
	{"a removal order report", []string{"orderid", "requestedquantity|removalordertype", "disposition"}},
	{"a report of FBA fees", []string{"estimatedfeetotal|estimatedmonthlystoragefee|amountcharged", "fnsku"}},
	{"a daily inventory history", []string{"snapshotdate", "fnsku", "fulfillmentcenterid", "detaileddisposition", "quantity"}},
	{"a report of goods received at FBA", []string{"receiveddate", "fbashipmentid"}},
	{"a report of inventory adjustments", []string{"adjusteddate", "transactionitemid"}},
	{"the restock report", []string{"recommendedreplenishmentqty|recommendedorderquantity", "merchantsku"}},
	{"a business report", []string{"sessions|sessionstotal", "unitsordered", "childasin|parentasin|date"}},
	{"a subscribe-and-save report", []string{"activesubscriptions", "offerstate"}},
	{"a VAT transactions report", []string{"uniqueaccountidentifier", "transactiontype"}},
	{"a tax report of merchants in India", []string{"sellergstin", "invoicenumber"}},
	{"an advertising report", []string{"campaignname", "impressions"}},
}

// headers returns the line read with each delimiter that it has.
func (w *walker) headers(l heldLine) []*header {
	var all []*header
	for _, delim := range []byte("\t,;") {
		t := &w.table
		if t.delim, t.quoted = delim, true; bytes.IndexByte(l.text, delim) < 0 {
			continue
		}
		if s, err := t.parseAs(l.text, doubled, l.number); err == nil && s == complete {
			all = append(all, newHeader(t.cells, l.number))
		}
	}
	return all
}

// refuse says why the file is none of the exports, by the first line that is not blank: because it is another download of
// Seller Central, or because one column is missing by which an export would be known.
func (w *walker) refuse(l heldLine) *Refusal {
	r := &Refusal{File: w.name, Line: l.number, Found: unknown(l.text), Expected: aHeader}
	if isMail(l.text) {
		r.Expected = "the file attached to it, saved by itself"
		return r
	}
	headers := w.headers(l)
	for _, h := range headers {
		for _, u := range unread {
			if len(h.missing(u.key)) == 0 {
				r.Found = u.title
				r.Expected = "an export that a check reads, such as All Orders, Order Report, Unshipped Orders or Feedback"
				return r
			}
		}
	}
	if f := ownList(w.name); f != nil {
		header, _, _ := strings.Cut(f.Template, "\n")
		r.Expected = fmt.Sprintf("the header %s: goodstanding template %s prints it", header, f.Kind)
		return r
	}
	best := 0
	for _, h := range headers {
		for _, f := range formats {
			lost := h.missing(f.key)
			if f.own && len(f.key) <= 3 || len(lost) != 1 || len(h.missing(f.lacks)) < len(f.lacks) {
				continue
			}
			if known := f.knows(h); known > max(best, 2) {
				best = known
				name, _, _ := strings.Cut(lost[0], "|")
				r.Expected = fmt.Sprintf("%s; %s would have a column %s, too, however it is spaced", aHeader, f.Title, name)
			}
		}
	}
	return r
}

// ownList returns the list of the seller's own that a file is called after, as claims.csv or "claims 2026.csv" is; nil: none.
func ownList(name string) *Format {
	name = strings.ToLower(filepath.Base(name))
	for _, f := range formats {
		if rest, ok := strings.CutPrefix(name, string(f.Kind)); ok && f.own && !strings.HasPrefix(rest, "_") {
			return f
		}
	}
	return nil
}

// knows returns how many columns of a header the format has, as far as it names them.
func (f *Format) knows(h *header) int {
	n := len(f.key) - len(h.missing(f.key))
	for _, name := range h.names {
		if f.ignored[name] {
			n++
		}
	}
	return n
}

// missing returns those of the keys of which the header has no column.
func (h *header) missing(keys []string) []string {
	var lost []string
	for _, key := range keys {
		if h.column(key) < 0 {
			lost = append(lost, key)
		}
	}
	return lost
}
