package boost

import "math"

// sigmoid is the probability that belongs to log odds: e/(1+e) if they are negative and 1/(1+e) otherwise,
// chosen without a branch, since nothing tells from one row what the next has.
func sigmoid(s float64) float64 {
	e := math.Exp(-math.Abs(s))
	negative := uint64(int64(math.Float64bits(s)) >> 63)
	top := math.Float64frombits(math.Float64bits(e)&negative | math.Float64bits(1)&^negative)
	return top / (1 + e)
}

// logLoss is the negative log likelihood of y at log odds s.
func logLoss(y, s float64) float64 {
	return max(s, 0) - float64(y*s) + math.Log1p(math.Exp(-math.Abs(s)))
}

// base returns the log odds that, added to the offsets, fit the rows best: a root of a function that
// rises, found by halving an interval (offsets far apart throw Newton's method off).
func base(y, w, offset []float64) float64 {
	if offset == nil {
		var sum [2]float64 // apart: what is left of a total may be rounded away
		for i := range y {
			sum[int(y[i])] += weight(w, i)
		}
		return math.Log(sum[1] / sum[0])
	}
	excess := func(b float64) float64 {
		var sum float64
		for i := range y {
			sum += float64(weight(w, i) * (sigmoid(b+offset[i]) - y[i]))
		}
		return sum
	}
	lo, hi := -1500.0, 1500.0
	for hi-lo > 1e-13*(1+math.Abs(lo)) {
		mid := (lo + hi) / 2
		if mid == lo || mid == hi {
			break
		}
		if excess(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

func weight(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}

// BaseHazard returns the log odds of the event in each of the periods 0 .. periods-1, of persons at risk
// (one row per person and period, y 1 for the event, w nil for equal weights). Each period is drawn
// towards the mean over all by the weight of one event, so that a period without events has a hazard too.
// Give a row its period's value as Offset; the trees then tell who is above and below it. It panics if the
// slices differ in length or a period is out of range. If all rows or none are events, the hazards are 700
// or -700: then there is nothing to learn.
func BaseHazard(period []int32, y, w []float64, periods int) []float64 {
	if len(period) != len(y) || w != nil && len(w) != len(y) {
		panic("boost: period, y and w differ in length")
	}
	events, risk := make([]float64, periods), make([]float64, periods)
	var allEvents, allRisk float64
	for i, p := range period {
		v := weight(w, i)
		events[p] += float64(v * y[i])
		risk[p] += v
		allEvents += float64(v * y[i])
		allRisk += v
	}
	out := make([]float64, periods)
	for p := range out {
		if allEvents == 0 || allEvents == allRisk {
			out[p] = math.Copysign(700, allEvents-0.5)
			continue
		}
		mean := allEvents / allRisk
		e, none := events[p]+1, risk[p]-events[p]+1/mean-1 // one event's weight of rows at the mean
		out[p] = math.Log(e / none)
	}
	return out
}
