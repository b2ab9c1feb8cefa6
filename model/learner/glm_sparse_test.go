package learner

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/glm"
)

// TestLevelsOrTheirColumnsGiveTheSameModel: glm holds of a level the rows that have it. Its twin is given every level as a column of
// 0 and 1, one by one, with a factor that is worked out from the column.
func TestLevelsOrTheirColumnsGiveTheSameModel(t *testing.T) {
	table := people(700, 9)
	table.W = make([]float64, 700)
	var weight float64
	for i := range table.W {
		table.W[i] = float64(1 + i%3)
		weight += table.W[i]
		if i%11 == 0 {
			table.X[2][i] = math.NaN()
		}
	}
	for _, c := range []struct{ levels, lambda string }{{"alike", "min"}, {"scaled", "min"}, {"alike", "0.01"}, {"scaled", "0.01"}, {"alike", "0"}} {
		t.Run(fmt.Sprintf("%s at %s", c.levels, c.lambda), func(t *testing.T) {
			m, err := GLM{}.Fit(context.Background(), table, Options{Seed: 3, Params: map[string]string{"levels": c.levels, "lambda": c.lambda}})
			require.NoError(t, err)
			got := m.(*glmModel)

			wide := glm.Table{Y: table.Y, W: table.W, Group: table.Group, Rows: all(700)}
			for j, d := range got.coding.columns {
				if d.To == nil {
					wide.X, wide.Factor = append(wide.X, table.X[j]), append(wide.Factor, 1)
					continue
				}
				for k := range d.wide {
					col, share := make([]float64, 700), 0.0
					for i, v := range table.X[j] {
						if d.at(v) == k {
							col[i] = 1
							share += table.W[i] / weight
						}
					}
					f := 1.0
					if c.levels == "alike" {
						f = 0.25 / (share * (1 - share))
					}
					wide.X, wide.Factor = append(wide.X, col), append(wide.Factor, f)
				}
			}
			o := glm.Options{Alpha: 0.1, Lambdas: 60, Ratio: 0.0001 * 0.1, Folds: 5, Seed: 3, Minimum: true, Whole: true}
			var want *glm.Fit
			if c.lambda == "min" {
				want, err = glm.Train(context.Background(), wide, o)
			} else {
				var lambda float64
				_, err = fmt.Sscan(c.lambda, &lambda)
				require.NoError(t, err)
				want, err = glm.TrainAt(context.Background(), wide, lambda, o)
			}
			require.NoError(t, err)
			require.Len(t, got.glm.Terms, len(want.Model.Terms))
			assert.InDelta(t, want.Model.Lambda, got.glm.Lambda, 1e-12)
			assert.InDelta(t, want.Model.Intercept, got.glm.Intercept, 1e-9)
			for k, term := range want.Model.Terms {
				assert.InDelta(t, term.Coef, got.glm.Terms[k].Coef, 1e-8, "column %d", k)
				assert.InDelta(t, term.Mean, got.glm.Terms[k].Mean, 1e-12, "column %d", k)
				assert.InDelta(t, term.MissingCoef, got.glm.Terms[k].MissingCoef, 1e-8, "column %d", k)
			}

			// What is answered is the sum over the columns of 0 and 1, and what is said of each column adds up to it, to the last bit.
			eta := make([]float64, 700)
			m.LogOdds(eta, table.X)
			for i := range eta {
				x := make([]float64, len(wide.X))
				for k := range x {
					x[k] = wide.X[k][i]
				}
				assert.InDelta(t, got.glm.LogOdds(x, nil), eta[i], 1e-12, "row %d", i)
				row, parts := make([]float64, len(table.X)), make([]float64, len(table.X)+1)
				for j := range row {
					row[j] = table.X[j][i]
				}
				require.True(t, m.Contributions(parts, row))
				sum := parts[len(row)]
				for _, p := range parts[:len(row)] {
					sum += p
				}
				assert.Equal(t, math.Float64bits(sum), math.Float64bits(eta[i]), "row %d", i)
			}
		})
	}
}

// TestALevelNobodyHadIsMissing, and what is missing where nothing was adds nothing: it takes the mean.
func TestALevelNobodyHadIsMissing(t *testing.T) {
	table := people(400, 5)
	m, err := GLM{}.Fit(context.Background(), table, Options{})
	require.NoError(t, err)
	x := make([]float64, len(table.X))
	parts := make([]float64, len(x)+1)
	for _, v := range []float64{math.NaN(), 99, -1} {
		x[2] = v
		require.True(t, m.Contributions(parts, x))
		assert.Zero(t, parts[2], "%v", v)
	}
}

// TestAPathThatEndsEarlyChoosesTheSame as one that is followed to its end, and says where it ended.
func TestAPathThatEndsEarlyChoosesTheSame(t *testing.T) {
	table := people(60, 4)
	for j := range 15 { // noise to learn by heart
		col := make([]float64, 60)
		for i := range col {
			col[i] = math.Sin(float64((j + 2) * (i*i + 1)))
		}
		table.Columns, table.X = append(table.Columns, Column{ID: fmt.Sprintf("noise %d", j)}), append(table.X, col)
	}
	for _, lambda := range []string{"min", "1se"} {
		var models, notes [2]string
		for i, path := range []string{"risen", "whole"} {
			m, err := GLM{}.Fit(context.Background(), table, Options{Seed: 3, Params: map[string]string{"alpha": "0.5", "lambda": lambda, "path": path}})
			require.NoError(t, err)
			raw, err := m.Marshal()
			require.NoError(t, err)
			models[i], notes[i] = string(raw), m.(*glmModel).notes[0]
		}
		assert.Equal(t, models[1], models[0], lambda)
		assert.Regexp(t, `columns are used; \d+ penalties below [0-9.e-]+ were not tried, as the held-out loss had clearly risen$`, notes[0])
		assert.NotContains(t, notes[1], "not tried")
	}
}
