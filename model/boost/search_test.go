package boost

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bestCut is the largest gain over all cuts of a numeric column, with what is missing on either side and alone, found
// by adding bins and looking for the leaves' values; 0 if there is none. A monotone order is kept to within slack.
func bestCut(s *search, c *column, cells []cell, rows []int64, slack float64) (best float64) {
	fall := func(g, h int64) (float64, float64) {
		return twinFall(float64(g)*s.gradient, float64(h)*s.hessian, s.lambda, s.alpha, s.lower, s.upper)
	}
	now, _ := fall(s.gradientOf(s.total), s.hessianOf(s.total))
	try := func(goes func(bin int) bool, alone bool) {
		var g, h, n [2]int64
		for b, cell := range cells {
			side := 0
			if goes(b) {
				side = 1
			}
			g[side], h[side], n[side] = g[side]+s.gradientOf(cell), h[side]+s.hessianOf(cell), n[side]+rows[b]
		}
		if min(h[0], h[1]) < s.minHessian || min(n[0], n[1]) < s.minRows {
			return
		}
		right, vr := fall(g[0], h[0])
		left, vl := fall(g[1], h[1])
		if c.monotone != 0 && !alone && (vl-vr)*float64(c.monotone) > slack {
			return
		}
		if gain := left + right - now; gain > s.minGain {
			best = max(best, gain)
		}
	}
	for cut := range c.values {
		try(func(b int) bool { return b <= cut }, false)
		try(func(b int) bool { return b <= cut || b == c.values }, false)
	}
	try(func(b int) bool { return b < c.values }, true)
	return best
}

// TestTheSearchTakesTheBestOfAllCuts under every rule there is: penalties, least hessian, rows and gain, an order, and
// bounds that were handed down; with rows counted in the cells and apart.
func TestTheSearchTakesTheBestOfAllCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPacking(rapid.SampledFrom([]int{1000, counted + 1}).Draw(t, "rows"))
		p.gradient, p.hessian = 1.0/16, 1.0/16
		c := &column{values: rapid.IntRange(1, 6).Draw(t, "values"), monotone: rapid.SampledFrom([]int8{0, 0, 1, -1}).Draw(t, "monotone")}
		s := search{packing: p, opt: &Options{}, minHessian: rapid.Int64Range(1, 12).Draw(t, "least hessian"), minRows: rapid.Int64Range(1, 3).Draw(t, "least rows"),
			lambda: rapid.SampledFrom([]float64{0.5, 2}).Draw(t, "lambda"), alpha: rapid.SampledFrom([]float64{0, 0.4, 1.5}).Draw(t, "alpha"),
			minGain: rapid.SampledFrom([]float64{0, 0.21}).Draw(t, "least gain"), lower: math.Inf(-1), upper: math.Inf(1)}
		if rapid.Bool().Draw(t, "bounded") {
			s.lower, s.upper = rapid.Float64Range(-1, 0.3).Draw(t, "lower"), rapid.Float64Range(0.3, 1).Draw(t, "upper")
		}
		cells, rows := make([]cell, c.values+1), make([]int64, c.values+1)
		for b := range cells {
			for range rapid.IntRange(0, 3).Draw(t, "rows of a bin") {
				cells[b] += p.pack(rapid.Int64Range(-30, 30).Draw(t, "g"), rapid.Int64Range(1, 6).Draw(t, "h"))
				rows[b]++
			}
			s.total += cells[b]
			s.rows += rows[b]
		}
		if p.countBits == 0 {
			if rapid.Bool().Draw(t, "counted apart") {
				s.counts = rows
			} else {
				s.minRows = 1 // nobody looks, and a bin with a row has some hessian
			}
		}
		s.try(0, c, cells)
		got := s.best.gain
		require.GreaterOrEqual(t, got, bestCut(&s, c, cells, rows, -1e-6)-1e-6)
		require.LessOrEqual(t, got, bestCut(&s, c, cells, rows, 1e-6)+1e-6)
		if got > 0 {
			var left cell
			for b := range cells {
				if s.best.goesLeft(c, b) {
					left += cells[b]
				}
			}
			require.Equal(t, left, s.best.left, "the sum of what goes left")
		}
	})
}

