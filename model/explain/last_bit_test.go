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
	assert.PanicsWithValue(t, "explain: 0 intervals", func() { _, _ = Effects(Rows(additive), table, 0, 0) })
}
