package glm

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShapesThatDoNotFitAreABug, whichever part does not.
func TestShapesThatDoNotFitAreABug(t *testing.T) {
	for name, change := range map[string]func(*Table){
		"column":  func(t *Table) { t.X[1] = t.X[1][:59] },
		"weights": func(t *Table) { t.W = make([]float64, 59) },
		"offset":  func(t *Table) { t.Offset = make([]float64, 61) },
		"groups":  func(t *Table) { t.Group = t.Group[:59] },
		"row":     func(t *Table) { t.Rows[3] = 60 },
		"names":   func(t *Table) { t.Names = []string{"a"} },
		"factors": func(t *Table) { t.Factor = []float64{1} },
		"rows beside sparse columns": func(t *Table) {
			t.Rows[3], t.Sparse = t.Rows[2], []Sparse{{}}
		},
		"sparse order": func(t *Table) { t.Sparse = []Sparse{{Index: []int32{3, 3}, Value: []float64{1, 1}}} },
		"sparse row":   func(t *Table) { t.Sparse = []Sparse{{Index: []int32{60}, Value: []float64{1}}} },
		"sparse value": func(t *Table) { t.Sparse = []Sparse{{Index: []int32{1, 2}, Value: []float64{1}}} },
	} {
		tab := municipality(60, 3, 1)
		change(&tab)
		func() {
			defer func() { assert.Contains(t, fmt.Sprint(recover()), "glm: ", name) }() // Go's own panic would not say whose fault it is
			_, _ = TrainAt(context.Background(), tab, 0.1, Options{})
		}()
	}
	tab := municipality(60, 3, 1)
	tab.Factor = []float64{1, math.Inf(1), 1}
	_, err := TrainAt(context.Background(), tab, 0.1, Options{})
	assert.ErrorContains(t, err, "penalty factor of column 1 is +Inf")
}

// TestAsManyGroupsAsFoldsAreEnough, and one fewer is too few.
func TestAsManyGroupsAsFoldsAreEnough(t *testing.T) {
	tab := municipality(60, 3, 1)
	tab.Group = make([]int32, 60)
	for i := range tab.Group {
		tab.Group[i] = int32(i % 4)
	}
	folds, err := tab.folds(4, 1)
	require.NoError(t, err)
	assert.Len(t, folds, 4)
	_, err = tab.folds(5, 1)
	assert.ErrorContains(t, err, "4 groups cannot be dealt into 5 folds")
}

// TestWithoutGroupsEachRowIsItsOwn, as in the other learners.
func TestWithoutGroupsEachRowIsItsOwn(t *testing.T) {
	tab := municipality(60, 3, 1)
	for i := range tab.Group {
		tab.Group[i] = int32(i)
	}
	want, err := Train(context.Background(), tab, Options{Seed: 4})
	require.NoError(t, err)
	tab.Group = nil
	got, err := Train(context.Background(), tab, Options{Seed: 4})
	require.NoError(t, err)
	assert.Equal(t, want.Path, got.Path)
	assert.Equal(t, want.Model, got.Model)
}

// TestOptionsThatCannotBeAreRefused, all of them at once and NaN too: an alpha of 2 would be a penalty that rewards.
func TestOptionsThatCannotBeAreRefused(t *testing.T) {
	nan := math.NaN()
	tab := municipality(60, 3, 1)
	for want, opt := range map[string]Options{
		"alpha is 2, want 0 to 1":           {Alpha: 2},
		"alpha is -0.1":                     {Alpha: -0.1},
		"alpha is NaN":                      {Alpha: nan},
		"lambdas is -1, want 1 or more":     {Lambdas: -1},
		"ratio is 1, want a share":          {Ratio: 1},
		"ratio is NaN":                      {Ratio: nan},
		"folds is 1, want 2 or more":        {Folds: 1},
		"tolerance is -1":                   {Tol: -1},
		"tolerance is NaN":                  {Tol: nan},
		"penalties is empty, want nil":      {Penalties: []float64{}},
		"workers is -1, want 0 or more":     {Workers: -1},
		"glm: folds is 1, want 2 or more":   {Alpha: 2, Folds: 1},
		"penalty 0 is NaN, want 0 or more":  {Penalties: []float64{nan}},
		"penalty 1 is -0.1, want 0 or more": {Penalties: []float64{0.1, -0.1}},
	} {
		_, err := Train(context.Background(), tab, opt)
		assert.ErrorContains(t, err, want)
	}
}

// TestRowsAreScoredWholeOrNotAtAll: where there is room for more rows the rest would read as an even chance.
func TestRowsAreScoredWholeOrNotAtAll(t *testing.T) {
	f, err := TrainAt(context.Background(), municipality(60, 3, 1), 0.01, Options{})
	require.NoError(t, err)
	x := [][]float64{{1, 2}, {1, 2}, {1, 2}}
	for says, ask := range map[string]func(){
		"glm: 3 columns for 3, and room for 3 of 2 rows": func() { f.Model.Rows(x, []int32{0, 1}, make([]float64, 3)) },
		"glm: 3 columns for 3, and room for 1 of 2 rows": func() { f.Model.Rows(x, []int32{0, 1}, make([]float64, 1)) },
		"glm: 2 columns for 3, and room for 1 of 1 rows": func() { f.Model.Rows(x[:2], []int32{0}, make([]float64, 1)) },
		"glm: 4 columns for 3, and room for 1 of 1 rows": func() { f.Model.Rows(append(x, x[0]), []int32{0}, make([]float64, 1)) },
	} {
		assert.PanicsWithValue(t, says, ask)
	}
}
