package boost

import (
	"math"

	"github.com/rettidig/rettidig/model/tree"
)

// walk returns the leaf a row reaches and the columns asked on the way, following the words of tree.Node.
func walk(e *tree.Ensemble, t tree.Tree, row func(j int) float64) (leaf int, asked []int) {
	n := 0
	for t.Nodes[n].Column >= 0 {
		nd := t.Nodes[n]
		x := row(int(nd.Column))
		asked = append(asked, int(nd.Column))
		left := x <= nd.Threshold
		if levels := len(e.Columns[nd.Column].Levels); levels > 0 {
			l := int(x)
			if x != x || x < 0 || x != math.Trunc(x) || l >= levels {
				left = nd.MissingLeft
			} else {
				left = nd.Set[l/64]>>(l%64)&1 == 1
			}
		} else if x != x {
			left = nd.MissingLeft
		}
		if n = int(nd.Right); left {
			n = int(nd.Left)
		}
	}
	return n, asked
}

// logOdds returns those of each row of a table, without the offset.
func logOdds(e *tree.Ensemble, x [][]float64) []float64 {
	out := make([]float64, len(x[0]))
	for i := range out {
		out[i] = e.Base
		for _, t := range e.Trees {
			leaf, _ := walk(e, t, func(j int) float64 { return x[j][i] })
			out[i] += t.Nodes[leaf].Value
		}
	}
	return out
}

// rule is a way to divide rows: true goes left.
type rule func(i int) bool

// rules are all ways the options allow to divide the rows by one column. A column's values are few enough
// for each to have a bin.
func rules(t Table, j int, rows []int, opt Options) []rule {
	x := t.X[j]
	missing := func(i int) bool {
		if t.categorical(j) {
			_, ok := level(x[i], len(t.Levels[j]))
			return !ok
		}
		return x[i] != x[i]
	}
	var out []rule
	if !t.categorical(j) {
		for _, k := range rows {
			for _, side := range []bool{false, true} {
				out = append(out, func(i int) bool {
					if missing(i) {
						return side
					}
					return x[i] <= x[k]
				})
			}
		}
		return out
	}
	// A level: its number, or -1 for what is missing.
	of := func(i int) int {
		if missing(i) {
			return -1
		}
		return int(x[i])
	}
	var present []int
	for _, i := range rows {
		known := false
		for _, l := range present {
			known = known || l == of(i)
		}
		if !known {
			present = append(present, of(i))
		}
	}
	for subset := 1; subset < 1<<len(present)-1; subset++ {
		one := subset&(subset-1) == 0
		if len(present) <= opt.OneVsRest && !one {
			continue
		}
		out = append(out, func(i int) bool {
			for k, l := range present {
				if l == of(i) {
					return subset>>k&1 == 1
				}
			}
			return false
		})
	}
	return out
}

// sums are G, H and the number of rows that go left (or right).
func sums(rows []int, g, h []float64, r rule, left bool) (sg, sh float64, n int) {
	for _, i := range rows {
		if r(i) == left {
			sg += g[i]
			sh += h[i]
			n++
		}
	}
	return sg, sh, n
}

// twinFall is the fall of the loss of a leaf at its best value within bounds, found by looking: no formula
// is shared with the code. The loss g·v + ½(h+λ)v² + α|v| is convex.
func twinFall(g, h, lambda, alpha, lower, upper float64) (fall, value float64) {
	loss := func(v float64) float64 { return g*v + 0.5*(h+lambda)*v*v + alpha*math.Abs(v) }
	lo, hi := max(lower, -1e3), min(upper, 1e3)
	for range 300 {
		a, b := lo+(hi-lo)/3, hi-(hi-lo)/3
		if loss(a) <= loss(b) {
			hi = b
		} else {
			lo = a
		}
	}
	v := (lo + hi) / 2
	for _, edge := range []float64{0, lower, upper} {
		if edge >= lower && edge <= upper && !math.IsInf(edge, 0) && loss(edge) < loss(v) {
			v = edge
		}
	}
	return -loss(v), v
}

// apart tells whether a rule puts all values on one side and what is missing on the other.
func apart(x []float64, rows []int, r rule) bool {
	for _, i := range rows {
		for _, k := range rows {
			if (x[i] == x[i]) == (x[k] == x[k]) != (r(i) == r(k)) {
				return false
			}
		}
	}
	return true
}

// twinGain returns the gain of a rule about x, -1 if it is not allowed.
func twinGain(x []float64, rows []int, g, h []float64, r rule, opt Options, monotone int8) float64 {
	gl, hl, nl := sums(rows, g, h, r, true)
	gr, hr, nr := sums(rows, g, h, r, false)
	if nl < opt.MinRows || nr < opt.MinRows || hl < opt.MinChild || hr < opt.MinChild {
		return -1
	}
	inf := math.Inf(1)
	fl, vl := twinFall(gl, hl, opt.Lambda, opt.Alpha, -inf, inf)
	fr, vr := twinFall(gr, hr, opt.Lambda, opt.Alpha, -inf, inf)
	if (vl-vr)*float64(monotone) > 1e-9 && !apart(x, rows, r) {
		return -1
	}
	now, _ := twinFall(gl+gr, hl+hr, opt.Lambda, opt.Alpha, -inf, inf)
	if gain := fl + fr - now; gain > opt.MinGain {
		return gain
	}
	return -1
}
