package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// block is a group of drivers that go together, directly or through others.
type block struct {
	drivers []int
	factor  [][]float64 // lower triangular, of the normal correlation
}

// blocks groups the drivers by the correlations between them; drivers without any are in no block. Correlations that
// cannot all hold are an error that says which would.
func blocks(ids []string, given []proposal.Corr) ([]block, error) {
	at := func(id string) int { return slices.Index(ids, id) }
	group := make([]int, len(ids))
	for i := range group {
		group[i] = i
	}
	var kept []proposal.Corr // of drivers that are drawn: a scenario may have fixed the others
	for _, c := range given {
		if i, j := at(c.Of[0]), at(c.Of[1]); i >= 0 && j >= 0 && c.Rank != 0 {
			kept = append(kept, c)
			from, to := max(group[i], group[j]), min(group[i], group[j])
			for k := range group {
				if group[k] == from {
					group[k] = to
				}
			}
		}
	}
	var out []block
	for first := range ids {
		var b block
		for i, g := range group {
			if g == first {
				b.drivers = append(b.drivers, i)
			}
		}
		if len(b.drivers) < 2 {
			continue
		}
		r := identity(len(b.drivers))
		for _, c := range kept {
			i, j := slices.Index(b.drivers, at(c.Of[0])), slices.Index(b.drivers, at(c.Of[1]))
			if i >= 0 && j >= 0 {
				r[i][j] = c.Rank
				r[j][i] = c.Rank
			}
		}
		var ok bool
		if b.factor, ok = cholesky(normalOf(r)); !ok {
			return nil, impossible(ids, b.drivers, r)
		}
		out = append(out, b)
	}
	return out, nil
}

// normalOf is the correlation of two normal variables whose rank correlation is r: 2 sin(pi r / 6), Pearson (1907).
func normalOf(r [][]float64) [][]float64 {
	out := identity(len(r))
	for i := range r {
		for j := range r {
			if i != j {
				out[i][j] = 2 * math.Sin(math.Pi*r[i][j]/6)
			}
		}
	}
	return out
}

func identity(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
		out[i][i] = 1
	}
	return out
}

// cholesky factors a positive semi-definite matrix; ok is false for one that is not, by more than rounding.
func cholesky(c [][]float64) (l [][]float64, ok bool) {
	if least(c) < -1e-9 {
		return nil, false
	}
	n := len(c)
	l = make([][]float64, n)
	for i := range l {
		l[i] = make([]float64, n)
		for j := 0; j <= i; j++ {
			x := c[i][j]
			for k := range j {
				x -= float64(l[i][k] * l[j][k])
			}
			switch {
			case i == j && x > 1e-9:
				l[i][i] = math.Sqrt(x)
			case i != j && l[j][j] > 0:
				l[i][j] = x / l[j][j]
			} // what follows from earlier ones alone adds nothing of its own
		}
	}
	return l, true
}

func symmetric(c [][]float64) *mat.SymDense {
	s := mat.NewSymDense(len(c), nil)
	for i := range c {
		for j := i; j < len(c); j++ {
			s.SetSym(i, j, c[i][j])
		}
	}
	return s
}

// least is the smallest eigenvalue.
func least(c [][]float64) float64 {
	var e mat.EigenSym
	if !e.Factorize(symmetric(c), false) {
		return math.NaN() // compares as not less: a 2-digit matrix of a dozen parameters always factorises
	}
	return slices.Min(e.Values(nil))
}