// slowSet is the best gain of a categorical column, of a node whose levels all occur: each against the rest if there are few,
// otherwise cut in the order of G/(H+Smooth), with the charge for having chosen the order.
func slowSet(s *search, cells []cell, rows []int64) (best float64) {
	k := len(cells)
	g, h := make([]float64, k), make([]float64, k)
	var sg, sh float64
	for b, cell := range cells {
		g[b], h[b] = float64(s.gradientOf(cell))*s.gradient, float64(s.hessianOf(cell))*s.hessian
		sg, sh = sg+g[b], sh+h[b]
	}
	gain := func(goes func(b int) bool, lambda float64) float64 {
		var lg, lh float64
		var left, units int64
		for b, cell := range cells {
			if goes(b) {
				lg, lh, left, units = lg+g[b], lh+h[b], left+rows[b], units+s.hessianOf(cell)
			}
		}
		if min(left, s.rows-left) < s.minRows || min(units, s.hessianOf(s.total)-units) < s.minHessian {
			return 0
		}
		now, _ := twinFall(sg, sh, s.lambda, s.alpha, s.lower, s.upper)
		a, _ := twinFall(lg, lh, lambda, s.alpha, s.lower, s.upper)
		b, _ := twinFall(sg-lg, sh-lh, lambda, s.alpha, s.lower, s.upper)
		return a + b - now
	}
	for one := range k {
		if k <= s.opt.OneVsRest {
			best = max(best, gain(func(b int) bool { return b == one }, s.lambda))
			continue
		}
		key := func(b int) float64 { return g[b] / (h[b] + s.opt.Smooth) }
		cut := gain(func(b int) bool { return key(b) <= key(one) }, s.lambda+s.opt.CatLambda)
		best = max(best, cut-s.opt.CatCharge*float64(k-1)/math.Pi)
	}
	return best
}

// TestLevelsAreCutInTheirOrder, or one against the rest, whether rows are counted in the cells or apart.
func TestLevelsAreCutInTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPacking(rapid.SampledFrom([]int{1000, counted + 1}).Draw(t, "rows"))
		p.gradient, p.hessian = 1.0/16, 1.0/16
		k := rapid.IntRange(2, 7).Draw(t, "levels")
		c := &column{values: k - 1, levels: make([]uint8, k-1)}
		s := search{packing: p, minHessian: rapid.Int64Range(1, 12).Draw(t, "least hessian"), minRows: rapid.Int64Range(1, 3).Draw(t, "least rows"),
			lambda: 0.5, alpha: rapid.SampledFrom([]float64{0, 0.4}).Draw(t, "alpha"), lower: math.Inf(-1), upper: math.Inf(1),
			opt: &Options{OneVsRest: rapid.SampledFrom([]int{0, 0, 2, 4}).Draw(t, "one"), Smooth: rapid.SampledFrom([]float64{0, 3}).Draw(t, "smooth"),
				CatLambda: rapid.SampledFrom([]float64{0, 1}).Draw(t, "lambda of levels"), CatCharge: rapid.SampledFrom([]float64{0, 0.2}).Draw(t, "charge")}}
		cells, rows := make([]cell, k), make([]int64, k)
		seen := map[float64]bool{}
		for b := range cells {
			for range rapid.IntRange(1, 3).Draw(t, "rows of a level") {
				cells[b] += p.pack(rapid.Int64Range(-30, 30).Draw(t, "g"), rapid.Int64Range(1, 6).Draw(t, "h"))
				rows[b]++
			}
			s.total += cells[b]
			s.rows += rows[b]
			key := float64(p.gradientOf(cells[b])) / (float64(p.hessianOf(cells[b])) + 16*s.opt.Smooth)
			if seen[key] {
				return // which of two equal ones comes first is for another test
			}
			seen[key] = true
		}
		if p.countBits == 0 {
			s.counts = rows
		}
		s.try(0, c, cells)
		require.InDelta(t, slowSet(&s, cells, rows), s.best.gain, 1e-6)
		var left cell
		for b := range cells {
			if s.best.gain > 0 && s.best.goesLeft(c, b) {
				left += cells[b]
			}
		}
		require.Equal(t, left, s.best.left, "the sum of what goes left")
	})
}

// TestOfEqualLevelsTheFirstComesFirst: levels 0 and 1 are alike, and only one of them can go left, since level 2 alone
// has too little hessian for a side.
func TestOfEqualLevelsTheFirstComesFirst(t *testing.T) {
	p := newPacking(1000)
	p.gradient, p.hessian = 1.0/16, 1.0/16
	low, high := p.pack(-20, 4), p.pack(20, 3)
	s := search{packing: p, opt: &Options{}, minHessian: 4, minRows: 1, lambda: 1, lower: math.Inf(-1), upper: math.Inf(1), total: 2*low + high, rows: 3}
	s.try(0, &column{values: 3, levels: make([]uint8, 3)}, []cell{low, low, high, 0})
	require.Positive(t, s.best.gain)
	require.Equal(t, uint64(1), s.best.set[0]&0b111)
}
