// Package forecast looks ahead in numbers. It knows nothing of orders or marketplaces: counts and limits in, counts and
// probabilities out.
package forecast

import "math"

// Headroom returns how many more of the orders must become defects for the rate to reach the limit (0 < limit < 1,
// exclusive: reaching it is a breach). It is 0 when the rate has reached it, and 1 when there are no orders.
func Headroom(defects, orders int, limit float64) int {
	if orders <= 0 {
		return max(0, 1-defects)
	}
	return max(0, threshold(orders, limit)-defects)
}

// threshold returns the smallest number of defects among orders that reaches the limit.
func threshold(orders int, limit float64) int {
	k := int(math.Ceil(float64(orders) * limit))
	// The product rounds; the ratio of the counts, correctly rounded, is what is compared with the limit.
	for k > 0 && float64(k-1)/float64(orders) >= limit {
		k--
	}
	for float64(k)/float64(orders) < limit {
		k++
	}
	return k
}

// Recovery returns how many clean orders more bring a rate that has reached the limit back below it; 0 if it is below.
func Recovery(defects, orders int, limit float64) int {
	if orders <= 0 || float64(defects)/float64(orders) < limit {
		return 0
	}
	n := int(math.Floor(float64(defects)/limit)) - orders
	n = max(n, 0)
	for float64(defects)/float64(orders+n) >= limit {
		n++
	}
	for n > 0 && float64(defects)/float64(orders+n-1) < limit {
		n--
	}
	return n
}

// SingleDefect returns the smallest number of orders among which one defect stays below the limit: 101 for 1 %, 41 for
// 2.5 %, 26 for 4 %. With fewer, a rate says nothing that the count does not say better.
func SingleDefect(limit float64) int {
	n := int(math.Floor(1 / limit))
	for n < 1 || 1/float64(n) >= limit {
		n++
	}
	return n
}