// impossible says that the rank correlations r cannot all hold at once, and the nearest that can, with two decimals.
func impossible(ids []string, drivers []int, r [][]float64) error {
	near := nearest(normalOf(r))
	var ranks [][]float64
	for shrink := 0.0; ; shrink += 0.01 { // the nearest lies on the edge of what is possible; rounding must not cross it
		ranks = identity(len(r))
		for i := range r {
			for j := range r {
				if i != j {
					ranks[i][j] = math.Round(600/math.Pi*math.Asin((1-shrink)*near[i][j]/2)) / 100
				}
			}
		}
		if least(normalOf(ranks)) >= 0 {
			break
		}
	}
	var pairs []string
	for i := range r {
		for j := range i {
			if r[i][j] != 0 || ranks[i][j] != 0 {
				pairs = append(pairs, fmt.Sprintf("%s and %s %.2f (asked %g)", ids[drivers[j]], ids[drivers[i]], ranks[i][j], r[i][j]))
			}
		}
	}
	return fmt.Errorf("correlations: these cannot all hold at once (the matrix is not positive semi-definite: least eigenvalue %.3f). Nearest that can: %s",
		least(normalOf(r)), strings.Join(pairs, ", "))
}

// nearest is the correlation matrix nearest to c (Frobenius): alternating projections, Higham (2002), Computing the
// nearest correlation matrix, algorithm 3.3. Close enough for two decimals.
func nearest(c [][]float64) [][]float64 {
	n := len(c)
	y, ds := symmetric(c), mat.NewSymDense(n, nil)
	for range 500 {
		r := minus(y, ds)
		var e mat.EigenSym
		e.Factorize(r, true)
		var v mat.Dense
		e.VectorsTo(&v)
		x := mat.NewSymDense(n, nil)
		for k, value := range e.Values(nil) {
			if value > 0 {
				x.SymRankOne(x, value, v.ColView(k))
			}
		}
		ds = minus(x, r)
		y.CopySym(x)
		for i := range n {
			y.SetSym(i, i, 1)
		}
	}
	out := identity(n)
	for i := range n {
		for j := range n {
			out[i][j] = y.At(i, j)
		}
	}
	return out
}

func minus(a, b *mat.SymDense) *mat.SymDense {
	out := mat.NewSymDense(a.SymmetricDim(), nil)
	for i := range a.SymmetricDim() {
		for j := range i + 1 {
			out.SetSym(i, j, a.At(i, j)-b.At(i, j))
		}
	}
	return out
}

// uniforms draws n numbers in (0, 1) for each driver, one from each of n equal strata. Each driver has a stream of its
// own; drivers of a block are put into the order that a normal copula with just the wanted correlation gives them
// (Iman and Conover 1982), so that each keeps its strata.
func uniforms(seed uint64, ids []string, bs []block, n int) [][]float64 {
	u := make([][]float64, len(ids))
	for i, id := range ids {
		u[i] = businesscase.Stratified(seed, id, n)
	}
	for _, b := range bs {
		b.order(u, n)
	}
	return u
}

func (b block) order(u [][]float64, n int) {
	m := len(b.drivers)
	z := make([][]float64, m)
	for j, d := range b.drivers {
		z[j] = make([]float64, n)
		for i, x := range u[d] {
			z[j][i] = normal(x)
		}
	}
	// What the draws go together by chance is taken out: z = chance x independent.
	chance := identity(m)
	for i := range m {
		for j := range i {
			chance[i][j] = dot(z[i], z[j]) / math.Sqrt(dot(z[i], z[i])*dot(z[j], z[j]))
			chance[j][i] = chance[i][j]
		}
	}
	if l, ok := cholesky(chance); ok {
		for i := range n {
			for j := range m {
				x := z[j][i]
				for k := range j {
					x -= float64(l[j][k] * z[k][i])
				}
				if l[j][j] > 0 {
					x /= l[j][j]
				}
				z[j][i] = x
			}
		}
	}
	y := make([]float64, n)
	place := make([]int, n)
	for j, d := range b.drivers {
		for i := range n {
			y[i], place[i] = 0, i
			for k := 0; k <= j; k++ {
				y[i] += float64(b.factor[j][k] * z[k][i])
			}
		}
		slices.SortFunc(place, func(a, c int) int {
			switch {
			case y[a] < y[c]:
				return -1
			case y[a] > y[c]:
				return 1
			}
			return a - c
		})
		sorted := slices.Clone(u[d])
		slices.Sort(sorted)
		for rank, i := range place {
			u[d][i] = sorted[rank]
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}
