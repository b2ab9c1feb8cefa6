package benchtable

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheTableIsAsItSays(t *testing.T) {
	x, y, citizen := Municipality(6000, 16, 1)
	for j := range x {
		zero, missing := 0, 0
		for _, v := range x[j] {
			switch {
			case v == 0:
				zero++
			case math.IsNaN(v):
				missing++
			case j%2 == 0:
				assert.True(t, v > 0 && v == math.Trunc(v), "column %d holds %v", j, v)
			}
		}
		switch {
		case j%2 == 0:
			assert.InDelta(t, 5*1000, zero, 150, "column %d", j)
			assert.Zero(t, missing, "column %d", j)
		case j == 7:
			assert.InDelta(t, 600, missing, 80)
		default:
			assert.Zero(t, zero+missing, "column %d", j)
		}
	}
	hits := 0.0
	for i := range y {
		assert.True(t, y[i] == 0 || y[i] == 1)
		assert.Equal(t, int32(i/2), citizen[i])
		hits += y[i]
	}
	assert.InDelta(t, 0.45, hits/6000, 0.15)
	again, _, _ := Municipality(6000, 16, 1)
	assert.Equal(t, x[0], again[0])
	other, _, _ := Municipality(6000, 16, 2)
	assert.NotEqual(t, x[0], other[0])
}
