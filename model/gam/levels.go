package gam

import (
	"cmp"
	"math"
	"slices"
)

// stepLevels takes a step on a column of levels and writes what each level's score changes by; out[0] stays. The levels are taken as
// draws of one random effect, whose variance is that by which the levels differ more than their rows' noise lets them (method of
// moments: DerSimonian and Laird 1986, with lambda added to each curvature, so that a level of a few rows with a rare outcome
// counts for little). Each level moves part of the way from where it is to the mean of all levels plus its own deviation, shrunk
// by variance / (variance + noise): a column of noise, of however many levels, stays where it is, and a level of few rows stays
// near the others. Trees over levels in the order of their gradients, which is what was done before, find in many levels whatever they
// look for. shape holds the values before the step.
func (o *grow) stepLevels(c *binned, shape []float64, g *[maxBins]int64, h *[maxBins]float64, out *[maxBins]float32) {
	// Sums of the residual that each level would have at 0, of the curvature and of its square.
	var rest [maxBins]float64
	var sum, all, square float64
	for b := 1; b < c.bins; b++ {
		rest[b] = float64(g[b])*o.unit + float64(h[b]*shape[b])
		sum, all, square = sum+rest[b], all+h[b], square+float64(h[b]*h[b])
	}
	if all == 0 {
		return
	}
	mean := sum / (all + o.lambda)
	var found, noise, per float64 // the spread, what it would be of noise, and what variance adds to it
	for b := 1; b < c.bins; b++ {
		rest[b] -= float64(h[b] * mean)
		w := 1 / (h[b] + o.lambda)
		found += float64(rest[b]*rest[b]) * w
		noise += float64(h[b]*(1-h[b]/all)) * w
		per += float64(h[b]*h[b]*(1-2*h[b]/all+square/(all*all))) * w
	}
	variance := 0.0
	if found > noise && per > 0 {
		variance = (found - noise) / per
	}
	share := 1 - math.Pow(1-o.rate, least)
	for b := 1; b < c.bins; b++ {
		to := mean + variance*rest[b]/(variance*h[b]+1)
		out[b] = float32(share * min(max(to-shape[b], -steep), steep))
	}
}

// places returns where each bin of a pair stands while cuts are tried: a level's by the mean of its values in shape, weighted by
// count, the first bin at a tie. What is missing stays first. It returns nil for a number, whose bins have their order.
func (c *binned) places(shape, count []float64) []uint8 {
	if c.Levels == nil {
		return nil
	}
	var sum, weight [maxPairBins]float64
	for b, to := range c.PairBin {
		sum[to] += float64(shape[b] * count[b])
		weight[to] += count[b]
	}
	order := make([]uint8, c.pairBins)
	for k := range order {
		order[k] = uint8(k)
		if weight[k] > 0 {
			sum[k] /= weight[k]
		}
	}
	slices.SortStableFunc(order[1:], func(a, b uint8) int { return cmp.Or(cmp.Compare(sum[a], sum[b]), cmp.Compare(a, b)) })
	places := make([]uint8, c.pairBins)
	for at, k := range order {
		places[k] = uint8(at)
	}
	return places
}

// moved returns the table of a pair with each bin in its place; places nil are as they are.
func moved[T any](t *[cells]T, rows, cols []uint8, to *[cells]T) *[cells]T {
	if rows == nil && cols == nil {
		return t
	}
	for c, v := range t {
		to[placed(c, rows, cols)] = v
	}
	return to
}

// placed returns the cell in which a cell stands. Cells beyond the bins stay.
func placed(c int, rows, cols []uint8) int {
	a, b := c>>5, c&(maxPairBins-1)
	if a < len(rows) {
		a = int(rows[a])
	}
	if b < len(cols) {
		b = int(cols[b])
	}
	return a<<5 | b
}
