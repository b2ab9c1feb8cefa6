package gam

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDiscoveriesByHand: of the first six pairs chance puts one as high, of the first seven two.
func TestDiscoveriesByHand(t *testing.T) {
	pairs := func(scores ...float64) (p []pair) {
		for _, s := range scores {
			p = append(p, pair{score: s})
		}
		return p
	}
	found := pairs(40, 30, 20, 18, 16, 14, 12, 11, 10, 9)
	assert.Equal(t, 6, discoveries(found, pairs(17, 13, 9.5, 3)), "1 of 6 is less than a fifth; 2 of 7, 2 of 9 and 3 of 10 are more")
	assert.Equal(t, 10, discoveries(found, pairs(9.5, 9, 8)), "2 of 10: one that is as high counts")
	assert.Equal(t, 10, discoveries(found, nil))
	assert.Equal(t, 0, discoveries(found, pairs(50, 50, 50)))
	assert.Equal(t, 0, discoveries(nil, pairs(50)))
}

// TestManyRowsTakeUpWeakPairsAndFewOfNoise: twelve columns, of which each works together with the next, so weakly that what few rows
// ask for would leave many of them out; and the same without that.
func TestManyRowsTakeUpWeakPairsAndFewOfNoise(t *testing.T) {
	chosen := func(effect float64, seed uint64) map[[2]int]bool {
		rng := rand.New(rand.NewPCG(seed, 2))
		tab := Table{X: make([][]float64, 12), IDs: make([]string, 12)}
		n := 12000
		for j := range tab.X {
			tab.IDs[j] = string(rune('a' + j))
			for range n {
				tab.X[j] = append(tab.X[j], rng.NormFloat64())
			}
		}
		sign := func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return -1
		}
		for i := range n {
			eta := tab.X[0][i] / 2
			for j := range 11 {
				eta += effect * sign(tab.X[j][i]) * sign(tab.X[j+1][i])
			}
			y := 0.0
			if rng.Float64() < 1/(1+math.Exp(-eta)) {
				y = 1
			}
			tab.Y = append(tab.Y, y)
		}
		m, err := Train(context.Background(), tab, Options{})
		require.NoError(t, err)
		got := map[[2]int]bool{}
		for _, term := range m.Terms {
			if len(term.Columns) == 2 {
				got[[2]int{term.Columns[0], term.Columns[1]}] = true
			}
		}
		return got
	}
	found, noise := 0, 0
	for seed := range uint64(4) {
		with := chosen(0.08, seed)
		for j := range 11 {
			if with[[2]int{j, j + 1}] {
				found++
			}
		}
		noise += len(with) + len(chosen(0, seed))
	}
	noise -= found
	assert.GreaterOrEqual(t, found, 30, "of 44 pairs")
	assert.LessOrEqual(t, noise, 16, "pairs of noise in eight models, of 516")
}
