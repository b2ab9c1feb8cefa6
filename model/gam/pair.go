package gam

import (
	"cmp"
	"math"
	"slices"
)

// pair is two columns, a < b, and how strongly they interact.
type pair struct {
	a, b  int
	score float64
}

// rank orders pairs of columns by FAST (Lou et al. 2013, section 4): each pair is cut once along each column, and its score is the
// best such table's. Where FAST takes the fall in squared error of the four quadrants, the score here is the chi-square of the
// interaction alone (one degree of freedom, what remains of the four quadrants after their additive part), so that what the terms
// on one column have left undone earns a pair nothing. Ties go to the lower columns.
func (d *data) rank(residual, curvature []float32, total float64, workers int) []pair {
	// Both sums in one whole number: gradient above, curvature below; neither can overflow its half.
	scale := math.Exp2(math.Floor(math.Log2(float64(1<<30) / max(total, 1))))
	both := make([]int64, len(residual))
	for i, r := range residual {
		both[i] = int64(math.RoundToEven(float64(r)*scale))<<32 + int64(math.RoundToEven(float64(curvature[i])*scale))
	}
	per := make([][]pair, len(d.cols))
	each(len(d.cols), workers, func(a int) {
		x := &d.cols[a]
		if x.monotone != 0 || x.pairBins < 3 {
			return
		}
		for b := a + 1; b < len(d.cols); b++ {
			y := &d.cols[b]
			if y.monotone != 0 || y.pairBins < 3 {
				continue
			}
			var sum [cells]int64
			other := y.coarse[:len(x.coarse)]
			r := both[:len(x.coarse)]
			for i, k := range x.coarse {
				sum[cell(k, other[i])] += r[i]
			}
			var g, h [cells]float64
			for c, s := range sum {
				low := int64(int32(uint32(s)))
				g[c], h[c] = float64((s-low)>>32)/scale, float64(low)/scale
			}
			per[a] = append(per[a], pair{a, b, contrast(x.pairBins, y.pairBins, &g, &h)})
		}
	})
	all := slices.Concat(per...)
	slices.SortStableFunc(all, func(p, q pair) int { return -cmp.Compare(p.score, q.score) })
	return all
}

// contrast returns the largest interaction of the four quadrants over all places to cut, in chi-squares. Each quadrant needs a
// curvature of at least 1 row's. Where a value is missing nothing is cut; those rows are left out.
func contrast(rows, cols int, g, h *[cells]float64) float64 {
	var pg, ph [cells]float64 // sums of the cells above and to the left, inclusive
	for a := 1; a < rows; a++ {
		var lg, lh float64
		for b := 1; b < cols; b++ {
			c := a<<5 | b
			lg, lh = lg+g[c], lh+h[c]
			pg[c], ph[c] = lg+pg[c-maxPairBins], lh+ph[c-maxPairBins]
		}
	}
	best := 0.0
	last := (rows-1)<<5 | (cols - 1)
	for a := 1; a < rows-1; a++ {
		right := a<<5 | (cols - 1)
		for b := 1; b < cols-1; b++ {
			c, under := a<<5|b, (rows-1)<<5|b
			h1, h2, h3 := ph[c], ph[right]-ph[c], ph[under]-ph[c]
			h4 := ph[last] - ph[right] - h3
			if min(h1, h2, h3, h4) < 1 {
				continue
			}
			g1, g2, g3 := pg[c], pg[right]-pg[c], pg[under]-pg[c]
			g4 := pg[last] - pg[right] - g3
			t := g1/h1 - g2/h2 - g3/h3 + g4/h4
			if s := t * t / (1/h1 + 1/h2 + 1/h3 + 1/h4); s > best {
				best = s
			}
		}
	}
	return best
}

// stepPair fits a tree of up to four leaves to the histogram of a pair (Lou et al. 2013, section 4.3): one column is cut once, and each
// side is cut once along the other column, where that gains. Both columns are tried first; the first tree found wins a tie.
func (o *grow) stepPair(rows, cols int, g *[cells]int64, h, n *[cells]float64, out *[cells]float32) float64 {
	var t pairTable
	t.fill(rows, cols, g, h, n)
	best := pairTree{}
	for s := 1; s < rows; s++ {
		o.try(&t, false, s, rows, cols, &best)
	}
	for s := 1; s < cols; s++ {
		o.try(&t, true, s, cols, rows, &best)
	}
	*out = [cells]float32{}
	if best.gain <= 0 {
		return 0
	}
	for a := range rows {
		for b := range cols {
			k, l := a, b
			if best.turned {
				k, l = b, a
			}
			side := 0
			if k >= best.first {
				side = 1
			}
			v := best.value[side][0]
			if l >= best.second[side] {
				v = best.value[side][1]
			}
			out[a<<5|b] = float32(o.rate * v)
		}
	}
	return best.gain
}

// pairTable holds, at (a, b), the sums over the cells before a and before b.
type pairTable struct {
	g, h, n [(maxPairBins + 1) * (maxPairBins + 1)]float64
}

const stride = maxPairBins + 1

func (t *pairTable) fill(rows, cols int, g *[cells]int64, h, n *[cells]float64) {
	for a := range rows {
		var lg, lh, ln float64
		for b := range cols {
			c, at := a<<5|b, (a+1)*stride+b+1
			lg, lh, ln = lg+float64(g[c])/unit, lh+h[c], ln+n[c]
			t.g[at], t.h[at], t.n[at] = lg+t.g[at-stride], lh+t.h[at-stride], ln+t.n[at-stride]
		}
	}
}

type pairTree struct {
	gain   float64
	turned bool // the second column is cut first
	first  int
	second [2]int // where each side is cut along the other column; its size if not at all
	value  [2][2]float64
}

// try cuts the first column at s and finds the best cut of each side.
func (o *grow) try(t *pairTable, turned bool, s, size, other int, best *pairTree) {
	at := func(k, l int) int {
		if turned {
			return l*stride + k
		}
		return k*stride + l
	}
	tree := pairTree{turned: turned, first: s}
	whole := at(size, other)
	root := t.g[whole] * t.g[whole] / (t.h[whole] + o.lambda)
	for side := range 2 {
		lo, hi := 0, s
		if side == 1 {
			lo, hi = s, size
		}
		below, above := at(hi, other), at(lo, other)
		g, h, n := t.g[below]-t.g[above], t.h[below]-t.h[above], t.n[below]-t.n[above]
		if n < o.minLeaf || h+o.lambda <= 0 {
			return
		}
		gain := g * g / (h + o.lambda)
		tree.second[side] = other
		tree.value[side] = [2]float64{g / (h + o.lambda), 0}
		for l := 1; l < other; l++ {
			b, a := at(hi, l), at(lo, l)
			ln := t.n[b] - t.n[a]
			if ln < o.minLeaf {
				continue
			}
			if n-ln < o.minLeaf {
				break
			}
			lg := t.g[b] - t.g[a]
			rg := g - lg
			lh := t.h[b] - t.h[a] + o.lambda
			rh := h - lh + 2*o.lambda
			if s := (lg*lg*rh + rg*rg*lh) / (lh * rh); s > gain && lh > 0 && rh > 0 {
				gain, tree.second[side] = s, l
				tree.value[side] = [2]float64{lg / lh, rg / rh}
			}
		}
		tree.gain += gain
	}
	tree.gain -= root
	if tree.gain > best.gain {
		*best = tree
	}
}
