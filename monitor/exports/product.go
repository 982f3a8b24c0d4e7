package exports

import "fmt"

// aWholeSKU is what messages ask for where a spreadsheet has made 1.23457E+13 of a SKU.
const aWholeSKU = "all digits of the SKU: a spreadsheet has kept only the first ones; import the export itself"

// product looks at the SKU and the ASIN of a row for what spreadsheets make of numbers.
func (o *occasion) product(r *row, sku, asin int) *fault {
	if isCut(r.cell(sku)) {
		return &fault{column: sku, expected: aWholeSKU}
	}
	if cell := r.cell(asin); len(asinOf(cell)) > len(cell) {
		o.shortASINs++
	}
	return nil
}

// sold does so for a product of orders, which is looked at when it is first met. An order counts without its SKU, too, so a
// cut one is missing and the row is a good one.
func (o *occasion) sold(sku, asin []byte) (wholeSKU, wholeASIN []byte) {
	if isCut(sku) {
		o.soldCut++
		sku = nil
	}
	wholeASIN = asinOf(asin)
	if len(wholeASIN) > len(asin) {
		o.soldShort++
	}
	return sku, wholeASIN
}

// soldNotes says what people should know of the products of orders.
func (o *occasion) soldNotes() (notes []string) {
	if o.soldCut > 0 {
		notes = append(notes, fmt.Sprintf("A spreadsheet has kept only the first digits, as in 1.23457E+13, of the SKU of %s: such a SKU counts as missing. Import the export itself.", count(o.soldCut, "product")))
	}
	if o.soldShort > 0 {
		notes = append(notes, zerosBack(o.soldShort))
	}
	return notes
}

// zerosBack says that ASINs were made whole.
func zerosBack(n int) string {
	return fmt.Sprintf("A spreadsheet has dropped the leading zeros of %s: they were put back.", count(n, "ASIN"))
}

// sku returns the SKU of a row.
func (r *row) sku(i int) string { return string(r.name(i)) }

// asin returns the ASIN of a row.
func (r *row) asin(i int) string { return string(asinOf(clip(r.cell(i), maxName))) }

// asinOf returns an ASIN. The ASIN of a book is its ISBN, and where that begins with zeros a spreadsheet drops them: they are
// put back if the check digit of the ISBN proves it.
func asinOf(cell []byte) []byte {
	if len(cell) < 6 || len(cell) > 9 {
		return cell
	}
	isbn := append([]byte("0000000000")[:10-len(cell)], cell...)
	sum := 0
	for i, c := range isbn {
		switch {
		case c >= '0' && c <= '9':
			sum += (10 - i) * int(c-'0')
		case c == 'X' && i == 9:
			sum += 10
		default:
			return cell
		}
	}
	if sum%11 != 0 {
		return cell
	}
	return isbn
}
