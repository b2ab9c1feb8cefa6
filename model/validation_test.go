package model

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStandardErrorOverCitizensByHand(t *testing.T) {
	// Three citizens with the sums 1, 2 and 6: total 9, squares 41, 41-81/3 = 14, times 3/2 is 21. How many
	// rows a citizen has must not count.
	sums := map[int32]float64{7: 1, 8: 2, 9: 6}
	assert.InDelta(t, math.Sqrt(21), clusterSE(sums, []int32{7, 8, 8, 9, 7}), 1e-12)
	assert.Zero(t, clusterSE(map[int32]float64{1: 2, 2: 2, 3: 2}, []int32{1, 2, 3}), "citizens who agree leave no doubt")
}
