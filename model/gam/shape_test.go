package gam

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestShapesThatDoNotFitAreABug, whichever part does not.
func TestShapesThatDoNotFitAreABug(t *testing.T) {
	good := func() Table {
		return Table{X: [][]float64{{1, 2, 3, 4}, {4, 3, 2, 1}}, Y: []float64{0, 1, 0, 1}}
	}
	for name, change := range map[string]func(*Table){
		"ids":     func(t *Table) { t.IDs = []string{"a"} },
		"levels":  func(t *Table) { t.Levels = make([][]string, 3) },
		"weights": func(t *Table) { t.W = []float64{1} },
		"offset":  func(t *Table) { t.Offset = make([]float64, 5) },
		"groups":  func(t *Table) { t.Group = make([]int32, 3) },
	} {
		tab := good()
		change(&tab)
		assert.Panics(t, func() { _, _ = Train(context.Background(), tab, Options{}) }, name)
	}
	_, err := Train(context.Background(), Table{}, Options{})
	assert.ErrorContains(t, err, "gam: 0 columns and 0 rows, want some of each")
}
