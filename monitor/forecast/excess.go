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
	// The smaller side is summed, each term from the one before it, away from the mean: the terms fall fast. The other side would
	// begin with a term too small for a number.
	rest := orders - defects - group
	if float64(n)*float64(orders) <= float64(group)*float64(defects) {
		p, sum := math.Exp(log(n-1)), 0.0
		for k := n - 1; k >= least && p >= sum*1e-12; k-- {
			sum += p
			p *= float64(k) * float64(rest+k) / (float64(defects-k+1) * float64(group-k+1))
		}
		return max(0, 1-sum)
	}
	p, sum := math.Exp(log(n)), 0.0
	for k := n; k <= most && p >= sum*1e-12; k++ {
		sum += p
		p *= float64(defects-k) * float64(group-k) / (float64(k+1) * float64(rest+k+1))
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
