package forecast

import "math"

// z90 is the 90 % point of the normal distribution.
const z90 = 1.2815515655446004

// Range returns the counts between which the one in so much exposure to come lies with a probability of 80 %: it is as likely
// to be less, 10 %, as to be more. The true rate is not known better than r tells, as in Tail. It is an approximation, Wilson's
// and Hilferty's for a gamma distribution with the mean and the variance of the count: within one count or a few per cent.
func (r Rate) Range(exposure float64) (low, high float64) {
	mean := r.Mean() * exposure
	if mean <= 0 {
		return 0, 0
	}
	spread := 1 + mean/r.Events // variance of the count for each unit of its mean
	shape := mean / spread
	point := func(z float64) float64 {
		root := 1 - 1/(9*shape) + z/(3*math.Sqrt(shape))
		return mean * max(0, root*root*root)
	}
	if low = 0; shape > 1.0/81 { // below, the cube root would be that of a negative number at any z
		low = point(-z90)
	}
	return low, point(z90)
}

// Unsold returns how many units of each batch are left on the batch's last day when the batch whose last day comes first is
// always taken from first. Batches are sorted by last day; could tells how many units, of all batches together, can be taken up
// to the last day of each. A could that is less than an earlier one counts as that.
func Unsold(units, could []float64) []float64 {
	left := make([]float64, len(units))
	taken, most := 0.0, 0.0
	for i, n := range units {
		most = max(most, could[i])
		// What was left of earlier batches is gone: the days up to here were taken up by them.
		now := min(n, most-taken)
		left[i] = n - now
		taken += now
	}
	return left
}
