package gam

import (
	"cmp"
	"math"
	"slices"

	"github.com/rettidig/rettidig/internal/parallel"
)

// pair is two columns, a < b, and how strongly they interact.
type pair struct {
	a, b  int
	score float64
}

// rank orders pairs of columns by FAST (Lou et al. 2013, section 4): each pair is cut once along each column, and its score is the
// best such table's. Where FAST takes the fall in squared error of the four quadrants, the score here is the chi-square of the
// interaction alone (one degree of freedom, what remains of the four quadrants after their additive part), so that what the terms
// on one column have left undone earns a pair nothing. Levels stand in their places. Ties go to the lower columns.
func (d *data) rank(u unexplained, places [][]uint8, workers int) []pair {
	// Both sums in one whole number: gradient above, curvature below; neither can overflow its half.
	scale := math.Exp2(math.Floor(math.Log2(float64(1<<30) / max(u.total, 1))))
	both := make([]int64, len(u.residual))
	for i, r := range u.residual {
		both[i] = int64(math.RoundToEven(float64(r)*scale))<<32 + int64(math.RoundToEven(float64(u.curvature[i])*scale))
	}
	per := make([][]pair, len(d.cols))
	parallel.For(len(d.cols), workers, func(a int) {
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
				c = placed(c, places[a], places[b])
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

// stepPair fits trees of four leaves to the histogram of a pair and writes what each cell's score changes by: each tree cuts both
// columns once (Lou et al. 2013, section 4.3, with the same cut on both sides), and the change is the mean over all such trees, weighted
// as in blend. A leaf without rows enough stays as it is.
func (o *grow) stepPair(t *pairTable, rows, cols int, g *[cells]int64, h, n *[cells]float64, out *[cells]float32) {
	t.fill(rows, cols, o.unit, g, h, n)
	*out = [cells]float32{}
	best := -1.0
	for a := 1; a < rows; a++ {
		for b := 1; b < cols; b++ {
			v := o.gain(t, a, b, rows, cols)
			t.gain[a<<5|b] = v
			best = max(best, v)
		}
	}
	if best < 0 {
		return
	}
	// Each tree is four rectangles that reach to the last row and column: four corners of a table of differences.
	t.step = [cells]float64{}
	var sum float64
	for a := 1; a < rows; a++ {
		for b := 1; b < cols; b++ {
			gain := t.gain[a<<5|b]
			d := (gain - best) / o.pairHeat
			if gain < 0 || d < -20 {
				continue
			}
			w, v := math.Exp(d), o.values(t, a, b, rows, cols)
			sum += w
			t.step[0] += w * v[0]
			t.step[a<<5] += w * (v[2] - v[0])
			t.step[b] += w * (v[1] - v[0])
			t.step[a<<5|b] += w * (v[0] - v[1] - v[2] + v[3])
		}
	}
	for a := range rows {
		var line float64
		for b := range cols {
			c := a<<5 | b
			line += t.step[c]
			t.step[c] = line
			if a > 0 {
				t.step[c] += t.step[c-maxPairBins]
			}
			out[c] = float32(o.rate * t.step[c] / sum)
		}
	}
}

// gain returns what a tree gains that cuts both columns once, the rows before place a and the columns before place b; -1 if there are
// too few rows to cut here.
func (o *grow) gain(t *pairTable, a, b, rows, cols int) float64 {
	at, left, up, end := a*stride+b, a*stride+cols, rows*stride+b, rows*stride+cols
	gain, enough := 0.0, 0
	leaf := func(g, h, n float64) {
		if n >= o.minLeaf {
			gain += float64(g * (g / (h + o.lambda)))
			enough++
		}
	}
	g, h, n := &t.g, &t.h, &t.n
	leaf(g[at], h[at], n[at])
	leaf(g[left]-g[at], h[left]-h[at], n[left]-n[at])
	leaf(g[up]-g[at], h[up]-h[at], n[up]-n[at])
	leaf(g[end]-g[left]-g[up]+g[at], h[end]-h[left]-h[up]+h[at], n[end]-n[left]-n[up]+n[at])
	if enough < 2 {
		return -1
	}
	return max(0, gain-float64(g[end]*g[end])/(h[end]+o.lambda))
}

// values returns by how much such a tree moves its leaves: before and before, before and after, after and before, after and after.
func (o *grow) values(t *pairTable, a, b, rows, cols int) (value [4]float64) {
	part := func(s *[stride * stride]float64) [4]float64 {
		v, left, up, all := s[a*stride+b], s[a*stride+cols], s[rows*stride+b], s[rows*stride+cols]
		return [4]float64{v, left - v, up - v, all - left - up + v}
	}
	g, h, n := part(&t.g), part(&t.h), part(&t.n)
	for k := range value {
		if n[k] >= o.minLeaf {
			value[k] = min(max(g[k]/(h[k]+o.lambda), -steep), steep)
		}
	}
	return value
}

// pairTable is the workspace of a step on a pair: at (a, b), the sums over the cells before a and before b.
type pairTable struct {
	g, h, n [stride * stride]float64
	gain    [cells]float64
	step    [cells]float64
}

const stride = maxPairBins + 1

func (t *pairTable) fill(rows, cols int, unit float64, g *[cells]int64, h, n *[cells]float64) {
	for a := range rows {
		var lg, lh, ln float64
		for b := range cols {
			c, at := a<<5|b, (a+1)*stride+b+1
			lg, lh, ln = lg+float64(g[c])*unit, lh+h[c], ln+n[c]
			t.g[at], t.h[at], t.n[at] = lg+t.g[at-stride], lh+t.h[at-stride], ln+t.n[at-stride]
		}
	}
}
