package gam

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// slowStep is one step on one column as the comments define it, from the rows and with nothing shared: residual and curvature of each
// row that is not held out, all trees by trying every cut, and each bin's change as a mean over cuts.
func slowStep(o grow, c *binned, res, cur []float64, held []bool) []float64 {
	g, h, n := make([]float64, c.bins), make([]float64, c.bins), make([]float64, c.bins)
	for i, b := range c.fine {
		if !held[i] {
			g[b], h[b], n[b] = g[b]+res[i], h[b]+cur[i], n[b]+1
		}
	}
	out := make([]float64, c.bins)
	if n[0] >= o.minLeaf {
		// Two trees one after the other, each taking the same share of what is left.
		out[0] = (o.rate + (1-o.rate)*o.rate) * g[0] / (h[0] + o.lambda)
	}
	if c.Levels != nil {
		slowLevels(o, g, h, out)
		return out
	}
	for r := range most {
		var order []int
		for b := 1; b < c.bins; b++ {
			order = append(order, b)
		}
		rest := func(b int) float64 { return g[b] - h[b]*out[b] }
		sum := func(lo, hi int) (sg, sh, sn float64) {
			for _, b := range order[lo:hi] {
				sg, sh, sn = sg+rest(b), sh+h[b], sn+n[b]
			}
			return sg, sh, sn
		}
		value := func(lo, hi int) float64 {
			sg, sh, _ := sum(lo, hi)
			return math.Max(-steep, math.Min(steep, sg/(sh+o.lambda)))
		}
		gain := func(lo, p, hi int) float64 {
			lg, lh, ln := sum(lo, p)
			rg, rh, rn := sum(p, hi)
			if _, _, last := sum(p-1, p); ln < o.minLeaf || rn < o.minLeaf || last == 0 {
				return -1
			}
			return math.Max(0, lg*lg/(lh+o.lambda)+rg*rg/(rh+o.lambda)-(lg+rg)*(lg+rg)/(lh+rh+o.lambda))
		}
		bestCut := func(lo, hi int) (at int, best float64) {
			for p := lo + 1; p < hi; p++ {
				if v := gain(lo, p, hi); v > best {
					at, best = p, v
				}
			}
			return at, best
		}
		ends := []int{0, len(order)}
		_, first := bestCut(0, len(order))
		for len(ends)-1 < o.leaves {
			at, best := 0, 0.0
			for e := 1; e < len(ends); e++ {
				if p, v := bestCut(ends[e-1], ends[e]); v > best {
					at, best = p, v
				}
			}
			if best <= o.sure {
				break
			}
			ends = append(ends, at)
			sort.Ints(ends)
		}
		change := make(map[int]float64)
		for e := 1; e < len(ends); e++ {
			lo, hi := ends[e-1], ends[e]
			var total float64
			mean := make(map[int]float64)
			for p := lo + 1; p < hi; p++ {
				v := gain(lo, p, hi)
				if v < 0 {
					continue
				}
				w := math.Exp(v / 2 / o.heat)
				total += w
				for k := lo; k < hi; k++ {
					if k < p {
						mean[k] += w * value(lo, p)
					} else {
						mean[k] += w * value(p, hi)
					}
				}
			}
			for k := lo; k < hi; k++ {
				if total == 0 {
					change[order[k]] = value(lo, hi)
				} else {
					change[order[k]] = mean[k] / total
				}
			}
		}
		for b, v := range change {
			out[b] += o.rate * v
		}
		if r+1 >= least && first < 2*sure {
			break
		}
	}
	return out
}

func TestStepEqualsItsSlowTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		n := rapid.IntRange(5, 300).Draw(rt, "rows")
		x, y := make([]float64, n), make([]float64, n)
		levels := []string{"a", "b", "c", "d", "e", "f", "g"}
		for i := range x {
			x[i], y[i] = float64(rng.IntN(len(levels))), float64(rng.IntN(2))
			if rng.IntN(5) == 0 {
				x[i] = nan
			} else if x[i] > 3 && rng.IntN(4) > 0 {
				y[i] = 1
			}
		}
		c := binNumeric(x, nil, 256, 32)
		if rapid.Bool().Draw(rt, "levels") {
			c = binLevels(x, nil, levels, 256, 32)
		}
		o := grow{leaves: rapid.IntRange(1, 4).Draw(rt, "leaves"), rate: 0.3, lambda: 1, minLeaf: 3, unit: 1.0 / whole, heat: 2,
			sure: rapid.SampledFrom([]float64{0, 3}).Draw(rt, "sure")}
		d := &data{cols: []binned{c}, y: make([]float32, n), unit: 1, offset: make([]float32, n)}
		held := make([]bool, n)
		for i := range held {
			d.y[i], held[i] = float32(y[i]), rng.IntN(6) == 0
			d.offset[i] = float32(rng.NormFloat64()) // no two levels tie but for rounding
		}
		b := newBag(d, held)
		b.begin()
		b.turn(&o)
		res, cur := make([]float64, n), make([]float64, n)
		for i := range res {
			p := 1 / (1 + math.Exp(-float64(d.offset[i])))
			res[i], cur[i] = y[i]-p, p*(1-p)
		}
		want := slowStep(o, &c, res, cur, held)
		assert.InDeltaSlice(rt, want, b.shape[0][:c.bins], 1e-4)

		// What the rows were moved by is what the shape says.
		b.settle()
		for i, k := range c.fine {
			assert.InDelta(rt, float64(d.offset[i])+b.shape[0][k], float64(b.score[i]), 1e-5)
		}
	})
}

func TestPairStepEqualsItsSlowTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		rows, cols := rapid.IntRange(1, 6).Draw(rt, "rows"), rapid.IntRange(1, 6).Draw(rt, "cols")
		o := grow{rate: 0.3, lambda: 1, minLeaf: 3, unit: 1.0 / whole, pairHeat: 0.5}
		var g [cells]int64
		var h, n [cells]float64
		for a := range rows {
			for b := range cols {
				c := a<<5 | b
				n[c] = float64(rng.IntN(4))
				h[c], g[c] = n[c]*0.2, int64(n[c]*rng.NormFloat64()*whole)
			}
		}
		var got [cells]float32
		o.stepPair(new(pairTable), rows, cols, &g, &h, &n, &got)

		var want [cells]float64
		var total float64
		for s := 1; s < rows; s++ {
			for u := 1; u < cols; u++ {
				quad := func(a, b int) int {
					q := 0
					if a >= s {
						q = 2
					}
					if b >= u {
						q++
					}
					return q
				}
				var qg, qh, qn [4]float64
				var ag, ah, gain float64
				for a := range rows {
					for b := range cols {
						c, q := a<<5|b, quad(a, b)
						v := float64(g[c]) / whole
						qg[q], qh[q], qn[q] = qg[q]+v, qh[q]+h[c], qn[q]+n[c]
						ag, ah = ag+v, ah+h[c]
					}
				}
				var value [4]float64
				enough := 0
				for q := range value {
					if qn[q] >= o.minLeaf {
						value[q] = qg[q] / (qh[q] + 1)
						gain += qg[q] * value[q]
						value[q] = math.Max(-steep, math.Min(steep, value[q]))
						enough++
					}
				}
				if enough < 2 {
					continue
				}
				w := math.Exp(math.Max(0, gain-ag*ag/(ah+1)) / o.pairHeat)
				total += w
				for a := range rows {
					for b := range cols {
						want[a<<5|b] += w * value[quad(a, b)]
					}
				}
			}
		}
		for c := range want {
			if total > 0 {
				want[c] *= o.rate / total
			}
			assert.InDelta(rt, want[c], float64(got[c]), 1e-4, "cell %d, %d", c>>5, c&31)
		}
	})
}

func TestContrastIsZeroForAdditiveAndFindsTheInteraction(t *testing.T) {
	var g, h [cells]float64
	for a := 1; a < 5; a++ {
		for b := 1; b < 5; b++ {
			h[a<<5|b] = 10
			g[a<<5|b] = 10 * (0.3*float64(a) - 0.2*float64(b))
		}
	}
	assert.InDelta(t, 0, contrast(5, 5, &g, &h), 1e-9)
	// By hand: 0.1 more where both are above 2. Each quadrant has 4 cells of curvature 10, so the contrast of means is 0.1 and its
	// variance 4/40: chi-square 0.01/0.1.
	for a := 3; a < 5; a++ {
		for b := 3; b < 5; b++ {
			g[a<<5|b] += 10 * 0.1
		}
	}
	assert.InDelta(t, 0.1, contrast(5, 5, &g, &h), 1e-9)
}

func TestStepOnAMonotoneColumnNeverTurns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 3))
		sign := rapid.SampledFrom([]int8{-1, 1}).Draw(rt, "sign")
		c := binned{bins: 21, monotone: sign}
		o := grow{leaves: 6, rate: 1, lambda: 0.1, minLeaf: 1, unit: 1.0 / whole, heat: 2}
		var g [maxBins]int64
		var h, n [maxBins]float64
		for b := 1; b < c.bins; b++ {
			n[b], h[b] = 5, 1
			g[b] = int64((0.2*float64(sign)*float64(b) + rng.NormFloat64()*3) * whole)
		}
		var out [maxBins]float32
		o.step(new(tree), &c, nil, &g, &h, &n, &out)
		for b := 2; b < c.bins; b++ {
			if (out[b]-out[b-1])*float32(sign) < -1e-6 {
				rt.Fatalf("turns at bin %d: %v", b, out[:c.bins])
			}
		}
	})
}
