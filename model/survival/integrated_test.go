package survival

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestIntegratedIsTheMeanOfTheTrapezoids: 1 to 3 over two days and 3 to 3 over one are (4+3)/3.
func TestIntegratedIsTheMeanOfTheTrapezoids(t *testing.T) {
	assert.InDelta(t, 7.0/3, Integrated([]float64{1, 3, 4}, []float64{1, 3, 3}), 1e-15)
	assert.PanicsWithValue(t, "survival: Integrated of 1 figures at 1 times, want at least two", func() { Integrated([]float64{1}, []float64{1}) })
	assert.PanicsWithValue(t, "survival: Integrated of 3 figures at 2 times, want at least two", func() { Integrated([]float64{1, 2}, []float64{1, 2, 3}) })
	assert.PanicsWithValue(t, "survival: Integrated at time 2 after 2", func() { Integrated([]float64{2, 2}, []float64{1, 2}) })
}
