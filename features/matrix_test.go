package features

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

func TestAnyNumberOfWorkersGivesTheSameTable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hs := rapid.SliceOfN(rapid.Custom(drawHistory), 1, 4).Draw(rt, "histories")
		who := rapid.SliceOfN(rapid.IntRange(0, len(hs)-1), 0, 9).Draw(rt, "who")
		asOf := make([]rettidig.Day, len(who))
		for i := range asOf {
			asOf[i] = drawDay(rt, "as of")
		}
		for _, workers := range []int{0, 1, 2, 3, 64} {
			x := Matrix(hs, who, asOf, workers)
			require.Len(rt, x, Count())
			for i := range who {
				for j, want := range computed(&hs[who[i]], asOf[i]) {
					require.Equal(rt, math.Float64bits(want), math.Float64bits(x[j][i]), "%d workers, row %d, %s", workers, i, catalogue[j].ID)
				}
			}
		}
	})
	assert.Panics(t, func() { Matrix(nil, []int{0}, nil, 1) })
}
