package gam

import (
	"math"
	"slices"
)

// unit is how many whole numbers of a histogram make the largest row weight.
const unit = 1 << 30

// rows is what one cycle of one bag knows of each row: the loss as a quadratic in the change of score since the cycle began,
// -residual*change + curvature/2*change^2. Rows that are held out have neither. Both are in units.
type rows struct {
	residual, curvature, change []float32
}

// sum adds up, for each bin, the negative gradient of the rows in it.
func (r rows) sum(bin []uint8, g *[maxBins]int64) {
	*g = [maxBins]int64{}
	res, cur, ch := r.residual[:len(bin)], r.curvature[:len(bin)], r.change[:len(bin)]
	for i, b := range bin {
		g[b] += int64(res[i] - float32(cur[i]*ch[i]))
	}
}

// addSum adds the step last to the score of the rows and sums up for the column that is next, in one pass.
func (r rows) addSum(lastBin []uint8, last *[maxBins]float32, bin []uint8, g *[maxBins]int64) {
	*g = [maxBins]int64{}
	n := len(bin)
	res, cur, ch, lastBin := r.residual[:n], r.curvature[:n], r.change[:n], lastBin[:n]
	for i, b := range bin {
		c := ch[i] + last[lastBin[i]]
		ch[i] = c
		g[b] += int64(res[i] - float32(cur[i]*c))
	}
}

// add adds the step last to the score of the rows.
func (r rows) add(lastBin []uint8, last *[maxBins]float32) {
	ch := r.change[:len(lastBin)]
	for i, b := range lastBin {
		ch[i] += last[b]
	}
}

// curve adds up the curvature of the rows in each bin.
func (r rows) curve(bin []uint8, h *[maxBins]float64) {
	var sum [maxBins]int64
	cur := r.curvature[:len(bin)]
	for i, b := range bin {
		sum[b] += int64(cur[i])
	}
	for b, s := range sum {
		h[b] = float64(s) / unit
	}
}

// cell is the place of two bins in the table of a pair.
func cell(a, b uint8) int { return (int(a)<<5 | int(b)) & (cells - 1) }

// The same for pairs of columns.
func (r rows) sumPair(a, b []uint8, g *[cells]int64) {
	*g = [cells]int64{}
	n := len(a)
	res, cur, ch, b := r.residual[:n], r.curvature[:n], r.change[:n], b[:n]
	for i, k := range a {
		g[cell(k, b[i])] += int64(res[i] - float32(cur[i]*ch[i]))
	}
}

func (r rows) addSumPair(la, lb []uint8, last *[cells]float32, a, b []uint8, g *[cells]int64) {
	*g = [cells]int64{}
	n := len(a)
	res, cur, ch, b, la, lb := r.residual[:n], r.curvature[:n], r.change[:n], b[:n], la[:n], lb[:n]
	for i, k := range a {
		c := ch[i] + last[cell(la[i], lb[i])]
		ch[i] = c
		g[cell(k, b[i])] += int64(res[i] - float32(cur[i]*c))
	}
}

func (r rows) addPair(la, lb []uint8, last *[cells]float32) {
	ch, lb := r.change[:len(la)], lb[:len(la)]
	for i, k := range la {
		ch[i] += last[cell(k, lb[i])]
	}
}

func (r rows) curvePair(a, b []uint8, h *[cells]float64) {
	var sum [cells]int64
	cur, b := r.curvature[:len(a)], b[:len(a)]
	for i, k := range a {
		sum[cell(k, b[i])] += int64(cur[i])
	}
	for c, s := range sum {
		h[c] = float64(s) / unit
	}
}

// grow is how a step is grown.
type grow struct {
	leaves  int
	rate    float64
	lambda  float64 // added to the curvature of a leaf
	minLeaf float64 // weight of the rows of a leaf, in rows of average weight
}

// leaf is a run of places lo <= k < hi in the order of the bins, with its gradient, curvature and weight.
type leaf struct {
	lo, hi    int
	g, h, n   float64
	cut       int // the best cut: places below it go left
	gain      float64
	low, high float64 // of a monotone column: what the value must lie between
}

func (o *grow) value(g, h float64) float64 { return g / (h + o.lambda) }

// tree is the workspace of a step.
type tree struct {
	g, h, n [maxBins + 1]float64 // sums over the places before
	order   [maxBins]uint8       // the bin at each place
	leaves  []leaf
}

