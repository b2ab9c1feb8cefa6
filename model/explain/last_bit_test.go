package explain

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPartsThatCancelStillAddUp: the answer lies so near to 0 that the rest cannot hold it to the last bit. What is
// given out is then what the parts and the rest add up to, not the answer: a reader can check it.
func TestPartsThatCancelStillAddUp(t *testing.T) {
	const answer = 1e-20 // 0.1 + 0.2 - 0.3 is 5.6e-17
	e, err := Explain(parts{columns: []float64{0.1, 0.2}, base: -0.3}, Group([]string{"a", "b"}), []float64{0, 0}, answer)
	require.NoError(t, err)
	sum := e.Base
	for _, v := range e.Terms {
		sum += v
	}
	assert.Equal(t, sum+e.Rest, e.LogOdds)
	assert.NotEqual(t, answer, e.LogOdds, "the case that is meant")
	assert.InDelta(t, answer, e.LogOdds, 1e-31)
}

// TestWhatWasNotAskedForIsNotThere: a grid of at most the points asked for, no curves, and no effects of no intervals.
func TestWhatWasNotAskedForIsNotThere(t *testing.T) {
	table := together(200, 1)
	d, err := Partial(Rows(additive), table, 0, DependenceOptions{Points: 9})
	require.NoError(t, err)
	assert.Len(t, d.Grid, 9)
	assert.Nil(t, d.Curves)
	d, err = Partial(Rows(additive), table, 3, DependenceOptions{Points: 2})
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 1, 2}, d.Grid, "of levels all")
	nine := Table{X: [][]float64{{1, 2, 3, 4, 5, 6, 7, 8, 9}}}
	d, err = Partial(Rows(func(x []float64) float64 { return x[0] }), nine, 0, DependenceOptions{Points: 9})
	require.NoError(t, err)
	assert.Equal(t, nine.X[0], d.Grid, "as many values as points: all of them")
	var hundred Table
	hundred.X = [][]float64{nil}
	for i := range 100 {
		hundred.X[0] = append(hundred.X[0], float64(i+1))
	}
	d, err = Partial(Rows(func(x []float64) float64 { return x[0] }), hundred, 0, DependenceOptions{Points: 10})
	require.NoError(t, err)
	assert.Equal(t, []float64{5, 15, 25, 35, 45, 55, 65, 75, 85, 95}, d.Grid, "equal steps of rank from 5 % to 95 %")
	assert.PanicsWithValue(t, "explain: 0 intervals", func() { _, _ = Effects(Rows(additive), table, 0, 0) })
}

// TestTablesThatDoNotFitAreABug, whichever part does not.
func TestTablesThatDoNotFitAreABug(t *testing.T) {
	for want, table := range map[string]Table{
		"explain: a table without rows":                           {X: [][]float64{{}}},
		"explain: column 1 has 1 rows, column 0 has 2":            {X: [][]float64{{1, 2}, {1}}},
		"explain: weights, groups or levels do not fit the table": {X: [][]float64{{1, 2}}, W: []float64{1}},
		"explain: rows without any weight":                        {X: [][]float64{{1, 2}}, W: []float64{0, 0}},
	} {
		assert.PanicsWithValue(t, want, func() {
			_, _ = Partial(Rows(func(x []float64) float64 { return x[0] }), table, 0, DependenceOptions{Grid: []float64{1}})
		})
	}
	for _, table := range []Table{{X: [][]float64{{1, 2}}, Group: []int32{1}}, {X: [][]float64{{1, 2}}, Levels: []int{0, 0}}} {
		assert.Panics(t, func() {
			_, _ = Partial(Rows(func(x []float64) float64 { return x[0] }), table, 0, DependenceOptions{Grid: []float64{1}})
		})
	}
}
