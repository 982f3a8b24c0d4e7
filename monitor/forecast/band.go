package forecast

import "math"

// Band returns, for each of the days ahead, the rates between which the one of that day lies with about 80 %. On the last day
// they are Low and High. Before, their distance from the mean grows as the standard deviation of what is still to come does:
// that of the count itself, and that of the level, which is not known exactly. What is decided already is never undercut.
func (a *Ahead) Band() (low, high [Horizon]float64) {
	spread := 0.0
	if a.Level > 0 {
		spread = (a.LevelHigh - a.LevelLow) / (2 * z90 * a.Level)
	}
	deviation := func(t int) float64 {
		if a.Orders[t] <= 0 {
			return 0
		}
		return math.Sqrt(a.ToCome[t]+a.ToCome[t]*a.ToCome[t]*spread*spread) / a.Orders[t]
	}
	const last = Horizon - 1
	whole := deviation(last)
	mean := a.mean(last)
	for t := range Horizon {
		share := 1.0
		if whole > 0 {
			share = deviation(t) / whole
		}
		decided := 0.0
		if a.Orders[t] > 0 {
			decided = float64(a.Decided[t]) / a.Orders[t]
		}
		m := a.mean(t)
		low[t] = max(decided, m-max(0, mean-a.Low)*share)
		high[t] = max(low[t], m+max(0, a.High-mean)*share)
	}
	return low, high
}

// mean returns the rate to be expected on a day; 0 where there are no orders.
func (a *Ahead) mean(t int) float64 {
	if a.Orders[t] <= 0 {
		return 0
	}
	return (float64(a.Decided[t]) + a.ToCome[t]) / a.Orders[t]
}
