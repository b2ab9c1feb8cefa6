package gam

import "math"

// whole is how many whole numbers of a histogram make the largest row weight.
const whole = 1 << 30

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
func (r rows) curve(bin []uint8, unit float64, h *[maxBins]float64) {
	var sum [maxBins]int64
	cur := r.curvature[:len(bin)]
	for i, b := range bin {
		sum[b] += int64(cur[i])
	}
	for b, s := range sum {
		h[b] = float64(s) * unit
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

func (r rows) curvePair(a, b []uint8, unit float64, h *[cells]float64) {
	var sum [cells]int64
	cur, b := r.curvature[:len(a)], b[:len(a)]
	for i, k := range a {
		sum[cell(k, b[i])] += int64(cur[i])
	}
	for c, s := range sum {
		h[c] = float64(s) * unit
	}
}

// grow is how steps are grown.
type grow struct {
	leaves  int
	sure    float64 // what a cut must gain (twice the rise of the log likelihood) to be made outright
	rate    float64 // share of a tree that is taken
	lambda  float64 // added to the curvature of a leaf
	minLeaf float64 // weight of the rows of a leaf
	unit    float64 // what one whole number of a histogram stands for
	heat    float64 // trees are blended as if each gained 1/heat of what it gains

	// The same of pairs, to which gains count in full and not by half: a pair was chosen because something stands out.
	pairHeat float64
}

// colder is by how much the trees of pairs are colder in a small table.
const colder = 4

// sure is what a cut must gain to be made outright in a small table. It is also half the gain from which on a histogram is worth
// another tree; it gets least of them in any case and most at most.
const (
	sure  = 10
	least = 2
	most  = 8
)

// leaf is a run of places lo <= p < hi in the order of the bins, with its gradient, curvature and weight.
type leaf struct {
	lo, hi    int
	g, h, n   float64
	cut       int // the best cut: places below it go left
	gain      float64
	low, high float64 // of a monotone column: what the value must lie between
}

// tree is the workspace of a step.
type tree struct {
	g, h, n [maxBins + 1]float64 // sums over the places before
	order   [maxBins]uint8       // the bin at each place
	change  [maxBins]float64     // of each bin
	weight  [maxBins]float64     // of the cut before each place: what it gains, then its share of a blend
	leaves  []leaf
}

// step fits a few small trees to the histogram of one column and writes what each bin's score changes by. The second tree is fitted
// to what the first leaves of the quadratic, and so on: that passes over bins, not rows. The missing bin is a leaf of its own.
// Levels take a step of another kind, from where they are in shape.
func (o *grow) step(t *tree, c *binned, shape []float64, g *[maxBins]int64, h, n *[maxBins]float64, out *[maxBins]float32) {
	*out = [maxBins]float32{}
	if n[0] >= o.minLeaf {
		out[0] = float32((1 - math.Pow(1-o.rate, least)) * float64(g[0]) * o.unit / (h[0] + o.lambda))
	}
	if c.Levels != nil {
		o.stepLevels(c, shape, g, h, out)
		return
	}
	t.change = [maxBins]float64{}
	for b := 1; b < c.bins; b++ {
		t.order[b-1] = uint8(b)
	}
	order := t.order[:c.bins-1]
	if len(order) == 0 {
		return
	}
	for r := range most {
		for p, b := range order {
			t.g[p+1] = t.g[p] + float64(g[b])*o.unit - float64(h[b]*t.change[b])
			t.h[p+1] = t.h[p] + h[b]
			t.n[p+1] = t.n[p] + n[b]
		}
		if gain := o.tree(t, order, c.monotone); r+1 >= least && gain < 2*sure {
			break
		}
	}
	for _, b := range order {
		out[b] = float32(t.change[b])
	}
}

// tree adds a tree to the change and returns what its first cut gains. Greedily, the leaf whose best cut gains most is cut as long
// as that gain is sure, the first at a tie. What is not sure is blended within the leaves.
func (o *grow) tree(t *tree, order []uint8, monotone int8) float64 {
	k := len(order)
	t.leaves = append(t.leaves[:0], leaf{hi: k, g: t.g[k], h: t.h[k], n: t.n[k], low: -inf, high: inf})
	o.cut(t, &t.leaves[0], monotone)
	first := t.leaves[0].gain
	for len(t.leaves) < o.leaves {
		best := 0
		for l := range t.leaves {
			if t.leaves[l].gain > t.leaves[best].gain {
				best = l
			}
		}
		if t.leaves[best].gain <= o.sure {
			break
		}
		left, right := o.part(t, t.leaves[best], monotone)
		o.cut(t, &left, monotone)
		o.cut(t, &right, monotone)
		t.leaves[best] = left
		t.leaves = append(t.leaves, right)
	}
	for l := range t.leaves {
		o.blend(t, order, &t.leaves[l])
	}
	return first
}

// value returns the best change of a leaf or of a part of it.
func (o *grow) value(l *leaf, g, h float64) float64 {
	return min(max(g/(h+o.lambda), l.low, -steep), l.high, steep)
}

// part cuts a leaf in two at its best cut. On a monotone column neither side may cross the middle of the two values.
func (o *grow) part(t *tree, l leaf, monotone int8) (left, right leaf) {
	left = leaf{lo: l.lo, hi: l.cut, low: l.low, high: l.high}
	right = leaf{lo: l.cut, hi: l.hi, low: l.low, high: l.high}
	left.g, left.h, left.n = t.g[l.cut]-t.g[l.lo], t.h[l.cut]-t.h[l.lo], t.n[l.cut]-t.n[l.lo]
	right.g, right.h, right.n = t.g[l.hi]-t.g[l.cut], t.h[l.hi]-t.h[l.cut], t.n[l.hi]-t.n[l.cut]
	if monotone != 0 {
		mid := (o.value(&l, left.g, left.h) + o.value(&l, right.g, right.h)) / 2
		if monotone > 0 {
			left.high, right.low = mid, mid
		} else {
			left.low, right.high = mid, mid
		}
	}
	return left, right
}

// cut finds the cut of a leaf that gains most, the first at a tie, and writes the gain of every cut to t.weight; -1 where there may be
// none.
func (o *grow) cut(t *tree, l *leaf, monotone int8) {
	l.gain = 0
	all := l.g * l.g / (l.h + o.lambda)
	g0, h0, n0 := t.g[l.lo], t.h[l.lo], t.n[l.lo]
	for p := l.lo + 1; p < l.hi; p++ {
		t.weight[p] = -1
		ln := t.n[p] - n0
		if ln < o.minLeaf || l.n-ln < o.minLeaf || t.n[p] == t.n[p-1] {
			continue
		}
		lg := t.g[p] - g0
		rg := l.g - lg
		a := t.h[p] - h0 + o.lambda
		b := l.h + 2*o.lambda - a
		if monotone != 0 && (o.value(l, lg, a-o.lambda)-o.value(l, rg, b-o.lambda))*float64(monotone) > 0 {
			continue
		}
		gain := max(0, float64(float64(lg*lg)*b+float64(rg*rg)*a)/(a*b)-all)
		t.weight[p] = gain
		if gain > l.gain {
			l.gain, l.cut = gain, p
		}
	}
}

// blend changes the bins of a leaf by the mean over all its cuts in two, each weighted by exp(gain/2) as the likelihood of a cut is,
// tempered by heat. A cut that stands out has all the weight; where nothing does, the mean is smooth and small, which a single
// best cut is not: it fits the noise.
func (o *grow) blend(t *tree, order []uint8, l *leaf) {
	g0, h0 := t.g[l.lo], t.h[l.lo]
	var sum, at float64
	for p := l.lo + 1; p < l.hi; p++ {
		w := t.weight[p]
		t.weight[p] = 0
		if d := (w - l.gain) / (2 * o.heat); w >= 0 && d > -20 {
			t.weight[p] = math.Exp(d)
			sum += t.weight[p]
		}
	}
	if sum == 0 {
		at = o.value(l, l.g, l.h)
	}
	for p := l.lo + 1; p < l.hi; p++ {
		if w := t.weight[p]; w > 0 {
			left, right := o.value(l, t.g[p]-g0, t.h[p]-h0), o.value(l, l.g-t.g[p]+g0, l.h-t.h[p]+h0)
			at += w / sum * left
			t.weight[p] = w / sum * (right - left)
		}
	}
	for p := l.lo; p < l.hi; p++ {
		if p > l.lo {
			at += t.weight[p]
		}
		t.change[order[p]] += o.rate * at
	}
}

// steep is how far a tree may move a leaf before the rate: where the curvature is all but gone a Newton step leads nowhere.
const steep = 3
