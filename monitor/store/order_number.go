package store

import "fmt"

// orderNumber returns the number that an order id is kept as: its 17 digits, half the size in a row and in every index. The S
// of multi-channel fulfilment (S01-1234567-1234567) stands for 10 in place of the first digit.
func orderNumber(id string) (int64, error) {
	if len(id) != 19 || id[3] != '-' || id[11] != '-' {
		return 0, fmt.Errorf("%q is no order id: want one such as 123-1234567-1234567", id)
	}
	var n int64
	for i := range len(id) {
		c := id[i]
		switch {
		case i == 3 || i == 11:
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
		case i == 0 && c == 'S':
			n = 10
		default:
			return 0, fmt.Errorf("%q is no order id: want one such as 123-1234567-1234567", id)
		}
	}
	return n, nil
}

// orderID returns the order id that a number stands for.
func orderID(n int64) string {
	var b [19]byte
	for i, rest := len(b)-1, n; i >= 0; i-- {
		switch {
		case i == 3 || i == 11:
			b[i] = '-'
		case i == 0 && rest >= 10:
			b[i] = 'S'
		default:
			b[i] = byte('0' + rest%10)
			rest /= 10
		}
	}
	return string(b[:])
}
