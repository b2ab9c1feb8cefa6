package glm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sparseTable draws columns of every kind that is kept in a way of its own: dense, mostly 0, mostly another value, mostly missing, and
// the levels of a category.
func sparseTable(n int, seed uint64) Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	t := Table{X: make([][]float64, 5), Sparse: make([]Sparse, 6), Y: make([]float64, n), W: make([]float64, n), Names: nil}
	for i := range n {
		t.Rows, t.Group = append(t.Rows, int32(i)), append(t.Group, int32(i))
		t.Y[i], t.W[i] = float64(rng.IntN(2)), float64(1+rng.IntN(3))
		usual := []float64{rng.NormFloat64(), 0, 1, math.NaN(), rng.NormFloat64()}
		for j, v := range usual {
			if j == 0 || j == 4 || rng.IntN(4) == 0 {
				v = float64(rng.IntN(5))
			}
			t.X[j] = append(t.X[j], v)
		}
		if rng.IntN(9) == 0 {
			t.X[4][i] = math.NaN()
		}
		l := min(rng.IntN(20), 5) // level 5 has three of four rows
		t.Sparse[l].Index, t.Sparse[l].Value = append(t.Sparse[l].Index, int32(i)), append(t.Sparse[l].Value, 1)
	}
	t.Y[0], t.Y[1] = 0, 1
	return t
}

// TestCurvatureIsTheSumOverTheRows, however columns are kept and whichever enter the work set later.
func TestCurvatureIsTheSumOverTheRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := sparseTable(rapid.IntRange(200, 700).Draw(rt, "rows"), rapid.Uint64().Draw(rt, "seed"))
		_, v := tab.rows(tab.Rows)
		d, err := newDesign(&tab, tab.Rows, v, nil)
		require.NoError(rt, err)
		z := make([][]float64, len(d.cols)) // what each column is, from the table itself
		var buf []float64
		for k := range z {
			col, s := tab.column(int(d.source[k]), &buf), d.scales[d.source[k]]
			for _, f := range col {
				is := 0.0
				switch {
				case d.isMiss[k] && f != f:
					is = (1 - s.missing) / missingSD(s.missing)
				case d.isMiss[k]:
					is = -s.missing / missingSD(s.missing)
				case f == f:
					is = (f - s.mean) / s.sd
				}
				z[k] = append(z[k], is)
			}
		}
		curv := make([]float64, d.blocks*block)
		for i := range tab.Rows {
			curv[i] = v[i] * rapid.Float64Range(0.1, 1).Draw(rt, "curvature")
		}
		set := make([]int32, len(d.cols))
		for k, j := range rand.New(rand.NewPCG(7, 7)).Perm(len(set)) {
			set[k] = int32(j)
		}
		first := rapid.IntRange(0, len(set)).Draw(rt, "first")
		g := new(gram).grow(d, set[:first], 0, curv, 1).grow(d, set, first+1, curv, 2)
		at := func(place, i int) float64 {
			if place == 0 {
				return 1
			}
			return z[set[place-1]][i]
		}
		for a := range g.k {
			for b := range g.k {
				var want float64
				for i := range tab.Rows {
					want += curv[i] * at(a, i) * at(b, i)
				}
				require.InDelta(rt, want, g.row(a)[b], 1e-10, "places %d and %d of %v", a, b, set)
			}
		}
	})
}

// TestWhatMostRowsHaveIsNotKept: values other than 0, missing ones, and of the level that most rows have too.
func TestWhatMostRowsHaveIsNotKept(t *testing.T) {
	tab := sparseTable(1000, 3)
	_, v := tab.rows(tab.Rows)
	d, err := newDesign(&tab, tab.Rows, v, nil)
	require.NoError(t, err)
	assert.Equal(t, 2, d.dense, "columns 0 and 4 of X have no usual value")
	for k, c := range d.cols {
		assert.LessOrEqual(t, len(c.value), 450, "column %d", d.source[k])
	}
}

// TestAMajorityIsFound, also of missing values.
func TestAMajorityIsFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		half := rapid.SliceOfN(rapid.SampledFrom([]float64{1, 2, 3, math.NaN()}), 0, 9).Draw(rt, "others")
		most := rapid.SampledFrom([]float64{0, 2, math.NaN()}).Draw(rt, "most")
		col := half
		for range len(half) + 1 {
			col = append(col, most)
		}
		rows := make([]int32, len(col))
		for i, r := range rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)).Perm(len(col)) {
			rows[i] = int32(r)
		}
		got := majority(col, rows)
		assert.True(rt, got == most || got != got && most != most, "%v of %v", got, col)
	})
}
