package tree

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStepsOfNothingAreNotTaken: the way from the first threshold to the last is longer than any number, so that there are
// no drawers to look in.
func TestStepsOfNothingAreNotTaken(t *testing.T) {
	far := newThresholds([]float64{-1.7e308, 1.7e308})
	assert.False(t, far.few)
	for want, x := range []float64{-1.75e308, 0, 1.75e308} {
		assert.Equal(t, uint64(want), far.search(ordered(x)))
	}
}
