package glm

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEndingOnceTheLossHasRisenChoosesTheSame as following every path to its end: the slow twin. What was tried is the beginning
// of what the twin tried, to the last bit, and with it the model.
func TestEndingOnceTheLossHasRisenChoosesTheSame(t *testing.T) {
	ctx, ended := context.Background(), 0
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 1))
		tab := municipality(60+rng.IntN(300), 3+rng.IntN(25), seed)
		if seed%4 == 0 { // nothing to learn but noise
			rng.Shuffle(len(tab.Y), func(i, j int) { tab.Y[i], tab.Y[j] = tab.Y[j], tab.Y[i] })
		}
		o := Options{Alpha: []float64{1e-3, 0.1, 0.5, 1}[seed/3], Lambdas: 40, Folds: 3 + int(seed%3), Seed: seed, Minimum: seed%2 == 0}
		o.Ratio = 1e-4 * o.Alpha
		o.Whole = true
		want, err := Train(ctx, tab, o)
		require.NoError(t, err)
		require.Zero(t, want.Left)
		o.Whole, o.Risen = false, true
		got, err := Train(ctx, tab, o)
		require.NoError(t, err)

		require.Equal(t, want.Path[:len(got.Path)], got.Path, "seed %d", seed)
		assert.Equal(t, want.Model, got.Model, "seed %d: %v was chosen, over the whole path %v", seed, got.Model.Lambda, want.Model.Lambda)
		assert.Equal(t, []float64{want.Intercept, want.Slope}, []float64{got.Intercept, got.Slope}, "seed %d", seed)
		assert.Equal(t, choose(want.Path, true), choose(got.Path, true), "seed %d: the smallest loss", seed)
		assert.Equal(t, choose(want.Path, false), choose(got.Path, false), "seed %d: one standard error", seed)
		if got.Left > 0 {
			ended++
			assert.Equal(t, 40, len(got.Path)+got.Left, "seed %d: what was tried and what was left", seed)
		}
	}
	assert.Greater(t, ended, 6, "paths that ended early, or this test shows nothing")
}

// TestALossHasRisenOnlyIfAllOfALegIsAboveTheStandardError of the least.
func TestALossHasRisenOnlyIfAllOfALegIsAboveTheStandardError(t *testing.T) {
	path := func(loss ...float64) []Tried {
		out := []Tried{{5, 0.625, 0.5}, {4, 0.5, 0.0625}} // the least is 0.5, its standard error 0.0625
		for i, l := range loss {
			out = append(out, Tried{1 / float64(i+1), l, 0.0078125})
		}
		return out
	}
	assert.True(t, risen(path(0.57, 0.6, 0.7), 2))
	assert.False(t, risen(path(0.57, 0.5625, 0.7), 2), "just a standard error above is not clearly above")
	assert.True(t, risen(path(0.5625, 0.6, 0.7), 3), "what was before the leg does not count")
	assert.False(t, risen(path(0.57, 0.49, 0.5), 2), "a new least begins anew")
	assert.False(t, risen(path(0.57, 0.6, 0.7), 1), "the least itself is of the leg")
}

// TestALegIsFivePenaltiesAndAHalving, whichever takes longer.
func TestALegIsFivePenaltiesAndAHalving(t *testing.T) {
	assert.Equal(t, 5, leg([]float64{32, 16, 8, 4, 2, 1, 0}))
	assert.Equal(t, 5, leg([]float64{8, 7, 6, 5, 4, 3, 2}), "the fifth is half of the first")
	assert.Equal(t, 6, leg([]float64{8, 7, 6, 5, 4.5, 4, 3}))
	assert.Equal(t, 3, leg([]float64{8, 7, 6}), "there are no more")
	assert.Equal(t, 7, leg([]float64{8, 8, 8, 8, 8, 8, 8}))
}
