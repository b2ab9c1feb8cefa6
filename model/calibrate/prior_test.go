package calibrate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig/model/metric"
)

// TestTheSlopeIsBelievedToBeWithinAHalfOfOne: where the fit ends, what the rows ask of the slope is what a normal prior
// around 1 with standard deviation 1/2 refuses.
func TestTheSlopeIsBelievedToBeWithinAHalfOfOne(t *testing.T) {
	x, y := []float64{-2, -1, -0.5, 0, 0.5, 1, 1.5, 3}, []float64{0, 1, 0, 0, 1, 0, 1, 1}
	c := Platt(x, y, nil)
	soft := drawnIn(y, 4, 4)
	assert.InDelta(t, 5.0/6, soft[1], 1e-15)
	assert.InDelta(t, 1.0/6, soft[0], 1e-15)
	var level, slope float64
	for i := range x {
		r := soft[i] - metric.Sigmoid(c.Intercept+c.Slope*x[i])
		level += r
		slope += r * x[i]
	}
	assert.InDelta(t, 0, level, 1e-7, "nothing is believed of the intercept")
	assert.InDelta(t, (c.Slope-1)/0.25, slope, 1e-7)
	assert.Greater(t, math.Abs(c.Slope-1), 0.05, "a case that tells")
}

// TestPartedClassesAreFittedWithThePrior that was not asked for: there is no other answer.
func TestPartedClassesAreFittedWithThePrior(t *testing.T) {
	x, y := []float64{-2, -1, 0.5, 2}, []float64{0, 0, 1, 1}
	assert.Equal(t, Platt(x, y, nil), PlattWith(x, y, nil, Prior{}))
}

func TestFoldsThatAreNoneAreABug(t *testing.T) {
	x, y := []float64{-1, 1}, []float64{0, 1}
	const none = "calibrate: FitCrossVennAbers of no folds, or of rows without one"
	assert.PanicsWithValue(t, none, func() { FitCrossVennAbers(x, y, nil, []int{0, 0}, 0) })
	assert.PanicsWithValue(t, none, func() { FitCrossVennAbers(x, y, nil, []int{0}, 1) })
	assert.Panics(t, func() { FitCrossVennAbers(x, y, nil, []int{0, 2}, 2) })
}
