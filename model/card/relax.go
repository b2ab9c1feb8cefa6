package card

import (
	"math"

	"github.com/rettidig/rettidig/model/metric"
)

// relaxed returns what no weights on the given lines bring loss + ridge/2 * |weights|^2 below. Where the
// fit ends, the objective's slope g is not quite zero; as it curves by ridge or more along every line, what is
// left to gain there is at most |g|^2 / (2 ridge).
func (f *finder) relaxed(lines []candidate, yes [][]int32) float64 {
	k, n := len(lines)+1, len(f.s.rows)
	beta, eta := make([]float64, k), make([]float64, n)
	beta[0] = f.root.beta[0]
	loss := func(b []float64) float64 {
		for i := range eta {
			eta[i] = b[0]
		}
		var s float64
		for j, rows := range yes {
			for _, i := range rows {
				eta[i] += b[j+1]
			}
			s += ridge / 2 * b[j+1] * b[j+1]
		}
		for i, e := range eta {
			s += f.s.v[i] * metric.LoglossOf(e, f.s.y[i])
		}
		return s
	}
	now := loss(beta)
	res, curv, on := make([]float64, n), make([]float64, n), make([]float64, n)
	for range 30 {
		g, h := make([]float64, k), make([]float64, k*k)
		for i, e := range eta {
			p := 1 / (1 + math.Exp(-e))
			res[i], curv[i] = f.s.v[i]*(f.s.y[i]-p), f.s.v[i]*p*(1-p)
			g[0] += res[i]
			h[0] += curv[i]
		}
		for j, rows := range yes {
			a := j + 1
			clear(on)
			for _, i := range rows {
				on[i] = curv[i]
				g[a] += res[i]
				h[a*k] += curv[i]
			}
			for m := range j + 1 {
				for _, i := range yes[m] {
					h[a*k+m+1] += on[i]
				}
			}
			g[a] -= ridge * beta[a]
			h[a*k+a] += ridge
		}
		var left float64
		for _, v := range g {
			left += v * v
		}
		if left < 1e-10 {
			return now - left/(2*ridge) - slack
		}
		if !cholesky(h, g) {
			break
		}
		moved := false
		for share := 1.0; share > 1e-4 && !moved; share /= 2 {
			next := make([]float64, k)
			for a := range next {
				next[a] = beta[a] + share*g[a]
			}
			if l := loss(next); l <= now {
				beta, now, moved = next, l, true
			}
		}
		if !moved {
			loss(beta)
			break
		}
	}
	return 0 // it did not settle; no loss is below this
}
