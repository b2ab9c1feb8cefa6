package tree

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// coalition is the slow twin: what is expected of x if only the columns in known are known. Unknown ones go
// by the covers (Lundberg et al. 2018, algorithm 1).
func coalition(e *Ensemble, x []float64, known uint) float64 {
	sum := e.Base
	for t := range e.Trees {
		nodes := e.Trees[t].Nodes
		var from func(i int32) float64
		from = func(i int32) float64 {
			n := &nodes[i]
			switch {
			case n.Column < 0:
				return n.Value
			case known>>n.Column&1 == 0:
				below := nodes[n.Left].Cover + nodes[n.Right].Cover
				return nodes[n.Left].Cover/below*from(n.Left) + nodes[n.Right].Cover/below*from(n.Right)
			case goesLeft(e, n, x):
				return from(n.Left)
			}
			return from(n.Right)
		}
		sum += from(0)
	}
	return sum
}

// mixed is the slow twin with a background: unknown columns are those of each background row in turn.
func mixed(e *Ensemble, x []float64, background [][]float64, known uint) float64 {
	sum := 0.0
	for i := range background[0] {
		m := row(background, i)
		for j := range m {
			if known>>j&1 == 1 {
				m[j] = x[j]
			}
		}
		sum += plain(e, m)
	}
	return sum / float64(len(background[0]))
}

// shapley weighs every subset of p players.
func shapley(p int, worth func(known uint) float64) (phi []float64, pairs [][]float64) {
	v := make([]float64, 1<<p)
	for s := range v {
		v[s] = worth(uint(s))
	}
	factorial := func(n int) float64 { return math.Gamma(float64(n) + 1) }
	phi, pairs = make([]float64, p+1), make([][]float64, p)
	phi[p] = v[0]
	for i := range p {
		pairs[i] = make([]float64, p)
		for s := range v {
			k := bits.OnesCount(uint(s))
			if s>>i&1 == 0 {
				phi[i] += factorial(k) * factorial(p-k-1) / factorial(p) * (v[s|1<<i] - v[s])
			}
			for j := range p {
				if i != j && s>>i&1 == 0 && s>>j&1 == 0 {
					pairs[i][j] += factorial(k) * factorial(p-k-2) / (2 * factorial(p-1)) * (v[s|1<<i|1<<j] - v[s|1<<i] - v[s|1<<j] + v[s])
				}
			}
		}
	}
	return phi, pairs
}

func drawSmall(t *rapid.T) shape {
	return shape{
		levels: rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 2, 5, 130}), 1, 6).Draw(t, "levels"),
		trees:  rapid.IntRange(0, 3).Draw(t, "trees"),
		leaves: rapid.SampledFrom([]int{1, 2, 3, 8, 20, 40}).Draw(t, "leaves"),
	}
}

func TestContributionsAreTheShapleyValuesOfAllSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSmall(t)
		p := len(s.levels)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		e := grow(rng, s)
		x, background := row(values(rng, s, 1), 0), values(rng, s, 5)
		sc := e.Compile()
		got, square := make([]float64, p+1), make([]float64, (p+1)*(p+1))
		want, pairs := shapley(p, func(known uint) float64 { return coalition(e, x, known) })
		sc.Contributions(got, x)
		assert.InDeltaSlice(t, want, got, 1e-11, "path-dependent")

		sc.Interactions(square, x)
		for i := range p {
			alone := want[i]
			for j := range p {
				if i != j {
					alone -= pairs[i][j]
					assert.InDelta(t, pairs[i][j], square[i*(p+1)+j], 1e-11, "columns %d and %d", i, j)
				}
			}
			assert.InDelta(t, alone, square[i*(p+1)+i], 1e-11, "column %d alone", i)
			assert.Zero(t, square[i*(p+1)+p])
			assert.Zero(t, square[p*(p+1)+i])
		}
		assert.InDelta(t, want[p], square[p*(p+1)+p], 1e-11)

		want, _ = shapley(p, func(known uint) float64 { return mixed(e, x, background, known) })
		sc.Against(background).Contributions(got, x)
		assert.InDeltaSlice(t, want, got, 1e-11, "against a background")
	})
}

