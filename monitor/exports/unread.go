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

// noText names what a file is that begins with the bytes of something that is no text, and returns "" for others.
func noText(head []byte) string {
	for _, f := range noTexts {
		if len(head) >= f.at && bytes.HasPrefix(head[f.at:], []byte(f.magic)) {
			return f.name
		}
	}
	return ""
}

// noTexts are the first bytes of files that are no text.
var noTexts = []struct {
	magic string
	at    int
	name  string
}{
	{"PK\x03\x04", 0, "a zip archive or an Excel workbook"},
	{"%PDF", 0, "a PDF document"},
	{"\xd0\xcf\x11\xe0", 0, "an old Excel workbook"},
	{"\x1f\x8b", 0, "gzip data inside gzip data"},
	{"{\\rtf", 0, "a text document with its layout"},
	{"\x89PNG", 0, "a picture"}, {"\xff\xd8\xff", 0, "a picture"}, {"GIF8", 0, "a picture"}, {"RIFF", 0, "a picture, a sound or a film"},
	{"7z\xbc\xaf", 0, anArchive}, {"Rar!\x1a", 0, anArchive}, {"BZh", 0, anArchive}, {"\xfd7zXZ", 0, anArchive}, {"\x28\xb5\x2f\xfd", 0, anArchive}, {"ustar", 257, anArchive},
	{"SQLite format 3\x00", 0, "a database"},
}

// anArchive is what messages call an archive that is no zip.
const anArchive = "an archive that Goodstanding does not unpack"

// unknown describes a file by its first line.
func unknown(line []byte) string {
	switch {
	case isMail(line):
		return "an e-mail"
	case bytes.HasPrefix(line, []byte("<")):
		return "an XML or HTML document"
	case bytes.HasPrefix(line, []byte("{")), bytes.HasPrefix(line, []byte("[")):
		return "a JSON document"
	case bytes.IndexByte(line, '@') >= 0: // a row of an export whose header is gone, with its buyer
		return "a line with an e-mail address"
	case holdsIdentity(line):
		return "a row of a list of identities without its header"
	}
	return fmt.Sprintf("%q", printable(string(clip(line, 4*maxFound)), maxFound))
}

// isMail says whether a file with that first line is a saved e-mail, to which an export may be attached.
func isMail(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte(":"))
	switch string(name) {
	case "From", "To", "Subject", "Date", "Received", "Return-Path", "Delivered-To", "MIME-Version", "Message-ID", "X-Mozilla-Status":
		return found
	}
	return false
}

// aHeader is what messages ask for where a file is none of the exports.
const aHeader = "the header line of an export such as All Orders, Order Report, Unshipped Orders or Feedback"
