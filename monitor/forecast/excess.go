package forecast

import "math"

// AtLeast returns how likely it is that a group holds n or more of all defects by chance: when it is so many of all orders and
// the defects fall on the orders blindly, each on one of its own (the hypergeometric distribution). That is 1 for no defect,
// and 0 for more defects than the group, or all of it, can hold.
func AtLeast(n, group, defects, orders int) float64 {
	most := min(group, defects)
	least := max(0, group+defects-orders)
	switch {
	case n <= least:
		return 1
	case n > most:
		return 0
	}
	log := func(k int) float64 {
		return choose(defects, k) + choose(orders-defects, group-k) - choose(orders, group)
	}
	// Each term from the one before it: the terms above the mean fall fast.
	p, sum := math.Exp(log(n)), 0.0
	for k := n; k <= most; k++ {
		sum += p
		if p < sum*1e-12 {
			break
		}
		p *= float64(defects-k) * float64(group-k) / (float64(k+1) * float64(orders-defects-group+k+1))
	}
	return min(1, sum)
}

// choose returns the logarithm of the number of ways to take k of n.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return a - b - c
}
