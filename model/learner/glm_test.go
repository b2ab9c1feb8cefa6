package learner

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestALevelCostsTheSameHoweverRare asks of the fitted model what holds where mean loss + lambda/2 * sum of
// (0.5*b)² over the levels is smallest: the slope of the loss along each level's effect b is -lambda/4 * b. With
// scaled levels it is -lambda * share*(1-share) * b.
func TestALevelCostsTheSameHoweverRare(t *testing.T) {
	all := people(400, 5)
	table := &Table{Columns: all.Columns[2:3], X: all.X[2:3], Y: all.Y, W: make([]float64, 400), Group: all.Group}
	var weight float64
	for i := range table.W {
		table.W[i] = float64(1 + i%3)
		weight += table.W[i]
	}
	for _, how := range []string{"alike", "scaled"} {
		m, err := GLM{}.Fit(context.Background(), table, Options{Params: map[string]string{"alpha": "0", "lambda": "0.05", "levels": how, "rare": "1"}})
		require.NoError(t, err)
		eta := make([]float64, 400)
		m.LogOdds(eta, table.X)
		slope, share, effect := make([]float64, 5), make([]float64, 5), make([]float64, 5)
		for i, l := range table.X[0] {
			w := table.W[i] / weight
			slope[int(l)] += w * (1/(1+math.Exp(-eta[i])) - table.Y[i])
			share[int(l)] += w
			effect[int(l)] = eta[i]
		}
		cost := make([]float64, 5)
		for l, s := range share {
			require.Positive(t, s)
			cost[l] = 0.25
			if how == "scaled" {
				cost[l] = s * (1 - s)
			}
		}
		// The intercept is free, so the slopes add up to 0, and with them cost times effect.
		var sum, over float64
		for l := range effect {
			sum += cost[l] * effect[l]
			over += cost[l]
		}
		for l := range effect {
			assert.InDelta(t, -0.05*cost[l]*(effect[l]-sum/over), slope[l], 1e-6, "%s, level %d of share %.3f", how, l, share[l])
		}
	}
}