// step fits a tree of a few leaves to the histogram of one column and writes what each bin's score changes by. Bins in runs of
// equal value are found greedily: each time the leaf whose best cut gains most is cut, the first at a tie. The missing bin is a
// leaf of its own. Levels are put in the order of their gradient over curvature; a number has its order. It returns the gain.
func (o *grow) step(t *tree, c *binned, g *[maxBins]int64, h, n *[maxBins]float64, out *[maxBins]float32) float64 {
	*out = [maxBins]float32{}
	var gain float64
	if n[0] >= o.minLeaf && h[0] > 0 {
		gm := float64(g[0]) / unit
		out[0] = float32(o.rate * o.value(gm, h[0]))
		gain = gm * gm / (h[0] + o.lambda)
	}
	k := 0
	for b := 1; b < c.bins; b++ {
		if n[b] > 0 || c.Levels == nil {
			t.order[k] = uint8(b)
			k++
		}
	}
	order := t.order[:k]
	if c.Levels != nil {
		// A level with few rows is drawn to the middle, or it would always be at an end.
		var key [maxBins]float64
		for _, b := range order {
			key[b] = float64(g[b]) / unit / (h[b] + o.lambda + 1)
		}
		slices.SortStableFunc(order, func(a, b uint8) int {
			switch {
			case key[a] < key[b]:
				return -1
			case key[a] > key[b]:
				return 1
			}
			return int(a) - int(b)
		})
	}
	for p, b := range order {
		t.g[p+1] = t.g[p] + float64(g[b])/unit
		t.h[p+1] = t.h[p] + h[b]
		t.n[p+1] = t.n[p] + n[b]
	}
	root := leaf{lo: 0, hi: k, g: t.g[k], h: t.h[k], n: t.n[k], low: math.Inf(-1), high: math.Inf(1)}
	t.leaves = append(t.leaves[:0], root)
	o.cut(t, &t.leaves[0], c.monotone)
	for len(t.leaves) < o.leaves {
		best := 0
		for l := range t.leaves {
			if t.leaves[l].gain > t.leaves[best].gain {
				best = l
			}
		}
		if t.leaves[best].gain <= 0 {
			break
		}
		gain += t.leaves[best].gain
		left, right := o.part(t, t.leaves[best], c.monotone)
		t.leaves[best] = left
		t.leaves = append(t.leaves, right)
		if len(t.leaves) < o.leaves {
			o.cut(t, &t.leaves[best], c.monotone)
			o.cut(t, &t.leaves[len(t.leaves)-1], c.monotone)
		}
	}
	if len(t.leaves) == 1 && k > 0 {
		gain += root.g * root.g / (root.h + o.lambda)
	}
	for _, l := range t.leaves {
		v := float32(o.rate * min(max(o.value(l.g, l.h), l.low), l.high))
		for _, b := range order[l.lo:l.hi] {
			out[b] = v
		}
	}
	return gain
}

// part cuts a leaf in two at its best cut. On a monotone column neither side may cross the middle of the two values.
func (o *grow) part(t *tree, l leaf, monotone int8) (left, right leaf) {
	left = leaf{lo: l.lo, hi: l.cut, low: l.low, high: l.high}
	right = leaf{lo: l.cut, hi: l.hi, low: l.low, high: l.high}
	left.g, left.h, left.n = t.g[l.cut]-t.g[l.lo], t.h[l.cut]-t.h[l.lo], t.n[l.cut]-t.n[l.lo]
	right.g, right.h, right.n = t.g[l.hi]-t.g[l.cut], t.h[l.hi]-t.h[l.cut], t.n[l.hi]-t.n[l.cut]
	if monotone != 0 {
		a := min(max(o.value(left.g, left.h), l.low), l.high)
		b := min(max(o.value(right.g, right.h), l.low), l.high)
		mid := (a + b) / 2
		if monotone > 0 {
			left.high, right.low = mid, mid
		} else {
			left.low, right.high = mid, mid
		}
	}
	return left, right
}

// cut finds the cut of a leaf that gains most, the first at a tie.
func (o *grow) cut(t *tree, l *leaf, monotone int8) {
	l.gain = 0
	whole := l.g * l.g / (l.h + o.lambda)
	g0, h0, n0 := t.g[l.lo], t.h[l.lo], t.n[l.lo]
	for p := l.lo + 1; p < l.hi; p++ {
		ln := t.n[p] - n0
		if ln < o.minLeaf {
			continue
		}
		if l.n-ln < o.minLeaf {
			break
		}
		lg, lh := t.g[p]-g0, t.h[p]-h0
		rg := l.g - lg
		a, b := lh+o.lambda, l.h-lh+o.lambda
		gain := (lg*lg*b+rg*rg*a)/(a*b) - whole
		if gain <= l.gain || !(a > 0 && b > 0) {
			continue
		}
		if monotone != 0 {
			lv, rv := min(max(lg/a, l.low), l.high), min(max(rg/b, l.low), l.high)
			if (monotone > 0 && lv > rv) || (monotone < 0 && lv < rv) {
				continue
			}
		}
		l.gain, l.cut = gain, p
	}
}
