package glm

import (
	"context"
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
		assert.Panics(t, func() { _, _ = TrainAt(context.Background(), tab, 0.1, Options{}) }, name)
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
