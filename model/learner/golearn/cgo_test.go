//go:build cgo

package golearn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/learner"
)

func available() learner.Set { return Learners() }

// With a huge c the penalty is nothing, and a column that parts the classes is found whatever its scale.
func TestLogisticFindsALineThatPartsTheClasses(t *testing.T) {
	table := &learner.Table{Columns: []learner.Column{{ID: "a"}}, X: [][]float64{nil}}
	for i := range 100 {
		table.X[0] = append(table.X[0], float64(i)*1000-5e6)
		table.Y = append(table.Y, float64(i/60))
	}
	l, err := Learners().Find("golearn-logistic")
	require.NoError(t, err)
	m, err := l.Fit(context.Background(), table, learner.Options{Params: map[string]string{"c": "100000"}})
	require.NoError(t, err)
	eta := make([]float64, 100)
	m.LogOdds(eta, table.X)
	for i, e := range eta {
		assert.Equal(t, table.Y[i] == 1, e > 0, "row %d", i)
	}
}

// One neighbour of a row that was learned from is that row.
func TestTheNearestNeighbourIsTheRowItself(t *testing.T) {
	table := people(200, 9)
	for j := range table.X { // a missing value may have several nearest
		for i, v := range table.X[j] {
			if v != v {
				table.X[j][i] = 0
			}
		}
	}
	l, err := Learners().Find("golearn-knn")
	require.NoError(t, err)
	m, err := l.Fit(context.Background(), table, learner.Options{Params: map[string]string{"neighbours": "1"}})
	require.NoError(t, err)
	eta := make([]float64, 200)
	m.LogOdds(eta, table.X)
	for i, e := range eta {
		assert.Equal(t, table.Y[i] == 1, e > 0, "row %d", i)
	}
	_, err = l.Fit(context.Background(), table, learner.Options{Params: map[string]string{"neighbours": "4"}})
	assert.ErrorContains(t, err, "take an odd number")
}
