package glm

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nearlyParted has 200 rows where "x" is 0, a quarter of them events, 20 events where it is 1, and one row of little
// weight that is no event and where it is at.
func nearlyParted(at, weight float64) Table {
	t := Table{X: [][]float64{nil}, Names: []string{"x"}}
	add := func(x, y, w float64) {
		t.Rows = append(t.Rows, int32(len(t.Y)))
		t.X[0], t.Y, t.W = append(t.X[0], x), append(t.Y, y), append(t.W, w)
	}
	for i := range 200 {
		y := 0.0
		if i%4 == 0 {
			y = 1
		}
		add(0, y, 1)
	}
	for range 20 {
		add(1, 1, 1)
	}
	add(at, 0, weight)
	return t
}

// TestARowOnTheOtherSideIsALimit, even if it weighs a billionth of the others: the classes are not parted, and the coefficient is the
// log odds of 20 events to that weight against those of 50 to 150.
func TestARowOnTheOtherSideIsALimit(t *testing.T) {
	for _, weight := range []float64{1e-2, 5e-3, 2e-3, 1e-3, 5e-4, 3e-4, 2e-4, 1e-4, 7e-5, 5e-5, 4e-5, 3e-5, 2e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 1e-8, 1e-9} {
		e, err := Unpenalised(context.Background(), nearlyParted(1, weight), Options{})
		require.NoError(t, err)
		require.Empty(t, e.Warnings, "weight %v", weight)
		assert.InDelta(t, math.Log(20/weight)-math.Log(50.0/150), e.Coefficients[1].Value, 1e-3, "weight %v", weight)
		assert.False(t, math.IsInf(e.Coefficients[1].SE, 1))
	}
	e, err := Unpenalised(context.Background(), nearlyParted(1, 0), Options{})
	require.NoError(t, err)
	require.Len(t, e.Warnings, 1, "without weight it is no limit")
	assert.ErrorContains(t, e.Warnings[0], "parted by column 0 (x)")
}

// TestARowThatHardlyMovesIsALimitToo: its step in the wrong direction is a hundredth of the steps in the right one.
func TestARowThatHardlyMovesIsALimitToo(t *testing.T) {
	for _, at := range []float64{0.05, 0.02, 0.01} {
		for _, weight := range []float64{1e-3, 1e-5, 1e-6} {
			tab := nearlyParted(at, weight)
			e, err := Unpenalised(context.Background(), tab, Options{})
			require.NoError(t, err)
			require.Empty(t, e.Warnings, "at %v, weight %v", at, weight)
			b0, b := e.Coefficients[0].Value, e.Coefficients[1].Value
			up, down := 20/(1+math.Exp(b0+b)), weight*at/(1+math.Exp(-b0-b*at))
			assert.InEpsilon(t, up, down, 1e-3, "what the 20 ask for is what the one refuses, at %v with %v", at, b)
			assert.Greater(t, b, 9.0, "the case that is meant")
		}
	}
}

// TestRowsWithoutWeightAreNoRows: neither where standard errors go by groups, which count rows, nor where there must be
// more rows than coefficients.
func TestRowsWithoutWeightAreNoRows(t *testing.T) {
	tab := municipality(200, 3, 5)
	tab.Group = make([]int32, len(tab.Y))
	tab.W = make([]float64, len(tab.Y))
	var some []int32
	for i := range tab.Y {
		tab.Group[i] = int32(i / 3)
		if i%4 != 0 {
			tab.W[i] = 1 + float64(i%2)
			some = append(some, int32(i))
		}
	}
	for _, clustered := range []bool{false, true} {
		with, err := Unpenalised(context.Background(), tab, Options{Clustered: clustered})
		require.NoError(t, err)
		only := tab
		only.Rows = some
		without, err := Unpenalised(context.Background(), only, Options{Clustered: clustered})
		require.NoError(t, err)
		for k, c := range without.Coefficients {
			assert.InDelta(t, c.Value, with.Coefficients[k].Value, 1e-9)
			assert.InDelta(t, c.SE, with.Coefficients[k].SE, 1e-9, "clustered %v", clustered)
		}
	}
	few := Table{X: [][]float64{{0, 1, 2, 3, 4, 5}, {0, 1, 4, 9, 16, 25}}, Y: []float64{0, 1, 0, 1, 0, 1}, W: []float64{1, 1, 1, 0, 0, 0}, Rows: []int32{0, 1, 2, 3, 4, 5}}
	_, err := Unpenalised(context.Background(), few, Options{})
	assert.ErrorContains(t, err, "glm: 3 rows for 3 coefficients")
}
