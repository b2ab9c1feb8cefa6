package tree

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func drawShape(t *rapid.T) shape {
	return shape{
		levels: rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 5, 63, 64, 65, 130, 400}), 1, 8).Draw(t, "levels"),
		trees:  rapid.IntRange(0, 11).Draw(t, "trees"),
		leaves: rapid.SampledFrom([]int{1, 2, 3, 8, 31, 128, 129, 200}).Draw(t, "leaves"),
	}
}

func TestScoresAreThoseOfThePlainWalkBitForBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShape(t)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		e, rows := grow(rng, s), rapid.SampledFrom([]int{0, 1, 7, 8, 9, 31, 33, 64, 127, 128, 129}).Draw(t, "rows")
		x := values(rng, s, rows)
		sc := e.Compile()
		for _, workers := range []int{1, 2, 3} {
			got := make([]float64, rows)
			sc.Batch(got, x, workers)
			for i, g := range got {
				r := row(x, i)
				want := plain(e, r)
				if math.Float64bits(g) != math.Float64bits(want) {
					t.Fatalf("row %d %v: batch %v with %d workers, want %v", i, r, g, workers, want)
				}
				if one := sc.LogOdds(r); math.Float64bits(one) != math.Float64bits(want) {
					t.Fatalf("row %d %v: one %v, want %v", i, r, one, want)
				}
			}
		}
	})
}

func TestManyColumnsTakeTheWideWay(t *testing.T) {
	s := shape{levels: make([]int, 300), trees: 20, leaves: 60}
	rng := rand.New(rand.NewPCG(1, 1))
	e, x := grow(rng, s), values(rng, s, 70)
	sc, got := e.Compile(), make([]float64, 70)
	assert.Greater(t, len(sc.slots), narrow)
	sc.Batch(got, x, 2)
	for i, g := range got {
		assert.Equal(t, plain(e, row(x, i)), g)
	}
}

// TestAsManyKeysAsAByteCounts: with one less, the last place is that of the key that leaves ask.
func TestAsManyKeysAsAByteCounts(t *testing.T) {
	for _, n := range []int{narrow - 1, narrow, narrow + 1} {
		e := &Ensemble{Columns: numeric(n)}
		for j := range n {
			e.Trees = append(e.Trees, full(1, func(int, int) int32 { return int32(j) }))
		}
		sc := e.Compile()
		assert.Len(t, sc.slots, n)
		for _, v := range []float64{-3, 3, math.NaN()} {
			x := make([]float64, n)
			for j := range x {
				x[j] = v * float64(1-j%3)
			}
			assert.Equal(t, plain(e, x), sc.LogOdds(x), "%d keys, values %v", n, v)
		}
	}
}

func TestScoringPanicsOnAnotherNumberOfColumns(t *testing.T) {
	sc := grow(rand.New(rand.NewPCG(1, 1)), shape{levels: []int{0, 3}, trees: 2, leaves: 4}).Compile()
	assert.PanicsWithValue(t, "tree: 1 values for 2 columns", func() { sc.LogOdds([]float64{1}) })
	assert.PanicsWithValue(t, "tree: 1 columns of values for 2 columns", func() { sc.Batch(nil, [][]float64{{}}, 1) })
	assert.PanicsWithValue(t, "tree: 1 rows in column 1, 2 wanted", func() { sc.Batch(make([]float64, 2), [][]float64{{1, 2}, {1}}, 1) })
	assert.PanicsWithValue(t, "tree: 0 workers", func() { sc.Batch(nil, [][]float64{{}, {}}, 0) })
}

func TestColumnsOfManyThresholdsTakeSeveralBytes(t *testing.T) {
	s := shape{levels: []int{0, 0}, trees: 600, leaves: 31}
	rng := rand.New(rand.NewPCG(2, 1))
	e, x := grow(rng, s), values(rng, s, 300)
	for i := range x[0] { // half of the values at thresholds
		if n := &e.Trees[i%600].Nodes[i%7]; i%2 == 0 && n.Column >= 0 {
			x[n.Column][i] = n.Threshold
		}
	}
	sc, got := e.Compile(), make([]float64, 300)
	assert.Greater(t, sc.bytes, int32(3*len(sc.places)))
	sc.Batch(got, x, 1)
	for i, g := range got {
		assert.Equal(t, plain(e, row(x, i)), g)
	}
}