func TestContributionsAddUpToTheLogOdds(t *testing.T) {
	for _, s := range []shape{
		{levels: make([]int, 60), trees: 100, leaves: 31},
		{levels: append(make([]int, 40), 5, 70, 300), trees: 20, leaves: 200},
		{levels: []int{0, 0, 5, 70, 300}, trees: 200, leaves: 65},
		{levels: make([]int, 300), trees: 3, leaves: 500},
	} {
		rng := rand.New(rand.NewPCG(3, 1))
		e, x := grow(rng, s), values(rng, s, 20)
		sc, dst := e.Compile(), make([]float64, len(s.levels)+1)
		b := sc.Against(values(rng, s, 3))
		for i := range 20 {
			r := row(x, i)
			for name, f := range map[string]func(dst, x []float64){"path-dependent": sc.Contributions, "background": b.Contributions} {
				f(dst, r)
				sum := 0.0
				for _, v := range dst {
					sum += v
				}
				assert.InDelta(t, sc.LogOdds(r), sum, 1e-9, "%s, %d trees, row %d", name, s.trees, i)
			}
		}
	}
}

// chain is one tree that asks every column once, on one long path.
func chain(columns int) *Ensemble {
	e := &Ensemble{Trees: make([]Tree, 1)}
	n := make([]Node, 2*columns+1)
	for q := range columns {
		e.Columns = append(e.Columns, Column{ID: string(rune('0' + q))})
		n[2*q] = Node{Column: int32(q), Left: int32(2*q + 2), Right: int32(2*q + 1), Cover: math.Pow(0.9, float64(q))}
		n[2*q+1] = Node{Column: -1, Value: float64(q%5) - 2, Cover: 0.1 * math.Pow(0.9, float64(q))}
	}
	n[2*columns] = Node{Column: -1, Value: 7, Cover: math.Pow(0.9, float64(columns))}
	e.Trees[0].Nodes = n
	return e
}

func TestLongPathsAreExact(t *testing.T) {
	e := chain(maxDepth)
	require.NoError(t, e.Check())
	sc := e.Compile()
	x, dst := make([]float64, maxDepth), make([]float64, maxDepth+1)
	for range 4 {
		for j := range x {
			x[j] = float64(rand.IntN(3)) - 1.5
		}
		sc.Contributions(dst, x)
		sum := 0.0
		for _, v := range dst {
			sum += v
		}
		assert.InDelta(t, sc.LogOdds(x), sum, 1e-9)
		x[300] = -1
	}
	// 0.9^512 of the rows get to the end; the first column decides most, the last next to nothing.
	for j := range x {
		x[j] = -1
	}
	sc.Contributions(dst, x)
	assert.Greater(t, dst[0], dst[500])
}

func TestGaussIsExactForPolynomials(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 8, 20, 64, 256} {
		for _, degree := range []int{0, 1, n, 2*n - 1} {
			sum := 0.0
			for _, four := range gauss(n) {
				for k, w := range four.w {
					sum += w * math.Pow(four.t[k], float64(degree))
				}
			}
			assert.InDelta(t, 1/float64(degree+1), sum, 2e-15, "%d points, degree %d", n, degree)
		}
	}
}

func TestModelsOfTheLibrariesAreExplainedAsThere(t *testing.T) {
	ofLibraries(t, func(t *testing.T, name string, e *Ensemble, s *said) {
		sc := e.Compile()
		dst, square := make([]float64, len(e.Columns)+1), make([]float64, (len(e.Columns)+1)*(len(e.Columns)+1))
		for i, r := range s.Rows {
			x := numbers(r)
			sc.Contributions(dst, x)
			assert.InDeltaSlice(t, s.Contributions[i], dst, 1e-6, "row %d: %v", i, x)
			sum := 0.0
			for _, v := range dst {
				sum += v
			}
			assert.InDelta(t, sc.LogOdds(x), sum, 1e-9)
			if i < len(s.Interactions) {
				sc.Interactions(square, x)
				assert.InDeltaSlice(t, s.Interactions[i], square, 1e-6, "interactions of row %d: %v", i, x)
			}
		}
		if s.Background == nil {
			return
		}
		background := make([][]float64, len(e.Columns))
		for _, r := range s.Background {
			for j, v := range numbers(r) {
				background[j] = append(background[j], v)
			}
		}
		b := sc.Against(background)
		for i, want := range s.Against {
			b.Contributions(dst, numbers(s.Rows[i]))
			assert.InDeltaSlice(t, want, dst, 1e-6, "row %d against a background", i)
		}
	})
}
