package exports

import (
	"bytes"
	"encoding/binary"
)

// orderIDNames are the columns that an order id stands in.
const orderIDNames = "amazonorderid|orderid|注文番号|bestellnummer|numeroordine|numerodepedido|bestelnummer|numerzamowienia"

// anOrderID is what messages ask for.
const anOrderID = "an order id such as 123-1234567-1234567"

// isOrderID says whether b is an order id: 123-1234567-1234567, or S01-1234567-1234567 of multi-channel fulfilment.
func isOrderID(b []byte) bool {
	if len(b) != 19 || b[3] != '-' || b[11] != '-' {
		return false
	}
	return (digit(b[0]) || b[0] == 'S') && digit(b[1]) && digit(b[2]) && sevenDigits(b[3:]) && sevenDigits(b[11:])
}

func digit(c byte) bool { return c-'0' <= 9 }

// sevenDigits says whether seven digits follow, behind a hyphen that was looked at.
func sevenDigits(b []byte) bool {
	return areDigits(binary.LittleEndian.Uint64(b) ^ 0x303030303030302d) // which leaves 0 of the hyphen, and the values of the digits
}

// itemID returns an order-item-id; none where a spreadsheet has cut it to 1.23457E+13.
func (r *row) itemID(i int, o *occasion) []byte {
	b := whole(clip(r.cell(i), maxName))
	if !isCut(b) {
		return b
	}
	o.cutIDs++
	return nil
}

// whole returns an id without the fraction that a program gives it which takes it for a number: 12345678901234.0.
func whole(id []byte) []byte {
	if n := len(id) - 2; n > 0 && (id[n] == '.' || id[n] == ',') && id[n+1] == '0' && digitsOnly(string(id[:n])) {
		return id[:n]
	}
	return id
}

// isCut says whether a spreadsheet has kept the first digits of an id only.
func isCut(b []byte) bool { return bytes.IndexByte(b, '+') >= 0 && scientific().Match(b) }
